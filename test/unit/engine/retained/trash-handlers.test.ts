import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { api } from '../../../../src-main/contract/api.ts';
import { ConnectionId } from '../../../../src-main/contract/model/model.ts';
import type { KeptMessage } from '../../../../src-main/contract/session/trash.ts';
import type { LiveConnection } from '../../../../src-main/engine/connections/live-connection.ts';
import { trashHandlers } from '../../../../src-main/engine/retained/trash-handlers.ts';
import { Trash, TrashWriter } from '../../../../src-main/engine/retained/trash.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';

afterEach(teardown);

const MB = 2 ** 20;
const BROKER = 'mqtt://h:1883';
const connection = ConnectionId.parse('c');

/** The trash with an entry for each list, of which each message has so many bytes. */
async function holds(...entries: Record<string, number>[]) {
  const dataDir = mkdtempSync(join(tmpdir(), 'topicscope-trash-'));
  onTeardown(() => rmSync(dataDir, { recursive: true, force: true }));
  let at = 1_000;
  const trash = new Trash({ dataDir, now: () => (at += 1_000), limit: () => 1e9 });
  const ids: string[] = [];
  for (const sizes of entries) {
    const about = { title: '#', broker: BROKER, profile: '', estimate: 0, overLimit: false };
    const entry = await trash.open(about);
    if (!(entry instanceof TrashWriter)) throw new Error(entry.message);
    const one = (key: string, size: number): KeptMessage => {
      return { key, payload: new Uint8Array(size), qos: 1, properties: new Uint8Array(0), at };
    };
    await entry.keep(Object.entries(sizes).map(([key, size]) => one(key, size)));
    await entry.finish();
    ids.push(entry.id);
  }
  const sent: string[][] = [];
  const worker = {
    call: (_: 'putBackRetained', { messages }: { messages: readonly KeptMessage[] }) => {
      sent.push(messages.map(({ key, payload }) => `${key} ${payload.length / MB}`));
      const results = messages.map(({ key }) => ({ key, topic: key, outcome: { kind: 'restored' } }));
      return Promise.resolve({ results });
    },
  };
  const live = {
    worker,
    summary: { value: { name: 'Plant', address: BROKER, state: { kind: 'online', since: 1 } } },
  };
  const handlers = trashHandlers(trash, () => live as unknown as LiveConnection);
  const restore = async (asked: object) => {
    const params = api.restoreRetained.params.parse({ connection, entry: null, ...asked });
    const answer = await handlers.restoreRetained(params);
    if (answer.kind === 'failed') return answer.code;
    return { restored: answer.results.map(({ key }) => key), next: answer.next };
  };
  return { trash, ids, sent, restore };
}

test('What is too large together is put back in several calls, so that it is never all in memory.', async () => {
  const { ids, sent, restore } = await holds({ a: 10 * MB, b: 10 * MB, c: 3 * MB, d: 20 * MB, e: 1 });
  const entry = ids[0];
  const page = { entry, which: { kind: 'page', from: 0, count: 200 } };
  expect(await restore(page)).toEqual({ restored: ['a'], next: 1 });
  expect(await restore({ ...page, from: 1 })).toEqual({ restored: ['b', 'c'], next: 3 });
  // Larger than a part by itself.
  expect(await restore({ ...page, from: 3 })).toEqual({ restored: ['d'], next: 4 });
  expect(await restore({ ...page, from: 4 })).toEqual({ restored: ['e'], next: undefined });
  expect(sent).toEqual([['a 10'], ['b 10', 'c 3'], ['d 20'], [`e ${1 / MB}`]]);
  const lines = { entry, which: { kind: 'lines', lines: [3, 2] } };
  expect(await restore(lines)).toEqual({ restored: ['a'], next: 1 });
  expect(await restore({ ...lines, from: 1 })).toEqual({ restored: ['b'], next: undefined });
});

test('By topics the newest copy of each is put back, whichever clear it is of.', async () => {
  const { trash, ids, sent, restore } = await holds({ a: 9 * MB, b: 9 * MB }, { b: 8 * MB });
  const which = { kind: 'topics', keys: ['a', 'b', 'gone'] };
  expect(await restore({ which })).toEqual({ restored: ['b'], next: 1 });
  expect(await restore({ which, from: 1 })).toEqual({ restored: ['a'], next: undefined });
  expect(sent).toEqual([['b 8'], ['a 9']]);
  await trash.remove(ids);
  expect(await restore({ which })).toEqual({ restored: [], next: undefined });
  expect(await restore({ entry: ids[0], which })).toBe('no-such-entry');
});
