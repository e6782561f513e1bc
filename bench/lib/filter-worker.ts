// A workspace of a million topics in a process of its own, to which 100,000 messages a second come, with
// and without a filter that is being looked for. Messages are handed in as the tap does, from chunks.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ViewFrame, ViewSpec } from '../../src-main/contract/model/model.ts';
import { systemClock } from '../../src-main/connection/base/clock.ts';
import { TopicWorkspace } from '../../src-main/connection/workspace/topic-workspace.ts';

const TOPICS = 1_000_000;
const RATE = 100_000;
/** Messages taken in before the event loop has its turn again, as a read of 128 kB brings. */
const BURST = 1_000;
/** The tap joins reads that come within 2 ms. */
const READ = (RATE * 2) / 1_000;
const SPEC: ViewSpec = { anchor: null, offset: 0, rows: 60, filter: '', selected: null };
const METRICS = ['temperature', 'humidity', 'state', 'rpm', 'power', 'voltage'];

/** How one filter went, in ms from when it was typed. */
export interface FilterResult {
  readonly kind: 'result';
  readonly firstMs: number;
  readonly allMs: number;
  readonly matches: number | null;
  /** Messages that were due and that were taken in meanwhile. */
  readonly due: number;
  readonly taken: number;
}

const encoder = new TextEncoder();
const workspace = new TopicWorkspace({
  limits: { memoryBytes: 2 ** 30, topicCap: 3_000_000 },
  seed: 1,
  clock: systemClock,
  shedding: () => undefined,
});

/** All messages ready made, so that handing one in costs nothing but taking it in: 1,000 to a chunk. */
const chunks: Uint8Array[] = [];
const starts = new Int32Array(TOPICS);
const topicEnds = new Int32Array(TOPICS);
const ends = new Int32Array(TOPICS);

function prepare(): void {
  for (let first = 0; first < TOPICS; first += BURST) {
    let text = '';
    for (let n = first; n < first + BURST; n++) {
      const device = Math.floor(n / 12);
      const metric = `${METRICS[n % 6] ?? ''}${n % 12 < 6 ? '' : '_max'}`;
      starts[n] = text.length;
      text += `fleet/site${String(Math.floor(device / 2_000))}/hall${String(Math.floor(device / 40))}/device${String(device)}/${metric}`;
      topicEnds[n] = text.length;
      text += `{"value":${String((n % 1_000) / 10)},"unit":"C","seq":${String(n)},"ok":true}`;
      ends[n] = text.length;
    }
    chunks.push(encoder.encode(text));
  }
}

function put(n: number): void {
  const bytes = chunks[Math.floor(n / BURST)] ?? new Uint8Array(0);
  const end = topicEnds[n] ?? 0;
  const last = ends[n] ?? 0;
  workspace.intake.message(bytes, starts[n] ?? 0, end, end, end, end, last, last - end, 0, 0, -1, Date.now());
}

/** By chunks in an order that has nothing to do with names, as reads bring many messages each. */
let next = 0;
const step = (): number => {
  next = (next + 1) % BURST === 0 ? (next + 1 + 611 * BURST) % TOPICS : next + 1;
  return next;
};

/** Keeps 100,000 messages a second coming until stopped. */
class Feed {
  taken = 0;
  #began = performance.now();
  #on = true;

  get due(): number {
    return ((performance.now() - this.#began) * RATE) / 1_000;
  }

  async run(): Promise<void> {
    while (this.#on) {
      const waiting = Math.floor(this.due) - this.taken;
      const count = waiting < READ ? 0 : Math.min(BURST, waiting);
      for (let left = count; left > 0; left--) put(step());
      this.taken += Math.max(0, count);
      await nextTurn();
    }
  }

  restart(): void {
    this.#began = performance.now();
    this.taken = 0;
  }

  stop(): void {
    this.#on = false;
  }
}

async function measure(feed: Feed, filter: string): Promise<FilterResult> {
  const { views } = workspace;
  const signal = { aborted: false, addEventListener: () => undefined, removeEventListener: () => undefined };
  const frames = views.frames('bench', SPEC, signal);
  let frame = (await frames.next()).value as ViewFrame;
  while (frame.building !== null) frame = (await frames.next()).value as ViewFrame;
  feed.restart();
  const began = performance.now();
  views.act('bench', { kind: 'look', spec: { ...SPEC, filter } });
  let firstMs = -1;
  do {
    frame = (await frames.next()).value as ViewFrame;
    if (firstMs < 0 && frame.matches !== null && frame.matches > 0) firstMs = performance.now() - began;
  } while (frame.building !== null || frame.matches === null);
  const allMs = performance.now() - began;
  const result = { firstMs, allMs, matches: frame.matches, due: feed.due, taken: feed.taken };
  await frames.return(undefined);
  return { kind: 'result', ...result };
}

async function main(): Promise<void> {
  prepare();
  for (let n = 0; n < TOPICS; n++) put((n * 611_953) % TOPICS);
  const feed = new Feed();
  const running = feed.run();
  process.send?.({ kind: 'ready' });
  process.on('message', (message: { readonly filter: string }) => {
    void measure(feed, message.filter).then((result) => process.send?.(result));
  });
  process.on('disconnect', () => feed.stop());
  await running;
}

await main();
