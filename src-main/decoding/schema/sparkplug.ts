import { formatCounted } from '../../core/text/amounts.ts';
import { ByteReader } from '../base/byte-reader.ts';
import { MAX_VALUES } from '../base/limits.ts';
import { hexDigits } from '../base/numbers.ts';
import { isoOf } from '../base/times.ts';
import type { TreeBuilder } from '../base/tree.ts';
import { Unreadable } from '../base/unreadable.ts';
import { joined } from '../base/node-labels.ts';
import { dataTypeName } from './sparkplug-arrays.ts';
import { bytesOf, eachField, numberOf, put, reading, textOf, type Raw } from './sparkplug-fields.ts';
import { metadataWords, propertyWords, valueInto } from './sparkplug-values.ts';

/*
 * Sparkplug B 3.0: the payload of Eclipse Tahu's sparkplug_b.proto, read for its meaning: a metric is a name with a
 * value, and where it comes by an alias the birth certificate of its device or edge node gives the name.
 */

/** What a birth certificate says of its metrics. */
export interface Births {
  readonly names: ReadonlyMap<bigint, string>;
  readonly types: ReadonlyMap<string, number>;
}

interface Metric {
  name: string | null;
  alias: bigint | null;
  timestamp: bigint | null;
  type: number | null;
  isHistorical: boolean;
  isTransient: boolean;
  isNull: boolean;
  value: Raw | null;
  properties: Raw | null;
  metadata: Raw | null;
  readonly at: number;
  readonly end: number;
}

