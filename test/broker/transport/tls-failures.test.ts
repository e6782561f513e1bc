import { createServer, type Socket } from 'node:net';
import { createServer as createHttp } from 'node:http';
import { createServer as createTls, type TlsOptions } from 'node:tls';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { systemPorts } from '../../../src-main/connection/base/ports.ts';
import { certificates, makeCertificate, type Certificates } from '../../support/tls/certificates.ts';
import { listen } from '../../support/net/listen.ts';
import { startMosquitto, type Mosquitto } from '../../support/brokers/mosquitto.ts';
import { pkcs12 } from '../../support/tls/pkcs12.ts';
import { onTeardown, teardown } from '../../support/teardown.ts';
import { openConnection } from '../session/open-connection.ts';

afterEach(teardown);

type Tls = NonNullable<Parameters<typeof openConnection>[0]['tls']>;

let all: Certificates;
beforeAll(async () => {
  all = await certificates();
});

/** Asks for a client certificate that our CA signed. */
const startMutual = (config: readonly string[] = []): Promise<Mosquitto> =>
  startMosquitto({
    listeners: [{ kind: 'tls', tls: { ...all.server, ca: all.ca.cert, requireCertificate: true }, config }],
  });

/** The failure a connection ends with, all of it; never with a password or key in it. */
async function failureOf(port: number, tls: Tls, kind: 'stopped' | 'waiting' = 'stopped') {
  const opened = openConnection({ protocol: 'mqtts', port, tls, username: 'ann', password: 'hunter2' });
  const { why } = await opened.until(kind);
  const reported = JSON.stringify(opened.diagnostics());
  expect(reported).not.toMatch(/hunter2|correct horse|PRIVATE KEY/);
  await opened.connection.shutdown(200);
  return { code: why?.code, message: why?.message ?? '', advice: why?.advice ?? '' };
}

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'topicscope-tls-'));
  onTeardown(() => rmSync(dir, { recursive: true }));
  return dir;
}

const der = (pem: string): Buffer => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');

describe('A broker that cannot prove who it is', () => {
  test('is refused for what is wrong with its certificate, each in its words.', async () => {
    const pairs = [
      [all.foreignServer, 'certificate-untrusted', /signed by “Some other CA”, which is not trusted here/],
      [all.selfSigned, 'certificate-self-signed', /self-signed, so no authority vouches for it/],
      [all.wrongHost, 'certificate-host', /is for broker\.example, not for “127\.0\.0\.1”/],
      [all.expired, 'certificate-expired', /expired on \d{4}-\d\d-\d\d \(1 day ago\)/],
      [all.notYetValid, 'certificate-not-yet-valid', /is not valid before \d{4}-\d\d-\d\d/],
      [all.expiredWrongHostForeign, 'certificate-untrusted', /Some other CA.*expired on.*broker\.example/],
    ] as const;
    const broker = await startMosquitto({ listeners: pairs.map(([tls]) => ({ kind: 'tls', tls })) });
    for (const [i, [, code, words]] of pairs.entries()) {
      const failure = await failureOf(broker.ports[i] ?? 0, { ca: all.ca.cert });
      expect(failure.code).toBe(code);
      expect(failure.message).toMatch(words);
      expect(failure.advice).toMatch(/“Verify server certificate”/);
    }
    expect(broker.log()).not.toMatch(/as topicscope/);
  });

  test('is refused over a WebSocket as well.', async () => {
    const broker = await startMosquitto({
      listeners: [{ kind: 'tcp' }, { kind: 'wss', tls: all.foreignServer }],
    });
    const opened = openConnection({ protocol: 'wss', port: broker.ports[1] ?? 0, tls: { ca: all.ca.cert } });
    expect((await opened.until('stopped')).why?.code).toBe('certificate-untrusted');
  });

  test('is asked for by its name in ASCII, without the dot that a lookup may have.', async () => {
    const seen: unknown[] = [];
    const pair = await makeCertificate({ name: 'x', hosts: ['xn--bcher-kva.example'], issuer: all.ca });
    const port = await listen(
      createTls(pair, (socket) => {
        seen.push((socket as { servername?: string }).servername);
        socket.on('error', () => undefined).once('data', () => socket.destroy());
      }),
    );
    const lookup = () => Promise.resolve([{ address: '127.0.0.1', family: 4 as const }]);
    for (const host of ['bücher.example', 'xn--bcher-kva.example.']) {
      await openConnection({ protocol: 'mqtts', host, port, tls: { ca: all.ca.cert } }, { lookup }).until(
        'waiting',
      );
    }
    expect(new Set(seen)).toEqual(new Set(['xn--bcher-kva.example']));
  });
});

