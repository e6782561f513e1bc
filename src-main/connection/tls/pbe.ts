import { createDecipheriv, createHash, getCiphers, pbkdf2Sync } from 'node:crypto';
import type { EncryptionScheme, MacScheme } from '../../core/tls/encryption.ts';
import { decryptRc2, decryptRc4 } from './old-ciphers.ts';

/**
 * Encryption by passphrase, undone. It computes on the thread it is called on: in a worker, for rounds that were
 * found to be bearable.
 */

/** Null: a wrong passphrase, or an encryption that is not known here. */
export function decryptScheme(
  scheme: EncryptionScheme,
  bytes: Uint8Array,
  passphrase: Passphrase,
): Uint8Array | null {
  try {
    if (!isKnownScheme(scheme)) return null;
    const { salt, rounds } = scheme;
    if (scheme.kind === 'pbes2') {
      const key = pbkdf2Sync(passphrase.text, salt, rounds, scheme.keyBytes, scheme.hash);
      return deciphered(scheme.cipher, bytes, key, scheme.iv);
    }
    const cipher = PKCS12_CIPHERS[scheme.name];
    if (!cipher) return null;
    const derive = (purpose: 1 | 2, length: number): Uint8Array =>
      derivePkcs12({ purpose, hash: 'sha1', secret: passphrase.bmp, salt, rounds, length });
    return cipher.decrypt(bytes, derive(1, cipher.keyBytes), derive(2, 8));
  } catch {
    return null;
  }
}

function deciphered(cipher: string, bytes: Uint8Array, key: Uint8Array, iv: Uint8Array): Uint8Array {
  const decipher = createDecipheriv(cipher, key, iv);
  return Buffer.concat([decipher.update(bytes), decipher.final()]);
}

const TRIPLE_DES = 'des-ede3-cbc';
const has = (cipher: string): boolean => getCiphers().includes(cipher);

/** What PKCS#12 encrypts with, by the names of `core/tls/encryption.ts`. */
const PKCS12_CIPHERS: Readonly<
  Record<
    string,
    {
      readonly keyBytes: number;
      /** Whether it is the TLS library's. */
      readonly native: boolean;
      decrypt(bytes: Uint8Array, key: Uint8Array, iv: Uint8Array): Uint8Array | null;
    }
  >
> = {
  '3DES': {
    keyBytes: 24,
    native: true,
    decrypt: (bytes, key, iv) => deciphered(TRIPLE_DES, bytes, key, iv),
  },
  '2-key 3DES': {
    keyBytes: 16,
    native: true,
    decrypt: (bytes, key, iv) => deciphered(TRIPLE_DES, bytes, Buffer.concat([key, key.subarray(0, 8)]), iv),
  },
  'RC2-128': { keyBytes: 16, native: false, decrypt: decryptRc2 },
  'RC2-40': { keyBytes: 5, native: false, decrypt: decryptRc2 },
  'RC4-128': { keyBytes: 16, native: false, decrypt: decryptRc4 },
  'RC4-40': { keyBytes: 5, native: false, decrypt: decryptRc4 },
};

/** Whether `decryptScheme` knows this one; BoringSSL has fewer ciphers than OpenSSL. */
export function isKnownScheme(scheme: EncryptionScheme): boolean {
  if (scheme.kind === 'pbes2') return scheme.cipher !== '' && scheme.hash !== '' && has(scheme.cipher);
  const cipher = PKCS12_CIPHERS[scheme.name];
  return cipher !== undefined && (!cipher.native || has(TRIPLE_DES));
}

/** Whether `macKey` knows this one. */
export function isKnownMac(scheme: MacScheme): boolean {
  return scheme.hash !== '' && (scheme.kind === 'pkcs12' || (scheme.derivedBy !== '' && scheme.keyBytes > 0));
}

/** The key that a file is authenticated with. */
export function macKey(scheme: MacScheme, { text, bmp: secret }: Passphrase): Uint8Array {
  const { hash, salt, rounds } = scheme;
  if (scheme.kind === 'pbkdf2') return pbkdf2Sync(text, salt, rounds, scheme.keyBytes, scheme.derivedBy);
  return derivePkcs12({ purpose: 3, hash, secret, salt, rounds, length: digestBytesOf(hash) });
}

/** A passphrase as text, and as PKCS#12 derives from it. */
export interface Passphrase {
  readonly text: string;
  readonly bmp: Uint8Array;
}

/** What the passphrase may be: with none, programs take an empty text or nothing at all. */
export function passphrasesOf(passphrase: string | null): readonly Passphrase[] {
  const text = passphrase ?? '';
  const one = { text, bmp: bmp(text) };
  return text === '' ? [one, { text, bmp: new Uint8Array() }] : [one];
}

/** Two bytes a character and two zeros at the end [RFC 7292, B.1]. */
function bmp(text: string): Uint8Array {
  return Buffer.from(`${text}\0`, 'utf16le').swap16();
}

const digestBytesOf = (hash: string): number => createHash(hash).digest().length;

/** Bytes of a block; of SHA-384 and SHA-512 it is longer. */
const blockBytesOf = (hash: string): number => (hash === 'sha384' || hash === 'sha512' ? 128 : 64);

/**
 * Key derivation of PKCS#12 [RFC 7292, B.2], which Node does not offer.
 *
 * @param purpose 1: a key, 2: an initial vector, 3: a key to authenticate with
 */
export function derivePkcs12({
  purpose,
  hash,
  secret,
  salt,
  rounds,
  length,
}: {
  readonly purpose: 1 | 2 | 3;
  readonly hash: string;
  readonly secret: Uint8Array;
  readonly salt: Uint8Array;
  readonly rounds: number;
  readonly length: number;
}): Uint8Array {
  const block = blockBytesOf(hash);
  const filled = (bytes: Uint8Array): Buffer =>
    Buffer.from(
      Array.from(
        { length: bytes.length === 0 ? 0 : Math.ceil(bytes.length / block) * block },
        (_, i) => bytes[i % bytes.length] ?? 0,
      ),
    );
  let input: Buffer = Buffer.concat([filled(salt), filled(secret)]);
  const out: Buffer[] = [];
  for (let have = 0; have < length;) {
    let digest = createHash(hash).update(Buffer.alloc(block, purpose)).update(input).digest();
    for (let round = 1; round < rounds; round++) digest = createHash(hash).update(digest).digest();
    out.push(digest);
    have += digest.length;
    input = added(input, filled(digest).subarray(0, block), block);
  }
  return Buffer.concat(out).subarray(0, length);
}

/** Each block of the input plus the other one plus 1, as numbers. */
function added(input: Buffer, other: Buffer, block: number): Buffer {
  const sum = Buffer.from(input);
  for (let at = 0; at < sum.length; at += block) {
    let carry = 1;
    for (let i = block - 1; i >= 0; i--) {
      carry += (sum[at + i] ?? 0) + (other[i] ?? 0);
      sum[at + i] = carry & 0xff;
      carry >>= 8;
    }
  }
  return sum;
}
