import { describe, expect, test } from 'vitest';
import { Segment, segmentBytesFor, SegmentRing, SLOT } from '../../../../src-main/core/history/segments.ts';
import { random } from '../../../support/random.ts';

const segment = (ring: SegmentRing, slots = 1): Segment => {
  const made = new Segment(ring.nextBase, new ArrayBuffer(slots * SLOT));
  ring.add(made);
  return made;
};

describe('the segments of a log', () => {
  test('are whole slots, at most a 128th of the budget and four megabytes', () => {
    for (let budget = 2 ** 20; budget <= 2 ** 36; budget *= 1.7) {
      const bytes = segmentBytesFor(budget);
      expect(bytes % SLOT).toBe(0);
      expect(bytes).toBeLessThanOrEqual(4 * 2 ** 20);
      expect(bytes === SLOT || bytes * 128 <= budget).toBe(true);
    }
    expect([0, 1, NaN].map(segmentBytesFor)).toEqual([SLOT, SLOT, SLOT]);
  });

  test('have no address 0, and are found by each of their addresses', () => {
    const ring = new SegmentRing();
    expect([ring.nextBase, ring.oldest, ring.at(ring.nextBase)]).toEqual([SLOT, null, null]);
    const [a, b] = [segment(ring), segment(ring, 3)];
    expect(b.base).toBe(a.base + SLOT);
    for (const [address, found] of [
      [a.base, a],
      [a.base + SLOT - 4, a],
      [b.base, b],
      [b.base + SLOT, b],
      [b.base + 3 * SLOT - 4, b],
      [b.base + 3 * SLOT, null],
      [2 ** 45, null],
    ] as const)
      expect(ring.at(address), String(address)).toBe(found);
  });

  test('leave from the oldest on, and addresses go on growing', () => {
    const ring = new SegmentRing();
    const [a, b] = [segment(ring, 2), segment(ring)];
    ring.drop(a);
    expect(ring.oldest).toBe(b);
    ring.drop(b);
    expect([ring.oldest, ring.nextBase]).toEqual([null, b.base + SLOT]);
    const c = segment(ring);
    expect([c.base > b.base, ring.oldest, ring.at(c.base)]).toEqual([true, c, c]);
  });

  test('are found as a plain list finds them, however many there are and however they come and go', () => {
    const rng = random(5);
    const ring = new SegmentRing();
    const live: Segment[] = [];
    for (let round = 0; round < 8_000; round++) {
      const grows = rng.int(100) < (round < 4_000 ? 60 : 45);
      if (grows) live.push(segment(ring, 1 + rng.int(4)));
      else {
        const oldest = live.shift();
        if (oldest !== undefined) ring.drop(oldest);
      }
      expect(ring.oldest).toBe(live[0] ?? null);
      const some = live[rng.int(Math.max(1, live.length))];
      if (some === undefined) continue;
      expect(ring.at(some.base + rng.int(some.capacity))).toBe(some);
    }
    expect(live.length).toBeGreaterThan(100);
  });
});
