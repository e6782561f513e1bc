import { describe, expect, test } from 'vitest';
import { DialError } from '../../../../src-main/connection/base/dial-error.ts';
import { openThrough, proxyName, proxyUnreachable } from '../../../../src-main/connection/dial/proxy.ts';
import { Proxy } from '../../../../src-main/contract/model/connect-fields.ts';
import { byByte, ScriptedSocket, type Answer } from '../../../support/net/scripted-socket.ts';

type Login = readonly [username: string, password: string] | null;

const proxyOf = (kind: 'socks5' | 'http', login: Login = null): Proxy =>
  Proxy.parse({
    kind,
    host: 'proxy.test',
    port: 3128,
    ...(login === null ? {} : { username: login[0], password: login[1] }),
  });

interface Asked {
  readonly kind: 'socks5' | 'http';
  readonly answers: readonly Answer[];
  readonly login?: Login;
  readonly host?: string;
  readonly signal?: AbortSignal;
}

/** What came of it: `open`, or a code and whether it is tried again. */
async function through({ kind, answers, login, host = 'broker.test', signal }: Asked) {
  const socket = new ScriptedSocket(answers);
  const target = { host, port: 1883, protocol: 'mqtt' as const, path: '' };
  try {
    const given = signal ?? new AbortController().signal;
    await openThrough(socket.asSocket, proxyOf(kind, login), target, given);
    return { socket, code: 'open', retry: null, message: '', advice: '', cause: undefined };
  } catch (error) {
    if (!(error instanceof DialError)) throw error;
    const { failure, retry } = error.ending;
    const { code, message, advice } = failure;
    return { socket, code, retry, message, advice, cause: error.cause };
  }
}

const OK = 'HTTP/1.1 200 Connection established\r\n\r\n';

/** The bytes that whoever reads next gets, until there are so many. */
async function readOn(socket: ScriptedSocket, count: number): Promise<string> {
  let text = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += (chunk as Buffer).toString('latin1');
    if (text.length >= count) return text;
  }
  return text;
}

