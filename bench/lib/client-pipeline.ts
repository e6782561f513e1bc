// The product’s way of a message: worker, tap, store, history, and a window of 60 rows at 10 frames/s
// whose frames are encoded as for a browser.
import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';
import { portPipe } from '../../src-main/connection/port-pipe.ts';
import { workerApi, type WorkerClient } from '../../src-main/connection/worker-api.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { ConnectionOptions } from '../../src-main/contract/model/model.ts';
import type { ViewAction } from '../../src-main/contract/model/view.ts';
import { connectTo } from '../../src-main/wire/client.ts';
import { encodeFrame } from '../../src-main/wire/frame.ts';
import type { BenchWorkerData, Inside } from './pipeline-worker.ts';
import { answerReports, usageSince, type ClientStart } from './report.ts';
import type { LongestTasks } from './tasks.ts';

const settings = JSON.parse(process.argv[2] ?? '{}') as ClientStart;
const { port1, port2 } = new MessageChannel();
const options = ConnectionOptions.parse({
  name: 'bench',
  protocol: 'mqtt',
  host: '127.0.0.1',
  port: settings.port,
  version: settings.version === 5 ? '5' : '3.1.1',
  ...(settings.keepalive === undefined ? {} : { keepAlive: settings.keepalive }),
  subscriptions: settings.qos === 1 ? [{ filter: '#', qos: 1 }] : undefined,
});
const data: BenchWorkerData = {
  start: {
    options,
    limits: {
      memoryBytes: settings.memoryBytes ?? 1024 * 2 ** 20,
      topicCap: settings.topicCap ?? 3_000_000,
      maxPayloadBytes: 32 * 2 ** 20,
    },
    seed: 1,
    files: { kind: 'any' },
  },
  inside: port2,
  expect: settings.expect ?? null,
  watched: settings.watched === true,
};
// As a source, or in the bundle beside which it lies.
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const worker = new Worker(new URL(`./pipeline-worker.${extension}`, import.meta.url), {
  workerData: data,
  transferList: [port2],
});
const client: WorkerClient = connectTo(workerApi, portPipe(worker));
let usage = usageSince();
let frames = 0;
let largest = 0;
let reconnects = -1;

async function ask(question: 'look' | 'count' | 'longest'): Promise<unknown> {
  const answer = once(port1, 'message');
  port1.postMessage(question);
  const [message] = (await answer) as unknown[];
  return message;
}

const spec = { anchor: null, offset: 0, rows: 60, filter: '', selected: null };
const act = (action: ViewAction): Promise<unknown> => client.call('updateView', { view: 'bench', action });
let total = 0;
let building: number | null = null;

/** A person looks at sixty rows and scrolls once a second; what is open is a branch, or everything. */
async function view(): Promise<void> {
  for await (const frame of client.stream('view', { view: 'bench', spec })) {
    total = frame.total;
    building = frame.building;
    frames++;
    if (frames === 1 && settings.expanded === true) await act({ kind: 'expand-all' });
    if (frames <= 30 && settings.expanded !== true) {
      for (const key of ['plant', 'plant/hall-0', 'plant/hall-0/line-10']) await act({ kind: 'expand', key });
    }
    if (frames % 10 === 0 || scrolling) {
      // A page further each frame, as under a held Page Down.
      const offset = (frames * (scrolling ? 60 : 7_919)) % Math.max(1, frame.total - 60);
      await act({ kind: 'look', spec: { ...spec, offset } });
    }
    largest = Math.max(largest, encodeFrame({ frame }).length);
  }
}

let scrolling = false;

/**
 * With everything expanded, every frame is a page of other rows: first until the code is compiled
 * (some 100 frames; a compilation that falls into one takes 2 to 5 ms), then for 600 frames.
 */
async function expandedFrames(): Promise<void> {
  await act({ kind: 'expand-all' });
  while (building !== null || total < 1_000) await delay(50);
  scrolling = true;
  await act({ kind: 'look', spec: { ...spec, offset: 1_000 } });
  await delay(6_000);
  port1.postMessage('plain');
  port1.postMessage('mark');
  await delay(20_000);
  scrolling = false;
}

async function follow(): Promise<void> {
  let settled = false;
  let online = false;
  for await (const { state, subscriptions } of client.stream('summary', {})) {
    if (state.kind === 'online' && !online) reconnects++;
    online = state.kind === 'online';
    const granted = subscriptions.find(({ filter }) => filter === '#')?.result.kind === 'granted';
    if (settled || !granted) continue;
    settled = true;
    if (settings.expect === undefined) usage = usageSince();
    port1.postMessage('mark');
    process.send?.({ kind: 'settled' });
  }
}

// Its first item says that the worker is up: what is timed is the connection, not the thread's start.
const first = client.stream('summary', {});
await first.next();
await first.return?.();
if (settings.view !== false) void view();
void follow();
port1.postMessage('begin');
if (settings.recorder !== undefined)
  await client.call('setRecorder', { publish: { kind: settings.recorder } });
await client.call('connect', {});

const p99 = (values: Float64Array): number =>
  values.toSorted()[Math.floor(values.length * 0.99)] ?? Number.NaN;

answerReports(
  async () => {
    const used = usage();
    if (settings.expect !== undefined) {
      // Looking at every value while the scan goes on would disturb it.
      const count = (await ask('count')) as number;
      if (count < settings.expect)
        return { received: count, checksum: null, usage: used, extra: { reconnects } };
    }
    const longest = (await ask('longest')) as LongestTasks & { turnMs: number };
    if (settings.framesAfter === true) await expandedFrames();
    const inside = (await ask('look')) as Inside;
    return {
      received: inside.received,
      checksum: inside.checksum,
      usage: used,
      extra: {
        longestTaskMs: longest.taskMs,
        longestOwnMs: longest.ownMs,
        longestCollectionMs: longest.collectionMs,
        longestTurnMs: longest.turnMs,
        indexBytesPerTopic: inside.indexBytes / Math.max(1, inside.topics),
        frameP99Ms: p99(inside.frameMs),
        plainP99Ms: p99(inside.plainMs),
        slowInCollection: inside.slowInCollection,
        reads: inside.reads,
        turns: inside.turns,
        frames,
        frameMaxBytes: largest,
        completeMs: inside.completeMs,
        topics: inside.topics,
        reconnects,
        ...inside.stores,
      },
    };
  },
  () => {
    usage = usageSince();
    port1.postMessage('mark');
  },
);
