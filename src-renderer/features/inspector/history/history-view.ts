import type { Preview } from '../../../../src-main/contract/model/message.ts';
import { previewWords } from '../../../../src-main/core/payload/preview-notation.ts';
import { separatorOf } from '../../../../src-main/core/topics/levels.ts';
import type { ListedMessage } from '../../../state/inspector/inspector-history.ts';
import { formatAge, formatDuration } from '../../../ui/base/format.ts';

/** A message of the list, with the time since the one before it; null where that is not known. */
export interface HistoryEntry {
  readonly message: ListedMessage;
  readonly sinceMs: number | null;
}

/** Characters of a preview that a filter looks at: all that a list of messages has. */
const LOOKED_AT = 120;

/**
 * The messages that hold a text in what is shown of them, newest first, each with the time since the one
 * before it in the whole list.
 */
export function entriesOf(
  messages: readonly ListedMessage[],
  filter: string,
  previewOf: (message: ListedMessage) => Preview = ({ preview }) => preview,
): readonly HistoryEntry[] {
  const wanted = filter.trim().toLowerCase();
  const entries: HistoryEntry[] = [];
  for (const [at, message] of messages.entries()) {
    if (!isWanted(message, wanted, previewOf)) continue;
    const before = messages[at + 1];
    entries.push({ message, sinceMs: before === undefined ? null : message.at - before.at });
  }
  return entries;
}

/**
 * Whether a message passes the filter, by what is shown of it and of its topic.
 * @param wanted in lower case, without spaces around it
 */
export function isWanted(
  message: ListedMessage,
  wanted: string,
  previewOf: (message: ListedMessage) => Preview,
): boolean {
  return wanted === '' || holds(previewOf(message), wanted) || holdsTopic(message, wanted);
}

function holdsTopic({ topic }: ListedMessage, wanted: string): boolean {
  return topic?.toLowerCase().includes(wanted) === true;
}

/**
 * What lies below the topic whose history it is: `line-7/temperature`; the topic itself is a dot.
 *
 * @param separator of the tree
 */
export function belowName(topic: string, of: string, separator: string): string {
  if (topic === of) return '.';
  return topic.startsWith(of + separatorOf(of, separator)) ? topic.slice(of.length + 1) : topic;
}

function holds(preview: Preview, wanted: string): boolean {
  return previewWords(preview, LOOKED_AT).toLowerCase().includes(wanted);
}

/** `+0.4 s`; empty for the first one. */
export function sinceWords(ms: number | null): string {
  if (ms === null) return '';
  return `+${ms < 1_000 ? formatDuration(Math.max(0, ms)) : formatAge(ms)}`;
}

/**
 * The time that somebody typed, `14:31`, `14:31:07` or `14:31:07.482`: the last such time that is not after
 * `now`; null where it is no time.
 */
export function timeTyped(text: string, now: number): number | null {
  const parts = /^\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,3}))?)?\s*$/.exec(text);
  if (parts === null) return null;
  const [hours, minutes, seconds] = [Number(parts[1]), Number(parts[2]), Number(parts[3] ?? 0)];
  if (hours > 23 || minutes > 59 || seconds > 59) return null;
  const at = new Date(now);
  at.setHours(hours, minutes, seconds, Number((parts[4] ?? '').padEnd(3, '0')));
  if (at.getTime() > now) at.setDate(at.getDate() - 1);
  return at.getTime();
}

/** The first entry, newest first, that is not after a time; their number where all are. */
export function indexAtTime(entries: readonly HistoryEntry[], at: number): number {
  const index = entries.findIndex(({ message }) => message.at <= at);
  return index < 0 ? entries.length : index;
}
