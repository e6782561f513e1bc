import { describe, expect, it } from 'vitest';
import { NO_NODE, ROOT, type Node } from '../../../../../src-main/core/topics/columns/nodes.ts';
import { TopicStore } from '../../../../../src-main/core/topics/store/store.ts';
import { random } from '../../../../support/random.ts';
import { send } from '../../../../support/store/messages.ts';

const START = 1_700_000_000_000;
const encoder = new TextEncoder();

function opened(topicCap = 10_000): TopicStore {
  const store = new TopicStore({ memoryBytes: 2 ** 24, topicCap, seed: 1, startedAt: START });
  store.rhythms.began(START);
  return store;
}

/** Seconds pass, one at a time, as they do. */
function pass(store: TopicStore, seconds: number, each: (second: number) => void = () => undefined): void {
  for (let second = 1; second <= seconds; second++) {
    store.tick(store.now + 1_000);
    each(second);
    while (store.work(() => false));
  }
}

const nodeOf = (store: TopicStore, topic: string): Node => store.find(encoder.encode(topic));
const isLate = (store: TopicStore, topic: string): boolean => store.isLate(nodeOf(store, topic));

/** A topic that came every five seconds for two minutes. */
function regular(store: TopicStore, topic = 'a/b'): void {
  pass(store, 120, (second) => second % 5 === 0 && send(store, { topic }));
}

describe('a topic with a rhythm', () => {
  it('is late when it is silent for longer, is counted at its parents, and is not when it comes again', () => {
    const store = opened();
    regular(store);
    expect(Math.round(store.usualInterval(nodeOf(store, 'a/b')) / 100)).toBe(50);
    pass(store, 17);
    expect(isLate(store, 'a/b')).toBe(false);
    pass(store, 2);
    expect(isLate(store, 'a/b')).toBe(true);
    expect([store.late(nodeOf(store, 'a/b')), store.late(nodeOf(store, 'a')), store.late(ROOT)]).toEqual([
      1, 1, 1,
    ]);
    expect(store.isLate(nodeOf(store, 'a'))).toBe(false);
    send(store, { topic: 'a/b' });
    expect([isLate(store, 'a/b'), store.late(ROOT)]).toEqual([false, 0]);
    pass(store, 19);
    expect(isLate(store, 'a/b')).toBe(true);
  });

  it('is never late without a rhythm, or without a connection', () => {
    const store = new TopicStore({ memoryBytes: 2 ** 24, topicCap: 100, seed: 1, startedAt: START });
    regular(store);
    pass(store, 600);
    expect(store.late(ROOT)).toBe(0);
    expect(store.usualInterval(nodeOf(store, 'a/b'))).toBe(0);
  });

  it('is not late while the connection is away, and then counts from when it is there again', () => {
    const store = opened();
    regular(store);
    pass(store, 60);
    expect(store.late(ROOT)).toBe(1);
    store.rhythms.ended();
    expect(store.late(ROOT)).toBe(0);
    pass(store, 3_600);
    expect(store.late(ROOT)).toBe(0);
    store.rhythms.began(store.now);
    pass(store, 17);
    expect(store.late(ROOT)).toBe(0);
    pass(store, 2);
    expect(store.late(ROOT)).toBe(1);
    // The hours between are no interval.
    send(store, { topic: 'a/b' });
    expect(Math.round(store.usualInterval(nodeOf(store, 'a/b')) / 100)).toBe(50);
  });

  it.each([3_600_000, -3_600_000])('is not late because a clock jumped by %i ms, as after sleep', (jump) => {
    const store = opened();
    regular(store, 'on');
    regular(store, 'late');
    expect(store.late(ROOT)).toBe(1);
    store.tick(store.now + jump);
    while (store.work(() => false));
    expect(store.late(ROOT)).toBe(0);
    send(store, { topic: 'on' });
    pass(store, 17);
    expect(store.late(ROOT)).toBe(0);
    pass(store, 2);
    expect(store.late(ROOT)).toBe(2);
  });

  it('waits for the end of the first scan, behind which live messages come', () => {
    const store = opened();
    regular(store);
    store.rhythms.ended();
    store.rhythms.began(store.now);
    store.facts.scanBegan();
    pass(store, 60);
    expect(store.late(ROOT)).toBe(0);
    store.facts.scanEnded();
    pass(store, 17);
    expect(store.late(ROOT)).toBe(0);
    pass(store, 3);
    expect(store.late(ROOT)).toBe(1);
    // A later scan is another subscription's: what is late stays so.
    store.facts.scanBegan();
    pass(store, 60);
    expect(store.late(ROOT)).toBe(1);
  });

  it('learns nothing from retained messages as they are delivered', () => {
    for (const possible of [true, false]) {
      const store = opened();
      store.facts.setLiveRetain({ possible, everywhere: possible, vouches: () => true });
      pass(store, 120, (second) => second % 5 === 0 && send(store, { topic: 'r', retain: true }));
      // Where live messages keep the flag, these are live ones.
      expect(store.usualInterval(nodeOf(store, 'r')) > 0).toBe(possible);
    }
  });

  it('has its own where topics lie below it', () => {
    const store = opened();
    pass(store, 120, (second) => {
      if (second % 5 === 0) send(store, { topic: 'a' });
      send(store, { topic: 'a/fast' });
    });
    expect(Math.round(store.usualInterval(nodeOf(store, 'a')) / 100)).toBe(50);
    pass(store, 19, () => send(store, { topic: 'a/fast' }));
    expect([isLate(store, 'a'), isLate(store, 'a/fast'), store.late(nodeOf(store, 'a'))]).toEqual([
      true,
      false,
      1,
    ]);
  });

  it('is forgotten with the topic, and does not come back with its place in memory', () => {
    const store = opened(3);
    regular(store);
    pass(store, 19);
    expect(store.late(ROOT)).toBe(1);
    for (const topic of ['x', 'y', 'z']) send(store, { topic });
    expect(nodeOf(store, 'a/b')).toBe(NO_NODE);
    expect(store.late(ROOT)).toBe(0);
    expect(['x', 'y', 'z'].map((topic) => store.usualInterval(nodeOf(store, topic)))).toEqual([0, 0, 0]);
  });

  it('is as it was in a pause', () => {
    const store = opened();
    regular(store);
    const before = store.snapshot();
    pass(store, 30);
    const during = store.snapshot();
    send(store, { topic: 'a/b' });
    const [branch, leaf] = [nodeOf(store, 'a'), nodeOf(store, 'a/b')];
    expect([before.late(branch), before.isLate(leaf)]).toEqual([0, false]);
    expect([during.late(branch), during.isLate(leaf), during.late(leaf)]).toEqual([1, true, 1]);
    expect(during.usualInterval(leaf)).toBeGreaterThan(0);
    expect([store.late(branch), store.isLate(leaf)]).toEqual([0, false]);
    before.release();
    during.release();
  });

  it('notifies listeners, once each time', () => {
    const store = opened();
    const reported: (Node | null)[] = [];
    store.listen({
      nodeAdded: () => undefined,
      nodeRemoved: () => undefined,
      becameTopic: () => undefined,
      lateChanged: (node) => reported.push(node),
    });
    regular(store);
    pass(store, 60);
    send(store, { topic: 'a/b' });
    pass(store, 60);
    store.rhythms.ended();
    const node = nodeOf(store, 'a/b');
    expect(reported).toEqual([node, node, node, null]);
  });

  it('takes memory only while something is late', () => {
    const store = opened();
    regular(store);
    const before = store.counters().indexBytes;
    pass(store, 60);
    expect(store.counters().indexBytes - before).toBe(16_384);
    send(store, { topic: 'a/b' });
    expect(store.counters().indexBytes).toBe(before);
  });
});

