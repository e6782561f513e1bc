import {
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { KeptMessage } from '../../../../src-main/contract/session/trash.ts';
import { Trash, TrashWriter, type TrashPorts } from '../../../../src-main/engine/retained/trash.ts';
import { THIS_PROGRAM, type FileWriter } from '../../../../src-main/engine/retained/file-writer.ts';
import { newestOnly } from '../../../../src-main/engine/retained/record-file.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';

afterEach(teardown);

const message = (key: string, payload = `of ${key}`): KeptMessage => ({
  key,
  payload: new TextEncoder().encode(payload),
  qos: 1,
  properties: new Uint8Array(0),
  at: 1_700_000_000_000,
});
const ABOUT = { title: 'plant/#', broker: 'mqtt://h:1883', profile: 'Plant', estimate: 0, overLimit: false };

function setUp(ports: Partial<TrashPorts> = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'topicscope-trash-'));
  onTeardown(() => rmSync(dataDir, { recursive: true, force: true }));
  const folder = join(dataDir, 'trash');
  const trash = (): Trash => new Trash({ dataDir, now: () => 5_000, limit: () => 1e6, ...ports });
  return {
    trash: trash(),
    again: trash,
    dataDir,
    folder,
    pathOf: (id: string) => join(folder, `${id}.jsonl`),
  };
}

async function opened(trash: Trash, about: Partial<typeof ABOUT> = {}): Promise<TrashWriter> {
  const entry = await trash.open({ ...ABOUT, ...about });
  if (!(entry instanceof TrashWriter)) throw new Error(entry.message);
  return entry;
}

async function filled(trash: Trash, keys: readonly string[]): Promise<string> {
  const entry = await opened(trash);
  expect(await entry.keep(keys.map((key) => message(key)))).toBeNull();
  await entry.finish();
  return entry.id;
}

const keysOf = async (trash: Trash, id: string): Promise<readonly string[]> => {
  const records = await trash.records(id);
  return 'code' in records ? [records.code] : records.map(({ key }) => key);
};

test('What is kept is on the disk at once, for this user alone, and there after a restart.', async () => {
  const { trash, again, folder, pathOf } = setUp();
  const entry = await opened(trash);
  expect(await entry.keep([message('a//b'), message('/')])).toBeNull();
  // As another process sees it before the clear goes on.
  expect(readFileSync(pathOf(entry.id), 'utf8').split('\n')).toHaveLength(4);
  expect([statSync(folder).mode & 0o777, statSync(pathOf(entry.id)).mode & 0o777]).toEqual([0o700, 0o600]);
  await entry.finish();
  const later = again();
  expect(await later.list()).toMatchObject([
    { id: entry.id, at: 5_000, title: 'plant/#', profile: 'Plant', messages: 2, damage: [] },
  ]);
  const records = await later.records(entry.id);
  if ('code' in records) throw new Error(records.message);
  expect(await later.read(entry.id, records.toReversed())).toEqual([message('/'), message('a//b')]);
});

test('An entry that goes on after it was finished is one file without damage.', async () => {
  const { trash, again } = setUp();
  const entry = await opened(trash);
  await entry.keep([message('a')]);
  await entry.finish();
  await entry.keep([message('b')]);
  expect(await keysOf(trash, entry.id)).toEqual(['a', 'b']);
  await entry.finish();
  expect(await again().list()).toMatchObject([{ messages: 2, damage: [] }]);
});

test('What the broker refused to clear is no part of it, and an entry without a message leaves nothing.', async () => {
  const { trash, folder } = setUp();
  const entry = await opened(trash);
  await entry.keep([message('a'), message('b')]);
  await entry.notCleared(['a']);
  await entry.finish();
  expect(await keysOf(trash, entry.id)).toEqual(['b']);
  const empty = await opened(trash);
  await empty.finish();
  expect(readdirSync(folder)).toHaveLength(1);
});

test('A line of a refusal that was taken out of the file is named as its damage.', async () => {
  const { trash, again, folder } = setUp();
  const entry = await opened(trash);
  await entry.keep([message('a'), message('b'), message('c')]);
  await entry.notCleared(['a', 'b']);
  await entry.finish();
  expect(await trash.list()).toMatchObject([{ messages: 1, damage: [] }]);
  const path = join(folder, readdirSync(folder)[0] ?? '');
  const lines = readFileSync(path, 'utf8').split('\n');
  writeFileSync(path, lines.toSpliced(4, 1).join('\n'));
  expect(await again().list()).toMatchObject([
    {
      messages: 2,
      damage: [{ line: 6, what: expect.stringMatching(/^Lines that say which topics/) as string }],
    },
  ]);
});

