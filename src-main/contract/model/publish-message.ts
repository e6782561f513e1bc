import * as z from '../base/zod.ts';
import { Qos } from './model.ts';

/** Bytes of any memory: those of a message may lie in a buffer that is shared. */
const Bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'Not bytes');
/** What has a length of two bytes in a packet. */
const ShortBytes = Bytes.refine((bytes) => bytes.length <= 65_535, 'At most 65,535 bytes');

/**
 * A text of an MQTT property: a string, or its bytes where a broker sent some that are not UTF-8, so
 * that they go out again as they came. At most 65,535 bytes of UTF-8.
 */
export const PropertyText = z.union([z.string().max(65_535), ShortBytes]);
export type PropertyText = z.infer<typeof PropertyText>;

/** Name and value. */
export const UserPair = z.tuple([PropertyText, PropertyText]);
export type UserPair = z.infer<typeof UserPair>;

/** What a client may say in a PUBLISH of MQTT 5 [MQTT5-3.3.2.3]; what is not there is not sent. */
export const MessageProperties = z.object({
  /** 1: the payload is text in UTF-8. 0: bytes, as when it is not said. */
  payloadFormat: z.union([z.literal(0), z.literal(1)]).optional(),
  /** Seconds after which the broker no longer delivers it. */
  messageExpiry: z.number().int().min(0).max(0xffff_ffff).optional(),
  /** Of this connection; at most what the broker announced. The topic is sent with it all the same. */
  topicAlias: z.number().int().min(1).max(65_535).optional(),
  contentType: PropertyText.optional(),
  responseTopic: PropertyText.optional(),
  correlationData: ShortBytes.optional(),
  /** In order; a name may occur more than once. */
  userProperties: z.array(UserPair).max(10_000).optional(),
});
export type MessageProperties = z.infer<typeof MessageProperties>;

/** A message to be published, byte for byte as it goes out. */
export const PublishMessage = z.object({
  topic: z.string().max(65_535),
  payload: Bytes,
  qos: Qos,
  retain: z.boolean(),
  /** MQTT 5 only. */
  properties: MessageProperties.optional(),
});
export type PublishMessage = z.infer<typeof PublishMessage>;
