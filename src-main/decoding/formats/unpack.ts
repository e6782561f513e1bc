import {
  brotliDecompressSync,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
  type Inflate,
} from 'node:zlib';
import { hexBytes } from '../../core/payload/hex-text.ts';
import { formatBytes, formatCounted } from '../../core/text/amounts.ts';
import { MAX_OUTPUT } from '../base/limits.ts';
import { Unreadable } from '../base/unreadable.ts';
import { findText } from './text.ts';

export type Unpacker = 'gzip' | 'zlib' | 'deflate' | 'brotli' | 'zstd' | 'base64' | 'hex';

export const UNPACKERS: ReadonlySet<string> = new Set<Unpacker>([
  ...(['gzip', 'zlib', 'deflate', 'brotli', 'zstd', 'base64', 'hex'] as const),
]);

export function isUnpacker(decoder: string): decoder is Unpacker {
  return UNPACKERS.has(decoder);
}

/** What is packed in the bytes. Stops at `MAX_OUTPUT`. */
export function unpack(decoder: Unpacker, bytes: Uint8Array): Uint8Array {
  switch (decoder) {
    case 'base64':
      return base64(text(bytes, 'Base64'));
    case 'hex':
      return hex(text(bytes, 'hex digits'));
    default:
      return plain(decompress(decoder, bytes));
  }
}

function text(bytes: Uint8Array, of: string): string {
  const found = findText(bytes);
  if (found === null) throw new Unreadable(`is text, and this is not: it cannot be ${of}`);
  return found.text;
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

function decompress(decoder: Exclude<Unpacker, 'base64' | 'hex'>, bytes: Uint8Array): Uint8Array {
  try {
    switch (decoder) {
      case 'gzip':
        return gunzipSync(bytes, LIMIT);
      case 'zlib':
        return whole(inflateSync(bytes, { ...LIMIT, info: true }), bytes);
      case 'deflate':
        return whole(inflateRawSync(bytes, { ...LIMIT, info: true }), bytes);
      case 'brotli':
        return brotliDecompressSync(bytes, LIMIT);
      case 'zstd':
        if (typeof zstdDecompressSync !== 'function')
          throw new Unreadable('is not known to this build of Node.js');
        return zstdDecompressSync(bytes, LIMIT);
    }
  } catch (error) {
    throw error instanceof Unreadable ? error : new Unreadable(zlibWords(error, bytes.length));
  }
}

/** As `deflate`; what stands behind its end is left out, such as the rest of a check that some writers leave there. */
export function inflateBlock(bytes: Uint8Array): Uint8Array {
  try {
    return plain(inflateRawSync(bytes, LIMIT));
  } catch (error) {
    throw new Unreadable(zlibWords(error, bytes.length));
  }
}

/** With `info` Node answers with more than its types say. */
function whole(answer: unknown, bytes: Uint8Array): Uint8Array {
  const { buffer, engine } = answer as WithInfo;
  const left = bytes.length - engine.bytesWritten;
  if (left > 0) throw new Unreadable(`has ${formatCounted(left, 'byte')} left over`, engine.bytesWritten);
  return buffer;
}

function zlibWords(error: unknown, size: number): string {
  const code = (error as { code?: unknown }).code;
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'ERR_BUFFER_TOO_LARGE')
    return `unpacks to more than ${formatBytes(MAX_OUTPUT)} and was stopped`;
  if (code === 'Z_BUF_ERROR' || /unexpected end/.test(message)) {
    return `stops at byte ${size}: its end is missing`;
  }
  return `is damaged: ${message}`;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** Both alphabets, with or without padding, over several lines or one. */
export function base64(given: string): Uint8Array {
  const digits = given.replace(/\s+/g, '').replaceAll('-', '+').replaceAll('_', '/');
  if (digits === '' || digits.length % 4 === 1 || !BASE64.test(digits)) {
    throw new Unreadable('has characters that are not Base64, or too few of them');
  }
  const bytes = Buffer.from(digits, 'base64');
  // Bits that nobody uses are zero in what a program writes.
  const canonical = Buffer.from(bytes).toString('base64').replace(/=+$/, '');
  if (canonical !== digits.replace(/=+$/, ''))
    throw new Unreadable('has bits left over in its last character');
  return plain(bytes);
}

function hex(given: string): Uint8Array {
  const bytes = hexBytes(given.replace(/^\s*0x/i, '').replace(/[:-]/g, ' '));
  if (bytes === null || bytes.length === 0)
    throw new Unreadable('has characters that are no hex digits, or an odd number of them');
  return bytes;
}
