import { expect, test } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import { ConnectionId } from '../../../../../src-main/contract/model/model.ts';
import type { RestoreResult } from '../../../../../src-main/contract/session/outcomes.ts';
import type { TrashedMessage, TrashEntry } from '../../../../../src-main/contract/session/trash.ts';
import {
  brokerWords,
  chosenCount,
  damageWords,
  emptyTrash,
  expiryWords,
  isChosen,
  listTrash,
  newerOnes,
  readEntry,
  restoreChosen,
  restoreWords,
  toggleEntry,
  toggleMessage,
  trashKey,
  trashRows,
  trashWords,
  type Choice,
  type Chosen,
} from '../../../../../src-renderer/features/retained/trash.ts';
import { restoredWords } from '../../../../../src-renderer/features/retained/retained-labels.ts';
import { Restoring, type RestoreProgress } from '../../../../../src-renderer/state/retained/restoring.ts';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';

/** A restore that nobody stops. */
const running = () =>
  new Restoring(
    1,
    () => 0,
    () => undefined,
  );

const failure = failed('no', 'It was not allowed.', 'Ask somebody.');

function entry(id: string, messages: number, damage: TrashEntry['damage'] = []): TrashEntry {
  return { id, at: 0, title: `${id}/#`, broker: 'b', profile: 'p', messages, bytes: 10, damage };
}

function result(key: string, kind: RestoreResult['outcome']['kind'] = 'restored'): RestoreResult {
  return {
    key,
    topic: key,
    outcome: kind === 'restored' ? { kind } : ({ kind, failure } as RestoreResult['outcome']),
  };
}

/** An engine that answers as the test says, and what it was asked. */
function sessionOf(answer: (name: string, params: Record<string, unknown>) => unknown) {
  const asked: [string, Record<string, unknown>][] = [];
  const call = async (name: string, params: Record<string, unknown>) => {
    asked.push([name, params]);
    return answer(name, params);
  };
  const session = { connectionId: ConnectionId.parse('c'), client: { call } } as unknown as ConnectionSession;
  return { session, asked };
}

test('A tick on an entry takes all of it or none of it.', () => {
  const all = toggleEntry(new Map(), 'a');
  expect(all.get('a')).toBe('all');
  expect(chosenCount([entry('a', 412), entry('b', 3)], all)).toBe(412);
  expect(toggleEntry(all, 'a').size).toBe(0);
  expect(toggleEntry(new Map([['a', new Set([1])]]), 'a').get('a')).toBe('all');
});

test('A tick on a message takes it in or out, and nothing chosen is no entry chosen.', () => {
  const one = toggleMessage(new Map(), 'a', 7, [3, 7, 9]);
  expect([isChosen(one, 'a', 7), isChosen(one, 'a', 3), isChosen(one, 'b', 7)]).toEqual([true, false, false]);
  expect(chosenCount([entry('a', 412)], one)).toBe(1);
  expect(toggleMessage(one, 'a', 7, [3, 7, 9]).has('a')).toBe(false);
  const but = toggleMessage(new Map([['a', 'all']]), 'a', 7, [3, 7, 9]);
  expect([3, 7, 9].map((line) => isChosen(but, 'a', line))).toEqual([true, false, true]);
});

test('What was chosen before is not changed by a tick.', () => {
  const before: Choice = new Map([['a', new Set([1])]]);
  toggleMessage(before, 'a', 1, [1]);
  toggleEntry(before, 'a');
  expect(before.get('a')).toEqual(new Set([1]));
});

