import { describe, expect, test } from 'vitest';
import type { Counters } from '../../../../../src-main/contract/model/counters.ts';
import { NO_NODE, ROOT, type Node } from '../../../../../src-main/core/topics/columns/nodes.ts';
import type { Forgotten } from '../../../../../src-main/core/topics/store/forgetter.ts';
import { TopicStore } from '../../../../../src-main/core/topics/store/store.ts';
import {
  latin1,
  NaiveStore,
  nastyTopic,
  pathsOf,
  type NaiveKept,
} from '../../../../support/store/naive-store.ts';
import { random, type Random } from '../../../../support/random.ts';

/** What the message of this number came under; of some it is not known. */
const idOf = (seq: number, flags: number): number => ((flags & 6) === 0 ? 0 : (seq * 40_503) % 65_536);

const START = 1_700_000_000_000;
const MIB = 2 ** 20;

interface Scenario {
  readonly name: string;
  readonly steps: number;
  readonly memoryBytes: number;
  readonly topicCap: number;
  readonly names: number;
  readonly depth: number;
  readonly maxPayload: number;
  readonly retainShare: number;
  readonly shedding: boolean;
  /** Nothing is evicted that is a latest value. */
  readonly roomy: boolean;
  /** A person has topics and branches forgotten now and then. */
  readonly forgets?: boolean;
  /** What divides the tree, and all that may lie between levels; left out: `/`. */
  readonly separator?: string;
  readonly separators?: string;
  /** So many topics come in the same order again and again, but for some. */
  readonly repeats?: number;
  /** Counters that must not stay 0, or the scenario does not test what it says. */
  readonly happens: readonly (keyof Counters | keyof Counters['droppedBy'])[];
}

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'with plenty of room',
    steps: 20_000,
    memoryBytes: 64 * MIB,
    topicCap: 100_000,
    names: 5,
    depth: 6,
    maxPayload: 80,
    retainShare: 0.1,
    shedding: false,
    roomy: true,
    happens: ['kept', 'retained', 'shortened', 'system'],
  },
  {
    name: 'where history is evicted all the time',
    steps: 20_000,
    memoryBytes: 2 * MIB,
    topicCap: 100_000,
    names: 4,
    depth: 3,
    maxPayload: 300,
    retainShare: 0.1,
    shedding: false,
    roomy: true,
    happens: ['evicted'],
  },
  {
    name: 'where live values do not fit and records are larger than segments',
    steps: 12_000,
    memoryBytes: MIB,
    topicCap: 100_000,
    names: 30,
    depth: 3,
    maxPayload: 1_500,
    retainShare: 0.3,
    shedding: false,
    roomy: false,
    happens: ['evicted', 'budget'],
  },
  {
    name: 'at the topic cap',
    steps: 20_000,
    memoryBytes: 16 * MIB,
    topicCap: 200,
    names: 12,
    depth: 4,
    maxPayload: 80,
    retainShare: 0.02,
    shedding: false,
    roomy: true,
    happens: ['forgotten', 'topicCap'],
  },
  {
    name: 'at the cap of memory, with much to keep',
    steps: 12_000,
    memoryBytes: 1.25 * MIB,
    topicCap: 100_000,
    names: 200,
    depth: 5,
    maxPayload: 60,
    retainShare: 0.01,
    shedding: false,
    roomy: true,
    happens: ['forgotten', 'evicted'],
  },
  {
    name: 'while intake lags now and then',
    steps: 20_000,
    memoryBytes: MIB,
    topicCap: 300,
    names: 8,
    depth: 3,
    maxPayload: 200,
    retainShare: 0.2,
    shedding: true,
    roomy: true,
    happens: ['lag', 'evicted', 'forgotten'],
  },
  {
    name: 'where a person has topics and branches forgotten',
    steps: 20_000,
    memoryBytes: 2 * MIB,
    topicCap: 100_000,
    names: 5,
    depth: 4,
    maxPayload: 200,
    retainShare: 0.2,
    shedding: false,
    roomy: true,
    forgets: true,
    happens: ['forgotten', 'evicted', 'retained'],
  },
  {
    name: 'in a tree that is divided by dots, with slashes in its names',
    steps: 12_000,
    memoryBytes: 16 * MIB,
    topicCap: 300,
    names: 5,
    depth: 6,
    maxPayload: 80,
    retainShare: 0.05,
    shedding: false,
    roomy: true,
    forgets: true,
    separator: '.',
    separators: '../',
    happens: ['kept', 'retained', 'system', 'forgotten'],
  },
  {
    name: 'where topics mostly come in the same order, and rows are used again',
    steps: 20_000,
    memoryBytes: 16 * MIB,
    topicCap: 230,
    names: 12,
    depth: 4,
    maxPayload: 80,
    retainShare: 0.05,
    shedding: false,
    roomy: true,
    forgets: true,
    repeats: 200,
    happens: ['kept', 'retained', 'forgotten'],
  },
];

