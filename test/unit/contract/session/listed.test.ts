import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { api } from '../../../../src-main/contract/api.ts';
import {
  boundedAttempt,
  ConnectionAttempt,
} from '../../../../src-main/contract/session/connection-history.ts';
import {
  AGE_BOUNDS,
  InventoryRow,
  InventorySummary,
} from '../../../../src-main/contract/session/inventory.ts';
import {
  MessageAround,
  SearchAs,
  SearchHit,
  SearchProgress,
} from '../../../../src-main/contract/session/search.ts';
import { collect } from '../../../../src-main/core/inventory/collect.ts';
import { InventoryOutline } from '../../../../src-main/core/inventory/outline.ts';
import { readRows } from '../../../../src-main/core/inventory/rows.ts';
import { summarise } from '../../../../src-main/core/inventory/summary.ts';
import { redact } from '../../../../src-main/core/profiles/secrets.ts';
import { readAround } from '../../../../src-main/core/search/around.ts';
import { HistorySearch } from '../../../../src-main/core/search/history-search.ts';
import { readNeedle } from '../../../../src-main/core/search/needle.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { put } from '../../../support/store/messages.ts';
import { finished, RETAINED_AT } from '../../../support/store/retained-store.ts';
import { expectTaken, refusedAt } from '../../../support/schema.ts';

const connection = 'c';

/** Topics and payloads as brokers send them: bytes of any kind. */
const level = fc.oneof(
  fc
    .constantFrom('a', 'b', '', '$SYS', '__proto__', '\u202e', '<b>', '\ufeff', 'ü'.repeat(300))
    .map(Buffer.from),
  fc.uint8Array({ maxLength: 6 }).map(Buffer.from),
);
const message = fc.record({
  levels: fc.array(level, { minLength: 1, maxLength: 5 }),
  payload: fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.json().map((json) => new TextEncoder().encode(json)),
    fc.constant(new Uint8Array()),
    fc.constant(new TextEncoder().encode('needle'.repeat(2_000))),
  ),
  retain: fc.boolean(),
  at: fc.integer({ min: 0, max: 40 }).map((days) => RETAINED_AT + days * 86_400_000),
});
const messages = fc.array(message, { minLength: 1, maxLength: 25 });

function storeOf(sent: readonly { levels: Buffer[]; payload: Uint8Array; retain: boolean; at: number }[]) {
  const store = new TopicStore({ memoryBytes: 2 ** 22, topicCap: 1_000, seed: 1, startedAt: RETAINED_AT });
  store.facts.scanBegan();
  for (const { levels, ...rest } of sent) {
    const topic = Buffer.concat(levels.flatMap((one, at) => (at === 0 ? [one] : [Buffer.from('/'), one])));
    if (topic.length > 0) put(store, { topic, ...rest });
  }
  return store;
}

