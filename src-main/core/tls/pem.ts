import type { AsnType } from 'asn1js';
import { oidOf, orNull, partsOf, readDer, tagOf } from './der.ts';
import { parseCertificate } from './x509.ts';

/** One part of a PEM text [RFC 7468]. */
export interface PemBlock {
  /** E.g. `CERTIFICATE`. */
  readonly label: string;
  /** An old key that says of itself that it is encrypted. */
  readonly encryptedHeader: boolean;
  /** Base64, still with its line breaks. */
  readonly base64: string;
  /** All of it, from its first line to its last, with the headers of an old key. */
  readonly whole: string;
}

/** Parts of one text; the system's list of authorities has 150. */
const MOST_BLOCKS = 5_000;
const BEGIN = '-----BEGIN ';
const DASHES = '-----';

/** The parts of a text in order; whatever is between them is left out. */
export function pemBlocks(text: string): PemBlock[] {
  const found: PemBlock[] = [];
  let at = text.indexOf(BEGIN);
  while (at >= 0 && found.length < MOST_BLOCKS) {
    const labelAt = at + BEGIN.length;
    const labelEnd = text.indexOf(DASHES, labelAt);
    const label = labelEnd < 0 ? '' : text.slice(labelAt, labelEnd);
    // No label is that long; without its end this is no part.
    if (label === '' || label.length > 64) {
      at = text.indexOf(BEGIN, labelAt);
      continue;
    }
    const bodyAt = labelEnd + DASHES.length;
    const next = text.indexOf(BEGIN, bodyAt);
    // Looked for up to the next part only, so that a text of beginnings takes no longer than another.
    const body = next < 0 ? text.slice(bodyAt) : text.slice(bodyAt, next);
    const end = body.indexOf(`-----END ${label}-----`);
    if (end >= 0) found.push(blockOf(label, body.slice(0, end)));
    at = next;
  }
  return found;
}

function blockOf(label: string, body: string): PemBlock {
  const encryptedHeader = /^\s*Proc-Type:[^\n]*ENCRYPTED/.test(body);
  // Headers end with an empty line.
  const empty = body.includes(':') ? /\r?\n\r?\n/.exec(body) : null;
  return {
    label,
    encryptedHeader,
    base64: empty ? body.slice(empty.index + empty[0].length) : body,
    whole: `${BEGIN}${label}${DASHES}${body}-----END ${label}${DASHES}\n`,
  };
}

export const isCertificateLabel = (label: string): boolean =>
  label === 'CERTIFICATE' || label === 'X509 CERTIFICATE' || label === 'TRUSTED CERTIFICATE';

export const isKeyLabel = (label: string): boolean => label.endsWith('PRIVATE KEY');

/** What a file without PEM holds. */
export type DerKind =
  | 'certificate'
  | 'pkcs7'
  | 'pkcs12'
  | 'certificate-request'
  | 'revocation-list'
  | 'public-key'
  /** Keys, by the label that PEM has for them. */
  | 'PRIVATE KEY'
  | 'ENCRYPTED PRIVATE KEY'
  | 'RSA PRIVATE KEY'
  | 'EC PRIVATE KEY';

const OID_TAG = 0x06;
const SIGNED_DATA = '1.2.840.113549.1.7.2';

/** Null where it is none of them. */
export function derKind(bytes: Uint8Array): DerKind | null {
  if (parseCertificate(bytes) !== null) return 'certificate';
  return orNull(() => kindOf(partsOf(readDer(bytes).node))) ?? (looksLikePkcs12(bytes) ? 'pkcs12' : null);
}

/** Kinds by the tags of their first elements. */
const SHAPES: readonly (readonly [shape: RegExp, kind: DerKind])[] = [
  [/^2 48 4\b/, 'PRIVATE KEY'],
  [/^2 48( 48)?$/, 'pkcs12'],
  [/^2 4\b/, 'EC PRIVATE KEY'],
  [/^2( 2){8}/, 'RSA PRIVATE KEY'],
  [/^48 4$/, 'ENCRYPTED PRIVATE KEY'],
  [/^48 3$/, 'public-key'],
];

/** Signed structures are recognised by their content: requests and lists have the shape of a certificate. */
const SIGNED = /^48 48 3$/;
const SIGNED_SHAPES: readonly (readonly [shape: RegExp, kind: DerKind])[] = [
  [/^2 48 48( 160)?$/, 'certificate-request'],
  [/^(2 )?48 48 (23|24)\b/, 'revocation-list'],
];

const shapeOf = (parts: readonly AsnType[]): string => parts.slice(0, 10).map(tagOf).join(' ');

function kindOf(parts: readonly AsnType[]): DerKind | null {
  const [first] = parts;
  if (first && tagOf(first) === OID_TAG) return oidOf(first) === SIGNED_DATA ? 'pkcs7' : null;
  const shape = shapeOf(parts);
  const isSigned = SIGNED.test(shape);
  const inside = isSigned ? shapeOf(partsOf(first)) : shape;
  return (isSigned ? SIGNED_SHAPES : SHAPES).find(([known]) => known.test(inside))?.[1] ?? null;
}

/** Some programs write PKCS#12 in BER with indefinite lengths. If it is cut, only its first bytes identify it. */
function looksLikePkcs12(bytes: Uint8Array): boolean {
  return bytes[0] === 0x30 && bytes[1] === 0x80 && bytes[2] === 2 && bytes[3] === 1 && bytes[4] === 3;
}
