import { describe, expect, it } from 'vitest';
import type { Node } from '../../../../../src-main/core/topics/columns/nodes.ts';
import { gathered } from '../../../../../src-main/core/topics/order/gathered.ts';
import { TreeOrder } from '../../../../../src-main/core/topics/order/tree-order.ts';
import { random } from '../../../../support/random.ts';

const BLOCK = 384;

/** A family of nodes in the order of their numbers, of which every tenth is there. */
function family(count: number): TreeOrder {
  const order = new TreeOrder({ compare: (a, b) => a - b, keys: () => null });
  for (let from = 0; from < count; from += BLOCK) {
    order.append(
      order.root,
      Array.from({ length: Math.min(BLOCK, count - from) }, (_, at) => 10 * (1 + from + at)),
    );
  }
  return order;
}

/** What is gathered while something happens in each pause. */
function gather(order: TreeOrder, inPause: (pause: number) => void): { nodes: Node[]; pauses: number } {
  const steps = gathered(order.root);
  for (let pauses = 0; ; pauses++) {
    const step = steps.next();
    if (step.done === true) return { nodes: [...step.value], pauses };
    inPause(pauses);
  }
}

describe('the rows of a family that are gathered in slices', () => {
  it('are all of them, in order, after some pauses where there are many', () => {
    for (const count of [0, 1, 384, 16_384, 50_000]) {
      const order = family(count);
      const { nodes, pauses } = gather(order, () => undefined);
      expect(nodes).toEqual(order.collect(0, count));
      expect(pauses).toBe(Math.floor(Math.max(0, count - 1) / 16_384));
    }
  });

  it('are each there once, in order, whatever comes and goes meanwhile, but for what came or went', () => {
    const chance = random(12);
    for (let round = 0; round < 12; round++) {
      const order = family(60_000);
      const [came, went] = [new Set<Node>(), new Set<Node>()];
      const { nodes } = gather(order, () => {
        for (let n = 0; n < 30; n++) {
          // So many at a place that blocks are divided, before and behind what is gathered.
          const place = 10 * chance.int(60_000);
          for (let more = 0; more < 400; more++) {
            const node = place + 10 * (more >> 3) + 1 + (more & 7);
            if (order.insert(order.root, node)) came.add(node);
          }
        }
        // A few thousand neighbours, so that whole blocks go.
        const first = chance.int(56_000);
        for (let at = 1; at <= 3_000; at++) {
          if (order.remove(order.root, 10 * (first + at))) went.add(10 * (first + at));
        }
      });
      const kept = nodes.filter((node) => !came.has(node) && !went.has(node));
      expect(kept).toEqual(order.collect(0, 200_000).filter((node) => !came.has(node)));
      expect(nodes).toEqual([...new Set(nodes)].toSorted((a, b) => a - b));
    }
  });

  it('are gathered again where the very block goes that would have been next', () => {
    const order = family(40_000);
    const { nodes, pauses } = gather(order, (pause) => {
      const next = order.root.blocks[Math.ceil(16_384 / BLOCK)];
      if (pause === 0) for (const node of [...(next?.nodes ?? [])]) order.remove(order.root, node);
    });
    expect(nodes).toEqual(order.collect(0, 40_000));
    expect(nodes).toHaveLength(40_000 - BLOCK);
    expect(pauses).toBeGreaterThan(2);
  });
});
