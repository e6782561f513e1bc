import { levels } from '../../topics/levels.ts';
import { levelsTerm, subtreeTerm, topicTerm } from './topic-term.ts';
import { topicText } from '../../topics/names.ts';
import type { Row } from '../../../contract/model/view.ts';

type Place = Pick<Row, 'key' | 'children'>;

/**
 * A filter for topics like this one: what is below a branch; for a topic, those with the same first and
 * last level and as many between them. Null where no text can hold the name, or it is too long for a filter.
 *
 * @param separator of the tree
 */
export function filterLike({ key, children }: Place, separator: string): string | null {
  const topic = topicText(key);
  if (topic === null) return null;
  if (children > 0) return subtreeTerm(topic, separator);
  const all = levels(topic, separator);
  const last = all.length - 1;
  return levelsTerm(
    all.map((level, at) => (at === 0 || at === last ? level : null)),
    separator,
  );
}

/**
 * The filter without this topic and all that is below it; null where no text can hold the name, or it is too
 * long for a filter.
 *
 * @param separator of the tree
 */
export function filterWithout(filter: string, { key, children }: Place, separator: string): string | null {
  const topic = topicText(key);
  const term = topic === null || children === 0 ? topicTerm(topic ?? '') : subtreeTerm(topic, separator);
  if (topic === null || term === null) return null;
  const excluded = `-${term}`;
  if (filter.trim() === '') return excluded;
  // What is excluded is so from all that the filter shows.
  const isAlternative = /(?:^|\s)or(?:\s|$)/i.test(filter);
  return isAlternative ? `(${filter.trim()}) ${excluded}` : `${filter.trim()} ${excluded}`;
}
