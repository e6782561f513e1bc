import * as z from '../base/zod.ts';

/** Filters that are counted for at once: as many as a list of suggestions has. */
export const MAX_COUNTED = 24;

export const TopicCount = z.object({
  topics: z.number(),
  /** False: reckoned from a part of all topics, two digits of it. */
  exact: z.boolean(),
});
export type TopicCount = z.infer<typeof TopicCount>;

export const TopicCounts = z.object({
  /** For each filter in order; null if it is invalid, or too few topics were found for an estimate. */
  counts: z.array(TopicCount.nullable()),
  /** Another question took the place of this one before it was answered. */
  superseded: z.boolean(),
});
export type TopicCounts = z.infer<typeof TopicCounts>;
