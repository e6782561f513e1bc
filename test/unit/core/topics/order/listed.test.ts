import { expect, it } from 'vitest';
import { listed } from '../../../../../src-main/core/topics/order/listed.ts';

it('A part of a list of numbers becomes a list of its own.', () => {
  const nodes = Int32Array.from({ length: 2_000 }, (_, at) => at * 7);
  for (const [from, to] of [
    [0, 0],
    [0, 512],
    [700, 701],
    [1_600, 2_000],
  ] as const) {
    expect(listed(nodes, from, to)).toEqual([...nodes.subarray(from, to)]);
  }
  const list = listed(nodes, 0, 3);
  list.push(1);
  expect(listed(nodes, 3, 6)).toEqual([21, 28, 35]);
});
