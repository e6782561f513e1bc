import { Unreadable } from '../base/unreadable.ts';

/** A schema of Avro with its names resolved. */
export type AvroType =
  | {
      readonly kind: 'primitive';
      readonly name: AvroPrimitive;
      readonly logical: string | null;
      readonly scale: number;
    }
  | { readonly kind: 'record'; readonly name: string; readonly fields: readonly AvroField[] }
  | { readonly kind: 'enum'; readonly name: string; readonly symbols: readonly string[] }
  | {
      readonly kind: 'fixed';
      readonly name: string;
      readonly size: number;
      readonly logical: string | null;
      readonly scale: number;
    }
  | { readonly kind: 'array'; readonly items: AvroType }
  | { readonly kind: 'map'; readonly values: AvroType }
  | { readonly kind: 'union'; readonly branches: readonly AvroType[] };

export type AvroPrimitive = 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' | 'string';

export interface AvroField {
  readonly name: string;
  readonly type: AvroType;
}

export interface AvroSchema {
  readonly type: AvroType;
  /** Fingerprint of its canonical form, as in single-object encoding. */
  readonly fingerprint: bigint;
}

const PRIMITIVES: ReadonlySet<string> = new Set<AvroPrimitive>([
  ...(['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'] as const),
]);
const NAMED: ReadonlySet<string> = new Set(['record', 'error', 'enum', 'fixed']);
/** Types in types, so that a hostile schema ends. */
const MAX_NESTED = 64;

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

/** @throws {Unreadable} with what is wrong */
export function readAvroSchema(text: string): AvroSchema {
  let json: Json;
  try {
    json = JSON.parse(text) as Json;
  } catch (error) {
    throw new Unreadable(`cannot read the schema: ${error instanceof Error ? error.message : String(error)}`);
  }
  const reader = new SchemaReader();
  const type = reader.type(json, '', 0);
  return { type, fingerprint: fingerprintOf(reader.canonical(json, '')) };
}

class SchemaReader {
  readonly #named = new Map<string, AvroType>();

  type(json: Json, space: string, depth: number): AvroType {
    if (depth > MAX_NESTED) throw new Unreadable('cannot read the schema: it is nested too deep');
    if (typeof json === 'string') return this.#byName(json, space);
    if (Array.isArray(json)) {
      return { kind: 'union', branches: json.map((one: Json) => this.type(one, space, depth + 1)) };
    }
    if (!isObject(json)) throw new Unreadable(`cannot read the schema: ${JSON.stringify(json)} is no type`);
    const type = json['type'] ?? null;
    return typeof type === 'string'
      ? this.#ofKind(type, json, space, depth)
      : this.type(type, space, depth + 1);
  }

