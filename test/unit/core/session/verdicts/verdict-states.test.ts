import { describe, expect, test } from 'vitest';
import { VerdictRule } from '../../../../../src-main/contract/model/verdicts.ts';
import type {
  AttemptFacts,
  Evidence,
  Finding,
  LastMoments,
} from '../../../../../src-main/core/session/verdicts/evidence.ts';
import { findings, VerdictBook } from '../../../../../src-main/core/session/verdicts/verdicts.ts';
import { quietEvidence } from '../../../../support/session/quiet-evidence.ts';

const NOW = 1_700_000_000_000;

/** What a person sees of the connection beside the verdicts. */
const STATES = {
  'online with MQTT 5': { online: true, retrying: false, version: '5' },
  'online with MQTT 3.1.1': { online: true, retrying: false, version: '3.1.1' },
  'reconnecting, MQTT 5 before': { online: false, retrying: true, version: '5' },
  'reconnecting, MQTT 3.1.1 before': { online: false, retrying: true, version: '3.1.1' },
  'disconnected, MQTT 5 before': { online: false, retrying: false, version: '5' },
  'disconnected, never online': { online: false, retrying: false, version: null },
} as const satisfies Record<string, Partial<Evidence>>;

const NOTHING = quietEvidence(NOW);

const MOMENTS: LastMoments = {
  idleInMs: 400,
  idleOutMs: 400,
  intervalMs: 60_000,
  pendingSubscribe: null,
  lastPublish: null,
};

/** Ended so many ms ago, half a second after it had begun. */
function ended(agoMs: number, part: Partial<AttemptFacts> = {}): AttemptFacts {
  return {
    startedAt: NOW - agoMs - 510,
    onlineAt: NOW - agoMs - 500,
    endedAt: NOW - agoMs,
    by: 'remote',
    code: null,
    failure: 'closed',
    message: 'The broker closed the connection without giving a reason.',
    phase: 'online',
    last: MOMENTS,
    ...part,
  };
}

const refused = (agoMs: number, failure: string, code: number | null = null) =>
  ended(agoMs, { onlineAt: null, failure, code, message: 'It was refused.', last: null });
const silentDeath = (agoMs: number) =>
  ended(agoMs, { by: 'silence', failure: 'keep-alive', last: { ...MOMENTS, idleInMs: 90_000 } });
const running: AttemptFacts = {
  ...ended(0),
  endedAt: null,
  by: null,
  startedAt: NOW - 900,
  onlineAt: NOW - 800,
};
const topic = 'plant/a';

/** The evidence of each rule, as it is whatever the state. */
const RULES: Readonly<Record<VerdictRule, Partial<Evidence>>> = {
  'taken-over': { attempts: [ended(9_000), ended(6_000), ended(3_000)] },
  'closed-after-subscribe': {
    attempts: [ended(9_000, { last: { ...MOMENTS, pendingSubscribe: { filter: '#', at: NOW - 9_100 } } })],
  },
  'closed-after-publish': {
    attempts: [ended(9_000, { last: { ...MOMENTS, lastPublish: { topic, qos: 1, at: NOW - 9_100 } } })],
  },
  'keep-alive-too-long': { attempts: [silentDeath(90_000), silentDeath(60_000), ended(50_000)] },
  'broker-frozen': {
    life: {
      intervalMs: 60_000,
      lastReceivedAt: NOW - 30_000,
      lastSentAt: NOW - 9_000,
      unanswered: { firstAt: NOW - 9_000, latestAt: NOW - 9_000, count: 2 },
    },
    attempts: [ended(3_000, { by: 'silence', failure: 'keep-alive' })],
  },
  'half-open': { attempts: [silentDeath(60_000), ended(50_000)] },
  'broker-drops': { dropped: { first: 5, firstAt: NOW - 9_000, last: 9, lastAt: NOW } },
  'retained-missing': { shortfall: { announced: 1_000, seen: 100, missing: 900, at: NOW } },
  'queue-limit': { resumed: { at: NOW - 9_000, queued: 1_020 } },
  'silent-acl': { unheard: [{ at: NOW - 9_000, topic, filter: '#' }] },
  'wildcard-denied': {
    subscriptions: [{ filter: '#', refusal: { code: 135, failure: 'suback-135', message: 'No.' } }],
  },
  'clock-skew': { attempts: [refused(3_000, 'certificate-expired')] },
  'no-subscriber': { noSubscriber: { count: 1, recent: [{ at: NOW - 9_000, topic }] } },
  quarantined: {
    quarantined: [{ id: 'q1', topic, qos: 1, retain: false, size: 3, at: NOW - 9_000, why: '' }],
  },
  overlapping: { copies: { count: 1, at: NOW - 9_000, topic, filters: ['#', 'plant/#'] } },
  'wills-firing': { willTopic: 'clients/me', attempts: [ended(60_000), ended(30_000)] },
  'late-answers': { pings: [{ at: NOW - 9_000, rttMs: 3_000 }] },
  'time-jump': { gaps: [{ from: NOW - 90_000, to: NOW - 30_000, ms: 60_000, kind: 'asleep' }] },
  'protocol-broken': {
    attempts: [
      ended(9_000, { by: 'local', failure: 'bad-packet', message: 'The broker broke the protocol.' }),
    ],
  },
  credentials: { attempts: [refused(3_000, 'connack-134', 134)] },
  'broker-gone': { attempts: [ended(9_000), refused(3_000, 'refused')] },
};

