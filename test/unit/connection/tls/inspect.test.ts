import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { systemPorts } from '../../../../src-main/connection/base/ports.ts';
import { inspectTls } from '../../../../src-main/connection/tls/lint.ts';
import { TlsInspection } from '../../../../src-main/contract/model/certificates.ts';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import { splitSecrets } from '../../../../src-main/core/profiles/secrets.ts';
import { certificateHandlers } from '../../../../src-main/engine/certificate-handlers.ts';
import { certificates, makeCertificate, type Certificates } from '../../../support/tls/certificates.ts';
import { ODD_CERTIFICATES, ODD_P12 } from '../../../support/tls/odd-certificates.ts';
import { pkcs12 } from '../../../support/tls/pkcs12.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';
import { HeavyWork } from '../../../../src-main/engine/base/heavy-work.ts';

afterEach(teardown);

let all: Certificates;
/** Neither ends soon. */
let client: { cert: string; key: string };
beforeAll(async () => {
  all = await certificates();
  client = await makeCertificate({ name: 'press-03', hosts: null, issuer: all.ca, until: 100 });
});

const optionsOf = (tls: object): ConnectionOptions =>
  ConnectionOptions.parse({ name: '', protocol: 'mqtts', host: 'broker.example', port: 8883, tls });

const NEVER = { systemAuthorities: () => [], readFile: () => Promise.reject(new Error('no file is read')) };

/** The inspection, in the form of the contract and without a secret in it. */
async function inspect(tls: object, ports: Partial<Parameters<typeof inspectTls>[1]> = {}) {
  const found = await inspectTls(optionsOf(tls), { now: Date.now, ...NEVER, ...ports });
  const checked = TlsInspection.parse(found);
  expect(JSON.stringify(checked)).not.toMatch(/PRIVATE KEY-|correct horse/);
  return { ...checked, codes: checked.findings.map(({ severity, code }) => `${severity} ${code}`) };
}

test('What is right is shown in full and nothing is found.', async () => {
  const { ca, client: ours, caCount, codes } = await inspect({ ca: all.ca.cert, ...client });
  expect(codes).toEqual([]);
  expect(caCount).toBe(1);
  expect(ca[0]).toMatchObject({
    subjectLine: 'CN=Topicscope test CA',
    ca: true,
    selfSigned: true,
    keyUsage: ['keyCertSign', 'cRLSign'],
    validity: 'valid',
  });
  expect(ours.keyMatches).toBe(true);
  const [mine] = ours.chain;
  expect(mine).toMatchObject({
    subject: [{ name: 'CN', value: 'press-03' }],
    issuerLine: 'CN=Topicscope test CA',
    keyType: 'EC',
    keyBits: 256,
    curve: 'P-256',
    signatureAlgorithm: 'ecdsa-with-SHA256',
    extendedKeyUsage: ['clientAuth'],
    daysLeft: 99,
    selfSigned: false,
    pem: expect.stringMatching(/^-----BEGIN CERTIFICATE-----\n/),
  });
  expect(mine?.fingerprints.sha256).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  expect(await inspect({})).toMatchObject({
    ca: [],
    caCount: 0,
    client: { chain: [], keyMatches: null },
    codes: [],
  });
});

test('All that is wrong is reported at once, each at its field.', async () => {
  const { findings, client: ours } = await inspect({
    ca: all.server.cert,
    cert: all.expiredClient.cert,
    key: all.server.key,
    checks: { chain: false },
    minVersion: 'TLSv1',
  });
  expect(ours.keyMatches).toBe(false);
  expect(findings.map(({ severity, field, code }) => [severity, field, code])).toEqual([
    ['error', 'key', 'key-mismatch'],
    ['error', 'cert', 'client-certificate-expired'],
    ['warning', 'ca', 'ca-without-authority'],
    ['warning', 'ca', 'ca-expires-soon'],
    ['warning', 'verify', 'checks-off'],
    ['warning', 'minVersion', 'old-tls'],
    ['note', 'cert', 'client-chain-incomplete'],
  ]);
  for (const { message, advice } of findings) expect(`${message} ${advice}`).toMatch(/\. \S.*\.$/);
});

