import { EncryptedContentInfo, type ContentInfo } from '@peculiar/asn1-cms';
import {
  AuthenticatedSafe,
  CertBag,
  PFX,
  SafeContents,
  type MacData,
  type SafeBag,
} from '@peculiar/asn1-pfx';
import { decode, decodeElement, DerError, octetsOf, orNull, partsOf, readDer } from './der.ts';
import {
  readEncryptedKey,
  readMacScheme,
  readScheme,
  type EncryptionScheme,
  type MacScheme,
} from './encryption.ts';

/** How the parts of a PKCS#12 file are encrypted; what is in them takes the passphrase. */
export interface Pkcs12Facts {
  /** Algorithms by name, each once. */
  readonly algorithms: readonly string[];
  /** Uses one that OpenSSL 3 no longer has (RC2 of 40 or 128 bits, RC4). */
  readonly legacy: boolean;
  /** The most rounds asked of us to derive a key, of all parts. */
  readonly rounds: number;
}

/** What has to be decrypted, or is plain. */
export interface Pkcs12Part {
  /** Null: not encrypted. */
  readonly scheme: EncryptionScheme | null;
  readonly bytes: Uint8Array;
}

/** What shows that the passphrase is the one, and that nothing was changed. */
export interface Pkcs12Mac {
  readonly scheme: MacScheme;
  readonly digest: Uint8Array;
  /** What it is made of. */
  readonly covers: Uint8Array;
}

export interface Pkcs12Contents {
  readonly parts: readonly Pkcs12Part[];
  /** Null: the file has none. */
  readonly mac: Pkcs12Mac | null;
}

/** A key of a part. */
export interface Pkcs12Key {
  /** Null: the bytes are PKCS#8, not encrypted. */
  readonly scheme: EncryptionScheme | null;
  readonly bytes: Uint8Array;
}

const DATA = '1.2.840.113549.1.7.1';
const ENCRYPTED_DATA = '1.2.840.113549.1.7.6';
const PLAIN_KEY = '1.2.840.113549.1.12.10.1.1';
const SHROUDED_KEY = '1.2.840.113549.1.12.10.1.2';
const CERTIFICATE_BAG = '1.2.840.113549.1.12.10.1.3';
const X509_IN_BAG = '1.2.840.113549.1.9.22.1';

const LEGACY = new Set(['RC4-128', 'RC4-40', 'RC2-128', 'RC2-40']);
/** Parts of one file; the usual has two. */
const MOST_PARTS = 64;

/** Null unless it can be read without the passphrase so far; also where it is written in BER. */
export function pkcs12Facts(bytes: Uint8Array): Pkcs12Facts | null {
  return orNull(() => {
    const { schemes, macRounds } = seen(bytes);
    const algorithms = [...new Set(schemes.map(({ name }) => name))];
    return {
      algorithms,
      legacy: algorithms.some((name) => LEGACY.has(name)),
      rounds: Math.max(macRounds, 0, ...schemes.map(({ rounds }) => rounds)),
    };
  });
}

/** Rounds of all derivations that are seen without the passphrase, added up; `Infinity` where it cannot be read. */
export function pkcs12Rounds(bytes: Uint8Array): number {
  const found = orNull(() => {
    const { schemes, macRounds } = seen(bytes);
    return schemes.reduce((sum, { rounds }) => sum + rounds, macRounds);
  });
  return found ?? Infinity;
}

/** @throws DerError */
function seen(bytes: Uint8Array): { schemes: readonly EncryptionScheme[]; macRounds: number } {
  const { parts, mac } = contentsOf(bytes);
  const schemes = parts.flatMap((part) =>
    part.scheme ? [part.scheme] : keysIn(part.bytes).flatMap(({ scheme }) => scheme ?? []),
  );
  return { schemes, macRounds: mac?.scheme.rounds ?? 0 };
}

/** The encrypted and plain parts of a file; null where it cannot be read. */
export function pkcs12Contents(bytes: Uint8Array): Pkcs12Contents | null {
  return orNull(() => contentsOf(bytes));
}

/** Certificates (DER) of a part that is decrypted; null where it makes no sense, as after a wrong passphrase. */
export function certificatesOfPart(bytes: Uint8Array): Uint8Array[] | null {
  return orNull(() =>
    bagsOf(bytes).flatMap(({ bagId, bagValue }) => {
      if (bagId !== CERTIFICATE_BAG) return [];
      const { certId, certValue } = decode(bagValue, CertBag);
      return certId === X509_IN_BAG ? [octetsOf(readDer(new Uint8Array(certValue)).node)] : [];
    }),
  );
}

/** Keys of a part that is decrypted, each perhaps encrypted by itself; null where it makes no sense. */
export function keysOfPart(bytes: Uint8Array): Pkcs12Key[] | null {
  return orNull(() => keysIn(bytes));
}

function contentsOf(bytes: Uint8Array): Pkcs12Contents {
  const { authSafe, macData } = decode(bytes, PFX);
  if (authSafe.contentType !== DATA) throw new DerError('signed, not encrypted by passphrase');
  const safe = dataOf(authSafe);
  const parts = decode(safe, AuthenticatedSafe).slice(0, MOST_PARTS).flatMap(partOf);
  // Where the file has none, the library makes an empty one.
  return { parts, mac: macData.macSalt.byteLength === 0 ? null : macOf(macData, safe) };
}

function dataOf({ content }: ContentInfo): Uint8Array {
  return octetsOf(readDer(new Uint8Array(content)).node);
}

function partOf(info: ContentInfo): Pkcs12Part[] {
  if (info.contentType === DATA) return [{ scheme: null, bytes: dataOf(info) }];
  if (info.contentType !== ENCRYPTED_DATA) return [];
  const [, encrypted] = partsOf(readDer(new Uint8Array(info.content)).node);
  if (!encrypted) throw new DerError('no contents');
  const content = decodeElement(encrypted, EncryptedContentInfo);
  const { value, constructedValue } = content.encryptedContent ?? {};
  const pieces = value ? [value] : (constructedValue ?? []);
  return [{ scheme: readScheme(content.contentEncryptionAlgorithm), bytes: joined(pieces) }];
}

function joined(pieces: readonly { readonly buffer: ArrayBuffer }[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { buffer }) => sum + buffer.byteLength, 0));
  let at = 0;
  for (const { buffer } of pieces) {
    all.set(new Uint8Array(buffer), at);
    at += buffer.byteLength;
  }
  return all;
}

function macOf({ mac, macSalt, iterations }: MacData, covers: Uint8Array): Pkcs12Mac {
  const { digestAlgorithm, digest } = mac;
  const scheme = readMacScheme(digestAlgorithm, new Uint8Array(macSalt.buffer), iterations);
  return { scheme, digest: new Uint8Array(digest.buffer), covers };
}

/** @throws DerError */
function bagsOf(bytes: Uint8Array): SafeBag[] {
  return [...decode(bytes, SafeContents)];
}

/** @throws DerError */
function keysIn(bytes: Uint8Array): Pkcs12Key[] {
  return bagsOf(bytes).flatMap(({ bagId, bagValue }): Pkcs12Key[] => {
    const value = new Uint8Array(bagValue);
    if (bagId === PLAIN_KEY) return [{ scheme: null, bytes: value }];
    return bagId === SHROUDED_KEY ? [readEncryptedKey(value)] : [];
  });
}
