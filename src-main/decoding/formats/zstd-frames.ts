import { ByteReader } from '../base/byte-reader.ts';
import { Unreadable } from '../base/unreadable.ts';

/*
 * Node.js unpacks one frame of zstd, takes one that is cut off for a whole one, and passes over what stands behind
 * it. Where frames end is therefore read here, without unpacking them [RFC 8878, 3.1].
 */

/** More frames in one payload are a trap: each takes a decoder of its own. */
const MAX_FRAMES = 1_000;
const MAGIC = 0xfd2f_b528;
/** `50` to `5f`: frames that hold something else. */
const SKIPPABLE = 0x184d_2a50;
const CHECKSUM = 4;
const SINGLE_SEGMENT = 0x20;
/** Bytes of the dictionary's id, and of the content's size, by the two bits that say so. */
const DICTIONARY_BYTES = [0, 1, 2, 4];
const SIZE_BYTES = [0, 2, 4, 8];
const RLE = 1;
const RESERVED = 3;

export interface ZstdFrames {
  /** Those with content, each from its magic number to its end. */
  readonly frames: readonly Uint8Array[];
  /** Bytes behind the last one. */
  readonly left: number;
}

/** @throws {Unreadable} a frame is cut off or damaged, or there is none */
export function zstdFrames(bytes: Uint8Array): ZstdFrames {
  const reader = new ByteReader(bytes);
  const frames: Uint8Array[] = [];
  let count = 0;
  while (reader.left > 0) {
    const start = reader.at;
    if (count > 0 && !isMagic(bytes, start)) break;
    if (++count > MAX_FRAMES) throw new Unreadable(`has more than ${MAX_FRAMES} frames`, start);
    if (passFrame(reader)) frames.push(bytes.subarray(start, reader.at));
  }
  if (count === 0) reader.skip(1);
  return { frames, left: reader.left };
}

function isMagic(bytes: Uint8Array, at: number): boolean {
  if (bytes.length - at < 4) return false;
  const magic = new ByteReader(bytes, at).u32(true);
  return magic === MAGIC || isSkippable(magic);
}

function isSkippable(magic: number): boolean {
  return (magic & 0xffff_fff0) >>> 0 === SKIPPABLE;
}

/** To behind a frame; answers whether it has content. */
function passFrame(reader: ByteReader): boolean {
  const start = reader.at;
  const magic = reader.u32(true);
  if (isSkippable(magic)) {
    reader.skip(reader.u32(true));
    return false;
  }
  if (magic !== MAGIC) throw new Unreadable(`does not begin with 28 b5 2f fd at byte ${start}`, start);
  const descriptor = reader.u8();
  const isSingle = (descriptor & SINGLE_SEGMENT) !== 0;
  const sizeBits = descriptor >> 6;
  // A window's size stands there, unless the whole content is one; that size is then at least a byte.
  if (!isSingle) reader.skip(1);
  reader.skip(DICTIONARY_BYTES[descriptor & 3] ?? 0);
  reader.skip(isSingle && sizeBits === 0 ? 1 : (SIZE_BYTES[sizeBits] ?? 0));
  for (let isLast = false; !isLast;) isLast = passBlock(reader);
  if ((descriptor & CHECKSUM) !== 0) reader.skip(4);
  return true;
}

function passBlock(reader: ByteReader): boolean {
  const at = reader.at;
  const head = reader.u16(true) | (reader.u8() << 16);
  const type = (head >> 1) & 3;
  if (type === RESERVED) throw new Unreadable(`has a block of no known kind at byte ${at}`, at);
  reader.skip(type === RLE ? 1 : head >> 3);
  return (head & 1) === 1;
}
