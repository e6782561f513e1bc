import type { Found } from '../../../../src-main/core/text/find-text.ts';
import { piecesOf } from './find-text.ts';

const FOUND = 'found';
const CURRENT = 'found-current';

/** Marks what was found in the parts of a text, the current one apart, where the browser knows how. */
export function markFound(
  pre: HTMLElement | null,
  found: readonly Found[],
  current: Found | null,
  offsets: readonly number[],
): void {
  if (!('highlights' in CSS)) return;
  clearFound();
  if (pre === null) return;
  if (found.length > 0)
    CSS.highlights.set(FOUND, new Highlight(...found.flatMap((one) => rangesOf(pre, one, offsets))));
  if (current === null) return;
  const highlight = new Highlight(...rangesOf(pre, current, offsets));
  highlight.priority = 1;
  CSS.highlights.set(CURRENT, highlight);
}

export function clearFound(): void {
  if (!('highlights' in CSS)) return;
  CSS.highlights.delete(FOUND);
  CSS.highlights.delete(CURRENT);
}

function rangesOf(pre: HTMLElement, one: Found, offsets: readonly number[]): StaticRange[] {
  return piecesOf(one, offsets).flatMap(({ chunk, from, to }) => {
    const node = pre.children[chunk]?.firstChild;
    if (!(node instanceof Text) || to > node.length) return [];
    return [new StaticRange({ startContainer: node, startOffset: from, endContainer: node, endOffset: to })];
  });
}

/** Brings what was found into the visible part of what scrolls, away from its edges. */
export function scrollToFound(
  pre: HTMLElement,
  box: HTMLElement,
  one: Found,
  offsets: readonly number[],
): void {
  const [piece] = piecesOf(one, offsets);
  const part = piece === undefined ? undefined : pre.children[piece.chunk];
  const node = part?.firstChild;
  if (piece === undefined || !(node instanceof Text)) return;
  // A part that was never near the screen has its true height only now.
  part?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  const range = document.createRange();
  range.setStart(node, Math.min(piece.from, node.length));
  range.setEnd(node, Math.min(piece.to, node.length));
  const at = range.getBoundingClientRect();
  const room = box.getBoundingClientRect();
  const [above, below] = [at.top - room.top - EDGE_PX, at.bottom - room.bottom + EDGE_PX];
  if (above < 0) box.scrollBy({ top: above, behavior: 'instant' });
  else if (below > 0) box.scrollBy({ top: below, behavior: 'instant' });
  if (at.left < room.left || at.right > room.right)
    box.scrollBy({ left: at.left - room.left - room.width / 3, behavior: 'instant' });
}

/** What covers the edges of the visible part: the bar above, which has two rows where it is narrow. px */
export const EDGE_PX = 72;
