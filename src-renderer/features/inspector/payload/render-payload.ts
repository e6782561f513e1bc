import { hexShape, hexText } from '../../../../src-main/core/payload/hex.ts';
import { prettyJson } from '../../../../src-main/core/payload/json.ts';
import { BYTE_ORDER_MARK, decodeUtf8 } from '../../../../src-main/core/payload/utf8.ts';
import { escapeUnsafe, visibleLines } from '../../../../src-main/core/payload/visible.ts';

/** A payload as it is shown. */
export interface Rendered {
  readonly text: string;
  readonly shape: 'json' | 'text' | 'number' | 'hex' | 'empty';
  /** Payload bytes that the text stands for, from the start. */
  readonly bytes: number;
  /** Of JSON: the text before what cannot be shown was escaped, with the same lines. */
  readonly source?: string;
  /** Of what is shown as it was sent: `UTF-8`. */
  readonly encoding?: string;
  /** How the text differs from the bytes, in a sentence; null if it does not. */
  readonly note: string | null;
}

/** Hex shown at first: four times as much text as bytes, and nobody reads more at once. */
export const HEX_FIRST_BYTES = 16_384;
/** Limits of a dump end with a row, however many bytes a row has. */
const HEX_STEP = 32;

/** How much hex is shown: at most so many bytes, in rows of so many characters. */
export interface HexRoom {
  readonly limit: number;
  readonly columns: number;
}

