import { once, type EventEmitter } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { MqttClient, Store, type IClientOptions } from 'mqtt';
import { parser as makeParser, type Packet } from 'mqtt-packet';
import { afterEach, describe, expect, test } from 'vitest';
import { TapReads } from '../../../../src-main/connection/tap/reads.ts';
import { TapSession } from '../../../../src-main/connection/tap/session.ts';
import type { Tap } from '../../../../src-main/connection/tap/tap.ts';
import {
  connack,
  CountingIntake,
  encode,
  generateOptions,
  RecordingIntake,
} from '../../../support/brokers/mqtt-stream.ts';
import { certificates } from '../../../support/tls/certificates.ts';
import { message, openTap } from '../../../support/tap.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';
import { systemClock } from '../../../../src-main/connection/base/clock.ts';

afterEach(teardown);

type Version = 3 | 4 | 5;

interface Peer {
  readonly socket: net.Socket;
  readonly packets: Packet[];
  send(...packets: (Packet | Uint8Array)[]): void;
  /** The first packet of that kind, past or to come. */
  got<C extends Packet['cmd']>(cmd: C): Promise<Extract<Packet, { cmd: C }>>;
}

/** Accepts connections one by one; the test plays the broker. */
async function listen(version: Version): Promise<{ port: number; next(): Promise<Peer> }> {
  const waiting: ((peer: Peer) => void)[] = [];
  const arrived: Peer[] = [];
  const server = net.createServer((socket) => {
    const packets: Packet[] = [];
    const parser = makeParser(generateOptions(version));
    parser.on('packet', (packet) => {
      packets.push(packet);
      socket.emit('mqtt');
    });
    socket.on('data', (data) => parser.parse(data));
    socket.on('error', () => socket.destroy());
    onTeardown(() => void socket.destroy());
    const peer: Peer = {
      socket,
      packets,
      send: (...all) =>
        void socket.write(
          Buffer.concat(all.map((one) => (one instanceof Uint8Array ? one : encode(one, version)))),
        ),
      async got(cmd) {
        for (;;) {
          const found = packets.find((packet) => packet.cmd === cmd);
          if (found) return found as never;
          await once(socket, 'mqtt');
        }
      },
    };
    const first = waiting.shift();
    if (first) first(peer);
    else arrived.push(peer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTeardown(() => new Promise((resolve) => server.close(() => resolve())));
  return {
    port: (server.address() as net.AddressInfo).port,
    next: () => {
      const peer = arrived.shift();
      return peer ? Promise.resolve(peer) : new Promise((resolve) => waiting.push(resolve));
    },
  };
}

async function dial(
  port: number,
  door: 'onread' | 'data',
): Promise<{ socket: net.Socket; reads: TapReads | null }> {
  const reads = door === 'onread' ? new TapReads(systemClock) : null;
  const socket = net.connect({ host: '127.0.0.1', port, ...(reads ? { onread: reads.onread } : {}) });
  await once(socket, 'connect');
  return { socket, reads };
}

function openClient(tap: Tap, version: Version, more: Partial<IClientOptions> = {}): MqttClient {
  return new MqttClient(() => tap as never, {
    protocolVersion: version,
    protocolId: version === 3 ? 'MQIsdp' : 'MQTT',
    clientId: 'test',
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    keepalive: 0,
    log: () => {},
    ...more,
  });
}

describe.each([
  ['onread', 3],
  ['onread', 4],
  ['onread', 5],
  ['data', 4],
  ['data', 5],
] as const)('mqtt.js over the tap, read by %s, on version %i', (door, version) => {
  test('connects, subscribes, publishes and receives at every QoS, and ends in good order', async () => {
    const server = await listen(version);
    const { socket, reads } = await dial(server.port, door);
    const intake = new RecordingIntake();
    const { tap, sent, received, ends } = openTap(socket, version, intake, { reads });
    const client = openClient(tap, version);
    const broker = await server.next();
    await broker.got('connect');
    broker.send(connack(version));
    await once(client as unknown as EventEmitter, 'connect');

    const subscribed = client.subscribeAsync('#', { qos: 2 });
    const { messageId } = await broker.got('subscribe');
    // The answer and the first messages in one read.
    broker.send(
      { cmd: 'suback', messageId: messageId as number, granted: [2] },
      message('zero', 0, 0),
      message('one', 1, 11),
      message('two', 2, 12),
      message('last', 0, 0),
    );
    await subscribed;
    await broker.got('pubrec');
    expect(intake.taken.map(({ topic }) => topic)).toEqual(['zero', 'one', 'two', 'last']);
    expect((await broker.got('puback')).messageId).toBe(11);
    broker.send({ cmd: 'pubrel', messageId: 12 });
    expect((await broker.got('pubcomp')).messageId).toBe(12);

    const published = [1, 2].map((qos) => client.publishAsync(`out/${qos}`, 'x', { qos: qos as 1 | 2 }));
    const [, two] = await Promise.all([
      broker.got('publish'),
      new Promise<Packet>((resolve) => {
        const look = () => {
          const found = broker.packets.find((packet) => packet.cmd === 'publish' && packet.qos === 2);
          if (found) resolve(found);
        };
        broker.socket.on('mqtt', look);
        look();
      }),
    ]);
    const one = await broker.got('publish');
    broker.send({ cmd: 'puback', messageId: one.messageId as number });
    broker.send({ cmd: 'pubrec', messageId: two.messageId as number });
    await broker.got('pubrel');
    broker.send({ cmd: 'pubcomp', messageId: two.messageId as number });
    await Promise.all(published);

    client.end();
    await broker.got('disconnect');
    await once(tap, 'close');
    expect(socket.destroyed).toBe(true);
    expect(ends).toEqual([]);
    expect(received.map(({ packet }) => packet.kind)).toEqual([
      'connack',
      'suback',
      'pubrel',
      'puback',
      'pubrec',
      'pubcomp',
    ]);
    expect(sent.find(({ type }) => type === 8)?.packetId).toBe(messageId);
    expect([tap.messages, tap.packetsIn, tap.packetsOut]).toEqual([4, 10, broker.packets.length]);
    expect([tap.bytesIn, tap.bytesOut]).toEqual([broker.socket.bytesWritten, broker.socket.bytesRead]);
  });

  test('delivers QoS 2 exactly once when the link dies before PUBREL', async () => {
    const server = await listen(version);
    const session = new TapSession();
    const intake = new CountingIntake();
    const incomingStore = new Store({ clean: false });
    const rounds = [
      { sessionPresent: false, dup: false, expected: 1 },
      { sessionPresent: true, dup: true, expected: 1 },
      { sessionPresent: true, dup: true, expected: 1 },
    ];
    for (const { sessionPresent, dup, expected } of rounds) {
      const { socket, reads } = await dial(server.port, door);
      const { tap } = openTap(socket, version, intake, { reads, session });
      const client = openClient(tap, version, { clean: false, incomingStore });
      client.on('error', () => {});
      const broker = await server.next();
      await broker.got('connect');
      broker.send(connack(version, version !== 3 && sessionPresent), message('exactly/once', 2, 77, dup));
      await broker.got('pubrec');
      expect(intake.count).toBe(expected);
      broker.socket.destroy();
      if (!tap.closed) await once(tap, 'close');
    }
    // At last the handshake is finished, and the id is free for another message.
    const { socket, reads } = await dial(server.port, door);
    const { tap } = openTap(socket, version, intake, { reads, session });
    openClient(tap, version, { clean: false, incomingStore }).on('error', () => {});
    const broker = await server.next();
    await broker.got('connect');
    broker.send(connack(version, version !== 3), { cmd: 'pubrel', messageId: 77 });
    await broker.got('pubcomp');
    broker.send(message('another', 2, 77));
    await broker.got('pubrec');
    expect(intake.count).toBe(2);
  });
});

describe('when the broker breaks the protocol', () => {
  test('version 5 says why in DISCONNECT, the owner hears it with the evidence, and the socket is closed', async () => {
    const server = await listen(5);
    const { socket, reads } = await dial(server.port, 'onread');
    const { tap, ends } = openTap(socket, 5, new CountingIntake(), { reads });
    const client = openClient(tap, 5);
    const failed = once(client as unknown as EventEmitter, 'error');
    const broker = await server.next();
    await broker.got('connect');
    broker.send(connack(5), Uint8Array.of(0x36, 0));
    const disconnect = await broker.got('disconnect');
    expect(disconnect.reasonCode).toBe(129);
    await once(broker.socket, 'close');
    const [error] = await failed;
    expect(error).toMatchObject({ name: 'TapError', code: 'ERR_TAP_ENDED' });
    expect(ends).toMatchObject([{ kind: 'violation', rule: 'qos-3', code: 129 }]);
    expect(client.connected).toBe(false);
    expect(socket.destroyed).toBe(true);
  });

  test('version 3.1.1 just closes', async () => {
    const server = await listen(4);
    const { socket } = await dial(server.port, 'data');
    const { tap, ends } = openTap(socket, 4, new CountingIntake());
    const broker = await server.next();
    tap.resume();
    broker.send(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await once(broker.socket, 'close');
    expect(broker.socket.bytesRead).toBe(0);
    expect(ends).toMatchObject([{ kind: 'violation', rule: 'reserved-flags' }]);
  });
});

describe('when the broker ends the connection', () => {
  test.each(['onread', 'data'] as const)(
    'a refusal just before still reaches mqtt.js, read by %s',
    async (door) => {
      const server = await listen(4);
      const { socket, reads } = await dial(server.port, door);
      const { tap, received } = openTap(socket, 4, new CountingIntake(), { reads });
      const client = openClient(tap, 4);
      const broker = await server.next();
      await broker.got('connect');
      broker.socket.end(Uint8Array.of(0x20, 2, 0, 5));
      const [error] = await once(client as unknown as EventEmitter, 'error');
      expect(String(error)).toMatch(/Not authorized/);
      if (!tap.closed) await once(tap, 'close');
      expect(received.map(({ packet }) => packet)).toMatchObject([{ kind: 'connack', code: 5 }]);
    },
  );

  test('what it sent before the tap was there is read', async () => {
    const server = await listen(4);
    const { socket, reads } = await dial(server.port, 'onread');
    const broker = await server.next();
    broker.send(connack(4));
    await expect.poll(() => socket.bytesRead).toBe(connack(4).length);
    broker.send(message('early', 0, 0), message('early', 0, 0));
    const intake = new CountingIntake();
    openTap(socket, 4, intake, { reads });
    await expect.poll(() => intake.count).toBe(2);
  });

  test.each(['onread', 'data'] as const)(
    'a reset destroys the tap with its error, read by %s',
    async (door) => {
      const server = await listen(4);
      const { socket, reads } = await dial(server.port, door);
      const { tap } = openTap(socket, 4, new CountingIntake(), { reads });
      const failed = once(tap, 'error');
      const broker = await server.next();
      broker.socket.resetAndDestroy();
      const [error] = await failed;
      expect(error).toMatchObject({ code: 'ECONNRESET' });
    },
  );
});

describe('over TLS', () => {
  /** A server that sends CONNACK and then 3,000 messages, a TLS record each, as mosquitto does. */
  async function listenTls(): Promise<number> {
    const { server: pair } = await certificates();
    const server = tls.createServer(pair, (socket) => {
      socket.on('error', () => socket.destroy());
      onTeardown(() => void socket.destroy());
      socket.once('data', () => {
        socket.write(connack(4));
        for (let i = 1; i <= 3_000; i++) socket.write(encode(message('t', 1, i), 4));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTeardown(() => new Promise((resolve) => server.close(() => resolve())));
    return (server.address() as net.AddressInfo).port;
  }

  test.each(['onread', 'data', 'data with a small buffer'])('reads every record, by %s', async (door) => {
    const port = await listenTls();
    const reads = door === 'onread' ? new TapReads(systemClock) : null;
    const options = { host: '127.0.0.1', port, rejectUnauthorized: false };
    const socket =
      reads !== null
        ? tls.connect({ ...options, onread: reads.onread } as tls.ConnectionOptions)
        : tls.connect({
            ...options,
            socket: (await dial(port, 'data')).socket,
            ...(door === 'data' ? {} : { highWaterMark: 1 }),
          });
    await once(socket, 'secureConnect');
    const intake = new CountingIntake();
    const { tap } = openTap(socket, 4, intake, { reads });
    tap.resume();
    tap.write(encode({ cmd: 'connect', clientId: 'x', clean: true, keepalive: 0 } as Packet, 4));
    await expect.poll(() => intake.count, { timeout: 10_000 }).toBe(3_000);
    tap.destroy();
    expect(socket.destroyed).toBe(true);
  });
});