test('Where the broker refused to clear everything nothing is left, and what is kept later is there.', async () => {
  const { trash, again, folder } = setUp();
  const entry = await opened(trash);
  await entry.keep([message('a'), message('b')]);
  // Until it is known that none of it is needed it is on the disk, for a crash.
  expect(await keysOf(again(), entry.id)).toEqual(['a', 'b']);
  await entry.keep([message('a', 'once more')]);
  await entry.notCleared(['a', 'b']);
  await entry.finish();
  expect(readdirSync(folder)).toEqual([]);
  await entry.keep([message('b')]);
  await entry.finish();
  expect(await again().list()).toMatchObject([{ id: entry.id, title: 'plant/#', messages: 1, damage: [] }]);
  await entry.notCleared(['b']);
  await entry.finish();
  expect(readdirSync(folder)).toEqual([]);
});

test('Over the limit it asks before anything is begun, and goes on when that was said.', async () => {
  const { trash } = setUp({ limit: () => 2_000 });
  expect(await trash.open({ ...ABOUT, estimate: 2_001 })).toMatchObject({ code: 'trash-full' });
  await filled(trash, ['a']);
  expect(await trash.open({ ...ABOUT, estimate: 1_700 })).toMatchObject({ code: 'trash-full' });
  const entry = await opened(trash, { estimate: 100 });
  // It turned out to be more: nothing of that batch is kept, so nothing of it will be cleared.
  expect(await entry.keep([message('b', 'x'.repeat(3_000))])).toMatchObject({ code: 'trash-full' });
  await entry.finish();
  const beyond = await opened(trash, { estimate: 5_000, overLimit: true });
  expect(await beyond.keep([message('b', 'x'.repeat(3_000))])).toBeNull();
  await beyond.finish();
});

test('Without room on the disk, or without a folder to write to, nothing is begun.', async () => {
  const { trash } = setUp({ freeBytes: () => Promise.resolve(20_000_000) });
  expect(await trash.open({ ...ABOUT, estimate: 10_000_000 })).toMatchObject({ code: 'trash-full' });
  const over = { ...ABOUT, estimate: 10_000_000, overLimit: true };
  expect(await trash.open(over)).toMatchObject({ code: 'no-disk-space' });
  const other = setUp();
  writeFileSync(other.folder, 'a file is in the way');
  expect(await other.trash.open(ABOUT)).toMatchObject({ code: 'trash-not-written' });
});

test('A file that was cut off is read up to there, and the line is named.', async () => {
  const { trash, again, pathOf } = setUp();
  const id = await filled(trash, ['a', 'b', 'c']);
  const text = readFileSync(pathOf(id), 'utf8');
  const third = text.split('\n').slice(0, 3).join('\n').length;
  truncateSync(pathOf(id), third + 40);
  expect(await keysOf(again(), id)).toEqual(['a', 'b']);
  const [entry] = await list(again());
  expect(entry).toMatchObject({ title: 'plant/#', messages: 2 });
  expect(entry?.damage.map(({ line }) => line)).toEqual([4, 5]);
  // At the end of a line: every line is whole, and the end is missing all the same.
  truncateSync(pathOf(id), third + 1);
  const [shorter] = await list(again());
  expect(shorter?.damage).toMatchObject([{ line: 4 }]);
  expect(shorter?.damage[0]?.what).toContain('cut off');
});

test('An edited line is not put back, the others are, and removed ones are missed.', async () => {
  const { trash, again, pathOf } = setUp();
  const id = await filled(trash, ['a', 'b', 'c']);
  const lines = readFileSync(pathOf(id), 'utf8').split('\n');
  const payload = (text: string): string => Buffer.from(text).toString('base64');
  const edited = lines.map((line) => line.replace(payload('of b'), payload('of x')));
  expect(edited).not.toEqual(lines);
  writeFileSync(pathOf(id), edited.join('\n'));
  expect(await keysOf(again(), id)).toEqual(['a', 'c']);
  expect((await list(again()))[0]?.damage).toMatchObject([{ line: 3 }, { line: 5 }]);
  writeFileSync(pathOf(id), lines.filter((_, i) => i !== 2).join('\n'));
  const [entry] = await list(again());
  expect(entry?.damage).toMatchObject([{ line: 4 }]);
  expect(entry?.damage[0]?.what).toBe(
    'The file is short of 1 message that the program wrote: lines are missing or cannot be read.',
  );
  writeFileSync(pathOf(id), lines.flatMap((line, i) => (i === 2 ? [line, line] : [line])).join('\n'));
  expect((await list(again()))[0]?.damage).toMatchObject([
    { line: 6, what: 'The file holds 1 message more than the program wrote: lines were added.' },
  ]);
  writeFileSync(pathOf(id), lines.slice(1).join('\n'));
  expect((await list(again()))[0]).toMatchObject({ title: id, messages: 3, damage: [{ line: 1 }] });
  writeFileSync(pathOf(id), '');
  expect((await list(again()))[0]).toMatchObject({ messages: 0 });
});

