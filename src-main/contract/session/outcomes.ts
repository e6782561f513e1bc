import * as z from '../base/zod.ts';
import { Failure } from '../base/errors.ts';
import { Qos, TopicKey } from '../model/model.ts';

export const PublishOutcome = z.discriminatedUnion('kind', [
  /** QoS 0: written to the socket, without a confirmation. */
  z.object({ kind: z.literal('sent'), at: z.number() }),
  z.object({
    kind: z.literal('acknowledged'),
    at: z.number(),
    ms: z.number(),
    code: z.number(),
    /** MQTT 5 reason 16: there was no matching subscriber. */
    noSubscribers: z.boolean(),
    /** Before MQTT 5 an acknowledgement has no reason code: what is refused is acknowledged as well. */
    maybeRefused: z.literal(true).optional(),
    reason: z.string(),
  }),
  z.object({ kind: z.literal('refused'), code: z.number(), failure: Failure }),
  /** The link ended before the answer. */
  z.object({ kind: z.literal('unknown'), failure: Failure }),
  Failure,
]);
export type PublishOutcome = z.infer<typeof PublishOutcome>;

export const ClearResult = z.object({
  key: TopicKey,
  topic: z.string(),
  outcome: z.discriminatedUnion('kind', [
    /** The broker was asked for it again and no longer delivers it. */
    z.object({ kind: z.literal('cleared') }),
    /** Nothing was sent: what the broker holds could not be kept, and it was not asked to go without. */
    z.object({ kind: z.literal('not-kept'), failure: Failure }),
    /**
     * `at`: when the broker delivered it, ms since the epoch. `back`: it is not what was there before, so the topic
     * was written to since; without it the broker may not have cleared it at all.
     */
    z.object({
      kind: z.literal('still-retained'),
      failure: Failure,
      at: z.number(),
      back: z.literal(true).optional(),
    }),
    z.object({ kind: z.literal('refused'), code: z.number(), failure: Failure }),
    /** Sent, but the check could not be completed. */
    z.object({ kind: z.literal('not-verified'), failure: Failure }),
  ]),
  /** ms until the broker acknowledged the clearing of what is cleared; left out where it did not, as at QoS 0. */
  took: z.number().optional(),
  /** The message can be put back byte for byte. */
  restorable: z.boolean(),
});
export type ClearResult = z.infer<typeof ClearResult>;

export const RestoreResult = z.object({
  key: TopicKey,
  topic: z.string(),
  outcome: z.discriminatedUnion('kind', [
    /** The broker delivers it again, byte for byte. */
    z.object({
      kind: z.literal('restored'),
      /** The message has none, and the broker gives it one of its own. */
      added: z.literal('expiry').optional(),
      /** The most that this broker takes; the message had more. */
      atQos: Qos.optional(),
    }),
    /** Nothing was sent: the broker holds, or may hold, another message, and replacing it was not allowed. */
    z.object({ kind: z.literal('would-overwrite'), failure: Failure }),
    /** Nothing was sent. */
    z.object({ kind: z.literal('not-sent'), failure: Failure }),
    z.object({ kind: z.literal('refused'), code: z.number(), failure: Failure }),
    /** The broker took it and does not hold it. */
    z.object({ kind: z.literal('not-stored'), failure: Failure }),
    /** Sent, but the check could not be completed. */
    z.object({ kind: z.literal('not-verified'), failure: Failure }),
  ]),
});
export type RestoreResult = z.infer<typeof RestoreResult>;

/**
 * Names the connection over which something was put back: what is known by an earlier one may be lost, where the
 * broker was killed. Null: there was none, so nothing more can be put back for now.
 */
export const RestoreSession = z.number().nullable();
