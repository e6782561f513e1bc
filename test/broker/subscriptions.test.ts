import { afterEach, expect, test } from 'vitest';
import { refuseSubscribe, startFakeBroker } from '../support/fake-broker.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { teardown } from '../support/teardown.ts';
import { openConnection, subscribed, type Opened } from './open-connection.ts';

afterEach(teardown);

const status = (opened: Opened, filter: string) =>
  opened.connection.subscriptions.status().find((one) => one.filter === filter);

const request = (filter: string, qos: 0 | 1 | 2 = 0) => ({
  filter,
  qos,
  noLocal: false,
  enabled: true,
  identifier: null,
  retainAsPublished: true,
  retainHandling: 0 as const,
});

test('By default everything and $SYS are two subscriptions at QoS 0, with identifiers and retain-as-published.', async () => {
  const broker = await startFakeBroker();
  const opened = openConnection({ port: broker.port });
  await subscribed(opened);
  await subscribed(opened, '$SYS/#');
  const asked = broker.all('subscribe').map(({ packet }) => packet);
  expect(asked.map(({ subscriptions }) => subscriptions)).toMatchObject([
    [{ topic: '$SYS/#', qos: 0, rap: true }],
    [{ topic: '#', qos: 0, rap: true }],
  ]);
  const ids = asked.map(({ properties }) => properties?.subscriptionIdentifier);
  expect(new Set(ids).size).toBe(2);
});

test('Messages are counted per subscription: by identifier on 5, by comparing names on 3.1.1.', async () => {
  const broker = await startMosquitto();
  for (const version of ['5', '3.1.1'] as const) {
    const opened = openConnection({
      port: broker.port,
      version,
      subscriptions: [request('a/#'), request('b/+/c'), request('never')],
    });
    await subscribed(opened, 'never');
    const sent = ['a', 'a/x', 'a/x/y', 'b/1/c', 'b/1/d', 'c'];
    for (const topic of sent) {
      await opened.connection.publish({ topic, payload: Buffer.from('1'), qos: 1, retain: false });
    }
    await opened.eventually('four messages', () => opened.connection.store.counters().received === 4);
    expect(['a/#', 'b/+/c', 'never'].map((filter) => status(opened, filter))).toMatchObject(
      [3, 1, 0].map((messages) => ({ messages, countedBy: version === '5' ? 'delivered' : 'matches' })),
    );
  }
});

test('On 3.1.1 everything is counted without comparing, over a reconnect as well.', async () => {
  const broker = await startFakeBroker();
  const opened = openConnection({
    port: broker.port,
    version: '3.1.1',
    subscriptions: [request('#'), request('$other/#')],
  });
  await subscribed(opened, '$other/#');
  const publish = (): void => {
    for (const topic of ['a', '$other/x', 'b']) {
      broker.broker.publish({ topic, payload: Buffer.from('1'), qos: 0, retain: false });
    }
  };
  publish();
  await opened.eventually('three', () => opened.connection.store.lastSeq === 3);
  for (const link of broker.links) link.destroy();
  await opened.until('waiting');
  await opened.eventually('granted again', () => status(opened, '$other/#')?.result.kind === 'granted');
  publish();
  await opened.eventually('six', () => opened.connection.store.lastSeq === 6);
  expect(status(opened, '#')?.messages).toBe(4);
  expect(status(opened, '$other/#')?.messages).toBe(2);
});

test('A refused subscription is told with its code and narrower filters; the others go on.', async () => {
  const broker = await startFakeBroker({
    hooks: { subscribe: refuseSubscribe(135, (filter) => filter === '#') },
  });
  const opened = openConnection({ port: broker.port });
  await subscribed(opened, '$SYS/#');
  await opened.eventually('an answer', () => status(opened, '#')?.result.kind !== 'pending');
  const all = status(opened, '#')?.result;
  expect(all).toMatchObject({ kind: 'refused', code: 135 });
  if (all?.kind === 'refused') expect(all.failure.advice).toContain('+/#');
  expect(await opened.handlers.subscribe(request('plant/#'))).toEqual({ kind: 'done' });
  expect(status(opened, 'plant/#')?.result).toEqual({ kind: 'granted', qos: 0 });
});

