/** Offsets at which the lines of a text begin. */
export function startsOfLines(text: string): Uint32Array {
  let starts = new Uint32Array(1_024);
  let count = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    if (count === starts.length) starts = doubled(starts);
    starts[count++] = at + 1;
  }
  return starts.slice(0, count);
}

/** Offsets at which its rows begin: lines, those longer than `columns` in pieces. The lines where none is. */
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

/** The last of the starts that is not behind an offset, found by halving. */
export function placeIn(starts: Uint32Array, offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
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

/** Not between the halves of a surrogate pair. */
function wholeUnits(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit < 0xe000 ? at - 1 : at;
}

function doubled(starts: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(starts.length * 2);
  larger.set(starts);
  return larger;
}
