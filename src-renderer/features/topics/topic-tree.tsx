import {
  useCallback,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type CSSProperties,
  type ReactNode,
} from 'react';
import { useStore } from 'zustand';
import type { Settings } from '../../../src-main/contract/model/settings.ts';
import type { TopicsToForget } from '../../../src-main/contract/session/found-topics.ts';
import type { EditAndPublish } from '../../state/publish/edit-and-publish.ts';
import type { SubtreeSubscribing } from '../../state/connections/subscribe-subtree.ts';
import type { WatchList } from '../../state/watch/watch-list.ts';
import { clickRow } from '../../state/tree/row-click.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { drawnRows, OFF_SCREEN_PX, scrolledTo, spacePx, topToPx } from '../../state/scroll/view-scroll.ts';
import { parentsAbove, rowAt, type SessionState, type ViewRow } from '../../state/tree/view-state.ts';
import {
  fieldColumn,
  fieldPath,
  fieldsOf,
  isDefault,
  TreeColumns,
  tracksOf,
  type ColumnId,
  type Columns,
} from '../../state/tree/tree-columns.ts';
import { browserPorts } from '../../state/tree/session-ports.ts';
import { wheelRows } from '../../state/scroll/wheel-rows.ts';
import { copyTopic } from '../../state/browser/copy-topic.ts';
import { OutcomeNote, sayOutcome, useOutcome } from '../../ui/feedback/outcome-note.tsx';
import { useMeasured, useScrollPosition, useWheel, type Scroller } from '../../ui/base/scroller.ts';
import { valueCharsIn } from '../../ui/base/columns.ts';
import { EmptyTree } from './empty-tree.tsx';
import { NOTHING_SOUGHT, soughtBy, type Sought } from './filter/highlight.ts';
import type { ColourRule } from './filter/saved-filters.ts';
import { PausedLine } from './paused-line.tsx';
import { rowOf, useRovingFocus } from './roving-focus.ts';
import { RateSamples } from './rows/rate-samples.ts';
import { TreeHead } from './head/tree-head.tsx';
import { firstVisible, TreeKeys } from './tree-keys.ts';
import { useTreeMenu } from './tree-menu.tsx';
import { TreeRow } from './rows/tree-row.tsx';
import './topics.css';
import './topic-columns.css';

/** Height of the header row, px. */
const HEAD_PX = 28;
/** Left padding of the value column, px. */
const VALUE_PADDING_PX = 12;
/** Of a row, px; the style sheet has the same. */
const ROW_HEIGHTS: Readonly<Record<Settings['density'], number>> = {
  compact: 20,
  normal: 24,
  comfortable: 28,
};

export interface TopicTreeProps {
  readonly session: ConnectionSession;
  readonly edit: EditAndPublish;
  readonly watch: WatchList;
  /** Of the broker, without username and password. */
  readonly address: string;
  /** Where the columns belong to: the profile, or the address where there is none. */
  readonly place: string;
  readonly density: Settings['density'];
  /** What colours rows: the first that matches. */
  readonly colours: readonly ColourRule[];
  /** Asks whether topics are to be forgotten. */
  readonly forget: (what: TopicsToForget) => void;
  readonly subscribing: SubtreeSubscribing;
  /** The host opens payloads in other programs. */
  readonly opens: boolean;
  /** What to do when no message arrived yet, e.g. what is subscribed to. */
  readonly emptyHint?: ReactNode;
}

