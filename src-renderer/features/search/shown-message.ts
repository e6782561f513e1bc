import type { SearchHit } from '../../../src-main/contract/session/search.ts';
import { decodeStrict, sequenceBoundary } from '../../../src-main/core/payload/utf8.ts';
import { escapeUnsafe } from '../../../src-main/core/payload/visible.ts';
import { formatBytes } from '../../ui/base/format.ts';

export interface ShownPart {
  readonly text: string;
  readonly found: boolean;
}

export interface ShownMessage {
  readonly parts: readonly ShownPart[];
  /** What is not shown; null: nothing. */
  readonly cut: string | null;
}

/** Marks in one message; more would only slow it down. */
const MOST_MARKS = 1_000;
/** Bytes shown in hex. */
const HEX_BYTES = 4_096;
const CONTROLS = /[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]/;

/** A payload, or its beginning, with each place marked that reads as the hit does; in hex where it is no text. */
export function shownMessage(
  bytes: Uint8Array,
  { excerpt, size }: Pick<SearchHit, 'excerpt' | 'size'>,
): ShownMessage {
  const end = bytes.length < size ? sequenceBoundary(bytes, bytes.length) : bytes.length;
  const text = excerpt.hex ? null : decodeStrict(bytes.subarray(0, end));
  const isText = text !== null && !CONTROLS.test(text);
  const shown = isText ? readable(text) : hexText(bytes.subarray(0, HEX_BYTES));
  const shownBytes = isText ? end : Math.min(bytes.length, HEX_BYTES);
  const hit = excerpt.text.slice(excerpt.from, excerpt.to).replace(/…$/, '');
  return {
    parts: marked(shown, hit),
    cut: shownBytes < size ? `The first ${formatBytes(shownBytes)} of ${formatBytes(size)}.` : null,
  };
}

/** With its lines and tabs as they are. */
function readable(text: string): string {
  return text
    .split(/([\n\t])/)
    .map((part) => (part === '\n' || part === '\t' ? part : escapeUnsafe(part)))
    .join('');
}

function hexText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

function marked(text: string, hit: string): ShownPart[] {
  if (hit === '') return [{ text, found: false }];
  const parts: ShownPart[] = [];
  const lower = text.toLowerCase();
  // Where lower case is longer, places in it say nothing.
  const isSame = lower.length === text.length;
  const hay = isSame ? lower : text;
  const wanted = isSame ? hit.toLowerCase() : hit;
  let at = 0;
  for (let marks = 0; marks < MOST_MARKS; marks++) {
    const next = hay.indexOf(wanted, at);
    if (next < 0) break;
    if (next > at) parts.push({ text: text.slice(at, next), found: false });
    parts.push({ text: text.slice(next, next + hit.length), found: true });
    at = next + hit.length;
  }
  if (at < text.length) parts.push({ text: text.slice(at), found: false });
  return parts;
}
