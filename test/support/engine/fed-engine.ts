import type { Engine } from '../../../src-renderer/state/engine/engine.ts';

/** A call that a store made of the engine. */
export interface Made {
  readonly name: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A stream that a store follows. */
export interface Fed extends Made {
  /** Delivers an item, and waits until it was taken. */
  send(item: unknown): Promise<void>;
  /** Whether nobody follows it any more. */
  readonly ended: boolean;
}

/** Enough turns for what a promise leads to. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

/** An engine whose streams the test feeds, and whose calls it answers. */
export class FedEngine {
  readonly calls: Made[] = [];
  readonly streams: Fed[] = [];
  /** What a call is answered with; a thrown error is a pipe that broke. */
  answer: (made: Made) => unknown = () => ({ kind: 'done' });

  readonly engine = {
    call: async (name: string, params: Made['params']) => {
      const made = { name, params };
      this.calls.push(made);
      return this.answer(made);
    },
    stream: (name: string, params: Made['params']) => this.#open(name, params),
  } as unknown as Engine;

  /** The newest stream of that name. */
  stream(name: string): Fed {
    const found = this.streams.findLast((one) => one.name === name);
    if (found === undefined) throw new Error(`Nobody follows ${name}.`);
    return found;
  }

  #open(name: string, params: Made['params']): AsyncIterableIterator<unknown> {
    let deliver: ((result: IteratorResult<unknown>) => void) | null = null;
    let ended = false;
    // What nobody has asked for yet.
    const waiting: unknown[] = [];
    const iterator: AsyncIterableIterator<unknown> = {
      next: () =>
        new Promise((resolve) => {
          if (waiting.length > 0) resolve({ done: false, value: waiting.shift() });
          else deliver = resolve;
        }),
      return: async () => {
        ended = true;
        deliver?.({ done: true, value: undefined });
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    this.streams.push({
      name,
      params,
      send: async (value) => {
        const taker = deliver;
        deliver = null;
        if (taker === null) waiting.push(value);
        else taker({ done: false, value });
        await settled();
      },
      get ended() {
        return ended;
      },
    });
    return iterator;
  }
}
