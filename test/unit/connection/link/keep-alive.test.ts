import { describe, expect, test } from 'vitest';
import { KeepAlive } from '../../../../src-main/connection/link/keep-alive.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const PINGREQ = [0xc0, 0];

/** A link whose packets go nowhere; the test plays the broker. */
function link(intervalMs = 10_000) {
  const clock = new ManualClock();
  const traffic = { lastSentAt: clock.now(), lastReceivedAt: clock.now() };
  /** When PINGREQs were written, in ms since the start. */
  const pings: number[] = [];
  const rtts: (number | null)[] = [];
  const dead: number[] = [];
  const began = clock.now();
  const keepAlive = new KeepAlive({
    clock,
    traffic,
    write: (packet) => {
      expect([...packet]).toEqual(PINGREQ);
      traffic.lastSentAt = clock.now();
      pings.push(clock.now() - began);
    },
    pinged: (_at, rttMs) => rtts.push(rttMs),
    dead: (silentMs) => {
      dead.push(silentMs);
      keepAlive.close();
    },
  });
  const answer = (): void => {
    traffic.lastReceivedAt = clock.now();
    keepAlive.answered(clock.now());
  };
  keepAlive.start(intervalMs);
  return { clock, traffic, keepAlive, pings, rtts, dead, answer };
}

describe('the keep-alive of a link', () => {
  test('pings a little before the interval is over, and again only an interval after the answer', () => {
    const { clock, keepAlive, pings, rtts, answer } = link();
    expect(keepAlive.nextPingAt).toBe(clock.now() + 9_000);
    clock.advance(8_999);
    expect(pings).toEqual([]);
    clock.advance(1);
    expect(pings).toEqual([9_000]);
    expect(keepAlive.unanswered).toMatchObject({ count: 1, firstAt: clock.now() });
    clock.advance(12.5);
    answer();
    expect([keepAlive.unanswered, rtts]).toEqual([null, [12.5]]);
    clock.advance(9_000);
    expect(pings).toHaveLength(2);
  });

  test('is put off by what we send only where we also receive', () => {
    const { clock, traffic, pings } = link();
    clock.advance(5_000);
    traffic.lastSentAt = traffic.lastReceivedAt = clock.now();
    clock.advance(8_999);
    expect(pings).toEqual([]);
    clock.advance(1);
    expect(pings).toEqual([14_000]);
  });

  test('gives a silent broker up after one and a half intervals, and not before it was asked twice', () => {
    const { clock, pings, rtts, dead } = link();
    clock.advance(14_999);
    expect(dead).toEqual([]);
    clock.advance(1);
    expect(dead).toEqual([15_000]);
    expect(pings.length).toBeGreaterThanOrEqual(2);
    expect(clock.pending).toBe(0);
    expect(rtts).toEqual(pings.map(() => null));
  });

  test('takes any byte for a sign of life', () => {
    const { clock, traffic, dead } = link();
    for (let i = 0; i < 60; i++) {
      clock.advance(1_000);
      traffic.lastReceivedAt = clock.now();
    }
    expect(dead).toEqual([]);
  });

  test('is off at 0: nothing is asked and nothing is given up', () => {
    const { clock, keepAlive, pings, dead } = link(0);
    clock.advance(24 * 3_600_000);
    expect([pings, dead, keepAlive.nextPingAt]).toEqual([[], [], null]);
  });
});

describe('a ping that somebody asked for', () => {
  test('resolves with its round trip, and in the order of asking', async () => {
    const { clock, keepAlive, answer } = link();
    const ping = keepAlive.ping('ping');
    clock.advance(1.25);
    const fence = keepAlive.ping('fence');
    clock.advance(2);
    answer();
    answer();
    expect(await Promise.all([ping, fence])).toEqual([
      { kind: 'answered', ms: 3.25 },
      { kind: 'answered', ms: 2 },
    ]);
  });

  test('resolves when its time is over, and counts as unanswered unless it is a fence', async () => {
    const { clock, keepAlive, rtts } = link(0);
    const ping = keepAlive.ping('ping');
    const fence = keepAlive.ping('fence', 5_000);
    clock.advance(5_000);
    expect(await fence).toEqual({ kind: 'timeout' });
    expect(rtts).toEqual([]);
    clock.advance(5_000);
    expect(await ping).toEqual({ kind: 'timeout' });
    expect(rtts).toEqual([null]);
  });

  test('resolves at once where nothing can answer: before the session, after it, with too many open', async () => {
    const { clock, keepAlive, pings } = link(0);
    const open = Array.from({ length: 64 }, () => keepAlive.ping('ping'));
    expect(await keepAlive.ping('ping')).toEqual({ kind: 'timeout' });
    expect(pings).toHaveLength(64);
    keepAlive.close();
    expect(new Set((await Promise.all(open)).map(({ kind }) => kind))).toEqual(new Set(['closed']));
    expect(await keepAlive.ping('ping')).toEqual({ kind: 'closed' });
    expect([pings.length, clock.pending]).toEqual([64, 0]);
  });
});

describe('a computer that slept', () => {
  test('asks at once, and gives up half an interval later where nobody is there any more', () => {
    const { clock, keepAlive, pings, dead } = link();
    clock.advance(1_000);
    // Eight hours for which the steady clock stood still.
    keepAlive.clockJumped(8 * 3_600_000);
    expect(pings).toEqual([1_000]);
    clock.advance(4_999);
    expect(dead).toEqual([]);
    clock.advance(1);
    expect(dead).toEqual([8 * 3_600_000 + 6_000]);
  });

  test('goes on as before where the broker answers', () => {
    const { clock, keepAlive, dead, answer } = link();
    clock.advance(1_000);
    keepAlive.clockJumped(8 * 3_600_000);
    clock.advance(100);
    answer();
    expect(keepAlive.nextPingAt).toBe(clock.now() + 8_900);
    clock.advance(8_000);
    expect(dead).toEqual([]);
  });
});
