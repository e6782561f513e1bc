import { topicTerm } from '../../../../src-main/core/query/grammar/topic-term.ts';
import { topicText } from '../../../../src-main/core/topics/names.ts';
import type { Row } from '../../../../src-main/contract/model/view.ts';

type Place = Pick<Row, 'key' | 'children'>;

/**
 * A filter for topics like this one: what is below a branch; for a topic, those with the same first and
 * last level and as many between them. Null where no text can hold the name.
 */
export function filterLike({ key, children }: Place): string | null {
  const topic = topicText(key);
  if (topic === null) return null;
  if (children > 0) return topicTerm(`${topic}/#`);
  const levels = topic.split('/');
  const last = levels.length - 1;
  return topicTerm(levels.map((level, at) => (at === 0 || at === last ? level : '+')).join('/'));
}

/** The filter without this topic and all that is below it; null where no text can hold the name. */
export function filterWithout(filter: string, { key, children }: Place): string | null {
  const topic = topicText(key);
  if (topic === null) return null;
  const excluded = `-${topicTerm(children > 0 ? `${topic}/#` : topic)}`;
  if (filter.trim() === '') return excluded;
  // What is excluded is so from all that the filter shows.
  const isAlternative = /(?:^|\s)or(?:\s|$)/i.test(filter);
  return isAlternative ? `(${filter.trim()}) ${excluded}` : `${filter.trim()} ${excluded}`;
}
