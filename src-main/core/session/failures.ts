import { failed, type Failure } from '../../contract/errors.ts';
import type { Ending, Retry } from './reasons.ts';

/** The steps of an attempt, in order; each may be the one in which it ends. */
export type Phase = 'resolving' | 'connecting' | 'securing' | 'upgrading' | 'handshaking' | 'online';

export const PHASE_WORDS: Readonly<Record<Phase, string>> = {
  resolving: 'looking up the host name',
  connecting: 'opening the TCP connection',
  securing: 'the TLS handshake',
  upgrading: 'the WebSocket handshake',
  handshaking: 'waiting for the broker to accept the client (CONNACK)',
  online: 'the session',
};

/** What we were connecting to, for the sentences. */
export interface Target {
  readonly host: string;
  readonly port: number;
  readonly protocol: 'mqtt' | 'mqtts' | 'ws' | 'wss';
  readonly path: string;
}

/** An error of the system, of TLS or of ours, reduced to what classification needs. */
export interface ErrorFacts {
  readonly code: string;
  readonly message: string;
  /** Of an AggregateError: one for each address that was tried. */
  readonly errors: readonly ErrorFacts[];
}

/** Reads an unknown thrown value; never throws, whatever it is. */
export function errorFacts(error: unknown): ErrorFacts {
  if (typeof error !== 'object' || error === null) return { code: '', message: String(error), errors: [] };
  const { code, message, errors } = error as { code?: unknown; message?: unknown; errors?: unknown };
  return {
    code: typeof code === 'string' ? code : typeof code === 'number' ? String(code) : '',
    message: typeof message === 'string' ? message : '',
    errors: Array.isArray(errors) ? errors.slice(0, 16).map((one) => errorFacts(one)) : [],
  };
}

interface Case {
  readonly code: string;
  readonly retry: Retry;
  readonly says: (target: Target, facts: ErrorFacts) => readonly [message: string, advice: string];
}

const address = (target: Target): string => `${target.host}:${target.port}`;
const usesTls = (target: Target): boolean => target.protocol === 'mqtts' || target.protocol === 'wss';

const CERTIFICATE_ADVICE =
  'Give the certificate of the authority that signed it under CA certificate. Only for a test: switch off “Verify server certificate”.';

const SYSTEM: Readonly<Record<string, Case>> = {
  ECONNREFUSED: {
    code: 'refused',
    retry: 'later',
    says: (t) => [
      `Nothing accepts connections at ${address(t)}: the connection was refused.`,
      'Check that the broker runs, and that host and port are right (1883 is usual for mqtt, 8883 for mqtts).',
    ],
  },
  ENOTFOUND: {
    code: 'unresolvable',
    retry: 'later',
    says: (t) => [
      `The host name “${t.host}” could not be found.`,
      'Check its spelling, and that this computer has a network and a name server that knows it.',
    ],
  },
  EAI_AGAIN: {
    code: 'unresolvable',
    retry: 'later',
    says: (t) => [
      `The name server gave no answer for “${t.host}”.`,
      'Check the network of this computer; the next attempt may already work.',
    ],
  },
  EHOSTUNREACH: {
    code: 'unreachable',
    retry: 'later',
    says: (t) => [
      `There is no way through the network to ${address(t)}.`,
      'Check the network, a VPN that may be needed, and firewalls.',
    ],
  },
  ENETUNREACH: {
    code: 'unreachable',
    retry: 'later',
    says: (t) => [
      `This computer has no network that leads to ${address(t)}.`,
      'Check the network, a VPN that may be needed, and firewalls.',
    ],
  },
  EACCES: {
    code: 'forbidden',
    retry: 'never',
    says: (t) => [
      `This computer does not allow a connection to ${address(t)}.`,
      'Check the firewall of this computer and the rights of the program.',
    ],
  },
  ETIMEDOUT: {
    code: 'unreachable',
    retry: 'later',
    says: (t) => [
      `${address(t)} does not answer.`,
      'Check host and port; a firewall that drops packets looks like this.',
    ],
  },
  ECONNRESET: {
    code: 'reset',
    retry: 'later',
    says: (t) => [`${address(t)} broke the connection off.`, 'The log of the broker may say why.'],
  },
  EPIPE: {
    code: 'reset',
    retry: 'later',
    says: (t) => [`${address(t)} broke the connection off.`, 'The log of the broker may say why.'],
  },
};

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

