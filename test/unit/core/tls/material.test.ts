import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { lintMaterial, lintOptions, refusedKey, type Material } from '../../../../src-main/core/tls/lint.ts';
import { derKind, pemBlocks } from '../../../../src-main/core/tls/pem.ts';
import { keyRounds } from '../../../../src-main/core/tls/encryption.ts';
import { pkcs12Facts, pkcs12Rounds } from '../../../../src-main/core/tls/pkcs12.ts';
import { checksOff, refusalOf, verdictOf, type Judged } from '../../../../src-main/core/tls/verdict.ts';
import { listed } from '../../../../src-main/core/tls/words.ts';
import { parseCertificate, type ParsedCertificate } from '../../../../src-main/core/tls/x509.ts';
import { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import { certificates, makeCertificate } from '../../../support/tls/certificates.ts';
import { ODD_CERTIFICATES, ODD_P12 } from '../../../support/tls/odd-certificates.ts';
import { pkcs12 } from '../../../support/tls/pkcs12.ts';
import { random } from '../../../support/random.ts';

function parsed(pem: string): ParsedCertificate {
  const one = parseCertificate(new X509Certificate(pem).raw);
  if (!one) throw new Error('not parsed');
  return one;
}
const codes = (findings: readonly { code: string; severity: string }[]): string[] =>
  findings.map(({ code, severity }) => `${severity} ${code}`);

const NOTHING: Material = {
  ca: null,
  client: [],
  clientField: 'cert',
  keyMatches: null,
  keyMatchesLater: false,
  now: Date.now(),
  boringSsl: false,
};

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

  test('is told apart from what else is in such files.', async () => {
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

describe('PKCS#12', () => {
  test('tells how it is encrypted without its passphrase.', async () => {
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
    expect(keyRounds(Buffer.from('nonsense'))).toBe(0);
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

describe('The linter', () => {
  test('says nothing of what is right.', async () => {
    const { ca, client, chainedClient, intermediate } = await certificates();
    const now = Date.now() - 5 * 86_400_000;
    const right = { ...NOTHING, now, keyMatches: true, ca: [parsed(ca.cert)] };
    // Thirty days are left of these: they were made for the tests.
    const without = (material: Material) =>
      codes(lintMaterial(material)).filter((code) => !/expires-soon|not-yet-valid/.test(code));
    expect(without({ ...right, client: [parsed(client.cert)] })).toEqual([]);
    const chain = [parsed(chainedClient.cert), parsed(intermediate.cert)];
    expect(without({ ...right, client: chain })).toEqual([]);
  });

  test('finds what is wrong with the client certificate.', async () => {
    const { client, expiredClient, server, ca, chainedClient, intermediate } = await certificates();
    const now = Date.now();
    const of = (pem: string, more: Partial<Material> = {}) =>
      codes(
        lintMaterial({
          ...NOTHING,
          now,
          keyMatches: true,
          ca: [parsed(ca.cert)],
          client: [parsed(pem)],
          ...more,
        }),
      );
    expect(of(expiredClient.cert)).toEqual(['error client-certificate-expired']);
    expect(of(server.cert)).toContain('error client-certificate-purpose');
    expect(of(ca.cert)).toContain('warning client-certificate-authority');
    expect(of(ca.cert)).toContain('error client-certificate-key-usage');
    const soon = await makeCertificate({ name: 'x', hosts: null, issuer: ca, until: 29 });
    expect(of(soon.cert)).toEqual(['warning client-certificate-expires-soon']);
    const later = await makeCertificate({ name: 'x', hosts: null, issuer: ca, until: 32 });
    expect(of(later.cert)).toEqual([]);
    const ahead = await makeCertificate({ name: 'x', hosts: null, issuer: ca, from: 2, until: 60 });
    expect(of(ahead.cert)).toEqual(['error client-certificate-not-yet-valid']);
    expect(of(later.cert, { keyMatches: false })).toEqual(['error key-mismatch']);
    expect(of(later.cert, { keyMatches: false, keyMatchesLater: true })).toEqual([
      'error client-certificate-order',
    ]);
    expect(of(later.cert, { ca: null })).toEqual(['note client-chain-incomplete']);
    const upside = [parsed(chainedClient.cert), parsed(client.cert), parsed(intermediate.cert)];
    expect(of(later.cert, { client: upside })).toContain('warning client-chain-order');
  });

  test('finds what TLS of today, or that of Electron, does not take.', () => {
    const of = (pem: string, boringSsl: boolean) =>
      codes(lintMaterial({ ...NOTHING, keyMatches: true, client: [parsed(pem)], boringSsl })).filter((code) =>
        /key-kind|weak|small/.test(code),
      );
    expect(of(ODD_CERTIFICATES.ed25519, true)).toEqual(['error client-certificate-key-kind']);
    expect(of(ODD_CERTIFICATES.ed25519, false)).toEqual(['warning client-certificate-key-kind']);
    expect(of(ODD_CERTIFICATES.brainpool, true)).toEqual(['error client-certificate-key-kind']);
    expect(of(ODD_CERTIFICATES.secp256k1, false)).toEqual(['warning client-certificate-key-kind']);
    expect(of(ODD_CERTIFICATES.dsa, false)).toEqual(['error client-certificate-key-kind']);
    expect(of(ODD_CERTIFICATES.rsa1024Sha1, false)).toEqual(['warning client-certificate-small-key']);
    // Signed by another one, nobody would believe it.
    const md5 = { ...parsed(ODD_CERTIFICATES.rsa2048Md5), issuerKey: 'another' };
    const found = lintMaterial({ ...NOTHING, keyMatches: true, client: [md5] });
    expect(codes(found)).toContain('error client-certificate-weak-signature');
    expect(refusedKey(parsed(ODD_CERTIFICATES.rsa2048Md5))).toBeNull();
  });

  test('finds a CA field without an authority, and authorities that have ended.', async () => {
    const { server, ca } = await certificates();
    const of = (pem: string, now = Date.now()) => codes(lintMaterial({ ...NOTHING, now, ca: [parsed(pem)] }));
    expect(of(server.cert, Date.now() - 1.9 * 86_400_000)).toEqual(['warning ca-without-authority']);
    expect(of(ca.cert)).toEqual([]);
    expect(of(ca.cert, Date.now() + 400 * 86_400_000)).toEqual(['warning ca-expired']);
    expect(of(ca.cert, Date.now() - 400 * 86_400_000)).toEqual(['warning ca-not-yet-valid']);
    expect(of(ca.cert, Date.now() + 350 * 86_400_000)).toEqual(['warning ca-expires-soon']);
    expect(of(ODD_CERTIFICATES.brainpool)).toEqual(['warning ca-key-kind']);
    expect(of(ODD_CERTIFICATES.ed25519)).toEqual([]);
  });

  test('reads the options before any file.', () => {
    const of = (tls: object, protocol = 'mqtts') =>
      codes(lintOptions(ConnectionOptions.parse({ name: '', host: 'x', port: 1, protocol, tls })));
    expect(of({})).toEqual([]);
    expect(of({}, 'mqtt')).toEqual(['note tls-unused']);
    expect(of({ verify: false })).toEqual(['warning checks-off']);
    expect(of({ checks: { dates: false } })).toEqual(['warning checks-off']);
    expect(of({ minVersion: 'TLSv1.1' })).toEqual(['warning old-tls']);
    expect(of({ servername: '10.0.0.1' })).toEqual(['note servername-address']);
    expect(of({ servername: 'a b' })).toEqual(['warning servername-invalid']);
    expect(of({ alpn: ['é'.repeat(200)] })).toEqual(['error alpn-too-long']);
  });
});

describe('The verdict', () => {
  const NOW = Date.UTC(2026, 10, 21);
  const leaf = { ...parsed(ODD_CERTIFICATES.secp256k1), notAfter: NOW + 40.5 * 86_400_000 };
  const judged: Judged = {
    leaf,
    faults: [],
    off: [],
    address: 'broker.example:8883',
    host: 'broker.example',
    now: NOW,
    systemStore: null,
  };
  const fault = (check: 'chain' | 'dates' | 'hostName') => ({
    check,
    code: `certificate-${check}`,
    what: `has a ${check} fault`,
    advice: `Mend the ${check}.`,
  });

  test('is a sentence a person can read, of what is right and of what is wrong.', () => {
    expect(verdictOf(judged)).toMatchObject({ outcome: 'trusted', problems: [] });
    expect(verdictOf(judged).sentence).toBe(
      'The certificate is trusted: “secp256k1”, signed by “secp256k1”, is for broker.example and valid until 2026-12-31 (40 days left).',
    );
    const all = { ...judged, faults: [fault('hostName'), fault('chain'), fault('dates')] };
    const wrong =
      'The certificate of broker.example:8883 has a chain fault, has a dates fault and has a hostName fault.';
    expect(verdictOf(all)).toMatchObject({ outcome: 'refused', sentence: wrong });
    const refusal = refusalOf(all);
    expect(refusal).toMatchObject({ code: 'certificate-chain', message: wrong });
    expect(refusal?.advice).toContain('Mend the chain. Mend the dates. Mend the hostName.');
    expect(refusalOf({ ...all, off: ['chain', 'hostName'] })?.message).toBe(
      'The certificate of broker.example:8883 has a dates fault.',
    );
    expect(refusalOf({ ...all, off: ['chain', 'dates', 'hostName'] })).toBeNull();
    const tolerated = verdictOf({ ...judged, faults: [fault('chain')], off: ['chain'] });
    expect(tolerated.outcome).toBe('tolerated');
    expect(tolerated.sentence).toContain('because the check of the chain is switched off');
  });

  test('knows what “verify” off means, and how lists are written.', () => {
    const checks = { chain: true, dates: false, hostName: true };
    expect(checksOff({ verify: true, checks })).toEqual(['dates']);
    expect(checksOff({ verify: false, checks })).toEqual(['chain', 'dates', 'hostName']);
    expect([listed([]), listed(['a']), listed(['a', 'b', 'c'])]).toEqual(['', 'a', 'a, b and c']);
  });
});
