import { expect, test } from 'vitest';
import { DialError } from '../../../../src-main/connection/base/dial-error.ts';
import { openThrough, proxyName } from '../../../../src-main/connection/dial/proxy.ts';
import { Proxy } from '../../../../src-main/contract/model/connect-fields.ts';
import { ScriptedSocket } from '../../../support/net/scripted-socket.ts';

const target = { host: 'broker.test', port: 1883, protocol: 'mqtt' as const, path: '' };
const proxyOf = (username: string, password: string) =>
  Proxy.parse({ kind: 'socks5', host: 'proxy.test', port: 1080, username, password });

const ASKS_LOGIN = [5, 2];
const LOGGED_IN = [1, 0];
const CONNECTED = [5, 0, 0, 1, 127, 0, 0, 1, 7, 91];

async function through(username: string, password: string) {
  const socket = new ScriptedSocket([[ASKS_LOGIN], [LOGGED_IN], [CONNECTED]]);
  const proxy = proxyOf(username, password);
  try {
    await openThrough(socket.asSocket, proxy, target, new AbortController().signal);
    return { kind: 'open', socket } as const;
  } catch (error) {
    if (!(error instanceof DialError)) throw error;
    return { kind: 'failed', failure: error.ending.failure, retry: error.ending.retry, socket } as const;
  }
}

test('Username and password of as many bytes as SOCKS5 has a length for are sent whole.', async () => {
  const [username, password] = ['ä'.repeat(127), 'p'.repeat(255)];
  const opened = await through(username, password);
  expect(opened.kind).toBe('open');
  const login = opened.socket.got[1];
  expect(login?.subarray(0, 2)).toEqual(Buffer.of(1, 254));
  expect(login?.subarray(2, 256).toString()).toBe(username);
  expect(login?.[256]).toBe(255);
});

test.each([
  ['ä'.repeat(128), 'short'],
  ['short', '😀'.repeat(64)],
])(
  'Longer ones are refused in words before anything is sent, and without a fault.',
  async (username, password) => {
    const opened = await through(username, password);
    if (opened.kind !== 'failed') throw new Error('it was sent');
    expect(opened.failure.code).toBe('proxy-credentials');
    expect(opened.failure.message).toContain(proxyName(proxyOf('', '')));
    expect(opened.failure.message).not.toContain(password);
    expect([opened.retry, opened.socket.got.length, opened.socket.destroyed]).toEqual(['never', 0, true]);
  },
);
