import { expect, test } from 'vitest';
import type { BatchResult } from '../../../../../src-main/connection/publish/batch.ts';
import { failed, type Failure } from '../../../../../src-main/contract/base/errors.ts';
import type { PublishMessage } from '../../../../../src-main/contract/model/publish-message.ts';
import type { SeriesPlan } from '../../../../../src-main/contract/session/message-series.ts';
import type { MessageTemplate } from '../../../../../src-main/contract/session/sending.ts';
import { rowReader, type SeriesRow } from '../../../../../src-main/core/publish/series/rows.ts';
import { Draws } from '../../../../../src-main/engine/publish/message/draws.ts';
import { makeMessage } from '../../../../../src-main/engine/publish/message/make-message.ts';
import { SeriesRun, type SentBatch } from '../../../../../src-main/engine/publish/series/series-run.ts';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const TEMPLATE: MessageTemplate = {
  topic: 't',
  payload: new TextEncoder().encode('x'),
  variables: false,
  gzip: false,
  qos: 1,
  retain: false,
  correlation: null,
};

interface Setup {
  readonly plan?: Partial<SeriesPlan>;
  readonly template?: Partial<MessageTemplate>;
  readonly csv?: string;
  readonly jsonl?: string;
  readonly window?: number;
  /** What the connection's worker answers; null: the connection ended. */
  readonly answer?: (batch: SentBatch, at: number) => BatchResult | null | Promise<BatchResult | null>;
}

const taken = (batch: SentBatch, change: Partial<BatchResult> = {}): BatchResult => {
  const sent = batch.messages.length * batch.times;
  return {
    sent,
    acknowledged: Array.from({ length: sent }, () => 4),
    noSubscribers: 0,
    errors: 0,
    problems: [],
    ...change,
  };
};

/** A series on a clock that moves by its own waits only. */
function start(setup: Setup) {
  const { plan = {}, template = {}, window = 20, answer = (batch) => taken(batch) } = setup;
  const state = { now: 1_000, isOnline: true, closed: false };
  const sent: { at: number; message: PublishMessage; times: number }[] = [];
  const steps: (() => void)[] = [];
  const made = { ...TEMPLATE, ...template };
  const draws = new Draws(
    () => 0.5,
    () => 'u',
  );
  const run = new SeriesRun(
    {
      id: 'j',
      title: 't',
      template: made,
      rows: rowsOf(setup, () => (state.closed = true)),
      plan: { everyMs: 100, times: 5, jitterMs: 0, rampToMs: null, stopAtError: true, ...plan },
    },
    {
      make: (one, columns) =>
        makeMessage(
          one,
          {
            now: () => state.now,
            draws,
            latest: () => Promise.resolve(null),
            env: () => Promise.resolve(null),
            encode: () => Promise.resolve(failed('no-proto-message', 'No message.', '')),
          },
          { columns },
        ),
      send: async (batch) => {
        for (const message of batch.messages) sent.push({ at: state.now, message, times: batch.times });
        return answer(batch, state.now);
      },
      isOnline: () => state.isOnline,
      window: () => window,
      now: () => state.now,
      random: () => 0.5,
      pause: (ms, signal) => {
        for (const step of steps.splice(0)) step();
        if (!signal.aborted) state.now += ms;
        return Promise.resolve();
      },
      changed: () => undefined,
    },
  );
  return { run, state, sent, steps };
}

function rowsOf({ csv, jsonl }: Setup, close: () => void) {
  const file = csv ?? jsonl;
  if (file === undefined) return null;
  const reader = rowReader(csv === undefined ? 'jsonl' : 'csv');
  const all: SeriesRow[] = [...reader.push(new TextEncoder().encode(file)), ...reader.end()];
  let at = 0;
  return {
    next: () => Promise.resolve(all[at++] ?? null),
    progress: { read: 1, size: 2 },
    close: () => {
      close();
      return Promise.resolve();
    },
  };
}

test('So many messages go out at their times, and the rate that was reached is shown.', async () => {
  const { run, sent } = start({});
  await run.over;
  expect(sent.map(({ at }) => at)).toEqual([1_000, 1_100, 1_200, 1_300, 1_400]);
  expect(run.series()).toMatchObject({
    state: { kind: 'done', at: 1_400 },
    total: 5,
    sent: 5,
    acknowledged: 5,
    inFlight: 0,
    errors: 0,
    rate: 10,
    wantedRate: 10,
    meanMs: 4,
    worstMs: 4,
    recentMs: [4, 4, 4, 4, 4],
  });
});

