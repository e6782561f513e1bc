// A workspace of a million topics in a process of its own, to which 100,000 messages a second come, with
// and without a filter that is being looked for.
import { setTimeout } from 'node:timers/promises';
import type { ViewFrame, ViewSpec } from '../../src-main/contract/model/view.ts';
import { systemClock } from '../../src-main/connection/base/clock.ts';
import { TopicWorkspace } from '../../src-main/connection/workspace/topic-workspace.ts';
import { FleetFeed, cpuMs } from './fleet-feed.ts';

const SPEC: ViewSpec = { anchor: null, offset: 0, rows: 60, filter: '', selected: null };

/** How one filter went, in ms from when it was typed. */
export interface FilterResult {
  readonly kind: 'result';
  readonly firstMs: number;
  readonly allMs: number;
  /** Processor time of the process, what came in meanwhile included. */
  readonly cpuMs: number;
  readonly matches: number | null;
  /** The longest time that messages had to wait, ms. */
  readonly longestWaitMs: number;
  /** Messages that were due and that were taken in meanwhile. */
  readonly due: number;
  readonly taken: number;
}

/** What messages alone cost. */
export interface RestResult {
  readonly kind: 'result';
  /** Processor time of the process for a message, µs. */
  readonly cpuUs: number;
}

export type Wish = { readonly filter: string } | { readonly restMs: number };

/** A time in which nothing but messages comes. */
async function rest(feed: FleetFeed, ms: number): Promise<RestResult> {
  feed.restart();
  const cpu = cpuMs();
  await setTimeout(ms);
  return { kind: 'result', cpuUs: ((cpuMs() - cpu) / feed.taken) * 1_000 };
}

async function measure(workspace: TopicWorkspace, feed: FleetFeed, filter: string): Promise<FilterResult> {
  const { views } = workspace;
  const signal = { aborted: false, addEventListener: () => undefined, removeEventListener: () => undefined };
  const frames = views.frames('bench', SPEC, signal);
  let frame = (await frames.next()).value as ViewFrame;
  while (frame.building !== null) frame = (await frames.next()).value as ViewFrame;
  feed.restart();
  const began = performance.now();
  const cpu = cpuMs();
  views.act('bench', { kind: 'look', spec: { ...SPEC, filter } });
  let firstMs = -1;
  do {
    frame = (await frames.next()).value as ViewFrame;
    if (firstMs < 0 && frame.matches !== null && frame.matches > 0) firstMs = performance.now() - began;
  } while (frame.building !== null || frame.matches === null);
  const allMs = performance.now() - began;
  const { due, taken, longestWaitMs } = feed;
  const result = { longestWaitMs, firstMs, allMs, cpuMs: cpuMs() - cpu, matches: frame.matches, due, taken };
  await frames.return(undefined);
  return { kind: 'result', ...result };
}

async function main(): Promise<void> {
  const workspace = new TopicWorkspace({
    limits: { memoryBytes: 2 ** 30, topicCap: 3_000_000 },
    seed: 1,
    clock: systemClock,
    shedding: () => undefined,
  });
  const feed = new FleetFeed(workspace, 1_000_000, 100_000);
  feed.fill();
  feed.restart();
  const running = feed.run();
  process.send?.({ kind: 'ready' });
  process.on('message', (wish: Wish) => {
    const done = 'filter' in wish ? measure(workspace, feed, wish.filter) : rest(feed, wish.restMs);
    void done.then((result) => process.send?.(result));
  });
  process.on('disconnect', () => feed.stop());
  await running;
}

await main();
