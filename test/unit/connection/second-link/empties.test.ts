import { expect, test, vi } from 'vitest';
import { parser, type IPublishPacket } from 'mqtt-packet';
import {
  Empties,
  SILENCE_MS,
  type EmptiesLink,
} from '../../../../src-main/connection/second-link/empties.ts';
import { SessionMemory } from '../../../../src-main/connection/link/session-memory.ts';
import type { LinkLimits } from '../../../../src-main/core/session/failures/service-limits.ts';
import { readControlPacket } from '../../../../src-main/core/mqtt/packets.ts';
import { packNames, TopicNames } from '../../../../src-main/core/retained/topic-names.ts';
import { encode } from '../../../support/brokers/mqtt-stream.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

/** A broker that keeps what it gets and answers when the test says so. */
function open(limits: LinkLimits = {}) {
  const got: IPublishPacket[] = [];
  const writes: number[] = [];
  const reader = parser({ protocolVersion: 5 });
  reader.on('packet', (packet) => got.push(packet as IPublishPacket));
  const link = {
    online: true,
    tap: {
      unsentMessageBytes: 0,
      writePacket: (bytes: Uint8Array) => {
        const before = got.length;
        reader.parse(Buffer.from(bytes));
        writes.push(got.length - before);
      },
    },
  };
  const memory = new SessionMemory(0);
  const clock = new ManualClock(100);
  const silent = vi.fn();
  const empties = new Empties(link satisfies EmptiesLink, memory.ids, limits, clock, silent);
  const answer = (n: number, reasonCode = 0): void => {
    const raw = encode({ cmd: 'puback', messageId: got[n]!.messageId!, reasonCode }, 5);
    const packet = readControlPacket(raw, 4, 2, raw.length, 5);
    if (typeof packet === 'string') throw new Error(packet);
    empties.received({ at: clock.now(), size: raw.length, packet });
  };
  /** An outcome for each, in their order; null: it went well. */
  const send = async (keys: readonly string[], took = new Float32Array(keys.length)) => {
    const names = new TopicNames(packNames(['before', ...keys]));
    const found = await empties.send(
      names,
      Uint32Array.from(keys, (_, i) => i + 1),
      took,
    );
    return keys.map((_, at) => found.get(at) ?? null);
  };
  return { empties, send, got, writes, link, answer, memory, clock, silent };
}

