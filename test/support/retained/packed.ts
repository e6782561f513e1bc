import type { ListedTopic } from '../../../src-main/contract/session/jobs.ts';
import { TopicListWriter, type PackedTopics } from '../../../src-main/core/retained/topic-list.ts';

/** A list of topics as a worker answers it; of names alone, they are empty and can be cleared. */
export function packed(listed: readonly (ListedTopic | string)[]): PackedTopics {
  const list = new TopicListWriter(listed.length);
  for (const one of listed)
    list.addListed(typeof one === 'string' ? { key: one, size: 0, returning: false, excluded: null } : one);
  return list.packed();
}
