import { wholeUnits } from '../../core/payload/utf8.ts';
import { lastWhere } from '../../core/text/halving.ts';

/** Offsets at which the rows of a text begin: its lines, those longer than `columns` in pieces. The lines where none is. */
export function rowStarts(text: string, lines: Uint32Array, columns: number): Uint32Array {
  if (!hasLonger(text, lines, columns)) return lines;
  let starts = new Uint32Array(lines.length * 2);
  let count = 0;
  for (let line = 0; line < lines.length; line++) {
    const end = endOf(text, lines, line);
    for (let at = lines[line] ?? 0; ;) {
      if (count === starts.length) starts = doubled(starts);
      starts[count++] = at;
      if (end - at <= columns) break;
      at = wholeUnits(text, at + columns);
    }
  }
  return starts.slice(0, count);
}

/** The last of the starts that is not behind an offset. */
export function placeIn(starts: Uint32Array, offset: number): number {
  return Math.max(
    0,
    lastWhere(starts.length, (at) => (starts[at] ?? 0) <= offset),
  );
}

function hasLonger(text: string, lines: Uint32Array, columns: number): boolean {
  for (let line = 0; line < lines.length; line++)
    if (endOf(text, lines, line) - (lines[line] ?? 0) > columns) return true;
  return false;
}

/** Past the last character of a line, its end not counted. */
function endOf(text: string, lines: Uint32Array, line: number): number {
  const next = lines[line + 1];
  return next === undefined ? text.length : next - 1;
}

function doubled(starts: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(starts.length * 2);
  larger.set(starts);
  return larger;
}
