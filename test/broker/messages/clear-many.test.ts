import { connectAsync } from 'mqtt';
import { afterEach, expect, test } from 'vitest';
import { ConnectionOptions, type ConnectionId } from '../../../src-main/contract/model/model.ts';
import type { ClearScope, Job } from '../../../src-main/contract/session/jobs.ts';
import { FakeKeychain } from '../../support/engine/keychain.ts';
import { newFolder, openEngine, until, type Opened } from '../../support/engine/open-engine.ts';
import { startMosquitto } from '../../support/brokers/mosquitto.ts';
import { onTeardown, teardown } from '../../support/teardown.ts';

afterEach(teardown);

/** What another client finds retained, by topic. */
async function retainedAt(port: number, auth: object = {}): Promise<Map<string, string>> {
  const client = await connectAsync({ host: '127.0.0.1', port, ...auth });
  const found = new Map<string, string>();
  client.on('message', (topic, payload, { retain }) => {
    if (retain) found.set(topic, String(payload));
  });
  // At QoS 0 mosquitto sends in order: what was stored comes before the answer to a later question.
  await client.subscribeAsync('#', { qos: 0 });
  await client.subscribeAsync('nobody/publishes/here', { qos: 0 });
  await client.endAsync(true);
  return found;
}

async function publishAll(port: number, topics: readonly string[], auth: object = {}): Promise<void> {
  const client = await connectAsync({ host: '127.0.0.1', port, ...auth });
  await Promise.all(
    topics.map((topic) => client.publishAsync(topic, `of ${topic}`, { qos: 1, retain: true })),
  );
  await client.endAsync();
}

async function connected(
  port: number,
  topics: number,
  more: object = {},
): Promise<Opened & { id: ConnectionId }> {
  const opened = await openEngine(newFolder(), new FakeKeychain());
  onTeardown(() => opened.engine.shutdown(1_000));
  const options = ConnectionOptions.parse({
    name: 'Plant',
    protocol: 'mqtt',
    host: '127.0.0.1',
    port,
    backOff: { minMs: 100, maxMs: 300 },
    ...more,
  });
  const answer = await opened.client.call('openConnection', { options, profileId: null });
  if (answer.kind !== 'opened') throw new Error(answer.message);
  await until(opened.client.stream('connections', {}), ({ connections }) =>
    connections.some(({ received }) => received >= topics),
  );
  return { ...opened, id: answer.id };
}

async function plan({ client, id }: { client: Opened['client']; id: ConnectionId }, scope: ClearScope) {
  const answer = await client.call('planClearing', { connection: id, scope });
  if (answer.kind !== 'plan') throw new Error(answer.message);
  return answer;
}

async function start({ client }: Opened, planned: { readonly plan: string }): Promise<string> {
  const answer = await client.call('startClearing', { plan: planned.plan });
  if (answer.kind !== 'started') throw new Error(answer.message);
  return answer.job;
}

const jobOf = async ({ client }: Opened, id: string, holds: (job: Job) => boolean): Promise<Job> => {
  const { jobs } = await until(client.stream('jobs', {}), (item) =>
    item.jobs.some((job) => job.id === id && holds(job)),
  );
  return jobs.find((job) => job.id === id) as Job;
};
const isOver = ({ state }: Job): boolean => ['done', 'stopped', 'failed'].includes(state.kind);

const SUBTREE = Array.from({ length: 2_000 }, (_, i) => `plant/hall-${i % 7}/m-${i}`);
const ODD = ['plant', 'plant//b', 'plant/', 'plant/a b', 'plant/😀/ä'];
const NEIGHBOURS = [
  '/',
  'plants',
  'plant b/c',
  'other/plant/x',
  '/plant/y',
  ...SUBTREE.slice(0, 50).map((t) => `x/${t}`),
];

