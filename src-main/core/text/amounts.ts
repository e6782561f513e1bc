/*
 * Counts and sizes in sentences, one rule for the engine and the window. Formatters are made once:
 * making one costs more than a hundred uses. The language is English for now, so are its separators.
 */
const LOCALE = 'en-US';
const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const plurals = new Intl.PluralRules(LOCALE);

/** `1,482,094` */
export function formatCount(count: number): string {
  // Most counts are: a formatter takes a µs each, and rows, previews and sentences are full of them.
  if (count >= 0 && count < 1_000 && Number.isInteger(count)) return String(count);
  return whole.format(count);
}

/** The word that goes with a count: `topic` for 1, `topics` for 0, 2 and more; also `is` and `are`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return plurals.select(count) === 'one' ? one : many;
}

/** `1 message`, `2,048 messages`; give the plural where it is not just an s. */
export function formatCounted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${plural(count, one, many)}`;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Steps of 1,000, as disks and networks are measured: `213 B`, `3.0 kB`, `98 kB`, `512 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${whole.format(bytes)} B`;
  let value = bytes / 1_000;
  let unit = 1;
  // What would be rounded up to 1,000 is 1.0 of the next unit.
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1_000;
    unit++;
  }
  return `${value < 9.95 ? tenths.format(value) : whole.format(value)} ${UNITS[unit] ?? 'TB'}`;
}
