import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemPorts } from '../../../../src-main/connection/base/ports.ts';
import type { FileAccess } from '../../../../src-main/connection/base/allowed-files.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';

let root: string;
let allowed: string;
let below: FileAccess;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'topicscope-allowed-'));
  onTeardown(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
  allowed = join(root, 'certs');
  below = { kind: 'below', dir: allowed };
  for (const name of ['certs', 'certs-not', 'certs/real', 'elsewhere']) mkdirSync(join(root, name));
  writeFileSync(join(allowed, 'ca.pem'), 'inside');
  writeFileSync(join(allowed, 'real', 'x.pem'), 'inside');
  writeFileSync(join(root, 'secret.pem'), 'outside');
  writeFileSync(join(root, 'elsewhere', 'x.pem'), 'outside');
  writeFileSync(join(root, 'certs-not', 'x.pem'), 'outside');
  writeFileSync(join(allowed, '..name.pem'), 'inside');
  symlinkSync(join(root, 'secret.pem'), join(allowed, 'link.pem'));
  symlinkSync(join(root, 'elsewhere'), join(allowed, 'out'));
});
afterEach(teardown);

const read = async (path: string, access: FileAccess): Promise<string> =>
  Buffer.from(await systemPorts(() => 0, access).readFile(path)).toString();

test('a file below the allowed folder is read, whatever its name begins with', async () => {
  expect(await read(join(allowed, 'ca.pem'), below)).toBe('inside');
  expect(await read(join(allowed, '..name.pem'), below)).toBe('inside');
});

test('the allowed folder may be named by a link', async () => {
  symlinkSync(allowed, join(root, 'by-link'));
  const access: FileAccess = { kind: 'below', dir: join(root, 'by-link') };
  expect(await read(join(root, 'by-link', 'ca.pem'), access)).toBe('inside');
  await expect(read(join(root, 'by-link', 'missing'), access)).rejects.toMatchObject({ code: 'ENOENT' });
});

test.each([
  ['beside it', 'secret.pem'],
  ['reached by dots', 'certs/../secret.pem'],
  ['reached by a link inside of it', 'certs/link.pem'],
  ['in a folder reached by a link', 'certs/out/x.pem'],
  ['in a folder whose name begins the same', 'certs-not/x.pem'],
  ['that is the folder itself', 'certs'],
])('a file %s is not read', async (_, path) => {
  await expect(read(join(root, path), below)).rejects.toMatchObject({ code: 'ENOTALLOWED' });
});

test.each([
  'secret.pem',
  'missing.pem',
  'certs/out/x.pem',
  'certs/out/missing',
  'certs/out/../missing',
  'no/no',
])('nothing is said of what is elsewhere, not even whether it is there (%s)', async (path) => {
  // Not by `join`, which would do away with the dots.
  await expect(read(`${root}/${path}`, below)).rejects.toMatchObject({
    code: 'ENOTALLOWED',
    message: 'This may not be used.',
  });
  await expect(read(`${root}/${path}`, { kind: 'none' })).rejects.toMatchObject({ code: 'ENOTALLOWED' });
});

test('what is missing below the folder is said to be missing', async () => {
  for (const path of ['missing', 'real/missing', 'no/no'])
    await expect(read(join(allowed, path), below)).rejects.toMatchObject({ code: 'ENOENT' });
});

describe.each(['darwin', 'win32'] as const)(
  'where the system does not show what is open (%s)',
  (platform) => {
    const ports = () => systemPorts(() => 0, below, platform);

    test('a file is compared with what is at its place', async () => {
      expect(Buffer.from(await ports().readFile(join(allowed, 'real', 'x.pem'))).toString()).toBe('inside');
      for (const path of ['certs/link.pem', 'certs/out/x.pem', 'secret.pem'])
        await expect(ports().readFile(join(root, path))).rejects.toMatchObject({ code: 'ENOTALLOWED' });
    });

    test('a socket is used by its real path', async () => {
      symlinkSync(join(allowed, 'real'), join(allowed, 'by-link'));
      writeFileSync(join(allowed, 'real', 's'), '');
      const place = await ports().socketPlace(join(allowed, 'by-link', 's'));
      expect(place.path).toBe(join(realpathSync(allowed), 'real', 's'));
      await place.release();
      await expect(ports().socketPlace(join(allowed, 'out', 's'))).rejects.toMatchObject({
        code: 'ENOTALLOWED',
      });
    });
  },
);

