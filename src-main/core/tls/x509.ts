import { RsaSaPssParams, RSAPublicKey } from '@peculiar/asn1-rsa';
import {
  Certificate,
  type AlgorithmIdentifier,
  type Name,
  type SubjectPublicKeyInfo,
} from '@peculiar/asn1-x509';
import type { AsnType } from 'asn1js';
import type { NameAttribute } from '../../contract/model/certificates.ts';
import { escapeUnsafe } from '../payload/visible.ts';
import { decode, decodeElement, DerError, hex, oidOf, orNull, partsOf, readDer } from './der.ts';
import { readExtensions, type Extensions } from './extensions.ts';
import {
  ATTRIBUTE_NAMES,
  CURVES,
  HASH_NAMES,
  KEY_NAMES,
  RSASSA_PSS,
  SHA_1,
  SIGNATURE_NAMES,
} from './oids.ts';

/** What a certificate says of itself; nothing of it is proven. */
export interface ParsedCertificate extends Extensions {
  /** The first one knows no extensions, so it cannot say that it is an authority. */
  readonly version: 1 | 3;
  readonly der: Uint8Array;
  readonly subject: readonly NameAttribute[];
  readonly issuer: readonly NameAttribute[];
  /** Hex of the encoded names, to compare them. */
  readonly subjectKey: string;
  readonly issuerKey: string;
  readonly serial: string;
  /** ms since the epoch */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly keyType: string;
  readonly keyBits: number | null;
  readonly curve: string | null;
  readonly signatureAlgorithm: string;
}

/** A certificate has some thousand bytes, and TLS libraries take 100,000 of a whole chain. */
const MOST_CERTIFICATE_BYTES = 100_000;
/** The year of a time in the short form has two digits, which begin with 1950. */
const FIRST_SHORT_TIME = Date.UTC(1950, 0, 1);
/** That of the long form has four. */
const LAST_TIME = Date.UTC(10_000, 0, 1) - 1;
/** Characters of one attribute of a name that are kept; X.520 allows 64 to 32,768. */
const MOST_VALUE_CHARS = 1_000;

/** Null unless the bytes are one certificate, whole, in DER. */
export function parseCertificate(der: Uint8Array): ParsedCertificate | null {
  return orNull(() => parse(der));
}

/** A stand-in for bytes that a TLS library accepted as a certificate but we cannot read. */
export function unreadable(der: Uint8Array, notBefore: number, notAfter: number): ParsedCertificate {
  return {
    version: 3,
    der,
    subject: [],
    issuer: [],
    subjectKey: '',
    issuerKey: '?',
    serial: '',
    notBefore,
    notAfter,
    keyType: 'unknown',
    keyBits: null,
    curve: null,
    signatureAlgorithm: 'unknown',
    names: [],
    ca: false,
    pathLength: null,
    keyUsage: [],
    extendedKeyUsage: [],
    keyId: null,
    issuerKeyId: null,
    criticalUnknown: ['unreadable'],
  };
}

function parse(bytes: Uint8Array): ParsedCertificate {
  // Of indefinite length, as BER allows.
  if (bytes[1] === 0x80 || bytes.length > MOST_CERTIFICATE_BYTES) throw new DerError('no DER, or too long');
  const { node, whole } = readDer(bytes);
  const { tbsCertificate: tbs, signatureAlgorithm } = decodeElement(node, Certificate);
  const { issuer, subject } = encodedNames(node);
  return {
    version: tbs.version === 0 ? 1 : 3,
    der: whole,
    subject: readName(tbs.subject),
    issuer: readName(tbs.issuer),
    subjectKey: hex(subject),
    issuerKey: hex(issuer),
    // The zero in front only says that the number is not negative.
    serial: hex(new Uint8Array(tbs.serialNumber).subarray(0, 64)).replace(/^00(?=.)/, ''),
    notBefore: timeOf(tbs.validity.notBefore),
    notAfter: timeOf(tbs.validity.notAfter),
    ...readKey(tbs.subjectPublicKeyInfo),
    signatureAlgorithm: signatureCalled(signatureAlgorithm),
    ...readExtensions(tbs.extensions ?? []),
  };
}

