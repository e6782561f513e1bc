import { failed, type Failure } from '../../../contract/base/errors.ts';
import { address, usesTls, connectAdvice, type Case, type ErrorFacts, type Target } from './failure-case.ts';
import { wholeUnits } from '../../payload/utf8.ts';
import { escapeUnsafe } from '../../payload/visible.ts';
import type { Ending } from './reasons.ts';
import {
  BROKEN_OFF_AFTER_CERTIFICATE,
  CLIENT_TLS,
  NOT_TLS,
  RESET_AFTER_CERTIFICATE,
  TLS_BROKEN_OFF,
  TLS_CODES,
  TLS_FAILED,
} from './tls-failures.ts';

/** The steps of an attempt, in order; each may be the one in which it ends. */
export type Phase =
  | 'resolving'
  | 'connecting'
  | 'proxying'
  | 'securing'
  | 'upgrading'
  | 'handshaking'
  | 'online';

export const PHASE_WORDS: Readonly<Record<Phase, string>> = {
  resolving: 'looking up the host name',
  connecting: 'opening the TCP connection',
  proxying: 'the handshake with the proxy',
  securing: 'the TLS handshake',
  upgrading: 'the WebSocket handshake',
  handshaking: 'waiting for the broker to accept the client (CONNACK)',
  online: 'the session',
};

/** Errors within errors that are read: one of several addresses is one of these. */
const MOST_DEEP = 3;

/** Reads an unknown thrown value; never throws, whatever it is. */
export function errorFacts(error: unknown, depth = 0): ErrorFacts {
  try {
    if (typeof error !== 'object' || error === null) return { code: '', message: String(error), errors: [] };
    const { code, message, errors } = error as { code?: unknown; message?: unknown; errors?: unknown };
    const within: readonly unknown[] = Array.isArray(errors) && depth < MOST_DEEP ? errors.slice(0, 16) : [];
    return {
      code: typeof code === 'string' ? code : typeof code === 'number' ? String(code) : '',
      message: typeof message === 'string' ? message : '',
      errors: within.map((one) => errorFacts(one, depth + 1)),
    };
  } catch {
    // A getter of it threw.
    return { code: '', message: '', errors: [] };
  }
}

/** What stands in a message of theirs, or of a library, as it may be shown within a sentence of ours. */
function detail(text: string, most: number): string {
  return escapeUnsafe(text.slice(0, wholeUnits(text, most)));
}

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

const CONNECT_BROKEN_OFF: Case = {
  code: 'closed-at-connect',
  retry: 'later',
  says: (t) => [
    `${address(t)} closed the connection right after our first packet, without an answer.`,
    connectAdvice(t) +
      (usesTls(t)
        ? 'Check that this is the port of an MQTT broker, and whether it asks for a client certificate; its log may say why.'
        : t.protocol === 'unix'
          ? 'Check that this is the socket of an MQTT broker; its log may say why.'
          : `Check that this is the port of an MQTT broker. If the port is for TLS, use ${t.protocol === 'ws' ? 'wss' : 'mqtts'}.`),
  ],
};

const isReset = (code: string): boolean =>
  code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED' || code === '';

const WEBSOCKET: Case = {
  code: 'websocket-violation',
  retry: 'later',
  says: (t, { message }) => [
    `${address(t)} broke the rules of MQTT over WebSocket: ${detail(message, 200)}.`,
    'Check that the path leads to an MQTT broker and that nothing in between rewrites the traffic.',
  ],
};

const WEBSOCKET_CLOSED: Case = {
  code: 'websocket-closed',
  retry: 'later',
  says: (t, { message }) => [
    `${address(t)} closed the WebSocket with ${detail(message, 200)}.`,
    'The log of the broker, or of a proxy in between, may say why. The next attempt follows by itself.',
  ],
};

