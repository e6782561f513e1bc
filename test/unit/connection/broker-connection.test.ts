import { afterEach, describe, expect, test } from 'vitest';
import { diagnosticsOf } from '../../../src-main/connection/diagnostics.ts';
import { lifeSigns } from '../../../src-main/connection/life-signs.ts';
import { Diagnostics } from '../../../src-main/contract/session/diagnostics.ts';
import { LifeSigns } from '../../../src-main/contract/model/session-facts.ts';
import type { PublishMessage } from '../../../src-main/contract/model/publish-message.ts';
import { keyBytes } from '../../../src-main/core/topics/names.ts';
import { NO_NODE } from '../../../src-main/core/topics/columns/nodes.ts';
import { startFakeBroker, type FakeBrokerOptions } from '../../support/brokers/fake-broker.ts';
import { openWhole, type OpenedConnection } from '../../support/session/opened-connection.ts';
import { teardown } from '../../support/teardown.ts';

afterEach(teardown);

type Given = Parameters<typeof openWhole>[0];

/** Online, with `#` granted unless something else is subscribed to. */
async function online(given: Partial<Given> = {}, broker: FakeBrokerOptions = {}) {
  const fake = await startFakeBroker(broker);
  const opened = openWhole({ port: fake.port, ...given });
  opened.connection.connect();
  await opened.until('online');
  await opened.granted((given.subscriptions ?? [{ filter: '#' }])[0]?.filter ?? '#');
  return { ...opened, fake };
}

const message = (topic: string, qos: 0 | 1 | 2 = 1): PublishMessage => ({
  topic,
  payload: new TextEncoder().encode(`of ${topic}`),
  qos,
  retain: false,
});

function latest({ connection }: OpenedConnection, topic: string): string | null {
  const { store } = connection;
  const node = store.find(keyBytes(topic));
  const record = node === NO_NODE ? null : store.record(store.lastRecord(node));
  return record ? new TextDecoder().decode(record.payload) : null;
}

