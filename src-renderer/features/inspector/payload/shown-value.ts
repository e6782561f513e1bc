import { visibleLines } from '../../../../src-main/core/payload/visible.ts';
import { jsonNodes } from '../../../../src-main/core/payload/json-nodes.ts';
import { printJson } from '../../../../src-main/core/payload/json/print.ts';
import { chunksOf, type Chunk } from '../text/chunks.ts';
import { jsonLines, type JsonLines } from './json-lines.ts';
import type { Reading } from './reading.ts';
import type { Rendered } from './render-payload.ts';

/** A value the way somebody wants to read it. */
export interface ShownValue {
  readonly text: string;
  readonly chunks: readonly Chunk[];
  readonly wrap: boolean;
  /** Null where it is no JSON, or is not shown line by line. */
  readonly lines: JsonLines | null;
  /** Its lines stand where those of the message before did. */
  readonly comparable: boolean;
}

const NOTHING: ReadonlySet<string> = new Set();

/** @param whole the text stands for all of the payload: only then it can be printed in another way */
export function shownValue(rendered: Rendered, whole: boolean, reading: Reading): ShownValue {
  const { text, shape, source } = rendered;
  if (shape !== 'json' || source === undefined) {
    const wrap = shape === 'text' || shape === 'number';
    return { text, chunks: chunksOf(text, wrap), wrap, lines: null, comparable: false };
  }
  const other = (reading.sorted || reading.compact) && whole ? jsonNodes(source) : null;
  const printed =
    other === null ? source : printJson(other, { sorted: reading.sorted, indented: !reading.compact });
  const comparable = other === null;
  if (other !== null && reading.compact) return plain(visibleLines(printed), true, comparable);
  const shown = comparable ? text : visibleLines(printed);
  if (reading.wrap) return plain(shown, true, comparable);
  // What is found in a closed part could not be shown.
  const lines = jsonLines(shown, printed, reading.query === '' ? reading.closed : NOTHING);
  return { text: lines.text, chunks: chunksOf(lines.text, false), wrap: false, lines, comparable };
}

function plain(text: string, wrap: boolean, comparable: boolean): ShownValue {
  return { text, chunks: chunksOf(text, wrap), wrap, lines: null, comparable };
}
