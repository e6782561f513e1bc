import { escapeUnsafe, isSafeText } from '../../../src-main/core/payload/visible.ts';

/** Characters of the text that are told. */
const MOST_CHARS = 120;

/**
 * What a field draws otherwise than it is: a browser turns text around at a bidirectional control and leaves out
 * what has no width. What is saved is what the field holds, so it is not changed but told.
 */
export function unseenNote(value: string): string | null {
  // Of text in lines, only what is odd within them.
  const line = value.split(/[\r\n\t]+/).find((one) => !isSafeText(one));
  if (line === undefined) return null;
  const shown = escapeUnsafe(line);
  return `It contains characters that are not shown: ${shown.length > MOST_CHARS ? `${shown.slice(0, MOST_CHARS)}…` : shown}`;
}
