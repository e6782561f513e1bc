import { wholeUnits } from '../../../../src-main/core/payload/utf8.ts';
import { lastWhere } from '../../../../src-main/core/text/halving.ts';
/** A part of a text that is laid out for itself, and only while it is near the visible part. */
export interface Chunk {
  readonly text: string;
  /** Number of its first line, from 0. */
  readonly line: number;
  /** Lines that begin in it. */
  readonly lines: number;
}

/** A part ends after this many lines or characters, whichever comes first: about two screens. */
const CHUNK_LINES = 100;
const CHUNK_CHARS = 8_000;

/**
 * Cuts a text into parts that joined are the text again. Parts end at line breaks. With `wrap` a very
 * long line is cut as well: it goes on below anyway, and laid out as one it would stall the window.
 */
export function chunksOf(text: string, wrap: boolean): readonly Chunk[] {
  const chunks: Chunk[] = [];
  for (let start = 0, line = 0; start < text.length;) {
    const { end, lines } = chunkEnd(text, start, wrap);
    chunks.push({ text: text.slice(start, end), line, lines });
    line += lines;
    start = end;
  }
  return chunks;
}

function chunkEnd(text: string, start: number, wrap: boolean): { end: number; lines: number } {
  let end = start;
  for (let lines = 0; lines < CHUNK_LINES;) {
    const next = text.indexOf('\n', end) + 1 || text.length;
    if (next - start > CHUNK_CHARS) {
      // What fits goes alone; a line that does not fit at all is one part, or cut where it may be.
      if (lines > 0) return { end, lines };
      if (!wrap) return { end: next, lines: 1 };
      const cut = wholeUnits(text, start + CHUNK_CHARS);
      return { end: cut, lines: cut === next ? 1 : 0 };
    }
    end = next;
    lines++;
    if (end === text.length) return { end, lines };
  }
  return { end, lines: CHUNK_LINES };
}

/** The chunk that holds a line; the last one for lines past the end. */
export function chunkOfLine(chunks: readonly Chunk[], line: number): number {
  return Math.max(
    0,
    lastWhere(chunks.length, (at) => (chunks[at]?.line ?? 0) <= line),
  );
}