test('Entries are put back the oldest first, page by page, and the newest outcome of a topic counts.', async () => {
  const { session, asked } = sessionOf((_, params) => {
    const which = params['which'] as { readonly kind: string; readonly from?: number };
    if (which.kind === 'lines')
      return { kind: 'results', session: 1, results: [result('x', 'would-overwrite')] };
    if (which.from === 1_600) return { kind: 'results', session: 1, results: [] };
    return { kind: 'results', session: 1, results: [result(`${String(which.from)}`), result('x')] };
  });
  const choice: Choice = new Map<string, Chosen>([
    ['new', new Set([4, 2])],
    ['old', 'all'],
  ]);
  const reported: (readonly RestoreResult[])[] = [];
  await restoreChosen(
    session,
    [entry('new', 9), entry('not', 1), entry('old', 9)],
    choice,
    true,
    running(),
    (all, newest) => reported.push(all, newest),
  );
  expect(asked.map(([, { entry: id, which }]) => [id, which])).toEqual([
    ['old', { kind: 'page', from: 0, count: 800 }],
    ['old', { kind: 'page', from: 800, count: 800 }],
    ['old', { kind: 'page', from: 1_600, count: 800 }],
    ['new', { kind: 'lines', lines: [4, 2] }],
  ]);
  expect(asked.every(([, { overwrite }]) => overwrite === true)).toBe(true);
  const words = reported.map((some) => some.map(({ key, outcome }) => `${key} ${outcome.kind}`));
  expect(words).toEqual([
    ['0 restored', 'x restored'],
    ['0 restored', 'x restored'],
    ['0 restored', 'x restored', '800 restored'],
    ['800 restored', 'x restored'],
    ['0 restored', 'x would-overwrite', '800 restored'],
    ['x would-overwrite'],
  ]);
});

test('Once it is stopped no further page, line or entry is put back, and what was is counted.', async () => {
  const { session, asked } = sessionOf((_, params) => {
    const { lines = [] } = params['which'] as { readonly lines?: readonly number[] };
    return { kind: 'results', session: 1, results: lines.map((line) => result(`${line}`)) };
  });
  const seen: RestoreProgress[] = [];
  const restoring = new Restoring(
    3_300,
    () => 0,
    (progress) => seen.push(progress),
  );
  const lines = new Set(Array.from({ length: 1_650 }, (_, i) => i));
  const choice: Choice = new Map<string, Chosen>([
    ['new', 'all'],
    ['old', lines],
  ]);
  await restoreChosen(
    session,
    [entry('new', 1_650), entry('old', 1_650)],
    choice,
    false,
    restoring,
    (all) => {
      if (all.length === 1_600) restoring.stop();
    },
  );
  expect(asked.map(([, { which }]) => (which as { lines: number[] }).lines.length)).toEqual([800, 800]);
  expect(seen.at(-1)).toMatchObject({ done: 1_600, total: 3_300, stopping: true });
});

test('What the engine refuses becomes an error with its words and its advice.', async () => {
  const { session } = sessionOf(() => failure);
  await expect(listTrash(session)).rejects.toThrow('It was not allowed. Ask somebody.');
  await expect(readEntry(session, 'a')).rejects.toThrow('It was not allowed. Ask somebody.');
  const all: Choice = new Map([['a', 'all']]);
  await expect(emptyTrash(session, ['a'])).rejects.toThrow('It was not allowed. Ask somebody.');
  const reported: unknown[] = [];
  await expect(
    restoreChosen(session, [entry('a', 1)], all, false, running(), (some) => reported.push(some)),
  ).rejects.toThrow('It was not allowed.');
  expect(reported).toEqual([]);
});

test('The trash says what it holds, of how much it may.', () => {
  expect(trashWords({ entries: [], bytes: 0, limit: 1 })).toMatch(/^The trash is empty\./);
  expect(trashWords({ entries: [entry('a', 1)], bytes: 500, limit: 2_000 })).toMatch(/^1 entry, 1 message, /);
  expect(trashWords({ entries: [entry('a', 400), entry('b', 12)], bytes: 500, limit: 2_000 })).toMatch(
    /^2 entries, 412 messages, /,
  );
});

test('What was put back is counted, with the first that was not and why.', () => {
  expect(restoreWords([result('a'), result('b')])).toBe('2 of 2 restored.');
  expect(restoreWords([result('a')], 1_200)).toBe('1 of 1 restored. 1,200 not begun.');
  const some = [result('a'), result('b', 'refused'), result('c', 'would-overwrite')];
  expect(restoreWords(some)).toBe('1 of 3 restored. b: It was not allowed.');
  expect(newerOnes(some)).toBe(1);
  const expires = { ...result('a'), outcome: { kind: 'restored' as const, added: 'expiry' as const } };
  const added = '1 had no expiry, and the broker gives one of its own.';
  expect(restoreWords([expires, result('b')])).toBe(`2 of 2 restored. ${added}`);
  expect(restoredWords(expires.outcome)).toEqual({
    tone: 'ok',
    words: 'Restored',
    advice: 'The message has no expiry, and the broker gives it one of its own.',
  });
  expect(restoredWords(result('b').outcome).advice).toBe('');
});

