import { afterEach, expect, test } from 'vitest';
import type { MessageProperties, PublishMessage } from '../../../src-main/contract/model/publish-message.ts';
import { receivedProperties } from '../../../src-main/core/publish/received-properties.ts';
import { startFakeBroker } from '../../support/brokers/fake-broker.ts';
import { startMosquitto } from '../../support/brokers/mosquitto.ts';
import { teardown } from '../../support/teardown.ts';
import { openConnection, subscribed } from '../session/open-connection.ts';

afterEach(teardown);

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const message = { topic: 'plant/a', payload: text('1'), qos: 1 as const, retain: false };

test('QoS 0 is sent, QoS 1 and 2 are acknowledged, on both versions.', async () => {
  const broker = await startMosquitto();
  for (const version of ['5', '3.1.1'] as const) {
    const opened = openConnection({ port: broker.port, version });
    await subscribed(opened);
    const outcomes = [];
    for (const qos of [0, 1, 2] as const)
      outcomes.push(await opened.connection.publisher.publish({ ...message, qos }));
    expect(outcomes).toMatchObject([
      { kind: 'sent' },
      { kind: 'acknowledged', code: 0, noSubscribers: false },
      { kind: 'acknowledged', code: 0, noSubscribers: false },
    ]);
    const before5 = version === '3.1.1';
    expect(outcomes.map((one) => 'maybeRefused' in one)).toEqual([false, before5, before5]);
    await opened.eventually('all three', () => opened.connection.store.counters().received === 3);
    expect(opened.diagnostics().session.inFlight).toBe(0);
  }
});

test('A message that nobody subscribes to is acknowledged and says so.', async () => {
  const broker = await startMosquitto();
  const opened = openConnection({ port: broker.port, subscriptions: [] });
  await opened.until('online');
  expect(await opened.connection.publisher.publish(message)).toMatchObject({ code: 16, noSubscribers: true });
});

test('What the access list forbids is refused with the reason in words.', async () => {
  const broker = await startMosquitto({ users: { ann: 'x' }, acl: ['user ann', 'topic read #'] });
  const opened = openConnection({ port: broker.port, username: 'ann', password: 'x' });
  await opened.until('online');
  const outcome = await opened.connection.publisher.publish(message);
  expect(outcome).toMatchObject({ kind: 'refused', code: 135 });
  if (outcome.kind === 'refused')
    expect(outcome.failure.message).toContain('does not allow this client to publish');
});

test('A message over a limit that the broker keeps to itself is refused, and the connection stays.', async () => {
  const broker = await startMosquitto({ config: ['message_size_limit 100'] });
  const opened = openConnection({ port: broker.port });
  await opened.until('online');
  for (const qos of [1, 2] as const) {
    const outcome = await opened.connection.publisher.publish({
      ...message,
      payload: new Uint8Array(101),
      qos,
    });
    expect(outcome).toMatchObject({ kind: 'refused', code: 149 });
  }
  expect(await opened.connection.publisher.publish(message)).toMatchObject({ kind: 'acknowledged' });
  expect(opened.connection.state.kind).toBe('online');
});

test('A thousand messages at QoS 1 and 2 respect the window of the broker, and all are acknowledged.', async () => {
  const broker = await startFakeBroker({ connackProperties: { receiveMaximum: 5 } });
  let open = 0;
  let most = 0;
  broker.on.publish = ({ qos }) => {
    if (qos > 0) most = Math.max(most, ++open);
    return 'pass';
  };
  const opened = openConnection({ port: broker.port, subscriptions: [] });
  await opened.until('online');
  const outcomes = await Promise.all(
    Array.from({ length: 1_000 }, async (_, i) => {
      const outcome = await opened.connection.publisher.publish({
        ...message,
        topic: `t/${i}`,
        qos: i % 2 === 0 ? 1 : 2,
      });
      open--;
      return outcome.kind;
    }),
  );
  expect(new Set(outcomes)).toEqual(new Set(['acknowledged']));
  expect(most).toBeLessThanOrEqual(5);
  expect(new Set(broker.all('publish').map(({ packet }) => packet.topic)).size).toBe(1_000);
});

