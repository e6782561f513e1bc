import { decodeStrict, decodeUtf8 } from '../../core/payload/utf8.ts';
import { formatCounted } from '../../core/text/amounts.ts';
import { ByteReader } from '../base/byte-reader.ts';
import { float32Text, floatText, hexDigits, integerNote } from '../base/numbers.ts';
import { isoOf } from '../base/times.ts';
import type { TreeBuilder } from '../base/tree.ts';
import { Unreadable } from '../base/unreadable.ts';
import { joined, sizeWords } from '../base/node-labels.ts';
import { isControlFree } from '../formats/text.ts';
import type { ProtoEnum, ProtoField, ProtoMessage, ProtoScalar } from './protobuf-types.ts';

/*
 * The wire format of Protobuf, with a message's description or without one. Unknown fields are shown by their
 * number; fields that were not sent are not there.
 */

export const VARINT = 0;
const FIXED64 = 1;
export const LENGTH = 2;
const GROUP = 3;
const END_GROUP = 4;
const FIXED32 = 5;

/** Messages in messages that are looked for in bytes without a description: each level reads the bytes once more. */
const MAX_GUESSED = 24;

export function readProtobufPayload(
  bytes: Uint8Array,
  message: ProtoMessage | null,
  tree: TreeBuilder,
): string {
  const from = tree.nodes.length;
  const reader = new ByteReader(bytes);
  tree.open('object', message === null ? 'message' : message.name, 0);
  fields(reader, message, tree, null);
  tree.close(reader.at);
  const root = tree.nodes[from];
  if (root?.children === 0) throw new Unreadable('has no fields');
  return formatCounted(root?.children ?? 0, 'field');
}

/** @param group number of the group that they end with; null: the end of the bytes */
function fields(
  reader: ByteReader,
  message: ProtoMessage | null,
  tree: TreeBuilder,
  group: number | null,
): void {
  while (reader.left > 0) {
    const start = reader.at;
    const { number, wire } = tag(reader);
    if (wire === END_GROUP) {
      if (number !== group) throw new Unreadable(`ends a group that was not begun at byte ${start}`, start);
      return;
    }
    const field = message?.fields.get(number) ?? null;
    if (field === null) unknown(reader, tree, number, wire, message !== null);
    else known(reader, tree, field, { number, wire });
  }
  if (group !== null) reader.skip(1);
}

interface Tag {
  readonly number: number;
  readonly wire: number;
}

function tag(reader: ByteReader): Tag {
  const at = reader.at;
  const value = reader.varint();
  const number = Number(value >> 3n);
  const wire = Number(value & 7n);
  if (number < 1 || number > 536_870_911 || wire > FIXED32) {
    throw new Unreadable(`has no field at byte ${at}`, at);
  }
  return { number, wire };
}

/** Whether the same field follows, so that both belong to one list. */
function follows(reader: ByteReader, { number, wire }: Tag): boolean {
  if (reader.left === 0) return false;
  const at = reader.at;
  try {
    const next = tag(reader);
    if (next.number === number && next.wire === wire) return true;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
  }
  reader.at = at;
  return false;
}

function known(reader: ByteReader, tree: TreeBuilder, field: ProtoField, of: Tag): void {
  tree.key(field.name);
  if (field.mapKey !== null) return map(reader, tree, field, of);
  if (!field.repeated) return value(reader, tree, field, of);
  const packed = of.wire === LENGTH && wireOf(field) !== LENGTH;
  const list = tree.open('list', 'repeated', reader.at, packed ? 'packed' : '');
  const one = { number: of.number, wire: wireOf(field) };
  do {
    if (packed) {
      const inside = sub(reader);
      while (inside.left > 0) value(inside, tree, field, one);
    } else value(reader, tree, field, of);
  } while (follows(reader, of));
  tree.close(reader.at);
  list.type = `${typeName(field)} × ${list.children}`;
}

/** The next bytes, as many as they say. */
function sub(reader: ByteReader): ByteReader {
  const length = reader.varint();
  const at = reader.skip(length);
  return new ByteReader(reader.bytes, at, reader.at);
}

