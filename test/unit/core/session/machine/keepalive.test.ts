import { expect, test } from 'vitest';
import {
  effectiveKeepAlive,
  keepAliveStep,
  type KeepAliveClock,
} from '../../../../../src-main/core/session/machine/keepalive.ts';

/** Plays a link second by second: what it sends, what comes back, and when it is called dead. */
function play(
  intervalMs: number,
  until: number,
  world: {
    receives?: (at: number) => boolean;
    sends?: (at: number) => boolean;
    answers?: (ping: number) => boolean;
  },
) {
  let clock: KeepAliveClock = { intervalMs, lastSentAt: 0, lastReceivedAt: 0, unanswered: null };
  const pings: number[] = [];
  for (let now = 0; now <= until; now += 50) {
    if (world.receives?.(now)) clock = { ...clock, lastReceivedAt: now };
    if (world.sends?.(now)) clock = { ...clock, lastSentAt: now };
    const step = keepAliveStep(clock, now);
    if (step.kind === 'dead') return { pings, deadAt: now };
    if (step.kind === 'wait') expect(step.until === null || step.until > now).toBe(true);
    if (step.kind !== 'ping') continue;
    pings.push(now);
    const { unanswered } = clock;
    clock = {
      ...clock,
      lastSentAt: now,
      unanswered: { firstAt: unanswered?.firstAt ?? now, latestAt: now, count: (unanswered?.count ?? 0) + 1 },
    };
    if (world.answers?.(pings.length)) clock = { ...clock, lastReceivedAt: now + 1, unanswered: null };
  }
  return { pings, deadAt: null };
}

test.each([1_000, 2_000, 10_000, 60_000, 300_000])(
  'A broker that freezes is found within 1.5 times the keep-alive (%i ms), after it was asked twice.',
  (interval) => {
    const { pings, deadAt } = play(interval, interval * 3, {});
    expect(pings.length).toBeGreaterThanOrEqual(2);
    expect(deadAt).toBeGreaterThanOrEqual(interval * 1.5);
    expect(deadAt).toBeLessThanOrEqual(interval * 1.5 + 50);
  },
);

test('An idle link is pinged before each interval is over, and lives.', () => {
  const { pings, deadAt } = play(10_000, 60_000, { answers: () => true });
  expect(deadAt).toBeNull();
  for (let i = 1; i < pings.length; i++) expect(pings[i]! - pings[i - 1]!).toBeLessThanOrEqual(10_000);
});

test('A client that only receives pings all the same: the broker counts what it gets from us.', () => {
  const { pings, deadAt } = play(10_000, 60_000, { receives: () => true, answers: () => true });
  expect(deadAt).toBeNull();
  expect(pings.length).toBeGreaterThanOrEqual(5);
});

test('A link on which bytes arrive is alive, even if the broker drops every PINGRESP.', () => {
  const { pings, deadAt } = play(10_000, 120_000, { receives: (at) => at % 1_000 === 0 });
  expect(deadAt).toBeNull();
  expect(pings.length).toBeGreaterThanOrEqual(10);
});

test('One dropped PINGRESP is asked for again before anything is called dead.', () => {
  const { pings, deadAt } = play(10_000, 14_000, { answers: (ping) => ping === 2 });
  expect(deadAt).toBeNull();
  expect(pings.length).toBe(2);
});

test('Publishing every second into a dead link does not keep it alive.', () => {
  const { deadAt } = play(10_000, 30_000, { sends: (at) => at % 1_000 === 0 });
  expect(deadAt).toBeLessThanOrEqual(15_050);
});

test('After the computer slept for an hour the broker is asked first, not blamed.', () => {
  const clock = { intervalMs: 10_000, lastSentAt: 0, lastReceivedAt: 0, unanswered: null };
  const woke = 3_600_000;
  expect(keepAliveStep(clock, woke)).toEqual({ kind: 'ping' });
  const asked = { ...clock, lastSentAt: woke, unanswered: { firstAt: woke, latestAt: woke, count: 1 } };
  expect(keepAliveStep(asked, woke + 100).kind).toBe('wait');
  const twice = { ...asked, unanswered: { firstAt: woke, latestAt: woke + 2_000, count: 2 } };
  expect(keepAliveStep(twice, woke + 4_900).kind).not.toBe('dead');
  expect(keepAliveStep(twice, woke + 5_000).kind).toBe('dead');
});

test('Keep-alive 0 switches all of it off.', () => {
  expect(keepAliveStep({ intervalMs: 0, lastSentAt: 0, lastReceivedAt: 0, unanswered: null }, 1e12)).toEqual({
    kind: 'wait',
    until: null,
  });
});

test('The broker’s Server Keep Alive replaces ours, also where it is 0.', () => {
  expect(effectiveKeepAlive(60, 20)).toEqual({ seconds: 20, by: 'server' });
  expect(effectiveKeepAlive(60, 0)).toEqual({ seconds: 0, by: 'server' });
  expect(effectiveKeepAlive(60, undefined)).toEqual({ seconds: 60, by: 'client' });
});

test('A clock that is set back does not silence the pings.', () => {
  const clock = { intervalMs: 10_000, lastSentAt: 3_600_000, lastReceivedAt: 3_600_000, unanswered: null };
  expect(keepAliveStep(clock, 5_000)).toEqual({ kind: 'ping' });
  const asked = { ...clock, lastSentAt: 5_000, lastReceivedAt: 5_001 };
  expect(keepAliveStep(asked, 5_002).kind).toBe('wait');
});
