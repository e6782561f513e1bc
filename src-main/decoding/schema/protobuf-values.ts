import { base64Bytes } from '../../core/payload/base64.ts';
import { stringMeant, type JsonNode } from '../../core/payload/json-nodes.ts';
import { isWellFormed } from '../../core/payload/utf8.ts';
import type { ProtoEnum, ProtoScalar } from './protobuf-types.ts';

/*
 * Values of JSON as those of Protobuf, without tags and lengths. Where a value has no such form the answer is a text:
 * the end of a sentence that begins with the name of its field. It quotes nothing, as values may be secret.
 */

/** Whole numbers of a type: the least, and the first that is too much. */
const RANGES: Readonly<Partial<Record<ProtoScalar, readonly [bigint, bigint]>>> = {
  int32: [-(2n ** 31n), 2n ** 31n],
  sint32: [-(2n ** 31n), 2n ** 31n],
  sfixed32: [-(2n ** 31n), 2n ** 31n],
  uint32: [0n, 2n ** 32n],
  fixed32: [0n, 2n ** 32n],
  int64: [-(2n ** 63n), 2n ** 63n],
  sint64: [-(2n ** 63n), 2n ** 63n],
  sfixed64: [-(2n ** 63n), 2n ** 63n],
  uint64: [0n, 2n ** 64n],
  fixed64: [0n, 2n ** 64n],
};

export function scalarBytes(node: JsonNode, type: ProtoScalar): Uint8Array | string {
  const range = RANGES[type];
  if (range !== undefined) {
    const value = integer(node, range, type);
    return typeof value === 'string' ? value : integerBytes(value, type);
  }
  if (type === 'bool') {
    if (node.kind !== 'literal') return `is ${kindOf(node)}; bool takes true or false`;
    return Uint8Array.of(node.text === 'true' ? 1 : 0);
  }
  if (type === 'float' || type === 'double') {
    const value = float(node, type);
    return typeof value === 'string' ? value : floatBytes(value, type);
  }
  if (node.kind !== 'string')
    return `is ${kindOf(node)}; ${type} takes a ${type === 'bytes' ? 'string of Base64' : 'string'}`;
  const text = stringMeant(node.text);
  if (type === 'bytes') return base64Bytes(text) ?? 'is not Base64, which bytes takes';
  return isWellFormed(text) ? new TextEncoder().encode(text) : 'has half a character, which cannot be sent';
}

export function enumBytes(node: JsonNode, { name, numbers }: ProtoEnum): Uint8Array | string {
  if (node.kind === 'number') {
    const value = integer(node, [-(2n ** 31n), 2n ** 31n], name);
    return typeof value === 'string' ? value : varint(value);
  }
  const number = node.kind === 'string' ? numbers.get(stringMeant(node.text)) : undefined;
  if (number !== undefined) return varint(BigInt(number));
  const known = [...numbers.keys()];
  const more = known.length > MOST_NAMES ? ', …' : '';
  return `is no value of ${name}, which has ${known.slice(0, MOST_NAMES).join(', ')}${more}`;
}

/** Names of an enum in a failure. */
const MOST_NAMES = 8;

/** Seconds since 1970 and nanoseconds behind them. */
export function timestampParts(node: JsonNode): readonly [bigint, bigint] | string {
  const [, local = '', digits = '', zone = ''] = ISO.exec(textIn(node)) ?? [];
  const ms = Date.parse(`${local}${zone}`);
  // A 30th of February is taken for a day in March.
  const isDay = new Date(Date.parse(`${local}Z`) || 0).toISOString().startsWith(local);
  if (local === '' || Number.isNaN(ms) || !isDay) return 'is no time such as 2026-01-31T12:00:00Z';
  if (ms < FIRST_MS || ms >= BEYOND_MS) return 'is a time outside of the years 1 to 9999, in UTC';
  return [BigInt(ms) / 1_000n, nanosOf(digits)];
}

