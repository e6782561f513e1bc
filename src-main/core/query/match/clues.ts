import type { PathNeedle } from '../../topics/path-look.ts';

/**
 * Texts of which a topic holds one that is shown: in its path, or in the bytes of its latest record. Where
 * both lists are empty, none is shown.
 */
export interface Clues {
  readonly paths: readonly PathNeedle[];
  readonly records: readonly PathNeedle[];
}

/** Clues to what passes at least one of some tests; null if one of them may pass anything. */
export function cluesToAny(parts: readonly (Clues | null)[]): Clues | null {
  const known = parts.filter((clues) => clues !== null);
  if (known.length < parts.length) return null;
  return { paths: known.flatMap(({ paths }) => paths), records: known.flatMap(({ records }) => records) };
}

/** Clues to what passes all of some tests: those of any of them will do, and long texts are rare. */
export function cluesToAll(parts: readonly (Clues | null)[]): Clues | null {
  const known = parts.filter((clues) => clues !== null);
  return known.toSorted((a, b) => rarity(b) - rarity(a))[0] ?? null;
}

/** What is in paths costs more to be looked for. */
function rarity({ paths, records }: Clues): number {
  const shortest = Math.min(...[...paths, ...records].map(({ length }) => length));
  return shortest + (paths.length === 0 ? 0.5 : 0);
}
