import { describe, expect, test } from 'vitest';
import { api } from '../../../../src-main/contract/api.ts';
import { NO_FACTS, NO_LIFE, NO_PACKETS } from '../../../../src-main/contract/session/session-blank.ts';
import { Diagnostics } from '../../../../src-main/contract/session/diagnostics.ts';
import { RecorderStatus } from '../../../../src-main/contract/session/packets.ts';
import { LifeSigns, SessionFacts } from '../../../../src-main/contract/model/session-facts.ts';
import { diagnosticsOf } from '../../../support/engine/fake-engine.ts';
import { expectRefused, expectTaken, refusedAt } from '../../../support/schema.ts';

const connection = 'c';
const template = {
  topic: 'a/b',
  payload: Uint8Array.of(1, 2),
  variables: false,
  gzip: false,
  qos: 1,
  retain: false,
  correlation: null,
};
const query = { filter: '', state: 'all' };
const choice = { all: false, rules: [{ key: 'a', on: true }] };
const plan = { everyMs: 1_000, times: null, jitterMs: 0, rampToMs: null, stopAtError: false };
const place = { profile: null, folder: '', name: 'n' };
const LONG = 'x'.repeat(65_536);

/** What a window asks by the name of the call, and where it is refused with one thing in it changed. */
const ASKED: readonly (readonly [keyof typeof api, object, readonly (readonly [string, unknown])[]])[] = [
  [
    'planClearing',
    { connection, scope: { kind: 'topics', keys: ['a'] } },
    [
      ['scope.kind', 'everything'],
      ['scope.keys', []],
      ['scope.keys', Array<string>(1_001).fill('a')],
      ['scope.keys.0', 5],
      ['scope', undefined],
    ],
  ],
  [
    'planClearing',
    { connection, scope: { kind: 'matching', filter: '#' } },
    [
      ['scope.filter', ''],
      ['scope.filter', LONG],
    ],
  ],
  ['planClearing', { connection, scope: { kind: 'subtree', key: '' } }, [['scope.key', null]]],
  ['planClearing', { connection, scope: { kind: 'filter', text: 'a' } }, [['scope.text', '']]],
  [
    'planClearing',
    { connection, scope: { kind: 'inventory', query, choice } },
    [
      ['scope.query.state', 'some'],
      ['scope.choice.rules', Array(1_001).fill({ key: 'a', on: true })],
      ['scope.choice.all', 'yes'],
    ],
  ],
  [
    'readPlan',
    { plan: 'p', part: 'clear', from: 0, count: 500 },
    [
      ['part', 'all'],
      ['from', -1],
      ['from', 0.5],
      ['count', 0],
      ['count', 501],
      ['plan', 'p'.repeat(65)],
    ],
  ],
  [
    'retryJob',
    { job: 'j', unkept: 'clear' },
    [
      ['unkept', 'keep'],
      ['job', 5],
    ],
  ],
  [
    'jobOutcomes',
    { job: 'j', part: 'waiting', from: 0, count: 1 },
    [
      ['part', 'done'],
      ['count', Number.POSITIVE_INFINITY],
      ['from', Number.NaN],
    ],
  ],
  [
    'clearRetained',
    { connection, keys: ['a'], unkept: 'stop', overLimit: true },
    [
      ['keys', []],
      ['unkept', null],
      ['overLimit', 1],
    ],
  ],
  [
    'restoreRetained',
    { connection, entry: null, which: { kind: 'topics', keys: ['a'] }, from: 0, overwrite: false },
    [
      ['entry', ''],
      ['which.keys', []],
      ['overwrite', 'no'],
    ],
  ],
  [
    'restoreRetained',
    { connection, entry: 'e', which: { kind: 'lines', lines: [1] }, from: 0, overwrite: false },
    [
      ['which.lines', []],
      ['which.lines.0', 1.5],
      ['which.lines', Array(1_001).fill(1)],
    ],
  ],
  [
    'restoreRetained',
    { connection, entry: 'e', which: { kind: 'page', from: 0, count: 1_000 }, from: 3, overwrite: true },
    [
      ['from', -1],
      ['which.count', 1_001],
      ['which.from', -1],
      ['which.kind', 'all'],
    ],
  ],
  [
    'readTrash',
    { entry: 'e', from: 0, count: 1 },
    [
      ['entry', ''],
      ['count', 501],
    ],
  ],
  [
    'emptyTrash',
    { entries: null },
    [
      ['entries', 'all'],
      ['entries', ['']],
    ],
  ],
  [
    'readInventory',
    {
      connection,
      query,
      sort: { by: 'age', descending: true },
      choice,
      expansion: { open: null, except: [] },
      from: 0,
      count: 500,
      seen: null,
    },
    [
      ['sort.by', 'colour'],
      ['expansion.except', Array(1_001).fill('a')],
      ['expansion.open', 'few'],
      ['count', 0],
      ['seen', '1'],
      ['query.filter', LONG],
    ],
  ],
  [
    'restoreSnapshot',
    { comparison: 'c', from: 0, count: 1_000, overwrite: false },
    [
      ['count', 1_001],
      ['comparison', 'c'.repeat(65)],
    ],
  ],
  [
    'compareSnapshot',
    { connection, query, file: Uint8Array.of(), prefix: '' },
    [
      ['file', 'text'],
      ['prefix', LONG],
    ],
  ],
  ['readSnapshot', { plan: 'p', from: 0, messages: 0 }, [['messages', -1]]],
  [
    'compareKept',
    { connection, query, snapshot: 's', prefix: '' },
    [
      ['snapshot', ''],
      ['snapshot', 's'.repeat(65)],
      ['prefix', LONG],
    ],
  ],
  [
    'keepSnapshot',
    { plan: 'p', name: 'n'.repeat(120), overLimit: false },
    [
      ['name', 'n'.repeat(121)],
      ['plan', 'p'.repeat(65)],
      ['overLimit', undefined],
    ],
  ],
  ['listSnapshots', { connection }, [['connection', 5]]],
  [
    'readKeptSnapshot',
    { snapshot: 's', from: 0 },
    [
      ['snapshot', null],
      ['from', -1],
      ['from', 0.5],
    ],
  ],
  ['removeSnapshot', { snapshot: 's' }, [['snapshot', 's'.repeat(65)]]],
  [
    'readPackets',
    { connection, filter: {}, from: { index: -200 }, count: 0 },
    [
      ['filter.types', ['PING']],
      ['filter.types', Array(17).fill('PUBLISH')],
      ['filter.direction', 'both'],
      ['filter.packetId', 0],
      ['filter.packetId', 65_536],
      ['filter.reasonAtLeast', 256],
      ['from', { index: 0.5 }],
      ['from', {}],
      ['count', 501],
    ],
  ],
  [
    'setRecorder',
    { connection, publish: { kind: 'sampled', oneIn: 2 }, bytes: 1_000_000 },
    [
      ['publish.oneIn', 1],
      ['bytes', 999_999],
      ['bytes', 512_000_001],
      ['publish.kind', 'some'],
    ],
  ],
  [
    'exportPackets',
    { connection, format: 'pcap', filter: {}, cursor: null },
    [
      ['format', 'txt'],
      ['cursor', 'c'.repeat(1_001)],
    ],
  ],
  [
    'startSearch',
    { connection, text: 'a', as: 'hex', filter: '' },
    [
      ['text', ''],
      ['text', 'x'.repeat(10_001)],
      ['as', 'glob'],
    ],
  ],
  [
    'readSearch',
    { connection, search: 's', from: 10_000 },
    [
      ['from', 10_001],
      ['search', 's'.repeat(65)],
    ],
  ],
  [
    'readAround',
    { connection, key: 'a', seq: 1, place: 0, scope: 'all', count: 100 },
    [
      ['seq', 0],
      ['place', -1],
      ['scope', 'subtree'],
      ['count', 101],
    ],
  ],
  [
    'connectionHistory',
    { connection, before: null, limit: 1_000 },
    [
      ['limit', 0],
      ['limit', 1_001],
      ['before', 'now'],
    ],
  ],
  ['exportLog', { connection: null }, [['connection', '']]],
  [
    'sendMessage',
    { connection, template, queue: true, answer: { withinMs: 100, rule: null } },
    [
      ['answer.withinMs', 99],
      ['answer.withinMs', 600_001],
      ['answer.rule', 'x'.repeat(1_001)],
      ['template.topic', LONG],
      ['template.payload', [1, 2]],
      ['template.qos', 3],
      ['template.encoding', { format: 'bson', floats: 'double' }],
      ['template.encoding', { format: 'cbor', floats: 'half' }],
      ['template.correlation', { text: 'a', as: 'base64' }],
      ['template.properties', { topicAlias: 65_536 }],
    ],
  ],
  [
    'saveMessage',
    { id: null, place, template, format: 'json' },
    [
      ['place.name', ''],
      ['place.name', 'n'.repeat(201)],
      ['place.folder', 'f'.repeat(401)],
      ['format', 'f'.repeat(17)],
      ['id', ''],
    ],
  ],
  [
    'removeSaved',
    { ids: ['a'] },
    [
      ['ids', []],
      ['ids', Array(1_001).fill('a')],
    ],
  ],
  [
    'startSeries',
    { connection, template, plan, rows: { file: 'f', name: 'a.csv', kind: 'csv' } },
    [
      ['plan.everyMs', -1],
      ['plan.everyMs', 86_400_001],
      ['plan.times', 0],
      ['plan.times', 1_000_000_001],
      ['plan.jitterMs', Number.NaN],
      ['plan.rampToMs', -1],
      ['plan.stopAtError', undefined],
      ['rows.kind', 'xlsx'],
      ['rows.file', ''],
      ['rows.name', 'n'.repeat(1_001)],
    ],
  ],
  [
    'addSeriesRows',
    { file: null, bytes: new Uint8Array(1_048_576) },
    [
      ['bytes', new Uint8Array(1_048_577)],
      ['bytes', 'a,b'],
      ['file', ''],
    ],
  ],
  ['findTopics', { connection, text: 'x'.repeat(1_000) }, [['text', 'x'.repeat(1_001)]]],
  [
    'countTopics',
    { connection, filters: ['a'] },
    [
      ['filters', Array(25).fill('a')],
      ['filters.0', LONG],
    ],
  ],
  [
    'seenNames',
    { connection, of: 'json', begins: '' },
    [
      ['of', 'topics'],
      ['begins', 'b'.repeat(257)],
    ],
  ],
  [
    'forgetTopics',
    { connection, what: { kind: 'late' } },
    [
      ['what.kind', 'all'],
      ['what', { kind: 'topic' }],
    ],
  ],
  [
    'nextRow',
    { connection, view: 'v', text: 'a', from: 0 },
    [
      ['text', ''],
      ['view', ''],
      ['from', -1],
    ],
  ],
  [
    'readMessage',
    { connection, key: 'a', which: 'latest', offset: 0, length: 1_048_576 },
    [
      ['length', 1_048_577],
      ['which', 'first'],
      ['offset', -1],
      ['key', 'x'.repeat(262_142)],
    ],
  ],
  [
    'watched',
    { connection, topics: ['a'] },
    [
      ['topics', []],
      ['topics', Array(101).fill('a')],
    ],
  ],
  [
    'subscribe',
    { connection, filter: 'a/#', qos: 2 },
    [
      ['filter', ''],
      ['qos', 3],
      ['retainHandling', 3],
      ['identifier', 0],
      ['identifier', 268_435_456],
    ],
  ],
  ['unsubscribe', { connection, filter: 'a' }, [['filter', LONG]]],
  [
    'setSubscriptionEnabled',
    { connection, filter: 'a', enabled: true },
    [
      ['filter', LONG],
      ['enabled', 1],
    ],
  ],
  [
    'publish',
    { connection, topic: 'a', payload: Uint8Array.of(), qos: 0, retain: true },
    [
      ['topic', LONG],
      ['payload', ''],
      ['retain', null],
    ],
  ],
];

