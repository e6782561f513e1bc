import { afterEach, describe, expect, test } from 'vitest';
import { writeToStream, type Packet } from 'mqtt-packet';
import type { PublishMessage } from '../../../../src-main/contract/model/publish-message.ts';
import { connack, openLink, type OpenedLink } from '../../../support/fake-link.ts';
import { teardown } from '../../../support/teardown.ts';

afterEach(teardown);

const message = (qos: 0 | 1 | 2): PublishMessage => ({
  topic: 'a',
  payload: Uint8Array.of(1, 2, 3),
  qos,
  retain: false,
});

async function online(...given: Parameters<typeof openLink>) {
  const opened = openLink(...given);
  await opened.turns();
  await opened.send(connack());
  return opened;
}

/** By us, as soon as may be. */
async function close({ link, clock }: OpenedLink): Promise<void> {
  const closing = link.close(0);
  clock.advance(0);
  await closing;
}

describe('a link at its start', () => {
  test('sends our CONNECT, is accepted before it is ready, and is online then', async () => {
    const opened = openLink({ keepAlive: 33 });
    await opened.turns();
    expect(opened.socket.packets).toMatchObject([{ cmd: 'connect', clientId: 'client', keepalive: 33 }]);
    expect(opened.link.online).toBe(false);
    await opened.send(connack());
    expect(opened.reported).toEqual(['accepted', 'ready']);
    expect([opened.link.online, opened.link.keepAliveMs]).toEqual([true, 33_000]);
  });

  test('keeps alive as the broker asks, not as we did', async () => {
    const opened = openLink({ keepAlive: 60 });
    await opened.turns();
    await opened.send(connack({ serverKeepAlive: 7 }));
    expect(opened.link.keepAliveMs).toBe(7_000);
  });

  test.each([
    [
      '5',
      { cmd: 'connack', reasonCode: 135, sessionPresent: false, properties: { reasonString: 'no' } },
      135,
      false,
    ],
    ['3.1.1', { cmd: 'connack', returnCode: 5, sessionPresent: false }, 5, false],
    ['5', { cmd: 'connack', reasonCode: 132, sessionPresent: false }, 132, true],
  ] as const)('that is refused ends with the code (%s)', async (version, packet, code, versionUnknown) => {
    const { turns, send, reported, ends, socket } = openLink({}, version);
    await turns();
    await send(packet as unknown as Packet);
    expect(reported).toEqual(['ended remote']);
    expect(ends).toMatchObject([{ code, versionUnknown }]);
    expect(socket.destroyed).toBe(true);
  });

  test('that is closed without an answer may be of a version that the broker does not know', async () => {
    const { turns, socket, ends, reported } = openLink();
    await turns();
    socket.push(null);
    await turns();
    expect(reported).toEqual(['ended remote']);
    expect(ends).toMatchObject([{ code: null, versionUnknown: true }]);
  });

  test('that gets what is not MQTT says what it looks like', async () => {
    const { turns, send, ends, reported } = openLink();
    await turns();
    await send(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(reported).toEqual(['ended local']);
    expect(ends[0]?.ending.failure.message).toMatch(/HTTP/);
  });
});

describe('a link that is online', () => {
  test('calls its listeners for packets in the order of the wire, and never after its end', async () => {
    const seen: string[] = [];
    const opened = await online();
    opened.link.listen({
      sent: ({ type, packetId }) => seen.push(`sent ${type} ${packetId}`),
      received: ({ packet }) => seen.push(`received ${packet.kind}`),
    });
    opened.link.publish(message(1), opened.memory.ids.allocate() ?? 0);
    await opened.send({ cmd: 'puback', messageId: 1, reasonCode: 0 } as Packet);
    expect(seen).toEqual(['sent 3 1', 'received puback']);
    opened.link.destroy({ failure: { kind: 'failed', code: 'x', message: '', advice: '' }, retry: 'never' });
    await opened.send({ cmd: 'puback', messageId: 1, reasonCode: 0 } as Packet);
    expect(seen).toHaveLength(2);
  });

  test('writes a message at QoS 0 that is repeated as often as it is published, and the next one as it is', async () => {
    const opened = await online();
    const same = { ...message(0), topic: 'same' };
    for (const one of [same, same, { ...same, topic: 'other' }, same]) opened.link.publish(one, 0);
    await opened.turns();
    expect(opened.socket.packets.slice(1)).toMatchObject(
      ['same', 'same', 'other', 'same'].map((topic) => ({ cmd: 'publish', topic, qos: 0 })),
    );
  });

  test('goes on with QoS 2 by itself, and forgets the message when it is through', async () => {
    const opened = await online();
    const id = opened.memory.ids.allocate() ?? 0;
    opened.link.publish(message(2), id);
    await opened.turns();
    expect(opened.memory.underWay()).toEqual([[id, message(2)]]);
    await opened.send({ cmd: 'pubrec', messageId: id, reasonCode: 0 } as Packet);
    expect(opened.sent().slice(1)).toEqual(['publish', 'pubrel']);
    expect(opened.memory.underWay()).toEqual([[id, null]]);
    await opened.send({ cmd: 'pubcomp', messageId: id, reasonCode: 0 } as Packet);
    expect(opened.memory.underWay()).toEqual([]);
  });

  test('sends again what another link had under way: marked, or its release only', async () => {
    const opened = await online();
    opened.link.publish(message(1), 9, true);
    opened.link.release(12);
    await opened.turns();
    expect(opened.socket.packets.slice(1)).toMatchObject([
      { cmd: 'publish', messageId: 9, dup: true },
      { cmd: 'pubrel', messageId: 12 },
    ]);
    await opened.send({ cmd: 'pubcomp', messageId: 12, reasonCode: 0 } as Packet);
    expect(opened.ends).toEqual([]);
  });

  test('puts received messages into the store and answers them', async () => {
    const { turns, send, intake, sent } = await online();
    await send({ cmd: 'publish', topic: 't', payload: 'x', qos: 1, messageId: 5, dup: false, retain: false });
    await turns();
    expect(intake.taken).toMatchObject([{ topic: 't' }]);
    expect(sent()).toContain('puback');
  });

  test('is given up when the broker does not answer a ping, and says for how long', async () => {
    const { turns, clock, reported, ends, sent } = await online({ keepAlive: 10 });
    clock.advance(9_000);
    await turns();
    expect(sent()).toContain('pingreq');
    clock.advance(60_000);
    await turns();
    expect(reported).toContain('ended silence');
    expect(ends).toMatchObject([{ by: 'silence', ending: { failure: { code: 'keep-alive' } } }]);
    expect(clock.pending).toBe(0);
  });

  test('answers a ping of the user, and one that is asked when it is over', async () => {
    const opened = await online();
    const { turns, link, clock, send, reported } = opened;
    const ping = link.ping('ping');
    await turns();
    clock.advance(25);
    await send({ cmd: 'pingresp' });
    // Its own 25 ms, and those of the turns.
    expect(await ping).toEqual({ kind: 'answered', ms: 27 });
    expect(reported).toContain('pong');
    const late = link.ping('ping');
    await close(opened);
    expect(await late).toEqual({ kind: 'closed' });
  });

  test('cannot authenticate again where it never did', async () => {
    const opened = await online();
    const { link } = opened;
    expect(await link.reauthenticate()).toMatchObject({ code: 'no-enhanced-authentication' });
    await close(opened);
    expect(await link.reauthenticate()).toMatchObject({ code: 'not-connected' });
  });
});

describe('the end of a link', () => {
  test('has the reason that the broker gave, also where it leaves the socket open', async () => {
    const { send, ends, reported, socket } = await online();
    await send({ cmd: 'disconnect', reasonCode: 142, properties: { reasonString: 'taken over' } } as Packet);
    expect(reported.filter((one) => one.startsWith('ended'))).toEqual(['ended remote']);
    expect(ends).toMatchObject([{ by: 'remote', code: 142, versionUnknown: false }]);
    expect(ends[0]?.ending.failure.message).toContain('taken over');
    expect(socket.destroyed).toBe(true);
  });

  test('is reported once, whatever follows', async () => {
    const { turns, link, socket, ends } = await online();
    socket.destroy(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
    await turns();
    link.destroy({ failure: { kind: 'failed', code: 'later', message: '', advice: '' }, retry: 'never' });
    await link.close(1_000);
    expect(ends).toHaveLength(1);
    expect(ends[0]?.by).toBe('remote');
  });

  test('settles whatever waits, and leaves no timer', async () => {
    const { turns, link, clock, socket } = await online();
    const waiting = link.requests.unsubscribe(['a']);
    const ping = link.ping('ping');
    socket.push(null);
    await turns();
    expect(await waiting).toEqual({ kind: 'closed' });
    expect(await ping).toEqual({ kind: 'closed' });
    expect(clock.pending).toBe(0);
  });

  test('by us says DISCONNECT, and does not wait for a broker longer than it may', async () => {
    const { turns, link, clock, sent, ends, socket } = await online();
    let closed = false;
    const closing = link.close(1_000).then(() => (closed = true));
    await turns();
    expect(sent().at(-1)).toBe('disconnect');
    expect(ends).toMatchObject([{ by: 'local', ending: { failure: { code: 'closed-by-us' } } }]);
    if (!closed) clock.advance(1_000);
    await closing;
    expect(socket.destroyed).toBe(true);
    expect(clock.pending).toBe(0);
  });

  test('by us leaves alone what the broker still sends: nothing is counted or acknowledged after DISCONNECT', async () => {
    const { link, clock, send, sent, intake, socket } = await online();
    const publish = (qos: 0 | 1 | 2, messageId?: number) =>
      ({
        cmd: 'publish',
        topic: `t/${qos}`,
        payload: 'x',
        qos,
        dup: false,
        retain: false,
        messageId,
      }) as Packet;
    await send(publish(1, 6));
    const closing = link.close(1_000);
    for (const packet of [publish(0), publish(1, 7), publish(2, 8)]) await send(packet);
    clock.advance(1_000);
    await closing;
    expect(socket.destroyed).toBe(true);
    expect(intake.taken.map(({ topic }) => topic)).toEqual(['t/1']);
    expect(link.tap.messages).toBe(1);
    expect(sent()).toEqual(['connect', 'puback', 'disconnect']);
  });

  test('by a packet that breaks the protocol keeps its bytes', async () => {
    const { send, ends } = await online();
    await send(Uint8Array.of(0x36, 5, 0, 1, 97, 0, 1));
    expect(ends).toHaveLength(1);
    expect(ends[0]?.by).toBe('local');
    expect([...(ends[0]?.ending.failure.evidence ?? [])].slice(0, 2)).toEqual([0x36, 5]);
  });

  test('by a fault of a listener of ours ends this link and says that it is ours', async () => {
    const { link, send, reported, ends } = await online();
    link.listen({
      received: () => {
        throw new Error('ours');
      },
    });
    await send({ cmd: 'pingresp' });
    expect(reported.slice(-2)).toEqual(['fault', 'ended local']);
    expect(ends[0]?.ending.retry).toBe('slowly');
  });
});

test('A client of mqtt.js makes no buffer for each number there is before its first packet.', async () => {
  await online();
  expect(writeToStream.cacheNumbers).toBe(false);
});
