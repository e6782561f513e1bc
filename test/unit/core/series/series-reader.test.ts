import { describe, expect, test } from 'vitest';
import { POINT_FIELDS, type SeriesNews } from '../../../../src-main/contract/model/series.ts';
import { Buckets } from '../../../../src-main/core/series/buckets.ts';
import { SeriesReader } from '../../../../src-main/core/series/series-reader.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { random } from '../../../support/random.ts';
import { put } from '../../../support/store/messages.ts';

const START = Date.UTC(2026, 10, 20, 14);

type Point = Record<(typeof POINT_FIELDS)[number], number>;

function pointsOf(news: Pick<SeriesNews, 'points'> | null | undefined): Point[] {
  if (news === null || news === undefined) return [];
  const numbers = new Float64Array(news.points.slice().buffer);
  const width = POINT_FIELDS.length;
  return Array.from({ length: numbers.length / width }, (_, at) => {
    const values = numbers.subarray(at * width, (at + 1) * width);
    return Object.fromEntries(POINT_FIELDS.map((name, column) => [name, values[column]])) as Point;
  });
}

function opened(memoryBytes = 16 * 2 ** 20) {
  const store = new TopicStore({ memoryBytes, topicCap: 1_000, seed: 7, startedAt: START });
  let at = START;
  const send = (topic: string, payload: string, afterMs = 1_000) => {
    at += afterMs;
    put(store, { topic, payload, at });
    return at;
  };
  return { store, send, now: () => at };
}

const endless = () => false;
const FIELD = { key: 'a', path: ['t'] };

describe('the series of a field', () => {
  test('has every kept message in it, whenever it is opened', () => {
    const { store, send, now } = opened();
    for (let count = 0; count < 500; count++) {
      send('a', `{"t":${count}}`);
      send('b', '1', 0);
    }
    const reader = new SeriesReader(store, { fields: [FIELD], spanMs: 3_600_000, points: 4_000 });
    expect(reader.work(now(), endless)).toBe(false);
    const news = reader.take(now(), false)?.series[0];
    expect(pointsOf(news).map(({ last }) => last)).toEqual(Array.from({ length: 500 }, (_, count) => count));
    expect(news).toMatchObject({ reset: true, without: 0 });
  });

  test('goes on with new messages, and reports nothing twice', () => {
    const { store, send, now } = opened();
    send('a', '{"t":1}');
    const reader = new SeriesReader(store, { fields: [FIELD], spanMs: 60_000, points: 60 });
    reader.work(now(), endless);
    expect(pointsOf(reader.take(now(), false)?.series[0])).toHaveLength(1);
    expect(reader.due).toBe(false);
    expect(reader.take(now(), false)).toBeNull();
    send('b', '5');
    expect(reader.due).toBe(false);
    send('a', '{"t":2}');
    send('a', '{"t":4}', 1);
    send('a', '{"x":9}', 1);
    expect(reader.due).toBe(true);
    reader.work(now(), endless);
    const frame = reader.take(now(), false);
    expect(pointsOf(frame?.series[0])).toMatchObject([{ min: 2, max: 4, sum: 6, count: 2, last: 4 }]);
    expect(frame?.series[0]).toMatchObject({ reset: false, without: 1 });
  });

  test('takes nothing from a message of which only the beginning was kept, and says that it is not known', () => {
    const { store, send, now } = opened();
    const fields = [FIELD, { key: 'a', path: [] }];
    const reader = new SeriesReader(store, { fields, spanMs: 60_000, points: 60 });
    send('a', '{"t":1}');
    reader.work(now(), endless);
    reader.take(now(), false);
    put(store, { topic: 'a', payload: '{"t":2,"more":"', size: 5_000_000, at: now() + 1 });
    put(store, { topic: 'a', payload: '12', size: 70_000, at: now() + 2 });
    reader.work(now() + 2, endless);
    const [t, whole] = reader.take(now() + 2, false)?.series ?? [];
    expect(t).toMatchObject({ reset: false, without: 0, notKnown: 2 });
    expect([pointsOf(t), pointsOf(whole)]).toEqual([[], []]);
    expect(reader.take(now() + 2, false)).toBeNull();
  });

  test('loses the points of what was forgotten, and has those that came since', () => {
    const { store, send, now } = opened();
    const fields = [FIELD, { key: 'b', path: [] }];
    const reader = new SeriesReader(store, { fields, spanMs: 3_600_000, points: 4_000 });
    for (let count = 0; count < 5; count++) send('a', `{"t":${count}}`);
    send('b', '1');
    reader.work(now(), endless);
    reader.take(now(), false);
    reader.dropForgotten();
    expect(reader.due).toBe(false);
    store.forget({ kind: 'topic', node: store.find(new TextEncoder().encode('a')) }, () => undefined);
    while (store.work(endless));
    send('a', '{"t":9}');
    reader.work(now(), endless);
    reader.dropForgotten();
    expect(reader.due).toBe(true);
    reader.work(now(), endless);
    const [a, b] = reader.take(now(), false)?.series ?? [];
    expect(a).toMatchObject({ reset: true });
    expect([pointsOf(a).map(({ last }) => last), b]).toEqual([[9], null]);
  });

  test('is read in slices, and is the same then', () => {
    const { store, send, now } = opened();
    for (let count = 0; count < 2_000; count++) send('a', `{"t":${count}}`);
    const reader = new SeriesReader(store, { fields: [FIELD], spanMs: 3_600_000, points: 4_000 });
    let turns = 0;
    const seen: number[] = [];
    for (let more = true; more; turns++) {
      more = reader.work(now(), () => true);
      seen.push(...pointsOf(reader.take(now(), more)?.series[0]).map(({ last }) => last));
      // Messages that come meanwhile are in it as well.
      if (turns === 3) send('a', '{"t":2000}');
    }
    expect(turns).toBeGreaterThan(20);
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 2_001 }, (_, count) => count));
  });

  test('ends where the log has let go of what was before', () => {
    const { store, send, now } = opened(2 ** 20);
    const text = 'x'.repeat(500);
    for (let count = 0; count < 20_000; count++) send('a', `{"t":${count},"text":"${text}"}`, 10);
    const reader = new SeriesReader(store, { fields: [FIELD], spanMs: null, points: 4_000 });
    reader.work(now(), endless);
    const points = pointsOf(reader.take(now(), false)?.series[0]);
    expect(points.at(-1)?.last).toBe(19_999);
    expect(points.length).toBeGreaterThan(100);
    expect(points[0]?.last).toBeGreaterThan(0);
  });

  test('of a topic that is not there yet begins with its first message', () => {
    const { store, send, now } = opened();
    const reader = new SeriesReader(store, {
      fields: [{ key: 'later', path: [] }],
      spanMs: null,
      points: 100,
    });
    reader.work(START, endless);
    expect(reader.take(START, false)).toMatchObject({ series: [{ reset: true }] });
    send('later', '7');
    expect(reader.due).toBe(true);
    reader.work(now(), endless);
    expect(pointsOf(reader.take(now(), false)?.series[0])).toMatchObject([{ last: 7 }]);
  });
});

