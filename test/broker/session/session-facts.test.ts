import { afterEach, describe, expect, test } from 'vitest';
import { certificates } from '../../support/tls/certificates.ts';
import { startFakeBroker } from '../../support/brokers/fake-broker.ts';
import { startMosquitto } from '../../support/brokers/mosquitto.ts';
import { teardown } from '../../support/teardown.ts';
import { openConnection, subscribed, type Opened } from './open-connection.ts';

afterEach(teardown);

const term = (opened: Opened, key: string) => opened.diagnostics().facts.terms.find((one) => one.key === key);
const text = (words: string): Uint8Array => Buffer.from(words);

describe('what was asked and what was granted', () => {
  test('Everything CONNACK says is shown beside what was asked, and differences are marked.', async () => {
    const broker = await startFakeBroker({
      connackProperties: {
        assignedClientIdentifier: 'given',
        serverKeepAlive: 20,
        sessionExpiryInterval: 5,
        receiveMaximum: 7,
        maximumPacketSize: 4_000,
        maximumQoS: 1,
        retainAvailable: false,
        wildcardSubscriptionAvailable: true,
        topicAliasMaximum: 3,
        reasonString: 'welcome',
        serverReference: 'other:1883',
        responseInformation: 'replies/7',
        userProperties: { region: 'north' },
      },
    });
    const opened = openConnection({ port: broker.port, version: '5', keepAlive: 60, sessionExpiry: 3_600 });
    await opened.until('online');
    await opened.eventually('the facts', () => opened.diagnostics().facts.terms.length > 0);
    const { facts, life } = opened.diagnostics();
    expect(term(opened, 'client-id')).toMatchObject({ granted: 'given', differs: true });
    expect(term(opened, 'keep-alive')).toMatchObject({ asked: '60 s', granted: '20 s', differs: true });
    expect(term(opened, 'session-expiry')).toMatchObject({ asked: '3600 s', granted: '5 s', differs: true });
    expect(term(opened, 'receive-maximum')).toMatchObject({ granted: '7', differs: true });
    expect(term(opened, 'maximum-packet-size')).toMatchObject({ granted: '4,000 bytes', differs: true });
    expect(term(opened, 'maximum-qos')).toMatchObject({ granted: '1', differs: true });
    expect(term(opened, 'retain')).toMatchObject({ granted: 'not available', differs: true });
    expect(term(opened, 'wildcards')).toMatchObject({ granted: 'available', differs: false });
    expect(term(opened, 'identifiers')).toMatchObject({ granted: null, differs: false });
    expect(term(opened, 'topic-alias-maximum')).toMatchObject({ granted: '3' });
    expect(facts).toMatchObject({
      reasonString: 'welcome',
      serverReference: 'other:1883',
      responseInformation: 'replies/7',
      userProperties: [{ name: 'region', value: 'north' }],
      sessionPresent: false,
    });
    expect(life.by).toBe('server');
  });

  test('An older version has no terms that it does not know.', async () => {
    const broker = await startMosquitto();
    const opened = openConnection({ port: broker.port, version: '3.1.1' });
    await subscribed(opened);
    expect(opened.diagnostics().facts.terms.map(({ key }) => key)).toEqual([
      'version',
      'client-id',
      'session',
      'keep-alive',
    ]);
    expect(opened.diagnostics().facts.terms.some(({ differs }) => differs)).toBe(false);
  });
});

test('A session that the broker lost is called lost, one that it kept is resumed with what was under way.', async () => {
  const broker = await startMosquitto();
  const opened = openConnection({
    port: broker.port,
    version: '5',
    clientId: 'keeper',
    cleanStart: false,
    sessionExpiry: 300,
    subscriptions: [{ filter: 'a/#', qos: 1 }],
  });
  await subscribed(opened, 'a/#');
  expect(opened.diagnostics().facts.outcome).toMatchObject({ kind: 'new', resubscribed: ['a/#'] });
  opened.connection.disconnect();
  await opened.until('stopped');
  const sender = openConnection({ port: broker.port, subscriptions: [] });
  await sender.until('online');
  for (let i = 0; i < 5; i++) {
    await sender.connection.publisher.publish({ topic: `a/${i}`, payload: text('x'), qos: 1, retain: false });
  }
  opened.connection.connect();
  await opened.until('online');
  await opened.eventually('the queue', () => opened.diagnostics().facts.outcome?.queued === 5);
  expect(opened.diagnostics().facts.outcome?.kind).toBe('resumed');
  // Without persistence a new start knows nothing.
  await broker.restart();
  await opened.eventually('a lost session', () => opened.diagnostics().facts.outcome?.kind === 'lost');
});