test('One field that cannot be read does not hide what is in the others.', async () => {
  const found = await inspect({ ca: 'nonsense\nof lines', ...client });
  expect(found.codes).toContain('error ca-format');
  expect(found.client).toMatchObject({ keyMatches: true, chain: [{ subjectLine: 'CN=press-03' }] });
  const keyless = await inspect({ ca: all.ca.cert, cert: client.cert, key: '/gone' });
  expect(keyless.codes).toEqual(['error file-unreadable']);
  expect(keyless.client).toMatchObject({ keyMatches: null, chain: [{ subjectLine: 'CN=press-03' }] });
  expect(keyless.ca).toHaveLength(1);
});

test('What is given in place of a certificate or a key is named.', async () => {
  const pem = (label: string): string => `-----BEGIN ${label}-----\nMAA=\n-----END ${label}-----`;
  const cases = [
    ['X509 CRL', /it is a list of revoked certificates\./],
    ['PUBLIC KEY', /it is a public key\./],
    ['RSA PUBLIC KEY', /it is a public key\./],
    ['NEW CERTIFICATE REQUEST', /it is a request for a certificate\./],
    ['PGP MESSAGE', /it is PEM text of another kind\./],
  ] as const;
  for (const [label, words] of cases) {
    for (const field of ['ca', 'key'] as const) {
      const found = await inspect({ ca: all.ca.cert, ...client, [field]: pem(label) });
      expect(found.findings[0]?.message, label).toMatch(words);
      expect(found.findings[0]).toMatchObject({ severity: 'error', field, code: `${field}-format` });
    }
  }
});

test('Text that lost its first and last line is read all the same, and never shown as if it were a path.', async () => {
  const bare = (pem: string): string => pem.replace(/-----[^-]+-----/g, '').trim();
  const lines = { cert: bare(client.cert), key: bare(client.key) };
  const one = { cert: lines.cert.replace(/\s/g, ''), key: lines.key.replace(/\s/g, '') };
  for (const tls of [lines, one]) {
    const found = await inspect({ ca: all.ca.cert, ...tls });
    expect(found.client.keyMatches).toBe(true);
    expect(found.codes).toEqual(['note der-read']);
  }
  const damaged = await inspect({ ca: all.ca.cert, cert: client.cert, key: one.key.replace('M', 'MM') });
  expect(damaged.codes).toEqual(['error key-format']);
  expect(JSON.stringify(damaged.findings)).not.toContain(one.key.slice(8, 40));
});

test('Encrypted keys are opened, of the new and the old kind; without the passphrase it is asked for.', async () => {
  const passphrase = 'correct horse';
  const key = createPrivateKey(client.key);
  const kinds = [
    key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }),
    key.export({ type: 'sec1', format: 'pem', cipher: 'aes-128-cbc', passphrase }),
  ].map(String);
  for (const encrypted of kinds) {
    const base = { ca: all.ca.cert, cert: client.cert, key: encrypted };
    expect(await inspect({ ...base, passphrase })).toMatchObject({ codes: [], client: { keyMatches: true } });
    expect((await inspect({ ...base, passphrase: 'no' })).codes).toEqual(['error key-passphrase']);
    expect((await inspect(base)).findings[0]).toMatchObject({
      code: 'key-passphrase-missing',
      field: 'passphrase',
    });
  }
});