describe('steps of time', () => {
  const plain = (buckets: Buckets) => pointsOf(buckets.take());

  test('forget what is older than the span, and do not take it back', () => {
    const buckets = new Buckets(10_000, 10);
    for (let second = 0; second < 20; second++) buckets.add(second * 1_000, second, second);
    buckets.forget(20_000);
    expect(plain(buckets).map(({ last }) => last)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    buckets.add(5_000, 5, 5);
    expect(buckets.take()).toBeNull();
  });

  test('become longer as often as it takes, and nothing is lost', () => {
    const rng = random(11);
    const buckets = new Buckets(null, 100);
    const values = Array.from({ length: 5_000 }, (_, seq) => ({
      at: START + seq * 977,
      seq,
      value: rng.int(1_000),
    }));
    // In any order: stretches are read from their ends.
    for (const { at, seq, value } of values.toSorted((a, b) => (a.seq % 7) - (b.seq % 7)))
      buckets.add(at, seq, value);
    const points = plain(buckets);
    expect(points.length).toBeLessThanOrEqual(100);
    expect(points.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
    expect(points.reduce((all, { sum }) => all + sum, 0)).toBe(
      values.reduce((all, { value }) => all + value, 0),
    );
    expect(Math.max(...points.map(({ max }) => max))).toBe(Math.max(...values.map(({ value }) => value)));
    expect(Math.min(...points.map(({ min }) => min))).toBe(Math.min(...values.map(({ value }) => value)));
    expect(points.at(-1)).toMatchObject({ last: values.at(-1)?.value, at: values.at(-1)?.at });
  });

  test('are never more than asked for, however far apart the values lie', () => {
    const buckets = new Buckets(null, 10);
    for (let seq = 0; seq < 40; seq++) {
      buckets.add(START + seq * 3_600_000, seq, seq);
      if (seq !== 10 && seq !== 39) continue;
      const points = plain(buckets);
      expect(points.length).toBeLessThanOrEqual(10);
      expect(points.length).toBeGreaterThan(4);
      expect(points.at(-1)).toMatchObject({ last: seq });
    }
  });
});
