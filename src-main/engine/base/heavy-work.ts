import { Worker } from 'node:worker_threads';
import type { FileAccess } from '../../connection/base/allowed-files.ts';
import type { DoneWork, Work, WorkStart } from '../../connection/worker-api.ts';
import type { StreamSignal } from '../../contract/base/define.ts';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { EnginePorts } from './ports.ts';
import { threadLimits } from './thread-limits.ts';

/** Our own derivation takes half a second; a file may ask for four times that, and machines differ. */
const LIMIT_MS = 20_000;
/** Pieces that wait; a window asks for a few at a time. */
const MOST_WAITING = 32;
const HEAP_MB = 256;

type Result<W extends Work> = Extract<DoneWork, { kind: W['kind'] }>;

/**
 * Work whose size somebody else decides on, such as deriving keys: one piece at a time, in a thread of its own
 * that is ended when it takes too long, when nobody wants the result any more, and at the end of the program.
 */
export class HeavyWork {
  readonly #ports: Pick<EnginePorts, 'workerUrl' | 'files'>;
  readonly #limitMs: number;
  readonly #end = new AbortController();
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(ports: Pick<EnginePorts, 'workerUrl' | 'files'>, limitMs = LIMIT_MS) {
    this.#ports = ports;
    this.#limitMs = limitMs;
  }

  /** Rejects never. */
  run<W extends Work>(
    work: W,
    signal?: StreamSignal,
    files: FileAccess = this.#ports.files,
  ): Promise<Result<W> | Failure> {
    if (this.#waiting >= MOST_WAITING) {
      return Promise.resolve(
        failed('busy', 'Too many keys are being derived already.', 'Wait a little, and try again.'),
      );
    }
    this.#waiting++;
    const done = this.#last.then(() => this.#do(work, signal, files)).finally(() => this.#waiting--);
    this.#last = done;
    return done as Promise<Result<W> | Failure>;
  }

  /** Ends what is running; what waits and what comes later is not begun. */
  close(): void {
    this.#end.abort();
  }

  #do(work: Work, signal: StreamSignal | undefined, files: FileAccess): Promise<DoneWork | Failure> {
    if (this.#end.signal.aborted) return Promise.resolve(closing());
    if (signal?.aborted === true) return Promise.resolve(cancelled());
    const start: WorkStart = { work, files };
    const worker = new Worker(this.#ports.workerUrl, {
      workerData: start,
      resourceLimits: threadLimits(HEAP_MB),
      stdout: true,
      stderr: false,
    });
    worker.stdout.resume();
    return new Promise((resolve) => {
      let settled = false;
      const settle = (result: DoneWork | Failure): void => {
        // A thread that we end reports its end once more.
        if (settled) return;
        settled = true;
        clearTimeout(timer);
        this.#end.signal.removeEventListener('abort', onEnd);
        signal?.removeEventListener('abort', onCancel);
        // The next piece begins when this one is off the processor.
        void worker.terminate().then(() => resolve(result));
      };
      const onEnd = (): void => settle(closing());
      const onCancel = (): void => settle(cancelled());
      const timer = setTimeout(() => settle(tooSlow(this.#limitMs)), this.#limitMs);
      this.#end.signal.addEventListener('abort', onEnd);
      signal?.addEventListener('abort', onCancel);
      worker.once('message', (result: DoneWork) => settle(result));
      worker.once('error', () => settle(impossible()));
      worker.once('exit', () => settle(impossible()));
    });
  }
}

function closing(): Failure {
  return failed('closing', 'Topicscope is closing.', '');
}

function cancelled(): Failure {
  return failed('cancelled', 'Nobody waits for this any more.', '');
}

function tooSlow(limitMs: number): Failure {
  return failed(
    'too-slow',
    `Deriving the key took more than ${Math.round(limitMs / 1_000)} s and was stopped.`,
    'Try again when the computer is less busy. If a file asks for that much, have it written again with less.',
  );
}

function impossible(): Failure {
  return failed(
    'not-computable',
    'The key cannot be derived: the file asks for something that is not possible, or for too much memory.',
    'Have it written again.',
  );
}
