import { Worker } from 'node:worker_threads';
import { portPipe } from '../../connection/port-pipe.ts';
import { workerApi, type WorkerClient, type WorkerStart } from '../../connection/worker-api.ts';
import { connectTo } from '../../wire/client.ts';
import { threadLimits } from '../base/thread-limits.ts';

/** First and longest wait before a worker that died is started again. */
const RESTART_MIN_MS = 500;
const RESTART_MAX_MS = 30_000;
/** A worker that lived this long starts again with the shortest wait. */
const STABLE_MS = 60_000;
/** The V8 heap of one connection; topics and history live outside of it, in buffers of the budget. */
const HEAP_MB = 1_024;

export interface WorkerEvents {
  /** A worker is ready to be asked; called again after each restart. */
  started(client: WorkerClient): void;
  died(reason: string): void;
}

/** One worker thread that is started again when it dies, with growing waits, until it is stopped. */
export class SupervisedWorker {
  #worker: Worker | null = null;
  #client: WorkerClient | null = null;
  #restart: ReturnType<typeof setTimeout> | null = null;
  #waitMs = RESTART_MIN_MS;
  #startedAt = 0;
  #stopped = false;
  readonly #url: URL;
  readonly #start: () => WorkerStart;
  readonly #now: () => number;
  readonly #events: WorkerEvents;

  constructor(url: URL, start: () => WorkerStart, now: () => number, events: WorkerEvents) {
    this.#url = url;
    this.#start = start;
    this.#now = now;
    this.#events = events;
  }

  get client(): WorkerClient | null {
    return this.#client;
  }

  run(): void {
    this.#restart = null;
    this.#startedAt = this.#now();
    const worker = new Worker(this.#url, {
      workerData: this.#start(),
      resourceLimits: threadLimits(HEAP_MB),
      // Nothing of a worker belongs on the host's stdout, whose one line is an interface.
      stdout: true,
      stderr: false,
    });
    worker.stdout.resume();
    const client = connectTo(workerApi, portPipe(worker));
    this.#worker = worker;
    this.#client = client;
    let reason = 'it ended by itself';
    worker.on('error', (error) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    worker.once('exit', () => {
      client.close();
      if (this.#worker === worker) this.#ended(reason);
    });
    this.#events.started(client);
  }

  /** Resolves when the thread is gone: after an orderly end, or by force when the time is over. */
  async stop(withinMs: number): Promise<void> {
    this.#stopped = true;
    await this.#end(withinMs);
  }

  /** Ends the thread as `stop` does and starts another; `between`: when the one is gone. */
  async replace(withinMs: number, between: () => void): Promise<void> {
    await this.#end(withinMs);
    if (this.#stopped) return;
    between();
    this.#waitMs = RESTART_MIN_MS;
    this.run();
  }

  async #end(withinMs: number): Promise<void> {
    if (this.#restart !== null) clearTimeout(this.#restart);
    this.#restart = null;
    const worker = this.#worker;
    const client = this.#client;
    this.#worker = null;
    this.#client = null;
    if (worker === null || client === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, withinMs);
    });
    await Promise.race([client.call('shutdown', { withinMs }).then(noop, noop), late]);
    clearTimeout(timer);
    client.close();
    await worker.terminate();
  }

  #ended(reason: string): void {
    this.#worker = null;
    this.#client = null;
    if (this.#stopped) return;
    if (this.#now() - this.#startedAt > STABLE_MS) this.#waitMs = RESTART_MIN_MS;
    this.#events.died(reason);
    this.#restart = setTimeout(() => this.run(), this.#waitMs);
    this.#waitMs = Math.min(this.#waitMs * 2, RESTART_MAX_MS);
  }
}

function noop(): void {}