/** `treegrid` "Topics": the rows of the window, and what the user does with them. */
export function TopicTree(props: TopicTreeProps) {
  const { session, edit, watch, address, place, density, colours, forget, subscribing, emptyHint } = props;
  const { opens } = props;
  const state = useStore(session.store);
  const samples = useMemo(() => new RateSamples(session), [session]);
  const sought = useSought(state.filter);
  const chosen = useMemo(() => new TreeColumns(browserPorts.memory, place), [place]);
  const { columns } = useStore(chosen.store);
  const tracks = tracksOf(columns);
  const offered = useWatchedFields(watch);
  useLayoutEffect(() => session.showFields(fieldsOf(columns)), [session, columns]);
  useLayoutEffect(() => session.colourBy(colours.map(({ text }) => text)), [session, colours]);
  const outcome = useOutcome();
  const { say } = outcome;
  const menu = useTreeMenu({ session, say, edit, watch, address, forget, subscribing, opens });
  const keys = useMemo(
    () => new TreeKeys(session, (key) => void sayOutcome(copyTopic(key), say)),
    [session, say],
  );
  const scroller = useRef<HTMLDivElement>(null);
  const [valueChars, setValueChars] = useState(26);
  const focus = useRovingFocus(session, scroller);
  useViewport(session, scroller, ROW_HEIGHTS[density], tracks, setValueChars);
  const onScroll = useScrolling(session, scroller, state);

  return (
    <div className="tt-pane" data-density={density}>
      <div
        ref={scroller}
        role="treegrid"
        aria-label="Topics"
        aria-rowcount={state.total + 1}
        aria-colcount={1 + columns.length}
        className="tt"
        data-columns={isDefault(columns) ? undefined : ''}
        style={{ '--tracks': tracks } as CSSProperties}
        tabIndex={state.total === 0 ? 0 : -1}
        onScroll={onScroll}
        onClick={(event) => clicked(session, event)}
        onKeyDown={(event) => {
          if (event.target instanceof HTMLButtonElement) return;
          if (menu.press(event) || keys.press(event, event.timeStamp)) event.preventDefault();
        }}
        onContextMenu={menu.open}
        onFocus={focus.onFocus}
        onBlur={focus.onBlur}
        onPointerOver={(event) => pointed(session, event)}
        onPointerMove={(event) => pointed(session, event)}
        onPointerLeave={() => session.point(null)}
      >
        <TreeHead
          session={session}
          above={parentsAbove(state)}
          sorting={state.sorting}
          columns={columns}
          offered={offered}
          chosen={chosen}
        />
        <div role="rowgroup" className="tt-space" style={{ height: spacePx(state) }}>
          <Rows
            session={session}
            state={state}
            samples={samples}
            sought={sought}
            keepActive={focus.inside()}
            valueChars={valueChars}
            columns={columns}
            colours={colours}
          />
        </div>
      </div>
      {/* Beside the grid, which holds rows and nothing else. */}
      {state.total === 0 ? <EmptyTree session={session} hint={emptyHint} /> : null}
      <OutcomeNote outcome={outcome} className="tt-outcome" />
      <PausedLine session={session} />
      {menu.drawn}
    </div>
  );
}

/** Wheel and scroll bar move the window of rows, and the bar is where the rows are. */
function useScrolling(session: ConnectionSession, scroller: Scroller, state: SessionState): () => void {
  const turned = useCallback(
    (event: WheelEvent) => {
      const { viewRows, rowHeight } = session.store.getState();
      session.scrollBy(wheelRows(event, viewRows, rowHeight));
    },
    [session],
  );
  useWheel(scroller, turned);
  useScrollPosition(scroller, topToPx(state.top, state), spacePx(state));
  return () => {
    const box = scroller.current;
    if (box === null) return;
    const top = scrolledTo(box.scrollTop, session.store.getState());
    if (top !== null) session.scrollTo(top);
  };
}

interface RowsProps {
  readonly session: ConnectionSession;
  readonly state: SessionState;
  readonly samples: RateSamples;
  readonly sought: Sought;
  /** Focus is on the active row: it stays in the page even when scrolled away. */
  readonly keepActive: boolean;
  readonly valueChars: number;
  readonly columns: Columns;
  readonly colours: readonly ColourRule[];
}

