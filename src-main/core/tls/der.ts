/** Bytes that are no DER; caught by whoever was given them. */
export class DerError extends Error {
  override readonly name = 'DerError';
}

/** One element of DER: a tag, and where its contents are. */
export interface Der {
  readonly tag: number;
  /** Of the element with its tag and length. */
  readonly whole: Uint8Array;
  readonly content: Uint8Array;
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Elements of one sequence; real certificates have a few hundred names at most. */
const MOST_CHILDREN = 20_000;
/** Numbers of one object identifier. */
const MOST_ARCS = 64;

/**
 * The element at the beginning of the bytes. Indefinite lengths, which BER allows, are refused.
 *
 * @throws DerError
 */
export function readDer(bytes: Uint8Array): Der {
  const tag = bytes[0] ?? -1;
  const first = bytes[1] ?? -1;
  if (tag < 0 || first < 0 || (tag & 0x1f) === 0x1f) throw new DerError('no element');
  let length = first;
  let at = 2;
  if (first >= 0x80) {
    const size = first & 0x7f;
    if (size === 0 || size > 4 || bytes.length < 2 + size) throw new DerError('no length');
    length = 0;
    for (; at < 2 + size; at++) length = length * 256 + (bytes[at] ?? 0);
  }
  if (at + length > bytes.length) throw new DerError('cut off');
  return { tag, whole: bytes.subarray(0, at + length), content: bytes.subarray(at, at + length) };
}

/**
 * What a constructed element holds.
 *
 * @throws DerError
 */
export function childrenOf(element: Der): Der[] {
  const found: Der[] = [];
  let rest = element.content;
  while (rest.length > 0) {
    if (found.length === MOST_CHILDREN) throw new DerError('too many elements');
    const child = readDer(rest);
    found.push(child);
    rest = rest.subarray(child.whole.length);
  }
  return found;
}

/** @throws DerError unless it is of that tag */
export function expectTag(element: Der | undefined, tag: number): Der {
  if (element?.tag !== tag) throw new DerError('another element');
  return element;
}

/**
 * Dotted form of an object identifier.
 *
 * @throws DerError
 */
export function readOid(element: Der | undefined): string {
  const { content } = expectTag(element, TAG.oid);
  const arcs: bigint[] = [];
  let arc = 0n;
  for (const byte of content.subarray(0, 256)) {
    arc = arc * 128n + BigInt(byte & 0x7f);
    if (byte >= 0x80) continue;
    if (arcs.length === MOST_ARCS) throw new DerError('too many numbers');
    if (arcs.length > 0) arcs.push(arc);
    else arcs.push(arc < 40n ? 0n : arc < 80n ? 1n : 2n, arc < 80n ? arc % 40n : arc - 80n);
    arc = 0n;
  }
  return arcs.join('.');
}

/** A whole number that fits; anything larger, or negative, is `Infinity`. */
export function readCount(element: Der | undefined): number {
  const { content } = expectTag(element, TAG.integer);
  if (content.length > 6 || (content[0] ?? 0) >= 0x80) return Infinity;
  return content.reduce((value, byte) => value * 256 + byte, 0);
}

/** Upper-case hex digits. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
}
