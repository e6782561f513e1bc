import { expect, test } from 'vitest';
import { countMatches } from '../../../../../src-main/core/topics/count/match-counts.ts';
import { NaiveTopics } from '../../../../support/store/naive-topics.ts';

function fleet(count: number): NaiveTopics {
  const source = new NaiveTopics();
  for (let n = 0; n < count; n++) source.publish(`hall/t${String(n)}`, String(n % 10), {});
  return source;
}

/** The result, and the number of steps it took. */
function run(steps: ReturnType<typeof countMatches>, between: (step: number) => void = () => undefined) {
  for (let turns = 1; ; turns++) {
    const step = steps.next();
    if (step.done === true) return { counts: step.value, turns };
    between(turns);
  }
}

test('each filter is counted by itself, and exactly where all topics were asked', () => {
  const { counts } = run(
    countMatches(fleet(200), ['hall', 'value=3', 'topic~t19', 'nothing', 'hall value>7']),
  );
  expect(counts).toEqual([200, 20, 11, 0, 40].map((topics) => ({ topics, exact: true })));
});

test('what means nothing has no count, and no topics are nothing', () => {
  expect(run(countMatches(fleet(3), ['value>', '', '/(/', 'hall'])).counts).toEqual([
    null,
    null,
    null,
    { topics: 3, exact: true },
  ]);
  expect(run(countMatches(new NaiveTopics(), ['hall'])).counts).toEqual([{ topics: 0, exact: true }]);
  expect(run(countMatches(fleet(3), [])).counts).toEqual([]);
});

test('beyond its budget the count is an estimate and marked as one; with too few matches it is null', () => {
  const { counts, turns } = run(countMatches(fleet(20_000), ['value=3', 'topic~t19999'], 10_000));
  const [third, rare] = counts;
  expect(third?.exact).toBe(false);
  expect(third?.topics).toBeGreaterThan(1_500);
  expect(third?.topics).toBeLessThan(2_500);
  expect(rare).toBeNull();
  // In pieces, between which messages come.
  expect(turns).toBeGreaterThan(10);
});

test('topics that leave and come between two pieces do it no harm', () => {
  const source = fleet(5_000);
  const { counts } = run(countMatches(source, ['hall', 'value=3']), (step) => {
    source.forget(source.find(new TextEncoder().encode(`hall/t${String(step)}`)));
    source.publish(`new/t${String(step)}`, '3', {});
  });
  expect(counts[0]?.exact).toBe(true);
  expect(counts[0]?.topics).toBeGreaterThan(4_900);
});

test('a long value is paused for, and read again', () => {
  const source = new NaiveTopics();
  for (let n = 0; n < 5; n++) source.publish(`t${String(n)}`, 'x'.repeat(200_000), {});
  const { counts, turns } = run(countMatches(source, ['value~y', 'value~x']));
  expect(counts).toEqual([
    { topics: 0, exact: true },
    { topics: 5, exact: true },
  ]);
  expect(turns).toBeGreaterThan(5);
});
