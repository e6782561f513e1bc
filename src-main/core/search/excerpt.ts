import type { SearchHit } from '../../contract/session/search.ts';
import { oneLine } from '../payload/preview-notation.ts';
import { decodeLenient, decodeStrict, sequenceBoundary } from '../payload/utf8.ts';

export type Excerpt = SearchHit['excerpt'];

/** Characters around a hit, less what belongs to a field that is cut; of a hit itself. */
const BEFORE = 40;
const AFTER = 90;
const MOST_HIT = 120;
/** Bytes in hex around a hit, and of a hit. */
const HEX_AROUND = 8;
const HEX_HIT = 24;
/** A character has at most 4 bytes. */
const BYTES_BEFORE = 4 * BEFORE;
const BYTES_AFTER = 4 * AFTER;
const FIELD_ENDS = /[,;{}[\]\s&|]/;
const CONTROLS = /[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]/;

/** What surrounds the bytes [from, to) of a payload: as text if both are, else in hex. */
export function bytesExcerpt(payload: Uint8Array, from: number, to: number, asHex: boolean): Excerpt {
  const start = characterStart(payload, Math.max(0, from - BYTES_BEFORE));
  const end = sequenceBoundary(payload, Math.min(payload.length, to + BYTES_AFTER));
  const before = decodeStrict(payload.subarray(start, from));
  const hit = decodeStrict(payload.subarray(from, to));
  const after = decodeStrict(payload.subarray(to, Math.max(to, end)));
  const isText = before !== null && hit !== null && after !== null && !CONTROLS.test(before + hit + after);
  if (asHex || !isText) return hexExcerpt(payload, from, to);
  return textExcerpt(before, hit, after, start > 0, end < payload.length);
}

/** @param isCut there is more text before, or behind */
export function textExcerpt(
  before: string,
  hit: string,
  after: string,
  isCutBefore: boolean,
  isCutAfter: boolean,
): Excerpt {
  const left = cutBefore(before, isCutBefore);
  const right = cutAfter(after, isCutAfter);
  const middle = oneLine(hit.length > MOST_HIT ? `${whole(hit.slice(0, MOST_HIT))}…` : hit);
  return { text: left + middle + right, from: left.length, to: left.length + middle.length, hex: false };
}

/** From the beginning of a field on, where there is more. */
function cutBefore(text: string, isCut: boolean): string {
  if (text.length <= BEFORE && !isCut) return oneLine(text);
  const part = text.slice(-BEFORE);
  const field = part.search(FIELD_ENDS);
  const kept = field < 0 ? part.replace(/^[\udc00-\udfff]/, '') : part.slice(field + 1).trimStart();
  return `… ${oneLine(kept)}`;
}

/** Up to the end of a field, where there is more. */
function cutAfter(text: string, isCut: boolean): string {
  if (text.length <= AFTER && !isCut) return oneLine(text);
  const part = text.slice(0, AFTER);
  let end = part.length;
  while (end > 0 && !FIELD_ENDS.test(part[end - 1] ?? '')) end--;
  return `${oneLine(whole(end === 0 ? part : part.slice(0, end)).trimEnd())} …`;
}

/** Without half a character at its end. */
function whole(text: string): string {
  return text.replace(/[\ud800-\udbff]$/, '');
}

function hexExcerpt(payload: Uint8Array, from: number, to: number): Excerpt {
  const start = Math.max(0, from - HEX_AROUND);
  const hitEnd = Math.min(to, from + HEX_HIT);
  const end = Math.min(payload.length, hitEnd + HEX_AROUND);
  const left = `${start > 0 ? '… ' : ''}${spaced(payload, start, from)}${start < from ? ' ' : ''}`;
  const middle = spaced(payload, from, hitEnd);
  const right = `${hitEnd < end ? ' ' : ''}${spaced(payload, hitEnd, end)}${end < payload.length ? ' …' : ''}`;
  return { text: left + middle + right, from: left.length, to: left.length + middle.length, hex: true };
}

function spaced(bytes: Uint8Array, from: number, to: number): string {
  return Array.from(bytes.subarray(from, to), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** The beginning of the character that the byte belongs to. */
function characterStart(bytes: Uint8Array, at: number): number {
  let start = at;
  while (start > 0 && at - start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start--;
  return start;
}

/** The text of a payload as a regular expression saw it. */
export function lenientText(payload: Uint8Array, most: number): string {
  return decodeLenient(payload.subarray(0, most));
}
