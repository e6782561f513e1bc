import {
  memo,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  type KeyboardEvent,
  type ReactNode,
} from 'react';
import { ArrowDown, ArrowUp, TriangleAlert } from 'lucide-react';
import { useStore } from 'zustand';
import { shortened } from '../../../../src-main/core/payload/visible.ts';
import type { PacketRow } from '../../../../src-main/contract/session/packets.ts';
import { rowOfIndex } from '../../../state/diagnostics/packet-window.ts';
import type { PacketsState, PacketsStore } from '../../../state/diagnostics/packets.ts';
import {
  drawnRows,
  OFF_SCREEN_PX,
  ROW_PX,
  scrolledTo,
  spacePx,
  topToPx,
} from '../../../state/scroll/view-scroll.ts';
import { wheelRows } from '../../../state/scroll/wheel-rows.ts';
import { classes } from '../../../ui/base/classes.ts';
import { formatBytes } from '../../../ui/base/format.ts';
import { Icon } from '../../../ui/base/icon.tsx';
import { useMeasured, useScrollPosition, useWheel, type Scroller } from '../../../ui/base/scroller.ts';
import { directionWord, flagWords, reasonWords, timeWords, type TimeMode } from './packet-labels.ts';

/** Height of the header row, px. */
const HEAD_PX = 24;

interface PacketListProps {
  readonly packets: PacketsStore;
  readonly time: TimeMode;
}

/** `grid` "Packets": the recorded packets that pass the filter, oldest first. */
export function PacketList({ packets, time }: PacketListProps) {
  const state = useStore(packets.store);
  const scroller = useRef<HTMLDivElement>(null);
  const measure = useCallback(
    (box: HTMLDivElement) => packets.resize(Math.max(1, (box.clientHeight - HEAD_PX) / ROW_PX)),
    [packets],
  );
  useMeasured(scroller, measure);
  const turned = useCallback(
    (event: WheelEvent) => packets.scrollBy(wheelRows(event, packets.store.getState().viewRows)),
    [packets],
  );
  useWheel(scroller, turned);
  useScrollPosition(scroller, topToPx(state.top, state), spacePx(state));
  useFocus(scroller, state);
  const onScroll = () => {
    const box = scroller.current;
    if (box === null) return;
    const top = scrolledTo(box.scrollTop, packets.store.getState());
    if (top !== null) packets.scrollTo(top);
  };
  return (
    <div
      ref={scroller}
      role="grid"
      aria-label="Packets"
      aria-rowcount={state.total + 1}
      aria-colcount={9}
      className="pk-list"
      tabIndex={state.total === 0 ? 0 : -1}
      onScroll={onScroll}
      onKeyDown={(event) => pressed(packets, event)}
      onClick={(event) => clicked(packets, event.target)}
      onFocus={(event) => focused(packets, event.target)}
    >
      <div role="row" aria-rowindex={1} className="pk-row pk-head">
        <span role="columnheader" className="num">
          {time === 'clock' ? 'Time' : time === 'relative' ? 'Since first' : 'Since last'}
        </span>
        <span role="columnheader">
          <span className="pk-word">Direction</span>
        </span>
        <span role="columnheader">Packet</span>
        <span role="columnheader" className="num pk-id-cell">
          ID
        </span>
        <span role="columnheader" className="num pk-more">
          QoS
        </span>
        <span role="columnheader" className="pk-more">
          Flags
        </span>
        <span role="columnheader" className="num pk-size">
          Bytes
        </span>
        <span role="columnheader">Topic</span>
        <span role="columnheader">Reason</span>
      </div>
      <div role="rowgroup" className="pk-space" style={{ height: spacePx(state) }}>
        <Rows state={state} time={time} />
      </div>
    </div>
  );
}

function Rows({ state, time }: { readonly state: PacketsState; readonly time: TimeMode }) {
  const { from, to, boxPx, rowPx } = drawnRows(state);
  const { active, activeIndex } = state;
  const stop = activeIndex ?? Math.min(state.total - 1, Math.ceil(state.top));
  const rows: ReactNode[] = [];
  for (let index = from; index < to; index++) {
    const row = rowOfIndex(state, index);
    const y = rowPx(index);
    rows.push(
      row === undefined ? (
        <div
          key={`w${index}`}
          aria-hidden
          className="pk-row pk-ghost"
          style={{ transform: `translateY(${y}px)` }}
        />
      ) : (
        <Row
          key={row.seq}
          row={row}
          index={index}
          y={y}
          active={row.seq === active?.seq}
          stop={index === stop}
          time={timeWords(time, row.at, state.base, rowOfIndex(state, index - 1)?.at)}
        />
      ),
    );
  }
  // Focus stays on the active packet while it is scrolled away: it waits above, clipped.
  if (active !== null && activeIndex !== null && (activeIndex < from || activeIndex >= to)) {
    const words = timeWords(time, active.at, state.base, undefined);
    rows.push(
      <Row key={active.seq} row={active} index={activeIndex} y={OFF_SCREEN_PX} active stop time={words} />,
    );
  }
  return (
    <div role="presentation" className="pk-rows" style={{ transform: `translateY(${boxPx}px)` }}>
      {rows}
    </div>
  );
}

