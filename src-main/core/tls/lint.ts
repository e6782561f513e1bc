import type { TlsField, TlsFinding } from '../../contract/model/certificates.ts';
import type { ConnectionOptions, TlsOptions } from '../../contract/model/model.ts';
import { isIpAddress, readServerName } from '../profiles/host.ts';
import { error, note, warning } from './findings.ts';
import { hasWeakKey, hasWeakSignature, isFor, isSelfIssued } from './path.ts';
import { checksOff } from './verdict.ts';
import { called, day, daysUntil, fromNow, issuerCalled, listed } from './labels.ts';
import type { ParsedCertificate } from './x509.ts';

/** A certificate that expires within this many days gets a warning. */
export const SOON_DAYS = 30;
/** Findings of one kind about the CA field; a bundle may hold a hundred expired ones. */
const MOST_OF_A_KIND = 5;

/** What is known of the material when it is judged. */
export interface Material {
  /** Null: the field is empty. */
  readonly ca: readonly ParsedCertificate[] | null;
  /** In the order of the file. */
  readonly client: readonly ParsedCertificate[];
  /** Where the client certificate was given. */
  readonly clientField: 'cert' | 'pfx';
  /** Key of the first certificate; null without one or without a readable key. */
  readonly keyMatches: boolean | null;
  /** The key matches another certificate of the file. */
  readonly keyMatchesLater: boolean;
  readonly now: number;
  /** Electron's TLS, which knows fewer algorithms than Node's. */
  readonly boringSsl: boolean;
}

export function lintMaterial(material: Material): TlsFinding[] {
  return [...lintCa(material), ...lintClient(material)];
}

function lintCa({ ca, now, boringSsl }: Material): TlsFinding[] {
  if (ca === null || ca.length === 0) return [];
  const found: TlsFinding[] = [];
  if (!ca.some((one) => one.ca || (one.version === 1 && isSelfIssued(one)))) {
    found.push(
      warning(
        'ca',
        'ca-without-authority',
        `There is no certificate of an authority in the CA field: it holds ${listed(ca.slice(0, 3).map(called))}.`,
        'A broker is trusted only if it shows exactly that certificate. To trust whatever an authority signs, give the certificate of the authority.',
      ),
    );
  }
  const expired = ca.filter((one) => now > one.notAfter).slice(0, MOST_OF_A_KIND);
  for (const one of expired) {
    found.push(
      warning(
        'ca',
        'ca-expired',
        `The CA certificate ${called(one)} expired on ${day(one.notAfter)} (${fromNow(one.notAfter, now)}).`,
        'What it signed is refused by the check of the dates. Get the new certificate of the authority.',
      ),
    );
  }
  for (const one of ca.filter((each) => now < each.notBefore).slice(0, MOST_OF_A_KIND)) {
    found.push(
      warning(
        'ca',
        'ca-not-yet-valid',
        `The CA certificate ${called(one)} is not valid before ${day(one.notBefore)} (${fromNow(one.notBefore, now)}).`,
        'Check the clock of this computer.',
      ),
    );
  }
  for (const one of ca.filter((each) => endsSoon(each, now)).slice(0, MOST_OF_A_KIND)) {
    found.push(
      warning(
        'ca',
        'ca-expires-soon',
        `The CA certificate ${called(one)} expires on ${day(one.notAfter)} (${fromNow(one.notAfter, now)}).`,
        'Ask the operator of the authority for its next one.',
      ),
    );
  }
  for (const one of ca.filter((each) => refusedAuthority(each) !== null).slice(0, MOST_OF_A_KIND)) {
    found.push(
      warning(
        'ca',
        'ca-key-kind',
        `The CA certificate ${called(one)} has a key that TLS ${boringSsl ? 'of this app' : 'of the desktop app'} does not take: ${refusedAuthority(one) ?? ''}.`,
        'What it signed may be refused. Ask for an authority with RSA of 2,048 bits or more, or P-256, P-384 or P-521.',
      ),
    );
  }
  return found;
}

/** Signatures of Ed25519 are checked, though none are made. */
function refusedAuthority(one: ParsedCertificate): string | null {
  return one.keyType === 'Ed25519' ? null : refusedKey(one);
}

function endsSoon(one: ParsedCertificate, now: number): boolean {
  return now >= one.notBefore && now <= one.notAfter && daysUntil(one.notAfter, now) < SOON_DAYS;
}

