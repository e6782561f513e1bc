import {
  brotliDecompressSync,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
  type Inflate,
} from 'node:zlib';
import { formatBytes } from '../../core/text/amounts.ts';
import { ByteReader } from '../base/byte-reader.ts';
import { MAX_OUTPUT } from '../base/limits.ts';
import { TooMuch, Unreadable } from '../base/unreadable.ts';
import { findText, neededText } from './text.ts';
import { zstdFrames } from './zstd-frames.ts';

export type Unpacker = 'gzip' | 'zlib' | 'deflate' | 'brotli' | 'zstd' | 'base64' | 'hex';

export const UNPACKERS: ReadonlySet<string> = new Set<Unpacker>([
  ...(['gzip', 'zlib', 'deflate', 'brotli', 'zstd', 'base64', 'hex'] as const),
]);

export function isUnpacker(decoder: string): decoder is Unpacker {
  return UNPACKERS.has(decoder);
}

export interface Unpacked {
  readonly bytes: Uint8Array;
  /** Bytes behind the end of what was packed, such as padding; they are left out. */
  readonly left: number;
}

/** What is packed in the bytes. Stops at `MAX_OUTPUT`. */
export function unpack(decoder: Unpacker, bytes: Uint8Array): Unpacked {
  switch (decoder) {
    case 'base64':
      return { bytes: base64(neededText(findText(bytes), bytes).text), left: 0 };
    case 'hex':
      return { bytes: hex(neededText(findText(bytes), bytes).text), left: 0 };
    default: {
      const { bytes: out, left } = decompress(decoder, bytes);
      return { bytes: plain(out), left };
    }
  }
}

/** A view of its own: zlib answers with Buffers that may share a pool. */
function plain(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

const LIMIT = { maxOutputLength: MAX_OUTPUT };

interface WithInfo {
  readonly buffer: Uint8Array;
  readonly engine: Inflate;
}

const WITH_INFO = { ...LIMIT, info: true };

function decompress(decoder: Exclude<Unpacker, 'base64' | 'hex'>, bytes: Uint8Array): Unpacked {
  try {
    switch (decoder) {
      case 'gzip':
        return gunzip(bytes);
      case 'zlib':
        return withLeft(inflateSync(bytes, WITH_INFO), bytes);
      case 'deflate':
        return withLeft(inflateRawSync(bytes, WITH_INFO), bytes);
      case 'brotli':
        return withLeft(brotliDecompressSync(bytes, WITH_INFO), bytes);
      case 'zstd':
        return unzstd(bytes);
    }
  } catch (error) {
    throw zlibFault(error, bytes.length);
  }
}

/** Members behind each other are one text. Noughts behind the last are passed over by Node, other bytes are not. */
function gunzip(bytes: Uint8Array): Unpacked {
  try {
    return withLeft(gunzipSync(bytes, WITH_INFO), bytes);
  } catch (error) {
    const isBomb = (error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE';
    const end = isBomb ? null : endOfMembers(bytes);
    if (end === null) throw error;
    return { bytes: gunzipSync(bytes.subarray(0, end), LIMIT), left: bytes.length - end };
  }
}

const FLAGS = { check: 2, extra: 4, name: 8, comment: 16 } as const;

/** Where other bytes begin behind the last member of gzip [RFC 1952]; null: there are none. */
function endOfMembers(bytes: Uint8Array): number | null {
  const reader = new ByteReader(bytes);
  try {
    while (bytes[reader.at] === 0x1f && bytes[reader.at + 1] === 0x8b) {
      reader.skip(3);
      const flags = reader.u8();
      reader.skip(6);
      if ((flags & FLAGS.extra) !== 0) reader.skip(reader.u16(true));
      for (const flag of [FLAGS.name, FLAGS.comment]) if ((flags & flag) !== 0) while (reader.u8() !== 0);
      if ((flags & FLAGS.check) !== 0) reader.skip(2);
      const rest = bytes.subarray(reader.at);
      reader.skip(rest.length - withLeft(inflateRawSync(rest, WITH_INFO), rest).left);
      reader.skip(8);
    }
  } catch {
    return null;
  }
  return reader.at > 0 && reader.left > 0 ? reader.at : null;
}

function unzstd(bytes: Uint8Array): Unpacked {
  if (typeof zstdDecompressSync !== 'function') throw new Unreadable('is not known to this build of Node.js');
  const { frames, left } = zstdFrames(bytes);
  const parts: Uint8Array[] = [];
  let room = MAX_OUTPUT;
  for (const frame of frames) {
    // Zero would be taken for no limit.
    const part = zstdDecompressSync(frame, { maxOutputLength: Math.max(1, room) });
    room -= part.length;
    parts.push(part);
  }
  return { bytes: parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts), left };
}

/** As `deflate`; what stands behind its end is left out, such as the rest of a check that some writers leave there. */
export function inflateBlock(bytes: Uint8Array): Uint8Array {
  try {
    return plain(inflateRawSync(bytes, LIMIT));
  } catch (error) {
    throw zlibFault(error, bytes.length);
  }
}

/** With `info` Node answers with more than its types say. */
function withLeft(answer: unknown, bytes: Uint8Array): Unpacked {
  const { buffer, engine } = answer as WithInfo;
  return { bytes: buffer, left: bytes.length - engine.bytesWritten };
}

/** What is unpacked of a payload, all its steps together, is more than that. */
export function tooMuch(): TooMuch {
  const most = formatBytes(MAX_OUTPUT);
  return new TooMuch(
    `unpacks to more than the ${most} that are unpacked here: it was stopped there, and more follows`,
  );
}

function zlibFault(error: unknown, size: number): Unreadable {
  if (error instanceof Unreadable) return error;
  const code = (error as { code?: unknown }).code;
  if (code === 'ERR_BUFFER_TOO_LARGE') return tooMuch();
  if (code === 'ZSTD_error_frameParameter_windowTooLarge')
    return new TooMuch('was packed with a window that takes more memory to unpack than it may here');
  return new Unreadable(zlibWords(error, size));
}

function zlibWords(error: unknown, size: number): string {
  const code = (error as { code?: unknown }).code;
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'Z_BUF_ERROR' || /unexpected end/.test(message)) {
    return `stops at byte ${size}: its end is missing`;
  }
  return `is damaged: ${message}`;
}

/** Of single characters only: a group that is repeated takes a stack as deep as the text is long. */
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** Both alphabets, with or without padding, over several lines or one. */
export function base64(given: string): Uint8Array {
  const digits = given.replace(/\s+/g, '').replaceAll('-', '+').replaceAll('_', '/');
  const bare = digits.replace(/=+$/, '');
  const isWhole = digits.length === bare.length || digits.length % 4 === 0;
  if (bare.length % 4 === 1 || !isWhole || !BASE64.test(digits)) {
    throw new Unreadable('has characters that are not Base64, or too few of them');
  }
  const bytes = Buffer.from(digits, 'base64');
  // Programs write the unused bits as zero.
  const canonical = Buffer.from(bytes).toString('base64').replace(/=+$/, '');
  if (canonical !== bare) throw new Unreadable('has bits left over in its last character');
  return plain(bytes);
}

function hex(given: string): Uint8Array {
  const digits = given.replace(/^\s*0x/i, '').replace(/[\s:-]+/g, '');
  if (digits === '' || digits.length % 2 !== 0 || /[^0-9a-fA-F]/.test(digits))
    throw new Unreadable('has characters that are no hex digits, or an odd number of them');
  return plain(Buffer.from(digits, 'hex'));
}