function metricOf(of: Raw): Metric {
  const { at, end } = of;
  const metric: Metric = {
    name: null,
    alias: null,
    timestamp: null,
    type: null,
    isHistorical: false,
    isTransient: false,
    isNull: false,
    value: null,
    properties: null,
    metadata: null,
    at,
    end,
  };
  eachField(reading(of, 2), (field, raw) => {
    if (field === 1) metric.name = textOf(raw).text;
    else if (field === 2) metric.alias = numberOf(raw);
    else if (field === 3) metric.timestamp = numberOf(raw);
    else if (field === 4) metric.type = Number(numberOf(raw));
    else if (field === 5) metric.isHistorical = numberOf(raw) !== 0n;
    else if (field === 6) metric.isTransient = numberOf(raw) !== 0n;
    else if (field === 7) metric.isNull = numberOf(raw) !== 0n;
    else if (field === 8) metric.metadata = raw;
    else if (field === 9) metric.properties = raw;
    else if (field >= 10 && field <= 18) metric.value = raw;
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
    if (field === 1) put(head, () => time(tree, 'timestamp', raw));
    else if (field === 2) putMetric(metrics, raw);
    else if (field === 3) put(head, () => sequence(tree, raw));
    else if (field === 4) put(head, () => named(tree, 'uuid', raw));
    else if (field === 5) put(head, () => body(tree, raw));
    else throw new Unreadable(`has the field ${field}, which no payload has, at byte ${raw.at}`, raw.at);
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

/** As `put`, and nothing is read of what is left out. */
function putMetric(metrics: Metric[], raw: Raw): void {
  if (metrics.length <= MAX_VALUES) metrics.push(metricOf(raw));
}

/** A text with its name. */
function named(tree: TreeBuilder, key: string, raw: Raw): void {
  const { text, note } = textOf(raw);
  tree.key(key);
  tree.value('text', text, 'string', raw.at, raw.end, note);
}

function sequence(tree: TreeBuilder, raw: Raw): void {
  tree.key('seq');
  tree.value('number', String(numberOf(raw)), 'sequence number', raw.at, raw.end);
}

function body(tree: TreeBuilder, raw: Raw): void {
  tree.key('body');
  tree.value('bytes', hexDigits(bytesOf(raw)), 'bytes', raw.at, raw.end);
}

function time(tree: TreeBuilder, key: string, raw: Raw): void {
  const ms = numberOf(raw);
  const iso = isoOf(BigInt.asIntN(64, ms), 1_000n);
  tree.key(key);
  if (iso === null) tree.value('number', String(ms), 'ms since 1970', raw.at, raw.end);
  else tree.value('date', iso, 'ms since 1970', raw.at, raw.end, String(ms));
}

/** Answers how many have no name. */
function metricsInto(tree: TreeBuilder, metrics: readonly Metric[], births: Births): number {
  let unnamed = 0;
  tree.key('metrics');
  const more = metrics.length > MAX_VALUES ? 'more than ' : '';
  tree.open('object', more + formatCounted(Math.min(metrics.length, MAX_VALUES), 'metric'), null);
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
  const { value, at, end } = metric;
  const note = noteOf(metric);
  if (metric.isNull || value === null) {
    const word = metric.isNull ? 'null' : 'no value';
    return void tree.value('literal', word, dataTypeName(type), at, end, note);
  }
  if (value.field === 17) return dataSet(tree, value, note);
  if (value.field === 18) return template(tree, value, note, births);
  valueInto(tree, value.field, value, type, note);
}

/** What comes with a metric beside its name and its value. */
function noteOf({ alias, timestamp, isHistorical, isTransient, properties, metadata }: Metric): string {
  return joined(
    alias === null ? '' : `alias ${alias}`,
    timestamp === null ? '' : (isoOf(BigInt.asIntN(64, timestamp), 1_000n) ?? `${timestamp} ms since 1970`),
    isHistorical ? 'historical' : '',
    isTransient ? 'transient' : '',
    properties === null ? '' : propertyWords(properties),
    metadata === null ? '' : metadataWords(metadata),
  );
}

/** Fields of a value in a data set, from those of a metric. */
const SET_VALUE = 9;

function dataSet(tree: TreeBuilder, set: Raw, note: string): void {
  const columns: string[] = [];
  const types: number[] = [];
  const rows: Raw[] = [];
  eachField(reading(set, 2), (field, raw) => {
    if (field === 2) put(columns, textOf(raw).text);
    else if (field === 3 && raw.wire === 0) put(types, Number(numberOf(raw)));
    else if (field === 3) {
      const packed = reading(raw, 2);
      while (packed.left > 0) put(types, Number(packed.varint()));
    } else if (field === 4) put(rows, raw);
  });
  tree.open('list', `DataSet, ${formatCounted(rows.length, 'row')}`, set.at, note);
  for (const row of rows) {
    tree.open('object', 'row', row.at);
    let column = 0;
    eachField(reading(row, 2), (field, element) => {
      if (field !== 1) return;
      const index = column++;
      tree.key(columns[index] ?? String(index));
      elementInto(tree, element, types[index] ?? null);
    });
    tree.close(row.end);
  }
  tree.close(set.end);
}

function elementInto(tree: TreeBuilder, element: Raw, type: number | null): void {
  let isEmpty = true;
  eachField(reading(element, 2), (kind, raw) => {
    if (!isEmpty) return;
    isEmpty = false;
    valueInto(tree, kind + SET_VALUE, raw, type, '');
  });
  if (isEmpty) tree.value('literal', 'null', 'null', element.at, element.end);
}

function template(tree: TreeBuilder, of: Raw, note: string, births: Births): void {
  const metrics: Metric[] = [];
  const parameters: Raw[] = [];
  const texts = new Map<string, Raw>();
  let isDefinition = false;
  eachField(reading(of, 2), (field, raw) => {
    if (field === 1) texts.set('version', raw);
    else if (field === 2) putMetric(metrics, raw);
    else if (field === 3) put(parameters, raw);
    else if (field === 4) texts.set('template', raw);
    else if (field === 5) isDefinition = numberOf(raw) !== 0n;
  });
  tree.open('object', isDefinition ? 'template definition' : 'template instance', of.at, note);
  for (const [key, raw] of texts) named(tree, key, raw);
  if (parameters.length > 0) {
    tree.key('parameters');
    tree.open('object', formatCounted(parameters.length, 'parameter'), null);
    for (const parameter of parameters) parameterInto(tree, parameter);
    tree.close(null);
  }
  metricsInto(tree, metrics, births);
  tree.close(of.end);
}

function parameterInto(tree: TreeBuilder, parameter: Raw): void {
  let name = '';
  let type: number | null = null;
  let value: Raw | null = null;
  eachField(reading(parameter, 2), (field, raw) => {
    if (field === 1) name = textOf(raw).text;
    else if (field === 2) type = Number(numberOf(raw));
    // 3 to 8 are int, long, float, double, boolean and string.
    else if (field >= 3 && field <= 8) value = raw;
  });
  tree.key(name);
  const found = value as Raw | null;
  const { at, end } = parameter;
  if (found === null) tree.value('literal', 'no value', dataTypeName(type), at, end);
  else valueInto(tree, found.field + 7, found, type, '');
}
