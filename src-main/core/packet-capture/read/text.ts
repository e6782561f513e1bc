import { displayTopic, topicKey } from '../../topics/names.ts';
import { decodeUtf8, wholeUnits } from '../../payload/utf8.ts';
import { escapeUnsafe } from '../../payload/visible.ts';

/** Characters of one value that are shown. */
export const MOST_CHARACTERS = 1_000;
/** Bytes of UTF-8 that surely hold more than that. */
const MOST_BYTES = 4_096;

/** Text as it may be shown: invalid bytes and invisible characters escaped, shortened with `…`. */
export function shownText(bytes: Uint8Array, start: number, end: number, most = MOST_CHARACTERS): string {
  const to = Math.min(end, start + MOST_BYTES);
  const { text } = decodeUtf8(bytes.subarray(start, to), to < end);
  if (text.length <= most && to === end) return escapeUnsafe(text);
  return `${escapeUnsafe(text.slice(0, wholeUnits(text, most)))}…`;
}

/** A topic or filter as it may be shown, by the rule for topics, shortened with `…`. */
export function shownTopic(bytes: Uint8Array, start: number, end: number, most = MOST_CHARACTERS): string {
  let to = Math.min(end, start + MOST_BYTES);
  // Not between the bytes of one character.
  while (to < end && to > start && ((bytes[to] ?? 0) & 0xc0) === 0x80) to--;
  const shown = displayTopic(topicKey(bytes.subarray(start, to)));
  return shown.length <= most && to === end ? shown : `${shown.slice(0, wholeUnits(shown, most))}…`;
}

/** The first bytes as hex digits in pairs. */
export function shownHex(bytes: Uint8Array, start: number, end: number, most = 32): string {
  const shown = Array.from(bytes.subarray(start, Math.min(end, start + most)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  );
  return end - start > most ? `${shown.join(' ')} …` : shown.join(' ');
}
