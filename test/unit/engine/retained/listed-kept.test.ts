import { beforeEach, expect, test } from 'vitest';
import { failed, type Failure } from '../../../../src-main/contract/base/errors.ts';
import type { FetchedRetained, KeptMessage } from '../../../../src-main/contract/session/trash.ts';
import { packMessages } from '../../../../src-main/core/retained/packed-messages.ts';
import { ListedKept } from '../../../../src-main/engine/retained/listed-kept.ts';
import { ListedWorker } from '../../../support/retained/listed-worker.ts';

const KEYS = ['a', 'b', 'c', '😀', 'back'];
/** Places of these in the list. */
const at = (...keys: string[]) => Uint32Array.from(keys, (key) => KEYS.indexOf(key));
const failure = failed('not-kept', 'x', '');
const AGAIN = { kind: 'still-retained', failure, at: 9 } as const;
const copyOf = (key: string, size = 3): KeptMessage => ({
  key,
  payload: new Uint8Array(size),
  qos: 1,
  properties: new Uint8Array(0),
  at: 5,
});

/** Reason code of what is refused. */
let refusal = 135;
beforeEach(() => void (refusal = 135));

function open(odd: Readonly<Record<string, FetchedRetained>> = {}, full: Failure | null = null) {
  const happened: string[] = [];
  const kept: KeptMessage[] = [];
  const worker = new ListedWorker(async (name, params) => {
    const { keys } = params as { keys: string[] };
    await Promise.resolve();
    happened.push(`${name} ${keys.join(' ')}`);
    if (name === 'fetchListed')
      return packMessages(keys.map((key) => odd[key] ?? { kind: 'message', key, message: copyOf(key) }));
    if (name === 'emptyListed') {
      const refused = { kind: 'refused', code: refusal, failure };
      const unsent = keys.flatMap((key) => (key === 'c' ? [{ key, outcome: refused }] : []));
      return { unsent, took: Float32Array.from(keys, (_, i) => i) };
    }
    const back = keys.flatMap((key) => (key === 'back' ? [{ key, outcome: AGAIN }] : []));
    const cleared = [...keys.keys()].filter((at) => keys[at] !== 'back');
    return { cleared: Uint32Array.from(cleared), others: back, overtaken: [copyOf(keys[0] ?? '', 7)] };
  });
  const trash = {
    keep: async (messages: readonly KeptMessage[]) => {
      await Promise.resolve();
      if (full !== null) return full;
      kept.push(...messages);
      happened.push(`keep ${messages.map(({ key }) => key).join(' ')}`);
      return null;
    },
    notCleared: async (keys: readonly string[]) => {
      await Promise.resolve();
      happened.push(`not cleared ${keys.join(' ')}`);
    },
  };
  let current: ListedWorker | null = worker;
  const live = () => {
    if (current === null) throw new Error('closed');
    return current;
  };
  const clearing = new ListedKept(live, trash, KEYS);
  return {
    clearing,
    worker,
    happened,
    kept,
    replace: (other: ListedWorker | null) => void (current = other),
  };
}

test('What is fetched is kept before anything is sent, and the list is sent once.', async () => {
  const { clearing, worker, happened } = open();
  const sent = await clearing.send(at('b', 'c', '😀'), 'stop');
  expect(happened).toEqual([
    'fetchListed b c 😀',
    'keep b c 😀',
    'emptyListed b c 😀',
    // Of what the broker refused the copy counts no longer.
    'not cleared c',
  ]);
  expect(sent).toEqual({
    places: at('b', 'c', '😀'),
    sent: Uint8Array.of(1, 0, 1),
    took: Float32Array.of(0, 1, 2),
    unsent: new Map([[2, { kind: 'refused', code: 135, failure }]]),
    later: new Set(),
  });
  expect(KEYS.map((key) => clearing.copyOf(key)?.bytes ?? null)).toEqual([null, 3, null, 3, null]);
  expect([clearing.copyOf('b')?.qos, clearing.copyOf('not in the list')]).toEqual([1, null]);
  expect([clearing.restorable(1), clearing.restorable(2)]).toEqual([true, false]);
  expect(clearing.copies).toEqual({ count: 2, bytes: 6 });
  await clearing.send(at('a'), 'stop');
  expect(worker.opened).toEqual([KEYS]);
  await clearing.close();
  await clearing.close();
  expect(worker.closed).toEqual([1]);
});

test.each([
  ['counts no longer', 0x90, false],
  // The message may not be there any more.
  ['still counts', 0x80, true],
  ['still counts', 0x83, true],
  ['still counts', 0x97, true],
])('The copy of a message %s where the broker answers with reason code %i.', async (_, code, isCopy) => {
  refusal = code;
  const { clearing, happened } = open();
  const sent = await clearing.send(at('c'), 'stop');
  expect([clearing.restorable(2), happened.includes('not cleared c')]).toEqual([isCopy, !isCopy]);
  // What may have been cleared is to be checked.
  expect(sent).toMatchObject({ sent: Uint8Array.of(Number(isCopy)), unsent: new Map([[2, { code }]]) });
});

test('What cannot be kept, or is no name, is not sent; it is where the person says so.', async () => {
  const odd = {
    a: { kind: 'unreadable', key: 'a', failure },
    b: { kind: 'invalid', key: 'b', failure },
    '😀': { kind: 'nothing', key: '😀' },
  } as const;
  const careful = open(odd);
  expect(await careful.clearing.send(at('a', 'b'), 'stop')).toMatchObject({
    sent: Uint8Array.of(0, 0),
    unsent: new Map([
      [0, { kind: 'not-kept', failure }],
      [1, { kind: 'refused', code: 0, failure }],
    ]),
  });
  expect(careful.happened.some((one) => one.startsWith('emptyListed'))).toBe(false);
  const bold = open(odd);
  expect(await bold.clearing.send(at('a', 'b', '😀'), 'clear')).toMatchObject({
    sent: Uint8Array.of(1, 0, 1),
    took: Float32Array.of(0, Number.NaN, 1),
  });
  expect(bold.happened).toContain('emptyListed a 😀');
});