describe('A broker that asks for our certificate', () => {
  test('gets one in PEM, in DER, with its authorities, with the key in the same file, or as PKCS#12.', async () => {
    const broker = await startMutual();
    const dir = folder();
    const file = (name: string, content: string | Uint8Array): string => {
      writeFileSync(join(dir, name), content);
      return join(dir, name);
    };
    const { client, chainedClient, passphrase } = all;
    const utf16 = Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(client.cert, 'utf16le')]);
    const ways: readonly Tls[] = [
      { cert: client.cert, key: client.key },
      { cert: file('c.pem', client.cert), key: file('k.pem', client.key) },
      { cert: file('c.der', der(client.cert)), key: file('k.der', der(client.key)) },
      { cert: file('c.txt', utf16), key: all.encryptedClientKey, passphrase },
      { cert: file('both.pem', `${client.key}\n${client.cert}`) },
      { cert: chainedClient.cert, key: chainedClient.key },
      { pfx: file('c.p12', all.clientP12), passphrase },
      { pfx: `base64:${all.clientP12.toString('base64')}`, passphrase },
    ];
    for (const [i, way] of ways.entries()) {
      const opened = openConnection({
        protocol: 'mqtts',
        port: broker.port,
        tls: { ca: all.ca.cert, ...way },
        subscriptions: [],
      });
      expect((await opened.until('online')).tls, `way ${i}`).toMatchObject({ mutual: true, verified: true });
      await opened.connection.shutdown(200);
    }
    expect(broker.log()).not.toContain('OpenSSL Error');
  });

  test('and gets none, a foreign or an expired one, is reported with what to do; in TLS 1.3 it says so after the handshake.', async () => {
    for (const config of [[], ['tls_version tlsv1.2']]) {
      const broker = await startMutual(config);
      const none = await failureOf(broker.port, { ca: all.ca.cert });
      expect(none.code).toBe('client-certificate-required');
      expect(none.advice).toContain('client certificate with its key');
      const foreign = await failureOf(broker.port, { ca: all.ca.cert, ...all.foreignClient });
      expect(foreign.code).toBe('client-certificate-untrusted');
      const expired = await failureOf(broker.port, { ca: all.ca.cert, ...all.expiredClient });
      expect(expired.code).toBe('client-certificate-expired');
      await broker.close();
    }
  });

  test('is explained over a WebSocket as well.', async () => {
    const tls = { ...all.server, ca: all.ca.cert, requireCertificate: true };
    const broker = await startMosquitto({ listeners: [{ kind: 'tcp' }, { kind: 'wss', tls }] });
    const base = { protocol: 'wss' as const, host: 'localhost', port: broker.ports[1] ?? 0 };
    const none = openConnection({ ...base, tls: { ca: all.ca.cert } });
    expect((await none.until('stopped')).why?.code).toBe('client-certificate-required');
    const good = openConnection({ ...base, tls: { ca: all.ca.cert, ...all.client } });
    expect((await good.until('online')).tls).toMatchObject({ mutual: true, verified: true });
  });

  test('is not contacted where it cannot work: a wrong passphrase, key or file is reported before.', async () => {
    const broker = await startMutual();
    const { client, encryptedClientKey, passphrase, clientP12, legacyClientP12, server } = all;
    const p12 = (bytes: Buffer): string => `base64:${bytes.toString('base64')}`;
    const greedy = pkcs12(client, { passphrase, rounds: 2_000_000_000 });
    const cases: readonly (readonly [Tls, code: string, words: RegExp])[] = [
      [
        { cert: client.cert, key: encryptedClientKey, passphrase: 'no' },
        'key-passphrase',
        /could not be decrypted/,
      ],
      [
        { cert: client.cert, key: encryptedClientKey },
        'key-passphrase-missing',
        /encrypted, but there is no/,
      ],
      [
        { cert: client.cert, key: server.key },
        'key-mismatch',
        /does not belong to the client certificate “press-03”/,
      ],
      [{ cert: client.cert }, 'client-certificate-incomplete', /only the certificate is given/],
      [{ key: client.key }, 'client-certificate-incomplete', /only the key is given/],
      [{ cert: client.key, key: client.key }, 'certificate-format', /it is a private key/],
      [{ cert: client.cert, key: client.cert }, 'key-format', /it is a certificate/],
      [
        { cert: '-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----', key: client.key },
        'certificate-format',
        /damaged/,
      ],
      [{ cert: client.cert, key: 'MHcCAQEEIBla\nblaSECRETbla==' }, 'key-format', /neither a path nor PEM/],
      [{ pfx: p12(clientP12), passphrase: 'no' }, 'pkcs12-passphrase', /with this passphrase/],
      [{ pfx: p12(clientP12) }, 'pkcs12-passphrase', /there is no passphrase/],
      [{ pfx: p12(legacyClientP12), passphrase: 'no' }, 'pkcs12-passphrase', /with this passphrase/],
      [{ pfx: p12(Buffer.from('nonsense')), passphrase }, 'pkcs12-format', /is none, or it is damaged/],
      [{ pfx: p12(greedy), passphrase }, 'key-rounds', /more than 2,000,000 rounds/],
      [
        { pfx: p12(clientP12), passphrase, cert: client.cert, key: client.key },
        'client-certificate-twice',
        /two/,
      ],
      [{ ...client, ca: 'nonsense\nof two lines' }, 'ca-format', /neither a path nor PEM/],
      [{ ...client, ca: client.key }, 'ca-format', /it is a private key/],
    ];
    for (const [tls, code, words] of cases) {
      const failure = await failureOf(broker.port, { ca: all.ca.cert, ...tls });
      expect(failure.code, failure.message).toBe(code);
      expect(failure.message).toMatch(words);
      expect(failure.advice).not.toBe('');
      expect(`${failure.message} ${failure.advice}`).not.toMatch(/SECRET|nonsense/);
    }
    // Nobody was even called.
    expect(broker.log()).not.toContain('New connection');
  });
});

