import { tokenizeJson, type JsonToken, type JsonTokenKind } from '../../../../src-main/core/payload/json.ts';

const KINDS: readonly JsonTokenKind[] = ['key', 'string', 'number', 'literal', 'punctuation'];
/** Colouring costs by length; what comes after this in one part stays plain. */
const MAX_COLOURED = 40_000;
/** And by pieces: each that is coloured takes 10 µs or more of every painting. Many lines have some hundred. */
const MAX_PIECES = 4_000;

/** Colours the parts from..to of a text where the browser knows how; elsewhere it stays plain. */
export function colourChunks(pre: HTMLElement | null, from: number, to: number): void {
  if (!('highlights' in CSS) || pre === null) return;
  // The system's colours would paint each piece as if it were selected.
  if (matchMedia('(forced-colors: active)').matches) return clearColours();
  const ranges = new Map<JsonTokenKind, StaticRange[]>(KINDS.map((kind) => [kind, []]));
  for (let at = from; at < to; at++) {
    const node = pre.children[at]?.firstChild;
    if (!(node instanceof Text)) continue;
    for (const { start, end, kind } of piecesOf(node.data.slice(0, MAX_COLOURED))) {
      const range = { startContainer: node, startOffset: start, endContainer: node, endOffset: end };
      ranges.get(kind)?.push(new StaticRange(range));
    }
  }
  for (const [kind, list] of ranges) CSS.highlights.set(`json-${kind}`, new Highlight(...list));
}

/** What is coloured of a part: of the same kind side by side, as brackets are, it is one piece. */
function piecesOf(text: string): readonly JsonToken[] {
  const pieces: JsonToken[] = [];
  // Line by line: what is no JSON, the words for what is closed, ends the colours of its line alone.
  for (let from = 0; from < text.length;) {
    const next = text.indexOf('\n', from) + 1 || text.length;
    for (const { start, end, kind } of tokenizeJson(text.slice(from, next))) {
      const last = pieces.at(-1);
      const joined = last?.kind === kind && last.end === from + start ? pieces.pop() : undefined;
      if (pieces.length === MAX_PIECES) return pieces;
      pieces.push({ start: joined?.start ?? from + start, end: from + end, kind });
    }
    from = next;
  }
  return pieces;
}

export function clearColours(): void {
  if (!('highlights' in CSS)) return;
  for (const kind of KINDS) CSS.highlights.delete(`json-${kind}`);
}
