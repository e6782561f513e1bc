import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BranchSearch, SAFE_ANSWER } from '../../../../src-main/core/inventory/branches.ts';
import { matchesFilter } from '../../../../src-main/core/topics/filters.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { send } from '../../../support/store/messages.ts';

/** Messages of one answer that such a broker delivers: the first ones in its order. */
const QUEUE = 1_000;

/** A broker with these topics, which drops what its queue cannot hold, and a store of what was seen. */
function open(topics: readonly string[], filter = '#', separator = '/', safe = SAFE_ANSWER) {
  const limits = { memoryBytes: 2 ** 26, topicCap: 1_000_000 };
  const store = new TopicStore({ ...limits, seed: 5, startedAt: 0, separator });
  const seen = new Set<string>();
  const asked: string[][] = [];
  const ask = (filters: readonly string[]): number => {
    const all = filters.flatMap((one) => topics.filter((topic) => matchesFilter(one, topic)));
    const brought = all.slice(0, QUEUE);
    for (const topic of brought) {
      if (!seen.has(topic)) send(store, { topic, retain: true });
      seen.add(topic);
    }
    return brought.length;
  };
  ask([filter]);
  const search = new BranchSearch(store, filter, safe);
  const looked = (): string[][] => {
    const work = search.look();
    for (;;) {
      const step = work.next();
      if (step.done === true) return step.value;
    }
  };
  const run = (): void => {
    for (let groups = looked(); groups.length > 0; groups = looked())
      for (const filters of groups) {
        asked.push(filters);
        search.answered(filters, ask(filters));
      }
  };
  return { search, seen, asked, run };
}

const plant = (halls: number, lines: number, machines: number): string[] =>
  Array.from({ length: halls * lines * machines }, (_, i) => {
    const [hall, line] = [Math.floor(i / lines / machines), Math.floor(i / machines) % lines];
    return `plant/hall-${hall}/line-${line}/machine-${i % machines}`;
  });

/** Of more than one answer holds all are found, and nothing is unsure. Returns what was asked. */
function findAll(topics: readonly string[]): readonly (readonly string[])[] {
  const { seen, search, run, asked } = open(topics);
  expect(seen.size).toBe(QUEUE);
  run();
  expect(seen.size).toBe(topics.length);
  expect([...search.unsure]).toEqual([]);
  return asked;
}

test('Whole branches that a broker left out of a large answer are found, and nothing is unsure.', () => {
  const topics = plant(10, 10, 100);
  const asked = findAll(topics);
  // A question at a time for each line, and some for what their levels have in common.
  expect(asked.length).toBeLessThan(150);
});

test('Branches that share no name with their brothers but that of a level are found as well.', () => {
  const topics = Array.from(
    { length: 5_000 },
    (_, i) => `plant/hall-${Math.floor(i / 400)}/${i % 20}/${i}/v`,
  );
  expect(findAll(topics).length).toBeLessThan(60);
});

test('What is asked beyond the unknown makes nothing unsure: what it brought too much of is asked for by itself.', () => {
  // The halls that are seen at first have little below a level of which the others have much.
  const few = Array.from(
    { length: 1_000 },
    (_, i) => `plant/hall-${i % 4}/${i >= 960 ? 'line' : `misc/${i % 12}`}/${i}/v`,
  );
  const much = Array.from({ length: 1_600 }, (_, i) => `plant/hall-${4 + (i % 8)}/line/${i + 1_000}/v`);
  expect(findAll([...few, ...much]).flat()).toContain('plant/+/line/#');
});

/** So many topics of each number of levels, which have no name in common. */
const apart = (counts: readonly number[]): string[] =>
  counts.flatMap((count, n) => Array.from({ length: count }, (_, i) => `${`b${n}/`.repeat(n)}t${n}-${i}`));

test('It is whole where answers of no more than is sure brought all there is, by how many levels topics have.', () => {
  const all = open(apart([0, 480, 480, 480]));
  expect(all.search.isWhole).toBe(false);
  all.run();
  expect([all.search.isWhole, all.seen.size]).toEqual([true, 1_440]);
  // One more than an answer surely holds may have been all, or not.
  const more = open(apart([0, 480, SAFE_ANSWER + 1, 480]));
  more.run();
  expect([more.search.isWhole, [...more.search.unsure]]).toEqual([false, ['b2/b2/+']]);
  const branch = open(['b', ...apart([0, 480, 480, 480]).map((topic) => `b/${topic}`)], 'b/#');
  branch.run();
  expect([branch.search.isWhole, branch.seen.size]).toEqual([true, 1_441]);
});

test('An answer that the broker did not end makes nothing whole.', () => {
  const { search } = open(apart([0, 480, 480, 480]));
  const filters = ['+', '+/+', '+/+/+', '+/+/+/+', '+/+/+/+/+/#'];
  for (const filter of filters) search.answered([filter], 1, false);
  expect(search.isWhole).toBe(false);
  for (const filter of filters) search.answered([filter], 1);
  expect(search.isWhole).toBe(true);
});

