import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { threadLimits } from '../../src-main/engine/base/thread-limits.ts';
import { bundled } from './bundle.ts';
import type { FeedSpec } from './feed.ts';
import type { FeederReady, FeedResult } from './feeder.ts';
import type { ClientReport, ClientStart } from './report.ts';

/** V8 counts three such spaces as the young generation, which is what the threads of connections are given. */
const SPACES = 3;
/** For a process in which what a connection's thread does is measured: collections are as long as there. */
export const LIKE_A_CONNECTION: readonly string[] = [
  `--max-semi-space-size=${String((threadLimits(0).maxYoungGenerationSizeMb ?? 0) / SPACES)}`,
];

/**
 * What `npm start` gives its Node: one thread less for compiling and collecting than the machine has cores,
 * so that they leave one to the thread that takes in messages (`docs/decisions/0036-helpers-leave-a-core.md`).
 */
export const AS_STARTED: readonly string[] = ['--v8-pool-size=0'];

/** A measured process of its own, talked to by messages with a `kind`. */
export class Child {
  readonly process: ChildProcess;
  readonly #waiting = new Map<string, ((message: unknown) => void)[]>();
  readonly #early: { kind: string; message: unknown }[] = [];
  #exit: (error: Error) => void = () => undefined;
  readonly #failed: Promise<never>;

  /** @param file from this folder, or where it is */
  constructor(file: string | URL, args: readonly string[] = [], execArgv: readonly string[] = []) {
    this.process = fork(fileURLToPath(new URL(file, import.meta.url)), [...args], {
      execArgv: ['--disable-warning=ExperimentalWarning', ...AS_STARTED, ...execArgv],
      serialization: 'advanced',
    });
    this.#failed = new Promise((_, reject) => {
      this.#exit = reject;
    });
    this.#failed.catch(() => undefined);
    this.process.on('exit', (code) => this.#exit(new Error(`${String(file)} ended with ${code}`)));
    this.process.on('message', (message: unknown) => {
      const kind = (message as { kind: string }).kind;
      const first = this.#waiting.get(kind)?.shift();
      if (first === undefined) this.#early.push({ kind, message });
      else first(message);
    });
  }

  send(message: object): void {
    this.process.send(message);
  }

  next<T>(kind: string): Promise<T> {
    const at = this.#early.findIndex((early) => early.kind === kind);
    if (at >= 0) return Promise.resolve(this.#early.splice(at, 1)[0]?.message as T);
    const arrived = new Promise<T>((resolve) => {
      const list = this.#waiting.get(kind) ?? [];
      list.push((message) => resolve(message as T));
      this.#waiting.set(kind, list);
    });
    return Promise.race([arrived, this.#failed]);
  }

  async end(): Promise<void> {
    if (this.process.exitCode !== null) return;
    const exited = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGKILL');
    await exited;
  }
}

export interface Run {
  readonly sent: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly cpuMs: number;
  readonly report: ClientReport;
  readonly valid: boolean;
  readonly why: string;
}

export type ClientKind = 'bare' | 'naive' | 'pipeline' | 'plain';

/** A client of its own process, in one piece as the product is: what is called for each message is found sooner so. */
export async function startClient(kind: ClientKind, start: ClientStart): Promise<Child> {
  return new Child(await bundled(`client-${kind}`), [JSON.stringify(start)]);
}

/** One client taking one feed, in two fresh processes. */
export async function runFeed(
  feed: FeedSpec,
  client: ClientKind,
  options: Partial<ClientStart> = {},
): Promise<Run> {
  const feeder = new Child('./feeder.ts', [JSON.stringify(feed)]);
  let taker: Child | null = null;
  try {
    const ready = await feeder.next<FeederReady>('ready');
    const { version, qos } = feed;
    taker = await startClient(client, { port: ready.port, version, qos, ...options });
    await taker.next('settled');
    const fed = await feeder.next<FeedResult>('fed');
    taker.send({ kind: 'report' });
    const report = await taker.next<ClientReport>('report');
    // A client whose work goes on behind its acknowledgement says itself when it was done.
    const seconds = ((report.extra['ended'] ?? fed.ended) - fed.began) / 1_000;
    const problems: string[] = [];
    if (report.received !== fed.sent) problems.push(`received ${report.received} of ${fed.sent}`);
    if (report.checksum !== null && feed.seconds === 0 && report.checksum !== ready.checksum) {
      problems.push('final values differ');
    }
    if (feed.qos === 1 && fed.acknowledged !== fed.sent)
      problems.push(`${fed.acknowledged} of ${fed.sent} acknowledged`);
    return {
      sent: fed.sent,
      seconds,
      perSecond: fed.sent / seconds,
      cpuMs: report.usage.cpuMs,
      report,
      valid: problems.length === 0,
      why: problems.join(', '),
    };
  } finally {
    await taker?.end();
    await feeder.end();
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}
