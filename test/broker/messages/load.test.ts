import { connect, createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { startFakeBroker } from '../../support/brokers/fake-broker.ts';
import { startMosquitto } from '../../support/brokers/mosquitto.ts';
import { onTeardown, teardown } from '../../support/teardown.ts';
import { openConnection, subscribed } from '../session/open-connection.ts';

afterEach(teardown);

/** A port that leads to the broker over a link that brings at most `rate` bytes a second. */
async function slowLink(brokerPort: number, rate: number): Promise<number> {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect({ port: brokerPort, host: '127.0.0.1' }).pause();
    client.pipe(upstream);
    const timer = setInterval(() => {
      for (let left = rate / 50; left > 0;) {
        const chunk = upstream.read(Math.min(left, upstream.readableLength || 1)) as Buffer | null;
        if (chunk === null) break;
        left -= chunk.length;
        client.write(chunk);
      }
    }, 20);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        clearInterval(timer);
        other.destroy();
        open.delete(socket);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTeardown(async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as { port: number }).port;
}

test('A scan that takes longer than the keep-alive does not end the connection: bytes that arrive prove it alive.', async () => {
  // What neither a slow link nor the queue of a broker can hold is dropped at QoS 0.
  const broker = await startMosquitto({ config: ['max_queued_messages 0'] });
  const writer = openConnection({ port: broker.port, subscriptions: [] });
  await writer.until('online');
  const payload = Buffer.alloc(1_000, 0x61);
  const count = 4_000;
  await Promise.all(
    Array.from({ length: 800 }, async (_, i) => {
      for (let j = 0; j < count / 800; j++) {
        await writer.connection.publisher.publish({
          topic: `plant/${i}/${j}`,
          payload,
          qos: 0,
          retain: true,
        });
      }
    }),
  );
  await writer.connection.pingNow();
  const opened = openConnection({ port: await slowLink(broker.port, 1_000_000), keepAlive: 1 });
  const { store } = opened.connection;
  await opened.eventually('all of them', () => store.counters().received >= count);
  expect(opened.kinds().filter((kind) => kind === 'online')).toHaveLength(1);
  expect(opened.diagnostics().keepAlive.lastReceivedAt).not.toBeNull();
});

test('A payload over the limit is kept as its first bytes, marked, and the limit may change while connected.', async () => {
  const broker = await startFakeBroker();
  const opened = openConnection({ port: broker.port });
  const { connection, handlers } = opened;
  await subscribed(opened);
  const limits = { memoryBytes: 32 * 2 ** 20, topicCap: 1_000, maxPayloadBytes: 1_024 };
  await handlers.setLimits(limits);
  const payload = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => i % 251));
  broker.broker.publish({ topic: 'big', payload, qos: 1, retain: false });
  await opened.eventually('it', () => connection.store.counters().shortened === 1);
  const read = await handlers.readMessage({ key: 'big', which: 'latest', offset: 0, length: 100_000 });
  expect(read).toMatchObject({ kind: 'message', meta: { size: 300_000, kept: 1_024 } });
  if (read.kind === 'message') expect(Buffer.from(read.bytes).equals(payload.subarray(0, 1_024))).toBe(true);
  await handlers.setLimits({ ...limits, maxPayloadBytes: 1_000_000 });
  broker.broker.publish({ topic: 'big', payload, qos: 1, retain: false });
  await opened.eventually('both', () => connection.store.counters().received === 2);
  const whole = await handlers.readMessage({ key: 'big', which: 'latest', offset: 299_990, length: 100 });
  expect(whole).toMatchObject({ kind: 'message', bytes: new Uint8Array(payload.subarray(299_990)) });
});

test('A message at QoS 2 that is delivered again over a reconnect of the same session is one message.', async () => {
  const broker = await startFakeBroker();
  const opened = openConnection({
    port: broker.port,
    version: '5',
    clientId: 'keeps-session',
    cleanStart: false,
    sessionExpiry: 1_000,
    subscriptions: [{ filter: 'a', qos: 2 }],
  });
  await subscribed(opened, 'a');
  // Our PUBREC is lost with the link.
  broker.on.pubrec = () => 'close';
  broker.broker.publish({ topic: 'a', payload: Buffer.from('once'), qos: 2, retain: false });
  await opened.until('waiting');
  delete broker.on.pubrec;
  const completed = broker.once('pubcomp');
  await opened.until('online');
  await completed;
  expect(opened.connection.store.counters().received).toBe(1);
  expect(broker.all('pubrec').length).toBeGreaterThanOrEqual(2);
});
