import { operandOf } from './field-term.ts';
import { parseFilter } from './parse.ts';

/** The term of the filter language that an MQTT topic filter is written as. */
export function topicTerm(filter: string): string {
  return `topic:${operandOf(filter)}`;
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
    if (part.kind === 'term' && part.term.kind === 'topic-filter' && !part.term.filter.startsWith('$share/'))
      return part.term.filter;
  return '#';
}
