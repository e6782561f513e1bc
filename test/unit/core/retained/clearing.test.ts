import { describe, expect, test } from 'vitest';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import type { PublishMessage } from '../../../../src-main/contract/model/publish-message.ts';
import type { RetainedFact } from '../../../../src-main/contract/model/retained.ts';
import type { PublishOutcome } from '../../../../src-main/contract/session/outcomes.ts';
import type { KeptMessage } from '../../../../src-main/contract/session/trash.ts';
import {
  clearingMessage,
  excludedBecause,
  isTheSame,
  judgeCleared,
  judgeRestored,
  keeping,
  wasSent,
  restoringMessage,
  wouldOverwrite,
} from '../../../../src-main/core/retained/clearing.ts';
import type { Incomplete, Probed } from '../../../../src-main/core/retained/probe-batch.ts';

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

const found = (text: string, size = text.length): Probed => ({
  kind: 'retained',
  message: { payload: bytes(text), size, qos: 1, properties: new Uint8Array(0), at: 7 },
});
const absent: Probed = { kind: 'absent' };
const unknown = (why: Incomplete): Probed => ({ kind: 'incomplete', why });

const INCOMPLETE: readonly Incomplete[] = [
  { kind: 'refused', code: 135 },
  { kind: 'unanswered' },
  { kind: 'changing' },
  { kind: 'no-link', failure: failed('probe-refused', 'The second connection was refused.', 'Ask.') },
];

const ACKNOWLEDGED: PublishOutcome = {
  kind: 'acknowledged',
  at: 0,
  ms: 1,
  code: 0,
  noSubscribers: false,
  reason: '',
};
const stored: KeptMessage = {
  key: 'a',
  payload: bytes('old'),
  qos: 1,
  properties: new Uint8Array(0),
  at: 7,
};
const kept: PublishMessage = { topic: 'a', payload: bytes('old'), qos: 1, retain: true, properties: {} };

describe('Before a clear', () => {
  test('a subscription that was refused for another reason than a right is not called forbidden.', () => {
    const said = (code: number) => JSON.stringify(keeping('a', unknown({ kind: 'refused', code })));
    expect(said(135)).toContain('does not allow a subscription');
    expect(said(151)).toContain('refused the subscription to this topic (Quota exceeded)');
  });

  test('what the broker holds is kept, and nothing else.', () => {
    expect(keeping('a', found('old'))).toEqual({ kind: 'keep', kept: stored });
    expect(keeping('a', absent)).toEqual({ kind: 'nothing' });
  });

  test('it stops where that could not be read, or not in full, and says why.', () => {
    for (const why of INCOMPLETE) {
      const result = keeping('a', unknown(why));
      expect(result).toMatchObject({ kind: 'impossible', failure: { code: 'not-kept' } });
      if (result.kind === 'impossible')
        expect(result.failure.message).toMatch(
          /^What the broker holds could not be read and kept: .*[^.]\.$/,
        );
    }
    expect(keeping('a', undefined)).toMatchObject({ kind: 'impossible' });
    expect(keeping('a', found('ol', 3))).toMatchObject({
      kind: 'impossible',
      failure: { code: 'too-large-to-keep' },
    });
  });

  test('of what found no room beside others nothing is decided, though it is known to be there.', () => {
    const crowded: Probed = {
      kind: 'retained',
      message: {
        payload: new Uint8Array(0),
        isCrowded: true,
        size: 9,
        qos: 1,
        properties: new Uint8Array(0),
        at: 0,
      },
    };
    expect(keeping('a', crowded)).toEqual({ kind: 'postponed' });
    // That it is another one than before is not known.
    const sent = { kind: 'sent', at: 0 } as const;
    expect(judgeCleared(sent, crowded, () => true)).not.toHaveProperty('back');
    expect(judgeCleared(sent, found('old'), () => true)).toHaveProperty('back', true);
  });

  test('only what is certain is left out of the plan.', () => {
    const fact = (part: Partial<RetainedFact>): RetainedFact => ({
      state: 'not-retained',
      by: 'probe',
      at: 1,
      stale: false,
      ...part,
    });
    expect(excludedBecause('a', fact({}), true)).toBe('It is not retained.');
    expect(excludedBecause('a', fact({ stale: true }), true)).toBeNull();
    expect(excludedBecause('a', fact({ state: 'unknown', by: 'live' }), true)).toBeNull();
    expect(excludedBecause('a', fact({ state: 'cleared', by: 'live' }), true)).toBe('It is not retained.');
    expect(excludedBecause('a', fact({ state: 'cleared', by: 'us' }), true)).toBeNull();
    expect(excludedBecause('a', fact({ state: 'retained' }), false)).toMatch(/does not keep/);
    expect(excludedBecause('$SYS/a', fact({ state: 'retained' }), true)).toMatch(/itself/);
    expect(excludedBecause('a/#', fact({ state: 'retained' }), true)).toMatch(/^It cannot be published to/);
  });
});

