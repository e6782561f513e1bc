import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { listStaticFiles } from '../../../../src-main/server/web/static-files.ts';
import { MAX_FRAME } from '../../../../src-main/wire/frame.ts';
import { get, rawHttp } from '../../../support/net/raw-http.ts';
import { startTestServer, type TestServer } from '../../../support/net/web-server.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';

let root: string;
let server: TestServer;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'topicscope-web-'));
  const folder = join(root, 'renderer');
  await mkdir(join(folder, 'assets'), { recursive: true });
  await writeFile(join(root, 'outside.json'), '"outside"');
  await writeFile(
    join(folder, 'index.html'),
    '<!doctype html><html><head lang="x"><title>T</title></head></html>',
  );
  await writeFile(join(folder, 'assets', 'index-Ab3_de-9.js'), 'export {};');
  await writeFile(join(folder, 'assets', 'plain.css'), 'a{}');
  await writeFile(join(folder, 'note.secret'), 'not served');
  await symlink(join(root, 'outside.json'), join(folder, 'link.json'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

beforeEach(async () => {
  server = await startTestServer({ files: listStaticFiles(join(root, 'renderer')), secretWithin: 200 });
});
afterEach(() => server.close());
afterEach(teardown);

describe('pages and files', () => {
  it('serves the page with a mark and the one script that its policy allows, and no secret', async () => {
    const { status, body, headers } = await get(server.port, '/?ticket=x');
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.has('set-cookie')).toBe(false);
    const [, script = ''] =
      /<head lang="x"><script>(.*?)<\/script><meta name="topicscope-host" /.exec(body) ?? [];
    const hash = createHash('sha256').update(script).digest('base64');
    expect(headers.get('content-security-policy')).toContain(`script-src 'self' 'sha256-${hash}';`);
    expect((await get(server.port, '/')).body).toBe(body);
  });

  it('says what to do where the window was built again since the start, or is gone', async () => {
    const folder = join(root, 'built-again');
    const assets = join(folder, 'assets');
    await mkdir(assets, { recursive: true });
    const build = async (hash: string) => {
      await writeFile(join(assets, `index-${hash}.js`), 'x');
      await writeFile(
        join(folder, 'index.html'),
        `<head></head><script src="./assets/index-${hash}.js"></script>`,
      );
    };
    await build('aaaaaaaa');
    const host = await startTestServer({ files: listStaticFiles(folder) });
    onTeardown(() => host.close());
    expect((await get(host.port, '/')).status).toBe(200);
    await build('bbbbbbbb');
    const again = await get(host.port, '/');
    expect([again.status, again.headers.get('cache-control')]).toEqual([503, 'no-store']);
    expect(again.body).toContain('Stop it and start it again');
    await rm(folder, { recursive: true });
    expect((await get(host.port, '/')).body).toContain('Stop it and start it again');
  });

  it('lets hashed files be kept without end, and others not', async () => {
    const hashed = await get(server.port, '/assets/index-Ab3_de-9.js');
    expect(hashed.headers.get('cache-control')).toMatch(/immutable/);
    expect(hashed.headers.get('content-type')).toMatch(/^text\/javascript/);
    expect(hashed.body).toBe('export {};');
    const plain = await get(server.port, '/assets/plain.css');
    expect(plain.headers.get('cache-control')).toBe('no-cache');
  });

  it('answers HEAD without a body', async () => {
    const answer = await get(server.port, '/assets/plain.css', {}, 'HEAD');
    expect([answer.status, answer.body, answer.headers.get('content-length')]).toEqual([200, '', '3']);
  });

  it.each([
    '/../outside.json',
    '/assets/../../outside.json',
    '/%2e%2e/outside.json',
    '/..%2foutside.json',
    '/..%5coutside.json',
    '/assets/..%2f..%2foutside.json',
    '/....//outside.json',
    '/link.json',
    '/note.secret',
    '/assets',
    '/assets/',
    '/index.html%00.js',
    '/__proto__',
    '/constructor',
  ])('finds nothing at %s', async (path) => {
    const answer = await get(server.port, path);
    expect(answer.status).toBe(404);
    expect(answer.body).not.toMatch(/outside|not served/);
  });

  it.each(['http://evil.example/', '*', 'evil.example:80'])('refuses the address %s', async (path) => {
    expect((await get(server.port, path)).status).toBe(400);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])('refuses %s', async (method) => {
    expect((await get(server.port, '/', {}, method)).status).toBe(405);
  });

  it.each(['evil.example', 'localhost', 'localhost:1', '127.0.0.1'])(
    'answers no one who calls it %s',
    async (Host) => {
      const answer = await get(server.port, '/', { Host });
      expect(answer.status).toBe(403);
      expect(answer.body).toContain('--allowed-host');
    },
  );

  it('refuses two Host headers, whatever stands in them', async () => {
    const host = `127.0.0.1:${server.port}`;
    for (const other of [host, 'evil.example']) {
      for (const pair of [
        [host, other],
        [other, host],
      ]) {
        const lines = pair.map((name) => `Host: ${name}\r\n`).join('');
        const upgrade = `Origin: http://${host}\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n`;
        const plain = await rawHttp(server.port, `GET / HTTP/1.1\r\n${lines}Connection: close\r\n\r\n`);
        expect(plain.status).toBe(400);
        const socket = `GET /engine HTTP/1.1\r\n${lines}${upgrade}Connection: Upgrade\r\n\r\n`;
        expect((await rawHttp(server.port, socket)).status).toBe(400);
      }
    }
  });

  it.each(['/', '/?token=wrong', '/assets/plain.css', '/nothing'])(
    'sends every protection with %s',
    async (path) => {
      const { headers } = await get(server.port, path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'; script-src 'self' 'sha256-");
      expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${server.port};`);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/script-src[^;]*unsafe/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.has('access-control-allow-origin')).toBe(false);
    },
  );

  it('ends a socket that asks on and on without waiting for answers, and reads no file for it', async () => {
    let reads = 0;
    const read = (): Promise<Buffer> => {
      reads++;
      return Promise.resolve(Buffer.alloc(100_000));
    };
    const files = Promise.resolve(
      new Map([['/large.js', { type: 'text/javascript', immutable: true, read }]]),
    );
    const busy = await startTestServer({ files });
    onTeardown(() => busy.close());
    const request = `GET /large.js HTTP/1.1\r\nHost: 127.0.0.1:${busy.port}\r\n\r\n`;
    const socket = connect(busy.port, '127.0.0.1', () => socket.write(request.repeat(1_000)));
    socket.on('error', () => undefined);
    await once(socket.resume(), 'close');
    expect(reads).toBeLessThan(5);
    expect((await get(busy.port, '/large.js')).status).toBe(200);
  });

  it('answers one request after the other on one socket, as browsers ask', async () => {
    const socket = connect(server.port, '127.0.0.1');
    onTeardown(() => void socket.destroy());
    for (let i = 0; i < 20; i++) {
      socket.write(`GET /assets/plain.css HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`);
      let answer = '';
      while (!answer.endsWith('a{}')) answer += String((await once(socket, 'data'))[0]);
      expect(answer).toMatch(/^HTTP\/1\.1 200/);
    }
  });

  it('puts no foreign name into the policy', async () => {
    const { headers } = await get(server.port, '/', { Host: 'x; script-src *' });
    expect(headers.get('content-security-policy')).not.toContain('script-src *');
  });

  it.each([
    'garbage\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    'GET / HTTP/1.1\r\n\r\n',
    '\u0016\u0003\u0001\u0002\u0000\u0001',
  ])('survives %j instead of a request', async (request) => {
    expect((await rawHttp(server.port, request)).status).toBe(400);
    expect((await get(server.port, '/')).status).toBe(200);
  });

  it.each(['', 'GET / HTTP/1.1\r\nHost: '])(
    'closes a connection in reserve without a word, which would be taken for an answer, after %j',
    async (said) => {
      const impatient = await startTestServer({ headWithin: 40 });
      try {
        const chunks: Buffer[] = [];
        const socket = connect(impatient.port, '127.0.0.1', () => socket.write(said));
        socket.on('data', (chunk) => chunks.push(chunk));
        await once(socket, 'close');
        expect(Buffer.concat(chunks).toString('latin1')).toBe('');
      } finally {
        await impatient.close();
      }
    },
  );
});

/** How a WebSocket ended: the HTTP status if it was refused, else its close code. */
function outcome(
  headers: Readonly<Record<string, string>>,
  talk: (socket: WebSocket) => void = () => undefined,
  path?: string,
): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(
      path === undefined ? server.webSocketUrl : `${server.origin.replace('http', 'ws')}${path}`,
      { headers },
    );
    socket.on('unexpected-response', (request, response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    socket.on('open', () => talk(socket));
    socket.on('error', () => undefined);
    socket.on('close', (code) => resolve(code));
  });
}

describe('the WebSocket', () => {
  const without = (name: string) =>
    Object.fromEntries(Object.entries(server.windowHeaders).filter(([key]) => key !== name));

  it('refuses a foreign origin, none, and one of another port or scheme', async () => {
    for (const Origin of [
      'http://evil.example',
      'null',
      `http://127.0.0.1:${server.port + 1}`,
      `https://127.0.0.1:${server.port}`,
      `http://localhost:${server.port}`,
    ]) {
      expect([Origin, await outcome({ ...server.windowHeaders, Origin })]).toEqual([Origin, 403]);
    }
    expect(await outcome(without('Origin'))).toBe(403);
  });

  it('refuses a foreign host, also with a matching origin', async () => {
    const Host = `evil.example:${server.port}`;
    expect(await outcome({ ...server.windowHeaders, Host, Origin: `http://${Host}` })).toBe(403);
  });

  it.each(['/', '/engine/', '/engine?token=x', '/other'])('is not at %s', async (path) => {
    expect(await outcome(server.windowHeaders, undefined, path)).toBe(404);
  });

  it.each(['', 'wrong', 'a.b', 'undefined'])('closes on the wrong secret %j', async (secret) => {
    expect(await outcome(server.windowHeaders, (socket) => socket.send(secret))).toBe(4_401);
    expect(server.pipes).toHaveLength(0);
  });

  it('closes on a binary frame instead of the secret', async () => {
    const secret = Buffer.from(server.access.newPageSecret());
    expect(await outcome(server.windowHeaders, (socket) => socket.send(secret))).toBe(4_401);
  });

  it('closes on silence', async () => {
    expect(await outcome(server.windowHeaders)).toBe(4_408);
  });

  it('cuts a large first message off before it is complete', async () => {
    const code = await outcome(server.windowHeaders, (socket) => {
      // The head of a frame that claims 10 MB, and a little of it.
      const { _socket: raw } = socket as unknown as { _socket: { write(bytes: Buffer): void } };
      raw.write(
        Buffer.concat([
          Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 0x98, 0x96, 0x80, 1, 2, 3, 4]),
          Buffer.alloc(2_000),
        ]),
      );
    });
    expect([1_006, 1_009]).toContain(code);
    expect(server.pipes).toHaveLength(0);
  });

  const enter = (talk: (socket: WebSocket) => void) =>
    outcome(server.windowHeaders, (socket) => {
      socket.send(server.access.newPageSecret());
      socket.once('message', () => talk(socket));
    });

  it('says so and lets the window in with its secret', async () => {
    const code = enter((socket) => socket.close(1_000));
    const pipe = await server.nextPipe();
    const reason = await new Promise((resolve) => pipe.onClose(resolve));
    expect(reason).toBe('the window is gone');
    expect(await code).toBe(1_000);
  });

  it.each([
    ['text', 'hello'],
    ['an empty frame', Buffer.alloc(0)],
    ['random bytes', Buffer.from([1, 2, 3, 4, 5])],
  ])('closes on %s instead of a frame', async (_what, frame) => {
    expect(await enter((socket) => socket.send(frame))).toBe(4_400);
  });

  it('closes on a frame over the bound, and on one that breaks the protocol of WebSockets', async () => {
    const raw = (socket: WebSocket) =>
      (socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket;
    const head = Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]);
    head.writeBigUInt64BE(BigInt(MAX_FRAME + 1), 2);
    expect(await enter((socket) => raw(socket).write(head))).toBe(1_009);
    expect(await enter((socket) => raw(socket).write(Buffer.from([0xff, 0xff, 0xff])))).toBe(1_002);
    expect((await get(server.port, '/')).status).toBe(200);
  });

  it('closes the windows when the program ends, and drops those that do not answer', async () => {
    const code = enter(() => undefined);
    await server.nextPipe();
    const began = performance.now();
    await server.close();
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(await code).toBe(1_001);
  });
});
