import { expect, test } from 'vitest';
import type { RestoreResult } from '../../../../src-main/contract/session/outcomes.ts';
import { putBackInParts } from '../../../../src-main/core/retained/restore-parts.ts';

const back = (key: string): RestoreResult => ({ key, topic: key, outcome: { kind: 'restored' } });

/**
 * Restores five parts of one topic each.
 *
 * @param sessions in which each call puts back; the last stays
 * @param stopAfter calls
 */
async function restored(sessions: readonly (number | null)[], stopAfter = Infinity) {
  const asked: number[] = [];
  const outcomes = new Map<string, string>();
  const isWhole = await putBackInParts({
    part: (number) => {
      if (number === 5) return Promise.resolve(null);
      const session = sessions[Math.min(asked.length, sessions.length - 1)] ?? null;
      asked.push(number);
      return Promise.resolve({ results: [back(`t${number}`)], session });
    },
    isStopped: () => asked.length >= stopAfter,
    take: (results, isAgain) => {
      for (const { key, outcome } of results) {
        expect(outcomes.has(key)).toBe(isAgain);
        outcomes.set(key, outcome.kind);
      }
    },
  });
  return { asked, outcomes: [...outcomes.values()], isWhole };
}

const all = (kind: string, count = 5): string[] => Array.from({ length: count }, () => kind);

test('Over one connection each part is put back once.', async () => {
  expect(await restored([7])).toEqual({ asked: [0, 1, 2, 3, 4], outcomes: all('restored'), isWhole: true });
});

test('What was put back before the connection ended is put back again, over each that follows.', async () => {
  const once = await restored([7, 7, 8]);
  expect(once).toEqual({ asked: [0, 1, 2, 3, 4, 0, 1], outcomes: all('restored'), isWhole: true });
  const twice = await restored([7, 7, 8, 8, 8, 8, 9]);
  expect(twice.asked).toEqual([0, 1, 2, 3, 4, 0, 1, 0, 2, 3, 4]);
  expect(twice.outcomes).toEqual(all('restored'));
});

test('Where it cannot be put back again, it is not called restored any more.', async () => {
  const away = await restored([7, 7, null]);
  expect(away).toEqual({ asked: [0, 1, 2], outcomes: all('not-verified', 3), isWhole: false });
  const stopped = await restored([7, 7, 8], 3);
  expect(stopped.outcomes).toEqual(['not-verified', 'not-verified', 'restored']);
  expect(stopped.isWhole).toBe(false);
  const neverQuiet = await restored(Array.from({ length: 50 }, (_, i) => i));
  expect(neverQuiet.outcomes).toContain('not-verified');
});
