import * as z from '../base/zod.ts';
import { Qos, TopicKey } from './model.ts';

export const Preview = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('empty') }),
  /** `cut`: there is more. */
  z.object({ kind: z.literal('text'), text: z.string(), cut: z.boolean() }),
  z.object({ kind: z.literal('number'), text: z.string() }),
  /**
   * Its first members, each its key (empty in a list) and value as written, digits untouched; and how
   * many are left, at least so many where not all of it could be counted. `value`: a string or literal.
   */
  z.object({
    kind: z.literal('json'),
    shape: z.enum(['object', 'list', 'value']),
    parts: z.array(z.tuple([z.string(), z.string()])),
    left: z.number(),
    atLeast: z.boolean(),
  }),
  z.object({ kind: z.literal('binary'), hex: z.string(), size: z.number() }),
  z.object({ kind: z.literal('evicted') }),
]);
export type Preview = z.infer<typeof Preview>;
export type JsonPreview = Extract<Preview, { kind: 'json' }>;

export const MessageMeta = z.object({
  seq: z.number(),
  /** Received, ms since the epoch. */
  at: z.number(),
  qos: Qos,
  retain: z.boolean(),
  /** With `retain`: delivered as a stored message after a SUBSCRIBE, not published meanwhile. */
  stored: z.boolean(),
  dup: z.boolean(),
  /** Of the PUBLISH that brought it, from 1; not there at QoS 0, and where it is not known. */
  packetId: z.number().int().min(1).max(65_535).optional(),
  /** Payload bytes received, and kept. */
  size: z.number(),
  kept: z.number(),
  propertyBytes: z.number(),
  preview: Preview,
});
export type MessageMeta = z.infer<typeof MessageMeta>;

/** A message of the history of a branch, with the topic it came to. */
export const BranchMessage = MessageMeta.extend({
  key: TopicKey,
  /** As it may be shown. */
  topic: z.string(),
});
export type BranchMessage = z.infer<typeof BranchMessage>;
