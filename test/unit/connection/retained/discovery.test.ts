import { expect, test } from 'vitest';
import { Discovery } from '../../../../src-main/connection/retained/discovery.ts';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import type { Incomplete } from '../../../../src-main/core/retained/probe-batch.ts';
import { matchesFilter } from '../../../../src-main/core/topics/filters.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { send } from '../../../support/store/messages.ts';

/** Messages of one answer that the broker delivers. */
const QUEUE = 1_000;

interface Habits {
  readonly counts?: boolean;
  readonly why?: (asked: number) => Incomplete | null;
}

function open(topics: readonly string[], { counts = false, why = () => null }: Habits = {}) {
  const store = new TopicStore({ memoryBytes: 2 ** 26, topicCap: 100_000, seed: 5, startedAt: 0 });
  const seen = new Set<string>();
  const reported: string[] = [];
  let asked = 0;
  const discovery = new Discovery({
    topics: store,
    clock: new ManualClock(),
    isAllSeen: () => counts && seen.size === topics.length,
    probe: {
      sendForAll: (filters) => {
        const all = filters.flatMap((filter) => topics.filter((topic) => matchesFilter(filter, topic)));
        const brought = all.slice(0, QUEUE);
        for (const topic of brought) if (!seen.has(topic)) send(store, { topic, retain: true });
        for (const topic of brought) seen.add(topic);
        return Promise.resolve({ why: why(asked++), stored: brought.length });
      },
    },
  });
  const run = (filter = '#', isStopped?: () => boolean) =>
    discovery.run(filter, (where) => reported.push(where), isStopped);
  return { run, seen, reported, asked: () => asked };
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
