import { AlgorithmIdentifier } from '@peculiar/asn1-x509';
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { decode, DerError } from '../../../../src-main/core/tls/der.ts';
import {
  readEncryptedKey,
  readMacScheme,
  readScheme,
  type EncryptionScheme,
} from '../../../../src-main/core/tls/encryption.ts';
import { random } from '../../../support/random.ts';
import { certificates } from '../../../support/tls/certificates.ts';
import { integer, NULL, octets, oid, sequence, tlv } from '../../../support/tls/der-writer.ts';

const PBES2 = '1.2.840.113549.1.5.13';
const PBKDF2 = '1.2.840.113549.1.5.12';
const PBMAC1 = '1.2.840.113549.1.5.14';
const SCRYPT = '1.3.6.1.4.1.11591.4.11';
const AES_256 = '2.16.840.1.101.3.4.1.42';
const SALT = Buffer.from('saltsalt');
const IV = Buffer.alloc(16, 7);
const HUGE = tlv(2, Buffer.alloc(20, 0x7f));

let key: KeyObject;
beforeAll(async () => {
  key = createPrivateKey((await certificates()).client.key);
});

const identifier = (algorithm: string, ...parameters: readonly Buffer[]): AlgorithmIdentifier =>
  decode(sequence(oid(algorithm), ...parameters), AlgorithmIdentifier);
const schemeOf = (algorithm: string, ...parameters: readonly Buffer[]): EncryptionScheme =>
  readScheme(identifier(algorithm, ...parameters));
const pbkdf2 = (...parameters: readonly Buffer[]): Buffer => sequence(oid(PBKDF2), sequence(...parameters));
const aes = sequence(oid(AES_256), octets(IV));
const hmac = (id: string): Buffer => sequence(oid(id), NULL);

