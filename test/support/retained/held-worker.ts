import { failed } from '../../../src-main/contract/base/errors.ts';
import type { RestoreResult } from '../../../src-main/contract/session/outcomes.ts';
import type { FetchedRetained, KeptMessage } from '../../../src-main/contract/session/trash.ts';
import { isSameKept } from '../../../src-main/core/retained/clearing.ts';
import { packMessages } from '../../../src-main/core/retained/packed-messages.ts';
import { checkTopicName } from '../../../src-main/core/topics/names.ts';
import { packed } from './packed.ts';

export const keptMessage = (
  key: string,
  text: string,
  qos: 0 | 1 | 2 = 1,
  more: Partial<KeptMessage> = {},
): KeptMessage => ({
  ...{ key, payload: new TextEncoder().encode(text), qos, properties: new Uint8Array(0), at: 5 },
  ...more,
});

/** The worker of a connection whose broker holds these; topics named "…denied" cannot be read. */
export class HeldWorker {
  readonly held = new Map<string, KeptMessage>();
  /** Of each call that publishes: the topics, and whether others were to be overwritten. */
  readonly published: { readonly keys: readonly string[]; readonly overwrite: boolean }[] = [];

  constructor(...held: readonly KeptMessage[]) {
    for (const one of held) this.held.set(one.key, one);
  }

  call(name: string, params: object): Promise<unknown> {
    const { keys = [], messages = [], overwrite = false } = params as Params;
    if (name === 'listRetained')
      return Promise.resolve({ topics: packed([...this.held.keys()]), unknown: 0, next: null });
    if (name === 'fetchRetained') return Promise.resolve(packMessages(keys.map((key) => this.#found(key))));
    if (name !== 'putBackRetained') throw new Error(`nobody answers ${name}`);
    this.published.push({ keys: messages.map(({ key }) => key), overwrite });
    return Promise.resolve({ results: messages.map((message) => this.#put(message, overwrite)) });
  }

  #found(key: string): FetchedRetained {
    const invalid = checkTopicName(key);
    if (invalid !== null) return { kind: 'invalid', key, failure: invalid };
    if (key.endsWith('denied')) return { kind: 'unreadable', key, failure: failed('x', 'It is denied.', '') };
    const message = this.held.get(key);
    return message === undefined ? { kind: 'nothing', key } : { kind: 'message', key, message };
  }

  #put(message: KeptMessage, overwrite: boolean): RestoreResult {
    const { key } = message;
    const there = this.held.get(key);
    const isOther = there !== undefined && !isSameKept(there, message);
    const failure = failed('would-overwrite', 'There is another one.', '');
    if (isOther && !overwrite) return { key, topic: key, outcome: { kind: 'would-overwrite', failure } };
    this.held.set(key, message);
    return { key, topic: key, outcome: { kind: 'restored' } };
  }
}

interface Params {
  readonly keys?: readonly string[];
  readonly messages?: readonly KeptMessage[];
  readonly overwrite?: boolean;
}
