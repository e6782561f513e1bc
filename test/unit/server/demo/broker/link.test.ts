import { once } from 'node:events';
import { duplexPair, type Duplex } from 'node:stream';
import { generate, type Packet } from 'mqtt-packet';
import { afterEach, describe, expect, test } from 'vitest';
import { Link, MAX_INCOMING_BYTES } from '../../../../../src-main/server/demo/broker/link.ts';
import { listenTcp, listenWebSocket } from '../../../../../src-main/server/demo/broker/listen.ts';
import { SystemTopics } from '../../../../../src-main/server/demo/broker/system-topics.ts';
import { realClock } from '../../../../../src-main/server/demo/broker/time.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { onTeardown, teardown } from '../../../../support/teardown.ts';

afterEach(teardown);

/** A link, the other end of its stream, and what it reported. */
function open() {
  const [side, other] = duplexPair() as [Duplex, Duplex];
  const reported: string[] = [];
  const link = new Link(side, 1, {
    packet: ({ cmd }) => reported.push(cmd),
    malformed: (why) => reported.push(`malformed ${why}`),
    closed: () => reported.push('closed'),
  });
  onTeardown(() => void link.destroy());
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const send = async (bytes: Uint8Array): Promise<void> => {
    other.write(bytes);
    await turn();
    await turn();
  };
  return { link, other, reported, send, turn };
}

const CONNECT = generate({ cmd: 'connect', clientId: 'a', protocolVersion: 5, clean: true } as Packet);
const PING = Buffer.of(0xc0, 0);

describe('a link of the demo broker', () => {
  test('takes packets cut anywhere, and many in one piece', async () => {
    const { reported, send, link } = open();
    for (const byte of CONNECT) await send(Buffer.of(byte));
    await send(Buffer.concat([PING, PING, PING]));
    expect(reported).toEqual(['connect', 'pingreq', 'pingreq', 'pingreq']);
    expect([link.version, link.bytesIn]).toEqual([5, CONNECT.length + 6]);
  });

  test.each([
    ['a type that is none', Buffer.of(0x00, 0x00)],
    ['a length without an end', Buffer.of(0x30, 0xff, 0xff, 0xff, 0xff, 0x01)],
    ['a topic longer than its packet', Buffer.of(0x30, 3, 0xff, 0xff, 0x61)],
    ['properties longer than their packet', Buffer.of(0x82, 4, 0, 1, 0x7f, 0x01)],
  ])('reports %s as malformed, and reads nothing after its end', async (_, bytes) => {
    const { reported, send, link } = open();
    await send(CONNECT);
    await send(bytes);
    expect(reported[1]).toMatch(/^malformed/);
    link.destroy();
    const before = [...reported];
    await send(PING);
    expect(reported).toEqual(before);
  });

  test('refuses a packet that never ends, at its bound', async () => {
    const { reported, send } = open();
    await send(Buffer.of(0x30, 0xff, 0xff, 0xff, 0x7f, 0, 1, 0x61));
    const piece = Buffer.alloc(2 ** 20);
    for (let sent = 0; sent <= MAX_INCOMING_BYTES + piece.length; sent += piece.length) await send(piece);
    expect(reported).toContain('malformed packet too large');
  });

  test('sends no packet larger than the client takes, and none after its end', async () => {
    const { link, other, turn } = open();
    let got = 0;
    other.on('data', (chunk: Buffer) => (got += chunk.length));
    link.version = 5;
    link.maximumPacketSize = 10;
    const publish: Packet = {
      cmd: 'publish',
      topic: 'a/long/topic',
      payload: 'x',
      qos: 0,
      dup: false,
      retain: false,
    };
    expect([link.send(publish), link.send({ cmd: 'pingresp' })]).toEqual([false, true]);
    await turn();
    expect([got, link.bytesOut]).toEqual([2, 2]);
    link.destroy();
    expect(link.send({ cmd: 'pingresp' })).toBe(false);
  });

  test('ends once, whoever ends it, and sends what waits when it ends by itself', async () => {
    const { link, other, reported } = open();
    const ended = once(other, 'end');
    const got: Buffer[] = [];
    other.on('data', (chunk: Buffer) => got.push(chunk));
    link.send({ cmd: 'pingresp' });
    link.end();
    link.end();
    await ended;
    expect(Buffer.concat(got)).toEqual(Buffer.of(0xd0, 0));
    link.destroy();
    expect(reported).toEqual(['closed']);
    const broken = open();
    broken.link.stream.destroy(new Error('reset'));
    await new Promise((resolve) => broken.link.stream.once('close', resolve));
    expect(broken.reported).toEqual(['closed']);
  });

  test('is congested while its reader reads nothing', () => {
    const { link } = open();
    expect(link.congested).toBe(false);
    for (let i = 0; i < 9; i++) link.sendBytes(Buffer.alloc(2 ** 20));
    expect(link.congested).toBe(true);
  });
});

