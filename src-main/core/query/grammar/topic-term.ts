import { isShared } from '../../topics/filters.ts';
import { dividesAsMqtt, MQTT_SEPARATOR, separatorOf } from '../../topics/levels.ts';
import { operandOf } from './field-term.ts';
import { parseFilter } from './parse.ts';

/** The term of the filter language that an MQTT topic filter is written as. */
export function topicTerm(filter: string): string {
  return `topic:${operandOf(filter)}`;
}

/** Characters of a regular expression that the filter language takes. */
const MOST_PATTERN = 1_000;

/**
 * The term for a topic and all that lies below it in the tree: a topic filter, or a regular expression where
 * MQTT does not divide topics as the tree does. Null where that would be too long.
 *
 * @param separator of the tree
 */
export function subtreeTerm(topic: string, separator: string): string | null {
  if (dividesAsMqtt(topic, separator)) return topicTerm(`${topic}/#`);
  return patternTerm(`^${literal(topic)}(?:${literal(separator)}|$)`);
}

/**
 * Likewise for topics that have these levels, of which null stands for any.
 *
 * @param separator of the tree
 */
export function levelsTerm(levels: readonly (string | null)[], separator: string): string | null {
  const between = separatorOf(levels[0] ?? '', separator);
  if (between === MQTT_SEPARATOR) return topicTerm(levels.map((level) => level ?? '+').join(between));
  const any = `[^${literal(between)}]*`;
  const parts = levels.map((level) => (level === null ? any : literal(level)));
  return patternTerm(`^${parts.join(literal(between))}$`);
}

function patternTerm(pattern: string): string | null {
  return pattern.length > MOST_PATTERN ? null : `topic~/${pattern}/`;
}

/** A text as a regular expression that matches it alone, in characters that a box of one line holds. */
function literal(text: string): string {
  return text.replace(/[^\p{L}\p{N}_]/gu, (one) =>
    /[!-~]/.test(one) ? `\\${one}` : `\\x{${(one.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/**
 * A topic filter that every topic which the text shows lies in: `#` where it names none.
 *
 * @param text of the filter box
 */
export function probedFilter(text: string): string {
  const parsed = parseFilter(text);
  const query = parsed.kind === 'filter' ? parsed.query : null;
  const all = query?.kind === 'and' ? query.parts : query === null ? [] : [query];
  for (const part of all)
    if (part.kind === 'term' && part.term.kind === 'topic-filter' && !isShared(part.term.filter))
      return part.term.filter;
  return '#';
}
