import protobuf from 'protobufjs';
import type { SchemaFile } from '../../contract/decoding/decoded.ts';
import { Unreadable } from '../base/unreadable.ts';
import type { ProtoEnum, ProtoField, ProtoMessage, ProtoScalar } from './protobuf-types.ts';

/*
 * `.proto` files are read by protobufjs, of which only its parser is used: its decoder is made of generated code, and
 * ours reads bytes by what the parser says.
 */

/** The messages of some files, by their full names. */
export type ProtoMessages = ReadonlyMap<string, ProtoMessage>;

/** @throws {Unreadable} with the file and the line */
export function readProtoFiles(files: readonly SchemaFile[]): ProtoMessages {
  const root = new protobuf.Root();
  const wanted = new Set<string>();
  for (const { name, text } of files) {
    try {
      const { imports = [], weakImports = [] } = protobuf.parse(text, root, { keepCase: true });
      for (const one of [...imports, ...weakImports]) wanted.add(one);
    } catch (error) {
      throw new Unreadable(`cannot read ${name}: ${wordsOf(error)}`);
    }
  }
  const missing = [...wanted].filter((path) => !isGiven(path, files) && !addCommon(root, path));
  try {
    root.resolveAll();
  } catch (error) {
    const imports = missing.length === 0 ? '' : `; ${missing.join(', ')} is imported and not here`;
    throw new Unreadable(`cannot read the schema: ${wordsOf(error)}${imports}`);
  }
  return messagesOf(root);
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Files are known by their names; an import has the folders before it. */
function isGiven(path: string, files: readonly SchemaFile[]): boolean {
  return files.some(({ name }) => path === name || path.endsWith(`/${name}`) || name.endsWith(`/${path}`));
}

/** Google's own, such as Timestamp, come with the parser. */
function addCommon(root: protobuf.Root, path: string): boolean {
  const known = protobuf.common.get(path);
  if (known?.nested === undefined) return false;
  if (root.lookup(path.replace(/^.*\//, '')) === null) root.addJSON(known.nested);
  return true;
}

function messagesOf(root: protobuf.Root): ProtoMessages {
  const messages = new Map<string, ProtoMessage>();
  const types = new Map<protobuf.ReflectionObject, ProtoMessage | ProtoEnum>();
  const typeOf = (of: protobuf.ReflectionObject): ProtoMessage | ProtoEnum => {
    const known = types.get(of);
    if (known !== undefined) return known;
    const made = of instanceof protobuf.Enum ? enumOf(of) : messageOf(of as protobuf.Type, typeOf);
    types.set(of, made);
    return made;
  };
  const walk = (space: protobuf.NamespaceBase): void => {
    for (const one of space.nestedArray) {
      if (one instanceof protobuf.Type) {
        const message = typeOf(one);
        if (message.kind === 'message') messages.set(message.name, message);
      }
      if (one instanceof protobuf.Namespace || one instanceof protobuf.Type) walk(one);
    }
  };
  walk(root);
  return messages;
}

function nameOf(one: protobuf.ReflectionObject): string {
  return one.fullName.replace(/^\./, '');
}

function enumOf(of: protobuf.Enum): ProtoEnum {
  // Of names for the same number, the first counts.
  const numbers = new Map(Object.entries(of.values));
  const values = new Map<number, string>();
  for (const [name, number] of numbers) if (!values.has(number)) values.set(number, name);
  return { kind: 'enum', name: nameOf(of), values, numbers };
}

function messageOf(
  of: protobuf.Type,
  typeOf: (one: protobuf.ReflectionObject) => ProtoMessage | ProtoEnum,
): ProtoMessage {
  const fields = new Map<number, ProtoField>();
  for (const field of of.fieldsArray) {
    const { resolvedType } = field;
    fields.set(field.id, {
      name: field.name,
      repeated: field.repeated,
      packed: field.packed,
      required: field.required,
      delimited: field.delimited,
      oneof: field.partOf?.name ?? null,
      mapKey: field instanceof protobuf.MapField ? (field.keyType as ProtoScalar) : null,
      type: resolvedType === null ? (field.type as ProtoScalar) : () => typeOf(resolvedType),
    });
  }
  return { kind: 'message', name: nameOf(of), fields };
}
