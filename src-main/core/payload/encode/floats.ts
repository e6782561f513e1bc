/**
 * How numbers with a fraction or an exponent are written: in 64 or 32 bits, or in the shortest width that holds
 * their exact value.
 */
export type FloatStyle = 'double' | 'single' | 'shortest';

export type FloatWidth = 16 | 32 | 64;

/** Whether a number is not infinite once it has that width. */
export function holds(width: FloatWidth, value: number): boolean {
  return width !== 32 || Number.isFinite(Math.fround(value));
}

/** @param hasHalf the format knows floats of 16 bits */
export function floatWidth(value: number, style: FloatStyle, hasHalf: boolean): FloatWidth {
  if (style === 'double') return 64;
  if (style === 'single') return 32;
  if (!Object.is(Math.fround(value), value)) return 64;
  return hasHalf && halfBits(value) !== null ? 16 : 32;
}

/** IEEE 754 binary16 of a value that it holds exactly; null: it does not. Finite values only. */
export function halfBits(value: number): number | null {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size === 0) return sign;
  const exponent = Math.floor(Math.log2(size));
  if (exponent > 15) return null;
  const isSmall = exponent < -14;
  const steps = isSmall ? size * 2 ** 24 : (size / 2 ** exponent - 1) * 1_024;
  if (!Number.isInteger(steps)) return null;
  return isSmall ? sign | steps : sign | ((exponent + 15) << 10) | steps;
}
