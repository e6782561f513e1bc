import { tokenizeJson, type JsonTokenKind } from '../../../src-main/core/payload/json.ts';

const KINDS: readonly JsonTokenKind[] = ['key', 'string', 'number', 'literal', 'punctuation'];
/** Colouring costs by length; what comes after this in one part stays plain. */
const MAX_COLOURED = 40_000;

/** Colours the parts from..to of a text where the browser knows how; elsewhere it stays plain. */
export function colourChunks(pre: HTMLElement | null, from: number, to: number): void {
  if (!('highlights' in CSS) || pre === null) return;
  // The system's colours would paint each piece as if it were selected.
  if (matchMedia('(forced-colors: active)').matches) return clearColours();
  const ranges = new Map<JsonTokenKind, StaticRange[]>(KINDS.map((kind) => [kind, []]));
  for (let at = from; at < to; at++) {
    const node = pre.children[at]?.firstChild;
    if (!(node instanceof Text)) continue;
    for (const { start, end, kind } of tokenizeJson(node.data.slice(0, MAX_COLOURED))) {
      const range = { startContainer: node, startOffset: start, endContainer: node, endOffset: end };
      ranges.get(kind)?.push(new StaticRange(range));
    }
  }
  for (const [kind, list] of ranges) CSS.highlights.set(`json-${kind}`, new Highlight(...list));
}

export function clearColours(): void {
  if (!('highlights' in CSS)) return;
  for (const kind of KINDS) CSS.highlights.delete(`json-${kind}`);
}
