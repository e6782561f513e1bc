import { GeneralName } from '@peculiar/asn1-x509';
import fc from 'fast-check';
import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import { decode, DerError, readDer } from '../../../../src-main/core/tls/der.ts';
import { readGeneralName } from '../../../../src-main/core/tls/extensions.ts';
import {
  commonName,
  nameLine,
  parseCertificate,
  unreadable,
  type ParsedCertificate,
} from '../../../../src-main/core/tls/x509.ts';
import {
  builtCertificate,
  certificateDer,
  keyInfo,
  NOW,
  rsaKey,
} from '../../../support/tls/built-certificate.ts';
import {
  bits,
  integer,
  NULL,
  oid,
  sequence,
  text,
  time,
  tlv,
  context,
} from '../../../support/tls/der-writer.ts';
import { certificates } from '../../../support/tls/certificates.ts';
import { ODD_CERTIFICATES } from '../../../support/tls/odd-certificates.ts';
import { random as seeded } from '../../../support/random.ts';
import { cpuMsSince } from '../../../support/cpu.ts';

const derOf = (pem: string): Uint8Array => new X509Certificate(pem).raw;

function parsed(pem: string): ParsedCertificate {
  const one = parseCertificate(derOf(pem));
  if (!one) throw new Error('not parsed');
  return one;
}

/** What Node says of the same bytes, where it says it. */
function expectSame(pem: string): void {
  const node = new X509Certificate(pem);
  const ours = parsed(pem);
  expect(ours.serial).toBe(node.serialNumber);
  expect(ours.notBefore).toBe(Date.parse(node.validFrom));
  expect(ours.notAfter).toBe(Date.parse(node.validTo));
  expect(ours.ca).toBe(node.ca);
  const values = (text: string): string[] =>
    text.split('\n').map((line) => line.slice(line.indexOf('=') + 1).replaceAll('\\', ''));
  expect(ours.subject.map(({ value }) => value)).toEqual(values(node.subject));
  expect(ours.issuer.map(({ value }) => value)).toEqual(values(node.issuer));
  expect(ours.names).toHaveLength((node.subjectAltName ?? '').split(', ').filter(Boolean).length);
  for (const { kind, value } of ours.names)
    if (kind === 'dns') expect(node.checkHost(value.replace('*', 'x'))).toBeTruthy();
  for (const { kind, value } of ours.names) if (kind === 'ip') expect(node.checkIP(value)).toBe(value);
  const { asymmetricKeyType, asymmetricKeyDetails } = node.publicKey;
  const types: Record<string, string> = { rsa: 'RSA', ec: 'EC', ed25519: 'Ed25519', dsa: 'DSA' };
  expect(ours.keyType).toBe(types[asymmetricKeyType ?? '']);
  if (asymmetricKeyDetails?.modulusLength) expect(ours.keyBits).toBe(asymmetricKeyDetails.modulusLength);
  if (node.keyUsage) expect(ours.extendedKeyUsage).toHaveLength(node.keyUsage.length);
}

test('A certificate is read as Node reads it, of every kind of key.', async () => {
  const { ca, server, client, wrongHost, expired, intermediate } = await certificates();
  for (const { cert } of [ca, server, client, wrongHost, expired, intermediate]) expectSame(cert);
  for (const pem of Object.values(ODD_CERTIFICATES)) expectSame(pem);
});

test('Names, usage and algorithms have the words that people know.', () => {
  const one = parsed(ODD_CERTIFICATES.rsa1024Sha1);
  expect(nameLine(one.subject)).toBe('C=DE, O=Plant "7"\\, Ltd, OU=Ops, CN=rsa1024sha1');
  expect(commonName(one.subject)).toBe('rsa1024sha1');
  expect(one.names).toEqual([
    { kind: 'dns', value: 'a.example' },
    { kind: 'dns', value: '*.b.example' },
    { kind: 'ip', value: '10.0.0.1' },
    { kind: 'ip', value: '2001:db8::1' },
    { kind: 'email', value: 'a@b.c' },
    { kind: 'uri', value: 'urn:x' },
  ]);
  expect(one.keyUsage).toEqual(['digitalSignature', 'keyCertSign']);
  expect(one.extendedKeyUsage).toEqual(['clientAuth', '1.2.3.4']);
  expect(one).toMatchObject({ keyType: 'RSA', keyBits: 1024, signatureAlgorithm: 'sha1WithRSAEncryption' });
  const curves = [ODD_CERTIFICATES.secp256k1, ODD_CERTIFICATES.brainpool].map((pem) => parsed(pem).curve);
  expect(curves).toEqual(['secp256k1', 'brainpoolP256r1']);
  expect(parsed(ODD_CERTIFICATES.ed25519)).toMatchObject({ keyType: 'Ed25519', keyBits: null, curve: null });
  expect(parsed(ODD_CERTIFICATES.rsa2048Md5).signatureAlgorithm).toBe('md5WithRSAEncryption');
});

