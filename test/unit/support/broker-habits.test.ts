import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import type { IPublishPacket, Packet, QoS } from 'mqtt-packet';
import { WebSocket } from 'ws';
import { generate } from 'mqtt-packet';
import { BROKER_HABITS, HABIT_NAMES, type HabitName } from '../../support/brokers/broker-habits.ts';
import { startFakeBroker, type FakeBroker } from '../../support/brokers/fake-broker.ts';
import { connectPacketClient, type PacketClient } from '../../support/brokers/packet-client.ts';
import { teardown } from '../../support/teardown.ts';

afterEach(teardown);

const publish = (topic: string, payload: string, more: Partial<IPublishPacket> = {}): Packet => ({
  cmd: 'publish',
  topic,
  payload,
  qos: 0,
  dup: false,
  retain: true,
  ...more,
});

/** What a client got, in order: `topic=payload r` for each message, else the kind of packet. */
function seen(client: PacketClient): string[] {
  return client.received.slice(1).map((packet) => {
    if (packet.cmd !== 'publish') return packet.cmd;
    return `${packet.topic}=${String(packet.payload)}${packet.retain ? ' r' : ''}`;
  });
}

async function subscribe(client: PacketClient, topic: string, rap = false, qos: QoS = 1): Promise<Packet> {
  return client.ask({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos, rap, rh: 0 }] });
}

/** A broker with one stored message at `a`, and a client that has subscribed to everything. */
async function start(habit: HabitName): Promise<{ fake: FakeBroker; client: PacketClient }> {
  const fake = await startFakeBroker({ habits: [habit] });
  fake.broker.publish({ topic: 'a', payload: '1', qos: 1, retain: true });
  return { fake, client: await connectPacketClient(fake.port, { version: 5, clientId: 'reader' }) };
}

test('Every habit has a name, plain words, and versions it holds for.', () => {
  expect(HABIT_NAMES.length).toBeGreaterThan(8);
  for (const name of HABIT_NAMES) {
    expect(name).toMatch(/^[a-z0-9-]+$/);
    expect(BROKER_HABITS[name].says).toMatch(/^[A-Z].*\.$/);
  }
});

