import { describe, expect, test } from 'vitest';
import { api } from '../../../../src-main/contract/api.ts';
import { POINT_FIELDS, SeriesFrame, SeriesRequest } from '../../../../src-main/contract/model/series.ts';
import { BY_NAME, Sorting } from '../../../../src-main/contract/model/sorting.ts';
import { ViewAction, ViewFrame, ViewSpec } from '../../../../src-main/contract/model/view.ts';
import { expectRefused, expectTaken } from '../../../support/schema.ts';
import { row } from '../../renderer/frames.ts';

const spec = { anchor: null, offset: 0, rows: 50, filter: '', selected: null };

describe('What a view looks at', () => {
  test.each<[string, unknown]>([
    ['rows', 201],
    ['rows', -1],
    ['offset', 0.5],
    ['filter', 'f'.repeat(65_536)],
    ['fields', Array(5).fill(['a'])],
    ['fields', [[]]],
    ['fields', [Array(33).fill('a')]],
    ['fields', [['x'.repeat(1_001)]]],
    ['fields', [[-1]]],
    ['colours', ['']],
    ['colours', Array(17).fill('a')],
    ['colours', ['c'.repeat(1_001)]],
    ['anchor', 5],
    ['selected', undefined],
  ])('is refused with %s of %j', (field, value) => expectRefused(ViewSpec, spec, field, value));

  test('may be as much as a window ever shows', () => {
    expectTaken(ViewSpec, {
      ...spec,
      anchor: 'a',
      offset: -7,
      rows: 200,
      selected: '\u0000b',
      fields: [['a', 0], ['b'], [1], ['c'.repeat(1_000)]],
      colours: Array<string>(16).fill('c'.repeat(1_000)),
    });
  });
});

test.each([
  { kind: 'look', spec },
  ...['expand', 'collapse', 'expand-siblings', 'collapse-siblings', 'reveal'].map((kind) => ({
    kind,
    key: 'a',
  })),
  ...['expand-all', 'collapse-all', 'pause', 'resume'].map((kind) => ({ kind })),
  { kind: 'expand-to', level: 512 },
  { kind: 'open-small', rows: 0 },
  { kind: 'sort', sorting: BY_NAME },
])('$kind is done to a view, and nothing with another name.', (action) => {
  expectTaken(ViewAction, action);
  expectRefused(ViewAction, action, 'kind', `${action.kind}-`);
  for (const field of Object.keys(action))
    if (field !== 'kind') expectRefused(ViewAction, action, field, undefined);
});

test.each<[string, object, string, unknown]>([
  ['the level 0', { kind: 'expand-to', level: 1 }, 'level', 0],
  ['the level 513', { kind: 'expand-to', level: 1 }, 'level', 513],
  ['201 rows', { kind: 'open-small', rows: 1 }, 'rows', 201],
  ['an order by colour', { kind: 'sort', sorting: BY_NAME }, 'sorting.by', 'colour'],
])('A view is not taken to %s.', (_, action, way, to) => expectRefused(ViewAction, action, way, to));

test('An order is of a column that there is, one way or the other.', () => {
  for (const by of ['name', 'seen', 'messages', 'rate', 'size', 'late'])
    expectTaken(Sorting, { by, descending: true });
  expectRefused(Sorting, BY_NAME, 'descending', 'no');
});

describe('A frame', () => {
  const one = row(1, 'a');
  const meta = {
    seq: 1,
    at: 2,
    qos: 1,
    retain: true,
    stored: false,
    dup: false,
    packetId: 65_535,
    size: 3,
    kept: 3,
    propertyBytes: 0,
    preview: { kind: 'json', shape: 'object', parts: [['a', '1']], left: 0, atLeast: false },
  };
  const frame = {
    revision: 1,
    total: 1,
    first: 0,
    anchorIndex: null,
    ids: [1],
    rows: [
      one,
      {
        ...one,
        usual: 5,
        retained: 'cleared',
        fields: ['1', null],
        colour: 0,
        preview: { kind: 'number', text: '9007199254740993' },
      },
    ],
    selected: {
      key: 'a',
      topic: 'a',
      state: 'forgotten',
      hiddenByFilter: true,
      index: null,
      publishable: false,
      messages: 0,
      topics: 0,
      usual: null,
      retained: { state: 'unknown', by: 'none', at: 0, stale: false },
      latest: meta,
      lastRetained: null,
    },
    matches: null,
    filterProblems: { of: 'a:', problems: [{ from: 2, to: 2, reason: 'r' }] },
    paused: { seq: 1, at: 2, newMessages: 3, newTopics: 4 },
    building: 0.5,
    sorting: { ...BY_NAME, stale: false },
    counters: {
      received: 1,
      system: 0,
      bytes: 1,
      kept: 1,
      evicted: 0,
      dropped: 0,
      droppedBy: { lag: 0, topicCap: 0, budget: 0 },
      forgottenTopics: 0,
      forgotten: 0,
      shortened: 0,
      topics: 1,
      retained: 0,
      rate: 0,
      indexBytes: 1,
      historyBytes: 1,
      budgetBytes: 1,
    },
    busyColours: [{ rule: 0, perSecond: 12 }],
  };

  test('is sent as it is, and the schema knows every part of it', () => {
    expectTaken(ViewFrame, frame);
    for (const way of [
      'rows.0.preview',
      'selected.retained.state',
      'counters.droppedBy.lag',
      'selected.latest.packetId',
    ])
      expectRefused(ViewFrame, frame, way, Number.NaN);
    expectRefused(ViewFrame, frame, 'rows.1.colour', -1);
    expectRefused(ViewFrame, frame, 'paused.newTopics', undefined);
  });

  test('is checked by a window for its fields only, as it comes many times a second', () => {
    const checked = (['view', 'series', 'decodedSeries', 'diagnostics', 'watched', 'jobs'] as const).map(
      (name) => api[name].checked,
    );
    expect(checked).toEqual(['fields', 'fields', 'fields', 'whole', 'whole', 'whole']);
  });
});

describe('Numbers over time', () => {
  const request = { fields: [{ key: 'a', path: [] }], spanMs: null, points: 10 };

  test.each<[string, unknown]>([
    ['fields', []],
    ['fields', Array(9).fill({ key: 'a', path: [] })],
    ['fields.0.path', [-1]],
    ['fields.0.chain', []],
    ['spanMs', 999],
    ['spanMs', 2_592_000_001],
    ['points', 9],
    ['points', 4_001],
  ])('are refused with %s of %j', (way, to) => expectRefused(SeriesRequest, request, way, to));

  test('come in points of seven numbers each', () => {
    const points = new Uint8Array(2 * 8 * POINT_FIELDS.length);
    expectTaken(SeriesFrame, {
      series: [null, { reset: true, stepMs: 1, firstIndex: 0, points, without: 2, notKnown: 1 }],
      now: 1,
      reading: false,
    });
    expect(new Set(POINT_FIELDS).size).toBe(7);
  });
});
