import { once } from 'node:events';
import type { IPublishPacket, Packet } from 'mqtt-packet';
import { afterEach, expect, test } from 'vitest';
import { ManualClock } from '../../../../support/manual-clock.ts';
import { teardown } from '../../../../support/teardown.ts';
import { startPacketBroker, type PacketClient } from '../../../../support/brokers/packet-client.ts';

afterEach(teardown);

const publishes = (client: PacketClient): IPublishPacket[] =>
  client.received.filter((packet): packet is IPublishPacket => packet.cmd === 'publish');
const texts = (client: PacketClient): string[] =>
  publishes(client).map(
    ({ topic, payload, retain }) => `${topic}=${String(payload)}${retain ? ' retained' : ''}`,
  );

test.each([3, 4, 5] as const)(
  'A client of protocol level %d subscribes, publishes and is answered.',
  async (version) => {
    const { connect } = await startPacketBroker();
    const client = await connect({ clientId: 'a', version });
    expect(client.connack).toMatchObject({
      sessionPresent: false,
      [version === 5 ? 'reasonCode' : 'returnCode']: 0,
    });
    expect(
      await client.ask({ cmd: 'subscribe', messageId: 7, subscriptions: [{ topic: '#', qos: 1 }] }),
    ).toMatchObject({
      cmd: 'suback',
      messageId: 7,
      granted: [1],
    });
    expect(
      await client.ask(
        { cmd: 'publish', topic: 'a/b', payload: 'x', qos: 1, messageId: 9, dup: false, retain: false },
        'puback',
      ),
    ).toMatchObject({ messageId: 9 });
    expect(texts(client)).toEqual(['a/b=x']);
    expect(await client.ask({ cmd: 'pingreq' })).toMatchObject({ cmd: 'pingresp' });
  },
);

test('Wildcards do not reach topics that begin with a dollar sign.', async () => {
  const { broker, connect } = await startPacketBroker();
  const all = await connect({ clientId: 'all' });
  const system = await connect({ clientId: 'system' });
  await all.subscribe('#', '+/x');
  await system.subscribe('$own/#');
  broker.publish({ topic: '$own/x', payload: '1' });
  broker.publish({ topic: 'own/x', payload: '2' });
  await all.fence();
  await system.fence();
  expect(texts(all)).toEqual(['own/x=2', 'own/x=2']);
  expect(texts(system)).toEqual(['$own/x=1']);
});

test('Retained messages come with the flag, are cleared by an empty payload, and follow retain handling.', async () => {
  const { broker, connect } = await startPacketBroker();
  broker.publish({ topic: 'a/state', payload: 'on', retain: true });
  broker.publish({ topic: 'b/state', payload: 'off', retain: true });
  broker.publish({ topic: 'b/state', payload: '', retain: true });
  const client = await connect({ clientId: 'c' });
  await client.subscribe('+/state');
  await client.fence();
  expect(texts(client)).toEqual(['a/state=on retained']);
  await client.ask({ cmd: 'subscribe', messageId: 2, subscriptions: [{ topic: '+/state', qos: 0, rh: 1 }] });
  await client.ask({ cmd: 'subscribe', messageId: 3, subscriptions: [{ topic: 'a/#', qos: 0, rh: 2 }] });
  await client.fence();
  expect(texts(client)).toHaveLength(1);
});

test('Retain as published, no local and subscription identifiers hold for MQTT 5.', async () => {
  const { connect } = await startPacketBroker();
  const client = await connect({ clientId: 'a' });
  const other = await connect({ clientId: 'b' });
  await client.ask({
    cmd: 'subscribe',
    messageId: 1,
    properties: { subscriptionIdentifier: 77 },
    subscriptions: [{ topic: 'x/#', qos: 0, rap: true, nl: true }],
  });
  client.send({ cmd: 'publish', topic: 'x/own', payload: '1', qos: 0, dup: false, retain: true });
  other.send({ cmd: 'publish', topic: 'x/other', payload: '2', qos: 0, dup: false, retain: true });
  other.send({ cmd: 'publish', topic: 'x/other', payload: '', qos: 0, dup: false, retain: true });
  await other.fence();
  await client.fence();
  expect(texts(client)).toEqual(['x/other=2 retained', 'x/other= retained']);
  // mqtt-packet gives a single identifier as a number.
  expect(publishes(client)[0]?.properties).toMatchObject({ subscriptionIdentifier: 77 });
});

