import { describe, expect, test } from 'vitest';
import { Discovery } from '../../../../src-main/connection/retained/discovery.ts';
import { RetainedProbe, type ProbeOptions } from '../../../../src-main/connection/probe/probe.ts';
import { UnseenIntake, type KnownQuestion } from '../../../../src-main/connection/probe/unseen.ts';
import type { BrokerCount } from '../../../../src-main/connection/subscriptions/retained-count.ts';
import { BroughtTopics } from '../../../../src-main/core/inventory/brought.ts';
import { topicKey } from '../../../../src-main/core/topics/names.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { random } from '../../../support/random.ts';
import { inTime } from '../../../support/retained/fake-second-link.ts';
import { QueueBroker, type QueueHabits } from '../../../support/retained/queue-broker.ts';
import { send } from '../../../support/store/messages.ts';

interface Setting {
  readonly seed?: number;
  readonly habits?: Partial<QueueHabits>;
  /** So late the connection proper saw a message come, ms. */
  readonly late?: number;
  /** Topics that are known, and of which the broker stores nothing. */
  readonly known?: readonly string[];
  /** It says how many messages it stores. */
  readonly counts?: boolean;
}

function open(
  topics: readonly string[],
  { seed = 1, habits = {}, late = 0, known = [], counts = false }: Setting = {},
) {
  const clock = new ManualClock();
  const store = new TopicStore({ memoryBytes: 2 ** 26, topicCap: 100_000, seed, startedAt: 0 });
  for (const topic of known) send(store, { topic });
  const found = new Set<string>();
  const brought = new BroughtTopics(store);
  const unasked = new UnseenIntake(store, (node) => found.add(topicKey(store.pathBytes(node))), brought);
  let broker: QueueBroker | undefined;
  const probe = new RetainedProbe(
    { clock, unasked, fenceHolds: () => false } as unknown as ProbeOptions,
    (intake) => (broker = new QueueBroker(topics, intake, clock, random(seed), habits)),
  );
  if (broker === undefined) throw new Error('no connection was made');
  probe.lag.expect(late);
  const count: BrokerCount = {
    isThere: () => counts,
    beside: async () => (counts ? { missing: topics.length - found.size, at: clock.wall() } : null),
  };
  const discovery = new Discovery({
    topics: store,
    clock,
    probe,
    brought,
    count,
    isMosquitto: () => false,
    retainAvailable: () => true,
  });
  const run = async () => {
    const began = clock.now();
    const { problem } = await inTime(
      clock,
      discovery.run('#', () => undefined),
      5,
    );
    return { problem, ms: clock.now() - began };
  };
  return { clock, broker, probe, found, run };
}

/** Subtrees in which nothing goes deeper. */
const plant = (halls: number, each: number): string[] =>
  Array.from({ length: halls * each }, (_, i) => `plant/hall-${Math.floor(i / each)}/${i % each}`);

test('97 subtrees of a broker that answers PINGREQ first are listed within 15 s.', async () => {
  const topics = plant(97, 250);
  const { run, found } = open(topics);
  const { problem, ms } = await run();
  expect([problem, found.size]).toEqual([null, topics.length]);
  expect(ms).toBeLessThan(15_000);
});

test('Topics that are known, and of which nothing is stored, make it no slower.', async () => {
  const topics = plant(20, 250);
  const known = Array.from({ length: 5_000 }, (_, i) => `live/${i % 20}/${i}`);
  const { run, found } = open(topics, { known });
  const { problem, ms } = await run();
  expect([problem, found.size]).toEqual([null, topics.length]);
  expect(ms).toBeLessThan(8_000);
});

const BROKERS: Readonly<Record<string, Omit<Setting, 'seed'>>> = {
  'delivers 1.5 s late': { habits: { after: 1_500 }, late: 1_500 },
  'delivers in random order': { habits: { isMixed: true, after: 60 } },
  'pauses for 400 ms in the middle of an answer': { habits: { pauseAfter: 120, pauseMs: 400 } },
  'delivers in random order with pauses': { habits: { isMixed: true, pauseAfter: 90, pauseMs: 400 } },
  'leaves out what its queue cannot hold': { habits: { queue: 1_000, every: 20 } },
  'leaves out the same and pauses': { habits: { queue: 1_000, pauseAfter: 100, pauseMs: 400 } },
  'leaves out what is too much in a second': { habits: { burst: 600, perSecond: 700 } },
  'ends the connection after some questions': { habits: { endsAfter: 5 } },
};

/** What a broker leaves out that has no room for all of a large answer. */
const leavesOut = ({ habits }: Omit<Setting, 'seed'>): boolean =>
  habits?.queue !== undefined || habits?.burst !== undefined;

const halls = (chance: ReturnType<typeof random>): string[] =>
  Array.from({ length: 6 + chance.int(8) }, (_unused, hall) =>
    Array.from({ length: 100 + chance.int(250) }, (_one, i) => `plant/hall-${hall}/${i}`),
  ).flat();

