import type { ParsedCertificate } from './x509.ts';

/** Whether the key of one certificate made the signature of another; the arithmetic is the caller's. */
export type SignedBy = (child: ParsedCertificate, issuer: ParsedCertificate) => boolean;

export type PathFault =
  /** No known certificate has the name of its issuer. */
  | { readonly kind: 'unknown-issuer'; readonly at: ParsedCertificate }
  /** It is signed with its own key and not trusted here. */
  | { readonly kind: 'self-signed'; readonly at: ParsedCertificate }
  /** A certificate of the issuer's name is known, but its key did not sign this one. */
  | { readonly kind: 'bad-signature'; readonly at: ParsedCertificate }
  | { readonly kind: 'not-an-authority'; readonly at: ParsedCertificate }
  | { readonly kind: 'too-long'; readonly at: ParsedCertificate }
  | { readonly kind: 'weak-signature'; readonly at: ParsedCertificate }
  | { readonly kind: 'weak-key'; readonly at: ParsedCertificate }
  | { readonly kind: 'purpose'; readonly at: ParsedCertificate }
  | { readonly kind: 'not-understood'; readonly at: ParsedCertificate };

/** Certificates from the first one up; without a fault the last one is an anchor. */
export interface CertificatePath {
  readonly links: readonly ParsedCertificate[];
  readonly fault: PathFault | null;
}

/** Links of a path; real ones have two to four. */
const MOST_LINKS = 16;
/** Signatures checked for one path: what a hostile chain of equal names may cost (some 10 ms). */
const MOST_SIGNATURES = 64;

export const isSelfIssued = (one: ParsedCertificate): boolean => one.subjectKey === one.issuerKey;

const SECURING = new Set(['digitalSignature', 'keyEncipherment', 'keyAgreement']);

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

/** MD5, its forerunners and SHA-1 can be forged, so such a signature proves nothing. */
export function hasWeakSignature(one: ParsedCertificate): boolean {
  return /md[245]|sha-?1(?!\d)/i.test(one.signatureAlgorithm);
}

/** Below 112 bits of security only the old ones of 1,024 bits are met; they are refused as OpenSSL does at level 1. */
export function hasWeakKey({ keyType, keyBits }: ParsedCertificate): boolean {
  if (keyType === 'DSA') return true;
  if (keyType.startsWith('RSA')) return (keyBits ?? 0) < 1_024;
  return keyType === 'EC' && keyBits !== null && keyBits < 160;
}

/** Its EKU, where it has one, allows the use. */
export function isFor(one: ParsedCertificate, use: 'serverAuth' | 'clientAuth'): boolean {
  const uses = one.extendedKeyUsage;
  return uses.length === 0 || uses.includes(use) || uses.includes('anyExtendedKeyUsage');
}

/** By its key usage, which is not restricted where it is not given. */
function maySecure({ keyUsage }: ParsedCertificate): boolean {
  return keyUsage.length === 0 || keyUsage.some((use) => SECURING.has(use));
}

function mayIssue(one: ParsedCertificate): boolean {
  // An old root of version 1 is one because the user, or the system, says so.
  if (one.version === 1) return isSelfIssued(one);
  return one.ca && (one.keyUsage.length === 0 || one.keyUsage.includes('keyCertSign'));
}

/**
 * Follows the signatures from a server's certificate to an anchor. As strict as a TLS library, but for the
 * dates, which are judged apart: what it does not understand (name constraints) it does not accept.
 */
export function findPath(
  leaf: ParsedCertificate,
  sent: readonly ParsedCertificate[],
  anchors: readonly ParsedCertificate[],
  now: number,
  signedBy: SignedBy,
): CertificatePath {
  return new Search(sent, anchors, now, signedBy).from(leaf);
}

class Search {
  readonly #sent: readonly ParsedCertificate[];
  readonly #anchors: readonly ParsedCertificate[];
  readonly #now: number;
  readonly #signedBy: SignedBy;
  #signatures = 0;
  #best: CertificatePath | null = null;

