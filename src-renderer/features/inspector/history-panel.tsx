import { memo, useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import { ArrowUp } from 'lucide-react';
import { useStore } from 'zustand';
import type { MessageMeta } from '../../../src-main/contract/model/message.ts';
import { previewWords } from '../../../src-main/core/payload/preview-notation.ts';
import type { Inspector } from '../../state/inspector/inspector.ts';
import type { History } from '../../state/inspector/inspector-history.ts';
import { Button } from '../../ui/controls/button.tsx';
import { classes } from '../../ui/base/classes.ts';
import { formatBytes, formatClockMs } from '../../ui/base/format.ts';
import { Icon } from '../../ui/base/icon.tsx';
import { panelOf } from './panel-of.ts';

const ROW_PX = 24;
const BEYOND = 10;
/** Older ones are asked for when fewer rows than this are left below. */
const AHEAD = 30;

interface HistoryPanelProps {
  readonly history: History;
  readonly inspector: Inspector;
  /** The inspected message; null while the latest is followed. */
  readonly chosen: number | null;
}

/** `list` "History": newest first, one `listitem` a message. Scrolled away from the top it stands still. */
export function HistoryPanel({ history, inspector, chosen }: HistoryPanelProps) {
  const live = useStore(history.store);
  const body = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 400, chars: 24 });
  const [held, setHeld] = useState<readonly MessageMeta[] | null>(null);
  useEffect(() => {
    history.watch(true);
    return () => history.watch(false);
  }, [history]);
  const newest = useRef(live.messages);
  useEffect(() => {
    newest.current = live.messages;
  }, [live.messages]);
  useLayoutEffect(() => {
    const box = panelOf(body.current);
    if (box === null) return;
    const measure = () => {
      setView({ top: box.scrollTop, height: box.clientHeight, chars: charsIn(box.clientWidth) });
      setHeld((before) => (box.scrollTop === 0 ? null : (before ?? newest.current)));
    };
    box.scrollTo({ top: 0, left: 0 });
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    box.addEventListener('scroll', measure, { passive: true });
    return () => {
      observer.disconnect();
      box.removeEventListener('scroll', measure);
    };
  }, []);

  const messages = held === null ? live.messages : joined(held, live.messages);
  const fresh = held === null ? 0 : newerThan(live.messages, held[0]?.seq);
  const first = Math.max(0, Math.floor(view.top / ROW_PX) - BEYOND);
  const last = Math.min(messages.length, Math.ceil((view.top + view.height) / ROW_PX) + BEYOND);
  // One tab stop: the chosen message, or the first on screen.
  const chosenAt = messages.findIndex((message) => message.seq === chosen);
  const stop = chosenAt >= first && chosenAt < last ? chosenAt : Math.ceil(view.top / ROW_PX);
  useEffect(() => {
    if (live.more && !live.loading && last > messages.length - AHEAD) history.older();
  }, [history, live.more, live.loading, last, messages.length]);

  return (
    <div ref={body} className="insp-body">
      {fresh === 0 ? null : (
        <div className="hist-new">
          <Button onClick={() => panelOf(body.current)?.scrollTo({ top: 0 })}>
            <Icon of={ArrowUp} size={12} />
            {fresh >= 100 ? 'Many' : fresh} new
          </Button>
        </div>
      )}
      <ul aria-label="History" className="hist" style={{ height: messages.length * ROW_PX }}>
        {messages.slice(first, last).map((message, at) => (
          <Entry
            key={message.seq}
            message={message}
            index={first + at}
            total={live.more ? -1 : messages.length}
            chosen={message.seq === chosen}
            stop={first + at === stop}
            chars={view.chars}
            inspector={inspector}
          />
        ))}
      </ul>
      <p className="insp-note">{endWords(live.more, live.complete, messages.length, live.problem)}</p>
    </div>
  );
}

/** Up and down go through the list. */
function toNeighbour(event: KeyboardEvent<HTMLButtonElement>): void {
  const row = event.currentTarget.closest('li');
  const next =
    event.key === 'ArrowDown'
      ? row?.nextElementSibling
      : event.key === 'ArrowUp'
        ? row?.previousElementSibling
        : null;
  if (next === null || next === undefined) return;
  event.preventDefault();
  next.querySelector('button')?.focus();
}

function endWords(more: boolean, complete: boolean, count: number, problem: string | null): string {
  if (problem !== null) return `The history could not be read: ${problem}`;
  if (more) return 'Reading older messages…';
  if (complete) return count === 0 ? 'No messages yet.' : 'The first message of this connection.';
  return 'Older messages were evicted to make room. The memory budget is a setting.';
}

/** What was on screen, and older ones that were read meanwhile. */
function joined(held: readonly MessageMeta[], live: readonly MessageMeta[]): readonly MessageMeta[] {
  const last = held.at(-1)?.seq;
  const at = live.findIndex((message) => message.seq === last);
  return at < 0 ? held : [...held, ...live.slice(at + 1)];
}

/** All columns but the value with their gaps, and the width of a monospaced character, px. */
const OTHERS_PX = 312;
const CHAR_PX = 6.85;

function charsIn(width: number): number {
  return Math.max(8, Math.floor((width - OTHERS_PX) / CHAR_PX));
}

function newerThan(messages: readonly MessageMeta[], seq: number | undefined): number {
  if (seq === undefined) return messages.length;
  const at = messages.findIndex((message) => message.seq <= seq);
  return at < 0 ? messages.length : at;
}

interface EntryProps {
  readonly message: MessageMeta;
  readonly index: number;
  readonly total: number;
  readonly chosen: boolean;
  readonly stop: boolean;
  /** Characters that fit the value. */
  readonly chars: number;
  readonly inspector: Inspector;
}

const Entry = memo(function Entry({ message, index, total, chosen, stop, chars, inspector }: EntryProps) {
  return (
    <li
      className={classes('hist-row', chosen && 'hist-chosen')}
      style={{ transform: `translateY(${index * ROW_PX}px)` }}
      aria-setsize={total}
      aria-posinset={index + 1}
    >
      <button
        type="button"
        aria-current={chosen}
        tabIndex={stop ? 0 : -1}
        onClick={() => inspector.inspect({ kind: 'message', seq: message.seq })}
        onKeyDown={toNeighbour}
      >
        <span className="hist-time">{formatClockMs(message.at)}</span>
        <span className="hist-qos">QoS {message.qos}</span>
        <span className="hist-flags">
          {message.retain ? 'retain' : ''}
          {message.dup ? ' dup' : ''}
        </span>
        <bdi className="hist-value mono">{previewWords(message.preview, chars)}</bdi>
        <span className="hist-size">{formatBytes(message.size)}</span>
      </button>
    </li>
  );
});
