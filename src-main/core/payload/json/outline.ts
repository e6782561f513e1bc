import {
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COMMA,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  scanString,
} from '../json-scan.ts';
import { stringMeant } from '../json-nodes.ts';

/*
 * What the lines of a document printed by `prettyJson` stand for: a member, an element, or the end of one.
 * Everything is found in the text, so that a line costs a few numbers and no object.
 */

const SPACE = 0x20;

export interface JsonOutline {
  readonly text: string;
  /** Where each line begins. */
  readonly starts: Uint32Array;
  /** The line at which the value of a line ends; the line itself where it opens nothing. */
  readonly ends: Int32Array;
  /** The line at which the value begins that a line is the end of; the line itself elsewhere. */
  readonly heads: Int32Array;
  /** The line that opens what a line lies in; -1 at the top. */
  readonly parents: Int32Array;
  /** Its place among the members or elements there. */
  readonly places: Int32Array;
  /** Members or elements that lie in what a line opens. */
  readonly counts: Int32Array;
}

/** @param starts offsets at which the lines of the text begin */
export function jsonOutline(text: string, starts: Uint32Array): JsonOutline {
  const lines = starts.length;
  const outline = {
    text,
    starts,
    ends: new Int32Array(lines),
    heads: new Int32Array(lines),
    parents: new Int32Array(lines).fill(-1),
    places: new Int32Array(lines),
    counts: new Int32Array(lines),
  };
  const { ends, heads, parents, places, counts } = outline;
  const open: number[] = [];
  for (let line = 0; line < lines; line++) {
    ends[line] = line;
    heads[line] = line;
    const first = text.charCodeAt(firstOf(outline, line));
    if (first === CLOSE_OBJECT || first === CLOSE_ARRAY) {
      const head = open.pop();
      if (head === undefined) continue;
      heads[line] = head;
      ends[head] = line;
      parents[line] = parents[head] ?? -1;
      places[line] = places[head] ?? 0;
      continue;
    }
    const parent = open.at(-1) ?? -1;
    parents[line] = parent;
    if (parent >= 0) places[line] = counts[parent]!++;
    if (opens(outline, line)) open.push(line);
  }
  // The beginning of a document ends in the middle of what it opened.
  for (const head of open) ends[head] = lines - 1;
  return outline;
}

/** Offset of the first character of a line that is no indentation. */
function firstOf({ text, starts }: JsonOutline, line: number): number {
  let at = starts[line] ?? text.length;
  while (text.charCodeAt(at) === SPACE) at++;
  return at;
}

/** Offset past the last character of a line, its comma not counted. */
function lastOf({ text, starts }: JsonOutline, line: number): number {
  const next = starts[line + 1];
  const end = next === undefined ? text.length : next - 1;
  return text.charCodeAt(end - 1) === COMMA ? end - 1 : end;
}

function opens(outline: JsonOutline, line: number): boolean {
  const { text, starts } = outline;
  const next = starts[line + 1];
  const last = text.charCodeAt((next === undefined ? text.length : next - 1) - 1);
  return last === OPEN_OBJECT || last === OPEN_ARRAY;
}

/** Whether a line opens something that ends on another line. */
export function isOpener({ ends }: JsonOutline, line: number): boolean {
  return (ends[line] ?? line) > line;
}

/** What the opener of a line's surroundings is: a list, or an object. */
function isInList(outline: JsonOutline, line: number): boolean {
  const parent = outline.parents[line] ?? -1;
  return parent >= 0 && outline.text.charCodeAt(lastOf(outline, parent) - 1) === OPEN_ARRAY;
}

/** The steps that lead to the value of a line, names as they are meant; none for the document itself. */
export function pathOfLine(outline: JsonOutline, line: number): (string | number)[] {
  const steps: (string | number)[] = [];
  for (let at = outline.heads[line] ?? line; at >= 0 && (outline.parents[at] ?? -1) >= 0;) {
    steps.push(isInList(outline, at) ? (outline.places[at] ?? 0) : (keyOf(outline, at)?.key ?? ''));
    at = outline.parents[at] ?? -1;
  }
  return steps.reverse();
}

function keyOf(outline: JsonOutline, line: number): { readonly key: string; readonly end: number } | null {
  const { text } = outline;
  const from = firstOf(outline, line);
  if (text.charCodeAt(from) !== QUOTE) return null;
  const scan = scanString(text, from);
  return scan.kind === 'token' ? { key: stringMeant(text.slice(from, scan.end)), end: scan.end } : null;
}

/** Where the value of a line stands in the text, from its beginning to its end on whatever line. */
export function valueOfLine(
  outline: JsonOutline,
  line: number,
): { readonly from: number; readonly to: number } {
  const head = outline.heads[line] ?? line;
  const inObject = (outline.parents[head] ?? -1) >= 0 && !isInList(outline, head);
  const key = inObject ? keyOf(outline, head) : null;
  const from = key === null ? firstOf(outline, head) : key.end + ': '.length;
  return { from, to: lastOf(outline, outline.ends[head] ?? head) };
}

/** The value of a line as JSON, without the indentation of the place where it stands. */
export function valueText(outline: JsonOutline, line: number): string {
  const { from, to } = valueOfLine(outline, line);
  const head = outline.heads[line] ?? line;
  const indent = ' '.repeat(firstOf(outline, head) - (outline.starts[head] ?? 0));
  return outline.text.slice(from, to).replaceAll(`\n${indent}`, '\n');
}

/** A text of which some parts are closed. */
export interface FoldedText {
  readonly text: string;
  /** The line of the whole text that each line of it is. */
  readonly lines: Int32Array;
}

/**
 * The text with what is closed on one line: `"device": { 3 fields },`.
 * @param words for what is left out, e.g. `3 fields`
 */
export function foldedText(
  outline: JsonOutline,
  closed: ReadonlySet<number>,
  words: (count: number, isList: boolean) => string,
): FoldedText {
  const { text, starts, ends, counts } = outline;
  const pieces: string[] = [];
  const lines: number[] = [];
  // Lines in a row that are shown as they are go as one piece.
  let from = 0;
  for (let line = 0; line < starts.length; line++) {
    lines.push(line);
    if (!closed.has(line) || !isOpener(outline, line)) continue;
    const end = ends[line] ?? line;
    const bracket = lastOf(outline, line);
    const isList = text.charCodeAt(bracket - 1) === OPEN_ARRAY;
    pieces.push(text.slice(from, bracket), ` ${words(counts[line] ?? 0, isList)} `);
    from = firstOf(outline, end);
    line = end;
  }
  pieces.push(text.slice(from));
  return { text: pieces.join(''), lines: Int32Array.from(lines) };
}