test('What a resumed session had queued is counted for its subscription, although it precedes SUBACK.', async () => {
  const broker = await startMosquitto({ persistence: true });
  for (const version of ['3.1.1', '5'] as const) {
    const opened = openConnection({
      port: broker.port,
      version,
      clientId: `keeper-${version}`,
      cleanStart: false,
      sessionExpiry: 300,
      subscriptions: [{ filter: 'a/#', qos: 1 }],
    });
    await subscribed(opened, 'a/#');
    opened.connection.disconnect();
    await opened.until('stopped');
    const sender = openConnection({ port: broker.port, subscriptions: [] });
    await sender.until('online');
    for (let i = 0; i < 26; i++)
      await sender.connection.publisher.publish({
        topic: `a/${i}`,
        payload: text('x'),
        qos: 1,
        retain: false,
      });
    opened.connection.connect();
    await opened.eventually('26 messages', () => opened.connection.store.counters().received === 26);
    expect(opened.connection.subscriptions.status()[0]?.messages).toBe(26);
    await opened.connection.shutdown(500);
  }
});

test('What is under way is listed with its packet id, phase and age, and what waits is counted.', async () => {
  const broker = await startFakeBroker({
    hooks: { publish: () => 'ignore', pubrec: () => 'ignore' },
    connackProperties: { receiveMaximum: 2 },
  });
  const opened = openConnection({ port: broker.port, version: '5' });
  await subscribed(opened);
  const pending = [1, 2, 1].map((qos) =>
    opened.connection.publisher.publish({
      topic: `q${qos}`,
      payload: text('x'),
      qos: qos as 1 | 2,
      retain: false,
    }),
  );
  await broker.once('publish', ({ topic }) => topic === 'q2').catch(() => undefined);
  const { inFlight, inFlightTotal, queue } = opened.diagnostics().facts;
  expect(inFlightTotal).toBe(2);
  expect(inFlight).toMatchObject([
    { direction: 'out', qos: 1, phase: 'awaiting-puback', topic: 'q1' },
    { direction: 'out', qos: 2, phase: 'awaiting-pubrec', topic: 'q2' },
  ]);
  expect(inFlight.every(({ packetId, since }) => packetId > 0 && Math.abs(Date.now() - since) < 5_000)).toBe(
    true,
  );
  expect(queue).toMatchObject({ messages: 1 });
  broker.links[0]?.send({
    cmd: 'publish',
    topic: 'in',
    payload: 'x',
    qos: 2,
    messageId: 9,
    dup: false,
    retain: false,
  });
  await opened.eventually('the incoming one', () =>
    opened
      .diagnostics()
      .facts.inFlight.some(({ phase, packetId }) => phase === 'awaiting-pubrel' && packetId === 9),
  );
  await opened.connection.shutdown(200);
  await Promise.all(pending);
});

test('TLS and addresses are shown over mqtts, and addresses over a WebSocket as well.', async () => {
  const all = await certificates();
  const tls = { cert: all.server.cert, key: all.server.key };
  const broker = await startMosquitto({ listeners: [{ kind: 'tls', tls }, { kind: 'ws' }] });
  const secured = openConnection({ protocol: 'mqtts', port: broker.port, tls: { ca: all.ca.cert } });
  const upgraded = openConnection({ protocol: 'ws', port: broker.ports[1] ?? 0 });
  await Promise.all([subscribed(secured), subscribed(upgraded)]);
  const { facts } = secured.diagnostics();
  expect(facts.tls).toMatchObject({ verified: true, mutual: false, resumed: false });
  expect(facts.tls?.peer?.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  expect(facts.tls?.peer?.validTo).toBeGreaterThan(Date.now());
  expect(facts.remote).toBe(`127.0.0.1:${broker.port}`);
  for (const one of [secured, upgraded]) {
    expect(one.diagnostics().facts.local).toMatch(/^127\.0\.0\.1:\d+$/);
  }
});