interface RowProps {
  readonly row: PacketRow;
  readonly index: number;
  readonly y: number;
  readonly active: boolean;
  readonly stop: boolean;
  readonly time: string;
}

const Row = memo(function Row({ row, index, y, active, stop, time }: RowProps) {
  const bad = row.broken !== null || (row.reason ?? 0) >= 128;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={active}
      tabIndex={stop ? 0 : -1}
      data-index={index}
      data-seq={row.seq}
      className={classes('pk-row', bad && 'pk-bad')}
      style={{ transform: `translateY(${y}px)` }}
    >
      <span role="gridcell" className="num tone-mut">
        {time}
      </span>
      <span role="gridcell" className="pk-direction">
        <Icon of={row.direction === 'in' ? ArrowDown : ArrowUp} size={12} />
        <span className="pk-word">{directionWord(row)}</span>
      </span>
      <span role="gridcell" className="pk-type">
        {row.type === 'INVALID' ? 'Invalid' : row.type}
      </span>
      <span role="gridcell" className="num pk-id-cell">
        {row.packetId ?? ''}
      </span>
      <span role="gridcell" className="num pk-more">
        {row.qos ?? ''}
      </span>
      <span role="gridcell" className="pk-more tone-mut">
        {flagWords(row)}
      </span>
      <span role="gridcell" className="num tone-mut pk-size">
        {formatBytes(row.size)}
      </span>
      <TopicCell row={row} />
      <ReasonCell row={row} bad={bad} />
    </div>
  );
});

function TopicCell({ row: { topic, note } }: { readonly row: PacketRow }) {
  return (
    <span role="gridcell" className="pk-topic-cell" title={topic === null ? note : shortened(topic)}>
      {topic === null ? null : (
        <span className="cut-front">
          <bdi>{shortened(topic)}</bdi>
        </span>
      )}{' '}
      <span className="cut tone-mut pk-note">{note}</span>
    </span>
  );
}

function ReasonCell({ row, bad }: { readonly row: PacketRow; readonly bad: boolean }) {
  const words = row.broken?.text ?? reasonWords(row);
  return (
    <span role="gridcell" className={classes('cut', bad ? 'tone-err' : 'tone-mut')} title={words}>
      {row.broken === null ? null : <Icon of={TriangleAlert} size={12} />} {words}
    </span>
  );
}

function pressed(packets: PacketsStore, event: KeyboardEvent): void {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const state = packets.store.getState();
  const here = state.target ?? state.activeIndex ?? Math.ceil(state.top) - 1;
  const page = Math.max(1, Math.floor(state.viewRows) - 1);
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: here + 1,
    ArrowUp: here - 1,
    PageDown: here + page,
    PageUp: here - page,
    Home: 0,
    End: state.total - 1,
  };
  const next = steps[event.key];
  if (next === undefined) return;
  event.preventDefault();
  packets.goToIndex(next);
}

function clicked(packets: PacketsStore, target: EventTarget): void {
  if (!(target instanceof Element)) return;
  const element = target.closest<HTMLElement>('[data-index]');
  element?.focus({ preventScroll: true });
  focused(packets, element);
}

/** The focused packet is the active one. */
function focused(packets: PacketsStore, target: EventTarget | null): void {
  if (!(target instanceof HTMLElement)) return;
  const index = Number(target.dataset['index'] ?? NaN);
  const state = packets.store.getState();
  const row = rowOfIndex(state, index);
  // The list moved on since it was drawn: better nothing than the wrong packet.
  if (row === undefined || String(row.seq) !== target.dataset['seq'] || row.seq === state.active?.seq) return;
  packets.activate(row, index);
}

/** Focus goes with the active row while it is in the list, also when its element was replaced. */
function useFocus(scroller: Scroller, state: PacketsState): void {
  const inside = useRef(false);
  useEffect(() => {
    const box = scroller.current;
    if (box === null) return;
    const onIn = () => void (inside.current = true);
    // A row that is moved or replaced loses focus before it can be given back, which happens in the same task.
    const onOut = () => queueMicrotask(() => void (inside.current = box.contains(document.activeElement)));
    box.addEventListener('focusin', onIn);
    box.addEventListener('focusout', onOut);
    return () => {
      box.removeEventListener('focusin', onIn);
      box.removeEventListener('focusout', onOut);
    };
  }, [scroller]);
  useLayoutEffect(() => {
    const box = scroller.current;
    if (box === null || !inside.current) return;
    const lost = document.activeElement === null || document.activeElement === document.body;
    if (!lost && !box.contains(document.activeElement)) return;
    const row = box.querySelector<HTMLElement>('[data-index][tabindex="0"]');
    if (row !== null && row !== document.activeElement) row.focus({ preventScroll: true });
  }, [scroller, state]);
}
