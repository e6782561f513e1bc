import { expect, test } from 'vitest';
import type { WorkerClient } from '../../../../src-main/connection/worker-api.ts';
import {
  ListedClearing,
  type ListedClearingOptions,
} from '../../../../src-main/connection/listed/listed-clearing.ts';
import { ListedTopics } from '../../../../src-main/connection/listed/listed-topics.ts';
import { KnownNodes } from '../../../../src-main/connection/retained/known-nodes.ts';
import type { ProbeWatch } from '../../../../src-main/connection/probe/probe.ts';
import { RetainedCleaner } from '../../../../src-main/connection/retained/cleaner.ts';
import type { CleaningLink } from '../../../../src-main/connection/retained/cleaning.ts';
import type { AskingDoor } from '../../../../src-main/connection/probe/probe.ts';
import type { OnlineProbe } from '../../../../src-main/connection/second-link/probe-link.ts';
import { ConnectionId, type Qos, type TopicKey } from '../../../../src-main/contract/model/model.ts';
import type { KeptMessage } from '../../../../src-main/contract/session/trash.ts';
import { ClearJob } from '../../../../src-main/engine/jobs/clear-job.ts';
import { putBack } from '../../../../src-main/engine/retained/put-back.ts';
import { ListedKept, type Keeper } from '../../../../src-main/engine/retained/listed-kept.ts';
import { decodeLine, encodeLine, type FileLine } from '../../../../src-main/engine/retained/record.ts';
import type { PackedNames, TopicNames } from '../../../../src-main/core/retained/topic-names.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { random, type Random } from '../../../support/random.ts';
import { NaiveBroker, type NaiveHabits, type Stored } from '../../../support/retained/naive-broker.ts';

/** A file of the trash that lies in memory. */
class MemoryTrash implements Keeper {
  readonly #lines: FileLine[] = [];

  async keep(messages: readonly KeptMessage[]): Promise<null> {
    await Promise.resolve();
    for (const message of messages) this.#lines.push({ kind: 'message', message });
    return null;
  }

  async notCleared(keys: readonly TopicKey[]): Promise<void> {
    await Promise.resolve();
    for (const key of keys) this.#lines.push({ kind: 'not-cleared', key });
  }

  /** Every copy that was written, and the last of each topic that counts, as they are read from a file. */
  read(): { all: KeptMessage[]; last: KeptMessage[] } {
    const all: KeptMessage[] = [];
    const last = new Map<TopicKey, KeptMessage>();
    for (const written of this.#lines) {
      const line = decodeLine(Buffer.from(encodeLine(written).trimEnd()));
      if (typeof line === 'string') throw new Error(line);
      if (line.kind === 'not-cleared') last.delete(line.key);
      if (line.kind !== 'message') continue;
      all.push(line.message);
      last.set(line.message.key, line.message);
    }
    return { all, last: [...last.values()] };
  }
}

const text = new TextDecoder();
const NAMES = ['a', 'a/', 'a//b', '/', '/a', ' ', 'a b', '😀/ä', 'x/y/z', '$app/x', 'bom\ufeff', 'a/b/c'];
const NEIGHBOURS = ['ab', 'a/b', '//', '  ', '😀', 'x/y'];

interface World extends NaiveHabits {
  /** How often something happens, of a hundred things that the broker does; 0: never. */
  readonly unrest: number;
}