test('A file that is changed between the list and the restore gives back nothing that was not listed.', async () => {
  const { trash, pathOf } = setUp();
  const id = await filled(trash, ['a', 'b']);
  const records = await trash.records(id);
  if ('code' in records) throw new Error(records.message);
  writeFileSync(pathOf(id), readFileSync(pathOf(id), 'utf8').replace('"topic"', ' "topic"'));
  expect(await trash.read(id, records)).toEqual([]);
});

test('Of two lines for a topic that were swapped the newer counts, and the older is named with its line.', async () => {
  const { trash, again, pathOf } = setUp();
  const entry = await opened(trash);
  await entry.keep([{ ...message('a', 'old'), at: 1_000 }, message('b')]);
  await entry.keep([{ ...message('a', 'new'), at: 2_000 }]);
  await entry.finish();
  const records = await trash.records(entry.id);
  if ('code' in records) throw new Error(records.message);
  expect(newestOnly(records).map(({ line }) => line)).toEqual([3, 4]);
  expect((await list(trash))[0]?.damage).toEqual([]);
  const [head, old, b, newer, end] = readFileSync(pathOf(entry.id), 'utf8').split('\n');
  writeFileSync(pathOf(entry.id), [head, newer, b, old, end, ''].join('\n'));
  const swapped = await again().records(entry.id);
  if ('code' in swapped) throw new Error(swapped.message);
  expect(newestOnly(swapped).map(({ line }) => line)).toEqual([2, 3]);
  expect((await list(again()))[0]?.damage).toEqual([
    { line: 4, what: expect.stringContaining('older than that of line 2 for the same topic') },
  ]);
});

test('A line that says that a topic was not cleared is named where it stands before its message.', async () => {
  const { trash, again, pathOf } = setUp();
  const entry = await opened(trash);
  await entry.keep([message('a'), message('b')]);
  await entry.notCleared(['a']);
  await entry.finish();
  expect([await keysOf(trash, entry.id), (await list(trash))[0]?.damage]).toEqual([['b'], []]);
  const [head, a, b, refused, end] = readFileSync(pathOf(entry.id), 'utf8').split('\n');
  writeFileSync(pathOf(entry.id), [head, refused, a, b, end, ''].join('\n'));
  expect((await list(again()))[0]?.damage).toMatchObject([{ line: 2 }]);
});

test('A list reads an entry once, however many there are, and anew when its file has changed.', async () => {
  const { trash, pathOf, again } = setUp();
  const ids: string[] = [];
  for (let n = 0; n < 12; n++) ids.push(await filled(trash, [`t${n}`]));
  expect(await list(trash)).toHaveLength(12);
  // Spoiled without a trace in its size or time, so that only reading it again could show it.
  const path = pathOf(ids[0] as string);
  const { atime, mtime } = statSync(path);
  utimesSync(path, atime, mtime);
  await list(trash);
  writeFileSync(path, readFileSync(path, 'utf8').replace('plant/#', 'plant/+'));
  utimesSync(path, atime, mtime);
  const damaged = async (one: Trash) =>
    (await list(one)).filter(({ damage }) => damage.length > 0).map(({ id }) => id);
  expect([await damaged(trash), await damaged(again())]).toEqual([[], [ids[0]]]);
  utimesSync(path, atime, new Date(mtime.getTime() + 5_000));
  expect(await damaged(trash)).toEqual([ids[0]]);
  await trash.remove([ids[0] as string]);
  expect(await list(trash)).toHaveLength(11);
});

