// How long a thread is held up by one task, and what of it was the machine: both for what is measured and
// for its control.
import { createHook } from 'node:async_hooks';
import { existsSync, openSync, readSync } from 'node:fs';
import { PerformanceObserver, performance } from 'node:perf_hooks';

/** The longest of its kind so far, ms. */
export interface LongestTasks {
  /** From the beginning of a callback to its end, collections of garbage included. */
  readonly taskMs: number;
  /** Without the time in which the thread could run but another had the processor; NaN where that is not known. */
  readonly ownMs: number;
  /** What a collection took of a task. */
  readonly collectionMs: number;
}

/** Of a thread of Linux: time on a processor, time it waited for one, turns; in nanoseconds. */
const SCHEDSTAT = '/proc/thread-self/schedstat';
/** Below this a task is not looked at closely: asking the system takes some microseconds. ms */
const SHORT = 1;

/** Nanoseconds that this thread waited for a processor, exact at the moment it got one. */
function waitedReader(): () => number {
  if (!existsSync(SCHEDSTAT)) return () => Number.NaN;
  const fd = openSync(SCHEDSTAT, 'r');
  const text = Buffer.alloc(64);
  return () => Number(text.toString('latin1', 0, readSync(fd, text, 0, text.length, 0)).split(' ')[1]);
}

/** Watches each callback of a socket, timer, immediate or message of this thread by itself, from `start` on. */
export class TaskWatch {
  readonly #waited = waitedReader();
  readonly #collections: { readonly startTime: number; readonly duration: number }[] = [];
  readonly #began: number[] = [];
  #waitedBefore = 0;
  #longest = { taskMs: 0, ownMs: 0 };
  readonly #long: { readonly began: number; readonly ms: number }[] = [];

  start(): void {
    new PerformanceObserver((list) => this.#collections.push(...list.getEntries())).observe({
      entryTypes: ['gc'],
    });
    createHook({ before: () => this.#before(), after: () => this.#after() }).enable();
  }

  reset(): void {
    this.#longest = { taskMs: 0, ownMs: 0 };
    this.#collections.length = this.#long.length = 0;
  }

  longest(): LongestTasks {
    const collectionMs = this.#collections
      .filter(({ startTime }) =>
        this.#long.some(({ began, ms }) => startTime >= began && startTime < began + ms),
      )
      .reduce((most, { duration }) => Math.max(most, duration), 0);
    return { ...this.#longest, collectionMs };
  }

  #before(): void {
    if (this.#began.length === 0) this.#waitedBefore = this.#waited();
    this.#began.push(performance.now());
  }

  #after(): void {
    const began = this.#began.pop();
    if (began === undefined || this.#began.length > 0) return;
    const ms = performance.now() - began;
    if (ms < SHORT) return;
    const longest = this.#longest;
    const ownMs = ms - (this.#waited() - this.#waitedBefore) / 1e6;
    this.#long.push({ began, ms });
    this.#longest = { taskMs: Math.max(longest.taskMs, ms), ownMs: Math.max(longest.ownMs, ownMs) };
  }
}
