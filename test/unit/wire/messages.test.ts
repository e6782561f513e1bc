import { describe, expect, test } from 'vitest';
import { readAnswer, readAsk } from '../../../src-main/wire/messages.ts';

/** What is no message, whichever side it comes from. */
const NONE: readonly unknown[] = [
  null,
  undefined,
  'call',
  7,
  [],
  [{ t: 'call', id: 1, method: 'a' }],
  {},
  { t: 'call' },
  { id: 1 },
  { t: 'toString', id: 1 },
  { t: '__proto__', id: 1 },
];
/** What cannot be the number of a call or a stream. */
const IDS: readonly unknown[] = [0, -1, 1.5, '1', Number.NaN, Infinity, 2 ** 53, null, undefined, {}];

describe('The asking side', () => {
  test.each(['call', 'open'] as const)('asks by %s, a name and anything as parameters', (t) => {
    expect(readAsk({ t, id: 1, method: 'decode', params: { a: 1 }, more: 'left out' })).toEqual({
      ...{ t, id: 1, method: 'decode', params: { a: 1 } },
    });
    expect(readAsk({ t, id: 1, method: 'decode' })).toEqual({
      t,
      id: 1,
      method: 'decode',
      params: undefined,
    });
  });

  test.each(['take', 'close'] as const)('goes on by %s and a number alone', (t) => {
    expect(readAsk({ t, id: 2 ** 53 - 1, method: 7 })).toEqual({ t, id: 2 ** 53 - 1 });
  });

  test('says nothing else', () => {
    for (const message of NONE) expect([message, readAsk(message)]).toEqual([message, null]);
    for (const id of IDS) expect([id, readAsk({ t: 'take', id })]).toEqual([id, null]);
    for (const method of [undefined, null, 7, ['a']])
      expect([method, readAsk({ t: 'call', id: 1, method })]).toEqual([method, null]);
    for (const t of ['reply', 'item', 'end', 'error'])
      expect([t, readAsk({ t, id: 1, method: 'a' })]).toEqual([t, null]);
  });
});

describe('The answering side', () => {
  test.each(['reply', 'item'] as const)('answers by %s with anything, nothing included', (t) => {
    expect(readAnswer({ t, id: 1, value: [1] })).toEqual({ t, id: 1, value: [1] });
    expect(readAnswer({ t, id: 1 })).toEqual({ t, id: 1, value: undefined });
  });

  test('ends a stream by its number', () => {
    expect(readAnswer({ t: 'end', id: 3, value: 1 })).toEqual({ t: 'end', id: 3 });
  });

  test('complains of a call, or of what had no number', () => {
    const complaint = { t: 'error', code: 'bad-frame', message: 'No.' } as const;
    expect(readAnswer({ ...complaint, id: 1, stack: 'secret' })).toEqual({ ...complaint, id: 1 });
    expect(readAnswer({ ...complaint, id: null })).toEqual({ ...complaint, id: null });
  });

  test('says nothing else', () => {
    for (const message of NONE) expect([message, readAnswer(message)]).toEqual([message, null]);
    for (const id of IDS) expect([id, readAnswer({ t: 'reply', id })]).toEqual([id, null]);
    for (const id of IDS.filter((one) => one !== null))
      expect([id, readAnswer({ t: 'error', id, code: 'closed', message: '' })]).toEqual([id, null]);
    for (const code of ['oops', 'constructor', 'toString', 7, null])
      expect([code, readAnswer({ t: 'error', id: 1, code, message: '' })]).toEqual([code, null]);
    expect(readAnswer({ t: 'error', id: 1, code: 'closed', message: 7 })).toBeNull();
    for (const t of ['call', 'open', 'take', 'close'])
      expect([t, readAnswer({ t, id: 1, method: 'a' })]).toEqual([t, null]);
  });
});
