import { Duplex } from 'node:stream';
import type { Packet } from 'mqtt-packet';
import { afterEach, describe, expect, test } from 'vitest';
import { LONG_TICK_MS } from '../../../../src-main/connection/base/coarse-timer.ts';
import { HOLD_MS, SMALL_READ } from '../../../../src-main/connection/tap/pace.ts';
import { MAX_UNSENT, MAX_WAITING, STUCK_MS } from '../../../../src-main/connection/tap/bounds.ts';
import { PINGREQ_PACKET } from '../../../../src-main/core/mqtt/encode.ts';
import type { Intake } from '../../../../src-main/core/topics/store/intake.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { connack, CountingIntake, encode, RecordingIntake } from '../../../support/brokers/mqtt-stream.ts';
import { message, openTap } from '../../../support/tap.ts';
import { teardown } from '../../../support/teardown.ts';
import { systemClock } from '../../../../src-main/connection/base/clock.ts';

afterEach(teardown);

type Version = 3 | 4 | 5;

/** A stream whose other end the test holds, and that counts how it is read. */
class Line extends Duplex {
  readonly written: Buffer[] = [];
  stalled = false;
  #done: (() => void)[] = [];
  override _read(): void {}
  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.written.push(chunk);
    if (this.stalled) this.#done.push(done);
    else done();
  }
  release(): void {
    this.stalled = false;
    for (const done of this.#done.splice(0)) done();
  }
}

function onLine(version: Version = 4, intake: Intake = new CountingIntake()) {
  const clock = new ManualClock();
  const line = new Line();
  const opened = openTap(line, version, intake, {
    clock: { ...clock, nextTurn: systemClock.nextTurn },
  });
  return { ...opened, line, clock };
}

