import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import { ConnectionId } from '../../../../src-main/contract/model/model.ts';
import type { FetchedRetained, KeptMessage } from '../../../../src-main/contract/session/trash.ts';
import { packMessages } from '../../../../src-main/core/retained/packed-messages.ts';
import { packed } from '../../../support/retained/packed.ts';
import { KeptSnapshots } from '../../../../src-main/engine/retained/kept-snapshots.ts';
import type { KeepingSnapshot } from '../../../../src-main/contract/session/snapshots.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';
import { snapshotHandlers, type SnapshotPorts } from '../../../../src-main/engine/retained/snapshots.ts';

afterEach(teardown);

const C = ConnectionId.parse('c');
const QUERY = { filter: '', state: 'all' as const };

const kept = (key: string, text: string, qos: 0 | 1 | 2 = 1): KeptMessage => ({
  key,
  payload: new TextEncoder().encode(text),
  qos,
  properties: new Uint8Array(0),
  at: 5,
});

/** A broker that holds these; topics named "…denied" cannot be read. */
function handlers(
  held: Record<string, KeptMessage>,
  keys: readonly string[],
  closed = false,
  store?: KeptSnapshots,
  size = 10,
) {
  const asked: number[] = [];
  const call = (name: string, params: { readonly keys: readonly string[] }) => {
    if (name === 'listRetained')
      return Promise.resolve({ topics: packed(Object.keys(held)), unknown: 0, next: null });
    asked.push(params.keys.length);
    const found = params.keys.map((key): FetchedRetained => {
      if (key.endsWith('denied')) return { kind: 'unreadable', key, failure: failed('x', 'x', '') };
      const message = held[key];
      return message === undefined ? { kind: 'nothing', key } : { kind: 'message', key, message };
    });
    return Promise.resolve(packMessages(found));
  };
  const live = {
    worker: { call },
    summary: {
      value: {
        name: 'Plant',
        address: 'mqtt://h',
        state: { kind: 'online', since: 1, version: '5', limits: {} },
      },
    },
  };
  const ports = {
    live: () => (closed ? null : live),
    plan: (id: string) =>
      id === 'p'
        ? { connection: C, title: 'plant/#', keys, bytes: keys.length * size, sizeOf: () => size }
        : null,
    now: () => 7,
    kept: store,
  };
  return { ...snapshotHandlers(ports as unknown as SnapshotPorts), asked };
}

async function save(
  of: ReturnType<typeof handlers>,
): Promise<{ file: Uint8Array<ArrayBuffer>; unread: number }> {
  const parts: Uint8Array[] = [];
  let [messages, unread] = [0, 0];
  for (let from: number | null = 0; from !== null;) {
    const piece = await of.readSnapshot({ plan: 'p', from, messages });
    if (piece.kind === 'failed') throw new Error(piece.message);
    parts.push(piece.bytes);
    ({ messages, next: from } = piece);
    unread += piece.unread;
  }
  return { file: new Uint8Array(Buffer.concat(parts)), unread };
}

const names = (count: number) => Array.from({ length: count }, (_, i) => `t/${i}`);

test('A snapshot is read in pieces that make one whole file, which equals the broker it was taken of.', async () => {
  const keys = [...names(1_200), 'a//b', '/', ' ', '😀'];
  const held = Object.fromEntries(keys.map((key, i) => [key, kept(key, `of ${key}`, (i % 3) as 0 | 1 | 2)]));
  const of = handlers(held, keys);
  const { file, unread } = await save(of);
  expect([of.asked, unread]).toEqual([[500, 500, 204], 0]);
  expect(new TextDecoder().decode(file).split('\n').filter(Boolean)).toHaveLength(1 + keys.length + 1);
  expect(await of.compareSnapshot({ connection: C, query: QUERY, file, prefix: '' })).toEqual({
    kind: 'compared',
    comparison: expect.any(String),
    broker: { name: 'Plant', address: 'mqtt://h' },
    head: expect.objectContaining({ at: 7, title: 'plant/#', broker: 'mqtt://h' }),
    added: 0,
    removed: 0,
    changed: 0,
    same: keys.length,
    unread: 0,
    missing: 0,
    replacing: 0,
    damage: [],
    differences: [],
  });
});

