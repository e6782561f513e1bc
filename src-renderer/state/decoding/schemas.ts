import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Failure } from '../../../src-main/contract/base/errors.ts';
import { callEngine } from '../engine/call-engine.ts';
import { follow } from '../engine/follow.ts';
import type { ConnectionSession } from '../tree/tree-session.ts';

export interface KnownSchema {
  readonly name: string;
  /** Full names of the messages in it, or of its type. */
  readonly types: readonly string[];
  readonly problem: Failure | null;
}

export interface SchemasStore {
  readonly store: StoreApi<{ readonly files: readonly KnownSchema[] }>;
  /** Null when it is kept. */
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
  return {
    store,
    add: (name, text) => asked(() => client.call('saveSchema', { name, text })),
    remove: (name) => asked(() => client.call('removeSchema', { name })),
    close: end,
  };
}