describe('Stored messages', () => {
  test('come after SUBACK and PINGRESP, in their order, and not at all once they are gone.', async () => {
    const fake = await startFakeBroker({
      habits: ['ping-before-stored'],
      amounts: { storedAtOnce: 2, storedAfterMs: 30, storedEveryMs: 5 },
    });
    for (const topic of ['a', 'b', 'c', 'd', 'e']) fake.broker.publish({ topic, payload: '1', retain: true });
    const client = await connectPacketClient(fake.port);
    await subscribe(client, '#');
    await client.fence();
    expect(seen(client)).toEqual(['suback', 'pingresp']);
    fake.broker.publish({ topic: 'b', payload: '', retain: true });
    await expect.poll(() => seen(client)).toHaveLength(7);
    expect(seen(client).slice(2)).toEqual(['b=', 'a=1 r', 'c=1 r', 'd=1 r', 'e=1 r']);
  });

  test('come before the SUBACK.', async () => {
    const { client } = await start('stored-before-suback');
    await subscribe(client, '#');
    await client.fence();
    expect(seen(client)).toEqual(['a=1 r', 'suback', 'pingresp']);
  });

  test('stay as they were for a while after a clear and after an update, in scans and probes.', async () => {
    const fake = await startFakeBroker({ habits: ['eventually-consistent'], amounts: { staleMs: 300 } });
    for (const topic of ['a', 'b']) fake.broker.publish({ topic, payload: 'old', retain: true });
    fake.broker.publish({ topic: 'a', payload: '', retain: true });
    fake.broker.publish({ topic: 'b', payload: 'new', retain: true });
    expect([fake.broker.retained.get('a'), String(fake.broker.retained.get('b')?.payload)]).toEqual([
      undefined,
      'new',
    ]);
    const early = await connectPacketClient(fake.port, { clientId: 'early' });
    await subscribe(early, '#');
    await early.fence();
    expect(seen(early).toSorted()).toEqual(['a=old r', 'b=old r', 'pingresp', 'suback']);
    await expect
      .poll(async () => {
        const late = await connectPacketClient(fake.port, { clientId: 'late' });
        await subscribe(late, '#');
        await late.fence();
        return seen(late);
      })
      .toEqual(['suback', 'b=new r', 'pingresp']);
  });

  test('are not delivered on wildcards, but for the exact topic.', async () => {
    const { client } = await start('no-stored-on-wildcards');
    await subscribe(client, '#');
    await client.fence();
    expect(seen(client)).toEqual(['suback', 'pingresp']);
    await subscribe(client, 'a');
    await client.fence();
    expect(seen(client).slice(2)).toEqual(['suback', 'a=1 r', 'pingresp']);
  });

  test('do not come for a name that ends with an empty level, only for a wildcard there.', async () => {
    const fake = await startFakeBroker({ habits: ['no-stored-for-empty-last-level'] });
    fake.broker.publish({ topic: 'a/', payload: '1', retain: true });
    const client = await connectPacketClient(fake.port);
    await subscribe(client, 'a/');
    await client.fence();
    await subscribe(client, 'a/+');
    await client.fence();
    expect(seen(client)).toEqual(['suback', 'pingresp', 'suback', 'a/=1 r', 'pingresp']);
  });

  test('carry the client ID of who published them.', async () => {
    const fake = await startFakeBroker({ habits: ['writes-publisher-into-messages'] });
    const client = await connectPacketClient(fake.port, { version: 5, clientId: 'writer' });
    const properties = { userProperties: { a: '1', 'x-mqtt-client-id': 'another' } };
    client.send(publish('a', '1', { properties }));
    await subscribe(client, 'a');
    await client.fence();
    const found = client.received.find(({ cmd }) => cmd === 'publish') as IPublishPacket;
    expect(found.properties?.userProperties).toEqual({ a: '1', 'x-mqtt-client-id': 'writer' });
  });

  test('beyond a number are left out in silence.', async () => {
    const fake = await startFakeBroker({ habits: ['drops-large-scans'], amounts: { scanLimit: 3 } });
    for (const topic of ['a', 'b', 'c', 'd']) fake.broker.publish({ topic, payload: '1', retain: true });
    const client = await connectPacketClient(fake.port);
    await subscribe(client, '#');
    await client.fence();
    expect(seen(client)).toEqual(['suback', 'a=1 r', 'b=1 r', 'c=1 r', 'pingresp']);
  });

  test.each([
    ['retain-at-qos-0-clears', undefined],
    ['forgets-retained-at-qos-0', '1'],
  ] as const)('are not made by QoS 0: %s.', async (habit, left) => {
    const { fake, client } = await start(habit);
    await subscribe(client, '#');
    client.send(publish('a', '2'));
    client.send(publish('b', '2'));
    await client.fence();
    expect(seen(client)).toEqual(['suback', 'a=1 r', 'a=2', 'b=2', 'pingresp']);
    const { retained } = fake.broker;
    expect([retained.get('a')?.payload.toString(), retained.get('b')]).toEqual([left, undefined]);
    await client.ask(publish('b', '3', { qos: 1, messageId: 7 }), 'puback');
    expect(String(retained.get('b')?.payload)).toBe('3');
  });
});

describe('Stored messages of odd brokers', () => {
  test('lose their retain flag for a subscription at QoS 1, not at QoS 0.', async () => {
    const { client } = await start('stored-unflagged-at-qos-1');
    await subscribe(client, '#', true, 1);
    await subscribe(client, 'a', true, 0);
    await client.fence();
    expect(seen(client)).toEqual(['suback', 'a=1', 'suback', 'a=1 r', 'pingresp']);
  });

  test('come to a client that did not ask for them, once anybody had.', async () => {
    const { fake, client } = await start('brings-stored-of-others');
    const other = await connectPacketClient(fake.port, { clientId: 'other' });
    await subscribe(client, 'b');
    await subscribe(other, 'a');
    await subscribe(client, 'c');
    await client.fence();
    expect(seen(client)).toEqual(['suback', 'suback', 'a=1 r', 'pingresp']);
  });

  test('of a topic with dots are found below slashes, by its name with dots as well.', async () => {
    const { fake, client } = await start('dots-become-slashes');
    client.send(publish('x.y/z', '1'));
    await client.fence();
    await subscribe(client, 'x.y/z');
    await client.fence();
    expect(seen(client)).toEqual(['pingresp', 'suback', 'x/y/z=1 r', 'pingresp']);
    expect(fake.all('publish')[0]?.packet.topic).toBe('x.y/z');
  });
});

