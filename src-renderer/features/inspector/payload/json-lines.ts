import {
  foldedText,
  isOpener,
  jsonOutline,
  pathOfLine,
  valueText,
  type JsonOutline,
} from '../../../../src-main/core/payload/json/outline.ts';
import { writePath } from '../../../../src-main/core/query/grammar/json-path.ts';
import { closedWords, lineFact, type LineFact } from '../base/line-fact.ts';
import type { Folds } from './code-view.tsx';
import { lineStarts } from '../../../../src-main/core/text/line-starts.ts';

/** A document as it is shown, with what its lines stand for. */
export interface JsonLines {
  /** What is shown, parts of it closed. */
  readonly text: string;
  readonly folds: Folds;
  readonly outline: JsonOutline;
  /** The same lines before what cannot be shown was escaped: what is copied. */
  readonly source: JsonOutline;
}

/** Longer documents keep nothing closed from one message to the next: finding it again would take too long. */
const MOST_LINES = 200_000;

/**
 * @param closed ways to what is closed, as `writePath` writes them
 */
export function jsonLines(text: string, source: string, closed: ReadonlySet<string>): JsonLines {
  const outline = jsonOutline(text, lineStarts(text));
  const shut = closedLines(outline, closed);
  const { text: shown, lines } = foldedText(outline, shut, closedWords);
  return {
    text: shown,
    outline,
    source: source === text ? outline : jsonOutline(source, lineStarts(source)),
    folds: { lines, isClosed: (line) => (isOpener(outline, line) ? shut.has(line) : null) },
  };
}

function closedLines(outline: JsonOutline, closed: ReadonlySet<string>): ReadonlySet<number> {
  const lines = new Set<number>();
  if (closed.size === 0 || outline.starts.length > MOST_LINES) return lines;
  for (let line = 0; line < outline.starts.length; line++)
    if (isOpener(outline, line) && closed.has(writePath(pathOfLine(outline, line)))) lines.add(line);
  return lines;
}

/** @param line of the whole text */
export function factOfLine({ source }: JsonLines, line: number): LineFact {
  return lineFact(pathOfLine(source, line), valueText(source, line));
}

/** All ways to what can be closed, but to the document itself. */
export function everyFold({ outline }: JsonLines): string[] {
  const paths: string[] = [];
  for (let line = 1; line < Math.min(outline.starts.length, MOST_LINES); line++)
    if (isOpener(outline, line) && outline.heads[line] === line)
      paths.push(writePath(pathOfLine(outline, line)));
  return paths;
}

/** The line of what is shown on which a value begins; null where there is none, or it is in a closed part. */
export function shownLineAt({ folds, source }: JsonLines, path: string): number | null {
  const last = Math.min(folds.lines.length, MOST_LINES);
  for (let at = 0; at < last; at++)
    if (writePath(pathOfLine(source, folds.lines[at] ?? 0)) === path) return at;
  return null;
}
