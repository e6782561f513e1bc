import { decodeUtf8 } from '../../core/payload/utf8.ts';
import { formatCounted } from '../../core/text/amounts.ts';
import { ByteReader } from '../base/byte-reader.ts';
import {
  bigOf,
  decimalText,
  float32Text,
  floatText,
  halfValue,
  hexDigits,
  integerNote,
} from '../base/numbers.ts';
import { readKey } from '../base/map-key.ts';
import { countWords, joined, sizeWords } from '../base/node-labels.ts';
import { isoSeconds } from '../base/times.ts';
import type { TreeBuilder, TreeNode } from '../base/tree.ts';
import { Unreadable } from '../base/unreadable.ts';

/*
 * CBOR [RFC 8949], read without a library. Libraries return JavaScript values, which lose the width of a float,
 * the bytes of a field, duplicate keys, and the tags that the library knows.
 */

const TAG_NAMES: ReadonlyMap<bigint, string> = new Map([
  [21n, 'tag 21, meant as base64url'],
  [22n, 'tag 22, meant as base64'],
  [23n, 'tag 23, meant as hex'],
  [24n, 'tag 24, CBOR inside'],
  [32n, 'tag 32, URI'],
  [33n, 'tag 33, base64url'],
  [34n, 'tag 34, base64'],
  [35n, 'tag 35, regular expression'],
  [36n, 'tag 36, MIME message'],
  [37n, 'tag 37, UUID'],
  [55_799n, 'tag 55799, says that it is CBOR'],
]);
const BREAK = 0xff;
const INDEFINITE = 31;

/** One value; what follows it is left to the caller. */
export function readCbor(reader: ByteReader, tree: TreeBuilder): void {
  new CborReader(reader, tree).item('');
}

/** A whole payload: one value, or several in a row [RFC 8742] where `sequence` allows that. */
export function readCborPayload(bytes: Uint8Array, tree: TreeBuilder, sequence: boolean): string {
  const reader = new ByteReader(bytes);
  const mark = tree.mark();
  readCbor(reader, tree);
  if (reader.left === 0) return countWords(tree.nodes[mark.length]);
  if (!sequence) throw new Unreadable(`has ${formatCounted(reader.left, 'byte')} left over`, reader.at);
  tree.rollback(mark);
  reader.at = 0;
  const list = tree.open('list', 'sequence', 0);
  while (reader.left > 0) readCbor(reader, tree);
  tree.close(reader.at);
  list.type = `sequence of ${list.children}`;
  return formatCounted(list.children, 'value in a row', 'values in a row');
}

class CborReader {
  readonly #reader: ByteReader;
  readonly #tree: TreeBuilder;

  constructor(reader: ByteReader, tree: TreeBuilder) {
    this.#reader = reader;
    this.#tree = tree;
  }

  /** @param note of the tags around it */
  item(note: string, start = this.#reader.at): void {
    const head = this.#reader.u8();
    const info = head & 0x1f;
    switch (head >> 5) {
      case 0:
        return this.#integer(this.#argument(info), start, note);
      case 1:
        return this.#integer(-1n - BigInt(this.#argument(info)), start, note);
      case 2:
        return this.#bytes(info, start, note);
      case 3:
        return this.#text(info, start, note);
      case 4:
        return this.#list(info, start, note);
      case 5:
        return this.#map(info, start, note);
      case 6:
        return this.#tag(this.#argument(info), start, note);
      default:
        return this.#simple(info, start, note);
    }
  }