test('What the broker cannot take is refused here, before it closes the connection over it.', async () => {
  const broker = await startFakeBroker({
    connackProperties: { maximumPacketSize: 1_000, maximumQoS: 1, retainAvailable: false },
  });
  const opened = openConnection({ port: broker.port });
  await opened.until('online');
  const publish = (one: PublishMessage) => opened.connection.publisher.publish(one);
  const overhead = 1 + 2 + 2 + message.topic.length + 2 + 1;
  expect(await publish({ ...message, payload: new Uint8Array(1_000 - overhead) })).toMatchObject({
    kind: 'acknowledged',
  });
  expect(await publish({ ...message, payload: new Uint8Array(1_001 - overhead) })).toMatchObject({
    code: 'too-large',
  });
  expect(await publish({ ...message, qos: 2 })).toMatchObject({ code: 'qos-unsupported' });
  expect(await publish({ ...message, retain: true })).toMatchObject({ code: 'retain-unsupported' });
  expect(await publish({ ...message, topic: 'a/#' })).toMatchObject({ code: 'topic-wildcard' });
  expect(await publish({ ...message, topic: '' })).toMatchObject({ code: 'topic-empty' });
  expect(await publish({ ...message, topic: 'x'.repeat(65_536) })).toMatchObject({ code: 'topic-too-long' });
  expect(await publish({ ...message, topic: 'a\0b' })).toMatchObject({ code: 'topic-nul' });
  expect(opened.connection.state.kind).toBe('online');
});

test('Without a connection a message is not sent and not kept for later.', async () => {
  const broker = await startFakeBroker();
  const opened = openConnection({ port: broker.port });
  await opened.until('online');
  opened.connection.disconnect();
  await opened.until('stopped');
  for (const qos of [0, 1, 2] as const) {
    expect(await opened.connection.publisher.publish({ ...message, qos })).toMatchObject({
      code: 'not-connected',
    });
  }
  opened.connection.connect();
  await subscribed(opened);
  expect(broker.all('publish')).toHaveLength(0);
});

test('A message under way when the link dies has an unknown outcome, and is not sent again with a clean start.', async () => {
  const broker = await startFakeBroker({ hooks: { publish: () => 'ignore' } });
  const opened = openConnection({ port: broker.port, keepAlive: 1 });
  await subscribed(opened);
  broker.on.pingreq = () => 'ignore';
  const outcomes = Promise.all(
    ([1, 2] as const).map((qos) => opened.connection.publisher.publish({ ...message, qos })),
  );
  expect((await outcomes).map(({ kind }) => kind)).toEqual(['unknown', 'unknown']);
  expect(opened.diagnostics().session.unknownOutcomes).toBe(2);
  delete broker.on.pingreq;
  await subscribed(opened);
  await opened.connection.pingNow();
  expect(broker.all('publish')).toHaveLength(2);
});

test('A message for which the broker closes is not replayed without end: quarantined, and said so.', async () => {
  for (const cleanStart of [true, false]) {
    const broker = await startFakeBroker({
      hooks: { publish: ({ topic }) => (topic === 'poison' ? 'close' : 'pass') },
    });
    const opened = openConnection({ port: broker.port, cleanStart, sessionExpiry: 100, version: '5' });
    await subscribed(opened);
    const outcome = await opened.connection.publisher.publish({ ...message, topic: 'poison' });
    expect(outcome).toMatchObject({ kind: 'unknown', failure: { code: 'publish-closed' } });
    await opened.eventually('a second session', () => opened.diagnostics().session.connects === 2);
    await subscribed(opened);
    expect(await opened.connection.publisher.publish(message)).toMatchObject({ kind: 'acknowledged' });
    expect(broker.all('publish').filter(({ packet }) => packet.topic === 'poison')).toHaveLength(1);
    await teardown();
  }
});

