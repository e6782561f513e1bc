import { createSecureContext } from 'node:tls';
import { beforeAll, expect, test } from 'vitest';
import { openPkcs12 } from '../../../../src-main/connection/tls/lint-pkcs12.ts';
import { openPkcs12File } from '../../../../src-main/connection/tls/pkcs12.ts';
import { certificates, type Certificates } from '../../../support/tls/certificates.ts';
import { ODD_P12 } from '../../../support/tls/odd-certificates.ts';
import { pkcs12 } from '../../../support/tls/pkcs12.ts';
import { random } from '../../../support/random.ts';
import { cpuMsSince } from '../../../support/cpu.ts';

let all: Certificates;
beforeAll(async () => {
  all = await certificates();
});

const PASSPHRASE = 'correct horse ä';
const HUGE = 2_000_000_000;

/** Whether TLS itself opens it. */
function isOpenedByLibrary(pfx: Buffer, passphrase: string): boolean {
  try {
    createSecureContext({ pfx, passphrase });
    return true;
  } catch {
    return false;
  }
}

test('A file gives its key and, first, the certificate of it, where TLS would open it as well.', () => {
  const files: readonly (readonly [Buffer, string])[] = [
    [pkcs12(all.client, { passphrase: PASSPHRASE }), PASSPHRASE],
    [pkcs12(all.client, { passphrase: PASSPHRASE, pbmac1: true }), PASSPHRASE],
    [pkcs12(all.client, { passphrase: '' }), ''],
    [Buffer.from(ODD_P12.modern, 'base64'), 'secret'],
    [Buffer.from(ODD_P12.tripleDes, 'base64'), 'secret'],
  ];
  for (const [file, passphrase] of files) {
    expect(isOpenedByLibrary(file, passphrase)).toBe(true);
    const opened = openPkcs12File(file, passphrase);
    if (opened.kind !== 'opened') throw new Error(opened.kind);
    expect(opened.key).toMatch(/^-----BEGIN PRIVATE KEY-----/);
    // The library compares them.
    expect(() => createSecureContext({ key: opened.key, cert: pemOf(opened.certificates[0]) })).not.toThrow();
    expect(openPkcs12File(file, `${passphrase}x`)).toEqual({ kind: 'wrong-passphrase' });
  }
});

const pemOf = (der: Uint8Array | undefined): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der ?? []).toString('base64')}\n-----END CERTIFICATE-----`;

test.each([
  ['RC4 of 128 bits', ODD_P12.rc4of128, /\(RC4-128\)/],
  ['RC4 of 40 bits', ODD_P12.rc4of40, /\(RC4-40\)/],
  ['RC2 of 128 bits', ODD_P12.rc2of128, /\(RC2-128\)/],
  ['RC2 of 40 bits', ODD_P12.legacy, /\(RC2-40\)/],
])('A file of years ago is opened without the TLS library, and reported as old: %s.', (_, base64, old) => {
  const file = Buffer.from(base64, 'base64');
  // OpenSSL 3 has dropped it, and BoringSSL has half of it.
  expect(isOpenedByLibrary(file, 'secret')).toBe(false);
  const { pfx, findings } = openPkcs12(file, 'secret');
  expect(() => createSecureContext({ key: pfx?.key, cert: pemOf(pfx?.certificates[0]) })).not.toThrow();
  expect(findings).toMatchObject([{ severity: 'warning', field: 'pfx', code: 'pkcs12-legacy' }]);
  expect(findings[0]?.message).toMatch(old);
  expect(findings[0]?.advice).toContain('openssl pkcs12 -legacy -in');
  const wrong = openPkcs12(file, 'secrets');
  expect(wrong.pfx).toBeNull();
  expect(wrong.findings[0]).toMatchObject({ field: 'passphrase', code: 'pkcs12-passphrase' });
});

test('A file under two keys of DES is opened as any other.', () => {
  const opened = openPkcs12(Buffer.from(ODD_P12.twoKeyTripleDes, 'base64'), 'secret');
  expect(opened.findings).toEqual([]);
  expect(opened.pfx?.certificates).toHaveLength(1);
});

test('A file that was changed is not opened: its authentication does not match.', () => {
  const file = pkcs12(all.client, { passphrase: PASSPHRASE, rounds: 1 });
  const { int } = random(11);
  let opened = 0;
  for (let i = 0; i < 500; i++) {
    const changed = Buffer.from(file);
    changed[int(changed.length)] = int(256);
    if (!changed.equals(file) && openPkcs12File(changed, PASSPHRASE).kind === 'opened') opened++;
  }
  // What is changed may be the name of the salt's type, which nobody reads, but nothing that counts.
  expect(opened).toBeLessThan(10);
});

test.each([
  ['each of its parts asks for too many rounds', { rounds: HUGE }],
  ['its authentication asks for too many rounds', { rounds: HUGE, pbmac1: true }],
  ['the key, seen only when the rest is opened, asks for too many rounds', { hiddenRounds: HUGE }],
  ['all of it together asks for too many rounds', { rounds: 1_999_999 }],
])('A file is refused at once where %s.', (_, options) => {
  const file = pkcs12(all.client, { passphrase: PASSPHRASE, ...options });
  const began = process.cpuUsage();
  const { pfx, findings } = openPkcs12(file, PASSPHRASE);
  expect(pfx).toBeNull();
  expect(findings).toMatchObject([{ severity: 'error', field: 'pfx', code: 'key-rounds' }]);
  expect(cpuMsSince(began)).toBeLessThan(1_000);
});

test('A file that nobody can read is given to no library.', () => {
  const file = pkcs12(all.client, { passphrase: PASSPHRASE, rounds: HUGE });
  for (const broken of [file.subarray(0, 60), Buffer.concat([Buffer.of(0x30, 0x80), file.subarray(4, 90)])]) {
    const { pfx, findings } = openPkcs12(broken, PASSPHRASE);
    expect(pfx).toBeNull();
    expect(findings[0]?.code).toBe('pkcs12-format');
  }
});
