import { memo, useContext, useSyncExternalStore, type KeyboardEvent } from 'react';
import { shortened } from '../../../../src-main/core/payload/visible.ts';
import type { TopicKey } from '../../../../src-main/contract/model/model.ts';
import { displayTopic } from '../../../../src-main/core/topics/names.ts';
import { previewWords } from '../../../../src-main/core/payload/preview-notation.ts';
import type { ListedPreviews } from '../../../state/decoding/row-previews.ts';
import type { ListedMessage } from '../../../state/inspector/inspector-history.ts';
import { classes } from '../../../ui/base/classes.ts';
import { formatBytes, formatClockMs } from '../../../ui/base/format.ts';
import { TreeSeparator } from '../../../ui/tree/separator.ts';
import { belowName, sinceWords, type HistoryEntry } from './history-view.ts';

interface HistoryRowProps {
  readonly topicKey: TopicKey;
  readonly previews: ListedPreviews;
  readonly entry: HistoryEntry;
  readonly top: number;
  readonly index: number;
  readonly total: number;
  readonly chosen: boolean;
  readonly stop: boolean;
  /** Characters that fit the value: what does not fit is left out by members, not in the middle of one. */
  readonly chars: number;
  readonly onChoose: (message: ListedMessage) => void;
  readonly onMenu: (message: ListedMessage, at: { readonly x: number; readonly y: number }) => void;
}

export const HistoryRow = memo(function HistoryRow(props: HistoryRowProps) {
  const { entry, top, index, total, chosen, stop, chars, onChoose, onMenu } = props;
  const { message, sinceMs } = entry;
  const { topicKey, previews } = props;
  const separator = useContext(TreeSeparator);
  const decoded = useSyncExternalStore(previews.subscribe, () =>
    previews.ofMessage(message.key ?? topicKey, message),
  );
  return (
    <li
      className={classes('hist-row', chosen && 'hist-chosen', message.topic !== undefined && 'hist-below')}
      style={{ transform: `translateY(${top}px)` }}
      aria-setsize={total}
      aria-posinset={index + 1}
    >
      <button
        type="button"
        aria-current={chosen}
        aria-haspopup="menu"
        tabIndex={stop ? 0 : -1}
        onClick={() => onChoose(message)}
        onContextMenu={(event) => {
          event.preventDefault();
          const { left, bottom } = event.currentTarget.getBoundingClientRect();
          const isByKey = event.clientX === 0 && event.clientY === 0;
          onMenu(message, isByKey ? { x: left + 24, y: bottom } : { x: event.clientX, y: event.clientY });
        }}
        onKeyDown={(event) => onKey(event, (at) => onMenu(message, at))}
      >
        <span className="hist-time">{formatClockMs(message.at)}</span>
        <span className="hist-since">{sinceWords(sinceMs)}</span>
        <span className="hist-qos">QoS {message.qos}</span>
        <span className="hist-flags">
          {message.retain ? 'retain' : ''}
          {message.dup ? ' dup' : ''}
        </span>
        {message.topic === undefined ? null : (
          <bdi className="hist-topic cut" title={shortened(message.topic)}>
            {belowName(message.topic, displayTopic(topicKey), separator)}
          </bdi>
        )}
        <bdi className="hist-value mono">{previewWords(decoded ?? message.preview, chars)}</bdi>
        <span className="hist-size">{formatBytes(message.size)}</span>
      </button>
    </li>
  );
}, sameRow);

/** Rows are drawn again at each message that comes: only what is shown of one counts. */
function sameRow(a: HistoryRowProps, b: HistoryRowProps): boolean {
  return (
    a.topicKey === b.topicKey &&
    a.previews === b.previews &&
    a.entry.message === b.entry.message &&
    a.entry.sinceMs === b.entry.sinceMs &&
    a.top === b.top &&
    a.total === b.total &&
    a.chosen === b.chosen &&
    a.stop === b.stop &&
    a.chars === b.chars &&
    a.onChoose === b.onChoose
  );
}

/** Up and down go through the list; the menu key opens the menu. */
function onKey(
  event: KeyboardEvent<HTMLButtonElement>,
  openMenu: (at: { readonly x: number; readonly y: number }) => void,
): void {
  const row = event.currentTarget.closest('li');
  if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
    event.preventDefault();
    const { left, bottom } = event.currentTarget.getBoundingClientRect();
    return openMenu({ x: left + 24, y: bottom });
  }
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
