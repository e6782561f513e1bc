import { EncryptedPrivateKeyInfo } from '@peculiar/asn1-pkcs8';
import { AlgorithmIdentifier } from '@peculiar/asn1-x509';
import { Integer, type AsnType } from 'asn1js';
import {
  countOf,
  decode,
  decodeElement,
  DerError,
  oidOf,
  octetsOf,
  orNull,
  partsOf,
  readDer,
  tagOf,
} from './der.ts';

/** How something is encrypted by a passphrase. The library knows the structures around it, but not these. */
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
      /** Hash of the pseudo-random function, e.g. `sha256`. */
      readonly hash: string;
      readonly salt: Uint8Array;
      readonly rounds: number;
      /** As node calls it, e.g. `aes-256-cbc`; empty: one that is not known here. */
      readonly cipher: string;
      readonly keyBytes: number;
      readonly iv: Uint8Array;
    };

const PBES2 = '1.2.840.113549.1.5.13';
const PBKDF2 = '1.2.840.113549.1.5.12';
const PBMAC1 = '1.2.840.113549.1.5.14';
const SCRYPT = '1.3.6.1.4.1.11591.4.11';
const SEQUENCE = 0x30;

const PKCS12_SCHEMES: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.12.1.1': 'RC4-128',
  '1.2.840.113549.1.12.1.2': 'RC4-40',
  '1.2.840.113549.1.12.1.3': '3DES',
  '1.2.840.113549.1.12.1.4': '2-key 3DES',
  '1.2.840.113549.1.12.1.5': 'RC2-128',
  '1.2.840.113549.1.12.1.6': 'RC2-40',
};

const CIPHERS: Readonly<Record<string, { readonly cipher: string; readonly keyBytes: number }>> = {
  '2.16.840.1.101.3.4.1.2': { cipher: 'aes-128-cbc', keyBytes: 16 },
  '2.16.840.1.101.3.4.1.22': { cipher: 'aes-192-cbc', keyBytes: 24 },
  '2.16.840.1.101.3.4.1.42': { cipher: 'aes-256-cbc', keyBytes: 32 },
  '1.2.840.113549.3.7': { cipher: 'des-ede3-cbc', keyBytes: 24 },
};

const HMAC_SHA1 = '1.2.840.113549.2.7';
const HASHES: Readonly<Record<string, string>> = {
  [HMAC_SHA1]: 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};

/** N·r·p of scrypt that is computed: four times what our own vault costs; and bytes of memory. */
const MOST_SCRYPT_WORK = 2 ** 22;
const MOST_SCRYPT_MEMORY = 2 ** 28;
/** Of a key to authenticate with. */
const MOST_KEY_BYTES = 64;

/** @throws DerError */
export function readScheme({ algorithm, parameters }: AlgorithmIdentifier): EncryptionScheme {
  if (!parameters) throw new DerError('no parameters');
  const parts = partsOf(readDer(new Uint8Array(parameters)).node);
  if (algorithm === PBES2) return pbes2Of(parts);
  const [salt, rounds] = parts;
  return {
    kind: 'pkcs12',
    name: PKCS12_SCHEMES[algorithm] ?? algorithm,
    salt: octetsOf(salt),
    rounds: countOf(rounds),
  };
}

/** A key with an unknown cipher or derivation cannot be decrypted here; its cost is still reported. */
function pbes2Of([derivation, encryption]: readonly AsnType[]): EncryptionScheme {
  const [cipher, iv] = partsOf(encryption);
  const { kdf, parts } = derivationOf(derivation);
  const known = kdf === PBKDF2 ? CIPHERS[oidOf(cipher)] : undefined;
  const ivBytes = iv ? orNull(() => octetsOf(iv)) : null;
  return {
    kind: 'pbes2',
    name: known ? `PBES2 with ${known.cipher.toUpperCase()}` : 'PBES2',
    hash: hashOf(parts),
    salt: kdf === PBKDF2 ? octetsOf(parts[0]) : new Uint8Array(),
    rounds: roundsOf(kdf, parts),
    cipher: known?.cipher ?? '',
    keyBytes: known?.keyBytes ?? 0,
    iv: ivBytes ?? new Uint8Array(),
  };
}

/** Of PBKDF2, by its parameters. */
function hashOf(parts: readonly AsnType[]): string {
  const hash = parts.find((part) => tagOf(part) === SEQUENCE);
  return HASHES[hash ? oidOf(partsOf(hash)[0]) : HMAC_SHA1] ?? '';
}

function derivationOf(node: AsnType | undefined): { kdf: string; parts: readonly AsnType[] } {
  const [kdf, parameters] = partsOf(node);
  return { kdf: oidOf(kdf), parts: parameters ? partsOf(parameters) : [] };
}

/** Invalid parameters of scrypt: they cost nothing, or more than is allowed. */
function roundsOf(kdf: string, parts: readonly AsnType[]): number {
  if (kdf === PBKDF2) return countOf(parts[1]);
  if (kdf !== SCRYPT) return 0;
  const [N, r, p] = [countOf(parts[1]), countOf(parts[2]), countOf(parts[3])];
  return N * r * p <= MOST_SCRYPT_WORK && 128 * N * r <= MOST_SCRYPT_MEMORY ? 0 : Infinity;
}

/** How the key is derived that a file is authenticated with. */
export type MacScheme =
  /** As everything of PKCS#12, with the hash of the authentication itself. */
  | { readonly kind: 'pkcs12'; readonly hash: string; readonly salt: Uint8Array; readonly rounds: number }
  /** PBMAC1 [RFC 9579] */
  | {
      readonly kind: 'pbkdf2';
      readonly hash: string;
      readonly salt: Uint8Array;
      readonly rounds: number;
      /** Of the derivation; empty: one that is not known here. */
      readonly derivedBy: string;
      readonly keyBytes: number;
    };

/** Of digests, as node calls them. */
const DIGESTS: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** The hash is empty where it is not known here. */
export function readMacScheme(
  { algorithm, parameters }: AlgorithmIdentifier,
  salt: Uint8Array,
  iterations: unknown,
): MacScheme {
  if (algorithm !== PBMAC1 || !parameters) {
    // The library gives small numbers as such and larger ones as text.
    const given = Number(iterations);
    const rounds = Number.isSafeInteger(given) && given >= 0 ? given : Infinity;
    return { kind: 'pkcs12', hash: DIGESTS[algorithm] ?? '', salt, rounds };
  }
  const [derivation, mac] = partsOf(readDer(new Uint8Array(parameters)).node);
  const { kdf, parts } = derivationOf(derivation);
  if (!mac) throw new DerError('no authentication');
  const hash = HASHES[decodeElement(mac, AlgorithmIdentifier).algorithm] ?? '';
  const length = parts[2] instanceof Integer ? countOf(parts[2]) : 0;
  return {
    kind: 'pbkdf2',
    hash,
    salt: kdf === PBKDF2 ? octetsOf(parts[0]) : new Uint8Array(),
    rounds: roundsOf(kdf, parts),
    derivedBy: kdf === PBKDF2 ? hashOf(parts) : '',
    keyBytes: length <= MOST_KEY_BYTES ? length : 0,
  };
}

/**
 * An encrypted key (PKCS#8) without what it takes to open it.
 *
 * @throws DerError
 */
export function readEncryptedKey(bytes: Uint8Array): { scheme: EncryptionScheme; bytes: Uint8Array } {
  const { encryptionAlgorithm, encryptedData } = decode(bytes, EncryptedPrivateKeyInfo);
  return { scheme: readScheme(encryptionAlgorithm), bytes: new Uint8Array(encryptedData.buffer) };
}
