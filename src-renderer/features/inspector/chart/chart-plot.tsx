import { useEffect, useId, useLayoutEffect, useMemo, useRef, type Ref, useImperativeHandle } from 'react';
import type uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { shortened } from '../../../../src-main/core/payload/visible.ts';
import type { SeriesPoints } from '../../../state/chart/series-points.ts';
import type { SharedAxis } from './chart-labels.ts';
import { drawInto, makePlot, themeColour, TIMES_PX, type ShownPoints, type Together } from './plot.ts';

/** A picture of what is drawn. */
export interface PlotHandle {
  png(): Promise<Blob | null>;
}

interface LinesProps {
  readonly series: readonly SeriesPoints[];
  readonly names: readonly string[];
  /** Shown time, ms since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly onRange: (from: number, to: number) => void;
  readonly onCursor: (at: number | null) => void;
}

interface ChartPlotProps extends LinesProps {
  /** A plot each, above each other; left out: all in one. */
  readonly axes?: readonly SharedAxis[];
  /** What the chart shows, for those who do not see it. */
  readonly sentence: string;
  readonly ref?: Ref<PlotHandle>;
}

const HEIGHT_PX = 240;
/** Of several; and of the name above each. */
const LOW_PX = 120;
const CAPTION_PX = 16;

/** The lines, on one axis of time: a plot for each measure, as very different values on one axis are flat lines. */
export function ChartPlot({ axes, series, names, sentence, ref, ...rest }: ChartPlotProps) {
  const box = useRef<HTMLDivElement>(null);
  useImperativeHandle(ref, () => ({ png: () => picture(box.current) }), []);
  const key = useId();
  /** The width that the values of each plot need, px. */
  const widest = useRef(new Map<string, number>());
  const plots = axes === undefined || axes.length < 2 ? [{ name: '', at: names.map((_, at) => at) }] : axes;
  const isAlone = plots.length === 1;
  return (
    <div
      ref={box}
      role="img"
      aria-label={sentence}
      className="insp-chart-plots"
      style={{ minHeight: isAlone ? HEIGHT_PX : plots.length * (LOW_PX + CAPTION_PX) + TIMES_PX }}
    >
      {plots.map(({ name, at }, place) => (
        <Lines
          key={isAlone ? '' : name}
          {...rest}
          all={series}
          names={at.map((one) => names[one] ?? '')}
          at={at}
          caption={name}
          group={isAlone ? null : key}
          isLast={place === plots.length - 1}
          axisPx={(own) => {
            widest.current.set(name, own);
            return Math.max(...plots.map((one) => widest.current.get(one.name) ?? 0));
          }}
        />
      ))}
    </div>
  );
}

interface OnePlotProps extends Omit<LinesProps, 'series'> {
  readonly all: readonly SeriesPoints[];
  /** Which of them are its own. */
  readonly at: readonly number[];
  readonly caption: string;
  /** Null: it is the only plot. */
  readonly group: string | null;
  readonly isLast: boolean;
  readonly axisPx: Together['axisPx'];
}

/** Drawn again when there is something new, at most once a frame. */
function Lines({ all, at, names, caption, group, isLast, axisPx, ...shownNow }: OnePlotProps) {
  const { from, to, onRange, onCursor } = shownNow;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  // Other names are another plot; the same ones in another list are not.
  const written = JSON.stringify([names, at, group, isLast]);
  const own = at.join();
  const series = useMemo(
    () => own.split(',').flatMap((one) => (own === '' ? [] : (all[Number(one)] ?? []))),
    [all, own],
  );
  const shown = useRef<ShownPoints>({ series, from, to });
  /** The points that the plot has; null: none. */
  const drawn = useRef<ShownPoints['series'] | null>(null);
  const width = useRef(axisPx);
  useLayoutEffect(() => {
    width.current = axisPx;
  });

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const [called, looks, key, last] = JSON.parse(written) as [string[], number[], string | null, boolean];
    const together = key === null ? null : { key, isLast: last, axisPx: (px: number) => width.current(px) };
    const size = () => ({
      width: Math.max(120, element.clientWidth),
      height: Math.max(80, element.clientHeight),
    });
    const make = () => {
      plot.current?.destroy();
      plot.current = makePlot(element, { ...size(), names: called, looks, together, onRange, onCursor });
      drawn.current = drawInto(plot.current, shown.current, null);
    };
    make();
    const resized = new ResizeObserver(() => plot.current?.setSize(size()));
    resized.observe(element);
    // Its colours are those of the theme it was made in.
    const themed = new MutationObserver(make);
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => {
      resized.disconnect();
      themed.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [written, onRange, onCursor]);
  useEffect(() => {
    shown.current = { series, from, to };
    // News and several steps of a slider within one frame are one drawing.
    const frame = requestAnimationFrame(() => {
      drawn.current = drawInto(plot.current, shown.current, drawn.current);
    });
    return () => cancelAnimationFrame(frame);
  }, [series, from, to]);

  return (
    <>
      {caption === '' ? null : (
        <div className="insp-chart-measure cut">
          <bdi>{shortened(caption)}</bdi>
        </div>
      )}
      <div
        ref={box}
        className="insp-chart-plot"
        style={{ flexBasis: group !== null && isLast ? TIMES_PX : 0 }}
      />
    </>
  );
}

/** All plots below each other with their measures, on the colour that lies behind them: the drawing has none. */
async function picture(box: HTMLElement | null): Promise<Blob | null> {
  const parts = [...(box?.querySelectorAll<HTMLElement>('.insp-chart-measure, canvas') ?? [])];
  const drawings = parts.filter((part) => part instanceof HTMLCanvasElement);
  if (drawings.length === 0) return null;
  const captionPx = Math.round(CAPTION_PX * devicePixelRatio);
  const heightOf = (part: HTMLElement): number =>
    part instanceof HTMLCanvasElement ? part.height : captionPx;
  const copy = document.createElement('canvas');
  copy.width = Math.max(...drawings.map(({ width }) => width));
  copy.height = parts.reduce((sum, part) => sum + heightOf(part), 0);
  const context = copy.getContext('2d');
  if (context === null) return null;
  context.fillStyle = themeColour('--panel');
  context.fillRect(0, 0, copy.width, copy.height);
  let top = 0;
  for (const part of parts) {
    if (part instanceof HTMLCanvasElement) context.drawImage(part, 0, top);
    else writeCaption(context, part, top + captionPx / 2);
    top += heightOf(part);
  }
  return new Promise((resolve) => copy.toBlob(resolve, 'image/png'));
}

/** As it stands above its plot. */
function writeCaption(context: CanvasRenderingContext2D, caption: HTMLElement, middle: number): void {
  const { fontFamily, fontSize, paddingLeft } = getComputedStyle(caption);
  const px = (size: string): number => (Number.parseFloat(size) || 0) * devicePixelRatio;
  context.font = `${px(fontSize)}px ${fontFamily}`;
  context.fillStyle = themeColour('--mut');
  context.textBaseline = 'middle';
  context.fillText(caption.textContent, px(paddingLeft), middle);
}
