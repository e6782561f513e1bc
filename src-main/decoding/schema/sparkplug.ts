import { decodeUtf8 } from '../../core/payload/utf8.ts';
import { formatCounted } from '../../core/text/amounts.ts';
import { ByteReader } from '../base/byte-reader.ts';
import { float32Text, floatText, hexDigits, integerNote } from '../base/numbers.ts';
import { isoOf } from '../base/times.ts';
import type { TreeBuilder } from '../base/tree.ts';
import { Unreadable } from '../base/unreadable.ts';
import { joined, sizeWords } from '../formats/cbor.ts';
import { dataTypeName, isArrayType, readArray } from './sparkplug-arrays.ts';

/*
 * Sparkplug B 3.0: the payload of Eclipse Tahu's sparkplug_b.proto, read for its meaning: a metric is a name with a
 * value, and where it comes by an alias the birth certificate of its device or edge node gives the name.
 */

/** What a birth certificate says of its metrics. */
export interface Births {
  readonly names: ReadonlyMap<bigint, string>;
  readonly types: ReadonlyMap<string, number>;
}

type Wire = 0 | 1 | 2 | 5;

interface Raw {
  readonly wire: Wire;
  readonly reader: ByteReader;
  readonly at: number;
  readonly end: number;
  readonly number: bigint;
}

/** Calls for each field of a message; a field's bytes are read by it or passed over. */
function eachField(reader: ByteReader, take: (field: number, raw: Raw) => void): void {
  while (reader.left > 0) {
    const at = reader.at;
    const tag = reader.varint();
    const wire = Number(tag & 7n);
    const field = Number(tag >> 3n);
    if (field === 0 || (wire !== 0 && wire !== 1 && wire !== 2 && wire !== 5)) {
      throw new Unreadable(`has no field at byte ${at}`, at);
    }
    const from = reader.at;
    let number = 0n;
    let inside = new ByteReader(reader.bytes, from, from);
    if (wire === 0) number = reader.varint();
    else {
      const length = wire === 2 ? reader.varint() : wire === 1 ? 8n : 4n;
      const start = reader.skip(length);
      inside = new ByteReader(reader.bytes, start, reader.at);
    }
    take(field, { wire, reader: inside, at: from, end: reader.at, number });
  }
}

function text({ reader }: Raw): string {
  return decodeUtf8(reader.bytes.subarray(reader.at, reader.end)).text;
}

interface Metric {
  name: string | null;
  alias: bigint | null;
  timestamp: bigint | null;
  type: number | null;
  readonly flags: string[];
  isNull: boolean;
  value: { readonly field: number; readonly raw: Raw } | null;
  properties: Raw | null;
  metadata: Raw | null;
  readonly at: number;
  readonly end: number;
}

function metricOf({ reader, at, end }: Raw): Metric {
  const metric: Metric = {
    name: null,
    alias: null,
    timestamp: null,
    type: null,
    flags: [],
    isNull: false,
    value: null,
    properties: null,
    metadata: null,
    at,
    end,
  };
  eachField(reader, (field, raw) => {
    if (field === 1) metric.name = text(raw);
    else if (field === 2) metric.alias = raw.number;
    else if (field === 3) metric.timestamp = raw.number;
    else if (field === 4) metric.type = Number(raw.number);
    else if (field === 5 && raw.number !== 0n) metric.flags.push('historical');
    else if (field === 6 && raw.number !== 0n) metric.flags.push('transient');
    else if (field === 7) metric.isNull = raw.number !== 0n;
    else if (field === 8) metric.metadata = raw;
    else if (field === 9) metric.properties = raw;
    else if (field >= 10 && field <= 18) metric.value = { field, raw };
  });
  return metric;
}

/** Names and types of a birth certificate; of a broken one what is before the fault. */
export function readBirths(births: readonly Uint8Array[]): Births {
  const names = new Map<bigint, string>();
  const types = new Map<string, number>();
  for (const birth of births) {
    try {
      eachField(new ByteReader(birth), (field, raw) => {
        if (field !== 2) return;
        const { name, alias, type } = metricOf(raw);
        if (name === null) return;
        if (alias !== null) names.set(alias, name);
        if (type !== null) types.set(name, type);
      });
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
    }
  }
  return { names, types };
}

