// Messages of a fleet handed to a workspace as the tap does, from chunks: ready made, so that handing one in
// costs nothing but taking it in.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TopicWorkspace } from '../../src-main/connection/workspace/topic-workspace.ts';

/** Messages taken in before the event loop has its turn again, as a read of 128 kB brings. */
const BURST = 1_000;
/** The tap joins reads that come within so long, ms. */
const READ_MS = 2;
const METRICS = ['temperature', 'humidity', 'state', 'rpm', 'power', 'voltage'];
/** Neither a divisor of the topics nor of the chunks. */
const STRIDE = 611_953;

const encoder = new TextEncoder();

/** Topics of devices in halls and sites, or all of them side by side below one level. */
export type Shape = 'tree' | 'flat';

function topicOf(n: number, shape: Shape): string {
  if (shape === 'flat') return `flat/device-${String(n)}`;
  const device = Math.floor(n / 12);
  const metric = `${METRICS[n % 6] ?? ''}${n % 12 < 6 ? '' : '_max'}`;
  return `fleet/site${String(Math.floor(device / 2_000))}/hall${String(Math.floor(device / 40))}/device${String(device)}/${metric}`;
}

/** One message a topic, again and again, and a workspace that takes them. */
export class FleetFeed {
  readonly topics: number;
  /** Messages taken in since `restart`. */
  taken = 0;
  /** The longest time that messages had to wait since `restart`, ms. */
  longestWaitMs = 0;
  readonly #workspace: TopicWorkspace;
  readonly #rate: number;
  readonly #chunks: Uint8Array[] = [];
  readonly #starts: Int32Array;
  readonly #topicEnds: Int32Array;
  readonly #ends: Int32Array;
  #next = 0;
  #began = performance.now();
  #on = true;

  /** @param rate messages a second */
  constructor(workspace: TopicWorkspace, topics: number, rate: number, shape: Shape = 'tree') {
    this.#workspace = workspace;
    this.topics = topics;
    this.#rate = rate;
    this.#starts = new Int32Array(topics);
    this.#topicEnds = new Int32Array(topics);
    this.#ends = new Int32Array(topics);
    for (let first = 0; first < topics; first += BURST) this.#write(first, shape);
  }

  #write(first: number, shape: Shape): void {
    let text = '';
    for (let n = first; n < first + BURST; n++) {
      this.#starts[n] = text.length;
      text += topicOf(n, shape);
      this.#topicEnds[n] = text.length;
      text += `{"value":${String((n % 1_000) / 10)},"unit":"C","seq":${String(n)},"ok":true}`;
      this.#ends[n] = text.length;
    }
    this.#chunks.push(encoder.encode(text));
  }

  /** Every topic once, in an order that has nothing to do with names. */
  fill(): void {
    for (let n = 0; n < this.topics; n++) this.#put((n * STRIDE) % this.topics);
  }

  #put(n: number): void {
    const bytes = this.#chunks[Math.floor(n / BURST)] ?? new Uint8Array(0);
    const end = this.#topicEnds[n] ?? 0;
    const last = this.#ends[n] ?? 0;
    const start = this.#starts[n] ?? 0;
    this.#workspace.intake.message(
      bytes,
      start,
      end,
      end,
      end,
      end,
      last,
      last - end,
      0,
      0,
      -1,
      Date.now(),
      0,
    );
  }

  /** By chunks in such an order, as reads bring many messages each. */
  #step(): number {
    const next = this.#next + 1;
    this.#next = next % BURST === 0 ? (next + 611 * BURST) % this.topics : next;
    return this.#next;
  }

  /** Messages that should have been taken in since `restart`. */
  get due(): number {
    return ((performance.now() - this.#began) * this.#rate) / 1_000;
  }

  /** Keeps messages coming until stopped. */
  async run(): Promise<void> {
    while (this.#on) {
      const waiting = Math.floor(this.due) - this.taken;
      const count = waiting < (this.#rate * READ_MS) / 1_000 ? 0 : Math.min(BURST, waiting);
      for (let left = count; left > 0; left--) this.#put(this.#step());
      this.taken += Math.max(0, count);
      const left = performance.now();
      await nextTurn();
      this.longestWaitMs = Math.max(this.longestWaitMs, performance.now() - left);
    }
  }

  restart(): void {
    this.#began = performance.now();
    this.taken = 0;
    this.longestWaitMs = 0;
  }

  stop(): void {
    this.#on = false;
  }
}

/** Processor time of this process so far, ms. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
