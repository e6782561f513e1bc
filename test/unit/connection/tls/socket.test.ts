import { connect, createServer as createTcp, type Socket } from 'node:net';
import { createServer, type TlsOptions as ServerOptions } from 'node:tls';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DialError } from '../../../../src-main/connection/base/dial-error.ts';
import type { ShownCertificates } from '../../../../src-main/connection/tls/peer.ts';
import { prepareTls, secure } from '../../../../src-main/connection/tls/socket.ts';
import { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { listen } from '../../../support/net/listen.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';
import { certificates, makeCertificate, type Certificates } from '../../../support/tls/certificates.ts';

afterEach(teardown);

let all: Certificates;
beforeAll(async () => {
  all = await certificates();
});

interface Served {
  readonly port: number;
  /** Bytes that clients sent, deciphered. */
  readonly got: () => string;
  /** Names that clients asked for (SNI). */
  readonly names: readonly string[];
}

async function serve(options: ServerOptions): Promise<Served> {
  let got = '';
  const names: string[] = [];
  const server = createServer(options, (socket) => {
    const { servername } = socket as { servername?: string | false };
    names.push(typeof servername === 'string' ? servername : '');
    socket.on('data', (chunk) => (got += chunk.toString()));
    socket.on('error', () => undefined);
  });
  server.on('tlsClientError', () => undefined);
  return { port: await listen(server), got: () => got, names };
}

interface Asked {
  readonly tls?: object;
  readonly host?: string;
  readonly now?: number;
  readonly signal?: AbortSignal;
}

/** What came of it: facts, or a code; and what the broker showed. */
async function dial(port: number, { tls = {}, host = 'localhost', now = Date.now(), signal }: Asked = {}) {
  const options = ConnectionOptions.parse({ name: '', protocol: 'mqtts', host, port, tls });
  const target = { host, port, protocol: 'mqtts', path: '' } as const;
  const shown: ShownCertificates[] = [];
  const nothing = { readFile: () => Promise.reject(new Error('no')), systemAuthorities: () => [] };
  const tcp = connect({ host: '127.0.0.1', port });
  await new Promise((resolve) => tcp.once('connect', resolve));
  onTeardown(() => void tcp.destroy());
  try {
    const prepared = await prepareTls(target, options.tls, { ...nothing, clock: new ManualClock() });
    const given = signal ?? new AbortController().signal;
    const emit = (one: ShownCertificates): void => void shown.push(one);
    const { facts, socket } = await secure(tcp, target, options.tls, prepared, () => now, given, emit);
    onTeardown(() => void socket.destroy());
    return { code: 'open', retry: '', text: '', facts, shown, tcp };
  } catch (error) {
    tcp.destroy();
    if (!(error instanceof DialError)) throw error;
    const { failure, retry } = error.ending;
    return { code: failure.code, retry, text: `${failure.message} ${failure.advice}`, shown, tcp };
  }
}

type Case = readonly [name: string, server: () => ServerOptions, asked: () => Asked, code: string];

describe('TLS to a broker', () => {
  const trusted = (): Asked => ({ tls: { ca: all.ca.cert } });
  const cases: readonly Case[] = [
    ['a certificate of the CA that is given', () => all.server, trusted, 'open'],
    ['an address in the certificate', () => all.server, () => ({ ...trusted(), host: '127.0.0.1' }), 'open'],
    ['an IPv6 address in it', () => all.server, () => ({ ...trusted(), host: '::1' }), 'open'],
    ['an authority in between that is sent', () => all.chained, trusted, 'open'],
    ['itself as its CA', () => all.selfSigned, () => ({ tls: { ca: all.selfSigned.cert } }), 'open'],
    ['nobody that is known', () => all.server, () => ({}), 'certificate-untrusted'],
    ['another CA', () => all.foreignServer, trusted, 'certificate-untrusted'],
    ['nobody but itself', () => all.selfSigned, trusted, 'certificate-self-signed'],
    ['a certificate of yesterday', () => all.expired, trusted, 'certificate-expired'],
    ['one of tomorrow', () => all.notYetValid, trusted, 'certificate-not-yet-valid'],
    ['one for another host', () => all.wrongHost, trusted, 'certificate-host'],
    [
      'an address that is not in it',
      () => all.server,
      () => ({ ...trusted(), host: '127.0.0.7' }),
      'certificate-host',
    ],
    [
      'the server name that is set',
      () => all.wrongHost,
      () => ({ tls: { ca: all.ca.cert, servername: ' broker.example. ' } }),
      'open',
    ],
    [
      'all faults, with all checks off',
      () => all.expiredWrongHostForeign,
      () => ({ tls: { ca: all.ca.cert, verify: false } }),
      'open',
    ],
    [
      'TLS 1.2 where 1.3 is the least',
      () => ({ ...all.server, maxVersion: 'TLSv1.2' }),
      () => ({ tls: { ca: all.ca.cert, minVersion: 'TLSv1.3' } }),
      'tls-version',
    ],
    [
      'TLS 1.1 at most',
      () => ({ ...all.server, maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' }),
      trusted,
      'tls-version',
    ],
    [
      'TLS 1.1, which is allowed',
      () => ({ ...all.server, maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' }),
      () => ({ tls: { ca: all.ca.cert, minVersion: 'TLSv1.1' } }),
      'open',
    ],
    [
      'other ALPN protocols',
      () => ({ ...all.server, ALPNProtocols: ['h2'] }),
      () => ({ tls: { ca: all.ca.cert, alpn: ['mqtt'] } }),
      'tls-alpn',
    ],
    [
      'no ALPN, where some is offered',
      () => all.server,
      () => ({ tls: { ca: all.ca.cert, alpn: ['mqtt'] } }),
      'open',
    ],
    [
      'a wish for a client certificate, and gets none',
      () => ({ ...all.server, requestCert: true, ca: all.ca.cert, maxVersion: 'TLSv1.2' }),
      trusted,
      'client-certificate-required',
    ],
    [
      'a wish for one, and gets it',
      () => ({ ...all.server, requestCert: true, ca: all.ca.cert }),
      () => ({ tls: { ca: all.ca.cert, ...all.client } }),
      'open',
    ],
    [
      'a wish for one, and gets it with the authority in between',
      () => ({ ...all.server, requestCert: true, ca: all.ca.cert, maxVersion: 'TLSv1.2' }),
      () => ({ tls: { ca: all.ca.cert, ...all.chainedClient } }),
      'open',
    ],
  ];

  test.each(cases)('that has %s', async (_, server, asked, code) => {
    const served = await serve(server());
    const got = await dial(served.port, asked());
    expect([got.code, got.text]).toEqual([code, code === 'open' ? '' : got.text]);
    if (code === 'open') return;
    expect(got.retry).toBe('never');
    expect(got.text).toMatch(/\S\. \S/);
    expect([got.tcp.destroyed, served.got()]).toEqual([true, '']);
    // The certificates it showed are reported also where it is refused for them.
    expect(got.shown).toHaveLength(code.startsWith('certificate-') ? 1 : 0);
  });

  test('says what was agreed on', async () => {
    const { port } = await serve({
      ...all.server,
      ALPNProtocols: ['x', 'mqtt'],
      requestCert: true,
      ca: all.ca.cert,
    });
    const { facts } = await dial(port, { tls: { ca: all.ca.cert, alpn: ['mqtt'], ...all.client } });
    expect(facts).toMatchObject({
      version: 'TLSv1.3',
      verified: true,
      mutual: true,
      alpn: 'mqtt',
      off: [],
      ignored: [],
    });
    expect(facts?.cipher).toMatch(/^TLS_/);
  });

  test('counts what is forgiven, and no certificate of ours where there is none', async () => {
    const { port } = await serve(all.expiredWrongHostForeign);
    const { facts } = await dial(port, { tls: { ca: all.ca.cert, verify: false } });
    expect(facts).toMatchObject({ verified: false, mutual: false, alpn: null });
    expect(facts?.ignored.map(({ check }) => check)).toEqual(['chain', 'dates', 'hostName']);
  });

  test.each([
    ['localhost', {}, 'localhost'],
    ['localhost.', {}, 'localhost'],
    ['127.0.0.1', {}, ''],
    ['::1', {}, ''],
    ['127.0.0.1', { servername: 'localhost' }, 'localhost'],
    ['localhost', { servername: '127.0.0.1' }, ''],
    ['localhost', { servername: '  ' }, 'localhost'],
    ['bücher.example', { verify: false }, 'xn--bcher-kva.example'],
  ])('to %s with %j sends the name “%s”', async (host, tls, name) => {
    const { port, names } = await serve(all.server);
    const { code } = await dial(port, { host, tls: { ca: all.ca.cert, ...tls } });
    expect(code).toBe('open');
    await expect.poll(() => names).toEqual([name]);
  });

  test('judges dates by the clock it is given', async () => {
    const { port } = await serve(
      await makeCertificate({ name: 'x', hosts: ['localhost'], issuer: all.ca, from: -30, until: -3 }),
    );
    const then = Date.now() - 10 * 86_400_000;
    const { code } = await dial(port, { tls: { ca: all.ca.cert }, now: then });
    // Its own clock is not asked, but the library's was: what it says of a date is not forgotten.
    expect(code).toBe('certificate-expired');
  });

  test.each([
    [
      'the passphrase is wrong',
      () => ({ ...all.client, key: all.encryptedClientKey, passphrase: 'no' }),
      'key-passphrase',
    ],
    [
      'there is no passphrase',
      () => ({ ...all.client, key: all.encryptedClientKey }),
      'key-passphrase-missing',
    ],
    ['the key is missing', () => ({ cert: all.client.cert }), 'client-certificate-incomplete'],
    ['the certificate is missing', () => ({ key: all.client.key }), 'client-certificate-incomplete'],
    ['the key is of another', () => ({ cert: all.client.cert, key: all.server.key }), 'key-mismatch'],
    ['the file is not there', () => ({ ca: '/no/such/file' }), 'file-unreadable'],
    [
      'PKCS#12 has another passphrase',
      () => ({ pfx: `base64:${all.clientP12.toString('base64')}`, passphrase: 'no' }),
      'pkcs12-passphrase',
    ],
    [
      'there are two certificates',
      () => ({
        pfx: `base64:${all.clientP12.toString('base64')}`,
        passphrase: all.passphrase,
        ...all.client,
      }),
      'client-certificate-twice',
    ],
  ])('asks no broker where %s', async (_, tls, code) => {
    const options = ConnectionOptions.parse({ name: '', protocol: 'mqtts', host: 'h', port: 1, tls: tls() });
    const target = { host: 'h', port: 1, protocol: 'mqtts', path: '' } as const;
    const readFile = () => Promise.reject(Object.assign(new Error(''), { code: 'ENOENT' }));
    const ports = { readFile, systemAuthorities: () => [], clock: new ManualClock(Date.now()) };
    const preparing = prepareTls(target, options.tls, ports);
    await expect(preparing).rejects.toMatchObject({ ending: { failure: { code }, retry: 'never' } });
  });

  test.each(['clientP12', 'legacyClientP12'] as const)(
    'takes the key and certificate of %s',
    async (name) => {
      const { port } = await serve({ ...all.server, requestCert: true, ca: all.ca.cert });
      const pfx = `base64:${all[name].toString('base64')}`;
      const { code, facts } = await dial(port, { tls: { ca: all.ca.cert, pfx, passphrase: all.passphrase } });
      expect([code, facts?.mutual]).toEqual(['open', true]);
    },
  );
});

/** Bytes pass both ways, until the client says more than its first words: then it is reset. */
async function resetting(port: number): Promise<number> {
  return listen(
    createTcp((socket) => {
      const upstream = connect({ host: '127.0.0.1', port });
      upstream.on('error', () => undefined).pipe(socket);
      let chunks = 0;
      socket.on('data', (chunk) => {
        if (++chunks === 1) return void upstream.write(chunk);
        socket.resetAndDestroy();
        upstream.destroy();
      });
    }),
  );
}

describe('a broker that breaks off once it knows who we are', () => {
  test.each([
    ['in order, at a stranger', () => all.foreignClient, false],
    ['in order, at an expired certificate', () => all.expiredClient, false],
    ['by a reset, at a certificate', () => all.client, true],
    ['by a reset, at none', () => ({}), true],
  ] as const)('%s has shown its own, so it is no port without TLS', async (_, client, isReset) => {
    const served = await serve({ ...all.server, requestCert: true, ca: all.ca.cert, maxVersion: 'TLSv1.2' });
    const port = isReset ? await resetting(served.port) : served.port;
    const { code, retry, text } = await dial(port, { tls: { ca: all.ca.cert, ...client() } });
    expect([code, retry]).toEqual(['tls-broken-off', 'later']);
    expect(text).toContain('showed its certificate and then broke off');
    expect(text).not.toContain('without TLS');
  });
});

describe('what is no TLS', () => {
  /** Answers our first words with these. */
  const plain = async (answer: (socket: Socket) => void): Promise<number> =>
    listen(createTcp((socket) => void socket.once('data', () => answer(socket))));

  test.each<[string, (socket: Socket) => void, string, string]>([
    [
      'a web server',
      (socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      'tls-on-plain',
      'never',
    ],
    [
      'a broker without TLS',
      (socket) => void socket.write(Buffer.of(0x20, 2, 0, 0, 0)),
      'tls-on-plain',
      'never',
    ],
    ['a banner', (socket) => void socket.write('SSH-2.0-OpenSSH_9\r\n'), 'tls-on-plain', 'never'],
    ['a close', (socket) => void socket.end(), 'tls-broken-off', 'later'],
    ['a reset', (socket) => void socket.resetAndDestroy(), 'tls-broken-off', 'later'],
    [
      'an alert: handshake failure',
      (socket) => void socket.end(Buffer.of(0x15, 3, 3, 0, 2, 2, 40)),
      'tls-cipher',
      'never',
    ],
    [
      'an alert: unknown name',
      (socket) => void socket.end(Buffer.of(0x15, 3, 3, 0, 2, 2, 112)),
      'tls-server-name',
      'never',
    ],
    [
      'an alert: version',
      (socket) => void socket.end(Buffer.of(0x15, 3, 3, 0, 2, 2, 70)),
      'tls-version',
      'never',
    ],
  ])('is named where %s answers', async (_, answer, code, retry) => {
    const got = await dial(await plain(answer));
    expect([got.code, got.retry, got.tcp.destroyed]).toEqual([code, retry, true]);
    expect(got.text).toMatch(/\S\. \S/);
  });

  test('ends with whoever gives up', async () => {
    const giveUp = new AbortController();
    const port = await plain(() => giveUp.abort());
    const { code, tcp } = await dial(port, { signal: giveUp.signal });
    expect([code === 'open', tcp.destroyed]).toEqual([false, true]);
  });
});