test('A QoS 2 message sent twice with one packet id arrives once.', async () => {
  const { connect } = await startPacketBroker();
  const reader = await connect({ clientId: 'r' });
  await reader.subscribe('t');
  const writer = await connect({ clientId: 'w' });
  const message: Packet = {
    cmd: 'publish',
    topic: 't',
    payload: 'x',
    qos: 2,
    messageId: 5,
    dup: false,
    retain: false,
  };
  expect(await writer.ask(message, 'pubrec')).toMatchObject({ messageId: 5 });
  expect(await writer.ask({ ...message, dup: true }, 'pubrec')).toMatchObject({ messageId: 5 });
  expect(await writer.ask({ cmd: 'pubrel', messageId: 5 }, 'pubcomp')).toMatchObject({ messageId: 5 });
  await reader.fence();
  expect(texts(reader)).toEqual(['t=x']);
});

test('A session that outlives its link gets what it missed, and unacknowledged messages again.', async () => {
  const { broker, connect } = await startPacketBroker();
  const settings = { clientId: 'a', clean: false, properties: { sessionExpiryInterval: 60 } };
  const first = await connect({ ...settings, manualAcks: true });
  await first.ask({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 't/#', qos: 1 }] });
  broker.publish({ topic: 't/1', payload: 'in flight', qos: 1 });
  await first.fence();
  first.destroy();
  await once(first.socket, 'close');
  await expect.poll(() => broker.links.length).toBe(0);
  broker.publish({ topic: 't/2', payload: 'missed', qos: 1 });
  broker.publish({ topic: 't/3', payload: 'not kept', qos: 0 });
  const again = await connect(settings);
  expect(again.connack).toMatchObject({ sessionPresent: true });
  await again.fence();
  expect(texts(again)).toEqual(['t/1=in flight', 't/2=missed']);
  expect(publishes(again)[0]?.dup).toBe(true);
});

test('A second client with the same id takes over: the first gets 142, and its will is sent.', async () => {
  const { connect } = await startPacketBroker();
  const watcher = await connect({ clientId: 'watcher' });
  await watcher.subscribe('gone');
  const first = await connect({ clientId: 'same', will: { topic: 'gone', payload: Buffer.from('1') } });
  await connect({ clientId: 'same' });
  await once(first.socket, 'close');
  expect(first.received.at(-1)).toMatchObject({ cmd: 'disconnect', reasonCode: 142 });
  await watcher.fence();
  expect(texts(watcher)).toEqual(['gone=1']);
});

test('A will is sent for a link that drops, and not after an orderly DISCONNECT.', async () => {
  const { broker, connect } = await startPacketBroker();
  const gone: string[] = [];
  broker.listen('gone/#', ({ topic }) => gone.push(topic));
  const rude = await connect({ clientId: 'rude', will: { topic: 'gone/rude', payload: Buffer.from('1') } });
  const polite = await connect({
    clientId: 'polite',
    will: { topic: 'gone/polite', payload: Buffer.from('1') },
  });
  rude.destroy();
  polite.send({ cmd: 'disconnect' });
  await expect.poll(() => broker.links.length).toBe(0);
  expect(gone).toEqual(['gone/rude']);
});

