import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import { afterEach, describe, expect, test } from 'vitest';
import { DialError } from '../../../../src-main/connection/base/dial-error.ts';
import { systemPorts, type ConnectionPorts } from '../../../../src-main/connection/base/ports.ts';
import { targetOf } from '../../../../src-main/connection/dial/dial.ts';
import { openTransport } from '../../../../src-main/connection/dial/transport.ts';
import { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import { startHttpProxy, startSocksProxy } from '../../../support/brokers/proxies.ts';
import { deferred } from '../../../support/deferred.ts';
import { listen } from '../../../support/net/listen.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';

afterEach(teardown);

type Given = Partial<z.input<typeof ConnectionOptions>>;

/** The outcome, and all that was reported on the way. */
async function open(given: Given, ports: Partial<ConnectionPorts> = {}, signal?: AbortSignal, fast = false) {
  const options = ConnectionOptions.parse({
    name: 'x',
    protocol: 'mqtt',
    host: 'broker.test',
    port: 1883,
    ...given,
  });
  const reported: string[] = [];
  const all: ConnectionPorts = { ...systemPorts(Math.random), ...ports };
  try {
    const { socket, address, reads } = await openTransport({
      options,
      target: targetOf(options),
      ports: all,
      signal: signal ?? new AbortController().signal,
      fast,
      entered: (phase, at) => reported.push(`${phase} ${at}`),
      found: (phase, line) => reported.push(`${phase}: ${line}`),
    });
    onTeardown(() => void socket.destroy());
    return { reported, kind: 'open', code: '', retry: '', address, reads, socket } as const;
  } catch (error) {
    if (!(error instanceof DialError)) throw error;
    const { failure, retry } = error.ending;
    return { reported, kind: 'failed', failure, code: failure.code, retry } as const;
  }
}

const lookup = (...addresses: string[]): Partial<ConnectionPorts> => ({
  lookup: () => Promise.resolve(addresses.map((address) => ({ address, family: 4 as const }))),
});
const refuses = (code: string): Partial<ConnectionPorts> => ({
  lookup: () => Promise.reject(Object.assign(new Error(code), { code })),
});

/** Says hello to everybody. */
async function greeter(): Promise<number> {
  return listen(createServer((socket) => void socket.write('hello')));
}

const firstOf = (socket: Socket): Promise<string> =>
  new Promise((resolve) => void socket.once('data', (chunk) => resolve(chunk.toString())));

describe('a broker that is reached directly', () => {
  test('is looked up, and tried at every address', async () => {
    const port = await greeter();
    const opened = await open({ port }, lookup('127.0.0.9', '127.0.0.1'));
    expect(opened.reported).toEqual([
      'resolving broker.test',
      'resolving: 127.0.0.9 (IPv4)',
      'resolving: 127.0.0.1 (IPv4)',
      `connecting 127.0.0.9:${port}`,
      `connecting: 127.0.0.9:${port}: ECONNREFUSED`,
      `connecting 127.0.0.1:${port}`,
    ]);
    if (opened.kind !== 'open') throw new Error(opened.code);
    expect(opened.address).toBe(`127.0.0.1:${port}`);
    expect(await firstOf(opened.socket)).toBe('hello');
  });

  test.each([
    ['ENOTFOUND', 'unresolvable', 'later'],
    ['EAI_AGAIN', 'unresolvable', 'later'],
    ['ESERVFAIL', 'failed', 'later'],
  ])('whose name is not found (%s) fails with that reason and is tried again', async (error, code, retry) => {
    const got = await open({}, refuses(error));
    expect([got.code, got.retry, got.reported]).toEqual([code, retry, ['resolving broker.test']]);
  });

  test('whose name has no address counts as not found', async () => {
    const { code } = await open({}, lookup());
    expect(code).toBe('unresolvable');
  });

  test('is refused at every address in the words of a refusal', async () => {
    const port = await greeter();
    const got = await open({ port }, lookup('127.0.0.8', '127.0.0.9'));
    expect([got.code, got.retry]).toEqual(['refused', 'later']);
  });

  test('of a name with thousands of addresses fills no report', async () => {
    const port = await greeter();
    const many = Array.from({ length: 3_000 }, () => '127.0.0.1');
    const { reported } = await open({ port }, lookup(...many));
    expect(reported.filter((line) => line.startsWith('resolving: '))).toHaveLength(16);
  });

  test('is not connected to by whoever gave up during the look-up', async () => {
    const asked = deferred<readonly { address: string; family: 4 }[]>();
    const giveUp = new AbortController();
    const opening = open({}, { lookup: () => asked.promise }, giveUp.signal);
    giveUp.abort();
    asked.resolve([{ address: '127.0.0.1', family: 4 }]);
    const { kind, reported } = await opening;
    expect([kind, reported]).toEqual(['failed', ['resolving broker.test']]);
  });
});

describe('an address that is good on one network only', () => {
  const interfaces = (): string[] => ['lo', 'eth0'];

  test('names its zone among those of this computer', async () => {
    const got = await open({ host: 'fe80::1%wlan9' }, { interfaces, ...lookup() });
    expect([got.code, got.retry]).toEqual(['host-zone', 'later']);
    if (got.kind === 'failed') expect(got.failure.advice).toContain('lo, eth0');
  });

  test.each(['fe80::1%eth0', 'fe80::1%3'])('%s is asked for as it is', async (host) => {
    const asked: string[] = [];
    const { code } = await open(
      { host },
      {
        interfaces,
        lookup: (name) => {
          asked.push(name);
          return Promise.resolve([]);
        },
      },
    );
    expect([asked, code]).toEqual([[host], 'unresolvable']);
  });

  test.each([
    ['fe80::1', true],
    ['FEBF::1', true],
    ['fec0::1', false],
    ['2001:db8::1', false],
  ])('%s that fails says what it lacks: %s', async (host, isSaid) => {
    const got = await open({ host }, { interfaces, ...refuses('EINVAL') });
    if (got.kind !== 'failed') throw new Error('it opened');
    expect(got.failure.advice.includes(`${host}%eth0`)).toBe(isSaid);
  });
});

describe('a broker behind a proxy', () => {
  test.each([
    ['socks5', startSocksProxy],
    ['http', startHttpProxy],
  ] as const)('is looked up by the %s proxy, and the proxy by us', async (kind, start) => {
    const port = await greeter();
    const proxy = await start({ hosts: { 'broker.test': '127.0.0.1' }, login: 'user:pä:ss' });
    const asked: string[] = [];
    const opened = await open(
      {
        port,
        proxy: { kind, host: 'proxy.test', port: proxy.port, username: 'user', password: 'pä:ss' },
      },
      {
        lookup: (name) => {
          asked.push(name);
          return Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
        },
      },
      undefined,
      true,
    );
    if (opened.kind !== 'open') throw new Error(opened.failure.message);
    expect(asked).toEqual(['proxy.test']);
    expect(proxy.asked).toEqual([`broker.test:${port}`]);
    expect(proxy.logins).toEqual(['user:pä:ss']);
    // What comes through it is read as any stream.
    expect(opened.reads).toBeNull();
    expect(opened.address).toContain(`broker.test:${port} through`);
    expect(opened.reported.at(-1)).toBe(`proxying ${opened.address}`);
    expect(await firstOf(opened.socket)).toBe('hello');
  });

  test.each(['socks5', 'http'] as const)('that is down: the %s proxy is named', async (kind) => {
    const port = await greeter();
    const proxy = { kind, host: 'proxy.test', port };
    const got = await open({ proxy }, lookup('127.0.0.9'));
    expect(got.code).toBe('proxy-refused');
    if (got.kind === 'failed') expect(got.failure.message).toContain(`proxy.test:${port}`);
  });
});

describe.skipIf(process.platform === 'win32')('a socket of this machine', () => {
  const folder = (): string => {
    const dir = mkdtempSync(join(tmpdir(), 'topicscope-transport-'));
    onTeardown(() => rmSync(dir, { recursive: true, force: true }));
    return dir;
  };
  /** A listening socket, and whoever came. */
  async function socketServer() {
    const path = join(folder(), 's');
    const accepted: Socket[] = [];
    const server = createServer((socket) => void accepted.push(socket));
    await new Promise<void>((resolve) => server.listen(path, resolve));
    onTeardown(async () => {
      for (const socket of accepted) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });
    return { path, accepted };
  }

  test('is connected to without a look-up, and its place is let go of', async () => {
    const { path } = await socketServer();
    let released = 0;
    const opened = await open(
      { protocol: 'unix', host: path },
      {
        ...refuses('EFAIL'),
        socketPlace: () => Promise.resolve({ path, release: () => Promise.resolve(void released++) }),
      },
      undefined,
      true,
    );
    expect([opened.kind, opened.reported, released]).toEqual(['open', [`connecting ${path}`], 1]);
    if (opened.kind === 'open') expect([opened.address, opened.reads === null]).toEqual([path, false]);
  });

  test.each([
    ['is not there', () => '/no/such/socket', 'later', 'ENOENT'],
    [
      'is an ordinary file',
      () => {
        const path = join(folder(), 'file');
        writeFileSync(path, '');
        return path;
      },
      'later',
      'ECONNREFUSED',
    ],
    ['has a path that is too long', () => `/tmp/${'x'.repeat(200)}`, 'never', 'EINVAL'],
  ])('that %s fails with that reason', async (_, path, retry, code) => {
    const got = await open({ protocol: 'unix', host: path() });
    expect([got.code, got.retry]).toEqual(['socket-unusable', retry]);
    if (got.kind === 'failed') expect(got.failure.message).toContain(code);
  });

  test('is never another one, whose path is the beginning of the one that was asked for', async () => {
    const path = `${folder()}/`.padEnd(107, 'x');
    const accepted: Socket[] = [];
    const server = createServer((socket) => void accepted.push(socket));
    await new Promise<void>((resolve) => server.listen(path, resolve));
    onTeardown(() => void server.close());
    const longer = await open({ protocol: 'unix', host: `${path}-other` });
    expect([longer.code, accepted.length]).toEqual(['socket-unusable', 0]);
    const whole = await open({ protocol: 'unix', host: path });
    expect(whole.kind).toBe('open');
    if (whole.kind === 'open') whole.socket.destroy();
  });

  test('that may not be used is never asked again', async () => {
    const socketPlace = () => Promise.reject(Object.assign(new Error(''), { code: 'ENOTALLOWED' }));
    const got = await open({ protocol: 'unix', host: '/run/docker.sock' }, { socketPlace });
    expect([got.code, got.retry]).toEqual(['socket-unusable', 'never']);
  });

  test('is not connected to by whoever gave up while its place was looked at', async () => {
    const { path, accepted } = await socketServer();
    const asked = deferred<{ path: string; release: () => Promise<void> }>();
    let released = 0;
    const giveUp = new AbortController();
    const opening = open(
      { protocol: 'unix', host: path },
      { socketPlace: () => asked.promise },
      giveUp.signal,
    );
    giveUp.abort();
    asked.resolve({ path, release: () => Promise.resolve(void released++) });
    expect((await opening).kind).toBe('failed');
    expect([released, accepted.length]).toEqual([1, 0]);
  });
});
