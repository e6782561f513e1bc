import * as z from '../base/zod.ts';
import { call } from '../base/define.ts';
import { Failure } from '../base/errors.ts';
import { Bytes, ConnectionId, TopicKey } from '../model/model.ts';
import { Decoded, DecodedNode } from './decoded.ts';
import { DecoderChain } from '../model/decoder-rule.ts';

const id = z.string().min(1).max(64);
const offset = z.number().int().min(0);

/** Values in one answer. */
export const MAX_NODES = 2_000;
/** Bytes, or characters, in one answer. */
export const MAX_PIECE = 1_048_576;

/** What is to be decoded: a message that is kept, or bytes that the window has. */
export const DecoderSource = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('message'),
    key: TopicKey,
    which: z.union([z.number(), z.enum(['latest', 'retained'])]),
    /** For a view that is paused: values as of its sequence. */
    view: z.string().min(1).max(64).optional(),
  }),
  z.object({
    kind: z.literal('bytes'),
    bytes: Bytes.refine(({ length }) => length <= MAX_PIECE, 'too long'),
    /** They are the beginning of something longer. */
    cut: z.boolean().default(false),
    /** For rules and formats that go by the topic; null: none. */
    key: TopicKey.nullable(),
  }),
]);
export type DecoderSource = z.infer<typeof DecoderSource>;

export const decoderCalls = {
  /** `chain` null: by the rule for its topic, else by what is found. */
  decode: call(
    z.object({
      connection: ConnectionId,
      source: DecoderSource,
      chain: DecoderChain.nullable().default(null),
      /** How many values the answer may hold. */
      nodes: z.number().int().min(0).max(MAX_NODES).default(500),
    }),
    z.union([
      Decoded,
      z.object({ kind: z.literal('gone'), why: z.enum(['evicted', 'forgotten', 'never']) }),
      Failure,
    ]),
  ),
  /** More nodes of a result of `decode`. Fails with `decoded-gone` if it is not kept any more. */
  decodedNodes: call(
    z.object({ id, from: offset, count: z.number().int().min(1).max(MAX_NODES) }),
    z.union([z.object({ kind: z.literal('nodes'), nodes: z.array(DecodedNode) }), Failure]),
  ),
  /** More of its text form; or, with `node`, of one long value. */
  decodedText: call(
    z.object({
      id,
      node: offset.nullable().default(null),
      offset,
      length: z.number().int().min(1).max(MAX_PIECE),
    }),
    z.union([z.object({ kind: z.literal('text'), text: z.string(), total: z.number() }), Failure]),
  ),
  /** The bytes that a stage has read: those received for 0, what came out of gzip for the one after it. */
  decodedBytes: call(
    z.object({ id, stage: offset, offset, length: z.number().int().min(1).max(MAX_PIECE) }),
    z.union([z.object({ kind: z.literal('bytes'), bytes: Bytes, total: z.number() }), Failure]),
  ),
} as const;
