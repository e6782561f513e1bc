import { isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect, type ConnectionOptions as TlsConnect, type TLSSocket } from 'node:tls';
import type { TlsState } from '../contract/certificates.ts';
import type { TlsOptions } from '../contract/model.ts';
import { classify } from '../core/session/failures.ts';
import type { Target } from '../core/session/failure-case.ts';
import { DialError } from './dial-error.ts';
import type { TlsMaterial } from './tls-material.ts';

/** What was negotiated, for the state. */
export type TlsFacts = TlsState;

export interface SecureConnection {
  readonly socket: TLSSocket;
  readonly facts: TlsFacts;
}

/** One thing that is wrong with the certificate of the broker. */
interface Finding {
  readonly check: 'chain' | 'dates' | 'host';
  readonly error: { code: string; message: string };
}

const DATE_ERRORS = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

/**
 * The checks, made by us one by one: Node, told not to reject, reports only the first thing that is
 * wrong, and told to reject it cannot be asked to forgive just one of them.
 */
function checkCertificate(socket: TLSSocket, name: string): Finding[] {
  const findings: Finding[] = [];
  // Without a `reject`, Node keeps what it found; the host name is checked by us (see `secure`).
  const error = socket.authorizationError as unknown as (Error & { code?: string }) | string | null;
  if (error) {
    const code = typeof error === 'string' ? error : (error.code ?? error.message);
    findings.push({
      check: DATE_ERRORS.has(code) ? 'dates' : 'chain',
      error: { code, message: String(error) },
    });
  } else if (!socket.authorized) {
    findings.push({ check: 'chain', error: { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', message: '' } });
  }
  const certificate = socket.getPeerCertificate(true);
  if (Object.keys(certificate).length === 0) return findings;
  const mismatch = checkServerIdentity(name, certificate) as (Error & { code?: string }) | undefined;
  if (mismatch)
    findings.push({ check: 'host', error: { code: mismatch.code ?? '', message: mismatch.message } });
  return findings;
}

function tlsOptions(socket: Socket, host: string, tls: TlsOptions, material: TlsMaterial): TlsConnect {
  const name = tls.servername ?? host;
  return {
    socket,
    // Server name indication knows no addresses [RFC 6066].
    ...(isIP(name) === 0 ? { servername: name } : {}),
    ...(material.ca ? { ca: material.ca } : {}),
    ...(material.cert && material.key ? { cert: material.cert, key: material.key } : {}),
    ...(tls.passphrase !== null ? { passphrase: tls.passphrase } : {}),
    ...(tls.alpn.length > 0 ? { ALPNProtocols: tls.alpn } : {}),
    minVersion: 'TLSv1.2',
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
  };
}

/**
 * TLS over an open socket. Nothing is sent over it by us before the checks that are not switched off
 * have passed, so no password reaches a broker that could not prove who it is.
 *
 * @throws DialError
 */
export function secure(
  tcp: Socket,
  target: Target,
  tls: TlsOptions,
  material: TlsMaterial,
  signal: AbortSignal,
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
    try {
      // A wrong passphrase, a foreign key or a broken file is thrown here.
      socket = connect(tlsOptions(tcp, target.host, tls, material));
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
      const findings = checkCertificate(socket, tls.servername ?? target.host);
      const worst = findings[0];
      if (tls.verify && worst) {
        socket.off('error', fail).off('close', closed);
        socket.on('error', late);
        socket.destroy();
        return fail(new DialError(classify('securing', target, worst.error)));
      }
      socket.off('error', fail).off('close', closed);
      resolve({
        socket,
        facts: {
          version: socket.getProtocol() ?? 'unknown',
          cipher: socket.getCipher().standardName ?? socket.getCipher().name,
          verified: findings.length === 0,
          mutual: material.cert !== null,
          alpn: socket.alpnProtocol || null,
          off: tls.verify ? [] : ['chain', 'dates', 'hostName'],
          ignored: [],
        },
      });
    });
  });
}