test('What could deceive the eye in a name is escaped.', () => {
  const der = Buffer.from(derOf(ODD_CERTIFICATES.ed25519));
  // The common name is “ed”, twice; U+202E takes three bytes, so only bytes are replaced here.
  const at = der.indexOf(Buffer.from('ed', 'utf8'));
  der[at] = 0x07;
  expect(commonName(parseCertificate(der)?.issuer ?? [])).toBe('\\u{7}d');
});

test('Bytes that are cut off, changed or random are no certificate, and never an error of ours.', () => {
  const { next: random } = seeded(7);
  for (const pem of [ODD_CERTIFICATES.rsa1024Sha1, ODD_CERTIFICATES.secp256k1]) {
    const der = derOf(pem);
    for (let length = 0; length < der.length; length++)
      expect(parseCertificate(der.subarray(0, length))).toBeNull();
    for (let i = 0; i < 1_000; i++) {
      const changed = Uint8Array.from(der);
      for (let n = 0; n < 1 + Math.floor(random() * 3); n++)
        changed[Math.floor(random() * der.length)] = Math.floor(random() * 256);
      expect(() => parseCertificate(changed)).not.toThrow();
    }
  }
  for (let i = 0; i < 1_000; i++) {
    const bytes = Uint8Array.from({ length: Math.floor(random() * 80) }, () => Math.floor(random() * 256));
    expect(parseCertificate(bytes)).toBeNull();
  }
});

test('Lengths that lie and endless lists end soon.', () => {
  const began = process.cpuUsage();
  expect(() => readDer(Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0))).toThrow(DerError);
  expect(() => readDer(Uint8Array.of(0x30, 0x80, 2, 1))).toThrow(DerError);
  const inSequence = (content: Uint8Array): Uint8Array =>
    Buffer.concat([
      Buffer.of(0x30, 0x83, content.length >> 16, (content.length >> 8) & 0xff, content.length & 0xff),
      content,
    ]);
  // A list of nothings, and one in the other.
  expect(() => readDer(inSequence(new Uint8Array(100_000)))).toThrow(DerError);
  const nested = new Uint8Array(100_000).map((_, at) => (at % 2 === 0 ? 0x30 : 0x80));
  expect(() => readDer(nested)).toThrow(DerError);
  expect(parseCertificate(nested)).toBeNull();
  // Numbers without an end in an object identifier, which are slow to write out.
  expect(
    parseCertificate(
      inSequence(inSequence(Uint8Array.of(6, 0x82, 0xff, 0xff, ...new Uint8Array(65_535).fill(0xff)))),
    ),
  ).toBeNull();
  expect(parseCertificate(inSequence(new Uint8Array(4_000_000)))).toBeNull();
  expect(cpuMsSince(began)).toBeLessThan(2_000);
});

test('A certificate in BER is none: TLS would not take it either.', () => {
  const der = Buffer.from(derOf(ODD_CERTIFICATES.ed25519));
  const header = (der[1] ?? 0) < 0x80 ? 2 : 2 + ((der[1] ?? 0) & 0x7f);
  const ber = Buffer.concat([Buffer.of(0x30, 0x80), der.subarray(header), Buffer.of(0, 0)]);
  expect(parseCertificate(der)).not.toBeNull();
  expect(parseCertificate(ber)).toBeNull();
});

test('Addresses are written as people write them.', () => {
  const written = (bytes: Uint8Array) =>
    readGeneralName(decode(Uint8Array.of(0x87, bytes.length, ...bytes), GeneralName));
  const v6 = (...groups: number[]): Uint8Array =>
    Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
  const cases: readonly (readonly [Uint8Array, string])[] = [
    [Uint8Array.of(192, 168, 0, 1), '192.168.0.1'],
    [v6(0, 0, 0, 0, 0, 0, 0, 0), '::'],
    [v6(0, 0, 0, 0, 0, 0, 0, 1), '::1'],
    [v6(0xfe80, 0, 0, 0, 0, 0, 0, 0), 'fe80::'],
    [v6(0x2001, 0xdb8, 0, 0, 1, 0, 0, 0), '2001:db8:0:0:1::'],
    [v6(1, 0, 2, 0, 3, 0, 4, 5), '1:0:2:0:3:0:4:5'],
  ];
  for (const [bytes, text] of cases) expect(written(bytes)).toEqual({ kind: 'ip', value: text });
  // Neither a network nor nonsense passes for an address.
  expect(written(Uint8Array.of(10, 0, 0, 0, 255, 0, 0, 0))).toEqual({
    kind: 'other',
    value: '10.0.0.0/8',
  });
  expect(written(Uint8Array.of(1, 2, 3))).toEqual({ kind: 'other', value: '010203' });
});

