import { address, type Case } from './failure-case.ts';

const CERTIFICATE_ADVICE =
  'Give the certificate of the authority that signed it under CA certificate. Only for a test: turn off “Verify server certificate”.';

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
    'is self-signed, so no authority vouches for it.',
    'If it is yours, give this certificate under CA certificate. Only for a test: turn off “Verify server certificate”.',
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

/** Our own codes, for failures that only the stage of the handshake explains. */
export const NO_SHARED_CIPHER = 'TLS_NO_SHARED_CIPHER';
export const RESET_AFTER_CERTIFICATE = 'TLS_RESET_AFTER_CERTIFICATE';

const ours = (code: string, message: string, advice: string): Case => ({
  code,
  retry: 'never',
  says: () => [message, advice],
});

const theirs = (code: string, what: string, advice: string): Case => ({
  code,
  retry: 'never',
  says: (t) => [`${address(t)} ${what}`, advice],
});

const CLIENT_CERTIFICATE_ADVICE =
  'Give a client certificate with its key that the broker trusts, and check that it is still valid.';

/** What the two sides of the handshake could not agree on. Matched in order, in code and message. */
const HANDSHAKE: readonly (readonly [pattern: RegExp, found: Case])[] = [
  [
    /TLS_NO_SHARED_CIPHER|NO_SHARED_CIPHER|NO_CIPHERS_AVAILABLE|HANDSHAKE_FAILURE_ON_CLIENT_HELLO/,
    theirs(
      'tls-cipher',
      'and this program have no TLS cipher suite in common.',
      'Have a current one enabled at the broker: ECDHE with AES-GCM or ChaCha20. Some brokers answer like this to a server name (SNI) they do not know.',
    ),
  ],
  [
    /UNSUPPORTED_PROTOCOL|ALERT_PROTOCOL_VERSION|NO_PROTOCOLS_AVAILABLE/,
    theirs(
      'tls-version',
      'speaks no version of TLS that is allowed here.',
      'Have TLS 1.2 or newer enabled at the broker. For a broker that is too old, lower the minimum version under TLS; for one that is new, check that it is not set too high.',
    ),
  ],
  [
    /NO_APPLICATION_PROTOCOL/,
    theirs(
      'tls-alpn',
      'accepts none of the ALPN protocols that were offered.',
      'Check the ALPN list under TLS; leave it empty if the broker does not ask for one.',
    ),
  ],
  [
    /UNRECOGNIZED_NAME/,
    theirs(
      'tls-server-name',
      'does not know the server name (SNI) that was sent.',
      'Check the host name, or set the server name under TLS to the one the broker is known by.',
    ),
  ],
  [
    /KEY_USAGE_BIT_INCORRECT/,
    theirs(
      'certificate-key-usage',
      'uses its certificate for something that its key usage does not allow.',
      'Have it issued again with digitalSignature (and keyEncipherment for RSA).',
    ),
  ],
  [
    /UNSAFE_LEGACY_RENEGOTIATION/,
    theirs(
      'tls-renegotiation',
      'speaks an old TLS without secure renegotiation, which is refused here.',
      'Have the TLS library of the broker updated.',
    ),
  ],
  [
    /(DH|EE)_KEY_TOO_SMALL|MD_TOO_WEAK|BAD_DH_P_LENGTH|NO_COMMON_SIGNATURE_ALGORITHMS|WRONG_SIGNATURE_TYPE/,
    theirs(
      'tls-weak',
      'uses a key or a signature that is too weak for TLS today.',
      'Have its certificate issued again with RSA of 2,048 bits or an elliptic curve, and SHA-256.',
    ),
  ],
];

/** Our own certificate and key: refused by the server, or unreadable here. Matched in code and message. */
export const CLIENT_TLS: readonly (readonly [pattern: RegExp, found: Case])[] = [
  ...HANDSHAKE,
  [
    /CERTIFICATE_REQUIRED|ALERT_HANDSHAKE_FAILURE/,
    ours(
      'client-certificate-required',
      'The broker refused the TLS handshake: usually it asks for a client certificate.',
      CLIENT_CERTIFICATE_ADVICE,
    ),
  ],
  [
    /ALERT_UNKNOWN_CA|ALERT_BAD_CERTIFICATE|ALERT_CERTIFICATE_UNKNOWN|ALERT_UNSUPPORTED_CERTIFICATE|ALERT_ACCESS_DENIED/,
    ours(
      'client-certificate-untrusted',
      'The broker does not trust our client certificate.',
      `${CLIENT_CERTIFICATE_ADVICE} If an authority in between signed it, add its certificate to the file.`,
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
    /ALERT_CERTIFICATE_REVOKED/,
    ours(
      'client-certificate-revoked',
      'The broker says that our client certificate has been revoked.',
      'Have a new one issued.',
    ),
  ],
  [
    /BAD_DECRYPT|BAD_PASSWORD_READ|mac verify failure|MAC_VERIFY|INTERRUPTED_OR_CANCELLED|INCORRECT_PASSWORD/,
    ours(
      'key-passphrase',
      'The client key could not be decrypted with this passphrase.',
      'Check the key passphrase.',
    ),
  ],
  [
    /KEY_VALUES_MISMATCH|KEY_TYPE_MISMATCH/,
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

export const BROKEN_OFF_AFTER_CERTIFICATE: Case = {
  code: 'tls-broken-off',
  retry: 'later',
  says: (t) => [
    `${address(t)} showed its certificate and then broke off the TLS handshake: usually it asks for a client certificate, or does not accept ours.`,
    CLIENT_CERTIFICATE_ADVICE,
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

/**
 * Whether a failure is one of TLS or of its files, by its code. It need not arrive with that step: the files are read
 * before anything is sent, and in TLS 1.3 a broker refuses our certificate when the handshake is over for us.
 */
export function isTlsFailure(code: string): boolean {
  return /^(tls|ca|cert|certificate|client-certificate|client-chain|key|pfx|pkcs12)-|^file-unreadable$/.test(
    code,
  );
}
