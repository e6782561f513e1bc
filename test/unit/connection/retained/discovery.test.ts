import { expect, test } from 'vitest';
import { Discovery } from '../../../../src-main/connection/retained/discovery.ts';
import type { KnownQuestion } from '../../../../src-main/connection/probe/unseen.ts';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import type { Incomplete } from '../../../../src-main/core/retained/probe-batch.ts';
import { BroughtTopics } from '../../../../src-main/core/inventory/brought.ts';
import { matchesFilter } from '../../../../src-main/core/topics/filters.ts';
import { keyBytes } from '../../../../src-main/core/topics/names.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { inTime } from '../../../support/retained/fake-second-link.ts';
import { send } from '../../../support/store/messages.ts';

/** Messages of one answer that the broker delivers. */
const QUEUE = 1_000;

interface Habits {
  /** It counts what it holds: at once, only before it was asked, or never. */
  readonly counts?: 'now' | 'before' | 'never';
  /** Messages of one answer that it delivers. */
  readonly queue?: number;
  /** Messages that it delivers for one filter. */
  readonly perFilter?: number;
  /** Topics that it stores while it answers: they come once. */
  readonly late?: () => readonly string[];
  /** How it matches what it stores. */
  readonly matches?: (filter: string, topic: string) => boolean;
  /** Of each message, on the wire. */
  readonly bytes?: number;
  /** Above QoS 0 it leaves out the retain flag. */
  readonly unflagged?: boolean;
  /** It is mosquitto, which is limited by its queue only. */
  readonly mosquitto?: boolean;
  readonly why?: (asked: number) => Incomplete | null;
  /** Of so many questions in one round, how many brought what is expected; left out: there are no rounds. */
  readonly round?: (questions: readonly KnownQuestion[], rounds: number) => number;
}