test('Two thousand topics of a subtree are cleared, verified, and no neighbour is touched.', async () => {
  const broker = await startMosquitto({ config: ['max_queued_messages 0'] });
  await publishAll(broker.port, [...SUBTREE, ...ODD, ...NEIGHBOURS]);
  const all = SUBTREE.length + ODD.length;
  const opened = await connected(broker.port, all + NEIGHBOURS.length);
  const planned = await plan(opened, { kind: 'subtree', key: 'plant' });
  expect(planned).toMatchObject({ clear: all, excluded: 0 });
  const job = await start(opened, planned);
  expect(await jobOf(opened, job, isOver)).toMatchObject({
    state: { kind: 'done' },
    title: 'plant/#',
    total: all,
    done: all,
    cleared: all,
  });
  const left = await retainedAt(broker.port);
  expect([...left.keys()].toSorted()).toEqual(NEIGHBOURS.toSorted());
  expect(left.get('plants')).toBe('of plants');
  const page = await opened.client.call('jobOutcomes', { job, part: 'cleared', from: all - 3, count: 500 });
  expect(page).toMatchObject({ kind: 'page', total: all });
  expect(page.kind === 'page' ? page.outcomes.length : 0).toBe(3);
  // Another window sees the same, until one dismisses it.
  expect(await opened.client.call('dismissJob', { job })).toEqual({ kind: 'done' });
  expect(await opened.client.call('jobOutcomes', { job, part: 'all', from: 0, count: 1 })).toMatchObject({
    code: 'no-such-job',
  });
});

test('A broker that is killed and comes back in the middle changes nothing of the result.', async () => {
  const broker = await startMosquitto({
    persistence: true,
    config: ['max_queued_messages 0', 'autosave_interval 1', 'autosave_on_changes true'],
  });
  // Each change is written to the disk, so that what was acknowledged outlives the kill.
  const topics = SUBTREE.slice(0, 600);
  await publishAll(broker.port, [...topics, ...NEIGHBOURS]);
  const opened = await connected(broker.port, topics.length + NEIGHBOURS.length);
  const job = await start(opened, await plan(opened, { kind: 'filter', text: 'plant/hall-' }));
  await jobOf(opened, job, ({ done }) => done > 0);
  // So that it is not over before the broker is; what is under way is cut off.
  await opened.client.call('pauseJob', { job });
  await broker.kill();
  await opened.client.call('resumeJob', { job });
  const waiting = await jobOf(opened, job, ({ state }) => state.kind === 'waiting' || state.kind === 'done');
  expect(waiting.state.kind).toBe('waiting');
  await broker.restart();
  const over = await jobOf(opened, job, isOver);
  expect(over).toMatchObject({ state: { kind: 'done' }, done: over.total, cleared: over.total });
  // "x/plant/hall-…" has the filter's text in it as well.
  const untouched = NEIGHBOURS.filter((topic) => !topic.includes('plant/hall-'));
  expect([...(await retainedAt(broker.port)).keys()].toSorted()).toEqual(untouched.toSorted());
});

test('Topics that may not be cleared are told one by one with the reason; the others are cleared.', async () => {
  const users = { boss: 'x', ann: 'x' };
  const broker = await startMosquitto({
    users,
    acl: ['user boss', 'topic readwrite #', 'user ann', 'topic read #', 'topic write plant/open/#'],
  });
  const boss = { username: 'boss', password: 'x' };
  const topics = Array.from({ length: 30 }, (_, i) => `plant/${i % 3 === 0 ? 'locked' : 'open'}/${i}`);
  await publishAll(broker.port, topics, boss);
  const opened = await connected(broker.port, topics.length, { username: 'ann', password: 'x' });
  const job = await start(opened, await plan(opened, { kind: 'subtree', key: 'plant' }));
  expect(await jobOf(opened, job, isOver)).toMatchObject({
    cleared: 20,
    refused: 10,
    cameBack: 0,
    unknown: 0,
  });
  const page = await opened.client.call('jobOutcomes', { job, part: 'not-cleared', from: 0, count: 500 });
  expect(page).toMatchObject({ kind: 'page', total: 10 });
  if (page.kind !== 'page') return;
  for (const { topic, outcome } of page.outcomes) {
    expect(topic).toContain('locked');
    expect(outcome).toMatchObject({ kind: 'refused', code: 135 });
  }
  expect((await retainedAt(broker.port, boss)).size).toBe(10);
});
