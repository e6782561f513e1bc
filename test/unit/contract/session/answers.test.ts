import { describe, expect, test } from 'vitest';
import { api } from '../../../../src-main/contract/api.ts';
import type * as z from '../../../../src-main/contract/base/zod.ts';
import { AGE_BOUNDS, STALE_MS } from '../../../../src-main/contract/session/inventory.ts';
import { PacketField } from '../../../../src-main/contract/session/packets.ts';
import { expectRefused, expectTaken } from '../../../support/schema.ts';

const failure = { kind: 'failed', code: 'c', message: 'What happened.', advice: 'What to do.' };
const preview = { kind: 'text', text: 'a', cut: false };
const resultOf = (name: keyof typeof api): z.ZodType => {
  const one = api[name];
  return one.kind === 'call' ? one.result : one.item;
};

const job = {
  id: 'j',
  kind: 'clear-retained',
  connection: 'c',
  title: 't',
  state: { kind: 'running' },
  startedAt: 1,
  entry: 'e',
  total: 9,
  done: 4,
  cleared: 1,
  refused: 1,
  cameBack: 1,
  stillThere: 1,
  unknown: 1,
  steps: { fetched: 1, kept: 1, keptBytes: 1, sent: 1 },
  ran: 5,
  rate: 0.5,
};
const series = {
  id: 's',
  title: 't',
  state: { kind: 'running' },
  startedAt: 1,
  total: null,
  file: null,
  sent: 1,
  acknowledged: 0,
  noSubscribers: 0,
  inFlight: 0,
  errors: 0,
  rate: 0,
  wantedRate: null,
  meanMs: null,
  worstMs: null,
  recentMs: [],
  problems: [],
};
const row = {
  seq: 1,
  at: 0.25,
  direction: 'in',
  type: 'PUBLISH',
  size: 9,
  kept: 9,
  packetId: null,
  qos: null,
  dup: false,
  retain: false,
  reason: null,
  reasonName: null,
  topic: null,
  note: '',
  link: 1,
  broken: { rule: 'MQTT-1', code: 130, text: 'no' },
};
const keptSnapshot = {
  ...{ id: 's', at: 0, name: '', title: 't', broker: 'b', profile: 'p', isOfBroker: true },
  ...{ messages: 1, bytes: 9, damage: [{ line: 1, what: 'w' }] },
};
const inventoryRow = {
  key: 'a',
  topic: 'a',
  name: 'a',
  level: 1,
  expanded: null,
  count: 1,
  bytes: 2,
  oldest: { at: 1, source: 'stored' },
  chosen: 'some',
  entry: {
    preview: { kind: 'binary', hex: '00', size: 1 },
    size: null,
    qos: null,
    age: null,
    contentType: '',
    state: 'protected',
    excluded: 'because',
    asOf: true,
  },
};
const inventory = {
  kind: 'inventory',
  version: 1,
  rows: 1,
  from: 0,
  window: [inventoryRow],
  summary: {
    count: 1,
    bytes: 2,
    chosen: { count: 0, bytes: 0, returning: 0 },
    unchosen: { unknown: 0, protected: 1 },
    stale: 0,
    ages: [0, 0, 0, 0, 0],
    subtrees: [{ key: 'a', topic: 'a', count: 1, bytes: 2 }],
    more: { subtrees: 0, count: 0, bytes: 0 },
  },
  probe: { kind: 'never' },
  shortfall: null,
  problem: null,
  cut: false,
};
const attempt = {
  id: 'i',
  startedAt: 1,
  onlineAt: null,
  endedAt: null,
  waitedMs: 0,
  attempt: 1,
  phases: [{ phase: 'tls', ms: 2 }],
  version: '5',
  address: 'mqtt://a',
  by: null,
  reason: null,
  sessionPresent: null,
};

