import { formatCounted } from '../../core/text/amounts.ts';
import { ByteReader } from '../base/byte-reader.ts';
import { float32Text, floatText, halfValue } from '../base/numbers.ts';
import { isDay, isoOf, localTime } from '../base/times.ts';
import type { TreeBuilder } from '../base/tree.ts';
import { Unreadable } from '../base/unreadable.ts';

/** `uint16 little` and the like. */
const NUMBER = /^(u?int(?:8|16|24|32|64)|float(?:16|32|64))(?:\s+(little|big)(?:-endian)?)?$/;

export const NUMBER_TYPES = [
  ...(['uint8', 'int8', 'uint16', 'int16', 'uint24', 'int24', 'uint32', 'int32', 'uint64', 'int64'] as const),
  ...(['float16', 'float32', 'float64'] as const),
];

/** One number, or as many as the bytes are. */
export function readNumbers(bytes: Uint8Array, option: string, tree: TreeBuilder): string {
  const [, type = '', order = 'big'] = NUMBER.exec(option.trim().toLowerCase()) ?? [];
  if (type === '') {
    throw new Unreadable('needs a type, such as “uint16 little” or “float32 big”');
  }
  const width = Number(/\d+/.exec(type)?.[0]) / 8;
  if (bytes.length === 0 || bytes.length % width !== 0) {
    throw new Unreadable(
      `takes ${formatCounted(width, 'byte')} for each ${type}, which does not divide ${bytes.length}`,
    );
  }
  const reader = new ByteReader(bytes);
  const little = order === 'little';
  const label = width === 1 ? type : `${type}, ${order}-endian`;
  const count = bytes.length / width;
  if (count > 1) tree.open('list', `${count} × ${label}`, 0);
  while (reader.left > 0) {
    const at = reader.at;
    tree.value('number', one(reader, type, little), label, at, at + width);
  }
  if (count > 1) tree.close(reader.at);
  return formatCounted(count, 'number');
}

function one(reader: ByteReader, type: string, little: boolean): string {
  switch (type) {
    case 'uint8':
      return String(reader.u8());
    case 'int8':
      return String(reader.i8());
    case 'uint16':
      return String(reader.u16(little));
    case 'int16':
      return String(reader.i16(little));
    case 'uint24':
      return String(u24(reader, little));
    case 'int24':
      return String((u24(reader, little) << 8) >> 8);
    case 'uint32':
      return String(reader.u32(little));
    case 'int32':
      return String(reader.i32(little));
    case 'uint64':
      return String(reader.u64(little));
    case 'int64':
      return String(reader.i64(little));
    case 'float16':
      return floatText(halfValue(reader.u16(little)));
    case 'float32':
      return float32Text(reader.f32(little));
    default:
      return floatText(reader.f64(little));
  }
}

function u24(reader: ByteReader, little: boolean): number {
  const [a = 0, b = 0, c = 0] = reader.take(3);
  return little ? a | (b << 8) | (c << 16) : (a << 16) | (b << 8) | c;
}

const FIELD = /^([^\s:]{1,100}):([iu]?)(\d{1,2})$/;

interface BitField {
  readonly name: string;
  readonly isSigned: boolean;
  readonly width: number;
  /** A single bit. */
  readonly isFlag: boolean;
}

/**
 * Bit fields from the highest bit of the first byte on: `alarm:1 mode:3 -:4 level:i16`. With `little` before them the
 * bytes are taken in reverse order. A field of one bit is a flag; `i` makes one signed; `-` is left out.
 */
export function readBits(bytes: Uint8Array, option: string, tree: TreeBuilder): string {
  const words = option.trim().split(/[\s,]+/);
  const little = words[0] === 'little';
  if (little || words[0] === 'big') words.shift();
  const fields = words.map(bitField);
  const ordered = little ? bytes.toReversed() : bytes;
  tree.open('object', 'bit fields', 0);
  let bit = 0;
  for (const field of fields) {
    if (bit + field.width > ordered.length * 8) {
      throw new Unreadable(`has fields of more bits than the ${ordered.length * 8} there are`);
    }
    if (field.name !== '-') addField(field, ordered, bit, little, tree);
    bit += field.width;
  }
  tree.close(bytes.length);
  const left = ordered.length * 8 - bit;
  return left === 0 ? formatCounted(fields.length, 'field') : `${formatCounted(left, 'bit')} left over`;
}

function bitField(word: string): BitField {
  const [, name = '', sign = '', digits = ''] = FIELD.exec(word) ?? [];
  if (name === '') throw new Unreadable('needs fields with their bits, such as “alarm:1 mode:3 level:12”');
  const width = Number(digits);
  if (width < 1 || width > 64)
    throw new Unreadable(`has the field ${name} of ${width} bits; 1 to 64 will do`);
  return { name, isSigned: sign === 'i', width, isFlag: width === 1 && sign === '' };
}

