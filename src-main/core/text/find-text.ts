/** Where a text was found; `end` is not part of it. */
export interface Found {
  readonly start: number;
  readonly end: number;
}

/** Most matches that are counted. */
export const MOST_FOUND = 10_000;

/** All places of a text in another one, upper and lower case alike; none for an empty one. */
export function findText(text: string, query: string): readonly Found[] {
  if (query === '') return [];
  const found: Found[] = [];
  const pattern = new RegExp(query.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'giu');
  for (const match of text.matchAll(pattern)) {
    found.push({ start: match.index, end: match.index + match[0].length });
    if (found.length === MOST_FOUND) break;
  }
  return found;
}