test('What is due together is handed over together: one message, and how often.', async () => {
  const { run, sent } = start({ plan: { everyMs: 0, times: 1_000 }, template: { qos: 0 } });
  await run.over;
  expect(sent.map(({ times }) => times)).toEqual([512, 488]);
  expect(run.series()).toMatchObject({ sent: 1_000, wantedRate: null, state: { kind: 'done' } });
  const each = start({
    plan: { everyMs: 0, times: 300 },
    template: { qos: 0, variables: true, payload: new TextEncoder().encode('${counter}') },
  });
  await each.run.over;
  expect(each.sent.map(({ message }) => text(message.payload))).toEqual(
    Array.from({ length: 300 }, (_, at) => String(at + 1)),
  );
});

test('Large messages are not handed over many at a time.', async () => {
  const payload = new Uint8Array(400_000);
  const { run, sent } = start({ plan: { everyMs: 0, times: 5 }, template: { qos: 0, payload } });
  await run.over;
  expect(sent.map(({ times }) => times)).toEqual([2, 2, 1]);
});

test('No more are under way at a time than the broker allows.', async () => {
  let flying = 0;
  let most = 0;
  const { run } = start({
    plan: { everyMs: 0, times: 100 },
    window: 8,
    answer: async (batch) => {
      flying += batch.times;
      most = Math.max(most, flying);
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      flying -= batch.times;
      return taken(batch);
    },
  });
  await run.over;
  expect(most).toBe(8);
  expect(run.series().sent).toBe(100);
});

test('It stops for safety when the connection ends, also when another one is there at once.', async () => {
  const { run, sent, state, steps } = start({});
  steps.push(() => (state.isOnline = false));
  await run.over;
  expect(sent).toHaveLength(1);
  expect(run.series().state).toMatchObject({ kind: 'stopped', why: { code: 'series-disconnected' } });
  // The worker knew it first, and sent nothing.
  const late = start({ answer: (_, at) => (at < 1_200 ? taken({ messages: [], times: 1 }) : null) });
  await late.run.over;
  expect(late.run.series()).toMatchObject({
    sent: 0,
    state: { kind: 'stopped', why: { code: 'series-disconnected' } },
  });
});

test('A pause moves what is due later, and a stop ends it with nothing more sent.', async () => {
  const { run, state, sent, steps } = start({});
  steps.push(() => {
    run.pause();
    expect(run.series().state.kind).toBe('paused');
    state.now += 5_000;
    queueMicrotask(() => run.resume());
  });
  await run.over;
  expect(sent.map(({ at }) => at)).toEqual([1_000, 6_100, 6_200, 6_300, 6_400]);
  expect(run.series().rate).toBeCloseTo(10, 1);

  const other = start({ csv: 'payload\na\nb\nc\n' });
  other.steps.push(() => other.run.stop());
  await other.run.over;
  expect(other.sent).toHaveLength(1);
  expect(other.run.series().state).toMatchObject({ kind: 'stopped', why: null });
  expect(other.state.closed).toBe(true);
  other.run.resume();
  expect(other.run.isOver).toBe(true);
});

test('What a broker was too slow for is not made up for by a burst.', async () => {
  const { run, sent, state, steps } = start({ plan: { times: 4 } });
  steps.push(() => (state.now += 60_000));
  await run.over;
  const times = sent.map(({ at }) => at);
  // At most a second of it is: the fourth waits.
  expect(times.slice(0, 2)).toEqual([1_000, 61_100]);
  expect(run.series()).toMatchObject({ sent: 4, state: { kind: 'done' } });
});

test('The first error stops it, or is counted and it goes on, as chosen.', async () => {
  const failure: Failure = failed('too-large', 'Too large.', '');
  const refused = (batch: SentBatch, at: number) =>
    at === 1_100
      ? taken(batch, { sent: 0, acknowledged: [], errors: 1, problems: [{ at: 0, failure }] })
      : taken(batch);
  const stopping = start({ answer: refused });
  await stopping.run.over;
  expect(stopping.run.series()).toMatchObject({
    sent: 1,
    errors: 1,
    state: { kind: 'stopped', why: failure },
  });
  const going = start({ answer: refused, plan: { stopAtError: false } });
  await going.run.over;
  expect(going.run.series()).toMatchObject({
    sent: 4,
    acknowledged: 4,
    errors: 1,
    problems: [{ line: null, failure }],
    state: { kind: 'done' },
  });
});

