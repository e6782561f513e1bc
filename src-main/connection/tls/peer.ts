import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import type { ServerCertificates, TlsCheck } from '../../contract/model/certificates.ts';
import { chainFault, dateFault, libraryDateFault, libraryFault } from '../../core/tls/faults.ts';
import type { Fault } from '../../core/tls/findings.ts';
import { hostFault } from '../../core/tls/host-fault.ts';
import { findPath } from '../../core/tls/path.ts';
import { pemBlocks } from '../../core/tls/pem.ts';
import { verdictOf, type Judged } from '../../core/tls/verdict.ts';
import { parseCertificate, unreadable, type ParsedCertificate } from '../../core/tls/x509.ts';
import { certificateInfo, signedBy } from './certificate-info.ts';
import { builtInAuthorities } from './library.ts';
import type { TlsMaterial } from './material.ts';

/** Links of a chain that are looked at; real ones have two to four. */
const MOST_LINKS = 16;

const DATE_ERRORS = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

/** What a broker showed us and what we think of it; made into words only when somebody asks. */
export interface ShownCertificates {
  readonly judged: Judged;
  report(): ServerCertificates;
}

export interface Expectation {
  /** The name, or the address, that the certificate has to be for. */
  readonly host: string;
  /** `host:port`, for sentences. */
  readonly address: string;
  readonly off: readonly TlsCheck[];
  readonly material: Pick<TlsMaterial, 'ca' | 'system' | 'systemStore'>;
  /** ms since the epoch */
  readonly now: number;
}

const parsed = (der: Uint8Array): ParsedCertificate => parseCertificate(der) ?? opaque(der);

/** What the library can read and we cannot: enough to be shown, never enough to be trusted by us. */
function opaque(der: Uint8Array): ParsedCertificate {
  try {
    const { validFrom, validTo } = new X509Certificate(der);
    return unreadable(der, Date.parse(validFrom), Date.parse(validTo));
  } catch {
    return unreadable(der, 0, 0);
  }
}

/** The certificates a TLS socket was shown, the server's own first, up to a root if one is known here. */
export function peerChain(socket: TLSSocket): ParsedCertificate[] {
  const found: ParsedCertificate[] = [];
  let one: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (one?.raw && found.length < MOST_LINKS) {
    found.push(parsed(one.raw));
    // A root names itself.
    one = one.issuerCertificate === one ? undefined : one.issuerCertificate;
  }
  return found;
}

function anchorsOf({ ca, system }: Expectation['material']): ParsedCertificate[] {
  const pem = ca === null && system === null ? builtInAuthorities() : system;
  const decoded = (pem ?? []).flatMap((text) =>
    pemBlocks(text).map(({ base64 }) => Buffer.from(base64, 'base64')),
  );
  return [...(ca ?? []), ...decoded].flatMap((der) => parseCertificate(der) ?? []);
}

/**
 * Makes every check, whatever the others say. Node, set not to reject, reports only one fault, an expired date before
 * an unknown authority. Where it accepts chain and dates, so do we.
 *
 * @returns null where the server showed no certificate at all
 */
export function judgePeer(socket: TLSSocket, expected: Expectation): ShownCertificates | null {
  const shown = peerChain(socket);
  const [leaf] = shown;
  if (!leaf) return null;
  const { host, address, off, now, material } = expected;
  let chain = shown;
  const faults: Fault[] = [];
  if (!socket.authorized) {
    const path = findPath(leaf, shown.slice(1), anchorsOf(material), now, signedBy);
    if (path.links.length > chain.length) chain = [...path.links];
    const code = errorCode(socket);
    const isDate = DATE_ERRORS.has(code);
    if (path.fault) faults.push(chainFault(path.fault, leaf));
    else if (!isDate) faults.push(libraryFault(code));
    const dates = path.links.map((link) => dateFault(link, leaf, now)).find((fault) => fault !== null);
    if (dates) faults.push(dates);
    else if (isDate) faults.push(libraryDateFault());
  }
  if (!isFor(leaf, host)) faults.push(hostFault(leaf, host));
  const judged: Judged = { leaf, faults, off, address, host, now, systemStore: material.systemStore };
  return {
    judged,
    report: () => ({
      kind: 'certificates',
      at: now,
      chain: chain.map((one) => certificateInfo(one, now)),
      verdict: verdictOf(judged),
    }),
  };
}

/**
 * As the TLS library compares names and addresses; Node's own comparison finds no IPv6 address. A common
 * name counts only for a name, and only without alternative names of type DNS.
 */
function isFor(leaf: ParsedCertificate, host: string): boolean {
  try {
    const certificate = new X509Certificate(leaf.der);
    return isIP(host) === 0
      ? certificate.checkHost(host, { subject: 'default', partialWildcards: false }) !== undefined
      : certificate.checkIP(host) !== undefined;
  } catch {
    // Names that the library cannot take apart are for nobody.
    return false;
  }
}

/** Node keeps what it found as an error with a code, whatever its types say. */
function errorCode(socket: TLSSocket): string {
  const error: unknown = socket.authorizationError;
  if (typeof error === 'string') return error;
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}
