import { connect, createServer } from 'node:net';
import { createServer as createHttp } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { startFakeBroker } from '../../support/brokers/fake-broker.ts';
import { certificates, makeCertificate } from '../../support/tls/certificates.ts';
import { listen } from '../../support/net/listen.ts';
import { startMosquitto, type MosquittoListener } from '../../support/brokers/mosquitto.ts';
import { teardown } from '../../support/teardown.ts';
import { openConnection } from '../session/open-connection.ts';

afterEach(teardown);

/** The first port of a mosquitto, reached by the loopback address of IPv6. */
async function onIpv6(listener: MosquittoListener): Promise<number> {
  // This mosquitto does not start with a listener for WebSockets only.
  const { ports } = await startMosquitto({ listeners: [{ kind: 'tcp' }, listener] });
  const port = ports[1] ?? 0;
  const server = createServer((socket) => {
    const inner = connect({ port, host: '127.0.0.1' });
    inner.on('error', () => socket.destroy()).on('close', () => socket.destroy());
    socket.on('close', () => inner.destroy());
    socket.pipe(inner).pipe(socket);
  });
  return listen(server, '::1');
}

describe('An IPv6 address', () => {
  test.each(['::1', '[::1]', '::1%lo', '[::1%25lo]'])('carries MQTT over TCP as %s', async (host) => {
    const opened = openConnection(
      { host, port: await onIpv6({ kind: 'tcp' }) },
      { interfaces: () => ['lo'] },
    );
    expect((await opened.until('online')).address).toMatch(/^\[::1(%lo)?\]:\d+$/);
  });

  test.each(['::1%lo', '[::1]'])('carries MQTT over a WebSocket as %s, which names no zone', async (host) => {
    const port = await onIpv6({ kind: 'ws' });
    const opened = openConnection({ protocol: 'ws', host, port }, { interfaces: () => ['lo'] });
    await opened.until('online');
    const http = createHttp();
    const asked = new Promise<string | undefined>((resolve) => {
      http.on('upgrade', (request, socket) => {
        resolve(request.headers.host);
        socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      });
    });
    const elsewhere = await listen(http, '::1');
    openConnection({ protocol: 'ws', host, port: elsewhere }, { interfaces: () => ['lo'] });
    expect(await asked).toBe(`[::1]:${elsewhere}`);
  });

  test('is found in a certificate with and without its zone', async () => {
    const { ca, server } = await certificates();
    const port = await onIpv6({ kind: 'tls', tls: server });
    const tls = { ca: ca.cert };
    for (const host of ['::1', '::1%lo']) {
      const opened = openConnection({ protocol: 'mqtts', host, port, tls }, { interfaces: () => ['lo'] });
      expect((await opened.until('online')).tls?.verified).toBe(true);
    }
  });

  test('with a zone that is none here says so instead of asking another network', async () => {
    const port = await onIpv6({ kind: 'tcp' });
    const opened = openConnection({ host: '::1%wg0', port }, { interfaces: () => ['lo', 'eth0'] });
    const { why } = await opened.until('waiting');
    expect(why.code).toBe('host-zone');
    expect(why.message).toContain('“wg0”');
    expect(why.advice).toContain('lo, eth0');
  });

  test('that is good on one link only asks for its zone', async () => {
    const lookup = () => Promise.reject(Object.assign(new Error('invalid'), { code: 'EINVAL' }));
    const { why } = await openConnection({ host: 'fe80::1', port: 1883 }, { lookup }).until('waiting');
    expect(why.advice).toContain('fe80::1%eth0');
  });
});

/** Certificates of our CA, and whether they are for a host; every host leads to the same place. */
const SHAPES: readonly (readonly [
  name: string,
  hosts: readonly string[],
  host: string,
  fault: RegExp | null,
])[] = [
  ['127.0.0.1', [], '127.0.0.1', /only as its common name/],
  ['::1', [], '::1', /only as its common name/],
  ['x', ['dns:127.0.0.1'], '127.0.0.1', /of type DNS/],
  ['x', ['127.0.0.1'], '127.0.0.1', null],
  ['x', ['::1'], '0:0:0:0:0:0:0:1', null],
  ['x', ['10.0.0.1'], '127.0.0.1', /is for 10\.0\.0\.1, not for/],
  // As ever: without alternative names the common name counts for a name.
  ['broker.example', [], 'broker.example', null],
  ['broker.example', ['other.example'], 'broker.example', /does not count beside/],
  ['x', ['broker.example'], 'Broker.Example.', null],
  ['x', ['*.broker.example'], 'a.broker.example', null],
  ['x', ['*.broker.example'], 'a.a.broker.example', /one part/],
  ['x', ['*.broker.example'], 'broker.example', /below it/],
  ['x', ['xn--brker-kua.example'], 'bröker.example', null],
  ['bröker.example', [], 'bröker.example', /form in ASCII/],
];

describe('A certificate', () => {
  test.each(SHAPES)('of CN=%s with the names %j is judged for %s', async (name, hosts, host, fault) => {
    const { ca } = await certificates();
    const server = await makeCertificate({ name, hosts, issuer: ca });
    const broker = await startFakeBroker({ tls: server });
    const opened = openConnection(
      { protocol: 'mqtts', host, port: broker.port, tls: { ca: ca.cert }, subscriptions: [] },
      { lookup: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]) },
    );
    if (fault === null) {
      expect((await opened.until('online')).tls?.verified).toBe(true);
    } else {
      const { why } = await opened.until('stopped');
      expect(why?.code).toBe('certificate-host');
      expect(why?.message).toMatch(fault);
      expect(why?.advice).toContain('subjectAltName=');
    }
  });
});

describe('What is no host', () => {
  test.each([
    ['HostName=h.azure-devices.net;DeviceId=d;SharedAccessKey=c2VjcmV0', 'host-connection-string'],
    ['mqtt://u:c2VjcmV0@h', 'host-address'],
    ['c2VjcmV0 x', 'host-space'],
    ['a\u200db.example', 'host-character'],
  ])('is never looked up and never shown: %s', async (host, code) => {
    const asked: string[] = [];
    const opened = openConnection(
      { host, port: 1883 },
      { lookup: (name) => (asked.push(name), Promise.reject(new Error('not asked'))) },
    );
    const { why } = await opened.until('stopped');
    expect(why?.code).toBe(code);
    expect(asked).toEqual([]);
    expect(JSON.stringify([opened.seen, opened.diagnostics(), opened.connection.log.text()])).not.toContain(
      'c2VjcmV0',
    );
  });

  test('is refused for a proxy as well', async () => {
    const proxy = { kind: 'socks5', host: 'socks5://c2VjcmV0', port: 1 } as const;
    const { why } = await openConnection({ port: 1883, proxy }).until('stopped');
    expect(why).toMatchObject({ code: 'host-address' });
    expect(why?.message).toContain('proxy host');
  });
});