describe('Files', () => {
  test('that are missing, folders, too large or not allowed are reported with their path, never with their contents.', async () => {
    const broker = await startMutual();
    const dir = folder();
    const huge = join(dir, 'huge.pem');
    writeFileSync(huge, Buffer.alloc(5 * 2 ** 20, 'SECRET'));
    const loop = join(dir, 'loop.pem');
    symlinkSync(loop, loop);
    const secret = join(dir, 'secret.pem');
    writeFileSync(secret, 'SECRET');
    const cases = [
      [join(dir, 'gone.pem'), 'file-unreadable', 'no such file'],
      [dir, 'file-unreadable', 'a folder'],
      [huge, 'file-unreadable', 'larger than 4.0 MB'],
      [loop, 'file-unreadable', 'in a circle'],
      [secret, 'certificate-format', 'neither PEM text nor DER'],
    ] as const;
    for (const [path, code, words] of cases) {
      for (const field of ['cert', 'key', 'ca'] as const) {
        const failure = await failureOf(broker.port, { ...all.client, ca: all.ca.cert, [field]: path });
        expect(failure.code).toBe(code.replace('certificate', field === 'cert' ? 'certificate' : field));
        expect(failure.message).toContain(words);
        expect(failure.message).toContain(path);
        expect(failure.message).not.toContain('SECRET');
      }
    }
    for (const files of [{ kind: 'none' } as const, { kind: 'below', dir: join(dir) } as const]) {
      const { readFile } = systemPorts(Math.random, files);
      const outside = openConnection(
        { protocol: 'mqtts', port: broker.port, tls: { ca: import.meta.filename } },
        { readFile },
      );
      const { why } = await outside.until('stopped');
      expect(why?.code).toBe('file-unreadable');
      expect(why?.message).toContain('--allow-files');
    }
  });

  test('are read again for each attempt: one that vanished is reported, one that was renewed is used.', async () => {
    const broker = await startMutual();
    const dir = folder();
    const [cert, key] = [join(dir, 'c.pem'), join(dir, 'k.pem')];
    const write = (pair: { cert: string; key: string }): void => {
      writeFileSync(cert, pair.cert);
      writeFileSync(key, pair.key);
    };
    write(all.client);
    const opened = openConnection({
      protocol: 'mqtts',
      port: broker.port,
      tls: { ca: all.ca.cert, cert, key },
    });
    await opened.until('online');
    write(await makeCertificate({ name: 'press-04', hosts: null, issuer: all.ca }));
    await broker.kill();
    await opened.until('waiting');
    await broker.restart();
    await opened.until('online');
    rmSync(cert);
    await broker.kill();
    const { why } = await opened.until('stopped');
    expect(why?.code).toBe('file-unreadable');
    expect(why?.message).toContain(cert);
  });
});