describe('An encrypted key', () => {
  test.each([
    ['aes-128-cbc', 'PBES2 with AES-128-CBC', 16],
    ['aes-192-cbc', 'PBES2 with AES-192-CBC', 24],
    ['aes-256-cbc', 'PBES2 with AES-256-CBC', 32],
    ['des-ede3-cbc', 'PBES2 with DES-EDE3-CBC', 24],
  ])('that Node wrote with %s shows how it is decrypted.', (cipher, name, keyBytes) => {
    const file = key.export({ type: 'pkcs8', format: 'der', cipher, passphrase: 'x' });
    const { scheme, bytes } = readEncryptedKey(file);
    expect(scheme).toMatchObject({ kind: 'pbes2', name, cipher, keyBytes, rounds: 2_048 });
    if (scheme.kind !== 'pbes2') throw new Error('not PBES2');
    expect(scheme.hash).toMatch(/^sha(1|256)$/);
    expect(scheme.iv).toHaveLength(cipher.startsWith('aes') ? 16 : 8);
    expect(scheme.salt.length).toBeGreaterThanOrEqual(8);
    expect(bytes.length % scheme.iv.length).toBe(0);
  });

  test('that is cut off or changed is refused as one kind of error.', () => {
    const file = key.export({ type: 'pkcs8', format: 'der', cipher: 'aes-256-cbc', passphrase: 'x' });
    for (let length = 0; length < file.length; length++)
      expect(() => readEncryptedKey(file.subarray(0, length))).toThrow(DerError);
    const { int } = random(21);
    let refused = 0;
    for (let i = 0; i < 1_000; i++) {
      const changed = Buffer.from(file);
      changed[int(110)] = int(256);
      try {
        readEncryptedKey(changed);
      } catch (error) {
        expect(error).toBeInstanceOf(DerError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(100);
  });
});

describe('PBES2', () => {
  test.each([
    ['1.2.840.113549.2.7', 'sha1'],
    ['1.2.840.113549.2.8', 'sha224'],
    ['1.2.840.113549.2.9', 'sha256'],
    ['1.2.840.113549.2.10', 'sha384'],
    ['1.2.840.113549.2.11', 'sha512'],
    ['1.2.3.4', ''],
  ])('knows the function %s as “%s”.', (id, hash) => {
    expect(schemeOf(PBES2, sequence(pbkdf2(octets(SALT), integer(9), hmac(id)), aes))).toMatchObject({
      hash,
    });
    // With the length of the key before it, as the standard allows.
    const withLength = pbkdf2(octets(SALT), integer(9), integer(32), hmac(id));
    expect(schemeOf(PBES2, sequence(withLength, aes))).toMatchObject({ hash, rounds: 9 });
  });

  test('takes SHA-1 where no function is named.', () => {
    const scheme = schemeOf(PBES2, sequence(pbkdf2(octets(SALT), integer(1)), aes));
    expect(scheme).toMatchObject({ hash: 'sha1', keyBytes: 32, cipher: 'aes-256-cbc' });
    expect(Buffer.from(scheme.salt)).toEqual(SALT);
  });

  test('reports the cost of an unknown cipher or derivation, though it cannot be decrypted.', () => {
    const derivation = pbkdf2(octets(SALT), integer(50_000));
    const unknown = schemeOf(PBES2, sequence(derivation, sequence(oid('1.2.3'), octets(IV))));
    expect(unknown).toMatchObject({ name: 'PBES2', cipher: '', keyBytes: 0, rounds: 50_000 });
    // Parameters that are more than an initial vector, as those of RC2.
    const rc2 = schemeOf(
      PBES2,
      sequence(derivation, sequence(oid('1.2.840.113549.3.2'), sequence(octets(IV)))),
    );
    expect(rc2).toMatchObject({ cipher: '', rounds: 50_000, iv: new Uint8Array() });
    const other = schemeOf(PBES2, sequence(sequence(oid('1.2.3')), aes));
    expect(other).toMatchObject({ cipher: '', rounds: 0, salt: new Uint8Array() });
  });

  test.each([
    ['as OpenSSL writes it', [16_384, 8, 1], 0],
    ['four times our own vault', [2 ** 18, 8, 2], 0],
    ['one more', [2 ** 18, 8, 3], Infinity],
    ['much memory for little work', [2 ** 22, 1, 1], Infinity],
    ['more than fits', [2 ** 46, 2 ** 46, 2 ** 46], Infinity],
  ])('lets scrypt pass by its cost: %s.', (_, [n = 0, r = 0, p = 0], rounds) => {
    const scrypt = sequence(oid(SCRYPT), sequence(octets(SALT), integer(n), integer(r), integer(p)));
    expect(schemeOf(PBES2, sequence(scrypt, aes))).toMatchObject({ rounds, cipher: '', name: 'PBES2' });
  });

  test.each([
    ['negative', tlv(2, Buffer.of(0x80))],
    ['of twenty bytes', HUGE],
  ])('never takes rounds for few that are %s.', (_, rounds) => {
    expect(schemeOf(PBES2, sequence(pbkdf2(octets(SALT), rounds), aes)).rounds).toBe(Infinity);
  });

  test('without what it needs is refused.', () => {
    for (const parameters of [
      [],
      [NULL],
      [sequence()],
      [sequence(pbkdf2(octets(SALT)), aes)],
      [sequence(pbkdf2(integer(1), integer(1)), aes)],
      [sequence(pbkdf2(octets(SALT), integer(1)))],
      [sequence(pbkdf2(octets(SALT), integer(1), sequence()), aes)],
    ])
      expect(() => schemeOf(PBES2, ...parameters)).toThrow(DerError);
  });
});

describe('What PKCS#12 encrypted with before', () => {
  test.each([
    [1, 'RC4-128'],
    [2, 'RC4-40'],
    [3, '3DES'],
    [4, '2-key 3DES'],
    [5, 'RC2-128'],
    [6, 'RC2-40'],
  ])('is named: kind %d is %s.', (kind, name) => {
    const scheme = schemeOf(`1.2.840.113549.1.12.1.${kind}`, sequence(octets(SALT), integer(2_000)));
    expect(scheme).toMatchObject({ kind: 'pkcs12', name, rounds: 2_000 });
  });

  test('is shown by its number if it has no name, and never counts as cheap if it is unknown.', () => {
    expect(schemeOf('1.2.3', sequence(octets(SALT), HUGE))).toMatchObject({
      name: '1.2.3',
      rounds: Infinity,
    });
    expect(() => schemeOf('1.2.3', sequence(octets(SALT)))).toThrow(DerError);
    expect(() => schemeOf('1.2.3')).toThrow('no parameters');
  });
});

describe('The authentication of a file', () => {
  test.each([
    ['1.3.14.3.2.26', 'sha1'],
    ['2.16.840.1.101.3.4.2.4', 'sha224'],
    ['2.16.840.1.101.3.4.2.1', 'sha256'],
    ['2.16.840.1.101.3.4.2.2', 'sha384'],
    ['2.16.840.1.101.3.4.2.3', 'sha512'],
    ['1.2.3', ''],
  ])('by the digest %s is “%s”.', (id, hash) => {
    expect(readMacScheme(identifier(id, NULL), SALT, 1)).toEqual({
      kind: 'pkcs12',
      hash,
      salt: SALT,
      rounds: 1,
    });
  });

  test.each([
    [2_048, 2_048],
    ['4096', 4_096],
    ['99999999999999999999', Infinity],
    [-1, Infinity],
    [1.5, Infinity],
    ['x', Infinity],
    [undefined, Infinity],
  ])('counts its rounds however the library gives them: %s is %d.', (given, rounds) => {
    expect(readMacScheme(identifier('1.3.14.3.2.26', NULL), SALT, given).rounds).toBe(rounds);
  });

  test('of PBMAC1 has salt and rounds of its own, which are those that count.', () => {
    const sha256 = hmac('1.2.840.113549.2.9');
    const of = (...parameters: readonly Buffer[]) =>
      readMacScheme(identifier(PBMAC1, sequence(pbkdf2(...parameters), sha256)), Buffer.from('unused'), 1);
    const own = of(octets(SALT), integer(3_000), integer(32), sha256);
    expect(own).toMatchObject({
      kind: 'pbkdf2',
      hash: 'sha256',
      derivedBy: 'sha256',
      keyBytes: 32,
      rounds: 3_000,
    });
    expect(Buffer.from(own.salt)).toEqual(SALT);
    // Without a length, or with one that no hash needs, the key cannot be derived.
    expect(of(octets(SALT), integer(1), sha256)).toMatchObject({ keyBytes: 0 });
    expect(of(octets(SALT), integer(1), integer(65), sha256)).toMatchObject({ keyBytes: 0 });
    expect(of(octets(SALT), integer(1), integer(64))).toMatchObject({ keyBytes: 64, derivedBy: 'sha1' });
    expect(of(octets(SALT), HUGE, integer(32)).rounds).toBe(Infinity);
  });

  test('of PBMAC1 with another derivation is not known, and without a digest none.', () => {
    const scrypt = sequence(oid(SCRYPT), sequence(octets(SALT), integer(2), integer(1), integer(1)));
    const sha256 = hmac('1.2.840.113549.2.9');
    expect(readMacScheme(identifier(PBMAC1, sequence(scrypt, sha256)), SALT, 1)).toMatchObject({
      derivedBy: '',
      salt: new Uint8Array(),
    });
    const alone = identifier(PBMAC1, sequence(pbkdf2(octets(SALT), integer(1))));
    expect(() => readMacScheme(alone, SALT, 1)).toThrow(DerError);
    expect(readMacScheme(identifier(PBMAC1), SALT, 1)).toMatchObject({ kind: 'pkcs12', hash: '' });
  });
});