function openLine(intake: Intake) {
  const line = new Line();
  return { ...openTap(line, 4, intake), line };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const small = encode(message('a', 0, 0), 4);

describe('reads are held back for a moment', () => {
  async function settled() {
    const opened = onLine();
    opened.tap.resume();
    opened.line.push(connack(4));
    await turn();
    opened.clock.advance(10);
    await turn();
    return opened;
  }

  /** Two small ones after another: what follows is held back. */
  async function holding() {
    const opened = await settled();
    opened.line.push(small);
    opened.line.push(small);
    await turn();
    expect(opened.tap.messages).toBe(2);
    return opened;
  }

  test('after a small one, and what came meanwhile is read as one', async () => {
    const { line, tap, clock } = await holding();
    for (let i = 0; i < 5; i++) line.push(small);
    await turn();
    expect(tap.messages).toBe(2);
    clock.advance(HOLD_MS - 1);
    expect(tap.messages).toBe(2);
    clock.advance(1);
    expect(tap.messages).toBe(7);
    // Nothing came: the next is read at once.
    clock.advance(HOLD_MS);
    await turn();
    line.push(small);
    await turn();
    expect(tap.messages).toBe(8);
  });

  test('not after one that was awaited as long: a hundred messages a second set no timer', async () => {
    const { line, tap, clock } = await settled();
    const { pending } = clock;
    for (let sent = 1; sent <= 100; sent++) {
      clock.advance(10);
      line.push(small);
      await turn();
      expect(tap.messages).toBe(sent);
      expect(clock.pending).toBe(pending);
    }
  });

  test('again as soon as a stream is dense once more', async () => {
    const { line, tap, clock } = await holding();
    clock.advance(HOLD_MS);
    await turn();
    clock.advance(HOLD_MS);
    line.push(small);
    await turn();
    clock.advance(1);
    line.push(small);
    await turn();
    expect(tap.messages).toBe(4);
    line.push(small);
    await turn();
    expect(tap.messages).toBe(4);
    clock.advance(HOLD_MS);
    await turn();
    expect(tap.messages).toBe(5);
  });

  test('not after a large one', async () => {
    const { line, tap } = await settled();
    const enough = Math.ceil(SMALL_READ / small.length);
    const many = Buffer.concat(Array.from({ length: enough }, () => small));
    line.push(many);
    await turn();
    line.push(small);
    await turn();
    expect(tap.messages).toBe(enough + 1);
  });

  test('so that a thousand messages a second, one by one, are a quarter as many reads', async () => {
    const { line, tap, clock } = await settled();
    let reads = 0;
    let known = 0;
    for (let ms = 0; ms < 1_000; ms++) {
      line.push(small);
      await turn();
      clock.advance(1);
      await turn();
      if (tap.messages > known) reads++;
      known = tap.messages;
    }
    clock.advance(HOLD_MS);
    await turn();
    expect(tap.messages).toBe(1_000);
    expect(reads).toBeLessThanOrEqual(251);
  });

  /** A second of a thousand messages, one by one, to which nobody looks, and how often it was read. */
  async function unwatched(qos: 0 | 1) {
    const opened = onLine(4, Object.assign(new CountingIntake(), { unwatched: true }));
    const { line, tap, clock } = opened;
    tap.resume();
    line.push(connack(4));
    await turn();
    let reads = 0;
    let known = 0;
    for (let ms = 0; ms < 1_000; ms++) {
      line.push(encode(message('a', qos, 1 + ms), 4));
      await turn();
      clock.advance(1);
      await turn();
      if (tap.messages > known) reads++;
      known = tap.messages;
    }
    clock.advance(LONG_TICK_MS);
    await turn();
    expect(tap.messages).toBe(1_000);
    return reads;
  }

  test('as long as the whole read says, and nothing of it is held back: one message in it asked for an answer', async () => {
    const opened = onLine(4, Object.assign(new CountingIntake(), { unwatched: true }));
    const { line, tap, clock } = opened;
    tap.resume();
    line.push(connack(4));
    await turn();
    // Several parts, as it is not known yet how long one takes. Only the first asks for an acknowledgement.
    const count = Math.floor(12_000 / small.length);
    line.push(Buffer.concat([encode(message('a', 1, 1), 4), ...Array.from({ length: count }, () => small)]));
    await turn();
    expect(tap.messages).toBe(count + 1);
    line.push(small);
    await turn();
    expect(tap.messages).toBe(count + 1);
    clock.advance(HOLD_MS);
    await turn();
    expect(tap.messages).toBe(count + 2);
  });

  test('for longer while nobody looks: a thousand small messages a second are ten reads', async () => {
    expect(await unwatched(0)).toBeLessThanOrEqual(12);
  });

  test('and until a tick: all who wait for it are woken once', async () => {
    const opened = onLine(4, Object.assign(new CountingIntake(), { unwatched: true }));
    const { line, tap, clock } = opened;
    tap.resume();
    line.push(connack(4));
    await turn();
    clock.advance(2 * LONG_TICK_MS - (clock.now() % LONG_TICK_MS) + 10);
    line.push(small);
    line.push(small);
    line.push(small);
    await turn();
    const known = tap.messages;
    expect(known).toBeLessThan(3);
    const seen: number[] = [];
    clock.atTick(LONG_TICK_MS, () => seen.push(clock.now()));
    clock.advance(LONG_TICK_MS - 11);
    await turn();
    expect([tap.messages, seen.length]).toEqual([known, 0]);
    clock.advance(1);
    await turn();
    expect([tap.messages, seen.length]).toEqual([3, 1]);
  });

  test('but not for longer where the broker waits for acknowledgements', async () => {
    expect(await unwatched(1)).toBeGreaterThanOrEqual(200);
  });

  test('not before CONNACK', async () => {
    const { line, received, tap } = onLine(5);
    tap.resume();
    const auth = { cmd: 'auth' as const, reasonCode: 24, properties: { authenticationMethod: 'x' } };
    line.push(encode(auth as Packet, 5));
    await turn();
    line.push(connack(5));
    await turn();
    expect(received.map(({ packet }) => packet.kind)).toEqual(['auth', 'connack']);
  });

  test('not while a PINGRESP is awaited, and what is held then is read', async () => {
    const { line, tap, clock, received } = await holding();
    tap.writePacket(PINGREQ_PACKET);
    line.push(Uint8Array.of(0xd0, 0));
    clock.advance(0);
    await turn();
    expect(received.at(-1)?.packet.kind).toBe('pingresp');
    line.push(small);
    await turn();
    clock.advance(HOLD_MS);
    expect(tap.messages).toBe(3);
  });

  test('not from SUBSCRIBE on until no retained message came for a while', async () => {
    const { line, tap, clock } = await settled();
    tap.writePacket(encode({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: '#', qos: 0 }] }, 4));
    clock.advance(5_000);
    line.push(encode({ cmd: 'suback', messageId: 1, granted: [0] }, 4));
    await turn();
    const retained = encode({ ...message('r', 0, 0), retain: true } as Packet, 4);
    for (let i = 1; i <= 20; i++) {
      clock.advance(200);
      line.push(retained);
      await turn();
      expect(tap.messages).toBe(i);
    }
    clock.advance(400);
    line.push(small);
    line.push(small);
    line.push(small);
    await turn();
    expect(tap.messages).toBe(22);
    clock.advance(HOLD_MS);
    expect(tap.messages).toBe(23);
  });
});