function find(phase: Phase, facts: ErrorFacts): Case | null {
  if (facts.code.startsWith('WS_')) return WEBSOCKET;
  if (facts.code === 'ERR_WS_CLOSED') return phase === 'handshaking' ? CONNECT_BROKEN_OFF : WEBSOCKET_CLOSED;
  const plain = SYSTEM[facts.code] ?? null;
  // The message has the name of the host in it, which may be any word that is looked for in those of TLS.
  return plain !== null && !isReset(facts.code)
    ? plain
    : (findTls(phase, facts) ?? findBroken(phase, facts) ?? plain);
}

function findTls(phase: Phase, facts: ErrorFacts): Case | null {
  const text = `${facts.code} ${facts.message}`;
  if (
    /WRONG_VERSION_NUMBER|wrong version number|PACKET_LENGTH_TOO_LONG|packet length too long|HTTP_REQUEST/i.test(
      text,
    )
  ) {
    return NOT_TLS;
  }
  if (facts.code === RESET_AFTER_CERTIFICATE) return BROKEN_OFF_AFTER_CERTIFICATE;
  const exact = TLS_CODES[facts.code];
  if (exact) return exact;
  for (const [pattern, found] of CLIENT_TLS) if (pattern.test(text)) return found;
  if (phase === 'securing' && isReset(facts.code)) return TLS_BROKEN_OFF;
  return /^(ERR_SSL|EPROTO|ERR_TLS)/.test(facts.code) ? TLS_FAILED : null;
}

function findBroken(phase: Phase, { code }: ErrorFacts): Case | null {
  return phase === 'handshaking' && isReset(code) ? CONNECT_BROKEN_OFF : null;
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
    const why = facts.message || facts.code || 'unknown';
    return {
      failure: failed(
        'failed',
        `The connection to ${address(target)} failed during ${PHASE_WORDS[phase]}: ${detail(why, 300)}`,
        '',
      ),
      retry: 'later',
    };
  }
  const [message, advice] = found.says(target, facts);
  // Once a session ran, the settings are right: what fails now may well pass.
  return { failure: failed(found.code, message, advice), retry: phase === 'online' ? 'later' : found.retry };
}

/**
 * The other side broke off right after CONNECT, in whatever way its transport closes: it may not know the
 * version in it.
 */
export function isBrokenOffConnect({ failure }: Ending): boolean {
  return failure.code === CONNECT_BROKEN_OFF.code;
}

/** The time was up; says in which phase. */
export function timedOut(phase: Phase, target: Target, limitMs: number): Ending {
  const seconds = `${limitMs / 1_000} s`;
  if (phase === 'handshaking') {
    return {
      failure: failed(
        'silent',
        `${address(target)} accepted the connection but did not answer CONNECT within ${seconds}.`,
        `${connectAdvice(target)}Check that this is the port of an MQTT broker; a port that expects TLS or a proxy looks like this as well.`,
      ),
      retry: 'later',
    };
  }
  const advice: Record<Exclude<Phase, 'handshaking'>, string> = {
    resolving: 'Check the network and the name server of this computer.',
    connecting: 'Check host and port; a firewall that drops packets looks like this.',
    proxying:
      'The proxy does not answer, or gets no answer from the broker. Check host, port and kind of the proxy.',
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
      `${address(target)} did not answer our ping for ${(silentMs / 1_000).toFixed(1)} s; the connection was closed.`,
      'The broker hangs or the network is cut. The next attempt follows by itself.',
    ),
    retry: 'later',
  };
}

/** The broker answered another connection while this one got nothing. */
export function halfOpenLink(target: Target, silentMs: number): Ending {
  return {
    failure: failed(
      'half-open',
      `Nothing came from ${address(target)} for ${(silentMs / 1_000).toFixed(1)} s on this connection, while the broker answered another one; the connection was closed.`,
      'The connection was cut on the way without notice. The next attempt follows immediately.',
    ),
    retry: 'later',
  };
}

/** A fault of our own code; never the user's. */
export function internalFault(error: unknown): Failure {
  const { message, code } = errorFacts(error);
  return failed(
    'internal',
    `Topicscope made a mistake in this connection: ${detail(message || code || 'unknown', 300)}`,
    'The connection starts again by itself. Please report it with the log.',
  );
}