test('What is back at a lower QoS, as the broker takes no more, is said.', () => {
  const lowered = { ...result('a'), outcome: { kind: 'restored' as const, atQos: 1 as const } };
  expect(restoreWords([lowered, result('b')])).toBe(
    '2 of 2 restored. This broker takes at most QoS 1: 1 message had more.',
  );
  expect(restoredWords(lowered.outcome).advice).toBe(
    'The message had more than QoS 1, the most this broker takes.',
  );
});

test('A topic of any length leaves room for why it was not put back.', () => {
  const long = { ...result('x', 'refused'), topic: `plant/${'😀'.repeat(30_000)}/end` };
  const words = restoreWords([long]);
  expect(words.length).toBeLessThan(200);
  expect(words).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/);
  expect(words).toMatch(/^0 of 1 restored\. plant\/.*….*\/end: It was not allowed\.$/);
});

test('A message says when it expires or expired; one that never does says nothing.', () => {
  const at = (expiresAt: number | null) => expiryWords({ expiresAt } as TrashedMessage, 10_000_000);
  expect(at(null)).toBe('');
  expect(at(10_000_000 + 7_200_000)).toBe('expires in 2 h 0 m');
  expect(at(10_000_000 - 7_200_000)).toBe('expired 2 h 0 m ago');
});

test('Damage is described by its first place and how many there are.', () => {
  expect(damageWords(entry('a', 1))).toBe('');
  expect(damageWords(entry('a', 1, [{ line: 3, what: 'It was changed.' }]))).toBe(
    'Damaged at line 3: It was changed.',
  );
  const two = [3, 9, 11].map((line) => ({ line, what: 'It was changed.' }));
  expect(damageWords(entry('a', 1, two))).toBe('Damaged at line 3: It was changed. And 2 more places.');
});

const listed = (line: number): TrashedMessage => ({ line }) as TrashedMessage;

test('The rows are the entries, each with its messages where it is open.', () => {
  const rows = trashRows([entry('a', 2), entry('b', 1)], new Map([['a', [listed(1), listed(2)]]]));
  expect(rows.map(({ entry: { id }, message }) => `${id}${String(message?.line ?? '')}`)).toEqual([
    'a',
    'a1',
    'a2',
    'b',
  ]);
  expect(trashRows([], new Map([['gone', [listed(1)]]]))).toEqual([]);
});

test('Keys walk over the rows, open and close entries, and end at the first and the last.', () => {
  const rows = trashRows([entry('a', 2), entry('b', 1)], new Map([['a', [listed(1), listed(2)]]]));
  const key = (name: string, at: number) => trashKey(name, rows, at, (id) => id === 'a');
  const go = (to: number) => ({ kind: 'go', to });
  expect(['ArrowDown', 'ArrowUp', 'Home', 'End'].map((name) => key(name, 0))).toEqual([1, 0, 0, 3].map(go));
  expect(key('ArrowDown', 3)).toEqual(go(3));
  expect([key('ArrowLeft', 2), key('ArrowLeft', 0)]).toEqual([go(0), { kind: 'open', entry: 'a' }]);
  expect([key('ArrowRight', 3), key('ArrowRight', 0)]).toEqual([
    { kind: 'open', entry: 'b' },
    { kind: 'stay' },
  ]);
  expect([key('ArrowRight', 1)?.kind, key('ArrowLeft', 3)?.kind, key(' ', 1)?.kind]).toEqual([
    'stay',
    'stay',
    'choose',
  ]);
  for (const other of ['Enter', 'Tab', 'x']) expect(key(other, 0)).toBeNull();
  expect(key('ArrowDown', 4)).toBeNull();
});

test('A broker is named with its address, or by that alone, escaped and shortened.', () => {
  const address = 'mqtt://10.0.0.5:1883';
  expect(brokerWords({ name: 'Plant', address })).toBe(`Plant (${address})`);
  expect(brokerWords({ name: '', address })).toBe(address);
  for (const name of [address, '10.0.0.5:1883']) expect(brokerWords({ name, address })).toBe(address);
  expect(brokerWords({ name: 'a\u202eb', address })).toBe(`a\\u{202e}b (${address})`);
  expect(brokerWords({ name: 'x'.repeat(1_000), address }).length).toBeLessThan(200);
});