describe.each(Object.entries(BROKERS))('A broker that %s', (_, setting) => {
  test.each(Array.from({ length: 6 }, (_unused, seed) => seed))(
    'is listed completely, or topics are said to be missing (%i).',
    async (seed) => {
      const topics = halls(random(seed + 1));
      const isCounted = seed % 2 === 0;
      const { run, found, broker } = open(topics, { ...setting, seed, counts: isCounted });
      const { problem } = await run();
      const missing = topics.filter((topic) => !found.has(topic));
      expect(missing).toEqual([]);
      // Only what the broker counts can show that there is no branch of another kind.
      if (leavesOut(setting) && !isCounted) expect(problem).toMatch(/left out/);
      else expect(problem).toBeNull();
      // Where nothing was left out, that is no merit.
      if (leavesOut(setting)) expect(broker.dropped).toBeGreaterThan(0);
    },
  );

  test.each(Array.from({ length: 6 }, (_unused, seed) => seed))(
    'is never said to be complete without a branch that has nothing in common with others (%i).',
    async (seed) => {
      const chance = random(seed + 1);
      const isCounted = seed % 2 === 0;
      // No two branches have a name in common, of a topic or of a level.
      const branches = Array.from({ length: 12 }, (_unused, branch) =>
        Array.from({ length: 90 + chance.int(60) }, (_one, i) => `${branch}/l-${branch}/t-${branch}-${i}`),
      );
      const topics = [...branches.flat(), `last/${'deep/'.repeat(chance.int(6))}v-${seed}`];
      const { run, found } = open(topics, { ...setting, seed, counts: isCounted });
      const { problem } = await run();
      const missing = topics.filter((topic) => !found.has(topic)).length;
      if (missing > 0 || (leavesOut(setting) && !isCounted)) expect(problem).toMatch(/left out/);
      else expect(problem).toBeNull();
      if (missing > 0 && isCounted) expect(problem).toContain(`about ${missing} are`);
    },
  );
});

test('A branch that exactly fills what others left of the queue is not taken for the end.', async () => {
  const topics = [...plant(10, 100), ...Array.from({ length: 60 }, (_, i) => `alone/${i}/of/its/kind`)];
  const { run, found } = open(topics, { habits: { queue: 1_000 } });
  const { problem } = await run();
  expect(problem).toMatch(/left out some.*may be missing/);
  // It has other levels than the rest.
  expect(topics.filter((topic) => !found.has(topic))).toEqual([]);
});

/** A round over subtrees of 100 topics; `known` of each. */
function round(habits: Partial<QueueHabits>, known: readonly number[], isEnough = () => false) {
  const opened = open(plant(known.length, 100), { habits });
  const { clock, probe } = opened;
  const asked: string[] = [];
  const questions = known.map((count, i) => ({ filters: [`plant/hall-${i}/#`], known: count }));
  const report = ({ filters }: KnownQuestion) => asked.push(...filters);
  const sent = () => inTime(clock, probe.sendKnown(questions, { isEnough, report }), 5);
  return { ...opened, asked, sent };
}

test('A round that brings as much as is expected is over after one quiet.', async () => {
  const { clock, asked, sent } = round({}, [100, 100, 100, 100]);
  const began = clock.now();
  expect(await sent()).toBe(4);
  expect(asked).toHaveLength(4);
  expect(clock.now() - began).toBeLessThan(1_200);
});

test('More than is expected, and less, end it: nothing is answered.', async () => {
  const more = round({}, [100, 90, 100]);
  expect([await more.sent(), more.asked.length]).toEqual([0, 2]);
  const less = round({}, [100, 110, 100]);
  expect([await less.sent(), less.asked.length]).toEqual([0, 2]);
});

test('What comes late, when the next question was asked already, makes all of it doubtful.', async () => {
  const late = round({ pauseAfter: 50, pauseMs: 400 }, [50, 100, 100]);
  expect(await late.sent()).toBe(0);
  const last = round({ pauseAfter: 50, pauseMs: 400 }, [100, 100, 50]);
  expect([await last.sent(), last.asked.length]).toEqual([0, 3]);
});

test('The end of the connection answers nothing.', async () => {
  expect(await round({ endsAfter: 2 }, [100, 100, 100]).sent()).toBe(0);
});

test('It ends early where it is enough, where it takes long, and where somebody else wants to ask.', async () => {
  let left = 2;
  const stopped = round({}, [100, 100, 100, 100], () => --left < 0);
  expect([await stopped.sent(), stopped.asked.length]).toEqual([3, 3]);
  const slow = round({ after: 600 }, Array<number>(20).fill(100));
  const done = await slow.sent();
  expect([done, slow.asked.length]).toEqual([5, 5]);
  const shared = round({ after: 100 }, Array<number>(10).fill(100));
  const sent = shared.sent();
  const other = shared.probe.use(() => Promise.resolve('used'));
  const next = inTime(
    shared.clock,
    shared.probe.asking(() => Promise.resolve('asked')),
    5,
  );
  expect([await other, await next]).toEqual(['used', 'asked']);
  expect(await sent).toBeLessThan(3);
});
