import { expect, test } from 'vitest';
import {
  backOffDelay,
  nextRetry,
  NO_RETRIES,
  REAL_SESSION_MS,
  YOUNG_OUTAGE_MS,
  type AttemptEnd,
  type RetryHistory,
} from '../../../../../src-main/core/session/machine/backoff.ts';
import { generateClientId, probeClientId } from '../../../../../src-main/core/session/auth/client-id.ts';
import { random } from '../../../../support/random.ts';

const limits = { minMs: 1_000, maxMs: 30_000 };

test('The ceiling doubles with each failure up to the maximum, and no wait is below the minimum.', () => {
  const ceilings = [1, 2, 3, 4, 5, 6, 60, 10_000].map((n) => backOffDelay(n, limits, 1));
  expect(ceilings).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000]);
  for (const n of [0, 1, 5, 500]) expect(backOffDelay(n, limits, 0)).toBe(1_000);
});

test('Two clients that lost the same broker do not come back together.', () => {
  const { next } = random(7);
  const waits = new Set(Array.from({ length: 200 }, () => backOffDelay(5, limits, next())));
  expect(waits.size).toBeGreaterThan(190);
  expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(20_000);
});

test('A maximum below the minimum means the minimum.', () => {
  expect(backOffDelay(9, { minMs: 5_000, maxMs: 100 }, 1)).toBe(5_000);
});

/** The waits after these ends in a row, each wait passing before the next. */
function waits(
  ends: readonly (Partial<AttemptEnd> & { readonly lastsMs?: number })[],
  { jitter = 0.999_999, backOff = limits } = {},
): number[] {
  let history: RetryHistory = NO_RETRIES;
  let now = 1_000_000;
  return ends.map(({ lastsMs = 0, ...end }) => {
    now += lastsMs;
    const next = nextRetry(history, { now, onlineMs: null, slowly: false, ...end }, backOff, jitter);
    history = next.history;
    now += next.ms;
    return next.ms;
  });
}

const session = (onlineMs: number) => ({ onlineMs, lastsMs: onlineMs });
const refused = {};

test('A broker that was killed and is back within seconds is found at once, however often.', () => {
  const outage = [session(2_500), refused, refused, refused];
  const all = waits(Array.from({ length: 40 }, () => outage).flat());
  const firstTries = all.filter((_, i) => i % 4 === 0);
  const later = all.filter((_, i) => i % 4 !== 0);
  expect(Math.max(...firstTries)).toBeLessThanOrEqual(50);
  expect(Math.max(...later)).toBeLessThanOrEqual(1_000);
  expect(Math.min(...waits([session(2_500), refused], { jitter: 0 }).slice(1))).toBeGreaterThanOrEqual(500);
});

test('An outage of over a minute is tried less and less often, from the shortest wait on.', () => {
  const tries = Math.ceil(YOUNG_OUTAGE_MS / 1_000) + 6;
  const all = waits([session(60_000), ...Array.from({ length: tries }, () => refused)]);
  expect(all.slice(1, 50).every((ms) => ms <= 1_000)).toBe(true);
  expect(all.slice(-6)).toEqual([...all.slice(-6)].toSorted((a, b) => a - b));
  expect(all.at(-1)).toBeGreaterThan(25_000);
});

test('A broker that never answered, and one that asks for patience, get growing waits.', () => {
  expect(waits([refused, refused, refused])).toEqual([2_000, 4_000, 8_000]);
  const busy = { slowly: true };
  expect(waits([session(90_000), busy, busy, refused])).toEqual([50, 2_000, 4_000, 8_000]);
  expect(waits([{ ...session(90_000), ...busy }])).toEqual([2_000]);
});

test('A broker that accepts and throws out at once is not asked every second without end.', () => {
  const thrownOut = session(REAL_SESSION_MS - 1);
  expect(waits([thrownOut, thrownOut, thrownOut])).toEqual([2_000, 4_000, 8_000]);
});

test('A minimum that the user raised holds in a young outage too.', () => {
  const backOff = { minMs: 15_000, maxMs: 120_000 };
  const [first, ...rest] = waits([session(60_000), refused, refused], { backOff });
  expect(first).toBeLessThanOrEqual(50);
  expect(Math.min(...rest)).toBeGreaterThanOrEqual(14_700);
});

test('A client ID of ours fits the 23 characters that every broker takes, and differs each time.', () => {
  const { next } = random(3);
  const ids = Array.from({ length: 500 }, () => generateClientId(next));
  for (const id of ids) expect(id).toMatch(/^topicscope-[0-9a-z]{8}$/);
  expect(new Set(ids).size).toBe(500);
  expect(generateClientId(() => 0.999_999_999)).toBe('topicscope-zzzzzzzz');
});

test('A client ID beside another begins like it, differs each time, and is no longer than brokers take.', () => {
  const { next } = random(4);
  expect(probeClientId('line-7', next)).toMatch(/^line-7-[0-9a-z]{4}$/);
  const ours = generateClientId(next);
  expect(probeClientId(ours, next)).toMatch(/^topicscope-[0-9a-z]{7}-[0-9a-z]{4}$/);
  const full = 'a'.repeat(23);
  expect(probeClientId(full, next)).toHaveLength(23);
  expect(probeClientId(`${full}b`, next)).toMatch(/^a{23}b-[0-9a-z]{4}$/);
  const ids = Array.from({ length: 500 }, () => probeClientId(full, next));
  expect(new Set(ids).size).toBeGreaterThan(495);
  expect(ids).not.toContain(full);
});