const HEX_ROOM: HexRoom = { limit: HEX_FIRST_BYTES, columns: 76 };
/** Pretty-printing may outgrow its source by indentation; beyond this the source is shown as it is. */
const MAX_PRETTY_CHARS = 32_000_000;
/** A number is shown as one up to this length, as in the tree's previews. */
const MAX_NUMBER = 128;
const DECIMAL = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;
const JSON_START = /^\s*(?:[[{"]|true\s*$|false\s*$|null\s*$)/;

const MARKED = 'Begins with a byte order mark (EF BB BF)';
/** The marks of UTF-16, which is not what MQTT calls text. */
const UTF_16: readonly (readonly [number, number, string])[] = [
  [0xff, 0xfe, 'FF FE'],
  [0xfe, 0xff, 'FE FF'],
];

const EMPTY: Rendered = { text: '', shape: 'empty', bytes: 0, note: null };

/**
 * The payload in its most readable form: JSON indented with every digit as received, else text, else
 * hex. A byte order mark is named and not part of it. `more`: the
 * bytes are the beginning of a longer payload.
 */
export function renderValue(bytes: Uint8Array, more: boolean, hex: HexRoom = HEX_ROOM): Rendered {
  if (bytes.length === 0 && !more) return EMPTY;
  const { text, valid, firstBadByte, used } = decodeUtf8(bytes, more);
  if (!valid) {
    return { ...renderHex(bytes, hex), note: notTextWords(bytes, firstBadByte ?? 0) };
  }
  if (text.startsWith(BYTE_ORDER_MARK)) {
    const rest = renderText(text.slice(1), used, bytes, more, hex);
    return { ...rest, note: joined(`${MARKED}, which is not shown.`, rest.note) };
  }
  return renderText(text, used, bytes, more, hex);
}

function joined(first: string, second: string | null): string {
  return second === null ? first : `${first} ${second}`;
}

function notTextWords(bytes: Uint8Array, firstBadByte: number): string {
  const mark = UTF_16.find(([first, second]) => bytes[0] === first && bytes[1] === second)?.[2];
  return mark === undefined
    ? `Not valid UTF-8 (first at byte ${firstBadByte}), so it is shown as hex.`
    : `Begins with a byte order mark of UTF-16 (${mark}), so it is shown as hex.`;
}

/** @param used bytes that the text and what stood before it stand for */
function renderText(text: string, used: number, bytes: Uint8Array, more: boolean, hex: HexRoom): Rendered {
  if (text.includes('\0')) {
    return { ...renderHex(bytes, hex), note: 'Contains NUL characters, so it is shown as hex.' };
  }
  if (!more && text.length <= MAX_NUMBER && DECIMAL.test(text)) {
    return { text, shape: 'number', bytes: used, note: null };
  }
  if (JSON_START.test(text)) {
    const pretty = prettyJson(text, { maxChars: MAX_PRETTY_CHARS, prefix: more });
    if (pretty.kind === 'json' && pretty.text.length < MAX_PRETTY_CHARS) {
      return { ...escapedText(pretty.text), shape: 'json', bytes: used, source: pretty.text };
    }
    if (pretty.kind === 'not-json' && /^\s*[[{]/.test(text)) {
      const note = `Not valid JSON: ${pretty.why} (character ${pretty.at + 1}).`;
      return { ...escapedText(text), shape: 'text', bytes: used, note };
    }
  }
  return { ...escapedText(text), shape: 'text', bytes: used };
}

/** The payload as text, nothing rearranged; its encoding is named. */
export function renderRaw(bytes: Uint8Array, more: boolean): Rendered {
  if (bytes.length === 0 && !more) return EMPTY;
  return renderRaw16(bytes, more) ?? renderRaw8(bytes, more);
}

function renderRaw8(bytes: Uint8Array, more: boolean): Rendered {
  const { text, valid, firstBadByte, used } = decodeUtf8(bytes, more);
  const encoding = valid ? 'UTF-8' : 'not UTF-8';
  const isMarked = text.startsWith(BYTE_ORDER_MARK);
  const shown = escapedText(isMarked ? text.slice(1) : text);
  if (valid && isMarked) {
    const note = joined(`${MARKED}, shown as ${escapeUnsafe(BYTE_ORDER_MARK)}.`, shown.note);
    return { text: escapeUnsafe(BYTE_ORDER_MARK) + shown.text, shape: 'text', bytes: used, note, encoding };
  }
  if (valid) return { ...shown, shape: 'text', bytes: used, encoding };
  const note = `Not valid UTF-8 (first at byte ${firstBadByte ?? 0}): such bytes are shown as \\xHH.`;
  return { text: escapedText(text).text, shape: 'text', bytes: used, note, encoding };
}

/** Null: it does not say that it is UTF-16, or is not all of it. */
function renderRaw16(bytes: Uint8Array, more: boolean): Rendered | null {
  const mark = UTF_16.find(([first, second]) => bytes[0] === first && bytes[1] === second);
  if (mark === undefined || (bytes.length % 2 !== 0 && !more)) return null;
  const encoding = mark[0] === 0xff ? 'UTF-16LE' : 'UTF-16BE';
  const even = bytes.length - (bytes.length % 2);
  // A beginning may end between the halves of a character.
  for (const end of more ? [even, even - 2] : [even]) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes.subarray(0, end));
      const shown = escapedText(text);
      const note = joined(`Begins with a byte order mark (${mark[2]}), which is not shown.`, shown.note);
      return { text: shown.text, shape: 'text', bytes: end, note, encoding };
    } catch {
      // It is shown as bytes that are no text.
    }
  }
  return null;
}

/** Offset, bytes and their ASCII a line: 8, 16 or 32 bytes as fit. */
export function renderHex(bytes: Uint8Array, { limit, columns }: HexRoom): Rendered {
  const shown = Math.min(bytes.length, Math.ceil(limit / HEX_STEP) * HEX_STEP);
  if (shown === 0) return EMPTY;
  const text = hexText(bytes.subarray(0, shown), hexShape(bytes.length, columns));
  return { text, shape: 'hex', bytes: shown, note: null };
}

/** The text as it may be shown, and how that differs. */
function escapedText(text: string): { text: string; note: string | null } {
  const shown = visibleLines(text);
  const note =
    shown === text
      ? null
      : 'Invisible, control and direction characters are shown as \\u{…}; Hex shows the bytes.';
  return { text: shown, note };
}
