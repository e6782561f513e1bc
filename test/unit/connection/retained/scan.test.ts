import { expect, test } from 'vitest';
import { ScanWatch } from '../../../../src-main/connection/retained/scan.ts';
import type { PingAnswer } from '../../../../src-main/core/session/machine/ping-queue.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

function open() {
  const clock = new ManualClock(0);
  const reported: string[] = [];
  const late: number[] = [];
  const pings: ((answer: PingAnswer) => void)[] = [];
  const state = { count: 0 };
  const watch = new ScanWatch(clock, {
    count: () => state.count,
    ended: (complete, ms) => reported.push(`${complete ? 'complete' : 'incomplete'} after ${ms}`),
    late: (ms) => late.push(ms),
    judged: (possible) => reported.push(possible ? 'judge' : 'over'),
  });
  const link = { ping: () => new Promise<PingAnswer>((resolve) => pings.push(resolve)) };
  const answer = async (kind: 'answered' | 'closed' | 'lost') => {
    pings.shift()?.((kind === 'answered' ? { kind, rttMs: 1 } : { kind }) as PingAnswer);
    await turn();
  };
  return { clock, reported, late, pings, state, watch, link, answer };
}

test('A scan ends when the broker answered and nothing more came for a while, and is judged some time later.', async () => {
  const { clock, reported, watch, link, answer, pings } = open();
  watch.begin(link);
  expect(pings).toHaveLength(1);
  clock.advance(10);
  await answer('answered');
  clock.advance(699);
  expect(reported).toEqual([]);
  clock.advance(1);
  expect(reported).toEqual(['complete after 710']);
  clock.advance(1_400);
  expect(reported).toEqual(['complete after 710', 'judge']);
  expect(clock.pending).toBe(0);
});

test('What still comes puts the end off.', async () => {
  const { clock, reported, watch, link, answer, state } = open();
  watch.begin(link);
  await answer('answered');
  for (let i = 0; i < 20; i++) {
    state.count += 100;
    clock.advance(500);
  }
  expect(reported).toEqual([]);
  clock.advance(800);
  expect(reported).toHaveLength(1);
});

test('How late topics come after the answer is reported, also where the scan had ended before.', async () => {
  const { clock, reported, late, watch, link, answer, state } = open();
  state.count = 3;
  watch.begin(link);
  state.count = 5;
  await answer('answered');
  clock.advance(100);
  expect([reported, late]).toEqual([[], []]);
  clock.advance(1_400);
  expect(reported).toEqual(['complete after 700']);
  state.count = 9;
  clock.advance(500);
  expect(late).toHaveLength(1);
  expect(late[0]).toBeGreaterThanOrEqual(1_400);
  expect(late[0]).toBeLessThanOrEqual(2_000);
});

test('A second SUBSCRIBE makes one longer scan of the two, and the answer to the first fence is nothing any more.', async () => {
  const { clock, reported, watch, link, answer, pings } = open();
  watch.begin(link);
  clock.advance(100);
  watch.begin(link);
  expect(pings).toHaveLength(2);
  await answer('answered');
  clock.advance(5_000);
  expect(reported).toEqual([]);
  await answer('answered');
  clock.advance(20_000);
  expect(reported.filter((one) => one === 'judge')).toHaveLength(1);
});

test('A lost PINGRESP is asked for again; where none ever comes nothing is judged.', async () => {
  const { clock, reported, watch, link, answer, pings } = open();
  watch.begin(link);
  for (let i = 0; i < 30 && reported.length === 0; i++) {
    if (pings.length > 0) await answer('lost');
    clock.advance(1_000);
  }
  expect(reported).toHaveLength(2);
  expect(reported[0]).toMatch(/^incomplete/);
  expect(reported[1]).toBe('over');
  expect(clock.pending).toBe(0);
});

test('Once the connection has ended nothing is reported, and no timer is left.', async () => {
  const { clock, reported, watch, link, answer } = open();
  watch.begin(link);
  await answer('answered');
  watch.closed();
  clock.advance(60_000);
  expect(reported).toEqual([]);
  expect(clock.pending).toBe(0);
  watch.begin(link);
  watch.closed();
  await answer('answered');
  clock.advance(60_000);
  expect([reported, clock.pending]).toEqual([[], 0]);
  // A link that says itself that it is closed.
  watch.begin(link);
  await answer('closed');
  clock.advance(60_000);
  expect([reported, clock.pending]).toEqual([[], 0]);
});
