import { failed, type Failure } from '../../../src-main/contract/base/errors.ts';
import type { DecodedNode } from '../../../src-main/contract/decoding/decoded.ts';
import { MAX_NODES } from '../../../src-main/contract/decoding/decoder-calls.ts';
import type { ConnectionId } from '../../../src-main/contract/model/model.ts';
import { base64Text } from '../../../src-main/core/payload/base64.ts';
import { hexBytes } from '../../../src-main/core/payload/hex-text.ts';
import type { JsonNode } from '../../../src-main/core/payload/json-nodes.ts';
import { printJson } from '../../../src-main/core/payload/json/print.ts';
import { callEngine, isFailure } from '../engine/call-engine.ts';
import type { Engine } from '../engine/engine.ts';
import { isSame, MOST_BYTES, notExact } from './as-encoded.ts';
import { linedText } from './line-ends.ts';
import type { PayloadDraft } from './payload-format.ts';

/**
 * The JSON that stands for these bytes of Protobuf, where it becomes exactly them again; else the reason, and the
 * bytes stay as they are typed.
 *
 * @param message which one they are; empty: what the decoder rule for the topic says
 */
export async function asProtobuf(
  engine: Engine,
  connection: ConnectionId,
  bytes: Uint8Array,
  { topic, message = '' }: { readonly topic: string; readonly message?: string | undefined },
): Promise<Pick<PayloadDraft, 'format' | 'message' | 'payload'> | Failure> {
  if (bytes.length > MOST_BYTES) return tooLong();
  const source = { kind: 'bytes', bytes: new Uint8Array(bytes), cut: false, key: topic || null } as const;
  const chain = message === '' ? null : [{ decoder: 'protobuf', option: message } as const];
  const decoded = await callEngine(() =>
    engine.call('decode', { connection, source, chain, nodes: MAX_NODES }),
  );
  if (isFailure(decoded)) return decoded;
  if (decoded.kind === 'gone') return notExact('The connection is not open any more.');
  const { failure, stages, nodes, total } = decoded;
  if (chain !== null && failure !== null) return notExact(failure.message);
  const [stage, ...others] = stages;
  if (stage?.decoder !== 'protobuf' || stage.option === '' || others.length > 0) {
    return failed(
      'no-proto-message',
      'Nothing says which Protobuf message these bytes are.',
      'Make a decoder rule for the topic that names the message, or empty the payload first.',
    );
  }
  if (total > nodes.length || nodes.some(({ left }) => left > 0)) return tooLong();
  const text = printJson(jsonOf(nodes), { sorted: false, indented: true });
  const made = await callEngine(() =>
    engine.call('previewMessage', {
      connection,
      template: {
        topic: 'any',
        payload: new TextEncoder().encode(text),
        variables: false,
        encoding: { format: 'protobuf', floats: 'shortest', message: stage.option },
        gzip: false,
        qos: 0,
        retain: false,
        correlation: null,
      },
    }),
  );
  return made.kind === 'preview' && isSame(made.message.payload, bytes)
    ? { format: 'protobuf', message: stage.option, payload: linedText(text) }
    : notExact(
        'As JSON this Protobuf would not stay the same, byte for byte: it has fields that are not in the schema, or is written in another order.',
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
