import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { GeneralName } from '@peculiar/asn1-x509';
import { decode, DerError, readDer } from '../../../../src-main/core/tls/der.ts';
import { readGeneralName } from '../../../../src-main/core/tls/extensions.ts';
import {
  commonName,
  nameLine,
  parseCertificate,
  type ParsedCertificate,
} from '../../../../src-main/core/tls/x509.ts';
import { certificates } from '../../../support/tls/certificates.ts';
import { ODD_CERTIFICATES } from '../../../support/tls/odd-certificates.ts';
import { random as seeded } from '../../../support/random.ts';

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
  const started = performance.now();
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
  expect(performance.now() - started).toBeLessThan(2_000);
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
