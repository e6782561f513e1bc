import { createStore, type StoreApi } from 'zustand/vanilla';
import { failed, type Failure } from '../../../src-main/contract/base/errors.ts';
import { quoted } from '../../../src-main/core/topics/names.ts';
import { callEngine } from '../engine/call-engine.ts';
import { follow } from '../engine/follow.ts';
import type { ConnectionSession } from '../tree/tree-session.ts';

export interface KnownSchema {
  readonly name: string;
  /** Full names of the messages in it, or of its type. */
  readonly types: readonly string[];
  readonly problem: Failure | null;
}

/** Of one file. */
const MAX_CHARS = 1_000_000;

export interface SchemasStore {
  readonly store: StoreApi<{ readonly files: readonly KnownSchema[] }>;
  /** Null when it is kept. */
  addFile(file: Pick<File, 'name' | 'size' | 'text'>): Promise<Failure | null>;
  add(name: string, text: string): Promise<Failure | null>;
  remove(name: string): Promise<Failure | null>;
  close(): void;
}

/** `.proto` files and schemas of Avro, which all profiles share. */
export function createSchemas({ client }: Pick<ConnectionSession, 'client'>): SchemasStore {
  const store = createStore<{ readonly files: readonly KnownSchema[] }>(() => ({ files: [] }));
  const end = follow({
    open: () => client.stream('schemas', {}),
    take: ({ files }) => store.setState({ files }),
  });
  const asked = async (ask: () => Promise<{ readonly kind: 'done' } | Failure>): Promise<Failure | null> => {
    const answer = await callEngine(ask);
    return answer.kind === 'failed' ? answer : null;
  };
  const add: SchemasStore['add'] = (name, text) => asked(() => client.call('saveSchema', { name, text }));
  return {
    store,
    add,
    addFile: async (file) =>
      file.size > MAX_CHARS ? tooLarge(file.name) : await add(file.name, await file.text()),
    remove: (name) => asked(() => client.call('removeSchema', { name })),
    close: end,
  };
}

function tooLarge(name: string): Failure {
  return failed('schema-too-large', `${quoted(name)} is larger than 1 MB: that is no schema.`, '');
}

export function isProtoFile({ name }: Pick<KnownSchema, 'name'>): boolean {
  return name.toLowerCase().endsWith('.proto');
}

/** What can be typed as the option of a decoder that needs a schema. */
export function schemaSuggestions(
  files: readonly Pick<KnownSchema, 'name' | 'types'>[],
): Readonly<Record<'protobuf' | 'avro', readonly string[]>> {
  return {
    // Several files may have the same one.
    protobuf: [...new Set(files.filter(isProtoFile).flatMap(({ types }) => types))],
    avro: files.filter((file) => !isProtoFile(file)).map(({ name }) => name),
  };
}
