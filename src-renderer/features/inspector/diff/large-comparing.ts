import { formatSpan } from '../../../ui/base/format.ts';
import type { DiffAnswer, DiffRequest } from './large-diff.ts';

/** After so long a comparison is given up, ms. Two documents of 16 MB take 3 s. */
export const COMPARE_MS = 15_000;

/** What this needs of a `Worker`. */
export interface DiffThread {
  post(request: DiffRequest): void;
  end(): void;
}

export interface ComparingPorts {
  /** Each answer, or why there is none, is passed to `onAnswer`. */
  start(onAnswer: (answer: DiffAnswer | Error) => void): DiffThread;
  /** Runs once after so many ms; the answer cancels it. */
  later(ms: number, run: () => void): () => void;
}

export const browserComparingPorts: ComparingPorts = {
  start(onAnswer) {
    const worker = new Worker(new URL('diff-worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<{ answer?: DiffAnswer; problem?: string }>) =>
      onAnswer(data.answer ?? new Error(data.problem)),
    );
    worker.addEventListener('error', ({ message }) =>
      onAnswer(new Error(message || 'the comparing thread ended')),
    );
    return { post: (request) => worker.postMessage(request), end: () => worker.terminate() };
  },
  later(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

interface Asked {
  readonly request: DiffRequest;
  readonly resolve: (answer: DiffAnswer) => void;
  readonly reject: (why: Error) => void;
}

/** Asks the thread that compares one question at a time, and ends it when an answer takes too long. */
export class LargeComparing {
  readonly #ports: ComparingPorts;
  #thread: DiffThread | null = null;
  #asked: Asked | null = null;
  /** In the order in which they were asked. */
  #waiting: readonly Asked[] = [];
  #cancel: (() => void) | null = null;

  constructor(ports: ComparingPorts) {
    this.#ports = ports;
  }

  /**
   * A question that waits gives way to a newer one of its sort: what is to be shown and what is to be copied
   * are wanted both. Rejects with the reason where it was given up, `superseded` where nobody waits for it
   * any more.
   */
  ask(request: DiffRequest): Promise<DiffAnswer> {
    return new Promise((resolve, reject) => {
      const asked = { request, resolve, reject };
      if (this.#asked === null) return this.#post(asked);
      const gives = (one: Asked) => (one.request.kind === 'patch') === (request.kind === 'patch');
      this.#giveUp(this.#waiting.filter(gives));
      this.#waiting = [...this.#waiting, asked];
    });
  }

  /** Gives up what is asked; its thread ends with it, so that the next question has to compare anew. */
  stop(): void {
    this.#giveUp(this.#waiting);
    this.#end(new Error('it was stopped'));
  }

  close(): void {
    this.#giveUp(this.#waiting);
    this.#end(superseded());
  }

  #giveUp(these: readonly Asked[]): void {
    this.#waiting = this.#waiting.filter((one) => !these.includes(one));
    for (const { reject } of these) reject(superseded());
  }

  #post(asked: Asked): void {
    this.#asked = asked;
    this.#cancel = this.#ports.later(COMPARE_MS, () =>
      this.#end(new Error(`it took longer than ${formatSpan(COMPARE_MS)}`)),
    );
    this.#thread ??= this.#start();
    this.#thread.post(asked.request);
  }

  #start(): DiffThread {
    const thread: DiffThread = this.#ports.start((answer) => {
      // What an ended thread had under way.
      if (this.#thread !== thread) return;
      const asked = this.#settled();
      if (answer instanceof Error) asked?.reject(answer);
      else asked?.resolve(answer);
      this.#goOn();
    });
    return thread;
  }

  #settled(): Asked | null {
    this.#cancel?.();
    this.#cancel = null;
    const asked = this.#asked;
    this.#asked = null;
    return asked;
  }

  #end(why: Error): void {
    this.#thread?.end();
    this.#thread = null;
    this.#settled()?.reject(why);
    this.#goOn();
  }

  #goOn(): void {
    const [next, ...others] = this.#waiting;
    this.#waiting = others;
    if (next !== undefined) this.#post(next);
  }
}

class Superseded extends Error {}

function superseded(): Error {
  return new Superseded('It was asked once more meanwhile.');
}

/** Nobody waits for it any more: there is nothing to show. */
export function isSuperseded(error: unknown): boolean {
  return error instanceof Superseded;
}
