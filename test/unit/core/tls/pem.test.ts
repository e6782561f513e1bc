import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { derKind, isCertificateLabel, isKeyLabel, pemBlocks } from '../../../../src-main/core/tls/pem.ts';
import { random } from '../../../support/random.ts';
import { certificateDer } from '../../../support/tls/built-certificate.ts';
import { certificates } from '../../../support/tls/certificates.ts';
import {
  bits,
  context,
  integer,
  NULL,
  octets,
  oid,
  sequence,
  set,
  text,
  time,
} from '../../../support/tls/der-writer.ts';
import { ODD_P12 } from '../../../support/tls/odd-certificates.ts';

describe('PEM', () => {
  test('is split into its parts, whatever stands between them.', () => {
    const text = `Subject: x\r\n-----BEGIN CERTIFICATE-----\r\nQUJD\r\n-----END CERTIFICATE-----\r\nmore
-----BEGIN RSA PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
DEK-Info: AES-128-CBC,00

REVG
-----END RSA PRIVATE KEY-----`;
    const blocks = pemBlocks(text);
    expect(blocks.map(({ label, encryptedHeader }) => [label, encryptedHeader])).toEqual([
      ['CERTIFICATE', false],
      ['RSA PRIVATE KEY', true],
    ]);
    expect(blocks.map(({ base64 }) => base64.trim())).toEqual(['QUJD', 'REVG']);
  });

  test('without an end, with another end or with a label that never ends is no part.', () => {
    for (const text of [
      '-----BEGIN CERTIFICATE-----\nQUJD',
      '-----BEGIN CERTIFICATE-----\nQUJD\n-----END PRIVATE KEY-----',
      `-----BEGIN ${'X'.repeat(100_000)}`,
      '-----BEGIN -----',
      '-----BEGIN '.repeat(50_000),
      '-----BEGIN X-----\n'.repeat(100_000),
    ])
      expect(pemBlocks(text)).toEqual([]);
    const second = `-----BEGIN CERTIFICATE-----\nQUJD\n-----BEGIN CERTIFICATE-----\nREVG\n-----END CERTIFICATE-----`;
    expect(pemBlocks(second).map(({ base64 }) => base64.trim())).toEqual(['REVG']);
  });

  test('is distinguished from everything else in such files.', async () => {
    const { client, clientP12 } = await certificates();
    const key = Buffer.from(client.key.replace(/-----[^-]+-----|\s/g, ''), 'base64');
    expect(derKind(new X509Certificate(client.cert).raw)).toBe('certificate');
    expect(derKind(key)).toBe('PRIVATE KEY');
    expect(derKind(clientP12)).toBe('pkcs12');
    expect(derKind(Uint8Array.of(0x30, 0x80, 2, 1, 3))).toBe('pkcs12');
    expect(derKind(Buffer.from('hello'))).toBeNull();
    const { int, next } = random(3);
    for (let i = 0; i < 2_000; i++) {
      const bytes = Uint8Array.from(key);
      bytes[int(bytes.length)] = int(256);
      expect(() => derKind(next() < 0.5 ? bytes : bytes.subarray(int(bytes.length)))).not.toThrow();
    }
  });
});

