import { useEffect, useState } from 'react';
import { parseFilter } from '../../../../src-main/core/query/grammar/parse.ts';
import { MAX_COUNTED, type TopicCount } from '../../../../src-main/contract/view/topic-counts.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { formatCounted } from '../../../ui/base/format.ts';
import { askRested } from '../../../state/engine/ask-rested.ts';
import type { Suggestion } from './suggestions.ts';

/** Nobody reads counts of what is typed on within so long, ms. */
const REST_MS = 120;

export type Counts = ReadonlyMap<string, TopicCount>;

const NONE: Counts = new Map();

/** How many topics each suggestion matches by itself, as far as that is known; by what it inserts. */
export function useCounts(session: ConnectionSession, list: readonly Suggestion[]): Counts {
  const [counts, setCounts] = useState(NONE);
  useEffect(() => {
    if (list.length === 0) return setCounts(NONE);
    const filters = countedOf(list);
    const ask = () => session.client.call('countTopics', { connection: session.connectionId, filters });
    return askRested(REST_MS, ask, (answer) => {
      if (answer === null) setCounts(NONE);
      else if (!answer.superseded) setCounts(countsBy(filters, answer.counts));
    });
  }, [session, list]);
  return counts;
}

/** What can be counted of suggestions: a field that still wants a value cannot. */
export function countedOf(list: readonly Suggestion[]): string[] {
  return list
    .map(({ insert }) => insert)
    .filter((insert) => !/[:<>=~]$/.test(insert) && parseFilter(insert).kind === 'filter')
    .slice(0, MAX_COUNTED);
}

export function countsBy(filters: readonly string[], counts: readonly (TopicCount | null)[]): Counts {
  return new Map(
    filters.flatMap((filter, at) => {
      const count = counts[at] ?? null;
      return count === null ? [] : [[filter, count] as const];
    }),
  );
}

/** Beside a suggestion; empty where it is not known. */
export function countWords(count: TopicCount | undefined): string {
  if (count === undefined) return '';
  return count.exact ? formatCounted(count.topics, 'topic') : `about ${formatCounted(count.topics, 'topic')}`;
}
