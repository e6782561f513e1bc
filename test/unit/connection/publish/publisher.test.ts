import { describe, expect, test } from 'vitest';
import type { Link, LinkEnd } from '../../../../src-main/connection/link/link.ts';
import { SessionMemory } from '../../../../src-main/connection/link/session-memory.ts';
import { Publisher } from '../../../../src-main/connection/publish/publisher.ts';
import type { ReceivedNote } from '../../../../src-main/connection/tap/events.ts';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import type { PublishMessage } from '../../../../src-main/contract/model/publish-message.ts';
import type { PublishOutcome } from '../../../../src-main/contract/session/outcomes.ts';
import type { ControlPacket } from '../../../../src-main/core/mqtt/packets.ts';
import type { LinkLimits } from '../../../../src-main/core/session/failures/service-limits.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const message = (topic: string, qos: 0 | 1 | 2 = 1, more: Partial<PublishMessage> = {}): PublishMessage => ({
  topic,
  payload: new Uint8Array(3),
  qos,
  retain: false,
  ...more,
});

/** A link that writes nothing down but what it was asked to send. */
class FakeLink {
  level: 3 | 4 | 5 = 5;
  online = true;
  readonly tap = { unsentMessageBytes: 0 };
  readonly sent: { topic: string; id: number; dup: boolean }[] = [];
  readonly released: number[] = [];
  readonly #memory: SessionMemory;

  constructor(memory: SessionMemory) {
    this.#memory = memory;
  }

  publish(one: PublishMessage, id: number, dup = false): void {
    if (one.qos > 0) this.#memory.sent(id, one);
    this.sent.push({ topic: one.topic, id, dup });
  }

  release(id: number): void {
    this.released.push(id);
  }
}

const remote: LinkEnd = {
  ending: { failure: failed('closed', 'closed', ''), retry: 'slowly' },
  by: 'remote',
  code: null,
  versionUnknown: false,
};
const local: LinkEnd = { ...remote, by: 'local' };

