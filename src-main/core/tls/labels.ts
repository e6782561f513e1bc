import { wholeUnits } from '../payload/utf8.ts';
import { formatCounted } from '../text/amounts.ts';
import { commonName, type ParsedCertificate } from './x509.ts';

/** Parts of sentences about certificates. */

const DAY_MS = 86_400_000;
/** Longest name in a sentence, in characters. */
const MOST_NAME_CHARS = 80;
/** Most host names in one sentence. */
const MOST_HOSTS = 5;

const cut = (text: string): string =>
  // A character of two units stays whole: half of one is drawn as a box.
  text.length > MOST_NAME_CHARS ? `${text.slice(0, wholeUnits(text, MOST_NAME_CHARS))}…` : text;

export const quoted = (text: string): string => `“${cut(text)}”`;

/** What a person calls it, in quotes. */
export function called(one: ParsedCertificate): string {
  return quoted(commonName(one.subject) || one.names[0]?.value || 'no name');
}

export function issuerCalled(one: ParsedCertificate): string {
  return quoted(commonName(one.issuer) || 'no name');
}

/** `2026-11-20`, in UTC; a time that is none stays readable. */
export function day(ms: number): string {
  return Number.isFinite(ms) && Math.abs(ms) < 8.64e15
    ? new Date(ms).toISOString().slice(0, 10)
    : 'an unknown day';
}

/** Whole days from now, rounded down; negative in the past. */
export function daysUntil(ms: number, now: number): number {
  return Math.floor((ms - now) / DAY_MS);
}

/** `today`, `3 days ago`, `in 1 day`. */
export function fromNow(ms: number, now: number): string {
  const days = Math.trunc((ms - now) / DAY_MS);
  if (days === 0) return ms < now ? 'less than a day ago' : 'in less than a day';
  const count = formatCounted(Math.abs(days), 'day');
  return days < 0 ? `${count} ago` : `in ${count}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(parts: readonly string[], word = 'and'): string {
  if (parts.length < 2) return parts[0] ?? '';
  return `${parts.slice(0, -1).join(', ')} ${word} ${parts.at(-1) ?? ''}`;
}

/** The hosts a certificate is for, for a sentence. */
export function hostsOf(one: ParsedCertificate): string {
  const hosts = one.names
    .filter(({ kind }) => kind === 'dns' || kind === 'ip')
    .map(({ value }) => cut(value));
  // Without any alternative name the common name counts, as it used to.
  if (hosts.length === 0) hosts.push(cut(commonName(one.subject)) || 'no host');
  if (hosts.length <= MOST_HOSTS) return listed(hosts);
  return `${hosts.slice(0, MOST_HOSTS).join(', ')} and ${hosts.length - MOST_HOSTS} more`;
}
