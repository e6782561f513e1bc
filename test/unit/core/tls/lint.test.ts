import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { lintMaterial, lintOptions, refusedKey, type Material } from '../../../../src-main/core/tls/lint.ts';
import { parseCertificate, type ParsedCertificate } from '../../../../src-main/core/tls/x509.ts';
import { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import { builtCertificate, DAY_MS, NOW } from '../../../support/tls/built-certificate.ts';
import { certificates, makeCertificate } from '../../../support/tls/certificates.ts';
import { ODD_CERTIFICATES } from '../../../support/tls/odd-certificates.ts';

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

describe('The client certificate', () => {
  const client = (more: Partial<ParsedCertificate> = {}): ParsedCertificate => ({
    ...builtCertificate(),
    subjectKey: 'client',
    issuerKey: 'ca',
    ...more,
  });
  const ca = { ...builtCertificate(), ca: true, subjectKey: 'ca', issuerKey: 'ca' };
  const linted = (one: ParsedCertificate, more: Partial<Material> = {}) =>
    lintMaterial({ ...NOTHING, now: NOW, keyMatches: true, ca: [ca], client: [one], ...more });

  test('is reported where it was given: in its own field or in the PKCS#12 file.', () => {
    const expired = client({ notAfter: NOW - DAY_MS });
    for (const clientField of ['cert', 'pfx'] as const) {
      expect(linted(expired, { clientField })).toMatchObject([
        { field: clientField, code: 'client-certificate-expired' },
      ]);
    }
    expect(linted(client(), { keyMatches: false })[0]?.field).toBe('key');
    expect(linted(client(), { keyMatches: false, clientField: 'pfx' })[0]?.field).toBe('pfx');
    expect(linted(client(), { keyMatches: null })).toEqual([]);
  });

  test('is judged by the day: the last one counts, and thirty before it are soon.', () => {
    const until = (ms: number) => codes(linted(client({ notAfter: NOW + ms })));
    expect(until(-1)).toEqual(['error client-certificate-expired']);
    expect(until(0)).toEqual(['warning client-certificate-expires-soon']);
    expect(until(30 * DAY_MS - 1)).toEqual(['warning client-certificate-expires-soon']);
    expect(until(30 * DAY_MS)).toEqual([]);
    expect(codes(linted(client({ notBefore: NOW + 1 })))).toEqual(['error client-certificate-not-yet-valid']);
    expect(codes(linted(client({ notBefore: NOW })))).toEqual([]);
  });

  test.each([
    ['for clients', { extendedKeyUsage: ['clientAuth'], keyUsage: ['digitalSignature'] }, []],
    ['for anything', { extendedKeyUsage: ['anyExtendedKeyUsage'] }, []],
    ['for servers', { extendedKeyUsage: ['serverAuth'] }, ['error client-certificate-purpose']],
    ['for nothing', { extendedKeyUsage: ['none'] }, ['error client-certificate-purpose']],
    ['to encrypt only', { keyUsage: ['keyEncipherment'] }, ['error client-certificate-key-usage']],
    ['to do nothing', { keyUsage: ['none'] }, ['error client-certificate-key-usage']],
  ])('is %s.', (_, more, found) => {
    expect(codes(linted(client(more)))).toEqual(found);
  });

  test('is part of a chain to a known issuer, or the gap is reported.', () => {
    const middle = { ...client(), subjectKey: 'middle', issuerKey: 'ca' };
    const below = client({ issuerKey: 'middle' });
    expect(linted(below, { client: [below, middle] })).toEqual([]);
    expect(codes(linted(below, { client: [below, middle], ca: null }))).toEqual([
      'note client-chain-incomplete',
    ]);
    expect(codes(linted(below))).toEqual(['note client-chain-incomplete']);
    expect(codes(linted(below, { client: [below, ca] }))).toEqual(['warning client-chain-order']);
    expect(linted(client({ issuerKey: 'client' }), { ca: null })).toEqual([]);
  });

  test.each([
    ['RSA of 1,023 bits', { keyType: 'RSA', keyBits: 1_023 }, 'error client-certificate-key-kind'],
    ['RSA of 2,047 bits', { keyType: 'RSA', keyBits: 2_047 }, 'warning client-certificate-small-key'],
    ['RSA of 2,048 bits', { keyType: 'RSA', keyBits: 2_048 }, undefined],
    ['RSA-PSS', { keyType: 'RSA-PSS', keyBits: 2_048 }, 'warning client-certificate-key-kind'],
    ['P-521', { curve: 'P-521', keyBits: 521 }, undefined],
    ['P-192', { curve: 'P-192', keyBits: 192 }, 'warning client-certificate-key-kind'],
    ['no known curve', { curve: null, keyBits: null }, 'warning client-certificate-key-kind'],
    ['Ed448', { keyType: 'Ed448', keyBits: null }, 'warning client-certificate-key-kind'],
    [
      'PSS with SHA-1',
      { signatureAlgorithm: 'rsassaPss with SHA-1' },
      'error client-certificate-weak-signature',
    ],
    ['PSS with SHA-256', { signatureAlgorithm: 'rsassaPss with SHA-256' }, undefined],
    ['MD4', { signatureAlgorithm: 'md4WithRSAEncryption' }, 'error client-certificate-weak-signature'],
  ])('has a key and a signature that TLS takes, or not: %s.', (_, more, found) => {
    expect(codes(linted(client(more)))[0]).toBe(found);
  });

  test('is reported in the words of the program that does TLS.', () => {
    const ed = client({ keyType: 'Ed25519', keyBits: null });
    expect(linted(ed)[0]?.message).toContain('works here, but not in the desktop app');
    expect(linted(ed, { boringSsl: true })[0]).toMatchObject({ severity: 'error' });
    expect(linted(ed, { boringSsl: true })[0]?.message).toContain(
      'The TLS of this app (BoringSSL) does not use',
    );
    // An authority in its chain need not sign here.
    const chain = [client({ issuerKey: 'ed' }), { ...ed, subjectKey: 'ed' }];
    expect(linted(client(), { boringSsl: true, client: chain })[0]).toMatchObject({ severity: 'warning' });
  });
});

describe('The CA field', () => {
  const of = (all: readonly ParsedCertificate[], now = NOW) => lintMaterial({ ...NOTHING, now, ca: all });
  const authority = (more: Partial<ParsedCertificate> = {}) => ({ ...builtCertificate(), ca: true, ...more });

  test('that is empty, or has no certificate in it, has no findings.', () => {
    expect(lintMaterial(NOTHING)).toEqual([]);
    expect(of([])).toEqual([]);
  });

  test('may hold an old root, which cannot say that it is one.', () => {
    const old = builtCertificate({ version: 0, extensions: null, subject: [['2.5.4.3', 'Issuer']] });
    expect(of([old])).toEqual([]);
    const between = builtCertificate({ version: 0, extensions: null });
    expect(codes(of([between]))).toEqual(['warning ca-without-authority']);
  });

  test('names what it holds instead, up to three.', () => {
    const servers = ['a', 'b', 'c', 'd'].map((name) => builtCertificate({ subject: [['2.5.4.3', name]] }));
    expect(of(servers)[0]?.message).toContain('it holds “a”, “b” and “c”.');
  });

  test('with a hundred expired ones reports five of them.', () => {
    const ended = Array.from({ length: 100 }, () => authority({ notAfter: NOW - DAY_MS }));
    expect(codes(of(ended))).toEqual(Array.from({ length: 5 }, () => 'warning ca-expired'));
    const ahead = Array.from({ length: 9 }, () => authority({ notBefore: NOW + DAY_MS }));
    expect(codes(of(ahead))).toEqual(Array.from({ length: 5 }, () => 'warning ca-not-yet-valid'));
  });

  test('reports a key that the desktop app does not take, in the words of the program.', () => {
    const ed448 = authority({ keyType: 'Ed448', keyBits: null });
    expect(of([ed448])[0]?.message).toContain('TLS of the desktop app does not take: Ed448');
    const here = lintMaterial({ ...NOTHING, now: NOW, ca: [ed448], boringSsl: true });
    expect(here[0]?.message).toContain('TLS of this app does not take: Ed448');
  });
});

test('A refused key is reported in words.', () => {
  const key = (more: Partial<ParsedCertificate>) => refusedKey({ ...builtCertificate(), ...more });
  expect(key({})).toBeNull();
  expect(key({ keyType: 'RSA', keyBits: 512 })).toBe('RSA of 512 bits');
  expect(key({ keyType: 'DSA', keyBits: null })).toBe('DSA');
  expect(key({ curve: null })).toBe('the elliptic curve of this key');
  expect(key({ curve: 'secp256k1' })).toBe('the elliptic curve secp256k1');
  expect(key({ keyType: 'ML-DSA-44' })).toBe('ML-DSA-44');
});

describe('The server name', () => {
  const of = (servername: string) =>
    lintOptions(
      ConnectionOptions.parse({ name: '', host: 'x', port: 1, protocol: 'mqtts', tls: { servername } }),
    );

  test.each(['', ' ', 'broker.example', 'broker_1.example.', 'bröker.example'])('is fine: “%s”.', (name) => {
    expect(of(name)).toEqual([]);
  });

  test.each(['10.0.0.1', '::1', '[::1]', 'fe80::1%eth0'])(
    'is an address, which is not sent: “%s”.',
    (name) => {
      expect(codes(of(name))).toEqual(['note servername-address']);
    },
  );

  test.each([
    'broker.example:8883',
    'a:b:c',
    '999.1.1.1',
    '*.example',
    '-a',
    'mqtts://x',
    'a b',
    'a\nb',
    '[::1]:1',
  ])('is none, as the connection would say: “%s”.', (name) => {
    expect(codes(of(name))).toEqual(['warning servername-invalid']);
    expect(of(name)[0]?.message).toMatch(/server name|brackets/);
    // It may be a secret that was pasted by mistake.
    expect(of(name)[0]?.message).not.toContain(name);
  });
});

test('Checks that are turned off are named, with what that means.', () => {
  const of = (tls: object) =>
    lintOptions(ConnectionOptions.parse({ name: '', host: 'x', port: 1, protocol: 'wss', tls }))[0]?.message;
  expect(of({ checks: { hostName: false } })).toBe('Not checked: host name. The rest is checked.');
  expect(of({ checks: { chain: false, dates: false } })).toMatch(
    /^Not checked: chain and dates\. Anyone on the way/,
  );
  expect(of({ minVersion: 'TLSv1' })).toContain('TLS 1.0 is allowed');
});