describe('Ports and versions', () => {
  test('TLS on a plain port and the reverse lead to the right advice.', async () => {
    const broker = await startMosquitto({ listeners: [{ kind: 'tcp' }, { kind: 'tls', tls: all.server }] });
    const [tcp = 0, tls = 0] = broker.ports;
    const secure = await failureOf(tcp, { ca: all.ca.cert }, 'waiting');
    expect(secure.code).toBe('tls-broken-off');
    expect(secure.advice).toContain('Try mqtt instead of mqtts');
    const { why } = await openConnection({ port: tls }).until('waiting');
    expect(why.advice).toContain('mqtts');
    const web = await listen(createHttp());
    expect((await failureOf(web, {})).code).toBe('tls-on-plain');
    const answering = await listen(createServer((socket: Socket) => void socket.end('220 mail\r\n')));
    expect((await failureOf(answering, {})).code).toBe('tls-on-plain');
  });

  /** A TLS server of node with options that mosquitto does not have. */
  const startTls = (options: TlsOptions): Promise<number> =>
    listen(
      createTls({ ...all.server, ...options }, (socket) => void socket.on('error', () => undefined)).on(
        'tlsClientError',
        () => undefined,
      ),
    );

  test('A version that is too old, no shared cipher and another protocol are each reported as such.', async () => {
    const old = await startTls({
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT:@SECLEVEL=0',
    });
    const version = await failureOf(old, { ca: all.ca.cert });
    expect(version.code).toBe('tls-version');
    expect(version.message).toContain('TLS');
    const two = await startTls({ maxVersion: 'TLSv1.2' });
    expect((await failureOf(two, { ca: all.ca.cert, minVersion: 'TLSv1.3' })).code).toBe('tls-version');
    const cipher = await startTls({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-CCM8:@SECLEVEL=0' });
    expect((await failureOf(cipher, { ca: all.ca.cert })).code).toBe('tls-cipher');
    const named = await startTls({ ALPNProtocols: ['h2'] });
    const alpn = await failureOf(named, { ca: all.ca.cert, alpn: ['mqtt', 'x-amzn-mqtt-ca'] });
    expect(alpn.code).toBe('tls-alpn');
    expect(alpn.message).toContain('ALPN');
  });

  test('An old version is spoken where it is allowed, and ALPN and the server name arrive.', async () => {
    const seen: unknown[] = [];
    const server = createTls(
      {
        ...all.server,
        minVersion: 'TLSv1',
        maxVersion: 'TLSv1.1',
        ciphers: 'DEFAULT:@SECLEVEL=0',
        ALPNProtocols: ['mqtt'],
      },
      (socket) => {
        seen.push([
          socket.getProtocol(),
          socket.alpnProtocol,
          (socket as { servername?: string }).servername,
        ]);
        // CONNECT is all it takes.
        socket.on('error', () => undefined).once('data', () => socket.destroy());
      },
    );
    const port = await listen(server);
    const tls: Tls = {
      ca: all.ca.cert,
      minVersion: 'TLSv1',
      alpn: ['x', 'mqtt'],
      servername: 'localhost',
    };
    await openConnection({ protocol: 'mqtts', port, tls }).until('waiting');
    expect(seen[0]).toEqual(['TLSv1.1', 'mqtt', 'localhost']);
    // A name is checked against the certificate, an address is never sent.
    expect((await failureOf(port, { ...tls, servername: 'broker.example' })).code).toBe('certificate-host');
    await openConnection({ protocol: 'mqtts', port, tls: { ...tls, servername: '127.0.0.1' } }).until(
      'waiting',
    );
    // The first of the connections may have tried again meanwhile.
    expect(seen).toContainEqual(['TLSv1.1', 'mqtt', false]);
  });
});