test('A PKCS#12 file shows its chain, whatever encrypts it; the legacy kind comes with the conversion.', async () => {
  const base64 = (bytes: Buffer): string => `base64:${bytes.toString('base64')}`;
  const passphrase = 'correct horse';
  const own = await inspect({ ca: all.ca.cert, pfx: base64(pkcs12(client, { passphrase })), passphrase });
  expect(own.codes).toEqual([]);
  expect(own.client).toMatchObject({ keyMatches: true, chain: [{ subjectLine: 'CN=press-03' }] });
  for (const text of [ODD_P12.modern, ODD_P12.tripleDes]) {
    const found = await inspect({ pfx: `base64:${text}`, passphrase: 'secret' });
    expect(found.client).toMatchObject({ keyMatches: true, chain: [{ subjectLine: 'CN=prime256v1' }] });
  }
  const legacy = await inspect({ pfx: `base64:${ODD_P12.legacy}`, passphrase: 'secret' });
  expect(legacy.findings[0]).toMatchObject({ severity: 'warning', field: 'pfx', code: 'pkcs12-legacy' });
  expect(legacy.client).toMatchObject({ keyMatches: true, chain: [{ subjectLine: 'CN=prime256v1' }] });
  expect(legacy.findings[0]?.advice).toContain('openssl pkcs12 -legacy -in');
  const wrong = await inspect({ pfx: `base64:${ODD_P12.modern}`, passphrase: 'no' });
  expect(wrong.findings[0]).toMatchObject({ field: 'passphrase', code: 'pkcs12-passphrase' });
});

test('What would never end to open is not opened.', async () => {
  const started = performance.now();
  const greedy = pkcs12(client, { passphrase: 'x', rounds: 2_000_000_000 });
  expect((await inspect({ pfx: `base64:${greedy.toString('base64')}`, passphrase: 'x' })).codes).toEqual([
    'error key-rounds',
  ]);
  const key = createPrivateKey(client.key).export({
    type: 'pkcs8',
    format: 'der',
    cipher: 'aes-256-cbc',
    passphrase: 'x',
  });
  // The number of rounds of the derivation: 2,048 becomes 2 ** 31 - 1 in an integer that grows by two bytes.
  const at = key.indexOf(Buffer.of(2, 2, 8, 0));
  const grown = Buffer.concat([
    key.subarray(0, at),
    Buffer.of(2, 4, 0x7f, 0xff, 0xff, 0xff),
    key.subarray(at + 4),
  ]);
  for (let i = 0; i < at; i++) {
    // Every sequence around it is longer by two.
    const length = grown[i + 1] ?? 0;
    if (grown[i] === 0x30 && length < 0x80 && i + 2 + length >= at) grown[i + 1] = length + 2;
    if (grown[i] === 0x30 && length === 0x81 && i === 0) grown[i + 2] = (grown[i + 2] ?? 0) + 2;
  }
  const pem = `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${grown.toString('base64')}\n-----END ENCRYPTED PRIVATE KEY-----`;
  const found = await inspect({ ca: all.ca.cert, cert: client.cert, key: pem, passphrase: 'x' });
  // Its base64 stands in one line, which is reported as well.
  expect(found.codes).toEqual(['error key-rounds', 'note pem-mended']);
  const ber = Buffer.concat([Buffer.of(0x30, 0x80, 2, 1, 3, 0x30, 0x80), Buffer.alloc(40)]);
  // What it would cost is not seen, so nobody opens it.
  expect((await inspect({ pfx: `base64:${ber.toString('base64')}`, passphrase: 'x' })).codes).toEqual([
    'error pkcs12-format',
  ]);
  expect(performance.now() - started).toBeLessThan(5_000);
});

test('Certificates that the TLS library itself refuses are reported before connecting.', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
  const found = await inspect({ cert: ODD_CERTIFICATES.rsa2048Md5, key });
  expect(found.codes).toContain('error key-mismatch');
  const dsa = await inspect({ cert: ODD_CERTIFICATES.dsa, key });
  expect(dsa.codes).toContain('error client-certificate-key-kind');
});

test('A bundle of all authorities is counted, and shown up to a bound.', async () => {
  const bundle = getCACertificates('bundled');
  const many = [...bundle, ...bundle].join('\n');
  const { ca, caCount } = await inspect({ ca: many });
  expect(caCount).toBe(bundle.length * 2);
  expect(ca).toHaveLength(200);
});

