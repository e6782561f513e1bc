// @vitest-environment happy-dom
import { within } from '@testing-library/react';
import { afterEach, describe, expect, test } from 'vitest';
import type { SeriesField } from '../../../../../../src-main/contract/model/model.ts';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import {
  SeriesTable,
  ValuesTable,
} from '../../../../../../src-renderer/features/inspector/chart/chart-tables.tsx';
import { seriesNames } from '../../../../../../src-renderer/features/inspector/chart/chart-labels.ts';
import { formatClock, formatClockMs } from '../../../../../../src-renderer/ui/base/format.ts';
import { NO_POINTS, type SeriesPoints } from '../../../../../../src-renderer/state/chart/series-points.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { HOSTILE_TEXTS } from '../../../../../support/window/hostile-texts.ts';
import { live, type Live } from '../../../../../support/window/live.ts';
import { seriesOf } from '../../../../../support/window/points.ts';

afterEach(teardown);

const NOON = Date.UTC(2026, 10, 29, 12);
const [FROM, TO] = [NOON - 60_000, NOON];
const STEADY = seriesOf([NOON - 50_000, 1], [NOON - 30_000, 2], [NOON - 10_000, 6]);
const field = (key: string, ...path: string[]): SeriesField => ({ key, path });
const FIELDS = [field('plant/press', 't'), field('plant/press', 'p')];
const NAMES = seriesNames(FIELDS, '/');

/** The cells of each row, as they are read. */
const cells = (table: HTMLElement) =>
  within(table)
    .getAllByRole('row')
    .slice(1)
    .map((row) => [...row.children].map((cell) => cell.textContent));

describe('The table of series', () => {
  const removed: SeriesField[] = [];
  const table = (series: readonly SeriesPoints[], cursor: number | null = null, fields = FIELDS) =>
    live(
      <SeriesTable
        {...{ fields, series, cursor, from: FROM, to: TO }}
        names={seriesNames(fields, '/')}
        onRemove={(one) => void removed.push(one)}
      />,
    );
  const series = (page: Live) => page.getByRole('table', { name: 'Series' });

  test('shows the last value, least, average and most in the shown time', () => {
    const page = table([STEADY, seriesOf([FROM - 1, 99], [NOON - 5_000, -3])]);
    expect(cells(series(page))).toEqual([
      ['t press', '6', '1', '3', '6', ''],
      ['p press', '−3', '−3', '−3', '−3', ''],
    ]);
  });

  test('has all digits of a huge value in its tooltip, and none where there is no value', () => {
    const page = table([seriesOf([NOON - 5_000, 1_796_040_287_768]), NO_POINTS]);
    const [, huge, none] = within(series(page)).getAllByRole('row');
    const titles = (row?: HTMLElement) => [...(row?.querySelectorAll('td') ?? [])].map(({ title }) => title);
    expect(titles(huge)).toEqual([...Array(4).fill('1796040287768'), '']);
    expect(titles(none)).toEqual(Array(5).fill(''));
    expect(cells(series(page))[0]?.[1]).toBe('1.796e+12');
  });

  test('leaves places without a value empty, also while the points have not come yet', () => {
    expect(cells(series(table([NO_POINTS])))).toEqual([
      ['t press', '', '', '', '', ''],
      ['p press', '', '', '', '', ''],
    ]);
  });

  test('shows the value at the time under the pointer', () => {
    const at = NOON - 20_000;
    const page = table([STEADY, NO_POINTS], at);
    expect(within(series(page)).getByRole('columnheader', { name: formatClock(at) })).toBeTruthy();
    expect(cells(series(page)).map(([, here]) => here)).toEqual(['2', '']);
    expect(cells(series(table([STEADY], FROM, [FIELDS[0]!])))[0]?.[1]).toBe('');
  });

  test('removes the series whose button is pressed', async () => {
    const page = table([STEADY, STEADY]);
    await page.user.click(page.getByRole('button', { name: 'Remove p press' }));
    expect(removed).toEqual([FIELDS[1]]);
  });

  test('has a line of each series in it, of another dash than its neighbour', () => {
    const page = table([STEADY, STEADY]);
    const dashes = [...series(page).querySelectorAll('line')].map((line) =>
      line.getAttribute('stroke-dasharray'),
    );
    expect(new Set(dashes).size).toBe(2);
  });

  test.each(HOSTILE_TEXTS)('is not deceived by a field or a topic called %j', (text) => {
    const page = table([STEADY, STEADY], null, [field(`a/${text}`, text), field(`b/${text}`, text)]);
    expect(isSafeText(series(page).outerHTML)).toBe(true);
    expect(series(page).querySelector('b')).toBeNull();
  });

  test('holds no more of a long topic in its tooltip and names than one can read', () => {
    const page = table([STEADY], null, [field(`plant/${'x'.repeat(60_000)}`)]);
    expect(page.getByRole('button').getAttribute('aria-label')?.length).toBeLessThan(1_100);
    expect(page.getByRole('rowheader').getAttribute('title')?.length).toBeLessThan(1_100);
  });
});

describe('The table of values', () => {
  const table = (series: readonly SeriesPoints[], from = FROM, names = NAMES) => {
    const page = live(<ValuesTable {...{ names, series, from, to: TO }} />);
    return page.getByRole('table', { name: 'Values' });
  };

  test('has a row of equal time for each value, newest first, and a column for each series', () => {
    const other = seriesOf([NOON - 30_000, 7.5]);
    expect(cells(table([STEADY, other]))).toEqual([
      [formatClockMs(NOON - 10_000), '6', ''],
      [formatClockMs(NOON - 30_000), '2', '7.5'],
      [formatClockMs(NOON - 50_000), '1', ''],
    ]);
  });

  test('has the silence of a series where it was', () => {
    const spoken = [50, 49, 48, 47, 46].map((ago) => [NOON - ago * 1_000, 1] as const);
    const rows = cells(table([seriesOf(...spoken, [NOON - 2_000, 2])], FROM, ['t']));
    expect(rows.map((row) => row.length)).toEqual([2, 1, 2, 2, 2, 2, 2]);
    expect(rows[1]).toEqual([`t silent for 44 s from ${formatClock(NOON - 46_000)}`]);
  });

  test('is empty of values without any, and of no time', () => {
    expect(cells(table([NO_POINTS, NO_POINTS]))).toEqual([]);
    expect(cells(table([STEADY, STEADY], TO))).toEqual([]);
  });

  test('has no more rows than one reads through, of however many points', () => {
    const many = Array.from({ length: 5_000 }, (_, at) => [FROM + at * 12, at] as const);
    expect(cells(table([seriesOf(...many)], FROM, ['t']))).toHaveLength(60);
  });
});
