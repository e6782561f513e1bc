// The connection's worker as it is, with a second port to look inside.
import { monitorEventLoopDelay, PerformanceObserver, performance } from 'node:perf_hooks';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { BrokerConnection } from '../../src-main/connection/broker-connection.ts';
import { connectionHandlers } from '../../src-main/connection/handlers.ts';
import { portPipe } from '../../src-main/connection/port-pipe.ts';
import { systemPorts } from '../../src-main/connection/base/ports.ts';
import { Incoming } from '../../src-main/connection/tap/incoming.ts';
import { warmUp } from '../../src-main/connection/warm-up.ts';
import { workerApi, type WorkerStart } from '../../src-main/connection/worker-api.ts';
import { ROOT, type Node } from '../../src-main/core/topics/columns/nodes.ts';
import { TopicView } from '../../src-main/core/topics/view/view.ts';
import { serve } from '../../src-main/wire/serve.ts';
import { END_TOPIC, hash } from './feed.ts';
import { plainRoundMs, plainWork } from './plain-work.ts';
import { TaskWatch } from './tasks.ts';

export interface BenchWorkerData {
  readonly start: WorkerStart;
  readonly inside: MessagePort;
  readonly expect: number | null;
  /** Watch every callback and the turns of the event loop: costs a thousand wake-ups a second by itself. */
  readonly watched: boolean;
}

/** What is asked on the inner port, and its answer. */
export interface Inside {
  readonly received: number;
  readonly topics: number;
  readonly checksum: number;
  readonly indexBytes: number;
  readonly frameMs: Float64Array;
  /** As much plain work as a usual frame, after each of them: what the machine makes of it. */
  readonly plainMs: Float64Array;
  /** Of the slowest hundredth of the frames: how many a collection fell into. */
  readonly slowInCollection: number;
  /** Reads of the socket, and turns of the event loop. */
  readonly reads: number;
  readonly turns: number;
  readonly completeMs: number;
  readonly stores: Readonly<Record<string, number>>;
}

if (parentPort === null) throw new Error('This file is the entry of a worker thread.');
const { start, inside, expect, watched } = workerData as BenchWorkerData;
warmUp();
const connection = new BrokerConnection(start, systemPorts(Math.random));

const frames: { readonly began: number; readonly ms: number }[] = [];
const plainMs: number[] = [];
/** Rounds of plain work; 0: none is done. */
let plainRounds = 0;
const collections: { readonly startTime: number; readonly duration: number }[] = [];
new PerformanceObserver((list) => collections.push(...list.getEntries())).observe({ entryTypes: ['gc'] });

/** So many rounds as the frames so far took in the middle. */
function fitPlainWork(): void {
  const sorted = frames.map(({ ms }) => ms).toSorted((a, b) => a - b);
  plainRounds = Math.round((sorted[sorted.length >> 1] ?? 0) / plainRoundMs());
}

function slowInCollection(): number {
  const slow = frames.toSorted((a, b) => b.ms - a.ms).slice(0, Math.ceil(frames.length / 100));
  return slow.filter(({ began, ms }) =>
    collections.some(({ startTime, duration }) => startTime < began + ms && startTime + duration > began),
  ).length;
}

let reads = 0;
const read = Incoming.prototype.read;
Incoming.prototype.read = function (this: Incoming, ...args: Parameters<Incoming['read']>) {
  reads++;
  return read.apply(this, args);
};
const turns = (): number => performance.nodeTiming.uvMetricsInfo.loopCount;

const computeFrame = TopicView.prototype.frame;
TopicView.prototype.frame = function (this: TopicView, ...args: Parameters<TopicView['frame']>) {
  const began = performance.now();
  const frame = computeFrame.apply(this, args);
  frames.push({ began, ms: performance.now() - began });
  if (plainRounds > 0) {
    const plainBegan = performance.now();
    plainWork(plainRounds);
    plainMs.push(performance.now() - plainBegan);
  }
  return frame;
};

serve(workerApi, connectionHandlers(connection), portPipe(parentPort));

/** A whole turn of the event loop: several tasks, and whatever else the machine did meanwhile. */
const delay = monitorEventLoopDelay({ resolution: 1 });

const tasks = new TaskWatch();
if (watched) tasks.start();

let began = 0;
let completeMs = Number.NaN;

function walk(node: Node, visit: (node: Node) => void): void {
  for (
    let child = connection.store.firstChild(node);
    child >= 0;
    child = connection.store.nextSibling(child)
  ) {
    visit(child);
    walk(child, visit);
  }
}

function look(): Inside {
  const { store } = connection;
  let checksum = 0;
  let ends = 0;
  walk(ROOT, (node) => {
    if (!store.isTopic(node)) return;
    const path = store.pathBytes(node);
    if (path[0] === 0x24) return;
    if (Buffer.from(path).toString('latin1') === END_TOPIC) {
      ends = store.messages(node);
      return;
    }
    const record = store.record(store.lastRecord(node));
    if (record !== null) checksum = (checksum + hash(path, record.payload)) % 2 ** 48;
  });
  const counters = store.counters();
  return {
    received: counters.received - ends,
    topics: counters.topics,
    checksum,
    indexBytes: counters.indexBytes,
    frameMs: Float64Array.from(frames, ({ ms }) => ms),
    plainMs: Float64Array.from(plainMs),
    slowInCollection: slowInCollection(),
    reads: reads - readsBefore,
    turns: turns() - turnsBefore,
    completeMs,
    stores: {
      evicted: counters.evicted,
      dropped: counters.dropped,
      forgotten: counters.forgotten,
      historyBytes: counters.historyBytes,
    },
  };
}

let readsBefore = 0;
let turnsBefore = 0;

inside.on('message', (question: 'begin' | 'mark' | 'plain' | 'look' | 'count' | 'longest') => {
  if (question === 'begin') began = performance.now();
  if (question === 'mark') {
    if (watched) delay.enable();
    delay.reset();
    tasks.reset();
    frames.length = plainMs.length = 0;
    readsBefore = reads;
    turnsBefore = turns();
  }
  if (question === 'plain') fitPlainWork();
  if (question === 'count') inside.postMessage(connection.store.counters().received);
  if (question === 'longest') inside.postMessage({ ...tasks.longest(), turnMs: delay.max / 1e6 });
  if (question === 'look') inside.postMessage(look());
});

if (expect !== null) {
  const timer = setInterval(() => {
    if (connection.store.counters().received < expect) return;
    completeMs = performance.now() - began;
    clearInterval(timer);
  }, 2);
}
