import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { encodeLine, type FileHead } from '../../../../src-main/engine/retained/record.ts';
import {
  newRecordId,
  RecordFolder,
  RESERVE_BYTES,
  type RecordFolderPorts,
} from '../../../../src-main/engine/retained/record-folder.ts';
import { keptMessage } from '../../../support/retained/held-worker.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';

afterEach(teardown);

function setUp(ports: Partial<RecordFolderPorts> = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'topicscope-folder-'));
  onTeardown(() => rmSync(dir, { recursive: true, force: true }));
  const path = join(dir, 'records');
  const folder = new RecordFolder({ path, limit: () => 10_000, ...ports });
  const put = (id: string, at = 5) => {
    mkdirSync(path, { recursive: true });
    const head: FileHead = { kind: 'snapshot', at, title: '#', broker: 'mqtt://h', profile: 'P' };
    const lines = [
      encodeLine({ kind: 'head', head }),
      encodeLine({ kind: 'message', message: keptMessage('a', 'x') }),
      encodeLine({ kind: 'end', messages: 1 }),
    ];
    writeFileSync(folder.path(id), lines.join(''));
  };
  return { folder, path, put };
}

test('A folder that is not there yet lists nothing, and is made for this user alone when room is asked for.', async () => {
  const { folder, path } = setUp();
  expect(await folder.lines()).toEqual([]);
  expect(existsSync(path)).toBe(false);
  expect(await folder.room(1, false)).toEqual({ kind: 'room', used: 0 });
  expect(statSync(path).mode & 0o777).toBe(0o700);
});

test('Room is refused over the limit until that is seen, and always where the disk would be full.', async () => {
  const { folder, put } = setUp();
  put('one');
  const { size: used } = statSync(folder.path('one'));
  expect(await folder.room(10_000 - used, false)).toEqual({ kind: 'room', used });
  expect(await folder.room(10_001 - used, false)).toEqual({ kind: 'over-limit', used });
  expect(await folder.room(10_001 - used, true)).toEqual({ kind: 'room', used });
  const full = setUp({ freeBytes: () => Promise.resolve(RESERVE_BYTES + 9) });
  expect(await full.folder.room(9, false)).toEqual({ kind: 'room', used: 0 });
  expect(await full.folder.room(10, true)).toEqual({ kind: 'no-space', free: RESERVE_BYTES + 9 });
});

test('Files are listed by the time in them, the newest first, and files of other names not at all.', async () => {
  const { folder, path, put } = setUp();
  put('a', 10);
  put('b', 30);
  put('c', 20);
  for (const name of ['Upper.jsonl', 'a.txt', '..jsonl', 'half.part']) writeFileSync(join(path, name), 'x');
  expect((await folder.lines()).map(({ id }) => id)).toEqual(['b', 'c', 'a']);
  expect(await folder.indexOf('../records/a')).toBeNull();
  expect(folder.checkedPath('../records/a')).toBeNull();
  expect((await folder.indexOf('a'))?.records.map(({ key }) => key)).toEqual(['a']);
});

test('What another program deletes, or deletes while it is read, is just not there.', async () => {
  const { folder, put } = setUp();
  put('a');
  put('b');
  expect(await folder.lines()).toHaveLength(2);
  const reading = folder.lines();
  rmSync(folder.path('a'));
  expect((await reading).map(({ id }) => id)).toContain('b');
  expect((await folder.lines()).map(({ id }) => id)).toEqual(['b']);
  expect(await folder.indexOf('a')).toBeNull();
  await folder.remove(['a', 'b', '../b']);
  expect(await folder.lines()).toEqual([]);
});

test('What is not whole is in no list, counts as used, and is deleted once nobody has written to it for long.', async () => {
  const { folder, put } = setUp();
  put('whole');
  for (const id of ['old', 'fresh']) writeFileSync(folder.unfinishedPath(id), 'x'.repeat(100));
  utimesSync(folder.unfinishedPath('old'), 1_000, 1_000);
  const used = statSync(folder.path('whole')).size + 200;
  expect(await folder.room(0, false)).toEqual({ kind: 'room', used });
  await folder.removeUnfinished(2_000_000);
  expect([existsSync(folder.unfinishedPath('old')), existsSync(folder.unfinishedPath('fresh'))]).toEqual([
    false,
    true,
  ]);
  expect((await folder.lines()).map(({ id }) => id)).toEqual(['whole']);
});

test('A name says when its file was begun, and is never that of another.', () => {
  const at = Date.UTC(2026, 10, 20, 8, 0, 5);
  expect(newRecordId(at)).toMatch(/^20261120080005-[0-9a-f]{8}$/);
  expect(new Set(Array.from({ length: 100 }, () => newRecordId(at))).size).toBe(100);
});

test('Two that ask for a file at once have it read once, and later ones again where it has changed.', async () => {
  const { folder, put } = setUp();
  put('a');
  const [one, two] = await Promise.all([folder.indexOf('a'), folder.indexOf('a')]);
  expect(one?.records).toHaveLength(1);
  expect(two).toBe(one);
  put('a', 6_000);
  expect((await folder.indexOf('a'))?.head?.at).toBe(6_000);
});
