import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { DecoderAnswer, DecoderRequest, DecoderStart } from '../../decoding/protocol.ts';
import { failed, type Failure } from '../../contract/base/errors.ts';
import { formatCount } from '../../core/text/amounts.ts';
import type { EnginePorts } from '../base/ports.ts';
import { threadLimits } from '../base/thread-limits.ts';

/** What one payload may take, ms. The largest that are decoded take a second. */
const LIMIT_MS = 4_000;
/** Laying out a long text, which nothing waits for that is on screen, takes as many times as long at most. */
const LAYOUT_TIMES = 5;
/** The V8 heap of the thread; buffers, which have bounds of their own, live outside of it. */
const HEAP_MB = 512;
/** Without a question for so long it is ended, and its memory given back; ms. */
const IDLE_MS = 120_000;
/** Questions that wait; a window asks for one value at a time, and rows in bounded numbers. */
const MOST_WAITING = 256;

export interface DecoderLimits {
  readonly limitMs?: number;
  readonly idleMs?: number;
  readonly heapMb?: number;
}

interface Running {
  readonly worker: Worker;
  /** Ends what is asked just now, as failed. */
  fail: ((why: Failure) => void) | null;
}

/**
 * The thread that decodes payloads, which others wrote: started on first use, one question at a time, ended and
 * started again when an answer takes too long or too much memory, and ended when nobody asks.
 */
export class DecoderThread {
  readonly #url: URL;
  readonly #clock: EnginePorts['clock'];
  readonly #limits: Required<DecoderLimits>;
  #running: Running | null = null;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();
  #cancelIdle: (() => void) | null = null;
  #isClosed = false;

  constructor(ports: Pick<EnginePorts, 'decoderUrl' | 'clock'>, limits: DecoderLimits = {}) {
    this.#url = ports.decoderUrl;
    this.#clock = ports.clock;
    this.#limits = { limitMs: LIMIT_MS, idleMs: IDLE_MS, heapMb: HEAP_MB, ...limits };
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }

  /** Rejects never. Answers come in the order of the questions. */
  ask(request: DecoderRequest): Promise<DecoderAnswer | Failure> {
    if (this.#isClosed) return Promise.resolve(closing());
    if (this.#waiting >= MOST_WAITING) {
      const message = `${formatCount(MOST_WAITING)} payloads wait to be decoded already.`;
      return Promise.resolve(failed('busy', message, 'Wait a little.'));
    }
    this.#waiting++;
    const answer = this.#last
      .then(() => this.#ask(request))
      // The thread may not even start.
      .catch(async (error: unknown) => {
        await this.#end(broken(error));
        return broken(error);
      })
      .finally(() => this.#waiting--);
    this.#last = answer;
    return answer;
  }

  /** Resolves when the thread is gone; what is asked, and what waits, fails. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#end(closing());
  }

  async #ask(request: DecoderRequest): Promise<DecoderAnswer | Failure> {
    if (this.#isClosed) return closing();
    this.#cancelIdle?.();
    const running = (this.#running ??= this.#start());
    const answer = await new Promise<DecoderAnswer | Failure>((resolve) => {
      const isLayout = request.kind === 'lines' && request.asked.kind === 'open-lines';
      const limitMs = this.#limits.limitMs * (isLayout ? LAYOUT_TIMES : 1);
      const cancel = this.#clock.after(limitMs, () => settle(tooSlow(limitMs)));
      const settle = (result: DecoderAnswer | Failure): void => {
        cancel();
        running.fail = null;
        running.worker.off('message', settle);
        resolve(result);
      };
      running.fail = settle;
      running.worker.on('message', settle);
      running.worker.postMessage(request);
    });
    if (answer.kind === 'failed') await this.#end(answer);
    else this.#cancelIdle = this.#clock.after(this.#limits.idleMs, () => void this.#end(closing()));
    return answer;
  }

  #start(): Running {
    const start: DecoderStart = { generation: randomUUID() };
    const worker = new Worker(this.#url, {
      workerData: start,
      resourceLimits: threadLimits(this.#limits.heapMb),
      stdout: true,
      stderr: false,
    });
    worker.stdout.resume();
    const running: Running = { worker, fail: null };
    const ended = (why: Failure): void => {
      if (this.#running === running) this.#running = null;
      running.fail?.(why);
    };
    worker.on('error', (error) => ended(isOutOfMemory(error) ? tooLarge() : broken(error)));
    worker.on('exit', () => ended(broken(null)));
    return running;
  }

  async #end(why: Failure): Promise<void> {
    this.#cancelIdle?.();
    this.#cancelIdle = null;
    const running = this.#running;
    if (running === null) return;
    this.#running = null;
    running.fail?.(why);
    await running.worker.terminate();
  }
}

function closing(): Failure {
  return failed('closing', 'Topicscope is closing.', '');
}

function tooSlow(limitMs: number): Failure {
  return failed(
    'decoder-too-slow',
    `Decoding took more than ${limitMs / 1_000} s and was stopped. Shown as bytes.`,
    'Choose another decoder.',
  );
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

function broken(error: unknown): Failure {
  const why = error instanceof Error ? `: ${error.message}` : '';
  return failed('decoder-ended', `The decoder ended${why}. Shown as bytes.`, 'Choose another decoder.');
}

function tooLarge(): Failure {
  return failed(
    'decoder-ended',
    'Decoding needed more memory than it may use and was stopped. Shown as bytes.',
    'Choose another decoder.',
  );
}
