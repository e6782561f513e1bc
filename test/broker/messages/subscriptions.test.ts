import { afterEach, expect, test } from 'vitest';
import { refuseSubscribe, startFakeBroker } from '../../support/brokers/fake-broker.ts';
import { startMosquitto } from '../../support/brokers/mosquitto.ts';
import { teardown } from '../../support/teardown.ts';
import { openConnection, subscribed, type Opened } from '../session/open-connection.ts';

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
      await opened.connection.publisher.publish({ topic, payload: Buffer.from('1'), qos: 1, retain: false });
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

test('A refused subscription is shown with its code and narrower filters; the others go on.', async () => {
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
    await connection.publisher.publish({ topic, payload: Buffer.from('1'), qos: 1, retain: false });
  }
  await opened.eventually('b only', () => connection.store.counters().received === 1);
  expect(status(opened, 'b')).toMatchObject({ messages: 1, result: { kind: 'granted', qos: 1 } });
});

test('A subscription is switched off and on while connected, and keeps its count.', async () => {
  const broker = await startMosquitto();
  const opened = openConnection({
    port: broker.port,
    subscriptions: [request('a/#'), { ...request('b/#'), enabled: false }],
  });
  await subscribed(opened, 'a/#');
  const publish = (topic: string) =>
    opened.connection.publisher.publish({ topic, payload: Buffer.from('1'), qos: 1, retain: false });
  await publish('a/1');
  await publish('b/1');
  await opened.eventually('the first message', () => status(opened, 'a/#')?.messages === 1);
  expect(status(opened, 'b/#')).toMatchObject({ enabled: false, result: { kind: 'off' }, messages: 0 });
  const { setSubscriptionEnabled } = opened.handlers;
  expect(await setSubscriptionEnabled({ filter: 'a/#', enabled: false })).toEqual({ kind: 'done' });
  expect(await setSubscriptionEnabled({ filter: 'b/#', enabled: true })).toEqual({ kind: 'done' });
  await publish('a/2');
  await publish('b/2');
  await opened.eventually('the message of the other', () => status(opened, 'b/#')?.messages === 1);
  expect(status(opened, 'a/#')).toMatchObject({ enabled: false, result: { kind: 'off' }, messages: 1 });
  await broker.restart();
  await opened.until('waiting');
  opened.connection.retryNow();
  await opened.until('online');
  await subscribed(opened, 'b/#');
  expect(status(opened, 'a/#')?.result.kind).toBe('off');
  await setSubscriptionEnabled({ filter: 'a/#', enabled: true });
  await publish('a/3');
  await opened.eventually('the count to go on', () => status(opened, 'a/#')?.messages === 2);
  expect(await setSubscriptionEnabled({ filter: 'c', enabled: true })).toMatchObject({
    code: 'not-subscribed',
  });
});

test('Flags and identifiers are sent as asked, and a change of them is sent again.', async () => {
  const broker = await startFakeBroker();
  const asked = () =>
    broker
      .all('subscribe')
      .map(({ packet }) => [packet.properties?.subscriptionIdentifier, packet.subscriptions]);
  const opened = openConnection({
    port: broker.port,
    subscriptions: [
      { ...request('a', 2), noLocal: true, retainHandling: 2, retainAsPublished: false, identifier: 70_000 },
    ],
  });
  await subscribed(opened, 'a');
  expect(asked()).toMatchObject([[70_000, [{ topic: 'a', qos: 2, nl: true, rap: false, rh: 2 }]]]);
  await opened.connection.subscriptions.subscribe({ ...request('a', 1), retainHandling: 1 });
  expect(asked().at(-1)).toMatchObject([1, [{ topic: 'a', qos: 1, nl: false, rap: true, rh: 1 }]]);
  expect(status(opened, 'a')).toMatchObject({ qos: 1, noLocal: false, retainHandling: 1, identifier: null });
});

