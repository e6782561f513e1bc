import { createPrivateKey, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { DialError } from '../../../../src-main/connection/base/dial-error.ts';
import { decodeCertificates, decodeKey, toPem } from '../../../../src-main/connection/tls/decode.ts';
import { contextOf } from '../../../../src-main/connection/tls/context.ts';
import {
  authoritiesOf,
  loadTls,
  readTlsMaterial,
  type MaterialPorts,
} from '../../../../src-main/connection/tls/material.ts';
import type { MaterialField, Source } from '../../../../src-main/connection/tls/sources.ts';
import { ConnectionOptions, type TlsOptions } from '../../../../src-main/contract/model/model.ts';
import { certificates, type Certificates } from '../../../support/tls/certificates.ts';

let all: Certificates;
beforeAll(async () => {
  all = await certificates();
});

const derOf = (pem: string): Buffer => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
const source = (field: MaterialField, bytes: string | Uint8Array, path: string | null = null): Source => ({
  field,
  path,
  bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes,
  undone: null,
});
const tlsOf = (tls: object): TlsOptions =>
  ConnectionOptions.parse({ name: '', protocol: 'mqtts', host: 'h', port: 1, tls }).tls;

const NOTHING: MaterialPorts = {
  readFile: () => Promise.reject(Object.assign(new Error(''), { code: 'ENOENT' })),
  systemAuthorities: () => [],
};
async function load(tls: object, ports: Partial<MaterialPorts> = {}) {
  const { material, findings } = await loadTls(tlsOf(tls), { ...NOTHING, ...ports });
  return { material, findings, codes: findings.map(({ severity, code }) => `${severity} ${code}`) };
}

test('DER becomes PEM in lines of 64 characters, which is read as the same again.', () => {
  const der = derOf(all.server.cert);
  const pem = toPem('CERTIFICATE', der);
  expect(derOf(pem)).toEqual(der);
  expect(pem.split('\n').every((line) => line.length <= 64)).toBe(true);
  expect(new X509Certificate(pem).subject).toBe('CN=localhost');
  // A part of a larger buffer, and one whose base64 fills its last line.
  const part = new Uint8Array(Buffer.concat([Buffer.alloc(7), der]).buffer, 0).subarray(0, 48);
  expect(toPem('X', part).split('\n')).toHaveLength(4);
});

describe('certificates of a file', () => {
  test.each<[string, () => string | Uint8Array, number, readonly string[]]>([
    ['one in PEM', () => all.server.cert, 1, []],
    ['several with text around them', () => `a\n${all.server.cert}\nb\n${all.ca.cert}\nc`, 2, []],
    ['Windows line ends', () => all.server.cert.replaceAll('\n', '\r\n'), 1, []],
    [
      'a trusted certificate of OpenSSL',
      () => all.ca.cert.replaceAll('CERTIFICATE', 'X509 CERTIFICATE'),
      1,
      [],
    ],
    ['one in DER', () => derOf(all.server.cert), 1, ['note der-read']],
    ['UTF-16', () => Buffer.from(`\ufeff${all.ca.cert}`, 'utf16le'), 1, []],
    ['nothing', () => '', 0, ['error ca-format']],
    ['bytes of chance', () => Uint8Array.of(1, 2, 3), 0, ['error ca-format']],
    ['a key alone', () => all.client.key, 0, ['error ca-format']],
    [
      'half a certificate',
      () => toPem('CERTIFICATE', derOf(all.ca.cert).subarray(0, 90)),
      1,
      ['error ca-format'],
    ],
    [
      'a certificate that is no DER',
      () => toPem('CERTIFICATE', Buffer.from('hello')),
      1,
      ['error ca-format'],
    ],
  ])('may be %s', (_, bytes, count, codes) => {
    const { ders, findings } = decodeCertificates(source('ca', bytes()));
    expect(ders).toHaveLength(count);
    expect(findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual(codes);
  });

  test('that are damaged are counted from one', () => {
    const broken = toPem('CERTIFICATE', Buffer.from('hello'));
    const { findings } = decodeCertificates(source('ca', all.ca.cert + broken, '/ca.pem'));
    expect(findings[0]?.message).toMatch(/^The file \/ca\.pem .*certificate 2 of 2 cannot be decoded/);
  });

  test('come with the key that stands in the same file', () => {
    const { key, ders } = decodeCertificates(source('cert', all.client.key + all.client.cert));
    expect([ders.length, key?.encrypted]).toEqual([1, false]);
    expect(createPrivateKey(key?.pem ?? '').asymmetricKeyType).toBe('ec');
  });
});

describe('a key', () => {
  const keyOf = () => createPrivateKey(all.client.key);
  const passphrase = 'correct horse';
  test.each<[string, () => string | Uint8Array, boolean]>([
    ['PKCS#8', () => all.client.key, false],
    ['SEC 1', () => keyOf().export({ type: 'sec1', format: 'pem' }).toString(), false],
    ['PKCS#8 in DER', () => keyOf().export({ type: 'pkcs8', format: 'der' }), false],
    ['SEC 1 in DER', () => keyOf().export({ type: 'sec1', format: 'der' }), false],
    ['encrypted', () => all.encryptedClientKey, true],
    [
      'encrypted in DER',
      () => keyOf().export({ type: 'pkcs8', format: 'der', cipher: 'aes-256-cbc', passphrase }),
      true,
    ],
    [
      'encrypted as long ago, with its headers',
      () => keyOf().export({ type: 'sec1', format: 'pem', cipher: 'aes-128-cbc', passphrase }).toString(),
      true,
    ],
    ['behind its certificate', () => all.client.cert + all.client.key, false],
    [
      'behind EC parameters',
      () => `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${all.client.key}`,
      false,
    ],
  ])('may be %s', (_, bytes, encrypted) => {
    const key = decodeKey(source('key', bytes()));
    if ('severity' in key) throw new Error(key.message);
    expect(key.encrypted).toBe(encrypted);
    const opened = createPrivateKey({ key: key.pem, passphrase });
    expect(opened.equals(keyOf())).toBe(true);
  });

  test.each<[string, () => string | Uint8Array, RegExp]>([
    ['a certificate', () => all.client.cert, /it is a certificate/],
    ['a certificate in DER', () => derOf(all.client.cert), /it is a certificate/],
    ['PKCS#12', () => all.clientP12, /it is a PKCS#12 file.*/],
    ['a public key', () => toPem('PUBLIC KEY', Buffer.of(0x30, 0)), /it is a public key/],
    ['a key of SSH', () => toPem('OPENSSH PRIVATE KEY', Buffer.from('openssh-key-v1')), /./],
    ['nothing', () => '', /neither PEM text nor DER/],
  ])('is not %s', (_, bytes, words) => {
    const key = decodeKey(source('key', bytes()));
    if (!('severity' in key)) return expect(() => createPrivateKey(key.pem)).toThrow();
    expect([key.severity, key.field, key.code]).toEqual(['error', 'key', 'key-format']);
    expect(key.message).toMatch(words);
  });
});

describe('all fields together', () => {
  test.each<[string, () => object, readonly string[]]>([
    ['nothing', () => ({}), []],
    ['a CA', () => ({ ca: all.ca.cert }), []],
    ['certificate and key', () => all.client, []],
    ['both in one', () => ({ cert: all.client.cert + all.client.key }), ['note key-in-certificate']],
    ['a certificate alone', () => ({ cert: all.client.cert }), ['error client-certificate-incomplete']],
    ['a key alone', () => ({ key: all.client.key }), ['error client-certificate-incomplete']],
    [
      'an encrypted key',
      () => ({ ...all.client, key: all.encryptedClientKey }),
      ['error key-passphrase-missing'],
    ],
    [
      'an empty passphrase',
      () => ({ ...all.client, key: all.encryptedClientKey, passphrase: '' }),
      ['error key-passphrase-missing'],
    ],
    [
      'an encrypted key with its passphrase',
      () => ({ ...all.client, key: all.encryptedClientKey, passphrase: 'x' }),
      [],
    ],
    ['a file that is gone', () => ({ ...all.client, key: '/gone' }), ['error file-unreadable']],
    [
      'PKCS#12 and a key',
      () => ({ pfx: `base64:${all.clientP12.toString('base64')}`, key: all.client.key }),
      ['error client-certificate-twice'],
    ],
    ['PKCS#12 that is none', () => ({ pfx: 'base64:aGVsbG8=' }), ['error pkcs12-format']],
    [
      'PKCS#12 without a passphrase',
      () => ({ pfx: `base64:${all.clientP12.toString('base64')}` }),
      ['error pkcs12-passphrase'],
    ],
  ])('%s: what is wrong is found', async (_, tls, codes) => {
    expect((await load(tls())).codes).toEqual(codes);
  });

  test('whatever is wrong first ends an attempt for good', async () => {
    const reading = readTlsMaterial(tlsOf({ ca: '/gone' }), NOTHING);
    await expect(reading).rejects.toBeInstanceOf(DialError);
    await expect(reading).rejects.toMatchObject({
      ending: { failure: { code: 'file-unreadable' }, retry: 'never' },
    });
  });
});

describe('whom to trust', () => {
  const systemAuthorities = () => [all.ca.cert, all.otherCa.cert, all.ca.cert];
  test.each<[string, object, Partial<MaterialPorts>, () => readonly string[] | null, readonly string[]]>([
    ['nobody is named', {}, {}, () => null, []],
    [
      'the store of the system is',
      { systemCa: true },
      { systemAuthorities },
      () => [all.ca.cert, all.otherCa.cert],
      [],
    ],
    ['its store is empty', { systemCa: true }, {}, () => null, ['warning system-store']],
    [
      'its store cannot be read',
      { systemCa: true },
      {
        systemAuthorities: () => {
          throw new Error('no');
        },
      },
      () => null,
      ['warning system-store'],
    ],
    ['its store is not asked for', {}, { systemAuthorities }, () => null, []],
  ])('where %s', async (_, tls, ports, trusted, codes) => {
    const got = await load(tls, ports);
    expect(authoritiesOf(got.material)).toEqual(trusted());
    expect(got.codes).toEqual(codes);
  });

  test('are those of the field and of the system, together', async () => {
    const { material } = await load({ ca: all.server.cert, systemCa: true }, { systemAuthorities });
    expect(authoritiesOf(material)?.map((pem) => new X509Certificate(pem).subject)).toEqual([
      'CN=localhost',
      'CN=Topicscope test CA',
      'CN=Some other CA',
    ]);
  });
});

test.each([
  ['as it is', (pem: string) => pem],
  ['in quotes of JSON', (pem: string) => JSON.stringify(pem)],
  ['with literal line ends', (pem: string) => pem.replaceAll('\n', '\\n')],
  ['with Windows line ends', (pem: string) => pem.replaceAll('\n', '\r\n')],
  ['behind blanks', (pem: string) => pem.replace(/^/gm, '  ')],
  ['behind a mark of its encoding', (pem: string) => `\ufeff${pem}`],
])('A key encrypted as long ago, by headers of its own, opens %s.', async (_, changed) => {
  const { passphrase } = all;
  const old = createPrivateKey(all.client.key).export({
    type: 'sec1',
    format: 'pem',
    cipher: 'aes-128-cbc',
    passphrase,
  });
  const key = changed(old.toString());
  for (const given of [key, '/key.pem']) {
    const readFile = () => Promise.resolve(Buffer.from(key));
    const tls = { cert: all.client.cert, key: given, passphrase };
    const { material, findings } = await load(tls, { readFile });
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(contextOf(tlsOf(tls), material).context).toBeDefined();
  }
});

describe('the context of a handshake', () => {
  test.each<[string, () => object]>([
    ['nothing', () => ({})],
    ['a CA', () => ({ ca: all.ca.cert })],
    ['a client certificate', () => all.client],
    ['an encrypted key', () => ({ ...all.client, key: all.encryptedClientKey, passphrase: all.passphrase })],
    ['old TLS', () => ({ minVersion: 'TLSv1' })],
    ['PKCS#12', () => ({ pfx: `base64:${all.clientP12.toString('base64')}`, passphrase: all.passphrase })],
    [
      'old PKCS#12',
      () => ({ pfx: `base64:${all.legacyClientP12.toString('base64')}`, passphrase: all.passphrase }),
    ],
  ])('is made of %s', async (_, tls) => {
    const { material } = await load(tls());
    expect(contextOf(tlsOf(tls()), material).context).toBeDefined();
  });

  test.each<[string, () => object]>([
    ['a wrong passphrase', () => ({ ...all.client, key: all.encryptedClientKey, passphrase: 'no' })],
    ['a foreign key', () => ({ cert: all.client.cert, key: all.server.key })],
  ])('is refused for %s', async (_, tls) => {
    const { material } = await load(tls());
    expect(() => contextOf(tlsOf(tls()), material)).toThrow();
  });
});