/** One clear and one restore of it, with what was found wrong; null: nothing. */
async function run(seed: number, world: World): Promise<string | null> {
  const rng = random(seed);
  const broker = new NaiveBroker(world);
  // Sometimes several batches.
  const listed = [...NAMES, ...Array.from({ length: seed % 10 === 0 ? 1_050 : 0 }, (_, i) => `many/${i}`)];
  const write = (topic: TopicKey) => {
    const payload = rng.int(5) === 0 ? '' : `${topic} ${rng.int(1e9)}`;
    broker.store(topic, payload, rng.int(3) as Qos, rng.int(2) === 0 ? 'text/plain' : '');
  };
  for (const topic of [...listed, ...NEIGHBOURS]) write(topic);
  broker.save();
  const before = contentOf(broker);
  const trash = new MemoryTrash();
  const worker = workerFor(broker, world);
  /** What was written last to each neighbour, by others. */
  const others = new Map(NEIGHBOURS.map((topic) => [topic, broker.stored.get(topic)?.payload]));
  // Where it never ended, neither would a check of everything.
  let left = 60;
  const unrest = (job: ClearJob | null) => () => {
    if (!broker.online && rng.int(20) === 0) broker.reconnect();
    if (left === 0 || rng.int(100) >= world.unrest) return;
    left--;
    happen(rng, broker, write, others, job);
  };
  // So many that they go together over the second connection, or one by one.
  const job = startJob(broker, listed, worker, trash, seed % 20 === 0 ? 40 : 2);
  broker.meanwhile = unrest(job);
  await job.over;
  broker.reconnect();
  const wrong = wrongAfterClear(broker, job, listed, trash);
  if (wrong !== null || world.unrest > 0) broker.meanwhile = unrest(null);
  if (wrong !== null) return `after the clear: ${wrong}`;
  const cleared = broker.published.length;
  const live = {
    worker,
    summary: {
      get value() {
        return {
          state: broker.online
            ? { kind: 'online' as const, since: broker.session }
            : { kind: 'waiting' as const },
        };
      },
    },
  };
  const { results } = await putBack(live, trash.read().last, false, async () => broker.reconnect());
  const failure = wrongAfterRestore(broker, trash, cleared, results);
  if (failure !== null) return `after the restore: ${failure}`;
  for (const [topic, payload] of others)
    if (broker.stored.get(topic)?.payload !== payload) return `the neighbour ${topic} was touched`;
  if (world.unrest > 0 || world.forgetsQos0) return null;
  const after = contentOf(broker);
  return after === before ? null : `in peace it holds ${after} and held ${before}`;
}

const contentOf = ({ stored }: NaiveBroker): string =>
  JSON.stringify(
    [...stored]
      .map(([topic, { payload, qos, properties }]) => [topic, payload, qos, properties])
      .toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)),
  );

/** Something that nobody asked for. */
function happen(
  rng: Random,
  broker: NaiveBroker,
  write: (topic: TopicKey) => void,
  others: Map<TopicKey, string | undefined>,
  job: ClearJob | null,
): void {
  const neighbour = rng.pick(NEIGHBOURS);
  switch (rng.int(10)) {
    case 0:
      broker.online = false;
      return;
    case 1:
      broker.save();
      return;
    case 2:
      broker.crash();
      for (const topic of NEIGHBOURS) others.set(topic, broker.stored.get(topic)?.payload);
      return;
    case 3:
      job?.pause();
      // A pause ends when somebody goes on; here that is at once, or the script would never end.
      job?.resume();
      return;
    case 4:
    case 5:
      write(neighbour);
      others.set(neighbour, broker.stored.get(neighbour)?.payload);
      return;
    default:
      write(rng.pick(NAMES));
  }
}

/** The calls of the worker that clearing takes, as they are answered there, over copies as between threads. */
function workerFor(broker: NaiveBroker, world: World): { call: WorkerClient['call'] } {
  const topics = new TopicStore({ memoryBytes: 2 ** 20, topicCap: 10, seed: 1, startedAt: 0 });
  const clock = new ManualClock(0);
  const probe: Pick<ProbeWatch, 'ask' | 'askUntil'> = {
    ask: (keys) => broker.ask(keys),
    askUntil: (_, keys) => broker.ask(keys),
  };
  const watch: ProbeWatch = { ...probe, isSeeing: true, isTouched: () => false };
  const cleaner = new RetainedCleaner({
    online: () => ({ clientId: 'us' }),
    maxPayloadBytes: () => 1_000_000,
    topics,
    nodes: new KnownNodes(topics),
    publisher: { publishOnce: (message) => broker.publish(message) },
    clock,
    probe: { ...probe, waitsForQuiet: false, watching: (act) => act(watch) },
  });
  const link = { level: world.isMqtt5 ? 5 : 4, ping: () => Promise.resolve() };
  cleaner.started({ link, limits: {} } as unknown as CleaningLink);
  const clearing = new ListedClearing({
    topics,
    clock,
    probe: secondLink(broker, world),
    cleaner,
    truth: LEARNS_NOTHING,
  });
  const lists: ListedTopics[] = [];
  const listOf = (list: number): ListedTopics => {
    const known = lists[list - 1];
    if (known === undefined) throw new Error('no such list');
    return known;
  };
  const answer = async (name: string, { list, places, messages, overwrite, ...packed }: Params) => {
    switch (name) {
      case 'openListed':
        return { list: lists.push(new ListedTopics(topics, packed)) };
      case 'fetchListed':
        return clearing.fetch(listOf(list), places);
      case 'emptyListed': {
        const took = new Float32Array(places.length).fill(Number.NaN);
        return { unsent: await clearing.sendEmpty(listOf(list), places, took), took };
      }
      case 'clearedListed':
        // No subtree shows anything here, so it is checked as at the end.
        return clearing.check(listOf(list), places);
      case 'checkListed':
        return clearing.check(listOf(list), places);
      case 'putBackRetained':
        return { results: await cleaner.putBack(messages, overwrite) };
      default:
        throw new Error(`nobody answers ${name}`);
    }
  };
  const call = async (name: string, params: Params): Promise<unknown> =>
    structuredClone(await answer(name, structuredClone(params)));
  return { call: call as unknown as WorkerClient['call'] };
}