describe('a connection', () => {
  test('keeps what comes by its subscriptions, over its outages', async () => {
    const opened = await online();
    const { fake, connection, clock, eventually, until, granted } = opened;
    fake.broker.publish({ topic: 'plant/a', payload: 'first', retain: true });
    await eventually(() => latest(opened, 'plant/a') === 'first');
    fake.forget();
    await until('waiting');
    expect(latest(opened, 'plant/a')).toBe('first');
    clock.skipNext();
    connection.retryNow();
    await until('online');
    await granted('#');
    fake.broker.publish({ topic: 'plant/b', payload: 'second' });
    await eventually(() => latest(opened, 'plant/b') === 'second');
    expect(connection.session.connects).toBe(2);
  });

  test('notifies those who wait of its state and of its subscriptions', async () => {
    const fake = await startFakeBroker();
    const { connection, until } = openWhole({ port: fake.port });
    const { count } = connection.changed;
    connection.connect();
    expect(connection.changed.count).toBeGreaterThan(count);
    await until('online');
    connection.disconnect();
    expect(connection.state).toMatchObject({ kind: 'stopped', why: null });
  });

  test('blames the subscription over which a broker closes, and goes on without it', async () => {
    const fake = await startFakeBroker({
      hooks: { subscribe: ({ subscriptions }) => (subscriptions[0]?.topic === '#' ? 'close' : 'pass') },
    });
    const filters = ['#', 'plant/#'].map((filter) => ({ filter, qos: 0 as const }));
    const { connection, clock, until, granted, eventually } = openWhole({
      port: fake.port,
      subscriptions: filters,
    });
    const asked = (): string[] =>
      fake.all('subscribe').flatMap(({ packet }) => packet.subscriptions.map(({ topic }) => topic));
    connection.connect();
    const tries = (): number => fake.all('connect').length;
    for (let n = 1; connection.subscriptions.status()[0]?.result.kind !== 'refused'; n++) {
      await eventually(() => tries() >= n && connection.state.kind === 'waiting');
      clock.skipNext();
      connection.retryNow();
    }
    await until('online');
    await granted('plant/#');
    const before = asked().length;
    fake.forget();
    await until('waiting');
    connection.retryNow();
    await granted('plant/#');
    expect(asked().slice(before)).not.toContain('#');
    // The user’s order forgives.
    connection.disconnect();
    connection.connect();
    await eventually(() => asked().slice(before).includes('#'));
  });

  test('stops where another client takes its ID again and again', async () => {
    const fake = await startFakeBroker({ hooks: { subscribe: () => 'close' } });
    const { connection, until, eventually } = openWhole({
      port: fake.port,
      clientId: 'press-1',
      subscriptions: [],
    });
    connection.connect();
    for (let n = 1; n <= 3; n++) {
      await eventually(() => connection.session.connects === n && connection.state.kind === 'online');
      for (const link of fake.links) link.destroy();
      await eventually(() => connection.state.kind !== 'online');
      if (n < 3) connection.retryNow();
    }
    const { why } = await until('stopped');
    expect(why?.code).toBe('taken-over');
    expect(why?.message).toContain('press-1');
  });

  test('starts again after a fault of ours, and keeps what it learnt', async () => {
    const opened = await online();
    const { fake, connection, until, eventually } = opened;
    fake.broker.publish({ topic: 'kept', payload: 'x' });
    await eventually(() => latest(opened, 'kept') === 'x');
    connection.fault(new Error('a mistake'));
    expect((await until('waiting')).why.code).toBe('internal');
    expect(latest(opened, 'kept')).toBe('x');
    connection.retryNow();
    await until('online');
  });

  test('cuts longer payloads from the time the limit is set', async () => {
    const opened = await online();
    const { fake, connection, eventually } = opened;
    connection.setLimits({ memoryBytes: 32 * 2 ** 20, topicCap: 10_000, maxPayloadBytes: 4 });
    fake.broker.publish({ topic: 'long', payload: '0123456789' });
    await eventually(() => latest(opened, 'long') !== null);
    expect(latest(opened, 'long')).toBe('0123');
  });

  test('publishes a batch, and each has its outcome', async () => {
    const { connection, fake } = await online();
    const heard: string[] = [];
    fake.broker.listen('#', ({ topic }) => heard.push(topic));
    const messages = [message('a', 0), message('b', 1), message('c', 2)];
    const result = await connection.publishBatch({ messages, times: 2, stopAtError: true });
    expect(heard.filter((topic) => topic.length === 1).toSorted()).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
    expect(result).toMatchObject({ sent: 6, errors: 0, problems: [], acknowledged: { length: 4 } });
  });

  test('publishes nothing while it is not connected', async () => {
    const { connection } = openWhole({ port: 1 });
    const result = await connection.publishBatch({ messages: [message('a')], times: 1, stopAtError: true });
    expect(result).toMatchObject({ sent: 0, errors: 1, problems: [{ at: 0 }] });
    expect(await connection.pingNow()).toMatchObject({ code: 'not-connected' });
    expect(await connection.reauthenticate()).toMatchObject({ code: 'not-connected' });
    expect(connection.link).toBeNull();
  });

  test('ends for good: DISCONNECT, no timers of its own, and nothing starts again', async () => {
    const { connection, fake, clock } = await online();
    const left = fake.once('disconnect');
    await Promise.all([connection.shutdown(1_000), left]);
    connection.connect();
    connection.retryNow();
    clock.skip(600_000);
    expect(connection.state.kind).toBe('stopped');
    expect(fake.all('connect')).toHaveLength(1);
  });
});