/** What a payload is read to, beside its values. */
export interface ReadSparkplug {
  readonly detail: string;
  readonly notes: readonly string[];
}

export function readSparkplugPayload(bytes: Uint8Array, births: Births, tree: TreeBuilder): ReadSparkplug {
  const reader = new ByteReader(bytes);
  const metrics: Metric[] = [];
  const head: (() => void)[] = [];
  eachField(reader, (field, raw) => {
    const { at, end, number } = raw;
    if (field === 1) head.push(() => time(tree, 'timestamp', number, at, end));
    else if (field === 2) metrics.push(metricOf(raw));
    else if (field === 3)
      head.push(() => named(tree, 'seq', 'number', String(number), 'sequence number', raw));
    else if (field === 4) head.push(() => named(tree, 'uuid', 'text', text(raw), 'string', raw));
    else if (field === 5) {
      head.push(() =>
        named(tree, 'body', 'bytes', hexDigits(raw.reader.take(raw.reader.left)), 'bytes', raw),
      );
    } else throw new Unreadable(`has the field ${field}, which no payload has, at byte ${at}`, at);
  });
  tree.open('object', 'Sparkplug B payload', 0);
  for (const add of head) add();
  const unnamed = metricsInto(tree, metrics, births);
  tree.close(bytes.length);
  const notes =
    unnamed === 0
      ? []
      : [
          `${formatCounted(unnamed, 'metric comes', 'metrics come')} by alias only, and no birth certificate names it here.`,
        ];
  return { detail: formatCounted(metrics.length, 'metric'), notes };
}

function named(
  tree: TreeBuilder,
  key: string,
  shape: 'number' | 'text' | 'bytes',
  value: string,
  type: string,
  raw: Raw,
): void {
  tree.key(key);
  tree.value(shape, value, type, raw.at, raw.end);
}

function time(tree: TreeBuilder, key: string, ms: bigint, at: number, end: number): void {
  const iso = isoOf(BigInt.asIntN(64, ms), 1_000n);
  tree.key(key);
  if (iso === null) tree.value('number', String(ms), 'ms since 1970', at, end);
  else tree.value('date', iso, 'ms since 1970', at, end, String(ms));
}

/** Answers how many have no name. */
function metricsInto(tree: TreeBuilder, metrics: readonly Metric[], births: Births): number {
  let unnamed = 0;
  tree.key('metrics');
  tree.open('object', formatCounted(metrics.length, 'metric'), null);
  for (const metric of metrics) {
    const { alias } = metric;
    const name = metric.name ?? (alias === null ? null : (births.names.get(alias) ?? null));
    if (name === null) unnamed++;
    if (name === null) tree.key(alias === null ? 'no name' : `alias ${alias}`, false);
    else tree.key(name);
    metricValue(
      tree,
      metric,
      metric.type ?? (name === null ? null : (births.types.get(name) ?? null)),
      births,
    );
  }
  tree.close(null);
  return unnamed;
}

function metricValue(tree: TreeBuilder, metric: Metric, type: number | null, births: Births): void {
  const { alias, timestamp, flags, value, at, end } = metric;
  const when = timestamp === null ? '' : (isoOf(BigInt.asIntN(64, timestamp), 1_000n) ?? '');
  const note = joined(alias === null ? '' : `alias ${alias}`, when, ...flags);
  if (metric.isNull || value === null) {
    const word = metric.isNull ? 'null' : 'no value';
    return void tree.value('literal', word, dataTypeName(type), at, end, note);
  }
  const { field, raw } = value;
  if (field === 17) return dataSet(tree, raw, note);
  if (field === 18) return template(tree, raw, note, births);
  one(tree, field, raw, type, note);
}

/** A plain value; the numbers of its fields are those of a metric. */
function one(tree: TreeBuilder, field: number, raw: Raw, type: number | null, note: string): void {
  const { at, end, reader, number } = raw;
  const name = dataTypeName(type);
  switch (field) {
    case 10:
    case 11:
      return integer(tree, number, type, name, raw, note);
    case 12:
      return void tree.value('number', float32Text(reader.f32(true)), name, at, end, note);
    case 13:
      return void tree.value('number', floatText(reader.f64(true)), name, at, end, note);
    case 14:
      return void tree.value('literal', number === 0n ? 'false' : 'true', name, at, end, note);
    case 15:
      return void tree.value('text', text(raw), name, at, end, note);
    default: {
      const bytes = reader.bytes.subarray(reader.at, reader.end);
      if (type !== null && isArrayType(type)) return readArray(tree, bytes, type, reader.at, note);
      return void tree.value('bytes', hexDigits(bytes), sizeWords(bytes.length), at, end, joined(name, note));
    }
  }
}

