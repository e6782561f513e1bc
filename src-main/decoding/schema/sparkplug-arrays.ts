import { decodeUtf8 } from '../../core/payload/utf8.ts';
import { ByteReader } from '../base/byte-reader.ts';
import { float32Text, floatText } from '../base/numbers.ts';
import { isoOf } from '../base/times.ts';
import type { TreeBuilder } from '../base/tree.ts';
import { Unreadable } from '../base/unreadable.ts';

const NAMES = [
  ...(['Unknown', 'Int8', 'Int16', 'Int32', 'Int64', 'UInt8', 'UInt16', 'UInt32', 'UInt64'] as const),
  ...(['Float', 'Double', 'Boolean', 'String', 'DateTime', 'Text', 'UUID', 'DataSet', 'Bytes'] as const),
  ...(['File', 'Template', 'PropertySet', 'PropertySetList', 'Int8Array', 'Int16Array'] as const),
  ...(['Int32Array', 'Int64Array', 'UInt8Array', 'UInt16Array', 'UInt32Array', 'UInt64Array'] as const),
  ...(['FloatArray', 'DoubleArray', 'BooleanArray', 'StringArray', 'DateTimeArray'] as const),
];

/** Names of the data types by their numbers in Sparkplug. */
export function dataTypeName(type: number | null): string {
  if (type === null) return 'type not sent';
  return NAMES[type] ?? `type ${type}`;
}

export function isArrayType(type: number): boolean {
  return type >= 22 && type <= 34;
}

type Read = (reader: ByteReader) => string;

/** Little-endian, one behind the other. */
const NUMBERS: Readonly<Record<number, Read>> = {
  22: (reader) => String(reader.i8()),
  23: (reader) => String(reader.i16(true)),
  24: (reader) => String(reader.i32(true)),
  25: (reader) => String(reader.i64(true)),
  26: (reader) => String(reader.u8()),
  27: (reader) => String(reader.u16(true)),
  28: (reader) => String(reader.u32(true)),
  29: (reader) => String(reader.u64(true)),
  30: (reader) => float32Text(reader.f32(true)),
  31: (reader) => floatText(reader.f64(true)),
};
const BOOLEANS = 32;
const STRINGS = 33;

/** An array that is packed into the bytes of a metric. */
export function readArray(
  tree: TreeBuilder,
  bytes: Uint8Array,
  type: number,
  at: number,
  note: string,
): void {
  const reader = new ByteReader(bytes);
  const node = tree.open('list', dataTypeName(type), at, note);
  if (type === BOOLEANS) booleans(reader, tree, at);
  else if (type === STRINGS) strings(reader, tree, at);
  else {
    const read = NUMBERS[type];
    while (reader.left > 0) {
      const from = at + reader.at;
      if (read !== undefined)
        tree.value('number', read(reader), dataTypeName(type - 21), from, at + reader.at);
      else {
        const ms = reader.i64(true);
        tree.value('date', isoOf(ms, 1_000n) ?? String(ms), 'DateTime', from, at + reader.at, String(ms));
      }
    }
  }
  tree.close(at + bytes.length);
  node.type = `${dataTypeName(type)} of ${node.children}`;
}

/** A count, and then a bit each, the highest first. */
function booleans(reader: ByteReader, tree: TreeBuilder, at: number): void {
  const count = reader.u32(true);
  if (count > reader.left * 8) throw new Unreadable(`has fewer booleans than the ${count} it says`, at);
  for (let bit = 0; bit < count; bit++) {
    const from = reader.at + (bit >> 3);
    const isOn = (((reader.bytes[from] ?? 0) >> (7 - (bit & 7))) & 1) === 1;
    tree.value('literal', isOn ? 'true' : 'false', 'Boolean', at + from, at + from + 1);
  }
}

/** Each ends with NUL. */
function strings(reader: ByteReader, tree: TreeBuilder, at: number): void {
  while (reader.left > 0) {
    const from = reader.at;
    const zero = reader.bytes.indexOf(0, from);
    const end = zero < 0 ? reader.end : zero;
    const { text } = decodeUtf8(reader.take(end - from));
    if (zero >= 0) reader.skip(1);
    tree.value('text', text, 'String', at + from, at + reader.at);
  }
}
