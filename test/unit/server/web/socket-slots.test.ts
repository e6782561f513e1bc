import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps, get as httpsGet } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Access } from '../../../../src-main/server/web/access.ts';
import { SocketSlots } from '../../../../src-main/server/web/socket-slots.ts';
import { answer, HTTP_BOUNDS } from '../../../../src-main/server/web/web-server.ts';
import { READY } from '../../../../src-main/wire/web-socket.ts';
import { get } from '../../../support/net/raw-http.ts';
import { startTestServer, type TestServer } from '../../../support/net/web-server.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';
import { certificates } from '../../../support/tls/certificates.ts';

afterEach(teardown);

it('closes the oldest of too many silent sockets, and not only forgets it', async () => {
  const server = createServer();
  const slots = new SocketSlots(server, 2);
  onTeardown(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const first = await hold(port, '');
  const ended = once(first.resume(), 'end');
  await hold(port, '');
  await hold(port, '');
  await ended;
  expect(slots.strangers).toBe(2);
});

it('keeps a window that has shown its secret, whoever comes after it and is answered', async () => {
  const server = createServer((_, response) => void response.end('ok'));
  const slots = new SocketSlots(server, 2);
  onTeardown(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const answered = async (): Promise<Socket> => {
    const asked = once(server, 'request') as Promise<[IncomingMessage, ServerResponse]>;
    await hold(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const [{ socket }, response] = await asked;
    if (!response.closed) await once(response, 'close');
    return socket;
  };
  const window = await answered();
  slots.keep(window);
  const first = await answered();
  await answered();
  await answered();
  expect(window.destroyed).toBe(false);
  expect(first.destroyed).toBe(true);
  expect(slots.strangers).toBe(2);
});

/** More than there is room for. */
const HOSTILE = 300;

async function start(): Promise<TestServer> {
  const page = {
    type: 'text/html',
    immutable: false,
    read: () => Promise.resolve(Buffer.from('<head></head>')),
  };
  // Larger than what the system buffers for who does not read.
  const large = Buffer.alloc(16 * 2 ** 20);
  const script = { type: 'text/javascript', immutable: true, read: () => Promise.resolve(large) };
  const files = new Map([
    ['/index.html', page],
    ['/large.js', script],
  ]);
  const server = await startTestServer({ files: Promise.resolve(files) });
  onTeardown(() => server.close());
  return server;
}

/** A socket that says something, or nothing, reads nothing, and stays; also when the other side ends its half. */
async function hold(port: number, text: string): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => undefined);
  onTeardown(() => void socket.destroy());
  await once(socket, 'connect');
  socket.pause();
  if (text !== '') socket.write(text);
  return socket;
}

const upgrade = (port: number): string =>
  `GET /engine HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: http://127.0.0.1:${port}\r\nConnection: Upgrade\r\n` +
  'Upgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n';

const KINDS: readonly (readonly [string, (port: number) => string])[] = [
  ['say nothing', () => ''],
  ['never end their request', () => 'GET / HTTP/1.1\r\nHost: x'],
  ['send what is no request', () => 'garbage\r\n\r\n'],
  ['were refused', () => 'GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n'],
  ['were answered', (port) => `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`],
  ['do not read the answer', (port) => `GET /large.js HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`],
  [
    'announce a body that does not come',
    (port) =>
      `POST /entry HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: http://127.0.0.1:${port}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n`,
  ],
  ['are WebSockets without a secret', upgrade],
];

/** What a person's browser does: the page, the way in, the WebSocket. In ms. */
async function getIn(server: TestServer): Promise<number> {
  const began = performance.now();
  expect((await get(server.port, '/')).status).toBe(200);
  const answered = await fetch(`${server.origin}/entry`, {
    method: 'POST',
    headers: { Origin: server.origin, 'Content-Type': 'application/json', Connection: 'close' },
    body: JSON.stringify({ ticket: server.access.newTicket(0) }),
  });
  const { page } = (await answered.json()) as { page: string };
  const socket = new WebSocket(server.webSocketUrl, { headers: server.windowHeaders });
  onTeardown(() => socket.terminate());
  await once(socket, 'open');
  socket.send(page);
  const [first] = (await once(socket, 'message')) as [Buffer];
  expect(first.toString()).toBe(READY);
  return performance.now() - began;
}

describe('a host whose sockets are held by somebody else', () => {
  it.each(KINDS)(`lets a window in within 2 s beside ${HOSTILE} sockets that %s`, async (_what, text) => {
    const server = await start();
    for (let i = 0; i < HOSTILE; i++) await hold(server.port, text(server.port));
    expect(await getIn(server)).toBeLessThan(2_000);
  });

  it('lets a window in beside all of these at once, and never lets go of it', async () => {
    const server = await start();
    expect(await getIn(server)).toBeLessThan(2_000);
    const [window] = server.pipes;
    let ended = false;
    window?.onClose(() => (ended = true));
    for (let i = 0; i < HOSTILE; i++)
      await hold(server.port, KINDS[i % KINDS.length]?.[1](server.port) ?? '');
    expect(await getIn(server)).toBeLessThan(2_000);
    expect(ended).toBe(false);
  });

  it('lets a browser in over TLS while handshakes hang', async () => {
    const { server: pair, ca } = await certificates();
    const https = createHttps({ ...HTTP_BOUNDS, cert: pair.cert, key: pair.key });
    await new Promise<void>((resolve) => https.listen(0, '127.0.0.1', resolve));
    const { port } = https.address() as AddressInfo;
    const access = new Access({ token: 't', scheme: 'https', host: '127.0.0.1', port, allowedHosts: [] });
    const web = answer(https, {
      access,
      scheme: 'https',
      files: Promise.resolve(null),
      now: () => 0,
      onPipe: () => undefined,
    });
    onTeardown(() => web.close(0));
    for (let i = 0; i < HOSTILE; i++) await hold(port, i % 2 === 0 ? '' : '\u0016\u0003\u0001');
    const began = performance.now();
    const status = await new Promise((resolve, reject) => {
      httpsGet({ port, host: '127.0.0.1', ca: ca.cert, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on('error', reject);
    });
    expect(status).toBe(503);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('lets go of who says nothing within seconds', async () => {
    const server = await start();
    const sockets = [
      await hold(server.port, 'GET / HTTP/1.1\r\n'),
      await hold(server.port, 'garbage\r\n\r\n'),
    ];
    const began = performance.now();
    await Promise.all(
      sockets.map((socket) => {
        socket.resume();
        return once(socket, 'end');
      }),
    );
    expect(performance.now() - began).toBeLessThan(8_000);
  });
});
