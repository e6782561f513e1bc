// @vitest-environment happy-dom
import { act } from '@testing-library/react';
import { useRef } from 'react';
import { afterEach, describe, expect, test } from 'vitest';
import {
  scrollFor,
  scrollToRow,
  useLineRows,
} from '../../../../../../src-renderer/features/inspector/base/use-line-rows.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { layOut, scrollDown, scrolledBy } from '../../../../../support/window/laid-out.ts';
import { live } from '../../../../../support/window/live.ts';

afterEach(teardown);

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

function Lines({ count, onDrawn }: { readonly count: number; readonly onDrawn: (drawn: Shown) => void }) {
  const box = useRef<HTMLDivElement>(null);
  const shown = useLineRows(box, count);
  onDrawn(shown);
  return <div ref={box} data-testid="lines" />;
}
type Shown = ReturnType<typeof useLineRows>;

/** Lines in a panel of 200 px. */
function lines(count: number) {
  let shown: Shown | null = null;
  layOut('[role=tabpanel]', { height: 200 });
  const page = live(
    <div role="tabpanel">
      <Lines count={count} onDrawn={(drawn) => (shown = drawn)} />
    </div>,
  );
  return { panel: page.getByRole('tabpanel'), box: page.getByTestId('lines'), drawn: () => shown };
}

describe('Of very many lines', () => {
  test('those in sight and some beyond are drawn, where they stand', () => {
    const { drawn, panel } = lines(10_000);
    expect(drawn()).toEqual({ first: 0, last: 74, top: 0, height: 200_000 });
    scrollDown(panel, 100_000);
    expect(drawn()).toEqual({ first: 4_936, last: 5_074, top: 98_720, height: 200_000 });
  });

  test('the last is in sight where the scroll bar ends, though a browser knows no such height', () => {
    const { drawn, panel } = lines(10_000_000);
    expect(drawn()?.height).toBe(12_000_000);
    scrollDown(panel, 12_000_000 - 200);
    const end = drawn();
    expect(end?.last).toBe(10_000_000);
    expect((end?.top ?? 0) + (10_000_000 - (end?.first ?? 0)) * 20).toBeCloseTo(12_000_000, 0);
  });

  test('one that is gone to is scrolled to at once, and where it is in sight nothing moves', () => {
    const { box, panel, drawn } = lines(10_000);
    const asked = scrolledBy(panel);
    scrollToRow(box, 10_000, 5);
    expect(asked).toEqual([]);
    act(() => scrollToRow(box, 10_000, 5_000));
    expect(asked.map(({ behavior }) => behavior)).toEqual(['instant']);
    const { first = 0, last = 0 } = drawn() ?? {};
    expect([first < 5_000, last > 5_000]).toEqual([true, true]);
    expect(Math.abs(panel.scrollTop - 100_000)).toBeLessThan(200);
  });

  test('nothing is scrolled of what is not drawn, or stands in nothing that scrolls', () => {
    expect(() => {
      scrollToRow(null, 10, 5);
      scrollToRow(document.createElement('div'), 10, 5);
    }).not.toThrow();
  });
});
