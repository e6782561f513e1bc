import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttp, type IncomingMessage } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { systemPorts, type HostAddress } from '../../../src-main/connection/base/ports.ts';
import { certificates } from '../../support/tls/certificates.ts';
import { startFakeBroker } from '../../support/brokers/fake-broker.ts';
import { listen } from '../../support/net/listen.ts';
import { startMosquitto } from '../../support/brokers/mosquitto.ts';
import { freePort } from '../../support/net/ports.ts';
import { startHttpProxy, startSocksProxy } from '../../support/brokers/proxies.ts';
import { onTeardown, teardown } from '../../support/teardown.ts';
import { openConnection, subscribed } from '../session/open-connection.ts';

afterEach(teardown);

/** Takes the request of a WebSocket handshake and answers it with this text. */
async function upgradeServer(answer: string): Promise<{ port: number; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const server = createHttp();
  server.on('upgrade', (request, socket) => {
    requests.push(request);
    socket.end(`HTTP/1.1 ${answer}\r\nConnection: close\r\n\r\n`);
  });
  return { port: await listen(server), requests };
}

describe('WebSocket', () => {
  test('asks with the path and its query, the headers and the sub-protocol of the profile.', async () => {
    const { port, requests } = await upgradeServer('403 Forbidden');
    const opened = openConnection({
      protocol: 'ws',
      port,
      path: '/mqtt/a?token=s3cret&x=1',
      subprotocol: 'mqtt, mqttv3.1',
      headers: [
        { name: 'Authorization', value: 'Bearer s3cret' },
        { name: 'X-Twice', value: '1' },
        { name: 'x-twice', value: '2' },
        { name: 'Origin', value: 'https://example.org' },
      ],
    });
    const { why } = await opened.until('stopped');
    expect(requests[0]?.url).toBe('/mqtt/a?token=s3cret&x=1');
    expect(requests[0]?.headers).toMatchObject({
      authorization: 'Bearer s3cret',
      'x-twice': '1, 2',
      origin: 'https://example.org',
      'sec-websocket-protocol': 'mqtt,mqttv3.1',
    });
    expect(why?.code).toBe('websocket-403');
    expect(JSON.stringify([why, opened.diagnostics().log])).not.toContain('s3cret');
  });

  test.each([
    ['401 Unauthorized', 'websocket-401', 'Authorization'],
    ['403 Forbidden', 'websocket-403', 'credentials'],
    ['404 Not Found', 'websocket-404', '/mqtt is usual'],
    [
      '301 Moved\r\nLocation: https://u:p@other.example/mqtt/?token=s3cret',
      'websocket-301',
      'wss instead of ws',
    ],
    ['200 OK', 'websocket-200', 'Check the path'],
  ])('that answers %s is reported with what to do.', async (answer, code, advice) => {
    const { port } = await upgradeServer(answer);
    const { why } = await openConnection({ protocol: 'ws', port }).until('stopped');
    expect(why?.code).toBe(code);
    expect(why?.advice).toContain(advice);
    if (code === 'websocket-301') expect(why?.message).toContain('to https://other.example/mqtt/');
    expect(why?.message).not.toContain('s3cret');
  });

  test('without a sub-protocol in the answer is reported; empty asks for none.', async () => {
    const http = createHttp();
    const server = new WebSocketServer({ server: http, handleProtocols: () => false });
    onTeardown(() => server.close());
    const port = await listen(http);
    const { why } = await openConnection({ protocol: 'ws', port }).until('stopped');
    expect(why).toMatchObject({ code: 'websocket-subprotocol' });
    expect(why?.message).toContain('agreed on no sub-protocol');
    const asked = new Promise<IncomingMessage>((resolve) =>
      server.once('connection', (_, request) => resolve(request)),
    );
    const opened = openConnection({ protocol: 'ws', port, subprotocol: '', connectTimeoutMs: 500 });
    expect((await asked).headers['sec-websocket-protocol']).toBeUndefined();
    expect((await opened.until('waiting')).why.code).toBe('silent');
  });

  test.each([
    [{ name: 'Sec-WebSocket-Key', value: 'x' }, 'header-forbidden'],
    [{ name: 'host', value: 'other' }, 'header-forbidden'],
    [{ name: 'X-A', value: 'a\r\nX-B: s3cret' }, 'header-value'],
    [{ name: 'X A', value: 'a' }, 'header-name'],
  ])('refuses the header %j.', async (header, code) => {
    const { port, requests } = await upgradeServer('403 Forbidden');
    const { why } = await openConnection({ protocol: 'ws', port, headers: [header] }).until('stopped');
    expect(why?.code).toBe(code);
    expect(why?.message).not.toContain('s3cret');
    expect(requests).toHaveLength(0);
  });
});

