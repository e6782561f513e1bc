import * as z from '../base/zod.ts';

/** Since when a view is paused, and how much came since. */
export const Paused = z.object({
  /** The last message that is shown. */
  seq: z.number(),
  /** ms since the epoch. */
  at: z.number(),
  newMessages: z.number(),
  newTopics: z.number(),
});
