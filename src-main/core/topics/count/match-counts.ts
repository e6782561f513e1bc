import type { TopicCount } from '../../../contract/view/topic-counts.ts';
import { compileFilter, type CompiledFilter } from '../../query/match/compile.ts';
import { YES } from '../../query/match/subject.ts';
import type { TopicSource } from '../columns/nodes.ts';
import { liveScope } from '../view/records.ts';
import { NodeSubject } from '../view/subject.ts';
import { spread } from './spread.ts';

/** What all filters of one question may cost, in steps of 0.2 µs: some 80 ms between the messages that come. */
export const COUNT_STEPS = 400_000;
/** Steps between two pauses, about 0.1 ms. */
const SLICE = 512;
/** Bytes of a topic or of a value that take as long to be searched as a cheap question does. */
const STEP_BYTES = 128;
/** With fewer matches in the sample, the estimate is too uncertain. */
const LEAST_MATCHES = 5;

/**
 * How many topics each of some filters matches. Topics are checked all over the tree. Where the budget does
 * not reach all of them, the count is an estimate from those that were checked, and marked as one.
 *
 * @returns null for an invalid filter, and where too few matches were found for an estimate
 */
export function* countMatches(
  source: TopicSource,
  filters: readonly string[],
  budget: number = COUNT_STEPS,
): Generator<void, (TopicCount | null)[]> {
  const compiled = filters.map((text) => {
    const answer = compileFilter(text);
    return answer.kind === 'filter' ? answer.filter : null;
  });
  const asked = compiled.filter((filter) => filter !== null);
  const matches = new Map<CompiledFilter, number>(asked.map((filter) => [filter, 0]));
  const subject = new NodeSubject(source, liveScope(source));
  let topics = 0;
  let pauseAt = SLICE;
  let spent = 0;
  let isAll = true;
  for (const at of asked.length === 0 ? [] : spread(source)) {
    if (spent++ >= budget) {
      isAll = false;
      break;
    }
    if (!source.exists(at) || !source.isTopic(at)) continue;
    topics++;
    subject.aim(at);
    for (const filter of asked) {
      if (spent >= pauseAt) {
        yield;
        pauseAt = spent + SLICE;
        // It may have been removed, or have another value.
        if (!source.exists(at)) break;
        subject.aim(at);
      }
      subject.bytes = 0;
      if (filter.test.of(subject) === YES) matches.set(filter, (matches.get(filter) ?? 0) + 1);
      spent += filter.cost + (subject.bytes / STEP_BYTES) * Math.max(1, filter.cost);
    }
  }
  const share = isAll ? null : topics / Math.max(1, source.topicCount);
  return compiled.map((filter) => (filter === null ? null : topicCount(matches.get(filter) ?? 0, share)));
}

/** @param share share of all topics that were checked; null: all were */
function topicCount(matches: number, share: number | null): TopicCount | null {
  if (share === null) return { topics: matches, exact: true };
  if (matches < LEAST_MATCHES) return null;
  return { topics: Number((matches / share).toPrecision(2)), exact: false };
}
