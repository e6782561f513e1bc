import { expect, test } from 'vitest';
import { Discovery } from '../../../../src-main/connection/retained/discovery.ts';
import type { KnownQuestion } from '../../../../src-main/connection/retained/unseen.ts';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import type { Incomplete } from '../../../../src-main/core/retained/probe-batch.ts';
import { BroughtTopics } from '../../../../src-main/core/inventory/brought.ts';
import { matchesFilter } from '../../../../src-main/core/topics/filters.ts';
import { keyBytes } from '../../../../src-main/core/topics/names.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { send } from '../../../support/store/messages.ts';

/** Messages of one answer that the broker delivers. */
const QUEUE = 1_000;

interface Habits {
  readonly counts?: boolean;
  readonly why?: (asked: number) => Incomplete | null;
  /** Of so many questions in one round, how many brought what is expected; left out: there are no rounds. */
  readonly round?: (questions: readonly KnownQuestion[], rounds: number) => number;
}

function open(topics: readonly string[], { counts = false, why = () => null, round }: Habits = {}) {
  const store = new TopicStore({ memoryBytes: 2 ** 26, topicCap: 100_000, seed: 5, startedAt: 0 });
  const seen = new Set<string>();
  const reported: string[] = [];
  const brought = new BroughtTopics(store);
  const rounds: number[] = [];
  let asked = 0;
  const discovery = new Discovery({
    topics: store,
    clock: new ManualClock(),
    brought,
    isAllSeen: () => counts && seen.size === topics.length,
    probe: {
      sendForAll: (filters) => {
        const all = filters.flatMap((filter) => topics.filter((topic) => matchesFilter(filter, topic)));
        const came = all.slice(0, QUEUE);
        for (const topic of came) if (!seen.has(topic)) send(store, { topic, retain: true });
        for (const topic of came) {
          seen.add(topic);
          brought.add(store.find(keyBytes(topic)));
        }
        return Promise.resolve({ why: why(asked++), stored: came.length });
      },
      waitsForQuiet: round !== undefined,
      sendKnown: (questions, { report }) => {
        const done = round?.(questions, rounds.length) ?? 0;
        rounds.push(questions.length);
        for (const question of questions.slice(0, done)) report(question);
        return Promise.resolve(done);
      },
    },
  });
  const run = (filter = '#', isStopped?: () => boolean) =>
    discovery.run(filter, (where) => reported.push(where), isStopped);
  return { run, seen, reported, rounds, asked: () => asked };
}

const halls = (count: number) =>
  Array.from({ length: count * 400 }, (_, i) => `plant/hall-${Math.floor(i / 400)}/${i % 400}`);

test('A small answer is all there is: nothing more is asked.', async () => {
  const { run, asked, reported } = open(halls(1));
  expect(await run('plant/#')).toEqual({ noLink: null, problem: null });
  expect([asked(), reported]).toEqual([1, ['plant/#']]);
});

test('Of a large one what was left out is found, and it reports where it is.', async () => {
  const topics = halls(10);
  const { run, seen, reported } = open(topics);
  expect(await run()).toEqual({ noLink: null, problem: null });
  expect(seen.size).toBe(topics.length);
  expect(reported).toContain('plant/hall-9/#');
});

test('What cannot be found out is reported, unless the broker’s count shows that nothing is missing.', async () => {
  const flat = Array.from({ length: 900 }, (_, i) => `flat/${i}`);
  const { noLink, problem } = await open(flat).run();
  expect(noLink).toBeNull();
  expect(problem).toContain('“flat/+”');
  expect(await open(flat, { counts: true }).run()).toEqual({ noLink: null, problem: null });
  const more = Array.from({ length: 1_900 }, (_, i) => `flat/${i}`);
  expect((await open(more, { counts: true }).run()).problem).toContain('“flat/+”');
});

