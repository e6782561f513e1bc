import { useEffect, useLayoutEffect, useRef, type Ref, useImperativeHandle } from 'react';
import type uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { SeriesPoints } from '../../../state/chart/series-points.ts';
import { drawInto, makePlot, themeColour, type ShownPoints } from './plot.ts';

/** A picture of what is drawn. */
export interface PlotHandle {
  png(): Promise<Blob | null>;
}

interface ChartPlotProps {
  readonly series: readonly SeriesPoints[];
  readonly names: readonly string[];
  /** Shown time, ms since the epoch. */
  readonly from: number;
  readonly to: number;
  /** What the chart shows, for those who do not see it. */
  readonly sentence: string;
  readonly onRange: (from: number, to: number) => void;
  readonly onCursor: (at: number | null) => void;
  readonly ref?: Ref<PlotHandle>;
}

const HEIGHT_PX = 240;

/** The lines; drawn again when there is something new, at most once a frame. */
export function ChartPlot({ series, names, from, to, sentence, onRange, onCursor, ref }: ChartPlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const shown = useRef<ShownPoints>({ series, from, to });
  /** The points that the plot has; null: none. */
  const drawn = useRef<ShownPoints['series'] | null>(null);
  // Other names are another plot; the same ones in another list are not.
  const written = JSON.stringify(names);
  useImperativeHandle(ref, () => ({ png: () => picture(plot.current) }), []);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const make = () => {
      plot.current?.destroy();
      const width = Math.max(120, element.clientWidth);
      const height = Math.max(120, element.clientHeight);
      const options = { width, height, names: JSON.parse(written) as string[], onRange, onCursor };
      plot.current = makePlot(element, options);
      drawn.current = drawInto(plot.current, shown.current, null);
    };
    make();
    const resized = new ResizeObserver(() => {
      plot.current?.setSize({
        width: Math.max(120, element.clientWidth),
        height: Math.max(120, element.clientHeight),
      });
    });
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
    <div
      ref={box}
      role="img"
      aria-label={sentence}
      className="insp-chart-plot"
      style={{ minHeight: HEIGHT_PX }}
    />
  );
}

/** On the colour that lies behind it: the drawing itself has none. */
async function picture(plot: uPlot | null): Promise<Blob | null> {
  if (plot === null) return null;
  const { canvas } = plot.ctx;
  const copy = document.createElement('canvas');
  copy.width = canvas.width;
  copy.height = canvas.height;
  const context = copy.getContext('2d');
  if (context === null) return null;
  context.fillStyle = themeColour('--panel');
  context.fillRect(0, 0, copy.width, copy.height);
  context.drawImage(canvas, 0, 0);
  return new Promise((resolve) => copy.toBlob(resolve, 'image/png'));
}