const CN = '2.5.4.3';

describe('A name', () => {
  test('is kept as it may be shown, whatever is in it.', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), (value) => {
        const one = builtCertificate({ subject: [[CN, value]] });
        expect(one.subject).toEqual([{ name: 'CN', value: escapeUnsafe(Buffer.from(value).toString()) }]);
        expect(one.subject[0]?.value).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }),
      { seed: 8 },
    );
  });

  test('has the words of X.509 for its parts, and numbers where there are none.', () => {
    const subject = [
      ['2.5.4.6', 'DE'],
      ['0.9.2342.19200300.100.1.25', tlv(0x16, Buffer.from('example'))],
      ['1.2.3.4', 'x'],
      [CN, tlv(0x1e, Buffer.of(0, 0x62, 0, 0x72, 0, 0xf6))],
    ] as const;
    expect(nameLine(builtCertificate({ subject }).subject)).toBe('C=DE, DC=example, 1.2.3.4=x, CN=br\u00f6');
  });

  test('has commas and backslashes escaped, so that no name can imitate a part.', () => {
    const { subject } = builtCertificate({ subject: [[CN, 'a, O=Bank\\']] });
    expect(nameLine(subject)).toBe('CN=a\\, O=Bank\\\\');
  });

  test('is called by the last of its common names, as browsers do.', () => {
    const two = builtCertificate({
      subject: [
        [CN, 'first'],
        ['2.5.4.10', 'O'],
        [CN, 'last'],
      ],
    });
    expect(commonName(two.subject)).toBe('last');
    expect(commonName(builtCertificate({ subject: [['2.5.4.10', 'Plant']] }).subject)).toBe('O=Plant');
    expect(commonName([])).toBe('');
  });

  test('is cut off where it is long, and has a hundred parts at most.', () => {
    const long = builtCertificate({ subject: [[CN, 'x'.repeat(5_000)]] });
    expect(long.subject[0]?.value).toHaveLength(1_000);
    const many = builtCertificate({ subject: Array.from({ length: 300 }, () => [CN, 'x'] as const) });
    expect(many.subject).toHaveLength(100);
  });

  test('is compared as it is encoded: letters of another type are another name.', () => {
    const [utf8, printable] = [text('x'), tlv(0x13, Buffer.from('x'))].map((value) =>
      builtCertificate({ subject: [[CN, value]], issuer: [[CN, 'x']] }),
    );
    expect(utf8?.subjectKey).toBe(utf8?.issuerKey);
    expect(printable?.subjectKey).not.toBe(printable?.issuerKey);
    expect(printable?.subject).toEqual(utf8?.subject);
  });
});

describe('Dates', () => {
  test.each([
    ['the first that is written short', Date.UTC(1950, 0, 1)],
    ['today', NOW],
    ['the last that is written short', Date.UTC(2049, 11, 31, 23, 59, 59)],
    ['the first that is written long', Date.UTC(2050, 0, 1)],
    ['without an end', Date.UTC(9999, 11, 31, 23, 59, 59)],
  ])('are read in both forms: %s.', (_, ms) => {
    expect(builtCertificate({ notBefore: time(ms), notAfter: time(ms) })).toMatchObject({
      notBefore: ms,
      notAfter: ms,
    });
  });

  test('that are none make no certificate.', () => {
    for (const [tag, digits] of [
      [0x17, 'abc'],
      [0x17, ''],
      [0x18, '99999999999999Z'],
      [0x18, '2026'],
      [0x04, '261120000000Z'],
    ] as const) {
      expect(
        parseCertificate(certificateDer({ notAfter: tlv(tag, Buffer.from(digits)) })),
        digits,
      ).toBeNull();
    }
  });
});

