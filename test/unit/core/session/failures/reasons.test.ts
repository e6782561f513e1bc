import { describe, expect, test } from 'vitest';
import { isReasonCode } from '../../../../../src-main/core/mqtt/reason-codes.ts';
import {
  connackEnding,
  disconnectEnding,
  publishRefusal,
  reasonIn,
  reasonName,
} from '../../../../../src-main/core/session/failures/reasons.ts';
import { quote } from '../../../../../src-main/core/session/failures/broker-quote.ts';
import {
  narrowerFilters,
  subscribeClosedRefusal,
  subscribeRefusal,
} from '../../../../../src-main/core/session/failures/subscribe-refusals.ts';
import {
  CONNACK,
  DISCONNECT,
  PUBACK,
  SUBACK,
  UNSUBACK,
} from '../../../../../src-main/core/mqtt/packet-types.ts';

const CODES = Array.from({ length: 256 }, (_, code) => code);

describe('A code', () => {
  test('below 128 is a refusal in CONNACK of MQTT 3 only.', () => {
    const named = (type: number) =>
      CODES.slice(1, 128).filter((code) => !reasonIn(type, code).startsWith('Reason'));
    expect(named(CONNACK)).toEqual([1, 2, 3, 4, 5, 16, 17, 24, 25]);
    expect(named(SUBACK)).toEqual([1, 2, 16, 17, 24, 25]);
    expect(named(DISCONNECT)).toEqual([4, 16, 17, 24, 25]);
    expect(named(PUBACK)).toEqual([16, 17, 24, 25]);
  });

  test('that MQTT 5 defines for a packet has a name in it, and no other code has one from 163 on.', () => {
    for (const type of [PUBACK, SUBACK, UNSUBACK, DISCONNECT])
      for (const code of CODES.filter((one) => isReasonCode(type, one)))
        expect(reasonIn(type, code), `${type}/${code}`).not.toMatch(/^Reason /);
    expect(CODES.slice(163).map(reasonName)).toEqual(CODES.slice(163).map((code) => `Reason ${code}`));
  });

  test('of any number is said in whole sentences, whichever packet it comes in.', () => {
    for (const code of CODES) {
      const failures = [
        ...(code === 0 ? [] : [connackEnding(code).failure]),
        disconnectEnding(code).failure,
        publishRefusal(code),
        subscribeRefusal('a/#', code),
      ];
      for (const { message, advice } of failures) {
        expect(message, String(code)).toMatch(/^[A-Z“].*\.$/);
        expect(advice, String(code)).toMatch(/^[A-Z].*\.$/);
        expect(message).not.toMatch(/undefined|null|NaN/);
      }
    }
  });
});

describe('DISCONNECT from a broker', () => {
  test('with the code of a client that wants its will is an orderly end, and no wrong password.', () => {
    for (const code of [0, 4]) {
      const { failure, retry } = disconnectEnding(code);
      expect(retry).toBe('later');
      expect(failure).toMatchObject({
        code: `disconnect-${code}`,
        message: 'The broker closed the connection in an orderly way.',
      });
    }
  });

  test.each([1, 2, 3, 5, 99, 163, 255])(
    'with the undefined code %i is no refusal of ours either.',
    (code) => {
      const { failure, retry } = disconnectEnding(code);
      expect(failure.message).toContain('a code that MQTT does not define');
      expect(failure.message).not.toMatch(/username|client ID/);
      expect(retry).toBe('slowly');
    },
  );

  test('with “not authorized” is no wrong password in a session: it is tried again; in place of CONNACK it is one.', () => {
    const { failure, retry } = disconnectEnding(135, { reasonString: 'Topic t' });
    expect(retry).toBe('slowly');
    expect(failure.message + failure.advice).not.toMatch(/username|password/);
    expect(failure.message).toContain('It adds: “Topic t”');
    expect(disconnectEnding(135, {}, false)).toMatchObject({
      failure: { message: expect.stringContaining('username') },
      retry: 'never',
    });
  });

  test.each([129, 130, 144, 153, 154, 155])(
    'over a fault of ours (%i) is tried again, ever more slowly.',
    (code) => {
      expect(connackEnding(code).retry).toBe('never');
      expect(disconnectEnding(code).retry).toBe('slowly');
    },
  );
});

describe('What a broker adds', () => {
  test.each([
    ['', ''],
    ['No.', ' It adds: “No.”.'],
    ['a\u202eb\u0000', ' It adds: “a\\u{202e}b\\u{0}”.'],
    ['\ud800', ' It adds: “\\u{d800}”.'],
    ['x'.repeat(300), ` It adds: “${'x'.repeat(300)}”.`],
    ['x'.repeat(301), ` It adds: “${'x'.repeat(300)}…”.`],
    [`${'x'.repeat(299)}😀y`, ` It adds: “${'x'.repeat(299)}…”.`],
  ])('as %j is quoted', (reasonString, expected) => {
    expect(quote({ reasonString })).toBe(expected);
  });

  test('has another server after it, by the same rules.', () => {
    expect(quote({ reasonString: 'Moved', serverReference: 'b\u200b:1' })).toBe(
      ' It adds: “Moved”. It names: “b\\u{200b}:1”.',
    );
    expect(quote({})).toBe('');
  });
});

describe('A refused subscription', () => {
  test.each([
    ['#', /\+\/# or the top level/],
    ['+/#', /such as \+\/\+ or one topic/],
    ['plant/#', /such as plant\/\+ or one topic/],
    ['$share/g/plant/#', /such as \$share\/g\/plant\/\+/],
    ['$SYS/#', /keep \$SYS to administrators/],
    ['plant/+', /Check the access list/],
    ['plant/a', /Check the access list/],
  ])('to %s offers what can be subscribed to.', (filter, advice) => {
    expect(narrowerFilters(filter)).toMatch(advice);
    expect(subscribeRefusal(filter, 135).advice).toMatch(advice);
    expect(subscribeClosedRefusal(filter).advice).toMatch(advice);
    expect(subscribeClosedRefusal(filter).advice).toMatch(/subscribe to it again\.$/);
  });

  test('names the filter escaped, and what its code means.', () => {
    expect(subscribeRefusal('a/\u200b', 128)).toMatchObject({ code: 'suback-128' });
    expect(subscribeRefusal('a/\u200b', 128).message).toBe(
      'The broker refused the subscription to “a/\\u{200b}”. Reason code 128, Unspecified error.',
    );
    expect(subscribeRefusal('a', 135, { reasonString: 'acl' }).message).toBe(
      'The broker does not allow this client to subscribe to “a”. Reason code 135, Not authorized. It adds: “acl”.',
    );
    // Before MQTT 5 all that a broker may grant is 0, 1 and 2.
    expect(subscribeRefusal('a', 3).message).toContain('Reason code 3, Failure.');
  });
});
