import type { z } from 'zod';
import type { Api, Call, Handlers, Stream } from '../contract/base/define.ts';
import { ProtocolError, type ProtocolErrorCode } from '../contract/base/errors.ts';
import { fault, faultOf } from './check.ts';
import { readAsk, type Answer, type Ask } from './messages.ts';
import type { Pipe } from './pipe.ts';

/** Streams open at once on one pipe. A window needs about 4 a connection. */
const MAX_STREAMS = 256;
/** Calls waiting for their answer on one pipe; each may hold its parameters. */
const MAX_CALLS = 1_024;
/** Characters of an error's text: a path through a large object may be long. */
const MAX_MESSAGE = 500;

export interface ServeOptions {
  /** Check results and items against the contract as well: for tests, as they come from our own code. */
  readonly check?: boolean;
  /** Called with what a handler threw, and for invalid messages. Must not throw. */
  readonly onError?: (error: unknown, method: string) => void;
  readonly maxStreams?: number;
  readonly maxCalls?: number;
}

export interface Served {
  /** Closes the pipe. */
  close(): void;
  /** Resolves when the pipe is closed and every stream's iterator has finished. */
  readonly done: Promise<void>;
}

type AnyCall = (params: unknown, signal: AbortSignal) => unknown;
type AnyStream = (params: unknown, signal: AbortSignal) => AsyncIterable<unknown>;

interface OpenStream {
  readonly method: string;
  readonly item: z.ZodType;
  readonly iterator: AsyncIterator<unknown>;
  readonly abort: AbortController;
  /** An item was asked for and not answered yet. */
  pulling: boolean;
}

/** Answers the other side of a pipe from `handlers` until the pipe is closed. */
export function serve<A extends Api>(
  api: A,
  handlers: Handlers<A>,
  pipe: Pipe,
  options: ServeOptions = {},
): Served {
  const server = new Server(api, handlers as Readonly<Record<string, unknown>>, pipe, options);
  return { close: () => pipe.close('closed by the answering side'), done: server.done };
}

class Server {
  readonly done: Promise<void>;
  readonly #api: Api;
  readonly #handlers: Readonly<Record<string, unknown>>;
  readonly #pipe: Pipe;
  readonly #options: ServeOptions;
  readonly #streams = new Map<number, OpenStream>();
  /** Iterators that were asked to finish and have not yet. */
  readonly #ending = new Set<Promise<void>>();
  /** Aborted when the pipe is closed. */
  readonly #closing = new AbortController();
  #calls = 0;
  #lastId = 0;
  #open = true;

