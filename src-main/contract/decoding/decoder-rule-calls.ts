import * as z from '../base/zod.ts';
import { call, stream } from '../base/define.ts';
import { Failure } from '../base/errors.ts';
import { ConnectionId, TopicKey } from '../model/model.ts';
import { Preview } from '../model/message.ts';
import { DecoderChain, DecoderRules } from '../model/decoder-rule.ts';
import { SeriesFrame, SeriesRequest } from '../model/series.ts';
import { SchemaFile } from './decoded.ts';

const done = z.object({ kind: z.literal('done') });
const saved = z.object({
  kind: z.literal('saved'),
  /** `memory`: this connection has no profile, so that nothing of it is saved. */
  where: z.enum(['profile', 'memory']),
});

/** Messages whose short forms are asked for at once. */
export const MOST_PREVIEWS = 200;
/** Larger payloads keep the preview that the connection makes of their bytes. Bytes */
export const MOST_PREVIEWED_BYTES = 262_144;

/** How topics are always decoded, and the schemas for it. */
export const decoderRuleCalls = {
  /**
   * Short forms of messages: of those whose topics a rule names as it says, of other binary ones by what is found
   * in them. Those of which nothing more can be said than their bytes do are left out.
   */
  decodePreviews: call(
    z.object({
      connection: ConnectionId,
      messages: z
        .array(z.object({ key: TopicKey, which: z.union([z.number(), z.literal('latest')]) }))
        .min(1)
        .max(MOST_PREVIEWS),
      /** For a view that is paused: values as of its sequence. */
      view: z.string().min(1).max(64).optional(),
    }),
    z.object({ previews: z.array(z.object({ key: TopicKey, seq: z.number(), preview: Preview })) }),
  ),
  /** `chain` null removes the rule. A rule for the same filter is replaced. */
  setDecoderRule: call(
    z.object({
      connection: ConnectionId,
      filter: z.string().max(65_535),
      chain: DecoderChain.nullable(),
    }),
    z.union([saved, Failure]),
  ),
  /** Replaces a file of the same name. */
  saveSchema: call(SchemaFile, z.union([done, Failure])),
  removeSchema: call(SchemaFile.pick({ name: true }), z.union([done, Failure])),
} as const;

export const decoderRuleStreams = {
  /** As `series`, of payloads that are decoded: each field has its chain. */
  decodedSeries: stream(SeriesRequest.extend({ connection: ConnectionId }), SeriesFrame, 'fields'),
  decoderRules: stream(
    z.object({ connection: ConnectionId }),
    z.object({ rules: DecoderRules, where: saved.shape.where }),
  ),
  /** Files with what can be chosen in them: full names of messages, or of an Avro schema. */
  schemas: stream(
    z.object({}),
    z.object({
      files: z.array(z.object({ name: z.string(), types: z.array(z.string()), problem: Failure.nullable() })),
    }),
  ),
} as const;
