import * as z from '../base/zod.ts';

/** Of one connection since it was opened. received = kept + evicted + forgotten + dropped. */
export const Counters = z.object({
  /** Messages, `$SYS` excluded. */
  received: z.number(),
  /** Messages below `$SYS`. */
  system: z.number(),
  /** Payload and topic bytes as received. */
  bytes: z.number(),
  /** Messages still in the history. */
  kept: z.number(),
  /** Messages whose record made room for newer ones. */
  evicted: z.number(),
  /** Messages never kept, by cause. */
  dropped: z.number(),
  droppedBy: z.object({
    /** Intake lagged: only the latest value was kept. */
    lag: z.number(),
    /** At the topic cap and nothing could be forgotten. */
    topicCap: z.number(),
    /** The record did not fit the budget. */
    budget: z.number(),
  }),
  /** Topics forgotten at the cap, and the messages of theirs that went with them. */
  forgottenTopics: z.number(),
  forgotten: z.number(),
  /** Payloads kept shortened. */
  shortened: z.number(),
  topics: z.number(),
  retained: z.number(),
  /** Messages in the last full second. */
  rate: z.number(),
  indexBytes: z.number(),
  historyBytes: z.number(),
  budgetBytes: z.number(),
});
export type Counters = z.infer<typeof Counters>;
