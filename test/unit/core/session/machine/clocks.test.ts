import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ClockJumps } from '../../../../../src-main/core/session/machine/clock-jumps.ts';
import { RttHistory } from '../../../../../src-main/core/session/machine/rtt.ts';
import { SteadyTime } from '../../../../../src-main/core/session/machine/steady-time.ts';
import { uptimeShare } from '../../../../../src-main/core/session/machine/uptime.ts';
import {
  versionMemory,
  versionProven,
  versionRefused,
  versionToTry,
  type VersionMemory,
} from '../../../../../src-main/core/session/machine/version.ts';
import type { ConnectionAttempt } from '../../../../../src-main/contract/session/connection-history.ts';

const DAY = 86_400_000;
const NOW = 1_700_000_000_000;

const attempt = (startedAt: number, onlineAt: number | null, endedAt: number | null): ConnectionAttempt =>
  ({ startedAt, onlineAt, endedAt }) as ConnectionAttempt;

describe('The share of time online', () => {
  test.each<[string, ConnectionAttempt[], number | null]>([
    ['of nothing is not known', [], null],
    ['of an attempt that begins now is not known', [attempt(NOW, null, null)], null],
    ['of an attempt that lies ahead is not known', [attempt(NOW + 5, NOW + 6, null)], null],
    ['of one that was never online is none', [attempt(NOW - 100, null, NOW)], 0],
    ['of a session that runs is up to now', [attempt(NOW - 100, NOW - 50, null)], 0.5],
    ['of a session that began before the day is all of it', [attempt(NOW - 2 * DAY, NOW - 2 * DAY, null)], 1],
    [
      'of a session that ended before the day is nothing',
      [attempt(NOW - 3 * DAY, NOW - 3 * DAY, NOW - 2 * DAY)],
      0,
    ],
    [
      'of two sessions is their sum, in any order',
      [attempt(NOW - 50, NOW - 25, NOW), attempt(NOW - 100, NOW - 100, NOW - 75)],
      0.5,
    ],
    // Two programs with the profile: both were online.
    [
      'of two at once is never more than all',
      [attempt(NOW - 9, NOW - 9, NOW), attempt(NOW - 9, NOW - 9, NOW)],
      1,
    ],
    ['of an end that lies ahead is up to now', [attempt(NOW - 100, NOW - 50, NOW + 900)], 0.5],
    [
      'of an end before its beginning, as by a clock that was set, is nothing',
      [attempt(NOW - 9, NOW - 5, NOW - 8)],
      0,
    ],
  ])('%s', (_, attempts, share) => {
    expect(uptimeShare(attempts, NOW)).toBe(share);
  });

  test('of hundreds of thousands of attempts is counted as of a few.', () => {
    const attempts = Array.from({ length: 300_000 }, (_, i) => attempt(NOW - 300_000 + i, null, NOW));
    attempts.push(attempt(NOW - 150_000, NOW - 150_000, NOW));
    expect(uptimeShare(attempts, NOW)).toBe(0.5);
  });
});

describe('Round trips', () => {
  test('have the quantiles of the last 120 that were answered, for any of them.', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(9_999)), { maxLength: 300 }), (all) => {
        const history = new RttHistory();
        for (const [at, rttMs] of all.entries()) history.add(at, rttMs);
        const kept = all.slice(-120);
        const answered = kept.filter((one) => one !== null);
        const sorted = [...answered].sort((a, b) => a - b);
        const at = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? null;
        const summary = history.summary();
        expect(summary.recent.map(({ rttMs }) => rttMs)).toEqual(kept);
        expect(summary.lastRttMs).toBe(answered.at(-1) ?? null);
        expect(summary.medianRttMs).toBe(at(0.5));
        expect(summary.p99RttMs).toBe(at(0.99));
        const ever = all.filter((one) => one !== null);
        expect(summary.worstRttMs).toBe(ever.length === 0 ? null : Math.max(...ever));
        expect([history.pings, history.unanswered]).toEqual([all.length, all.length - ever.length]);
      }),
    );
  });
});

