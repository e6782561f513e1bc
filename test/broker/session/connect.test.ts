import { createServer, type Socket } from 'node:net';
import { createServer as createHttp } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { startFakeBroker, refuseConnect } from '../../support/brokers/fake-broker.ts';
import { certificates } from '../../support/tls/certificates.ts';
import { startMosquitto } from '../../support/brokers/mosquitto.ts';
import { listen } from '../../support/net/listen.ts';
import { freePort } from '../../support/net/ports.ts';
import { onTeardown, teardown } from '../../support/teardown.ts';
import { openConnection, subscribed } from './open-connection.ts';

afterEach(teardown);

const raw = (onSocket: (socket: Socket) => void): Promise<number> => listen(createServer(onSocket));

describe('Against a real broker', () => {
  test.each(['5', '3.1.1', '3.1', 'auto'] as const)(
    'version %s connects and sees messages.',
    async (version) => {
      const broker = await startMosquitto();
      const opened = openConnection({ port: broker.port, version });
      const online = await opened.until('online');
      expect(online.version).toBe(version === 'auto' ? '5' : version);
      expect(online.clientId).toMatch(/^topicscope-[0-9a-z]{8}$/);
      await subscribed(opened);
      await opened.connection.publisher.publish({
        topic: 'plant/a',
        payload: Buffer.from('7'),
        qos: 0,
        retain: false,
      });
      await opened.eventually('the message', () => opened.latest('plant/a') === '7');
      expect(opened.diagnostics().session.phases.map(({ phase }) => phase)).toEqual([
        'resolving',
        'connecting',
        'handshaking',
      ]);
    },
  );

  test('ws, tls and wss carry the same session, and say what was negotiated.', async () => {
    const { server, ca } = await certificates();
    const tls = { cert: server.cert, key: server.key };
    const broker = await startMosquitto({
      listeners: [{ kind: 'tcp' }, { kind: 'ws' }, { kind: 'tls', tls }, { kind: 'wss', tls }],
    });
    const [tcp = 0, ws = 0, mqtts = 0, wss = 0] = broker.ports;
    const plain = openConnection({ port: tcp });
    const all = [
      openConnection({ protocol: 'ws', port: ws }),
      openConnection({ protocol: 'mqtts', port: mqtts, tls: { ca: ca.cert } }),
      openConnection({ protocol: 'wss', port: wss, host: 'localhost', tls: { ca: ca.cert } }),
    ];
    await plain.until('online');
    for (const opened of all) await subscribed(opened);
    await plain.connection.publisher.publish({
      topic: 'x',
      payload: Buffer.alloc(20_000, 0x61),
      qos: 1,
      retain: false,
    });
    for (const opened of all)
      await opened.eventually('the message', () => opened.latest('x')?.length === 20_000);
    expect(all.map(({ connection: { state } }) => state.kind === 'online' && state.tls)).toMatchObject([
      null,
      { version: 'TLSv1.3', verified: true, mutual: false },
      { version: 'TLSv1.3', verified: true, mutual: false },
    ]);
    const acknowledged = await all[2]?.connection.publisher.publish({
      topic: 'y',
      payload: Buffer.alloc(5_000),
      qos: 2,
      retain: false,
    });
    expect(acknowledged).toMatchObject({ kind: 'acknowledged' });
  });

  test('A wrong password stops with the reason in words, on 5 and on 3.1.1.', async () => {
    const broker = await startMosquitto({ users: { ann: 'right' } });
    for (const version of ['5', '3.1.1', 'auto'] as const) {
      const opened = openConnection({ port: broker.port, version, username: 'ann', password: 'hunter2' });
      const { why } = await opened.until('stopped');
      expect(why?.code).toBe(version === '3.1.1' ? 'connack-5' : 'connack-135');
      expect(why?.message).not.toContain('hunter2');
      expect(opened.kinds().filter((kind) => kind === 'handshaking')).toHaveLength(1);
    }
    const right = openConnection({ port: broker.port, username: 'ann', password: 'right' });
    await right.until('online');
  });

  test('A client certificate, its encrypted key and a passphrase are used; without one the reason is named.', async () => {
    const { server, ca, client, encryptedClientKey, passphrase } = await certificates();
    const broker = await startMosquitto({
      listeners: [{ kind: 'tls', tls: { ...server, ca: ca.cert, requireCertificate: true } }],
    });
    const { port } = broker;
    const dir = mkdtempSync(join(tmpdir(), 'topicscope-tls-'));
    onTeardown(() => rmSync(dir, { recursive: true }));
    const path = join(dir, 'client.pem');
    writeFileSync(path, client.cert);
    const base = { protocol: 'mqtts', port } as const;
    const good = openConnection({
      ...base,
      tls: { ca: ca.cert, cert: path, key: encryptedClientKey, passphrase },
    });
    expect((await good.until('online')).tls).toMatchObject({ mutual: true, verified: true });
    const cases = [
      [{ ca: ca.cert }, 'client-certificate-required'],
      [{ ca: ca.cert, cert: path, key: encryptedClientKey, passphrase: 'no' }, 'key-passphrase'],
      [{ ca: ca.cert, cert: path, key: server.key }, 'key-mismatch'],
      [{ ca: ca.cert, cert: path }, 'client-certificate-incomplete'],
      [{ ca: ca.cert, cert: join(dir, 'gone.pem'), key: client.key }, 'file-unreadable'],
      [{ ca: ca.cert, cert: '-----BEGIN nonsense', key: client.key }, 'certificate-format'],
    ] as const;
    for (const [tls, code] of cases) {
      const opened = openConnection({ ...base, tls });
      expect((await opened.until('stopped')).why?.code, code).toBe(code);
    }
  });

  test('A broker that must not be trusted is not given the password, unless verification is off.', async () => {
    const all = await certificates();
    const pairs = [
      [all.server, 'certificate-untrusted', null],
      [all.selfSigned, 'certificate-self-signed', all.ca.cert],
      [all.expired, 'certificate-expired', all.ca.cert],
      [all.notYetValid, 'certificate-not-yet-valid', all.ca.cert],
      [all.wrongHost, 'certificate-host', all.ca.cert],
      [all.foreignServer, 'certificate-untrusted', all.ca.cert],
    ] as const;
    for (const [pair, code, ca] of pairs) {
      const broker = await startFakeBroker({ tls: pair });
      const base = { protocol: 'mqtts', port: broker.port, username: 'ann', password: 'secret' } as const;
      const strict = openConnection({ ...base, tls: { ca } });
      const { why } = await strict.until('stopped');
      // A certificate that no CA of ours signed is named by what is wrong with it first.
      expect([code, 'certificate-untrusted']).toContain(why?.code);
      expect(broker.all('connect')).toHaveLength(0);
      const lax = openConnection({ ...base, tls: { ca, verify: false } });
      expect((await lax.until('online')).tls).toMatchObject({ verified: false });
    }
  });
});

