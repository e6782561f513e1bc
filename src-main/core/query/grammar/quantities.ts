/** Units in ms; without one, seconds are meant. */
const DURATIONS: Readonly<Record<string, number>> = {
  '': 1_000,
  ms: 1,
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Steps of 1,000, as sizes are shown. */
const SIZES: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1_000,
  kb: 1_000,
  m: 1_000_000,
  mb: 1_000_000,
  g: 1_000_000_000,
  gb: 1_000_000_000,
};

const COUNTS: Readonly<Record<string, number>> = { '': 1, k: 1_000, m: 1_000_000 };

const QUANTITY = /^(\d+(?:\.\d+)?|\.\d+)([a-z]*)$/i;

/** `10s`, `1.5h`, `30d`: in ms. Null if it is no duration. */
export function readDuration(text: string): number | null {
  return read(text, DURATIONS);
}

/** `512`, `1k`, `2MB`: in bytes. Null if it is no size. */
export function readSize(text: string): number | null {
  return read(text, SIZES);
}

/** `5`, `0.2`, `10k`. Null if it is no number. */
export function readCount(text: string): number | null {
  return read(text, COUNTS);
}

function read(text: string, units: Readonly<Record<string, number>>): number | null {
  const match = QUANTITY.exec(text);
  if (!match) return null;
  const unit = (match[2] ?? '').toLowerCase();
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  return factor === undefined ? null : Number(match[1]) * factor;
}
