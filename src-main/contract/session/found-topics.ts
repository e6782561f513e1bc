import * as z from '../base/zod.ts';
import { TopicKey } from '../model/model.ts';

/** Topics that are told at once. */
export const MAX_FOUND = 50;

export const FoundTopics = z.object({
  /** The best first. */
  topics: z.array(
    z.object({
      key: TopicKey,
      /** As it may be shown. */
      topic: z.string(),
      /** Of the subtree. */
      messages: z.number(),
      /** ms since the epoch. */
      lastSeen: z.number(),
    }),
  ),
  /** Topics that match, of those that were looked at, and how many there are. */
  matches: z.number(),
  looked: z.number(),
  all: z.number(),
  /** These are the best of what was looked at so far; asked again for the same text, it goes on. */
  goesOn: z.boolean(),
  /** Another search took the place of this one before it was done. */
  superseded: z.boolean(),
});
export type FoundTopics = z.infer<typeof FoundTopics>;
