// `node bench/store.ts [--feeds 1k,100k,1m] [--flood N]`: the topic store alone, without sockets. Figures
// are of this process on this machine; compare the ratios of one run, not runs of different machines.
import { parseArgs } from 'node:util';
import { PerformanceObserver, performance } from 'node:perf_hooks';
import { ROOT } from '../src-main/core/topics/nodes.ts';
import { TopicStore } from '../src-main/core/topics/store.ts';

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
    at += bytes.latin1Write(topic, at);
    chunk.topicEnds[chunk.count] = at;
    at += bytes.latin1Write(payload, at);
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
function control(ms: number): number {
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
      store.message(bytes, topics[i]!, end, end, end, end, ends[i]!, ends[i]! - end, 0, 0, -1, at);
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

async function steady(topics: number): Promise<void> {
  const store = new TopicStore({
    memoryBytes: 512 * MIB,
    topicCap: 3_000_000,
    seed: 0x1234_5678_9abc,
    startedAt: START,
  });
  const first: Longest = { call: 0, chunk: 0 };
  gcLongest = 0;
  let time = START;
  let planting = 0;
  for (let n = 0; n < topics; n += 100_000) {
    const part = makeChunks(topics, Math.min(100_000, topics - n), (i) => n + i);
    const before = cpu();
    feed(store, part, first, true, (time += 1_000));
    planting += cpu() - before;
    await turn();
  }
  const c0 = store.counters();
  const chunks = makeChunks(topics, 400_000, scattered(topics));
  const longest: Longest = { call: 0, chunk: 0 };
  feed(store, chunks, longest, false, (time += 1_000));
  const rounds = 8;
  const perRound: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const before = cpu();
    feed(store, chunks, longest, false, (time += 1_000));
    perRound.push(((cpu() - before) * 1e6) / 400_000);
    await turn();
  }
  const slow: Longest = { call: 0, chunk: 0 };
  feed(store, chunks, slow, true, (time += 1_000));
  await turn();
  const c = store.counters();
  if (c.received !== topics + 400_000 * (rounds + 2) || c.kept + c.evicted !== c.received)
    throw new Error('void');
  if (store.subtreeMessages(ROOT) !== c.received) throw new Error('void: counts');
  perRound.sort((a, b) => a - b);
  console.log(
    `${topics} topics: ${perRound[rounds >> 1]!.toFixed(0)} ns/message (best ${perRound[0]!.toFixed(0)}), ` +
      `new topics ${((planting * 1e6) / topics).toFixed(0)} ns, ` +
      `index ${(c0.indexBytes / c0.topics).toFixed(0)} B/topic, evicted ${c.evicted}; longest call ${Math.max(first.call, slow.call).toFixed(2)} ms ` +
      `(planting ${first.call.toFixed(2)}), longest 64 kB ${Math.max(first.chunk, longest.chunk).toFixed(2)} ms, longest GC ${gcLongest.toFixed(1)} ms, longest gap of an idle loop ${control(1_000).toFixed(2)} ms`,
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
      `dropped ${c.dropped}, longest call ${longest.call.toFixed(2)} ms, longest 64 kB ${longest.chunk.toFixed(2)} ms, idle loop ${control(1_000).toFixed(2)} ms`,
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
