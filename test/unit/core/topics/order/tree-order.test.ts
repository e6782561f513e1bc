import { describe, expect, it } from 'vitest';
import { ROOT, type Node } from '../../../../../src-main/core/topics/columns/nodes.ts';
import type { SiblingOrder } from '../../../../../src-main/core/topics/order/sibling-order.ts';
import { TreeOrder } from '../../../../../src-main/core/topics/order/tree-order.ts';
import { random } from '../../../../support/random.ts';

/** By the last digits, then by all: an order that has nothing to do with that in which nodes come. */
const rank = (node: Node): number => (node % 10) * 1_000_000 + node;
const SIBLINGS: SiblingOrder = {
  compare: (a, b) => rank(a) - rank(b),
  keys: () => ({ length: 1, key: rank }),
};
const byRank = (nodes: Iterable<Node>): Node[] => [...nodes].sort((a, b) => rank(a) - rank(b));

describe('a family that was filled in any order', () => {
  it('is sorted when rows are read', () => {
    const order = new TreeOrder(SIBLINGS);
    order.fill(order.root, [11, 30, 5, 21, 7]);
    expect(order.root.unsorted).toBe(true);
    expect(order.total).toBe(5);
    expect(order.collect(1, 3)).toEqual([11, 21, 5]);
    expect(order.root.unsorted).toBe(false);
  });

  it('is sorted when the row of a node is asked for', () => {
    const order = new TreeOrder(SIBLINGS);
    order.fill(order.root, [11, 30, 5, 21, 7]);
    expect(order.indexOf(7, () => ROOT)).toBe(4);
    expect(order.indexOf(30, () => ROOT)).toBe(0);
    expect(order.indexOf(8, () => ROOT)).toBe(-1);
  });

  it('takes the rows below its children with it', () => {
    const order = new TreeOrder(SIBLINGS);
    order.fill(order.root, [12, 11, 10]);
    for (const [parent, children] of [
      [12, [32, 31]],
      [10, [40]],
    ] as const) {
      const group = order.create(parent, false);
      order.fill(group, [...children]);
      expect(order.attach(group, order.root)).toBe(true);
      order.setOpen(group, true);
    }
    expect(order.root.unsorted).toBe(true);
    expect(order.total).toBe(6);
    expect(order.collect(0, 9)).toEqual([10, 40, 11, 12, 31, 32]);
    expect(order.collect(4, 2)).toEqual([31, 32]);
    const parentOf = (node: Node): Node => (node > 30 && node < 40 ? 12 : node === 40 ? 10 : ROOT);
    expect(order.indexOf(32, parentOf)).toBe(5);
  });

  it('is filled behind what is there already, in order', () => {
    const order = new TreeOrder(SIBLINGS);
    order.fill(order.root, [11, 10]);
    order.append(order.root, [12, 13]);
    expect(order.collect(0, 9)).toEqual([10, 11, 12, 13]);
    expect(order.contains(order.root, 11)).toBe(true);
  });

  it('compares nothing for what a filter finds until a row is read', () => {
    let compared = 0;
    const counting: SiblingOrder = {
      ...SIBLINGS,
      compare: (a, b) => {
        compared++;
        return SIBLINGS.compare(a, b);
      },
    };
    const order = new TreeOrder(counting);
    order.insert(order.root, 1);
    const group = order.create(1, true);
    order.attach(group, order.root);
    order.setOpen(group, true);
    for (const node of [55, 42, 31, 23, 12]) expect(order.insert(group, node)).toBe(true);
    expect(order.insert(group, 31)).toBe(false);
    expect(order.remove(group, 42)).toBe(true);
    expect([order.total, compared]).toEqual([5, 0]);
    expect(order.collect(0, 9)).toEqual([1, 31, 12, 23, 55]);
    expect(compared).toBeGreaterThan(0);
    // In order from now on.
    order.insert(group, 22);
    expect(order.collect(0, 9)).toEqual([1, 31, 12, 22, 23, 55]);
  });

  for (const seed of [1, 2, 3]) {
    it(`takes and loses nodes like any other, looked at or not (seed ${String(seed)})`, () => {
      const chance = random(seed);
      for (let round = 0; round < 60; round++) {
        const order = new TreeOrder(SIBLINGS);
        const model = new Set<Node>();
        for (let n = chance.int(48); n >= 0; n--) model.add(1 + chance.int(300));
        order.fill(order.root, [...model]);
        for (let steps = chance.int(200); steps > 0; steps--) {
          const node = 1 + chance.int(300);
          if (chance.int(3) > 0) {
            expect(order.insert(order.root, node)).toBe(!model.has(node));
            model.add(node);
          } else expect(order.remove(order.root, node)).toBe(model.delete(node));
          if (chance.int(40) > 0) continue;
          const sorted = byRank(model);
          expect(order.indexOf(node, () => ROOT)).toBe(sorted.indexOf(node));
          const first = chance.int(50);
          expect(order.collect(first, 20)).toEqual(sorted.slice(first, first + 20));
        }
        expect(order.total).toBe(model.size);
        expect(order.collect(0, 400)).toEqual(byRank(model));
      }
    });
  }
});
