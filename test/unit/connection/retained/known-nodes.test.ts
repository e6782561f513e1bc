import { expect, test } from 'vitest';
import { KnownNodes } from '../../../../src-main/connection/retained/known-nodes.ts';
import { NO_NODE } from '../../../../src-main/core/topics/columns/nodes.ts';
import { keyBytes } from '../../../../src-main/core/topics/names.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { send } from '../../../support/store/messages.ts';

function open(topicCap = 1_000) {
  const store = new TopicStore({ memoryBytes: 2 ** 22, topicCap, seed: 1, startedAt: 1_000 });
  let looked = 0;
  const nodes = new KnownNodes({
    find: (path) => {
      looked++;
      return store.find(path);
    },
    listen: (listener) => store.listen(listener),
  });
  return { store, nodes, looked: () => looked };
}

test('A topic that is asked for again is looked up once, whatever its name.', () => {
  const { store, nodes, looked } = open();
  for (const topic of ['a', 'a//b', '/', ' ', '😀/ä']) {
    send(store, { topic });
    const before = looked();
    expect([nodes.find(topic), nodes.find(topic)]).toEqual(Array(2).fill(store.find(keyBytes(topic))));
    expect(looked() - before).toBe(1);
  }
});

test('A topic that is not known is found as soon as it is.', () => {
  const { store, nodes } = open();
  expect(nodes.find('late')).toBe(NO_NODE);
  send(store, { topic: 'late' });
  expect(nodes.find('late')).toBe(store.find(keyBytes('late')));
});

test('After topics were dropped from the store, no name leads to the place of another topic.', () => {
  const { store, nodes } = open(20);
  const names = Array.from({ length: 60 }, (_, i) => `t/${i}`);
  for (const [i, topic] of names.entries()) {
    send(store, { topic, at: 1_000 + i });
    for (const name of names.slice(0, i + 1)) expect(nodes.find(name)).toBe(store.find(keyBytes(name)));
  }
  expect(store.counters().topics).toBeLessThanOrEqual(20);
});

test('It does not grow without end.', () => {
  const { store, nodes, looked } = open(100_000);
  for (let i = 0; i < 20_001; i++) {
    send(store, { topic: `t/${i}` });
    nodes.find(`t/${i}`);
  }
  const before = looked();
  nodes.find('t/0');
  expect(looked() - before).toBe(1);
});
