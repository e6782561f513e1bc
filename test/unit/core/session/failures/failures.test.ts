import { expect, test } from 'vitest';
import { foreignAnswer, webSocketRefusal } from '../../../../../src-main/core/session/failures/answers.ts';
import {
  classify,
  closedBy,
  errorFacts,
  timedOut,
  type Phase,
} from '../../../../../src-main/core/session/failures/failures.ts';
import type { Target } from '../../../../../src-main/core/session/failures/failure-case.ts';
import {
  connackEnding,
  disconnectEnding,
  publishRefusal,
  reasonName,
} from '../../../../../src-main/core/session/failures/reasons.ts';
import { subscribeRefusal } from '../../../../../src-main/core/session/failures/subscribe-refusals.ts';

const target: Target = { host: 'broker.example', port: 1883, protocol: 'mqtt', path: '/mqtt' };
const tls: Target = { ...target, port: 8883, protocol: 'mqtts' };
const error = (code: string, message = ''): unknown => Object.assign(new Error(message), { code });

test.each([
  ['connecting', 'ECONNREFUSED', '', target, 'refused', 'later'],
  ['resolving', 'ENOTFOUND', 'getaddrinfo', target, 'unresolvable', 'later'],
  ['resolving', 'EAI_AGAIN', '', target, 'unresolvable', 'later'],
  ['connecting', 'EHOSTUNREACH', '', target, 'unreachable', 'later'],
  ['connecting', 'ETIMEDOUT', '', target, 'unreachable', 'later'],
  ['securing', 'ECONNRESET', 'socket disconnected', tls, 'tls-broken-off', 'later'],
  ['securing', 'EPROTO', 'ssl3_get_record:wrong version number', tls, 'tls-on-plain', 'never'],
  ['securing', 'ERR_SSL_WRONG_VERSION_NUMBER', '', tls, 'tls-on-plain', 'never'],
  ['securing', 'SELF_SIGNED_CERT_IN_CHAIN', '', tls, 'certificate-untrusted', 'never'],
  ['securing', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', '', tls, 'certificate-untrusted', 'never'],
  ['securing', 'DEPTH_ZERO_SELF_SIGNED_CERT', '', tls, 'certificate-self-signed', 'never'],
  ['securing', 'CERT_HAS_EXPIRED', '', tls, 'certificate-expired', 'never'],
  ['securing', 'CERT_NOT_YET_VALID', '', tls, 'certificate-not-yet-valid', 'never'],
  ['securing', 'ERR_TLS_CERT_ALTNAME_INVALID', '', tls, 'certificate-host', 'never'],
  [
    'handshaking',
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    '',
    tls,
    'client-certificate-required',
    'never',
  ],
  ['handshaking', 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', '', tls, 'client-certificate-untrusted', 'never'],
  ['handshaking', 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', '', tls, 'client-certificate-expired', 'never'],
  ['securing', 'ERR_OSSL_BAD_DECRYPT', '', tls, 'key-passphrase', 'never'],
  ['securing', '', 'mac verify failure', tls, 'key-passphrase', 'never'],
  ['securing', 'ERR_OSSL_X509_KEY_VALUES_MISMATCH', '', tls, 'key-mismatch', 'never'],
  ['securing', 'ERR_OSSL_PEM_NO_START_LINE', '', tls, 'key-format', 'never'],
  ['handshaking', 'ECONNRESET', '', target, 'closed-at-connect', 'later'],
  ['online', 'ECONNRESET', '', target, 'reset', 'later'],
] as const)(
  'In the phase %s, %s %s is said in words a person can act on.',
  (phase, code, message, at, expected, retry) => {
    const { failure, retry: again } = classify(phase as Phase, at, error(code, message));
    expect([failure.code, again]).toEqual([expected, retry]);
    expect(failure.message).toMatch(/\.$/);
    expect(failure.advice).toMatch(/\.$/);
  },
);

test('A close over CONNECT without keep-alive names both causes: the version that is fixed, and the keep-alive.', () => {
  const advice = (keepAlive: number, version: '3.1.1' | 'auto') =>
    closedBy('handshaking', { ...target, keepAlive, version }).failure.advice;
  expect(advice(0, '3.1.1')).toMatch(/MQTT 3\.1\.1.*keep-alive of 0: try 60 s/);
  expect(advice(0, 'auto')).toMatch(/^Some brokers close over a keep-alive of 0/);
  expect(advice(60, '3.1.1')).not.toContain('keep-alive');
  expect(timedOut('handshaking', { ...target, keepAlive: 0 }, 10_000).failure.advice).toContain('keep-alive');
  // It took both before.
  const known = { ...target, keepAlive: 0, version: '3.1.1', answeredBefore: true } as const;
  expect(timedOut('handshaking', known, 10_000).failure.advice).toMatch(
    /^It answered before, so it may be over/,
  );
  expect(timedOut('handshaking', known, 10_000).failure.advice).not.toMatch(/MQTT 3|keep-alive/);
});

test('An error of OpenSSL is reduced to its reason.', () => {
  const message =
    'C0CC42D4B87F0000:error:0A0000F4:SSL routines:ssl3_read_bytes:unexpected message:../rec.c:855:\n';
  const { failure } = classify('securing', tls, error('ERR_SSL_UNEXPECTED_MESSAGE', message));
  expect(failure.code).toBe('tls-failed');
  expect(failure.message).toMatch(/failed: unexpected message\.$/);
});

test('Of all addresses that failed, the one that says most is reported.', () => {
  const all = Object.assign(new AggregateError([error('EHOSTUNREACH'), error('ECONNREFUSED')]), { code: '' });
  expect(classify('connecting', target, all).failure.code).toBe('refused');
});

test('An unknown error still names the phase and is tried again.', () => {
  const { failure, retry } = classify('upgrading', target, error('EWEIRD', 'odd thing'));
  expect(failure.message).toContain('the WebSocket handshake');
  expect(failure.message).toContain('odd thing');
  expect(retry).toBe('later');
});

test('Whatever is thrown is read without throwing.', () => {
  for (const thrown of [null, undefined, 7, 'x', {}, { code: {}, message: 3, errors: 'no' }]) {
    expect(() => errorFacts(thrown)).not.toThrow();
  }
});

test('A certificate that fails once a session ran is tried again: it worked before.', () => {
  expect(classify('online', tls, error('CERT_HAS_EXPIRED')).retry).toBe('later');
});

test.each(['resolving', 'connecting', 'securing', 'upgrading', 'handshaking'] as const)(
  'A time-out says that it ended in %s.',
  (phase) => {
    const { failure } = timedOut(phase, target, 10_000);
    expect(failure.code).toBe(phase === 'handshaking' ? 'silent' : `timeout-${phase}`);
    expect(failure.message).toContain('10 s');
  },
);

test('A plain close is distinguished by the phase it came in.', () => {
  expect(closedBy('handshaking', target).failure.code).toBe('closed-at-connect');
  expect(closedBy('handshaking', target).failure.advice).toContain('mqtts');
  expect(closedBy('online', target).failure.code).toBe('closed');
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('A server that is no MQTT broker is recognised by its first words.', () => {
  const http = foreignAnswer(bytes('HTTP/1.1 400 Bad Request\r\nServer: x'), target);
  expect(http?.failure.code).toBe('http-answer');
  expect(http?.failure.message).toContain('HTTP/1.1 400 Bad Request');
  expect(http?.retry).toBe('never');
  expect(foreignAnswer(bytes('SSH-2.0-OpenSSH'), target)?.failure.code).toBe('not-mqtt');
  expect(foreignAnswer(Uint8Array.of(0x15, 3, 1, 0, 2, 2, 70), target)?.failure.code).toBe('plain-on-tls');
  expect(foreignAnswer(Uint8Array.of(0x20, 9, 0, 0), target)).toBeNull();
  expect(foreignAnswer(new Uint8Array(0), target)).toBeNull();
});

test('What an unknown server says is shown harmless and short.', () => {
  const answer = foreignAnswer(bytes(`220 \u001b[31m${'x'.repeat(500)}`), target);
  expect(answer?.failure.message.length ?? 0).toBeLessThan(250);
  expect(answer?.failure.message ?? '').not.toMatch(/[\u0000-\u001f]/);
});

test.each([
  [401, 'never'],
  [404, 'never'],
  [200, 'never'],
  [302, 'never'],
  [502, 'later'],
  [503, 'later'],
])('A WebSocket handshake answered with %i is explained.', (status, retry) => {
  const { failure, retry: again } = webSocketRefusal(status, { ...target, protocol: 'ws' });
  expect(failure.message).toContain(String(status));
  expect(again).toBe(retry);
});

test.each([
  [1, 'never'],
  [2, 'never'],
  [3, 'slowly'],
  [4, 'never'],
  [5, 'never'],
  [132, 'never'],
  [133, 'never'],
  [134, 'never'],
  [135, 'never'],
  [136, 'slowly'],
  [137, 'slowly'],
  [138, 'never'],
  [151, 'slowly'],
  [157, 'never'],
  [159, 'slowly'],
  [250, 'slowly'],
] as const)('CONNACK %i is said in words, and retried only where that can help.', (code, retry) => {
  const ending = connackEnding(code);
  expect(ending.retry).toBe(retry);
  expect(ending.failure.message).toContain(`code ${code}`);
});

test('Every reason code of MQTT 5 has a name and a sentence.', () => {
  for (let code = 128; code <= 162; code++) {
    expect(reasonName(code), String(code)).not.toMatch(/^Reason /);
    expect(connackEnding(code).failure.message, String(code)).toMatch(/\.$/);
    expect(publishRefusal(code).message, String(code)).toContain(String(code));
  }
});

test('A session that was taken over stops, or the two clients would keep disconnecting each other.', () => {
  expect(disconnectEnding(142).retry).toBe('never');
  expect(disconnectEnding(139).retry).toBe('later');
});

test('A fixed version is named as the likely cause where a broker breaks CONNECT off or is silent.', () => {
  for (const version of ['5', '3.1.1', '3.1'] as const) {
    for (const ending of [
      closedBy('handshaking', { ...target, version }),
      classify('handshaking', { ...target, version }, { code: 'ERR_WS_CLOSED', message: 'code 1011' }),
      timedOut('handshaking', { ...target, version }, 10_000),
    ]) {
      expect(ending.failure.advice).toContain(`MQTT ${version}`);
      expect(ending.failure.advice).toContain('auto');
    }
  }
  expect(closedBy('handshaking', { ...target, version: 'auto' }).failure.advice).not.toContain('auto');
});

test('A refused client ID names the keep-alive where that is a known second cause, and offers 60 s.', () => {
  for (const keepAlive of [0, 61, 65_535]) {
    const { failure, retry } = connackEnding(2, {}, { keepAlive });
    expect(failure).toMatchObject({ code: 'connack-2-keep-alive' });
    expect(failure.advice).toContain('60 s');
    expect(retry).toBe('never');
  }
  for (const keepAlive of [1, 60]) {
    expect(connackEnding(2, {}, { keepAlive }).failure).toMatchObject({ code: 'connack-2' });
  }
  expect(connackEnding(133, {}, { keepAlive: 0 }).failure.code).toBe('connack-133');
});

test('What a broker adds in its own words is quoted and cut.', () => {
  const { failure } = connackEnding(157, {
    serverReference: 'b.example:1883',
    reasonString: 'x'.repeat(9_999),
  });
  expect(failure.message).toContain('“b.example:1883”');
  expect(failure.message.length).toBeLessThan(700);
});

test('A refused subscription to everything offers something narrower.', () => {
  expect(subscribeRefusal('#', 135).advice).toContain('+/#');
});

test('The code and the reason of a closed WebSocket are reported once a session ran.', () => {
  const error = Object.assign(new Error('code 1008, “quota exceeded”'), { code: 'ERR_WS_CLOSED' });
  expect(classify('online', target, error).failure).toMatchObject({
    code: 'websocket-closed',
    message: 'broker.example:1883 closed the WebSocket with code 1008, “quota exceeded”.',
  });
  expect(classify('handshaking', target, error).failure.code).toBe('closed-at-connect');
});