/** What is at `place` is `inside` itself, then a link to `outside`, as fast as a thread of its own can change it. */
async function swapping(place: string, inside: string, outside: string): Promise<void> {
  const code = `
    const { renameSync, symlinkSync } = require('node:fs');
    const { parentPort, workerData: { place, inside, outside } } = require('node:worker_threads');
    let on = true;
    parentPort.on('message', () => (on = false));
    symlinkSync(outside, place + '.link');
    const swap = () => {
      for (let i = 0; i < 200; i++) {
        renameSync(inside, place);
        renameSync(place, inside);
        renameSync(place + '.link', place);
        renameSync(place, place + '.link');
      }
      if (on) setImmediate(swap);
      else parentPort.close();
    };
    parentPort.postMessage('begun');
    swap();`;
  const worker = new Worker(code, { eval: true, workerData: { place, inside, outside } });
  const ended = new Promise((resolve) => worker.once('exit', resolve));
  onTeardown(async () => {
    worker.postMessage('end');
    await ended;
  });
  await new Promise((resolve) => worker.once('message', resolve));
}

test.each([
  ['a file', 'swap.pem', 'swap.pem', 'certs/ca.pem', 'secret.pem'],
  ['a folder on the way', 'swap', 'swap/x.pem', 'certs/real', 'elsewhere'],
] as const)(
  'a link that is swapped all the time for %s never wins',
  async (_, place, path, inside, outside) => {
    await swapping(join(allowed, place), join(root, inside), join(root, outside));
    const seen = new Map<string, number>();
    // On a busy machine the thread may stand still for longer than so many reads take.
    for (let i = 0; i < 5_000 || seen.size < 3; i++) {
      const what = await read(join(allowed, path), below).catch(({ code }: { code: string }) => code);
      seen.set(what, (seen.get(what) ?? 0) + 1);
    }
    // Both were in place now and then, and nothing.
    expect([...seen.keys()].toSorted()).toEqual(['ENOENT', 'ENOTALLOWED', 'inside']);
  },
);

test.skipIf(process.platform !== 'linux')('the same for sockets', async () => {
  const reached = { inside: 0, outside: 0 };
  for (const [where, path] of [
    ['inside', join(allowed, 's')],
    ['outside', join(root, 's')],
  ] as const) {
    const server = createServer((socket) => {
      reached[where]++;
      socket.end();
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    onTeardown(() => void server.close());
  }
  await swapping(join(allowed, 'swap'), join(allowed, 's'), join(root, 's'));
  const ports = systemPorts(() => 0, below);
  // As above: what is at its place for a while may be any of it.
  for (let i = 0; i < 1_000 || reached.inside === 0; i++) {
    const place = await ports.socketPlace(join(allowed, 'swap')).catch(() => null);
    if (place === null) continue;
    const socket = connect(place.path);
    await new Promise((resolve) => socket.once('close', resolve).once('error', resolve).resume());
    await place.release();
  }
  expect(reached.outside).toBe(0);
});

test('a socket elsewhere is not used, and where nothing is allowed none is', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(root, 's'), resolve));
  onTeardown(() => void server.close());
  for (const access of [below, { kind: 'none' } as const]) {
    for (const path of [join(root, 's'), join(root, 'missing')])
      await expect(systemPorts(() => 0, access).socketPlace(path)).rejects.toMatchObject({
        code: 'ENOTALLOWED',
      });
  }
  const place = await systemPorts(() => 0, { kind: 'any' }).socketPlace(join(root, 's'));
  expect(place.path).toBe(join(root, 's'));
});
