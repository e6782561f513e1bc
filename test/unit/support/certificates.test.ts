import { X509Certificate } from 'node:crypto';
import { connect, type ConnectionOptions } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { certificates } from '../../support/tls/certificates.ts';
import { onTeardown, teardown } from '../../support/teardown.ts';

afterEach(teardown);

/** The code with which a TLS client refuses the server, or `ok`. */
async function handshake(server: TlsOptions, client: ConnectionOptions = {}): Promise<string> {
  const listening = createTlsServer(server, (socket) => socket.end('hello'));
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  onTeardown(() => void listening.close());
  const { port } = listening.address() as AddressInfo;
  const { ca } = await certificates();
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', ca: ca.cert, ...client });
    socket.once('data', () => resolve('ok'));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.once('close', () => resolve('closed'));
  });
}

test('The right server is trusted, and each wrong one is refused for its fault.', async () => {
  const all = await certificates();
  expect(await handshake(all.server)).toBe('ok');
  expect(await handshake(all.wrongHost)).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  expect(await handshake(all.expired)).toBe('CERT_HAS_EXPIRED');
  expect(await handshake(all.notYetValid)).toBe('CERT_NOT_YET_VALID');
  expect(await handshake(all.foreignServer)).toMatch(/UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/);
  expect(await handshake(all.selfSigned)).toMatch(/SELF_SIGNED/);
});

test('A client certificate is asked for, and an encrypted key opens with its passphrase.', async () => {
  const all = await certificates();
  const server = { ...all.server, ca: all.ca.cert, requestCert: true, rejectUnauthorized: true };
  expect(
    await handshake(server, {
      cert: all.client.cert,
      key: all.encryptedClientKey,
      passphrase: all.passphrase,
    }),
  ).toBe('ok');
  expect(await handshake(server)).not.toBe('ok');
  expect(await handshake(server, all.foreignClient)).not.toBe('ok');
  expect(new X509Certificate(all.client.cert).subject).toBe('CN=press-03');
});
