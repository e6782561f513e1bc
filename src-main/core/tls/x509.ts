import type { NameAttribute } from '../../contract/model/certificates.ts';
import { escapeUnsafe } from '../payload/visible.ts';
import { childrenOf, DerError, expectTag, hex, readDer, readOid, TAG, type Der } from './der.ts';
import { readExtensions, type Extensions } from './extensions.ts';
import { ATTRIBUTE_NAMES, CURVES, KEY_NAMES, SIGNATURE_NAMES } from './oids.ts';

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

/** Characters of one attribute of a name that are kept; X.520 allows 64 to 32,768. */
const MOST_VALUE_CHARS = 1_000;

/** Null unless the bytes are one certificate, whole, in DER. */
export function parseCertificate(der: Uint8Array): ParsedCertificate | null {
  try {
    return parse(der);
  } catch (error) {
    if (error instanceof DerError) return null;
    throw error;
  }
}

/** Stands for bytes that a TLS library took for a certificate and we cannot read. */
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

function parse(der: Uint8Array): ParsedCertificate {
  const outer = expectTag(readDer(der), TAG.sequence);
  const [tbs, algorithm, signature] = childrenOf(outer);
  expectTag(signature, TAG.bitString);
  const fields = childrenOf(expectTag(tbs, TAG.sequence));
  const version = fields[0]?.tag === 0xa0 ? 3 : 1;
  if (version === 3) fields.shift();
  const [serial, , issuer, validity, subject, key] = fields;
  const [from, until] = childrenOf(expectTag(validity, TAG.sequence));
  const signedWith = readOid(childrenOf(expectTag(algorithm, TAG.sequence))[0]);
  return {
    version,
    der: outer.whole,
    subject: readName(subject),
    issuer: readName(issuer),
    subjectKey: hex(expectTag(subject, TAG.sequence).content),
    issuerKey: hex(expectTag(issuer, TAG.sequence).content),
    // The zero in front only says that the number is not negative.
    serial: hex(expectTag(serial, TAG.integer).content.subarray(0, 64)).replace(/^00(?=.)/, ''),
    notBefore: readTime(from),
    notAfter: readTime(until),
    ...readKey(key),
    signatureAlgorithm: SIGNATURE_NAMES[signedWith] ?? signedWith,
    ...readExtensions(fields.slice(6).find(({ tag }) => tag === 0xa3)),
  };
}

function readName(element: Der | undefined): NameAttribute[] {
  const found: NameAttribute[] = [];
  for (const set of childrenOf(expectTag(element, TAG.sequence)).slice(0, 100)) {
    for (const pair of childrenOf(expectTag(set, TAG.set)).slice(0, 100)) {
      const [type, value] = childrenOf(expectTag(pair, TAG.sequence));
      const oid = readOid(type);
      if (value) found.push({ name: ATTRIBUTE_NAMES[oid] ?? oid, value: readText(value) });
    }
  }
  return found;
}

const utf8 = new TextDecoder();

/** As it may be shown. Bytes that make no sense become replacement characters. */
export function readText({ tag, content }: Der): string {
  const bytes = content.subarray(0, 4 * MOST_VALUE_CHARS);
  return escapeUnsafe(decode(tag, bytes).slice(0, MOST_VALUE_CHARS));
}

function decode(tag: number, bytes: Uint8Array): string {
  // BMPString: two bytes a character.
  if (tag === 0x1e) {
    let text = '';
    for (let at = 0; at + 1 < bytes.length; at += 2) {
      text += String.fromCharCode(((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
    }
    return text;
  }
  // TeletexString: in practice Latin-1.
  if (tag === 0x14) return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return utf8.decode(bytes);
}

/** @throws DerError */
function readTime(element: Der | undefined): number {
  if (element?.tag !== TAG.utcTime && element?.tag !== TAG.generalizedTime) throw new DerError('no time');
  const text = utf8.decode(element.content.subarray(0, 32));
  const short = element.tag === TAG.utcTime;
  const match = (
    short ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?Z$/ : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
  ).exec(text);
  if (!match) throw new DerError('no time');
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((n) => Number(n ?? 0));
  // Two digits stand for 1950 to 2049 [RFC 5280, 4.1.2.5.1].
  return Date.UTC(short ? year + (year < 50 ? 2000 : 1900) : year, month - 1, day, hour, minute, second);
}

function readKey(element: Der | undefined): Pick<ParsedCertificate, 'keyType' | 'keyBits' | 'curve'> {
  const [algorithm, key] = childrenOf(expectTag(element, TAG.sequence));
  const [type, parameters] = childrenOf(expectTag(algorithm, TAG.sequence));
  const oid = readOid(type);
  const keyType = KEY_NAMES[oid] ?? oid;
  if (keyType === 'EC') {
    const curve = parameters?.tag === TAG.oid ? readOid(parameters) : 'explicit parameters';
    return { keyType, keyBits: CURVES[curve]?.bits ?? null, curve: CURVES[curve]?.name ?? curve };
  }
  if (keyType === 'DSA') {
    const prime = parameters?.tag === TAG.sequence ? childrenOf(parameters)[0] : undefined;
    return { keyType, keyBits: prime ? bitsOf(prime) : null, curve: null };
  }
  if (!keyType.startsWith('RSA')) return { keyType, keyBits: null, curve: null };
  const bits = expectTag(key, TAG.bitString).content;
  const [modulus] = childrenOf(expectTag(readDer(bits.subarray(1)), TAG.sequence));
  return { keyType, keyBits: bitsOf(expectTag(modulus, TAG.integer)), curve: null };
}

function bitsOf({ content }: Der): number {
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
