import type { ConnectionSummary } from '../../../src-main/contract/model/model.ts';
import type { RestoreResult } from '../../../src-main/contract/session/outcomes.ts';
import type { RestoreWhich } from '../../../src-main/contract/session/trash.ts';
import type { TrashedMessage, TrashEntry } from '../../../src-main/contract/session/trash.ts';
import { loweredWords } from '../../../src-main/core/retained/restore-parts.ts';
import { escapeUnsafe, shortened } from '../../../src-main/core/payload/visible.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { formatBytes, formatCount, formatCounted, formatDay, formatSpan } from '../../ui/base/format.ts';
import { RESTORE_PART, type Restoring } from '../../state/retained/restoring.ts';
import { restoreCall, type Wishes } from './plan.ts';

/** Messages of an entry that are listed; those beyond are counted, and chosen with the whole entry. */
export const SHOWN = 200;
/** Characters of a topic in a sentence. */
const TOPIC_CHARS = 120;
/** What is chosen of one entry: all of it, or some lines. */
export type Chosen = 'all' | ReadonlySet<number>;
export type Choice = ReadonlyMap<string, Chosen>;

export interface TrashPage {
  readonly entries: readonly TrashEntry[];
  readonly bytes: number;
  readonly limit: number;
}

/** @throws Error with the words for a person */
export async function listTrash(session: ConnectionSession): Promise<TrashPage> {
  const answer = await session.client.call('listTrash', {});
  if (answer.kind === 'failed') throw new Error(`${answer.message} ${answer.advice}`);
  return answer;
}

/** @throws Error with the words for a person */
export async function readEntry(
  session: ConnectionSession,
  entry: string,
): Promise<readonly TrashedMessage[]> {
  const answer = await session.client.call('readTrash', { entry, from: 0, count: SHOWN });
  if (answer.kind === 'failed') throw new Error(`${answer.message} ${answer.advice}`);
  return answer.messages;
}

/**
 * Deletes entries for good; null: all.
 *
 * @throws Error with the words for a person
 */
export async function emptyTrash(
  session: ConnectionSession,
  entries: readonly string[] | null,
): Promise<void> {
  const answer = await session.client.call('emptyTrash', { entries: entries === null ? null : [...entries] });
  if (answer.kind === 'failed') throw new Error(`${answer.message} ${answer.advice}`);
}

/** A broker in a sentence: `Plant (mqtt://10.0.0.5:1883)`, or its address where it has no name of its own. */
export function brokerWords({ name, address }: Pick<ConnectionSummary, 'name' | 'address'>): string {
  const at = shortened(escapeUnsafe(address), TOPIC_CHARS);
  const isInAddress = name === '' || name === address || address.endsWith(`//${name}`);
  return isInAddress ? at : `${shortened(escapeUnsafe(name), TOPIC_CHARS)} (${at})`;
}

export function chosenCount(entries: readonly TrashEntry[], choice: Choice): number {
  return entries.reduce((sum, { id, messages }) => {
    const chosen = choice.get(id);
    return sum + (chosen === 'all' ? messages : (chosen?.size ?? 0));
  }, 0);
}

/** The choice after a tick on an entry: none of it or all of it. */
export function toggleEntry(choice: Choice, id: string): Choice {
  const next = new Map(choice);
  if (next.get(id) === 'all') next.delete(id);
  else next.set(id, 'all');
  return next;
}

/** The choice after a tick on one message; `listed` are the lines that are on screen. */
export function toggleMessage(choice: Choice, id: string, line: number, listed: readonly number[]): Choice {
  const before = choice.get(id);
  const lines = new Set(before === 'all' ? listed : before);
  if (!lines.delete(line)) lines.add(line);
  const next = new Map(choice);
  if (lines.size === 0) next.delete(id);
  else next.set(id, lines);
  return next;
}

export function isChosen(choice: Choice, id: string, line: number): boolean {
  const chosen = choice.get(id);
  return chosen === 'all' || chosen?.has(line) === true;
}

/** A clear, or below it one message that it cleared. */
export interface TrashRow {
  readonly entry: TrashEntry;
  readonly message: TrashedMessage | null;
}

/** @param messages of the entries that are open */
export function trashRows(
  entries: readonly TrashEntry[],
  messages: ReadonlyMap<string, readonly TrashedMessage[]>,
): readonly TrashRow[] {
  return entries.flatMap((entry) => [
    { entry, message: null },
    ...(messages.get(entry.id) ?? []).map((message) => ({ entry, message })),
  ]);
}

/** What a key does in the rows of the trash. `open` opens or closes an entry; `stay` is a key of ours all the same. */
export type TrashKey =
  | { readonly kind: 'go'; readonly to: number }
  | { readonly kind: 'open'; readonly entry: string }
  | { readonly kind: 'choose' | 'stay' };

/** @returns null where the key means nothing here */
export function trashKey(
  key: string,
  rows: readonly TrashRow[],
  at: number,
  isOpen: (entry: string) => boolean,
): TrashKey | null {
  const row = rows[at];
  if (row === undefined) return null;
  const go = (to: number): TrashKey => ({ kind: 'go', to: Math.max(0, Math.min(rows.length - 1, to)) });
  const { id } = row.entry;
  switch (key) {
    case 'ArrowDown':
      return go(at + 1);
    case 'ArrowUp':
      return go(at - 1);
    case 'Home':
      return go(0);
    case 'End':
      return go(rows.length - 1);
    case 'ArrowRight':
      return row.message === null && !isOpen(id) ? { kind: 'open', entry: id } : { kind: 'stay' };
    case 'ArrowLeft':
      if (row.message !== null) return go(rows.findIndex(({ entry }) => entry === row.entry));
      return isOpen(id) ? { kind: 'open', entry: id } : { kind: 'stay' };
    case ' ':
      return { kind: 'choose' };
    default:
      return null;
  }
}

