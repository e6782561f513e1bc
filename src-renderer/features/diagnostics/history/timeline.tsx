import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { MoveHorizontal, ZoomIn, ZoomOut } from 'lucide-react';
import { IconButton } from '../../../ui/controls/button.tsx';
import { moved, rangeByKey, ticks, zoomed, type TimeRange } from './time-range.ts';
import {
  barsOf,
  chosenOf,
  drawnMarks,
  shownRange,
  WORD_PX,
  type Chosen,
  type TimelineLane,
  type TimelineMark,
} from './timeline-layout.ts';
import './timeline.css';

interface TimelineProps {
  /** The accessible name. */
  readonly label: string;
  /** What the picture shows, in a sentence. */
  readonly caption: string;
  readonly lanes: readonly TimelineLane[];
  /** Oldest first. */
  readonly marks: readonly TimelineMark[];
  readonly limits: TimeRange;
  /** How much of the end is shown at first (ms); left out: all. */
  readonly first?: number;
  /** Buttons and keys that zoom and move. */
  readonly zoom?: boolean;
  /** Left of the buttons. */
  readonly start?: ReactNode;
}

const LANE_PX = 20;
const BAR_PX = 12;
const TOP_PX = 16;
const AXIS_PX = 18;
const NAME_PX = 78;
const TICK_PX = 84;
/** Of zooming by one notch of the wheel. */
const NOTCH = 1.2;

/** Bars over time; what is shown moves on with the end of `limits` unless a person went back. */
export function Timeline(props: TimelineProps) {
  const { label, caption, lanes, marks, limits, zoom = false } = props;
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [chosen, setChosen] = useState<Chosen>({ kind: 'end', ms: props.first ?? Infinity });
  const range = shownRange(chosen, limits);
  const plot = Math.max(40, width - NAME_PX - 8);
  const x = (at: number) => NAME_PX + ((at - range.from) / (range.to - range.from)) * plot;
  const timeAt = (px: number) => range.from + ((px - NAME_PX) / plot) * (range.to - range.from);
  const set = (next: TimeRange) => setChosen(chosenOf(next, limits));
  const middle = (range.from + range.to) / 2;
  useWheelZoom(box, zoom, (factor, px) => set(zoomed(range, factor, timeAt(px), limits)));
  const drag = useDrag((px) => set(moved(range, (-px / plot) * (range.to - range.from), limits)));
  const height = TOP_PX + lanes.length * LANE_PX + AXIS_PX;

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = rangeByKey(event.key, range, limits);
    if (next === null) return;
    event.preventDefault();
    set(next);
  };

  return (
    <div className="timeline">
      {zoom ? (
        <div className="doctor-bar">
          {props.start}
          <span className="doctor-bar-end">
            <IconButton
              small
              label="Zoom out"
              icon={ZoomOut}
              onClick={() => set(zoomed(range, 1 / 2, middle, limits))}
            />
            <IconButton
              small
              label="Zoom in"
              icon={ZoomIn}
              onClick={() => set(zoomed(range, 2, middle, limits))}
            />
            <IconButton small label="Show all of it" icon={MoveHorizontal} onClick={() => set(limits)} />
          </span>
        </div>
      ) : null}
      {/* A picture one can move in takes keys and the pointer; its buttons do the same. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        ref={box}
        role="group"
        aria-label={label}
        aria-description={zoom ? `${caption} Plus and minus zoom, arrow keys move, 0 shows all.` : caption}
        tabIndex={zoom ? 0 : undefined}
        className="timeline-box"
        onKeyDown={zoom ? onKeyDown : undefined}
        {...(zoom ? drag : {})}
      >
        <svg width={width} height={height} aria-hidden>
          <Axis range={range} x={x} plot={plot} height={height} />
          {lanes.map((lane, index) => (
            <Lane key={lane.name} lane={lane} range={range} x={x} y={TOP_PX + index * LANE_PX} />
          ))}
          <Marks marks={marks} range={range} x={x} bottom={height - AXIS_PX} />
        </svg>
      </div>
    </div>
  );
}

type Place = (at: number) => number;

function Axis(props: {
  readonly range: TimeRange;
  readonly x: Place;
  readonly plot: number;
  readonly height: number;
}) {
  const { range, x, plot, height } = props;
  const base = height - AXIS_PX + 0.5;
  const all = ticks(range, Math.floor(plot / TICK_PX));
  const words = all.filter(({ at }) => x(at) <= NAME_PX + plot - WORD_PX / 2);
  return (
    <>
      <line x1={NAME_PX} x2={NAME_PX + plot} y1={base} y2={base} className="timeline-axis" />
      {words.map(({ at, text }) => (
        <text key={at} x={x(at)} y={height - 4} textAnchor="middle" className="timeline-word">
          {text}
        </text>
      ))}
    </>
  );
}

function Lane(props: {
  readonly lane: TimelineLane;
  readonly range: TimeRange;
  readonly x: Place;
  readonly y: number;
}) {
  const { lane, range, x, y } = props;
  const bars = barsOf(lane.spans, range, x, NAME_PX).map(({ from, to, span }) => (
    <rect
      key={`${span.from} ${span.tone}`}
      x={from}
      y={y + (LANE_PX - BAR_PX) / 2}
      width={to - from}
      height={BAR_PX}
      className={`timeline-bar timeline-${span.tone}`}
    >
      <title>{span.title}</title>
    </rect>
  ));
  return (
    <>
      <text x={0} y={y + LANE_PX / 2 + 4} className="timeline-word timeline-name">
        {lane.name}
      </text>
      {bars}
    </>
  );
}

function Marks(props: {
  readonly marks: readonly TimelineMark[];
  readonly range: TimeRange;
  readonly x: Place;
  readonly bottom: number;
}) {
  const { marks, range, x, bottom } = props;
  return drawnMarks(marks, range, x).map(({ px, mark: { at, text, tone }, worded }) => (
    <g key={at} className={`timeline-mark-${tone}`}>
      <line x1={px} x2={px} y1={TOP_PX - 2} y2={bottom} />
      {worded ? (
        <text x={px} y={10} textAnchor="middle">
          {text}
        </text>
      ) : null}
    </g>
  ));
}

function useWidth(box: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(480);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = () => setWidth(Math.max(160, element.clientWidth));
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [box]);
  return width;
}

/** The wheel zooms with Ctrl held, as everywhere; plain it scrolls the pane. */
function useWheelZoom(
  box: React.RefObject<HTMLElement | null>,
  on: boolean,
  zoom: (factor: number, px: number) => void,
): void {
  const latest = useRef(zoom);
  latest.current = zoom;
  useEffect(() => {
    const element = box.current;
    if (element === null || !on) return;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const px = event.clientX - element.getBoundingClientRect().left;
      latest.current(event.deltaY < 0 ? NOTCH : 1 / NOTCH, px);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [box, on]);
}

/** Moves by pointer. */
function useDrag(move: (px: number) => void) {
  const last = useRef<number | null>(null);
  const end = () => {
    last.current = null;
  };
  return {
    onPointerDown: (event: React.PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      last.current = event.clientX;
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove: (event: React.PointerEvent<HTMLElement>) => {
      // Let go of where nothing was heard of it: it is moved no more.
      if ((event.buttons & 1) === 0) last.current = null;
      if (last.current === null || event.clientX === last.current) return;
      move(event.clientX - last.current);
      last.current = event.clientX;
    },
    onPointerUp: end,
    onPointerCancel: end,
  };
}