  constructor(
    sent: readonly ParsedCertificate[],
    anchors: readonly ParsedCertificate[],
    now: number,
    signedBy: SignedBy,
  ) {
    this.#sent = sent;
    this.#anchors = anchors;
    this.#now = now;
    this.#signedBy = signedBy;
  }

  from(leaf: ParsedCertificate): CertificatePath {
    return (
      this.#extend([leaf]) ?? this.#best ?? { links: [leaf], fault: { kind: 'unknown-issuer', at: leaf } }
    );
  }

  /** A path to an anchor, or null; the fault that got furthest is remembered. */
  #extend(links: readonly ParsedCertificate[]): CertificatePath | null {
    const last = links.at(-1);
    if (!last) return null;
    const wrong = faultOfLink(last, links.length - 1);
    if (wrong) return this.#miss(links, wrong);
    if (this.#isAnchor(last)) return { links, fault: null };
    if (hasWeakSignature(last)) return this.#miss(links, { kind: 'weak-signature', at: last });
    if (isSelfIssued(last)) return this.#miss(links, { kind: 'self-signed', at: last });
    if (links.length === MOST_LINKS) return this.#miss(links, { kind: 'too-long', at: last });
    const issuers = this.#issuersOf(last, links);
    if (issuers.length === 0) return this.#miss(links, { kind: 'unknown-issuer', at: last });
    for (const issuer of issuers) {
      if (!this.#verify(last, issuer)) {
        this.#miss(links, { kind: 'bad-signature', at: last });
        continue;
      }
      const found = this.#extend([...links, issuer]);
      if (found) return found;
    }
    return null;
  }

  #verify(child: ParsedCertificate, issuer: ParsedCertificate): boolean {
    return this.#signatures++ < MOST_SIGNATURES && this.#signedBy(child, issuer);
  }

  /** Anchors first, valid ones first: an expired cross-signature must not hide a good one. */
  #issuersOf(child: ParsedCertificate, links: readonly ParsedCertificate[]): ParsedCertificate[] {
    const fits = (one: ParsedCertificate): boolean =>
      one.subjectKey === child.issuerKey &&
      (one.keyId === null || child.issuerKeyId === null || one.keyId === child.issuerKeyId) &&
      !links.some((link) => sameBytes(link.der, one.der));
    const isValid = (one: ParsedCertificate): boolean =>
      one.notBefore <= this.#now && this.#now <= one.notAfter;
    const all = [...this.#anchors.filter(fits), ...this.#sent.filter(fits)];
    return [...all.filter(isValid), ...all.filter((one) => !isValid(one))];
  }

  #isAnchor(one: ParsedCertificate): boolean {
    return this.#anchors.some((anchor) => sameBytes(anchor.der, one.der));
  }

  #miss(links: readonly ParsedCertificate[], fault: PathFault): null {
    if (!this.#best || links.length > this.#best.links.length) this.#best = { links, fault };
    return null;
  }
}

/** What is wrong with a certificate in its place; `below`: how many stand under it. */
function faultOfLink(one: ParsedCertificate, below: number): PathFault | null {
  if (one.criticalUnknown.length > 0) return { kind: 'not-understood', at: one };
  if (hasWeakKey(one)) return { kind: 'weak-key', at: one };
  // Unlike for a client, “any” does not stand for servers in OpenSSL.
  if (one.extendedKeyUsage.length > 0 && !one.extendedKeyUsage.includes('serverAuth'))
    return { kind: 'purpose', at: one };
  if (below === 0) return maySecure(one) ? null : { kind: 'purpose', at: one };
  if (!mayIssue(one)) return { kind: 'not-an-authority', at: one };
  // The server's own certificate does not count [RFC 5280, 4.2.1.9].
  return one.pathLength !== null && below - 1 > one.pathLength ? { kind: 'too-long', at: one } : null;
}