/** Rows that the clock hand looks at for one message. */
const ONE_TURN = 2_048;

/** `expect` is too slow for some millions of comparisons. */
function same(actual: unknown, expected: unknown, what: string): void {
  if (Object.is(actual, expected)) return;
  throw new Error(`${what}: ${String(actual)} instead of ${String(expected)}`);
}

/** The store and its oracle side by side. */
class Pair {
  readonly store: TopicStore;
  readonly naive = new NaiveStore();
  readonly #rng: Random;
  readonly #scenario: Scenario;
  #chunk = new Uint8Array(0);
  #at = START;
  #seq = 0;
  forgottenTopics = 0;
  #forgetting = false;
  #turn = 0;
  readonly #repeated: Uint8Array[] = [];
  pinned: Node = NO_NODE;
  problems: string[] = [];

  constructor(scenario: Scenario, seed: number) {
    this.#scenario = scenario;
    this.#rng = random(seed);
    const { memoryBytes, topicCap, separator = '/' } = scenario;
    this.naive.startedAt = START;
    this.naive.separator = separator;
    this.store = new TopicStore({ memoryBytes, topicCap, seed, startedAt: START, separator });
    this.naive.now = START;
    this.store.listen({
      nodeAdded: (node, parent) => {
        if (this.store.parent(node) !== parent) this.problems.push('added below another parent');
        if (this.store.childCount(node) !== 0) this.problems.push('added with children');
      },
      nodeRemoved: (node) => this.#removed(node),
      becameTopic: (node) => {
        if (!this.store.isTopic(node)) this.problems.push('became a topic without being one');
      },
      ceasedToBeTopic: (node) => {
        if (this.store.isTopic(node)) this.problems.push('is a topic still');
        if (this.store.childCount(node) === 0) this.problems.push('stayed without children');
        this.#removed(node, true);
      },
    });
  }

  #removed(node: Node, stays = false): void {
    if (!stays && this.store.childCount(node) !== 0) this.problems.push('removed before its children');
    if (node === this.pinned) this.problems.push('a pinned topic was forgotten');
    const key = latin1(this.store.pathBytes(node));
    const topic = this.naive.topics.get(key);
    if (topic === undefined) return;
    if (!this.#forgetting && this.naive.fact(topic).state === 'retained')
      this.problems.push('a retained topic was forgotten');
    this.naive.topics.delete(key);
    this.forgottenTopics++;
  }

  step(): void {
    const rng = this.#rng;
    const { names, depth, maxPayload, retainShare, roomy, separators } = this.#scenario;
    const topic = this.#nextTopic() ?? nastyTopic(rng, names, depth, separators);
    const big = rng.int(400) === 0 ? (roomy || rng.int(2) === 0 ? 20 : 400) : 1;
    const payload = Uint8Array.from({ length: rng.int(maxPayload) * big }, () => rng.int(256));
    const properties = Uint8Array.from({ length: rng.int(4) === 0 ? rng.int(30) : 0 }, () => rng.int(256));
    const retain = rng.next() < retainShare;
    const flags = (retain ? 1 : 0) | (rng.int(3) << 1) | (rng.int(10) === 0 ? 8 : 0);
    const empty = rng.int(6) === 0;
    const kept = empty ? new Uint8Array(0) : payload;
    const size = kept.length > 0 && rng.int(50) === 0 ? kept.length + 1_000 : kept.length;
    const expiry = retain && rng.int(5) === 0 ? rng.int(20) : -1;
    if (rng.int(3) === 0) this.#at += rng.int(400);
    this.#meanwhile();
    this.#send(topic, properties, kept, size, flags, expiry);
    if (rng.int(50) === 0) this.store.work(() => rng.int(3) === 0);
  }

