import { decodeUtf8 } from '../../core/payload/utf8.ts';
import { formatCounted } from '../../core/text/amounts.ts';
import { ByteReader } from '../base/byte-reader.ts';
import { float32Text, floatText, hexDigits, integerNote } from '../base/numbers.ts';
import { isoOf } from '../base/times.ts';
import type { TreeBuilder } from '../base/tree.ts';
import { Unreadable } from '../base/unreadable.ts';
import { readKey } from '../base/map-key.ts';
import { countWords, joined, sizeWords } from '../base/node-labels.ts';

/*
 * MessagePack, read by ourselves for the same reasons as CBOR: widths, places and keys stay what they are.
 */

/** A whole payload: one value, or several in a row where `sequence` allows that. */
export function readMsgpackPayload(bytes: Uint8Array, tree: TreeBuilder, sequence: boolean): string {
  const reader = new ByteReader(bytes);
  const mark = tree.mark();
  readMsgpack(reader, tree);
  if (reader.left === 0) return countWords(tree.nodes[mark.length]);
  if (!sequence) throw new Unreadable(`has ${formatCounted(reader.left, 'byte')} left over`, reader.at);
  tree.rollback(mark);
  reader.at = 0;
  const list = tree.open('list', 'sequence', 0);
  while (reader.left > 0) readMsgpack(reader, tree);
  tree.close(reader.at);
  list.type = `sequence of ${list.children}`;
  return formatCounted(list.children, 'value in a row', 'values in a row');
}

export function readMsgpack(reader: ByteReader, tree: TreeBuilder): void {
  const start = reader.at;
  const head = reader.u8();
  if (head < 0x80) return integer(tree, head, 'fixint', start, reader.at);
  if (head < 0x90) return map(reader, tree, head & 0x0f, start);
  if (head < 0xa0) return list(reader, tree, head & 0x0f, start);
  if (head < 0xc0) return text(reader, tree, head & 0x1f, start);
  if (head >= 0xe0) return integer(tree, head - 256, 'fixint', start, reader.at);
  if (head < 0xc4) return literal(tree, head, start, reader.at);
  if (head < 0xc7) return bin(reader, tree, lengthOf(reader, head - 0xc4), start);
  if (head < 0xca) return extension(reader, tree, lengthOf(reader, head - 0xc7), start);
  if (head < 0xd4) return number(reader, tree, head, start);
  if (head < 0xd9) return extension(reader, tree, 2 ** (head - 0xd4), start);
  if (head < 0xdc) return text(reader, tree, lengthOf(reader, head - 0xd9), start);
  if (head < 0xde) return list(reader, tree, lengthOf(reader, head - 0xdc + 1), start);
  return map(reader, tree, lengthOf(reader, head - 0xde + 1), start);
}

/** Of 1, 2 or 4 bytes. */
function lengthOf(reader: ByteReader, size: number): number {
  if (size === 0) return reader.u8();
  return size === 1 ? reader.u16() : reader.u32();
}

function integer(tree: TreeBuilder, value: number | bigint, type: string, start: number, end: number): void {
  const exact = typeof value === 'bigint' ? integerNote(value) : '';
  tree.value('number', String(value), type, start, end, exact);
}

function number(reader: ByteReader, tree: TreeBuilder, head: number, start: number): void {
  const add = (value: number | bigint, type: string): void => integer(tree, value, type, start, reader.at);
  switch (head) {
    case 0xca:
      return void tree.value('number', float32Text(reader.f32()), 'float 32', start, reader.at);
    case 0xcb:
      return void tree.value('number', floatText(reader.f64()), 'float 64', start, reader.at);
    case 0xcc:
      return add(reader.u8(), 'uint 8');
    case 0xcd:
      return add(reader.u16(), 'uint 16');
    case 0xce:
      return add(reader.u32(), 'uint 32');
    case 0xcf:
      return add(reader.u64(), 'uint 64');
    case 0xd0:
      return add(reader.i8(), 'int 8');
    case 0xd1:
      return add(reader.i16(), 'int 16');
    case 0xd2:
      return add(reader.i32(), 'int 32');
    default:
      return add(reader.i64(), 'int 64');
  }
}

function literal(tree: TreeBuilder, head: number, start: number, end: number): void {
  if (head === 0xc1) throw new Unreadable(`has c1, which is never used, at byte ${start}`, start);
  const value = head === 0xc0 ? 'nil' : 'boolean';
  tree.value('literal', head === 0xc0 ? 'null' : head === 0xc3 ? 'true' : 'false', value, start, end);
}

function text(reader: ByteReader, tree: TreeBuilder, length: number, start: number): void {
  const { text: value, valid } = decodeUtf8(reader.take(length));
  tree.value('text', value, 'text', start, reader.at, valid ? '' : 'not valid UTF-8');
}

function bin(reader: ByteReader, tree: TreeBuilder, length: number, start: number): void {
  tree.value('bytes', hexDigits(reader.take(length)), sizeWords(length), start, reader.at);
}

function list(reader: ByteReader, tree: TreeBuilder, count: number, start: number): void {
  if (count > reader.left) reader.skip(count);
  tree.open('list', `array of ${count}`, start);
  for (let done = 0; done < count; done++) readMsgpack(reader, tree);
  tree.close(reader.at);
}

function map(reader: ByteReader, tree: TreeBuilder, count: number, start: number): void {
  if (2 * count > reader.left) reader.skip(2 * count);
  tree.open('object', `map of ${count}`, start);
  for (let done = 0; done < count; done++) {
    readKey(reader, tree, readMsgpack);
    readMsgpack(reader, tree);
  }
  tree.close(reader.at);
}

const TIMESTAMP = -1;

function extension(reader: ByteReader, tree: TreeBuilder, length: number, start: number): void {
  const type = reader.i8();
  const bytes = reader.take(length);
  const iso = type === TIMESTAMP ? timestamp(bytes) : null;
  if (iso !== null) {
    tree.value('date', iso, 'timestamp', start, reader.at, joined('extension -1', sizeWords(length)));
    return;
  }
  tree.value('bytes', hexDigits(bytes), sizeWords(length), start, reader.at, `extension ${type}`);
}

function timestamp(bytes: Uint8Array): string | null {
  const reader = new ByteReader(bytes);
  if (bytes.length === 4) return isoOf(BigInt(reader.u32()), 1n);
  if (bytes.length === 8) {
    const both = reader.u64();
    return withNanos(both & 0x3_ffff_ffffn, both >> 34n);
  }
  if (bytes.length !== 12) return null;
  const nanos = BigInt(reader.u32());
  return withNanos(reader.i64(), nanos);
}

function withNanos(seconds: bigint, nanos: bigint): string | null {
  if (nanos >= 1_000_000_000n) return null;
  return isoOf(seconds * 1_000_000_000n + nanos, 1_000_000_000n)?.replace(/\.?0+Z$/, 'Z') ?? null;
}