test('With a session that lives on, what was not acknowledged is sent again, once, marked as a duplicate.', async () => {
  const broker = await startFakeBroker();
  const opened = openConnection({
    port: broker.port,
    cleanStart: false,
    sessionExpiry: 1_000,
    version: '5',
    clientId: 'keeps-session',
    keepAlive: 1,
  });
  await subscribed(opened);
  broker.on.publish = () => 'ignore';
  broker.on.pingreq = () => 'ignore';
  const first = Promise.all([
    opened.connection.publisher.publish(message),
    opened.connection.publisher.publish({ ...message, topic: 'plant/b', qos: 2 }),
  ]);
  expect((await first).map(({ kind }) => kind)).toEqual(['unknown', 'unknown']);
  delete broker.on.publish;
  delete broker.on.pingreq;
  await opened.eventually('the session again', () => {
    const { state } = opened.connection;
    return state.kind === 'online' && state.sessionPresent;
  });
  await opened.eventually('known outcomes', () => opened.diagnostics().session.unknownOutcomes === 0);
  const sent = broker.all('publish').map(({ packet }) => [packet.topic, packet.dup, packet.messageId]);
  expect(sent).toHaveLength(4);
  expect(sent.slice(2).map(([topic, dup]) => [topic, dup])).toEqual([
    ['plant/a', true],
    ['plant/b', true],
  ]);
  expect(sent.slice(2).map(([, , id]) => id)).toEqual(sent.slice(0, 2).map(([, , id]) => id));
  expect(opened.diagnostics().session.inFlight).toBe(0);
});

test('A message of 9 MB goes through while another connection floods.', async () => {
  const broker = await startMosquitto();
  const opened = openConnection({ port: broker.port });
  const other = openConnection({ port: broker.port, subscriptions: [] });
  await subscribed(opened);
  await other.until('online');
  const big = new Uint8Array(9_000_000).fill(0x62);
  const [outcome] = await Promise.all([
    opened.connection.publisher.publish({ topic: 'big', payload: big, qos: 1, retain: false }),
    ...Array.from({ length: 500 }, (_, i) =>
      other.connection.publisher.publish({ ...message, topic: `f/${i}`, qos: 0 }),
    ),
  ]);
  expect(outcome.kind).toBe('acknowledged');
  await opened.eventually('the big one', () => opened.latest('big')?.length === 9_000_000);
});

test('Properties arrive as they were published, user properties in their order, at every QoS.', async () => {
  const broker = await startMosquitto();
  const opened = openConnection({ port: broker.port });
  await subscribed(opened);
  const properties: MessageProperties = {
    payloadFormat: 1,
    contentType: 'text/plain',
    responseTopic: 'antwort/ä',
    correlationData: Uint8Array.of(0, 255, 1),
    userProperties: [
      ['b', '1'],
      ['10', 'ten'],
      ['a', ''],
      ['b', '2'],
      ['9', '°C'],
      ['__proto__', 'x'],
    ],
  };
  for (const qos of [0, 1, 2] as const) {
    const topic = `plant/${qos}`;
    await opened.connection.publisher.publish({ ...message, topic, qos, properties });
    await opened.eventually('it', () => opened.latest(topic) === '1');
    const read = await opened.handlers.readMessage({ key: topic, which: 'latest', offset: 0, length: 10 });
    if (read.kind !== 'message') throw new Error(read.kind);
    expect(receivedProperties(read.properties)).toEqual(properties);
  }
  expect(
    await opened.connection.publisher.publish({ ...message, properties: { userProperties: [['a', '\0']] } }),
  ).toMatchObject({ code: 'property-nul' });
  const old = openConnection({ port: broker.port, version: '3.1.1' });
  await old.until('online');
  expect(await old.connection.publisher.publish({ ...message, properties })).toMatchObject({
    code: 'properties-unsupported',
  });
});
