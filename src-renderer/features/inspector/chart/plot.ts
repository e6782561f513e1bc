import uPlot from 'uplot';
import { gapsOf, type SeriesPoints } from '../../../state/chart/series-points.ts';

/** Tones and dashes of the series, so that they can be distinguished without colours as well. */
export const SERIES_LOOKS: readonly (readonly [string, readonly number[]])[] = [
  ['--s-num', []],
  ['--s-lit', [6, 4]],
  ['--s-str', [2, 3]],
  ['--ret', [10, 3, 2, 3]],
  ['--mark-orange', [4, 2]],
  ['--mark-yellow', [1, 3]],
  ['--mut', [8, 4]],
  ['--s-key', [3, 6]],
];

/** A colour of the theme in force. */
export function themeColour(name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/**
 * The series on one axis of time, s since the epoch. Where a series is silent for long it has a point without
 * a value, so that no line is drawn over the silence.
 */
export function plotData(series: readonly SeriesPoints[]): uPlot.AlignedData {
  const tables = series.map((one): uPlot.AlignedData => {
    const gaps = gapsOf(one).map(({ from }) => from);
    const times: number[] = [];
    const values: (number | null)[] = [];
    let gap = 0;
    for (const { at, sum, count } of one.points) {
      times.push(at / 1_000);
      values.push(sum / count);
      if (gaps[gap] !== at) continue;
      gap++;
      times.push((at + 1) / 1_000);
      values.push(null);
    }
    return [times, values];
  });
  if (tables.length === 0) return [[]];
  // 2: a value that is null stays a gap, also where other series have points.
  return uPlot.join(
    tables,
    tables.map(() => [1, 2]),
  );
}

/**
 * The places of values without a neighbour to draw a line to: the only value of a series, or one between two
 * silences. Another series' times in between have `undefined` here, and are none of its own.
 */
export function lonePoints(values: ArrayLike<number | null | undefined>): number[] {
  const lone: number[] = [];
  let [first, isOpen] = [-1, false];
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (value === undefined) continue;
    if (value === null && first >= 0) lone.push(first);
    first = value === null || isOpen ? -1 : at;
    isOpen = value !== null;
  }
  if (first >= 0) lone.push(first);
  return lone;
}

export interface ShownPoints {
  readonly series: readonly SeriesPoints[];
  /** ms since the epoch. */
  readonly from: number;
  readonly to: number;
}

/** Answers the points that the plot has then. A time that moved alone costs no new table of points. */
export function drawInto(
  plot: Pick<uPlot, 'series' | 'batch' | 'setData' | 'setScale'> | null,
  { series, from, to }: ShownPoints,
  before: ShownPoints['series'] | null,
): ShownPoints['series'] | null {
  // While fields come and go the one may be ahead of the other.
  if (plot === null || series.length !== plot.series.length - 1) return before;
  plot.batch(() => {
    if (series !== before) plot.setData(plotData(series), false);
    plot.setScale('x', { min: from / 1_000, max: to / 1_000 });
  });
  return series;
}

const AXIS_FONT = '11px Inter Variable, sans-serif';
/** The room that labels up to `184,200` take, so that the axis hardly ever moves; px. */
const USUAL_AXIS_PX = 56;
/** Of several plots, so that one whose labels grow hardly ever stands out; px. */
const SHARED_AXIS_PX = 72;
/** Below the last of several plots, and at their right, where half of the last time has room; px. */
export const TIMES_PX = 34;
const BESIDE_PX = 26;
/** The tick and the gap beside a label, px. */
const BESIDE_LABEL_PX = 18;

/** The width of the axis of values, so that none of its labels is cut; at most half of the plot. Px */
export function valueAxisPx(
  plot: { readonly ctx: Pick<CanvasRenderingContext2D, 'measureText' | 'font'>; readonly width: number },
  labels: readonly string[] | null,
): number {
  plot.ctx.font = AXIS_FONT;
  // In the pixels of the canvas that font would be larger; here it is measured as it is laid out.
  const widest = Math.max(0, ...(labels ?? []).map((label) => plot.ctx.measureText(label).width));
  return Math.min(Math.floor(plot.width / 2), Math.max(USUAL_AXIS_PX, Math.ceil(widest) + BESIDE_LABEL_PX));
}

