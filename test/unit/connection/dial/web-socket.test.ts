import { createHash } from 'node:crypto';
import { connect, createServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import { DialError } from '../../../../src-main/connection/base/dial-error.ts';
import { upgrade } from '../../../../src-main/connection/dial/web-socket.ts';
import { errorFacts } from '../../../../src-main/core/session/failures/failures.ts';
import { listen } from '../../../support/net/listen.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';

afterEach(teardown);

interface Served {
  /** The request, its head as text. */
  readonly request: () => string;
  /** The broker's end. */
  readonly socket: () => Socket;
  /** Bytes of frames that were sent to it. */
  readonly frames: () => Buffer;
  readonly client: Socket;
}

/** A web server that answers the handshake with what is given, piece by piece, or by itself. */
async function serve(answer: (key: string) => readonly (string | Buffer)[]): Promise<Served> {
  let head = '';
  let frames = Buffer.alloc(0);
  let accepted: Socket | undefined;
  const server = createServer({ noDelay: true }, (socket) => {
    accepted = socket;
    socket.on('data', (chunk) => {
      if (head.includes('\r\n\r\n')) return void (frames = Buffer.concat([frames, chunk]));
      head += chunk.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      const pieces = [...answer(/^sec-websocket-key: (.*)$/im.exec(head)?.[1] ?? '')];
      const next = (): void => {
        const piece = pieces.shift();
        if (piece === undefined) return;
        socket.write(piece, () => setImmediate(next));
      };
      next();
    });
  });
  const port = await listen(server);
  const client = connect({ host: '127.0.0.1', port });
  await new Promise((resolve) => client.once('connect', resolve));
  onTeardown(() => void client.destroy());
  const socket = (): Socket => {
    if (!accepted) throw new Error('nobody came');
    return accepted;
  };
  return { request: () => head, socket, frames: () => frames, client };
}

const acceptOf = (key: string): string =>
  createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
const agreed = (key: string, more = 'Sec-WebSocket-Protocol: mqtt\r\n', accept = acceptOf(key)): string =>
  `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n${more}\r\n`;

/** A frame of a server, which masks nothing. */
function frame(opcode: number, payload: string | Buffer, { fin = true, masked = false } = {}): Buffer {
  const bytes = Buffer.from(payload);
  const head = [(fin ? 0x80 : 0) | opcode, (masked ? 0x80 : 0) | bytes.length];
  return Buffer.concat([Buffer.from(head), masked ? Buffer.alloc(4) : Buffer.alloc(0), bytes]);
}
const [BINARY, TEXT, CLOSE, PING] = [2, 1, 8, 9];

interface Asked {
  readonly host?: string;
  readonly protocol?: 'ws' | 'wss';
  readonly path?: string;
  readonly subprotocol?: string;
  readonly headers?: { name: string; value: string }[];
  readonly version?: '3.1' | '3.1.1' | '5';
  readonly signal?: AbortSignal;
}

function ask(client: Socket, asked: Asked = {}): Promise<{ stream: Duplex; subprotocol: string }> {
  const { host = 'broker.test', path = '/mqtt', subprotocol = 'mqtt', headers = [], version = '5' } = asked;
  const { protocol = 'ws', signal = new AbortController().signal } = asked;
  const target = { host, port: 8083, protocol, path: path.replace(/\?.*/, '') };
  return upgrade(client, target, { path, subprotocol, headers }, version, signal);
}

/** Why it did not come to a WebSocket. */
async function refusal(client: Socket, asked?: Asked) {
  const error: unknown = await ask(client, asked).then(
    () => new Error('it opened'),
    (why: unknown) => why,
  );
  if (!(error instanceof DialError)) throw error;
  const { failure, retry } = error.ending;
  return { ...failure, retry };
}

describe('the handshake of a WebSocket', () => {
  test.each<[string, Asked, RegExp[]]>([
    ['path and query', { path: '/mqtt?token=a%20b' }, [/^GET \/mqtt\?token=a%20b HTTP\/1\.1\r\n/]],
    ['a path without a slash', { path: 'mqtt' }, [/^GET \/mqtt HTTP/]],
    ['no path', { path: '' }, [/^GET \/ HTTP/]],
    ['letters of other scripts in a path', { path: '/käse b' }, [/^GET \/k%C3%A4se%20b HTTP/]],
    ['host and port', {}, [/^Host: broker\.test:8083\r$/im]],
    ['an IPv6 address', { host: '2001:db8::7' }, [/^Host: \[2001:db8::7\]:8083\r$/im]],
    ['an address without its zone', { host: 'fe80::7%eth0' }, [/^Host: \[fe80::7\]:8083\r$/im]],
    ['one sub-protocol', {}, [/^Sec-WebSocket-Protocol: mqtt\r$/im]],
    ['that of MQTT 3.1', { version: '3.1' }, [/^Sec-WebSocket-Protocol: mqttv3\.1\r$/im]],
    ['that of a profile', { subprotocol: 'wamp', version: '3.1' }, [/-Protocol: wamp\r$/im]],
    ['several of them', { subprotocol: ' mqtt, ,mqttv3.1 ' }, [/-Protocol: mqtt,mqttv3\.1\r$/im]],
    ['each of them once', { subprotocol: 'mqtt,mqttv3.1,mqtt' }, [/-Protocol: mqtt,mqttv3\.1\r$/im]],
    ['headers', { headers: [{ name: 'X-Key', value: 'a:b' }] }, [/^X-Key: a:b\r$/im]],
  ])('asks with %s', async (_, asked, wanted) => {
    const { client, request } = await serve((key) => [
      agreed(
        key,
        `Sec-WebSocket-Protocol: ${asked.subprotocol?.split(/[ ,]+/).find((one) => one !== '') ?? (asked.version === '3.1' ? 'mqttv3.1' : 'mqtt')}\r\n`,
      ),
    ]);
    const { stream } = await ask(client, asked);
    for (const pattern of wanted) expect(request()).toMatch(pattern);
    expect(request()).not.toMatch(/^Sec-WebSocket-Extensions/im);
    stream.destroy();
  });

  test('asks for none where the sub-protocol is empty, and takes none', async () => {
    const { client, request } = await serve((key) => [agreed(key, '')]);
    const { subprotocol } = await ask(client, { subprotocol: ' , ' });
    expect(subprotocol).toBe('');
    expect(request()).not.toMatch(/^Sec-WebSocket-Protocol/im);
  });

  test('opens with an answer that comes byte by byte, with a frame behind it', async () => {
    const { client } = await serve((key) => [
      ...[...agreed(key)],
      ...[...frame(BINARY, 'hello')].map((byte) => Buffer.of(byte)),
    ]);
    const { stream, subprotocol } = await ask(client);
    expect(subprotocol).toBe('mqtt');
    const [first] = await new Promise<[Buffer]>((resolve) =>
      stream.once('data', (data: Buffer) => resolve([data])),
    );
    expect(first.toString()).toBe('hello');
  });

  test('hands over frames that came in one piece with the answer', async () => {
    const { client } = await serve((key) => [
      Buffer.concat([Buffer.from(agreed(key)), frame(BINARY, 'a'), frame(BINARY, 'b')]),
    ]);
    const { stream } = await ask(client);
    expect(await textOf(stream, 2)).toBe('ab');
  });

  test.each<[string, (key: string) => string, string, string]>([
    ['an ordinary page', () => 'HTTP/1.1 200 OK\r\n\r\nhi', 'websocket-200', 'never'],
    ['a redirection', () => 'HTTP/1.1 302 Found\r\nLocation: /x?t=s3cret\r\n\r\n', 'websocket-302', 'never'],
    ['a login', () => 'HTTP/1.1 401 Unauthorized\r\n\r\n', 'websocket-401', 'never'],
    ['not found', () => 'HTTP/1.1 404 Not Found\r\n\r\n', 'websocket-404', 'never'],
    ['too many requests', () => 'HTTP/1.1 429 Too Many\r\n\r\n', 'websocket-429', 'slowly'],
    ['a gateway without a broker', () => 'HTTP/1.1 502 Bad Gateway\r\n\r\n', 'websocket-502', 'later'],
    ['no HTTP', () => '\x20\x02\x00\x00', 'not-websocket', 'never'],
    ['a banner of another service', () => 'SSH-2.0-OpenSSH\r\n', 'not-websocket', 'never'],
    ['no sub-protocol', (key) => agreed(key, ''), 'websocket-subprotocol', 'never'],
    [
      'another sub-protocol',
      (key) => agreed(key, 'Sec-WebSocket-Protocol: wamp\r\n'),
      'websocket-subprotocol',
      'never',
    ],
    ['a wrong proof', (key) => agreed(key, undefined, 'x'), 'websocket-handshake', 'never'],
    [
      'another upgrade',
      (key) => agreed(key).replace('Upgrade: websocket', 'Upgrade: h2c'),
      'websocket-handshake',
      'never',
    ],
    [
      'an extension that nobody asked for',
      (key) =>
        agreed(key, 'Sec-WebSocket-Protocol: mqtt\r\nSec-WebSocket-Extensions: permessage-deflate\r\n'),
      'websocket-handshake',
      'never',
    ],
  ])('that is answered with %s fails with that reason, and is closed', async (_, answer, code, retry) => {
    const { client } = await serve((key) => [answer(key)]);
    const got = await refusal(client, { path: '/mqtt?token=s3cret' });
    expect([got.code, got.retry]).toEqual([code, retry]);
    expect(got.message).toContain('broker.test:8083/mqtt');
    expect(got.advice).not.toBe('');
    expect(got.message + got.advice).not.toContain('s3cret');
    expect(client.destroyed).toBe(true);
  });

  test('reports a sub-protocol that was not asked for', async () => {
    const { client } = await serve((key) => [agreed(key)]);
    const { code, advice } = await refusal(client, { subprotocol: '' });
    expect([code, advice.includes('“mqtt”')]).toEqual(['websocket-subprotocol', true]);
  });

  test.each<[Asked, string]>([
    [{ path: '/mqtt#part' }, 'websocket-path'],
    [{ subprotocol: 'mq tt' }, 'websocket-subprotocol'],
    [{ subprotocol: 'mqtt;x' }, 'websocket-subprotocol'],
    [{ headers: [{ name: 'X-Key', value: 'a\r\nb' }] }, 'header-value'],
  ])('asks nobody with what cannot be asked (%j)', async (asked, code) => {
    const { client, request } = await serve(() => []);
    const got = await refusal(client, asked);
    expect([got.code, got.retry, request()]).toEqual([code, 'never', '']);
    expect(got.message).not.toContain('accepts WebSocket');
  });

  test('that is broken off says what does that', async () => {
    const { client, socket } = await serve(() => ['HTTP/1.1 101 Swi']);
    const got = refusal(client, { protocol: 'ws' });
    await expect.poll(() => client.bytesRead).toBeGreaterThan(0);
    socket().destroy();
    const { code, retry, advice } = await got;
    expect([code, retry]).toEqual(['websocket-broken-off', 'later']);
    expect(advice).toContain('mqtt or wss');
  });

  test('ends with whoever gives up', async () => {
    const { client } = await serve(() => []);
    const giveUp = new AbortController();
    const asking = ask(client, { signal: giveUp.signal });
    giveUp.abort();
    await expect(asking).rejects.toBeInstanceOf(DialError);
    expect(client.destroyed).toBe(true);
  });
});

/** What comes, until there are so many characters. */
async function textOf(stream: Duplex, count: number): Promise<string> {
  let text = '';
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (text.length >= count) break;
  }
  return text;
}

