import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterEach, expect, test } from 'vitest';
import { newFolder } from '../../support/engine/open-engine.ts';
import { startFakeBroker } from '../../support/brokers/fake-broker.ts';
import { startMosquitto } from '../../support/brokers/mosquitto.ts';
import {
  connected,
  exactlyAt,
  isOver,
  jobFree,
  jobOf,
  plan,
  publishAll,
  retainedAt,
  start,
  WITH_PROPERTIES,
} from '../../support/retained/clearing.ts';
import { teardown } from '../../support/teardown.ts';

afterEach(teardown);

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
  await jobOf(opened, job, ({ steps }) => steps.sent > 0);
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

test('Topics that may not be cleared are listed one by one with the reason; the others are cleared.', async () => {
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

test('A broker that answers long before it delivers loses nothing: a copy of each message is in the trash.', async () => {
  const { broker, port } = await startFakeBroker({
    habits: ['ping-before-stored'],
    amounts: { storedAfterMs: 1_000 },
  });
  const topics = SUBTREE.slice(0, 60);
  await publishAll(port, topics);
  const opened = await connected(port, topics.length, { version: '3.1.1' });
  const job = await start(opened, await plan(opened, { kind: 'subtree', key: 'plant' }));
  expect(await jobOf(opened, job, isOver)).toMatchObject({ cleared: 60, steps: { kept: 60 } });
  expect(topics.filter((topic) => broker.retained.get(topic) !== undefined)).toEqual([]);
});

test('After a restart of the program the trash gives everything back as it was, byte for byte.', async () => {
  const broker = await startMosquitto({ config: ['max_queued_messages 0'] });
  const client = await connectAsync({ host: '127.0.0.1', port: broker.port, protocolVersion: 5 });
  const topics = [
    'x/a//b',
    'x',
    'x/',
    'x/ ',
    'x/a b',
    'x/😀/ä',
    'x/bom\ufeff',
    '/x',
    ...SUBTREE.slice(0, 300),
  ];
  // One by one: mqtt.js does not heed the broker's window, beyond which mosquitto drops some at QoS 2.
  for (const [i, topic] of topics.entries())
    await client.publishAsync(topic, Buffer.from([i % 256, 0, 255, 10]), {
      qos: (i % 3) as 0 | 1 | 2,
      retain: true,
      ...(i % 2 === 0 ? { properties: WITH_PROPERTIES } : {}),
    });
  await client.endAsync();
  const before = await exactlyAt(broker.port);
  expect(before).toHaveLength(topics.length);

  const folder = newFolder();
  const first = await connected(broker.port, topics.length, {}, folder);
  const planned = await plan(first, { kind: 'topics', keys: topics.slice(0, 8) });
  const job = await start(first, planned);
  const cleared = await jobOf(first, job, isOver);
  expect(cleared).toMatchObject({ total: 8, cleared: 8 });
  const rest = await start(first, await plan(first, { kind: 'subtree', key: 'plant' }));
  expect(await jobOf(first, rest, isOver)).toMatchObject({ total: 300, cleared: 300 });
  expect(await exactlyAt(broker.port)).toEqual([]);
  await first.engine.shutdown(1_500);

  const second = await connected(broker.port, 0, {}, folder);
  await jobFree(second);
  const trash = await second.client.call('listTrash', {});
  if (trash.kind !== 'trash') throw new Error(trash.message);
  expect(trash.entries.map(({ title, messages, damage }) => [title, messages, damage])).toEqual(
    expect.arrayContaining([
      ['plant/#', 300, []],
      ['8 topics', 8, []],
    ]),
  );
  for (const { id, messages } of trash.entries) {
    const answer = await second.client.call('restoreRetained', {
      connection: second.id,
      entry: id,
      which: { kind: 'page', from: 0, count: 1_000 },
    });
    if (answer.kind !== 'results') throw new Error(answer.message);
    const kinds = answer.results.map(({ outcome }) => outcome.kind);
    expect(kinds).toEqual(Array.from({ length: messages }, () => 'restored'));
  }
  expect(await exactlyAt(broker.port)).toEqual(before);
});

test('What a broker brings back from its disk after a crash is found and cleared again.', async () => {
  const broker = await startMosquitto({ persistence: true, config: ['max_queued_messages 0'] });
  const topics = SUBTREE.slice(0, 1_800);
  await publishAll(broker.port, topics);
  // A clean end writes everything to the disk; nothing is written from here on.
  await broker.stop();
  await broker.restart();
  const opened = await connected(broker.port, topics.length);
  const job = await start(opened, await plan(opened, { kind: 'subtree', key: 'plant' }));
  await jobOf(opened, job, ({ steps }) => steps.sent > 0);
  await opened.client.call('pauseJob', { job });
  await broker.kill();
  await opened.client.call('resumeJob', { job });
  await broker.restart();
  const over = await jobOf(opened, job, isOver);
  expect(over).toMatchObject({ state: { kind: 'done' }, done: topics.length, cleared: topics.length });
  expect((await retainedAt(broker.port)).size).toBe(0);
});

test('Where the copies cannot be written nothing is cleared, and it says so.', async () => {
  const broker = await startMosquitto();
  await publishAll(broker.port, ['plant/a', 'plant/b']);
  const folder = newFolder();
  writeFileSync(join(folder, 'trash'), 'a file is in the way of the folder');
  const opened = await connected(broker.port, 2, {}, folder);
  const planned = await plan(opened, { kind: 'subtree', key: 'plant' });
  const answer = await opened.client.call('startClearing', { plan: planned.plan });
  expect(answer).toMatchObject({ kind: 'failed', code: 'trash-not-written' });
  const byName = await opened.client.call('clearRetained', { connection: opened.id, keys: ['plant/a'] });
  expect(byName).toMatchObject({ kind: 'failed', code: 'trash-not-written' });
  expect((await retainedAt(broker.port)).size).toBe(2);
  // With the way free the same plan can be started.
  rmSync(join(folder, 'trash'));
  const job = await start(opened, planned);
  expect(await jobOf(opened, job, isOver)).toMatchObject({ cleared: 2 });
});

test('Of what two writers publish while it is cleared nothing is lost: it is held, or in the trash.', async () => {
  const broker = await startMosquitto({ config: ['max_queued_messages 0'] });
  const topics = SUBTREE.slice(0, 600);
  await publishAll(broker.port, topics);
  const opened = await connected(broker.port, topics.length);
  const planned = await plan(opened, { kind: 'subtree', key: 'plant' });
  const last = new Map<string, string>();
  let isOn = true;
  const write = async (writer: string): Promise<void> => {
    const client = await connectAsync({ host: '127.0.0.1', port: broker.port });
    // Each has topics of its own, so that it knows what was last.
    for (let i = writer === 'a' ? 0 : 1; isOn; i += 2) {
      const topic = topics[i % 600] ?? '';
      last.set(topic, `${writer} ${i}`);
      await client.publishAsync(topic, `${writer} ${i}`, { qos: 1, retain: true });
    }
    await client.endAsync();
  };
  const writers = Promise.all([write('a'), write('b')]);
  const job = await start(opened, planned);
  await jobOf(opened, job, isOver);
  isOn = false;
  await writers;
  const held = await retainedAt(broker.port);
  const { entry } = await jobOf(opened, job, isOver);
  const kept = new Map<string, string[]>();
  for (let from = 0, total = 1; from < total; from += 500) {
    const page = await opened.client.call('readTrash', { entry, from, count: 500 });
    if (page.kind !== 'page') throw new Error(page.message);
    total = page.total;
    for (const { topic, preview } of page.messages)
      kept.set(topic, [...(kept.get(topic) ?? []), JSON.stringify(preview)]);
  }
  const isKept = (topic: string, value: string): boolean =>
    kept.get(topic)?.some((preview) => preview.includes(`"${value}"`)) === true;
  const lost = [...last].filter(([topic, value]) => held.get(topic) !== value && !isKept(topic, value));
  expect(lost).toEqual([]);
  expect(last.size).toBeGreaterThan(0);
});

test('A restore overwrites nothing that is newer unless asked to.', async () => {
  const broker = await startMosquitto();
  await publishAll(broker.port, ['plant/a', 'plant/b']);
  const opened = await connected(broker.port, 2);
  const { client, id: connection } = opened;
  const cleared = await client.call('clearRetained', { connection, keys: ['plant/a', 'plant/b'] });
  if (cleared.kind !== 'results') throw new Error(cleared.message);
  expect(cleared.results.map(({ restorable }) => restorable)).toEqual([true, true]);
  const { entry } = cleared;
  const writer = await connectAsync({ host: '127.0.0.1', port: broker.port });
  await writer.publishAsync('plant/a', 'newer', { qos: 1, retain: true });
  await writer.endAsync();
  const which = { kind: 'page', from: 0, count: 10 } as const;
  const careful = await client.call('restoreRetained', { connection, entry, which });
  expect(careful).toMatchObject({
    results: [{ outcome: { kind: 'would-overwrite' } }, { outcome: { kind: 'restored' } }],
  });
  expect((await retainedAt(broker.port)).get('plant/a')).toBe('newer');
  const page = await client.call('readTrash', { entry, from: 0, count: 10 });
  expect(page).toMatchObject({ total: 2, messages: [{ topic: 'plant/a', size: 10 }, { topic: 'plant/b' }] });
  const reported = await client.call('restoreRetained', { connection, entry, which, overwrite: true });
  expect(reported).toMatchObject({
    results: [{ outcome: { kind: 'restored' } }, { outcome: { kind: 'restored' } }],
  });
  expect((await retainedAt(broker.port)).get('plant/a')).toBe('of plant/a');
});