const topics = (count: number, prefix = 't'): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}/${i}`);
const turn = (): Promise<void> => Promise.resolve();

test('Each topic gets one empty retained message at QoS 1, never more at once than the broker takes.', async () => {
  const { send, got, answer } = open({ receiveMaximum: 20 });
  const keys = [...topics(95), 'a//b', '/', ' ', '😀/ä', 'x/'.repeat(100)];
  const outcomes = send(keys);
  let answered = 0;
  for (; answered < keys.length; answered++) {
    expect(got.length - answered).toBeLessThanOrEqual(20);
    answer(answered);
    await turn();
  }
  expect(await outcomes).toEqual(keys.map(() => null));
  expect(got.map(({ topic }) => topic)).toEqual(keys);
  for (const { qos, retain, dup, payload } of got)
    expect({ qos, retain, dup, size: payload.length }).toEqual({ qos: 1, retain: true, dup: false, size: 0 });
});

test('What one read acknowledges leaves room for as many, which leave in one write.', async () => {
  const { send, writes, answer } = open({ receiveMaximum: 20 });
  void send(topics(60));
  expect(writes).toEqual([20]);
  for (let n = 0; n < 15; n++) answer(n);
  await turn();
  expect(writes).toEqual([20, 15]);
});

test('Each acknowledgement lets the next one out at once: some brokers hold back the others until then.', async () => {
  const { send, writes, answer } = open({ receiveMaximum: 20 });
  const outcomes = send(topics(25));
  for (let n = 0; n < 25; n++) {
    answer(n);
    await turn();
  }
  expect(writes).toEqual([20, 1, 1, 1, 1, 1]);
  expect(await outcomes).toHaveLength(25);
});

test('Where the broker takes one at a time, each acknowledgement lets the next one out.', async () => {
  const { send, writes, answer } = open({ receiveMaximum: 1 });
  const outcomes = send(topics(3));
  for (let n = 0; n < 3; n++) {
    answer(n);
    await turn();
  }
  expect(writes).toEqual([1, 1, 1]);
  expect(await outcomes).toEqual([null, null, null]);
});

test('A refusal is reported for its topic, with the code, and a topic that no message can have is not sent.', async () => {
  const { send, got, answer } = open();
  const outcomes = send(['a', 'b/#', '', 'c']);
  expect(got.map(({ topic }) => topic)).toEqual(['a', 'c']);
  answer(1, 135);
  answer(0, 16);
  const [a, wildcard, empty, c] = await outcomes;
  expect(a).toBeNull();
  expect(wildcard).toMatchObject({ kind: 'failed', code: 'topic-wildcard' });
  expect(empty).toMatchObject({ kind: 'failed', code: 'topic-empty' });
  expect(c).toMatchObject({ kind: 'refused', code: 135 });
});

test('A broker that keeps none, and packets above its limit, are refused here.', async () => {
  const none = open({ retainAvailable: false });
  expect(await none.send(['a'])).toMatchObject([{ code: 'retain-unsupported' }]);
  const small = open({ maximumPacketSize: 12 });
  const outcomes = small.send(['abcde', 'abcdef']);
  small.answer(0);
  expect(await outcomes).toMatchObject([null, { code: 'too-large' }]);
  expect(small.got).toHaveLength(1);
});

test('Every name that can be published to goes as it is, and any other takes no packet id.', async () => {
  const odd = ['ä', 'a\u00a0b', '~'.repeat(300), 'a/\u{1f600}', '\ufeff'];
  const bad = ['', '#', 'a/+', 'a\u0000', '\u0000\\xff', 'x'.repeat(65_536)];
  for (const limits of [{}, { maximumPacketSize: 400 }, { maximumPacketSize: 9 }]) {
    const { send, got, answer, memory } = open(limits);
    const outcomes = send([...odd, ...bad]);
    for (const n of got.keys()) answer(n);
    expect(got.map(({ topic }) => topic)).toEqual(limits.maximumPacketSize === 9 ? ['ä'] : odd);
    expect((await outcomes).flatMap((outcome) => (outcome === null ? [0] : []))).toHaveLength(got.length);
    for (let free = 0; free < 65_535; free++)
      if (memory.ids.allocate() === null) expect.fail(`${free} are free`);
  }
});

test('When the link ends, what was under way is unknown and the rest was not sent, and nothing waits.', async () => {
  const { empties, send, answer, got } = open({ receiveMaximum: 2 });
  const first = send(topics(5));
  const second = send(topics(2, 'u'));
  answer(1);
  await turn();
  expect(got).toHaveLength(3);
  empties.ended();
  const code = (outcome: unknown) => (outcome as { code?: string; kind: string } | null)?.kind ?? 'cleared';
  expect((await first).map(code)).toEqual(['unknown', 'cleared', 'unknown', 'failed', 'failed']);
  expect(await second).toMatchObject([{ code: 'not-sent' }, { code: 'not-sent' }]);
  expect(await send(['later'])).toMatchObject([{ code: 'not-sent' }]);
  expect(got).toHaveLength(3);
});

test('Nothing more is written while the socket is full; it goes on when that has left.', async () => {
  const { empties, send, link, got } = open();
  link.tap.unsentMessageBytes = 2 ** 20;
  void send(topics(3));
  expect(got).toHaveLength(0);
  link.tap.unsentMessageBytes = 0;
  empties.sent();
  await turn();
  expect(got).toHaveLength(3);
});

test('Packet ids are given back, so that any number of topics can be cleared over one link.', async () => {
  const { send, answer, got, memory } = open();
  const all = send(topics(2_500));
  for (let n = 0; n < 2_500; n++) {
    if (n === got.length) await turn();
    answer(n, n % 100 === 0 ? 135 : 0);
  }
  expect((await all).filter((outcome) => outcome === null)).toHaveLength(2_475);
  expect(new Set(got.map(({ topic }) => topic)).size).toBe(2_500);
  for (let free = 0; free < 65_535; free++)
    if (memory.ids.allocate() === null) expect.fail(`${free} are free`);
});

test('How long each acknowledgement took is reported, except for refusals and for what had none.', async () => {
  const { empties, send, answer, clock } = open();
  const took = new Float32Array(4).fill(Number.NaN);
  const outcomes = send(['a', 'b', '#', 'c'], took);
  clock.advance(2);
  answer(1, 135);
  clock.advance(3.5);
  answer(0);
  empties.ended();
  await outcomes;
  expect([...took]).toEqual([5.5, Number.NaN, Number.NaN, Number.NaN]);
});

test('A broker that acknowledges nothing is given up after a time, and nobody waits for it.', async () => {
  const { send, answer, clock, silent, got } = open({ receiveMaximum: 3 });
  const outcomes = send(topics(5));
  clock.advance(SILENCE_MS - 1);
  answer(1);
  await turn();
  // It has as long again for the others.
  clock.advance(SILENCE_MS - 1);
  expect(silent).not.toHaveBeenCalled();
  clock.advance(1);
  expect(silent).toHaveBeenCalledTimes(1);
  expect(got).toHaveLength(4);
  expect(await outcomes).toEqual([
    { kind: 'unknown', failure: expect.objectContaining({ message: expect.stringContaining('for 30 s') }) },
    null,
    { kind: 'unknown', failure: expect.objectContaining({ code: 'unacknowledged' }) },
    { kind: 'unknown', failure: expect.objectContaining({ code: 'unacknowledged' }) },
    expect.objectContaining({ kind: 'failed', code: 'not-sent' }),
  ]);
  expect(clock.pending).toBe(0);
});

test('A broker that has nothing to acknowledge is not given up.', async () => {
  const { send, answer, clock, silent } = open();
  const outcomes = send(topics(1));
  answer(0);
  await outcomes;
  clock.advance(3 * SILENCE_MS);
  expect(clock.pending).toBe(0);
  const later = send(topics(1));
  clock.advance(SILENCE_MS - 1);
  expect(silent).not.toHaveBeenCalled();
  answer(1);
  expect(await later).toEqual([null]);
});
