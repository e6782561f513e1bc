import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
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

test('Places of messages are kept up to a number, and those of the file that was looked at last in any case.', async () => {
  const { folder, put } = setUp({ mostPlaces: 2 });
  for (const id of ['a', 'b', 'c']) put(id);
  const [a, b] = [await folder.indexOf('a'), await folder.indexOf('b')];
  expect([await folder.indexOf('a'), await folder.indexOf('b')].map((one, at) => one === [a, b][at])).toEqual(
    [true, true],
  );
  const c = await folder.indexOf('c');
  expect([await folder.indexOf('c'), await folder.indexOf('b')].map((one, at) => one === [c, b][at])).toEqual(
    [true, true],
  );
  expect(await folder.indexOf('a')).not.toBe(a);
  const small = setUp({ mostPlaces: 0 });
  small.put('only');
  expect(await small.folder.indexOf('only')).toBe(await small.folder.indexOf('only'));
});

test('A file that grows is read again once reading it is a small part of the time, or nobody writes it any more.', async () => {
  const { folder, put } = setUp();
  put('grows');
  const whole = readFileSync(folder.path('grows'), 'utf8').split('\n');
  const more = encodeLine({ kind: 'message', message: keptMessage('b', 'x') });
  const write = (...lines: string[]) => writeFileSync(folder.path('grows'), lines.join(''));
  const [head, first] = whole.map((line) => `${line}\n`);
  let now = 0;
  // Each reading takes a second.
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 1_000));
  onTeardown(() => clock.mockRestore());
  const count = async () => (await folder.lines()).map(({ messages }) => messages);
  folder.writing.add('grows');
  write(head ?? '', first ?? '');
  expect(await count()).toEqual([1]);
  write(head ?? '', first ?? '', more);
  expect(await count()).toEqual([1]);
  now += 10_000;
  expect(await count()).toEqual([2]);
  write(head ?? '', first ?? '', more, encodeLine({ kind: 'message', message: keptMessage('c', 'x') }));
  expect(await count()).toEqual([2]);
  folder.writing.delete('grows');
  expect(await count()).toEqual([3]);
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
