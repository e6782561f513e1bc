import type { Failure } from '../../contract/base/errors.ts';
import { ByteWriter } from '../../core/payload/encode/byte-writer.ts';
import { notSayable, readJson } from '../../core/payload/encode/encode-json.ts';
import { valueStart } from '../../core/payload/encode/json-place.ts';
import type { JsonNode } from '../../core/payload/json-nodes.ts';
import { LENGTH, VARINT, wireOf } from './protobuf.ts';
import { durationParts, enumBytes, kindOf, scalarBytes, timestampParts, varint } from './protobuf-values.ts';
import type { ProtoField, ProtoMessage, ProtoScalar } from './protobuf-types.ts';

/*
 * JSON as Protobuf, by the mapping of proto3: names as in the schema or in camel case, 64-bit numbers as numbers or
 * strings, bytes in Base64, enums by name or number, times in ISO 8601. What is null is not sent; what is written is,
 * in the order in which it is written, defaults as well.
 */

/** A value on its way down from the root, which is null. */
interface Place {
  readonly within: Place | null;
  /** Which of the values of its object or list it is, from 0. */
  readonly step: number;
  /** `.motor`, `[2]`. */
  readonly words: string;
}

/** What cannot be said in the message. */
class Unsayable extends Error {
  readonly place: Place | null;
  constructor(place: Place | null, why: string) {
    super(why);
    this.place = place;
  }
}

/** The JSON in a text as a message. A failure names the field, its line and its column. */
export function encodeProtobuf(text: string, message: ProtoMessage): Uint8Array<ArrayBuffer> | Failure {
  const read = readJson(text);
  if ('code' in read) return read;
  try {
    return encodeMessage(read.node, message, null);
  } catch (error) {
    if (!(error instanceof Unsayable)) throw error;
    const steps: number[] = [];
    let words = '';
    for (let { place } = error; place !== null; place = place.within) {
      steps.unshift(place.step);
      words = place.words + words;
    }
    const field = words === '' ? 'the payload' : words.replace(/^\./, '');
    return notSayable(text, valueStart(text, steps), `${field} ${error.message}`);
  }
}

function encodeMessage(node: JsonNode, message: ProtoMessage, place: Place | null): Uint8Array<ArrayBuffer> {
  if (node.kind !== 'object') return encodeOneValue(node, message, place);
  const out = new ByteWriter();
  const sent = new Set<ProtoField>();
  /** For each group of alternatives, the key that was taken. */
  const taken = new Map<string, string>();
  for (const [step, key] of node.keys.entries()) {
    const value = node.values[step];
    const inside: Place = { within: place, step, words: `.${key}` };
    const [number, field] = fieldOf(message, key, inside);
    if (value === undefined || isNull(value)) continue;
    if (sent.has(field)) throw new Unsayable(inside, 'is there twice');
    sent.add(field);
    if (field.oneof !== null) {
      const other = taken.get(field.oneof);
      if (other !== undefined)
        throw new Unsayable(inside, `cannot stand beside ${other}: ${field.oneof} is one of them`);
      taken.set(field.oneof, key);
    }
    writeField(out, number, field, value, inside);
  }
  for (const field of message.fields.values())
    if (field.required && !sent.has(field)) throw new Unsayable(place, `needs the field ${field.name}`);
  return out.bytes();
}

function fieldOf(message: ProtoMessage, key: string, place: Place): readonly [number, ProtoField] {
  for (const one of message.fields) if (one[1].name === key || camelCase(one[1].name) === key) return one;
  throw new Unsayable(place, `is no field of ${message.name}`);
}