  constructor(api: Api, handlers: Readonly<Record<string, unknown>>, pipe: Pipe, options: ServeOptions) {
    this.#api = api;
    this.#handlers = handlers;
    this.#pipe = pipe;
    this.#options = options;
    this.done = new Promise((resolve) => {
      pipe.onClose(() => {
        this.#open = false;
        this.#closing.abort();
        for (const [id, stream] of this.#streams) this.#finish(id, stream);
        void Promise.all(this.#ending).then(() => resolve());
      });
    });
    pipe.onMessage((message) => this.#take(message));
  }

  #take(message: unknown): void {
    const ask = readAsk(message);
    if (ask === null) return this.#fault('The message is not one of this protocol.');
    switch (ask.t) {
      case 'call':
      case 'open':
        return this.#begin(ask);
      case 'take': {
        const stream = this.#streams.get(ask.id);
        // The stream has ended meanwhile, or is already being asked for its next item: neither needs an answer.
        if (stream !== undefined && !stream.pulling) void this.#pull(ask.id, stream);
        return;
      }
      case 'close': {
        const stream = this.#streams.get(ask.id);
        if (stream !== undefined) this.#finish(ask.id, stream);
      }
    }
  }

  #begin(ask: Extract<Ask, { t: 'call' | 'open' }>): void {
    if (ask.id <= this.#lastId) return this.#fault(`Id ${ask.id} was used before.`);
    this.#lastId = ask.id;
    const known = Object.hasOwn(this.#api, ask.method) ? this.#api[ask.method] : undefined;
    if (known === undefined || known.kind !== (ask.t === 'call' ? 'call' : 'stream')) {
      return this.#refuse(
        ask.id,
        'unknown-method',
        `There is no ${ask.t === 'call' ? 'call' : 'stream'} of this name.`,
      );
    }
    const params = known.params.safeParse(ask.params);
    if (!params.success) return this.#refuse(ask.id, 'bad-params', faultOf(params.error));
    if (known.kind === 'call') void this.#call(ask.id, ask.method, known, params.data);
    else this.#openStream(ask.id, ask.method, known, params.data);
  }

  async #call(id: number, method: string, known: Call, params: unknown): Promise<void> {
    if (this.#calls >= (this.#options.maxCalls ?? MAX_CALLS)) {
      return this.#refuse(id, 'too-many-calls', 'Too many calls are waiting for their answer.');
    }
    this.#calls++;
    try {
      const value = this.#checked(
        known.result,
        await (this.#handlers[method] as AnyCall)(params, this.#closing.signal),
      );
      this.#send({ t: 'reply', id, value });
    } catch (error) {
      this.#threw(id, method, error);
    } finally {
      this.#calls--;
    }
  }

  #openStream(id: number, method: string, known: Stream, params: unknown): void {
    if (this.#streams.size >= (this.#options.maxStreams ?? MAX_STREAMS)) {
      return this.#refuse(id, 'too-many-streams', 'Too many streams are open.');
    }
    const abort = new AbortController();
    try {
      const iterable = (this.#handlers[method] as AnyStream)(params, abort.signal);
      const iterator = iterable[Symbol.asyncIterator]();
      const stream: OpenStream = { method, item: known.item, iterator, abort, pulling: false };
      this.#streams.set(id, stream);
      void this.#pull(id, stream);
    } catch (error) {
      abort.abort();
      this.#threw(id, method, error);
    }
  }

  async #pull(id: number, stream: OpenStream): Promise<void> {
    stream.pulling = true;
    try {
      const step = await stream.iterator.next();
      if (stream.abort.signal.aborted) return;
      if (step.done === true) {
        this.#streams.delete(id);
        // Whatever the handler hung on the signal goes, however the stream ended.
        stream.abort.abort();
        this.#send({ t: 'end', id });
        return;
      }
      const value = this.#checked(stream.item, step.value);
      stream.pulling = false;
      this.#send({ t: 'item', id, value });
    } catch (error) {
      // What is thrown because the reader left is the handler's way out, not a fault.
      if (stream.abort.signal.aborted) return;
      this.#finish(id, stream);
      this.#threw(id, stream.method, error);
    }
  }

  #finish(id: number, stream: OpenStream): void {
    this.#streams.delete(id);
    stream.abort.abort();
    const ending = this.#return(stream).finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  async #return(stream: OpenStream): Promise<void> {
    try {
      await stream.iterator.return?.();
    } catch (error) {
      this.#options.onError?.(error, stream.method);
    }
  }

  #checked(schema: z.ZodType, value: unknown): unknown {
    if (this.#options.check !== true) return value;
    const misfit = fault(schema, value);
    if (misfit !== null) throw new ProtocolError('internal', `The answer breaks the contract: ${misfit}`);
    return value;
  }

  #threw(id: number, method: string, error: unknown): void {
    this.#options.onError?.(error, method);
    // Only our own errors have texts known to be free of payloads and secrets.
    const ours =
      error instanceof ProtocolError
        ? error
        : new ProtocolError('internal', 'The engine failed to answer. Its log says more.');
    this.#refuse(id, ours.code === 'closed' ? 'internal' : ours.code, ours.message);
  }

  #fault(message: string): void {
    this.#options.onError?.(new ProtocolError('bad-frame', message), '');
    this.#send({ t: 'error', id: null, code: 'bad-frame', message });
  }

  #refuse(id: number, code: ProtocolErrorCode, message: string): void {
    this.#send({ t: 'error', id, code, message: message.slice(0, MAX_MESSAGE) });
  }

  /** @throws ProtocolError if the value cannot travel. */
  #send(answer: Answer): void {
    if (this.#open) this.#pipe.send(answer);
  }
}
