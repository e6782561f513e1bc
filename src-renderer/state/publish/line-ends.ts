/** How a line ends. A text field knows line feeds only; what is published keeps what was pasted. */
export type LineEnd = '\n' | '\r\n' | '\r';

/** A text as a text field holds it, with the ends of its lines beside it. */
export interface LinedText {
  /** Every line end is a line feed. */
  readonly text: string;
  /** The end of each line but the last, in order. */
  readonly ends: readonly LineEnd[];
  /** What the next line that is typed ends with, where no line stands before it. */
  readonly chosen: LineEnd;
}

export const EMPTY_TEXT: LinedText = { text: '', ends: [], chosen: '\n' };

const ANY_END = /\r\n|\r|\n/g;

export function endsOf(exact: string): readonly LineEnd[] {
  return (exact.match(ANY_END) ?? []) as LineEnd[];
}

/** The text whose exact characters these are. */
export function linedText(exact: string): LinedText {
  if (!exact.includes('\r')) return { text: exact, ends: endsOf(exact), chosen: '\n' };
  const ends = endsOf(exact);
  return { text: exact.replace(ANY_END, '\n'), ends, chosen: ends[0] ?? '\n' };
}

/** The exact characters. */
export function exactText({ text, ends }: LinedText): string {
  if (ends.every((end) => end === '\n')) return text;
  let line = 0;
  return text.replace(/\n/g, () => ends[line++] ?? '\n');
}

/** What all lines end with; `mixed` where they differ, null where there is one line only. */
export function lineEndOf({ ends }: LinedText): LineEnd | 'mixed' | null {
  const [first] = ends;
  if (first === undefined) return null;
  return ends.every((end) => end === first) ? first : 'mixed';
}

export function withLineEnd({ text, ends }: LinedText, end: LineEnd): LinedText {
  return { text, ends: ends.map(() => end), chosen: end };
}

function lines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

function commonPrefix(a: string, b: string, most: number): number {
  let at = 0;
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return at;
}

function commonSuffix(a: string, b: string, most: number): number {
  let count = 0;
  while (count < most && a.charCodeAt(a.length - 1 - count) === b.charCodeAt(b.length - 1 - count)) count++;
  return count;
}

/**
 * The text after a change in the field: line ends outside of what changed stay as they are.
 *
 * @param next what the field holds now
 * @param caret where its caret is now: what was put in ends there
 * @param pasted exactly what was pasted; null where it was typed
 */
export function edited(
  before: LinedText,
  next: string,
  caret: number | null,
  pasted: string | null,
): LinedText {
  const { text, ends, chosen } = before;
  const shorter = Math.min(text.length, next.length);
  const after = caret === null ? -1 : next.length - caret;
  // Where two line ends are neighbours, only the caret shows which of them is the new one.
  const tail =
    after >= 0 && after <= shorter && text.endsWith(next.slice(next.length - after))
      ? after
      : commonSuffix(text, next, shorter);
  const put = pasted === null ? null : linedText(pasted);
  const putAt = put === null ? -1 : next.length - tail - put.text.length;
  const known = put !== null && putAt >= 0 && next.startsWith(put.text, putAt);
  const head = known ? putAt : commonPrefix(text, next, shorter - tail);
  const first = lines(text.slice(0, head));
  const removed = lines(text.slice(head, text.length - tail));
  const added = lines(next.slice(head, next.length - tail));
  const typed = ends[first - 1] ?? ends[first + removed] ?? chosen;
  const fresh = known ? put.ends : Array<LineEnd>(added).fill(typed);
  return {
    text: next,
    ends: [...ends.slice(0, first), ...fresh, ...ends.slice(first + removed)],
    chosen: text === '' && fresh[0] !== undefined ? fresh[0] : chosen,
  };
}
