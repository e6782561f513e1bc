import { failed, type Failure } from '../../../src-main/contract/base/errors.ts';
import type { Decoded, DecodedNode } from '../../../src-main/contract/decoding/decoded.ts';
import { MAX_NODES } from '../../../src-main/contract/decoding/decoder-calls.ts';
import type { ConnectionId } from '../../../src-main/contract/model/model.ts';
import type { MessageTemplate } from '../../../src-main/contract/session/sending.ts';
import { base64Text } from '../../../src-main/core/payload/base64.ts';
import { hexBytes } from '../../../src-main/core/payload/hex-text.ts';
import type { JsonNode } from '../../../src-main/core/payload/json-nodes.ts';
import { printJson } from '../../../src-main/core/payload/json/print.ts';
import { callEngine, isFailure } from '../engine/call-engine.ts';
import type { Engine } from '../engine/engine.ts';
import { asEncoded, isSame, MOST_BYTES, notExact } from './as-encoded.ts';
import { linedText } from './line-ends.ts';
import type { EncodedFormat, PayloadDraft } from './payload-format.ts';

/** The JSON that stands for these bytes in a format. */
export function asJson(
  engine: Engine,
  connection: ConnectionId,
  bytes: Uint8Array,
  format: EncodedFormat,
  draft: Asked,
): Promise<Partial<PayloadDraft> | Failure> {
  return format === 'protobuf'
    ? asProtobuf(engine, connection, bytes, draft)
    : asEncoded(engine, connection, bytes, format);
}

interface Asked {
  readonly topic: string;
  /** Which one they are; empty: what the decoder rule for the topic says. */
  readonly message?: string;
}

/**
 * The JSON that stands for these bytes of Protobuf, where it becomes exactly them again; else the reason, and the
 * bytes stay as they are typed.
 */
export async function asProtobuf(
  engine: Engine,
  connection: ConnectionId,
  bytes: Uint8Array,
  { topic, message = '' }: Asked,
): Promise<Pick<PayloadDraft, 'format' | 'message' | 'payload'> | Failure> {
  if (bytes.length > MOST_BYTES) return tooLong();
  const source = { kind: 'bytes', bytes: new Uint8Array(bytes), cut: false, key: topic || null } as const;
  const chain = message === '' ? null : [{ decoder: 'protobuf', option: message } as const];
  const decoded = await callEngine(() =>
    engine.call('decode', { connection, source, chain, nodes: MAX_NODES }),
  );
  if (isFailure(decoded)) return decoded;
  if (decoded.kind === 'gone') return notExact('The connection is not open any more.');
  if (chain !== null && decoded.failure !== null) return notExact(decoded.failure.message);
  const name = messageOf(decoded);
  if (name === null) return unnamed();
  const { nodes, total } = decoded;
  if (total > nodes.length || nodes.some(({ left }) => left > 0)) return tooLong();
  const text = printJson(jsonOf(nodes), { sorted: false, indented: true });
  const template = templateOf(text, name);
  const made = await callEngine(() => engine.call('previewMessage', { connection, template }));
  return made.kind === 'preview' && isSame(made.message.payload, bytes)
    ? { format: 'protobuf', message: name, payload: linedText(text) }
    : notExact(
        'As JSON this Protobuf would not stay the same, byte for byte: it has fields that are not in the schema, or is written in another order.',
      );
}

/** The one that they were decoded as, where they are nothing else; null: that is not known. */
function messageOf({ stages }: Decoded): string | null {
  const [stage] = stages;
  return stages.length === 1 && stage?.decoder === 'protobuf' && stage.option !== '' ? stage.option : null;
}

/** Only its payload is looked at. */
function templateOf(text: string, message: string): MessageTemplate {
  return {
    topic: 'any',
    payload: new TextEncoder().encode(text),
    variables: false,
    encoding: { format: 'protobuf', floats: 'shortest', message },
    gzip: false,
    qos: 0,
    retain: false,
    correlation: null,
  };
}

function unnamed(): Failure {
  return failed(
    'no-proto-message',
    'Nothing says which Protobuf message these bytes are.',
    'Make a decoder rule for the topic that names the message, or empty the payload first.',
  );
}

function tooLong(): Failure {
  return notExact('The payload is too long to be edited as Protobuf.');
}

/** @param nodes all of them, in the order of the bytes */
function jsonOf(nodes: readonly DecodedNode[]): JsonNode {
  let at = 0;
  const next = (): JsonNode => {
    const node = nodes[at++];
    if (node === undefined) return { kind: 'literal', text: 'null' };
    if (node.shape !== 'object' && node.shape !== 'list') return scalarOf(node);
    const keys: string[] = [];
    const values: JsonNode[] = [];
    for (let n = 0; n < node.children; n++) {
      keys.push(nodes[at]?.key ?? '');
      values.push(next());
    }
    return node.shape === 'object' ? { kind: 'object', keys, values } : { kind: 'list', values };
  };
  return next();
}

function scalarOf({ shape, text, type }: DecodedNode): JsonNode {
  if (shape === 'number' && /^-?\d/.test(text)) return { kind: 'number', text };
  if (shape === 'literal' && type === 'bool') return { kind: 'literal', text };
  const bytes = shape === 'bytes' ? hexBytes(text) : null;
  return { kind: 'string', text: JSON.stringify(bytes === null ? text : base64Text(bytes)) };
}
