import { decodeUtf8 } from '../../core/payload/utf8.ts';
import { ByteReader } from '../base/byte-reader.ts';
import { decimalText, floatText, hexDigits, integerNote } from '../base/numbers.ts';
import { isoOf } from '../base/times.ts';
import type { TreeBuilder } from '../base/tree.ts';
import { Unreadable } from '../base/unreadable.ts';
import { countWords, joined, sizeWords } from '../base/node-labels.ts';

/** BSON 1.1, one document. */
export function readBsonPayload(bytes: Uint8Array, tree: TreeBuilder): string {
  const reader = new ByteReader(bytes);
  const from = tree.nodes.length;
  document(reader, tree, 'object');
  if (reader.left > 0) throw new Unreadable(`has ${sizeWords(reader.left)} left over`, reader.at);
  return countWords(tree.nodes[from]);
}

function document(reader: ByteReader, tree: TreeBuilder, shape: 'object' | 'list'): void {
  const start = reader.at;
  const size = reader.i32(true);
  if (size < 5) throw new Unreadable(`has a document of ${size} bytes at byte ${start}`, start);
  const end = start + size;
  if (end > reader.end) reader.skip(size - 4);
  const name = shape === 'list' ? 'array' : 'document';
  const node = tree.open(shape, name, start);
  for (;;) {
    const at = reader.at;
    const type = reader.u8();
    if (type === 0) break;
    const key = cstring(reader);
    if (shape === 'object') tree.key(key);
    element(reader, tree, type, at);
    if (reader.at >= end) throw new Unreadable(`has a document that does not end at byte ${end}`, end);
  }
  if (reader.at !== end)
    throw new Unreadable(`has a document that ends too early at byte ${reader.at}`, reader.at);
  tree.close(end);
  node.type = `${name} of ${node.children}`;
}

function cstring(reader: ByteReader): string {
  const zero = reader.bytes.indexOf(0, reader.at);
  const end = zero < 0 || zero >= reader.end ? reader.end : zero;
  const { text } = decodeUtf8(reader.take(end - reader.at));
  reader.skip(1);
  return text;
}

function string(reader: ByteReader): { readonly text: string; readonly note: string } {
  const at = reader.at;
  const length = reader.i32(true);
  if (length < 1) throw new Unreadable(`has a text of ${length} bytes at byte ${at}`, at);
  const { text, valid } = decodeUtf8(reader.take(length - 1));
  if (reader.u8() !== 0)
    throw new Unreadable(`has a text without an end at byte ${reader.at - 1}`, reader.at - 1);
  return { text, note: valid ? '' : 'not valid UTF-8' };
}

function element(reader: ByteReader, tree: TreeBuilder, type: number, head: number): void {
  const at = reader.at;
  const add = (shape: Parameters<TreeBuilder['value']>[0], text: string, name: string, note = ''): void =>
    void tree.value(shape, text, name, at, reader.at, note);
  switch (type) {
    case 0x01:
      return add('number', floatText(reader.f64(true)), 'double');
    case 0x02: {
      const { text, note } = string(reader);
      return add('text', text, 'string', note);
    }
    case 0x03:
      return document(reader, tree, 'object');
    case 0x04:
      return document(reader, tree, 'list');
    case 0x05:
      return binary(reader, tree, at);
    case 0x07:
      return add('bytes', hexDigits(reader.take(12)), 'ObjectId');
    case 0x08: {
      const value = reader.u8();
      if (value > 1) throw new Unreadable(`has the boolean ${value} at byte ${at}`, at);
      return add('literal', value === 1 ? 'true' : 'false', 'boolean');
    }
    case 0x09:
      return date(reader, tree);
    case 0x10:
      return add('number', String(reader.i32(true)), 'int 32');
    case 0x12: {
      const value = reader.i64(true);
      return add('number', String(value), 'int 64', integerNote(value));
    }
    case 0x13:
      return add('number', decimal128(reader.take(16)), 'decimal 128', 'digits kept');
    default:
      return rare(reader, tree, type, head);
  }
}

