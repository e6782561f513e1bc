import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Batch } from '../../../../../src-main/connection/publish/batch.ts';
import { ConnectionId } from '../../../../../src-main/contract/model/model.ts';
import type { MessageSeries } from '../../../../../src-main/contract/session/message-series.ts';
import type { MessageTemplate } from '../../../../../src-main/contract/session/sending.ts';
import type { LiveConnection } from '../../../../../src-main/engine/connections/live-connection.ts';
import { RowFiles } from '../../../../../src-main/engine/publish/series/row-files.ts';
import { SeriesHandlers } from '../../../../../src-main/engine/publish/series/series-handlers.ts';

const C = ConnectionId.parse('c');
const TEMPLATE: MessageTemplate = {
  topic: 'a',
  payload: new Uint8Array(1),
  variables: false,
  gzip: false,
  qos: 1,
  retain: false,
  correlation: null,
};
const PLAN = { everyMs: 0, times: 100, jitterMs: 0, rampToMs: null, stopAtError: true };
const signal = new AbortController().signal;

type Asked = Batch & { readonly since: number };

function open(receiveMaximum: number, answer?: (asked: Asked) => Promise<unknown>) {
  const asked: Asked[] = [];
  const state = { kind: 'online', since: 7, version: '5', limits: { receiveMaximum } };
  const live = {
    summary: { value: { state } },
    worker: {
      call: (_: string, batch: Asked) => {
        asked.push(batch);
        const count = batch.messages.length * batch.times;
        const acknowledged = Array.from({ length: count }, () => 1);
        const all = { kind: 'batch', sent: count, acknowledged, noSubscribers: 0, errors: 0, problems: [] };
        return answer?.(batch) ?? Promise.resolve(all);
      },
    },
  };
  const open = { connection: live as unknown as LiveConnection | null };
  const series = new SeriesHandlers(
    {
      live: () => open.connection,
      now: () => 5,
      random: () => 0.5,
      make:
        () =>
        ({ topic, payload, qos, retain }) =>
          Promise.resolve({
            message: { topic, payload, qos, retain },
            kept: TEMPLATE,
            taken: () => undefined,
          }),
    },
    new RowFiles(join(tmpdir(), 'never-made')),
  );
  const handlers = series.handlers();
  const start = async (): Promise<string> => {
    const started = await handlers.startSeries(
      { connection: C, template: TEMPLATE, plan: PLAN, rows: null },
      signal,
    );
    return started.kind === 'started' ? started.series : started.code;
  };
  const until = async (is: (all: readonly MessageSeries[]) => boolean) => {
    for await (const { series: all } of handlers.messageSeries({ connection: C }, signal))
      if (is(all)) return all;
    return [];
  };
  return { series, handlers, asked, live, open, start, until };
}

test('A series leaves something of the window to others, and is reported until it is done.', async () => {
  const { series, asked, start, until } = open(20);
  const id = await start();
  const [done] = await until(([one]) => one?.state.kind === 'done');
  expect(done).toMatchObject({ id, title: 'a', sent: 100, acknowledged: 100 });
  expect(asked.every(({ since, stopAtError }) => since === 7 && stopAtError)).toBe(true);
  expect(Math.max(...asked.map(({ times }) => times))).toBe(4);
  await series.close();
});

test('A worker that broke, or that knows of another connection, stops it for safety.', async () => {
  for (const answer of [() => Promise.reject(new Error('gone')), () => Promise.resolve({ kind: 'ended' })]) {
    const { start, until } = open(20, answer);
    await start();
    const [stopped] = await until(([one]) => one?.state.kind === 'stopped');
    expect(stopped).toMatchObject({ sent: 0, state: { why: { code: 'series-disconnected' } } });
  }
});

test('What cannot be started is refused with the reason.', async () => {
  const { handlers, open: world, start, series } = open(1, () => new Promise(() => undefined));
  for (let running = 0; running < 5; running++) await start();
  expect(await start()).toBe('too-many-series');
  world.connection = null;
  expect(await start()).toBe('not-connected');
  expect(await handlers.pauseSeries({ series: 'x' }, signal)).toMatchObject({ code: 'no-such-series' });
  void series.close();
});

test('The last ten that are over are listed, and the others make room.', async () => {
  const { start, until, handlers } = open(500);
  const ids: string[] = [];
  for (let count = 0; count < 12; count++) {
    ids.push(await start());
    await until((all) => all.every(({ state }) => state.kind === 'done'));
  }
  expect((await until(() => true)).map(({ id }) => id)).toEqual(ids.toReversed().slice(0, 10));
  expect(await handlers.stopSeries({ series: ids[11] ?? '' }, signal)).toEqual({ kind: 'done' });
});

test('It is told on which connections series go on, once for each change and not for each message.', async () => {
  const waiting: (() => void)[] = [];
  const answered = { kind: 'batch', sent: 1, acknowledged: [1], noSubscribers: 0, errors: 0, problems: [] };
  const { handlers, start } = open(100, async () => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    return answered;
  });
  const leave = new AbortController();
  const items = handlers.runningSeries({}, leave.signal)[Symbol.asyncIterator]();
  expect((await items.next()).value).toEqual({ running: [] });
  const id = await start();
  expect((await items.next()).value).toEqual({ running: [{ connection: C, count: 1 }] });
  await handlers.pauseSeries({ series: id });
  expect((await items.next()).value, 'a paused one sends nothing').toEqual({ running: [] });
  await handlers.resumeSeries({ series: id });
  expect((await items.next()).value).toEqual({ running: [{ connection: C, count: 1 }] });
  const next = items.next();
  await expect.poll(() => waiting.length).toBeGreaterThan(0);
  await handlers.stopSeries({ series: id });
  for (const answer of waiting) answer();
  expect((await next).value).toEqual({ running: [] });
  leave.abort();
});
