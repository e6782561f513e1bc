import { describe, expect, test } from 'vitest';
import { BytesFinder } from '../../../../../src-main/core/query/match/text-finder.ts';
import { ROOT, type Node } from '../../../../../src-main/core/topics/columns/nodes.ts';
import { topicKey } from '../../../../../src-main/core/topics/names.ts';
import { TopicStore } from '../../../../../src-main/core/topics/store/store.ts';
import { random } from '../../../../support/random.ts';
import { send } from '../../../../support/store/messages.ts';

function newStore(topicCap = 100_000): TopicStore {
  return new TopicStore({ memoryBytes: 2 ** 27, topicCap, seed: 1, startedAt: 1_700_000_000_000 });
}

const needle = (text: string) => new BytesFinder(new TextEncoder().encode(text), true);

/** Paths that hold one of the texts, by what was found and what is above that. */
function found(store: TopicStore, texts: readonly string[], between: () => void = () => undefined): string[] {
  const search = store.searchPaths(texts.map(needle));
  const keys = new Set<string>();
  const take = (from: Node): number => {
    for (let node = from; node !== ROOT; node = store.parent(node)) {
      const key = topicKey(store.pathBytes(node));
      if (texts.some((text) => key.toLowerCase().includes(text))) keys.add(key);
    }
    return 1;
  };
  while (search.step(take)) between();
  expect(search.incomplete).toBe(false);
  expect(search.share).toBe(1);
  return [...keys].sort();
}

/** The same by looking at each. */
function expected(store: TopicStore, texts: readonly string[]): string[] {
  const keys: string[] = [];
  for (let node = ROOT + 1; node < store.end; node++) {
    if (!store.exists(node)) continue;
    const key = topicKey(store.pathBytes(node));
    if (texts.some((text) => key.toLowerCase().includes(text))) keys.push(key);
  }
  return keys.sort();
}

describe('searching all paths at once', () => {
  test('finds what looking at each finds, at whatever place of whatever path', () => {
    const store = newStore();
    const chance = random(7);
    const levels = ['a', 'Press', 'press-01', 'x'.repeat(60), 'ab', 'ba', 'owner', '1', '', 'sss'];
    for (let n = 0; n < 2_000; n++) {
      const length = 1 + chance.int(6);
      const topic = Array.from({ length }, () => `${levels[chance.int(levels.length)]}${chance.int(4)}`);
      send(store, { topic: topic.join('/'), payload: 'x' });
    }
    for (const text of ['press', 'press-013', 'a1/b', 's', '/', '2/owner3', 'nowhere', 'x'.repeat(59)])
      expect(found(store, [text]), text).toEqual(expected(store, [text]));
    expect(found(store, ['owner1', 'ba2/'])).toEqual(expected(store, ['owner1', 'ba2/']));
    expect(found(store, [])).toEqual([]);
  });

  test('is not led astray by what stands between two paths, nor by what was forgotten', () => {
    const store = newStore(300);
    // Numbers of owners between the paths pass through all byte values, letters among them.
    for (let n = 0; n < 1_500; n++) send(store, { topic: `t${String(n % 700)}/ab`, payload: 'x' });
    for (const text of ['a', 'b', 'bt', 'ab', 't6'])
      expect(found(store, [text]), text).toEqual(expected(store, [text]));
  });

  test('goes on while topics come, and says when paths were moved', () => {
    const store = newStore(8_000);
    for (let n = 0; n < 8_000; n++) send(store, { topic: `hall/press-${String(n)}/temp`, payload: 'x' });
    let came = 0;
    const before = expected(store, ['press-79']);
    const keys = found(store, ['press-79'], () => {
      if (came++ < 5) send(store, { topic: `hall/press-0/new${String(came)}`, payload: 'x' });
    });
    expect(keys).toEqual(expect.arrayContaining(before));

    const search = store.searchPaths([needle('press')]);
    search.step(() => 1);
    // More topics than there is room for: the oldest go, and what is left is moved together.
    for (let n = 0; n < 24_000; n++) send(store, { topic: `other/place-${String(n)}`, payload: 'x' });
    while (store.work(() => false));
    expect(search.incomplete).toBe(true);
  });

  test('takes a pause however many paths there are', () => {
    const store = newStore();
    for (let n = 0; n < 15_000; n++) send(store, { topic: `hall/press-${String(n)}/temp`, payload: 'x' });
    for (const text of ['nowhere', 'hall']) {
      const search = store.searchPaths([needle(text)]);
      let steps = 0;
      let most = 0;
      for (let goesOn = true; goesOn; steps++) {
        let hits = 0;
        goesOn = search.step(() => (hits++, 1));
        most = Math.max(most, hits);
      }
      expect(steps).toBeGreaterThan(5);
      expect(most).toBeLessThanOrEqual(512);
    }
  });
});