describe('where the demo broker listens', () => {
  test('is loopback, on a port that is free, until it closes with all who are there', async () => {
    const accepted: Duplex[] = [];
    const listening = await listenTcp((stream) => void accepted.push(stream));
    const socket = connect({ host: listening.host, port: listening.port });
    await expect.poll(() => accepted.length).toBe(1);
    const closed = once(socket, 'close');
    socket.on('error', () => undefined).resume();
    await listening.close();
    await closed;
    expect([listening.host, accepted[0]?.destroyed]).toEqual(['127.0.0.1', true]);
    const again = connect({ host: listening.host, port: listening.port });
    await expect(once(again, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('says that a port is taken', async () => {
    const first = await listenTcp((stream) => void stream.destroy());
    onTeardown(() => first.close());
    await expect(listenTcp(() => undefined, first.port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('speaks WebSocket with the sub-protocol of MQTT, and says to a browser what it is', async () => {
    const got: string[] = [];
    const listening = await listenWebSocket((stream) =>
      stream.on('data', (chunk) => got.push(String(chunk))),
    );
    const at = `127.0.0.1:${listening.port}`;
    const socket = new WebSocket(`ws://${at}/any/path`, ['other', 'mqtt']);
    await once(socket, 'open');
    expect(socket.protocol).toBe('mqtt');
    socket.send(Buffer.from('hello'));
    await expect.poll(() => got).toEqual(['hello']);
    const page = await fetch(`http://${at}/`);
    expect([page.status, await page.text()]).toEqual([426, 'This port speaks MQTT over WebSocket.\n']);
    const closed = once(socket, 'close');
    await listening.close();
    await closed;
  });
});

describe('what the demo broker says of itself', () => {
  test('comes at once and then every 10 s, until it is closed', () => {
    const clock = new ManualClock();
    const said = new Map<string, string>();
    const facts = {
      counts: { received: 5, sent: 4, dropped: 3, bytesIn: 2, bytesOut: 1 },
      retained: { size: 9 },
      links: [1, 2],
      sessions: [
        { link: {}, subscriptions: { size: 2 } },
        { link: null, subscriptions: { size: 3 } },
      ],
      publish: ({ topic, payload, retain }: { topic: string; payload: string; retain: boolean }) => {
        expect(retain).toBe(true);
        said.set(topic.replace('$SYS/broker/', ''), payload);
      },
    };
    const system = new SystemTopics(facts, clock);
    expect(said.size).toBe(0);
    clock.advance(0);
    expect(Object.fromEntries(said)).toEqual({
      version: 'Topicscope demo broker',
      uptime: '0 seconds',
      'clients/connected': '1',
      'clients/disconnected': '1',
      'clients/total': '2',
      'connections/socket/count': '2',
      'subscriptions/count': '5',
      'messages/received': '5',
      'messages/sent': '4',
      'publish/messages/dropped': '3',
      'bytes/received': '2',
      'bytes/sent': '1',
      'retained messages/count': '9',
    });
    said.clear();
    clock.advance(9_999);
    expect(said.size).toBe(0);
    clock.advance(1);
    expect(said.get('uptime')).toBe('10 seconds');
    system.close();
    expect(clock.pending).toBe(0);
  });
});

test('Real time waits no longer than a timer can, and a wait can be taken back.', async () => {
  let ran = 0;
  const cancel = realClock.after(1, () => ran++);
  cancel();
  // Longer than 24.8 days would be at once.
  const cancelLong = realClock.after(2 ** 40, () => ran++);
  await new Promise<void>((resolve) => void realClock.after(-5, resolve));
  await new Promise<void>((resolve) => void realClock.after(5, resolve));
  expect(ran).toBe(0);
  cancelLong();
  expect(Math.abs(realClock.now() - Date.now())).toBeLessThan(1_000);
});
