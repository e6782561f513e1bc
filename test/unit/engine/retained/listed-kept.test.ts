import { expect, test } from 'vitest';
import { failed, type Failure } from '../../../../src-main/contract/base/errors.ts';
import type { FetchedRetained, KeptMessage } from '../../../../src-main/contract/session/trash.ts';
import { packMessages } from '../../../../src-main/core/retained/packed-messages.ts';
import { ListedKept } from '../../../../src-main/engine/retained/listed-kept.ts';
import { ListedWorker } from '../../../support/retained/listed-worker.ts';

const KEYS = ['a', 'b', 'c', '😀'];
const failure = failed('not-kept', 'x', '');
const copyOf = (key: string): KeptMessage => ({
  key,
  payload: new Uint8Array(3),
  qos: 1,
  properties: new Uint8Array(0),
  at: 5,
});

function open(odd: Readonly<Record<string, FetchedRetained>> = {}, full: Failure | null = null) {
  const happened: string[] = [];
  const kept = new Set<string>();
  const worker = new ListedWorker(async (name, params) => {
    const { keys } = params as { keys: string[] };
    await Promise.resolve();
    happened.push(`${name} ${keys.join(' ')}`);
    if (name === 'fetchRetained')
      return packMessages(keys.map((key) => odd[key] ?? { kind: 'message', key, message: copyOf(key) }));
    if (name === 'sendEmpty') {
      const refused = { kind: 'refused', code: 135, failure };
      const unsent = keys.flatMap((key) => (key === 'c' ? [{ key, outcome: refused }] : []));
      return { unsent, took: Float32Array.from(keys, (_, i) => i) };
    }
    return { cleared: Uint32Array.from(keys.keys()), others: [], overtaken: [copyOf(keys[0] ?? '')] };
  });
  const trash = {
    has: (key: string) => kept.has(key),
    keep: async (messages: readonly KeptMessage[]) => {
      await Promise.resolve();
      if (full !== null) return full;
      happened.push(`keep ${messages.map(({ key }) => key).join(' ')}`);
      for (const { key } of messages) kept.add(key);
      return null;
    },
    notCleared: async (keys: readonly string[]) => {
      await Promise.resolve();
      for (const key of keys) kept.delete(key);
    },
  };
  let current: ListedWorker | null = worker;
  const live = () => {
    if (current === null) throw new Error('closed');
    return current;
  };
  const clearing = new ListedKept(live, trash, KEYS);
  return { clearing, worker, happened, replace: (other: ListedWorker | null) => void (current = other) };
}

test('What is fetched is kept before anything is sent, and the list is told once.', async () => {
  const { clearing, worker, happened } = open();
  const sent = await clearing.send(['b', 'c', '😀'], 'stop');
  expect(happened).toEqual(['fetchRetained b c 😀', 'keep b c 😀', 'sendEmpty b c 😀']);
  expect(sent).toMatchObject([
    { key: 'b', result: null, kept: 3, took: 0 },
    { key: 'c', result: { outcome: { kind: 'refused' }, restorable: false }, kept: 3 },
    { key: '😀', result: null, kept: 3, took: 2 },
  ]);
  await clearing.send(['a'], 'stop');
  expect(worker.opened).toEqual([KEYS]);
  await clearing.close();
  await clearing.close();
  expect(worker.closed).toEqual([1]);
});

test('What cannot be kept, or is no name, is not sent; it is where the person says so.', async () => {
  const odd = {
    a: { kind: 'unreadable', key: 'a', failure },
    b: { kind: 'invalid', key: 'b', failure },
  } as const;
  const careful = open(odd);
  expect(await careful.clearing.send(['a', 'b'], 'stop')).toMatchObject([
    { result: { outcome: { kind: 'not-kept' } }, kept: null },
    { result: { outcome: { kind: 'refused', code: 0 } }, kept: null },
  ]);
  expect(careful.happened.some((one) => one.startsWith('sendEmpty'))).toBe(false);
  const bold = open(odd);
  expect(await bold.clearing.send(['a', 'b'], 'clear')).toMatchObject([{ result: null }, { key: 'b' }]);
  expect(bold.happened).toContain('sendEmpty a');
});

test('Where the trash cannot be written nothing is sent.', async () => {
  const full = failed('no-disk-space', 'Full.', '');
  const { clearing, happened } = open({}, full);
  expect(await clearing.send(['a'], 'stop')).toBe(full);
  expect(happened).toEqual(['fetchRetained a']);
});

test('Those that are gone are told by their names, with what was overtaken kept before.', async () => {
  const { clearing, happened } = open();
  expect(await clearing.findGone(['b', '😀'])).toMatchObject([
    { key: 'b', outcome: { kind: 'cleared' }, restorable: true },
    { key: '😀', restorable: false },
  ]);
  expect(await clearing.findGone([])).toEqual([]);
  expect(await clearing.check(['c'])).toMatchObject([
    { key: 'c', outcome: { kind: 'cleared' }, restorable: true },
  ]);
  expect(happened).toEqual(['findGone b 😀', 'keep b', 'checkRetained c', 'keep c']);
});

test('A worker that was started again, or forgot the list, is told it again by the next call.', async () => {
  const { clearing, worker, replace } = open();
  await clearing.send(['a'], 'stop');
  worker.forget();
  await expect(clearing.send(['b'], 'stop')).rejects.toThrow('not known');
  await clearing.send(['b'], 'stop');
  expect(worker.opened).toHaveLength(2);
  const other = open();
  replace(other.worker);
  await clearing.send(['c'], 'stop');
  expect(other.worker.opened).toEqual([KEYS]);
  replace(null);
  await expect(clearing.check(['a'])).rejects.toThrow('closed');
});
