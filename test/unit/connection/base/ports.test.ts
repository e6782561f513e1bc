import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { systemPorts } from '../../../../src-main/connection/base/ports.ts';
import type { FileAccess } from '../../../../src-main/connection/base/ports.ts';

const root = mkdtempSync(join(tmpdir(), 'topicscope-files-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const allowed = join(root, 'certs');
mkdirSync(allowed);
writeFileSync(join(allowed, 'ca.pem'), 'inside');
writeFileSync(join(root, 'secret.pem'), 'outside');
mkdirSync(join(root, 'certs-not'));
writeFileSync(join(root, 'certs-not', 'x.pem'), 'outside');
symlinkSync(join(root, 'secret.pem'), join(allowed, 'link.pem'));

const read = async (path: string, access: FileAccess): Promise<string> =>
  Buffer.from(await systemPorts(() => 0, access).readFile(path)).toString();

test('a file below the allowed folder is read', async () => {
  expect(await read(join(allowed, 'ca.pem'), { kind: 'below', dir: allowed })).toBe('inside');
});

test.each([
  ['beside it', join(root, 'secret.pem')],
  ['reached by dots', join(allowed, '..', 'secret.pem')],
  ['reached by a link inside of it', join(allowed, 'link.pem')],
  ['in a folder whose name begins the same', join(root, 'certs-not', 'x.pem')],
])('a file %s is not read', async (_, path) => {
  await expect(read(path, { kind: 'below', dir: allowed })).rejects.toMatchObject({ code: 'ENOTALLOWED' });
});

test('no file is read where none may be, not even to say whether it exists', async () => {
  for (const path of [join(allowed, 'ca.pem'), join(root, 'missing')]) {
    await expect(read(path, { kind: 'none' })).rejects.toMatchObject({ code: 'ENOTALLOWED' });
  }
});

test('a folder and a missing file are told apart', async () => {
  await expect(read(allowed, { kind: 'any' })).rejects.toMatchObject({ code: 'EISDIR' });
  await expect(read(join(root, 'missing'), { kind: 'any' })).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a file is read to its end, and one that is too large or endless is told as that', async () => {
  const text = 'certificate '.repeat(30_000);
  writeFileSync(join(root, 'bundle.pem'), text);
  expect(await read(join(root, 'bundle.pem'), { kind: 'any' })).toBe(text);
  writeFileSync(join(root, 'huge.pem'), Buffer.alloc(4_000_001));
  await expect(read(join(root, 'huge.pem'), { kind: 'any' })).rejects.toMatchObject({ code: 'EFBIG' });
  if (!existsSync('/dev/zero')) return;
  await expect(read('/dev/zero', { kind: 'any' })).rejects.toMatchObject({ code: 'EFBIG' });
});
