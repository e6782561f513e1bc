import { childrenOf, DerError, expectTag, readCount, readDer, readOid, TAG, type Der } from './der.ts';

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

export type EncryptionScheme =
  | {
      readonly kind: 'pkcs12';
      readonly name: string;
      readonly salt: Uint8Array;
      readonly rounds: number;
    }
  | {
      readonly kind: 'pbes2';
      readonly name: string;
      /** Of the pseudo-random function, e.g. `sha256`. */
      readonly hash: string;
      readonly salt: Uint8Array;
      readonly rounds: number;
      /** As node calls it, e.g. `aes-256-cbc`. */
      readonly cipher: string;
      readonly keyBytes: number;
      readonly iv: Uint8Array;
    };

const DATA = '1.2.840.113549.1.7.1';
const ENCRYPTED_DATA = '1.2.840.113549.1.7.6';
const PBES2 = '1.2.840.113549.1.5.13';
const PBKDF2 = '1.2.840.113549.1.5.12';
const SHROUDED_KEY = '1.2.840.113549.1.12.10.1.2';
const CERTIFICATE_BAG = '1.2.840.113549.1.12.10.1.3';
const X509_IN_BAG = '1.2.840.113549.1.9.22.1';

const PKCS12_SCHEMES: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.12.1.1': 'RC4-128',
  '1.2.840.113549.1.12.1.2': 'RC4-40',
  '1.2.840.113549.1.12.1.3': '3DES',
  '1.2.840.113549.1.12.1.4': '2-key 3DES',
  '1.2.840.113549.1.12.1.5': 'RC2-128',
  '1.2.840.113549.1.12.1.6': 'RC2-40',
};
const LEGACY = new Set(['RC4-128', 'RC4-40', 'RC2-128', 'RC2-40']);

const CIPHERS: Readonly<Record<string, { readonly cipher: string; readonly keyBytes: number }>> = {
  '2.16.840.1.101.3.4.1.2': { cipher: 'aes-128-cbc', keyBytes: 16 },
  '2.16.840.1.101.3.4.1.22': { cipher: 'aes-192-cbc', keyBytes: 24 },
  '2.16.840.1.101.3.4.1.42': { cipher: 'aes-256-cbc', keyBytes: 32 },
  '1.2.840.113549.3.7': { cipher: 'des-ede3-cbc', keyBytes: 24 },
};

const HASHES: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};

/** Parts of one file; the usual has two. */
const MOST_PARTS = 64;

const orNull = <T>(read: () => T): T | null => {
  try {
    return read();
  } catch (error) {
    if (error instanceof DerError) return null;
    throw error;
  }
};

/** Null unless it can be read without the passphrase so far; also where it is written in BER. */
export function pkcs12Facts(bytes: Uint8Array): Pkcs12Facts | null {
  return orNull(() => {
    const [, safe, mac] = outerParts(bytes);
    if (!safe) throw new DerError('no contents');
    const schemes = partsOf(safe).flatMap((part) =>
      part.scheme ? [part.scheme] : bagsOf(part.bytes).flatMap(keySchemes),
    );
    const algorithms = [...new Set(schemes.map(({ name }) => name))];
    const macRounds = mac ? macRoundsOf(mac) : 0;
    return {
      algorithms,
      legacy: algorithms.some((name) => LEGACY.has(name)),
      rounds: Math.max(macRounds, 0, ...schemes.map(({ rounds }) => rounds)),
    };
  });
}

/** The encrypted and plain parts of a file; null where it cannot be read. */
export function pkcs12Parts(bytes: Uint8Array): readonly Pkcs12Part[] | null {
  return orNull(() => {
    const [, safe] = outerParts(bytes);
    if (!safe) throw new DerError('no contents');
    return partsOf(safe);
  });
}

/** Certificates (DER) of a part that is decrypted; null where it makes no sense, as after a wrong passphrase. */
export function certificatesOfPart(bytes: Uint8Array): Uint8Array[] | null {
  return orNull(() =>
    bagsOf(bytes).flatMap(({ type, value }) => {
      if (type !== CERTIFICATE_BAG) return [];
      const [kind, wrapped] = childrenOf(expectTag(childrenOf(value)[0], TAG.sequence));
      if (readOid(kind) !== X509_IN_BAG || !wrapped) return [];
      return [expectTag(childrenOf(wrapped)[0], TAG.octetString).content];
    }),
  );
}

function outerParts(bytes: Uint8Array): Der[] {
  return childrenOf(expectTag(readDer(bytes), TAG.sequence));
}