describe('what the protocol is doing', () => {
  test('fits the contract before, during and after a session', async () => {
    const fake = await startFakeBroker({ connackProperties: { serverKeepAlive: 20 } });
    const { connection, until } = openWhole({ port: fake.port, keepAlive: 60 });
    const reported = () => Diagnostics.parse(diagnosticsOf(connection));
    expect(reported()).toMatchObject({
      state: { kind: 'idle' },
      keepAlive: { intervalSeconds: 60, lastSentAt: null, nextPingAt: null, brokerGivesUpAt: null },
      session: { connects: 0, bytesIn: 0, phases: [] },
      life: { missedNow: 0, weGiveUpAt: null, awaitingSince: null },
    });
    connection.connect();
    const { since } = await until('online');
    const during = reported();
    expect(during.keepAlive.intervalSeconds).toBe(20);
    expect(during.session.asked.keepAlive).toBe(60);
    const { lastSentAt, brokerGivesUpAt, nextPingAt } = during.keepAlive;
    expect(lastSentAt).toBeGreaterThanOrEqual(since - 10_000);
    // One and a half keep-alives after our last packet; we ping before.
    expect((brokerGivesUpAt ?? 0) - (lastSentAt ?? 0)).toBeCloseTo(30_000, -2);
    expect(nextPingAt).toBeLessThan(brokerGivesUpAt ?? 0);
    connection.disconnect();
    expect(reported().keepAlive).toMatchObject({
      intervalSeconds: 60,
      nextPingAt: null,
      brokerGivesUpAt: null,
    });
  });

  test('has no keep-alive of 0 s before the broker has answered', async () => {
    const fake = await startFakeBroker({ hooks: { connect: () => 'ignore' } });
    const { connection, until, eventually } = openWhole({ port: fake.port, keepAlive: 45 });
    connection.connect();
    await until('handshaking');
    await eventually(() => connection.link !== null);
    expect(diagnosticsOf(connection).keepAlive.intervalSeconds).toBe(45);
  });

  test('says of a keep-alive that is off that nobody gives up', async () => {
    const { connection } = await online({ keepAlive: 0 });
    expect(diagnosticsOf(connection).keepAlive).toMatchObject({
      intervalSeconds: 0,
      nextPingAt: null,
      brokerGivesUpAt: null,
    });
    expect(lifeSigns(connection)).toMatchObject({ by: 'client', weGiveUpAt: null });
  });

  test('shows pings that the broker leaves unanswered, and when we give up', async () => {
    const { connection, fake } = await online(
      { keepAlive: 60 },
      { connackProperties: { serverKeepAlive: 10 } },
    );
    fake.on.pingreq = () => 'ignore';
    const asked = fake.once('pingreq');
    void connection.pingNow();
    await asked;
    const signs = LifeSigns.parse(lifeSigns(connection));
    expect(signs).toMatchObject({ by: 'server', missedNow: 1 });
    expect((signs.weGiveUpAt ?? 0) - (signs.awaitingSince ?? 0)).toBeLessThanOrEqual(15_000);
    expect(signs.weGiveUpAt).toBeGreaterThan(signs.awaitingSince ?? 0);
  });
});

describe('a session that the broker kept, or did not', () => {
  const settings = { clientId: 'press', cleanStart: false, sessionExpiry: 600 } as const;

  test('says what is unknown of a message that was under way', async () => {
    const opened = await online(settings);
    const { connection, fake, until } = opened;
    fake.on.publish = () => 'reset';
    const publishing = connection.publisher.publish(message('a'));
    await until('waiting');
    const known = connection.publisher.inFlight + connection.publisher.unknownOutcomes;
    expect(known).toBeGreaterThan(0);
    delete fake.on.publish;
    connection.retryNow();
    await until('online');
    expect(await publishing).toBeDefined();
    expect(diagnosticsOf(connection).facts.outcome?.kind).toBe('resumed');
  });

  test('says that the session is lost where the broker forgot it', async () => {
    const { connection, fake, until } = await online(settings);
    fake.forget();
    await until('waiting');
    connection.retryNow();
    await until('online');
    expect(diagnosticsOf(connection).facts.outcome).toMatchObject({ kind: 'lost' });
  });
});

test.each([
  ['5', 'The connection was closed with reason code 129.'],
  ['3.1.1', 'The connection was closed.'],
] as const)(
  'A packet that breaks MQTT %s ends the session with its bytes in the log.',
  async (version, end) => {
    const { connection, fake, until } = await online({ version });
    fake.links[0]?.sendBytes(Buffer.from([0x3e, 4, 0, 1, 0x61, 0x62]));
    const { why } = await until('waiting');
    expect(why.message).toMatch(/^The broker broke the protocol: /);
    expect(why.message.endsWith(end)).toBe(true);
    const evidence = connection.log.entries().find((entry) => entry.evidence !== undefined)?.evidence;
    expect([...(evidence ?? why.evidence ?? [])].slice(0, 2)).toEqual([0x3e, 4]);
  },
);
