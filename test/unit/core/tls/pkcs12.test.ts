import { describe, expect, test } from 'vitest';
import {
  certificatesOfPart,
  keysOfPart,
  pkcs12Contents,
  pkcs12Facts,
  pkcs12Rounds,
} from '../../../../src-main/core/tls/pkcs12.ts';
import { random } from '../../../support/random.ts';
import { certificateDer } from '../../../support/tls/built-certificate.ts';
import { certificates } from '../../../support/tls/certificates.ts';
import {
  context,
  integer,
  NULL,
  octets,
  oid,
  sequence,
  set,
  text,
  tlv,
} from '../../../support/tls/der-writer.ts';
import { ODD_P12 } from '../../../support/tls/odd-certificates.ts';
import { pkcs12 } from '../../../support/tls/pkcs12.ts';

describe('PKCS#12', () => {
  test('shows how it is encrypted without its passphrase.', async () => {
    const { client } = await certificates();
    const facts = (base64: string) => pkcs12Facts(Buffer.from(base64, 'base64'));
    expect(facts(ODD_P12.modern)).toEqual({
      algorithms: ['PBES2 with AES-256-CBC'],
      legacy: false,
      rounds: 2_048,
    });
    expect(facts(ODD_P12.legacy)).toEqual({ algorithms: ['RC2-40', '3DES'], legacy: true, rounds: 2_048 });
    expect(facts(ODD_P12.tripleDes)).toEqual({ algorithms: ['3DES'], legacy: false, rounds: 2_048 });
    const greedy = pkcs12(client, { passphrase: 'x', rounds: 2_000_000_000 });
    expect(pkcs12Facts(greedy)?.rounds).toBe(2_000_000_000);
    // Two parts and the authentication.
    expect(pkcs12Rounds(Buffer.from(ODD_P12.modern, 'base64'))).toBe(3 * 2_048);
    expect(pkcs12Rounds(Buffer.from('nonsense'))).toBe(Infinity);
  });

  test('that is cut off or changed is no error of ours.', () => {
    const { int } = random(5);
    const file = Buffer.from(ODD_P12.modern, 'base64');
    for (let length = 0; length < file.length; length++)
      expect(pkcs12Facts(file.subarray(0, length))).toBeNull();
    for (let i = 0; i < 3_000; i++) {
      const bytes = Uint8Array.from(file);
      bytes[int(bytes.length)] = int(256);
      expect(() => pkcs12Facts(bytes)).not.toThrow();
    }
  });
});

const DATA = '1.2.840.113549.1.7.1';
const ENCRYPTED = '1.2.840.113549.1.7.6';
const BAG = '1.2.840.113549.1.12.10.1.';
const plainPart = (bags: Buffer): Buffer => sequence(oid(DATA), context(0, octets(bags)));
const file = (safe: Buffer, ...mac: readonly Buffer[]): Buffer =>
  sequence(integer(3), sequence(oid(DATA), context(0, octets(safe))), ...mac);
const certificateBag = (der: Uint8Array, kind = '1.2.840.113549.1.9.22.1'): Buffer =>
  sequence(oid(`${BAG}3`), context(0, sequence(oid(kind), context(0, octets(der)))));
const keyBag = (kind: 1 | 2, key: Buffer): Buffer => sequence(oid(`${BAG}${kind}`), context(0, key));
const shrouded = (rounds: number): Buffer =>
  sequence(
    sequence(oid('1.2.840.113549.1.12.1.3'), sequence(octets(Buffer.alloc(8)), integer(rounds))),
    octets(Buffer.alloc(16)),
  );
const encryptedPart = (rounds: number, content: Buffer): Buffer =>
  sequence(
    oid(ENCRYPTED),
    context(
      0,
      sequence(
        integer(0),
        sequence(
          oid(DATA),
          sequence(oid('1.2.840.113549.1.12.1.6'), sequence(octets(Buffer.alloc(8)), integer(rounds))),
          content,
        ),
      ),
    ),
  );