function map(reader: ByteReader, tree: TreeBuilder, field: ProtoField, of: Tag): void {
  if (of.wire !== LENGTH) throw wrongWire(field.name, reader.at);
  const node = tree.open('object', 'map', reader.at);
  do {
    const entry = sub(reader);
    // The key may stand behind its value.
    let key: string | null = null;
    let at: number | null = null;
    let wire = LENGTH;
    while (entry.left > 0) {
      const next = tag(entry);
      if (next.number === 1) {
        const type = field.mapKey ?? 'string';
        if (next.wire !== wireOf({ type })) throw wrongWire(field.name, entry.at);
        key = scalarText(entry, type);
      } else {
        if (next.number === 2) [at, wire] = [entry.at, next.wire];
        skip(entry, next.wire);
      }
    }
    tree.key(key ?? (field.mapKey === 'string' ? '' : '0'), field.mapKey === 'string');
    if (at === null) tree.value('literal', 'not sent', 'default', entry.at, entry.at);
    else value(new ByteReader(reader.bytes, at, entry.end), tree, field, { number: 2, wire });
  } while (follows(reader, of));
  tree.close(reader.at);
  node.type = `map of ${node.children}`;
}

function skip(reader: ByteReader, wire: number): void {
  if (wire === VARINT) reader.varint();
  else if (wire === FIXED64) reader.skip(8);
  else if (wire === FIXED32) reader.skip(4);
  else if (wire === LENGTH) sub(reader);
  else throw new Unreadable(`has a group in a map at byte ${reader.at}`, reader.at);
}

function value(reader: ByteReader, tree: TreeBuilder, field: ProtoField, { number, wire }: Tag): void {
  if (typeof field.type === 'string') {
    if (wire !== wireOf(field)) throw wrongWire(field.name, reader.at);
    return scalar(reader, tree, field.type);
  }
  const type = field.type();
  if (type.kind === 'enum') return enumeration(reader, tree, type, wire);
  const start = reader.at;
  // A message may come as a group, whatever the schema says: its end is a tag then, in place of a length before it.
  if (wire === GROUP) {
    tree.open('object', type.name, start, 'group');
    fields(reader, type, tree, number);
    return void tree.close(reader.at);
  }
  if (wire !== LENGTH) throw wrongWire(field.name, start);
  const inside = sub(reader);
  const iso = type.name === 'google.protobuf.Timestamp' ? timestamp(inside) : null;
  if (iso !== null) return void tree.value('date', iso, type.name, start, reader.at);
  tree.open('object', type.name, start);
  fields(inside, type, tree, null);
  tree.close(reader.at);
}

function wrongWire(name: string, at: number): Unreadable {
  return new Unreadable(`has another type in ${name} at byte ${at}`, at);
}

function enumeration(reader: ByteReader, tree: TreeBuilder, type: ProtoEnum, wire: number): void {
  const at = reader.at;
  if (wire !== VARINT) throw wrongWire(type.name, at);
  const number = Number(BigInt.asIntN(32, reader.varint()));
  const name = type.values.get(number);
  if (name === undefined)
    tree.value('number', String(number), type.name, at, reader.at, 'unknown in the schema');
  else tree.value('literal', name, type.name, at, reader.at, String(number));
}

function timestamp(reader: ByteReader): string | null {
  const { at } = reader;
  let seconds = 0n;
  let nanos = 0n;
  let isTime = true;
  while (reader.left > 0 && isTime) {
    const { number, wire } = tag(reader);
    isTime = wire === VARINT && number <= 2;
    if (!isTime) break;
    if (number === 1) seconds = BigInt.asIntN(64, reader.varint());
    else nanos = BigInt.asIntN(32, reader.varint());
  }
  // Nanoseconds count forward from the second, also before 1970.
  isTime &&= nanos >= 0n && nanos < 1_000_000_000n;
  const iso = isTime ? isoOf(seconds * 1_000_000_000n + nanos, 1_000_000_000n) : null;
  reader.at = at;
  return iso?.replace(/\.?0+Z$/, 'Z') ?? null;
}

/** The wire type of its values, one by one. */
export function wireOf({ type }: Pick<ProtoField, 'type'>): number {
  if (typeof type !== 'string') return type().kind === 'enum' ? VARINT : LENGTH;
  if (type === 'double' || type === 'fixed64' || type === 'sfixed64') return FIXED64;
  if (type === 'float' || type === 'fixed32' || type === 'sfixed32') return FIXED32;
  return type === 'string' || type === 'bytes' ? LENGTH : VARINT;
}

function typeName({ type }: ProtoField): string {
  return typeof type === 'string' ? type : type().name;
}

function scalar(reader: ByteReader, tree: TreeBuilder, type: ProtoScalar): void {
  const at = reader.at;
  if (type === 'bytes') {
    const bytes = reader.take(reader.varint());
    return void tree.value('bytes', hexDigits(bytes), sizeWords(bytes.length), at, reader.at);
  }
  if (type === 'string') {
    const { text, valid } = decodeUtf8(reader.take(reader.varint()));
    return void tree.value('text', text, type, at, reader.at, valid ? '' : 'not valid UTF-8');
  }
  const text = scalarText(reader, type);
  const wide = /^-?\d{16,}$/.test(text) ? integerNote(BigInt(text)) : '';
  tree.value(type === 'bool' ? 'literal' : 'number', text, type, at, reader.at, wide);
}

