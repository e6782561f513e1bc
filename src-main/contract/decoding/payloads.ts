import * as z from '../base/zod.ts';
import { Bytes, TopicKey } from '../model/model.ts';

/** Which payloads of a topic are read: those after one message and before another, by sequence. */
export const PayloadsRequest = z.object({
  key: TopicKey,
  after: z.number(),
  /** Null: from the newest on. */
  before: z.number().nullable(),
  /** Not older than this, ms since the epoch. */
  since: z.number(),
});
export type PayloadsRequest = z.infer<typeof PayloadsRequest>;

/** Payloads of a topic, newest first, one behind the other in `bytes`. */
export const Payloads = z.object({
  seqs: z.array(z.number()),
  /** Received, ms since the epoch. */
  ats: z.array(z.number()),
  lengths: z.array(z.number()),
  /** Sequences of those that come without their bytes: they are too long to be read here, or were kept shortened. */
  unread: z.array(z.number()),
  bytes: Bytes,
  /** There are older ones in what was asked for. */
  more: z.boolean(),
});
export type Payloads = z.infer<typeof Payloads>;
