import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coverOf } from '../../../../src-main/core/inventory/cover.ts';
import { NO_NODE } from '../../../../src-main/core/topics/columns/nodes.ts';
import { keyBytes, topicKey } from '../../../../src-main/core/topics/names.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { send } from '../../../support/store/messages.ts';

function storeOf(keys: readonly string[], separator = '/'): TopicStore {
  const limits = { memoryBytes: 2 ** 26, topicCap: 1_000_000 };
  const store = new TopicStore({ ...limits, seed: 5, startedAt: 0, separator });
  for (const key of keys) send(store, { topic: keyBytes(key), retain: true });
  return store;
}

/** Subtrees with the topics that are meant in each, and the rest, by name. */
function cover(all: readonly string[], meant: readonly string[], most = Infinity, separator = '/') {
  const store = storeOf(all, separator);
  const nodes = meant.map((key) => store.find(keyBytes(key)));
  const { subtrees, rest } = coverOf(store, nodes, most);
  return {
    subtrees: subtrees.map(({ node, meant: places, most: brings }) => ({
      name: topicKey(store.pathBytes(node)),
      meant: places.map((place) => meant[place] ?? ''),
      brings,
    })),
    rest: rest.map((place) => meant[place] ?? ''),
  };
}

const many = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}/${i}`);

test('The topmost subtree that is meant as a whole is asked for; a few topics are not worth one.', () => {
  const meant = [...many('plant/a', 10), ...many('plant/b', 10)];
  expect(cover([...meant, 'yard/x'], [...meant, 'yard/x'])).toEqual({
    subtrees: [{ name: 'plant', meant, brings: 20 }],
    rest: ['yard/x'],
  });
  expect(cover(many('a', 7), many('a', 7)).rest).toHaveLength(7);
});

test('A subtree that would bring much else is divided, and one that is larger than a queue.', () => {
  const meant = [...many('plant/a', 10), ...many('plant/b', 10)];
  const other = many('plant/c', 100);
  expect(cover([...meant, ...other], meant).subtrees.map(({ name }) => name)).toEqual(['plant/a', 'plant/b']);
  expect(cover(meant, meant, 15).subtrees.map(({ name }) => name)).toEqual(['plant/a', 'plant/b']);
  expect(cover(many('flat', 50), many('flat', 50), 15).rest).toHaveLength(50);
});

test('A topic that is not known is asked for by its name.', () => {
  const store = storeOf([]);
  expect(coverOf(store, [NO_NODE, NO_NODE], Infinity)).toEqual({ subtrees: [], rest: [0, 1] });
});

test('Whatever is meant, each topic is asked for once, and no subtree brings more than was allowed.', () => {
  const topic = fc
    .array(fc.constantFrom('a', 'b', '', 'c'), { minLength: 1, maxLength: 4 })
    .map((levels) => levels.join('/'))
    .filter((name) => name !== '');
  const set = fc.uniqueArray(topic, { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(set, fc.integer({ min: 8, max: 40 }), fc.integer({ min: 1, max: 60 }), (all, most, share) => {
      const meant = all.slice(0, share);
      const { subtrees, rest } = cover(all, meant, most);
      const asked = [...subtrees.flatMap((one) => one.meant), ...rest];
      expect(asked.toSorted()).toEqual(meant.toSorted());
      for (const { name, meant: below, brings } of subtrees) {
        const inside = all.filter((key) => key === name || key.startsWith(`${name}/`));
        expect(brings).toBe(inside.length);
        expect(brings).toBeLessThanOrEqual(most);
        for (const key of below) expect(inside).toContain(key);
      }
    }),
    { numRuns: 80 },
  );
});

test('Where dots divide the tree no subtree is asked for, but for topics that begin with $.', () => {
  const dotted = Array.from({ length: 20 }, (_, i) => `plant.a/${String(i)}`);
  const shared = many('plant', 20);
  const own = many('$device/a', 20);
  const meant = [...dotted, ...shared, ...own];
  expect(cover(meant, meant, Infinity, '.')).toEqual({
    subtrees: [{ name: '$device', meant: own, brings: 20 }],
    rest: [...dotted, ...shared],
  });
});
