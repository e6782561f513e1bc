import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  pemOf,
  pkcs12Of,
} from '../../../../../../src-renderer/features/connections/base/certificate-file.ts';
import { certificates } from '../../../../../support/tls/certificates.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('a file chosen for a certificate or a key', () => {
  test('PEM text is taken as it is, with all that stands around it', async () => {
    const { client } = await certificates();
    const text = `Bag attributes\n${client.cert}`;
    expect(pemOf(bytes(text), 'certificate', 'client.pem')).toBe(text);
    expect(pemOf(bytes(client.key), 'key', 'client.key')).toBe(client.key);
  });

  test('a certificate in DER becomes PEM', async () => {
    const { client } = await certificates();
    const { raw } = new X509Certificate(client.cert);
    const pem = pemOf(new Uint8Array(raw), 'certificate', 'client.der');
    expect(new X509Certificate(pem as string).fingerprint256).toBe(
      new X509Certificate(client.cert).fingerprint256,
    );
  });

  test('a key in DER becomes PEM with the name of its form', () => {
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey;
    const forms = [
      ec.export({ type: 'pkcs8', format: 'der' }),
      ec.export({ type: 'sec1', format: 'der' }),
      rsa.export({ type: 'pkcs8', format: 'der' }),
      rsa.export({ type: 'pkcs1', format: 'der' }),
      rsa.export({ type: 'pkcs8', format: 'der', cipher: 'aes-256-cbc', passphrase: 'x' }),
    ].map((der) => pemOf(new Uint8Array(der), 'key', 'client.key') as string);
    expect(forms.map((pem) => pem.split('\n')[0])).toEqual([
      '-----BEGIN PRIVATE KEY-----',
      '-----BEGIN EC PRIVATE KEY-----',
      '-----BEGIN PRIVATE KEY-----',
      '-----BEGIN RSA PRIVATE KEY-----',
      '-----BEGIN ENCRYPTED PRIVATE KEY-----',
    ]);
    for (const pem of forms) {
      expect(createPrivateKey({ key: pem, passphrase: 'x' }).type).toBe('private');
    }
  });

  test('what is in the wrong field, or nothing of the kind, is named', async () => {
    const { client } = await certificates();
    const { raw } = new X509Certificate(client.cert);
    const pkcs12 = Uint8Array.of(0x30, 0x82, 0x01, 0x00, 0x02, 0x01, 0x03, 0x30);
    expect(pemOf(pkcs12, 'certificate', 'a.p12')).toMatchObject({ code: 'pkcs12-chosen' });
    expect(pemOf(new Uint8Array(raw), 'key', 'a.der')).toMatchObject({ code: 'not-pem' });
    expect(pemOf(bytes('hello'), 'certificate', 'a.txt')).toMatchObject({ code: 'not-pem' });
    expect(pemOf(new Uint8Array(), 'key', 'empty')).toMatchObject({ code: 'not-pem' });
    expect(pemOf(Uint8Array.of(0x30), 'key', 'cut')).toMatchObject({ code: 'not-pem' });
  });

  test('a PKCS#12 file is kept byte by byte', () => {
    const all = Uint8Array.from({ length: 256 }, (_, index) => index);
    expect(pkcs12Of(all)).toBe(`base64:${Buffer.from(all).toString('base64')}`);
  });
});
