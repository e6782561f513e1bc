import { expect, test } from 'vitest';
import { valueAt } from '../../../../src-main/core/message/value-at.ts';

interface Value {
  readonly shape: string;
  readonly key: string | null;
  readonly children: number;
  readonly descendants: number;
}

/** A leaf as a string, a list, or an object as pairs, so that names can occur twice. */
type Sketch = string | readonly Sketch[] | { readonly pairs: readonly (readonly [string, Sketch])[] };

function values(sketch: Sketch, key: string | null = null): Value[] {
  if (typeof sketch === 'string') return [{ shape: 'text', key, children: 0, descendants: 0 }];
  const members = 'pairs' in sketch ? sketch.pairs : sketch.map((one) => [null, one] as const);
  const inside = members.flatMap(([name, one]) => values(one, name));
  const shape = 'pairs' in sketch ? 'object' : 'list';
  return [{ shape, key, children: members.length, descendants: inside.length }, ...inside];
}

const PAIRS = values({
  pairs: [
    ['a', 'first'],
    ['b', { pairs: [['x', 'in the first b']] }],
    ['a', ['0', { pairs: [['c', 'last']] }]],
    ['b', 'last b'],
  ],
});

test('A value is found by names and places, past all that lies in the ones before it', () => {
  const nodes = values(['0', ['10', '11'], { pairs: [['k', '2k']] }]);
  expect(valueAt(nodes, [])).toBe(0);
  expect(valueAt(nodes, [1, 1])).toBe(4);
  expect(valueAt(nodes, [2, 'k'])).toBe(6);
});

test('Of a name that occurs twice the last one counts, on every level', () => {
  expect(valueAt(PAIRS, ['a'])).toBe(4);
  expect(valueAt(PAIRS, ['a', 1, 'c'])).toBe(7);
  expect(valueAt(PAIRS, ['b'])).toBe(8);
  // It is in the first `b` only.
  expect(valueAt(PAIRS, ['b', 'x'])).toBe(-1);
});

test('Where nothing lies at the path, or nothing is known, there is none', () => {
  for (const path of [['c'], ['a', 2], ['a', -1], ['b', 0], ['a', 0, 'x'], ['toString']])
    expect(valueAt(PAIRS, path)).toBe(-1);
  expect(valueAt([], [])).toBe(-1);
  expect(valueAt([], ['a'])).toBe(-1);
});

test('Of values whose end is not known those that are count', () => {
  expect(valueAt(PAIRS.slice(0, 4), ['a'])).toBe(1);
  expect(valueAt(PAIRS.slice(0, 4), ['b', 'x'])).toBe(3);
});

test('A number names a field of an object as well, as maps of other formats have numbers as keys', () => {
  expect(valueAt(values({ pairs: [['7', 'x']] }), [7])).toBe(1);
});