/** What the engine answers, and what would be no answer. */
const ANSWERED: readonly (readonly [keyof typeof api, object, readonly (readonly [string, unknown])[]])[] = [
  ['jobs', { jobs: [] }, [['jobs', undefined]]],
  ...[
    { kind: 'running' },
    { kind: 'paused' },
    { kind: 'waiting', since: 1 },
    { kind: 'done', at: 1 },
    { kind: 'stopped', at: 1 },
    { kind: 'failed', at: 1, failure },
  ].map(
    (state) =>
      [
        'jobs',
        { jobs: [{ ...job, state }] },
        [
          ['jobs.0.state', {}],
          ['jobs.0.rate', Number.NaN],
          ['jobs.0.steps.sent', undefined],
        ],
      ] as const,
  ),
  [
    'planClearing',
    { kind: 'plan', plan: 'p', clear: 1, bytes: 2, returning: 0, excluded: 0, unknown: 0 },
    [['clear', Number.POSITIVE_INFINITY]],
  ],
  [
    'readPlan',
    { kind: 'page', topics: [{ key: 'a', size: 0, returning: false, excluded: null, topic: 'a', preview }] },
    [['topics.0.preview.kind', 'html']],
  ],
  [
    'jobOutcomes',
    {
      kind: 'page',
      total: 6,
      outcomes: [
        { kind: 'cleared' },
        { kind: 'not-kept', failure },
        { kind: 'still-retained', failure, at: 1 },
        { kind: 'refused', code: 135, failure },
        { kind: 'not-verified', failure },
      ].map((outcome) => ({ key: 'a', topic: 'a', outcome, took: 3, restorable: true })),
      waiting: [{ key: 'a', topic: 'a', sent: false }],
    },
    [
      ['outcomes.0.outcome', { kind: 'lost' }],
      ['outcomes.1.restorable', undefined],
    ],
  ],
  [
    'restoreRetained',
    {
      kind: 'results',
      session: 1,
      results: [
        { kind: 'restored' },
        { kind: 'would-overwrite', failure },
        { kind: 'not-sent', failure },
        { kind: 'refused', code: 151, failure },
        { kind: 'not-stored', failure },
        { kind: 'not-verified', failure },
      ].map((outcome) => ({ key: 'a', topic: 'a', outcome })),
    },
    [['results.1.outcome.failure', undefined]],
  ],
  [
    'messageSeries',
    {
      series: [
        series,
        { ...series, state: { kind: 'paused' }, file: { read: 1, size: 2 }, total: 5 },
        { ...series, state: { kind: 'done', at: 1 }, recentMs: Array(160).fill(1), meanMs: 1, worstMs: 2 },
        {
          ...series,
          state: { kind: 'stopped', at: 1, why: failure },
          problems: [
            { line: 1, failure },
            { line: null, failure },
          ],
        },
        { ...series, state: { kind: 'stopped', at: 1, why: null } },
      ],
    },
    [
      ['series.0.recentMs', Array(161).fill(1)],
      ['series.0.problems', Array(21).fill({ line: null, failure })],
    ],
  ],
  [
    'readInventory',
    inventory,
    [
      ['window.0.entry.state', 'gone'],
      ['window.0.chosen', 'maybe'],
      ['summary.ages', null],
    ],
  ],
  ['readInventory', { kind: 'same' }, [['kind', 'other']]],
  ...[
    { kind: 'running', where: '#', found: 1, done: 0, total: 0, stopping: false },
    { kind: 'done', at: 1, ms: 2, found: 3, unseen: 0, unanswered: 0, problem: null },
  ].map((probe) => ['readInventory', { ...inventory, probe }, [['probe.found', undefined]]] as const),
  [
    'readPackets',
    {
      kind: 'packets',
      first: 0,
      total: 1,
      searched: 1,
      rows: [row, { ...row, broken: null, qos: 2, packetId: 7, reason: 128, topic: 'a' }],
    },
    [
      ['rows.0.type', 'PING'],
      ['rows.0.direction', 'up'],
    ],
  ],
  [
    'readSearch',
    {
      kind: 'part',
      hits: [
        {
          seq: 1,
          at: 2,
          key: 'a',
          topic: 'a',
          size: 3,
          kept: 3,
          excerpt: { text: 'x', from: 0, to: 1, hex: false },
          place: 0,
        },
      ],
      progress: {
        state: 'done',
        read: 1,
        total: 1,
        messages: 1,
        topics: 1,
        found: 1,
        full: false,
        shortened: 0,
        long: 0,
        notKept: 0,
        ms: 1,
      },
    },
    [
      ['progress.state', 'over'],
      ['hits.0.excerpt.to', null],
    ],
  ],
  ['readSearch', { kind: 'ended' }, [['kind', 'end']]],
  [
    'readAround',
    {
      kind: 'around',
      messages: [{ seq: 1, at: 2, key: 'a', topic: 'a', size: 0, preview: { kind: 'evicted' } }],
    },
    [['messages.0.preview', null]],
  ],
  [
    'connectionHistory',
    {
      attempts: [
        attempt,
        {
          ...attempt,
          onlineAt: 2,
          endedAt: 3,
          by: 'remote',
          sessionPresent: true,
          reason: { code: 'c', message: 'm'.repeat(2_000), advice: '' },
        },
        { ...attempt, address: 'a'.repeat(400), phases: Array(16).fill({ phase: 'p'.repeat(32), ms: 1 }) },
      ],
      more: false,
      uptimeShare: null,
    },
    [
      ['attempts.1.reason.message', 'm'.repeat(2_001)],
      ['attempts.0.startedAt', 8_640_000_000_000_001],
      ['attempts.0.by', 'nobody'],
      ['attempts.2.phases', Array(17).fill({ phase: 'p', ms: 1 })],
    ],
  ],
  ...[
    { kind: 'sent', at: 1 },
    { kind: 'acknowledged', at: 1, ms: 2, code: 0, noSubscribers: false, reason: '' },
    { kind: 'acknowledged', at: 1, ms: 2, code: 16, noSubscribers: true, maybeRefused: true, reason: 'r' },
    { kind: 'refused', code: 135, failure },
    { kind: 'unknown', failure },
    failure,
  ].map(
    (outcome) =>
      [
        'sendMessage',
        { id: 'i', topic: 'a', outcome },
        [
          ['outcome', { kind: 'acknowledged' }],
          ['topic', undefined],
        ],
      ] as const,
  ),
  ...[
    null,
    { kind: 'waiting', topic: 'a' },
    { kind: 'answered', topic: 'a', at: 1, ms: 2, preview: 'p', size: 3 },
    { kind: 'timed-out', topic: 'a', ms: 5 },
    failure,
  ].map(
    (answer) =>
      [
        'sentMessages',
        {
          messages: [
            {
              id: 'i',
              at: 1,
              topic: 'a',
              size: 1,
              qos: 0,
              retain: false,
              outcome: null,
              answer,
              queued: true,
              kept: false,
            },
          ],
        },
        [
          ['messages.0.answer', { kind: 'late' }],
          ['messages.0.at', -8_640_000_000_000_001],
        ],
      ] as const,
  ),
  [
    'compareSnapshot',
    {
      kind: 'compared',
      comparison: 'c',
      broker: { name: 'n', address: 'a' },
      missing: 0,
      head: null,
      added: 0,
      removed: 0,
      changed: 0,
      same: 0,
      unread: 0,
      replacing: 0,
      damage: [{ line: 1, what: 'w' }],
      differences: ['added', 'removed', 'changed', 'unread'].map((what) => ({
        key: 'a',
        topic: 'a',
        what,
        why: null,
      })),
    },
    [['differences', Array(1_001).fill({ key: 'a', topic: 'a', what: 'added', why: null })]],
  ],
  [
    'listSnapshots',
    {
      kind: 'snapshots',
      broker: { name: 'n', address: 'a' },
      snapshots: [keptSnapshot],
      more: 0,
      bytes: 9,
      limit: 9,
    },
    [
      ['snapshots', Array(1_001).fill(keptSnapshot)],
      ['snapshots.0.title', 't'.repeat(1_002)],
      ['snapshots.0.name', 't'.repeat(1_002)],
      ['snapshots.0.id', 'i'.repeat(65)],
    ],
  ],
  ['keepSnapshot', { kind: 'progress', done: 0, total: 9 }, [['total', null]]],
  ['keepSnapshot', { kind: 'kept', snapshot: keptSnapshot, unread: 0 }, [['snapshot', null]]],
  ['readKeptSnapshot', { kind: 'piece', bytes: Uint8Array.of(1), next: null }, [['bytes', 'text']]],
  [
    'findTopics',
    {
      topics: [{ key: 'a', topic: 'a', messages: 1, lastSeen: 2 }],
      matches: 1,
      looked: 1,
      all: 1,
      goesOn: false,
      superseded: false,
    },
    [['topics.0.key', null]],
  ],
  [
    'readTrash',
    {
      kind: 'page',
      total: 1,
      messages: [{ line: 1, key: 'a', topic: 'a', size: 1, preview, qos: 2, at: 1, expiresAt: null }],
    },
    [['messages.0.qos', 3]],
  ],
];

test.each(ANSWERED.map(([name, answer, wrong], at) => [at + 1, name, answer, wrong] as const))(
  'Answer %i, of %s, reaches the window as it is, and what would be none is known by its place',
  (_, name, answer, wrong) => {
    const result = resultOf(name);
    expectTaken(result, answer);
    for (const [way, to] of wrong) expectRefused(result, answer, way, to);
  },
);

describe('A field of a packet', () => {
  const field = { name: 'n', value: 'v', offset: 0, length: 1, children: [] as object[] };

  test('has others in it, as deep as packets are', () => {
    let deep: object = field;
    for (let level = 0; level < 50; level++) deep = { ...field, children: [deep] };
    expectTaken(PacketField, deep);
    expectRefused(PacketField, { ...field, children: [field] }, 'children.0.length', '1');
  });
});

test('Ages are counted below bounds that rise, and what is stale is beyond one of them.', () => {
  expect([...AGE_BOUNDS].toSorted((a, b) => a - b)).toEqual([...AGE_BOUNDS]);
  expect(AGE_BOUNDS).toContain(STALE_MS);
});