describe('The parts of a file', () => {
  test('are listed with their rounds, plain ones without, and the rounds are added up over all of them.', () => {
    const safe = sequence(
      plainPart(
        sequence(certificateBag(certificateDer()), keyBag(2, shrouded(100)), keyBag(2, shrouded(20))),
      ),
      encryptedPart(3, tlv(0x80, Buffer.alloc(8))),
    );
    expect(pkcs12Rounds(file(safe))).toBe(123);
    expect(pkcs12Facts(file(safe))).toEqual({ algorithms: ['3DES', 'RC2-40'], legacy: true, rounds: 100 });
    expect(pkcs12Contents(file(safe))?.parts.map(({ scheme }) => scheme?.name ?? null)).toEqual([
      null,
      'RC2-40',
    ]);
  });

  test('count their authentication, which a file need not have.', () => {
    const mac = sequence(
      sequence(sequence(oid('1.3.14.3.2.26'), NULL), octets(Buffer.alloc(20, 9))),
      octets(Buffer.from('salt')),
      integer(77),
    );
    expect(pkcs12Contents(file(sequence()))).toEqual({ parts: [], mac: null });
    const read = pkcs12Contents(file(sequence(), mac))?.mac;
    expect(read?.scheme).toMatchObject({ kind: 'pkcs12', hash: 'sha1', rounds: 77 });
    expect(Buffer.from(read?.digest ?? [])).toEqual(Buffer.alloc(20, 9));
    // It is made of the parts as they are encoded, not of the whole file.
    expect(Buffer.from(read?.covers ?? [])).toEqual(sequence());
    expect(pkcs12Rounds(file(sequence(), mac))).toBe(77);
    expect(pkcs12Facts(file(sequence(), mac))).toEqual({ algorithms: [], legacy: false, rounds: 77 });
  });

  test('are 64 at most, and those of an unknown kind are left out.', () => {
    const many = Array.from({ length: 100 }, () => plainPart(sequence()));
    expect(pkcs12Contents(file(sequence(...many)))?.parts).toHaveLength(64);
    const enveloped = sequence(oid('1.2.840.113549.1.7.3'), context(0, sequence()));
    expect(pkcs12Contents(file(sequence(enveloped, plainPart(sequence()))))?.parts).toHaveLength(1);
  });

  test('may be written in pieces, which are one then.', () => {
    const pieces = tlv(0xa0, octets(Buffer.from('abc')), octets(Buffer.from('defgh')));
    const [part] = pkcs12Contents(file(sequence(encryptedPart(1, pieces))))?.parts ?? [];
    expect(Buffer.from(part?.bytes ?? []).toString()).toBe('abcdefgh');
    const [empty] = pkcs12Contents(file(sequence(encryptedPart(1, Buffer.alloc(0)))))?.parts ?? [];
    expect(empty?.bytes).toHaveLength(0);
  });

  test('are not read of a file that is signed, or that is none.', () => {
    const signed = sequence(integer(3), sequence(oid('1.2.840.113549.1.7.2'), context(0, sequence())));
    for (const bytes of [signed, sequence(), sequence(integer(3)), certificateDer(), Buffer.alloc(0)]) {
      expect(pkcs12Contents(bytes)).toBeNull();
      expect(pkcs12Facts(bytes)).toBeNull();
      expect(pkcs12Rounds(bytes)).toBe(Infinity);
    }
    const empty = sequence(oid(ENCRYPTED), context(0, sequence(integer(0))));
    expect(pkcs12Contents(file(sequence(empty)))).toBeNull();
  });

  test('are seen through by their names, of every old kind that OpenSSL writes.', () => {
    const names = (base64: string) => pkcs12Facts(Buffer.from(base64, 'base64'))?.algorithms;
    expect(names(ODD_P12.rc4of128)).toEqual(['RC4-128']);
    expect(names(ODD_P12.rc4of40)).toEqual(['RC4-40']);
    expect(names(ODD_P12.rc2of128)).toEqual(['RC2-128']);
    expect(names(ODD_P12.twoKeyTripleDes)).toEqual(['2-key 3DES']);
  });
});

describe('An opened part', () => {
  test('gives its certificates, each as it was, and nothing that is none.', () => {
    const [one, other] = [certificateDer(), certificateDer({ serial: integer(2) })];
    const sdsi = certificateBag(Buffer.from('other'), '1.2.840.113549.1.9.22.2');
    const found = certificatesOfPart(
      sequence(certificateBag(one), sdsi, keyBag(1, sequence()), certificateBag(other)),
    );
    expect(found?.map((der) => Buffer.from(der))).toEqual([one, other]);
  });

  test('gives its keys, plain ones as they are and others with what it takes to open them.', () => {
    const plain = sequence(integer(0), sequence(oid('1.3.101.112')), octets(Buffer.alloc(34)));
    const keys = keysOfPart(
      sequence(keyBag(1, plain), certificateBag(certificateDer()), keyBag(2, shrouded(9))),
    );
    expect(keys).toHaveLength(2);
    expect(keys?.[0]?.scheme).toBeNull();
    expect(Buffer.from(keys?.[0]?.bytes ?? [])).toEqual(plain);
    expect(keys?.[1]?.scheme).toMatchObject({ name: '3DES', rounds: 9 });
    expect(keys?.[1]?.bytes).toHaveLength(16);
  });

  test('does not show a friendly name that was given to a key.', () => {
    const named = sequence(
      oid(`${BAG}3`),
      context(0, sequence(oid('1.2.840.113549.1.9.22.1'), context(0, octets(certificateDer())))),
      set(sequence(oid('1.2.840.113549.1.9.20'), set(text('name')))),
    );
    expect(certificatesOfPart(sequence(named))).toHaveLength(1);
  });

  test('that makes no sense, as after a wrong passphrase, is null.', () => {
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.from('nonsense'),
      sequence(NULL),
      sequence(keyBag(2, sequence())),
    ])
      expect(keysOfPart(bytes)).toBeNull();
    expect(certificatesOfPart(Buffer.from('nonsense'))).toBeNull();
    expect(certificatesOfPart(sequence(sequence(oid(`${BAG}3`), context(0, sequence()))))).toBeNull();
  });
});
