import type { TlsFinding } from '../../contract/model/certificates.ts';
import { error, note } from '../../core/tls/findings.ts';
import { FIELD_NAMES } from '../../core/tls/lint.ts';
import {
  derKind,
  isCertificateLabel,
  isKeyLabel,
  pemBlocks,
  type DerKind,
  type PemBlock,
} from '../../core/tls/pem.ts';
import { sourceName, textOf, type Source } from './sources.ts';

/** Certificates of a file; empty only together with a finding. */
export interface DecodedCertificates {
  readonly ders: readonly Uint8Array[];
  /** A key that stands in the same file, as PEM. */
  readonly key: DecodedKey | null;
  readonly findings: readonly TlsFinding[];
}

export interface DecodedKey {
  readonly pem: string;
  readonly encrypted: boolean;
  /** Of PKCS#8, whose parameters can be seen; null otherwise. */
  readonly encryptedDer: Uint8Array | null;
}

const fromBase64 = (text: string): Uint8Array => Buffer.from(text, 'base64');

export function toPem(label: string, der: Uint8Array): string {
  const base64 = Buffer.from(der.buffer, der.byteOffset, der.byteLength).toString('base64');
  return `-----BEGIN ${label}-----\n${base64.replace(/.{64}(?=.)/g, '$&\n')}\n-----END ${label}-----\n`;
}

/** What a file is instead of what the field asks for, and what to do with it. */
const INSTEAD: Readonly<Partial<Record<DerKind, readonly [what: string, advice: string]>>> = {
  certificate: ['a certificate', 'Put it into the field for the certificate.'],
  pkcs7: [
    'a bundle of certificates in PKCS#7',
    'Convert it to PEM: openssl pkcs7 -print_certs -in FILE -out certificates.pem (with -inform der for a binary file)',
  ],
  pkcs12: ['a PKCS#12 file', 'Put it into the field for PKCS#12, and leave certificate and key empty.'],
  'certificate-request': [
    'a request for a certificate',
    'Send it to the authority, and use the certificate that comes back.',
  ],
  'revocation-list': [
    'a list of revoked certificates',
    'Such lists are not used here. Choose the certificate itself.',
  ],
  'public-key': ['a public key', 'Choose the file that the key pair was saved to, or the certificate.'],
  'PRIVATE KEY': ['a private key', 'Put it into the field for the key.'],
  'ENCRYPTED PRIVATE KEY': ['a private key', 'Put it into the field for the key.'],
  'RSA PRIVATE KEY': ['a private key', 'Put it into the field for the key.'],
  'EC PRIVATE KEY': ['a private key', 'Put it into the field for the key.'],
};

function wrong(source: Source, kind: DerKind | null, blocks: readonly PemBlock[]): TlsFinding {
  const { field } = source;
  const wanted = FIELD_NAMES[field];
  const [what, advice] = (kind && INSTEAD[kind]) ?? [
    // The label is not shown: it may be any text.
    blocks.length > 0 ? 'PEM text of another kind' : 'neither PEM text nor DER',
    `A ${wanted} in PEM begins with “-----BEGIN”. Check that it is the right file and that it is whole.`,
  ];
  return error(
    field,
    `${FORMAT_CODES[field]}-format`,
    `${capital(sourceName(source))} is not readable as ${wanted}: it is ${what}.`,
    advice,
  );
}

const FORMAT_CODES = { ca: 'ca', cert: 'certificate', key: 'key', pfx: 'pkcs12' } as const;
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What stands in the PEM instead, by its label. */
function kindOfLabel(blocks: readonly PemBlock[]): DerKind | null {
  const label = blocks[0]?.label ?? '';
  if (isCertificateLabel(label)) return 'certificate';
  if (isKeyLabel(label)) return 'PRIVATE KEY';
  if (label === 'PKCS7' || label === 'CMS') return 'pkcs7';
  if (label === 'X509 CRL') return 'revocation-list';
  if (label.endsWith('PUBLIC KEY')) return 'public-key';
  return label.endsWith('CERTIFICATE REQUEST') ? 'certificate-request' : null;
}

function derNote({ field, path }: Source): TlsFinding {
  return note(
    field,
    'der-read',
    `${path === null ? `The ${FIELD_NAMES[field]}` : path} is DER, not PEM; it is read as it is.`,
  );
}

/** PEM with any number of certificates, or one in DER. */
export function decodeCertificates(source: Source): DecodedCertificates {
  const text = textOf(source.bytes);
  const blocks = pemBlocks(text);
  if (blocks.length === 0) {
    const kind = derKind(source.bytes);
    if (kind !== 'certificate') return { ders: [], key: null, findings: [wrong(source, kind, blocks)] };
    return { ders: [source.bytes], key: null, findings: [derNote(source)] };
  }
  const ders = blocks
    .filter(({ label }) => isCertificateLabel(label))
    .map(({ base64 }) => fromBase64(base64));
  const keyBlock = blocks.find(({ label }) => isKeyLabel(label));
  const findings: TlsFinding[] = [];
  if (ders.length === 0) findings.push(wrong(source, kindOfLabel(blocks), blocks));
  const broken = ders.findIndex((der) => derKind(der) !== 'certificate');
  if (broken >= 0) {
    const which = ders.length === 1 ? 'its certificate' : `certificate ${broken + 1} of ${ders.length}`;
    findings.push(
      error(
        source.field,
        `${FORMAT_CODES[source.field]}-format`,
        `${capital(sourceName(source))} is damaged: ${which} cannot be decoded.`,
        'Copy the whole text again, from “-----BEGIN” to “-----END”.',
      ),
    );
  }
  return { ders, key: keyBlock ? keyOfBlock(keyBlock) : null, findings };
}

/** An old encrypted key lives by its headers; what stands around its block would keep it from being found. */
function keyOfBlock({ label, base64, encryptedHeader, whole }: PemBlock): DecodedKey {
  const isPkcs8 = label === 'ENCRYPTED PRIVATE KEY';
  const der = fromBase64(base64);
  return {
    pem: encryptedHeader ? whole : toPem(label, der),
    encrypted: isPkcs8 || encryptedHeader,
    encryptedDer: isPkcs8 ? der : null,
  };
}

/** A key in PEM or DER; where the file holds several, the first. */
export function decodeKey(source: Source): DecodedKey | TlsFinding {
  const text = textOf(source.bytes);
  const blocks = pemBlocks(text);
  const block = blocks.find(({ label }) => isKeyLabel(label));
  if (block) return keyOfBlock(block);
  const kind = blocks.length > 0 ? kindOfLabel(blocks) : derKind(source.bytes);
  if (kind === null || !kind.endsWith('PRIVATE KEY')) return wrong(source, kind, blocks);
  const encrypted = kind === 'ENCRYPTED PRIVATE KEY';
  return { pem: toPem(kind, source.bytes), encrypted, encryptedDer: encrypted ? source.bytes : null };
}
