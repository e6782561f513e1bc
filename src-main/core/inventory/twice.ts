/** Levels that are asked for one by one; a filter for all that lies deeper comes after them. */
const LEVELS = 4;

/**
 * Filters that bring each topic of a filter once, by how many levels it has below its start. One packet takes them
 * and the filter itself: some brokers accept eight.
 *
 * @param filter ends with `#`
 * @returns nothing where it does not
 */
export function byLevels(filter: string): readonly string[] {
  if (filter !== '#' && !filter.endsWith('/#')) return [];
  const above = filter.slice(0, -2);
  const start = filter === '#' ? '' : `${above}/`;
  const levels = Array.from(
    { length: LEVELS + 1 },
    (_, n) =>
      start +
      Array<string>(n + 1)
        .fill('+')
        .join('/'),
  );
  const deeper = `${levels.pop() ?? ''}/#`;
  // `/#` has no topic above it: no name is empty.
  return [...(filter === '#' || above === '' ? [] : [above]), ...levels, deeper];
}

/**
 * Filters that bring each topic of a filter twice, if they are asked for together. A broker that leaves out what it
 * has no room for left nothing out of an answer if it brings all of that a second time in the same breath.
 *
 * @returns null: there are none that say the same as this filter in another way
 */
export function twice(filter: string): readonly string[] | null {
  const levels = byLevels(filter);
  return levels.length === 0 ? null : [filter, ...levels];
}