test('A client silent for one and a half keep-alives is ended with 141.', async () => {
  const clock = new ManualClock();
  const { connect } = await startPacketBroker({ clock });
  const client = await connect({ clientId: 'a', keepalive: 10 });
  clock.advance(14_000);
  expect(await client.ask({ cmd: 'pingreq' })).toMatchObject({ cmd: 'pingresp' });
  clock.advance(14_999);
  expect(client.socket.closed).toBe(false);
  clock.advance(1);
  await once(client.socket, 'close');
  expect(client.received.at(-1)).toMatchObject({ cmd: 'disconnect', reasonCode: 141 });
});

test.each<[string, Packet | Uint8Array, number | null]>([
  ['bytes that are no packet', Buffer.from('ffffffff', 'hex'), 129],
  ['a second CONNECT', { cmd: 'connect', clientId: 'b', protocolVersion: 5 }, 130],
  [
    'a topic with a wildcard',
    { cmd: 'publish', topic: 'a/#', payload: '', qos: 0, dup: false, retain: false },
    144,
  ],
])('%s end the link with the reason.', async (_, packet, reasonCode) => {
  const { connect } = await startPacketBroker();
  const client = await connect({ clientId: 'a' });
  if (packet instanceof Uint8Array) client.socket.write(packet);
  else client.send(packet);
  await once(client.socket, 'close');
  expect(client.received.at(-1)).toMatchObject({ cmd: 'disconnect', reasonCode });
});

test('Random bytes never bring the broker down.', async () => {
  const { broker, connect } = await startPacketBroker();
  let seed = 42;
  const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  for (let round = 0; round < 60; round++) {
    const client = await connect({ clientId: `fuzz-${round}` });
    const bytes = Buffer.from(Array.from({ length: 64 }, () => Math.floor(random() * 256)));
    // A plausible first byte and length, so that the insides are reached as well.
    bytes[0] = (Math.floor(random() * 15) << 4) | (random() < 0.5 ? 0 : 2);
    bytes[1] = Math.floor(random() * 62);
    client.socket.write(bytes);
    client.socket.end();
    await once(client.socket, 'close');
  }
  await expect.poll(() => broker.links.length).toBe(0);
});

test('The broker publishes its own figures below $SYS every 10 s.', async () => {
  const clock = new ManualClock();
  const { connect } = await startPacketBroker({ clock });
  clock.advance(0);
  const client = await connect({ clientId: 'a' });
  clock.advance(10_000);
  await client.subscribe('$SYS/#');
  await client.fence();
  const all = Object.fromEntries(publishes(client).map(({ topic, payload }) => [topic, String(payload)]));
  expect(all).toMatchObject({
    '$SYS/broker/version': 'Topicscope demo broker',
    '$SYS/broker/uptime': '10 seconds',
    '$SYS/broker/clients/connected': '1',
  });
  expect(all).toHaveProperty(['$SYS/broker/retained messages/count']);
});

test('Closing ends every link and every timer.', async () => {
  const clock = new ManualClock();
  const { broker, connect } = await startPacketBroker({ clock });
  const client = await connect({ clientId: 'a', keepalive: 5 });
  const closed = once(client.socket, 'close');
  broker.close();
  await closed;
  expect(client.received.at(-1)).toMatchObject({ cmd: 'disconnect', reasonCode: 139 });
  await expect.poll(() => clock.pending).toBe(0);
});

test.each(['answers/#', 'a/+', '', 'a\0b'])(
  'Whoever asks for an answer at %j, where nobody can publish, is ended with 130, and nobody gets it.',
  async (responseTopic) => {
    const { broker, connect } = await startPacketBroker();
    const heard: string[] = [];
    broker.listen('#', ({ topic }) => heard.push(topic));
    const client = await connect({ clientId: 'a' });
    client.send({
      cmd: 'publish',
      topic: 'ask',
      payload: '1',
      qos: 0,
      dup: false,
      retain: false,
      properties: { responseTopic },
    });
    await once(client.socket, 'close');
    expect(client.received.at(-1)).toMatchObject({ cmd: 'disconnect', reasonCode: 130 });
    expect(heard).toEqual([]);
  },
);
