import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { api } from '../../../../src-main/contract/api.ts';
import { Verdict, VerdictSummary } from '../../../../src-main/contract/model/verdicts.ts';
import { Diagnostics } from '../../../../src-main/contract/session/diagnostics.ts';
import type { AttemptFacts, Evidence } from '../../../../src-main/core/session/verdicts/evidence.ts';
import { findings, VerdictBook } from '../../../../src-main/core/session/verdicts/verdicts.ts';
import { quietEvidence } from '../../../support/session/quiet-evidence.ts';
import { expectTaken, refusedAt } from '../../../support/schema.ts';

const NOW = 1_700_000_000_000;
const connection = 'c';

const name = fc.oneof(
  fc.constantFrom('a/b', '$SYS/#', '#', '</script>', '\u202e', 'x'.repeat(65_535), 'ü'.repeat(32_767)),
  fc.string({ minLength: 1, maxLength: 12 }),
);
const ago = fc.integer({ min: 0, max: 4_000_000 }).map((ms) => NOW - ms);

const attempt: fc.Arbitrary<AttemptFacts> = fc
  .record({
    endedAt: ago,
    lasted: fc.integer({ min: 0, max: 600_000 }),
    by: fc.constantFrom('user', 'remote', 'silence', 'local'),
    code: fc.option(fc.constantFrom(0, 128, 135, 141, 142, 151, 255)),
    failure: fc.constantFrom(
      'closed',
      'reset',
      'silent',
      'refused',
      'connack-135',
      'connack-5',
      'packet',
      '',
    ),
    online: fc.boolean(),
    over: fc.option(name),
    published: fc.option(name),
  })
  .map(({ endedAt, lasted, by, code, failure, online, over, published }) => ({
    ...{
      startedAt: endedAt - lasted - 5,
      onlineAt: online ? endedAt - lasted : null,
      endedAt,
      by,
      code,
      failure,
    },
    message: `The broker broke the protocol: ${failure}.`,
    phase: online ? 'online' : 'connecting',
    last: {
      ...{ idleInMs: lasted, idleOutMs: lasted, intervalMs: 60_000 },
      pendingSubscribe: over === null ? null : { filter: over, at: endedAt - 50 },
      lastPublish: published === null ? null : { topic: published, qos: 1, at: endedAt - 50 },
    },
  }));

const evidence: fc.Arbitrary<Evidence> = fc
  .record({
    attempts: fc.array(attempt, { maxLength: 5 }),
    online: fc.boolean(),
    retrying: fc.boolean(),
    topic: name,
    pings: fc.array(fc.record({ at: ago, rttMs: fc.option(fc.nat(90_000)) }), { maxLength: 5 }),
    count: fc.nat(9),
    at: ago,
  })
  .map(({ topic, count, at, ...part }) => ({
    ...quietEvidence(NOW),
    ...part,
    subscriptions: [
      { filter: topic, refusal: { code: 135, failure: 'refused', message: 'Not authorised.' } },
    ],
    dropped: { first: 0, firstAt: at, last: count, lastAt: NOW },
    shortfall: { announced: count, seen: 0, missing: count, at },
    resumed: { at, queued: count * 100 },
    unheard: Array(count).fill({ at, topic, filter: topic }) as Evidence['unheard'],
    silence: { filter: topic, since: at, until: NOW, broker: count },
    noSubscriber: { count, recent: [{ at, topic }] },
    quarantined: [{ id: 'q', topic, qos: 1, retain: false, size: 1, at, why: 'w' }],
    copies: { count, at, topic, filters: [topic, '#'] },
    willTopic: topic,
    gaps: [{ from: at, to: at + 5_000, ms: 5_000, kind: 'asleep' }],
  }));

describe('What the doctor finds', () => {
  test('is what the contract says, and can be reported by its id, whatever it is about', () => {
    const rules = new Set<string>();
    fc.assert(
      fc.property(fc.array(evidence, { minLength: 1, maxLength: 4 }), (all) => {
        const book = new VerdictBook();
        for (const [at, one] of all.entries()) book.update(findings(one), NOW + at);
        const list = book.list();
        expect(refusedAt(Diagnostics.shape.verdicts, list)).toEqual([]);
        for (const verdict of list) {
          rules.add(verdict.rule);
          expectTaken(Verdict, verdict);
          // What is in the list is what the window asks for.
          expect(refusedAt(api.verdictReport.params, { connection, id: verdict.id })).toEqual([]);
          expect(book.get(verdict.id)).toEqual(verdict);
        }
        const summary = book.summary();
        if (summary) expectTaken(VerdictSummary, summary);
        expect(summary === null).toBe(list.every(({ over }) => over));
      }),
      { seed: 171, numRuns: 150 },
    );
    // The evidence is rich enough for the test to mean something.
    expect(rules.size).toBeGreaterThan(12);
  });

  test('has no id that is longer than what it is about', () => {
    const id = `closed-after-publish:${'x'.repeat(65_535)}`;
    expect(refusedAt(api.verdictReport.params, { connection, id })).toEqual([]);
    expect(refusedAt(api.verdictReport.params, { connection, id: 'x'.repeat(65_600) })).toEqual(['id']);
  });
});
