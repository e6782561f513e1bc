// 256 MB of history in a process of its own, to which 100,000 messages a second come, while a text is
// searched for in it. A budget that is full: what makes room for what comes is part of it.
import { systemClock } from '../../src-main/connection/base/clock.ts';
import { TopicWorkspace } from '../../src-main/connection/workspace/topic-workspace.ts';
import { FleetFeed, cpuMs } from './fleet-feed.ts';

const HISTORY_BYTES = 256 * 1_000_000;

/** How one search went, in ms from when it was asked for. */
export interface SearchResult {
  readonly kind: 'result';
  readonly firstMs: number;
  readonly allMs: number;
  readonly cpuMs: number;
  readonly found: number;
  /** Hits by their numbers of arrival, which are the messages of one topic. */
  readonly expected: number;
  readonly searchedBytes: number;
  readonly due: number;
  readonly taken: number;
}

async function measure(workspace: TopicWorkspace, feed: FleetFeed, text: string): Promise<SearchResult> {
  const { searches, store } = workspace;
  feed.restart();
  const began = performance.now();
  const cpu = cpuMs();
  const upTo = store.lastSeq;
  const started = searches.start({ text, as: 'text', filter: '' });
  if (started.kind === 'failed') throw new Error(started.message);
  let firstMs = -1;
  let found = 0;
  let part;
  do {
    part = await searches.read(started.search, found);
    if (part.kind === 'ended') throw new Error('the search ended');
    found += part.hits.length;
    if (firstMs < 0 && found > 0) firstMs = performance.now() - began;
  } while (part.progress.state === 'running' || found < part.progress.found);
  const allMs = performance.now() - began;
  const { due, taken } = feed;
  const used = cpuMs() - cpu;
  const keys = new Set<string>();
  let hits = 0;
  for (let from = 0; from < found; from += 500) {
    const page = await searches.read(started.search, from);
    if (page.kind === 'ended') throw new Error('the search ended');
    for (const { key, seq } of page.hits) {
      keys.add(key);
      if (seq <= upTo) hits++;
    }
  }
  // What the topics' own histories have of that time; some may have made room since.
  let expected = 0;
  for (const key of keys) {
    const { messages } = workspace.views.readHistory(undefined, key as never, null, 500);
    expected += messages.filter(({ seq }) => seq <= upTo).length;
  }
  const { total } = part.progress;
  return {
    kind: 'result',
    firstMs,
    allMs,
    cpuMs: used,
    found: hits,
    expected,
    searchedBytes: total,
    due,
    taken,
  };
}

async function main(): Promise<void> {
  const workspace = new TopicWorkspace({
    limits: { memoryBytes: 2 ** 29, topicCap: 1_000_000 },
    seed: 1,
    clock: systemClock,
    shedding: () => undefined,
  });
  const feed = new FleetFeed(workspace, 100_000, 100_000);
  while (workspace.store.counters().historyBytes < HISTORY_BYTES) feed.fill();
  feed.restart();
  const running = feed.run();
  process.send?.({ kind: 'ready' });
  process.on('message', (message: { readonly text: string }) => {
    void measure(workspace, feed, message.text).then((result) => process.send?.(result));
  });
  process.on('disconnect', () => feed.stop());
  await running;
}

await main();