test('What is postponed is neither kept nor sent, and is returned to be sent later.', async () => {
  const { clearing, happened } = open({ b: { kind: 'postponed', key: 'b' } });
  const answer = await clearing.send(at('a', 'b'), 'clear');
  expect(answer).toMatchObject({ sent: Uint8Array.of(1, 0), later: new Set([1]), unsent: new Map() });
  expect(happened).toContain('emptyListed a');
  expect([clearing.restorable(0), clearing.restorable(1)]).toEqual([true, false]);
});

test('Where the trash cannot be written nothing is sent, but where the person says so: then there is no copy.', async () => {
  const full = failed('no-disk-space', 'Full.', '');
  const { clearing, happened } = open({}, full);
  expect(await clearing.send(at('a'), 'stop')).toBe(full);
  expect(happened).toEqual(['fetchListed a']);
  expect(await clearing.send(at('a'), 'clear')).toMatchObject({
    sent: Uint8Array.of(1),
  });
  expect(clearing.copies).toEqual({ count: 0, bytes: 0 });
  // There is no room for what was overtaken either.
  await clearing.check(at('a'));
  expect(clearing.copyOf('a')).toBeNull();
});

test('Those that are cleared are named by their places, with what was overtaken kept before.', async () => {
  const { clearing, happened } = open();
  expect(await clearing.findCleared(at('b', '😀'))).toEqual(at('b', '😀'));
  expect(await clearing.check(at('c', 'back', 'a'))).toEqual({
    cleared: at('c', 'a'),
    others: [{ place: 4, outcome: AGAIN }],
  });
  expect(happened).toEqual(['clearedListed b 😀', 'keep b', 'checkListed c back a', 'keep c']);
  expect([clearing.copyOf('b')?.bytes, clearing.copyOf('c')?.bytes]).toEqual([7, 7]);
  // They count as well, though nothing was fetched.
  expect(clearing.copies).toEqual({ count: 2, bytes: 14 });
  expect(await clearing.check(at())).toEqual({ cleared: at(), others: [] });
  expect(happened).toHaveLength(4);
});

test('What came to a topic after its first copy counts as newer, also where the clock was set back meanwhile.', async () => {
  const later = { a: { kind: 'message', key: 'a', message: { ...copyOf('a'), at: 9_000 } } } as const;
  const { clearing, kept, replace } = open(later);
  await clearing.send(at('a', 'b'), 'stop');
  // Its clock is behind: what it fetches and what was overtaken came at 5.
  replace(open().worker);
  await clearing.send(at('a'), 'stop');
  await clearing.check(at('a'));
  expect(kept.map(({ key, at: time, payload }) => `${key} ${time} ${payload.length}`)).toEqual([
    'a 9000 3',
    'b 5 3',
    'a 9000 3',
    'a 9000 7',
  ]);
  // Each counts once.
  expect(clearing.copies).toEqual({ count: 2, bytes: 10 });
});

test('What is fetched again because it was not sent is kept once, unless it is another message by then.', async () => {
  refusal = 0x97;
  const { clearing, kept, happened, replace } = open();
  await clearing.send(at('b', 'c'), 'stop');
  await clearing.send(at('b', 'c'), 'stop');
  // “c” was refused; what was sent may have been set again by somebody.
  expect(happened.filter((one) => one.startsWith('keep'))).toEqual(['keep b c', 'keep b']);
  expect(clearing.restorable(2)).toBe(true);
  const other = open({ c: { kind: 'message', key: 'c', message: { ...copyOf('c'), qos: 2 } } });
  replace(other.worker);
  await clearing.send(at('c'), 'stop');
  await clearing.send(at('c'), 'stop');
  expect(kept.map(({ key, qos }) => `${key} ${qos}`)).toEqual(['b 1', 'c 1', 'b 1', 'c 2']);
});

test('A worker that ends before it answers leaves its copies in the trash, which are not written again.', async () => {
  const { clearing, kept, worker, replace } = open();
  const broken = new ListedWorker((name, params) => {
    const { keys } = params as { keys: string[] };
    if (name !== 'fetchListed') return Promise.reject(new Error('It ended.'));
    return Promise.resolve(packMessages(keys.map((key) => ({ kind: 'message', key, message: copyOf(key) }))));
  });
  replace(broken);
  await expect(clearing.send(at('a', 'b'), 'stop')).rejects.toThrow('It ended.');
  replace(worker);
  const sent = await clearing.send(at('a', 'b'), 'stop');
  expect(kept.map(({ key }) => key)).toEqual(['a', 'b']);
  // Each has a copy all the same.
  expect(sent).toMatchObject({ sent: Uint8Array.of(1, 1) });
  expect(clearing.copies).toEqual({ count: 2, bytes: 6 });
  expect([clearing.restorable(0), clearing.restorable(1)]).toEqual([true, true]);
});

test('A worker that was started again, or forgot the list, gets it again with the next call.', async () => {
  const { clearing, worker, replace } = open();
  await clearing.send(at('a'), 'stop');
  worker.forget();
  await expect(clearing.send(at('b'), 'stop')).rejects.toThrow('not known');
  await clearing.send(at('b'), 'stop');
  expect(worker.opened).toHaveLength(2);
  const other = open();
  replace(other.worker);
  await clearing.send(at('c'), 'stop');
  expect(other.worker.opened).toEqual([KEYS]);
  replace(null);
  await expect(clearing.check(at('a'))).rejects.toThrow('closed');
});
