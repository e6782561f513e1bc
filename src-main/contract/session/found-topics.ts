import * as z from '../base/zod.ts';
import { TopicKey } from '../model/model.ts';

/** Most topics in one answer. */
export const MAX_FOUND = 50;

export const FoundTopics = z.object({
  /** The best first. */
  topics: z.array(
    z.object({
      key: TopicKey,
      /** As it may be shown. */
      topic: z.string(),
      /** Messages of the subtree. */
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

/** Which topics a person wants to be forgotten here; the broker is not asked for anything. */
export const TopicsToForget = z.discriminatedUnion('kind', [
  /** The messages of this very topic; what is below it stays. */
  z.object({ kind: z.literal('topic'), key: TopicKey }),
  /** A branch with all that is below it. */
  z.object({ kind: z.literal('subtree'), key: TopicKey }),
  /** Every topic that is late by its own rhythm. */
  z.object({ kind: z.literal('late') }),
]);
export type TopicsToForget = z.infer<typeof TopicsToForget>;

export const ForgottenTopics = z.object({
  topics: z.number(),
  /** Those that were kept of these topics. */
  messages: z.number(),
  /** Topics of which the broker is believed to store a message. */
  retained: z.number(),
});
export type ForgottenTopics = z.infer<typeof ForgottenTopics>;