describe('A clear', () => {
  test('is acknowledged where that proves something, and always empty and retained.', () => {
    expect(clearingMessage('a', true, 2)).toEqual({
      topic: 'a',
      payload: new Uint8Array(0),
      qos: 1,
      retain: true,
    });
    expect(clearingMessage('a', true, 0).qos).toBe(0);
    expect(clearingMessage('a', false, 2).qos).toBe(0);
  });

  test('is what the probe after it says, never better.', () => {
    expect(judgeCleared(ACKNOWLEDGED, absent)).toEqual({ kind: 'cleared' });
    expect(judgeCleared({ kind: 'sent', at: 0 }, absent)).toEqual({ kind: 'cleared' });
    expect(judgeCleared(ACKNOWLEDGED, found('x'))).toMatchObject({
      kind: 'still-retained',
      failure: { message: 'The broker still delivers a retained message for this topic.' },
    });
    expect(judgeCleared(ACKNOWLEDGED, found('x'))).not.toHaveProperty('back');
    // “Came back” is known where it is another message than the one before.
    const isAnother = (payload: Uint8Array): boolean => Buffer.from(payload).toString() !== 'x';
    expect(judgeCleared(ACKNOWLEDGED, found('x'), isAnother)).not.toHaveProperty('back');
    expect(judgeCleared(ACKNOWLEDGED, found('y'), isAnother)).toMatchObject({ back: true });
    for (const why of INCOMPLETE) {
      expect(judgeCleared(ACKNOWLEDGED, unknown(why)).kind).toBe('not-verified');
    }
    expect(judgeCleared(ACKNOWLEDGED, undefined).kind).toBe('not-verified');
  });

  test('that was not sent, or refused, is that.', () => {
    const failure = failed('x', 'No.', '');
    expect(judgeCleared({ kind: 'refused', code: 135, failure }, absent)).toEqual({
      kind: 'refused',
      code: 135,
      failure,
    });
    expect(judgeCleared({ kind: 'unknown', failure }, absent).kind).toBe('not-verified');
    expect(judgeCleared(failed('not-sent', 'No.', ''), absent).kind).toBe('not-verified');
    expect(judgeCleared(failed('too-large', 'No.', ''), absent)).toMatchObject({ kind: 'refused', code: 0 });
    expect([ACKNOWLEDGED, { kind: 'unknown', failure } as const].map(wasSent)).toEqual([true, false]);
  });
});