interface Params extends PackedNames {
  readonly list: number;
  readonly places: Uint32Array;
  readonly messages: readonly KeptMessage[];
  readonly overwrite: boolean;
}

const LEARNS_NOTHING = { probedAt: () => undefined, emptiedAt: () => undefined };

/** Topics are asked for by their names, and on MQTT 5 what is sent together goes over the second connection. */
function secondLink(broker: NaiveBroker, world: World): ListedClearingOptions['probe'] {
  const online = {
    kind: 'online',
    link: { level: world.isMqtt5 ? 5 : 4 },
    empties: {
      send: async (names: TopicNames, places: Uint32Array) => {
        const outcomes = (await broker.sendEmpty(names.keys(places))) ?? [];
        return new Map([...outcomes.entries()].filter(([, outcome]) => outcome !== null));
      },
    },
  } as unknown as OnlineProbe;
  const habits = { mayAsk: () => false } as unknown as AskingDoor['habits'];
  return {
    asking: (act) => act({ habits } as unknown as AskingDoor),
    use: (act) => act(online),
  };
}

function startJob(
  broker: NaiveBroker,
  keys: readonly TopicKey[],
  worker: { call: WorkerClient['call'] },
  trash: MemoryTrash,
  batch: number,
): ClearJob {
  const clearing = new ListedKept(() => worker, trash, keys);
  return new ClearJob({
    id: 'j',
    connection: ConnectionId.parse('c'),
    title: 't',
    entry: 'e',
    finish: () => Promise.resolve(),
    now: () => 0,
    changed: () => undefined,
    broker: {
      keys: clearing.keys,
      restorable: (place) => clearing.restorable(place),
      copies: () => clearing.copies,
      isOpen: () => true,
      isOnline: () => broker.online,
      session: () => broker.session,
      changed: async () => {
        await Promise.resolve();
        broker.meanwhile();
      },
      send: (some, unkept) => clearing.send(some, unkept),
      findCleared: (some) => clearing.findCleared(some),
      check: (some) => clearing.check(some),
    },
    sizes: { batch, along: batch },
  });
}

function wrongAfterClear(
  broker: NaiveBroker,
  job: ClearJob,
  listed: readonly TopicKey[],
  trash: MemoryTrash,
): string | null {
  if (job.job().state.kind !== 'done') return `the job is ${job.job().state.kind}`;
  const reported = job.outcomes.map(({ key }) => key).toSorted();
  if (JSON.stringify(reported) !== JSON.stringify([...listed].toSorted()))
    return `it reports ${reported.join(', ')}`;
  const { kept } = job.job().steps;
  const restorable = job.outcomes.filter((one) => one.restorable).length;
  if (kept !== restorable) return `it says that there are ${kept} copies of ${restorable}`;
  const isListed = new Set(listed);
  const copies = trash.read().all;
  for (const { topic, payload, replaced, at } of broker.published) {
    if (!isListed.has(topic)) return `${topic} was not listed, and was published to`;
    if (payload !== '') return `${topic} got a message`;
    // What others wrote after it was asked for is the race that the broker leaves open.
    const asked = lastAsked(broker, topic, at);
    if (replaced === undefined || replaced.since > asked) continue;
    if (!copies.some((copy) => copy.key === topic && isCopy(copy, replaced)))
      return `${topic} held “${replaced.payload}”, of which there is no copy`;
  }
  for (const { key, outcome } of job.outcomes) {
    const held = broker.stored.get(key);
    if (outcome.kind === 'cleared' && held !== undefined && !broker.isNewer(key, false))
      return `${key} is reported as cleared, and holds “${held.payload}”`;
  }
  return null;
}

