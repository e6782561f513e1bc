import { useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { ArrowUp } from 'lucide-react';
import { useStore } from 'zustand';
import type { TopicKey } from '../../../../src-main/contract/model/model.ts';
import type { ListedPreviews } from '../../../state/decoding/row-previews.ts';
import type { History, HistoryState, ListedMessage } from '../../../state/inspector/inspector-history.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Menu, type MenuAction } from '../../../ui/controls/menu.tsx';
import { OutcomeNote, type ShownOutcome } from '../../../ui/feedback/outcome-note.tsx';
import { Icon } from '../../../ui/base/icon.tsx';
import { valueCharsIn } from '../../../ui/base/columns.ts';
import { panelOf } from '../base/panel-of.ts';
import { useRows } from '../base/use-rows.ts';
import { HistoryBar, type HistoryExporting } from './history-bar.tsx';
import { HistoryRow } from './history-row.tsx';
import { entriesOf, indexAtTime, type HistoryEntry } from './history-view.ts';
import './history.css';

const ROW_PX = 24;
/** Above the first row. */
const BAR_PX = 40;
/** Older ones are asked for when fewer rows than this are left below. */
const AHEAD = 30;

interface HistoryPanelProps {
  readonly history: History;
  /** The topic, and decoded forms of its messages. */
  readonly topicKey: TopicKey;
  readonly previews: ListedPreviews;
  readonly onChoose: (message: ListedMessage) => void;
  /** Other topics lie below this one. */
  readonly hasBelow: boolean;
  /** The inspected message; null while the latest is followed. */
  readonly chosen: number | null;
  readonly outcome: ShownOutcome;
  readonly exporting: HistoryExporting;
  /** What can be done with a message. */
  readonly actionsOf: (message: ListedMessage) => readonly MenuAction[];
}

interface OpenMenu {
  readonly message: ListedMessage;
  readonly at: { readonly x: number; readonly y: number };
}

/** `list` "History": newest first, one `listitem` a message. Paused, or scrolled away from the top, it stands still. */
export function HistoryPanel(props: HistoryPanelProps) {
  const { history, topicKey, previews, chosen, outcome, exporting, actionsOf, onChoose, hasBelow } = props;
  const live = useStore(history.store);
  const body = useRef<HTMLDivElement>(null);
  const [filter, setFilter] = useState('');
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  useWatched(history);
  const { held, scrolled, paused, setPaused } = useHeld(body, live.messages);

  const messages = held === null ? live.messages : joined(held, live.messages);
  const fresh = held === null ? 0 : newerThan(live.messages, held[0]?.seq);
  const entries = useEntries(messages, filter, topicKey, previews);
  const { first, last } = useRows(body, entries.length, ROW_PX, BAR_PX);
  const [from, to] = filter === '' ? [first, last] : [0, messages.length];
  useEffect(
    () => previews.wantMessages(topicKey, messages.slice(from, to)),
    [previews, topicKey, messages, from, to],
  );
  useEffect(() => {
    // What could not be read is asked for again by a person: else a connection that is gone would be asked without end.
    const isWaiting = live.more && !live.loading && live.problem === null;
    if (isWaiting && last > entries.length - AHEAD) history.older();
  }, [history, live.more, live.loading, live.problem, last, entries.length]);
  const [wantedTime, goToTime] = useWantedTime(body, history, entries, live);
  const chars = useChars(body, live.below);
  const stop = tabStop(entries, chosen, first, last, scrolled);

  return (
    <div ref={body} className="insp-body hist-body">
      <HistoryBar
        filter={filter}
        onFilter={setFilter}
        paused={paused}
        onPause={setPaused}
        onTime={goToTime}
        waiting={wantedTime !== null}
        exporting={exporting}
        below={hasBelow ? live.below : null}
        onBelow={(below) => history.listBelow(below)}
      >
        <OutcomeNote outcome={outcome} />
      </HistoryBar>
      <NewMessages
        count={fresh}
        onShow={() => {
          setPaused(false);
          panelOf(body.current)?.scrollTo({ top: 0 });
        }}
      />
      <ul aria-label="History" className="hist" style={{ height: entries.length * ROW_PX }}>
        {entries.slice(first, last).map((entry, at) => (
          <HistoryRow
            key={entry.message.seq}
            topicKey={topicKey}
            previews={previews}
            entry={entry}
            top={(first + at) * ROW_PX}
            index={first + at}
            total={live.more ? -1 : entries.length}
            chosen={entry.message.seq === chosen}
            stop={first + at === stop}
            chars={chars}
            onChoose={onChoose}
            onMenu={(message, place) => setMenu({ message, at: place })}
          />
        ))}
      </ul>
      <End history={history} words={endWords(live, filter !== '', entries.length)} />
      {menu === null ? null : (
        <Menu
          key={`${menu.at.x} ${menu.at.y}`}
          label="Actions for the message"
          items={actionsOf(menu.message)}
          at={menu.at}
          onClose={() => setMenu(null)}
        />
      )}
    </div>
  );
}

/** What the list ends with. */
function End({ history, words }: { readonly history: History; readonly words: string }) {
  const { more, loading, problem } = useStore(history.store);
  if (problem === null || !more) return <p className="insp-note">{words}</p>;
  return (
    <p className="insp-more">
      <span>{words}</span>
      <Button aria-disabled={loading} onClick={() => history.older()}>
        Try again
      </Button>
    </p>
  );
}

/** The list follows the topic while it is on screen. */
function useWatched(history: History): void {
  useEffect(() => {
    history.watch(true);
    return () => history.watch(false);
  }, [history]);
}

/** How many came since the list stands still, as the way to them. */
function NewMessages({ count, onShow }: { readonly count: number; readonly onShow: () => void }) {
  if (count === 0) return null;
  return (
    <div className="hist-new">
      <Button onClick={onShow}>
        <Icon of={ArrowUp} size={12} />
        {count >= 100 ? 'Many' : count} new
      </Button>
    </div>
  );
}

/** What passes the filter, decoded as far as it is known; again with what is decoded meanwhile. */
function useEntries(
  messages: readonly ListedMessage[],
  filter: string,
  key: TopicKey,
  previews: ListedPreviews,
): readonly HistoryEntry[] {
  const version = useSyncExternalStore(previews.subscribe, () => (filter === '' ? 0 : previews.version()));
  return useMemo(() => {
    // Named here so that what is known by then is looked at again.
    void version;
    return entriesOf(
      messages,
      filter,
      (message) => previews.ofMessage(message.key ?? key, message) ?? message.preview,
    );
  }, [messages, filter, key, previews, version]);
}

/** All columns but the value with their gaps, px. */
const OTHERS_PX = 380;
const NARROW_OTHERS_PX = 292;
const NARROW_PX = 440;
/** Where the topic stands beside the value: all other columns, and the share of the rest that the value has. */
const BESIDE_BELOW_PX = 256;
const BELOW_SHARE = 0.52;

/** How many characters fit the value. */
function useChars(body: React.RefObject<HTMLElement | null>, below: boolean): number {
  const [chars, setChars] = useState(24);
  useLayoutEffect(() => {
    const box = panelOf(body.current);
    if (box === null) return;
    const measure = () => {
      const others = box.clientWidth <= NARROW_PX ? NARROW_OTHERS_PX : OTHERS_PX;
      const room = below ? (box.clientWidth - BESIDE_BELOW_PX) * BELOW_SHARE : box.clientWidth - others;
      setChars(valueCharsIn(room));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => observer.disconnect();
  }, [body, below]);
  return chars;
}

/** What stands still while somebody reads, and what makes it so. */
function useHeld(body: React.RefObject<HTMLElement | null>, messages: readonly ListedMessage[]) {
  const [held, setHeld] = useState<readonly ListedMessage[] | null>(null);
  const [scrolled, setScrolled] = useState(0);
  const [paused, setPaused] = useState(false);
  const newest = useRef(messages);
  useEffect(() => {
    newest.current = messages;
  }, [messages]);
  // First of all: a list that begins scrolled would stand still with what it has, which is nothing yet.
  useLayoutEffect(() => {
    panelOf(body.current)?.scrollTo({ top: 0, left: 0 });
  }, [body]);
  useLayoutEffect(() => {
    const box = panelOf(body.current);
    if (box === null) return;
    const measure = () => {
      setScrolled(box.scrollTop);
      setHeld((before) => (box.scrollTop === 0 && !paused ? null : (before ?? newest.current)));
    };
    measure();
    box.addEventListener('scroll', measure, { passive: true });
    return () => box.removeEventListener('scroll', measure);
  }, [body, paused]);
  return { held, scrolled, paused, setPaused };
}

/** Reads older messages until a time is reached, and goes there; where they cannot be read, to the oldest there is. */
function useWantedTime(
  body: React.RefObject<HTMLElement | null>,
  history: History,
  entries: readonly HistoryEntry[],
  { more, loading, problem }: Pick<HistoryState, 'more' | 'loading' | 'problem'>,
): readonly [wanted: number | null, goTo: (time: number) => void] {
  const [wanted, setWanted] = useState<number | null>(null);
  useEffect(() => {
    if (wanted === null) return;
    const index = indexAtTime(entries, wanted);
    if (index === entries.length && more && (problem === null || loading)) {
      if (!loading) history.older();
      return;
    }
    panelOf(body.current)?.scrollTo({ top: Math.max(1, index * ROW_PX), behavior: 'instant' });
    setWanted(null);
  }, [body, history, entries, more, loading, problem, wanted]);
  const goTo = (time: number) => {
    if (problem !== null) history.older();
    setWanted(time);
  };
  return [wanted, goTo];
}

/** One tab stop: the chosen message, or the first on screen. */
function tabStop(
  entries: readonly HistoryEntry[],
  chosen: number | null,
  first: number,
  last: number,
  scrolled: number,
): number {
  const at = entries.findIndex(({ message }) => message.seq === chosen);
  return at >= first && at < last ? at : Math.ceil(scrolled / ROW_PX);
}

function endWords(
  { more, complete, below, problem }: Pick<HistoryState, 'more' | 'complete' | 'below' | 'problem'>,
  filtered: boolean,
  count: number,
): string {
  if (problem !== null) return `The history could not be read: ${problem}`;
  if (more) return 'Reading older messages…';
  if (filtered && count === 0) return 'No kept message holds this in the beginning that the list shows.';
  if (complete) return count === 0 ? 'No messages yet.' : 'The first message of this connection.';
  if (below) return 'Older messages are missing: evicted to make room, or too many below to look through.';
  return 'Older messages were evicted to make room. The memory budget is a setting.';
}

/** What was on screen, and older ones that were read meanwhile. */
function joined(held: readonly ListedMessage[], live: readonly ListedMessage[]): readonly ListedMessage[] {
  const last = held.at(-1)?.seq;
  const at = live.findIndex((message) => message.seq === last);
  return at < 0 ? held : [...held, ...live.slice(at + 1)];
}

function newerThan(messages: readonly ListedMessage[], seq: number | undefined): number {
  if (seq === undefined) return messages.length;
  const at = messages.findIndex((message) => message.seq <= seq);
  return at < 0 ? messages.length : at;
}