test.each(['close', 'reset', 'disconnect 135'] as const)(
  'A broker that ends the connection over “#” (%s) is not asked for it again and again: no loop.',
  async (how) => {
    const broker = await startFakeBroker({
      hooks: {
        subscribe: ({ subscriptions }) => {
          if (subscriptions.every(({ topic }) => topic !== '#')) return 'pass';
          return how === 'disconnect 135' ? [{ cmd: 'disconnect', reasonCode: 135 }] : how;
        },
      },
    });
    // A close without a word may be a coincidence once; DISCONNECT with a code is none.
    const asked = how === 'disconnect 135' ? 1 : 2;
    const opened = openConnection({ port: broker.port, version: '5' });
    await opened.eventually('a last session', () => opened.diagnostics().session.connects === asked + 1);
    expect(status(opened, '#')?.result).toMatchObject({ kind: 'refused' });
    await subscribed(opened, '$SYS/#');
    await opened.connection.pingNow();
    expect(opened.diagnostics().session.connects).toBe(asked + 1);
    expect(
      broker.all('subscribe').filter(({ packet }) => packet.subscriptions[0]?.topic === '#'),
    ).toHaveLength(asked);
    // The user may insist.
    delete broker.on.subscribe;
    expect(await opened.handlers.subscribe(request('#'))).toEqual({ kind: 'done' });
    expect(status(opened, '#')?.result.kind).toBe('granted');
  },
);

test('A broker that dies once between SUBSCRIBE and its answer gets every subscription again.', async () => {
  let deaths = 0;
  const broker = await startFakeBroker({ hooks: { subscribe: () => (deaths++ === 0 ? 'reset' : 'pass') } });
  const opened = openConnection({ port: broker.port });
  await opened.eventually('a second session', () => opened.diagnostics().session.connects === 2);
  await subscribed(opened, '$SYS/#');
  await subscribed(opened, '#');
});

test('What the broker says it cannot do is not asked for.', async () => {
  const broker = await startFakeBroker({
    connackProperties: {
      wildcardSubscriptionAvailable: false,
      sharedSubscriptionAvailable: false,
      subscriptionIdentifiersAvailable: false,
    },
  });
  const opened = openConnection({
    port: broker.port,
    subscriptions: [request('a/#'), request('$share/g/a'), request('plain')],
  });
  await subscribed(opened, 'plain');
  expect(status(opened, 'a/#')?.result).toMatchObject({ kind: 'refused', code: 162 });
  expect(status(opened, '$share/g/a')?.result).toMatchObject({ kind: 'refused', code: 158 });
  const [asked] = broker.all('subscribe');
  expect(asked?.packet.subscriptions.map(({ topic }) => topic)).toEqual(['plain']);
  expect(asked?.packet.properties?.subscriptionIdentifier).toBeUndefined();
  expect(status(opened, 'plain')?.countedBy).toBe('matches');
});

test('Subscribing and unsubscribing while connected takes effect and survives a reconnect.', async () => {
  const broker = await startMosquitto();
  const opened = openConnection({ port: broker.port, subscriptions: [request('a')] });
  const { handlers, connection } = opened;
  await subscribed(opened, 'a');
  expect(await handlers.subscribe(request('b', 1))).toEqual({ kind: 'done' });
  expect(await handlers.unsubscribe({ filter: 'a' })).toEqual({ kind: 'done' });
  expect(await handlers.unsubscribe({ filter: 'a' })).toMatchObject({ code: 'not-subscribed' });
  expect(await handlers.subscribe(request('a/#/b'))).toMatchObject({ code: 'filter-hash' });
  await broker.kill();
  await opened.until('waiting');
  expect(status(opened, 'b')?.result.kind).toBe('pending');
  await broker.restart();
  await subscribed(opened, 'b');
  for (const topic of ['a', 'b']) {
    await connection.publish({ topic, payload: Buffer.from('1'), qos: 1, retain: false });
  }
  await opened.eventually('b only', () => connection.store.counters().received === 1);
  expect(status(opened, 'b')).toMatchObject({ messages: 1, result: { kind: 'granted', qos: 1 } });
});