test('The engine reads only what its host allows, and with the secrets of the profile.', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'topicscope-inspect-'));
  onTeardown(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, 'ca.pem'), all.ca.cert);
  const workerUrl = new URL('../../../../src-main/connection/worker.ts', import.meta.url);
  const work = new HeavyWork({ workerUrl, files: { kind: 'below', dir } });
  const { inspectTls: inspected } = certificateHandlers(
    { clock: { now: Date.now } },
    work,
    (options, profileId) =>
      Promise.resolve(
        profileId === 'p'
          ? { ...options, tls: { ...options.tls, ...client } }
          : failed('locked', 'The vault is locked.', 'Open it.'),
      ),
  );
  const inside = await inspected({ options: optionsOf({ ca: join(dir, 'ca.pem') }), profileId: 'p' });
  expect(inside).toMatchObject({ kind: 'inspected', caCount: 1, client: { keyMatches: true }, findings: [] });
  const outside = await inspected({ options: optionsOf({ ca: import.meta.filename }), profileId: 'p' });
  expect(outside.kind === 'inspected' && outside.findings[0]).toMatchObject({
    code: 'file-unreadable',
    field: 'ca',
  });
  expect(await inspected({ options: optionsOf({}), profileId: null })).toMatchObject({ code: 'locked' });
  expect(systemPorts(Math.random).systemAuthorities()).toBeInstanceOf(Array);
});

test('PEM that was changed on its way is read alike as text and as a file, and reported.', async () => {
  const escaped = {
    ca: JSON.stringify(all.ca.cert),
    cert: client.cert.replaceAll('\n', '\\n'),
    key: client.key.replaceAll('\n', '\\n'),
  };
  const files: Readonly<Record<string, string>> = {
    '/ca': escaped.ca,
    '/cert': escaped.cert,
    '/key': escaped.key,
  };
  const readFile = (path: string) => Promise.resolve(new TextEncoder().encode(files[path] ?? ''));
  const pasted = await inspect(escaped);
  const read = await inspect({ ca: '/ca', cert: '/cert', key: '/key' }, { readFile });
  for (const { codes, caCount, client: ours } of [pasted, read]) {
    expect(codes).toEqual(['note pem-mended', 'note pem-mended', 'note pem-mended']);
    expect(caCount).toBe(1);
    expect(ours.keyMatches).toBe(true);
  }
  expect(pasted.findings[0]?.message).toContain('had \\n in place of its line ends');
  expect(read.findings[0]?.message).toMatch(/^The file \/ca \(/);
});

test('A key without its first and last line is never shown as a path, whatever its line ends became.', async () => {
  const body = client.key.replaceAll(/-----[^-]*-----/g, '').trim();
  for (const key of [
    body,
    body.replaceAll('\n', '\\n'),
    body.replaceAll('\n', ''),
    `"${body.replaceAll('\n', '\\n')}"`,
  ]) {
    const found = await inspect({ cert: client.cert, key });
    expect(JSON.stringify(found.findings)).not.toContain(body.slice(0, 30));
    expect(found.client.keyMatches).toBe(true);
    expect(splitSecrets(optionsOf({ key })).secrets['tls.key']).toBe(key);
  }
});

/** A round trip with what programs write: Node's OpenSSL opens the same file, or refuses it as we do. */
test('A PKCS#12 file in BER, as some programs write it, is opened before connecting.', async () => {
  const file = pkcs12(client, { passphrase: 'correct horse' });
  const header = 2 + ((file[1] ?? 0) & 0x7f);
  const ber = Buffer.concat([Buffer.of(0x30, 0x80), file.subarray(header), Buffer.of(0, 0)]);
  const found = await inspect({
    ca: all.ca.cert,
    pfx: `base64:${ber.toString('base64')}`,
    passphrase: 'correct horse',
  });
  expect(found.codes).toEqual([]);
  expect(found.client.keyMatches).toBe(true);
});