test('Messages are counted by identifiers of the user, and ours give way to them.', async () => {
  const broker = await startMosquitto();
  const opened = openConnection({
    port: broker.port,
    subscriptions: [request('a/#'), { ...request('b/#'), identifier: 100_000 }],
  });
  await subscribed(opened, 'b/#');
  const publish = (topic: string) =>
    opened.connection.publisher.publish({ topic, payload: Buffer.from('1'), qos: 1, retain: false });
  await publish('a/1');
  await publish('b/1');
  await opened.eventually('both', () => status(opened, 'b/#')?.messages === 1);
  // Ours for the first was 1.
  await opened.connection.subscriptions.subscribe({ ...request('c/#'), identifier: 1 });
  for (const topic of ['a/2', 'b/2', 'c/1']) await publish(topic);
  await opened.eventually('all', () => opened.connection.store.counters().received === 5);
  const counts = opened.connection.subscriptions.status().map(({ filter, messages }) => [filter, messages]);
  expect(counts).toEqual([
    ['a/#', 2],
    ['b/#', 2],
    ['c/#', 1],
  ]);
  await opened.connection.subscriptions.subscribe({ ...request('d/#'), identifier: 1 });
  expect(status(opened, 'd/#')?.notes.join()).toContain('“c/#” has the same identifier');
});

test('A shared subscription works, says what it does not bring, and is refused with No local before it is sent.', async () => {
  const broker = await startMosquitto();
  const filter = '$share/workers/job/#';
  const workers = [1, 2].map(() => openConnection({ port: broker.port, subscriptions: [request(filter)] }));
  for (const worker of workers) await subscribed(worker, filter);
  const [first, second] = workers as [Opened, Opened];
  for (let i = 0; i < 10; i++) {
    await first.connection.publisher.publish({
      topic: `job/${i}`,
      payload: Buffer.from('1'),
      qos: 1,
      retain: false,
    });
  }
  const counts = () => workers.map((worker) => status(worker, filter)?.messages ?? 0);
  await first.eventually('all ten', () => counts().reduce((sum, one) => sum + one) === 10);
  expect(Math.min(...counts())).toBeGreaterThan(0);
  expect(status(second, filter)?.notes[0]).toContain('no retained messages');
  const before = broker.log().length;
  const noLocal = { ...request('$share/x/y'), noLocal: true };
  expect(await first.connection.subscriptions.subscribe(noLocal)).toMatchObject({ code: 'shared-no-local' });
  const third = openConnection({ port: broker.port, subscriptions: [noLocal, request('a')] });
  await subscribed(third, 'a');
  expect(status(third, '$share/x/y')?.result).toMatchObject({
    kind: 'refused',
    failure: { code: 'shared-no-local' },
  });
  expect(broker.log().slice(before)).not.toContain('$share/x/y');
});

test('What a version or a service does not know is not asked for, and reported.', async () => {
  const broker = await startFakeBroker();
  const opened = openConnection({
    port: broker.port,
    version: '3.1.1',
    serviceLimits: { maximumQos: 1, topicLevels: 3, topicBytes: 10 },
    subscriptions: [
      { ...request('a', 2), noLocal: true, identifier: 7 },
      request('a/b/c/d'),
      request('0123456789a'),
    ],
  });
  await opened.eventually('all judged', () =>
    opened.connection.subscriptions.status().every(({ result }) => result.kind !== 'pending'),
  );
  expect(broker.all('subscribe').map(({ packet }) => packet.subscriptions)).toMatchObject([
    [{ topic: 'a', qos: 1 }],
  ]);
  expect(status(opened, 'a')?.notes).toEqual([
    'This service allows QoS 1 at most, so that is asked for.',
    'Of MQTT 5, so not asked for on this connection: no local, identifier.',
  ]);
  expect(status(opened, 'a/b/c/d')?.result).toMatchObject({ failure: { code: 'service-levels' } });
  expect(status(opened, '0123456789a')?.result).toMatchObject({ failure: { code: 'service-topic-length' } });
});
