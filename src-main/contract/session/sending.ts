import * as z from '../base/zod.ts';
import { call, stream } from '../base/define.ts';
import { Failure } from '../base/errors.ts';
import { Moment } from '../base/moment.ts';
import { ConnectionId, Qos } from '../model/model.ts';
import { MessageProperties, PublishMessage } from '../model/publish-message.ts';
import { PublishOutcome } from './outcomes.ts';

const Bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'Not bytes');

/** What the JSON of a payload becomes when it is sent; `floats`: how wide numbers with a fraction are. */
export const PayloadEncoding = z.object({
  format: z.enum(['cbor', 'msgpack', 'protobuf']),
  floats: z.enum(['double', 'single', 'shortest']),
  /** Full name of the Protobuf message, of the `.proto` files that are kept. */
  message: z.string().max(1_000).optional(),
});
export type PayloadEncoding = z.infer<typeof PayloadEncoding>;

/** A message as a person wrote it: what is sent is made of it when it is sent. */
export const MessageTemplate = z.object({
  topic: z.string().max(65_535),
  payload: Bytes,
  /** Texts in it have variables such as `${now}` (docs/publish.md). The payload is UTF-8 then. */
  variables: z.boolean(),
  /** The payload is JSON, and is sent in this form. */
  encoding: PayloadEncoding.optional(),
  gzip: z.boolean(),
  qos: Qos,
  retain: z.boolean(),
  properties: MessageProperties.optional(),
  /** In the place of the properties' own, where it has variables. */
  correlation: z.object({ text: z.string().max(65_535), as: z.enum(['text', 'hex']) }).nullable(),
});
export type MessageTemplate = z.infer<typeof MessageTemplate>;

/** How long and where an answer is waited for. */
export const AnswerRule = z.object({
  withinMs: z.number().int().min(100).max(600_000),
  /** Null: the response topic of the message. Else `cmnd/… → stat/…`: how the topic of the answer is made of its own. */
  rule: z.string().max(1_000).nullable(),
});
export type AnswerRule = z.infer<typeof AnswerRule>;

/** What came of a request. Times in ms since the epoch. */
export const Answer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('waiting'), topic: z.string() }),
  z.object({
    kind: z.literal('answered'),
    topic: z.string(),
    at: Moment,
    /** From the request's leaving to the answer's arrival. */
    ms: z.number(),
    /** The beginning of its payload, as text. */
    preview: z.string(),
    size: z.number(),
  }),
  z.object({ kind: z.literal('timed-out'), topic: z.string(), ms: z.number() }),
  Failure,
]);
export type Answer = z.infer<typeof Answer>;

/** A message that was sent, or was to be. Times in ms since the epoch. */
export const SentMessage = z.object({
  id: z.string().max(64),
  at: Moment,
  topic: z.string(),
  size: z.number(),
  qos: Qos,
  retain: z.boolean(),
  /** Null: it is under way. */
  outcome: PublishOutcome.nullable(),
  answer: Answer.nullable(),
  /** It waits for the connection. */
  queued: z.boolean(),
  /** The message was kept, so that it can be sent again. */
  kept: z.boolean(),
});
export type SentMessage = z.infer<typeof SentMessage>;

/** Characters of the name of a saved message, and of its folder. */
export const MAX_NAME = 200;
export const MAX_FOLDER = 400;

/** Where a saved message lies; the folder's levels are divided by `/`. */
export const SavedPlace = z.object({
  /** Null: everywhere, not with one profile. */
  profile: z.string().max(64).nullable(),
  folder: z.string().max(MAX_FOLDER),
  name: z.string().min(1).max(MAX_NAME),
});
export type SavedPlace = z.infer<typeof SavedPlace>;

export const SavedHead = SavedPlace.extend({
  id: z.string().max(64),
  topic: z.string(),
  qos: Qos,
});
export type SavedHead = z.infer<typeof SavedHead>;

/** How the payload of a saved message is edited; of what the window knows it means nothing to the engine. */
const Format = z.string().max(16);
const done = z.object({ kind: z.literal('done') });
const ok = z.union([done, Failure]);
const id = z.string().min(1).max(64);

export const sendingCalls = {
  /**
   * What would be sent now. What is drawn (random, UUID, counter) is what the next message with this text gets;
   * environment variables stay as they stand.
   */
  previewMessage: call(
    z.object({ connection: ConnectionId, template: MessageTemplate }),
    z.union([z.object({ kind: z.literal('preview'), message: PublishMessage }), Failure]),
  ),
  /**
   * Makes the message, publishes it and keeps it in the history of the profile. Environment variables are confirmed
   * once for each broker, in a dialog of the system. `queue`: where there is no connection it waits for one, unless
   * it expires first.
   */
  sendMessage: call(
    z.object({
      connection: ConnectionId,
      template: MessageTemplate,
      queue: z.boolean().default(false),
      answer: AnswerRule.nullable().default(null),
    }),
    z.object({
      /** In the history. */
      id: z.string(),
      /** Where it went. */
      topic: z.string(),
      outcome: PublishOutcome,
    }),
  ),
  /** Messages that wait for the connection are not sent. */
  discardQueued: call(z.object({ connection: ConnectionId }), done),
  /** To be edited, or sent again. */
  readSent: call(
    z.object({ connection: ConnectionId, id }),
    z.union([z.object({ kind: z.literal('template'), template: MessageTemplate }), Failure]),
  ),
  clearSent: call(z.object({ connection: ConnectionId }), ok),
  /** Puts it in the place of the one with this id; null: a new one. */
  saveMessage: call(
    z.object({ id: id.nullable(), place: SavedPlace, template: MessageTemplate, format: Format }),
    z.union([z.object({ kind: z.literal('saved'), id: z.string() }), Failure]),
  ),
  moveSaved: call(z.object({ id, place: SavedPlace }), ok),
  removeSaved: call(z.object({ ids: z.array(id).min(1).max(1_000) }), ok),
  readSaved: call(
    z.object({ id }),
    z.union([z.object({ kind: z.literal('template'), template: MessageTemplate, format: Format }), Failure]),
  ),
} as const;

export const sendingStreams = {
  /** Newest first, at most 300. */
  sentMessages: stream(z.object({ connection: ConnectionId }), z.object({ messages: z.array(SentMessage) })),
  savedMessages: stream(
    z.object({}),
    z.object({ messages: z.array(SavedHead), problem: Failure.nullable() }),
  ),
} as const;
