import * as z from '../base/zod.ts';
import { Bytes, TopicKey } from '../model/model.ts';

/** Bytes of a payload that are sent: fields are looked for in no more. */
export const MAX_WATCHED_BYTES = 65_536;

/** Changes of watched topics: the latest message of each that got one, and the late topics. */
export const WatchedMessages = z.object({
  messages: z.array(
    z.object({
      key: TopicKey,
      seq: z.number(),
      /** ms since the epoch. */
      at: z.number(),
      /** Bytes of the payload; `bytes` holds the first `MAX_WATCHED_BYTES` of them. */
      size: z.number(),
      bytes: Bytes,
    }),
  ),
  /** Topics that the user has forgotten since, with their values. */
  forgotten: z.array(TopicKey),
  /** All that are late now. ms: for how long each has been silent, and what usually lies between its messages. */
  late: z.array(z.object({ key: TopicKey, silent: z.number(), usual: z.number() })),
});
export type WatchedMessages = z.infer<typeof WatchedMessages>;
export type LateTopic = WatchedMessages['late'][number];
export type WatchedMessage = WatchedMessages['messages'][number];
