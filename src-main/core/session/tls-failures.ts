import { address, type Case } from './failure-case.ts';

const CERTIFICATE_ADVICE =
  'Give the certificate of the authority that signed it under CA certificate. Only for a test: switch off “Verify server certificate”.';

const certificate = (code: string, what: string, advice: string): Case => ({
  code,
  retry: 'never',
  says: (t) => [`The certificate of ${address(t)} ${what}`, advice],
});

const UNTRUSTED = certificate(
  'certificate-untrusted',
  'is signed by an authority that is not trusted here.',
  CERTIFICATE_ADVICE,
);

export const TLS_CODES: Readonly<Record<string, Case>> = {
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  DEPTH_ZERO_SELF_SIGNED_CERT: certificate(
    'certificate-self-signed',
    'is self-signed, so nobody vouches for it.',
    'If it is yours, give this very certificate under CA certificate. Only for a test: switch off “Verify server certificate”.',
  ),
  CERT_HAS_EXPIRED: certificate(
    'certificate-expired',
    'has expired.',
    'Renew it at the broker, or check the clock of this computer.',
  ),
  CERT_NOT_YET_VALID: certificate(
    'certificate-not-yet-valid',
    'is not valid yet.',
    'Check the clock of this computer and of the broker.',
  ),
  ERR_TLS_CERT_ALTNAME_INVALID: certificate(
    'certificate-host',
    'is for another host name.',
    'Connect by a name that the certificate contains, or have it issued for this one.',
  ),
  CERT_REVOKED: certificate(
    'certificate-revoked',
    'has been revoked.',
    'Have a new one issued for the broker.',
  ),
};

const ours = (code: string, message: string, advice: string): Case => ({
  code,
  retry: 'never',
  says: () => [message, advice],
});

const CLIENT_CERTIFICATE_ADVICE =
  'Give a client certificate with its key that the broker trusts, in PEM, and check that it is still valid.';

/** Our own certificate and key: refused by the server, or unreadable here. Matched by prefix of the code. */
export const CLIENT_TLS: readonly (readonly [pattern: RegExp, found: Case])[] = [
  [
    /ALERT_CERTIFICATE_REQUIRED|ALERT_HANDSHAKE_FAILURE/,
    ours(
      'client-certificate-required',
      'The broker refused the TLS handshake: usually it asks for a client certificate.',
      CLIENT_CERTIFICATE_ADVICE,
    ),
  ],
  [
    /ALERT_UNKNOWN_CA|ALERT_BAD_CERTIFICATE/,
    ours(
      'client-certificate-untrusted',
      'The broker does not trust our client certificate.',
      CLIENT_CERTIFICATE_ADVICE,
    ),
  ],
  [
    /ALERT_CERTIFICATE_EXPIRED/,
    ours(
      'client-certificate-expired',
      'The broker says that our client certificate has expired.',
      CLIENT_CERTIFICATE_ADVICE,
    ),
  ],
  [
    /BAD_DECRYPT|BAD_PASSWORD_READ|mac verify failure|MAC_VERIFY|INTERRUPTED_OR_CANCELLED/,
    ours(
      'key-passphrase',
      'The client key could not be decrypted with this passphrase.',
      'Check the key passphrase.',
    ),
  ],
  [
    /KEY_VALUES_MISMATCH/,
    ours(
      'key-mismatch',
      'The client key does not belong to the client certificate.',
      'Choose the key that was made for this certificate.',
    ),
  ],
  [
    /NO_START_LINE|PEM_LIB|ASN1|DECODER|UNSUPPORTED/,
    ours(
      'key-format',
      'The certificate or key is not readable as PEM text.',
      'Convert it to PEM: it begins with “-----BEGIN”. A DER file (.cer, .der) is converted with openssl x509 -inform der.',
    ),
  ],
  [
    /UNSUPPORTED_PROTOCOL|ALERT_PROTOCOL_VERSION|NO_PROTOCOLS_AVAILABLE/,
    ours(
      'tls-version',
      'The broker offers only TLS versions that are no longer safe.',
      'Have TLS 1.2 or newer enabled at the broker.',
    ),
  ],
  [
    /NO_APPLICATION_PROTOCOL/,
    ours(
      'tls-alpn',
      'The broker accepts none of the ALPN protocols.',
      'Check the ALPN list of the connection.',
    ),
  ],
];

export const NOT_TLS: Case = {
  code: 'tls-on-plain',
  retry: 'never',
  says: (t) => [
    `${address(t)} does not speak TLS: it answered the TLS handshake with something else.`,
    `Use ${t.protocol === 'wss' ? 'ws' : 'mqtt'} instead of ${t.protocol}, or the port for TLS (usually ${t.protocol === 'wss' ? 8884 : 8883}).`,
  ],
};

export const TLS_BROKEN_OFF: Case = {
  code: 'tls-broken-off',
  retry: 'later',
  says: (t) => [
    `${address(t)} broke off during the TLS handshake. A port without TLS does that, and so does a broker that asks for a client certificate.`,
    `Try ${t.protocol === 'wss' ? 'ws' : 'mqtt'} instead of ${t.protocol}, or the port for TLS (usually ${t.protocol === 'wss' ? 8884 : 8883}).`,
  ],
};

/** What is left of an error of OpenSSL for a person: `error:0A0000F4:SSL routines:f:REASON:file:line`. */
function tlsReason(message: string): string {
  return /:SSL routines:[^:]*:([^:]+)/.exec(message)?.[1]?.trim() ?? message.slice(0, 200);
}

export const TLS_FAILED: Case = {
  code: 'tls-failed',
  retry: 'later',
  says: (t, { message, code }) => [
    `The TLS handshake with ${address(t)} failed: ${tlsReason(message) || code}.`,
    'Check that the port is for TLS; the log of the broker may say more.',
  ],
};