describe('A text', () => {
  const written = (label: string, bytes: Uint8Array, width: number): string =>
    `-----BEGIN ${label}-----\n${Buffer.from(bytes)
      .toString('base64')
      .replaceAll(new RegExp(`.{${width}}`, 'g'), '$&\n')}\n-----END ${label}-----`;

  test('gives back what was written into it, in order, whatever stands around it.', () => {
    const block = fc.record({
      label: fc.constantFrom('CERTIFICATE', 'PRIVATE KEY', 'X509 CRL', 'ANY THING'),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 200 }),
      width: fc.constantFrom(1, 64, 76, 1_000),
      between: fc.string({ maxLength: 20 }).filter((one) => !one.includes('-----')),
    });
    fc.assert(
      fc.property(fc.array(block, { maxLength: 5 }), (blocks) => {
        const all = blocks.map(
          ({ label, bytes, width, between }) => `${between}\n${written(label, bytes, width)}\n`,
        );
        const found = pemBlocks(all.join(''));
        expect(found.map(({ label }) => label)).toEqual(blocks.map(({ label }) => label));
        expect(found.map(({ base64 }) => Buffer.from(base64, 'base64').toString('hex'))).toEqual(
          blocks.map(({ bytes }) => Buffer.from(bytes).toString('hex')),
        );
      }),
      { seed: 4 },
    );
  });

  test('of any kind is read without an error, and in parts that are in it.', () => {
    const piece = fc.constantFrom(
      '-----BEGIN ',
      '-----END ',
      '-----',
      'CERTIFICATE',
      '\n',
      'QUJD',
      ':',
      ' ',
      'Proc-Type: 4,ENCRYPTED',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const whole = pieces.join('');
        for (const { label, base64 } of pemBlocks(whole)) {
          expect(whole).toContain(`-----BEGIN ${label}-----`);
          expect(whole).toContain(base64);
        }
      }),
      { seed: 5 },
    );
  });

  test('has 5,000 parts at most, and labels of 64 characters.', () => {
    expect(pemBlocks(`${written('A', Buffer.of(1), 64)}\n`.repeat(6_000))).toHaveLength(5_000);
    expect(pemBlocks(written('L'.repeat(64), Buffer.of(1), 64))).toHaveLength(1);
    expect(pemBlocks(written('L'.repeat(65), Buffer.of(1), 64))).toHaveLength(0);
  });

  test('is divided at its headers only where an empty line ends them.', () => {
    const body = (lines: string): string => `-----BEGIN KEY-----\n${lines}\n-----END KEY-----`;
    expect(pemBlocks(body('Comment: x\r\n\r\nQUJD'))[0]?.base64.trim()).toBe('QUJD');
    expect(pemBlocks(body('QUJD\n\nREVG'))[0]?.base64).toContain('QUJD');
    expect(pemBlocks(body('Proc-Type: 4,MIC-ONLY\n\nQUJD'))[0]?.encryptedHeader).toBe(false);
  });

  test('is sorted by its labels into certificates and keys.', () => {
    for (const label of ['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE'])
      expect(isCertificateLabel(label)).toBe(true);
    for (const label of ['PRIVATE KEY', 'EC PRIVATE KEY', 'ENCRYPTED PRIVATE KEY'])
      expect(isKeyLabel(label)).toBe(true);
    for (const label of ['CERTIFICATE REQUEST', 'PUBLIC KEY', '']) {
      expect(isCertificateLabel(label)).toBe(false);
      expect(isKeyLabel(label)).toBe(false);
    }
  });
});

describe('A file without PEM', () => {
  const name = sequence(set(sequence(oid('2.5.4.3'), text('x'))));
  const algorithm = sequence(oid('1.2.840.10045.4.3.2'));
  const signed = (...parts: readonly Buffer[]): Buffer =>
    sequence(sequence(...parts), algorithm, bits(Buffer.alloc(8)));
  const keyInfo = sequence(sequence(oid('1.3.101.112')), bits(Buffer.alloc(32)));

  test('is known by what it holds, of every kind of key.', async () => {
    const key = createPrivateKey((await certificates()).client.key);
    const kinds: Record<string, Buffer> = {
      'PRIVATE KEY': key.export({ type: 'pkcs8', format: 'der' }),
      'EC PRIVATE KEY': key.export({ type: 'sec1', format: 'der' }),
      'ENCRYPTED PRIVATE KEY': key.export({
        type: 'pkcs8',
        format: 'der',
        cipher: 'aes-128-cbc',
        passphrase: 'x',
      }),
      'RSA PRIVATE KEY': sequence(...Array.from({ length: 9 }, (_, i) => integer(i))),
      'public-key': createPublicKey(key).export({ type: 'spki', format: 'der' }),
      certificate: certificateDer(),
      pkcs7: sequence(oid('1.2.840.113549.1.7.2'), context(0, sequence())),
      'certificate-request': signed(integer(0), name, keyInfo, context(0)),
      'revocation-list': signed(integer(1), algorithm, name, time(0), time(1)),
    };
    for (const [kind, bytes] of Object.entries(kinds)) expect(derKind(bytes), kind).toBe(kind);
    // The first version of a list has no number, and a request need not have attributes.
    expect(derKind(signed(algorithm, name, time(0)))).toBe('revocation-list');
    expect(derKind(signed(integer(0), name, keyInfo))).toBe('certificate-request');
    for (const file of Object.values(ODD_P12)) expect(derKind(Buffer.from(file, 'base64'))).toBe('pkcs12');
  });

  test('that is a damaged certificate is not taken for another signed structure.', () => {
    const damaged = certificateDer({ notAfter: Buffer.of(0x17, 3, 0x61, 0x62, 0x63) });
    expect(derKind(damaged)).toBeNull();
    expect(derKind(signed())).toBeNull();
  });

  test('that is none of them has no kind.', () => {
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.from('hello'),
      NULL,
      sequence(),
      sequence(NULL, NULL),
      sequence(oid('1.2.840.113549.1.7.1')),
      octets(Buffer.from('x')),
      Buffer.of(0x30, 0x80, 2, 1),
    ])
      expect(derKind(bytes)).toBeNull();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(() => derKind(bytes)).not.toThrow();
      }),
      { seed: 6 },
    );
  });
});
