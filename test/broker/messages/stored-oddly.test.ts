import { afterEach, expect, test } from 'vitest';
import { matchesFilter } from '../../../src-main/core/topics/filters.ts';
import { keyBytes } from '../../../src-main/core/topics/names.ts';
import { NO_NODE } from '../../../src-main/core/topics/columns/nodes.ts';
import type { HabitName } from '../../support/brokers/broker-habits.ts';
import { startFakeBroker, type FakeBroker } from '../../support/brokers/fake-broker.ts';
import { clearerOf } from '../../support/retained/clear-and-restore.ts';
import { connected, isOver, jobOf, plan, start } from '../../support/retained/clearing.ts';
import { teardown } from '../../support/teardown.ts';
import { openConnection, subscribed } from '../session/open-connection.ts';

afterEach(teardown);

const retain = ({ broker }: FakeBroker, topic: string, payload: string): void =>
  broker.publish({ topic, payload: Buffer.from(payload), qos: 1, retain: true });

/** A broker with these messages stored, and a connection that has subscribed to all. */
async function open(
  topics: readonly string[],
  habits: readonly HabitName[],
  version: '5' | '3.1.1' | 'auto' = 'auto',
) {
  const fake = await startFakeBroker({ habits });
  for (const topic of topics) retain(fake, topic, `of ${topic}`);
  const opened = openConnection({ port: fake.port, version });
  await subscribed(opened);
  await opened.eventually('the end of the scan', () => !opened.connection.store.facts.scanning);
  return { fake, opened };
}

/** No filter brings some of them and not all. */
const flat = (count: number): string[] => Array.from({ length: count }, (_, i) => `t-${i}`);

test.each(['5', '3.1.1'] as const)(
  'A broker with one table of packet identifiers refuses none of many questions on %s.',
  async (version) => {
    const topics = flat(120);
    const { opened } = await open(topics, ['one-table-of-ids'], version);
    const probed = await opened.connection.truth.probe.ask(topics, 2);
    expect(topics.filter((topic) => probed.get(topic)?.kind !== 'retained')).toEqual([]);
  },
);

test('A broker that stores empty messages is not taken for one that keeps the flag of live messages.', async () => {
  const { fake, opened } = await open([], ['stores-empty-messages', 'ignores-rap'], '5');
  const { connection } = opened;
  const state = (): string => {
    const { store } = connection;
    const node = store.find(keyBytes('a'));
    return node === NO_NODE ? 'none' : store.retained(node).state;
  };
  retain(fake, 'a', '');
  connection.disconnect();
  await opened.until('stopped');
  connection.connect();
  await opened.eventually('the stored empty message', () => state() === 'cleared');
  retain(fake, 'a', 'new');
  await opened.eventually('the new message', () => state() !== 'cleared');
  expect(state()).toBe('unknown');
});

test.each(['5', '3.1.1'] as const)(
  'Where filters are read as patterns too, no topic is lost, and none is called cleared that is there, on %s.',
  async (version) => {
    const topics = ['*a/t', '(b', '{c}', 'd\\e/f', 'plain/a', 'plain/b', 'q/[x]/(1)'];
    const { fake, opened } = await open(
      topics,
      ['ping-before-stored', 'filters-are-patterns', 'delivers-backslashes-fourfold'],
      version,
    );
    const delivered = topics.map((topic) => topic.replace('\\', '\\\\\\\\'));
    const clearer = clearerOf(opened.connection);
    const said = await clearer.clear(delivered);
    const isHeld = (topic: string): boolean => fake.broker.retained.get(topic) !== undefined;
    expect(topics.filter(isHeld)).toEqual(['d\\e/f']);
    const outcomes = new Map(said.map(({ key, outcome }) => [key, outcome.kind]));
    expect(outcomes).toEqual(
      new Map(delivered.map((topic) => [topic, topic.includes('\\') ? 'still-retained' : 'cleared'])),
    );
    const gone = delivered.filter((topic) => !topic.includes('\\'));
    const restored = await clearer.restore(gone);
    expect(restored.map(({ outcome }) => outcome.kind)).toEqual(gone.map(() => 'restored'));
    expect(topics.filter((topic) => !isHeld(topic))).toEqual([]);
  },
);

test.each(['5', '3.1.1'] as const)(
  'Where a name with an empty end brings nothing, it is kept, cleared and put back, but not over a newer one, on %s.',
  async (version) => {
    const topics = ['a/', '/', 'b//', 'b/c'];
    const habits = ['no-stored-for-empty-last-level'] as const;
    const { fake, opened } = await open(topics, habits, version);
    const held = (): string[] => topics.map((topic) => String(fake.broker.retained.get(topic)?.payload));
    const clearer = clearerOf(opened.connection);
    await clearer.clear(topics);
    expect(held()).toEqual(topics.map(() => 'undefined'));
    // Nothing is known of them but what is asked for.
    opened.connection.disconnect();
    await opened.until('stopped');
    opened.connection.connect();
    await opened.until('online');
    retain(fake, 'a/', 'newer');
    const restored = await clearer.restore(topics);
    expect(restored.map(({ key, outcome }) => [key, outcome.kind])).toEqual([
      ['a/', 'would-overwrite'],
      ['/', 'restored'],
      ['b//', 'restored'],
      ['b/c', 'restored'],
    ]);
    expect(held()).toEqual(['newer', 'of /', 'of b//', 'of b/c']);
  },
);

