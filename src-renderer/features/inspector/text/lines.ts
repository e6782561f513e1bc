import { lineStarts } from '../../../../src-main/core/text/line-starts.ts';

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

/** Whether a line differs from the same line before; false where the numbers of lines differ. */
export function lineChanged(now: Lined, before: Lined | null, line: number): boolean {
  if (before === null || before.starts.length !== now.starts.length) return false;
  return lineOf(now, line) !== lineOf(before, line);
}
