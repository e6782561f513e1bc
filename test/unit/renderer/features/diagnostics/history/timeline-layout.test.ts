import { describe, expect, test } from 'vitest';
import {
  barsOf,
  chosenOf,
  drawnMarks,
  LEAST_PX,
  shownRange,
  type TimelineSpan,
} from '../../../../../../src-renderer/features/diagnostics/history/timeline-layout.ts';
import { random } from '../../../../../support/random.ts';

const RANGE = { from: 0, to: 1_000 };
const LEFT = 50;
/** A pixel for ten ms. */
const x = (at: number) => LEFT + at / 10;
const span = (from: number, to: number, tone: TimelineSpan['tone'] = 'ok'): TimelineSpan => ({
  ...{ from, to, tone },
  title: `${from} to ${to}`,
});
const bars = (...spans: TimelineSpan[]) =>
  barsOf(spans, RANGE, x, LEFT).map(({ from, to, span: { tone } }) => [from, to, tone]);

describe('the bars of a lane', () => {
  test('are as long as what they stand for, cut at both ends of what is shown', () => {
    expect(bars(span(100, 300), span(400, 500, 'busy'))).toEqual([
      [60, 80, 'ok'],
      [90, 100, 'busy'],
    ]);
    expect(bars(span(-500, 100), span(900, 9_000))).toEqual([
      [50, 60, 'ok'],
      [140, 150, 'ok'],
    ]);
    expect(bars(span(-500, -1), span(1_001, 2_000))).toEqual([]);
  });

  test('have a length one can see, also of what took no time or less than none', () => {
    for (const [from, to] of [
      [200, 200],
      [200, 201],
      [200, 150],
    ] as const)
      expect(bars(span(from, to))).toEqual([[70, 70 + LEAST_PX, 'ok']]);
  });

  test('are few where thousands lie on one pixel', () => {
    const many = Array.from({ length: 10_000 }, (_, at) => span(at / 10, at / 10 + 0.05));
    expect(bars(...many).length).toBeLessThanOrEqual(100 / LEAST_PX + 1);
  });

  test('show a failure among those that are one bar', () => {
    expect(bars(span(100, 101), span(102, 103, 'err'), span(104, 105))).toEqual([[60, 61.5, 'err']]);
    const long = bars(span(100, 300), span(299, 300, 'err'));
    expect(long.map(([, , tone]) => tone)).toEqual(['ok', 'err']);
    // A thousand failures after a long bar are no thousand bars.
    expect(bars(span(100, 300), ...Array.from({ length: 1_000 }, () => span(299, 300, 'err')))).toHaveLength(
      2,
    );
  });

  test('lie within the picture, whatever the clock did', () => {
    const rng = random(7);
    const moment = () => rng.int(3_000) - 1_000;
    const spans = Array.from({ length: 500 }, () => span(moment(), moment()));
    for (const { from, to } of barsOf(spans, RANGE, x, LEFT)) {
      expect(from).toBeGreaterThanOrEqual(LEFT);
      expect(to).toBeGreaterThan(from);
      expect(to).toBeLessThanOrEqual(150 + LEAST_PX);
    }
  });
});

describe('marks', () => {
  const mark = (at: number, text = '') => ({ at, text, tone: 'err' as const });
  const drawn = (...marks: ReturnType<typeof mark>[]) =>
    drawnMarks(marks, RANGE, x).map(({ px, worded }) => [px, worded]);

  test('that are too close to be distinguished are one, and have a label where there is room', () => {
    expect(drawn(mark(100, 'a'), mark(101, 'b'), mark(200, 'c'), mark(700, 'd'))).toEqual([
      [60, true],
      [70, false],
      [120, true],
    ]);
  });

  test('without a word take no room from others, and those out of sight are not drawn', () => {
    expect(drawn(mark(100), mark(130, 'a'), mark(-1, 'b'), mark(1_001, 'c'))).toEqual([
      [60, false],
      [63, true],
    ]);
  });
});

describe('what is looked at', () => {
  const later = { from: 0, to: 1_500 };

  test('moves on with time while its end is the newest', () => {
    const chosen = chosenOf({ from: 800, to: 1_000 }, RANGE);
    expect(chosen).toEqual({ kind: 'end', ms: 200 });
    expect(shownRange(chosen, later)).toEqual({ from: 1_300, to: 1_500 });
  });

  test('is all of it as long as all of it was chosen', () => {
    expect(shownRange(chosenOf(RANGE, RANGE), later)).toEqual(later);
    expect(shownRange({ kind: 'end', ms: 9_000 }, RANGE)).toEqual(RANGE);
  });

  test('stays where a person went back to, as far as that is still there', () => {
    const chosen = chosenOf({ from: 100, to: 300 }, RANGE);
    expect(shownRange(chosen, later)).toEqual({ from: 100, to: 300 });
    expect(shownRange(chosen, { from: 200, to: 1_500 })).toEqual({ from: 200, to: 400 });
  });
});
