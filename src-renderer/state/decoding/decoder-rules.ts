import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Failure } from '../../../src-main/contract/base/errors.ts';
import type { DecoderChain, DecoderRule } from '../../../src-main/contract/model/decoder-rule.ts';
import { callEngine } from '../engine/call-engine.ts';
import { follow } from '../engine/follow.ts';
import type { ConnectionSession } from '../tree/tree-session.ts';

export interface DecoderRulesState {
  readonly rules: readonly DecoderRule[];
  /** Where they are kept; null: not known yet. */
  readonly where: 'profile' | 'memory' | null;
}

export interface DecoderRulesStore {
  readonly store: StoreApi<DecoderRulesState>;
  /** `chain` null: removes the rule of this filter. Null when it is done. */
  set(filter: string, chain: DecoderChain | null): Promise<Failure | null>;
  close(): void;
}

/** How topics of a connection are always decoded, as the engine keeps it. */
export function createDecoderRules({ client, connectionId }: ConnectionSession): DecoderRulesStore {
  const connection = connectionId;
  const store = createStore<DecoderRulesState>(() => ({ rules: [], where: null }));
  const end = follow({
    open: () => client.stream('decoderRules', { connection }),
    take: ({ rules, where }) => store.setState({ rules, where }),
  });
  return {
    store,
    async set(filter, chain) {
      const answer = await callEngine(() => client.call('setDecoderRule', { connection, filter, chain }));
      return answer.kind === 'failed' ? answer : null;
    },
    close: end,
  };
}
