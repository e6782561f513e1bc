import { isIP, type Socket } from 'node:net';
import { domainToASCII } from 'node:url';
import { connect, type ConnectionOptions as TlsConnect, type SecureContext, type TLSSocket } from 'node:tls';
import type { TlsState } from '../../contract/model/certificates.ts';
import { failed } from '../../contract/base/errors.ts';
import type { TlsOptions } from '../../contract/model/model.ts';
import { withoutZone } from '../../core/profiles/host.ts';
import { classify, errorFacts } from '../../core/session/failures/failures.ts';
import { NO_SHARED_CIPHER, RESET_AFTER_CERTIFICATE } from '../../core/session/failures/tls-failures.ts';
import { address, type Target } from '../../core/session/failures/failure-case.ts';
import { checksOff, refusalOf, verdictOf } from '../../core/tls/verdict.ts';
import { DialError } from '../base/dial-error.ts';
import type { ConnectionPorts } from '../base/ports.ts';
import { contextOf } from './context.ts';
import { explainMaterial } from './lint.ts';
import { failureOf, readTlsMaterial, type MaterialPorts, type TlsMaterial } from './material.ts';
import { judgePeer, type ShownCertificates } from './peer.ts';

/** What was negotiated, for the state. */
export type TlsFacts = TlsState;

export interface SecureConnection {
  readonly socket: TLSSocket;
  readonly facts: TlsFacts;
}

/** The name that is sent, and that the certificate has to be for; in ASCII, as both are written. */
function serverName(target: Target, tls: TlsOptions): string {
  const given = tls.servername?.trim() ?? '';
  const name = given === '' ? target.host : given;
  if (isIP(name) !== 0) return withoutZone(name);
  // A dot at the end belongs to lookups only [RFC 6066, 3].
  return (domainToASCII(name) || name).replace(/\.$/, '');
}

function tlsOptions(socket: Socket, name: string, tls: TlsOptions, secureContext: SecureContext): TlsConnect {
  return {
    socket,
    secureContext,
    // Server name indication knows no addresses [RFC 6066].
    ...(isIP(name) === 0 ? { servername: name } : {}),
    ...(tls.alpn.length > 0 ? { ALPNProtocols: tls.alpn } : {}),
    // The checks are ours, one by one (see `judgePeer`).
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
  };
}

/** Everything read and taken by the TLS library, before a socket is opened. */
export interface PreparedTls {
  readonly material: TlsMaterial;
  readonly context: SecureContext;
}

/**
 * Reads certificates and key and has them checked.
 *
 * @throws DialError in words: a file that is not there, a wrong passphrase, a foreign key
 */
export async function prepareTls(
  target: Target,
  tls: TlsOptions,
  ports: MaterialPorts & Pick<ConnectionPorts, 'clock'>,
): Promise<PreparedTls> {
  const material = await readTlsMaterial(tls, ports);
  try {
    return { material, context: contextOf(tls, material) };
  } catch (cause) {
    const found = explainMaterial(tls, material, ports.clock.wall());
    const ending = found
      ? ({ failure: failureOf(found), retry: 'never' } as const)
      : classify('securing', target, cause);
    throw new DialError(ending, { cause });
  }
}

/**
 * TLS over an open socket. Nothing is sent over it by us before the checks that are not switched off
 * have passed, so no password reaches a broker that could not prove who it is.
 *
 * @param now ms since the epoch, for the dates of certificates
 * @param onShown called with the certificates that the broker showed, also where it is then refused
 * @throws DialError
 */
export function secure(
  tcp: Socket,
  target: Target,
  tls: TlsOptions,
  { material, context }: PreparedTls,
  now: () => number,
  signal: AbortSignal,
  onShown: (shown: ShownCertificates) => void,
): Promise<SecureConnection> {
  return new Promise((resolve, reject) => {
    let socket: TLSSocket | undefined;
    // Nobody is left to ask once it was closed.
    let shown = false;
    const look = (): void => void (shown ||= showsCertificate(socket));
    const fail = (error: unknown): void => {
      signal.removeEventListener('abort', abort);
      tcp.destroy();
      if (error instanceof DialError) return reject(error);
      const ending = classify('securing', target, withItsMoment(error, shown || showsCertificate(socket)));
      reject(new DialError(ending, { cause: error }));
    };
    const abort = (): void => fail(new Error('aborted'));
    const late = (): void => {};
    tcp.on('error', late);
    const name = serverName(target, tls);
    try {
      socket = connect(tlsOptions(tcp, name, tls, context));
    } catch (error) {
      fail(error);
      return;
    }
    // Before the library's own listener, which closes. A reset has no end: the keys, which nobody here looks at,
    // are made between the certificate of the broker and what is said of ours.
    socket.prependListener('end', look).on('keylog', look);
    const closed = (): void => fail({ code: 'ECONNRESET', message: '' });
    socket.on('error', fail);
    socket.once('close', closed);
    signal.addEventListener('abort', abort, { once: true });
    socket.once('secureConnect', () => {
      signal.removeEventListener('abort', abort);
      socket.off('error', fail).off('close', closed).off('end', look).off('keylog', look);
      try {
        resolve(judged(socket, target, name, tls, material, now(), onShown));
      } catch (error) {
        socket.on('error', late);
        socket.destroy();
        fail(error);
      }
    });
  });
}

/**
 * Says more where the same error means two things: before its certificate the broker gave up at our first
 * words, after it at what we said of ourselves.
 */
function withItsMoment(error: unknown, shown: boolean): unknown {
  const facts = errorFacts(error);
  if (!shown && facts.code.includes('ALERT_HANDSHAKE_FAILURE')) return { ...facts, code: NO_SHARED_CIPHER };
  if (shown && facts.code === 'ECONNRESET') return { ...facts, code: RESET_AFTER_CERTIFICATE };
  return error;
}

const showsCertificate = (socket: TLSSocket | undefined): boolean =>
  Object.keys(socket?.getPeerCertificate() ?? {}).length > 0;

/** @throws DialError where a check fails that is not switched off */
function judged(
  socket: TLSSocket,
  target: Target,
  host: string,
  tls: TlsOptions,
  material: TlsMaterial,
  now: number,
  onShown: (shown: ShownCertificates) => void,
): SecureConnection {
  const off = checksOff(tls);
  const shown = judgePeer(socket, { host, address: address(target), off, material, now });
  if (!shown) {
    const failure = failed(
      'certificate-missing',
      `${address(target)} showed no certificate, so it could not prove who it is.`,
      'Have TLS with a certificate configured at the broker.',
    );
    throw new DialError({ failure, retry: 'never' });
  }
  onShown(shown);
  const refusal = refusalOf(shown.judged);
  if (refusal) throw new DialError({ failure: refusal, retry: 'never' });
  const cipher = socket.getCipher();
  return {
    socket,
    facts: {
      version: socket.getProtocol() ?? 'unknown',
      cipher: cipher.standardName ?? cipher.name,
      verified: shown.judged.faults.length === 0,
      mutual: material.cert !== null || material.pfx !== null,
      alpn: socket.alpnProtocol || null,
      off,
      ignored: shown.judged.faults.length === 0 ? [] : verdictOf(shown.judged).problems,
    },
  };
}
