import { Duplex } from 'node:stream';
import { parser as makeParser, type Packet } from 'mqtt-packet';
import { MqttClient } from 'mqtt';
import { afterEach, describe, expect, test } from 'vitest';
import type { SentNote } from '../../../../src-main/connection/tap/events.ts';
import { Framer } from '../../../../src-main/connection/tap/framer.ts';
import { TapSession } from '../../../../src-main/connection/tap/session.ts';
import { Tap } from '../../../../src-main/connection/tap/tap.ts';
import { encodeDisconnect, PINGREQ_PACKET } from '../../../../src-main/core/mqtt/encode.ts';
import { encodePublish } from '../../../../src-main/core/mqtt/encode-publish.ts';
import { packetName } from '../../../../src-main/core/mqtt/packet-types.ts';
import {
  connack,
  CountingIntake,
  cut,
  encode,
  generateOptions,
  randomBytes,
} from '../../../support/brokers/mqtt-stream.ts';
import { random as seeded, type Random } from '../../../support/random.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';
import { systemClock } from '../../../../src-main/connection/base/clock.ts';

afterEach(teardown);

function randomFromClient(random: Random, version: 4 | 5): Packet {
  const messageId = 1 + random.int(65_535);
  const v5 = version === 5;
  const code = v5 ? { reasonCode: random.pick([0, 146]) } : {};
  switch (random.int(9)) {
    case 0:
      return { cmd: 'subscribe', messageId, subscriptions: [{ topic: 'a/#', qos: 1 }] };
    case 1:
      return { cmd: 'unsubscribe', messageId, unsubscriptions: ['a', 'b'.repeat(200)] };
    case 2:
      return { cmd: 'pingreq' };
    case 3:
      return { cmd: 'pubrel', messageId, ...code };
    case 4:
      return { cmd: 'pubcomp', messageId, ...code };
    case 5:
      return { cmd: 'pubrec', messageId, ...(v5 ? { reasonCode: random.pick([0, 151]) } : {}) };
    case 6:
      return { cmd: 'disconnect', ...(v5 ? { reasonCode: random.pick([0, 4]) } : {}) };
    default: {
      const qos = random.pick([0, 1, 2] as const);
      const topic = random.pick(['t', 'x/'.repeat(300)]);
      const payload = randomBytes(random, random.pick([0, 3, 300, 3_000]));
      return {
        cmd: 'publish',
        topic,
        payload,
        qos,
        retain: false,
        dup: false,
        ...(qos > 0 ? { messageId } : {}),
      };
    }
  }
}

function parseAll(bytes: Uint8Array, version: 3 | 4 | 5): Packet[] {
  const packets: Packet[] = [];
  const parser = makeParser(generateOptions(version));
  parser.on('packet', (packet) => packets.push(packet));
  parser.on('error', (error) => {
    throw error;
  });
  parser.parse(Buffer.from(bytes));
  return packets;
}

describe('the framer', () => {
  test.each([4, 5] as const)('reports each packet however the stream of version %i is cut', (version) => {
    for (let seed = 1; seed <= 6; seed++) {
      const random = seeded(seed);
      const packets = Array.from({ length: 60 }, () => encode(randomFromClient(random, version), version));
      const expected = packets.map((bytes) => {
        const packet = parseAll(bytes, version)[0] as Packet & { reasonCode?: number };
        return `${packet.cmd} ${bytes[0]! & 15} ${bytes.length} ${packet.messageId ?? 0} ${packet.reasonCode ?? 0}`;
      });
      const stream = Buffer.concat(packets);
      for (const cuts of [0, 20, 400, stream.length]) {
        const reported: string[] = [];
        const framer = new Framer((type, flags, size, packetId, code) => {
          reported.push(`${packetName(type).toLowerCase()} ${flags} ${size} ${packetId} ${code}`);
        });
        const offsets = Array.from({ length: cuts }, (_, i) =>
          cuts === stream.length ? i : random.int(stream.length),
        );
        let end = 0;
        const ends = new Set(packets.map((packet) => (end += packet.length)));
        let at = 0;
        const wrong: number[] = [];
        for (const piece of cut(stream, offsets)) {
          framer.feed(piece);
          at += piece.length;
          if (framer.atBoundary !== ends.has(at)) wrong.push(at);
        }
        expect(wrong).toEqual([]);
        expect(reported).toEqual(expected);
      }
    }
  });
});

/** A socket that takes its time for each write, and keeps what it took. */
class SlowSocket extends Duplex {
  readonly written: Buffer[] = [];
  /** Set: writes wait for `release`. */
  held: (() => void)[] | null = null;

  constructor() {
    super({ writableHighWaterMark: 4_096 });
  }
  override _read(): void {}
  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    const take = () => {
      this.written.push(Buffer.from(chunk));
      done();
    };
    if (this.held) this.held.push(take);
    else setImmediate(take);
  }
  release(): void {
    const held = this.held ?? [];
    this.held = null;
    for (const take of held) take();
  }
  get bytes(): Buffer {
    return Buffer.concat(this.written);
  }
}

