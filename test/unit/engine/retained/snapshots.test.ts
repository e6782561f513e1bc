import { expect, test } from 'vitest';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import { ConnectionId } from '../../../../src-main/contract/model/model.ts';
import type { FetchedRetained, KeptMessage } from '../../../../src-main/contract/session/trash.ts';
import { packMessages } from '../../../../src-main/core/retained/packed-messages.ts';
import { packed } from '../../../support/retained/packed.ts';
import { snapshotHandlers, type SnapshotPorts } from '../../../../src-main/engine/retained/snapshots.ts';

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
function handlers(held: Record<string, KeptMessage>, keys: readonly string[], closed = false) {
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
  const live = { worker: { call }, summary: { value: { name: 'Plant', address: 'mqtt://h' } } };
  const ports = {
    live: () => (closed ? null : live),
    plan: (id: string) => (id === 'p' ? { connection: C, title: 'plant/#', keys } : null),
    now: () => 7,
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
