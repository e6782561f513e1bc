import { X } from 'lucide-react';
import { shortened } from '../../../../src-main/core/payload/visible.ts';
import type { SeriesField } from '../../../../src-main/contract/model/model.ts';
import { displayTopic } from '../../../../src-main/core/topics/names.ts';
import { statsOf, valueRows, type SeriesPoints } from '../../../state/chart/series-points.ts';
import { formatClock, formatClockMs } from '../../../ui/base/format.ts';
import { IconButton } from '../../../ui/controls/button.tsx';
import { gapRows, valueText } from './chart-labels.ts';
import { SERIES_LOOKS } from './plot.ts';

interface ChartTime {
  readonly names: readonly string[];
  readonly series: readonly SeriesPoints[];
  /** ms since the epoch. */
  readonly from: number;
  readonly to: number;
}

interface SeriesTableProps extends ChartTime {
  readonly fields: readonly SeriesField[];
  /** The time under the pointer; null: the newest. */
  readonly cursor: number | null;
  readonly onRemove: (field: SeriesField) => void;
}

/** `table` "Series": what each line is, and what it did in the shown time. */
export function SeriesTable({ fields, names, series, from, to, cursor, onRemove }: SeriesTableProps) {
  return (
    <table aria-label="Series" className="insp-chart-table">
      <thead>
        <tr>
          <th scope="col">Series</th>
          <th scope="col">{cursor === null ? 'Last' : formatClock(cursor)}</th>
          <th scope="col">Min</th>
          <th scope="col">Average</th>
          <th scope="col">Max</th>
          <th scope="col">
            <span className="visually-hidden">Remove</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {fields.map((field, at) => {
          const one = series[at];
          const stats = one === undefined ? null : statsOf(one, from, to);
          const name = names[at] ?? '';
          const here = one === undefined || cursor === null ? stats?.last : valueAt(one, cursor);
          return (
            <tr key={name}>
              <th scope="row" title={shortened(displayTopic(field.key))} className="cut">
                <Dash at={at} />
                <bdi>{name}</bdi>
              </th>
              <Figure value={here} />
              <Figure value={stats?.min} />
              <Figure value={stats?.average} />
              <Figure value={stats?.max} />
              <td>
                <IconButton
                  small
                  label={`Remove ${shortened(name)}`}
                  icon={X}
                  onClick={() => onRemove(field)}
                />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** With all its digits in the tooltip. */
function Figure({ value }: { readonly value: number | null | undefined }) {
  const text = value === null || value === undefined ? '' : valueText(value);
  return (
    <td className="cut" title={text === '' ? undefined : String(value)}>
      {text}
    </td>
  );
}

/** The line of a series as it is drawn. */
function Dash({ at }: { readonly at: number }) {
  const [tone, dash] = SERIES_LOOKS[at % SERIES_LOOKS.length] ?? ['--fg', []];
  return (
    <svg width="20" height="8" aria-hidden className="insp-chart-dash">
      <line
        x1="0"
        y1="4"
        x2="20"
        y2="4"
        stroke={`var(${tone})`}
        strokeWidth="2"
        strokeDasharray={dash.join(' ')}
      />
    </svg>
  );
}

/** Of the last point that is not after a time. */
function valueAt({ points }: SeriesPoints, at: number): number | undefined {
  return points.findLast((point) => point.at <= at)?.last;
}

/** Rows of the table. */
const ROWS = 60;

/** `table` "Values": the same lines in numbers, newest first, silence among them. */
export function ValuesTable({ names, series, from, to }: ChartTime) {
  const rows = valueRows(series, from, to, ROWS);
  const gaps = gapRows(names, series, from, to);
  return (
    <table aria-label="Values" className="insp-chart-table insp-chart-values">
      <thead>
        <tr>
          <th scope="col">Time</th>
          {names.map((name) => (
            <th key={name} scope="col" className="cut">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ at, values }, row) => {
          const newer = rows[row - 1]?.at ?? Infinity;
          const silent = gaps.filter((gap) => gap.at >= at && gap.at < newer);
          return [
            ...silent.map((gap) => (
              <tr key={`${gap.at} ${gap.words}`} className="insp-chart-gap">
                <td colSpan={names.length + 1}>
                  {gap.words} from {formatClock(gap.at)}
                </td>
              </tr>
            )),
            <tr key={at}>
              <th scope="row">{formatClockMs(at)}</th>
              {values.map((value, column) => (
                <Figure key={names[column]} value={value} />
              ))}
            </tr>,
          ];
        })}
      </tbody>
    </table>
  );
}
