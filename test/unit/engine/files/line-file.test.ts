import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { hashedName, LineFile } from '../../../../src-main/engine/files/line-file.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';

afterEach(teardown);

const Line = z.object({ id: z.number() });
type Line = z.infer<typeof Line>;

function place(): string {
  const dir = mkdtempSync(join(tmpdir(), 'topicscope-lines-'));
  onTeardown(() => rmSync(dir, { recursive: true, force: true }));
  return join(dir, 'below', 'lines.jsonl');
}

function open(path: string | null, mostBytes = 1_000) {
  const wanted: Line[] = [];
  let rewrites = 0;
  const file = new LineFile<Line>({
    path,
    line: Line,
    mostBytes,
    wanted: () => wanted,
    mostLines: (count) => count + 5,
  });
  const rewrite = file.rewrite.bind(file);
  file.rewrite = () => {
    rewrites++;
    rewrite();
  };
  return { file, wanted, rewrites: () => rewrites };
}

const ids = (path: string): number[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => Line.parse(JSON.parse(line)).id);

test('Lines are there for the next program, in their order, for nobody else to read; broken ones are passed over.', async () => {
  const path = place();
  const { file } = open(path);
  file.append({ id: 1 });
  file.append({ id: 2 });
  await file.flush();
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
  appendFileSync(path, '{"id":\n{"id":"x"}\n\n{"id":3}\n');
  const taken: (readonly Line[])[] = [];
  await open(path).file.load((lines) => taken.push(lines));
  expect(taken).toEqual([[{ id: 1 }, { id: 2 }, { id: 3 }]]);
});

test('Nothing is written before what an earlier program left was taken.', async () => {
  const path = place();
  const first = open(path);
  first.file.append({ id: 1 });
  await first.file.flush();
  const { file, wanted } = open(path);
  void file.load((lines) => wanted.push(...lines, { id: 2 }));
  file.rewrite();
  await file.flush();
  expect(ids(path)).toEqual([1, 2]);
});

test('Of many lines at once the file is written again once it is too long, and not once for each.', async () => {
  const path = place();
  const { file, wanted, rewrites } = open(path);
  wanted.push({ id: 0 });
  for (let id = 1; id <= 200; id++) file.append({ id });
  await file.flush();
  expect(ids(path)).toEqual([0]);
  expect(rewrites()).toBe(1);
  for (let id = 1; id <= 5; id++) file.append({ id });
  await file.flush();
  expect(ids(path)).toEqual([0, 1, 2, 3, 4, 5]);
});

test('A file that an earlier program left too long is written again.', async () => {
  const path = place();
  const first = open(path);
  first.wanted.push(...Array.from({ length: 200 }, (_, id) => ({ id })));
  first.file.rewrite();
  await first.file.flush();
  const { file, wanted } = open(path, 10_000);
  await file.load((lines) => wanted.push(...lines.slice(0, 2)));
  await file.flush();
  expect(ids(path)).toEqual([0, 1]);
});

test('A file that is too large is not read; without a place nothing is written; a disk that refuses costs nothing else.', async () => {
  const path = place();
  const { file } = open(path);
  file.append({ id: 1 });
  await file.flush();
  writeFileSync(path, `${'x'.repeat(2_000)}\n{"id":1}\n`);
  let taken: readonly Line[] = [{ id: 9 }];
  await open(path).file.load((lines) => (taken = lines));
  expect(taken).toEqual([]);
  const memory = open(null);
  await memory.file.load(() => expect.unreachable());
  memory.file.append({ id: 1 });
  memory.file.rewrite();
  await memory.file.flush();
  const refused = open(join(path, 'lines.jsonl'));
  refused.file.append({ id: 1 });
  refused.file.rewrite();
  await refused.file.flush();
  rmSync(path);
  refused.file.append({ id: 2 });
  await refused.file.flush();
  expect(ids(join(path, 'lines.jsonl'))).toEqual([2]);
});

test('The name of a file says nothing of what it is about.', () => {
  expect(hashedName('mqtt://broker.example')).toMatch(/^[0-9a-f]{32}\.jsonl$/);
  expect(hashedName('a')).not.toBe(hashedName('b'));
});

test('After its end nothing is written any more.', async () => {
  const path = place();
  const { file, wanted } = open(path);
  wanted.push({ id: 1 });
  file.append({ id: 1 });
  await file.close();
  file.append({ id: 2 });
  file.rewrite();
  await file.flush();
  expect(ids(path)).toEqual([1]);
});