  /** The next in the order that repeats itself; null: none is, or another comes in between. */
  #nextTopic(): Uint8Array | null {
    const { repeats = 0, names, depth, separators } = this.#scenario;
    if (repeats === 0 || this.#rng.int(200) === 0) return null;
    const place = this.#turn++ % repeats;
    const isAnother = this.#rng.int(300) === 0;
    const known = isAnother ? undefined : this.#repeated[place];
    return (this.#repeated[place] = known ?? nastyTopic(this.#rng, names, depth, separators));
  }

  /** A topic, or a branch with all below it, and what of it a naive store would not have any more. */
  #forgetSome(): void {
    const { names, depth, separators } = this.#scenario;
    const key = latin1(nastyTopic(this.#rng, names, depth, separators));
    const node = this.nodeOf(key);
    if (node === NO_NODE || node === this.pinned) return;
    const kind = this.#rng.int(4) > 0 && this.naive.topics.has(key) ? 'topic' : 'subtree';
    const paths = (other: string) => pathsOf(other, this.naive.separator);
    const isMeant = (other: string) => other === key || (kind === 'subtree' && paths(other).includes(key));
    const meant = [...this.naive.topics.values()].filter((topic) => isMeant(topic.key));
    const pinned = this.pinned === NO_NODE ? null : latin1(this.store.pathBytes(this.pinned));
    const wanted = meant.filter((topic) => topic.key !== pinned);
    const forgotten: Forgotten[] = [];
    this.#forgetting = true;
    this.store.forget({ kind, node }, (all) => forgotten.push(all));
    while (forgotten.length === 0) this.store.work(() => false);
    this.#forgetting = false;
    same(forgotten[0]?.topics, wanted.length, 'forgotten topics of a branch');
    for (const topic of wanted) same(this.naive.topics.has(topic.key), false, `${topic.key} is forgotten`);
  }

  #meanwhile(): void {
    const rng = this.#rng;
    const { shedding, forgets } = this.#scenario;
    if (forgets === true && rng.int(60) === 0) this.#forgetSome();
    if (shedding && rng.int(100) === 0) this.store.shedding = !this.store.shedding;
    if (rng.int(200) === 0) this.#scanSometimes();
    if (rng.int(2_000) === 0) {
      this.store.sessionChanged();
      this.naive.sessionChanged();
    }
    this.#pinSometimes();
    if (rng.int(30) === 0) this.#probeSome();
  }

  /** A probe brings a message for a topic that is known: what else is known of that stays. */
  #probeSome(): void {
    const rng = this.#rng;
    const topics = [...this.naive.topics.values()];
    if (topics.length === 0) return;
    const topic = rng.pick(topics);
    const length = 1 + rng.int(this.#scenario.maxPayload) * (rng.int(20) === 0 ? 20 : 1);
    const payload = Uint8Array.from({ length }, () => rng.int(256));
    const properties = Uint8Array.from({ length: rng.int(2) * rng.int(30) }, () => rng.int(256));
    const size = rng.int(20) === 0 ? length + 1_000 : length;
    // Received before what came on the other connection meanwhile.
    const at = this.#at - rng.int(2) * 50;
    this.store.stored(this.nodeOf(topic.key), { payload, size, qos: 0, properties, at });
    this.#seq++;
    const kept = { topic: new Uint8Array(0), payload, properties, size, flags: 1, expiry: -1 };
    topic.lastRetained = { ...kept, at: Math.max(this.naive.now, at), seq: this.#seq };
  }

  #scanSometimes(): void {
    const { facts } = this.store;
    if (!facts.scanning) {
      facts.scanBegan();
      this.naive.scanBegan();
      return;
    }
    facts.scanEnded();
    this.naive.scanning = false;
    if (this.#rng.int(2) === 0) return;
    facts.scanJudged();
    this.naive.scanJudged();
  }

  #pinSometimes(): void {
    if (this.#rng.int(300) !== 0) return;
    const topics = [...this.naive.topics.values()];
    if (topics.length === 0) return;
    const topic = this.#rng.pick(topics);
    const node = this.nodeOf(topic.key);
    if (this.pinned !== NO_NODE) this.store.unpin(this.pinned);
    this.pinned = node;
    this.store.pin(node);
    if (this.#rng.int(2) === 0) {
      this.store.facts.learn(node, 'absent', 'probe', -1, this.#at);
      this.naive.probeAbsent(topic, this.#at);
    } else {
      this.store.facts.learn(node, 'incomplete', 'probe', -1, this.#at);
    }
  }

  #send(
    topic: Uint8Array,
    properties: Uint8Array,
    payload: Uint8Array,
    size: number,
    flags: number,
    expiry: number,
  ): void {
    const gap = this.#rng.int(5);
    const p = gap + topic.length;
    const y = p + properties.length;
    const end = y + payload.length;
    if (this.#chunk.length < end) this.#chunk = new Uint8Array(end * 2);
    this.#chunk.set(topic, gap);
    this.#chunk.set(properties, p);
    this.#chunk.set(payload, y);
    const before = this.store.counters().droppedBy.topicCap;
    const at = this.#at;
    this.naive.now = at;
    this.store.message(
      this.#chunk,
      gap,
      p,
      p,
      y,
      y,
      end,
      size,
      flags,
      0,
      expiry,
      at,
      idOf(this.#seq + 1, flags),
    );
    this.#chunk.fill(0xee, 0, end);
    this.#seq++;
    if (this.store.counters().droppedBy.topicCap > before) {
      if (this.#rng.int(50) === 0) this.#checkNothingForgettable();
      return;
    }
    const copy = { topic: topic.slice(), properties, payload, size, flags, expiry, at };
    this.naive.message(copy, this.#seq);
  }

  /**
   * A message may only be dropped at the cap when every leaf is pinned or retained. Of a larger tree the
   * clock hand looks at a part for each message, and the leaf that may go can lie in another one.
   */
  #checkNothingForgettable(): void {
    if (this.store.end > ONE_TURN) return;
    for (const topic of this.naive.topics.values()) {
      const node = this.nodeOf(topic.key);
      if (this.store.childCount(node) > 0 || node === this.pinned) continue;
      same(
        this.store.retained(node).state === 'retained' || topic.expiresAt < Infinity,
        true,
        'unforgettable',
      );
    }
  }

  nodeOf(key: string): Node {
    return this.store.find(Uint8Array.from(key, (c) => c.charCodeAt(0)));
  }

  checkCounters(): void {
    const c = this.store.counters();
    same(c.received + c.system, this.#seq, 'received');
    same(c.kept + c.evicted + c.forgotten + c.dropped, this.#seq, 'accounted for');
    same(c.dropped, c.droppedBy.lag + c.droppedBy.topicCap + c.droppedBy.budget, 'dropped');
    same(c.topics, this.naive.topics.size, 'topics');
    same(c.topics <= this.#scenario.topicCap, true, 'within the cap');
    same(c.forgottenTopics, this.forgottenTopics, 'forgotten topics');
    same(this.problems.join(), '', 'problems');
  }

  checkAll(): void {
    this.checkCounters();
    const levels = this.naive.levels();
    const seen = new Set<string>();
    const walk = (parent: Node): void => {
      let children = 0;
      for (let node = this.store.firstChild(parent); node !== NO_NODE; node = this.store.nextSibling(node)) {
        children++;
        const key = latin1(this.store.pathBytes(node));
        const level = levels.get(key);
        if (level === undefined) throw new Error(`unexpected level ${JSON.stringify(key)}`);
        seen.add(key);
        same(this.store.parent(node), parent, 'parent');
        same(this.store.level(node), this.store.level(parent) + 1, 'level');
        same(this.store.find(this.store.pathBytes(node)), node, 'found');
        same(this.store.subtreeTopics(node), level.topics, 'topics below');
        same(this.store.subtreeMessages(node), level.messages, 'messages below');
        same(this.store.childCount(node), level.children.size, 'children');
        if (this.forgottenTopics === 0) same(this.store.lastSeen(node), level.lastSeen, 'last seen');
        same(this.store.isTopic(node), this.naive.topics.has(key), 'is a topic');
        walk(node);
      }
      same(this.store.childCount(parent), children, 'children linked');
    };
    walk(ROOT);
    same(seen.size, levels.size, 'levels');
    same(this.store.subtreeTopics(ROOT), this.naive.topics.size, 'topics of all');
    this.#checkTopics();
  }

  #checkTopics(): void {
    let reachable = 0;
    let retained = 0;
    for (const topic of this.naive.topics.values()) {
      const node = this.nodeOf(topic.key);
      same(this.store.messages(node), topic.own, 'own messages');
      const fact = this.store.retained(node);
      const expected = this.naive.fact(topic);
      // The store keeps expiry in whole seconds and rounds up.
      if (expected.by === 'expiry' && fact.state === 'retained') {
        same(this.naive.now - topic.expiresAt < 1_000, true, 'expired within the second');
        retained++;
      } else {
        same(fact.state, expected.state, 'retained state');
        same(fact.by, expected.by, 'source of the state');
        same(fact.stale, expected.stale, 'stale');
        same(Math.abs(fact.at - expected.at) < 1_000, true, 'time of the fact');
        if (fact.state === 'retained') retained++;
      }
      reachable += this.#checkHistory(node, topic.history, topic.lastRetained);
    }
    same(this.store.counters().kept >= reachable, true, 'kept are at least those that can be read');
    // What has expired since the last sweep may still be counted.
    same(this.store.counters().retained >= retained, true, 'retained');
  }

  /** Returns how many records of the topic can be read. */
  #checkHistory(node: Node, history: readonly NaiveKept[], lastRetained: NaiveKept | null): number {
    const { roomy, shedding } = this.#scenario;
    const addresses = new Set<number>();
    let address = this.store.lastRecord(node);
    let expected = history.length - 1;
    while (address !== 0) {
      const record = this.store.record(address);
      if (record === null) break;
      if (shedding) while (expected > 0 && history[expected]!.seq > record.seq) expected--;
      this.#same(address, history[expected--]);
      addresses.add(address);
      same(record.previous < address, true, 'earlier');
      address = record.previous;
    }
    if (roomy) same(addresses.size > 0, true, 'latest value kept');
    const retained = this.store.lastRetainedRecord(node);
    if (lastRetained === null) same(retained, 0, 'no retained record');
    else if (roomy || this.store.record(retained) !== null) {
      this.#same(retained, lastRetained);
      addresses.add(retained);
    }
    return addresses.size;
  }

  #same(address: number, expected: NaiveKept | undefined): void {
    const record = this.store.record(address);
    if (record === null || expected === undefined) throw new Error('a record is missing');
    same(record.seq, expected.seq, 'seq');
    same(record.at, expected.at, 'at');
    same(record.size, expected.size, 'size');
    same(record.qos, (expected.flags >> 1) & 3, 'qos');
    same(record.retain, (expected.flags & 1) !== 0, 'retain');
    same(record.dup, (expected.flags & 8) !== 0, 'dup');
    same(record.packetId, idOf(record.seq, expected.flags), 'packetId');
    same(latin1(record.payload), latin1(expected.payload), 'payload');
    same(latin1(record.properties), latin1(expected.properties), 'properties');
  }
}

describe('The store says what a naive one says', () => {
  for (const scenario of SCENARIOS) {
    for (const seed of [1, 2, 3]) {
      test(`${scenario.name}, seed ${seed}`, () => {
        const pair = new Pair(scenario, seed);
        for (let step = 1; step <= scenario.steps; step++) {
          pair.step();
          if (step % 10 === 0) pair.checkCounters();
          if (step % (scenario.steps / 5) === 0) pair.checkAll();
        }
        const c = pair.store.counters();
        for (const cause of scenario.happens) {
          same(Number({ ...c, ...c.droppedBy }[cause]) > 0, true, `some ${cause}`);
        }
        expect(c.indexBytes + c.historyBytes).toBeLessThanOrEqual(scenario.memoryBytes * 1.2);
      });
    }
  }
});
