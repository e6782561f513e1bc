import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createServer as createTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { listen, readOption, StartError } from '../../../src-main/server/listen.ts';
import { listen as listenSomewhere } from '../../support/net/listen.ts';
import { onTeardown, teardown } from '../../support/teardown.ts';
import { certificates } from '../../support/tls/certificates.ts';

afterEach(teardown);

type Given = Partial<Parameters<typeof listen>[0]>;

/** A server that listens, or why it does not. */
async function listening(given: Given): Promise<{ port: number; server: Server } | StartError> {
  try {
    const started = await listen({ port: 0, host: '127.0.0.1', tls: null, ...given });
    onTeardown(() => new Promise((resolve) => started.server.close(() => resolve())));
    return started;
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    return error;
  }
}

function files(all: Readonly<Record<string, string>>): (name: string) => string {
  const dir = mkdtempSync(join(tmpdir(), 'topicscope-listen-'));
  onTeardown(() => rmSync(dir, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(all)) writeFileSync(join(dir, name), text);
  return (name) => join(dir, name);
}

describe('the port of the browser host', () => {
  test('is any free one for 0, and another one for each', async () => {
    const [first, second] = [await listening({}), await listening({})];
    if (first instanceof StartError || second instanceof StartError) throw new Error('it did not listen');
    expect(first.port).toBeGreaterThan(0);
    expect(second.port).not.toBe(first.port);
    expect(first.server.listening).toBe(true);
  });

  test('that is given and taken is reported, with what to do', async () => {
    const port = await listenSomewhere(createTcp());
    const failed = await listening({ port });
    expect(failed).toMatchObject({ exitCode: 1 });
    expect((failed as StartError).message).toBe(
      `Port ${port} is taken. Give another with --port, or 0 for any.`,
    );
  });

  test('that is not given is 7883 or one behind it, and never one that is taken', async () => {
    const all = await Promise.all([listening({ port: null }), listening({ port: null })]);
    const ports = all.map((one) => (one instanceof StartError ? 0 : one.port));
    expect(new Set(ports).size).toBe(2);
    for (const port of ports) expect(port).toBeGreaterThanOrEqual(7_883);
  });

  test.each([
    ['192.0.2.77', 2],
    ['no-such-host.invalid', 2],
  ])('is not listened on at %s, which is no address of this machine', async (host, exitCode) => {
    for (const port of [0, null]) {
      const failed = await listening({ host, port });
      expect(failed).toMatchObject({
        exitCode,
        message: `This machine has no address ${host} to listen on.`,
      });
    }
  });

  test('is listened on at an IPv6 address', async () => {
    const started = await listening({ host: '::1' });
    if (started instanceof StartError) return expect(started.message).toContain('::1');
    expect(started.server.address()).toMatchObject({ family: 'IPv6', address: '::1' });
  });
});

describe('HTTPS', () => {
  test('is spoken with the certificate and key of the files', async () => {
    const { server, ca } = await certificates();
    const at = files({ cert: server.cert, key: server.key });
    const started = await listening({ tls: { cert: at('cert'), key: at('key') } });
    if (started instanceof StartError) throw started;
    const socket = connectTls({
      port: started.port,
      host: '127.0.0.1',
      ca: ca.cert,
      servername: 'localhost',
    });
    onTeardown(() => void socket.destroy());
    await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
    expect(socket.authorized).toBe(true);
  });

  test.each<[string, (all: Awaited<ReturnType<typeof certificates>>) => { cert: string; key: string }]>([
    ['a key of another certificate', ({ server, client }) => ({ cert: server.cert, key: client.key })],
    ['the two the wrong way round', ({ server }) => ({ cert: server.key, key: server.cert })],
    ['no PEM', () => ({ cert: 'a secret', key: 'another secret' })],
    ['empty files', () => ({ cert: '', key: '' })],
    [
      'an encrypted key',
      ({ client, encryptedClientKey }) => ({ cert: client.cert, key: encryptedClientKey }),
    ],
  ])('is refused with %s, and nothing of them is shown', async (_, pair) => {
    const { cert, key } = pair(await certificates());
    const at = files({ cert, key });
    const failed = await listening({ tls: { cert: at('cert'), key: at('key') } });
    expect(failed).toMatchObject({ exitCode: 2 });
    expect((failed as StartError).message).toBe(
      '--tls-cert and --tls-key are not a certificate and its key in PEM form.',
    );
  });

  test.each(['--tls-cert', '--tls-key'])('names %s where its file is not there', async (option) => {
    const { server } = await certificates();
    const at = files({ 'tls-cert': server.cert, 'tls-key': server.key });
    const path = (name: string): string => at(option === `--${name}` ? 'gone' : name);
    const failed = await listening({ tls: { cert: path('tls-cert'), key: path('tls-key') } });
    expect(failed).toMatchObject({ exitCode: 2, message: `The file of ${option} cannot be read (ENOENT).` });
  });
});

test.each([
  ['a folder', '.', 'EISDIR'],
  ['what is not there', 'gone', 'ENOENT'],
])(
  'A file that an option names and that is %s is named by the option, not by its path.',
  async (_, name, code) => {
    const path = files({})(name);
    const failed = await readOption(path, '--token-file').catch((error: unknown) => error);
    expect(failed).toMatchObject({
      exitCode: 2,
      message: `The file of --token-file cannot be read (${code}).`,
    });
  },
);
