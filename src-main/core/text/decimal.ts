/** Longer numbers are shown without a difference: it would be the longest text in the row, and of little use. */
const MAX_DIGITS = 24;
const PLAIN = /^(-?)(\d+)(?:\.(\d+))?$/;

/**
 * `after − before` with its sign, exact to the last digit (no binary fractions): `71.1` to `71.4` is
 * `+0.3`. Null where one of them is not a plain decimal, or both are the same.
 */
export function decimalDifference(before: string, after: string): string | null {
  if (before.length > MAX_DIGITS || after.length > MAX_DIGITS) return null;
  const from = PLAIN.exec(before);
  const to = PLAIN.exec(after);
  if (from === null || to === null) return null;
  const places = Math.max(from[3]?.length ?? 0, to[3]?.length ?? 0);
  const difference = scaled(to, places) - scaled(from, places);
  if (difference === 0n) return null;
  const digits = (difference < 0n ? -difference : difference).toString().padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const fraction = digits.slice(digits.length - places).replace(/0+$/, '');
  return `${difference < 0n ? '−' : '+'}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

function scaled(parts: RegExpExecArray, places: number): bigint {
  const value = BigInt((parts[2] ?? '0') + (parts[3] ?? '').padEnd(places, '0'));
  return parts[1] === '-' ? -value : value;
}