describe('Where no broker is', () => {
  test('A refused port is said at once and tried again.', async () => {
    const opened = openConnection({ port: await freePort() });
    expect((await opened.until('waiting', 2_000)).why.code).toBe('refused');
    await opened.eventually(
      'a third attempt',
      () => opened.seen.filter(({ kind }) => kind === 'waiting').length >= 3,
    );
    opened.connection.disconnect();
    expect(opened.connection.state).toMatchObject({ kind: 'stopped', why: null });
  });

  test('A name that nobody knows is named; a name with a dead and a live address works.', async () => {
    const nobody = Object.assign(new Error('getaddrinfo ENOTFOUND nobody.invalid'), { code: 'ENOTFOUND' });
    const unknown = openConnection(
      { port: 1883, host: 'nobody.invalid' },
      { lookup: () => Promise.reject(nobody) },
    );
    const { why } = await unknown.until('waiting');
    expect(why.code).toBe('unresolvable');
    expect(why.message).toContain('nobody.invalid');
    const broker = await startMosquitto();
    const addresses = [
      { address: '127.0.0.2', family: 4 as const },
      { address: '::1', family: 6 as const },
      { address: '127.0.0.1', family: 4 as const },
    ];
    const both = openConnection(
      { port: broker.port, host: 'two.example' },
      { lookup: () => Promise.resolve(addresses) },
    );
    expect((await both.until('online')).address).toBe(`127.0.0.1:${broker.port}`);
  });

  test('A server that says nothing is given up after the connect timeout, in the phase it happened.', async () => {
    const silent = await raw(() => undefined);
    const started = performance.now();
    const opened = openConnection({ port: silent, connectTimeoutMs: 600 });
    expect((await opened.until('waiting')).why.code).toBe('silent');
    expect(performance.now() - started).toBeLessThan(1_500);
    const secure = openConnection({ port: silent, protocol: 'mqtts', connectTimeoutMs: 600 });
    expect((await secure.until('waiting')).why.code).toBe('timeout-securing');
    const web = openConnection({ port: silent, protocol: 'ws', connectTimeoutMs: 600 });
    expect((await web.until('waiting')).why.code).toBe('timeout-upgrading');
  });

  test('A lookup that hangs ends within the connect timeout as well.', async () => {
    const opened = openConnection(
      { port: 1, host: 'slow.example', connectTimeoutMs: 500 },
      { lookup: () => new Promise(() => undefined) },
    );
    expect((await opened.until('waiting')).why.code).toBe('timeout-resolving');
  });

  test('A web server and other services are recognised by what they answer.', async () => {
    const web = await listen(createHttp((_request, response) => response.end('hello')));
    const http = openConnection({ port: web });
    const stopped = await http.until('stopped');
    expect(stopped.why?.code).toBe('http-answer');
    expect(new TextDecoder().decode(stopped.why?.evidence)).toContain('HTTP/1.1 400');
    const ssh = await raw((socket) => void socket.write('SSH-2.0-OpenSSH_9.9\r\n'));
    expect((await openConnection({ port: ssh }).until('stopped')).why?.code).toBe('not-mqtt');
  });

  test('A WebSocket that is refused is explained by its status; the path’s query is not shown.', async () => {
    for (const status of [200, 401, 404, 503]) {
      const web = await listen(
        createHttp((_request, response) => {
          response.statusCode = status;
          response.end('x');
        }).on('upgrade', (_request, socket) => {
          socket.end(`HTTP/1.1 ${status} Something\r\nContent-Length: 0\r\n\r\n`);
        }),
      );
      const opened = openConnection({ port: web, protocol: 'ws', path: '/mqtt?token=hunter2' });
      const state = await opened.until(status === 503 ? 'waiting' : 'stopped');
      expect(state.why?.code).toBe(`websocket-${status}`);
      expect(JSON.stringify(opened.diagnostics())).not.toContain('hunter2');
    }
  });

  test('A WebSocket of another kind and a port without WebSocket are distinguished.', async () => {
    const other = await listen(
      createHttp().on('upgrade', (request, socket) => {
        const { createHash } = process.getBuiltinModule('node:crypto');
        const accept = createHash('sha1')
          .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
          .digest('base64');
        socket.write(
          `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
        );
      }),
    );
    const unlike = openConnection({ port: other, protocol: 'ws' });
    expect((await unlike.until('stopped')).why?.code).toBe('websocket-subprotocol');
    const broker = await startMosquitto();
    const plain = openConnection({ port: broker.port, protocol: 'ws' });
    expect((await plain.until('waiting')).why.code).toBe('websocket-broken-off');
  });

  test('TLS on a plain port and plain on a TLS port lead to the right advice.', async () => {
    const { server } = await certificates();
    const broker = await startMosquitto({ listeners: [{ kind: 'tcp' }, { kind: 'tls', tls: server }] });
    const [tcp = 0, tls = 0] = broker.ports;
    const secure = openConnection({ port: tcp, protocol: 'mqtts' });
    const broken = await secure.until('waiting');
    expect(broken.why.code).toBe('tls-broken-off');
    expect(broken.why.advice).toContain('Try mqtt instead of mqtts');
    const plain = openConnection({ port: tls });
    const refused = await plain.until('waiting');
    expect(refused.why.code).toMatch(/closed-at-connect|plain-on-tls/);
    expect(refused.why.advice).toContain('mqtts');
    const web = await listen(createHttp());
    const onWeb = openConnection({ port: web, protocol: 'mqtts' });
    expect((await onWeb.until('stopped')).why?.code).toBe('tls-on-plain');
  });
});

describe('What a broker may say to CONNECT', () => {
  test('A broker that does not know version 5 is met with 3.1.1, and that is remembered.', async () => {
    for (const how of ['close', 'code 1', 'code 132'] as const) {
      const broker = await startFakeBroker({
        hooks: {
          connect: (packet, link) => {
            if (packet.protocolVersion !== 5) return 'pass';
            if (how === 'close') return 'close';
            if (how === 'code 132') return refuseConnect(132)(packet, link);
            // As a broker of 3.1.1 says it: without properties.
            link.sendBytes(Uint8Array.of(0x20, 2, 0, 1));
            return 'close';
          },
        },
      });
      const opened = openConnection({ port: broker.port });
      expect((await opened.until('online')).version).toBe('3.1.1');
      expect(opened.kinds()).not.toContain('waiting');
      for (const link of broker.links) link.destroy();
      await opened.until('waiting');
      await opened.until('online');
      // A bare close may have been an accident, so version 5 gets a second chance; an answer is one.
      const asked = how === 'close' ? [5, 4, 5, 4] : [5, 4, 4];
      expect(broker.all('connect').map(({ packet }) => packet.protocolVersion)).toEqual(asked);
      await teardown();
    }
  });

  test('A broker that ends its WebSocket over version 5 is met with 3.1.1.', async () => {
    const broker = await startFakeBroker({ habits: ['closes-1011-on-version-5'], ws: true });
    const opened = openConnection({ protocol: 'ws', port: broker.wsPort, path: '/mqtt' });
    expect((await opened.until('online')).version).toBe('3.1.1');
    expect(opened.kinds()).not.toContain('waiting');
  });

  test('A fixed version that the broker does not speak is named as the likely cause.', async () => {
    const broker = await startFakeBroker({ hooks: { connect: () => 'close' } });
    for (const version of ['5', '3.1.1'] as const) {
      const opened = openConnection({ port: broker.port, version });
      const { why } = await opened.until('waiting');
      expect(why.advice).toContain(`may not speak MQTT ${version}: set the MQTT version to auto`);
    }
  });

  test('A fixed version that the broker spoke before is not named as the cause.', async () => {
    const broker = await startFakeBroker({
      hooks: { connect: () => (broker.all('connect').length > 1 ? 'close' : 'pass') },
    });
    const opened = openConnection({ port: broker.port, version: '3.1.1' });
    await opened.until('online');
    for (const link of broker.links) link.destroy();
    const advice = () =>
      opened.seen.flatMap((state) =>
        state.kind === 'waiting' && state.why.code === 'closed-at-connect' ? state.why.advice : [],
      );
    await opened.eventually('a close over CONNECT', () => advice().length > 0);
    expect(advice()[0]).toContain('It answered before');
    expect(advice()[0]).not.toContain('MQTT 3.1.1');
  });

  test('Identifier rejected names the keep-alive where it may be the cause.', async () => {
    const broker = await startFakeBroker({
      hooks: {
        connect: (packet, link) => (packet.keepalive === 60 ? 'pass' : refuseConnect(2)(packet, link)),
      },
    });
    const tooLong = openConnection({ port: broker.port, version: '3.1.1', keepAlive: 90 });
    expect((await tooLong.until('stopped')).why).toMatchObject({ code: 'connack-2-keep-alive' });
    const fits = openConnection({ port: broker.port, version: '3.1.1', keepAlive: 60 });
    await fits.until('online');
  });

  test.each([
    [133, 'stopped'],
    [138, 'stopped'],
    [157, 'stopped'],
    [137, 'waiting'],
    [151, 'waiting'],
    [159, 'waiting'],
  ] as const)('Code %i leads to %s.', async (code, kind) => {
    const broker = await startFakeBroker({
      hooks: { connect: refuseConnect(code, { reasonString: 'because', serverReference: 'other.example' }) },
    });
    const opened = openConnection({ port: broker.port, version: '5' });
    const state = await opened.until(kind);
    expect(state.why?.code).toBe(`connack-${code}`);
    expect(state.why?.message).toContain('because');
    expect(state.why?.message).toContain('other.example');
  });

  test('An id that the broker assigns is shown; a broker’s keep-alive is applied.', async () => {
    const broker = await startFakeBroker({
      connackProperties: { assignedClientIdentifier: 'given-by-broker', serverKeepAlive: 1 },
    });
    const opened = openConnection({ port: broker.port });
    expect(await opened.until('online')).toMatchObject({
      clientId: 'given-by-broker',
      keepAlive: 1,
      keepAliveBy: 'server',
    });
    await broker.once('pingreq');
    await opened.eventually('an answered ping', () => opened.diagnostics().keepAlive.lastRttMs !== null);
  });
});
