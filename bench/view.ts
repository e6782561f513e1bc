// `node bench/view.ts [--topics N]`: one view on a million topics, without sockets. Figures are of this
// process on this machine: totals and slices in CPU time of its thread (in steps of 4 ms), so that a busy
// machine shows little in them; frames on the clock, so that it does.
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import type { ViewFrame, ViewSpec } from '../src-main/contract/model/view.ts';
import { TopicStore } from '../src-main/core/topics/store/store.ts';
import { TopicView } from '../src-main/core/topics/view/view.ts';

const { values } = parseArgs({ options: { topics: { type: 'string', default: '1000000' } } });
const TOPICS = Number(values.topics);
const START = 1_700_000_000_000;
/** What a worker gives the view between two reads of the socket, ms. */
const SLICE = 4;
const SPEC: ViewSpec = { anchor: null, offset: 0, rows: 60, filter: '', selected: null };
const PAYLOAD = '{"value":71.4,"unit":"C","seq":1234567,"ok":true,"ts":1700000000000}';

/** CPU time of this thread, ms. */
const cpu = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};

let clock = START;
let random = 1;
const next = (below: number): number => {
  random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((random / 4_294_967_296) * below);
};

function publish(store: TopicStore, topic: string): void {
  const bytes = Buffer.from(topic + PAYLOAD);
  const end = Buffer.byteLength(topic);
  store.message(bytes, 0, end, end, end, end, bytes.length, PAYLOAD.length, 0, 0, -1, clock, 0);
}

const treeTopic = (n: number): string => {
  const metric = ['temperature', 'humidity', 'state', 'rpm', 'power', 'voltage'][n % 6] ?? '';
  const device = Math.floor(n / 12);
  return `fleet/site${String(Math.floor(device / 2_000))}/hall${String(Math.floor(device / 40))}/device${String(device)}/${metric}${n % 12 < 6 ? '' : '_max'}`;
};
const flatTopic = (n: number): string => `flat/device-${String(n)}`;

function filled(topicOf: (n: number) => string): TopicStore {
  const store = new TopicStore({ memoryBytes: 2 ** 30, topicCap: 3_000_000, seed: 1, startedAt: START });
  // In an order that has nothing to do with that of the names.
  for (let i = 0; i < TOPICS; i++) publish(store, topicOf((i * 611_953) % TOPICS));
  while (store.work(() => false));
  return store;
}

