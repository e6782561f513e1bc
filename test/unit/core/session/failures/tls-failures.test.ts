import { expect, test } from 'vitest';
import { classify } from '../../../../../src-main/core/session/failures/failures.ts';
import type { Target } from '../../../../../src-main/core/session/failures/failure-case.ts';
import {
  NO_SHARED_CIPHER,
  RESET_AFTER_CERTIFICATE,
} from '../../../../../src-main/core/session/failures/tls-failures.ts';

const target: Target = { host: 'broker.example', port: 8883, protocol: 'mqtts', path: '/' };
const ending = (code: string, message = '') =>
  classify('securing', target, Object.assign(new Error(message), { code }));

test.each([
  [NO_SHARED_CIPHER, 'tls-cipher'],
  ['ERR_SSL_HANDSHAKE_FAILURE_ON_CLIENT_HELLO', 'tls-cipher'],
  ['ERR_SSL_NO_CIPHERS_AVAILABLE', 'tls-cipher'],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'tls-version'],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'tls-version'],
  ['ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL', 'tls-alpn'],
  ['ERR_SSL_TLSV1_UNRECOGNIZED_NAME', 'tls-server-name'],
  ['ERR_SSL_KEY_USAGE_BIT_INCORRECT', 'certificate-key-usage'],
  ['ERR_SSL_DH_KEY_TOO_SMALL', 'tls-weak'],
  ['ERR_SSL_UNSAFE_LEGACY_RENEGOTIATION_DISABLED', 'tls-renegotiation'],
  ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', 'client-certificate-required'],
  ['ERR_SSL_TLSV1_CERTIFICATE_REQUIRED', 'client-certificate-required'],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN', 'client-certificate-untrusted'],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED', 'client-certificate-revoked'],
  ['ERR_OSSL_X509_KEY_TYPE_MISMATCH', 'key-mismatch'],
])('%s, of OpenSSL, of BoringSSL or of ours, is reported as %s.', (code, expected) => {
  const { failure, retry } = ending(code);
  expect([failure.code, retry]).toEqual([expected, 'never']);
  expect(failure.message).toMatch(/\.$/);
  expect(failure.advice).toMatch(/\.$/);
});

test('A reset means another thing once the broker has shown its certificate.', () => {
  const before = ending('ECONNRESET');
  const after = ending(RESET_AFTER_CERTIFICATE);
  expect([before.retry, after.retry]).toEqual(['later', 'later']);
  expect(before.failure.advice).toContain('Try mqtt instead of mqtts');
  expect(after.failure.message).toContain('asks for a client certificate');
  expect(after.failure.advice).not.toContain('instead of mqtts');
});