function lintClient(material: Material): TlsFinding[] {
  const [leaf] = material.client;
  if (!leaf) return [];
  return [
    ...lintKey(material, leaf),
    ...lintDates(material, leaf),
    ...lintUse(material, leaf),
    ...lintChain(material, leaf),
    ...material.client.slice(0, 16).flatMap((one) => lintAlgorithms(material, one, one === leaf)),
  ];
}

function lintKey(
  { keyMatches, keyMatchesLater, clientField }: Material,
  leaf: ParsedCertificate,
): TlsFinding[] {
  if (keyMatches !== false) return [];
  if (keyMatchesLater) {
    return [
      error(
        clientField,
        'client-certificate-order',
        `The client key belongs to a certificate further down in the file; the first one is ${called(leaf)}.`,
        'Put the certificate of the client first, then those of the authorities that signed it.',
      ),
    ];
  }
  return [
    error(
      clientField === 'pfx' ? 'pfx' : 'key',
      'key-mismatch',
      `The client key does not belong to the client certificate ${called(leaf)}.`,
      'Choose the key that was made for this certificate.',
    ),
  ];
}

function lintDates({ now, clientField: field }: Material, leaf: ParsedCertificate): TlsFinding[] {
  if (now > leaf.notAfter) {
    return [
      error(
        field,
        'client-certificate-expired',
        `The client certificate ${called(leaf)} expired on ${day(leaf.notAfter)} (${fromNow(leaf.notAfter, now)}).`,
        'A broker refuses it. Have it renewed, or check the clock of this computer.',
      ),
    ];
  }
  if (now < leaf.notBefore) {
    return [
      error(
        field,
        'client-certificate-not-yet-valid',
        `The client certificate ${called(leaf)} is not valid before ${day(leaf.notBefore)} (${fromNow(leaf.notBefore, now)}).`,
        'A broker refuses it until then. Check the clock of this computer.',
      ),
    ];
  }
  if (!endsSoon(leaf, now)) return [];
  return [
    warning(
      field,
      'client-certificate-expires-soon',
      `The client certificate ${called(leaf)} expires on ${day(leaf.notAfter)} (${fromNow(leaf.notAfter, now)}).`,
      'Have it renewed before then.',
    ),
  ];
}

function lintUse({ clientField: field }: Material, leaf: ParsedCertificate): TlsFinding[] {
  const found: TlsFinding[] = [];
  if (!isFor(leaf, 'clientAuth')) {
    found.push(
      error(
        field,
        'client-certificate-purpose',
        `The client certificate ${called(leaf)} is not for clients (extended key usage: ${leaf.extendedKeyUsage.slice(0, 5).join(', ')}).`,
        'A broker refuses it. Have one issued for clientAuth.',
      ),
    );
  }
  if (leaf.keyUsage.length > 0 && !leaf.keyUsage.includes('digitalSignature')) {
    found.push(
      error(
        field,
        'client-certificate-key-usage',
        `The client certificate ${called(leaf)} may not sign (key usage: ${leaf.keyUsage.join(', ')}), but a client signs the TLS handshake.`,
        'Have one issued with digitalSignature.',
      ),
    );
  }
  if (leaf.ca) {
    found.push(
      warning(
        field,
        'client-certificate-authority',
        `The client certificate ${called(leaf)} is that of an authority.`,
        'Check that the right file is chosen: a client needs a certificate of its own.',
      ),
    );
  }
  return found;
}

function lintChain({ client, ca, clientField: field }: Material, leaf: ParsedCertificate): TlsFinding[] {
  for (const [i, one] of client.entries()) {
    const next = client[i + 1];
    if (next && one.issuerKey !== next.subjectKey) {
      return [
        warning(
          field,
          'client-chain-order',
          `The certificates of the client are not a chain: ${called(one)} was signed by ${issuerCalled(one)}, but ${called(next)} follows it.`,
          'Put the certificate of the client first, and after each one the certificate that signed it.',
        ),
      ];
    }
  }
  const last = client.at(-1) ?? leaf;
  const known = isSelfIssued(last) || (ca ?? []).some((one) => one.subjectKey === last.issuerKey);
  if (known) return [];
  return [
    note(
      field,
      'client-chain-incomplete',
      `The client sends its chain up to ${called(last)}, which was signed by ${issuerCalled(last)}.`,
      'That is enough for a broker that knows that authority. If it knows only one above it, add the certificates in between to the file.',
    ),
  ];
}

/** Curves that TLS of Electron signs with. */
const CURVES = new Set(['P-256', 'P-384', 'P-521']);

