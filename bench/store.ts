// `node bench/store.ts [--feeds 1k,100k,1m] [--flood N]`: the topic store alone, without sockets. Figures
// are of this process on this machine; compare the ratios of one run, not runs of different machines.
import { parseArgs } from 'node:util';
import { PerformanceObserver, performance } from 'node:perf_hooks';
import { ROOT } from '../src-main/core/topics/columns/nodes.ts';
import { TopicStore } from '../src-main/core/topics/store/store.ts';
import { PlainStore } from './lib/plain-store.ts';

const MIB = 2 ** 20;
const START = 1_700_000_000_000;
const CHUNK = 65_536;

/** The n-th topic: six levels, 38 bytes on average, about 10 % more levels than topics. */
const topicName = (n: number): string => {
  const device = Math.floor(n / 12);
  const hall = Math.floor(device / 40);
  const site = Math.floor(hall / 50);
  const metric = ['temperature', 'humidity', 'state', 'rpm', 'power', 'voltage'][n % 6];
  return `fleet/site${site % 1000}/hall${hall}/device${device}/${metric}${n % 12 < 6 ? '' : '_max'}`;
};

interface Chunk {
  readonly bytes: Buffer;
  readonly topics: Int32Array;
  readonly topicEnds: Int32Array;
  readonly ends: Int32Array;
  count: number;
}

/** PUBLISH packets (QoS 0, MQTT 3.1.1) with 91 bytes of payload, as they lie in received chunks. */
function makeChunks(topics: number, messages: number, order: (i: number) => number): Chunk[] {
  const chunks: Chunk[] = [];
  let chunk: Chunk | undefined;
  let at = 0;
  for (let i = 0; i < messages; i++) {
    const topic = topicName(order(i) % topics);
    const payload =
      `{"value":${(i % 10_000) / 10},"unit":"C","ts":${START + i},"seq":${String(i).padStart(9, '0')},"ok":true,"site":"ab"}`
        .padEnd(91)
        .slice(0, 91);
    const size = 2 + topic.length + 91;
    if (chunk === undefined || at + size + 3 > CHUNK) {
      const ends = [new Int32Array(1_000), new Int32Array(1_000), new Int32Array(1_000)] as const;
      chunk = {
        bytes: Buffer.allocUnsafeSlow(CHUNK),
        topics: ends[0],
        topicEnds: ends[1],
        ends: ends[2],
        count: 0,
      };
      chunks.push(chunk);
      at = 0;
    }
    const { bytes } = chunk;
    bytes[at++] = 0x30;
    if (size > 127) bytes[at++] = (size & 127) | 128;
    bytes[at++] = size > 127 ? size >> 7 : size;
    at = bytes.writeUInt16BE(topic.length, at);
    chunk.topics[chunk.count] = at;
    at += bytes.write(topic, at, 'latin1');
    chunk.topicEnds[chunk.count] = at;
    at += bytes.write(payload, at, 'latin1');
    chunk.ends[chunk.count++] = at;
  }
  return chunks;
}

interface Longest {
  call: number;
  chunk: number;
}

/** CPU time of the process, ms: on a busy machine the only figure that repeats. */
const cpu = (): number => process.cpuUsage().user / 1_000;

/** What the machine does to a loop that only reads the clock: the noise in `Longest`. */
function idleGap(ms: number): number {
  let longest = 0;
  let last = performance.now();
  for (const end = last + ms; last < end;) {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }
  return longest;
}

function feed(
  store: TopicStore,
  chunks: readonly Chunk[],
  longest: Longest,
  timeCalls: boolean,
  from: number,
): void {
  let at = from;
  for (const chunk of chunks) {
    at++;
    const started = performance.now();
    const { bytes, topics, topicEnds, ends, count } = chunk;
    for (let i = 0; i < count; i++) {
      const end = topicEnds[i]!;
      const before = timeCalls ? performance.now() : 0;
      store.message(bytes, topics[i]!, end, end, end, end, ends[i]!, ends[i]! - end, 0, 0, -1, at, 0);
      if (timeCalls) longest.call = Math.max(longest.call, performance.now() - before);
    }
    longest.chunk = Math.max(longest.chunk, performance.now() - started);
  }
}

/** A permutation-like order, so that neighbours in time are not neighbours in memory. */
const scattered = (topics: number) => (i: number) =>
  Math.floor((Math.imul(i, 0x9e37_79b1) >>> 0) * (topics / 2 ** 32));

let gcLongest = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) gcLongest = Math.max(gcLongest, entry.duration);
}).observe({ entryTypes: ['gc'] });

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The control takes the same chunks. */
function feedPlain(store: PlainStore, chunks: readonly Chunk[], at: number): void {
  for (const { bytes, topics, topicEnds, ends, count } of chunks) {
    for (let i = 0; i < count; i++) store.message(bytes, topics[i]!, topicEnds[i]!, ends[i]!, at);
  }
}

