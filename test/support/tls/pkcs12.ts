import {
  createCipheriv,
  createHmac,
  createPrivateKey,
  pbkdf2Sync,
  randomBytes,
  X509Certificate,
} from 'node:crypto';
import forge from 'node-forge';
import { context, integer, NULL, octets, oid, sequence, tlv } from './der-writer.ts';
import type { Pair } from './pair.ts';

/** Writes PKCS#12 files as programs of today and of yesterday do, without OpenSSL's program. */

const OID = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  keyBag: '1.2.840.113549.1.12.10.1.2',
  certificateBag: '1.2.840.113549.1.12.10.1.3',
  x509: '1.2.840.113549.1.9.22.1',
  pbes2: '1.2.840.113549.1.5.13',
  pbkdf2: '1.2.840.113549.1.5.12',
  hmacSha256: '1.2.840.113549.2.9',
  aes256: '2.16.840.1.101.3.4.1.42',
  rc2: '1.2.840.113549.1.12.1.6',
  sha1: '1.3.14.3.2.26',
  pbmac1: '1.2.840.113549.1.5.14',
} as const;

interface Options {
  readonly passphrase: string;
  /** RC2 of 40 bits for the certificate: what Windows and old OpenSSL wrote. */
  readonly legacy?: boolean;
  /** Of every derivation of a key. */
  readonly rounds?: number;
  /** PBMAC1 with SHA-256 [RFC 9579], as OpenSSL 3.4 can; else as PKCS#12 always did, with SHA-1. */
  readonly pbmac1?: boolean;
  /** The key is in the encrypted part, and asks for this many rounds, which nobody sees before. */
  readonly hiddenRounds?: number;
}

/** Certificate and key in one file. */
export function pkcs12({ cert, key }: Pair, options: Options): Buffer {
  const { passphrase, legacy = false, rounds = 2_048, pbmac1 = false, hiddenRounds } = options;
  const certificateBag = sequence(
    oid(OID.certificateBag),
    context(0, sequence(oid(OID.x509), context(0, octets(new X509Certificate(cert).raw)))),
  );
  const shrouded = createPrivateKey(key).export({
    type: 'pkcs8',
    format: 'der',
    cipher: 'aes-256-cbc',
    passphrase,
  });
  const hidden = hiddenRounds === undefined ? null : aes(Buffer.from('a key'), passphrase, hiddenRounds);
  const keyBag = sequence(
    oid(OID.keyBag),
    context(0, hidden ? sequence(hidden.algorithm, octets(hidden.bytes)) : shrouded),
  );
  const inPart = hidden ? sequence(certificateBag, keyBag) : sequence(certificateBag);
  const keys = hidden ? sequence() : sequence(keyBag);
  const encrypted = legacy ? rc2(inPart, passphrase, rounds) : aes(inPart, passphrase, rounds);
  const safe = sequence(
    sequence(
      oid(OID.encryptedData),
      tlv(
        0xa0,
        sequence(integer(0), sequence(oid(OID.data), encrypted.algorithm, tlv(0x80, encrypted.bytes))),
      ),
    ),
    sequence(oid(OID.data), context(0, octets(keys))),
  );
  return sequence(
    integer(3),
    sequence(oid(OID.data), context(0, octets(safe))),
    pbmac1 ? newMac(safe, passphrase, rounds) : mac(safe, passphrase, rounds),
  );
}

interface Encrypted {
  readonly algorithm: Buffer;
  readonly bytes: Buffer;
}

function aes(plain: Buffer, passphrase: string, rounds: number): Encrypted {
  const [salt, iv] = [randomBytes(16), randomBytes(16)];
  // A file that asks for too many is not meant to be opened.
  const cipher = createCipheriv(
    'aes-256-cbc',
    pbkdf2Sync(passphrase, salt, Math.min(rounds, 2_048), 32, 'sha256'),
    iv,
  );
  const derivation = sequence(
    oid(OID.pbkdf2),
    sequence(octets(salt), integer(rounds), sequence(oid(OID.hmacSha256), NULL)),
  );
  return {
    algorithm: sequence(oid(OID.pbes2), sequence(derivation, sequence(oid(OID.aes256), octets(iv)))),
    bytes: Buffer.concat([cipher.update(plain), cipher.final()]),
  };
}

const binary = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** Key derivation of PKCS#12 with SHA-1; the types of the library forget it. */
function derive(
  passphrase: string,
  salt: Uint8Array,
  purpose: 1 | 2 | 3,
  rounds: number,
  length: number,
): Buffer {
  const { generateKey } = forge.pkcs12 as unknown as {
    generateKey(
      password: string,
      salt: forge.util.ByteStringBuffer,
      id: number,
      rounds: number,
      length: number,
    ): forge.util.ByteStringBuffer;
  };
  const made = generateKey(passphrase, forge.util.createBuffer(binary(salt)), purpose, rounds, length);
  return Buffer.from(made.getBytes(), 'latin1');
}

/** RC2 as a library other than ours writes it; its types forget it. */
export function encryptRc2(plain: Uint8Array, key: Uint8Array, iv: Uint8Array): Buffer {
  const { rc2: cipher } = forge as unknown as {
    rc2: {
      createEncryptionCipher(
        key: forge.util.ByteStringBuffer,
        bits: number,
      ): {
        start(iv: string): void;
        update(data: forge.util.ByteStringBuffer): void;
        finish(): void;
        output: forge.util.ByteStringBuffer;
      };
    };
  };
  const encrypting = cipher.createEncryptionCipher(forge.util.createBuffer(binary(key)), key.length * 8);
  encrypting.start(binary(iv));
  encrypting.update(forge.util.createBuffer(binary(plain)));
  encrypting.finish();
  return Buffer.from(encrypting.output.getBytes(), 'latin1');
}

function rc2(plain: Buffer, passphrase: string, rounds: number): Encrypted {
  const salt = randomBytes(8);
  const key = derive(passphrase, salt, 1, rounds, 5);
  return {
    algorithm: sequence(oid(OID.rc2), sequence(octets(salt), integer(rounds))),
    bytes: encryptRc2(plain, key, derive(passphrase, salt, 2, rounds, 8)),
  };
}

function mac(safe: Buffer, passphrase: string, rounds: number): Buffer {
  const salt = randomBytes(8);
  const digest = createHmac('sha1', derive(passphrase, salt, 3, Math.min(rounds, 2_048), 20))
    .update(safe)
    .digest();
  return sequence(sequence(sequence(oid(OID.sha1), NULL), octets(digest)), octets(salt), integer(rounds));
}

function newMac(safe: Buffer, passphrase: string, rounds: number): Buffer {
  const salt = randomBytes(16);
  const key = pbkdf2Sync(passphrase, salt, Math.min(rounds, 2_048), 32, 'sha256');
  const hmac = sequence(oid(OID.hmacSha256), NULL);
  const derivation = sequence(oid(OID.pbkdf2), sequence(octets(salt), integer(rounds), integer(32), hmac));
  const algorithm = sequence(oid(OID.pbmac1), sequence(derivation, hmac));
  const digest = createHmac('sha256', key).update(safe).digest();
  return sequence(sequence(algorithm, octets(digest)), octets(Buffer.from('unused')), integer(1));
}