async function open(): Promise<Served & { readonly stream: Duplex; readonly ended: Promise<unknown> }> {
  const served = await serve((key) => [agreed(key)]);
  const { stream } = await ask(served.client);
  const ended = new Promise((resolve) => {
    let error: unknown = null;
    stream.once('error', (why) => (error = why)).once('close', () => resolve(error));
  });
  return { ...served, stream, ended };
}

describe('an open WebSocket', () => {
  test('joins frames, and pieces of frames, to one stream of bytes', async () => {
    const { socket, stream } = await open();
    const pieces = [
      frame(BINARY, 'ab', { fin: false }),
      frame(0, 'cd', { fin: false }),
      frame(PING, 'p'),
      frame(0, 'ef'),
      frame(BINARY, ''),
      frame(BINARY, 'gh'),
    ];
    socket().write(Buffer.concat(pieces));
    expect(await textOf(stream, 8)).toBe('abcdefgh');
  });

  test('sends what was written in one go as one frame, masked', async () => {
    const { stream, frames } = await open();
    stream.cork();
    for (const text of ['a', 'b', 'c']) stream.write(text);
    stream.uncork();
    await expect.poll(() => frames().length).toBe(2 + 4 + 3);
    const [first = 0, second = 0, ...rest] = frames();
    expect([first, second]).toEqual([0x82, 0x83]);
    const text = rest.slice(4).map((byte, i) => byte ^ (rest[i] ?? 0));
    expect(Buffer.from(text).toString()).toBe('abc');
  });

  test('answers a ping', async () => {
    const { socket, frames } = await open();
    socket().write(frame(PING, 'x'));
    await expect.poll(() => frames()[0]).toBe(0x8a);
  });

  test.each<[string, Buffer, string, RegExp]>([
    ['a text frame', frame(TEXT, 'hello'), 'WS_TEXT_FRAME', /text frame/],
    ['a masked frame', frame(BINARY, 'x', { masked: true }), 'WS_ERR_UNEXPECTED_MASK', /MASK/],
    ['an opcode that nobody knows', frame(5, 'x'), 'WS_ERR_INVALID_OPCODE', /opcode/],
    ['compression that was not agreed on', Buffer.of(0xc2, 1, 0x61), 'WS_ERR_UNEXPECTED_RSV_1', /RSV1/],
    ['a continuation of nothing', frame(0, 'x'), 'WS_ERR_INVALID_OPCODE', /opcode/],
    [
      'a frame over the bound',
      Buffer.from([0x82, 127, 0, 0, 0, 0, 0x10, 0, 0, 0]),
      'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH',
      /payload size/,
    ],
    [
      'a close that the broker explains',
      frame(CLOSE, Buffer.concat([Buffer.of(0x03, 0xf3), Buffer.from('no MQTT 5')])),
      'ERR_WS_CLOSED',
      /code 1011, “no MQTT 5”/,
    ],
    ['a close with a code alone', frame(CLOSE, Buffer.of(0x03, 0xe9)), 'ERR_WS_CLOSED', /^code 1001$/],
  ])('ends with the reason at %s', async (_, bytes, code, message) => {
    const { socket, ended, stream } = await open();
    stream.resume();
    socket().write(bytes);
    const facts = errorFacts(await ended);
    expect(facts.code).toBe(code);
    expect(facts.message).toMatch(message);
  });

  test.each<[string, (socket: Socket) => void]>([
    ['in order', (socket) => void socket.write(frame(CLOSE, Buffer.of(0x03, 0xe8)))],
    ['without a code', (socket) => void socket.write(frame(CLOSE, ''))],
    ['by the socket', (socket) => void socket.end()],
    ['abruptly', (socket) => void socket.destroy()],
  ])('that is closed %s ends without an error', async (_, close) => {
    const { socket, ended, stream } = await open();
    stream.resume();
    close(socket());
    expect(await ended).toBeNull();
  });

  test('still has what came before a close, however late it is read', async () => {
    const { socket, ended, stream } = await open();
    socket().write(Buffer.concat([frame(BINARY, 'last words'), frame(CLOSE, Buffer.of(0x03, 0xe8))]));
    await ended;
    expect(String(stream.read())).toBe('last words');
  });

  test('that the broker closed takes what is written, without another error', async () => {
    const { socket, stream, ended } = await open();
    stream.resume();
    socket().write(frame(CLOSE, Buffer.of(0x03, 0xe8)));
    await new Promise((resolve) => stream.write('acknowledgement', resolve));
    expect(await ended).toBeNull();
  });

  test('closes in order when it is ended, and at once when it is destroyed', async () => {
    const ending = await open();
    ending.stream.end();
    await expect.poll(() => ending.frames()[0]).toBe(0x88);
    const destroyed = await open();
    destroyed.stream.destroy();
    await expect.poll(() => destroyed.socket().readableEnded || destroyed.socket().destroyed).toBe(true);
    expect(destroyed.frames()).toHaveLength(0);
  });
});