/** What `google.protobuf.Timestamp` may be, and the first that is too late; ms since 1970. */
const FIRST_MS = -62_135_596_800_000;
const BEYOND_MS = 253_402_300_800_000;

const ISO = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/** Seconds and nanoseconds, both with the sign. */
export function durationParts(node: JsonNode): readonly [bigint, bigint] | string {
  const [all, minus = '', seconds = '', digits = ''] = SPAN.exec(textIn(node)) ?? [];
  if (all === undefined) return 'is no span of time such as 1.5s';
  const isTooLong = BigInt(seconds) * 1_000_000_000n + nanosOf(digits) > MAX_SPAN_NS;
  if (isTooLong) return 'is a longer span of time than 315576000000s';
  const sign = minus === '' ? 1n : -1n;
  return [sign * BigInt(seconds), sign * nanosOf(digits)];
}

const SPAN = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/;

/** Some 10,000 years. */
const MAX_SPAN_NS = 315_576_000_000n * 1_000_000_000n;

function nanosOf(digits: string): bigint {
  return BigInt(digits.padEnd(9, '0'));
}

function textIn(node: JsonNode): string {
  return node.kind === 'string' ? stringMeant(node.text) : '';
}

/** 64 bits of it, seven in a byte, the lowest first. */
export function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, value);
  for (; left >= 0x80n; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80);
  bytes.push(Number(left));
  return Uint8Array.from(bytes);
}

function integer(node: JsonNode, [least, tooMuch]: readonly [bigint, bigint], type: string): bigint | string {
  const text = node.kind === 'number' ? node.text : textIn(node);
  const value = wholeNumber(text);
  if (value === null) {
    const is = node.kind === 'number' ? 'has a fraction, or too many digits' : `is ${kindOf(node)}`;
    return `${is}; ${type} takes a whole number`;
  }
  return value < least || value >= tooMuch
    ? `is out of the range of ${type}, ${least} to ${tooMuch - 1n}`
    : value;
}

/** Also `1.0` and `2e3`, as far as they are exact. */
function wholeNumber(text: string): bigint | null {
  if (/^-?\d{1,40}$/.test(text)) return BigInt(text);
  if (!NUMBER.test(text)) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) ? BigInt(value) : null;
}

const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function integerBytes(value: bigint, type: ProtoScalar): Uint8Array {
  switch (type) {
    case 'fixed32':
    case 'sfixed32':
      return littleEndian(4, (view) => view.setUint32(0, Number(BigInt.asUintN(32, value)), true));
    case 'fixed64':
    case 'sfixed64':
      return littleEndian(8, (view) => view.setBigUint64(0, BigInt.asUintN(64, value), true));
    case 'sint32':
    case 'sint64':
      return varint((value << 1n) ^ (value >> 63n));
    default:
      return varint(value);
  }
}

function float(node: JsonNode, type: 'float' | 'double'): number | string {
  const text = node.kind === 'number' ? node.text : textIn(node);
  if (node.kind === 'string' && /^(?:NaN|-?Infinity)$/.test(text)) return Number(text);
  if (!NUMBER.test(text)) return `is ${kindOf(node)}; ${type} takes a number`;
  const value = Number(text);
  const isHeld = Number.isFinite(type === 'float' ? Math.fround(value) : value);
  return isHeld ? value : `is out of the range of ${type}`;
}

function floatBytes(value: number, type: 'float' | 'double'): Uint8Array {
  return type === 'float'
    ? littleEndian(4, (view) => view.setFloat32(0, value, true))
    : littleEndian(8, (view) => view.setFloat64(0, value, true));
}

function littleEndian(length: number, write: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(length);
  write(new DataView(bytes.buffer));
  return bytes;
}

const KINDS = { string: 'a string', number: 'a number', object: 'an object', list: 'a list' } as const;

export function kindOf(node: JsonNode): string {
  return node.kind === 'literal' ? node.text : KINDS[node.kind];
}