function open(
  topics: readonly string[],
  {
    counts = 'never',
    queue = QUEUE,
    why = () => null,
    late = () => [],
    round,
    mosquitto = true,
    perFilter,
    matches = matchesFilter,
    bytes = 20,
    unflagged = false,
  }: Habits = {},
) {
  const clock = new ManualClock();
  const opened = clock.wall() - 1;
  const stored = [...topics];
  const store = new TopicStore({ memoryBytes: 2 ** 26, topicCap: 100_000, seed: 5, startedAt: 0 });
  const seen = new Set<string>();
  const reported: string[] = [];
  const brought = new BroughtTopics(store);
  const rounds: number[] = [];
  let asked = 0;
  const discovery = new Discovery({
    topics: store,
    clock,
    brought,
    isMosquitto: () => mosquitto,
    retainAvailable: () => true,
    count: {
      isThere: () => counts !== 'never',
      beside: () => {
        const at = counts === 'before' ? opened : clock.wall();
        return Promise.resolve(counts === 'never' ? null : { missing: topics.length - seen.size, at });
      },
    },
    probe: {
      sendForAll: (filters, qos) => {
        const isFlagged = qos === undefined || !unflagged;
        const all = filters.flatMap((filter) =>
          stored.filter((topic) => isFlagged && matches(filter, topic)).slice(0, perFilter),
        );
        const fresh = filters.length > 1 ? late() : [];
        const came = [...all.slice(0, queue), ...fresh];
        stored.push(...fresh);
        for (const topic of came) if (!seen.has(topic)) send(store, { topic, retain: true });
        for (const topic of came) {
          seen.add(topic);
          brought.add(store.find(keyBytes(topic)));
        }
        const { length } = came;
        return Promise.resolve({ why: why(asked++), stored: length, meant: length, bytes: bytes * length });
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
    inTime(
      clock,
      discovery.run(filter, (where) => reported.push(where), isStopped),
      250,
    );
  return { run, clock, seen, reported, rounds, asked: () => asked };
}

const halls = (count: number) =>
  Array.from({ length: count * 400 }, (_, i) => `plant/hall-${Math.floor(i / 400)}/${i % 400}`);

const ALL = { noLink: null, problem: null, beside: null };

test('A small answer is all there is: nothing more is asked.', async () => {
  const { run, asked, reported } = open(halls(1).slice(0, 50), { mosquitto: false });
  expect(await run('plant/#')).toEqual(ALL);
  expect([asked(), reported]).toEqual([1, ['plant/#']]);
});

test('Of an answer that is larger than some queues, all is asked for twice in one question, and that is all.', async () => {
  const { run, asked, reported } = open(halls(1));
  expect(await run('plant/#')).toEqual(ALL);
  expect([asked(), reported]).toEqual([2, ['plant/#']]);
});

test('A broker that has room for all of it twice left nothing out, however much it is, and nothing more is asked.', async () => {
  const { run, asked, seen } = open(halls(30), { queue: 24_000 });
  expect(await run()).toEqual(ALL);
  expect([asked(), seen.size]).toEqual([2, 12_000]);
});

test('Where some of it had no room a second time, whole branches may be missing, and that is said.', async () => {
  const alone = Array.from({ length: 80 }, (_, i) => `alone/x${i}`);
  const topics = [...halls(3).slice(0, 920), ...alone];
  // They fill the queue exactly, so nothing that is known is missing in any answer to #.
  const { run, seen } = open([...topics, 'other/branch']);
  const { problem } = await run();
  expect(problem).toMatch(/left out some of a large answer.*“#”.*may be missing/);
  expect(seen.has('other/branch')).toBe(true);
});

test('What was left out of a large answer is found, and it reports where it is.', async () => {
  const topics = halls(10);
  const { run, seen, reported } = open(topics);
  expect((await run()).problem).toMatch(/may be missing/);
  expect(seen.size).toBe(topics.length);
  expect(reported).toContain('plant/hall-9/#');
});

test('A branch that has nothing in common with others is found by how many levels it has, which proves that all is.', async () => {
  const level = (depth: number, count: number): string[] =>
    Array.from({ length: count }, (_, i) => `${'a/'.repeat(depth - 1)}${depth}-${i}`);
  const topics = [...level(2, 450), ...level(3, 450), ...level(4, 450), ...level(6, 450), 'odd/x/y/z/é'];
  const { run, seen } = open(topics);
  expect(await run()).toEqual(ALL);
  expect(seen.size).toBe(topics.length);
});

test('What a broker with a small queue leaves out of a small answer is found as well.', async () => {
  const { run, seen } = open(halls(1), { queue: 100 });
  expect((await run('plant/#')).problem).toMatch(/“plant\/hall-0\/\+”/);
  const spread = Array.from({ length: 400 }, (_, i) => `plant/${i % 16}/${i}`);
  const small = open(spread, { queue: 100, counts: 'now' });
  expect(await small.run('plant/#')).toEqual({ ...ALL, beside: 0 });
  expect([seen.size < 400, small.seen.size]).toEqual([true, 400]);
});

test('The count of the broker shows that nothing is missing, or how much is.', async () => {
  const flat = Array.from({ length: 900 }, (_, i) => `flat/${i}`);
  const { noLink, problem } = await open(flat).run();
  expect(noLink).toBeNull();
  expect(problem).toContain('“flat/+”');
  expect(await open(flat, { counts: 'now' }).run()).toEqual({ ...ALL, beside: 0 });
  const more = Array.from({ length: 1_900 }, (_, i) => `flat/${i}`);
  const counted = await open(more, { counts: 'now' }).run();
  expect(counted.problem).toMatch(/“flat\/\+”.*By its own count, about 900 are\./);
  expect(counted.beside).toBe(900);
  // Of less than everything it is only an upper bound.
  expect((await open(more, { counts: 'now' }).run('flat/#')).problem).toMatch(/holds 900 beside/);
});

test('A count from before the end of the search shows nothing, and is waited for no longer than a broker takes.', async () => {
  const { run, clock, reported } = open(halls(10), { counts: 'before' });
  const began = clock.now();
  const { problem, beside } = await run();
  expect([problem, beside]).toEqual([expect.stringMatching(/may be missing\.$/), null]);
  expect(clock.now() - began).toBeGreaterThan(10_000);
  expect(clock.now() - began).toBeLessThan(14_000);
  expect(reported.at(-1)).toMatch(/count/);
});

test('A broker that hides some of what it counts is listed as it answers, and the difference is there.', async () => {
  const { run, seen } = open(halls(1), { counts: 'before' });
  seen.delete('plant/hall-0/7');
  expect(await run()).toEqual({ ...ALL, beside: 0 });
  const hidden = open([...halls(1), '$other/1'], { counts: 'before' });
  expect(await hidden.run()).toEqual({ ...ALL, beside: 1 });
});

test('What changes while it is asked for twice is asked for again; where it always does, that is said.', async () => {
  // A topic is new after the first of the two times that each comes, so it comes once.
  const changing = (times: number) => {
    let left = times;
    return open(halls(2), { queue: 2_000, late: () => (left-- > 0 ? [`new/${left}`] : []) });
  };
  const once = changing(1);
  expect([await once.run(), once.asked()]).toEqual([ALL, 3]);
  const always = changing(99);
  expect((await always.run()).problem).toMatch(/may be missing/);
  expect(always.asked()).toBeGreaterThan(4);
});

const flat = (count: number) => Array.from({ length: count }, (_, i) => `flat/${i}`);

test('A flat set is whole unless the broker counts more, as nothing divides it.', async () => {
  const habits = { mosquitto: false, perFilter: 100 };
  for (const filter of ['#', 'flat/#', 'flat/+', '+/+'])
    expect(await open(flat(1_000), { mosquitto: false, queue: 10_000 }).run(filter), filter).toEqual(ALL);
  expect((await open(flat(1_000), { ...habits, counts: 'now' }).run()).problem).toMatch(/about 900 are/);
  expect(await open(flat(100), { ...habits, counts: 'now' }).run()).toEqual({ ...ALL, beside: 0 });
  for (const filter of ['#', 'flat/+']) expect(await open(flat(400)).run(filter)).toEqual(ALL);
});

test('A set that names divide is asked for part by part, which shows a limit of each filter.', async () => {
  const habits = { mosquitto: false, perFilter: 100 };
  const topics = Array.from(
    { length: 600 },
    (_, i) => `plant/${i}/${['state', 'mode', 'load'][i % 3] ?? ''}`,
  );
  const limited = open(topics, habits);
  expect((await limited.run()).problem).toMatch(/sent only 100 of the messages below “#”/);
  const roomy = { mosquitto: false, queue: 10_000 };
  const whole = open(topics, roomy);
  expect([await whole.run(), whole.asked()]).toEqual([ALL, 3]);
  // Two levels show it by themselves: both filters bring more together than one for all.
  const levels = open([...topics, 'plant'], roomy);
  expect([await levels.run(), levels.asked()]).toEqual([ALL, 2]);
});

test('Of a small answer a larger count of the broker is said, also one of which the time is not known.', async () => {
  for (const counts of ['now', 'before'] as const) {
    const habits = { mosquitto: false, perFilter: 20, counts };
    const { problem, beside } = await open(flat(30), habits).run();
    expect([problem, beside]).toEqual([expect.stringMatching(/than it counts.*about 10 are/), 10]);
    expect((await open(flat(30), habits).run('flat/#')).problem).toBeNull();
    expect(await open(flat(20), habits).run()).toEqual({ ...ALL, beside: 0 });
  }
});

test('A small queue of mosquitto is found out whatever the filter, and however small the answer.', async () => {
  for (const filter of ['#', 'flat/#', 'flat/+'])
    expect((await open(flat(100), { queue: 10 }).run(filter)).problem, filter).toMatch(
      /may be missing|left out/,
    );
});

test('A refusal, silence and the end of the link are reported.', async () => {
  const refused = await open(halls(1), { why: () => ({ kind: 'refused', code: 135 }) }).run();
  expect(refused.problem).toMatch(/does not allow a subscription to “#”/);
  const silent = await open(halls(1), { why: () => ({ kind: 'unanswered' }) }).run();
  expect(silent).toMatchObject({ noLink: null, problem: expect.stringMatching(/may be missing/) as string });
  // The first answer is large, and all is asked for again: that answer counts.
  const roomy = { queue: 10_000 };
  const slow = await open(halls(5), {
    ...roomy,
    why: (n) => (n === 0 ? { kind: 'unanswered' } : null),
  }).run();
  expect(slow.problem).toBeNull();
  const never = await open(halls(5), { ...roomy, why: () => ({ kind: 'unanswered' }) }).run();
  expect(never.problem).toMatch(/may be missing/);
  const refusedTwice = await open(halls(5), {
    ...roomy,
    why: (n) => (n === 1 ? { kind: 'refused', code: 135 } : null),
  }).run();
  expect(refusedTwice.problem).toMatch(/could not be found out.*may be missing/);
  const few = open(halls(1), { why: (n) => (n === 1 ? { kind: 'refused', code: 135 } : null) });
  expect(await few.run()).toEqual(ALL);
  const failure = failed('probe-refused', 'No second connection.', '');
  for (const at of [0, 2]) {
    const ended = open(halls(5), { why: (n) => (n === at ? { kind: 'no-link', failure } : null) });
    expect(await ended.run()).toEqual({
      noLink: { kind: 'no-link', failure },
      problem: failure.message,
      beside: null,
    });
    expect(ended.asked()).toBe(at + 1);
  }
});

test('A second connection that ends is tried again, and where it always does, that is reported.', async () => {
  const failure = failed('probe-closed', 'The connection ended.', '');
  const ends = (isEnd: (asked: number) => boolean) =>
    open(halls(5), { counts: 'now', why: (n) => (isEnd(n) ? { kind: 'no-link', failure } : null) });
  for (const at of [0, 2]) expect((await ends((n) => n === at).run()).problem).toBeNull();
  const always = ends(() => true);
  expect(await always.run()).toEqual({
    noLink: { kind: 'no-link', failure },
    problem: failure.message,
    beside: null,
  });
  expect(always.asked()).toBe(3);
});

test('Once it is stopped nothing more is asked, and topics may be missing.', async () => {
  let left = 3;
  const { run, asked } = open(halls(10));
  const stopped = await run('#', () => left-- <= 0);
  expect(stopped).toMatchObject({ noLink: null, problem: expect.stringMatching(/may be missing/) as string });
  expect(asked()).toBe(5);
});

/** As much as such a broker delivers, in subtrees of which a few make a question. */
const spread = (): string[] => Array.from({ length: 999 }, (_, i) => `plant/part-${i % 9}/${i}`);

test('What is expected again is asked for in rounds, which grow while nothing else comes.', async () => {
  const { run, rounds, asked, reported } = open(spread(), {
    counts: 'now',
    round: (questions) => questions.length,
  });
  expect(await run()).toEqual({ ...ALL, beside: 0 });
  expect(rounds.length).toBeGreaterThan(0);
  expect(asked()).toBeLessThan(14);
  expect(reported.length).toBe(asked() + rounds.reduce((sum, one) => sum + one, 0));
});

test('What a round did not bring as expected is asked for by itself, and rounds become rare.', async () => {
  const bad = open(halls(30), { counts: 'now', round: () => 0 });
  expect(await bad.run()).toEqual({ ...ALL, beside: 0 });
  expect(bad.seen.size).toBe(12_000);
  const plain = open(halls(30), { counts: 'now' });
  await plain.run();
  expect(bad.asked()).toBe(plain.asked());
  expect(bad.rounds.length).toBeLessThan(7);
});

test('A round that ended early goes on with what it did not ask for.', async () => {
  const { run, rounds, asked } = open(spread(), { counts: 'now', round: () => 2 });
  expect(await run()).toEqual({ ...ALL, beside: 0 });
  expect(rounds.every((size) => size > 1)).toBe(true);
  expect(asked()).toBeLessThan(14);
});

test('A broker that answers in order is asked question by question.', async () => {
  const { run, rounds, asked } = open(spread(), { counts: 'now' });
  expect(await run()).toEqual({ ...ALL, beside: 0 });
  expect([rounds, asked() > 4]).toEqual([[], true]);
});

/** `+` stands for no empty level, and `+/#` not for the level of its `+`. */
const otherwise = (filter: string, topic: string): boolean => {
  const [wanted, names] = [filter.split('/'), topic.split('/')];
  if (wanted.some((one, at) => one === '+' && names[at] === '')) return false;
  if (filter.endsWith('+/#') && names.length === wanted.length - 1) return false;
  return matchesFilter(filter, topic);
};

test.each([
  ['of five levels', (i: number) => `plant/hall-${i % 9}/line/m${i}/state`],
  ['with an empty first level', (i: number) => `/hall-${i % 9}/m${i}`],
  ['with an empty last level', (i: number) => `hall-${i % 9}/m${i}/`],
] as const)(
  'Topics %s come once where a broker matches them otherwise, which is no reason for a doubt.',
  async (_, name) => {
    const topics = [...halls(1), ...Array.from({ length: 100 }, (_unused, i) => name(i))];
    const { run, seen } = open(topics, { mosquitto: false, matches: otherwise });
    expect(await run()).toEqual(ALL);
    expect(seen.size).toBe(topics.length);
    // What has no room comes once as well.
    const { run: short } = open(topics, { mosquitto: false, matches: otherwise, queue: 700 });
    expect((await short()).problem).toMatch(/left out/);
  },
);

/** As ejabberd does: `+` stands for no empty level but the last one, which brings nothing as itself. */
const ejabberd = (filter: string, topic: string): boolean => {
  const [wanted, names] = [filter.split('/'), topic.split('/')];
  if (filter.endsWith('/')) return false;
  if (wanted.some((one, at) => one === '+' && names[at] === '' && at < names.length - 1)) return false;
  return matchesFilter(filter, topic);
};

test('Topics of empty levels only are asked for by a plus in the place of the last one as well.', async () => {
  const topics = [...halls(1), '/', '//'];
  const { run, seen } = open(topics, { mosquitto: false, matches: ejabberd });
  expect(await run()).toEqual(ALL);
  expect(seen.size).toBe(topics.length);
});

test('A broker that leaves out what its socket cannot hold is known by the flag that it leaves out above QoS 0.', async () => {
  const topics = halls(1);
  const moquette = { mosquitto: false, perFilter: 9, bytes: 8_000, unflagged: true };
  expect((await open(topics, moquette).run('plant/#')).problem).toMatch(/its socket has no room for/);
  expect(await open(topics.slice(0, 9), { ...moquette, unflagged: false }).run('plant/#')).toEqual(ALL);
  // Its small answers are whole.
  expect(await open(topics.slice(0, 40), { ...moquette, perFilter: 50, bytes: 20 }).run('plant/#')).toEqual(
    ALL,
  );
});
