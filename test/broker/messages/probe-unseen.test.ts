import { connectAsync } from 'mqtt';
import { afterEach, expect, test } from 'vitest';
import { NONE_FOR_WILDCARDS } from '../../../src-main/core/inventory/missing-words.ts';
import { keyBytes } from '../../../src-main/core/topics/names.ts';
import { NO_NODE } from '../../../src-main/core/topics/columns/nodes.ts';
import { startFakeBroker } from '../../support/brokers/fake-broker.ts';
import { startMosquitto } from '../../support/brokers/mosquitto.ts';
import { teardown } from '../../support/teardown.ts';
import { openConnection, subscribed, type Opened } from '../session/open-connection.ts';

afterEach(teardown);

const UNSEEN = ['other/a', 'other/a//b', '/', ' ', '😀/ä'];

async function retainAll(port: number, topics: readonly string[]): Promise<void> {
  const client = await connectAsync({ host: '127.0.0.1', port });
  await Promise.all(
    topics.map((topic) => client.publishAsync(topic, `of ${topic}`, { qos: 1, retain: true })),
  );
  await client.endAsync();
}

function known({ connection: { store } }: Opened, topic: string) {
  const node = store.find(keyBytes(topic));
  if (node === NO_NODE) return null;
  const record = store.record(store.lastRetainedRecord(node));
  return { ...store.retained(node), value: new TextDecoder().decode(record?.payload.slice()) };
}

const scanned = (opened: Opened) =>
  opened.eventually('the end of the scan', () => !opened.connection.store.facts.scanning);

async function probed(opened: Opened, filter: string) {
  const { inventory, inventoryProbe } = opened.connection.truth;
  const all = (state: 'all' | 'unknown') => () => inventory.all({ filter: '', state });
  const started = inventoryProbe.start(filter, { listed: all('all'), unknown: all('unknown') });
  expect(started).toEqual({ kind: 'started' });
  await opened.eventually('the end of the probe', () => inventoryProbe.state.kind === 'done');
  return inventoryProbe.state;
}

test.each(['5', '3.1.1'] as const)(
  'A probe on %s finds what lies outside of all subscriptions, in its own part of the tree.',
  async (version) => {
    const broker = await startMosquitto();
    await retainAll(broker.port, ['plant/1', ...UNSEEN]);
    const subscriptions = [
      {
        filter: 'plant/#',
        qos: 0,
        noLocal: false,
        retainAsPublished: true,
        retainHandling: 0,
        enabled: true,
      },
    ] as const;
    const opened = openConnection({ port: broker.port, version, subscriptions: [...subscriptions] });
    await opened.until('online');
    await opened.eventually('the first message', () => known(opened, 'plant/1') !== null);
    expect(await probed(opened, 'other/#')).toMatchObject({ unseen: 2, found: 3, problem: null });
    expect(known(opened, '/')).toBeNull();
    expect(await probed(opened, '#')).toMatchObject({ unseen: 3, found: 6, problem: null });
    for (const topic of UNSEEN)
      expect(known(opened, topic)).toMatchObject({ state: 'retained', by: 'probe', value: `of ${topic}` });
    // No subscription shows what becomes of it.
    expect([known(opened, 'other/a')?.stale, known(opened, 'plant/1')?.stale]).toEqual([true, false]);
  },
);

test.each(['5', '3.1.1'] as const)(
  'Where a wildcard brings nothing stored, a probe on %s asks for what is known live only by its name.',
  async (version) => {
    const { broker, port } = await startFakeBroker({ habits: ['no-stored-on-wildcards'] });
    const publish = (topic: string, retain: boolean) =>
      broker.publish({ topic, payload: Buffer.from(`of ${topic}`), qos: retain ? 1 : 0, retain });
    const stored = ['plant/1', 'plant/1/below', '/'];
    for (const topic of stored) publish(topic, true);
    const opened = openConnection({ port, version });
    await subscribed(opened);
    await scanned(opened);
    for (const topic of [...stored, 'plant/live']) publish(topic, false);
    await opened.eventually('all of them, live', () => known(opened, 'plant/live') !== null);
    for (const topic of stored) expect(known(opened, topic)?.state).toBe('unknown');
    expect(await probed(opened, '#')).toMatchObject({ problem: NONE_FOR_WILDCARDS, unanswered: 0 });
    for (const topic of stored)
      expect(known(opened, topic)).toMatchObject({ state: 'retained', by: 'probe', value: `of ${topic}` });
    expect(known(opened, 'plant/live')).toMatchObject({ state: 'not-retained', by: 'probe' });
  },
);
