import { failed, type Failure } from '../../../contract/base/errors.ts';
import { prettyJson, tokenizeJson } from '../json.ts';
import { jsonNodes, type JsonNode } from '../json-nodes.ts';
import { isWellFormed } from '../utf8.ts';
import type { BinaryForm } from './binary-form.ts';
import { ByteWriter } from './byte-writer.ts';
import { CborForm } from './cbor-form.ts';
import type { FloatStyle } from './floats.ts';
import { MsgpackForm } from './msgpack-form.ts';

/** What cannot be said in the format. */
class Unsayable extends Error {
  /** The index of the value it belongs to, in their order and without the keys. */
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/**
 * The JSON in a text as CBOR or MessagePack. Integers keep all their digits; numbers with a fraction or an exponent
 * become floats. A failure names line and column.
 */
export function encodeJson(
  text: string,
  format: 'cbor' | 'msgpack',
  floats: FloatStyle,
): Uint8Array<ArrayBuffer> | Failure {
  const read = readJson(text);
  if ('code' in read) return read;
  const writer = new ByteWriter();
  const form = format === 'cbor' ? new CborForm(writer, floats) : new MsgpackForm(writer, floats);
  try {
    new Encoder(form).value(read.node);
  } catch (error) {
    if (error instanceof Unsayable) return notSayable(text, scalarAt(text, error.at), error.message);
    throw error;
  }
  return writer.bytes();
}

/** The values of the JSON in a text, or where it is none. */
export function readJson(text: string): { readonly node: JsonNode } | Failure {
  const checked = prettyJson(text, { maxChars: 1 });
  if (checked.kind === 'not-json')
    return failed(
      'payload-not-json',
      `The payload is not valid JSON at ${placeOf(text, checked.at)}: ${checked.why}.`,
      'Correct it, or choose another format.',
    );
  const node = jsonNodes(text);
  return node === null
    ? failed('payload-too-deep', 'The payload is nested too deep.', 'Choose another format.')
    : { node };
}

/** `line 2, column 7`, both from 1; columns count characters. */
export function placeOf(text: string, at: number): string {
  const before = text.slice(0, at).split('\n');
  return `line ${before.length}, column ${[...(before.at(-1) ?? '')].length + 1}`;
}

/** @param at where it stands in the text */
export function notSayable(text: string, at: number, why: string): Failure {
  return failed(
    'not-encodable',
    `The payload cannot be encoded at ${placeOf(text, at)}: ${why}.`,
    'Correct it, or choose another format.',
  );
}

/** Where a value stands that holds no others; they are counted from 0 in their order. */
export function scalarAt(text: string, count: number): number {
  let left = count;
  let end = text.length;
  for (const { kind, start } of tokenizeJson(text)) {
    if (kind === 'key' || kind === 'punctuation') continue;
    end = start;
    if (left-- === 0) break;
  }
  return end;
}

class Encoder {
  readonly #form: BinaryForm;
  #scalars = 0;

  constructor(form: BinaryForm) {
    this.#form = form;
  }

  value(node: JsonNode): void {
    switch (node.kind) {
      case 'object':
        this.#form.object(node.keys.length);
        for (const [at, key] of node.keys.entries()) {
          this.#text(key);
          const value = node.values[at];
          if (value !== undefined) this.value(value);
        }
        return;
      case 'list':
        this.#form.list(node.values.length);
        for (const value of node.values) this.value(value);
        return;
      case 'string':
        this.#text(JSON.parse(node.text) as string);
        break;
      case 'literal':
        this.#form.literal(node.text === 'null' ? null : node.text === 'true');
        break;
      case 'number':
        this.#number(node.text);
    }
    this.#scalars++;
  }

  #number(digits: string): void {
    if (/^-?\d+$/.test(digits)) {
      if (!this.#form.integer(BigInt(digits)))
        throw new Unsayable(`${this.#form.name} has no integers over 64 bits`, this.#scalars);
      return;
    }
    const value = Number(digits);
    if (!Number.isFinite(value)) throw new Unsayable('the number is too large for a float', this.#scalars);
    if (!this.#form.float(value))
      throw new Unsayable('the number is too large for a float of 32 bits', this.#scalars);
  }

  #text(text: string): void {
    if (!isWellFormed(text)) throw new Unsayable('half a character cannot be sent', this.#scalars);
    this.#form.text(new TextEncoder().encode(text));
  }
}
