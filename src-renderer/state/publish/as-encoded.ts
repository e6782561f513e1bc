import { failed, type Failure } from '../../../src-main/contract/base/errors.ts';
import type { ConnectionId } from '../../../src-main/contract/model/model.ts';
import { encodeJson } from '../../../src-main/core/payload/encode/encode-json.ts';
import { callEngine, isFailure } from '../engine/call-engine.ts';
import type { Engine } from '../engine/engine.ts';
import { linedText } from './line-ends.ts';
import type { PayloadDraft } from './payload-format.ts';

const NAMES = { cbor: 'CBOR', msgpack: 'MessagePack' } as const;
const STYLES = ['shortest', 'double', 'single'] as const;
/** Bytes; what a call takes. */
export const MOST_BYTES = 1_048_576;

/**
 * The JSON that stands for these bytes, where it becomes exactly them again; else the reason, and the bytes stay as
 * they are typed.
 */
export async function asEncoded(
  engine: Engine,
  connection: ConnectionId,
  bytes: Uint8Array,
  format: 'cbor' | 'msgpack',
): Promise<Pick<PayloadDraft, 'format' | 'floats' | 'payload'> | Failure> {
  const name = NAMES[format];
  if (bytes.length > MOST_BYTES) return notExact(`The payload is too long to be edited as ${name}.`);
  const source = { kind: 'bytes', bytes: new Uint8Array(bytes), cut: false, key: null } as const;
  const chain = [{ decoder: format, option: '' }];
  const decoded = await callEngine(() => engine.call('decode', { connection, source, chain, nodes: 0 }));
  if (isFailure(decoded)) return decoded;
  if (decoded.kind === 'gone') return notExact('The connection is not open any more.');
  const { failure, text, textLength } = decoded;
  if (failure !== null) return notExact(failure.message);
  if (textLength > text.length) return notExact(`The payload is too long to be edited as ${name}.`);
  for (const floats of STYLES) {
    const encoded = encodeJson(text, format, floats);
    if (encoded instanceof Uint8Array && isSame(encoded, bytes))
      return { format, floats, payload: linedText(text) };
  }
  return notExact(
    `As JSON this ${name} would not stay the same, byte for byte: it has values or forms that JSON has not.`,
  );
}

export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/** @param message why it is not edited in that form */
export function notExact(message: string): Failure {
  return failed('not-exact', message, 'It stays as its bytes are.');
}
