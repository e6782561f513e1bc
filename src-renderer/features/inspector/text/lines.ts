/** Offsets at which the lines of a text begin. */
export function lineStarts(text: string): Uint32Array {
  let count = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  const starts = new Uint32Array(count);
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts[line++] = at + 1;
  return starts;
}

/** A text with its lines found once. */
export interface Lined {
  readonly text: string;
  readonly starts: Uint32Array;
}

export function lined(text: string): Lined {
  return { text, starts: lineStarts(text) };
}

export function lineOf({ text, starts }: Lined, line: number): string {
  const end = starts[line + 1];
  return text.slice(starts[line] ?? text.length, end === undefined ? text.length : end - 1);
}

/** Whether a line differs from the same line before; only told where both have the same lines. */
export function lineChanged(now: Lined, before: Lined | null, line: number): boolean {
  if (before === null || before.starts.length !== now.starts.length) return false;
  return lineOf(now, line) !== lineOf(before, line);
}