describe('A message that is put back', () => {
  test('replaces no other unless asked to, nor one that may be there.', () => {
    expect(wouldOverwrite(kept, absent, 'us')).toBeNull();
    expect(wouldOverwrite(kept, found('old'), 'us')).toBeNull();
    expect(wouldOverwrite(kept, found('new'), 'us')).toMatchObject({ code: 'would-overwrite' });
    for (const why of INCOMPLETE) {
      expect(wouldOverwrite(kept, unknown(why), 'us')).toMatchObject({ code: 'would-overwrite-maybe' });
    }
  });

  test('is back when the broker delivers the same bytes.', () => {
    expect(isTheSame(kept, found('old'), 'us')).toBe(true);
    expect(isTheSame(kept, found('olD'), 'us')).toBe(false);
    expect(isTheSame(kept, found('old', 4), 'us')).toBe(false);
    expect(judgeRestored(kept, ACKNOWLEDGED, found('old'), 'us')).toEqual({ kind: 'restored' });
    expect(judgeRestored(kept, ACKNOWLEDGED, found('new'), 'us')).toMatchObject({
      kind: 'not-verified',
      failure: { code: 'probe-changing' },
    });
    expect(judgeRestored(kept, ACKNOWLEDGED, unknown({ kind: 'unanswered' }), 'us').kind).toBe(
      'not-verified',
    );
    expect(judgeRestored(kept, failed('not-sent', 'No.', ''), found('old'), 'us').kind).toBe('not-verified');
  });

  test('goes out with what is left of its expiry, and not once that is over.', () => {
    // Message Expiry Interval of 60 s, content type "x".
    const section = Uint8Array.of(2, 0, 0, 0, 60, 3, 0, 1, 0x78);
    const message: KeptMessage = { ...stored, qos: 2, properties: section };
    expect(restoringMessage(message, 20_500, true, 1)).toEqual({
      topic: 'a',
      payload: bytes('old'),
      qos: 1,
      retain: true,
      properties: { messageExpiry: 40, contentType: 'x' },
    });
    expect(restoringMessage(message, 60_000, true, 2)).toBeNull();
    expect(restoringMessage(message, 0, false, 2)).not.toHaveProperty('properties');
  });

  test('with another QoS or other properties is another message, and reported as one.', () => {
    const probed = (qos: 0 | 1, section: Uint8Array<ArrayBuffer>): Probed => ({
      kind: 'retained',
      message: { payload: bytes('old'), size: 3, qos, properties: section, at: 9 },
    });
    const text = Uint8Array.of(3, 0, 1, 0x78);
    expect(isTheSame(kept, probed(0, new Uint8Array(0)), 'us')).toBe(false);
    expect(isTheSame(kept, probed(1, text), 'us')).toBe(false);
    expect(isTheSame({ ...kept, properties: { contentType: 'x' } }, probed(1, text), 'us')).toBe(true);
    // What is left of an expiry changes by itself; a payload format of 0 says nothing.
    const expiring = Uint8Array.of(2, 0, 0, 0, 9, 1, 0);
    expect(isTheSame({ ...kept, properties: { messageExpiry: 60 } }, probed(1, expiring), 'us')).toBe(true);
    expect(isTheSame(kept, probed(1, expiring), 'us')).toBe(false);
    expect(wouldOverwrite(kept, probed(0, text), 'us')).toMatchObject({ code: 'would-overwrite' });
    const judged = judgeRestored(kept, ACKNOWLEDGED, probed(0, text), 'us');
    expect(judged).toMatchObject({ kind: 'not-verified' });
    if (judged.kind === 'not-verified')
      expect(judged.failure.message).toMatch(/payload at QoS 0 and with other properties\.$/);
  });

  test('is the same where the broker wrote our client ID into it, and in no other case of another property.', () => {
    const pairs = (...all: readonly (readonly [string, string])[]): Probed => ({
      kind: 'retained',
      message: {
        payload: bytes('old'),
        size: 3,
        qos: 1,
        at: 9,
        properties: Uint8Array.from(
          all.flatMap((pair) => [38, ...pair.flatMap((text) => [0, text.length, ...bytes(text)])]),
        ),
      },
    });
    const of = (...userProperties: [string, string][]): PublishMessage => ({
      ...kept,
      properties: { userProperties },
    });
    for (const sent of [of(['a', '1'], ['by', 'seed']), of(['a', '1'])]) {
      expect(isTheSame(sent, pairs(['a', '1'], ['by', 'us']), 'us')).toBe(true);
      expect(isTheSame(sent, pairs(['by', 'us'], ['a', '1']), 'us')).toBe(true);
      for (const other of [
        pairs(['a', '1'], ['by', 'them']),
        pairs(['a', '2'], ['by', 'us']),
        pairs(['by', 'us']),
      ])
        expect(isTheSame(sent, other, 'us')).toBe(false);
    }
    expect(isTheSame(of(['a', '1'], ['by', 'us']), pairs(['a', '1'], ['by', 'us']), 'us')).toBe(true);
    expect(isTheSame(kept, pairs(['by', '']), '')).toBe(false);
    const judged = judgeRestored(
      of(['a', '1'], ['by', 'seed']),
      ACKNOWLEDGED,
      pairs(['a', '1'], ['by', 'us']),
      'us',
    );
    expect(judged).toEqual({ kind: 'restored' });
  });

  test('that the broker took and does not hold is reported, with what may help.', () => {
    const zero: PublishMessage = { ...kept, qos: 0 };
    const judged = judgeRestored(zero, { kind: 'sent', at: 0 }, absent, 'us');
    expect(judged).toMatchObject({ kind: 'not-stored', failure: { code: 'not-stored' } });
    if (judged.kind === 'not-stored') expect(judged.failure.advice).toContain('QoS 1');
    expect(judgeRestored(kept, ACKNOWLEDGED, absent, 'us').kind).toBe('not-stored');
  });
});
