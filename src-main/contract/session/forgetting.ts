import { z } from 'zod';
import { TopicKey } from '../model/model.ts';

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
