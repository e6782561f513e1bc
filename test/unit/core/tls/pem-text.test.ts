import { describe, expect, test } from 'vitest';
import { pemBlocks } from '../../../../src-main/core/tls/pem.ts';
import { mendPem } from '../../../../src-main/core/tls/pem-text.ts';
import { parseCertificate } from '../../../../src-main/core/tls/x509.ts';
import { ODD_CERTIFICATES } from '../../../support/tls/odd-certificates.ts';
import { cpuMsSince } from '../../../support/cpu.ts';

const PEM = ODD_CERTIFICATES.secp256k1;
const OTHER = ODD_CERTIFICATES.ed25519;
const OLD_KEY =
  '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n';

/** How many of the certificates in a text can be read. */
const readable = (text: string): number =>
  pemBlocks(mendPem(text).text).filter(
    ({ base64 }) => parseCertificate(Buffer.from(base64, 'base64')) !== null,
  ).length;

describe('PEM text that was changed on its way', () => {
  test.each([
    ['literal \\n', PEM.replaceAll('\n', '\\n')],
    ['literal \\r\\n', PEM.replaceAll('\n', '\\r\\n')],
    ['literal \\\\n, escaped twice', PEM.replaceAll('\n', '\\\\n')],
    ['a string of JSON', JSON.stringify(PEM)],
    ['a field of JSON', `"ca": ${JSON.stringify(PEM)},`],
    ['slashes escaped as PHP does', JSON.stringify(PEM).replaceAll('/', '\\/')],
    ['a line of .env', `MQTT_CA="${PEM.trim().replaceAll('\n', '\\n')}"`],
    ['one line', PEM.replaceAll('\n', '')],
    ['one line with blanks', PEM.replaceAll('\n', ' ')],
    ['base64 on one line', PEM.replaceAll(/([A-Za-z0-9+/=])\n(?!-)/g, '$1')],
    ['indentation', PEM.replaceAll(/^/gm, '    ')],
    ['indentation by tabs', PEM.replaceAll(/^/gm, '\t')],
    ['quoted mail', PEM.replaceAll(/^/gm, '> ')],
    [
      'strings of C',
      PEM.trim()
        .split('\n')
        .map((line) => `"${line}\\n"`)
        .join('\n'),
    ],
    [
      'strings of JavaScript',
      PEM.trim()
        .split('\n')
        .map((line) => `  '${line}' +`)
        .join('\n'),
    ],
    ['blanks at line ends', PEM.replaceAll('\n', '  \n')],
  ])('is read and reported: %s', (_, text) => {
    expect(readable(text)).toBe(1);
    expect(mendPem(text).undone).not.toBeNull();
  });

  test.each([
    ['as it was written', PEM],
    ['with line ends of Windows', PEM.replaceAll('\n', '\r\n')],
    ['without a line end at its end', PEM.trim()],
    [
      'with text of OpenSSL in between',
      `Bag Attributes\n    friendlyName: a\n${PEM}subject=CN = x\n${OTHER}`,
    ],
  ])('is left alone where it is in order: %s', (_, text) => {
    expect(mendPem(text)).toEqual({ text, undone: null });
    expect(readable(text)).toBe(text.includes('Bag') ? 2 : 1);
  });

  test('holds as many certificates as before', () => {
    const both = (PEM + OTHER).replaceAll('\n', '\\n');
    expect(readable(both)).toBe(2);
    expect(readable(`${PEM.replaceAll('\n', '')}${OTHER.replaceAll('\n', '')}`)).toBe(2);
    expect(mendPem(both).undone).toBe('had \\n in place of its line ends');
  });

  test('keeps the headers of an old encrypted key, which are part of it', () => {
    expect(mendPem(OLD_KEY)).toEqual({ text: OLD_KEY, undone: null });
    expect(mendPem(OLD_KEY.trim().replaceAll('\n', '\\n')).text).toBe(OLD_KEY.trim());
    expect(pemBlocks(mendPem(JSON.stringify(OLD_KEY)).text)[0]?.encryptedHeader).toBe(true);
  });

  test('is not made out of what is none', () => {
    for (const text of ['', 'C:\\new\\ca.crt', '/etc/ssl/ca.crt', 'a\\nb']) {
      expect(mendPem(text)).toEqual({ text, undone: null });
    }
  });

  test('is mended in time that grows with its size', () => {
    for (const piece of [
      '-----BEGIN A-----',
      '-----BEGIN A-----\\n',
      '\\n',
      '-----END A-----',
      ' ',
      '> ',
      '"',
    ]) {
      const began = process.cpuUsage();
      const body = piece.repeat(700_000 / piece.length);
      mendPem(`-----BEGIN A-----${body}`);
      mendPem(`-----BEGIN A-----${body}x-----END A-----`);
      expect(cpuMsSince(began), piece).toBeLessThan(3_000);
    }
  });
});