const SIGNED: Readonly<Record<number, number>> = { 1: 8, 2: 16, 3: 32, 4: 64 };
const DATE_TIME = 13;

function integer(
  tree: TreeBuilder,
  raw: bigint,
  type: number | null,
  name: string,
  { at, end }: Raw,
  note: string,
): void {
  const bits = SIGNED[type ?? 0];
  // Negative numbers come as their two's complement.
  const value = bits === undefined ? raw : BigInt.asIntN(bits, raw);
  const iso = type === DATE_TIME ? isoOf(BigInt.asIntN(64, raw), 1_000n) : null;
  if (iso !== null) tree.value('date', iso, name, at, end, note);
  else tree.value('number', String(value), name, at, end, joined(integerNote(value), note));
}

/** Fields of a value in a data set, from those of a metric. */
const SET_VALUE = 9;

function dataSet(tree: TreeBuilder, { reader, at, end }: Raw, note: string): void {
  const columns: string[] = [];
  const types: number[] = [];
  const rows: Raw[] = [];
  eachField(reader, (field, raw) => {
    if (field === 2) columns.push(text(raw));
    else if (field === 3 && raw.wire === 0) types.push(Number(raw.number));
    else if (field === 3) while (raw.reader.left > 0) types.push(Number(raw.reader.varint()));
    else if (field === 4) rows.push(raw);
  });
  tree.open('list', `DataSet, ${formatCounted(rows.length, 'row')}`, at, note);
  for (const row of rows) {
    tree.open('object', 'row', row.at);
    let column = 0;
    eachField(row.reader, (field, element) => {
      if (field !== 1) return;
      const index = column++;
      tree.key(columns[index] ?? String(index));
      let isEmpty = true;
      eachField(element.reader, (kind, raw) => {
        if (!isEmpty) return;
        isEmpty = false;
        one(tree, kind + SET_VALUE, raw, types[index] ?? null, '');
      });
      if (isEmpty) tree.value('literal', 'null', 'null', element.at, element.end);
    });
    tree.close(row.end);
  }
  tree.close(end);
}

function template(tree: TreeBuilder, { reader, at, end }: Raw, note: string, births: Births): void {
  const metrics: Metric[] = [];
  const parameters: Raw[] = [];
  const texts = new Map<string, Raw>();
  let isDefinition = false;
  eachField(reader, (field, raw) => {
    if (field === 1) texts.set('version', raw);
    else if (field === 2) metrics.push(metricOf(raw));
    else if (field === 3) parameters.push(raw);
    else if (field === 4) texts.set('template', raw);
    else if (field === 5) isDefinition = raw.number !== 0n;
  });
  tree.open('object', isDefinition ? 'template definition' : 'template instance', at, note);
  for (const [key, raw] of texts) named(tree, key, 'text', text(raw), 'string', raw);
  if (parameters.length > 0) {
    tree.key('parameters');
    tree.open('object', formatCounted(parameters.length, 'parameter'), null);
    for (const parameter of parameters) parameterInto(tree, parameter);
    tree.close(null);
  }
  metricsInto(tree, metrics, births);
  tree.close(end);
}

function parameterInto(tree: TreeBuilder, { reader, at, end }: Raw): void {
  let name = '';
  let type: number | null = null;
  let value: { readonly field: number; readonly raw: Raw } | null = null;
  eachField(reader, (field, raw) => {
    if (field === 1) name = text(raw);
    else if (field === 2) type = Number(raw.number);
    // 3 to 8 are int, long, float, double, boolean and string.
    else if (field >= 3 && field <= 8) value = { field: field + 7, raw };
  });
  tree.key(name);
  const found = value as { readonly field: number; readonly raw: Raw } | null;
  if (found === null) tree.value('literal', 'no value', dataTypeName(type), at, end);
  else one(tree, found.field, found.raw, type, '');
}
