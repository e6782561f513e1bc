import * as z from '../base/zod.ts';
import { Bytes, TopicKey } from '../model/model.ts';

/** Bytes of a payload that are told: fields are looked for in no more. */
export const MAX_WATCHED_BYTES = 65_536;

/** The latest messages of topics of which one came since it was last told. */
export const WatchedMessages = z.object({
  messages: z.array(
    z.object({
      key: TopicKey,
      seq: z.number(),
      /** ms since the epoch. */
      at: z.number(),
      /** Payload bytes, and as many of them as are told. */
      size: z.number(),
      bytes: Bytes,
    }),
  ),
  /** Topics that a person had forgotten since, with what was told of them. */
  forgotten: z.array(TopicKey),
});
export type WatchedMessages = z.infer<typeof WatchedMessages>;
export type WatchedMessage = WatchedMessages['messages'][number];
