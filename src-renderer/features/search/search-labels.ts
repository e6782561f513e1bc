import type { ConnectionId } from '../../../src-main/contract/model/model.ts';
import type { SearchProgress } from '../../../src-main/contract/session/search.ts';
import { escapeUnsafe, shortened } from '../../../src-main/core/payload/visible.ts';
import { isRunning, type SearchGroup } from '../../state/search/message-search.ts';
import { formatBytes, formatCount, formatCounted, formatDuration, plural } from '../../ui/base/format.ts';

/** A sum over all connections. */
function summed(groups: readonly SearchGroup[], of: (progress: SearchProgress) => number): number {
  return groups.reduce((sum, { progress }) => sum + (progress === null ? 0 : of(progress)), 0);
}

/** What was found, and how far the search is: `12 messages`, `in 3 topics, 212 MB searched in 0.4 s`. */
export function foundWords(groups: readonly SearchGroup[]): { readonly found: string; readonly how: string } {
  const found = summed(groups, (progress) => progress.found);
  const isFull = groups.some(({ progress }) => progress?.full === true);
  const states = groups.map(({ progress }) => progress?.state ?? 'running');
  const read = summed(groups, (progress) => progress.read);
  const total = summed(groups, (progress) => progress.total);
  const ms = Math.max(0, ...groups.map(({ progress }) => progress?.ms ?? 0));
  const topics = summed(groups, (progress) => progress.topics);
  const running = isRunning({ groups });
  const inTopics = found === 0 ? '' : `in ${formatCounted(topics, 'topic')}, newest first, `;
  const size = running
    ? `${formatBytes(read)} of ${formatBytes(total)} read`
    : states.includes('stopped')
      ? `stopped after ${formatBytes(read)} of ${formatBytes(total)}`
      : `${formatBytes(total)} searched`;
  const amount =
    found === 0 && running
      ? 'No messages yet'
      : found === 0
        ? 'No messages found'
        : formatCounted(found, 'message');
  return {
    found: isFull ? `The newest ${formatCounted(found, 'message')}` : amount,
    how: `${inTopics}${size} in ${formatDuration(ms)}`,
  };
}

/** Where only one connection was searched, and another one is on screen by now: which it was. */
export function elsewhereWords(groups: readonly SearchGroup[], selected: ConnectionId): string {
  const [group] = groups;
  if (group === undefined || groups.length > 1 || group.connection === selected) return '';
  return `Searched in ${shortened(escapeUnsafe(group.name))}, another connection.`;
}

/** From 0 to 1. */
export function shareOf(groups: readonly SearchGroup[]): number {
  const total = summed(groups, (progress) => progress.total);
  const isOver = groups.every(({ progress, problem }) => problem !== null || progress?.state === 'done');
  return isOver ? 1 : total === 0 ? 0 : summed(groups, (progress) => progress.read) / total;
}

/** What was not looked at, so that nothing is missing silently. */
export function limitWords(groups: readonly SearchGroup[]): string[] {
  const full = groups.some(({ progress }) => progress?.full === true);
  const shortened = summed(groups, (progress) => progress.shortened);
  const long = summed(groups, (progress) => progress.long);
  const notKept = summed(groups, (progress) => progress.notKept);
  const words: string[] = [];
  for (const { name, problem } of groups)
    if (problem !== null) words.push(escapeUnsafe(`${name}: ${problem}`));
  if (full) words.push('The list is full. Older messages were not searched: make the search narrower.');
  if (shortened > 0)
    words.push(
      `${formatCounted(shortened, 'message')} ${plural(shortened, 'was', 'were')} kept only in part; the rest of ${plural(shortened, 'it', 'them')} was not searched.`,
    );
  if (long > 0) words.push(`Of ${formatCounted(long, 'long message')} only the beginning was searched.`);
  if (notKept > 0)
    words.push(
      `${formatCount(notKept)} older ${plural(notKept, 'message is', 'messages are')} no longer kept.`,
    );
  return words;
}

/** What a connection found, at the right of its name. */
export function groupWords({ progress, problem, hits }: SearchGroup): string {
  if (problem !== null) return 'not searched';
  if (progress === null) return '';
  if (hits.length === 0) return progress.state === 'running' ? '' : 'nothing found';
  return `${formatCounted(hits.length, 'message')} in ${formatCounted(progress.topics, 'topic')}`;
}