function camelCase(name: string): string {
  return name.replace(/_+([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Messages of Google's that are written as one value: times, spans of time, and values that may be missing. */
function encodeOneValue(node: JsonNode, message: ProtoMessage, place: Place | null): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter();
  const [, name = ''] = /^google\.protobuf\.(Timestamp|Duration|\w+Value)$/.exec(message.name) ?? [];
  const first = message.fields.get(1);
  if (name === 'Timestamp' || name === 'Duration') {
    const [seconds, nanos] = said(name === 'Timestamp' ? timestampParts(node) : durationParts(node), place);
    if (seconds !== 0n) writeOne(out, 1, VARINT, varint(seconds));
    if (nanos !== 0n) writeOne(out, 2, VARINT, varint(nanos));
  } else if (name !== '' && first?.name === 'value' && !first.repeated) {
    writeField(out, 1, first, node, place);
  } else throw new Unsayable(place, `is ${kindOf(node)}; ${message.name} takes an object`);
  return out.bytes();
}

function writeField(
  out: ByteWriter,
  number: number,
  field: ProtoField,
  value: JsonNode,
  place: Place | null,
): void {
  if (field.delimited) throw new Unsayable(place, 'is a group, which Topicscope reads but does not write');
  if (field.mapKey !== null) return writeMap(out, number, field, field.mapKey, value, place);
  const wire = wireOf(field);
  if (!field.repeated) return writeOne(out, number, wire, encodeValue(value, field, place));
  if (value.kind !== 'list') throw new Unsayable(place, `is ${kindOf(value)}; the schema has a list`);
  const parts = value.values.map((one, step) =>
    encodeValue(one, field, { within: place, step, words: `[${step}]` }),
  );
  if (!field.packed || wire === LENGTH) for (const part of parts) writeOne(out, number, wire, part);
  else if (parts.length > 0) writeOne(out, number, LENGTH, joined(parts));
}

function writeMap(
  out: ByteWriter,
  number: number,
  field: ProtoField,
  mapKey: ProtoScalar,
  value: JsonNode,
  place: Place | null,
): void {
  if (value.kind !== 'object') throw new Unsayable(place, `is ${kindOf(value)}; the schema has a map`);
  const keys = new Set<string>();
  for (const [step, key] of value.keys.entries()) {
    const one = value.values[step];
    if (one === undefined) continue;
    const inside: Place = { within: place, step, words: `[${JSON.stringify(key)}]` };
    if (keys.has(key)) throw new Unsayable(inside, 'is there twice');
    keys.add(key);
    const isTruth = mapKey === 'bool' && (key === 'true' || key === 'false');
    const keyNode: JsonNode = isTruth
      ? { kind: 'literal', text: key }
      : { kind: 'string', text: JSON.stringify(key) };
    const entry = new ByteWriter();
    writeOne(entry, 1, wireOf({ type: mapKey }), said(scalarBytes(keyNode, mapKey), inside));
    writeOne(entry, 2, wireOf(field), encodeValue(one, field, inside));
    writeOne(out, number, LENGTH, entry.bytes());
  }
}

function encodeValue(node: JsonNode, field: ProtoField, place: Place | null): Uint8Array {
  if (isNull(node)) throw new Unsayable(place, 'is null, which cannot be sent there');
  if (typeof field.type === 'string') return said(scalarBytes(node, field.type), place);
  const type = field.type();
  return type.kind === 'message' ? encodeMessage(node, type, place) : said(enumBytes(node, type), place);
}

/** @param result a text: why there is none */
function said<T>(result: T | string, place: Place | null): T {
  if (typeof result === 'string') throw new Unsayable(place, result);
  return result;
}

/** The tag, the length where there is one, and the bytes. */
function writeOne(out: ByteWriter, number: number, wire: number, bytes: Uint8Array): void {
  out.put(varint((BigInt(number) << 3n) | BigInt(wire)));
  if (wire === LENGTH) out.put(varint(BigInt(bytes.length)));
  out.put(bytes);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new ByteWriter();
  for (const part of parts) out.put(part);
  return out.bytes();
}

function isNull(node: JsonNode): boolean {
  return node.kind === 'literal' && node.text === 'null';
}
