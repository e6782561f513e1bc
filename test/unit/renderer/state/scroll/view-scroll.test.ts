import { describe, expect, test } from 'vitest';
import {
  clampTop,
  drawnRows,
  pxToTop,
  ROW_PX,
  spacePx,
  topToPx,
} from '../../../../../src-renderer/state/scroll/view-scroll.ts';
import { wheelRows } from '../../../../../src-renderer/state/scroll/wheel-rows.ts';
import { wantedSpec } from '../../../../../src-renderer/state/tree/view-spec.ts';
import { EMPTY_STATE } from '../../../../../src-renderer/state/tree/view-state.ts';

const VIEW = 22.5;

describe('the way of the scroll bar', () => {
  for (const total of [0, 5, 1_000, 166_666, 166_667, 1_000_000, 20_000_000]) {
    test(`reaches the first and the last of ${total} rows exactly`, () => {
      const extent = { total, viewRows: VIEW };
      const last = clampTop(Infinity, extent);
      expect(topToPx(0, extent)).toBe(0);
      // The browser ends where the content does, less what is visible.
      const furthest = Math.max(0, spacePx({ ...extent, top: last }) - VIEW * ROW_PX);
      expect(topToPx(last, extent)).toBeCloseTo(furthest, 3);
      expect(pxToTop(furthest, extent)).toBeCloseTo(last, -Math.log10(1.5));
      expect(pxToTop(1e12, extent)).toBe(last);
    });
  }

  test('never makes an element that a browser would clamp at device scale 4', () => {
    expect(spacePx({ total: 20_000_000, viewRows: VIEW, top: 0 })).toBeLessThan(33_554_428 / 4);
  });

  test('is one to one while it fits, so that the browser scrolls to the pixel', () => {
    const extent = { total: 100_000, viewRows: VIEW };
    expect(topToPx(77_777.5, extent)).toBe(77_777.5 * ROW_PX);
    expect(pxToTop(77_777.5 * ROW_PX, extent)).toBe(77_777.5);
  });

  test('takes a dragged thumb to whole rows where a pixel stands for several', () => {
    const extent = { total: 1_000_000, viewRows: VIEW };
    for (const share of [0.1, 0.37, 0.5, 0.999]) {
      const px = share * (spacePx({ ...extent, top: 0 }) - VIEW * ROW_PX);
      const top = pxToTop(px, extent);
      expect(Number.isInteger(top)).toBe(true);
      expect(top / (1_000_000 - VIEW)).toBeCloseTo(share, 4);
    }
  });
});

describe('rows of another height', () => {
  for (const rowHeight of [20, 28]) {
    test(`of ${rowHeight} px lie next to each other, and the last is reached`, () => {
      for (const total of [5, 1_000, 1_000_000]) {
        const extent = { total, viewRows: VIEW, rowHeight };
        const last = clampTop(Infinity, extent);
        const furthest = Math.max(0, spacePx({ ...extent, top: last }) - VIEW * rowHeight);
        expect(topToPx(last, extent)).toBeCloseTo(furthest, 3);
        expect(pxToTop(furthest, extent)).toBeCloseTo(last, -Math.log10(1.5));
        const drawn = drawnRows({ ...extent, top: last });
        expect(drawn.rowPx(drawn.from + 1) - drawn.rowPx(drawn.from)).toBe(rowHeight);
        // The first visible row is where the scroll bar is, less the part of it that is out of sight.
        const first = Math.floor(last);
        expect(drawn.boxPx + drawn.rowPx(first)).toBeCloseTo(
          topToPx(last, extent) - (last - first) * rowHeight,
          3,
        );
      }
      expect(wheelRows({ deltaY: 2 * rowHeight, deltaMode: 0 }, VIEW, rowHeight)).toBe(2);
      const space = { total: 10, viewRows: VIEW, rowHeight, top: -2 };
      expect(spacePx(space)).toBe(12 * rowHeight);
    });
  }
});

describe('what is asked for', () => {
  test('covers the visible rows and some more, within what the contract allows', () => {
    for (const viewRows of [1, 22.5, 90, 400]) {
      const spec = wantedSpec({ ...EMPTY_STATE, viewRows, total: 5_000, top: 1_000 });
      expect(spec.rows).toBeLessThanOrEqual(200);
      expect(spec.offset).toBeLessThan(1_000);
      expect(spec.offset + spec.rows).toBeGreaterThanOrEqual(Math.min(1_000 + viewRows, spec.offset + 200));
    }
  });

  test('is tied to the top at the top, and to nothing that is not loaded', () => {
    expect(wantedSpec({ ...EMPTY_STATE, total: 100 })).toMatchObject({ anchor: null, offset: 0 });
    expect(wantedSpec({ ...EMPTY_STATE, total: 5_000, top: 4_000 }).anchor).toBeNull();
  });
});