function open(socket: Duplex, version: 4 | 5 = 4) {
  const intake = new CountingIntake();
  const sent: SentNote[] = [];
  const tap = new Tap({
    socket,
    reads: null,
    intake,
    session: new TapSession(),
    version,
    maxPayloadBytes: 1_000_000,
    receiveMaximum: 65_535,
    maximumPacketSize: 0,
    clock: { ...systemClock, now: () => 5_000 },
    events: { sent: (note) => sent.push(note), received: () => {}, ended: () => {} },
  });
  onTeardown(() => void tap.destroy());
  return { tap, intake, sent };
}

const flood = (from: number, count: number) =>
  Buffer.concat(
    Array.from({ length: count }, (_, i) =>
      encode(
        {
          cmd: 'publish',
          topic: 'f/l/o/o/d',
          payload: 'x',
          qos: 1,
          messageId: from + i,
          dup: false,
          retain: false,
        },
        4,
      ),
    ),
  );

test('packets that are written together leave in few pieces, in their order, also those that had to wait', async () => {
  const socket = new SlowSocket();
  const { tap, sent } = open(socket);
  const packets = Array.from({ length: 2_000 }, (_, at) =>
    encodePublish(4, { topic: `t/${at}`, payload: new Uint8Array(100), qos: 0, retain: false }, 0),
  );
  const answer = tap.together(() => {
    for (const packet of packets) tap.writePacket(packet);
    return 'done';
  });
  tap.writePacket(PINGREQ_PACKET);
  expect(answer).toBe('done');
  await expect.poll(() => sent.length).toBe(packets.length + 1);
  await expect.poll(() => socket.writableLength).toBe(0);
  const published = parseAll(socket.bytes, 4).flatMap((one) => (one.cmd === 'publish' ? [one.topic] : []));
  expect(published).toEqual(packets.map((_, at) => `t/${at}`));
  expect(socket.written.length).toBeLessThan(10);
});

