import { describe, expect, test } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import {
  outcomeWords,
  resultWords as shownWords,
} from '../../../../../../src-renderer/features/publish/base/outcome-labels.ts';
import { checkPayload } from '../../../../../../src-renderer/features/publish/payload-check.ts';
import { resultWords } from '../../../../../../src-renderer/features/retained/retained-labels.ts';

describe('a payload to be sent', () => {
  test('is measured in the bytes that go out', () => {
    expect(checkPayload('{\n  "speed": 80,\n  "ramp_s": 5\n}', false).words).toBe('Valid JSON, 32 B');
    expect(checkPayload('äöü😀', false).words).toBe('Text, 10 B');
    expect(checkPayload('', false).words).toBe('Empty, 0 B');
  });

  test('that is almost JSON says what is wrong', () => {
    expect(checkPayload('{"a":1', false)).toMatchObject({ tone: 'warn' });
    expect(checkPayload('{"a" 1}', false).words).toBe('Not valid JSON: a colon is missing, 7 B');
  });

  test('that is empty and retained says that it clears', () => {
    expect(checkPayload('', true)).toMatchObject({ tone: 'warn' });
    expect(checkPayload('', true).words).toContain('clears the retained message');
  });

  test('with half a character says that it will not arrive as typed', () => {
    expect(checkPayload('a\ud800', false)).toMatchObject({ tone: 'warn' });
  });
});

test('the answer to a PUBLISH is said in words, with its code', () => {
  const acknowledged = {
    kind: 'acknowledged',
    at: 0,
    ms: 3.2,
    code: 16,
    noSubscribers: true,
    reason: '',
  } as const;
  expect(outcomeWords(acknowledged)).toMatchObject({
    tone: 'ok',
    words: 'Acknowledged in 3 ms, no subscribers',
    code: '0x10',
  });
  expect(outcomeWords({ ...acknowledged, code: 0, noSubscribers: false, ms: 0.4 })).toEqual({
    tone: 'ok',
    words: 'Acknowledged in 0.4 ms',
    code: null,
    detail: '',
  });
  expect(outcomeWords({ ...acknowledged, code: 0, noSubscribers: false, maybeRefused: true })).toMatchObject({
    tone: 'ok',
    detail: 'Before MQTT 5 a broker acknowledges what it refuses as well.',
  });
  const failure = failed('not-authorised', 'The broker does not allow it.', 'Ask for the right.');
  expect(outcomeWords({ kind: 'refused', code: 135, failure })).toEqual({
    tone: 'err',
    words: failure.message,
    code: '0x87',
    detail: failure.advice,
  });
  expect(outcomeWords({ kind: 'unknown', failure })).toMatchObject({ tone: 'warn' });
});

test('a result of clearing never sounds better than it is', () => {
  const failure = failed('x', 'It is published again.', 'Stop the publisher.');
  const of = (outcome: Parameters<typeof resultWords>[0]['outcome']) =>
    resultWords({ key: 'a', topic: 'a', outcome, restorable: true });
  expect(of({ kind: 'cleared' })).toMatchObject({ tone: 'ok', words: 'Cleared and verified' });
  const still = { kind: 'still-retained', failure, at: Date.UTC(2026, 10, 28, 14, 33, 12) } as const;
  // It may never have been away.
  expect(of(still)).toMatchObject({
    tone: 'warn',
    words: expect.stringMatching(/^Not cleared: still retained at \d\d:33:12\. /),
  });
  expect(of({ ...still, back: true })).toMatchObject({
    tone: 'warn',
    words: expect.stringMatching(/^Came back: retained at \d\d:33:12\. /),
  });
  expect(of({ kind: 'not-verified', failure }).words).toBe('Sent, not verified: It is published again.');
  expect(of({ kind: 'not-kept', failure })).toMatchObject({
    tone: 'warn',
    words: 'Not cleared: It is published again.',
  });
});

test('a result names the topic it went to; what never left names none', () => {
  const sent = { kind: 'sent', at: 0 } as const;
  expect(shownWords({ kind: 'now', topic: 'a', at: 5, outcome: sent, answer: null })).toMatchObject({
    tone: 'ok',
    words: 'Sent',
    topic: 'a',
    at: 5,
  });
  expect(shownWords({ kind: 'past', topic: 'a', at: 5, outcome: sent, answer: null })).toMatchObject({
    tone: 'past',
    topic: 'a',
  });
  const away = failed('not-connected', 'The message was not sent.', 'Connect.');
  expect(shownWords({ kind: 'now', topic: 'a', at: 5, outcome: away, answer: null })).toMatchObject({
    tone: 'err',
    topic: null,
  });
  expect(shownWords({ kind: 'missed', topic: 'a', at: 0 })?.words).toMatch(/^Not sent at \d\d:\d\d:\d\d/);
  expect(shownWords({ kind: 'pending', topic: 'a', queued: false })).toMatchObject({
    words: 'Publishing…',
    topic: 'a',
  });
  expect(shownWords({ kind: 'nothing' })).toBeNull();
});

test('a topic with unseen characters is shown with what it has', () => {
  expect(shownWords({ kind: 'odd-topic', topic: 'plant/valve ' })).toMatchObject({
    tone: 'warn',
    words: 'Not sent yet: the topic ends with a space.',
  });
});

test('a request is shown with its answer, or that none came', () => {
  const sent = { kind: 'now', topic: 'a', at: 5, outcome: { kind: 'sent', at: 0 } } as const;
  const answered = { kind: 'answered', topic: 'r', at: 9, ms: 41, preview: 'x', size: 1 } as const;
  expect(shownWords({ ...sent, answer: answered })).toMatchObject({ tone: 'ok', detail: 'answer in 41 ms' });
  const late = { kind: 'timed-out', topic: 'r', ms: 5_000 } as const;
  expect(shownWords({ ...sent, answer: late })).toMatchObject({
    tone: 'warn',
    detail: 'nothing within 5.0 s',
  });
  const waiting = { kind: 'waiting', topic: 'r' } as const;
  expect(shownWords({ ...sent, answer: waiting })?.detail).toContain('waiting');
  expect(shownWords({ kind: 'pending', topic: 'a', queued: true })?.words).toContain('Waits');
});
