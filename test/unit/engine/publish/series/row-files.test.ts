import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { RowFiles } from '../../../../../src-main/engine/publish/series/row-files.ts';
import { onTeardown, teardown } from '../../../../support/teardown.ts';

afterEach(teardown);

function newFolder(): string {
  const parent = mkdtempSync(join(tmpdir(), 'topicscope-rows-'));
  onTeardown(() => rmSync(parent, { recursive: true }));
  return join(parent, 'series');
}

const bytes = (text: string) => new TextEncoder().encode(text);

async function added(files: RowFiles, id: string | null, text: string): Promise<string> {
  const answer = await files.add(id, bytes(text));
  if (answer.kind === 'failed') throw new Error(answer.message);
  return answer.file;
}

test('A file that came in pieces is read row by row, and its progress reported.', async () => {
  const files = new RowFiles(newFolder());
  const id = await added(files, null, 'payload\none\ntw');
  expect(await added(files, id, 'o\nthree')).toBe(id);
  const source = files.take(id, 'csv');
  const found: string[] = [];
  for (let row = await source?.next(); row; row = await source?.next())
    if (row.kind === 'row') found.push(row.columns.get('payload') ?? '');
  expect(found).toEqual(['one', 'two', 'three']);
  expect(source?.progress).toEqual({ read: 21, size: 21 });
  expect(await source?.next()).toBeNull();
  await source?.close();
  expect(files.take(id, 'csv')).toBeNull();
  await files.close();
});

test('A file that is too large, or that made room for others, is refused with the reason.', async () => {
  const files = new RowFiles(newFolder(), 10);
  const id = await added(files, null, '12345678');
  expect(await files.add(id, bytes('901'))).toMatchObject({ code: 'rows-too-large' });
  expect(await files.add(id, bytes('9'))).toMatchObject({ code: 'rows-gone' });
  const first = await added(files, null, 'a');
  for (let more = 0; more < 4; more++) await added(files, null, 'b');
  expect(files.take(first, 'csv')).toBeNull();
  await files.close();
});

test('Nothing of them is left on the disk, not even by a program that was killed.', async () => {
  const folder = newFolder();
  const files = new RowFiles(folder, 100);
  const source = files.take(await added(files, null, 'a'), 'csv');
  expect(readdirSync(folder)).toHaveLength(1);
  await source?.close();
  expect(readdirSync(folder)).toEqual([]);
  await added(files, null, 'b');
  const later = new RowFiles(folder, 100);
  await later.sweep();
  expect(existsSync(folder)).toBe(false);
  await added(files, null, 'c');
  await files.close();
  expect(existsSync(folder)).toBe(false);
});
