import { describe, expect, test } from 'vitest';
import type { PayloadsRequest } from '../../../../src-main/contract/decoding/payloads.ts';
import { POINT_FIELDS, type SeriesFrame } from '../../../../src-main/contract/model/series.ts';
import { ConnectionId } from '../../../../src-main/contract/model/model.ts';
import { readPayloads } from '../../../../src-main/core/series/payloads.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { Decoder } from '../../../../src-main/decoding/decoder.ts';
import {
  decodedSeries,
  type DecodedSeriesPorts,
} from '../../../../src-main/engine/decoding/decoded-series.ts';
import { step } from '../../../support/decoding.ts';
import { put } from '../../../support/store/messages.ts';

const START = Date.UTC(2026, 10, 20, 14);
const connection = ConnectionId.parse('c1');
const chain = [step('cbor')];

/** {"t": value, "u": 2 · value}, values up to 11. */
const cbor = (value: number) => Uint8Array.of(0xa2, 0x61, 0x74, value, 0x61, 0x75, 2 * value);

function lasts(frame: SeriesFrame | null, at: number): number[] {
  const news = frame?.series[at];
  if (news === null || news === undefined) return [];
  const numbers = new Float64Array(news.points.slice().buffer);
  const width = POINT_FIELDS.length;
  const last = POINT_FIELDS.indexOf('last');
  return Array.from({ length: numbers.length / width }, (_, point) => numbers[point * width + last] ?? 0);
}

function opened() {
  let store = new TopicStore({ memoryBytes: 16 * 2 ** 20, topicCap: 100, seed: 7, startedAt: START });
  let now = START;
  let fails = false;
  let asked = 0;
  const decoder = new Decoder('t', () => 0);
  const ports = {
    worker: () => ({
      call: (_name: string, request: PayloadsRequest) =>
        fails ? Promise.reject(new Error('gone')) : Promise.resolve(readPayloads(store, request)),
    }),
    ask: (request: never) => {
      asked++;
      return Promise.resolve(decoder.answer(request));
    },
    rulesOf: () => [],
    schemas: () => [],
    clock: {
      now: () => now,
      // Time goes on by itself: nobody waits.
      after: (ms: number, run: () => void) => {
        now += ms;
        queueMicrotask(run);
        return () => undefined;
      },
    },
  } as unknown as DecodedSeriesPorts;
  return {
    ports,
    send: (value: number) => {
      now += 1_000;
      put(store, { topic: 'a', payload: cbor(value), at: now });
    },
    sendCut: () => {
      now += 1_000;
      put(store, { topic: 'a', payload: cbor(1), size: 90_000, at: now });
    },
    restart: () => {
      fails = true;
      store = new TopicStore({ memoryBytes: 16 * 2 ** 20, topicCap: 100, seed: 7, startedAt: START });
      return () => void (fails = false);
    },
    asked: () => asked,
  };
}

function signal() {
  const ended = new AbortController();
  return { signal: ended.signal, end: () => ended.abort() };
}

const request = (paths: readonly string[]) => ({
  connection,
  fields: paths.map((path) => ({ key: 'a', path: [path], chain })),
  spanMs: 60_000,
  points: 60,
});

async function next(frames: AsyncGenerator<SeriesFrame, void, undefined>): Promise<SeriesFrame> {
  const { value } = await frames.next();
  if (value === undefined) throw new Error('It has ended.');
  return value;
}

describe('Series of decoded payloads', () => {
  test('have all that is kept in the span, and a payload is decoded once for all its fields', async () => {
    const { ports, send, asked } = opened();
    for (const value of [1, 2, 3, 4, 5]) send(value);
    const ended = signal();
    const frames = decodedSeries(ports, request(['t', 'u']), ended.signal);
    const frame = await next(frames);
    expect(lasts(frame, 0)).toEqual([1, 2, 3, 4, 5]);
    expect(lasts(frame, 1)).toEqual([2, 4, 6, 8, 10]);
    expect(asked()).toBe(1);
    ended.end();
    expect((await frames.next()).done).toBe(true);
  });

  test('go on with what comes, and repeat nothing', async () => {
    const { ports, send } = opened();
    send(1);
    const ended = signal();
    const frames = decodedSeries(ports, request(['t']), ended.signal);
    expect(lasts(await next(frames), 0)).toEqual([1]);
    send(7);
    expect(lasts(await next(frames), 0)).toEqual([7]);
    ended.end();
    await frames.next();
  });

  test('count the messages without a number', async () => {
    const { ports, send } = opened();
    send(1);
    const ended = signal();
    const frames = decodedSeries(ports, request(['t', 'none']), ended.signal);
    expect((await next(frames)).series[1]).toMatchObject({ without: 1 });
    ended.end();
    await frames.next();
  });

  test('count what was not read whole as not known, also where nothing else comes', async () => {
    const { ports, sendCut } = opened();
    sendCut();
    const ended = signal();
    const frames = decodedSeries(ports, request(['t', 'u']), ended.signal);
    const counts = { without: 0, notKnown: 1 };
    expect((await next(frames)).series).toMatchObject([counts, counts]);
    sendCut();
    expect((await next(frames)).series[0]).toMatchObject({ without: 0, notKnown: 2 });
    ended.end();
    await frames.next();
  });

  test('count what takes too long to decode as not known', async () => {
    const { ports, send } = opened();
    send(1);
    const ended = signal();
    const slow = { ...ports, ask: () => Promise.resolve({ kind: 'too-slow' }) } as unknown as typeof ports;
    const frames = decodedSeries(slow, request(['t']), ended.signal);
    expect((await next(frames)).series[0]).toMatchObject({ without: 0, notKnown: 1 });
    ended.end();
    await frames.next();
  });

  test('begin anew where the connection lost what it had', async () => {
    const { ports, send, restart } = opened();
    for (const value of [1, 2, 3]) send(value);
    const ended = signal();
    const frames = decodedSeries(ports, request(['t']), ended.signal);
    await next(frames);
    const back = restart();
    const frame = next(frames);
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    back();
    send(9);
    const after = await frame;
    expect(after.series[0]?.reset).toBe(true);
    expect(lasts(after, 0)).toEqual([9]);
    ended.end();
    await frames.next();
  });
});
