import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { systemPorts } from '../../../../src-main/connection/base/ports.ts';
import type { FileAccess } from '../../../../src-main/connection/base/allowed-files.ts';

const root = mkdtempSync(join(tmpdir(), 'topicscope-files-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const read = async (path: string, access: FileAccess): Promise<string> =>
  Buffer.from(await systemPorts(() => 0, access).readFile(path)).toString();

test('a folder and a missing file are distinguished', async () => {
  await expect(read(root, { kind: 'any' })).rejects.toMatchObject({ code: 'EISDIR' });
  await expect(read(join(root, 'missing'), { kind: 'any' })).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a file is read to its end, and one that is too large or endless is reported as that', async () => {
  const text = 'certificate '.repeat(30_000);
  writeFileSync(join(root, 'bundle.pem'), text);
  expect(await read(join(root, 'bundle.pem'), { kind: 'any' })).toBe(text);
  writeFileSync(join(root, 'huge.pem'), Buffer.alloc(4_000_001));
  await expect(read(join(root, 'huge.pem'), { kind: 'any' })).rejects.toMatchObject({ code: 'EFBIG' });
  if (!existsSync('/dev/zero')) return;
  await expect(read('/dev/zero', { kind: 'any' })).rejects.toMatchObject({ code: 'EFBIG' });
});