  #argument(info: number): number | bigint {
    const reader = this.#reader;
    if (info < 24) return info;
    if (info === 24) return reader.u8();
    if (info === 25) return reader.u16();
    if (info === 26) return reader.u32();
    if (info === 27) {
      const value = reader.u64();
      return value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
    }
    throw new Unreadable(`has the reserved length ${info} at byte ${reader.at - 1}`, reader.at - 1);
  }

  #integer(value: number | bigint, start: number, note: string): void {
    const text = String(value);
    const kept = integerNote(value);
    this.#tree.value('number', text, 'integer', start, this.#reader.at, joined(note, kept));
  }

  /** Bytes or text: one piece, or pieces of the same kind up to a break. */
  #pieces(info: number, major: number): { readonly bytes: Uint8Array; readonly note: string } {
    const reader = this.#reader;
    if (info !== INDEFINITE) return { bytes: reader.take(this.#argument(info)), note: '' };
    const pieces: Uint8Array[] = [];
    for (;;) {
      const at = reader.at;
      const head = reader.u8();
      if (head === BREAK) break;
      if (head >> 5 !== major || (head & 0x1f) === INDEFINITE) {
        throw new Unreadable(`has a piece of another kind at byte ${at}`, at);
      }
      pieces.push(reader.take(this.#argument(head & 0x1f)));
    }
    const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
    let to = 0;
    for (const piece of pieces) {
      bytes.set(piece, to);
      to += piece.length;
    }
    return { bytes, note: `in ${formatCounted(pieces.length, 'piece')}` };
  }

  #bytes(info: number, start: number, note: string): void {
    const { bytes, note: pieces } = this.#pieces(info, 2);
    const text = hexDigits(bytes);
    this.#tree.value('bytes', text, sizeWords(bytes.length), start, this.#reader.at, joined(note, pieces));
  }

  #text(info: number, start: number, note: string): void {
    if (note === '') {
      this.#reader.at = start;
      const short = shortText(this.#reader, 0x60);
      if (short !== null) return void this.#tree.value('text', short, 'text', start, this.#reader.at);
      this.#reader.at = start + 1;
    }
    const { bytes, note: pieces } = this.#pieces(info, 3);
    const { text, valid } = decodeUtf8(bytes);
    const invalid = valid ? '' : 'not valid UTF-8';
    this.#tree.value('text', text, 'text', start, this.#reader.at, joined(note, pieces, invalid));
  }

  /** How many items a container says it has, or `null` where a break ends it. */
  #count(info: number, bytesEach: number): number | null {
    if (info === INDEFINITE) return null;
    const count = this.#argument(info);
    // So that a length of billions fails here, and not after all memory is used.
    if (BigInt(count) * BigInt(bytesEach) > BigInt(this.#reader.left)) {
      this.#reader.skip(BigInt(count) * BigInt(bytesEach));
    }
    return Number(count);
  }

  #more(count: number | null, done: number): boolean {
    if (count !== null) return done < count;
    const reader = this.#reader;
    if (reader.left > 0 && reader.bytes[reader.at] !== BREAK) return true;
    reader.skip(1);
    return false;
  }

  #list(info: number, start: number, note: string): void {
    const count = this.#count(info, 1);
    const node = this.#tree.open('list', 'array', start, joined(note, count === null ? 'indefinite' : ''));
    for (let done = 0; this.#more(count, done); done++) this.item('');
    this.#tree.close(this.#reader.at);
    node.type = `array of ${node.children}`;
  }

  #map(info: number, start: number, note: string): void {
    const count = this.#count(info, 2);
    const node = this.#tree.open('object', 'map', start, joined(note, count === null ? 'indefinite' : ''));
    for (let done = 0; this.#more(count, done); done++) {
      this.#key();
      this.item('');
    }
    this.#tree.close(this.#reader.at);
    node.type = `map of ${node.children}`;
  }

  #key(): void {
    // Nearly all are short texts, which need no tree of their own.
    const short = shortText(this.#reader, 0x60);
    if (short !== null) return this.#tree.key(short);
    readKey(this.#reader, this.#tree, readCbor);
  }

  #tag(tag: number | bigint, start: number, outer: string): void {
    const name = TAG_NAMES.get(BigInt(tag)) ?? `tag ${tag}`;
    const from = this.#tree.nodes.length;
    // Tags in tags are as deep as containers are.
    if (outer.length > 2_000) throw new Unreadable(`has too many tags at byte ${start}`, start);
    this.item(joined(outer, name), start);
    const node = this.#tree.nodes[from];
    if (node === undefined) return;
    const known = knownValue(BigInt(tag), node, this.#tree.nodes.slice(from + 1));
    if (known === null) return;
    this.#tree.nodes.length = from + 1;
    // What is to be known of the value itself stays, such as pieces and bytes that are no UTF-8.
    const own = node.note.slice(joined(outer, name).length).replace(/^, /, '');
    Object.assign(node, { children: 0, descendants: 0, ...known, note: joined(outer, known.note, own) });
  }

  #simple(info: number, start: number, note: string): void {
    const reader = this.#reader;
    const at = reader.at - 1;
    const add = (shape: 'literal' | 'number', text: string, type: string): void =>
      void this.#tree.value(shape, text, type, start, reader.at, note);
    switch (info) {
      case 20:
      case 21:
        return add('literal', info === 21 ? 'true' : 'false', 'boolean');
      case 22:
        return add('literal', 'null', 'null');
      case 23:
        return add('literal', 'undefined', 'undefined');
      case 24: {
        const value = reader.u8();
        if (value < 32) throw new Unreadable(`has the reserved simple value ${value} at byte ${at}`, at);
        return add('literal', `simple(${value})`, 'simple value');
      }
      case 25:
        return add('number', floatText(halfValue(reader.u16())), 'float 16');
      case 26:
        return add('number', float32Text(reader.f32()), 'float 32');
      case 27:
        return add('number', floatText(reader.f64()), 'float 64');
      case INDEFINITE:
        throw new Unreadable(`has a break outside of anything at byte ${at}`, at);
      default:
        if (info > 27) throw new Unreadable(`has the reserved value ${info} at byte ${at}`, at);
        return add('literal', `simple(${info})`, 'simple value');
    }
  }
}

