import { expect, test } from 'vitest';
import { RttHistory } from '../../../../../src-main/core/session/machine/rtt.ts';

test('Statistics are of the last 120 pings, the worst of all.', () => {
  const rtt = new RttHistory();
  expect(rtt.summary()).toMatchObject({ lastRttMs: null, medianRttMs: null, worstRttMs: null, recent: [] });
  rtt.add(0, 900);
  for (let i = 1; i <= 200; i++) rtt.add(i, i);
  rtt.add(999, null);
  const summary = rtt.summary();
  expect(summary.recent).toHaveLength(120);
  expect(summary.recent.at(-1)).toEqual({ at: 999, rttMs: null });
  expect(summary).toMatchObject({ lastRttMs: 200, worstRttMs: 900, medianRttMs: 141, p99RttMs: 199 });
  expect([rtt.pings, rtt.unanswered]).toEqual([202, 1]);
});