test('A branch that shares no name with others is found by its number of levels, below a large level as well.', () => {
  const deep = Array.from({ length: 90 }, (_, i) => `plant/alone/x/y/z/${i}`);
  const topics = [...plant(6, 10, 40).map((topic) => topic.replace(/machine/, 'm')), ...deep];
  const { seen, run } = open(topics);
  expect(seen.has(deep[0] ?? '')).toBe(false);
  run();
  expect(seen.size).toBe(topics.length);
});

test('Of a broker with less room it asks for less at once.', () => {
  const topics = plant(4, 10, 30);
  const { asked, run, seen } = open(topics, '#', '/', 60);
  run();
  expect(seen.size).toBe(topics.length);
  const lines = asked.filter((filters) => filters.some((filter) => filter.includes('/line-')));
  expect(lines.length).toBeGreaterThan(30);
});

test('Only the branch that was asked for is searched.', () => {
  const topics = [...plant(10, 10, 100), ...plant(2, 2, 400).map((topic) => `other/${topic}`)];
  const { seen, run, asked } = open(topics, 'plant/#');
  run();
  expect(seen.size).toBe(10_000);
  expect(asked.flat().every((filter) => filter === 'plant' || filter.startsWith('plant/'))).toBe(true);
});

test('Levels of their own kind beside others are found by what one of the others has inside.', () => {
  const odd = Array.from({ length: 300 }, (_, i) => `plant/hall-9/odd/${i}/deep//x`);
  const topics = [...plant(8, 4, 100), ...odd, 'plant/hall-9/line-0/machine-0', 'plant/note'];
  const { seen, run } = open(topics);
  run();
  expect(seen.size).toBe(topics.length);
});

test('More topics on one level than an answer holds cannot be divided: this is reported with the filter.', () => {
  const flat = Array.from({ length: 2_000 }, (_, i) => `flat/${i}`);
  const { search, run } = open(flat, 'flat/#');
  run();
  expect([...search.unsure]).toEqual(['flat/+']);
  const devices = Array.from({ length: 4_000 }, (_, i) => `devices/${i >> 1}/v${i % 2}`);
  const many = open(devices, 'devices/#');
  many.run();
  expect([...many.search.unsure].toSorted()).toEqual(['devices/+/v0', 'devices/+/v1']);
});

test('A filter with other wildcards, or a tree that is not divided as MQTT does, is unsure at once.', () => {
  for (const [filter, separator] of [
    ['+/hall-0/#', '/'],
    ['plant/+', '/'],
    ['#', '.'],
  ] as const) {
    const { search, run, asked } = open(plant(2, 2, 10), filter, separator);
    run();
    expect([[...search.unsure], asked]).toEqual([[filter], []]);
  }
});

test('What begins with $ is no part of #, and no filter is a shared subscription.', () => {
  const topics = [...plant(3, 4, 100), ...Array.from({ length: 600 }, (_, i) => `$share/g/${i}/x`)];
  const { run, asked } = open(topics);
  run();
  expect(asked.flat().filter((filter) => filter.startsWith('$'))).toEqual([]);
});

test('Names with empty levels and unusual characters are asked for as they are.', () => {
  const topics = ['', ' ', 'ä', '😀', 'a\\x41'].flatMap((name) =>
    Array.from({ length: 400 }, (_, i) => `${name}/n${i % 20}/${i}`),
  );
  const { seen, run } = open(topics);
  run();
  expect(seen.size).toBe(topics.length);
});

test('It comes to an end whatever the topics, and what small answers brought was all.', () => {
  const level = fc.constantFrom('a', 'b', '', 'c', 'd', 'e', 'f', 'g');
  const topic = fc
    .array(level, { minLength: 1, maxLength: 5 })
    .map((levels) => levels.join('/'))
    .filter((name) => name !== '');
  const set = fc.uniqueArray(topic, { minLength: SAFE_ANSWER + 1, maxLength: 3_000, size: 'max' });
  fc.assert(
    fc.property(set, (topics) => {
      const { run, seen, search } = open(topics);
      run();
      // What was not found lies beside too many others to be found.
      expect(seen.size === topics.length || search.unsure.size > 0).toBe(true);
    }),
    { numRuns: 8 },
  );
});

test('A branch that brought much which it does not stand for is asked for by how many levels it has.', () => {
  const { search } = open(['/', '/a', '/a/b', ...plant(6, 2, 100)]);
  search.answered(['/#'], QUEUE, true, 3);
  expect([...search.unsure]).toEqual([]);
  const next = search.look();
  let step = next.next();
  while (step.done !== true) step = next.next();
  expect(step.value).toEqual(expect.arrayContaining([['/+'], ['/+/+'], ['/+/+/+'], ['/+/+/+/+/+/#']]));
  // What such a level brings too much of cannot be asked for otherwise.
  search.answered(['/+/+/+/+/+/#'], QUEUE, true, 3);
  expect([...search.unsure]).toEqual(['/+/+/+/+/+/#']);
});
