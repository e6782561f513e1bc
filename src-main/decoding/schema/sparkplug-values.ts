import { float32Text, floatText, hexDigits, integerNote } from '../base/numbers.ts';
import { isoOf } from '../base/times.ts';
import type { TreeBuilder } from '../base/tree.ts';
import { joined, sizeWords } from '../base/node-labels.ts';
import { dataTypeName, isArrayType, readArray } from './sparkplug-arrays.ts';
import { bytesOf, eachField, numberOf, reading, textOf, type Raw } from './sparkplug-fields.ts';

interface Plain {
  readonly shape: 'number' | 'literal' | 'text' | 'date';
  readonly text: string;
  readonly note: string;
}

/** Bits of the types with a sign. */
const SIGNED: Readonly<Record<number, number>> = { 1: 8, 2: 16, 3: 32, 4: 64 };
const DATE_TIME = 13;

/** A plain value into the tree; the numbers of its fields are those of a metric. */
export function valueInto(
  tree: TreeBuilder,
  field: number,
  raw: Raw,
  type: number | null,
  note: string,
): void {
  const { at, end } = raw;
  const name = dataTypeName(type);
  const plain = plainValue(field, raw, type);
  if (plain !== null)
    return void tree.value(plain.shape, plain.text, name, at, end, joined(plain.note, note));
  const bytes = bytesOf(raw);
  if (type !== null && isArrayType(type)) return readArray(tree, bytes, type, at, note);
  tree.value('bytes', hexDigits(bytes), sizeWords(bytes.length), at, end, joined(name, note));
}

/** Null: it is no plain one, but bytes. */
function plainValue(field: number, raw: Raw, type: number | null): Plain | null {
  switch (field) {
    case 10:
    case 11:
      return integer(numberOf(raw), type);
    case 12:
      return { shape: 'number', text: float32Text(reading(raw, 5).f32(true)), note: '' };
    case 13:
      return { shape: 'number', text: floatText(reading(raw, 1).f64(true)), note: '' };
    case 14:
      return { shape: 'literal', text: numberOf(raw) === 0n ? 'false' : 'true', note: '' };
    case 15:
      return { shape: 'text', ...textOf(raw) };
    default:
      return null;
  }
}

function integer(raw: bigint, type: number | null): Plain {
  const iso = type === DATE_TIME ? isoOf(BigInt.asIntN(64, raw), 1_000n) : null;
  if (iso !== null) return { shape: 'date', text: iso, note: String(raw) };
  const bits = SIGNED[type ?? 0];
  if (bits === undefined) return { shape: 'number', text: String(raw), note: integerNote(raw) };
  const value = signed(raw, bits);
  return value === null
    ? { shape: 'number', text: String(raw), note: `out of the range of ${dataTypeName(type)}` }
    : { shape: 'number', text: String(value), note: integerNote(value) };
}

/**
 * Negative numbers come as their two's complement, in as many bits as the type has, in 32 of its field, or in 64.
 * Null: it is none of so many bits.
 */
function signed(raw: bigint, bits: number): bigint | null {
  for (const width of [bits, 32, 64]) {
    if (width < bits || raw >= 2n ** BigInt(width)) continue;
    const value = BigInt.asIntN(width, raw);
    if (BigInt.asIntN(bits, value) === value) return value;
  }
  return null;
}

/** Most properties shown beside a metric, and characters of one. */
const MOST_SHOWN = 8;
const MOST_CHARS = 80;

/** The properties of a metric as text: `Quality: 192, engUnit: RPM`. */
export function propertyWords(properties: Raw): string {
  const keys: string[] = [];
  const values: string[] = [];
  let count = 0;
  eachField(reading(properties, 2), (field, raw) => {
    if (field === 1 && keys.length < MOST_SHOWN) keys.push(textOf(raw).text);
    else if (field === 2 && count++ < MOST_SHOWN) values.push(propertyValue(raw));
  });
  const shown = keys.map((key, at) => `${short(key)}: ${short(values[at] ?? 'no value')}`);
  if (count > MOST_SHOWN) shown.push(`${count - MOST_SHOWN} more`);
  return shown.join(', ');
}

function propertyValue(value: Raw): string {
  let type: number | null = null;
  let isNull = false;
  let found: Raw | null = null;
  eachField(reading(value, 2), (field, raw) => {
    if (field === 1) type = Number(numberOf(raw));
    else if (field === 2) isNull = numberOf(raw) !== 0n;
    else if (field >= 3 && field <= 10) found = raw;
  });
  const raw = found as Raw | null;
  if (isNull || raw === null) return 'null';
  // 3 to 8 are int, long, float, double, boolean and string; sets of properties are behind them.
  return raw.field > 8 ? 'a set of properties' : (plainValue(raw.field + 7, raw, type)?.text ?? '');
}

const METADATA: ReadonlyMap<number, string> = new Map([
  [1, 'multi-part'],
  [2, 'content type'],
  [3, 'size'],
  [4, 'part'],
  [5, 'file'],
  [6, 'file type'],
  [7, 'MD5'],
  [8, 'description'],
]);

/** The metadata of a file or another value sent in parts, as text: `file: a.bin, MD5: …`. */
export function metadataWords(metadata: Raw): string {
  const shown = new Map<string, string>();
  eachField(reading(metadata, 2), (field, raw) => {
    const name = METADATA.get(field);
    if (name === undefined) return;
    const number = raw.wire === 0 ? String(numberOf(raw)) : null;
    shown.set(name, number ?? short(textOf(raw).text));
  });
  return [...shown].map(([name, value]) => `${name}: ${value}`).join(', ');
}

function short(text: string): string {
  return text.length > MOST_CHARS ? `${text.slice(0, MOST_CHARS)}…` : text;
}
