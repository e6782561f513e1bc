import { AsnParser, AsnSerializer } from '@peculiar/asn1-schema';
import { fromBER, Integer, ObjectIdentifier, OctetString, Sequence, type AsnType } from 'asn1js';

/** Thrown for bytes that are not valid DER of the expected kind; the caller that got the bytes catches it. */
export class DerError extends Error {
  override readonly name = 'DerError';
}

/** Real certificates have some hundred elements; what asks for more is an attack. */
const LIMITS = { maxDepth: 32, maxNodes: 20_000, parseEmbedded: false } as const;
/** Bytes; the library makes an object of each part of an object identifier, so a long one takes seconds. */
const MOST_BYTES = 1_000_000;
/** Characters of an object identifier; the longest in use have some thirty. */
const MOST_OID_CHARS = 256;

type Structure<T> = new () => T;

/** One element, and how many bytes it takes with its tag and length. */
export interface Element {
  readonly node: AsnType;
  readonly whole: Uint8Array;
}

/**
 * The element at the beginning of the bytes, with all that is in it.
 *
 * @throws DerError
 */
export function readDer(bytes: Uint8Array): Element {
  expectBounded(bytes);
  const { offset, result } = guarded(() => fromBER(bytes, LIMITS));
  if (offset <= 0 || result.error !== '') throw new DerError(result.error || 'no element');
  return { node: result, whole: bytes.subarray(0, offset) };
}

/**
 * Bytes as one of the structures of the standards.
 *
 * @throws DerError
 */
export function decode<T>(bytes: ArrayBuffer | Uint8Array, structure: Structure<T>): T {
  expectBounded(bytes);
  return guarded(() => AsnParser.parse(bytes, structure, { berOptions: LIMITS }));
}

/**
 * The same of an element that was read already.
 *
 * @throws DerError
 */
export function decodeElement<T>(node: AsnType, structure: Structure<T>): T {
  return guarded(() => AsnParser.fromASN(node, structure, { berOptions: LIMITS }));
}

/** The bytes of one of the structures of the standards. */
export function encode(structure: object): Uint8Array {
  return new Uint8Array(guarded(() => AsnSerializer.serialize(structure)));
}

/** Null where what is read makes no sense. */
export function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof DerError) return null;
    throw error;
  }
}

function expectBounded({ byteLength }: ArrayBuffer | Uint8Array): void {
  if (byteLength > MOST_BYTES) throw new DerError('too long');
}

/** The library throws errors of every kind over bytes that make no sense. */
function guarded<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new DerError(error instanceof Error ? error.message : 'no element');
  }
}

/**
 * What a sequence holds.
 *
 * @throws DerError
 */
export function partsOf(node: AsnType | undefined): readonly AsnType[] {
  if (!(node instanceof Sequence)) throw new DerError('no sequence');
  return node.valueBlock.value;
}

/**
 * Dotted form of an object identifier.
 *
 * @throws DerError
 */
export function oidOf(node: AsnType | undefined): string {
  if (!(node instanceof ObjectIdentifier)) throw new DerError('no object identifier');
  return guarded(() => node.getValue()).slice(0, MOST_OID_CHARS);
}

/** A whole number that fits; anything larger, or negative, is `Infinity`. */
export function countOf(node: AsnType | undefined): number {
  if (!(node instanceof Integer)) throw new DerError('no number');
  return countOfBytes(node.valueBlock.valueHexView);
}

/** The same of the bytes of an integer. */
export function countOfBytes(bytes: Uint8Array): number {
  if (bytes.length > 6 || (bytes[0] ?? 0) >= 0x80) return Infinity;
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}

/** @throws DerError */
export function octetsOf(node: AsnType | undefined): Uint8Array {
  if (!(node instanceof OctetString)) throw new DerError('no bytes');
  return new Uint8Array(guarded(() => node.getValue()));
}

/** Tag of an element as its first byte has it. */
export function tagOf({ idBlock }: AsnType): number {
  return ((idBlock.tagClass - 1) << 6) | (idBlock.isConstructed ? 0x20 : 0) | idBlock.tagNumber;
}

/** Upper-case hex digits. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
}
