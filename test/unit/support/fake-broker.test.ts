import mqtt from 'mqtt';
import { afterEach, expect, test } from 'vitest';
import { startFakeBroker, refuseConnect, refuseSubscribe } from '../../support/brokers/fake-broker.ts';
import { connectPacketClient } from '../../support/brokers/packet-client.ts';
import { teardown } from '../../support/teardown.ts';

afterEach(teardown);

const options = { reconnectPeriod: 0, protocolVersion: 5 } as const;

test('It refuses with any code, and stops refusing on request.', async () => {
  const fake = await startFakeBroker({ hooks: { connect: refuseConnect(138) } });
  await expect(mqtt.connectAsync(`mqtt://127.0.0.1:${fake.port}`, options)).rejects.toMatchObject({
    code: 138,
  });
  delete fake.on.connect;
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${fake.port}`, options);
  expect(fake.all('connect')).toHaveLength(2);
  await client.endAsync();
});

test('It speaks over WebSocket, records, refuses filters and writes what it is given.', async () => {
  const fake = await startFakeBroker({
    ws: true,
    hooks: { subscribe: refuseSubscribe(135, (filter) => filter === '#') },
  });
  const client = await mqtt.connectAsync(`ws://127.0.0.1:${fake.wsPort}/any`, options);
  const packet = fake.once('subscribe');
  await expect(client.subscribeAsync('#')).rejects.toThrow();
  expect((await packet).packet.subscriptions).toMatchObject([{ topic: '#', qos: 0 }]);
  const message = new Promise((resolve) => client.once('message', (topic) => resolve(topic)));
  (await packet).link.sendBytes(Buffer.from('300400016100', 'hex'));
  expect(await message).toBe('a');
  await client.endAsync();
});

test('It keeps silent, closes after an answer and resets.', async () => {
  const fake = await startFakeBroker({
    hooks: { pingreq: () => 'ignore', subscribe: () => 'pass-and-close' },
  });
  const client = await connectPacketClient(fake.port);
  const ping = fake.once('pingreq');
  client.send({ cmd: 'pingreq' });
  await ping;
  const closed = fake.onceClosed();
  await client.subscribe('#');
  await closed;
  expect(client.received.map(({ cmd }) => cmd)).toEqual(['connack', 'suback']);
  fake.on.publish = () => 'reset';
  const other = await connectPacketClient(fake.port);
  const error = new Promise<NodeJS.ErrnoException>((resolve) => other.socket.once('error', resolve));
  other.send({ cmd: 'publish', topic: 'a', payload: 'x', qos: 0, dup: false, retain: false });
  expect((await error).code).toBe('ECONNRESET');
});

test('A throttled link takes as long as its rate says, and a link that is not read fills up.', async () => {
  const fake = await startFakeBroker({ shape: { write: 200_000 } });
  const client = await connectPacketClient(fake.port);
  const started = performance.now();
  const payload = Buffer.alloc(50_000);
  fake.links[0]?.send({ cmd: 'publish', topic: 'a', payload, qos: 0, dup: false, retain: false });
  await client.next('publish');
  expect(performance.now() - started).toBeGreaterThan(200);
  fake.shape.write = null;
  fake.shape.read = 0;
  let drained = true;
  for (let i = 0; i < 200 && drained; i++) {
    drained = client.socket.write(Buffer.alloc(65_536));
    await new Promise(setImmediate);
  }
  expect(drained).toBe(false);
});