describe('Names that mean more', () => {
  test('hold back what is stored while a filter is subscribed to that is no pattern.', async () => {
    const { client } = await start('filters-are-patterns');
    for (const topic of ['b', '*x/t']) client.send(publish(topic, '1'));
    await subscribe(client, '*x/t');
    await subscribe(client, 'b');
    await client.fence();
    await client.ask({ cmd: 'unsubscribe', messageId: 9, unsubscriptions: ['*x/t'] });
    await subscribe(client, '+/t');
    await client.fence();
    expect(seen(client)).toEqual([
      ...['suback', 'suback', 'pingresp', 'unsuback'],
      ...['suback', '*x/t=1 r', 'pingresp'],
    ]);
  });

  test('come with each backslash four times, also when they are asked for by their own name.', async () => {
    const { client } = await start('delivers-backslashes-fourfold');
    client.send(publish('b\\t', '1'));
    for (const filter of ['#', 'b\\t', 'b\\\\\\\\t']) await subscribe(client, filter);
    await client.fence();
    const delivered = 'b\\\\\\\\t=1 r';
    expect(seen(client).filter((one) => one.startsWith('b'))).toEqual([delivered, delivered]);
  });
});

describe('Live messages', () => {
  test('keep their retain flag for the exact topic and lose it for a wildcard.', async () => {
    const { client } = await start('ignores-rap-on-wildcards');
    await subscribe(client, '#', true, 0);
    client.send(publish('b', '1'));
    await client.fence();
    await subscribe(client, 'b', true, 0);
    client.send(publish('b', '2'));
    await client.fence();
    expect(seen(client).filter((one) => one.startsWith('b'))).toEqual(['b=1', 'b=1 r', 'b=2', 'b=2 r']);
  });

  test('lose their retain flag although retain-as-published was asked for; stored ones keep it.', async () => {
    const { fake, client } = await start('ignores-rap');
    await subscribe(client, '#', true);
    client.send(publish('a', '2'));
    client.send(publish('a', ''));
    await client.fence();
    fake.habits.delete('ignores-rap');
    client.send(publish('a', '3'));
    await client.fence();
    expect(seen(client)).toEqual(['suback', 'a=1 r', 'a=2', 'a=', 'pingresp', 'a=3 r', 'pingresp']);
  });

  test('carry the retain flag as stored ones do, to a client of 3.1.1 as well, and empty ones too.', async () => {
    const fake = await startFakeBroker({ habits: ['live-as-stored'] });
    const client = await connectPacketClient(fake.port, { version: 4 });
    await subscribe(client, '#');
    client.send(publish('a', '1', { qos: 1, messageId: 5 }));
    client.send(publish('a', '', { qos: 1, messageId: 6 }));
    client.send(publish('a', '', { retain: false }));
    client.send(publish('b', '2', { retain: false }));
    await client.fence();
    const messages = seen(client).filter((one) => one.includes('='));
    expect(messages).toEqual(['a=1 r', 'a= r', 'a=', 'b=2']);
  });
});

