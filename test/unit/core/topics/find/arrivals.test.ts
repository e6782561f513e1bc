import { expect, test } from 'vitest';
import { NodeSet } from '../../../../../src-main/core/topics/columns/node-set.ts';
import { Arrivals } from '../../../../../src-main/core/topics/find/arrivals.ts';
import { TopicStore } from '../../../../../src-main/core/topics/store/store.ts';
import { send } from '../../../../support/store/messages.ts';

function storeOf(memoryBytes: number): TopicStore {
  return new TopicStore({ memoryBytes, topicCap: 1_000, seed: 1, startedAt: 1_700_000_000_000 });
}

function asked(store: TopicStore, arrivals: Arrivals, leftOut = new NodeSet(), steps = 100): string[] {
  const topics: string[] = [];
  while (arrivals.some)
    arrivals.step(steps, leftOut, (node) => {
      topics.push(new TextDecoder().decode(store.pathBytes(node)));
      return 1;
    });
  return topics;
}

test('Topics are reported once, with the latest message that came since, except those left out.', () => {
  const store = storeOf(2 ** 22);
  send(store, { topic: 'before' });
  const arrivals = new Arrivals(store);
  expect(arrivals.some).toBe(false);
  for (const topic of ['a', 'b', 'a', 'c', 'b', 'a']) send(store, { topic });
  const leftOut = new NodeSet();
  leftOut.add(store.find(new TextEncoder().encode('b')));
  expect(asked(store, arrivals, leftOut)).toEqual(['c', 'a']);
  send(store, { topic: 'before' });
  expect(asked(store, arrivals)).toEqual(['before']);
});

test('No more topics are reported at once than there are steps for.', () => {
  const store = storeOf(2 ** 22);
  const arrivals = new Arrivals(store);
  for (let n = 0; n < 40; n++) send(store, { topic: `t/${String(n)}` });
  let reported = 0;
  arrivals.step(10, new NodeSet(), () => {
    reported++;
    return 4;
  });
  expect(reported).toBe(2);
  expect(asked(store, arrivals, undefined, 3)).toHaveLength(38);
});

test('It says when some were evicted before they were reported, until all are looked at.', () => {
  const store = storeOf(2 ** 20);
  const arrivals = new Arrivals(store);
  for (let n = 0; n < 40_000; n++) send(store, { topic: 't', payload: 'x'.repeat(40) });
  arrivals.step(1, new NodeSet(), () => 1);
  expect(arrivals.missed).toBe(true);
  arrivals.found();
  expect(arrivals.missed).toBe(false);
});