/** The broker answers in order, so the last answer before a publish is the one that it was kept by. */
function lastAsked(broker: NaiveBroker, topic: TopicKey, at: number): number {
  return broker.answers(topic).findLast((time) => time < at) ?? -1;
}

function isCopy({ payload, qos, properties }: KeptMessage, stored: Stored): boolean {
  const content = properties.length === 0 ? '' : text.decode(properties.subarray(3));
  return text.decode(payload) === stored.payload && qos === stored.qos && content === stored.properties;
}

function wrongAfterRestore(
  broker: NaiveBroker,
  trash: MemoryTrash,
  from: number,
  results: Awaited<ReturnType<typeof putBack>>['results'],
): string | null {
  const copies = new Map(trash.read().last.map((copy) => [copy.key, copy] as const));
  for (const { topic, replaced, at } of broker.published.slice(from)) {
    const copy = copies.get(topic);
    if (copy === undefined) return `${topic} has no copy, and was published to`;
    if (replaced !== undefined && replaced.since <= lastAsked(broker, topic, at) && !isCopy(copy, replaced))
      return `${topic} held “${replaced.payload}”, which was newer and is gone`;
  }
  if (results.length !== copies.size) return `${results.length} of ${copies.size} were reported`;
  for (const { key, outcome } of results) {
    const held = broker.stored.get(key);
    const copy = copies.get(key);
    if (outcome.kind !== 'restored' || copy === undefined || broker.isNewer(key, true)) continue;
    if (held === undefined || !isCopy(copy, held)) return `${key} is reported as restored, and is not`;
  }
  return null;
}

const DENIED: ReadonlySet<TopicKey> = new Set(['a//b', 'x/y/z']);
const WORLDS: readonly (readonly [string, World])[] = [
  ['peace, on MQTT 5', { isMqtt5: true, denied: new Set(), forgetsQos0: false, unrest: 0 }],
  ['peace, on 3.1.1', { isMqtt5: false, denied: new Set(), forgetsQos0: false, unrest: 0 }],
  ['some topics denied, on MQTT 5', { isMqtt5: true, denied: DENIED, forgetsQos0: false, unrest: 0 }],
  ['some topics denied, on 3.1.1', { isMqtt5: false, denied: DENIED, forgetsQos0: false, unrest: 0 }],
  ['a broker that forgets QoS 0', { isMqtt5: false, denied: new Set(), forgetsQos0: true, unrest: 3 }],
  ['unrest, on MQTT 5', { isMqtt5: true, denied: new Set(), forgetsQos0: false, unrest: 4 }],
  ['unrest, on 3.1.1', { isMqtt5: false, denied: new Set(), forgetsQos0: false, unrest: 4 }],
  ['unrest and denied topics, on MQTT 5', { isMqtt5: true, denied: DENIED, forgetsQos0: false, unrest: 4 }],
  ['unrest and denied topics, on 3.1.1', { isMqtt5: false, denied: DENIED, forgetsQos0: false, unrest: 4 }],
];

/** The first seed with which something is wrong, and what; null: none of so many. */
async function firstWrong(world: World, seeds: number): Promise<string | null> {
  for (let seed = 1; seed <= seeds; seed++) {
    const wrong = await run(seed, world);
    if (wrong !== null) return `seed ${seed}: ${wrong}`;
  }
  return null;
}

test.each(WORLDS)(
  'Clearing and restoring lose nothing, change nothing else and report nothing wrong: %s.',
  async (_, world) => {
    expect(await firstWrong(world, 30)).toBeNull();
  },
);
