import { describe, expect, test } from 'vitest';
import { scrollFor } from '../../../../../../src-renderer/features/inspector/base/use-line-rows.ts';

const PANEL = { room: 208, above: 96, foot: 0 };

/** Where a line stands in the panel, by how the lines are drawn: those that are scrolled over stand at its top. */
function placeOf(count: number, row: number, scrollTop: number): number {
  const height = Math.min(12_000_000, count * 20);
  const scale = count * 20 <= height ? 1 : (count * 20 - PANEL.room) / (height - PANEL.room);
  const scrolled = Math.max(0, scrollTop - PANEL.above);
  return row * 20 - scrolled * scale + Math.max(0, PANEL.above - scrollTop);
}

describe('A line that is gone to', () => {
  test.each([
    [100, 70],
    [500_000, 400_000],
    [1_011_122, 540_010],
    [10_000_000, 9_000_000],
  ])('among %d is in sight where it is the one with the number %d, and stays where it is', (count, row) => {
    for (const scrollTop of [0, 1_000, 6_000_000]) {
      const target = scrollFor(count, row, { ...PANEL, scrollTop }) ?? scrollTop;
      const at = placeOf(count, row, target);
      expect(at).toBeGreaterThanOrEqual(PANEL.above - 0.01);
      expect(at + 20).toBeLessThanOrEqual(PANEL.room + 0.01);
      expect(scrollFor(count, row, { ...PANEL, scrollTop: target + 0.001 }) ?? target).toBeCloseTo(target, 0);
    }
  });

  test('comes in at the edge where it was near', () => {
    expect(scrollFor(100, 5, { ...PANEL, scrollTop: 0 })).toBe(8);
    expect(scrollFor(100, 4, { ...PANEL, scrollTop: 0 })).toBeNull();
    expect(scrollFor(100, 9, { ...PANEL, scrollTop: 300 })).toBe(180);
  });
});