test.each(ASKED.map(([name, asked, wrong]) => [name, Object.keys(asked).join(), asked, wrong] as const))(
  '%s takes what is asked by %s, and names the place of what is not',
  (name, _, asked, wrong) => {
    const { params } = api[name];
    expect(refusedAt(params, asked)).toEqual([]);
    // As it crosses a pipe: as a plain value, without its prototypes.
    expect(params.parse(structuredClone(asked))).toEqual(params.parse(asked));
    for (const [way, to] of wrong) expectRefused(params, asked, way, to);
  },
);

test('What is not said is as the contract promises.', () => {
  expect(api.clearRetained.params.parse({ connection, keys: ['a'] })).toMatchObject({
    unkept: 'stop',
    overLimit: false,
  });
  expect(
    api.restoreRetained.params.parse({ connection, entry: null, which: { kind: 'topics', keys: ['a'] } }),
  ).toMatchObject({ overwrite: false });
  expect(api.sendMessage.params.parse({ connection, template })).toMatchObject({
    queue: false,
    answer: null,
  });
  expect(api.startClearing.params.parse({ plan: 'p' })).toEqual({ plan: 'p', overLimit: false });
  expect(api.connectionHistory.params.parse({ connection })).toMatchObject({ before: null, limit: 200 });
  expect(api.startSearch.params.parse({ connection, text: 'a', as: 'text' })).toMatchObject({ filter: '' });
  expect(api.readPackets.params.parse({ connection, from: { seq: 1 }, count: 1 })).toMatchObject({
    filter: {
      types: [],
      direction: null,
      packetId: null,
      topicFilter: '',
      reasonAtLeast: null,
      brokenOnly: false,
    },
  });
  expect(api.subscribe.params.parse({ connection, filter: 'a', qos: 0 })).toMatchObject({
    noLocal: false,
    retainAsPublished: true,
    retainHandling: 0,
    enabled: true,
    identifier: null,
  });
});

describe('What is known before there is a session', () => {
  test('is what the contract says a session has', () => {
    expectTaken(SessionFacts, NO_FACTS);
    expectTaken(LifeSigns, NO_LIFE);
    expectTaken(RecorderStatus, NO_PACKETS);
  });

  test('may be sent as diagnostics of an idle connection', () => {
    expectTaken(Diagnostics, diagnosticsOf({ kind: 'idle' }));
  });
});
