import { expect, onTestFinished, test } from 'vitest';
import { ChangeSignal } from '../../../src-main/connection/base/change-signal.ts';
import type { BrokerConnection } from '../../../src-main/connection/broker-connection.ts';
import { attemptsStream, isNews, summaryStream } from '../../../src-main/connection/news.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const reported: Parameters<typeof isNews>[0] = {
  state: { kind: 'idle' },
  subscriptions: [],
  received: 3,
  rate: 0,
  bytesIn: 100,
  bytesOut: 20,
  bytesInRate: 0,
  bytesOutRate: 0,
  verdict: null,
};

test('what is equal is no news, however long ago it was sent', () => {
  expect(isNews(reported, structuredClone(reported), 60_000)).toBe(false);
});

test('the bytes of pings alone are sent every five seconds, with anything but counts at once', () => {
  const pinged = { ...reported, bytesIn: 102, bytesOut: 22, bytesInRate: 1, bytesOutRate: 1 };
  expect(isNews(reported, pinged, 14_999)).toBe(false);
  expect(isNews(reported, pinged, 15_000)).toBe(true);
  expect(isNews(reported, { ...pinged, received: 4 }, 1_000)).toBe(true);
  expect(isNews(reported, { ...pinged, state: { kind: 'ended' as never } }, 250)).toBe(true);
});

test('the counts and rates of a stream are sent once a second, when it begins and when it ends', () => {
  const busy = { ...reported, received: 40, bytesIn: 9_000, bytesInRate: 4_000 };
  expect(isNews(reported, busy, 749)).toBe(false);
  expect(isNews(reported, busy, 750)).toBe(true);
  expect(isNews(busy, { ...reported, received: 40, bytesIn: 9_000 }, 750)).toBe(true);
});

test('whatever is not a count is sent at once with the counts: a state, a verdict, an entry of a list', () => {
  const busy = { ...reported, received: 40, bytesIn: 9_000, bytesInRate: 4_000 };
  const verdict = { severity: 'note', title: 'x', count: 1 } as never;
  expect(isNews(reported, { ...busy, verdict }, 20)).toBe(true);
  expect(isNews(reported, { ...busy, subscriptions: [{}] as never }, 20)).toBe(true);
  const waiting = (retryAt: number) => ({ ...busy, state: { kind: 'waiting', retryAt } as never });
  expect(isNews(waiting(1), waiting(2), 20)).toBe(true);
});

/** A connection with only what a summary shows, and a reader of its summaries. */
function followed() {
  const clock = new ManualClock();
  const changed = new ChangeSignal(clock);
  const traffic = { bytesIn: 0, bytesOut: 0 };
  const fields = {
    clock,
    changed,
    state: { kind: 'connecting' } as { kind: string },
    granted: [] as string[],
    received: 0,
    subscriptions: { status: () => fields.granted },
    store: { counters: () => ({ received: fields.received, rate: 0 }) },
    session: { traffic: () => traffic, byteRates: { in: 1_000, out: 0 } },
    doctor: { summary: () => null },
  };
  const gone = new AbortController();
  onTestFinished(() => gone.abort());
  const reported: { readonly at: number; readonly received: number; readonly state: unknown }[] = [];
  let take: () => void = () => undefined;
  let isSlow = false;
  void (async () => {
    for await (const item of summaryStream(fields as unknown as BrokerConnection, gone.signal)) {
      reported.push({ at: clock.now(), received: item.received, state: item.state });
      if (isSlow) await new Promise<void>((resolve) => (take = resolve));
    }
  })();
  const pass = async (ms: number, meanwhile: () => void = () => undefined) => {
    for (let left = ms; left > 0; left -= 10) {
      meanwhile();
      clock.advance(10);
      for (let turn = 0; turn < 12; turn++) await Promise.resolve();
    }
  };
  const slow = (on: boolean) => {
    isSlow = on;
    if (!on) take();
  };
  return { clock, fields, changed, reported, pass, slow };
}

test('a steady stream is looked at and reported once a second, just before the second is over', async () => {
  const { clock, fields, reported, pass } = followed();
  await pass(1_000);
  const before = reported.length;
  await pass(10_000, () => fields.received++);
  expect(reported.length - before).toBeGreaterThanOrEqual(9);
  expect(reported.length - before).toBeLessThanOrEqual(11);
  // At the last long tick, and what is sent is read a turn later.
  for (const { at } of reported.slice(before)) expect(at % 1_000).toBeGreaterThan(1_000 - 80 - 99 - 1);
  for (const { at } of reported.slice(before)) expect(at % 1_000).toBeLessThan(930);
  await pass(2_000);
  expect(reported.at(-1)?.received).toBe(1_000);
  expect(clock.pending).toBe(1);
});

test('a state or a granted subscription is sent at once, also one that changes while the last is being read', async () => {
  const { clock, fields, changed, reported, pass, slow } = followed();
  await pass(1_000, () => fields.received++);
  const online = { kind: 'online' };
  fields.state = online;
  changed.notify();
  await pass(30);
  expect(reported.at(-1)?.state).toEqual(online);
  slow(true);
  fields.granted = ['#'];
  changed.notify();
  await pass(30);
  const read = reported.length;
  const stopped = { kind: 'stopped' };
  fields.state = stopped;
  changed.notify();
  await pass(50);
  expect(reported).toHaveLength(read);
  const at = clock.now();
  slow(false);
  await pass(40);
  expect(reported.at(-1)?.state).toEqual(stopped);
  expect((reported.at(-1)?.at ?? 0) - at).toBeLessThanOrEqual(30);
});

test('an attempt that ends while its beginning is being sent is sent at once, not at the next look', async () => {
  const clock = new ManualClock();
  const changed = new ChangeSignal(clock);
  const log: string[] = ['begins'];
  const attempts = {
    since: (seen: number) => log.slice(seen),
    get revision() {
      return log.length;
    },
  };
  const gone = new AbortController();
  onTestFinished(() => gone.abort());
  const connection = { clock, changed, doctor: { attempts } } as unknown as BrokerConnection;
  const stream = attemptsStream(connection, gone.signal);
  expect((await stream.next()).value).toEqual({ attempts: ['begins'] });
  // Nobody waits for the signal now: the reader has the item and did not ask for the next one.
  log.push('ends');
  changed.notify();
  expect((await stream.next()).value).toEqual({ attempts: ['ends'] });
});