/** ns of CPU a message of a feed of `messages`. */
function cost(messages: number, work: () => void): number {
  const before = cpu();
  work();
  return ((cpu() - before) * 1e6) / messages;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

async function steady(topics: number): Promise<void> {
  const memoryBytes = 256 * MIB + topics * 200;
  const store = new TopicStore({
    memoryBytes,
    topicCap: 3_000_000,
    seed: 0x1234_5678_9abc,
    startedAt: START,
  });
  const plain = new PlainStore(topics, 256 * MIB);
  const planting: Longest = { call: 0, chunk: 0 };
  gcLongest = 0;
  let time = START;
  let planted = 0;
  for (let n = 0; n < topics; n += 100_000) {
    const part = makeChunks(topics, Math.min(100_000, topics - n), (i) => n + i);
    planted += cost(topics, () => feed(store, part, planting, true, (time += 1_000)));
    feedPlain(plain, part, time);
    await turn();
  }
  const index = store.counters().indexBytes / topics;
  const messages = 400_000;
  const chunks = makeChunks(topics, messages, scattered(topics));
  const longest: Longest = { call: 0, chunk: 0 };
  const ours: number[] = [];
  const control: number[] = [];
  const warmUp = 5;
  for (let round = 0; round < warmUp + 8; round++) {
    const one = cost(messages, () => feed(store, chunks, longest, false, (time += 1_000)));
    const other = cost(messages, () => feedPlain(plain, chunks, time));
    if (round >= warmUp) ours.push(one);
    if (round >= warmUp) control.push(other);
    await turn();
  }
  const paused: Longest = { call: 0, chunk: 0 };
  const snapshot = store.snapshot();
  feed(store, chunks, paused, false, (time += 1_000));
  snapshot.release();
  const c = store.counters();
  const sent = topics + messages * (warmUp + 9);
  if (c.received !== sent || c.kept + c.evicted !== sent || store.subtreeMessages(ROOT) !== sent) {
    throw new Error(`void: ${sent} sent, ${JSON.stringify(c)}`);
  }
  console.log(
    `${topics} topics: ${median(ours).toFixed(0)} ns/message, control ${median(control).toFixed(0)}, ` +
      `ratio ${(median(ours) / median(control)).toFixed(2)} (of the best rounds ${(Math.min(...ours) / Math.min(...control)).toFixed(2)}); ` +
      `new topics ${planted.toFixed(0)} ns; index ${index.toFixed(0)} B/topic; longest 64 kB: planting ${planting.chunk.toFixed(1)} ms, ` +
      `steady ${longest.chunk.toFixed(1)} ms, after a pause ${paused.chunk.toFixed(1)} ms; longest call ${planting.call.toFixed(1)} ms; ` +
      `longest GC ${gcLongest.toFixed(1)} ms; longest gap of an idle loop ${idleGap(1_000).toFixed(1)} ms`,
  );
}

async function flood(messages: number): Promise<void> {
  const memoryBytes = 64 * MIB;
  const store = new TopicStore({ memoryBytes, topicCap: 3_000_000, seed: 7, startedAt: START });
  const longest: Longest = { call: 0, chunk: 0 };
  let spent = 0;
  let most = 0;
  const rss: number[] = [];
  for (let n = 0; n < messages; n += 100_000) {
    const part = makeChunks(messages, 100_000, (i) => n + i);
    const before = cpu();
    feed(store, part, longest, true, START + n / 100);
    spent += cpu() - before;
    const c = store.counters();
    most = Math.max(most, c.indexBytes + c.historyBytes);
    if (c.kept + c.evicted + c.forgotten + c.dropped !== c.received) throw new Error('void');
    rss.push(process.memoryUsage().rss / MIB);
    await turn();
  }
  const c = store.counters();
  console.log(
    `${messages} unique topics against 64 MiB: ${((spent * 1e6) / messages).toFixed(0)} ns/message, most held ${(most / MIB).toFixed(1)} MiB, ` +
      `rss ${rss[Math.min(9, rss.length - 1)]!.toFixed(0)} -> ${rss.at(-1)!.toFixed(0)} MB, topics ${c.topics}, forgotten ${c.forgottenTopics}, ` +
      `dropped ${c.dropped}, longest call ${longest.call.toFixed(2)} ms, longest 64 kB ${longest.chunk.toFixed(2)} ms, idle loop ${idleGap(1_000).toFixed(2)} ms`,
  );
}

const { values } = parseArgs({
  options: {
    feeds: { type: 'string', default: '1000,100000,1000000' },
    flood: { type: 'string', default: '2000000' },
  },
});
for (const topics of values.feeds.split(',').filter(Boolean)) await steady(Number(topics));
if (Number(values.flood) > 0) await flood(Number(values.flood));
