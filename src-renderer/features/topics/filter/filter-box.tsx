import { useId, useMemo, useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import { flushSync } from 'react-dom';
import { Bookmark, Check, Filter, SearchX, TriangleAlert, X } from 'lucide-react';
import { useStore } from 'zustand';
import type { SavedFilter } from '../../../../src-main/contract/model/filters.ts';
import { goToNextMatch } from '../../../state/tree/go-to.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import type { SessionState } from '../../../state/tree/view-state.ts';
import { formatCount, formatCounted } from '../../../ui/base/format.ts';
import { Icon } from '../../../ui/base/icon.tsx';
import { IconButton } from '../../../ui/controls/button.tsx';
import { FILTER_ID, focusTree } from './focus.ts';
import { FilterList } from './filter-list.tsx';
import { useCounts } from './use-counts.ts';
import { useSeen } from './use-seen.ts';
import {
  suggestionsFor,
  taken,
  wantedNames,
  type Offered,
  type Suggestion,
  type Suggestions,
} from './suggestions.ts';
import '../../../ui/controls/overlaid-text.css';
import './filter-box.css';

/** The filters that are saved with the profile of the connection. */
export interface SavedAccess {
  readonly filters: readonly SavedFilter[];
  /** Null: there is no profile to save them with. */
  readonly open: (() => void) | null;
}

interface FilterBoxProps {
  readonly session: ConnectionSession;
  readonly saved: SavedAccess;
  /** What is subscribed to. */
  readonly subscriptions: readonly string[];
}

const NOTHING: Suggestions = { from: 0, to: 0, list: [] };

/** What is wrong with the filter as it is typed now. */
function problemsOf(state: SessionState) {
  const { filter, filterProblems } = state;
  return filterProblems !== null && filterProblems.of === filter ? filterProblems.problems : [];
}

const NO_PROBLEMS: ReturnType<typeof problemsOf> = [];

/** What is suggested for, and what was at hand when it was typed. */
interface Typed extends Required<Pick<Offered, 'levels' | 'saved' | 'subscriptions'>> {
  readonly text: string;
  readonly caret: number;
}

/** The keys that leave the box still do, until an arrow picks one. */
const NONE_PICKED = '';

function keyOf({ group, shown, insert }: Suggestion): string {
  return `${group} ${shown ?? insert}`;
}

/** At once what is at hand, and then what all topics have. */
function useSuggestions(session: ConnectionSession, typed: Typed | null): Suggestions {
  const seen = useSeen(session, typed === null ? null : wantedNames(typed.text, typed.caret));
  return useMemo(() => {
    if (typed === null) return NOTHING;
    const { text, caret, ...atHand } = typed;
    return suggestionsFor(text, caret, { ...atHand, ...(seen && { seen }) });
  }, [typed, seen]);
}

/** What is suggested for what is typed, and which of it is chosen. */
function useSuggesting(
  session: ConnectionSession,
  saved: readonly SavedFilter[],
  subscriptions: readonly string[],
) {
  const [typed, setTyped] = useState<Typed | null>(null);
  const [picked, setPicked] = useState<string | null>(null);
  const suggested = useSuggestions(session, typed);
  const { list } = suggested;
  // By what it is, as names that are asked for come later and before it.
  const at = list.findIndex((one) => keyOf(one) === picked);
  return {
    suggested,
    /** -1: none. */
    chosen: picked === NONE_PICKED ? -1 : Math.max(0, at),
    setChosen: (index: number) => {
      const one = list[index];
      setPicked(one === undefined ? null : keyOf(one));
    },
    /** The box is empty, and somebody is in it. */
    begin: () => {
      setPicked(NONE_PICKED);
      setTyped({ text: '', caret: 0, levels: new Map(), saved, subscriptions });
    },
    type: (text: string, caret: number) => {
      setPicked(text.trim() === '' ? NONE_PICKED : null);
      setTyped({ text, caret, levels: levelsSeen(session.store.getState()), saved, subscriptions });
    },
    close: () => setTyped(null),
  };
}

/** The filter, what it may go on with, and what is wrong with it. */
export function FilterBox({ session, saved, subscriptions }: FilterBoxProps) {
  const filter = useStore(session.store, (state) => state.filter);
  const problems = useStore(session.store, (state) => {
    const found = problemsOf(state);
    return found.length === 0 ? NO_PROBLEMS : found;
  });
  const [focused, setFocused] = useState(false);
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const suggesting = useSuggesting(session, saved.filters, subscriptions);
  const { suggested, chosen, close } = suggesting;
  const { list } = suggested;
  const counts = useCounts(session, list);
  const take = (suggestion: Suggestion) => {
    const next = taken(filter, suggested, suggestion);
    // Drawn at once: a letter that is typed before the next frame belongs behind the caret, too.
    flushSync(() => {
      session.setFilter(next.text);
      close();
    });
    input.current?.focus();
    input.current?.setSelectionRange(next.caret, next.caret);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const done = pressed(event, { session, list, take, ...suggesting });
    if (done) event.preventDefault();
  };

  return (
    <search className="tbar-filter" aria-label="Filter">
      <Icon of={Filter} size={14} />
      <FilterField
        ref={input}
        listId={id}
        {...{ filter, problems, list, chosen }}
        onFocused={(now) => {
          setFocused(now);
          if (!now) close();
          else if (filter === '') suggesting.begin();
        }}
        onType={(text, caret) => {
          session.setFilter(text);
          suggesting.type(text, caret);
        }}
        onKeyDown={onKeyDown}
      />
      <FilterCount session={session} problems={problems.length} />
      <FilterButtons
        filter={filter}
        saved={saved}
        onClear={() => {
          session.setFilter('');
          input.current?.focus();
        }}
      />
      <FilterList
        id={id}
        open={focused}
        problems={problems}
        list={list}
        counts={counts}
        chosen={chosen}
        onTake={take}
      />
    </search>
  );
}

interface FilterFieldProps {
  readonly ref: RefObject<HTMLInputElement | null>;
  readonly listId: string;
  readonly filter: string;
  readonly problems: ReturnType<typeof problemsOf>;
  readonly list: readonly Suggestion[];
  readonly chosen: number;
  readonly onFocused: (focused: boolean) => void;
  readonly onType: (text: string, caret: number) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** The field, with what is wrong in it marked by a text that lies over it. */
function FilterField(props: FilterFieldProps) {
  const { ref, listId, filter, problems, list, chosen, onFocused, onType, onKeyDown } = props;
  const mirror = useRef<HTMLSpanElement>(null);
  return (
    <span className="fb-field">
      <input
        ref={ref}
        id={FILTER_ID}
        type="search"
        className="tbar-input"
        aria-label="Filter topics"
        aria-describedby={`${FILTER_ID}-count`}
        aria-keyshortcuts="Control+Shift+F"
        aria-autocomplete="list"
        aria-controls={list.length > 0 ? `${listId}-list` : undefined}
        aria-activedescendant={list[chosen] === undefined ? undefined : `${listId}-${String(chosen)}`}
        aria-invalid={problems.length > 0}
        placeholder="Filter topics"
        spellCheck={false}
        autoComplete="off"
        value={filter}
        onFocus={() => onFocused(true)}
        onBlur={() => onFocused(false)}
        onChange={({ target }) => onType(target.value, target.selectionStart ?? target.value.length)}
        onScroll={({ currentTarget }) => {
          if (mirror.current !== null)
            mirror.current.style.transform = `translateX(${-currentTarget.scrollLeft}px)`;
        }}
        onKeyDown={onKeyDown}
      />
      {problems.length === 0 ? null : (
        <span aria-hidden className="overlaid fb-over">
          <span ref={mirror} className="overlaid-text">
            {marked(filter, problems)}
          </span>
        </span>
      )}
    </span>
  );
}

interface FilterButtonsProps {
  readonly filter: string;
  readonly saved: SavedAccess;
  readonly onClear: () => void;
}

function FilterButtons({ filter, saved, onClear }: FilterButtonsProps) {
  return (
    <>
      {filter === '' && saved.filters.length === 0 ? null : (
        <IconButton
          small
          label="Saved filters…"
          title={
            saved.open === null ? 'Saved filters: save the connection as a profile first' : 'Saved filters…'
          }
          icon={Bookmark}
          disabled={saved.open === null}
          onClick={() => saved.open?.()}
        />
      )}
      {filter === '' ? null : <IconButton small label="Clear filter" icon={X} onClick={onClear} />}
    </>
  );
}

interface Pressing {
  readonly session: ConnectionSession;
  readonly list: readonly Suggestion[];
  readonly chosen: number;
  readonly setChosen: (chosen: number) => void;
  readonly take: (suggestion: Suggestion) => void;
  readonly close: () => void;
}

/** Answers whether the key was one of the box's. */
function pressed(event: KeyboardEvent, { session, list, chosen, setChosen, take, close }: Pressing): boolean {
  const suggestion = list[chosen];
  switch (event.key) {
    case 'Tab':
      if (suggestion === undefined || event.shiftKey) return false;
      take(suggestion);
      return true;
    case 'ArrowDown':
    case 'ArrowUp':
      if (list.length > 0) setChosen(neighbour(chosen, event.key === 'ArrowDown', list.length));
      else if (event.key === 'ArrowDown') focusTree();
      return true;
    case 'Enter':
      close();
      focusTree();
      return true;
    case 'Escape':
      event.stopPropagation();
      if (list.length === 0) focusTree();
      else close();
      return true;
    case 'F3':
      // The list would lie over what is gone to.
      close();
      goToNextMatch(session);
      return true;
    default:
      return false;
  }
}

/** The one below or above, round the ends; -1: none is chosen yet. */
function neighbour(chosen: number, below: boolean, count: number): number {
  if (chosen < 0) return below ? 0 : count - 1;
  return (chosen + (below ? 1 : count - 1)) % count;
}

/** The text with its wrong parts marked. */
function marked(text: string, problems: readonly { readonly from: number; readonly to: number }[]) {
  const pieces = [];
  let at = 0;
  for (const { from, to } of problems.toSorted((a, b) => a.from - b.from)) {
    if (from < at) continue;
    pieces.push(text.slice(at, from), <mark key={from}>{text.slice(from, to)}</mark>);
    at = to;
  }
  pieces.push(text.slice(at));
  return pieces;
}

/** Names of the rows that are known, each with its topic. */
function levelsSeen(state: SessionState): ReadonlyMap<string, string> {
  const levels = new Map<string, string>();
  for (const { row } of state.rows.values()) if (row.name !== '') levels.set(row.name, row.topic);
  return levels;
}

function FilterCount({
  session,
  problems,
}: {
  readonly session: ConnectionSession;
  readonly problems: number;
}) {
  const filtered = useStore(session.store, (state) => state.filter !== '');
  const matches = useStore(session.store, (state) => state.matches);
  const topics = useStore(session.store, (state) => state.counters?.topics ?? null);
  const percent = useStore(session.store, ({ building }) =>
    building === null ? null : Math.floor(building * 100),
  );
  return (
    <span id={`${FILTER_ID}-count`} className="tbar-count">
      {problems > 0 ? (
        <>
          <Icon of={TriangleAlert} size={14} className="tone-err" />
          <span className="tone-err">{formatCounted(problems, 'problem')}</span>
          <span>{formatCounted(matches ?? topics ?? 0, 'topic')}, last valid</span>
        </>
      ) : percent !== null ? (
        <span>
          {filtered ? 'searching' : 'building'} {percent} %
        </span>
      ) : topics === null ? null : !filtered ? (
        <span>{formatCounted(topics, 'topic')}</span>
      ) : matches === null ? null : (
        <>
          <Icon
            of={matches > 0 ? Check : SearchX}
            size={14}
            className={matches > 0 ? 'tone-ok' : 'tone-warn'}
          />
          <span>
            <b>{formatCount(matches)}</b> of {formatCounted(topics, 'topic')}
          </span>
        </>
      )}
    </span>
  );
}
