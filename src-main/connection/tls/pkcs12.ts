import { createDecipheriv, createHash, pbkdf2Sync } from 'node:crypto';
import { certificatesOfPart, pkcs12Parts, type EncryptionScheme } from '../../core/tls/pkcs12.ts';

/**
 * Certificates (DER) of a PKCS#12 file, for the eye; TLS reads the file by itself. Null where they cannot be
 * seen: a wrong passphrase, an algorithm that is gone, a file in BER.
 *
 * @param passphrase of a file whose rounds were found to be bearable
 */
export function pkcs12Certificates(file: Uint8Array, passphrase: string): Uint8Array[] | null {
  const parts = pkcs12Parts(file);
  if (!parts) return null;
  const found: Uint8Array[] = [];
  for (const { scheme, bytes } of parts) {
    const plain = scheme ? decrypt(scheme, bytes, passphrase) : bytes;
    const certificates = plain && certificatesOfPart(plain);
    if (!certificates) return null;
    found.push(...certificates);
  }
  return found;
}

function decrypt(scheme: EncryptionScheme, bytes: Uint8Array, passphrase: string): Uint8Array | null {
  try {
    const cipher = keyOf(scheme, passphrase);
    if (!cipher) return null;
    const decipher = createDecipheriv(cipher.name, cipher.key, cipher.iv);
    return Buffer.concat([decipher.update(bytes), decipher.final()]);
  } catch {
    return null;
  }
}

function keyOf(
  scheme: EncryptionScheme,
  passphrase: string,
): { name: string; key: Uint8Array; iv: Uint8Array } | null {
  const { salt, rounds } = scheme;
  if (scheme.kind === 'pbes2') {
    const key = pbkdf2Sync(passphrase, salt, rounds, scheme.keyBytes, scheme.hash);
    return { name: scheme.cipher, key, iv: scheme.iv };
  }
  if (scheme.name !== '3DES') return null;
  const secret = bmp(passphrase);
  return {
    name: 'des-ede3-cbc',
    key: derive(1, secret, salt, rounds, 24),
    iv: derive(2, secret, salt, rounds, 8),
  };
}

/** Two bytes a character and two zeros at the end [RFC 7292, B.1]. */
function bmp(text: string): Uint8Array {
  return Buffer.from(`${text}\0`, 'utf16le').swap16();
}

const HASH_BYTES = 20;
const BLOCK_BYTES = 64;

/**
 * Key derivation of PKCS#12 with SHA-1 [RFC 7292, B.2].
 *
 * @param purpose 1: a key, 2: an initial vector
 */
function derive(
  purpose: 1 | 2,
  secret: Uint8Array,
  salt: Uint8Array,
  rounds: number,
  length: number,
): Uint8Array {
  const filled = (bytes: Uint8Array): Buffer =>
    Buffer.from(
      Array.from(
        { length: bytes.length === 0 ? 0 : Math.ceil(bytes.length / BLOCK_BYTES) * BLOCK_BYTES },
        (_, i) => bytes[i % bytes.length] ?? 0,
      ),
    );
  let input: Buffer = Buffer.concat([filled(salt), filled(secret)]);
  const out: Buffer[] = [];
  for (let have = 0; have < length; have += HASH_BYTES) {
    let hash = createHash('sha1').update(Buffer.alloc(BLOCK_BYTES, purpose)).update(input).digest();
    for (let round = 1; round < rounds; round++) hash = createHash('sha1').update(hash).digest();
    out.push(hash);
    input = added(input, filled(hash).subarray(0, BLOCK_BYTES));
  }
  return Buffer.concat(out).subarray(0, length);
}

/** Each block of the input plus the other one plus 1, as numbers. */
function added(input: Buffer, other: Buffer): Buffer {
  const sum = Buffer.from(input);
  for (let block = 0; block < sum.length; block += BLOCK_BYTES) {
    let carry = 1;
    for (let i = BLOCK_BYTES - 1; i >= 0; i--) {
      carry += (sum[block + i] ?? 0) + (other[i] ?? 0);
      sum[block + i] = carry & 0xff;
      carry >>= 8;
    }
  }
  return sum;
}
