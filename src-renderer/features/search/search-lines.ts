import type { FoundMessage, SearchGroup } from '../../state/search/message-search.ts';

/** Height of a line, px. */
export const LINE_PX = 24;
/** Lines drawn beyond what is in sight, in each direction. */
const BEYOND = 10;

export type Line =
  | { readonly kind: 'group'; readonly group: SearchGroup }
  | { readonly kind: 'hit'; readonly found: FoundMessage };

/** What the scroller shows: px from the top, and px of height below the head. */
export interface Sight {
  readonly top: number;
  readonly height: number;
}

export interface ShownLines {
  /** Of `lines`, the first that is drawn and the one after the last. */
  readonly first: number;
  readonly last: number;
  /** The line of the chosen message; -1 where there is none. */
  readonly at: number;
  /** The line that the Tab key leads to; -1 only where no message was found. */
  readonly stop: number;
}

/** With a line for each connection where there is more than one. */
export function linesOf(groups: readonly SearchGroup[]): readonly Line[] {
  return groups.flatMap((group) => [
    ...(groups.length > 1 ? [{ kind: 'group' as const, group }] : []),
    ...group.hits.map((hit) => ({ kind: 'hit' as const, found: { connection: group.connection, hit } })),
  ]);
}

/** Which lines are drawn, which is chosen, and which is the one tab stop: always one that is drawn. */
export function shownLines(lines: readonly Line[], chosen: FoundMessage | null, sight: Sight): ShownLines {
  const at = lines.findIndex((line) => line.kind === 'hit' && isSame(line.found, chosen));
  const top = sight.top / LINE_PX;
  const first = Math.max(0, Math.floor(top) - BEYOND);
  const last = Math.min(lines.length, Math.ceil((sight.top + sight.height) / LINE_PX) + BEYOND);
  if (at >= first && at < last) return { first, last, at, stop: at };
  const inSight = lines.findIndex(({ kind }, index) => kind === 'hit' && index >= top);
  return { first, last, at, stop: inSight < 0 ? lines.findLastIndex(({ kind }) => kind === 'hit') : inSight };
}

/**
 * The message a key leads to, as an index of `lines`; null: the key means nothing here, -1: no message is there.
 *
 * @param sight its height is the length of a page
 */
export function lineByKey(
  key: string,
  lines: readonly Line[],
  { at, stop }: Pick<ShownLines, 'at' | 'stop'>,
  sight: Sight,
): number | null {
  const page = Math.max(1, Math.floor(sight.height / LINE_PX) - 1);
  const from = at < 0 ? stop : at;
  switch (key) {
    case 'ArrowDown':
      return nearestHit(lines, at < 0 ? from : from + 1, 1);
    case 'ArrowUp':
      return nearestHit(lines, from - 1, -1);
    case 'PageDown':
      return nearestHit(lines, from + page, 1);
    case 'PageUp':
      return nearestHit(lines, from - page, -1);
    case 'Home':
      return nearestHit(lines, 0, 1);
    case 'End':
      return nearestHit(lines, lines.length - 1, -1);
    default:
      return null;
  }
}

/** Where to scroll so that a line is in sight; null: it is. */
export function scrollTo(index: number, { top, height }: Sight): number | null {
  const y = index * LINE_PX;
  if (y < top) return y;
  return y + LINE_PX > top + height ? y + LINE_PX - height : null;
}

/** The names of connections are passed over, in the way of the key and, at an end, back. */
function nearestHit(lines: readonly Line[], wanted: number, step: 1 | -1): number {
  const from = Math.max(0, Math.min(lines.length - 1, wanted));
  const before = lines.findLastIndex(({ kind }, index) => kind === 'hit' && index <= from);
  const behind = lines.findIndex(({ kind }, index) => kind === 'hit' && index >= from);
  return step > 0 ? (behind < 0 ? before : behind) : before < 0 ? behind : before;
}

function isSame(found: FoundMessage, chosen: FoundMessage | null): boolean {
  return chosen?.hit.seq === found.hit.seq && chosen.connection === found.connection;
}
