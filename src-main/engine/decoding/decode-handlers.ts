import type { z } from 'zod';
import type { WorkerClient } from '../../connection/worker-api.ts';
import type { EngineHandlers } from '../../contract/api.ts';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { DecodedBy, SchemaFile } from '../../contract/decoding/decoded.ts';
import type { DecoderChain, DecoderRule } from '../../contract/model/decoder-rule.ts';
import type { decoderCalls, DecoderSource } from '../../contract/decoding/decoder-calls.ts';
import type { ConnectionId, TopicKey } from '../../contract/model/model.ts';
import { ruleFor } from '../../core/topics/decoder-rules.ts';
import { messageProperties } from '../../core/payload/properties.ts';
import { MAX_INPUT } from '../../decoding/base/limits.ts';
import type { Surroundings } from '../../decoding/chain/reading.ts';
import { avroForm } from '../../decoding/schema/avro.ts';
import type { DecoderAnswer, DecoderRequest } from '../../decoding/protocol.ts';

import { readBirthsFor } from './births.ts';
import { readMessage, type GoneMessage } from './read-message.ts';

type Params = z.output<(typeof decoderCalls)['decode']['params']>;

/** What is decoded, with all that is known of it. */
export interface Payload {
  readonly kind: 'payload';
  readonly bytes: Uint8Array;
  readonly around: Surroundings;
  /** Of the message; null: it is none that is kept. */
  readonly seq: number | null;
}

export interface DecodingPorts {
  /** Throws where the connection was closed. */
  readonly worker: (id: ConnectionId) => Pick<WorkerClient, 'call'>;
  readonly ask: (request: DecoderRequest) => Promise<DecoderAnswer | Failure>;
  readonly rulesOf: (id: ConnectionId) => readonly DecoderRule[];
  readonly schemas: () => readonly SchemaFile[];
}

/** Decodes kept messages, and bytes that a window has, in the decoder's thread. */
export function decodeHandlers(ports: DecodingPorts): Pick<EngineHandlers, keyof typeof decoderCalls> {
  const { ask } = ports;
  return {
    decode: (params) => decode(ports, params),
    decodedNodes: async ({ id, from, count }) => {
      const answer = await ask({ kind: 'nodes', id, from, count });
      return answer.kind === 'nodes' || answer.kind === 'failed' ? answer : notKept();
    },
    decodedText: async ({ id, node, offset, length }) => {
      const answer = await ask({ kind: 'text', id, node: node ?? null, offset, length });
      return answer.kind === 'text' || answer.kind === 'failed' ? answer : notKept();
    },
    decodedBytes: async ({ id, stage, offset, length }) => {
      const answer = await ask({ kind: 'bytes', id, stage, offset, length });
      return answer.kind === 'bytes' || answer.kind === 'failed' ? answer : notKept();
    },
  };
}

async function decode(ports: DecodingPorts, { connection, source, chain, nodes }: Params) {
  const worker = ports.worker(connection);
  const payload = await readPayload(worker, source);
  if (payload.kind === 'gone') return payload;
  const { chain: taken, by } = chosen(chain ?? null, payload.around.topic, ports.rulesOf(connection));
  const { bytes } = payload;
  const around = await completed(ports, worker, payload, taken);
  const answer = await ports.ask({ kind: 'decode', bytes, chain: taken, by, around, nodes: nodes ?? 0 });
  if (answer.kind === 'decoded') return answer.decoded;
  return answer.kind === 'failed' ? answer : notKept();
}

/** A person's choice counts before a rule, and a rule before what is found. */
function chosen(
  chain: DecoderChain | null,
  topic: string | null,
  rules: readonly DecoderRule[],
): { readonly chain: DecoderChain | null; readonly by: DecodedBy } {
  if (chain !== null) return { chain, by: { kind: 'chosen' } };
  const rule = topic === null ? null : ruleFor(rules, topic);
  if (rule === null) return { chain: null, by: { kind: 'automatic' } };
  return { chain: rule.chain, by: { kind: 'rule', filter: rule.filter } };
}

/** With the schemas and the birth certificates, where they may be asked for. */
export async function completed(
  ports: DecodingPorts,
  worker: Pick<WorkerClient, 'call'>,
  { around, bytes, seq }: Payload,
  chain: DecoderChain | null,
): Promise<Surroundings> {
  const { topic } = around;
  const last = chain?.at(-1)?.decoder ?? null;
  const needsSchemas = last === 'protobuf' || last === 'avro' || avroForm(bytes) === 'single-object';
  const isSparkplug = topic !== null && (last === null || last === 'sparkplug');
  return {
    ...around,
    schemas: needsSchemas ? ports.schemas() : [],
    births: isSparkplug ? await readBirthsFor(worker, topic, seq) : [],
  };
}

/** The kept bytes of a message, up to the most that is decoded, or those of a window. */
export async function readPayload(
  worker: Pick<WorkerClient, 'call'>,
  source: DecoderSource,
): Promise<Payload | GoneMessage> {
  if (source.kind === 'bytes') {
    const { bytes, cut, key } = source;
    return { kind: 'payload', bytes, around: surroundings(key, cut, new Uint8Array()), seq: null };
  }
  const { kind: _, ...asked } = source;
  const message = await readMessage(worker, asked, MAX_INPUT);
  if (message.kind === 'gone') return message;
  const { meta, bytes, properties } = message;
  const around = surroundings(asked.key, bytes.length < meta.size, properties);
  return { kind: 'payload', bytes, around, seq: meta.seq };
}

/** What a payload comes with, but for schemas and birth certificates. */
export function surroundings(key: TopicKey | null, cut: boolean, properties: Uint8Array): Surroundings {
  let contentType: string | null = null;
  let saysText = false;
  for (const property of messageProperties(properties)) {
    if (property.kind === 'content-type') contentType = property.text;
    if (property.kind === 'format') saysText = property.text;
  }
  // A key that begins with NUL is no text.
  const topic = key === null || key.startsWith('\0') ? null : key;
  return { topic, contentType, saysText, cut, schemas: [], births: [] };
}

function notKept(): Failure {
  return failed('decoded-gone', 'This decoded message is not kept any more.', 'Decode it again.');
}