describe('A Unix socket', () => {
  const folder = (): string => {
    const dir = mkdtempSync(join(tmpdir(), 'topicscope-unix-'));
    onTeardown(() => rmSync(dir, { recursive: true }));
    return dir;
  };

  test('of mosquitto carries a session.', async () => {
    const path = join(folder(), 'mqtt.sock');
    const broker = await startMosquitto({ config: [`listener 0 ${path}`] });
    const opened = openConnection({ protocol: 'unix', host: path, port: broker.port });
    expect((await opened.until('online')).address).toBe(path);
    await subscribed(opened);
    const payload = Buffer.alloc(100_000, 0x61);
    await opened.connection.publisher.publish({ topic: 'x', payload, qos: 1, retain: false });
    await opened.eventually('the message', () => opened.latest('x')?.length === 100_000);
  });

  test('that cannot be used is named with the reason.', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'file'), '');
    const gone = openConnection({ protocol: 'unix', host: join(dir, 'gone'), port: 1 });
    expect((await gone.until('waiting')).why).toMatchObject({ code: 'socket-unusable' });
    expect((await gone.until('waiting')).why.message).toContain(join(dir, 'gone'));
    const file = openConnection({ protocol: 'unix', host: join(dir, 'file'), port: 1 });
    await file.eventually('an end', () =>
      file.seen.some(({ kind }) => kind === 'waiting' || kind === 'stopped'),
    );
    const other = join(dir, 'other');
    mkdirSync(other);
    for (const files of [{ kind: 'none' }, { kind: 'below', dir: other }] as const) {
      const ports = systemPorts(Math.random, files);
      const browser = openConnection({ protocol: 'unix', host: join(dir, 'file'), port: 1 }, ports);
      expect((await browser.until('stopped')).why?.message).toContain('--allow-files');
    }
  });
});

describe('A name with addresses of both families', () => {
  const both: HostAddress[] = [
    { address: '::1', family: 6 },
    { address: '127.0.0.1', family: 4 },
  ];
  const hear = async (host: string): Promise<{ port: number; heard: Promise<Socket> }> => {
    let emit: (socket: Socket) => void = () => undefined;
    const heard = new Promise<Socket>((resolve) => (emit = resolve));
    const server = createServer((socket) => {
      onTeardown(() => void socket.destroy());
      emit(socket);
    });
    await new Promise<void>((resolve) => server.listen({ host, port: 0, ipv6Only: true }, resolve));
    onTeardown(() => new Promise((resolve) => void server.close(() => resolve())));
    const address = server.address();
    return { port: typeof address === 'object' && address ? address.port : 0, heard };
  };

  test.each([
    ['127.0.0.1', both],
    ['127.0.0.1', both.toReversed()],
    ['::1', both],
    ['::1', both.toReversed()],
  ])('reaches a broker that listens on %s only.', async (host, addresses) => {
    const { port, heard } = await hear(host);
    const opened = openConnection(
      { host: 'localhost', port, connectTimeoutMs: 1_000 },
      { lookup: () => Promise.resolve(addresses) },
    );
    expect((await heard).remoteAddress).toBe(host);
    const state = await opened.until('handshaking');
    expect(state.address).toBe(host === '::1' ? `[::1]:${port}` : `127.0.0.1:${port}`);
  });

  test('is tried at the next address while the first one is silent.', async () => {
    const { port, heard } = await hear('127.0.0.1');
    const addresses: HostAddress[] = [
      // Documentation addresses [RFC 5737]: nobody answers.
      { address: '192.0.2.1', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ];
    openConnection({ host: 'two.example', port }, { lookup: () => Promise.resolve(addresses) });
    expect((await heard).remoteAddress).toBe('127.0.0.1');
  });

  test('Addresses are written with and without brackets, and names in any alphabet.', async () => {
    const asked: string[] = [];
    const lookup = (host: string): Promise<HostAddress[]> => {
      asked.push(host);
      return Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }));
    };
    for (const host of ['[::1]', '::1', 'b\u00fccher.example', ' 127.0.0.1 ']) {
      await openConnection({ host, port: 1 }, { lookup }).until('waiting');
    }
    expect(asked).toEqual(['::1', '::1', 'xn--bcher-kva.example', '127.0.0.1']);
  });
});

