import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import { separatorOf } from '../../../src-main/core/topics/levels.ts';
import { topicText } from '../../../src-main/core/topics/names.ts';

const MOST = 12;

/**
 * What a topic that is being typed may become: a level more of topics that begin so, a branch with its separator.
 *
 * @param known topics of the tree
 * @param separator of the tree
 */
export function completions(known: Iterable<TopicKey>, typed: string, separator: string): readonly string[] {
  const found = new Set<string>();
  for (const key of known) {
    const topic = topicText(key);
    if (topic === null || topic === typed || !topic.startsWith(typed)) continue;
    const next = topic.indexOf(separatorOf(topic, separator), typed.length);
    // The branch that is typed is no step ahead; what is in it is.
    const end = next < 0 ? topic.length : next + 1;
    found.add(topic.slice(0, end));
  }
  // A name that is both a topic and a branch stands as the topic first.
  return [...found].toSorted((a, b) => (a < b ? -1 : 1)).slice(0, MOST);
}
