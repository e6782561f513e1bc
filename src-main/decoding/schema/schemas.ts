import type { SchemaFile } from '../../contract/decoding/decoded.ts';
import { Unreadable } from '../base/unreadable.ts';
import { readAvroSchema, type AvroSchema } from './avro-schema.ts';
import type { ProtoMessage } from './protobuf-types.ts';
import { readProtoFiles, type ProtoMessages } from './protobuf-schema.ts';

/** Reading schemas costs more than reading a payload: those that were read last are kept. */
const KEPT = 8;

const proto = new Map<string, ProtoMessages>();
const avro = new Map<string, AvroSchema>();

function kept<T>(cache: Map<string, T>, key: string, make: () => T): T {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make();
  const [oldest] = cache.keys();
  if (cache.size >= KEPT && oldest !== undefined) cache.delete(oldest);
  cache.set(key, made);
  return made;
}

export function isProto({ name }: Pick<SchemaFile, 'name'>): boolean {
  return name.toLowerCase().endsWith('.proto');
}

/** For many payloads with the very same files: comparing their texts costs more than reading a payload. */
const protoOf = new WeakMap<readonly SchemaFile[], ProtoMessages>();

/** Of all `.proto` files together, so that each may import the others. */
export function protoMessages(files: readonly SchemaFile[]): ProtoMessages {
  const known = protoOf.get(files);
  if (known !== undefined) return known;
  const protos = files.filter(isProto);
  const messages = kept(proto, JSON.stringify(protos), () => readProtoFiles(protos));
  protoOf.set(files, messages);
  return messages;
}

/**
 * The message that an option names: `plant.Reading`, or with its file before it, which is for the eye. Null: the
 * option is empty, so that the wire format has to do.
 */
export function chosenMessage(option: string, files: readonly SchemaFile[]): ProtoMessage | null {
  const words = option.trim().split(/\s+/);
  const name = words.at(-1) ?? '';
  if (name === '') return null;
  const messages = protoMessages(files);
  const message = messages.get(name) ?? [...messages.values()].find((one) => one.name.endsWith(`.${name}`));
  if (message === undefined) throw new Unreadable(`knows no message ${name}: add its .proto file`);
  return message;
}

export function avroSchema(file: SchemaFile): AvroSchema {
  return kept(avro, file.text, () => readAvroSchema(file.text));
}

/** The schema that an option names by its file, or that a single object names by its fingerprint. */
export function chosenAvro(
  option: string,
  fingerprint: bigint | null,
  files: readonly SchemaFile[],
): AvroSchema {
  const name = option.trim();
  const schemas = files.filter((file) => !isProto(file));
  if (name !== '') {
    const file = schemas.find((one) => one.name === name);
    if (file === undefined) throw new Unreadable(`knows no schema ${name}: add its file`);
    return avroSchema(file);
  }
  if (fingerprint === null) throw new Unreadable('needs a schema: the bytes do not say which one');
  for (const file of schemas) {
    const schema = readable(file);
    if (schema?.fingerprint === fingerprint) return schema;
  }
  throw new Unreadable(
    `has the schema ${fingerprint.toString(16).padStart(16, '0')}, which is not among the files`,
  );
}

/** A file that cannot be read does not keep others from being found. */
function readable(file: SchemaFile): AvroSchema | null {
  try {
    return avroSchema(file);
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

/** What can be chosen in a file. */
export function typesIn(file: SchemaFile, files: readonly SchemaFile[]): readonly string[] {
  if (!isProto(file)) {
    const { type } = avroSchema(file);
    return ['name' in type ? type.name : type.kind];
  }
  // Those of this file: what is there with it and not without it.
  const others = files.filter(({ name }) => name !== file.name && isProto({ name }));
  const named = new Set(Array.from(file.text.matchAll(/\bmessage\s+(\w+)/g), ([, name = '']) => name));
  return [...protoMessages([...others, file]).keys()].filter((name) => named.has(name.replace(/^.*\./, '')));
}
