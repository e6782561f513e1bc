import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { escapeUnsafe, shortened } from '../../../src-main/core/payload/visible.ts';
import { ChevronDown, ChevronRight, TriangleAlert } from 'lucide-react';
import { previewWords } from '../../../src-main/core/payload/preview-notation.ts';
import type { TrashedMessage, TrashEntry } from '../../../src-main/contract/session/trash.ts';
import { formatBytes, formatCount, formatCounted } from '../../ui/base/format.ts';
import { Icon } from '../../ui/base/icon.tsx';
import {
  brokerWords,
  dayAndTime,
  damageWords,
  expiryWords,
  isChosen,
  toggleEntry,
  toggleMessage,
  trashKey,
  trashRows,
  writingWords,
  type Choice,
  type TrashRow,
} from './trash.ts';

/** Characters of a value that are shown. */
const VALUE_CHARS = 48;

interface TrashTreeProps {
  readonly entries: readonly TrashEntry[];
  /** Of the entries that are open. */
  readonly messages: ReadonlyMap<string, readonly TrashedMessage[]>;
  readonly choice: Choice;
  /** Where keys begin; left out: at the first. */
  readonly first?: string | undefined;
  /** The engine's clock, ms. */
  readonly now: number;
  readonly onOpen: (entry: string) => void;
  readonly onChoose: (choice: Choice) => void;
}

