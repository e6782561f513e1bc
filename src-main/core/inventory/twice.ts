/** Levels that are asked for one by one; a filter for all that lies deeper comes after them. */
const LEVELS = 4;
const SLASH = 0x2f;

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

/**
 * Which of the filters by levels brings a topic. Where one of them brings all, a broker that sends no more than so
 * many messages for each filter leaves out the same ones twice; where two do, they bring more together than the
 * filter itself.
 */
export function levelClass(filter: string, path: Uint8Array): number {
  const levels = path.reduce((sum, byte) => (byte === SLASH ? sum + 1 : sum), 1);
  const above = filter === '#' ? 0 : filter.split('/').length - 1;
  return Math.min(levels - above, LEVELS + 1);
}
