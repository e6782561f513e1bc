import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BroughtTopics } from '../../../../src-main/core/inventory/brought.ts';
import { matchesFilter } from '../../../../src-main/core/topics/filters.ts';
import { keyBytes } from '../../../../src-main/core/topics/names.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { send } from '../../../support/store/messages.ts';

function open(topics: readonly string[], isBrought: (topic: string) => boolean = () => true) {
  const limits = { memoryBytes: 2 ** 24, topicCap: 100_000 };
  const store = new TopicStore({ ...limits, seed: 5, startedAt: 0 });
  const brought = new BroughtTopics(store);
  for (const topic of topics) send(store, { topic });
  for (const topic of topics) if (isBrought(topic)) brought.add(store.find(keyBytes(topic)));
  const expected = (filters: readonly string[], most = 1_000_000, meanwhile = () => undefined as unknown) => {
    const work = brought.expected(filters, most);
    for (;;) {
      const step = work.next();
      if (step.done === true) return step.value;
      meanwhile();
    }
  };
  const forget = (topic: string) => {
    let isDone = false;
    store.forget({ kind: 'subtree', node: store.find(keyBytes(topic)) }, () => (isDone = true));
    while (!isDone) store.work(() => isDone);
  };
  const add = (topic: string) => brought.add(store.find(keyBytes(topic)));
  return { brought, expected, forget, add };
}

test('A branch is expected to bring what came of it, the topic of its own name included.', () => {
  const topics = ['a', 'a/b', 'a/b/c', 'a//', 'ab', 'other/a/b'];
  const { expected } = open(topics, (topic) => topic !== 'a/b');
  expect([expected(['a/#']), expected(['a/b/#']), expected(['none/#'])]).toEqual([3, 1, 0]);
  expect(expected(['a/#', 'other/#'])).toBe(4);
});

test('A plus stands for each child of a level, but for a first level that begins with a dollar sign.', () => {
  const { expected } = open(['a/x', 'b/x', 'b/x/y', 'c', '$SYS/x', '/x', 'a/$d/x']);
  expect(expected(['+/x'])).toBe(3);
  expect(expected(['+'])).toBe(1);
  expect(expected(['a/+', 'a/+/x'])).toBe(2);
  expect([expected(['+/x/#']), expected(['+/x/#'], 2), expected(['b/+/#'])]).toEqual([4, null, 2]);
});

test('What nobody can count is not known: filters of another kind, and more than is asked for.', () => {
  const { expected } = open(['a/b/c', 'a/b/d', 'a/e']);
  for (const filter of ['#', 'a/b/c', '+/+/c', '+/b/#x']) expect(expected([filter]), filter).toBeNull();
  expect([expected(['a/#'], 3), expected(['a/#'], 2), expected(['a/b/#', 'a/+'], 2)]).toEqual([
    3,
    null,
    null,
  ]);
});

test('Nothing counts any more once it is cleared, nor what was forgotten.', () => {
  const { brought, expected, forget } = open(['a/b', 'a/c']);
  forget('a/b');
  expect(expected(['a/#'])).toBe(1);
  brought.clear();
  expect(expected(['a/#'])).toBe(0);
});

test('Where the branch is forgotten between two slices, nothing is known.', () => {
  const { expected, forget } = open(Array.from({ length: 3_000 }, (_, i) => `a/${i}`));
  let slices = 0;
  expect(expected(['a/#'], 5_000, () => ++slices === 1 && forget('a'))).toBeNull();
  expect(slices).toBe(1);
});

test('It counts as many as the filters match one by one.', () => {
  const level = fc.constantFrom('', 'a', 'b', 'x', '$d');
  const name = fc.array(level, { minLength: 2, maxLength: 4 }).map((levels) => levels.join('/'));
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 40 }), fc.array(fc.boolean()), name, (topics, came, of) => {
      const { expected } = open(topics, (topic) => came[topics.indexOf(topic)] ?? true);
      const isIn = topics.filter((_, i) => came[i] ?? true);
      for (const filter of [`${of}/#`, `${of}/+`, `+/${of}`, `${of}/+/a`, `+/${of}/#`, `+/b/#`, `${of}/+/#`])
        expect(expected([filter]), filter).toBe(isIn.filter((topic) => matchesFilter(filter, topic)).length);
    }),
  );
});

test('It knows how many came, and how many of them only once.', () => {
  const topics = Array.from({ length: 70 }, (_, i) => `a/${i}`);
  const { brought, add } = open(topics);
  expect([brought.size, brought.short]).toEqual([70, 70]);
  for (const topic of topics.slice(1)) add(topic);
  expect([brought.size, brought.short]).toEqual([70, 1]);
  // What comes more often does not stand for another.
  add('a/69');
  expect(brought.short).toBe(1);
  add('a/0');
  expect(brought.short).toBe(0);
  brought.clear();
  expect([brought.size, brought.short]).toEqual([0, 0]);
  add('a/3');
  expect([brought.size, brought.short]).toEqual([1, 1]);
});