function addField(field: BitField, bytes: Uint8Array, bit: number, little: boolean, tree: TreeBuilder): void {
  const { name, isSigned, width, isFlag } = field;
  const raw = bitsAt(bytes, bit, width);
  const where = `bit ${bit}${width === 1 ? '' : ` to ${bit + width - 1}`}`;
  const first = Math.floor(bit / 8);
  const last = Math.ceil((bit + width) / 8);
  const [at, end] = little ? [bytes.length - last, bytes.length - first] : [first, last];
  tree.key(name);
  if (isFlag) tree.value('literal', raw === 1n ? 'true' : 'false', 'flag', at, end, where);
  else
    tree.value('number', String(isSigned ? BigInt.asIntN(width, raw) : raw), `${width} bits`, at, end, where);
}

function bitsAt(bytes: Uint8Array, from: number, width: number): bigint {
  let value = 0n;
  for (let bit = from; bit < from + width; bit++) {
    const byte = bytes[bit >> 3] ?? 0;
    value = (value << 1n) | BigInt((byte >> (7 - (bit & 7))) & 1);
  }
  return value;
}

const ON: ReadonlySet<string> = new Set([
  'on',
  'true',
  'yes',
  'open',
  'opened',
  'online',
  'high',
  'enabled',
  'active',
  '1',
]);
const OFF: ReadonlySet<string> = new Set([
  ...(['off', 'false', 'no', 'closed', 'offline', 'low', 'disabled', 'inactive', '0'] as const),
]);

/** A word for on or off, as switches say it. `1` and `0` only count where a person has chosen this decoder. */
export function readSwitch(bytes: Uint8Array, text: string | null, tree: TreeBuilder): string {
  const [first] = bytes;
  const word = bytes.length === 1 && first !== undefined && first < 2 ? String(first) : (text ?? '').trim();
  const known = word.toLowerCase();
  if (!ON.has(known) && !OFF.has(known)) throw new Unreadable('needs a word such as on, off, true or 0');
  tree.value('literal', ON.has(known) ? 'true' : 'false', 'on or off', 0, bytes.length, `as “${word}”`);
  return word;
}

export function isSwitchWord(text: string): boolean {
  const word = text.trim().toLowerCase();
  return word !== '1' && word !== '0' && (ON.has(word) || OFF.has(word));
}

const ISO = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;
const EPOCH = /^\d{9,19}(?:\.\d{1,9})?$/;
/** 2001 to 2065: numbers outside are hardly ever meant as times. */
const FROM_S = 1_000_000_000;
const TO_S = 3_000_000_000;

/** What a text would be as a time; null where it is hardly meant as one. */
export function timestampUnit(text: string): 's' | 'ms' | 'us' | 'ns' | 'iso' | null {
  const word = text.trim();
  if (isoText(word) !== null) return 'iso';
  if (!EPOCH.test(word)) return null;
  const value = Number(word);
  const units = [
    ['s', 1],
    ['ms', 1_000],
    ['us', 1_000_000],
    ['ns', 1_000_000_000],
  ] as const;
  return units.find(([, each]) => value >= FROM_S * each && value < TO_S * each)?.[0] ?? null;
}

const PER_SECOND = { s: 1n, ms: 1_000n, us: 1_000_000n, ns: 1_000_000_000n } as const;

/** A time as seconds, milliseconds and so on since 1970, or in ISO 8601; the local time beside it. */
export function readTimestamp(
  bytes: Uint8Array,
  text: string | null,
  option: string,
  tree: TreeBuilder,
): string {
  const word = (text ?? '').trim();
  const asked = option.trim().toLowerCase();
  const unit = asked === '' ? timestampUnit(word) : asked;
  const iso = unit === 'iso' ? isoText(word) : isUnit(unit) ? epoch(word, unit) : null;
  if (iso === null) throw new Unreadable('needs seconds, milliseconds, µs or ns since 1970, or ISO 8601');
  const local = localTime(iso);
  tree.value('date', iso, 'timestamp', 0, bytes.length, local);
  return unit === 'iso' ? 'ISO 8601' : `${unit} since 1970`;
}

function isUnit(unit: string | null): unit is keyof typeof PER_SECOND {
  return unit !== null && Object.hasOwn(PER_SECOND, unit);
}

/** In ISO 8601, with a zone only if the text has one; null if it is no time. */
function isoText(word: string): string | null {
  const iso = word.replace(' ', 'T').replace(',', '.');
  return ISO.test(word) && isDay(iso) && !Number.isNaN(Date.parse(iso)) ? iso : null;
}

function epoch(word: string, unit: keyof typeof PER_SECOND): string | null {
  const match = /^(-?\d{1,20})(?:\.(\d{1,9}))?$/.exec(word);
  if (match === null) return null;
  const [, whole = '0', fraction = ''] = match;
  if (fraction === '') return isoOf(BigInt(whole), PER_SECOND[unit]);
  // Nanoseconds in a unit, as digits behind its point.
  const digits = 10 - String(PER_SECOND[unit]).length;
  const rest = BigInt(`0${fraction.padEnd(digits, '0').slice(0, digits)}`);
  const nanos = BigInt(whole) * 10n ** BigInt(digits) + (whole.startsWith('-') ? -rest : rest);
  return isoOf(nanos, 1_000_000_000n)?.replace(/\.?0+Z$/, 'Z') ?? null;
}
