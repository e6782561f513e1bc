import { decodeUtf8 } from '../../core/payload/utf8.ts';
import { formatCounted } from '../../core/text/amounts.ts';
import { ByteReader } from '../base/byte-reader.ts';
import { bigOf, decimalText, float32Text, floatText, hexDigits, integerNote } from '../base/numbers.ts';
import { MAX_OUTPUT } from '../base/limits.ts';
import { isoOf } from '../base/times.ts';
import type { TreeBuilder } from '../base/tree.ts';
import { Unreadable } from '../base/unreadable.ts';
import { countWords, joined, sizeWords } from '../base/node-labels.ts';
import { inflateBlock, tooMuch, unpack } from '../formats/unpack.ts';
import { readAvroSchema, type AvroSchema, type AvroType } from './avro-schema.ts';
import { zigzag } from './protobuf.ts';

/** Values without bytes, such as null: more of them are no payload but a trap. */
const MAX_EMPTY = 10_000;

/** What of Avro the bytes begin with; null: a bare value, for which its schema has to be known. */
export function avroForm(bytes: Uint8Array): 'single-object' | 'container' | null {
  if (bytes[0] === 0xc3 && bytes[1] === 0x01 && bytes.length >= 10) return 'single-object';
  const [a, b, c, d] = bytes;
  return a === 0x4f && b === 0x62 && c === 0x6a && d === 0x01 ? 'container' : null;
}

/** The fingerprint of the schema that a single object was written with. */
export function singleObjectFingerprint(bytes: Uint8Array): bigint {
  const reader = new ByteReader(bytes);
  reader.skip(2);
  return reader.u64(true);
}

export function readAvroPayload(bytes: Uint8Array, schema: AvroSchema, tree: TreeBuilder): string {
  const isSingle = avroForm(bytes) === 'single-object';
  if (!isSingle || singleObjectFingerprint(bytes) === schema.fingerprint)
    return readWhole(bytes, isSingle ? 10 : 0, schema, tree);
  // A value that begins as single objects do by chance; or one of another schema, which a person wants read so.
  const mark = tree.mark();
  try {
    return readWhole(bytes, 0, schema, tree);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    tree.rollback(mark);
    return readWhole(bytes, 10, schema, tree);
  }
}

function readWhole(bytes: Uint8Array, start: number, schema: AvroSchema, tree: TreeBuilder): string {
  const reader = new ByteReader(bytes, start);
  const from = tree.nodes.length;
  readAvro(reader, schema.type, tree);
  needEnd(reader);
  return countWords(tree.nodes[from]);
}

function needEnd({ left, at }: ByteReader): void {
  if (left > 0) throw new Unreadable(`has ${formatCounted(left, 'byte')} left over`, at);
}

/** An object container file: it brings its schema along. */
export function readAvroContainer(bytes: Uint8Array, tree: TreeBuilder): string {
  const reader = new ByteReader(bytes);
  reader.skip(4);
  const meta = new Map<string, Uint8Array>();
  for (let count = block(reader); count > 0; count = block(reader)) {
    for (let done = 0; done < count; done++) {
      const key = text(reader).text;
      meta.set(key, reader.take(length(reader)));
    }
  }
  const sync = hexDigits(reader.take(16));
  const schema = readAvroSchema(decodeUtf8(meta.get('avro.schema') ?? new Uint8Array()).text);
  const codec = decodeUtf8(meta.get('avro.codec') ?? new Uint8Array()).text;
  const list = tree.open('list', 'records', null, codec === '' ? '' : `codec ${codec}`);
  let room = MAX_OUTPUT;
  while (reader.left > 0) {
    const count = length(reader);
    const data = reader.take(length(reader));
    const inside = new ByteReader(unpacked(data, codec));
    room -= inside.left;
    if (room < 0) throw tooMuch();
    for (let done = 0; done < count; done++) readAvro(inside, schema.type, tree);
    needEnd(inside);
    const at = reader.at;
    if (hexDigits(reader.take(16)) !== sync) throw new Unreadable(`has no sync marker at byte ${at}`, at);
  }
  tree.close(null);
  // Places are those in a block that was unpacked.
  for (const node of tree.nodes) node.at = node.length = null;
  list.type = `${list.children} records`;
  return formatCounted(list.children, 'record');
}

function unpacked(data: Uint8Array, codec: string): Uint8Array {
  if (codec === '' || codec === 'null') return data;
  if (codec === 'deflate') return inflateBlock(data);
  if (codec === 'zstandard') return unpack('zstd', data).bytes;
  throw new Unreadable(`is packed with ${codec}, which is not known here`);
}

function readAvro(reader: ByteReader, type: AvroType, tree: TreeBuilder): void {
  const at = reader.at;
  switch (type.kind) {
    case 'primitive':
      return primitive(reader, type, tree);
    case 'record':
      tree.open('object', type.name, at);
      for (const field of type.fields) {
        tree.key(field.name);
        readAvro(reader, field.type, tree);
      }
      return void tree.close(reader.at);
    case 'enum': {
      const index = length(reader);
      const symbol = type.symbols[index];
      if (symbol === undefined)
        throw new Unreadable(`has no symbol ${index} of ${type.name} at byte ${at}`, at);
      return void tree.value('literal', symbol, type.name, at, reader.at, String(index));
    }
    case 'fixed':
      return bytesValue(reader.take(type.size), type.logical, type.scale, type.name, tree, at, reader.at);
    case 'union': {
      const index = length(reader);
      const branch = type.branches[index];
      if (branch === undefined) throw new Unreadable(`has no branch ${index} in a union at byte ${at}`, at);
      return readAvro(reader, branch, tree);
    }
    case 'array':
      return several(reader, tree, 'list', () => readAvro(reader, type.items, tree));
    case 'map':
      return several(reader, tree, 'object', () => {
        tree.key(text(reader).text);
        readAvro(reader, type.values, tree);
      });
  }
}