/**
 * Puts back what is chosen, entry by entry, the oldest first, so that of two for a topic the newer stays.
 *
 * @param restoring counts what has a result; once it is stopped nothing more is begun
 * @param onResults called after each page with the outcomes of all topics so far, and with those of this page, so
 *   that what was put back before a failure is known
 * @throws Error with the words for a person
 */
export async function restoreChosen(
  session: ConnectionSession,
  entries: readonly TrashEntry[],
  choice: Choice,
  overwrite: boolean,
  restoring: Restoring,
  onResults: (all: readonly RestoreResult[], newest: readonly RestoreResult[]) => void,
): Promise<void> {
  const results = new Map<string, RestoreResult>();
  const take = (some: readonly RestoreResult[]) => {
    for (const one of some) results.set(one.key, one);
    onResults([...results.values()], some);
  };
  const oldestFirst = entries.toReversed().filter(({ id }) => choice.has(id));
  const parts = function* (): Wishes {
    for (const { id } of oldestFirst) {
      for (let from = 0; ; from += RESTORE_PART) {
        const which = partOf(choice.get(id) ?? 'all', from);
        if (which === null || (yield { entry: id, which }) === 0) break;
      }
    }
  };
  await restoring.run(parts(), restoreCall(session, overwrite), take);
}

/** @returns null: there is none */
function partOf(chosen: Chosen, from: number): RestoreWhich | null {
  if (chosen === 'all') return { kind: 'page', from, count: RESTORE_PART };
  const lines = [...chosen].slice(from, from + RESTORE_PART);
  return lines.length === 0 ? null : { kind: 'lines', lines };
}

/** `3 entries, 412 messages, 1.1 MB of 256 MB.` */
export function trashWords(page: TrashPage): string {
  if (page.entries.length === 0) return 'The trash is empty. What is cleared from here on is kept in it.';
  return `${trashFigures(page)}.`;
}

/** `3 entries, 412 messages, 1.1 MB of 256 MB` */
export function trashFigures({ entries, bytes, limit }: TrashPage): string {
  const messages = entries.reduce((sum, one) => sum + one.messages, 0);
  return `${formatCounted(entries.length, 'entry', 'entries')}, ${formatCounted(messages, 'message')}, ${formatBytes(bytes)} of ${formatBytes(limit)}`;
}

/** `4 of 5 restored. plant/a: The broker holds a newer message. 20 not begun.` */
export function restoreWords(results: readonly RestoreResult[], left = 0): string {
  const words = resultWords(results);
  return left > 0 ? `${words} ${formatCount(left)} not begun.` : words;
}

function resultWords(results: readonly RestoreResult[]): string {
  const back = results.filter(({ outcome }) => outcome.kind === 'restored').length;
  const expiring = results.filter(({ outcome }) => outcome.kind === 'restored' && outcome.added).length;
  const lowered = results.flatMap(({ outcome }) =>
    outcome.kind === 'restored' ? (outcome.atQos ?? []) : [],
  );
  const [most] = lowered;
  const words = [
    `${formatCount(back)} of ${formatCount(results.length)} restored.`,
    ...(expiring === 0
      ? []
      : [`${formatCount(expiring)} had no expiry, and the broker gives one of its own.`]),
    ...(most === undefined ? [] : [loweredWords(lowered.length, most)]),
  ].join(' ');
  const first = results.find(({ outcome }) => outcome.kind !== 'restored');
  if (first === undefined || first.outcome.kind === 'restored') return words;
  return `${words} ${shortened(first.topic, TOPIC_CHARS)}: ${first.outcome.failure.message}`;
}

/** Topics that were left alone because the broker holds something newer, or may. */
export function newerOnes(results: readonly RestoreResult[]): number {
  return results.filter(({ outcome }) => outcome.kind === 'would-overwrite').length;
}

/** `expired 2 h ago`; empty where it never does. */
export function expiryWords({ expiresAt }: TrashedMessage, now: number): string {
  if (expiresAt === null) return '';
  const left = expiresAt - now;
  return left > 0 ? `expires in ${formatSpan(left)}` : `expired ${formatSpan(-left)} ago`;
}

/** `Nov 20, 2026 08:02` in local time; empty where the file does not say. */
export function dayAndTime({ at }: Pick<TrashEntry, 'at'>): string {
  return at === 0 ? '' : `${formatDay(at)} ${new Date(at).toTimeString().slice(0, 5)}`;
}

/** Of an entry without its end; empty: it has one, or is damaged. */
export function writingWords({ writing }: Pick<TrashEntry, 'writing'>): string {
  if (writing === undefined) return '';
  return writing === 'yes'
    ? 'Still being written: its clear is not over.'
    : 'It has no end yet: another program may still be writing it, or was cut off.';
}

/** `line 3: It was changed …`, and how many more. */
export function damageWords({ damage }: Pick<TrashEntry, 'damage'>): string {
  const [first] = damage;
  if (first === undefined) return '';
  const more =
    damage.length > 1 ? ` And ${formatCounted(damage.length - 1, 'more place', 'more places')}.` : '';
  return `Damaged at line ${first.line}: ${first.what}${more}`;
}
