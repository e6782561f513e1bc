import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import {
  moved,
  rangeByKey,
  ticks,
  within,
  zoomed,
} from '../../../../../../src-renderer/features/diagnostics/history/time-range.ts';

const limits = { from: 1_000, to: 101_000 };
const range = { from: 21_000, to: 41_000 };

describe('a range of time', () => {
  test('keeps its length where it can, and never leaves the limits', () => {
    expect(within({ from: -5_000, to: 5_000 }, limits)).toEqual({ from: 1_000, to: 11_000 });
    expect(within({ from: 99_000, to: 109_000 }, limits)).toEqual({ from: 91_000, to: 101_000 });
    expect(within({ from: -1e9, to: 1e9 }, limits)).toEqual(limits);
    expect(moved(range, 1e9, limits)).toEqual({ from: 81_000, to: 101_000 });
  });

  test('zooms about a moment that stays where it is, down to what can be drawn', () => {
    expect(zoomed(range, 2, 26_000, limits)).toEqual({ from: 23_500, to: 33_500 });
    expect(zoomed(range, 1e9, 30_000, limits)).toMatchObject({ from: expect.closeTo(29_991, 0) as number });
    const closest = zoomed(range, 1e9, 30_000, limits);
    expect(closest.to - closest.from).toBe(20);
    expect(zoomed(range, 1e-9, 30_000, limits)).toEqual(limits);
  });

  test('goes by keys, each undone by its opposite, and by no others', () => {
    const by = (key: string, of = range) => rangeByKey(key, of, limits);
    for (const [there, back] of [
      ['ArrowLeft', 'ArrowRight'],
      ['PageUp', 'PageDown'],
      ['+', '-'],
    ] as const) {
      const gone = by(there);
      const again = gone === null ? null : by(back, gone);
      expect(gone).not.toEqual(range);
      expect(again?.from).toBeCloseTo(range.from, 3);
      expect(again?.to).toBeCloseTo(range.to, 3);
    }
    expect([by('Home'), by('End'), by('0')]).toEqual([
      { from: 1_000, to: 21_000 },
      { from: 81_000, to: 101_000 },
      limits,
    ]);
    expect([by('a'), by('Tab'), by('Escape'), by('ArrowUp')]).toEqual([null, null, null, null]);
  });

  test('stays within the limits whatever is done to it', () => {
    const key = fc.constantFrom(
      'ArrowLeft',
      'ArrowRight',
      'PageUp',
      'PageDown',
      'Home',
      'End',
      '+',
      '-',
      '=',
      '0',
    );
    fc.assert(
      fc.property(fc.array(key, { maxLength: 60 }), (keys) => {
        let now = range;
        for (const one of keys) now = rangeByKey(one, now, limits) ?? now;
        expect(now.from).toBeGreaterThanOrEqual(limits.from);
        expect(now.to).toBeLessThanOrEqual(limits.to + 1e-6);
        expect(now.to - now.from).toBeGreaterThanOrEqual(20 - 1e-6);
      }),
    );
  });
});

describe('the marks of the axis', () => {
  const zone = process.env['TZ'];
  afterEach(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });
  const at = (text: string): number => new Date(text).getTime();
  const texts = (from: string, to: string, most: number): readonly string[] =>
    ticks({ from: at(from), to: at(to) }, most).map(({ text }) => text);

  test.each([
    ['2026-03-01T10:00:00Z', '2026-03-01T10:00:00.100Z', 10, '10:00:00.010'],
    ['2026-03-01T10:00:01Z', '2026-03-01T10:00:09Z', 8, '10:00:01'],
    ['2026-03-01T10:01:00Z', '2026-03-01T10:09:00Z', 8, '10:01'],
    ['2026-03-01T01:00:00Z', '2026-03-01T23:00:00Z', 8, '03:00'],
    ['2026-03-01T01:00:00Z', '2026-03-08T23:00:00Z', 8, 'Mar 2'],
  ] as const)('from %s to %s are round', (from, to, most, one) => {
    process.env['TZ'] = 'UTC';
    const found = texts(from, to, most);
    expect(found).toContain(one);
    expect(found.length).toBeLessThanOrEqual(most + 1);
    expect(new Set(found).size).toBe(found.length);
  });

  test('are at midnight of the place, also where half an hour is missing, and after the clock was changed', () => {
    process.env['TZ'] = 'Asia/Kolkata';
    expect(texts('2026-03-01T12:00:00Z', '2026-03-04T12:00:00Z', 4)).toEqual(['Mar 2', 'Mar 3', 'Mar 4']);
    process.env['TZ'] = 'Europe/Oslo';
    // Winter time begins on October 25, summer time on March 29.
    for (const [from, to, days] of [
      ['2026-10-23T10:00:00Z', '2026-10-28T10:00:00Z', ['Oct 24', 'Oct 25', 'Oct 26', 'Oct 27', 'Oct 28']],
      ['2026-03-27T10:00:00Z', '2026-04-01T10:00:00Z', ['Mar 28', 'Mar 29', 'Mar 30', 'Mar 31', 'Apr 1']],
    ] as const) {
      const marks = ticks({ from: at(from), to: at(to) }, 6);
      expect(marks.map(({ text }) => text)).toEqual(days);
      expect(marks.map((mark) => new Date(mark.at).getHours())).toEqual([0, 0, 0, 0, 0]);
    }
    expect(texts('2026-10-24T21:00:00Z', '2026-10-25T22:30:00Z', 9)).toEqual([
      ...['Oct 25', '03:00', '06:00', '09:00', '12:00', '15:00', '18:00', '21:00'],
    ]);
  });

  test('are few also where nothing or ages are shown', () => {
    process.env['TZ'] = 'UTC';
    expect(ticks({ from: 5, to: 6 }, 5)).toEqual([]);
    expect(ticks({ from: 0, to: 400 * 86_400_000 }, 5).length).toBeLessThan(20);
    expect(ticks({ from: 0, to: 1_000 }, 0).length).toBeLessThan(3);
  });
});
