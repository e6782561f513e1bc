import * as z from '../base/zod.ts';
import { Failure } from '../base/errors.ts';
import { DecoderId, DecoderStep } from '../model/decoder-rule.ts';

/** What a value is, for its colour and what can be done with it. */
export const DecodedShape = z.enum(['object', 'list', 'text', 'number', 'literal', 'date', 'bytes']);
export type DecodedShape = z.infer<typeof DecodedShape>;

/**
 * One value of a decoded payload. Values come in the order of the bytes, parents before their children, so that
 * a page of them is a piece of one list.
 */
export const DecodedNode = z.object({
  /** 0: the whole payload. */
  depth: z.number(),
  /** In an object, as received; null in a list and for the whole. */
  key: z.string().nullable(),
  /** The key is text; else it is another value, in the notation of the format (`1`, `h'00ff'`). */
  textKey: z.boolean(),
  shape: DecodedShape,
  /**
   * The value itself: numbers with the digits they have, text without quotes, bytes in hex, dates in ISO 8601;
   * empty for objects and lists.
   */
  text: z.string(),
  /** Characters of it that this page leaves out. */
  left: z.number(),
  /** As the format calls it: `float 32`, `map of 2`. */
  type: z.string(),
  /** What is to be known beside it: `tag 1, seconds`. */
  note: z.string(),
  /** Where its bytes are in what the last stage read, in bytes; null where that is not known. */
  at: z.number().nullable(),
  length: z.number().nullable(),
  /** Directly in it; and in all of it, so that the next value beside it is so many further on. */
  children: z.number(),
  descendants: z.number(),
});
export type DecodedNode = z.infer<typeof DecodedNode>;

/** One step of the chain that was taken. */
export const DecodedStage = DecoderStep.extend({
  option: z.string(),
  /** `gzip`, `Protobuf plant.Reading` */
  label: z.string(),
  /** `starts with 1f 8b 08` */
  why: z.string(),
  /** `213 B → 284 B`, `10 entries` */
  detail: z.string(),
  /** Bytes it read. */
  bytes: z.number(),
});
export type DecodedStage = z.infer<typeof DecodedStage>;

/** A decoder that was not taken, and why not. */
export const OtherDecoder = z.object({
  decoder: DecoderId,
  label: z.string(),
  why: z.string(),
  detail: z.string(),
});
export type OtherDecoder = z.infer<typeof OtherDecoder>;

/** Who decided on the chain. */
export const DecodedBy = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('automatic') }),
  z.object({ kind: z.literal('chosen') }),
  z.object({ kind: z.literal('rule'), filter: z.string() }),
]);
export type DecodedBy = z.infer<typeof DecodedBy>;

export const Decoded = z.object({
  kind: z.literal('decoded'),
  /** For reading more of it while it is kept, which is at least as long as 8 others are not decoded. */
  id: z.string(),
  by: DecodedBy,
  /** Time it took, ms. */
  ms: z.number(),
  stages: z.array(DecodedStage),
  ruledOut: z.array(OtherDecoder),
  /** Other formats that fit, without evidence for them: only a person can decide. */
  possible: z.array(OtherDecoder),
  /** Where the chain ended before its time; what is shown then are the bytes of its last stage. */
  failure: Failure.nullable(),
  /** What a person has to know: `The signature is not verified.` */
  notes: z.array(z.string()),
  /** How it is read best. The text form is there for all but images and bytes. */
  view: z.enum(['tree', 'text', 'image', 'bytes']),
  image: z.object({ type: z.string(), width: z.number(), height: z.number() }).nullable(),
  /** All values, of which `nodes` are the first. */
  total: z.number(),
  nodes: z.array(DecodedNode),
  /** The beginning of the text form, and its whole length in characters. */
  text: z.string(),
  textLength: z.number(),
});
export type Decoded = z.infer<typeof Decoded>;

/** A `.proto` file or an Avro schema. Imports are looked up by name. */
export const SchemaFile = z.object({ name: z.string().min(1).max(255), text: z.string().max(1_000_000) });
export type SchemaFile = z.infer<typeof SchemaFile>;