describe('A key', () => {
  test.each([
    [128, 0x80, 1_024],
    [128, 0x7f, 1_023],
    [256, 0xff, 2_048],
    [256, 0x01, 2_041],
  ])('of RSA is as long as its modulus: %d bytes that begin with %d.', (bytes, first, keyBits) => {
    expect(builtCertificate({ key: rsaKey(bytes, first) })).toMatchObject({ keyType: 'RSA', keyBits });
  });

  const ec = (...parameters: readonly Buffer[]) =>
    builtCertificate({ key: keyInfo([oid('1.2.840.10045.2.1'), ...parameters], Buffer.alloc(65, 4)) });

  test.each([
    ['1.3.132.0.34', 'P-384', 384],
    ['1.2.840.10045.3.1.1', 'P-192', 192],
    ['1.3.36.3.3.2.8.1.1.13', 'brainpoolP512r1', 512],
    ['1.2.3.4', '1.2.3.4', null],
  ])('on the curve %s is called %s.', (id, curve, keyBits) => {
    expect(ec(oid(id))).toMatchObject({ keyType: 'EC', curve, keyBits });
  });

  test('on a curve that is given in full is on none that is known.', () => {
    for (const parameters of [[], [NULL], [sequence(integer(1))]])
      expect(ec(...parameters)).toMatchObject({ curve: 'explicit parameters', keyBits: null });
  });

  test.each([
    ['1.3.101.112', 'Ed25519'],
    ['1.3.101.113', 'Ed448'],
    ['1.3.101.110', 'X25519'],
    ['2.16.840.1.101.3.4.3.18', 'ML-DSA-65'],
    ['1.2.3.4', '1.2.3.4'],
  ])('of the kind %s is called %s.', (id, keyType) => {
    expect(builtCertificate({ key: keyInfo([oid(id)], Buffer.alloc(32)) })).toMatchObject({
      keyType,
      keyBits: null,
      curve: null,
    });
  });

  test('of DSA is as long as its prime, and without parameters of unknown length.', () => {
    const prime = tlv(2, Buffer.concat([Buffer.of(0), Buffer.alloc(128, 0xff)]));
    const dsa = (...parameters: readonly Buffer[]) =>
      builtCertificate({ key: keyInfo([oid('1.2.840.10040.4.1'), ...parameters], integer(1)) });
    expect(dsa(sequence(prime, integer(1), integer(2)))).toMatchObject({ keyType: 'DSA', keyBits: 1_024 });
    expect(dsa()).toMatchObject({ keyType: 'DSA', keyBits: null });
  });

  test('of RSA that is none makes no certificate.', () => {
    const broken = keyInfo([oid('1.2.840.113549.1.1.1'), NULL], Buffer.from('no key'));
    expect(parseCertificate(certificateDer({ key: broken }))).toBeNull();
  });
});

describe('A signature', () => {
  const pss = (...parameters: readonly Buffer[]) =>
    builtCertificate({ signature: sequence(oid('1.2.840.113549.1.1.10'), ...parameters) }).signatureAlgorithm;
  const withHash = (id: string): Buffer => sequence(context(0, sequence(oid(id), NULL)));

  test('of PSS is shown with its hash, which is SHA-1 if none is named.', () => {
    expect(pss(withHash('2.16.840.1.101.3.4.2.1'))).toBe('rsassaPss with SHA-256');
    expect(pss(withHash('2.16.840.1.101.3.4.2.3'))).toBe('rsassaPss with SHA-512');
    expect(pss(withHash('1.2.3'))).toBe('rsassaPss with 1.2.3');
    expect(pss(sequence())).toBe('rsassaPss with SHA-1');
    expect(pss()).toBe('rsassaPss with SHA-1');
  });

  test('of an unknown kind is shown by its number.', () => {
    expect(builtCertificate({ signature: sequence(oid('1.2.3')) }).signatureAlgorithm).toBe('1.2.3');
  });
});

test('A serial number is shown in hex without the zero that only marks it as positive.', () => {
  const of = (...bytes: readonly number[]) => builtCertificate({ serial: tlv(2, Buffer.from(bytes)) }).serial;
  expect(of(0, 0xff)).toBe('FF');
  expect(of(0)).toBe('00');
  expect(of(0x12, 0x34)).toBe('1234');
  expect(of(...Array.from({ length: 200 }, () => 1))).toHaveLength(128);
});

test('A certificate is one element: what follows it is not part of it, and a hundred thousand bytes are none.', () => {
  const der = certificateDer();
  const read = parseCertificate(Buffer.concat([der, Buffer.from('tail')]));
  expect(Buffer.from(read?.der ?? [])).toEqual(der);
  const huge = certificateDer({ key: keyInfo([oid('1.2.3')], Buffer.alloc(50_000)) });
  expect(parseCertificate(huge)).not.toBeNull();
  expect(parseCertificate(Buffer.concat([huge, Buffer.alloc(50_000)]))).toBeNull();
  expect(parseCertificate(sequence(sequence(), sequence(), bits(NULL)))).toBeNull();
});

test('An unreadable certificate is no issuer, no authority, and never understood.', () => {
  const one = unreadable(Buffer.of(1), 5, 6);
  expect(one).toMatchObject({
    notBefore: 5,
    notAfter: 6,
    ca: false,
    subject: [],
    criticalUnknown: ['unreadable'],
  });
  expect(one.subjectKey).not.toBe(one.issuerKey);
});
