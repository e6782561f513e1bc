import { expect, test } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import type { PublishOutcome } from '../../../../../src-main/contract/session/outcomes.ts';
import { linedText } from '../../../../../src-renderer/state/publish/line-ends.ts';
import { EMPTY_DRAFT, type PublishDraft } from '../../../../../src-renderer/state/publish/publish-draft.ts';
import { shownResult, type PublishResult } from '../../../../../src-renderer/state/publish/publish-result.ts';

const draft: PublishDraft = { ...EMPTY_DRAFT, topic: 'a', payload: linedText('x') };
const SENT: PublishOutcome = { kind: 'sent', at: 0 };
const AWAY: PublishOutcome = failed('not-connected', 'The message was not sent.', 'Connect.');

const answered = (outcome: PublishOutcome, session: number | null = 1): PublishResult => ({
  kind: 'answered',
  of: draft,
  at: 1_000,
  session,
  outcome,
  topic: 'a',
  answer: null,
});

test('The result of the message in the panel names its topic, and ages.', () => {
  const shown = (now: number) => shownResult(answered(SENT), { ...draft }, 1, now);
  expect(shown(1_000)).toMatchObject({ kind: 'now', topic: 'a', at: 1_000 });
  expect(shown(1_000 + 600_000).kind).toBe('now');
  expect(shown(1_001 + 600_000).kind).toBe('nothing');
});

test.each<[string, Partial<PublishDraft>]>([
  ['topic', { topic: 'b' }],
  ['payload', { payload: linedText('y') }],
  ['line ends', { payload: linedText('x\r\n') }],
  ['QoS', { qos: 1 }],
  ['retain', { retain: true }],
  ['compression', { gzip: true }],
  ['properties', { properties: { ...EMPTY_DRAFT.properties, expiry: '5' } }],
])('With another %s in the panel it is the result of an earlier message, and goes soon.', (_what, change) => {
  const other = { ...draft, ...change };
  expect(shownResult(answered(SENT), other, 1, 61_000)).toMatchObject({ kind: 'past', topic: 'a' });
  expect(shownResult(answered(SENT), other, 1, 61_001).kind).toBe('nothing');
  expect(shownResult(answered(SENT), draft, 1, 61_001).kind).toBe('now');
});

test('What was not sent for want of a connection says so until the connection is back.', () => {
  const away = answered(AWAY, null);
  expect(shownResult(away, draft, null, 2_000).kind).toBe('now');
  expect(shownResult(away, draft, 7, 2_000)).toEqual({ kind: 'missed', topic: 'a', at: 1_000 });
  expect(shownResult(away, { ...draft, topic: 'b' }, 7, 2_000).kind).toBe('nothing');
  // Lost in one session, back in the next.
  const lost = answered(failed('not-sent', 'x', ''), 5);
  expect(shownResult(lost, draft, 5, 2_000).kind).toBe('now');
  expect(shownResult(lost, draft, 6, 2_000).kind).toBe('missed');
});

test('A refusal stays with its message however often the connection comes back.', () => {
  const refused = answered({ kind: 'refused', code: 135, failure: failed('x', 'No.', '') }, 5);
  expect(shownResult(refused, draft, 9, 2_000).kind).toBe('now');
});

test('The warning of an unusual topic lasts while that topic is in the panel.', () => {
  const warned: PublishResult = { kind: 'odd-topic', of: draft };
  expect(shownResult(warned, { ...draft, payload: linedText('other') }, 1, 9e9).kind).toBe('odd-topic');
  expect(shownResult(warned, { ...draft, topic: 'b' }, 1, 0).kind).toBe('nothing');
  expect(shownResult({ kind: 'none' }, draft, 1, 0).kind).toBe('nothing');
  expect(shownResult({ kind: 'pending', of: draft }, EMPTY_DRAFT, 1, 0)).toEqual({
    kind: 'pending',
    topic: 'a',
    queued: false,
  });
});