describe.each([
  ['socks5', startSocksProxy],
  ['http', startHttpProxy],
] as const)('A proxy of kind %s', (kind, startProxy) => {
  const through = (port: number, more: { username?: string; password?: string } = {}) => ({
    proxy: { kind, host: '127.0.0.1', port, ...more },
  });

  test('carries mqtt, mqtts, ws and wss, and looks the name of the broker up itself.', async () => {
    const { server, ca } = await certificates();
    const files = { cert: server.cert, key: server.key };
    const broker = await startMosquitto({
      listeners: [{ kind: 'tcp' }, { kind: 'ws' }, { kind: 'tls', tls: files }, { kind: 'wss', tls: files }],
    });
    const proxy = await startProxy({ hosts: { 'broker.inside': '127.0.0.1', localhost: '127.0.0.1' } });
    const tls = { ca: ca.cert };
    const [tcp = 0, ws = 0, mqtts = 0, wss = 0] = broker.ports;
    const lookup = (host: string): Promise<HostAddress[]> =>
      host === '127.0.0.1'
        ? Promise.resolve([{ address: host, family: 4 }])
        : Promise.reject(Object.assign(new Error('not here'), { code: 'ENOTFOUND' }));
    const all = [
      openConnection({ host: 'broker.inside', port: tcp, ...through(proxy.port) }, { lookup }),
      openConnection({ protocol: 'ws', host: 'broker.inside', port: ws, ...through(proxy.port) }, { lookup }),
      openConnection(
        { protocol: 'mqtts', host: 'localhost', port: mqtts, tls, ...through(proxy.port) },
        { lookup },
      ),
      openConnection(
        { protocol: 'wss', host: 'localhost', port: wss, tls, ...through(proxy.port) },
        { lookup },
      ),
    ];
    for (const opened of all) await subscribed(opened);
    const payload = Buffer.alloc(20_000, 0x62);
    await all[0]?.connection.publisher.publish({ topic: 'x', payload, qos: 1, retain: false });
    for (const opened of all)
      await opened.eventually('the message', () => opened.latest('x')?.length === 20_000);
    expect(proxy.asked.toSorted()).toEqual(
      [`broker.inside:${tcp}`, `broker.inside:${ws}`, `localhost:${mqtts}`, `localhost:${wss}`].toSorted(),
    );
    const { state } = all[0]?.connection ?? {};
    expect(state?.kind === 'online' && state.address).toMatch(
      /^broker\.inside:\d+ through (SOCKS5|HTTP) proxy/,
    );
    expect(all[2]?.diagnostics().session.phases.map(({ phase }) => phase)).toEqual([
      'resolving',
      'connecting',
      'proxying',
      'securing',
      'handshaking',
    ]);
  });

  test('gets username and password, and its refusals are shown without them.', async () => {
    const broker = await startFakeBroker();
    const proxy = await startProxy({ login: 'ann:s3cret' });
    const login = { username: 'ann', password: 's3cret' };
    const good = openConnection({ port: broker.port, ...through(proxy.port, login) });
    await good.until('online');
    expect(proxy.logins).toEqual(['ann:s3cret']);
    for (const wrong of [{}, { username: 'ann', password: 'wr0ng' }]) {
      const opened = openConnection({ port: broker.port, ...through(proxy.port, wrong) });
      const { why } = await opened.until('stopped');
      expect(why?.code).toBe('proxy-credentials');
      expect(JSON.stringify([why, opened.diagnostics()])).not.toMatch(/s3cret|wr0ng/);
    }
  });

  test('that is not there, finds no broker, or is something else is distinguished.', async () => {
    const nobody = await freePort();
    const away = openConnection({ port: 1883, ...through(nobody) });
    expect((await away.until('waiting')).why).toMatchObject({ code: 'proxy-refused' });
    expect((await away.until('waiting')).why.advice).toContain('proxy in the profile');
    const proxy = await startProxy();
    const lost = openConnection({ port: nobody, ...through(proxy.port) });
    expect((await lost.until('waiting')).why.code).toMatch(/^proxy-broker-(refused|unreachable)$/);
    const other = await listen(createServer((socket) => socket.end('220 mail.example\r\n')));
    const mail = openConnection({ port: 1883, ...through(other) });
    expect((await mail.until('stopped')).why?.code).toMatch(/^proxy-not-/);
    const closing = await listen(createServer((socket) => socket.destroy()));
    const closed = openConnection({ port: 1883, ...through(closing) });
    expect((await closed.until('waiting')).why.code).toBe('proxy-closed');
    const silent = await listen(createServer((socket) => onTeardown(() => void socket.destroy())));
    const waiting = openConnection({ port: 1883, connectTimeoutMs: 500, ...through(silent) });
    expect((await waiting.until('waiting')).why.code).toBe('timeout-proxying');
  });
});
