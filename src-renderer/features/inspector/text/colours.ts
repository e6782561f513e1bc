import { tokenizeJson, type JsonTokenKind } from '../../../../src-main/core/payload/json.ts';

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
    const text = node.data.slice(0, MAX_COLOURED);
    // Line by line: what is no JSON, the words for what is closed, ends the colours of its line alone.
    for (let from = 0; from < text.length;) {
      const next = text.indexOf('\n', from) + 1 || text.length;
      for (const { start, end, kind } of tokenizeJson(text.slice(from, next))) {
        const [startOffset, endOffset] = [from + start, from + end];
        const range = { startContainer: node, startOffset, endContainer: node, endOffset };
        ranges.get(kind)?.push(new StaticRange(range));
      }
      from = next;
    }
  }
  for (const [kind, list] of ranges) CSS.highlights.set(`json-${kind}`, new Highlight(...list));
}

export function clearColours(): void {
  if (!('highlights' in CSS)) return;
  for (const kind of KINDS) CSS.highlights.delete(`json-${kind}`);
}