describe('lateness', () => {
  it('is what looking at every topic each second would find, through all that may happen', () => {
    const chance = random(21);
    const store = opened(400);
    const every = new Map<string, { seconds: number; on: boolean; seen: number }>();
    for (let n = 0; n < 300; n++) {
      const topic = `t${String(n % 7)}/${'d/'.repeat(n % 3)}${String(n)}`;
      every.set(topic, { seconds: chance.pick([1, 2, 5, 15, 40]), on: true, seen: 0 });
    }
    every.set('t1', { seconds: 3, on: true, seen: 0 });
    let since = START;
    let lateAtMost = 0;
    const late = new Set<string>();
    for (let second = 1; second <= 900; second++) {
      const away = chance.int(250) === 0;
      if (away) since = store.now + 60_000;
      store.tick(store.now + (away ? 60_000 : 1_000));
      if (away) late.clear();
      for (const [topic, one] of every) {
        const node = nodeOf(store, topic);
        const usual = node === NO_NODE ? 0 : store.usualInterval(node);
        const due = Math.max(one.seen, since) + 2.5 * usual + 5_000;
        if (usual > 0 && due <= store.now) late.add(topic);
        if (chance.int(200) === 0) one.on = !one.on;
        if (!one.on || second % one.seconds !== 0) continue;
        send(store, { topic });
        one.seen = store.now;
        late.delete(topic);
      }
      if (chance.int(40) === 0) send(store, { topic: `once/${String(second)}` });
      while (store.work(() => false));
      for (const topic of every.keys()) {
        const node = nodeOf(store, topic);
        if (node === NO_NODE) late.delete(topic);
        if (node !== NO_NODE && store.isLate(node) !== late.has(topic))
          expect.fail(`${topic} in second ${String(second)}: ${String(late.has(topic))} is right`);
      }
      lateAtMost = Math.max(lateAtMost, late.size);
      for (const branch of ['t0', 't1', 't2/d', 't3', 't4/d/d']) {
        const node = nodeOf(store, branch);
        const below = [...late].filter((topic) => topic === branch || topic.startsWith(`${branch}/`)).length;
        if (node !== NO_NODE && store.late(node) !== below)
          expect.fail(
            `${branch} in second ${String(second)}: ${String(store.late(node))}, not ${String(below)}`,
          );
      }
      if (store.late(ROOT) !== late.size)
        expect.fail(`all: ${String(store.late(ROOT))}, not ${String(late.size)}`);
    }
    expect(lateAtMost).toBeGreaterThan(20);
  });
});
