import * as z from '../base/zod.ts';

export const RetainedState = z.enum(['retained', 'cleared', 'not-retained', 'unknown']);
export type RetainedState = z.infer<typeof RetainedState>;
/**
 * - `subscribe`: delivered as a stored message in answer to a SUBSCRIBE
 * - `live`: learnt from a message published while connected
 * - `emptied`: an empty message came, which may have cleared it
 * - `scan`: a complete scan did not bring it
 * - `probe`: the broker was asked for this very topic
 * - `us`: published or cleared by this program
 * - `expiry`: its Message Expiry Interval is over
 */
export const RetainedBy = z.enum(['none', 'subscribe', 'live', 'emptied', 'scan', 'probe', 'us', 'expiry']);
export type RetainedBy = z.infer<typeof RetainedBy>;

/** What is known of the message that the broker stores for a topic, and how and when that was learnt. */
export const RetainedFact = z.object({
  state: RetainedState,
  by: RetainedBy,
  /** ms since the epoch; 0 where nothing was learnt. */
  at: z.number(),
  /** As of `at`: learnt before the connection was lost, or before its subscription ended, and not seen since. */
  stale: z.boolean(),
});
export type RetainedFact = z.infer<typeof RetainedFact>;
