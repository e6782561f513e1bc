import { formatCount } from '../text/amounts.ts';
import { quoted } from '../topics/names.ts';

// Why topics may be missing from a list of what is retained.

export const UNCONFIRMED =
  'The broker did not say that it sent all, so topics that nobody saw may be missing.';

export function refusedWords(filter: string): string {
  return `The broker does not allow a subscription to ${quoted(filter)}, so topics that nobody saw cannot be found.`;
}

export function unsureWords(filter: string): string {
  return `Too many messages for one answer lie below ${quoted(filter)}, so the broker may have left out topics that nobody saw.`;
}

/** Shown as what is asked for. */
export const COUNTING = 'the broker’s own count';

export function leftOutWords(filter: string, kind: 'short' | 'unanswered'): string {
  const why = kind === 'short' ? 'The broker left out some of a large answer' : UNCHECKED;
  return `${why}, so topics below ${quoted(filter)} that have nothing in common with others may be missing.`;
}

export const NO_WILDCARD_KNOWN =
  'No retained message came for any wildcard. Either the broker holds none, or it delivers none for wildcards, as RabbitMQ does: name a topic exactly to be sure.';

/** Then something came for its name. */
export const NONE_FOR_WILDCARDS =
  'The broker delivers no retained messages for wildcards, as RabbitMQ does. Topics that are known were asked for by name; others may be missing.';

export const MORE_COUNTED = 'The broker sent fewer messages than it counts, so topics may be missing.';

export function limitedWords(filter: string, most: number): string {
  return `The broker sent only ${formatCount(most)} of the messages below ${quoted(filter)} for one subscription, so topics may be missing.`;
}

export function fullWords(filter: string): string {
  return `The broker leaves out messages that its socket has no room for, so topics below ${quoted(filter)} may be missing.`;
}

const UNCHECKED = 'Whether the broker left out some of a large answer could not be found out';

export function besideWords(filter: string, beside: number | null): string {
  if (beside === null) return '';
  const words = formatCount(beside);
  return filter === '#'
    ? ` By its own count, about ${words} are.`
    : ` By its own count, it holds ${words} beside those that are known, wherever they are: no more are missing.`;
}