describe('Links', () => {
  test('end over a subscription below $SYS, and over no other.', async () => {
    const { client } = await start('closes-on-sys');
    await subscribe(client, '#');
    await expect(subscribe(client, '$SYS/#')).rejects.toThrow('The link closed before a suback.');
  });

  test('over WebSocket end with 1011 after a CONNECT of MQTT 5, and serve 3.1.1.', async () => {
    const fake = await startFakeBroker({ ws: true, habits: ['closes-1011-on-version-5'] });
    const open = async (version: 4 | 5): Promise<WebSocket> => {
      const socket = new WebSocket(`ws://127.0.0.1:${fake.wsPort}/ws`, 'mqtt');
      await once(socket, 'open');
      socket.send(
        generate({
          cmd: 'connect',
          clientId: 'a',
          clean: true,
          keepalive: 0,
          protocolVersion: version,
        } as Packet),
      );
      return socket;
    };
    expect((await once(await open(5), 'close'))[0]).toBe(1011);
    const socket = await open(4);
    const [answer] = (await once(socket, 'message')) as [Buffer];
    expect(answer.toString('hex')).toBe('20020000');
    socket.terminate();
    await connectPacketClient(fake.port, { version: 5 });
  });

  test('end at the first PUBREL; the session stays, and the second PUBREL is answered.', async () => {
    const fake = await startFakeBroker({ habits: ['closes-on-pubrel'] });
    const session = { clientId: 'writer', clean: false, version: 4 } as const;
    const client = await connectPacketClient(fake.port, session);
    await client.ask(publish('a', '1', { qos: 2, messageId: 9 }), 'pubrec');
    client.send({ cmd: 'pubrel', messageId: 9 });
    await once(client.socket, 'close');
    const again = await connectPacketClient(fake.port, session);
    expect(again.connack?.sessionPresent).toBe(true);
    expect(await again.ask({ cmd: 'pubrel', messageId: 9 }, 'pubcomp')).toMatchObject({ messageId: 9 });
    expect(String(fake.broker.retained.get('a')?.payload)).toBe('1');
  });

  test.each([
    [0, 5, ['disconnect']],
    [1, 5, ['puback', 'disconnect']],
    [2, 5, ['pubrec', 'disconnect']],
    [1, 4, []],
  ] as const)('end over a refused PUBLISH at QoS %i, on version %i.', async (qos, version, words) => {
    const fake = await startFakeBroker({ habits: ['ends-over-refused-publish'] });
    const client = await connectPacketClient(fake.port, { version });
    client.send(publish('denied/a', '1', { qos, messageId: 9 }));
    await once(client.socket, 'close');
    expect(seen(client)).toEqual(words);
    expect(fake.broker.retained.get('denied/a')).toBeUndefined();
  });

  test('end over an older CONNECT of their client ID, and the third is let in.', async () => {
    const fake = await startFakeBroker({ habits: ['reads-old-connect-last'] });
    const same = { version: 5, clientId: 'same' } as const;
    const first = connectPacketClient(fake.port, same).catch(() => 'no answer');
    await fake.once('connect');
    await expect(connectPacketClient(fake.port, same)).rejects.toThrow('closed before a connack');
    expect((await connectPacketClient(fake.port, same)).connack?.reasonCode).toBe(0);
    await fake.close();
    expect(await first).toBe('no answer');
  });

  test('end when the broker forgets everything, and can be opened again.', async () => {
    const { fake, client } = await start('ping-before-stored');
    await subscribe(client, '#');
    fake.forget();
    await once(client.socket, 'close');
    const again = await connectPacketClient(fake.port, { clientId: 'reader', clean: false, version: 4 });
    expect(again.connack?.sessionPresent).toBe(false);
    expect([fake.broker.retained.get('a'), fake.links.length]).toEqual([undefined, 1]);
  });
});

describe('Subscriptions', () => {
  test.each([
    [4, 128],
    [5, 135],
  ] as const)('below $SYS are refused and the others granted, on version %i.', async (version, code) => {
    const fake = await startFakeBroker({ habits: ['refuses-sys'] });
    fake.broker.publish({ topic: 'a', payload: '1', retain: true });
    const client = await connectPacketClient(fake.port, { version });
    const subscriptions = ['$SYS/#', '#', '$SYS/a'].map((topic) => ({ topic, qos: 1 as const }));
    const answer = await client.ask({ cmd: 'subscribe', messageId: 3, subscriptions });
    expect(answer).toMatchObject({ messageId: 3, granted: [code, 1, code] });
    await client.fence();
    expect(seen(client)).toContain('a=1 r');
    expect(fake.all('subscribe')[0]?.packet.subscriptions).toHaveLength(3);
    const alone = [{ topic: '$SYS/#', qos: 0 as const }];
    const refused = await client.ask({ cmd: 'subscribe', messageId: 4, subscriptions: alone });
    expect(refused).toMatchObject({ messageId: 4, granted: [code] });
  });

  test('that are shared are granted before MQTT 5, and nothing arrives.', async () => {
    const fake = await startFakeBroker({ habits: ['share-is-literal'] });
    const client = await connectPacketClient(fake.port, { version: 4 });
    const subscriptions = ['$share/g/a', 'b'].map((topic) => ({ topic, qos: 0 as const }));
    expect(await client.ask({ cmd: 'subscribe', messageId: 3, subscriptions })).toMatchObject({
      granted: [0, 0],
    });
    client.send(publish('a', '1'));
    client.send(publish('b', '2'));
    await client.fence();
    expect(seen(client)).toEqual(['suback', 'b=2', 'pingresp']);
  });
});
