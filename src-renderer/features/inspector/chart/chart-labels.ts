import type { SeriesField } from '../../../../src-main/contract/model/model.ts';
import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import { fieldName } from '../../../state/chart/charts.ts';
import { gapsOf, statsOf, type SeriesPoints } from '../../../state/chart/series-points.ts';
import { formatClock, formatCount, formatCounted, formatSpan } from '../../../ui/base/format.ts';

/** Significant digits that a chart can show. */
const DIGITS = 6;

/** From here on, rounded digits would be read as exact ones, and fill a column. */
const HUGE = 1e9;

/** A value of a chart: `71.4`, `184,200`, `1.25e-9`, `1.796e+12`. */
export function valueText(value: number): string {
  const size = Math.abs(value);
  const sign = value < 0 ? '−' : '';
  if (size >= HUGE) return sign + size.toExponential(3);
  if (size > 0 && size < 1e-6) return sign + size.toExponential(2);
  const [whole = '', fraction] = String(Number(size.toPrecision(DIGITS))).split('.');
  return `${sign}${formatCount(Number(whole))}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** Distinct names for the fields: with the topic's last level, or all of it where that is not enough. */
export function seriesNames(fields: readonly SeriesField[], separator: string): readonly string[] {
  const short = fields.map((field) => {
    const { field: name, last } = fieldName(field, separator);
    return name === last ? name : `${name} ${last}`;
  });
  return short.map((name, at) => {
    if (short.indexOf(name) === short.lastIndexOf(name)) return name;
    const field = fields[at];
    if (field === undefined) return name;
    const { field: path, topic } = fieldName(field, separator);
    return `${path} ${topic}`;
  });
}

/** Series that share an axis of values. */
export interface SharedAxis {
  /** The measure. */
  readonly name: string;
  /** Places of its series. */
  readonly at: readonly number[];
}

/** Parts of one thing: a place, an acceleration. */
const COMPONENT = /^[xyz]$/i;
/** They are called so where nothing says of what. */
const COMPONENTS = 'x, y, z';

/**
 * Payloads say no units, so values under one name are taken to be of one: `temperature` of two presses has one plot,
 * `pressure` another. So have `x`, `y` and `z`, which are named after what they are parts of.
 */
export function sharedAxes(fields: readonly SeriesField[], separator: string): readonly SharedAxis[] {
  const axes = new Map<string, number[]>();
  fields.forEach((field, at) => {
    // Numbers of a list are of what the list is of.
    const keys = field.path.filter((step) => typeof step === 'string');
    const isComponent = COMPONENT.test(keys.at(-1) ?? '');
    const key = isComponent ? (keys.at(-2) ?? COMPONENTS) : keys.at(-1);
    const name = key === undefined ? fieldName(field, separator).last : escapeUnsafe(key);
    axes.set(name, [...(axes.get(name) ?? []), at]);
  });
  return [...axes].map(([name, at]) => ({ name, at }));
}

/** What the chart shows, as a sentence for those who do not see it. */
export function chartSentence(
  names: readonly string[],
  series: readonly SeriesPoints[],
  from: number,
  to: number,
): string {
  if (names.length === 0) return 'An empty chart.';
  const parts = names.map((name, at) => {
    const points = series[at];
    const stats = points === undefined ? null : statsOf(points, from, to);
    if (points === undefined || stats === null) return `${name}: no values`;
    const gaps = gapsOf(points).length;
    const silent = gaps === 0 ? '' : `, ${formatCounted(gaps, 'gap')}`;
    return `${name}: ${valueText(stats.min)} to ${valueText(stats.max)}, last ${valueText(stats.last)}${silent}`;
  });
  return `${formatClock(from)} to ${formatClock(to)}. ${parts.join('; ')}.`;
}

/** A gap of the shown time, for the table: `press-04 silent for 3 m`. */
export interface GapRow {
  readonly at: number;
  readonly words: string;
}

export function gapRows(
  names: readonly string[],
  series: readonly SeriesPoints[],
  from: number,
  to: number,
): readonly GapRow[] {
  return series.flatMap((one, at) =>
    gapsOf(one)
      .filter((gap) => gap.from >= from && gap.from <= to)
      .map((gap) => ({
        at: gap.from,
        words: `${names[at] ?? ''} silent for ${formatSpan(gap.to - gap.from)}`,
      })),
  );
}