/** `treegrid` "Cleared messages": a row a clear, and below it what it cleared. One tab stop, arrows move. */
export function TrashTree({ entries, messages, choice, first, now, onOpen, onChoose }: TrashTreeProps) {
  const grid = useRef<HTMLDivElement>(null);
  // Nothing is open yet: each entry is a row.
  const begin = useRef(
    Math.max(
      0,
      entries.findIndex(({ id }) => id === first),
    ),
  );
  const [active, setActive] = useState(begin.current);
  useEffect(() => firstRowFocus(grid.current, begin.current), []);
  const rows = trashRows(entries, messages);
  const stop = Math.min(active, rows.length - 1);
  const choose = ({ entry, message }: TrashRow) => {
    const listed = (messages.get(entry.id) ?? []).map(({ line }) => line);
    onChoose(
      message === null
        ? toggleEntry(choice, entry.id)
        : toggleMessage(choice, entry.id, message.line, listed),
    );
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const from = rowWithFocus(event) ?? stop;
    const row = rows[from];
    const meant = trashKey(event.key, rows, from, (entry) => messages.has(entry));
    if (row === undefined || meant === null) return;
    event.preventDefault();
    if (meant.kind === 'open') onOpen(meant.entry);
    if (meant.kind === 'choose') choose(row);
    if (meant.kind === 'go') {
      setActive(meant.to);
      grid.current?.querySelector<HTMLElement>(`[data-at="${meant.to}"]`)?.focus();
    }
  };
  return (
    <div className="clr-scroll">
      <div
        ref={grid}
        role="treegrid"
        aria-label="Cleared messages"
        aria-multiselectable="true"
        className="trash-grid"
        onKeyDown={onKeyDown}
      >
        <TrashHead />
        {rows.map((row, at) => {
          const { entry, message } = row;
          const chosen =
            message === null ? choice.get(entry.id) === 'all' : isChosen(choice, entry.id, message.line);
          const expanded = message === null ? { 'aria-expanded': messages.has(entry.id) } : {};
          return (
            <div
              key={`${entry.id} ${message?.line ?? ''}`}
              role="row"
              data-at={at}
              data-topic={message?.topic}
              aria-level={message === null ? 1 : 2}
              {...expanded}
              aria-selected={chosen}
              tabIndex={at === stop ? 0 : -1}
              className="trash-row"
              onFocus={() => setActive(at)}
              onClick={() => choose(row)}
            >
              {message === null ? (
                <EntryCells
                  {...{ entry, chosen, onOpen }}
                  open={messages.has(entry.id)}
                  listed={messages.get(entry.id)?.length ?? entry.messages}
                />
              ) : (
                <MessageCells message={message} chosen={chosen} now={now} />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** It may have moved: an entry that is being written grows, and another is listed above it. */
function rowWithFocus({ target }: KeyboardEvent<HTMLElement>): number | null {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-at]') : null;
  return row === null ? null : Number(row.dataset['at']);
}

/**
 * The rows are there once the trash was read. Until then the dialog has the focus, or is about to get it, and is no
 * place to use keys in. Returns what ends it.
 */
function firstRowFocus(grid: HTMLElement | null, at: number): (() => void) | undefined {
  const dialog = grid?.closest<HTMLElement>('[role=dialog]') ?? null;
  const take = () => grid?.querySelector<HTMLElement>(`[data-at="${at}"]`)?.focus();
  if (dialog === null) return undefined;
  if (document.activeElement === dialog) take();
  const entered = ({ target }: FocusEvent) => {
    leave();
    if (target === dialog) take();
  };
  const leave = () => dialog.removeEventListener('focusin', entered);
  if (!dialog.contains(document.activeElement)) dialog.addEventListener('focusin', entered);
  return leave;
}

function TrashHead() {
  return (
    <div role="row" className="trash-row trash-head">
      <span role="columnheader">Topic</span>
      <span role="columnheader">Value</span>
      <span role="columnheader" className="num">
        Size
      </span>
      <span role="columnheader" className="num">
        QoS
      </span>
      <span role="columnheader">Cleared</span>
    </div>
  );
}

function Tick({ chosen, label }: { readonly chosen: boolean; readonly label: string }) {
  // The row itself is what is ticked: by a press anywhere on it, or by the space bar.
  return (
    <input
      type="checkbox"
      tabIndex={-1}
      readOnly
      checked={chosen}
      aria-label={`Select ${shortened(label)}`}
    />
  );
}

interface EntryCellsProps {
  readonly entry: TrashEntry;
  readonly open: boolean;
  /** How many of its messages are below it, or will be. */
  readonly listed: number;
  readonly chosen: boolean;
  readonly onOpen: (entry: string) => void;
}

function EntryCells({ entry, open, listed, chosen, onOpen }: EntryCellsProps) {
  const damage = escapeUnsafe(damageWords(entry));
  const more = entry.messages > listed ? `The first ${formatCount(listed)} are listed.` : '';
  const said = [damage, writingWords(entry), more].filter(Boolean).join(' ');
  const count = formatCounted(entry.messages, 'message');
  // Of a file, which somebody else may have written.
  const title = escapeUnsafe(entry.title);
  return (
    <>
      <span role="gridcell" className="trash-topic">
        <button
          type="button"
          tabIndex={-1}
          className="trash-open"
          aria-label={`${open ? 'Close' : 'Open'} ${shortened(title)}`}
          onClick={(event) => {
            event.stopPropagation();
            onOpen(entry.id);
          }}
        >
          <Icon of={open ? ChevronDown : ChevronRight} size={14} />
        </button>
        <Tick chosen={chosen} label={title} />
        <bdi className="cut" title={shortened(title)}>
          {title}
        </bdi>
      </span>
      <span role="gridcell" className={said === '' ? 'cut' : 'trash-said'}>
        {damage === '' ? (
          <span className="tone-mut">
            {count}
            {entry.writing === undefined ? '' : ' so far'}
            {said === '' ? ', ' : `. ${said} `}
            <bdi>{brokerWords({ name: entry.profile, address: entry.broker })}</bdi>
          </span>
        ) : (
          <span className="tone-warn">
            <Icon of={TriangleAlert} size={14} /> {count} readable. {said}
          </span>
        )}
      </span>
      <span role="gridcell" className="num tone-mut">
        {formatBytes(entry.bytes)}
      </span>
      <span role="gridcell" aria-label="No QoS of its own" />
      <span role="gridcell" className="tone-mut">
        {dayAndTime(entry)}
      </span>
    </>
  );
}

interface MessageCellsProps {
  readonly message: TrashedMessage;
  readonly chosen: boolean;
  readonly now: number;
}

function MessageCells({ message, chosen, now }: MessageCellsProps) {
  const { topic, preview, size, qos } = message;
  return (
    <>
      <span role="gridcell" className="trash-topic trash-below">
        <Tick chosen={chosen} label={topic} />
        <bdi className="cut" title={shortened(topic)}>
          {topic}
        </bdi>
      </span>
      <span role="gridcell" className="mono cut">
        <bdi>{previewWords(preview, VALUE_CHARS)}</bdi>
      </span>
      <span role="gridcell" className="num">
        {formatBytes(size)}
      </span>
      <span role="gridcell" className="num">
        {formatCount(qos)}
      </span>
      <span role="gridcell" className="tone-mut">
        {expiryWords(message, now)}
      </span>
    </>
  );
}