test('A refusal, silence and the end of the link are reported.', async () => {
  const refused = await open(halls(1), { why: () => ({ kind: 'refused', code: 135 }) }).run();
  expect(refused.problem).toMatch(/does not allow a subscription to “#”/);
  const silent = await open(halls(1), { why: () => ({ kind: 'unanswered' }) }).run();
  expect(silent).toMatchObject({ noLink: null, problem: expect.stringMatching(/may be missing/) as string });
  // The first answer is large, and each branch is asked for by itself: their answers count.
  const slow = await open(halls(5), { why: (n) => (n === 0 ? { kind: 'unanswered' } : null) }).run();
  expect(slow.problem).toBeNull();
  const never = await open(halls(5), { why: () => ({ kind: 'unanswered' }) }).run();
  expect(never.problem).toMatch(/may be missing/);
  const late = await open(halls(5), { why: (n) => (n < 4 ? { kind: 'unanswered' } : null) }).run();
  expect(late.problem).toMatch(/may be missing/);
  const later = await open(halls(5), { why: (n) => (n < 3 ? { kind: 'unanswered' } : null) }).run();
  expect(later.problem).toBeNull();
  const failure = failed('probe-refused', 'No second connection.', '');
  for (const at of [0, 2]) {
    const ended = open(halls(5), { why: (n) => (n === at ? { kind: 'no-link', failure } : null) });
    expect(await ended.run()).toEqual({ noLink: { kind: 'no-link', failure }, problem: failure.message });
    expect(ended.asked()).toBe(at + 1);
  }
});

test('A second connection that ends is tried again, and where it always does, that is reported.', async () => {
  const failure = failed('probe-closed', 'The connection ended.', '');
  const ends = (isEnd: (asked: number) => boolean) =>
    open(halls(5), { why: (n) => (isEnd(n) ? { kind: 'no-link', failure } : null) });
  for (const at of [0, 2]) expect((await ends((n) => n === at).run()).problem).toBeNull();
  const always = ends(() => true);
  expect(await always.run()).toEqual({ noLink: { kind: 'no-link', failure }, problem: failure.message });
  expect(always.asked()).toBe(3);
});

test('Once it is stopped nothing more is asked, and topics may be missing.', async () => {
  let left = 3;
  const { run, asked } = open(halls(10));
  const stopped = await run('#', () => left-- <= 0);
  expect(stopped).toMatchObject({ noLink: null, problem: expect.stringMatching(/may be missing/) as string });
  expect(asked()).toBe(4);
});

/** As much as such a broker delivers, in subtrees of which a few make a question. */
const spread = (): string[] => Array.from({ length: 999 }, (_, i) => `plant/part-${i % 9}/${i}`);

test('What is expected again is asked for in rounds, which grow while nothing else comes.', async () => {
  const { run, rounds, asked, reported } = open(spread(), { round: (questions) => questions.length });
  expect(await run()).toEqual({ noLink: null, problem: null });
  expect(rounds.length).toBeGreaterThan(0);
  expect(asked()).toBeLessThan(4);
  expect(reported.length).toBe(asked() + rounds.reduce((sum, one) => sum + one, 0));
});

test('What a round did not bring as expected is asked for by itself, and rounds become rare.', async () => {
  const bad = open(halls(30), { round: () => 0 });
  expect(await bad.run()).toEqual({ noLink: null, problem: null });
  expect(bad.seen.size).toBe(12_000);
  const plain = open(halls(30));
  await plain.run();
  expect(bad.asked()).toBe(plain.asked());
  expect(bad.rounds.length).toBeLessThan(7);
});

test('A round that ended early goes on with what it did not ask for.', async () => {
  const { run, rounds, asked } = open(spread(), { round: () => 2 });
  expect(await run()).toEqual({ noLink: null, problem: null });
  expect(rounds.every((size) => size > 1)).toBe(true);
  expect(asked()).toBeLessThan(6);
});

test('A broker that answers in order is asked question by question.', async () => {
  const { run, rounds, asked } = open(spread());
  expect(await run()).toEqual({ noLink: null, problem: null });
  expect([rounds, asked() > 4]).toEqual([[], true]);
});
