/**
 * Natural order of two names as bytes: runs of digits by their value, everything else by byte. Names
 * that differ only in leading zeros are compared by their bytes, so distinct names are never equal.
 * At the top level, names that begin with `$` come last: these are the broker's own topics, which most
 * people do not look for.
 */
export function compareNameBytes(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
  top: boolean,
): number {
  if (top) {
    const aLast = aStart < aEnd && a[aStart] === DOLLAR;
    const bLast = bStart < bEnd && b[bStart] === DOLLAR;
    if (aLast !== bLast) return aLast ? 1 : -1;
  }
  let i = aStart;
  let j = bStart;
  while (i < aEnd && j < bEnd) {
    const x = a[i]!;
    const y = b[j]!;
    if (isDigit(x) && isDigit(y)) {
      const iEnd = digitsEnd(a, i, aEnd);
      const jEnd = digitsEnd(b, j, bEnd);
      const order = compareDigits(a, i, iEnd, b, j, jEnd);
      if (order !== 0) return order;
      i = iEnd;
      j = jEnd;
    } else if (x !== y) {
      return x - y;
    } else {
      i++;
      j++;
    }
  }
  if (i < aEnd || j < bEnd) return i < aEnd ? 1 : -1;
  return compareBytes(a, aStart, aEnd, b, bStart, bEnd);
}

export const DOLLAR = 0x24;

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

function digitsEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isDigit(bytes[at]!)) at++;
  return at;
}

/** Two runs of digits of any length by value: without leading zeros the longer one is greater. */
function compareDigits(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): number {
  let i = aStart;
  let j = bStart;
  while (i < aEnd && a[i] === 0x30) i++;
  while (j < bEnd && b[j] === 0x30) j++;
  if (aEnd - i !== bEnd - j) return aEnd - i - (bEnd - j);
  for (; i < aEnd; i++, j++) if (a[i] !== b[j]) return a[i]! - b[j]!;
  return 0;
}

function compareBytes(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): number {
  const shared = Math.min(aEnd - aStart, bEnd - bStart);
  for (let k = 0; k < shared; k++)
    if (a[aStart + k] !== b[bStart + k]) return a[aStart + k]! - b[bStart + k]!;
  return aEnd - aStart - (bEnd - bStart);
}