/** The names as they are encoded, which the decoded structure no longer has: they are compared byte by byte. */
function encodedNames(certificate: AsnType): Record<'issuer' | 'subject', Uint8Array> {
  const fields = partsOf(partsOf(certificate)[0]);
  // The version, which the first one leaves out, has a tag of its own.
  const first = fields[0]?.idBlock.tagClass === 3 ? 1 : 0;
  const encoded = (at: number): Uint8Array => fields[first + at]?.valueBeforeDecodeView ?? new Uint8Array();
  return { issuer: encoded(2), subject: encoded(4) };
}

/** As they may be shown. Bytes that make no sense become replacement characters, or hex. */
function readName(name: Name): NameAttribute[] {
  return name
    .slice(0, 100)
    .flatMap((set) => set.slice(0, 100))
    .map(({ type, value }) => ({
      name: ATTRIBUTE_NAMES[type] ?? type.slice(0, MOST_VALUE_CHARS),
      value: escapeUnsafe(value.toString().slice(0, MOST_VALUE_CHARS)),
    }));
}

/** @throws DerError */
function timeOf(time: { readonly utcTime?: Date; readonly generalTime?: Date }): number {
  const { utcTime, generalTime } = time;
  const ms = (utcTime ?? generalTime)?.getTime() ?? NaN;
  // The library reads an empty time as a day in 1899, and a month 99 as a date some years later.
  if (Number.isNaN(ms) || ms > LAST_TIME || (utcTime && ms < FIRST_SHORT_TIME)) throw new DerError('no time');
  return ms;
}

function readKey(info: SubjectPublicKeyInfo): Pick<ParsedCertificate, 'keyType' | 'keyBits' | 'curve'> {
  const { algorithm, parameters } = info.algorithm;
  const keyType = KEY_NAMES[algorithm] ?? algorithm;
  if (keyType === 'EC') {
    // Parameters in full are an attack on some programs, and nothing uses them.
    const curve = parameters
      ? (orNull(() => oidOf(readDer(new Uint8Array(parameters)).node)) ?? 'explicit parameters')
      : 'explicit parameters';
    return { keyType, keyBits: CURVES[curve]?.bits ?? null, curve: CURVES[curve]?.name ?? curve };
  }
  if (keyType === 'DSA') {
    const prime = parameters ? partsOf(readDer(new Uint8Array(parameters)).node)[0] : undefined;
    return { keyType, keyBits: prime ? bitsOf(contentOf(prime)) : null, curve: null };
  }
  if (!keyType.startsWith('RSA')) return { keyType, keyBits: null, curve: null };
  const { modulus } = decode(info.subjectPublicKey, RSAPublicKey);
  return { keyType, keyBits: bitsOf(new Uint8Array(modulus)), curve: null };
}

/** PSS names its hash in the parameters, and without them it is SHA-1. */
function signatureCalled({ algorithm, parameters }: AlgorithmIdentifier): string {
  const name = SIGNATURE_NAMES[algorithm] ?? algorithm;
  if (algorithm !== RSASSA_PSS) return name;
  const hash = parameters ? decode(parameters, RsaSaPssParams).hashAlgorithm.algorithm : SHA_1;
  return `${name} with ${HASH_NAMES[hash] ?? hash}`;
}

/** What stands behind tag and length of a number. */
function contentOf(number: AsnType): Uint8Array {
  return number.valueBeforeDecodeView.subarray(number.valueBeforeDecodeView.length - number.lenBlock.length);
}

function bitsOf(content: Uint8Array): number {
  let at = 0;
  while (at < content.length && content[at] === 0) at++;
  return at === content.length ? 0 : (content.length - at) * 8 - (Math.clz32(content[at] ?? 0) - 24);
}

/** `CN=broker, O=Plant`, in the order of the certificate; a comma in a value does not look like the next one. */
export function nameLine(name: readonly NameAttribute[]): string {
  return name.map((one) => `${one.name}=${one.value.replace(/[\\,]/g, '\\$&')}`).join(', ');
}

/** What a person calls it: its common name, or whatever it has. */
export function commonName(name: readonly NameAttribute[]): string {
  return name.findLast((one) => one.name === 'CN')?.value ?? nameLine(name);
}