/** All but bytes: what a map may have as its key, and floats. */
function scalarText(reader: ByteReader, type: ProtoScalar): string {
  switch (type) {
    case 'double':
      return floatText(reader.f64(true));
    case 'float':
      return float32Text(reader.f32(true));
    case 'int32':
      return String(BigInt.asIntN(32, reader.varint()));
    case 'uint32':
      return String(BigInt.asUintN(32, reader.varint()));
    case 'sint32':
      return String(zigzag(BigInt.asUintN(32, reader.varint())));
    case 'fixed32':
      return String(reader.u32(true));
    case 'sfixed32':
      return String(reader.i32(true));
    case 'int64':
      return String(BigInt.asIntN(64, reader.varint()));
    case 'uint64':
      return String(reader.varint());
    case 'sint64':
      return String(zigzag(reader.varint()));
    case 'fixed64':
      return String(reader.u64(true));
    case 'sfixed64':
      return String(reader.i64(true));
    case 'bool':
      return reader.varint() === 0n ? 'false' : 'true';
    default:
      return decodeUtf8(reader.take(reader.varint())).text;
  }
}

/** Signed numbers with the sign in the lowest bit, as Avro has them, too. */
export function zigzag(value: bigint): bigint {
  return (value >> 1n) ^ -(value & 1n);
}

/** A field of which only its number and the form of its value are known. */
function unknown(
  reader: ByteReader,
  tree: TreeBuilder,
  number: number,
  wire: number,
  hasSchema: boolean,
): void {
  const of = { number, wire };
  const note = hasSchema ? 'not in the schema' : '';
  const first = reader.at;
  tree.key(String(number), false);
  if (wire === GROUP) {
    tree.open('object', 'group', first, note);
    fields(reader, null, tree, number);
    tree.close(reader.at);
    return;
  }
  // A field that comes more than once in a row is a list.
  skip(reader, wire);
  const several = follows(reader, of);
  reader.at = first;
  if (!several) return guessed(reader, tree, wire, note);
  const list = tree.open('list', 'repeated', first, note);
  do guessed(reader, tree, wire, '');
  while (follows(reader, of));
  tree.close(reader.at);
  list.type = `field ${number} × ${list.children}`;
}

function guessed(reader: ByteReader, tree: TreeBuilder, wire: number, note: string): void {
  const at = reader.at;
  if (wire === VARINT) {
    const value = reader.varint();
    const signed = BigInt.asIntN(64, value);
    const maybe = signed < 0n ? `or ${signed}` : '';
    return void tree.value('number', String(value), 'varint', at, reader.at, joined(note, maybe));
  }
  if (wire === FIXED32) {
    const value = reader.u32(true);
    reader.at = at;
    const float = float32Text(reader.f32(true));
    return void tree.value(
      'number',
      String(value),
      '32 bits',
      at,
      reader.at,
      joined(note, `or float ${float}`),
    );
  }
  if (wire === FIXED64) {
    const value = reader.u64(true);
    reader.at = at;
    const double = floatText(reader.f64(true));
    return void tree.value(
      'number',
      String(value),
      '64 bits',
      at,
      reader.at,
      joined(note, `or double ${double}`),
    );
  }
  guessedBytes(sub(reader), tree, at, note);
}

/** A text, a message or bytes: only how well each fits decides. */
function guessedBytes(inside: ByteReader, tree: TreeBuilder, at: number, note: string): void {
  const bytes = inside.bytes.subarray(inside.at, inside.end);
  const text = decodeStrict(bytes);
  if (text !== null && text !== '' && isControlFree(text))
    return void tree.value('text', text, 'text, as it seems', at, inside.end, note);
  if (bytes.length > 0 && tree.depth < MAX_GUESSED && tryMessage(inside, tree, at, note)) return;
  tree.value('bytes', hexDigits(bytes), sizeWords(bytes.length), at, inside.end, note);
}

function tryMessage(inside: ByteReader, tree: TreeBuilder, at: number, note: string): boolean {
  const mark = tree.mark();
  const { key, isText: isTextKey } = tree.pendingKey;
  try {
    tree.open('object', 'message, as it seems', at, note);
    fields(inside, null, tree, null);
    tree.close(inside.end);
    return true;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    tree.rollback(mark);
    if (key !== null) tree.key(key, isTextKey);
    return false;
  }
}
