import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TopicNames } from '../../../../../src-main/core/topics/columns/nodes.ts';
import { nameKey, NameKeys, NameOrder } from '../../../../../src-main/core/topics/order/keys.ts';
import { compareNameBytes } from '../../../../../src-main/core/topics/tree/name-order.ts';

/** Names of siblings below a parent with that path; the number of a node is the place of its name. */
function siblings(parent: string, names: readonly string[]): TopicNames {
  const paths = names.map((name) => Uint8Array.from(parent + name, (character) => character.charCodeAt(0)));
  const offset = parent.length;
  return {
    pathBytes: (node: number) => paths[node] ?? new Uint8Array(0),
    nameOffset: () => offset,
    compareNames: (a: number, b: number) => {
      const [x, y] = [paths[a] ?? new Uint8Array(0), paths[b] ?? new Uint8Array(0)];
      return compareNameBytes(x, offset, x.length, y, offset, y.length, offset === 0);
    },
  } as unknown as TopicNames;
}

const name = fc.oneof(
  fc.string({
    unit: fc.constantFrom('a', 'b', '0', '1', '9', '$', '-', '\u00ff', '\u0000', ':'),
    maxLength: 9,
  }),
  fc
    .tuple(fc.constantFrom('device', 'device0', '$', ''), fc.bigInt({ min: 0n, max: 10n ** 30n }))
    .map(([word, number]) => `${word}${number}`),
  fc
    .tuple(fc.constantFrom('x', ''), fc.constantFrom(254, 255, 256, 300), fc.constantFrom('1', '9', ''))
    .map(([word, digits, end]) => `${word}${'1'.repeat(digits)}${end}`),
);

describe('The number of a name', () => {
  test('is never smaller than that of a name before it, at the top and below it.', () => {
    fc.assert(
      fc.property(name, name, fc.constantFrom('', 'p/'), (a, b, parent) => {
        const names = siblings(parent, [a, b]);
        const order = names.compareNames(0, 1);
        const keys = [0, 1].map((node) => nameKey(names.pathBytes(node), parent.length));
        if (order < 0) expect(keys[0]).toBeLessThanOrEqual(keys[1] ?? 0);
        if (order > 0) expect(keys[0]).toBeGreaterThanOrEqual(keys[1] ?? 0);
        for (const key of keys) expect(Number.isSafeInteger(key)).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  test('made for those between two names has the same order, also for any others.', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { minLength: 2, maxLength: 12 }),
        fc.constantFrom('', 'p/'),
        (all, parent) => {
          const names = siblings(parent, all);
          const sorted = all.map((_, node) => node).sort((a, b) => names.compareNames(a, b));
          for (const [from, to] of [
            [0, sorted.length - 1],
            [1, Math.max(1, sorted.length - 2)],
          ] as const) {
            const keys = NameKeys.between(names, sorted[from] ?? 0, sorted[to] ?? 0);
            const inOrder = sorted.map((node) => keys.key(node));
            expect(inOrder).toEqual([...inOrder].sort((a, b) => a - b));
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test.each<[string[], number]>([
    [['device-a', 'device-b'], 7],
    [['device1', 'device2'], 6],
    [['device10', 'device10x'], 6],
    [['', 'a'], 0],
    [['same', 'same2'], 4],
    [['$SYS', '$aws'], 1],
  ])('of %j leaves out %i bytes that both begin with, up to a digit.', (names, length) => {
    expect(NameKeys.between(siblings('', names), 0, 1).length).toBe(length);
  });

  test('distinguishes many names that a longer beginning would hide.', () => {
    const all = Array.from({ length: 500 }, (_, i) => `sensor-of-hall-${i}`);
    const names = siblings('plant/', all);
    const keys = new NameOrder(names).keys(0, 499);
    expect(new Set(all.map((_, node) => keys.key(node))).size).toBe(500);
    expect(new Set(all.map((_, node) => nameKey(names.pathBytes(node), 6))).size).toBe(1);
  });
});
