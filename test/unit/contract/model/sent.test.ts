import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Counters } from '../../../../src-main/contract/model/counters.ts';
import { BranchMessage, MessageMeta, Preview } from '../../../../src-main/contract/model/message.ts';
import {
  ConnectionSummary,
  PinnedChart,
  ServerLimits,
  TopicKey,
  WatchedItem,
} from '../../../../src-main/contract/model/model.ts';
import { RetainedBy, RetainedFact, RetainedState } from '../../../../src-main/contract/model/retained.ts';
import { LifeSigns, SessionFacts } from '../../../../src-main/contract/model/session-facts.ts';
import {
  Severity,
  Verdict,
  VerdictRule,
  VerdictSummary,
} from '../../../../src-main/contract/model/verdicts.ts';
import { NO_FACTS, NO_LIFE } from '../../../../src-main/contract/session/session-blank.ts';
import { preview } from '../../../../src-main/core/payload/preview.ts';
import { keyBytes, topicKey } from '../../../../src-main/core/topics/names.ts';
import { expectRefused, expectTaken, refusedAt } from '../../../support/schema.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);

describe('The key of a topic', () => {
  test.each([
    ['of bytes that are none', new Uint8Array(65_535).fill(0xff)],
    ['of the longest text', utf8('a'.repeat(65_535))],
    ['of NUL', new Uint8Array(65_535)],
    ['of marks that are escaped', utf8('\\'.repeat(65_534) + '\0')],
    ['of nothing', new Uint8Array()],
  ])('%s is one, as long as it may get', (_, bytes) => {
    const key = topicKey(bytes);
    expectTaken(TopicKey, key);
    expect(Buffer.compare(keyBytes(key), bytes)).toBe(0);
  });

  test('of any bytes is one, and watched as one', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.array(fc.oneof(fc.string(), fc.nat()), { maxLength: 8 }),
        (bytes, path) => {
          const key = topicKey(bytes);
          expectTaken(WatchedItem, { key, path });
          expectTaken(PinnedChart, { name: 'n', fields: [{ key, path }] });
        },
      ),
      { seed: 131, numRuns: 100 },
    );
  });

  test('that is longer than any topic is none', () => {
    expect(refusedAt(TopicKey, 'x'.repeat(4 * 65_535 + 2))).toEqual(['']);
  });
});

describe('The preview of a payload', () => {
  test('is what the contract says, whatever the payload is', () => {
    const payload = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc.json().map(utf8),
      fc.string({ unit: 'grapheme' }).map(utf8),
      fc.double().map((value) => utf8(String(value))),
    );
    fc.assert(
      fc.property(payload, fc.nat(40), fc.integer({ min: 1, max: 200 }), (bytes, more, chars) => {
        expectTaken(Preview, preview(bytes, bytes.length + more, chars));
      }),
      { seed: 132, numRuns: 300 },
    );
  });

  test.each([
    { kind: 'none' },
    { kind: 'evicted' },
    { kind: 'json', shape: 'list', parts: [['', '1']], left: 2, atLeast: true },
    { kind: 'json', shape: 'value', parts: [['', '"a"']], left: 0, atLeast: false },
  ])('may be $kind', (of) => expectTaken(Preview, of));

  test.each<[object, string, unknown]>([
    [{ kind: 'text', text: 'a', cut: false }, 'text', 5],
    [{ kind: 'number', text: '1' }, 'text', 1],
    [{ kind: 'json', shape: 'object', parts: [['a', '1']], left: 0, atLeast: false }, 'parts.0', ['a']],
    [{ kind: 'json', shape: 'object', parts: [], left: 0, atLeast: false }, 'shape', 'map'],
    [{ kind: 'binary', hex: '00', size: 1 }, 'size', undefined],
    [{ kind: 'binary', hex: '00', size: 1 }, 'kind', 'html'],
  ])('is not %j with another %s', (of, way, to) => expectRefused(Preview, of, way, to));
});

describe('A message', () => {
  const meta = {
    seq: 1,
    at: 2,
    qos: 2,
    retain: true,
    stored: true,
    dup: false,
    size: 5,
    kept: 4,
    propertyBytes: 0,
    preview: { kind: 'empty' },
  };

  test('has an identifier where it came with one', () => {
    expectTaken(MessageMeta, meta);
    expectTaken(MessageMeta, { ...meta, packetId: 1 });
    for (const packetId of [0, 65_536, 1.5, null]) expectRefused(MessageMeta, meta, 'packetId', packetId);
  });

  test('of a branch has its topic beside it', () => {
    expectTaken(BranchMessage, { ...meta, key: 'a', topic: 'a' });
    expectRefused(BranchMessage, { ...meta, key: 'a', topic: 'a' }, 'topic', undefined);
  });

  test('that is retained is so for a reason, since a time', () => {
    for (const state of RetainedState.options)
      for (const by of RetainedBy.options) expectTaken(RetainedFact, { state, by, at: 0, stale: false });
    const fact = { state: 'retained', by: 'probe', at: 1, stale: true };
    expectRefused(RetainedFact, fact, 'state', 'maybe');
    expectRefused(RetainedFact, fact, 'by', 'guess');
  });
});

