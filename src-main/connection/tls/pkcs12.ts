import { createHmac, createPrivateKey, timingSafeEqual, X509Certificate, type KeyObject } from 'node:crypto';
import {
  certificatesOfPart,
  keysOfPart,
  pkcs12Contents,
  type Pkcs12Contents,
  type Pkcs12Key,
  type Pkcs12Mac,
} from '../../core/tls/pkcs12.ts';
import { MOST_ROUNDS } from './bounds.ts';
import { decryptScheme, isKnownMac, isKnownScheme, macKey, passphrasesOf, type Passphrase } from './pbe.ts';

/** What a PKCS#12 file holds, opened. */
export type OpenedPkcs12 =
  /** Certificates (DER) with that of the key first; the key in PEM, no longer encrypted. */
  | { readonly kind: 'opened'; readonly certificates: readonly Uint8Array[]; readonly key: string }
  | { readonly kind: 'wrong-passphrase' }
  /** A part asks for more rounds than are computed, seen only once another one was opened. */
  | { readonly kind: 'too-many-rounds' }
  /** Encrypted or authenticated in a way that is not known here. */
  | { readonly kind: 'unknown' }
  /** No file of this kind, or none with a key and its certificate. */
  | { readonly kind: 'unusable' };

/**
 * Opens a file by our own means, so that no TLS library has to derive a key while it connects.
 *
 * @param file whose rounds, as far as they are seen, were found to be bearable
 */
export function openPkcs12File(file: Uint8Array, passphrase: string | null): OpenedPkcs12 {
  const contents = pkcs12Contents(file);
  if (contents === null) return { kind: 'unusable' };
  const { mac, parts } = contents;
  if (parts.some(({ scheme }) => scheme !== null && !isKnownScheme(scheme))) return { kind: 'unknown' };
  if (mac !== null && !isKnownMac(mac.scheme)) return { kind: 'unknown' };
  const secret = passphrasesOf(passphrase).find((one) => mac === null || isAuthentic(mac, one));
  return secret === undefined ? { kind: 'wrong-passphrase' } : decrypted(contents, secret);
}

function isAuthentic({ scheme, digest, covers }: Pkcs12Mac, secret: Passphrase): boolean {
  const ours = createHmac(scheme.hash, macKey(scheme, secret)).update(covers).digest();
  return ours.length === digest.length && timingSafeEqual(ours, digest);
}

function decrypted({ parts }: Pkcs12Contents, secret: Passphrase): OpenedPkcs12 {
  const certificates: Uint8Array[] = [];
  const keys: Pkcs12Key[] = [];
  for (const { scheme, bytes } of parts) {
    const plain = scheme ? decryptScheme(scheme, bytes, secret) : bytes;
    const found = plain && certificatesOfPart(plain);
    const foundKeys = plain && keysOfPart(plain);
    if (!found || !foundKeys) return { kind: scheme ? 'wrong-passphrase' : 'unusable' };
    certificates.push(...found);
    keys.push(...foundKeys);
  }
  const [first] = keys;
  if (!first) return { kind: 'unusable' };
  if (first.scheme && !isKnownScheme(first.scheme)) return { kind: 'unknown' };
  if (first.scheme && first.scheme.rounds > MOST_ROUNDS) return { kind: 'too-many-rounds' };
  const der = first.scheme ? decryptScheme(first.scheme, first.bytes, secret) : first.bytes;
  return der ? withKey(certificates, der) : { kind: 'wrong-passphrase' };
}

function withKey(certificates: readonly Uint8Array[], der: Uint8Array): OpenedPkcs12 {
  const key = keyOf(der);
  const own = key && certificates.find((one) => isOf(one, key));
  if (!key || !own) return { kind: 'unusable' };
  return {
    kind: 'opened',
    certificates: [own, ...certificates.filter((one) => one !== own)],
    key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function keyOf(der: Uint8Array): KeyObject | null {
  try {
    return createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
  } catch {
    return null;
  }
}

function isOf(certificate: Uint8Array, key: KeyObject): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(key);
  } catch {
    return false;
  }
}