describe('an HTTP proxy', () => {
  test.each([
    ['broker.test', 'broker.test:1883'],
    ['192.0.2.7', '192.0.2.7:1883'],
    ['2001:db8::7', '[2001:db8::7]:1883'],
  ])('is asked for a way to %s once, and for nothing else', async (host, where) => {
    const { socket, code } = await through({ kind: 'http', answers: [[OK]], host });
    expect(code).toBe('open');
    expect(socket.text).toBe(`CONNECT ${where} HTTP/1.1\r\nHost: ${where}\r\n\r\n`);
    expect(socket.destroyed).toBe(false);
  });

  test.each([
    [['user', 'pass'], 'user:pass'],
    [['üser', 'pä:ß'], 'üser:pä:ß'],
    [['', 'only'], ':only'],
  ] as const)('is given username and password %j in one field, as UTF-8', async (login, plain) => {
    const { socket } = await through({ kind: 'http', answers: [[OK]], login });
    const [, given = ''] = /^Proxy-Authorization: Basic (\S+)$/m.exec(socket.text) ?? [];
    expect(Buffer.from(given, 'base64').toString('utf8')).toBe(plain);
  });

  test.each<[string, Answer]>([
    ['in one piece', [OK]],
    ['byte by byte', byByte(OK)],
    ['with its end cut', ['HTTP/1.1 200 OK\r\nVia: x\r', '\n\r', '\n']],
    ['in HTTP/1.0', ['HTTP/1.0 200 OK\r\n\r\n']],
    ['without a reason', ['HTTP/1.1 200\r\nVia: x\r\n\r\n']],
    ['without a reason and without fields', ['HTTP/1.1 200\r\n\r\n']],
    ['with an empty reason', ['HTTP/1.1 200 \r\nVia: x\r\n\r\n']],
    ['with line feeds only', ['HTTP/1.1 200 OK\nVia: x\n\n']],
    ['with 204', ['HTTP/1.1 204 No Content\r\n\r\n']],
    ['with a field of 16,000 bytes', [`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(16_000)}\r\n\r\n`]],
  ])('that agrees %s opens the way', async (_, answer) => {
    expect((await through({ kind: 'http', answers: [answer] })).code).toBe('open');
  });

  test.each<[string, Answer]>([
    ['with the agreement', [`${OK}\x20\x02\x00\x00`]],
    ['in the next piece', [OK, '\x20\x02\x00\x00']],
    ['with an agreement in line feeds', ['HTTP/1.1 200 OK\n\n\x20\x02\x00\x00']],
  ])('may hand on what the broker says already, %s', async (_, answer) => {
    const { socket, code } = await through({ kind: 'http', answers: [answer] });
    expect(code).toBe('open');
    expect(await readOn(socket, 4)).toBe('\x20\x02\x00\x00');
  });

  test.each<[string, Answer, string, string]>([
    ['407', ['HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'], 'proxy-credentials', 'never'],
    ['403', ['HTTP/1.1 403 Forbidden\r\n\r\n'], 'proxy-forbidden', 'never'],
    ['405', ['HTTP/1.1 405 Method Not Allowed\r\n\r\n'], 'proxy-forbidden', 'never'],
    ['400', ['HTTP/1.1 400 Bad Request\r\n\r\n'], 'proxy-http-400', 'never'],
    ['a redirection', ['HTTP/1.1 302 Found\r\nLocation: /login\r\n\r\n'], 'proxy-http-302', 'never'],
    ['502', ['HTTP/1.1 502 Bad Gateway\r\n\r\n'], 'proxy-broker-unreachable', 'later'],
    ['503', ['HTTP/1.1 503 Service Unavailable\r\n\r\n'], 'proxy-broker-unreachable', 'later'],
    ['504', ['HTTP/1.1 504 Gateway Timeout\r\n\r\n'], 'proxy-broker-unreachable', 'later'],
    // It may pass, as with a WebSocket listener that answers so.
    ['500', ['HTTP/1.1 500 Internal Server Error\r\n\r\n'], 'proxy-http-500', 'later'],
    ['429', ['HTTP/1.1 429 Too Many Requests\r\n\r\n'], 'proxy-http-429', 'slowly'],
    ['a close', [null], 'proxy-closed', 'later'],
    ['half a head and a close', ['HTTP/1.1 200 OK\r\n', null], 'proxy-closed', 'later'],
    ['a reset', [Object.assign(new Error('reset'), { code: 'ECONNRESET' })], 'proxy-closed', 'later'],
    ['another protocol', ['SSH-2.0-OpenSSH_9\r\n'], 'proxy-not-http', 'never'],
    ['one wrong byte', ['\x05'], 'proxy-not-http', 'never'],
    ['HTTP/2', ['HTTP/2 200\r\n\r\n'], 'proxy-not-http', 'never'],
    ['no status', ['HTTP/1.1 abc\r\n\r\n'], 'proxy-not-http', 'never'],
    ['a status of four digits', ['HTTP/1.1 2000 OK\r\n\r\n'], 'proxy-not-http', 'never'],
    ['a head without an end', [`HTTP/1.1 200 OK\r\n${'x'.repeat(20_000)}`], 'proxy-not-http', 'never'],
  ])('that answers %s fails with that reason, and its socket is closed', async (_, answer, code, retry) => {
    const login = ['user', 's3cret'] as const;
    const got = await through({ kind: 'http', answers: [answer], login });
    expect([got.code, got.retry]).toEqual([code, retry]);
    expect(got.message).toContain('HTTP proxy proxy.test:3128');
    expect(got.advice).not.toBe('');
    expect(got.message + got.advice).not.toContain('s3cret');
    expect(got.cause).toBeUndefined();
    expect(got.socket.destroyed).toBe(true);
  });
});

const FREE = [[5, 0]] as const;
const ASKS_LOGIN = [[5, 2]] as const;
const reply = (code: number, address: readonly number[] = [1, 0, 0, 0, 0]): number[] => [
  5,
  code,
  0,
  ...address,
  0,
  0,
];