describe('The state of a connection', () => {
  const verdict = {
    id: 'half-open',
    rule: 'half-open',
    severity: 'error',
    title: 't',
    proof: [
      { at: null, text: 'x' },
      { at: 1, text: 'y' },
    ],
    cause: 'c',
    advice: 'a',
    since: 1,
    over: false,
  };

  test('is said by a rule that has a name, with its evidence', () => {
    for (const rule of VerdictRule.options) expectTaken(Verdict, { ...verdict, rule });
    expect(new Set(VerdictRule.options).size).toBe(VerdictRule.options.length);
    for (const severity of Severity.options)
      expectTaken(VerdictSummary, { id: 'i', severity, title: 't', count: 1 });
    expectRefused(Verdict, verdict, 'rule', 'bad-luck');
    expectRefused(Verdict, verdict, 'proof.0.at', 'now');
    expectRefused(Verdict, verdict, 'severity', 'fatal');
  });

  test('of a session is all that was agreed on', () => {
    const facts = {
      ...NO_FACTS,
      terms: [
        { key: 'session-expiry', label: 'Session expiry', asked: '0 s', granted: null, differs: false },
      ],
      userProperties: [
        { name: 'a', value: '1' },
        { name: 'a', value: '2' },
      ],
      sessionPresent: true,
      outcome: { kind: 'resumed', at: 1, text: 't', resubscribed: ['#'], queued: 2, sentAgain: 1 },
      will: { topic: 'a', qos: 1, retain: false, size: 3, delayInterval: null },
      tls: {
        version: 'TLSv1.3',
        cipher: 'c',
        verified: true,
        mutual: false,
        alpn: null,
        resumed: false,
        peer: { subject: 's', issuer: 'i', validFrom: null, validTo: 2, fingerprint: 'AA:BB' },
      },
      inFlight: [
        'awaiting-puback',
        'awaiting-pubrec',
        'awaiting-pubcomp',
        'awaiting-pubrel',
        'sent-again',
        'outcome-unknown',
      ].map((phase) => ({ packetId: 1, direction: 'out', qos: 1, phase, topic: null, since: 0 })),
      quarantined: [{ id: 'q', topic: 'a', qos: 0, retain: true, size: 1, at: 1, why: 'w' }],
    };
    expectTaken(SessionFacts, facts);
    expectRefused(SessionFacts, facts, 'inFlight', Array(201).fill(facts.inFlight[0]));
    expectRefused(SessionFacts, facts, 'inFlight.0.phase', 'lost');
    expectRefused(SessionFacts, facts, 'outcome.kind', 'taken');
    expectRefused(SessionFacts, facts, 'quarantineDropped', -1);
    const gap = { from: 1, to: 2, ms: 1, kind: 'asleep' };
    expectTaken(LifeSigns, {
      ...NO_LIFE,
      by: 'server',
      weGiveUpAt: 1,
      awaitingSince: 2,
      gaps: [gap, { ...gap, kind: 'clock-set' }],
    });
    expectRefused(LifeSigns, NO_LIFE, 'gaps', Array(21).fill(gap));
  });

  test('of a broker is what it announced, and nothing where it said nothing', () => {
    expectTaken(ServerLimits, {});
    const all = {
      receiveMaximum: 1,
      maximumPacketSize: 2,
      maximumQos: 0,
      retainAvailable: false,
      wildcardSubscriptionAvailable: false,
      subscriptionIdentifiersAvailable: true,
      sharedSubscriptionAvailable: true,
      topicAliasMaximum: 0,
      sessionExpiryInterval: 0,
    };
    expectTaken(ServerLimits, all);
    expectRefused(ServerLimits, all, 'maximumQos', 3);
  });

  test('with a connection is sent without secrets', () => {
    const summary = {
      id: 'c',
      profileId: null,
      name: 'n',
      address: 'mqtt://a:1883',
      protocol: 'unix',
      levelSeparator: '.',
      state: { kind: 'idle' },
      subscriptions: [],
      received: 0,
      rate: 0,
      bytesIn: 0,
      bytesOut: 0,
      bytesInRate: 0,
      bytesOutRate: 0,
      verdict: null,
      historyLostAt: null,
      profileChanged: false,
      demo: true,
    };
    expectTaken(ConnectionSummary, summary);
    // Whatever else an engine would say of it does not reach a window.
    expect(
      ConnectionSummary.parse({ ...summary, password: 'hunter2', options: { password: 'hunter2' } }),
    ).toEqual(summary);
    expectRefused(ConnectionSummary, summary, 'levelSeparator', '+');
    expectRefused(ConnectionSummary, summary, 'state.kind', 'asleep');
    expectRefused(ConnectionSummary, summary, 'rate', Number.POSITIVE_INFINITY);
  });

  test('is counted by cause, and no cause is left out', () => {
    const names = [
      'received',
      'system',
      'bytes',
      'kept',
      'evicted',
      'dropped',
      'forgottenTopics',
      'forgotten',
    ];
    const more = ['shortened', 'topics', 'retained', 'rate', 'indexBytes', 'historyBytes', 'budgetBytes'];
    const numbers = Object.fromEntries([...names, ...more].map((name) => [name, 1]));
    const counters = { ...numbers, droppedBy: { lag: 1, topicCap: 0, budget: 0 } };
    expectTaken(Counters, counters);
    for (const name of [...names, ...more, 'droppedBy.lag', 'droppedBy.topicCap', 'droppedBy.budget'])
      expectRefused(Counters, counters, name, undefined);
  });
});