describe('on a socket that is slow', () => {
  test.each([
    ['packet by packet', true],
    ['field by field', false],
  ])('acknowledgements and pings never go into a packet that mqtt.js writes %s', async (_, corked) => {
    const socket = new SlowSocket();
    const { tap, intake } = open(socket);
    // mqtt-packet corks the stream if it can, so that a packet mostly comes in one piece.
    if (!corked) Object.assign(tap, { cork: undefined });
    const client = new MqttClient(() => tap as never, {
      reconnectPeriod: 0,
      clientId: 'slow',
      log: () => {},
      keepalive: 0,
    });
    client.on('error', (error) => {
      throw error;
    });
    socket.push(connack(4));
    await new Promise((resolve) => client.once('connect', resolve));

    const rounds = 40;
    for (let round = 0; round < rounds; round++) {
      client.publish(`big/${round}`, Buffer.alloc(round % 4 === 2 ? 1_048_576 : 700, round), { qos: 1 });
      // Long topics, so that the socket is full in the middle of a packet and not at its end.
      for (let i = 0; i < 10; i++) client.publish('x'.repeat(600), 'small', { qos: 0 });
      // Large enough not to be held back: read while mqtt.js is still writing.
      socket.push(flood(1 + round * 1_200, 1_200));
      if (round % 5 === 0) tap.writePacket(PINGREQ_PACKET);
      // Begin the next in all states of the socket: idle, full, in the middle of something.
      for (let turns = round % 4; turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
      while (round % 4 === 3 && tap.writableLength + socket.writableLength > 0) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    await expect.poll(() => intake.count).toBe(rounds * 1_200);
    await expect.poll(() => tap.unsentBytes + tap.writableLength + socket.writableLength).toBe(0);

    const packets = parseAll(socket.bytes, 4);
    const of = (cmd: string) => packets.filter((packet) => packet.cmd === cmd);
    expect(of('puback').map(({ messageId }) => messageId)).toEqual(
      Array.from({ length: rounds * 1_200 }, (_, i) => i + 1),
    );
    expect(of('pingreq')).toHaveLength(8);
    const big = of('publish').filter((packet) => packet.cmd === 'publish' && packet.qos === 1);
    expect(big).toHaveLength(rounds);
    for (const packet of big) {
      if (packet.cmd !== 'publish') continue;
      const round = Number(packet.topic.slice(4));
      expect(Buffer.compare(packet.payload as Buffer, Buffer.alloc(packet.payload.length, round))).toBe(0);
    }
    expect(tap.bytesOut).toBe(socket.bytes.length);
    expect(tap.packetsOut).toBe(packets.length);
  });

  test('what is ours waits for the end of a packet that mqtt.js has begun', async () => {
    const socket = new SlowSocket();
    const { tap, sent } = open(socket);
    const packet = encode(
      { cmd: 'publish', topic: 'abc', payload: 'xyz', qos: 0, dup: false, retain: false },
      4,
    );
    tap.write(packet.subarray(0, 4));
    tap.writePacket(PINGREQ_PACKET);
    expect(tap.unsentBytes).toBe(2);
    tap.write(packet.subarray(4));
    await expect.poll(() => socket.bytes.length).toBe(packet.length + 2);
    expect(socket.bytes).toEqual(Buffer.concat([packet, PINGREQ_PACKET]));
    expect(sent.map(({ type }) => packetName(type))).toEqual(['PUBLISH', 'PINGREQ']);
  });

  test('a fence written from the note of a SUBSCRIBE does not cut what was written with it', async () => {
    const socket = new SlowSocket();
    const { tap, sent } = open(socket);
    const listener = tap as Tap & { writePacket: Tap['writePacket'] };
    const subscribe = encode({ cmd: 'subscribe', messageId: 3, subscriptions: [{ topic: '#', qos: 0 }] }, 4);
    const publish = encode(
      { cmd: 'publish', topic: 'a', payload: 'x', qos: 0, dup: false, retain: false },
      4,
    );
    // One write with a packet and a half, so that the note comes in the middle of it.
    const half = Buffer.concat([subscribe, publish.subarray(0, 3)]);
    const push = sent.push.bind(sent);
    sent.push = (note) => {
      if (packetName(note.type) === 'SUBSCRIBE') listener.writePacket(PINGREQ_PACKET);
      return push(note);
    };
    tap.write(half);
    tap.write(publish.subarray(3));
    await expect.poll(() => socket.bytes.length).toBe(half.length + publish.length - 3 + 2);
    expect(parseAll(socket.bytes, 4).map(({ cmd }) => cmd)).toEqual(['subscribe', 'publish', 'pingreq']);
  });

  test('the last packet of ours leaves although the socket is full when the tap ends', async () => {
    const socket = new SlowSocket();
    socket.held = [];
    const { tap } = open(socket);
    tap.write(
      encode(
        { cmd: 'publish', topic: 'a', payload: 'x'.repeat(9_000), qos: 0, dup: false, retain: false },
        4,
      ),
    );
    tap.writePacket(encodeDisconnect(4, 0));
    expect(tap.unsentBytes).toBe(2);
    tap.end();
    socket.release();
    await expect
      .poll(() => parseAll(socket.bytes, 4).map(({ cmd }) => cmd))
      .toEqual(['publish', 'disconnect']);
  });

  test('mqtt.js is made to wait, and goes on when the socket does', async () => {
    const socket = new SlowSocket();
    socket.held = [];
    const { tap } = open(socket);
    let packets = 0;
    const packet = encode(
      { cmd: 'publish', topic: 'a', payload: 'x'.repeat(3_000), qos: 0, dup: false, retain: false },
      4,
    );
    while (packets < 1_000) {
      packets++;
      if (!tap.write(packet)) break;
    }
    expect(packets).toBeLessThan(100);
    const drained = new Promise((resolve) => tap.once('drain', resolve));
    socket.release();
    await drained;
    await expect.poll(() => socket.bytes.length).toBe(packets * packet.length);
  });

  test('messages of ours wait behind pings and are counted by themselves; none follows a DISCONNECT', async () => {
    const socket = new SlowSocket();
    socket.held = [];
    const { tap, sent } = open(socket);
    const message = (topic: string, size: number) =>
      encodePublish(4, { topic, payload: new Uint8Array(size), qos: 0, retain: false }, 0);
    const [first, second, third] = [message('a', 9_000), message('b', 50_000), message('c', 10)];
    for (const packet of [first, second, third]) tap.writePacket(packet);
    tap.writePacket(PINGREQ_PACKET);
    expect([tap.unsentBytes, tap.unsentMessageBytes]).toEqual([2, second.length + third.length]);
    socket.release();
    await expect.poll(() => socket.bytes.length).toBe(first.length + second.length + third.length + 2);
    expect(
      parseAll(socket.bytes, 4).map((packet) => (packet.cmd === 'publish' ? packet.topic : packet.cmd)),
    ).toEqual(['a', 'pingreq', 'b', 'c']);
    expect(sent.map(({ type }) => packetName(type))).toEqual(['PUBLISH', 'PINGREQ', 'PUBLISH', 'PUBLISH']);
    expect([tap.unsentBytes, tap.unsentMessageBytes]).toEqual([0, 0]);

    socket.held = [];
    tap.writePacket(first);
    tap.writePacket(third);
    tap.writePacket(encodeDisconnect(4, 0));
    expect(tap.unsentMessageBytes).toBe(0);
    tap.end();
    socket.release();
    await expect
      .poll(() =>
        parseAll(socket.bytes, 4)
          .slice(4)
          .map(({ cmd }) => cmd),
      )
      .toEqual(['publish', 'disconnect']);
  });
});