test('With how many could not be read it is said why the first could not.', async () => {
  const of = handlers({ a: kept('a', '1'), denied: kept('denied', '') }, ['a', 'denied']);
  const piece = await of.readSnapshot({ plan: 'p', from: 0, messages: 0 });
  expect(piece).toMatchObject({ messages: 1, unread: 1, why: 'x' });
});

test('Of large messages there are fewer in a piece.', async () => {
  const keys = names(7);
  const held = Object.fromEntries(keys.map((key) => [key, kept(key, 'x')]));
  const of = handlers(held, keys, false, undefined, 6 * 2 ** 20);
  const { file } = await save(of);
  expect(of.asked).toEqual([2, 2, 2, 1]);
  expect(new TextDecoder().decode(file).split('\n').filter(Boolean)).toHaveLength(1 + keys.length + 1);
});

test('What was added, removed or changed is listed by topic; another QoS is a change, and what cannot be read is neither.', async () => {
  const before = { a: kept('a', '1'), b: kept('b', '2'), c: kept('c', '3'), d: kept('d', '4') };
  const { file } = await save(handlers(before, Object.keys(before)));
  const now = { a: kept('a', '1'), b: kept('b', '2', 0), d: kept('d', 'x'), e: kept('e', '5') };
  const of = handlers({ ...now, denied: kept('denied', '') }, []);
  expect(await of.compareSnapshot({ connection: C, query: QUERY, file, prefix: '' })).toMatchObject({
    added: 1,
    removed: 1,
    changed: 2,
    same: 1,
    unread: 1,
    differences: [
      { key: 'b', what: 'changed', why: null },
      { key: 'c', what: 'removed', why: null },
      { key: 'd', what: 'changed', why: null },
      { key: 'denied', what: 'unread', why: 'x' },
      { key: 'e', what: 'added', why: null },
    ],
  });
});

test('Of a file that was edited or cut off what can be read counts, and the line is named.', async () => {
  const before = { a: kept('a', '1'), b: kept('b', '2') };
  const of = handlers(before, ['a', 'b']);
  const { file } = await save(of);
  const text = new TextDecoder().decode(file);
  const edited = new TextEncoder().encode(text.replace('"qos":1', '"qos":2'));
  expect(await of.compareSnapshot({ connection: C, query: QUERY, file: edited, prefix: '' })).toMatchObject({
    same: 1,
    added: 1,
    damage: [{ line: 2 }, { line: 4 }],
  });
  const cut = file.slice(0, file.length - 20);
  expect(await of.compareSnapshot({ connection: C, query: QUERY, file: cut, prefix: '' })).toMatchObject({
    same: 2,
  });
});

test('What is no snapshot, too large, of an old list or of a closed connection is refused in words.', async () => {
  const of = handlers({}, []);
  const compare = (file: Uint8Array<ArrayBuffer>, from = of) =>
    from.compareSnapshot({ connection: C, query: QUERY, file, prefix: '' });
  expect(await compare(new TextEncoder().encode('a picture'))).toMatchObject({ code: 'no-snapshot' });
  expect(await compare(new Uint8Array(16_000_001))).toMatchObject({ code: 'file-too-large' });
  expect(await compare(new Uint8Array(1), handlers({}, [], true))).toMatchObject({
    code: 'connection-closed',
  });
  expect(await of.readSnapshot({ plan: 'old', from: 0, messages: 0 })).toMatchObject({
    code: 'no-such-plan',
  });
});

