import { z } from 'zod';
import { call, stream } from '../base/define.ts';
import { Failure } from '../base/errors.ts';
import { ConnectionId, TopicKey } from '../model/model.ts';
import { Preview } from '../model/message.ts';
import { DecoderChain, DecoderRules } from '../model/decoder-rule.ts';
import { SchemaFile } from './decoded.ts';

const done = z.object({ kind: z.literal('done') });
const saved = z.object({
  kind: z.literal('saved'),
  /** `memory`: this connection has no profile, so that nothing of it is saved. */
  where: z.enum(['profile', 'memory']),
});

/** How topics are always decoded, and the schemas for it. */
export const decoderRuleCalls = {
  /** Short forms of the latest values, for rows whose topics a rule names; the others are left out. */
  decodePreviews: call(
    z.object({ connection: ConnectionId, keys: z.array(TopicKey).min(1).max(200) }),
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