/**
 * A text of less than 24 bytes of ASCII, whose length is in its head; null, with nothing read, where it is another
 * value. Most keys are one, and a decoder of text takes longer to call than to read them.
 *
 * @param head that of an empty text
 */
function shortText(reader: ByteReader, head: number): string | null {
  const { bytes, at, end } = reader;
  const length = (bytes[at] ?? 0) - head;
  if (length < 0 || length > 23 || at + 1 + length > end) return null;
  let text = '';
  for (let next = at + 1; next <= at + length; next++) {
    const byte = bytes[next] ?? 0;
    if (byte >= 0x80) return null;
    text += String.fromCharCode(byte);
  }
  reader.at = at + 1 + length;
  return text;
}

type Known = Pick<TreeNode, 'shape' | 'text' | 'type' | 'note'>;

/** What tag 0 promises [RFC 3339]. */
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;

/** What tags mean that we know; null where it is the value itself with the name of its tag beside it. */
function knownValue(tag: bigint, node: TreeNode, inside: readonly TreeNode[]): Known | null {
  const { shape, text } = node;
  if (tag === 0n && shape === 'text' && DATE_TIME.test(text))
    return { shape: 'date', text, type: 'date', note: 'tag 0, as text' };
  if (tag === 1n && shape === 'number') {
    const iso = isoSeconds(text);
    const note = `tag 1, seconds: ${text}`;
    return iso === null ? null : { shape: 'date', text: iso, type: 'date', note };
  }
  if ((tag === 2n || tag === 3n) && shape === 'bytes') {
    const value = bigOf(text);
    if (value === null) return null;
    const big = tag === 2n ? value : -1n - value;
    const note = `tag ${tag}, ${text.length * 4} bits, digits kept`;
    return { shape: 'number', text: String(big), type: 'big integer', note };
  }
  if ((tag === 4n || tag === 5n) && shape === 'list') return fraction(tag, inside);
  return null;
}

/** Decimal fractions and big floats: `[exponent, mantissa]`. */
function fraction(tag: bigint, [exponent, mantissa, ...more]: readonly TreeNode[]): Known | null {
  if (exponent === undefined || mantissa === undefined || more.length > 0) return null;
  if (exponent.shape !== 'number' || mantissa.shape !== 'number') return null;
  if (!/^-?\d{1,6}$/.test(exponent.text) || !/^-?\d+$/.test(mantissa.text)) return null;
  if (tag === 5n) {
    const note = 'tag 5, big float';
    return { shape: 'number', text: `${mantissa.text}p${exponent.text}`, type: 'big float', note };
  }
  const text = decimalText(BigInt(mantissa.text), Number(exponent.text));
  return { shape: 'number', text, type: 'decimal fraction', note: 'tag 4, digits kept' };
}