test('It is emptied by entry or as a whole, and what is written to stays.', async () => {
  const { trash, folder, pathOf } = setUp();
  const first = await filled(trash, ['a']);
  const second = await filled(trash, ['b']);
  const running = await opened(trash);
  await running.keep([message('c')]);
  expect(await trash.remove([first, '../../etc/passwd'])).toBeNull();
  expect([existsSync(pathOf(first)), existsSync(pathOf(second))]).toEqual([false, true]);
  expect(await trash.remove(null)).toBeNull();
  expect(readdirSync(folder)).toEqual([`${running.id}.jsonl`]);
  await running.finish();
  expect(await trash.remove(null)).toBeNull();
  expect(readdirSync(folder)).toEqual([]);
  expect(await keysOf(trash, '../x')).toEqual(['no-such-entry']);
});

test('Emptied by another program while it is written to, it keeps what comes after that, without damage.', async () => {
  const { trash, again } = setUp();
  const entry = await opened(trash);
  expect(await entry.keep([message('a')])).toBeNull();
  expect(await again().remove(null)).toBeNull();
  expect(await entry.keep([message('b'), message('c')])).toBeNull();
  expect(await keysOf(again(), entry.id)).toEqual(['b', 'c']);
  await entry.finish();
  expect(await list(again())).toMatchObject([{ id: entry.id, title: 'plant/#', messages: 2, damage: [] }]);
  await entry.keep([message('d')]);
  expect(await again().remove(null)).toBeNull();
  await entry.notCleared(['d']);
  await entry.finish();
  expect(await list(again())).toEqual([]);
});

test('What another program writes is called that, is damaged once that ended, and is whole when it is done.', async () => {
  const { folder, pathOf, again, dataDir } = setUp();
  const { host } = THIS_PROGRAM;
  const by = (writer: FileWriter) => new Trash({ dataDir, now: () => 5_000, limit: () => 1e6, writer });
  // The program that started this one runs for as long.
  const other = by({ pid: process.ppid, host, run: 'other' });
  const entry = await opened(other);
  // Nothing of it is there to be looked at.
  expect([await list(again()), readdirSync(folder).length]).toEqual([[], 1]);
  await entry.keep([message('a'), message('b')]);
  expect(await list(again())).toMatchObject([{ messages: 2, damage: [], writing: 'yes' }]);
  // In the middle of a line.
  const path = pathOf(entry.id);
  const whole = readFileSync(path);
  truncateSync(path, whole.length - 20);
  expect(await list(again())).toMatchObject([{ messages: 1, damage: [], writing: 'yes' }]);
  writeFileSync(path, whole);
  const before = Date.now() / 1_000 - 3_600;
  utimesSync(path, before, before);
  expect(await list(again())).toMatchObject([{ messages: 2, damage: [], writing: 'maybe' }]);
  await entry.finish();
  const [done] = await list(again());
  expect(done).toMatchObject({ messages: 2, damage: [] });
  expect(done).not.toHaveProperty('writing');
  await other.remove(null);

  const elsewhere = await opened(by({ pid: process.ppid, host: 'another', run: 'other' }));
  await elsewhere.keep([message('a')]);
  expect(await list(again())).toMatchObject([{ damage: [], writing: 'maybe' }]);
  await again().remove(null);

  // A container gives each start of a program the same number.
  const earlier = await opened(by({ pid: process.pid, host, run: 'earlier' }));
  await earlier.keep([message('a'), message('b')]);
  truncateSync(pathOf(earlier.id), statSync(pathOf(earlier.id)).size - 20);
  const [killed] = await list(again());
  expect(killed).toMatchObject({ messages: 1, damage: [{}, { what: expect.stringContaining('cut off') }] });
  expect(killed).not.toHaveProperty('writing');
  await again().remove(null);
  const ended = spawnSync(process.execPath, ['--version']).pid;
  const gone = await opened(by({ pid: ended, host, run: 'other' }));
  await gone.keep([message('a')]);
  expect((await list(again())).map(({ damage }) => damage.length)).toEqual([1]);
  for (const one of [elsewhere, earlier, gone]) await one.finish();
});

async function list(trash: Trash) {
  const entries = await trash.list();
  if ('code' in entries) throw new Error(entries.message);
  return entries;
}

test('A clear that reached the limit goes on once it is raised.', async () => {
  let limit = 1_000;
  const { trash } = setUp({ limit: () => limit });
  const entry = await opened(trash);
  const large = [message('a', 'x'.repeat(3_000))];
  expect(await entry.keep(large)).toMatchObject({ code: 'trash-full' });
  limit = 10_000;
  expect(await entry.keep(large)).toBeNull();
  await entry.finish();
  expect(await keysOf(trash, entry.id)).toEqual(['a']);
});