function several(reader: ByteReader, tree: TreeBuilder, shape: 'list' | 'object', one: () => void): void {
  const node = tree.open(shape, 'array', reader.at);
  for (let count = block(reader); count > 0; count = block(reader)) {
    for (let done = 0; done < count; done++) {
      const at = reader.at;
      one();
      if (reader.at === at && node.children > MAX_EMPTY) {
        throw new Unreadable(
          `has more than ${formatCounted(MAX_EMPTY, 'value')} without bytes at byte ${at}`,
          at,
        );
      }
    }
  }
  tree.close(reader.at);
  node.type = shape === 'list' ? `array of ${node.children}` : `map of ${node.children}`;
}

/** Items in the next block; a negative count has the size of the block behind it. */
function block(reader: ByteReader): number {
  const count = zigzag(reader.varint());
  if (count >= 0n) return Number(count);
  reader.varint();
  return Number(-count);
}

function length(reader: ByteReader): number {
  const at = reader.at;
  const value = zigzag(reader.varint());
  if (value < 0n) throw new Unreadable(`has a length of ${value} at byte ${at}`, at);
  return Number(value);
}

function text(reader: ByteReader): { readonly text: string; readonly valid: boolean } {
  return decodeUtf8(reader.take(length(reader)));
}

function primitive(
  reader: ByteReader,
  type: Extract<AvroType, { kind: 'primitive' }>,
  tree: TreeBuilder,
): void {
  const at = reader.at;
  switch (type.name) {
    case 'null':
      return void tree.value('literal', 'null', 'null', at, at);
    case 'boolean': {
      const value = reader.u8();
      if (value > 1) throw new Unreadable(`has the boolean ${value} at byte ${at}`, at);
      return void tree.value('literal', value === 1 ? 'true' : 'false', 'boolean', at, reader.at);
    }
    case 'int':
    case 'long':
      return integer(zigzag(reader.varint()), type.name, type.logical, tree, at, reader.at);
    case 'float':
      return void tree.value('number', float32Text(reader.f32(true)), 'float', at, reader.at);
    case 'double':
      return void tree.value('number', floatText(reader.f64(true)), 'double', at, reader.at);
    case 'bytes': {
      const bytes = reader.take(length(reader));
      return bytesValue(bytes, type.logical, type.scale, sizeWords(bytes.length), tree, at, reader.at);
    }
    case 'string': {
      const { text: value, valid } = text(reader);
      const note = joined(type.logical ?? '', valid ? '' : 'not valid UTF-8');
      return void tree.value('text', value, 'string', at, reader.at, note);
    }
  }
}

const TIMES: ReadonlyMap<string, 1_000n | 1_000_000n | 1_000_000_000n> = new Map([
  ['timestamp-millis', 1_000n],
  ['timestamp-micros', 1_000_000n],
  ['timestamp-nanos', 1_000_000_000n],
  ['local-timestamp-millis', 1_000n],
  ['local-timestamp-micros', 1_000_000n],
  ['local-timestamp-nanos', 1_000_000_000n],
] as const);

function integer(
  value: bigint,
  name: string,
  logical: string | null,
  tree: TreeBuilder,
  at: number,
  end: number,
): void {
  const iso = isoText(value, logical ?? '');
  if (iso !== null) tree.value('date', iso, name, at, end, `${logical}: ${value}`);
  else tree.value('number', String(value), name, at, end, joined(logical ?? '', integerNote(value)));
}

/** A date, a timestamp, or a local time without a zone, in ISO 8601; null for another logical type. */
function isoText(value: bigint, logical: string): string | null {
  if (logical === 'date') return isoOf(value * 86_400n, 1n)?.replace(/T.*/, '') ?? null;
  const perSecond = TIMES.get(logical);
  const iso = perSecond === undefined ? null : isoOf(value, perSecond);
  return logical.startsWith('local-') ? (iso?.replace('Z', '') ?? null) : iso;
}

/** What a schema may say of decimals: digits behind the point. */
function isScale(scale: number): boolean {
  return Number.isInteger(scale) && scale >= 0 && scale < 1_000;
}

function bytesValue(
  bytes: Uint8Array,
  logical: string | null,
  scale: number,
  name: string,
  tree: TreeBuilder,
  at: number,
  end: number,
): void {
  const hex = hexDigits(bytes);
  const unsigned = bytes.length > 0 && isScale(scale) ? bigOf(hex) : null;
  if (logical === 'decimal' && unsigned !== null) {
    const value = BigInt.asIntN(bytes.length * 8, unsigned);
    return void tree.value('number', decimalText(value, -scale), 'decimal', at, end, 'digits kept');
  }
  tree.value('bytes', hex, name, at, end, logical ?? '');
}
