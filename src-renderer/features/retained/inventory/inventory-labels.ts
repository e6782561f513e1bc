import type {
  EntryState,
  InventoryRow,
  InventoryState,
  ProbeState,
  RetainedAge,
} from '../../../../src-main/contract/session/inventory.ts';
import { parseFilter } from '../../../../src-main/core/query/grammar/parse.ts';
import { formatCount, formatCounted, formatDuration, formatSpan } from '../../../ui/base/format.ts';

export const STATE_CHOICES: readonly { readonly value: InventoryState; readonly label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'retained', label: 'Retained' },
  { value: 'stale', label: 'Stale' },
  { value: 'returning', label: 'Will return' },
  { value: 'unknown', label: 'Unknown' },
];

const STATES: Readonly<Record<EntryState, string>> = {
  retained: 'retained',
  stale: 'stale',
  returning: 'will return',
  unknown: 'unknown',
  protected: 'protected',
};

/** `retained`, `stale, as of before` where it may have changed since. */
export function stateWords({ state, asOf }: { readonly state: EntryState; readonly asOf: boolean }): string {
  return asOf && state !== 'unknown' ? `${STATES[state]}, as of before` : STATES[state];
}

/** `3 d, payload`, `at least 41 d`; empty where nothing is known. */
export function ageWords(age: RetainedAge | null, now: number): string {
  if (age === null) return '';
  const span = formatSpan(Math.max(0, now - age.at));
  return age.source === 'stored' ? `at least ${span}` : `${span}, ${age.source}`;
}

/** Of a parent: the age of the oldest below it, at least, as the ages of others may be unknown. */
export function oldestWords(age: RetainedAge | null, now: number): string {
  return age === null ? '' : `at least ${formatSpan(Math.max(0, now - age.at))}`;
}

/** What is uncertain about a message's age, shown on hover. */
export function ageTitle(age: RetainedAge | null): string | undefined {
  switch (age?.source) {
    case undefined:
      return undefined;
    case 'payload':
      return 'By a time that the payload carries';
    case 'property':
      return 'By a time in a user property';
    case 'published':
      return 'It was published while we were connected';
    case 'stored':
      return 'The broker delivered it as a stored message then; it may be older';
  }
}

/** `402 messages`; of a topic that carries one itself: how many lie below it. */
export function countWords({ count, entry }: InventoryRow): string {
  return entry === null ? formatCounted(count, 'message') : `${formatCount(count - 1)} below`;
}

/** What the last probe found, or how far it is. */
export function probeWords(probe: ProbeState, now: number): string {
  switch (probe.kind) {
    case 'never':
      return 'not yet';
    case 'running':
      if (probe.stopping) return 'stopping after what is under way';
      if (probe.total === 0) return `asking for all of ${probe.where}`;
      return `${formatCount(probe.done)} of ${formatCount(probe.total)}, ${formatCount(probe.found)} found so far`;
    case 'done':
      return `${formatSpan(Math.max(0, now - probe.at))} ago, in ${formatDuration(probe.ms)}${unseenWords(probe.unseen)}`;
  }
}

function unseenWords(unseen: number): string {
  return unseen === 0 ? '' : `, ${formatCounted(unseen, 'topic')} not seen before`;
}

/** Why a list is empty, and when that was known. */
export function emptyWords(filter: string, state: InventoryState, probe: ProbeState, now: number): string {
  const what =
    state === 'all' || state === 'retained' ? 'No retained messages' : `Nothing ${emptyState(state)}`;
  const where = filter === '' ? '' : ' that the filter shows';
  const when = probe.kind === 'done' ? ` Probed ${probeWords(probe, now)}.` : '';
  return `${what}${where}.${when}`;
}

function emptyState(state: Exclude<InventoryState, 'all' | 'retained'>): string {
  switch (state) {
    case 'stale':
      return 'is known to be stale';
    case 'returning':
      return 'is still published to';
    case 'unknown':
      return 'is unknown';
  }
}

/** A size or an age as it is typed, written as a term of the filter language; null: it is none. */
export function measureTerm(field: 'size' | 'seen', typed: string): string | null {
  const text = typed.trim().toLowerCase().replace(/\s+/g, '');
  if (text === '') return '';
  const pattern = field === 'size' ? /^\d+(?:\.\d+)?(?:k|m|kb|mb|b)?$/ : /^\d+(?:\.\d+)?(?:s|m|h|d)$/;
  return pattern.test(text) ? `${field}>${text.replace(/^([\d.]+[km]?)b$/, '$1')}` : null;
}

const TERMS: Readonly<Record<'size' | 'seen', RegExp>> = {
  size: /(?:^|\s)size>(\S+)/i,
  seen: /(?:^|\s)seen>(\S+)/i,
};

/** What the filter says of a size or an age beside all else that has to hold; empty: nothing. */
export function measureIn(filter: string, field: 'size' | 'seen'): string {
  return without(filter, field) === null ? '' : (TERMS[field].exec(filter)?.[1] ?? '');
}

/** The filter with another size or age that has to hold as well. */
export function withMeasure(filter: string, field: 'size' | 'seen', term: string): string {
  const rest = without(filter, field) ?? filter.trim();
  const parsed = parseFilter(rest);
  const isOr = term !== '' && parsed.kind === 'filter' && parsed.query?.kind === 'or';
  return [isOr ? `(${rest})` : rest, term].filter((part) => part !== '').join(' ');
}

/** Null: there is none, or it is no term of its own and cannot be taken out. */
function without(filter: string, field: 'size' | 'seen'): string | null {
  const rest = filter.replace(TERMS[field], '').trim();
  const [before, after] = [termsOf(filter), termsOf(rest)];
  return before !== null && after === before - 1 ? rest : null;
}

/** How many terms have to hold together; null: the filter has a problem. */
function termsOf(filter: string): number | null {
  const parsed = parseFilter(filter);
  if (parsed.kind === 'problems') return null;
  if (parsed.query === null) return 0;
  return parsed.query.kind === 'and' ? parsed.query.parts.length : 1;
}
