import { expect, test } from 'vitest';
import { MAX_MOMENT, Moment } from '../../../../src-main/contract/base/moment.ts';
import { ConnectionAttempt } from '../../../../src-main/contract/session/connection-history.ts';
import { SentMessage } from '../../../../src-main/contract/session/sending.ts';

test('Whatever is a moment can be shown as a date, and nothing else is one.', () => {
  for (const at of [0, -1, 1.5, Date.UTC(2026, 10, 29), MAX_MOMENT, -MAX_MOMENT]) {
    expect(Moment.safeParse(at).success, String(at)).toBe(true);
    expect(new Date(at).toISOString()).toContain('T');
    expect(new Intl.DateTimeFormat('en').format(at)).not.toBe('');
  }
  for (const at of [MAX_MOMENT + 1, 1e300, NaN, Infinity, -Infinity, '5', null, undefined])
    expect(Moment.safeParse(at).success, String(at)).toBe(false);
});

test('A line of a file that says a moment which is none is no line of ours.', () => {
  const attempt = {
    ...{ id: 'a', startedAt: 1, onlineAt: 2, endedAt: 3, waitedMs: 0, attempt: 1, phases: [], version: '5' },
    ...{ address: 'h:1', by: null, reason: null, sessionPresent: null },
  };
  expect(ConnectionAttempt.safeParse(attempt).success).toBe(true);
  for (const name of ['startedAt', 'onlineAt', 'endedAt'])
    expect(ConnectionAttempt.safeParse({ ...attempt, [name]: 1e300 }).success, name).toBe(false);
  const sent = { id: 'm', at: 5, topic: 'a', size: 1, qos: 0, retain: false, outcome: null, answer: null };
  const given = { kind: 'answered', topic: 'b', ms: 1, preview: '', size: 1 };
  const isSent = (part: object) => SentMessage.safeParse({ ...sent, ...part }).success;
  expect([isSent({ at: 1e300 }), isSent({ answer: { ...given, at: 1e300 } })]).toEqual([false, false]);
});
