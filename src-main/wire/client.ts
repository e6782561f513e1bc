import type { Api, Client } from '../contract/base/define.ts';
import { ProtocolError } from '../contract/base/errors.ts';
import { fault, itemCheck } from './check.ts';
import { readAnswer, type AnswerTo, type Ask } from './messages.ts';
import type { Pipe } from './pipe.ts';

export interface ClientOptions {
  /** Called for invalid messages. Must not throw. */
  readonly onError?: (error: ProtocolError) => void;
  /**
   * If set, answers are checked against the contract. It is called for each that does not fit, and the call
   * or the stream fails with `bad-answer`. If absent, answers are not checked: for two sides that were
   * started from the same files.
   */
  readonly onMisfit?: (error: ProtocolError) => void;
}

interface Waiting<T> {
  resolve(value: T): void;
  reject(error: ProtocolError): void;
}

/** Where a value breaks the contract; null: it fits, or no call waits for it. */
type Check = (value: unknown) => string | null;

interface WaitingCall extends Waiting<unknown> {
  readonly method: string;
}

const fitsAlways: Check = () => null;

type Step = IteratorResult<unknown, undefined>;

/**
 * Asks the other side of a pipe. Every failure is a ProtocolError; when the pipe closes, whatever
 * waits is rejected with `closed`.
 */
export function connectTo<A extends Api>(api: A, pipe: Pipe, options: ClientOptions = {}): Client<A> {
  // The contract's types are checked where the methods are called; below it all is unknown.
  return new Asking(api, pipe, options) as unknown as Client<A>;
}

class Asking {
  readonly closed: Promise<string>;
  readonly #api: Api;
  readonly #pipe: Pipe;
  readonly #options: ClientOptions;
  readonly #calls = new Map<number, WaitingCall>();
  readonly #streams = new Map<number, Reader>();
  #lastId = 0;
  #closedBecause: string | null = null;

  constructor(api: Api, pipe: Pipe, options: ClientOptions) {
    this.#api = api;
    this.#pipe = pipe;
    this.#options = options;
    this.closed = new Promise((resolve) => {
      pipe.onClose((reason) => {
        this.#closedBecause = reason;
        const error = pipeClosed(reason);
        for (const waiting of this.#calls.values()) waiting.reject(error);
        for (const reader of this.#streams.values()) reader.fail(error);
        this.#calls.clear();
        this.#streams.clear();
        resolve(reason);
      });
    });
    pipe.onMessage((message) => this.#take(message));
  }

  call(method: string, params: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#closedBecause !== null) return reject(pipeClosed(this.#closedBecause));
      const id = ++this.#lastId;
      this.#calls.set(id, { method, resolve, reject });
      try {
        this.#pipe.send({ t: 'call', id, method, params } satisfies Ask);
      } catch (error) {
        this.#calls.delete(id);
        reject(unsendable(error));
      }
    });
  }

  /** The other side opens the stream when the first item is asked for. */
  stream(method: string, params: unknown): AsyncIterableIterator<unknown> {
    return new Reader({
      open: (reader) => {
        if (this.#closedBecause !== null) throw pipeClosed(this.#closedBecause);
        const id = ++this.#lastId;
        this.#pipe.send({ t: 'open', id, method, params } satisfies Ask);
        this.#streams.set(id, reader);
        return id;
      },
      take: (id) => this.#pipe.send({ t: 'take', id } satisfies Ask),
      close: (id) => {
        if (this.#streams.delete(id)) this.#pipe.send({ t: 'close', id } satisfies Ask);
      },
      misfit: this.#itemCheck(method),
    });
  }

  close(): void {
    this.#pipe.close('closed by the asking side');
  }

  #take(message: unknown): void {
    const answer = readAnswer(message);
    if (answer === null) {
      this.#options.onError?.(
        new ProtocolError('bad-frame', 'The engine sent a message that is not one of this protocol.'),
      );
      return;
    }
    if (answer.id === null) {
      this.#options.onError?.(new ProtocolError(answer.code, answer.message));
      return;
    }
    if (this.#calls.has(answer.id)) this.#answerCall(answer.id, answer);
    // An answer without a call is the last one of a stream whose reader has left.
    else this.#answerStream(answer.id, answer);
  }

  #itemCheck(method: string): (value: unknown) => ProtocolError | null {
    const known = this.#api[method];
    const check =
      this.#options.onMisfit === undefined || known?.kind !== 'stream' ? fitsAlways : itemCheck(known);
    return (value) => this.#misfit(method, check(value));
  }

  #misfit(method: string, where: string | null): ProtocolError | null {
    if (where === null) return null;
    const error = new ProtocolError(
      'bad-answer',
      `The engine’s answer to “${method}” does not fit (${where}).`,
    );
    this.#options.onMisfit?.(error);
    return error;
  }

