import { isIP, type Socket } from 'node:net';
import { connect, type ConnectionOptions as TlsConnect, type SecureContext, type TLSSocket } from 'node:tls';
import type { TlsState } from '../contract/certificates.ts';
import { failed } from '../contract/errors.ts';
import type { TlsOptions } from '../contract/model.ts';
import { classify } from '../core/session/failures.ts';
import { address, type Target } from '../core/session/failure-case.ts';
import { checksOff, refusalOf, verdictOf } from '../core/tls/verdict.ts';
import { DialError } from './dial-error.ts';
import { contextOf } from './tls-context.ts';
import { explainMaterial } from './tls-lint.ts';
import { failureOf, type TlsMaterial } from './tls-material.ts';
import { judgePeer, type ShownCertificates } from './tls-peer.ts';

/** What was negotiated, for the state. */
export type TlsFacts = TlsState;

export interface SecureConnection {
  readonly socket: TLSSocket;
  readonly facts: TlsFacts;
}

/** The name that is sent, and that the certificate has to be for. */
function serverName(target: Target, tls: TlsOptions): string {
  const name = tls.servername?.trim() ?? '';
  return name === '' ? target.host : name;
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

/** @throws DialError in words where the library does not take our certificate or key */
function contextFor(target: Target, tls: TlsOptions, material: TlsMaterial, now: number): SecureContext {
  try {
    return contextOf(tls, material);
  } catch (cause) {
    const found = explainMaterial(tls, material, now);
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
 * @param tell told what the broker showed, also where it is then refused
 * @throws DialError
 */
export function secure(
  tcp: Socket,
  target: Target,
  tls: TlsOptions,
  material: TlsMaterial,
  now: () => number,
  signal: AbortSignal,
  tell: (shown: ShownCertificates) => void,
): Promise<SecureConnection> {
  return new Promise((resolve, reject) => {
    let socket: TLSSocket;
    const fail = (error: unknown): void => {
      signal.removeEventListener('abort', abort);
      tcp.destroy();
      reject(
        error instanceof DialError
          ? error
          : new DialError(classify('securing', target, error), { cause: error }),
      );
    };
    const abort = (): void => fail(new Error('aborted'));
    const late = (): void => {};
    tcp.on('error', late);
    const name = serverName(target, tls);
    try {
      socket = connect(tlsOptions(tcp, name, tls, contextFor(target, tls, material, now())));
    } catch (error) {
      fail(error);
      return;
    }
    const closed = (): void => fail({ code: 'ECONNRESET', message: '' });
    socket.on('error', fail);
    socket.once('close', closed);
    signal.addEventListener('abort', abort, { once: true });
    socket.once('secureConnect', () => {
      signal.removeEventListener('abort', abort);
      socket.off('error', fail).off('close', closed);
      try {
        resolve(judged(socket, target, name, tls, material, now(), tell));
      } catch (error) {
        socket.on('error', late);
        socket.destroy();
        fail(error);
      }
    });
  });
}

/** @throws DialError where a check fails that is not switched off */
function judged(
  socket: TLSSocket,
  target: Target,
  host: string,
  tls: TlsOptions,
  material: TlsMaterial,
  now: number,
  tell: (shown: ShownCertificates) => void,
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
  tell(shown);
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