/** Works in slices until nothing is left; the slices' lengths and the longest step, ms. */
function finish(view: TopicView): { total: number; longest: number; longestStep: number } {
  const began = cpu();
  let longest = 0;
  let longestStep = 0;
  for (let more = true; more;) {
    const from = cpu();
    let last = from;
    more = view.work(() => {
      const now = cpu();
      longestStep = Math.max(longestStep, now - last);
      last = now;
      return now - from > SLICE;
    });
    longest = Math.max(longest, cpu() - from);
  }
  return { total: cpu() - began, longest, longestStep };
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

const rows: Record<string, string | number>[] = [];
const say = (name: string, value: number, unit: string): void => {
  rows.push({ name, value: Number(value.toPrecision(3)), unit });
};

/** Frames while messages come: `hot` on topics that are looked at. */
function frames(
  name: string,
  store: TopicStore,
  view: TopicView,
  topicOf: () => string,
  jump: boolean,
): void {
  const times: number[] = [];
  const bytes: number[] = [];
  const total = view.frame(clock).total;
  for (let i = 0; i < 2_000; i++) {
    clock += 33;
    for (let m = 0; m < 100; m++) publish(store, topicOf());
    if (jump) view.act({ kind: 'look', spec: { ...SPEC, offset: next(total) } }, clock);
    // Carrying counts up to the parents is the store's work, whoever asks first.
    store.subtreeMessages(0);
    const from = performance.now();
    const frame = view.frame(clock);
    times.push(performance.now() - from);
    bytes.push(size(frame));
  }
  times.sort((a, b) => a - b);
  bytes.sort((a, b) => a - b);
  say(`${name}: frame p50`, 1_000 * percentile(times, 0.5), 'µs');
  say(`${name}: frame p99`, 1_000 * percentile(times, 0.99), 'µs');
  say(`${name}: bytes p50`, percentile(bytes, 0.5), 'B');
  say(`${name}: bytes max`, percentile(bytes, 1), 'B');
}

const size = (frame: ViewFrame): number => Buffer.byteLength(JSON.stringify(frame));

function tree(): void {
  const store = filled(treeTopic);
  const view = new TopicView({ source: store, spec: SPEC, now: clock });
  finish(view);
  view.act({ kind: 'expand-all' }, clock);
  const all = finish(view);
  say('tree: expand all, rows', view.frame(clock).total, '');
  say('tree: expand all', all.total, 'ms');
  say('tree: expand all, longest slice', all.longest, 'ms');
  say('tree: expand all, longest step', all.longestStep, 'ms');
  view.act({ kind: 'look', spec: { ...SPEC, offset: 500_000 } }, clock);
  frames('tree, still', store, view, () => treeTopic(next(TOPICS)), false);
  const seen = view.frame(clock).ids.map((id) => Buffer.from(store.pathBytes(id)).toString());
  frames('tree, hot', store, view, () => seen[next(seen.length)] ?? '', false);
  frames('tree, jumping', store, view, () => treeTopic(next(TOPICS)), true);
  for (const filter of ['device4711/', 'temperature', 'site', 'nowhere', 'größe']) {
    view.act({ kind: 'look', spec: { ...SPEC, filter } }, clock);
    const scan = finish(view);
    say(`tree: filter "${filter}" (${String(view.frame(clock).matches)} match)`, scan.total, 'ms');
    say(`tree: filter "${filter}", longest step`, scan.longestStep, 'ms');
  }
  view.act({ kind: 'look', spec: SPEC }, clock);
  finish(view);
  const from = cpu();
  view.act({ kind: 'collapse-all' }, clock);
  say('tree: collapse all', cpu() - from, 'ms');
  view.dispose();
}

function flat(): void {
  const store = filled(flatTopic);
  const view = new TopicView({ source: store, spec: SPEC, now: clock });
  view.act({ kind: 'expand', key: 'flat' }, clock);
  const sort = finish(view);
  say('flat: expand one level', sort.total, 'ms');
  say('flat: expand one level, longest slice', sort.longest, 'ms');
  say('flat: expand one level, longest step', sort.longestStep, 'ms');
  frames('flat, jumping', store, view, () => flatTopic(next(TOPICS)), true);
  view.dispose();
}

/** What following a flood of new topics adds to taking it in. */
function inserts(): void {
  const times = [false, true].map((viewed) => {
    const store = new TopicStore({ memoryBytes: 2 ** 30, topicCap: 3_000_000, seed: 1, startedAt: START });
    publish(store, 'flat/first');
    const view = viewed ? new TopicView({ source: store, spec: SPEC, now: clock }) : null;
    view?.act({ kind: 'expand', key: 'flat' }, clock);
    if (view) finish(view);
    const from = cpu();
    for (let i = 0; i < TOPICS; i++) publish(store, flatTopic((i * 611_953) % TOPICS));
    const took = cpu() - from;
    if (view && view.frame(clock).total !== TOPICS + 2) throw new Error('rows are missing');
    view?.dispose();
    return took / TOPICS;
  });
  const [bare = 0, followed = 0] = times;
  say('insert: store alone, a topic', 1_000 * bare, 'µs');
  say('insert: with an expanded view, a topic', 1_000 * followed, 'µs');
  say('insert: the view, a topic', 1_000 * (followed - bare), 'µs');
}

tree();
flat();
inserts();
console.table(rows);
