import {
  foldedText,
  isOpener,
  jsonOutline,
  pathOfLine,
  valueText,
  type JsonOutline,
} from '../../../../src-main/core/payload/json/outline.ts';
import { stringMeant } from '../../../../src-main/core/payload/json-nodes.ts';
import { writePath } from '../../../../src-main/core/query/grammar/json-path.ts';
import type { JsonStep } from '../../../../src-main/core/query/grammar/query.ts';
import { formatCounted } from '../../../ui/base/format.ts';
import type { Folds } from './code-view.tsx';
import { lineStarts } from '../text/lines.ts';

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
  const { text: shown, lines } = foldedText(outline, shut, words);
  return {
    text: shown,
    outline,
    source: source === text ? outline : jsonOutline(source, lineStarts(source)),
    folds: { lines, isClosed: (line) => (isOpener(outline, line) ? shut.has(line) : null) },
  };
}

function words(count: number, isList: boolean): string {
  return isList ? formatCounted(count, 'item') : formatCounted(count, 'field');
}

function closedLines(outline: JsonOutline, closed: ReadonlySet<string>): ReadonlySet<number> {
  const lines = new Set<number>();
  if (closed.size === 0 || outline.starts.length > MOST_LINES) return lines;
  for (let line = 0; line < outline.starts.length; line++)
    if (isOpener(outline, line) && closed.has(writePath(pathOfLine(outline, line)))) lines.add(line);
  return lines;
}

/** What stands on a line. */
export interface LineFact {
  readonly path: readonly JsonStep[];
  /** `device.firmware`; empty for the document itself. */
  readonly pathText: string;
  /** Its JSON. */
  readonly json: string;
  /** The same, of a text what it says. */
  readonly value: string;
  readonly isNumber: boolean;
  /** No object and no list. */
  readonly isScalar: boolean;
}

/** @param line of the whole text */
export function factOfLine({ source }: JsonLines, line: number): LineFact {
  const path = pathOfLine(source, line);
  const json = valueText(source, line);
  return {
    path,
    pathText: writePath(path),
    json,
    value: json.startsWith('"') && json.endsWith('"') && json.length > 1 ? stringMeant(json) : json,
    isNumber: /^-?\d/.test(json),
    isScalar: !/^[[{]/.test(json),
  };
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
