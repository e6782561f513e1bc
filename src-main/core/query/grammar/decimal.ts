/**
 * A decimal number with all its digits. `value` is its double; `exact` says that no other number of as
 * few digits has the same double, so that doubles may be compared in place of digits.
 */
export interface Decimal {
  readonly value: number;
  readonly exact: boolean;
  readonly text: string;
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const PARTS = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/;
/** Doubles distinguish any two numbers with so many digits. */
const EXACT_DIGITS = 15;
/** A longer text is not taken for a number. */
const MAX_LENGTH = 4_096;

/** Null if the text is no number. */
export function readDecimal(text: string): Decimal | null {
  if (text.length > MAX_LENGTH || !DECIMAL.test(text)) return null;
  const exact = text.length <= EXACT_DIGITS && !/[eE]/.test(text);
  return { value: Number(text), exact, text };
}

/** Below 0, 0 or above 0, to the last digit. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  if (a.exact && b.exact) return a.value - b.value;
  const x = normal(a.text);
  const y = normal(b.text);
  if (x.sign !== y.sign) return x.sign - y.sign;
  return x.sign * compareMagnitudes(x, y);
}

interface Normal {
  readonly sign: number;
  /** Without zeros at either end. */
  readonly digits: string;
  /** The point stands before the first digit, moved right by so many places. */
  readonly point: number;
}

function normal(text: string): Normal {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = PARTS.exec(text) ?? [];
  const all = whole + fraction;
  const from = all.search(/[1-9]/);
  if (from < 0) return { sign: 0, digits: '', point: 0 };
  let to = all.length;
  while (all[to - 1] === '0') to--;
  const point = whole.length - from + Number(exponent);
  return { sign: sign === '-' ? -1 : 1, digits: all.slice(from, to), point };
}

function compareMagnitudes(a: Normal, b: Normal): number {
  if (a.point !== b.point) return a.point - b.point;
  if (a.digits === b.digits) return 0;
  return a.digits < b.digits ? -1 : 1;
}
