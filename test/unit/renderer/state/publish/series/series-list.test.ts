import { expect, test } from 'vitest';
import { MAX_ROWS_PIECE } from '../../../../../../src-main/contract/session/message-series.ts';
import { ConnectionId } from '../../../../../../src-main/contract/model/model.ts';
import { failed, type Failure } from '../../../../../../src-main/contract/base/errors.ts';
import type { MessageTemplate } from '../../../../../../src-main/contract/session/sending.ts';
import type { Engine } from '../../../../../../src-renderer/state/engine/engine.ts';
import {
  createSeriesForm,
  type SeriesKind,
} from '../../../../../../src-renderer/state/publish/series/series-form.ts';
import { followSeries } from '../../../../../../src-renderer/state/publish/series/series-list.ts';

const C = ConnectionId.parse('c');

const TEMPLATE: MessageTemplate = {
  topic: 'a',
  payload: new Uint8Array(),
  variables: false,
  gzip: false,
  qos: 0,
  retain: false,
  correlation: null,
};

function open(
  answers: Readonly<Record<string, unknown>> = {},
  message: (kind: SeriesKind) => MessageTemplate | Failure = () => TEMPLATE,
) {
  const asked: [string, Record<string, unknown>][] = [];
  const engine = {
    call: (name: string, params: Record<string, unknown>) => {
      asked.push([name, params]);
      const otherwise = name === 'addSeriesRows' ? { kind: 'added', file: 'f' } : { kind: 'done' };
      return Promise.resolve(answers[name] ?? otherwise);
    },
    stream: async function* () {
      yield { series: [{ id: 's' }] };
      await new Promise(() => undefined);
    },
  } as unknown as Engine;
  return { list: followSeries(engine, C, message), asked };
}

const form = createSeriesForm().getState();

test('A series is started with the message of the panel, and followed.', async () => {
  const { list, asked } = open();
  expect(await list.start(form)).toBeNull();
  expect(asked).toMatchObject([['startSeries', { connection: C, rows: null, template: { topic: 'a' } }]]);
  expect(list.store.getState()).toMatchObject({ series: [{ id: 's' }], starting: false });
  await list.pause('s');
  await list.resume('s');
  await list.stop('s');
  expect(asked.slice(1)).toEqual([
    ['pauseSeries', { series: 's' }],
    ['resumeSeries', { series: 's' }],
    ['stopSeries', { series: 's' }],
  ]);
  list.close();
});

test('A file goes to the engine in pieces; its lines may say the topic.', async () => {
  const { list, asked } = open({}, (kind) => ({ ...TEMPLATE, topic: kind === 'file' ? '' : 'a' }));
  const file = new File([new Uint8Array(MAX_ROWS_PIECE + 5)], 'Rows.JSONL');
  const going = list.start({ ...form, kind: 'file', file });
  expect(list.store.getState().starting).toBe(true);
  expect(await going).toBeNull();
  expect(
    asked.map(([name, { bytes, file: id }]) => [name, (bytes as Uint8Array | undefined)?.length, id]),
  ).toEqual([
    ['addSeriesRows', MAX_ROWS_PIECE, null],
    ['addSeriesRows', 5, 'f'],
    ['startSeries', undefined, undefined],
  ]);
  expect(asked.at(-1)?.[1]).toMatchObject({
    template: { topic: '' },
    rows: { file: 'f', name: 'Rows.JSONL', kind: 'jsonl' },
    plan: { times: null },
  });
});

test('What keeps a series from starting is reported, and nothing is started.', async () => {
  const full = failed('rows-not-kept', 'Full.', '');
  const { list, asked } = open({ addSeriesRows: full });
  const wrong = failed('no-topic', 'No topic.', '');
  expect(await open({}, () => wrong).list.start(form)).toBe(wrong);
  expect(await list.start({ ...form, every: 'x' })).toMatchObject({ code: 'series-number' });
  expect(await list.start({ ...form, kind: 'file' })).toMatchObject({ code: 'no-file' });
  const lost = { name: 'x.csv', size: 3, slice: () => ({ arrayBuffer: () => Promise.reject(new Error()) }) };
  const file = lost as unknown as File;
  expect(await list.start({ ...form, kind: 'file', file })).toMatchObject({ code: 'file-unreadable' });
  expect(asked).toEqual([]);
  expect(await list.start({ ...form, kind: 'file', file: new File(['a'], 'a.csv') })).toBe(full);
  expect(asked.map(([name]) => name)).toEqual(['addSeriesRows']);
});
