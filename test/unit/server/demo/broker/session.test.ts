import type { Packet } from 'mqtt-packet';
import { describe, expect, test } from 'vitest';
import type { Link } from '../../../../../src-main/server/demo/broker/link.ts';
import {
  Session,
  type Message,
  type Subscription,
} from '../../../../../src-main/server/demo/broker/session.ts';

const NOW = 1_000_000;

const message = (topic: string, qos: 0 | 1 | 2 = 0, more: Partial<Message> = {}): Message => ({
  topic,
  payload: Buffer.from(`of ${topic}`),
  qos,
  retain: false,
  properties: undefined,
  expiresAt: null,
  from: null,
  ...more,
});
const filter = (topic: string, qos: 0 | 1 | 2 = 2, more: Partial<Subscription> = {}): Subscription => ({
  topic,
  qos,
  identifier: undefined,
  ...more,
});

/** A session, and what it sends over a link that takes everything, nothing, or no more for now. */
function open(...subscriptions: readonly Subscription[]) {
  const counts = { sent: 0, dropped: 0 };
  const session = new Session('client', counts);
  const sent: Packet[] = [];
  const link = { takes: true, congested: false };
  const connect = (): void => {
    session.link = {
      get congested() {
        return link.congested;
      },
      send: (packet: Packet) => {
        if (link.takes) sent.push(packet);
        return link.takes;
      },
    } as Link;
  };
  for (const one of subscriptions) session.subscriptions.set(one.topic, one);
  connect();
  const topics = (): unknown[] => sent.map((packet) => ('topic' in packet ? packet.topic : packet.cmd));
  return { session, sent, link, counts, connect, topics, leave: () => void (session.link = null) };
}

describe('what a client is offered', () => {
  test('comes once for each filter that matches, at the lower QoS of the two', () => {
    const { session, sent } = open(filter('a/#', 1), filter('+/b', 2), filter('c', 2));
    expect(session.offer(message('a/b', 2), NOW)).toBe(true);
    expect(sent).toMatchObject([
      { topic: 'a/b', qos: 1 },
      { topic: 'a/b', qos: 2 },
    ]);
    expect(session.offer(message('other'), NOW)).toBe(false);
  });

  test.each([
    [true, true, true],
    [true, false, false],
    [false, true, false],
  ])(
    'is flagged as retained only where it was published so (%s) and that is asked for (%s): %s',
    (retain, rap, flag) => {
      const { session, sent } = open(filter('a', 0, { rap }));
      session.offer(message('a', 0, { retain }), NOW);
      expect(sent).toMatchObject([{ retain: flag }]);
    },
  );

  test('is not its own where it wants nothing local', () => {
    const { session, sent } = open(filter('a', 0, { nl: true }), filter('#', 0));
    expect(session.offer(message('a', 0, { from: session }), NOW)).toBe(true);
    expect(sent).toHaveLength(1);
  });

  test('carries its properties on, less what belongs to one link, with the identifier of the filter', () => {
    const { session, sent } = open(filter('a', 0, { identifier: 7 }), filter('+', 0));
    const properties = { contentType: 'x', topicAlias: 3, subscriptionIdentifier: 9 };
    session.offer(message('a', 0, { properties }), NOW);
    expect(sent.map((packet) => 'properties' in packet && packet.properties)).toEqual([
      { contentType: 'x', subscriptionIdentifier: 7 },
      { contentType: 'x' },
    ]);
  });

  test.each([
    [10_000, 10],
    [10_001, 11],
    [1, 1],
    [0, 1],
  ])('says how long it holds: %i ms are %i s', (left, seconds) => {
    const { session, sent } = open(filter('a', 0));
    session.offer(message('a', 0, { expiresAt: NOW + left }), NOW);
    expect(sent).toMatchObject([{ properties: { messageExpiryInterval: seconds } }]);
  });
});