describe('The list of retained messages, whatever a broker stores,', () => {
  test('has rows and a summary of the contract, and counts no message twice', () => {
    let rows = 0;
    const state = fc.constantFrom('all', 'retained', 'stale', 'returning', 'unknown' as const);
    const all = fc.boolean();
    const by = fc.constantFrom('topic', 'size', 'qos', 'age', 'state' as const);
    fc.assert(
      fc.property(messages, state, all, by, (sent, wanted, chosen, order) => {
        const store = storeOf(sent);
        const { entries } = finished(
          collect({
            ...{ topics: store, filter: null, state: wanted, retainAvailable: true },
            ...{ oursAt: () => 0, qosOf: () => null },
          }),
        );
        const outline = new InventoryOutline(store, entries);
        finished(outline.build());
        finished(outline.choose({ all: chosen, rules: [] }));
        finished(outline.layOut({ by: order, descending: false }, { open: true, except: [] }));
        const read = readRows(store, outline, 0, 500);
        rows += read.length;
        for (const row of read) expectTaken(InventoryRow, row);
        const summary = summarise(store, outline, RETAINED_AT + 50 * 86_400_000);
        expectTaken(InventorySummary, summary);
        expect(summary.count).toBe(entries.length);
        expect(read.filter(({ entry }) => entry !== null)).toHaveLength(entries.length);
        expect(summary.ages).toHaveLength(AGE_BOUNDS.length + 1);
        expect(summary.ages.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(summary.count);
        // What a row is asked for by is taken.
        for (const { key } of read)
          expect(refusedAt(api.findInInventory.params, { connection, key })).toEqual([]);
      }),
      { seed: 191, numRuns: 120 },
    );
    expect(rows).toBeGreaterThan(100);
  });
});

describe('What a search finds, whatever is kept,', () => {
  test('is hits of the contract, with the hit within its excerpt, and each can be looked around at', () => {
    let hits = 0;
    const needle = fc.oneof(
      fc.record({ text: fc.constantFrom('needle', 'e', '"', 'ü', '['), as: fc.constant('text' as const) }),
      fc.record({ text: fc.constantFrom('[0-9]+', 'n.*e', '^', '\\x00'), as: fc.constant('regex' as const) }),
      fc.record({ text: fc.constantFrom('00', '6e 65', 'ff'), as: fc.constant('hex' as const) }),
    );
    fc.assert(
      fc.property(messages, needle, (sent, asked) => {
        expect(refusedAt(api.startSearch.params, { connection, ...asked })).toEqual([]);
        const store = storeOf(sent);
        const read = readNeedle(asked);
        if (typeof read === 'string') throw new Error(read);
        const search = new HistorySearch(store, read, null);
        while (search.step());
        expectTaken(SearchProgress, search.progress(3));
        for (const hit of search.hits) {
          hits++;
          expectTaken(SearchHit, hit);
          const { text, from, to } = hit.excerpt;
          expect([0 <= from, from <= to, to <= text.length]).toEqual([true, true, true]);
          const request = { key: hit.key, seq: hit.seq, place: hit.place, scope: 'all' as const, count: 3 };
          expect(refusedAt(api.readAround.params, { connection, ...request })).toEqual([]);
          const around = readAround(store, request);
          expect(around.kind).toBe('around');
          if (around.kind !== 'around') continue;
          for (const one of around.messages) expectTaken(MessageAround, one);
          expect(around.messages.map(({ seq }) => seq)).toContain(hit.seq);
        }
      }),
      { seed: 192, numRuns: 150 },
    );
    expect(hits).toBeGreaterThan(100);
  });

  test('is looked for in each way that there is, and what cannot be read says why', () => {
    for (const as of SearchAs.options) expect(typeof readNeedle({ text: '00', as })).toBe('object');
    expect(readNeedle({ text: '0', as: 'hex' })).toEqual(expect.any(String));
    expect(readNeedle({ text: '(', as: 'regex' })).toEqual(expect.any(String));
  });
});

describe('An attempt to connect', () => {
  const attempt: ConnectionAttempt = {
    ...{
      id: 'a',
      startedAt: 1,
      onlineAt: null,
      endedAt: 2,
      waitedMs: 0,
      attempt: 1,
      version: '5',
      by: 'remote',
    },
    ...{ address: 'a'.repeat(5_000), phases: Array.from({ length: 99 }, () => ({ phase: 'tls', ms: 1 })) },
    reason: { code: 'c'.repeat(101), message: 'm'.repeat(2_001), advice: 'a'.repeat(70_000) },
    sessionPresent: null,
  };

  test('is kept as far as its texts may reach, and unchanged where they do not', () => {
    expect(refusedAt(ConnectionAttempt, attempt).length).toBeGreaterThan(3);
    const bounded = boundedAttempt(attempt);
    expectTaken(ConnectionAttempt, bounded);
    expect(boundedAttempt(bounded)).toEqual(bounded);
    expect(bounded.reason?.message).toBe('m'.repeat(2_000));
    expect(boundedAttempt({ ...attempt, reason: null }).reason).toBeNull();
  });

  test('can be shown and kept also where a broker says a short password over and over', () => {
    const { reason } = boundedAttempt({
      ...attempt,
      reason: { code: '', message: 'pass'.repeat(500), advice: '' },
    });
    const without = redact(reason?.message ?? '', { password: 'pass' });
    expect(without).not.toContain('pass');
    const longer = { ...attempt, reason: { code: '', message: without, advice: '' } };
    expect(refusedAt(ConnectionAttempt.pick({ reason: true }), longer)).toEqual(['reason.message']);
    expectTaken(ConnectionAttempt, boundedAttempt(longer));
  });
});