test.each([
  ['5', { refused: 4 }],
  // It says nothing, and reads on to the first that it denies.
  ['3.1.1', { refused: 0, stillThere: 4 }],
] as const)(
  'A broker that ends the connection over each denied topic keeps those, and all others are cleared, on %s.',
  async (version, counts) => {
    const fake = await startFakeBroker({ habits: ['ends-over-refused-publish'] });
    const allowed = [...flat(60), ...Array.from({ length: 60 }, (_, i) => `z/${i}`)];
    const denied = Array.from({ length: 4 }, (_, i) => `denied/${i}`);
    for (const topic of [...allowed, ...denied]) retain(fake, topic, `of ${topic}`);
    const opened = await connected(fake.port, allowed.length + denied.length, { version });
    const keys = [...denied.slice(0, 2), ...allowed, ...denied.slice(2)];
    const job = await start(opened, await plan(opened, { kind: 'topics', keys }));
    expect(await jobOf(opened, job, isOver)).toMatchObject({
      state: { kind: 'done' },
      cleared: allowed.length,
      ...counts,
    });
    const held = [...allowed, ...denied].filter((topic) => fake.broker.retained.get(topic) !== undefined);
    expect(held).toEqual(denied);
  },
);

test('A message that is put back is the same although the broker wrote our client ID into it.', async () => {
  const { fake, opened } = await open(['a', 'b'], ['writes-publisher-into-messages'], '5');
  const clearer = clearerOf(opened.connection);
  await clearer.clear(['a', 'b']);
  for (const overwrite of [false, true]) {
    const restored = await clearer.restore(['a', 'b'], overwrite);
    expect(restored.map(({ outcome }) => outcome.kind)).toEqual(['restored', 'restored']);
  }
  expect(fake.broker.retained.get('a')?.properties?.userProperties).toMatchObject({
    'x-mqtt-client-id': expect.stringMatching(/./),
  });
});

test('Of a broker that answers /# with everything a list is whole, as what else it brought counts for nothing.', async () => {
  const topics = [...flat(600), '/', '/x', '/x/y', 'a/'];
  const habits = ['misreads-empty-first-level', 'no-stored-for-empty-last-level'] as const;
  const { opened } = await open(topics, habits, '5');
  const { truth } = opened.connection;
  const found = await truth.discovery.run('#', () => undefined);
  expect(found).toMatchObject({ problem: null, noLink: null });
  const branch = await truth.discovery.run('/#', () => undefined);
  expect(branch).toMatchObject({ problem: null, noLink: null });
});

test('Where a dot ends a level as well, what a plus stands for is listed all the same, and nothing beside it.', async () => {
  const topics = ['a/b', 'a.b', 'dot.ted/x.y', 'q/r.s', 'x.y', 'c/d/e'];
  const fake = await startFakeBroker({ habits: ['dots-end-levels'] });
  for (const topic of topics) retain(fake, topic, 'v');
  const opened = openConnection({ port: fake.port, version: '5', subscriptions: [] });
  await opened.until('online');
  const { truth, store } = opened.connection;
  const listed = async (filter: string): Promise<string[]> => {
    expect(await truth.discovery.run(filter, () => undefined)).toMatchObject({ problem: null });
    const isListed = (topic: string): boolean => {
      const node = store.find(keyBytes(topic));
      return node !== NO_NODE && store.retained(node).state === 'retained' && matchesFilter(filter, topic);
    };
    return topics.filter(isListed);
  };
  expect(await listed('q/+')).toEqual(['q/r.s']);
  expect(await listed('+/+')).toEqual(['a/b', 'dot.ted/x.y', 'q/r.s']);
});

test('What is stored and delivered as if it were live is not called absent.', async () => {
  const { fake, opened } = await open(['a', 'b/c'], ['stored-unflagged'], '3.1.1');
  const { truth } = opened.connection;
  const probed = await truth.probe.ask(['a', 'b/c', 'none'], 2);
  expect([...probed.values()].map(({ kind }) => kind)).toEqual(['incomplete', 'incomplete', 'absent']);
  // Neither is a list of them empty for certain.
  expect((await truth.discovery.run('b/#', () => undefined)).problem).toMatch(/No retained message came/);
  fake.habits.clear();
  expect((await truth.probe.ask(['a'], 2)).get('a')?.kind).toBe('retained');
});