describe('a SOCKS5 proxy', () => {
  test.each([
    ['broker.test', [3, 11, ...Buffer.from('broker.test')]],
    ['192.0.2.7', [1, 192, 0, 2, 7]],
    ['2001:db8::7', [4, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]],
    // The zone has a meaning on this computer only.
    ['fe80::7%eth0', [4, 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]],
  ])('is asked for %s by its own kind of address', async (host, address) => {
    const { socket, code } = await through({ kind: 'socks5', answers: [FREE, [reply(0)]], host });
    expect(code).toBe('open');
    expect([...(socket.got[0] ?? [])]).toEqual([5, 1, 0]);
    expect([...(socket.got[1] ?? [])]).toEqual([5, 1, 0, ...address, 1883 >> 8, 1883 & 255]);
  });

  test.each<[string, readonly Answer[]]>([
    ['byte by byte', [byByte([5, 0]), byByte(reply(0))]],
    ['with an IPv6 address', [FREE, [reply(0, [4, ...Array<number>(16).fill(1)])]]],
    ['with a name', [FREE, [reply(0, [3, 2, 104, 105])]]],
    ['with a name, byte by byte', [FREE, byByte(reply(0, [3, 2, 104, 105]))]],
    ['with an empty name', [FREE, [reply(0, [3, 0])]]],
  ])('that agrees %s opens the way', async (_, answers) => {
    const { code, socket } = await through({ kind: 'socks5', answers });
    expect([code, socket.destroyed]).toEqual(['open', false]);
  });

  test('is offered a login only where there is one, and may take none all the same', async () => {
    const login = ['user', 'pass'] as const;
    const free = await through({ kind: 'socks5', answers: [FREE, [reply(0)]], login });
    expect([...(free.socket.got[0] ?? [])]).toEqual([5, 2, 0, 2]);
    expect(free.code).toBe('open');
    expect(free.socket.text).not.toContain('pass');
  });

  test.each<[string, readonly Answer[], string, string]>([
    ['a wrong login', [ASKS_LOGIN, [[1, 1]]], 'proxy-credentials', 'never'],
    ['no login it takes', [[[5, 0xff]]], 'proxy-credentials', 'never'],
    ['a login of another kind (GSSAPI)', [[[5, 1]]], 'proxy-credentials', 'never'],
    ['a general failure', [FREE, [reply(1)]], 'proxy-broker-unreachable', 'later'],
    ['that it is not allowed', [FREE, [reply(2)]], 'proxy-forbidden', 'never'],
    ['no network', [FREE, [reply(3)]], 'proxy-broker-unreachable', 'later'],
    ['no host', [FREE, [reply(4)]], 'proxy-broker-unreachable', 'later'],
    ['that nothing listens', [FREE, [reply(5)]], 'proxy-broker-refused', 'later'],
    ['that time ran out', [FREE, [reply(6)]], 'proxy-broker-unreachable', 'later'],
    ['that it knows no CONNECT', [FREE, [reply(7)]], 'proxy-broker-unreachable', 'later'],
    ['a code nobody knows', [FREE, [reply(200)]], 'proxy-broker-unreachable', 'later'],
    ['in SOCKS4', [[[0, 0x5a]]], 'proxy-not-socks', 'never'],
    ['in HTTP', [['HTTP/1.1 400 Bad Request\r\n\r\n']], 'proxy-not-socks', 'never'],
    ['with a close', [[null]], 'proxy-closed', 'later'],
    ['with a close after the login', [ASKS_LOGIN, [null]], 'proxy-closed', 'later'],
    ['with half an answer and a close', [FREE, [[5, 0, 0], null]], 'proxy-closed', 'later'],
    [
      'with a reset',
      [FREE, [Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })]],
      'proxy-closed',
      'later',
    ],
  ])('that answers %s fails with that reason, and its socket is closed', async (_, answers, code, retry) => {
    const login = ['user', 's3cret'] as const;
    const got = await through({ kind: 'socks5', answers, login });
    expect([got.code, got.retry]).toEqual([code, retry]);
    expect(got.message).toContain('SOCKS5 proxy proxy.test:3128');
    expect(got.advice).not.toBe('');
    expect(got.message + got.advice).not.toContain('s3cret');
    expect(got.cause).toBeUndefined();
    expect(got.socket.destroyed).toBe(true);
  });
});

test.each(['socks5', 'http'] as const)(
  'Whoever gives up gets rid of a %s proxy that says nothing.',
  async (kind) => {
    const giveUp = new AbortController();
    const asked = through({ kind, answers: [], signal: giveUp.signal });
    setImmediate(() => giveUp.abort());
    const { code, socket } = await asked;
    expect([code, socket.destroyed]).toEqual(['proxy-closed', true]);
  },
);

test.each([
  ['resolving', { code: 'ENOTFOUND', message: '' }, 'proxy-unresolvable'],
  ['connecting', { code: 'ECONNREFUSED', message: '' }, 'proxy-refused'],
  ['connecting', { code: 'EHOSTUNREACH', message: '' }, 'proxy-unreachable'],
] as const)('A proxy that is not reached is named, not the broker (%s, %j).', (phase, error, code) => {
  const { failure, retry } = proxyUnreachable(phase, proxyOf('http'), error);
  expect([failure.code, retry]).toEqual([code, 'later']);
  expect(failure.message).toContain('The HTTP proxy proxy.test:3128 cannot be reached.');
  expect(failure.advice).toContain('proxy');
});

test('An IPv6 proxy is named in brackets.', () => {
  expect(proxyName({ ...proxyOf('socks5'), host: '::1' })).toBe('SOCKS5 proxy [::1]:3128');
});