const TLS_CODES: Readonly<Record<string, Case>> = {
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
const CLIENT_TLS: readonly (readonly [pattern: RegExp, found: Case])[] = [
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

const NOT_TLS: Case = {
  code: 'tls-on-plain',
  retry: 'never',
  says: (t) => [
    `${address(t)} does not speak TLS: it answered the TLS handshake with something else.`,
    `Use ${t.protocol === 'wss' ? 'ws' : 'mqtt'} instead of ${t.protocol}, or the port for TLS (usually ${t.protocol === 'wss' ? 8884 : 8883}).`,
  ],
};

const TLS_BROKEN_OFF: Case = {
  code: 'tls-broken-off',
  retry: 'later',
  says: (t) => [
    `${address(t)} broke off during the TLS handshake. A port without TLS does that, and so does a broker that asks for a client certificate.`,
    `Try ${t.protocol === 'wss' ? 'ws' : 'mqtt'} instead of ${t.protocol}, or the port for TLS (usually ${t.protocol === 'wss' ? 8884 : 8883}).`,
  ],
};

const CONNECT_BROKEN_OFF: Case = {
  code: 'closed-at-connect',
  retry: 'later',
  says: (t) => [
    `${address(t)} closed the connection right after our first packet, without an answer.`,
    usesTls(t)
      ? 'Check that this is the port of an MQTT broker; its log may say why.'
      : `Check that this is the port of an MQTT broker. If the port is for TLS, use ${t.protocol === 'ws' ? 'wss' : 'mqtts'}.`,
  ],
};

const isReset = (code: string): boolean =>
  code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED' || code === '';

const WEBSOCKET: Case = {
  code: 'websocket-violation',
  retry: 'later',
  says: (t, { message }) => [
    `${address(t)} broke the rules of MQTT over WebSocket: ${message.slice(0, 200)}.`,
    'Check that the path leads to an MQTT broker and that nothing in between rewrites the traffic.',
  ],
};

function find(phase: Phase, facts: ErrorFacts): Case | null {
  const text = `${facts.code} ${facts.message}`;
  if (facts.code.startsWith('WS_')) return WEBSOCKET;
  if (
    /WRONG_VERSION_NUMBER|wrong version number|PACKET_LENGTH_TOO_LONG|packet length too long|HTTP_REQUEST/i.test(
      text,
    )
  ) {
    return NOT_TLS;
  }
  const exact = TLS_CODES[facts.code];
  if (exact) return exact;
  for (const [pattern, found] of CLIENT_TLS) if (pattern.test(text)) return found;
  if (phase === 'securing' && isReset(facts.code)) return TLS_BROKEN_OFF;
  if (phase === 'handshaking' && isReset(facts.code)) return CONNECT_BROKEN_OFF;
  return SYSTEM[facts.code] ?? null;
}

/** The error that says most, of those of all addresses that were tried. */
function foremost(facts: ErrorFacts): ErrorFacts {
  if (facts.errors.length === 0) return facts;
  return facts.errors.find((one) => one.code === 'ECONNREFUSED') ?? facts.errors[0] ?? facts;
}

/** An error of the socket, of TLS or of the system, in the words of a person. */
export function classify(phase: Phase, target: Target, error: unknown): Ending {
  const facts = foremost(errorFacts(error));
  const found = find(phase, facts);
  if (!found) {
    const detail = facts.message || facts.code || 'unknown';
    return {
      failure: failed(
        'failed',
        `The connection to ${address(target)} failed during ${PHASE_WORDS[phase]}: ${detail.slice(0, 300)}`,
        '',
      ),
      retry: 'later',
    };
  }
  const [message, advice] = found.says(target, facts);
  // Once a session ran, the settings are right: what fails now may well pass.
  return { failure: failed(found.code, message, advice), retry: phase === 'online' ? 'later' : found.retry };
}

/** The time was up; says in which phase. */
export function timedOut(phase: Phase, target: Target, limitMs: number): Ending {
  const seconds = `${limitMs / 1_000} s`;
  if (phase === 'handshaking') {
    return {
      failure: failed(
        'silent',
        `${address(target)} accepted the connection but did not answer CONNECT within ${seconds}.`,
        'Check that this is the port of an MQTT broker; a port that expects TLS or a proxy looks like this as well.',
      ),
      retry: 'later',
    };
  }
  const advice: Record<Exclude<Phase, 'handshaking'>, string> = {
    resolving: 'Check the network and the name server of this computer.',
    connecting: 'Check host and port; a firewall that drops packets looks like this.',
    securing: 'Check that the port is for TLS; a plain MQTT port waits like this.',
    upgrading: 'Check that the port and the path are those of a WebSocket listener.',
    online: '',
  };
  return {
    failure: failed(
      `timeout-${phase}`,
      `No success within ${seconds}: time ran out during ${PHASE_WORDS[phase]} (${address(target)}).`,
      advice[phase],
    ),
    retry: 'later',
  };
}

/** The other side closed in an orderly way, without an error. */
export function closedBy(phase: Phase, target: Target): Ending {
  if (phase === 'handshaking') return classify(phase, target, { code: '', message: '' });
  if (phase === 'securing') return classify(phase, target, { code: 'ECONNRESET', message: '' });
  return {
    failure: failed(
      'closed',
      `The broker at ${address(target)} closed the connection without giving a reason.`,
      'The log of the broker may say why. The next attempt follows by itself.',
    ),
    retry: 'later',
  };
}

/** The keep-alive found the link dead. */
export function deadLink(target: Target, silentMs: number): Ending {
  return {
    failure: failed(
      'keep-alive',
      `Nothing came from ${address(target)} for ${(silentMs / 1_000).toFixed(1)} s although it was asked (PINGREQ), so the connection was given up.`,
      'The broker hangs or the network is cut. The next attempt follows by itself.',
    ),
    retry: 'later',
  };
}

/** A fault of our own code; never the user's. */
export function internalFault(error: unknown): Failure {
  const { message, code } = errorFacts(error);
  return failed(
    'internal',
    `Topicscope made a mistake in this connection: ${(message || code || 'unknown').slice(0, 300)}`,
    'The connection starts again by itself. Please report it with the log.',
  );
}