/** The plots of one chart have one axis of time: the pointer is on all of them, and their lines begin at one place. */
export interface Together {
  /** Others of the same key show the time under the pointer. */
  readonly key: string;
  /** The times are written below the last one alone. */
  readonly isLast: boolean;
  /** The widest axis of values of all, px. */
  axisPx(own: number): number;
}

export interface PlotOptions {
  /** Which of `SERIES_LOOKS` each has; left out: in their order. */
  readonly looks?: readonly number[];
  /** Left out: it is the only one. */
  readonly together?: Together | null;
  readonly width: number;
  readonly height: number;
  readonly names: readonly string[];
  /** A part of the time was chosen by dragging; ms since the epoch. */
  readonly onRange: (from: number, to: number) => void;
  /** The time under the pointer; null: none. */
  readonly onCursor: (at: number | null) => void;
}

/** Of times and of values. */
function axesOf(together: Together | null): uPlot.Axis[] {
  const isLast = together?.isLast ?? true;
  const [muted, line] = [themeColour('--mut'), themeColour('--line')];
  const axis = {
    stroke: muted,
    font: AXIS_FONT,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1 },
  };
  return [
    {
      ...axis,
      // Its grid stays where its times are those of the plot below.
      ...(isLast ? {} : { size: 0, ticks: { show: false } }),
      ...(isLast && together !== null ? { size: TIMES_PX } : {}),
      values: (_plot, times) => times.map((time) => (isLast ? clockText(time * 1_000) : '')),
    },
    {
      ...axis,
      size: (plot, labels) => {
        const own = valueAxisPx(plot, labels);
        return together === null ? own : together.axisPx(Math.max(own, SHARED_AXIS_PX));
      },
    },
  ];
}

function linesOf({ names, looks }: PlotOptions): uPlot.Series[] {
  return [
    {},
    ...names.map((label, at) => {
      const [tone, dash] = SERIES_LOOKS[(looks?.[at] ?? at) % SERIES_LOOKS.length] ?? ['--fg', []];
      const stroke = themeColour(tone);
      // A line has no room for a single value, which would not be seen at all.
      const points: uPlot.Series.Points = {
        show: false,
        filter: (plot, series) => {
          const lone = lonePoints(plot.data[series] ?? []);
          // Of none the library would draw an empty path.
          return lone.length === 0 ? null : lone;
        },
        size: 5,
        fill: stroke,
      };
      return { label, stroke, dash: [...dash], width: 1.5, points };
    }),
  ];
}

export function makePlot(box: HTMLElement, options: PlotOptions): uPlot {
  const { together = null } = options;
  return new uPlot(
    {
      width: options.width,
      height: options.height,
      legend: { show: false },
      ...(together === null ? {} : { padding: [null, BESIDE_PX, null, null] }),
      cursor: {
        drag: { x: true, y: false, setScale: false },
        points: { size: 6 },
        ...(together === null ? {} : { sync: { key: together.key } }),
      },
      scales: { x: { time: true } },
      axes: axesOf(together),
      series: linesOf(options),
      hooks: {
        setSelect: [
          (plot) => {
            const { left, width } = plot.select;
            if (width < 3) return;
            options.onRange(plot.posToVal(left, 'x') * 1_000, plot.posToVal(left + width, 'x') * 1_000);
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          },
        ],
        setCursor: [
          (plot) => {
            const left = plot.cursor.left ?? -1;
            // Before anything is drawn no place has a time.
            const isTimed = left >= 0 && typeof plot.scales['x']?.min === 'number';
            options.onCursor(isTimed ? plot.posToVal(left, 'x') * 1_000 : null);
          },
        ],
      },
    },
    [[], ...options.names.map(() => [])] as unknown as uPlot.AlignedData,
    box,
  );
}

const clock = new Intl.DateTimeFormat('en-US', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

function clockText(at: number): string {
  return clock.format(at);
}
