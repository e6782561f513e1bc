import { expect, test } from 'vitest';
import { sortByDigits, type Lane } from '../../../../../src-main/core/topics/order/radix.ts';
import { sortByKeys } from '../../../../../src-main/core/topics/order/sort.ts';
import { random, type Random } from '../../../../support/random.ts';

const KINDS: Record<string, (chance: Random) => number> = {
  'counts and their opposites': (chance) => chance.int(40) - 20,
  times: (chance) => 1_700_000_000_000 + chance.int(100_000),
  'rates of any size': (chance) => chance.next() * 10 ** (chance.int(12) - 6),
  'all there is': (chance) =>
    chance.pick([0, -1, 1, Infinity, -Infinity, 5e-324, -5e-324, Number.MAX_VALUE, 2 ** 53, -(2 ** 40), 0.1]),
  'the same': () => 7,
};

function laneOf(count: number, keyOf: (at: number) => number): Lane {
  return {
    nodes: Int32Array.from({ length: count }, (_, at) => at * 3),
    keys: Float64Array.from({ length: count }, (_, at) => keyOf(at)),
  };
}

function result<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

test.each(Object.keys(KINDS))(
  'Sorted by their digits numbers stand as a stable sort leaves them: %s.',
  (kind) => {
    const chance = random(kind.length);
    const make = KINDS[kind] ?? (() => 0);
    for (const [from, to] of [
      [0, 0],
      [0, 1],
      [3, 40],
      [0, 20_000],
      [5_000, 19_999],
    ] as const) {
      const lane = laneOf(20_000, () => make(chance));
      const before = [...lane.keys].map((key, at) => ({ key, node: lane.nodes[at] ?? 0 }));
      const sorted = before.slice(from, to).toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
      const spare = laneOf(20_000, () => 0);
      const { nodes, keys } = result(sortByDigits(lane, spare, from, to));
      expect([...nodes.subarray(from, to)]).toEqual(sorted.map(({ node }) => node));
      expect([...keys.subarray(from, to)]).toEqual(sorted.map(({ key }) => key));
    }
  },
);

test('A long list is sorted in slices, however its digits differ, and a short one all the same.', () => {
  const chance = random(4);
  for (const count of [100, 8_191, 8_192, 100_000]) {
    const { nodes, keys } = laneOf(count, () => chance.next() - 0.5);
    const plain = [...keys]
      .map((key, at) => ({ key, node: nodes[at] ?? 0 }))
      .toSorted((a, b) => a.key - b.key);
    let slices = 0;
    const steps = sortByKeys(nodes, keys);
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) slices++;
    expect([...step.value]).toEqual(plain.map(({ node }) => node));
    expect(slices).toBeGreaterThanOrEqual(Math.floor(count / 8_192));
  }
});