function Rows(props: RowsProps) {
  const { session, state, samples, sought, keepActive, valueChars, columns, colours } = props;
  const { from, to, boxPx, rowPx } = drawnRows(state);
  const active = state.active ?? firstVisible(state);
  const rows: ReactNode[] = [];
  let activeDrawn = false;
  for (let index = from; index < to; index++) {
    const view = rowAt(state, index);
    const y = rowPx(index);
    if (view === undefined) {
      rows.push(
        <div
          key={`w${index}`}
          aria-hidden
          className="tt-row tt-ghost"
          style={{ transform: `translateY(${y}px)` }}
        />,
      );
      continue;
    }
    const isActive = view.row.id === active?.view.row.id;
    activeDrawn ||= isActive;
    rows.push(
      <TreeRow
        key={view.row.id}
        view={view}
        index={index}
        y={y}
        selected={view.row.key === state.selectedKey}
        active={isActive}
        valueChars={valueChars}
        session={session}
        samples={samples}
        sought={sought}
        columns={columns}
        {...colouring(view, colours, state.busyColours)}
      />,
    );
  }
  if (!activeDrawn && keepActive && active !== null) {
    const { view, index } = active;
    const selected = view.row.key === state.selectedKey;
    rows.push(
      <TreeRow
        key={view.row.id}
        {...{ view, index, selected, valueChars, session, samples, sought, columns }}
        {...colouring(view, colours, state.busyColours)}
        y={OFF_SCREEN_PX}
        active
      />,
    );
  }
  return (
    <div role="presentation" className="tt-rows" style={{ transform: `translateY(${boxPx}px)` }}>
      {rows}
    </div>
  );
}

/** What colours a row, and whether more messages meet that than are looked at. */
function colouring({ row }: ViewRow, colours: readonly ColourRule[], busy: SessionState['busyColours']) {
  const rule = row.colour === undefined ? null : (colours[row.colour] ?? null);
  return { rule, busy: busy.find((one) => one.rule === row.colour)?.perSecond ?? null };
}

/** Rows that move under a pointer that rests say so as well: they come with the place it was at before. */
function pointed(session: ConnectionSession, { target, clientX, clientY }: React.PointerEvent): void {
  if (!(target instanceof Element)) return;
  const key = rowOf(session.store.getState(), target)?.view.row.key ?? null;
  session.point(key, { x: clientX, y: clientY });
}

function clicked(session: ConnectionSession, event: React.MouseEvent): void {
  const { target, ctrlKey, metaKey, detail } = event;
  if (!(target instanceof Element)) return;
  const found = rowOf(session.store.getState(), target);
  if (found === null) return;
  const onTwisty = target.closest('[data-twisty]') !== null;
  clickRow(session, found, { ctrlKey, metaKey, detail, onTwisty });
}

/** What the filter looks for; a filter that means nothing leaves that of the last one. */
function useSought(filter: string): Sought {
  const [of, setOf] = useState({ filter: '', sought: NOTHING_SOUGHT });
  if (of.filter !== filter) setOf({ filter, sought: soughtBy(filter) ?? of.sought });
  return of.sought;
}

/** Fields that are watched, as columns that may be shown. */
function useWatchedFields(watch: WatchList): readonly ColumnId[] {
  const joined = useStore(watch.store, ({ rows }) =>
    rows.flatMap(({ path }) => (path === null ? [] : [fieldColumn(path)])).join('\n'),
  );
  return useMemo(() => [...new Set(joined.split('\n'))].filter(isColumnId), [joined]);
}

function isColumnId(id: string): id is ColumnId {
  return fieldPath(id) !== null;
}

/** Sets in the session how many rows fit, and how many characters the value column holds. */
function useViewport(
  session: ConnectionSession,
  scroller: Scroller,
  rowHeight: number,
  tracks: string,
  setValueChars: (chars: number) => void,
): void {
  const measure = useCallback(
    (box: HTMLDivElement) => {
      session.resize(box.clientHeight - HEAD_PX, rowHeight);
      const column = box.querySelector('[data-column=value]')?.clientWidth ?? 0;
      setValueChars(valueCharsIn(column - VALUE_PADDING_PX));
    },
    [session, rowHeight, setValueChars],
  );
  useMeasured(scroller, measure);
  useLayoutEffect(() => {
    if (scroller.current !== null) measure(scroller.current);
  }, [scroller, measure, tracks]);
  useLayoutEffect(
    () => () => {
      session.point(null);
      session.focus(false);
    },
    [session],
  );
}