describe('what is under way', () => {
  test('is no more than the window, and goes on with each acknowledgement, in order', () => {
    const { session, topics, sent } = open(filter('#', 1));
    session.window = 2;
    for (const topic of ['a', 'b', 'c', 'd']) session.offer(message(topic, 1), NOW);
    expect(topics()).toEqual(['a', 'b']);
    session.acknowledged(sent[0]?.messageId ?? 0);
    expect(topics()).toEqual(['a', 'b', 'c']);
    session.acknowledged(12_345);
    session.acknowledged(sent[1]?.messageId ?? 0);
    expect(topics()).toEqual(['a', 'b', 'c', 'd']);
    expect(new Set(sent.map(({ messageId }) => messageId)).size).toBe(4);
  });

  test('is not held up by what is sent at most once', () => {
    const { session, topics } = open(filter('#', 1));
    session.window = 1;
    session.offer(message('a', 1), NOW);
    session.offer(message('b', 1), NOW);
    session.offer(message('c', 0), NOW);
    expect(topics()).toEqual(['a', 'c']);
  });

  test('comes again after a new link, as the release where it was received', () => {
    const { session, sent, leave, connect } = open(filter('#', 2));
    session.offer(message('a', 1), NOW);
    session.offer(message('b', 2), NOW);
    const [a, b] = sent.map(({ messageId }) => messageId);
    expect(session.received(b ?? 0)).toBe(true);
    expect(session.received(999)).toBe(false);
    leave();
    session.offer(message('c', 1), NOW);
    session.offer(message('d', 0), NOW);
    sent.length = 0;
    connect();
    session.resume();
    expect(sent).toMatchObject([
      { cmd: 'publish', topic: 'a', messageId: a, dup: true },
      { cmd: 'pubrel', messageId: b },
      { cmd: 'publish', topic: 'c', dup: false },
    ]);
  });

  test('has ids that start over after 65,535 and meet none that is still open', () => {
    const { session, sent } = open(filter('#', 1));
    session.offer(message('first', 1), NOW);
    const first = sent[0]?.messageId ?? 0;
    for (let i = 0; i < 65_534; i++) {
      session.offer(message('x', 1), NOW);
      session.acknowledged(sent.at(-1)?.messageId ?? 0);
    }
    session.offer(message('last', 1), NOW);
    expect(sent.at(-1)?.messageId).toBe(first + 1);
  });
});

describe('what is too much', () => {
  test('is not kept: at most once for whoever is away or slow', () => {
    const { session, link, leave, topics, counts } = open(filter('#', 0));
    link.congested = true;
    session.offer(message('a'), NOW);
    leave();
    session.offer(message('b'), NOW);
    expect([topics(), counts]).toEqual([[], { sent: 0, dropped: 1 }]);
  });

  test('is not kept beyond a thousand messages', () => {
    const { session, counts, leave, connect, topics } = open(filter('#', 1));
    leave();
    for (let i = 0; i < 1_005; i++) session.offer(message(`t${i}`, 1), NOW);
    expect(counts).toEqual({ sent: 0, dropped: 5 });
    connect();
    session.resume();
    expect(topics()).toHaveLength(20);
    expect(topics()[0]).toBe('t0');
  });

  test('is not kept beyond 16 MiB', () => {
    const { session, counts, leave } = open(filter('#', 1));
    leave();
    const payload = Buffer.alloc(4 * 2 ** 20);
    for (let i = 0; i < 6; i++) session.offer(message('big', 1, { payload }), NOW);
    expect(counts.dropped).toBe(2);
  });

  test('is left out where the client takes no packet so large, and the next one follows', () => {
    const { session, link, counts, topics } = open(filter('#', 1));
    session.window = 1;
    link.takes = false;
    session.offer(message('large', 1), NOW);
    link.takes = true;
    session.offer(message('small', 1), NOW);
    expect([topics(), counts]).toEqual([['small'], { sent: 1, dropped: 1 }]);
  });
});
