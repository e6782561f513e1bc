import type { Preview } from '../../contract/model/message.ts';
import { MemberCount, type Members } from './member-count.ts';
import { peekJson, withCounts, type JsonPeek } from './preview-json.ts';
import { MAX_NUMBER, writeJson } from './preview-write.ts';
import { BYTE_ORDER_MARK, decodeStrict, sequenceBoundary } from './utf8.ts';
import { escapeUnsafe } from './visible.ts';

/** Bytes of a payload that a preview looks at, however large the payload is. */
export const PREVIEW_BYTES = 4_096;
/** Bytes of a binary payload shown in hex: what fits beside its size in a row. */
const HEX_BYTES = 16;
/** Bytes that are looked at to count what a preview leaves out, where the caller does not say. */
const COUNTED_BYTES = 65_536;

/** What counting may cost, shared by the previews of one turn. */
export interface Counting {
  /** Bytes that may still be looked at; less after each preview that counted. */
  left: number;
  /** A count that did not come to its end: given again with the same payload, it goes on. */
  begun: MemberCount | null;
}

/**
 * What a payload says in one short line. Reads the first 4 kB only; behind them it only counts, so that
 * JSON, which is cut at a member, says how many are left (`{temperature:71.4, 8 more}`). Digits are as
 * received; controls and bidirectional characters are escaped; what is not UTF-8 is shown in hex.
 *
 * @param payload the bytes that were kept
 * @param size bytes received; more than `payload.length` if it was shortened
 * @param maxChars about how long the text may be; a single number may be longer
 */
export function preview(
  payload: Uint8Array,
  size: number,
  maxChars: number,
  counting: Counting = { left: COUNTED_BYTES, begun: null },
): Preview {
  const read = readAs(payload, size);
  switch (read.kind) {
    case 'empty':
      return { kind: 'empty' };
    case 'binary':
      return { kind: 'binary', hex: hexOf(payload), size };
    case 'number':
      return { kind: 'number', text: read.text };
    case 'json': {
      const { value, prefixEnd, cut } = read;
      const open = cut && value.kind !== 'scalar' ? count(payload, prefixEnd, counting) : [];
      return writeJson(withCounts(value, open), maxChars);
    }
    case 'text':
      return cutText(read.text, read.cut, maxChars);
  }
}

/** The kind of preview of a payload, without making one. Parameters as of `preview`. */
export function previewKind(payload: Uint8Array, size: number): Preview['kind'] {
  return readAs(payload, size).kind;
}

/** What a payload is taken for, by its first bytes. */
type ReadAs =
  | { readonly kind: 'empty' | 'binary' }
  | { readonly kind: 'number'; readonly text: string }
  | {
      readonly kind: 'json';
      readonly value: JsonPeek;
      /** Bytes that were read, and whether there are more. */
      readonly prefixEnd: number;
      readonly cut: boolean;
    }
  | { readonly kind: 'text'; readonly text: string; readonly cut: boolean };

function readAs(payload: Uint8Array, size: number): ReadAs {
  if (size === 0) return { kind: 'empty' };
  const cut = size > PREVIEW_BYTES || size > payload.length;
  const end = Math.min(payload.length, PREVIEW_BYTES);
  const prefix = payload.subarray(0, cut ? sequenceBoundary(payload, end) : end);
  const text = decodeStrict(prefix);
  if (text === null || text === '' || isBinary(text)) return { kind: 'binary' };
  const trimmed = text.trim();
  if (!cut && trimmed.length <= MAX_NUMBER && DECIMAL.test(trimmed)) return { kind: 'number', text: trimmed };
  if (JSON_START.test(trimmed)) {
    // A byte order mark is no part of the JSON. The payload's own view reports it.
    const value = peekJson(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text, cut);
    if (value !== null) return { kind: 'json', value, prefixEnd: prefix.length, cut };
  }
  return { kind: 'text', text, cut };
}

/** The members of what is open at the end of the prefix, as far as counting may go. */
function count(payload: Uint8Array, prefixEnd: number, counting: Counting): readonly Members[] {
  const counter = counting.begun ?? new MemberCount(prefixEnd);
  // The prefix is short, and without it nothing is known.
  counting.left -= counter.advance(payload, Math.max(counting.left, prefixEnd));
  counting.begun = counter.isDone(payload) ? null : counter;
  return counter.members(payload);
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const JSON_START = /^(?:[[{"]|true$|false$|null$)/;

const CONTROLS = /[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]/g;

/** UTF-8 by accident: NUL never occurs in text, and other controls only here and there. */
function isBinary(text: string): boolean {
  const controls = text.match(CONTROLS);
  return controls !== null && (controls.includes('\0') || controls.length * 10 > text.length);
}

function hexOf(payload: Uint8Array): string {
  return Array.from(payload.subarray(0, HEX_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Text on one line with nothing invisible in it. */
function oneLine(text: string): string {
  return escapeUnsafe(text.replace(/[\n\r\t]/g, (character) => SHORT[character] ?? ''));
}

function cutText(text: string, cut: boolean, maxChars: number): Preview {
  const part = firstCharacters(text, maxChars);
  if (part.length === text.length) return { kind: 'text', text: oneLine(text), cut };
  return { kind: 'text', text: oneLine(beforeNumber(part, text)), cut: true };
}

/** At most `most` characters, counted as a person does where UTF-16 has two units for one. */
function firstCharacters(text: string, most: number): string {
  if (text.length <= most) return text;
  const units = text.slice(0, 2 * most);
  if (!/[\ud800-\udbff]/.test(units)) return text.slice(0, most);
  return Array.from(units).slice(0, most).join('');
}

/** A part of a text that does not end within a number, unless it is nothing but that. */
function beforeNumber(part: string, text: string): string {
  if (!/[\d.]/.test(text[part.length] ?? '')) return part;
  const number = /[+-]?\d[\d.]{0,31}$/.exec(part);
  return number && number.index > 0 && number[0].length < 32 ? part.slice(0, number.index) : part;
}