describe('Time that is steady', () => {
  test('keeps within a second of the wall clock, and does not go back unless that really did.', () => {
    const steps = fc.array(fc.tuple(fc.nat(5_000), fc.integer({ min: -900, max: 900 })), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (moves) => {
        let steady = 1_000;
        const clock = { wall: NOW };
        const time = new SteadyTime({ wall: () => clock.wall, steady: () => steady });
        let before = time.now();
        for (const [passed, slew] of moves) {
          steady += passed;
          // What keeps a clock right moves it by less than it tolerates at once, and adds up.
          clock.wall += passed + Math.round(slew / 10);
          const now = time.now();
          expect(Math.abs(now - clock.wall)).toBeLessThanOrEqual(1_000);
          expect(now).toBeGreaterThanOrEqual(before - 1_100);
          before = now;
        }
      }),
    );
  });

  test.each([3_600_000, -3_600_000, 1_001, -1_001])(
    'follows a clock that was set by %i ms at once.',
    (by) => {
      const clock = { wall: NOW, steady: 5 };
      const time = new SteadyTime({ wall: () => clock.wall, steady: () => clock.steady });
      clock.wall += by;
      expect(time.now()).toBe(NOW + by);
      // A moment of before, by what the clock says now.
      expect(time.at(3)).toBe(NOW + by - 2);
    },
  );
});

describe('Jumps of the clock', () => {
  test('are kept as the last twenty.', () => {
    const jumps = new ClockJumps(1_000);
    jumps.look(0, 0);
    for (let i = 1; i <= 30; i++) expect(jumps.look(i * 10_000, i * 1_000)?.kind).toBe('asleep');
    expect(jumps.gaps).toHaveLength(20);
    expect(jumps.gaps[0]?.from).toBe(100_000);
    expect(jumps.stoodStillMs).toBe(9_000);
  });

  test.each([
    ['a clock set back by 5 s, which may be kept right', 1_000 - 5_000, 1_000, null],
    ['a clock set back by more', 1_000 - 5_001, 1_000, 'clock-set'],
    ['a busy 5 s', 6_000, 6_000, null],
    ['sleep by both clocks', 6_001, 6_001, 'asleep'],
    ['sleep by the steady clock, as outside Linux', 1_000, 6_001, null],
  ] as const)('%s', (_, wall, steady, kind) => {
    const jumps = new ClockJumps(1_000);
    expect(jumps.look(0, 0)).toBeNull();
    const gap = jumps.look(wall, steady);
    // The wall clock says 1 s and the steady one 6: it was set back by just over 5 s.
    expect(gap?.kind ?? null).toBe(kind === null && steady - wall > 5_000 ? 'clock-set' : kind);
  });
});

describe('The version to try', () => {
  const after = (
    memory: VersionMemory,
    ...events: ('closed' | 'said' | 'else' | 'online')[]
  ): VersionMemory =>
    events.reduce((now, event) => {
      if (event === 'online') return versionProven(now, versionToTry(now));
      return versionRefused(now, event !== 'else', event === 'said').memory;
    }, memory);
  const auto = versionMemory('auto');

  test.each<[string, ('closed' | 'said' | 'else' | 'online')[], string]>([
    ['at first', [], '5'],
    ['after a close', ['closed'], '3.1.1'],
    ['after a refusal of the version', ['said'], '3.1.1'],
    ['after something else', ['else'], '5'],
    ['after two closes', ['closed', 'closed'], '5'],
    ['after a close and something else', ['closed', 'else'], '5'],
    ['after one close and 3.1.1 online', ['closed', 'online'], '5'],
    ['after two of these in a row', ['closed', 'online', 'closed', 'online'], '3.1.1'],
    ['after these with version 5 online between', ['closed', 'online', 'online', 'closed', 'online'], '5'],
    ['after a refusal and 3.1.1 online', ['said', 'online'], '3.1.1'],
    ['once proven, after a close', ['said', 'online', 'closed'], '3.1.1'],
    ['once proven, after the broker said otherwise', ['said', 'online', 'said'], '5'],
    ['once 5 is proven, after a close', ['online', 'closed'], '5'],
    ['once 5 is proven, after the broker said otherwise', ['online', 'said'], '3.1.1'],
  ])('%s', (_, events, version) => {
    expect(versionToTry(after(auto, ...events))).toBe(version);
  });

  test('is tried again at once no more than once in a row, whatever a broker does.', () => {
    const event = fc.constantFrom<'closed' | 'said' | 'else' | 'online'>('closed', 'said', 'else', 'online');
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (before) => {
        let memory = after(auto, ...before);
        let again = 0;
        for (let i = 0; i < 4; i++) {
          const step = versionRefused(memory, true, i % 2 === 0);
          memory = step.memory;
          if (!step.again) break;
          again++;
        }
        // From a proven version the other one, and from there at most once more.
        expect(again).toBeLessThanOrEqual(2);
      }),
    );
  });

  test.each(['5', '3.1.1', '3.1'] as const)('is always %s if the user chose it.', (wanted) => {
    const memory = after(versionMemory(wanted), 'closed', 'said', 'online', 'said', 'closed');
    expect(versionToTry(memory)).toBe(wanted);
    expect(versionRefused(memory, true, true).again).toBe(false);
  });
});
