import { describe, expect, test } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import { RECENT_TIMES } from '../../../../../src-main/contract/session/message-series.ts';
import { SeriesTally } from '../../../../../src-main/engine/publish/series/series-tally.ts';

const why = failed('no', 'It was refused.', '');
const result = (part: object) =>
  ({ sent: 0, acknowledged: [], noSubscribers: 0, errors: 0, problems: [], ...part }) as Parameters<
    SeriesTally['add']
  >[1];

describe('What is counted of a series', () => {
  test('begins with nothing, and nothing is a mean of no times', () => {
    expect(new SeriesTally().facts(0)).toEqual({
      ...{ sent: 0, acknowledged: 0, noSubscribers: 0, errors: 0, rate: 0, meanMs: null, worstMs: null },
      ...{ recentMs: [], problems: [] },
    });
  });

  test('are messages that are on their way, less those that were not sent after all', () => {
    const tally = new SeriesTally();
    tally.handed(100);
    expect(tally.facts(1_000)).toMatchObject({ sent: 100, rate: 99 });
    tally.add(60, result({ sent: 50, errors: 10, acknowledged: [1, 3] }), () => null);
    tally.add(40, null, () => null);
    expect(tally.facts(2_000)).toMatchObject({ sent: 50, errors: 10, acknowledged: 2, rate: 24.5 });
    expect(tally.facts(2_000)).toMatchObject({ meanMs: 2, worstMs: 3, recentMs: [1, 3] });
  });

  test('is never a higher rate than the one that they go out at, the first of them at once', () => {
    const tally = new SeriesTally();
    for (let second = 0; second < 10; second++) {
      tally.handed(1);
      for (const later of [1, 300, 999]) {
        expect(tally.facts(second * 1_000 + later).rate).toBeLessThanOrEqual(1);
      }
      expect(tally.facts(second * 1_000).rate).toBe(second === 0 ? 0 : 1);
    }
  });

  test('is no rate before any time has passed, whatever the clock says', () => {
    const tally = new SeriesTally();
    tally.handed(5);
    expect([tally.facts(0).rate, tally.facts(-3_600_000).rate]).toEqual([0, 0]);
  });

  test('are the last times only, the worst of all of them', () => {
    const tally = new SeriesTally();
    tally.add(1, result({ sent: 1, acknowledged: [9_999] }), () => null);
    const acknowledged = Array.from({ length: RECENT_TIMES + 7 }, (_, at) => at);
    tally.add(acknowledged.length, result({ acknowledged }), () => null);
    const { recentMs, worstMs, acknowledged: count } = tally.facts(1);
    expect([recentMs.length, recentMs[0], worstMs, count]).toEqual([
      RECENT_TIMES,
      7,
      9_999,
      RECENT_TIMES + 8,
    ]);
  });

  test('are the last 20 problems, each with its line of the file', () => {
    const tally = new SeriesTally();
    const problems = Array.from({ length: 25 }, (_, at) => ({ at, failure: why }));
    tally.add(25, result({ errors: 25, problems }), (at) => 100 + at);
    tally.failed(null, why);
    const { problems: shown, errors } = tally.facts(1);
    expect([errors, shown.length]).toEqual([26, 20]);
    expect([shown[0], shown.at(-1)]).toEqual([
      { line: 106, failure: why },
      { line: null, failure: why },
    ]);
  });

  test('that was given out stays as it was', () => {
    const tally = new SeriesTally();
    const before = tally.facts(1);
    tally.failed(3, why);
    tally.add(1, result({ acknowledged: [5] }), () => null);
    expect([before.problems, before.recentMs]).toEqual([[], []]);
  });
});