  #ofKind(kind: string, json: JsonObject, space: string, depth: number): AvroType {
    switch (kind) {
      case 'record':
      case 'error':
        return this.#record(json, space, depth);
      case 'enum': {
        const name = fullName(json, space);
        return this.#name(name, { kind: 'enum', name, symbols: texts(json['symbols']) });
      }
      case 'fixed':
        return this.#fixed(json, space);
      case 'array':
        return { kind: 'array', items: this.type(json['items'] ?? null, space, depth + 1) };
      case 'map':
        return { kind: 'map', values: this.type(json['values'] ?? null, space, depth + 1) };
      default: {
        const known = this.#byName(kind, space);
        return known.kind === 'primitive' ? { ...known, ...logicalOf(json) } : known;
      }
    }
  }

  #fixed(json: JsonObject, space: string): AvroType {
    const size = json['size'];
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
      throw new Unreadable('cannot read the schema: a size is none');
    const name = fullName(json, space);
    return this.#name(name, { kind: 'fixed', name, size, ...logicalOf(json) });
  }

  #byName(name: string, space: string): AvroType {
    if (PRIMITIVES.has(name))
      return { kind: 'primitive', name: name as AvroPrimitive, logical: null, scale: 0 };
    const known = this.#named.get(qualified(name, space)) ?? this.#named.get(name);
    if (known === undefined) throw new Unreadable(`cannot read the schema: the type ${name} is not there`);
    return known;
  }

  #name(name: string, type: AvroType): AvroType {
    this.#named.set(name, type);
    return type;
  }

  #record(json: JsonObject, space: string, depth: number): AvroType {
    const name = fullName(json, space);
    const fields: AvroField[] = [];
    const record: AvroType = { kind: 'record', name, fields };
    // A field may be of the record itself.
    this.#named.set(name, record);
    for (const field of list(json['fields'])) {
      if (!isObject(field)) throw new Unreadable('cannot read the schema: a field is none');
      fields.push({
        name: nameIn(field),
        type: this.type(field['type'] ?? null, spaceOf(name), depth + 1),
      });
    }
    return record;
  }

  /** The parsing canonical form of the specification. */
  canonical(json: Json, space: string): string {
    if (typeof json === 'string') {
      return JSON.stringify(PRIMITIVES.has(json) ? json : this.#known(json, space));
    }
    if (Array.isArray(json)) return `[${json.map((one: Json) => this.canonical(one, space)).join(',')}]`;
    if (!isObject(json)) return 'null';
    const type = json['type'] ?? null;
    if (type === 'array') return `{"type":"array","items":${this.canonical(json['items'] ?? null, space)}}`;
    if (type === 'map') return `{"type":"map","values":${this.canonical(json['values'] ?? null, space)}}`;
    return typeof type === 'string' && NAMED.has(type)
      ? this.#canonicalNamed(type, json, space)
      : this.canonical(type, space);
  }

  #canonicalNamed(type: string, json: JsonObject, space: string): string {
    const name = fullName(json, space);
    const head = `{"name":${JSON.stringify(name)},"type":${JSON.stringify(type)}`;
    if (type === 'enum') return `${head},"symbols":${JSON.stringify(texts(json['symbols']))}}`;
    if (type === 'fixed') return `${head},"size":${Number(json['size'])}}`;
    const fields = list(json['fields']).map((field) => {
      const one = isObject(field) ? field : {};
      const inside = this.canonical(one['type'] ?? null, spaceOf(name));
      return `{"name":${JSON.stringify(one['name'])},"type":${inside}}`;
    });
    return `${head},"fields":[${fields.join(',')}]}`;
  }

  #known(name: string, space: string): string {
    const full = qualified(name, space);
    return this.#named.has(full) ? full : name;
  }
}

function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function list(json: Json | undefined): readonly Json[] {
  return Array.isArray(json) ? (json as readonly Json[]) : [];
}

function texts(json: Json | undefined): readonly string[] {
  return list(json).map((one) => {
    if (typeof one === 'string') return one;
    throw new Unreadable('cannot read the schema: a symbol is no text');
  });
}

function logicalOf(json: JsonObject): { readonly logical: string | null; readonly scale: number } {
  const { logicalType, scale } = json;
  return {
    logical: typeof logicalType === 'string' ? logicalType : null,
    scale: typeof scale === 'number' ? scale : 0,
  };
}

function nameIn(json: JsonObject): string {
  const { name } = json;
  if (typeof name !== 'string') throw new Unreadable('cannot read the schema: a name is missing');
  return name;
}

function fullName(json: JsonObject, space: string): string {
  const name = nameIn(json);
  const own = json['namespace'];
  return qualified(name, typeof own === 'string' ? own : space);
}

function qualified(name: string, space: string): string {
  return name.includes('.') || space === '' ? name : `${space}.${name}`;
}

function spaceOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('.')));
}

const EMPTY = 0xc15d213aa4d7a795n;
let table: BigUint64Array | null = null;

function rabinTable(): BigUint64Array {
  const made = new BigUint64Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit++)
      value = (value >> 1n) ^ (EMPTY & -(value & 1n) & 0xffff_ffff_ffff_ffffn);
    made[byte] = value;
  }
  return made;
}

/** CRC-64-AVRO. */
export function fingerprintOf(canonical: string): bigint {
  table ??= rabinTable();
  let value = EMPTY;
  for (const byte of new TextEncoder().encode(canonical)) {
    value = (value >> 8n) ^ (table[Number((value ^ BigInt(byte)) & 0xffn)] ?? 0n);
  }
  return value;
}