function lintAlgorithms(
  { boringSsl, clientField: field }: Material,
  one: ParsedCertificate,
  isLeaf: boolean,
): TlsFinding[] {
  const found: TlsFinding[] = [];
  // The signature of a root is not checked.
  if (hasWeakSignature(one) && !isSelfIssued(one)) {
    found.push(
      error(
        field,
        'client-certificate-weak-signature',
        `The certificate ${called(one)} is signed with ${one.signatureAlgorithm}, which TLS refuses today.`,
        'Have it issued again with SHA-256 or better.',
      ),
    );
  }
  if (one.keyType.startsWith('RSA') && !hasWeakKey(one) && (one.keyBits ?? 0) < 2_048) {
    found.push(
      warning(
        field,
        'client-certificate-small-key',
        `The key of ${called(one)} has only ${one.keyBits ?? 0} bits; many brokers refuse RSA below 2,048.`,
        'Have it issued again with a longer key.',
      ),
    );
  }
  const refused = refusedKey(one);
  if (refused === null) return found;
  const everywhere = hasWeakKey(one);
  const message = everywhere
    ? `The certificate ${called(one)} has a key that TLS refuses today: ${refused}.`
    : boringSsl
      ? `The TLS of this app (BoringSSL) does not use the kind of key that ${called(one)} has: ${refused}.`
      : `The certificate ${called(one)} works here, but not in the desktop app, whose TLS (BoringSSL) refuses ${refused}.`;
  const make = everywhere || (boringSsl && isLeaf) ? error : warning;
  found.push(
    make(
      field,
      'client-certificate-key-kind',
      message,
      'Have it issued for RSA of 2,048 bits or more, or for an elliptic curve P-256, P-384 or P-521.',
    ),
  );
  return found;
}

/** The kind of key in words where Electron's TLS does not take it; null where it does. */
export function refusedKey(one: ParsedCertificate): string | null {
  const { keyType, curve, keyBits } = one;
  if (hasWeakKey(one)) return keyBits === null ? keyType : `${keyType} of ${keyBits} bits`;
  if (keyType === 'EC')
    return CURVES.has(curve ?? '') ? null : `the elliptic curve ${curve ?? 'of this key'}`;
  return keyType === 'RSA' ? null : keyType;
}

/** What the options say before any file is read. */
export function lintOptions(options: Pick<ConnectionOptions, 'protocol' | 'tls'>): TlsFinding[] {
  const { tls, protocol } = options;
  const found: TlsFinding[] = [];
  if (protocol !== 'mqtts' && protocol !== 'wss') {
    found.push(
      note(
        'protocol',
        'tls-unused',
        `The connection is not encrypted: ${protocol} does not use TLS.`,
        'Use mqtts or wss.',
      ),
    );
  }
  const off = checksOff(tls);
  if (off.length > 0) {
    const which = listed(off.map((check) => (check === 'hostName' ? 'host name' : check)));
    found.push(
      warning(
        'verify',
        'checks-off',
        `Not checked: ${which}. ${off.includes('chain') ? 'Anyone on the way can pretend to be the broker and read the password.' : 'The rest is checked.'}`,
        'Switch the checks on again after the test.',
      ),
    );
  }
  if (tls.minVersion === 'TLSv1' || tls.minVersion === 'TLSv1.1') {
    found.push(
      warning(
        'minVersion',
        'old-tls',
        `TLS ${tls.minVersion === 'TLSv1' ? '1.0' : '1.1'} is allowed, which is no longer safe.`,
        'Use it only for a broker that knows nothing newer.',
      ),
    );
  }
  return [...found, ...lintNames(tls)];
}

function lintNames({ servername, alpn }: TlsOptions): TlsFinding[] {
  const found: TlsFinding[] = [];
  const name = servername?.trim() ?? '';
  const read = name === '' ? '' : readServerName(name);
  if (typeof read !== 'string') {
    found.push(warning('servername', 'servername-invalid', read.message, read.advice));
  } else if (isIpAddress(read)) {
    found.push(
      note(
        'servername',
        'servername-address',
        'The server name is an address: it is used for the check of the host name but not sent (SNI knows no addresses).',
      ),
    );
  }
  const long = alpn.find((one) => new TextEncoder().encode(one).length > 255);
  if (long !== undefined) {
    found.push(error('alpn', 'alpn-too-long', 'An ALPN name has more than 255 bytes.', 'Use a shorter one.'));
  }
  return found;
}

/** Where a failure belongs when one is made of a finding. */
export const FIELD_NAMES: Readonly<Record<Extract<TlsField, 'ca' | 'cert' | 'key' | 'pfx'>, string>> = {
  ca: 'CA certificate',
  cert: 'client certificate',
  key: 'client key',
  pfx: 'PKCS#12 file',
};