test('Lines of a file say where, what and how; a broken one is reported with its number.', async () => {
  const csv = 'topic,payload,qos,retain\na,1,2,true\nb,2\nc,3,9,\nd,4,,0\ne,5,0,maybe';
  const { run, sent, state } = start({ csv, plan: { times: null, stopAtError: false } });
  await run.over;
  expect(
    sent.map(({ message }) => [message.topic, text(message.payload), message.qos, message.retain]),
  ).toEqual([
    ['a', '1', 2, true],
    ['d', '4', 1, false],
  ]);
  expect(run.series()).toMatchObject({
    total: null,
    sent: 2,
    errors: 3,
    problems: [
      { line: 3, failure: { code: 'line-columns' } },
      { line: 4, failure: { code: 'line-qos' } },
      { line: 6, failure: { code: 'line-retain' } },
    ],
  });
  expect(state.closed).toBe(true);
});

test('What stands before the line that stops it is sent, and nothing behind it.', async () => {
  const csv = 'topic,payload\na,1\nb,2\nbroken\nd,4';
  const { run, sent } = start({ csv, plan: { times: null, everyMs: 0 } });
  await run.over;
  expect(sent.map(({ message }) => message.topic)).toEqual(['a', 'b']);
  expect(run.series()).toMatchObject({ sent: 2, state: { kind: 'stopped', why: { code: 'line-columns' } } });
});

test('Columns stand in the message; what a file says is sent as it stands.', async () => {
  const payload = new TextEncoder().encode('{"v":${column speed},"n":${counter}}');
  const file = { plan: { times: null, everyMs: 0 }, template: { variables: true, payload } };
  const csv = start({ ...file, csv: 'topic,speed\na,1.50\nb,2' });
  await csv.run.over;
  expect(csv.sent.map(({ message }) => [message.topic, text(message.payload)])).toEqual([
    ['a', '{"v":1.50,"n":1}'],
    ['b', '{"v":2,"n":2}'],
  ]);
  const given = start({ ...file, jsonl: '{"topic":"${uuid}","payload":"${now}"}\n{"payload":{"x":1.0}}' });
  await given.run.over;
  expect(given.sent.map(({ message }) => [message.topic, text(message.payload)])).toEqual([
    ['${uuid}', '${now}'],
    ['t', '{"x":1.0}'],
  ]);
});

test('A line of JSON that says nothing of a message is one; a table without its columns is refused.', async () => {
  const json = start({ jsonl: '{"speed":1.50}\n[1]\n', plan: { times: null } });
  await json.run.over;
  expect(json.sent.map(({ message }) => text(message.payload))).toEqual(['{"speed":1.50}', '[1]']);
  const table = start({ csv: 'plant/a,21\nplant/b,22\n', plan: { times: null } });
  await table.run.over;
  expect(table.sent).toEqual([]);
  expect(table.run.series().state).toMatchObject({ kind: 'stopped', why: { code: 'line-unused' } });
});

test('Lines that a history was exported as are sent again byte for byte.', async () => {
  const { run, sent } = start({
    jsonl: '{"topic":"b","qos":2,"retain":true,"payloadBase64":"AP8="}\n{"topic":"b","payloadBase64":"?"}',
    plan: { times: null, stopAtError: false },
  });
  await run.over;
  expect(
    sent.map(({ message }) => [message.topic, message.qos, message.retain, [...message.payload]]),
  ).toEqual([['b', 2, true, [0, 255]]]);
  expect(run.series().problems).toMatchObject([{ line: 2, failure: { code: 'line-not-base64' } }]);
});

test('JSON of a file is encoded as the panel says; bytes of a file go out as they are.', async () => {
  const { run, sent } = start({
    jsonl: '{"payload":{"a":1}}\n{"payloadBase64":"AP8="}\n{"payload":"no JSON"}',
    template: { encoding: { format: 'cbor', floats: 'shortest' } },
    plan: { times: null, stopAtError: false },
  });
  await run.over;
  expect(sent.map(({ message }) => [...message.payload])).toEqual([
    [0xa1, 0x61, 0x61, 0x01],
    [0, 255],
  ]);
  expect(run.series().problems).toMatchObject([{ line: 3, failure: { code: 'payload-not-json' } }]);
});
