import type { EngineHandlers } from '../../contract/api.ts';
import type { StreamSignal } from '../../contract/base/define.ts';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { decoderRuleCalls, decoderRuleStreams } from '../../contract/decoding/decoder-rule-calls.ts';
import type { DecoderChain, DecoderRule } from '../../contract/model/decoder-rule.ts';
import type { ConnectionId } from '../../contract/model/model.ts';
import { withRule } from '../../core/topics/decoder-rules.ts';
import { checkTopicFilter } from '../../core/topics/names.ts';
import { Observable } from '../base/observable.ts';
import type { SavedProfiles } from '../profiles/saved-profiles.ts';

/** Rules of one profile or connection; more is a mistake. */
const MOST_RULES = 500;

type Handlers = Pick<
  EngineHandlers,
  'setDecoderRule' | keyof Pick<typeof decoderRuleStreams, 'decoderRules'>
>;
type Saved = Awaited<ReturnType<Handlers['setDecoderRule']>>;
export type RuleCalls = typeof decoderRuleCalls;

export interface DecoderRulesPorts {
  readonly saved: Pick<SavedProfiles, 'item' | 'find' | 'change'>;
  /** Null: the connection has none, as that of the demo. Throws where it was closed. */
  readonly profileOf: (connection: ConnectionId) => string | null;
}

/** How topics are always decoded: saved with the profile; of a connection without one kept until the program ends. */
export class DecoderRuleBook {
  readonly #ports: DecoderRulesPorts;
  readonly #inMemory = new Observable<ReadonlyMap<ConnectionId, readonly DecoderRule[]>>(new Map());

  constructor(ports: DecoderRulesPorts) {
    this.#ports = ports;
  }

  rulesOf(connection: ConnectionId): readonly DecoderRule[] {
    const profile = this.#profile(connection);
    return profile === null ? (this.#inMemory.value.get(connection) ?? []) : (profile.decoderRules ?? []);
  }

  handlers(): Handlers {
    return {
      setDecoderRule: ({ connection, filter, chain }) => this.#set(connection, filter, chain),
      decoderRules: ({ connection }, signal) => this.#follow(connection, signal),
    };
  }

  #profile(connection: ConnectionId) {
    const id = this.#ports.profileOf(connection);
    return id === null ? null : (this.#ports.saved.find(id) ?? null);
  }

  async #set(connection: ConnectionId, filter: string, chain: DecoderChain | null): Promise<Saved> {
    const wrong = checkTopicFilter(filter);
    if (wrong !== null) return wrong;
    const rules = withRule(this.rulesOf(connection), filter, chain);
    if (rules.length > MOST_RULES) return tooMany();
    const profile = this.#profile(connection);
    if (profile === null) {
      this.#inMemory.set(new Map([...this.#inMemory.value, [connection, rules]]));
      return { kind: 'saved', where: 'memory' };
    }
    // Made on what is saved by then, which another program may have changed.
    const problem = await this.#ports.saved.change((profiles) =>
      profiles.map((one) =>
        one.id === profile.id
          ? { ...one, decoderRules: withRule(one.decoderRules ?? [], filter, chain) }
          : one,
      ),
    );
    return problem ?? { kind: 'saved', where: 'profile' };
  }

  async *#follow(connection: ConnectionId, signal: StreamSignal) {
    const hasProfile = this.#profile(connection) !== null;
    const news: Observable<unknown> = hasProfile ? this.#ports.saved.item : this.#inMemory;
    let sent: readonly DecoderRule[] | null = null;
    for await (const _ of news.follow(signal)) {
      const rules = this.rulesOf(connection);
      if (sent !== null && JSON.stringify(sent) === JSON.stringify(rules)) continue;
      sent = rules;
      yield { rules: [...rules], where: hasProfile ? ('profile' as const) : ('memory' as const) };
    }
  }
}

function tooMany(): Failure {
  return failed('too-many-rules', `${MOST_RULES} rules are the most there may be.`, 'Remove one first.');
}