describe('A snapshot that is kept in the data directory', () => {
  function keeping(held: Record<string, KeptMessage>, keys: readonly string[], limit = 1e6) {
    const dataDir = mkdtempSync(join(tmpdir(), 'topicscope-snapshots-'));
    onTeardown(() => rmSync(dataDir, { recursive: true, force: true }));
    const kept = new KeptSnapshots({ dataDir, now: () => 7, limit: () => limit });
    const of = handlers(held, keys, false, kept);
    const ended = new AbortController();
    const keep = async (more: { plan?: string; overLimit?: boolean } = {}, stopAt = Infinity) => {
      const items: KeepingSnapshot[] = [];
      const asked = { plan: 'p', name: 'weekly', overLimit: false, ...more };
      for await (const item of of.keepSnapshot(asked, ended.signal)) {
        items.push(item as KeepingSnapshot);
        if (items.length >= stopAt) break;
      }
      return items;
    };
    const files = () => readdirSync(join(dataDir, 'snapshots'));
    return { ...of, keep, files, ended };
  }
  const all = (count: number) => Object.fromEntries(names(count).map((key) => [key, kept(key, 'x')]));

  test('says how far it is, is listed, read as it is on disk, equals the broker, and is removed', async () => {
    const of = keeping(all(1_200), [...names(1_200), 'x/denied']);
    const items = await of.keep();
    expect(items.slice(0, -1)).toEqual(
      [0, 500, 1_000].map((done) => ({ kind: 'progress', done, total: 1_201 })),
    );
    const last = items.at(-1);
    if (last?.kind !== 'kept') throw new Error('not kept');
    expect(last).toMatchObject({
      unread: 1,
      snapshot: { name: 'weekly', title: 'plant/#', messages: 1_200 },
    });
    const { id, bytes } = last.snapshot;
    expect(await of.listSnapshots({ connection: C })).toEqual({
      ...{ kind: 'snapshots', broker: { name: 'Plant', address: 'mqtt://h' } },
      ...{ snapshots: [last.snapshot], more: 0, bytes, limit: 1e6 },
    });
    const piece = await of.readKeptSnapshot({ snapshot: id, from: 0 });
    if (piece.kind === 'failed') throw new Error(piece.message);
    expect([piece.bytes.length, piece.next]).toEqual([bytes, null]);
    const asked = { connection: C, query: QUERY, prefix: '' };
    const same = { same: 1_200, added: 0, removed: 0, changed: 0, damage: [] };
    expect(await of.compareKept({ ...asked, snapshot: id })).toMatchObject(same);
    expect(await of.compareSnapshot({ ...asked, file: piece.bytes })).toMatchObject(same);
    expect(await of.removeSnapshot({ snapshot: id })).toEqual({ kind: 'done' });
    expect(await of.compareKept({ ...asked, snapshot: id })).toMatchObject({ code: 'no-such-snapshot' });
    expect(await of.listSnapshots({ connection: C })).toMatchObject({ snapshots: [], bytes: 0 });
  });

  test('leaves nothing behind where nobody waits for it any more, the connection ends or nothing is read', async () => {
    const of = keeping(all(1_200), names(1_200));
    expect(await of.keep({}, 2)).toHaveLength(2);
    expect(of.files()).toEqual([]);
    of.ended.abort();
    expect((await of.keep()).map(({ kind }) => kind)).toEqual(['progress']);
    expect(of.files()).toEqual([]);
    const denied = keeping({}, ['a/denied']);
    expect((await denied.keep()).at(-1)).toMatchObject({ code: 'nothing-read' });
    expect(denied.files()).toEqual([]);
    expect(await denied.keep({ plan: 'old' })).toMatchObject([{ code: 'no-such-plan' }]);
  });

  test('goes beyond the limit only where that was seen, and is whole then', async () => {
    const of = keeping(all(600), names(600), 50_000);
    expect(await of.keep()).toMatchObject([{ code: 'snapshots-full' }]);
    expect((await of.keep({ overLimit: true })).at(-1)).toMatchObject({ snapshot: { messages: 600 } });
    expect(of.files()).toHaveLength(1);
  });
});
