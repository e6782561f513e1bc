import { escapeUnsafe, isSafeText } from '../../../src-main/core/payload/visible.ts';

/** Characters of the text that are shown. */
const MOST_CHARS = 120;

/**
 * Says where a field does not show what it holds: a browser reorders text at a bidirectional control and draws
 * nothing for characters without width. What the field holds is saved, so it is not changed, only described.
 */
export function unseenNote(value: string): string | null {
  // Of text in lines, only what is odd within them.
  const line = value.split(/[\r\n\t]+/).find((one) => !isSafeText(one));
  if (line === undefined) return null;
  const shown = escapeUnsafe(line);
  return `It contains characters that are not shown: ${shown.length > MOST_CHARS ? `${shown.slice(0, MOST_CHARS)}…` : shown}`;
}
