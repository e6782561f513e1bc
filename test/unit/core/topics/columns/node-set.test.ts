import { expect, test } from 'vitest';
import { NodeSet } from '../../../../../src-main/core/topics/columns/node-set.ts';
import { random } from '../../../../support/random.ts';

/** Of a number or above. */
function next(set: NodeSet, from: number): number {
  for (let at = from; ;) {
    const found = set.next(at);
    if (typeof found === 'number') return found;
    at = found.continueAt;
  }
}

test('A set of nodes holds what a plain set holds, and finds the next one, however far it is.', () => {
  const chance = random(9);
  const set = new NodeSet();
  const plain = new Set<number>();
  for (let round = 0; round < 3_000; round++) {
    const node = chance.int(chance.pick([64, 4_000, 2_000_000]));
    if (chance.int(3) === 0) {
      set.delete(node);
      plain.delete(node);
    } else {
      set.add(node);
      plain.add(node);
    }
    const asked = chance.int(2_000_000);
    expect([set.has(node), set.has(asked)]).toEqual([plain.has(node), plain.has(asked)]);
  }
  const sorted = [...plain].toSorted((a, b) => a - b);
  for (let round = 0; round < 100; round++) {
    const from = chance.int(2_000_000);
    expect(next(set, from)).toBe(sorted.find((node) => node >= from) ?? -1);
  }
});
