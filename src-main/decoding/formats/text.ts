import { decodeStrict, decodeUtf8 } from '../../core/payload/utf8.ts';
import { formatCounted } from '../../core/text/amounts.ts';
import { Unreadable } from '../base/unreadable.ts';

/** Bytes as text. */
export interface ReadText {
  readonly text: string;
  /** `UTF-8` */
  readonly encoding: string;
  /** Bytes of a byte order mark, which is not part of the text. */
  readonly mark: number;
}

export const ENCODINGS = ['UTF-8', 'UTF-16LE', 'UTF-16BE', 'Latin-1'] as const;

/** Valid UTF-8 without NUL, or UTF-16 that says so by its mark; null: that is no text by itself. */
export function findText(bytes: Uint8Array): ReadText | null {
  const utf16 = marked16(bytes);
  if (utf16 !== null) return read16(bytes, utf16);
  const text = decodeStrict(bytes);
  if (text === null || text.includes('\0')) return null;
  return unmarked(text, 'UTF-8');
}

/**
 * What was found, for a format that is text.
 *
 * @throws {Unreadable} nothing was, and why
 */
export function neededText(found: ReadText | null, bytes: Uint8Array): ReadText {
  if (found !== null) return found;
  const zero = decodeStrict(bytes) === null ? -1 : bytes.indexOf(0);
  if (zero < 0) throw new Unreadable('is text, and these bytes are not UTF-8');
  throw new Unreadable(`is text, and byte ${zero} is 00, which no text has`, zero);
}

/** In the encoding that was asked for. */
export function readText(bytes: Uint8Array, option: string): ReadText {
  switch (option.trim().toLowerCase().replace(/[-_ ]/g, '')) {
    case '':
      return findText(bytes) ?? lenient(bytes);
    case 'utf8':
      return lenient(bytes);
    case 'utf16':
      return read16(bytes, marked16(bytes) ?? 'UTF-16LE');
    case 'utf16le':
      return read16(bytes, 'UTF-16LE');
    case 'utf16be':
      return read16(bytes, 'UTF-16BE');
    case 'latin1':
    case 'iso88591':
      return { text: latin1(bytes), encoding: 'Latin-1', mark: 0 };
    default:
      throw new Unreadable(`knows no encoding “${option}”; ${ENCODINGS.join(', ')} will do`);
  }
}

function lenient(bytes: Uint8Array): ReadText {
  const { text, valid } = decodeUtf8(bytes);
  return unmarked(text, valid ? 'UTF-8' : 'UTF-8 with bytes that are not, shown as \\xHH');
}

function unmarked(text: string, encoding: string): ReadText {
  return text.startsWith('\ufeff') ? { text: text.slice(1), encoding, mark: 3 } : { text, encoding, mark: 0 };
}

function marked16(bytes: Uint8Array): 'UTF-16LE' | 'UTF-16BE' | null {
  if (bytes.length < 2 || bytes.length % 2 !== 0) return null;
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'UTF-16LE';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'UTF-16BE' : null;
}

function read16(bytes: Uint8Array, encoding: 'UTF-16LE' | 'UTF-16BE'): ReadText {
  if (bytes.length % 2 !== 0) {
    throw new Unreadable(`takes two bytes a character, and there are ${formatCounted(bytes.length, 'byte')}`);
  }
  // Only the little-endian form is there in every build of Node.
  const little = encoding === 'UTF-16LE' ? bytes : swapped(bytes);
  const text = new TextDecoder('utf-16le', { ignoreBOM: true }).decode(little);
  const isMarked = text.startsWith('\ufeff');
  return { text: isMarked ? text.slice(1) : text, encoding, mark: isMarked ? 2 : 0 };
}

function swapped(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at += 2) {
    out[at] = bytes[at + 1] ?? 0;
    out[at + 1] = bytes[at] ?? 0;
  }
  return out;
}

/** Each byte is the character of its number; the decoder of that name in browsers is another one. */
function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8_192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  }
  return text;
}

const CONTROLS = /[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]/;

/** No control but line breaks and tabs. */
export function isControlFree(text: string): boolean {
  return !CONTROLS.test(text);
}

/** As `CONTROLS`. */
function isControl(unit: number): boolean {
  return unit < 0x20 ? unit < 0x09 || (unit > 0x0d && unit !== 0x1b) : unit === 0x7f;
}

/** UTF-8 by accident: controls occur in text only here and there. */
export function looksBinary(text: string): boolean {
  // Counted by hand: a list of all of them may be larger than the text.
  let controls = 0;
  for (let at = 0; at < text.length; at++) if (isControl(text.charCodeAt(at))) controls++;
  return controls * 10 > text.length;
}