function judged(
  rule: VerdictRule,
  state: keyof typeof STATES,
  part: Partial<Evidence> = {},
): Finding | undefined {
  const given = RULES[rule];
  const { online } = STATES[state];
  const attempts = [...(given.attempts ?? []), ...(online ? [running] : [])];
  // Of a link that is gone there is no clock.
  const life = online ? (given.life ?? null) : null;
  const evidence: Evidence = { ...NOTHING, ...given, ...STATES[state], attempts, life, ...part };
  return findings(evidence).find((one) => one.rule === rule);
}

const wordsOf = ({ title, proof, cause, advice }: Finding) =>
  [title, ...proof.map(({ text }) => text), cause, advice].join(' ');

/** What may not be said in a state, and where it may be said all the same. */
const CONTRADICTIONS: readonly {
  readonly when: (state: Pick<Evidence, 'online' | 'retrying' | 'version'>) => boolean;
  readonly words: RegExp;
}[] = [
  {
    when: ({ online }) => !online,
    words: /connection is (still )?open|connection is kept|PINGREQ\. Nothing/i,
  },
  {
    when: ({ online }) => online,
    words: /connect again|retry is off|comes back|goes on trying|Not connected/i,
  },
  { when: ({ retrying }) => !retrying, words: /comes back by itself|goes on trying/i },
  { when: ({ version }) => version === '5', words: /MQTT 3\.1|Before MQTT 5|With MQTT 5/i },
  { when: ({ version }) => version === '3.1.1', words: /reason 142|With MQTT 5 a broker cannot/i },
  // Of all reasons to subscribe to less, a slow ping is the one that is measured.
  { when: () => true, words: /undefined|null|NaN/ },
];

describe.each(VerdictRule.options)('What “%s” says', (rule) => {
  test('is said in at least one state of the connection', () => {
    const states = Object.keys(STATES) as (keyof typeof STATES)[];
    expect(states.filter((state) => judged(rule, state) !== undefined)).not.toEqual([]);
  });

  test.each(Object.keys(STATES) as (keyof typeof STATES)[])('does not contradict “%s”', (state) => {
    const verdict = judged(rule, state);
    const words = verdict === undefined ? '' : wordsOf(verdict);
    const wrong = CONTRADICTIONS.filter(({ when, words: said }) => when(STATES[state]) && said.test(words));
    expect(wrong.map(({ words: said }) => said.exec(words)?.[0])).toEqual([]);
  });
});

test('Only a slow ping asks to subscribe to less, and only as long as it is slow.', () => {
  expect(wordsOf(judged('late-answers', 'online with MQTT 5')!)).toContain('Subscribe to less, or look');
  const quick = { at: NOW - 1_000, rttMs: 0.9 };
  expect(
    judged('late-answers', 'online with MQTT 5', { pings: [{ at: NOW - 9_000, rttMs: 3_000 }, quick] }),
  ).toBeUndefined();
  expect(judged('late-answers', 'reconnecting, MQTT 5 before')).toBeUndefined();
});

test('What is said of MQTT 5 names the version in use.', () => {
  const cause = (state: keyof typeof STATES) => judged('taken-over', state)?.cause;
  expect(cause('reconnecting, MQTT 3.1.1 before')).toContain('With MQTT 3.1.1 a broker cannot say so.');
  expect(cause('reconnecting, MQTT 5 before')).toContain('This broker gives no reason.');
  expect(judged('silent-acl', 'online with MQTT 3.1.1')?.advice).toContain('With MQTT 5');
  expect(judged('wills-firing', 'online with MQTT 5')?.advice).toContain('A will delay hides');
});

test('A certificate that was bad at an earlier attempt is no verdict on the session that runs.', () => {
  expect(judged('clock-skew', 'reconnecting, MQTT 5 before')).toBeDefined();
  expect(judged('clock-skew', 'online with MQTT 5')).toBeUndefined();
});

test('A close over $SYS is no verdict: all else works without it.', () => {
  const over = (filter: string) => ({
    attempts: [
      ended(9_000, { last: { ...MOMENTS, pendingSubscribe: { filter, at: NOW - 9_100 } } }),
      ended(6_000, { last: { ...MOMENTS, pendingSubscribe: { filter, at: NOW - 6_100 } } }),
      running,
    ],
  });
  const online = 'online with MQTT 3.1.1';
  expect(judged('closed-after-subscribe', online, over('plant/#'))?.severity).toBe('error');
  for (const filter of ['$SYS/#', '$SYS/broker/#', '$SYS'])
    expect(findings({ ...NOTHING, ...STATES[online], ...over(filter) })).toEqual([]);
});

test('A broker that went down right after a message of ours did not close over that message.', () => {
  const close = ended(9_000, { last: { ...MOMENTS, lastPublish: { topic, qos: 0, at: NOW - 9_200 } } });
  const rulesOf = (attempts: readonly AttemptFacts[]) =>
    findings({ ...NOTHING, ...STATES['online with MQTT 5'], attempts }).map(({ rule }) => rule);
  expect(rulesOf([close, running])).toEqual(['closed-after-publish']);
  expect(rulesOf([close, refused(8_000, 'refused'), running])).toEqual([]);
});

test('What is over gives no advice for a state that has passed.', () => {
  const book = new VerdictBook();
  const gone = judged('broker-gone', 'reconnecting, MQTT 5 before');
  book.update(gone === undefined ? [] : [gone], NOW);
  expect(book.list()[0]?.advice).toContain('comes back by itself');
  book.update([], NOW + 1_000);
  expect(book.list()[0]).toMatchObject({ over: true, advice: 'It is over: nothing to do now.' });
});
