import { expect, test } from 'vitest';
import {
  NO_NODE,
  ROOT,
  type Node,
  type TopicNodes,
  type TopicSnapshot,
} from '../../../../../src-main/core/topics/columns/nodes.ts';
import { TopicStore } from '../../../../../src-main/core/topics/store/store.ts';
import { latin1, nastyTopic } from '../../../../support/store/naive-store.ts';
import { send } from '../../../../support/store/messages.ts';
import { random } from '../../../../support/random.ts';

const START = 1_700_000_000_000;

/** Everything a view can read of a node. */
const facts = (nodes: TopicNodes, node: Node): string =>
  JSON.stringify([
    nodes.parent(node),
    nodes.level(node),
    nodes.firstChild(node),
    nodes.nextSibling(node),
    nodes.childCount(node),
    nodes.subtreeTopics(node),
    nodes.subtreeMessages(node),
    nodes.messages(node),
    nodes.rate(node),
    nodes.lastSeen(node),
    nodes.lastRecord(node),
    nodes.lastRetainedRecord(node),
    nodes.retained(node),
    nodes.isTopic(node),
  ]);

function walk(nodes: TopicNodes, visit: (node: Node) => void): void {
  const below = (parent: Node): void => {
    for (let node = nodes.firstChild(parent); node !== NO_NODE; node = nodes.nextSibling(node)) {
      visit(node);
      below(node);
    }
  };
  visit(ROOT);
  below(ROOT);
}

test('A snapshot stays as it was while topics come, go and change, and knows the later ones by their slots', () => {
  const rng = random(21);
  const store = new TopicStore({ memoryBytes: 64 * 2 ** 20, topicCap: 3_000, seed: 5, startedAt: START });
  let at = START;
  const some = (count: number): void => {
    for (let i = 0; i < count; i++) {
      at += rng.int(5);
      send(store, { topic: nastyTopic(rng, 40, 4), payload: String(i), retain: rng.int(30) === 0, at });
    }
  };
  for (let round = 0; round < 4; round++) {
    some(6_000);
    const snapshot = store.snapshot();
    const expected = new Map<Node, string>();
    const path = new Map<Node, string>();
    walk(store, (node) => {
      expected.set(node, facts(store, node));
      if (node !== ROOT) path.set(node, latin1(store.pathBytes(node)));
    });
    const count = store.topicCount;
    const seq = store.lastSeq;
    const second = store.snapshot();
    some(4_000);
    store.sessionChanged();
    const seen = new Set<Node>();
    walk(snapshot, (node) => {
      seen.add(node);
      expect(facts(snapshot, node)).toBe(expected.get(node));
    });
    expect(seen.size).toBe(expected.size);
    expect([snapshot.topicCount, snapshot.seq]).toEqual([count, seq]);
    let later = 0;
    walk(store, (node) => {
      const was = node === ROOT || path.get(node) === latin1(store.pathBytes(node));
      expect(snapshot.exists(node) && !was).toBe(false);
      if (!snapshot.exists(node)) later++;
    });
    expect(later).toBeGreaterThan(100);
    const before = store.counters().indexBytes;
    snapshot.release();
    snapshot.release();
    second.release();
    expect(store.counters().indexBytes).toBeLessThan(before);
  }
  const idle = store.counters().indexBytes;
  store.snapshot().release();
  expect(store.counters().indexBytes).toBe(idle);
});

test('Many snapshots of different times keep each its own past, in whatever order they are released', () => {
  const rng = random(33);
  const store = new TopicStore({ memoryBytes: 64 * 2 ** 20, topicCap: 1_500, seed: 6, startedAt: START });
  let at = START;
  const some = (count: number): void => {
    for (let i = 0; i < count; i++) {
      at += rng.int(5);
      send(store, { topic: nastyTopic(rng, 30, 3), payload: String(i), retain: rng.int(30) === 0, at });
    }
  };
  const open: { snapshot: TopicSnapshot; expected: Map<Node, string> }[] = [];
  some(5_000);
  const idle = store.counters().indexBytes;
  for (let round = 0; round < 60; round++) {
    if (open.length < 6 && rng.int(3) > 0) {
      const snapshot = store.snapshot();
      const expected = new Map<Node, string>();
      walk(store, (node) => expected.set(node, facts(store, node)));
      open.push({ snapshot, expected });
    } else if (open.length > 0) {
      open.splice(rng.int(open.length), 1)[0]!.snapshot.release();
    }
    some(rng.int(300));
    for (const { snapshot, expected } of open) {
      const seen = new Set<Node>();
      walk(snapshot, (node) => {
        seen.add(node);
        if (facts(snapshot, node) !== expected.get(node)) throw new Error(`node ${node} has changed`);
      });
      expect(seen.size).toBe(expected.size);
    }
  }
  expect(store.counters().indexBytes).toBeGreaterThan(idle);
  for (const { snapshot } of open) snapshot.release();
  expect(store.counters().indexBytes).toBe(idle);
});