describe('by data events', () => {
  test.each([undefined, new Error('reset')])(
    'what was held back when the stream was destroyed is read: %s',
    async (error) => {
      const { line, tap, clock, received } = onLine(5);
      tap.resume();
      line.push(connack(5));
      await turn();
      clock.advance(10);
      line.push(encode(message('a', 0, 0), 5));
      line.push(encode(message('b', 0, 0), 5));
      line.push(encode(message('c', 0, 0), 5));
      line.push(Uint8Array.of(0xe0, 1, 142));
      expect(tap.messages).toBe(2);
      line.destroy(error);
      await turn();
      expect(tap.messages).toBe(3);
      expect(received.at(-1)?.packet).toMatchObject({ kind: 'disconnect', code: 142 });
      await expect.poll(() => tap.readableLength).toBe(0);
    },
  );

  test('a huge chunk is read over several turns, in order, and whole', async () => {
    const intake = new RecordingIntake();
    const { line, tap } = openLine(intake);
    tap.resume();
    const count = 100_000;
    const packets = Array.from({ length: count }, (_, i) => encode(message(String(i), 0, 0), 4));
    line.push(Buffer.concat([connack(4), ...packets]));
    line.push(encode(message('after', 0, 0), 4));
    await turn();
    expect(tap.messages).toBeLessThan(count / 2);
    await expect.poll(() => tap.messages).toBe(count + 1);
    expect(intake.taken.every(({ topic }, i) => topic === (i === count ? 'after' : String(i)))).toBe(true);
  });
});

describe('bounds', () => {
  const acknowledged = Buffer.concat(
    Array.from({ length: 5_000 }, (_, i) => encode(message('a', 1, 1 + i), 4)),
  );

  async function flooded() {
    const opened = onLine();
    opened.tap.resume();
    opened.line.push(connack(4));
    await turn();
    opened.clock.advance(10);
    opened.line.stalled = true;
    for (let i = 0; i < 100; i++) {
      opened.line.push(acknowledged);
      await turn();
    }
    return opened;
  }

  test('a megabyte of unsent acknowledgements stops the reading, and a socket that goes on resumes it', async () => {
    const { tap, line, clock, ends } = await flooded();
    expect(tap.unsentBytes).toBeGreaterThan(MAX_UNSENT);
    expect(tap.unsentBytes).toBeLessThan(MAX_UNSENT + 50_000);
    const before = tap.messages;
    expect(before).toBeLessThan(500_000);
    clock.advance(STUCK_MS / 2);
    line.release();
    for (let i = 0; i < 200 && tap.messages < 500_000; i++) {
      clock.advance(50);
      await turn();
    }
    expect(tap.messages).toBe(500_000);
    expect(ends).toEqual([]);
    // The last ones leave after the turn in which they were made.
    await expect.poll(() => Buffer.concat(line.written).length).toBe(500_000 * 4);
  });

  test('if the socket stays stuck the connection is given up by name', async () => {
    const { tap, clock, ends } = await flooded();
    clock.advance(STUCK_MS + 200);
    expect(ends).toMatchObject([{ kind: 'stuck', what: 'acknowledgements' }]);
    expect(tap.destroyed).toBe(true);
    expect(clock.pending).toBe(0);
  });

  test('16 MB that mqtt.js does not take stop the reading, and end it by name if they stay', async () => {
    const { tap, line, clock, ends } = onLine(5);
    line.push(connack(5));
    await turn();
    clock.advance(10);
    const reasonString = 'x'.repeat(60_000);
    const wordy = encode({ cmd: 'puback', messageId: 1, reasonCode: 0, properties: { reasonString } }, 5);
    for (let i = 0; i < 400; i++) {
      line.push(wordy);
      await turn();
    }
    expect(tap.waitingBytes).toBeGreaterThan(MAX_WAITING);
    expect(tap.waitingBytes).toBeLessThan(MAX_WAITING + 2 * wordy.length);
    clock.advance(STUCK_MS + 200);
    expect(ends).toMatchObject([{ kind: 'stuck', what: 'client' }]);
  });
});

describe('faults of ours', () => {
  test('an intake that throws ends this connection and says so', async () => {
    const broken = new Error('broken store');
    const { tap, line, ends } = onLine(4, {
      message() {
        throw broken;
      },
    });
    line.push(Buffer.concat([connack(4), small]));
    await turn();
    expect(ends).toEqual([{ kind: 'fault', error: broken }]);
    expect(tap.destroyed).toBe(true);
    expect(line.destroyed).toBe(true);
  });

  test('an owner that destroys the tap from an event gets nothing more', async () => {
    const intake = new CountingIntake();
    const line = new Line();
    const { tap } = openTap(line, 4, intake, {
      events: { sent: () => {}, received: () => void tap.destroy(), ended: () => {} },
    });
    line.push(Buffer.concat([connack(4), small, small]));
    await turn();
    expect([intake.count, tap.destroyed, line.destroyed]).toEqual([0, true, true]);
    tap.writePacket(PINGREQ_PACKET);
    expect(line.written).toEqual([]);
  });
});
