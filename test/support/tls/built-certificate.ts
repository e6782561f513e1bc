import { parseCertificate, type ParsedCertificate } from '../../../src-main/core/tls/x509.ts';
import { bits, context, integer, oid, sequence, set, text, time, TRUE, octets } from './der-writer.ts';

export const DAY_MS = 86_400_000;
/** When the certificates below are looked at, unless said otherwise. */
export const NOW = Date.UTC(2026, 10, 20);

/** Attributes of a name, by their object identifiers. */
type Name = readonly (readonly [type: string, value: string | Buffer])[];

interface Built {
  readonly subject?: Name;
  readonly issuer?: Name;
  readonly serial?: Buffer;
  readonly notBefore?: Buffer;
  readonly notAfter?: Buffer;
  /** SubjectPublicKeyInfo. */
  readonly key?: Buffer;
  readonly signature?: Buffer;
  /** Null: none at all. */
  readonly extensions?: readonly Buffer[] | null;
  /** 0 is version 1, which is left out as DER wants it. */
  readonly version?: number;
}

const CN = '2.5.4.3';
const EC_KEY = keyInfo([oid('1.2.840.10045.2.1'), oid('1.2.840.10045.3.1.7')], Buffer.alloc(65, 4));

export function keyInfo(algorithm: readonly Buffer[], key: Buffer): Buffer {
  return sequence(sequence(...algorithm), bits(key));
}

export function rsaKey(modulusBytes: number, first = 0x80): Buffer {
  const modulus = Buffer.alloc(modulusBytes, 0xff);
  modulus[0] = first;
  const positive = first >= 0x80 ? Buffer.concat([Buffer.of(0), modulus]) : modulus;
  const key = sequence(Buffer.concat([lengthOf(positive), positive]), integer(65_537));
  return keyInfo([oid('1.2.840.113549.1.1.1'), Buffer.of(5, 0)], key);
}

const lengthOf = ({ length }: Buffer): Buffer => Buffer.of(2, 0x82, length >> 8, length & 0xff);

export function extension(id: string, value: Buffer, isCritical = false): Buffer {
  return sequence(oid(id), ...(isCritical ? [TRUE] : []), octets(value));
}

const nameOf = (name: Name): Buffer =>
  sequence(
    ...name.map(([type, value]) => set(sequence(oid(type), typeof value === 'string' ? text(value) : value))),
  );

/** A certificate that nobody signed: its signature is zeros. */
export function certificateDer(built: Built = {}): Buffer {
  const algorithm = built.signature ?? sequence(oid('1.2.840.10045.4.3.2'));
  const { version = 2, extensions = [] } = built;
  const signed = sequence(
    ...(version === 0 ? [] : [context(0, integer(version))]),
    built.serial ?? integer(1),
    algorithm,
    nameOf(built.issuer ?? [[CN, 'Issuer']]),
    sequence(built.notBefore ?? time(NOW - DAY_MS), built.notAfter ?? time(NOW + 90 * DAY_MS)),
    nameOf(built.subject ?? [[CN, 'Subject']]),
    built.key ?? EC_KEY,
    ...(extensions === null ? [] : [context(3, sequence(...extensions))]),
  );
  return sequence(signed, algorithm, bits(Buffer.alloc(8)));
}

/** The same, read. */
export function builtCertificate(built: Built = {}): ParsedCertificate {
  const one = parseCertificate(certificateDer(built));
  if (!one) throw new Error('not parsed');
  return one;
}