function open(limits: LinkLimits = {}) {
  const clock = new ManualClock();
  const memory = new SessionMemory(0);
  const log: string[] = [];
  const publisher = new Publisher(memory, clock, (line) => log.push(line));
  const start = (resumed = false): FakeLink => {
    const link = new FakeLink(memory);
    publisher.started(link as unknown as Link, limits, resumed);
    return link;
  };
  const receive = (packet: {
    readonly kind: ControlPacket['kind'];
    readonly packetId: number;
    readonly code: number;
  }): void =>
    publisher.received({
      at: clock.now(),
      size: 4,
      packet: { reason: null, ...packet },
    } as unknown as ReceivedNote);
  /** The tap handed a PUBLISH to the socket. */
  const handed = (qos: 0 | 1 | 2, packetId = 0): void =>
    publisher.sent({ at: clock.now(), type: 3, flags: qos << 1, size: 9, packetId, code: 0 });
  const outcomes: PublishOutcome[] = [];
  const publish = (one: PublishMessage): void => {
    void publisher.publish(one).then((outcome) => outcomes.push(outcome));
  };
  return { clock, memory, log, publisher, start, receive, handed, outcomes, publish };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('what became of a message', () => {
  test('is that it was sent, at QoS 0, when the socket has it and not before', async () => {
    const { start, publish, outcomes, handed, clock, publisher } = open();
    start();
    publish(message('a', 0));
    await settle();
    expect([outcomes, publisher.inFlight]).toEqual([[], 1]);
    clock.pass(7);
    handed(0);
    await settle();
    expect(outcomes).toEqual([{ kind: 'sent', at: clock.wall() }]);
    expect(publisher.inFlight).toBe(0);
  });

  test.each([
    [0, false],
    [16, true],
  ])('is its acknowledgement, with the time it took and code %i', async (code, noSubscribers) => {
    const { start, publish, outcomes, receive, clock, publisher } = open();
    const reported: unknown[] = [];
    publisher.acknowledged = (one, got, id) => reported.push([one.topic, got, id]);
    start();
    publish(message('a', 1));
    clock.pass(12.34);
    receive({ kind: 'puback', packetId: 1, code });
    await settle();
    expect(outcomes).toMatchObject([{ kind: 'acknowledged', ms: 12.3, code, noSubscribers }]);
    expect(reported).toEqual([['a', code, 1]]);
  });

  test('is the code of PUBREC at QoS 2, once PUBCOMP came', async () => {
    const { start, publish, outcomes, receive, publisher } = open();
    start();
    publish(message('a', 2));
    expect(publisher.underWay()).toMatchObject([{ phase: 'awaiting-pubrec', qos: 2, direction: 'out' }]);
    receive({ kind: 'pubrec', packetId: 1, code: 16 });
    await settle();
    expect(outcomes).toEqual([]);
    expect(publisher.underWay()).toMatchObject([{ phase: 'awaiting-pubcomp' }]);
    receive({ kind: 'pubcomp', packetId: 1, code: 0 });
    await settle();
    expect(outcomes).toMatchObject([{ kind: 'acknowledged', code: 16, noSubscribers: true }]);
  });

  test.each(['puback', 'pubrec'] as const)('is a refusal, by %s', async (kind) => {
    const { start, publish, outcomes, receive, publisher } = open();
    start();
    publish(message('a', kind === 'puback' ? 1 : 2));
    receive({ kind, packetId: 1, code: 135 });
    await settle();
    expect(outcomes).toMatchObject([{ kind: 'refused', code: 135 }]);
    expect(publisher.inFlight).toBe(0);
  });

  test('is known at once where it cannot be sent', async () => {
    const { start, publish, outcomes, publisher } = open({ maximumQos: 1 });
    expect(await publisher.publish(message('a'))).toMatchObject({ code: 'not-connected' });
    const link = start();
    publish(message('a', 2));
    publish(message('a/#', 0));
    await settle();
    expect(outcomes.map((one) => one.kind === 'failed' && one.code)).toEqual([
      'qos-unsupported',
      expect.stringMatching(/topic/),
    ]);
    link.online = false;
    expect(await publisher.publish(message('a'))).toMatchObject({ code: 'not-connected' });
    expect(link.sent).toEqual([]);
  });

  test('reports retained messages, and no others, to whoever tracks them', async () => {
    const { start, publish, receive, publisher } = open();
    const reported: unknown[] = [];
    publisher.retained = (one, { kind }) => reported.push([one.topic, kind]);
    start();
    publish(message('a', 1, { retain: true }));
    publish(message('b', 1));
    receive({ kind: 'puback', packetId: 2, code: 0 });
    receive({ kind: 'puback', packetId: 1, code: 135 });
    await settle();
    expect(reported).toEqual([['a', 'refused']]);
  });
});

describe('the window of the broker', () => {
  test('keeps the rest waiting here, in order, QoS 0 behind what waits', async () => {
    const { start, publish, receive, publisher } = open({ receiveMaximum: 2 });
    const link = start();
    for (const topic of ['a', 'b', 'c', 'd']) publish(message(topic));
    publish(message('e', 0));
    expect(link.sent.map(({ topic }) => topic)).toEqual(['a', 'b']);
    expect(publisher.queue().messages).toBe(3);
    receive({ kind: 'puback', packetId: 2, code: 0 });
    expect(link.sent.map(({ topic }) => topic)).toEqual(['a', 'b', 'c']);
    receive({ kind: 'puback', packetId: 1, code: 0 });
    expect(link.sent.map(({ topic }) => topic)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(publisher.queue()).toMatchObject({ messages: 0, bytes: 0 });
  });

  test('is 20 before MQTT 5, which announces none', () => {
    const { start, publish } = open({ receiveMaximum: 500 });
    const link = start();
    link.level = 4;
    for (let i = 0; i < 30; i++) publish(message(`t/${i}`));
    expect(link.sent).toHaveLength(20);
  });

  test('does not hold up what the socket can take, and the socket holds up all', () => {
    const { start, publish, handed } = open();
    const link = start();
    link.tap.unsentMessageBytes = 4 * 2 ** 20 + 1;
    publish(message('a', 0));
    publish(message('b', 1));
    expect(link.sent).toEqual([]);
    link.tap.unsentMessageBytes = 0;
    handed(1);
    expect(link.sent.map(({ topic }) => topic)).toEqual(['a', 'b']);
  });

  test('never makes more than a thousand messages or 64 MB wait', async () => {
    const { start, publish, outcomes, publisher } = open({ receiveMaximum: 1 });
    start();
    for (let i = 0; i < 1_002; i++) publish(message(`t/${i}`));
    await settle();
    expect(outcomes).toMatchObject([{ kind: 'failed', code: 'publish-busy' }]);
    expect(publisher.queue().messages).toBe(1_000);

    const large = open({ receiveMaximum: 1 });
    large.start();
    large.publish(message('first'));
    for (let i = 0; i < 3; i++) large.publish(message('x', 1, { payload: new Uint8Array(30 * 2 ** 20) }));
    await settle();
    expect(large.outcomes).toMatchObject([{ kind: 'failed', code: 'publish-busy' }]);
  });
});

describe('the end of a link', () => {
  test('leaves outcomes unknown, and says that what waited was not sent', async () => {
    const { start, publish, outcomes, publisher, memory } = open({ receiveMaximum: 1 });
    start();
    publish(message('written', 0));
    publish(message('under way', 1));
    publish(message('waiting', 1));
    publisher.ended(local, false);
    await settle();
    expect(
      outcomes.map((one) => (one.kind === 'unknown' ? one.failure.code : 'code' in one && one.code)),
    ).toEqual(expect.arrayContaining(['outcome-unknown', 'outcome-unknown', 'not-sent']));
    expect(publisher.unknownOutcomes).toBe(2);
    expect(memory.underWay().map(([, one]) => one?.topic)).toEqual(['under way']);
    expect(publisher.inFlight).toBe(0);
  });

  test('is blamed on what was written within the two seconds before it, which goes to quarantine', async () => {
    const { start, publish, outcomes, publisher, memory, clock } = open();
    start();
    publish(message('old'));
    clock.pass(1_001);
    publish(message('new'));
    clock.pass(1_000);
    publisher.ended(remote, false);
    await settle();
    expect(publisher.quarantine.list().map(({ topic }) => topic)).toEqual(['new']);
    expect(outcomes.map((one) => one.kind === 'unknown' && one.failure.code)).toEqual([
      'outcome-unknown',
      'publish-closed',
    ]);
    expect(memory.underWay().map(([, one]) => one?.topic)).toEqual(['old']);
  });

  test('is blamed on nothing where we ended it', () => {
    const { start, publish, publisher } = open();
    start();
    publish(message('a'));
    publisher.ended(local, false);
    expect(publisher.quarantine.list()).toEqual([]);
  });
});

describe('a session that lives on', () => {
  /** A link that ended with `a` at QoS 1 and `b` at QoS 2 under way, of which `b` was received. */
  function cut() {
    const opened = open();
    opened.start();
    opened.publish(message('a', 1));
    opened.publish(message('b', 2));
    opened.receive({ kind: 'pubrec', packetId: 2, code: 0 });
    opened.memory.stores.outgoing.put({ cmd: 'pubrel', messageId: 2 } as never, () => undefined);
    opened.clock.pass(10_000);
    opened.publisher.ended(remote, false);
    return opened;
  }

  test('gets again what it did not acknowledge, in order and marked, and releases what it has', async () => {
    const { start, publisher, receive, outcomes } = cut();
    await settle();
    expect(publisher.unknownOutcomes).toBe(2);
    const link = start(true);
    expect(link.sent).toEqual([{ topic: 'a', id: 1, dup: true }]);
    expect(link.released).toEqual([2]);
    expect(publisher.underWay()).toMatchObject([
      { packetId: 1, phase: 'sent-again', topic: 'a' },
      { packetId: 2, phase: 'awaiting-pubcomp', topic: null },
    ]);
    expect([publisher.sentAgain, publisher.inFlight]).toEqual([2, 2]);
    receive({ kind: 'puback', packetId: 1, code: 0 });
    receive({ kind: 'pubcomp', packetId: 2, code: 0 });
    // What was unknown is known by now; nothing is reported twice.
    expect([publisher.sentAgain, publisher.unknownOutcomes, outcomes.length]).toEqual([0, 0, 2]);
  });

  test('is not sent again what closes the connection each time', () => {
    const { start, publisher, memory, log } = cut();
    start(true);
    publisher.ended(remote, false);
    expect(publisher.quarantine.list().map(({ topic }) => topic)).toEqual(['a']);
    expect(log).toEqual([expect.stringMatching(/^Not sent again: .*a/)]);
    expect(memory.underWay()).toEqual([[2, null]]);
    const link = start(true);
    expect([link.sent, link.released]).toEqual([[], [2]]);
  });

  test('never gets again what is sent once, as it would come too late, but for its release', async () => {
    const { start, publisher, receive, clock, memory } = open();
    const link = start();
    const outcomes = (['a', 'b', 'c'] as const).map((topic) =>
      publisher.publishOnce(message(topic, topic === 'a' ? 1 : 2, { retain: true })),
    );
    expect(link.sent.map(({ id }) => id)).toEqual([1, 2, 3]);
    receive({ kind: 'pubrec', packetId: 3, code: 0 });
    memory.stores.outgoing.put({ cmd: 'pubrel', messageId: 3 } as never, () => undefined);
    clock.pass(10_000);
    publisher.ended(remote, false);
    const [first, , last] = await Promise.all(outcomes);
    expect(first).toMatchObject({
      kind: 'unknown',
      failure: { advice: expect.stringContaining('not sent again') },
    });
    expect(last).toMatchObject({
      kind: 'unknown',
      failure: { advice: expect.stringContaining('kept the session') },
    });
    const next = start(true);
    expect([next.sent, next.released]).toEqual([[], [3]]);
  });

  test('keeps nothing in quarantine of what is sent once: a broker that was killed had many under way', async () => {
    const { start, publisher, receive, clock, memory } = open();
    start();
    const many = Array.from({ length: 150 }, (_, i) =>
      publisher.publishOnce(message(`r/${i}`, i === 0 ? 2 : 1, { retain: true })),
    );
    const typed = publisher.publish(message('typed', 1));
    receive({ kind: 'pubrec', packetId: 1, code: 0 });
    memory.stores.outgoing.put({ cmd: 'pubrel', messageId: 1 } as never, () => undefined);
    clock.pass(10);
    publisher.ended(remote, false);
    const outcomes = await Promise.all(many);
    expect(new Set(outcomes.map((one) => one.kind === 'unknown' && one.failure.code))).toEqual(
      new Set(['outcome-unknown']),
    );
    expect(outcomes[1]).toMatchObject({ failure: { advice: expect.stringContaining('not sent again') } });
    // What somebody published is not pushed out by them.
    expect(publisher.quarantine.list().map(({ topic }) => topic)).toEqual(['typed']);
    expect([publisher.quarantine.dropped, (await typed).kind]).toEqual([0, 'unknown']);
    const next = start(true);
    expect([next.sent, next.released]).toEqual([[], [1]]);
  });

  test('and one that does not: nothing is sent, and every id is free', () => {
    const { start, publisher, memory, publish } = cut();
    publisher.sessionLost();
    const link = start(false);
    expect([link.sent, link.released, memory.underWay()]).toEqual([[], [], []]);
    publish(message('c'));
    expect(link.sent).toEqual([{ topic: 'c', id: 3, dup: false }]);
  });
});

describe('messages that come back to us', () => {
  const LIMITS = { receiveMaximum: 20 };

  test('A part of the window is kept for a read without an acknowledgement, and used one by one then.', () => {
    const { publisher, start, receive, publish } = open(LIMITS);
    const link = start();
    for (let i = 0; i < 40; i++) publish(message(`t/${i}`));
    expect(link.sent).toHaveLength(20);
    for (const { id } of link.sent.slice(0, 12)) receive({ kind: 'puback', packetId: id, code: 0 });
    // Twelve of twenty are free, of which ten are kept.
    expect(link.sent).toHaveLength(22);
    publisher.unanswered();
    publisher.unanswered();
    expect(link.sent).toHaveLength(24);
    for (let i = 0; i < 20; i++) publisher.unanswered();
    expect(link.sent).toHaveLength(32);
    expect(link.sent.map(({ topic }) => topic)).toEqual(Array.from({ length: 32 }, (_, i) => `t/${i}`));
  });

  test('Where nothing waits, or there is no link, nothing is sent by it; a small window is used whole.', () => {
    const { publisher, start, receive, publish } = open({ receiveMaximum: 2 });
    publisher.unanswered();
    const link = start();
    for (let i = 0; i < 4; i++) publish(message(`t/${i}`));
    expect(link.sent).toHaveLength(2);
    for (const { id } of [...link.sent]) receive({ kind: 'puback', packetId: id, code: 0 });
    expect(link.sent).toHaveLength(4);
    publisher.unanswered();
    expect(link.sent).toHaveLength(4);
  });
});