  #answerCall(id: number, answer: AnswerTo): void {
    const waiting = this.#calls.get(id);
    this.#calls.delete(id);
    if (waiting === undefined) return;
    if (answer.t === 'reply') this.#reply(waiting, answer.value);
    else if (answer.t === 'error') waiting.reject(new ProtocolError(answer.code, answer.message));
    else waiting.reject(new ProtocolError('bad-frame', 'The engine answered a call as if it were a stream.'));
  }

  #reply({ method, resolve, reject }: WaitingCall, value: unknown): void {
    const known = this.#options.onMisfit === undefined ? undefined : this.#api[method];
    const misfit = known?.kind === 'call' ? this.#misfit(method, fault(known.result, value)) : null;
    if (misfit === null) resolve(value);
    else reject(misfit);
  }

  #answerStream(id: number, answer: AnswerTo): void {
    const reader = this.#streams.get(id);
    if (answer.t === 'item') {
      reader?.item(answer.value);
      return;
    }
    this.#streams.delete(id);
    if (answer.t === 'end') reader?.end();
    else if (answer.t === 'error') reader?.fail(new ProtocolError(answer.code, answer.message));
    else reader?.fail(new ProtocolError('bad-frame', 'The engine answered a stream as if it were a call.'));
  }
}

interface Line {
  /** @throws ProtocolError */
  open(reader: Reader): number;
  take(id: number): void;
  close(id: number): void;
  misfit(value: unknown): ProtocolError | null;
}

const DONE: Step = { done: true, value: undefined };

/** The reading end of one stream. Items asked for at once are asked of the engine one by one. */
class Reader implements AsyncIterableIterator<unknown> {
  readonly #line: Line;
  readonly #waiting: Waiting<Step>[] = [];
  #id = 0;
  #state: 'unopened' | 'open' | 'over' = 'unopened';

  constructor(line: Line) {
    this.#line = line;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Step> {
    if (this.#state === 'over') return Promise.resolve(DONE);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      if (this.#waiting.length === 1) this.#ask();
    });
  }

  return(): Promise<Step> {
    const opened = this.#state === 'open';
    this.#state = 'over';
    if (opened) this.#line.close(this.#id);
    for (const waiting of this.#waiting.splice(0)) waiting.resolve(DONE);
    return Promise.resolve(DONE);
  }

  item(value: unknown): void {
    const misfit = this.#line.misfit(value);
    if (misfit !== null) {
      this.#line.close(this.#id);
      this.fail(misfit);
      return;
    }
    this.#waiting.shift()?.resolve({ done: false, value });
    if (this.#waiting.length > 0) this.#ask();
  }

  end(): void {
    this.#state = 'over';
    for (const waiting of this.#waiting.splice(0)) waiting.resolve(DONE);
  }

  /** Rejects the waiting read. Without one, the next read is rejected. */
  fail(error: ProtocolError): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    const waiting = this.#waiting.splice(0);
    waiting[0]?.reject(error);
    for (const later of waiting.slice(1)) later.resolve(DONE);
    if (waiting.length === 0) this.next = () => this.#rejectOnce(error);
  }

  #rejectOnce(error: ProtocolError): Promise<Step> {
    this.next = () => Promise.resolve(DONE);
    return Promise.reject(error);
  }

  #ask(): void {
    try {
      if (this.#state === 'open') return this.#line.take(this.#id);
      this.#id = this.#line.open(this);
      this.#state = 'open';
    } catch (error) {
      this.fail(unsendable(error));
    }
  }
}

function pipeClosed(reason: string): ProtocolError {
  return new ProtocolError('closed', `The connection to the engine is closed: ${reason}.`);
}

function unsendable(error: unknown): ProtocolError {
  if (error instanceof ProtocolError) return error;
  return new ProtocolError('bad-frame', 'The message cannot be sent.', { cause: error });
}
