// A workspace of a million topics in a process of its own, to which 100,000 messages a second come, while all
// rows are sorted or a topic is looked for by its letters.
import type { Sorting } from '../../src-main/contract/model/sorting.ts';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ViewFrame, ViewSpec } from '../../src-main/contract/model/view.ts';
import { systemClock } from '../../src-main/connection/base/clock.ts';
import { TopicView } from '../../src-main/core/topics/view/view.ts';
import { TopicWorkspace } from '../../src-main/connection/workspace/topic-workspace.ts';
import { cpuMs, FleetFeed } from './fleet-feed.ts';

const TOPICS = 1_000_000;
const SPEC: ViewSpec = { anchor: null, offset: 0, rows: 60, filter: '', selected: null };

/** How sorting all rows went, in ms from when it was asked for. */
export interface SortResult {
  readonly kind: 'result';
  readonly allMs: number;
  /** Processor time of the process, what came in meanwhile included. */
  readonly cpuMs: number;
  readonly rows: number;
  /** The longest time that messages had to wait, ms. */
  readonly longestWaitMs: number;
  /** Messages that were due and that were taken in meanwhile. */
  readonly due: number;
  readonly taken: number;
}

/** How looking for a topic went, in ms: for each letter to the first answer, and for the whole to the last one. */
export interface GoToResult {
  readonly kind: 'result';
  readonly lettersMs: readonly number[];
  readonly allMs: number;
  readonly found: string;
  readonly due: number;
  readonly taken: number;
}

/** How scrolling all rows went: what making each frame took, ms. */
export interface ScrollResult {
  readonly kind: 'result';
  readonly frameMs: readonly number[];
  readonly due: number;
  readonly taken: number;
}

/** What the worker is asked to do; a topic is looked for letter by letter, as it is typed. */
export type Wish = { readonly sorting: Sorting } | { readonly goTo: string } | { readonly scrolls: number };

async function sort(workspace: TopicWorkspace, feed: FleetFeed, sorting: Sorting): Promise<SortResult> {
  const { views } = workspace;
  const signal = { aborted: false, addEventListener: () => undefined, removeEventListener: () => undefined };
  const frames = views.frames('bench', SPEC, signal);
  let frame = (await frames.next()).value as ViewFrame;
  views.act('bench', { kind: 'expand-all' });
  do frame = (await frames.next()).value as ViewFrame;
  while (frame.building !== null || frame.total < TOPICS);
  feed.restart();
  const began = performance.now();
  const cpu = cpuMs();
  views.act('bench', { kind: 'sort', sorting });
  do frame = (await frames.next()).value as ViewFrame;
  while (frame.building !== null || frame.sorting.by !== sorting.by);
  const allMs = performance.now() - began;
  const { due, taken, longestWaitMs } = feed;
  const result = { allMs, cpuMs: cpuMs() - cpu, rows: frame.total, longestWaitMs, due, taken };
  await frames.return(undefined);
  return { kind: 'result', ...result };
}

/** To other rows each time, as far apart as can be; messages come between. */
async function scroll(workspace: TopicWorkspace, feed: FleetFeed, scrolls: number): Promise<ScrollResult> {
  const view = new TopicView({ source: workspace.store, spec: SPEC, now: systemClock.wall() });
  view.act({ kind: 'expand-all' }, systemClock.wall());
  for (let more = true; more; await nextTurn()) {
    const until = performance.now() + 4;
    more = view.work(() => performance.now() >= until);
  }
  const { total } = view.frame(systemClock.wall());
  feed.restart();
  const frameMs: number[] = [];
  for (let at = 0; at < scrolls; at++) {
    await nextTurn();
    const offset = (at * 611_953) % total;
    const began = performance.now();
    view.act({ kind: 'look', spec: { ...SPEC, offset } }, systemClock.wall());
    view.frame(systemClock.wall());
    frameMs.push(performance.now() - began);
  }
  const { due, taken } = feed;
  view.dispose();
  return { kind: 'result', frameMs, due, taken };
}

async function goTo(workspace: TopicWorkspace, feed: FleetFeed, text: string): Promise<GoToResult> {
  feed.restart();
  const lettersMs: number[] = [];
  for (let typed = 1; typed < text.length; typed++) {
    const began = performance.now();
    await workspace.names.find(text.slice(0, typed));
    lettersMs.push(performance.now() - began);
  }
  const began = performance.now();
  let answer = await workspace.names.find(text);
  lettersMs.push(performance.now() - began);
  while (answer.goesOn) answer = await workspace.names.find(text);
  const { due, taken } = feed;
  const found = answer.topics[0]?.topic ?? '';
  return { kind: 'result', lettersMs, allMs: performance.now() - began, found, due, taken };
}

async function main(): Promise<void> {
  const workspace = new TopicWorkspace({
    limits: { memoryBytes: 2 ** 30, topicCap: 3_000_000 },
    seed: 1,
    clock: systemClock,
    shedding: () => undefined,
  });
  const shape = process.argv[2] === 'flat' ? 'flat' : 'tree';
  const feed = new FleetFeed(workspace, TOPICS, 100_000, shape);
  feed.fill();
  feed.restart();
  const running = feed.run();
  process.send?.({ kind: 'ready' });
  process.on('message', (wish: Wish) => {
    const done =
      'goTo' in wish
        ? goTo(workspace, feed, wish.goTo)
        : 'scrolls' in wish
          ? scroll(workspace, feed, wish.scrolls)
          : sort(workspace, feed, wish.sorting);
    void done.then((result) => process.send?.(result));
  });
  process.on('disconnect', () => feed.stop());
  await running;
}

await main();
