import { expect, test } from 'vitest';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import type { Incomplete, Probed } from '../../../../src-main/core/retained/probe-batch.ts';
import {
  isChanging,
  isRefused,
  noLink,
  refused,
  stampsOf,
  unlessRetained,
} from '../../../../src-main/core/retained/probed.ts';

const open = (why: Incomplete): Probed => ({ kind: 'incomplete', why });
const absent: Probed = { kind: 'absent' };
const changing = open({ kind: 'changing' });
const stored: Probed = {
  kind: 'retained',
  message: { payload: Uint8Array.of(1), size: 1, qos: 0, properties: new Uint8Array(0), at: 0 },
};

test('Refused is what the broker refused, or where there was no link to ask by; changing is neither.', () => {
  const all = [
    refused(),
    noLink(failed('x', 'x', '')),
    changing,
    open({ kind: 'unanswered' }),
    absent,
    stored,
  ];
  expect(all.map(isRefused)).toEqual([true, true, false, false, false, false]);
  expect([...all, undefined].map(isChanging)).toEqual([false, false, true, false, false, false, false]);
});

test('Where something came meanwhile only an absence is doubtful.', () => {
  expect(unlessRetained(absent)).toEqual(changing);
  for (const probed of [stored, refused(), changing]) expect(unlessRetained(probed)).toBe(probed);
});

test('Stamps are those of the topics, in their order.', () => {
  expect([...stampsOf(['a', 'bb', ''], (key) => key.length)]).toEqual([1, 2, 0]);
});