function date(reader: ByteReader, tree: TreeBuilder): void {
  const at = reader.at;
  const ms = reader.i64(true);
  const iso = isoOf(ms, 1_000n);
  if (iso === null) tree.value('number', String(ms), 'date', at, reader.at, 'ms');
  else tree.value('date', iso, 'date', at, reader.at, `${ms} ms`);
}

function rare(reader: ByteReader, tree: TreeBuilder, type: number, head: number): void {
  const at = reader.at;
  const literals: Readonly<Record<number, string>> = {
    0x06: 'undefined',
    0x0a: 'null',
    0x7f: 'MaxKey',
    0xff: 'MinKey',
  };
  const word = literals[type];
  if (word !== undefined) return void tree.value('literal', word, word, at, at);
  if (type === 0x0d || type === 0x0e) {
    const { text, note } = string(reader);
    const name = type === 0x0d ? 'JavaScript, not run' : 'symbol';
    return void tree.value('text', text, name, at, reader.at, note);
  }
  if (type === 0x0b) {
    const pattern = `/${cstring(reader)}/${cstring(reader)}`;
    return void tree.value('text', pattern, 'regular expression', at, reader.at);
  }
  if (type === 0x11) {
    const count = reader.u32(true);
    const text = `${reader.u32(true)}, ${count}`;
    return void tree.value('text', text, 'timestamp', at, reader.at, 'seconds and a count');
  }
  if (type === 0x0c) {
    const { text } = string(reader);
    const id = hexDigits(reader.take(12));
    return void tree.value('text', `${text} ${id}`, 'DBPointer', at, reader.at);
  }
  if (type === 0x0f) {
    const size = reader.i32(true);
    const { text } = string(reader);
    tree.open('object', 'JavaScript with scope, not run', at, `${size} bytes`);
    tree.key('code');
    tree.value('text', text, 'JavaScript', at, reader.at);
    tree.key('scope');
    document(reader, tree, 'object');
    if (reader.at !== at + size)
      throw new Unreadable(`has JavaScript of ${size} bytes that does not end at byte ${at + size}`, at);
    tree.close(reader.at);
    return;
  }
  throw new Unreadable(`has the unknown type 0x${type.toString(16)} at byte ${head}`, head);
}

function binary(reader: ByteReader, tree: TreeBuilder, at: number): void {
  const length = reader.i32(true);
  if (length < 0) throw new Unreadable(`has ${length} bytes at byte ${at}`, at);
  const subtype = reader.u8();
  const bytes = reader.take(length);
  const uuid = subtype === 4 && length === 16;
  const note = joined(subtype === 0 ? '' : `subtype ${subtype}`, uuid ? 'UUID' : '');
  tree.value('bytes', hexDigits(bytes), sizeWords(length), at, reader.at, note);
}

const BIAS = 6_176;

/** IEEE 754 decimal128, with the digits that were stored: `1.50` stays `1.50`. */
function decimal128(bytes: Uint8Array): string {
  const reader = new ByteReader(bytes);
  const low = reader.u64(true);
  const high = reader.u64(true);
  const sign = high >> 63n === 1n ? '-' : '';
  const top = (high >> 58n) & 0x1fn;
  if (top === 0x1fn) return 'NaN';
  if (top === 0x1en) return `${sign}Infinity`;
  const large = ((high >> 61n) & 3n) === 3n;
  const exponent = Number(large ? (high >> 47n) & 0x3fffn : (high >> 49n) & 0x3fffn) - BIAS;
  // The large form has more digits than there may be: it stands for zero.
  const mantissa = large ? 0n : ((high & 0x1_ffff_ffff_ffffn) << 64n) | low;
  return sign + decimalText(mantissa > 10n ** 34n - 1n ? 0n : mantissa, exponent);
}