/** `ContentInfo`: a type, and the contents in a wrapper. */
function contentOf(info: Der): { readonly type: string; readonly content: Der } {
  const [type, wrapped] = childrenOf(expectTag(info, TAG.sequence));
  const [content] = wrapped ? childrenOf(wrapped) : [];
  if (!content) throw new DerError('no contents');
  return { type: readOid(type), content };
}

function partsOf(safe: Der): Pkcs12Part[] {
  const outer = contentOf(safe);
  if (outer.type !== DATA) throw new DerError('signed, not encrypted by passphrase');
  const infos = childrenOf(readDer(expectTag(outer.content, TAG.octetString).content)).slice(0, MOST_PARTS);
  return infos.flatMap((info): Pkcs12Part[] => {
    const { type, content } = contentOf(info);
    if (type === DATA) return [{ scheme: null, bytes: expectTag(content, TAG.octetString).content }];
    if (type !== ENCRYPTED_DATA) return [];
    const [, encrypted] = childrenOf(expectTag(content, TAG.sequence));
    const [, algorithm, bytes] = childrenOf(expectTag(encrypted, TAG.sequence));
    // [0] IMPLICIT OCTET STRING
    return [{ scheme: schemeOf(algorithm), bytes: expectTag(bytes, 0x80).content }];
  });
}

interface Bag {
  readonly type: string;
  readonly value: Der;
}

function bagsOf(bytes: Uint8Array): Bag[] {
  return childrenOf(expectTag(readDer(bytes), TAG.sequence)).map((bag) => {
    const [type, value] = childrenOf(expectTag(bag, TAG.sequence));
    if (!value) throw new DerError('an empty bag');
    return { type: readOid(type), value };
  });
}

function keySchemes({ type, value }: Bag): EncryptionScheme[] {
  if (type !== SHROUDED_KEY) return [];
  const [algorithm] = childrenOf(expectTag(childrenOf(value)[0], TAG.sequence));
  return [schemeOf(algorithm)];
}

function macRoundsOf(mac: Der): number {
  const [, , rounds] = childrenOf(expectTag(mac, TAG.sequence));
  return rounds ? readCount(rounds) : 1;
}

/** @throws DerError */
function schemeOf(algorithm: Der | undefined): EncryptionScheme {
  const [type, parameters] = childrenOf(expectTag(algorithm, TAG.sequence));
  const oid = readOid(type);
  const parts = childrenOf(expectTag(parameters, TAG.sequence));
  if (oid === PBES2) return pbes2Of(parts);
  const [salt, rounds] = parts;
  return {
    kind: 'pkcs12',
    name: PKCS12_SCHEMES[oid] ?? oid,
    salt: expectTag(salt, TAG.octetString).content,
    rounds: readCount(rounds),
  };
}

/** With an unknown cipher or derivation it cannot be decrypted here, but what it costs is told all the same. */
function pbes2Of([derivation, encryption]: readonly Der[]): EncryptionScheme {
  const [kdf, kdfParameters] = childrenOf(expectTag(derivation, TAG.sequence));
  const [cipher, iv] = childrenOf(expectTag(encryption, TAG.sequence));
  const isPbkdf2 = readOid(kdf) === PBKDF2;
  const known = isPbkdf2 ? CIPHERS[readOid(cipher)] : undefined;
  const parts = isPbkdf2 ? childrenOf(expectTag(kdfParameters, TAG.sequence)) : [];
  const hash = parts.find(({ tag }) => tag === TAG.sequence);
  const hashOid = hash ? readOid(childrenOf(hash)[0]) : '1.2.840.113549.2.7';
  return {
    kind: 'pbes2',
    name: known ? `PBES2 with ${known.cipher.toUpperCase()}` : 'PBES2',
    hash: HASHES[hashOid] ?? 'sha1',
    salt: parts[0]?.content ?? new Uint8Array(),
    rounds: isPbkdf2 ? readCount(parts[1]) : 0,
    cipher: known?.cipher ?? '',
    keyBytes: known?.keyBytes ?? 0,
    iv: iv?.content ?? new Uint8Array(),
  };
}

/** Rounds that an encrypted key (PKCS#8) asks for; 0 where it cannot be told. */
export function keyRounds(encryptedKey: Uint8Array): number {
  return (
    orNull(() => {
      const [algorithm] = childrenOf(expectTag(readDer(encryptedKey), TAG.sequence));
      return schemeOf(algorithm).rounds;
    }) ?? 0
  );
}
