import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import {
  KeptSnapshots,
  SnapshotWriter,
  type KeptSnapshotsPorts,
} from '../../../../src-main/engine/retained/kept-snapshots.ts';
import { indexFile } from '../../../../src-main/engine/retained/record-file.ts';
import { KeptSnapshot, MAX_FILE_TEXT } from '../../../../src-main/contract/session/snapshots.ts';
import { keptMessage } from '../../../support/retained/held-worker.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';
import { HOSTILE_TEXTS } from '../../../support/window/hostile-texts.ts';

afterEach(teardown);

const BROKER = 'mqtt://h:1883';
const NOW = 1_763_625_600_000;
const ABOUT = {
  ...{ name: 'before the update', title: 'plant/#', broker: BROKER, profile: 'Plant' },
  ...{ estimate: 0, overLimit: false },
};

function setUp(ports: Partial<KeptSnapshotsPorts> = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'topicscope-snapshots-'));
  onTeardown(() => rmSync(dataDir, { recursive: true, force: true }));
  const folder = join(dataDir, 'snapshots');
  const open = () => new KeptSnapshots({ dataDir, now: () => NOW, limit: () => 1e6, ...ports });
  const kept = open();
  const begin = async (about: Partial<typeof ABOUT> = {}): Promise<SnapshotWriter> => {
    const writer = await kept.begin({ ...ABOUT, ...about });
    if (!(writer instanceof SnapshotWriter)) throw new Error(writer.message);
    return writer;
  };
  /** @returns its id */
  const save = async (about: Partial<typeof ABOUT> = {}, keys: readonly string[] = ['a']) => {
    const writer = await begin(about);
    expect(await writer.keep(keys.map((key) => keptMessage(key, `of ${key}`)))).toBeNull();
    const done = await writer.finish();
    if (done === null || 'code' in done) throw new Error('not kept');
    return done.id;
  };
  const list = async (broker = BROKER) => {
    const all = await kept.list(broker);
    if ('code' in all) throw new Error(all.message);
    return all;
  };
  return {
    dataDir,
    folder,
    kept,
    open,
    begin,
    save,
    list,
    pathOf: (id: string) => join(folder, `${id}.jsonl`),
  };
}

describe('A snapshot that is kept', () => {
  test('appears whole or not at all, for this user alone, and is there after a restart', async () => {
    const { folder, open, begin, list, pathOf } = setUp();
    const writer = await begin();
    expect(await writer.keep([keptMessage('a//b', 'x', 2), keptMessage('/', '')])).toBeNull();
    expect(await list()).toEqual([]);
    const [unfinished = ''] = readdirSync(folder);
    expect(statSync(join(folder, unfinished)).mode & 0o777).toBe(0o600);
    const done = await writer.finish();
    if (done === null || 'code' in done) throw new Error('not kept');
    expect([statSync(folder).mode & 0o777, statSync(pathOf(done.id)).mode & 0o777]).toEqual([0o700, 0o600]);
    expect(readdirSync(folder)).toEqual([`${done.id}.jsonl`]);
    const { name, title, broker, profile } = ABOUT;
    const expected = { name, title, broker, profile, at: NOW, isOfBroker: true, messages: 2, damage: [] };
    expect(done).toMatchObject({ ...expected, bytes: statSync(pathOf(done.id)).size });
    // What the list of another program says is what was answered here.
    expect(await open().list(BROKER)).toEqual([done]);
  });

  test('is a file of the documented format, with the name in its first line', async () => {
    const { save, pathOf } = setUp();
    const id = await save({}, ['a', 'b']);
    const index = await indexFile(pathOf(id));
    expect(index).toMatchObject({
      damage: [],
      head: { kind: 'snapshot', name: ABOUT.name, title: 'plant/#' },
    });
    expect(index.records.map(({ key }) => key)).toEqual(['a', 'b']);
    const unnamed = await save({ name: '' });
    expect(readFileSync(pathOf(unnamed), 'utf8').split('\n')[0]).not.toContain('"name"');
  });

  test('is said to be of a broker by its address, and by none where its first line is damaged', async () => {
    const { save, list, pathOf } = setUp();
    const id = await save();
    await save({ broker: 'mqtt://other' });
    const of = async (broker: string) => (await list(broker)).filter((one) => one.isOfBroker).length;
    expect([await of(BROKER), await of('mqtt://other'), await of('mqtt://third')]).toEqual([1, 1, 0]);
    const [, ...rest] = readFileSync(pathOf(id), 'utf8').split('\n');
    writeFileSync(pathOf(id), ['{}', ...rest].join('\n'));
    expect([await of(BROKER), await of('mqtt://third')]).toEqual([1, 1]);
  });

  test('is shown as far as it can be read where it is damaged, with the lines that cannot', async () => {
    const { kept, save, list, pathOf } = setUp();
    const id = await save({}, ['a', 'b', 'c']);
    const lines = readFileSync(pathOf(id), 'utf8').split('\n');
    writeFileSync(
      pathOf(id),
      [...lines.slice(0, 2), (lines[2] ?? '').replace('"qos":1', '"qos":2')].join('\n'),
    );
    const [damaged] = await list();
    expect(damaged).toMatchObject({ messages: 1, name: ABOUT.name });
    expect(damaged?.damage.map(({ line }) => line)).toEqual([3, 4]);
    const read = await kept.messages(id, 1e6);
    if (read === null || 'code' in read) throw new Error('not read');
    expect([...read.messages.keys()]).toEqual(['a']);
    expect(read.damage).toEqual(damaged?.damage);
  });

  test('is not kept where not one message could be read, or where it is given up', async () => {
    const { folder, begin } = setUp();
    expect(await (await begin()).finish()).toBeNull();
    const given = await begin();
    await given.keep([keptMessage('a', 'x')]);
    await given.discard();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('stays although its writer is discarded after it was finished', async () => {
    const { begin, list } = setUp();
    const writer = await begin();
    await writer.keep([keptMessage('a', 'x')]);
    await writer.finish();
    await writer.discard();
    expect(await list()).toHaveLength(1);
  });

  test('is removed by its name, also when another program did it before, and nothing else is', async () => {
    const { kept, open, save, list, dataDir } = setUp();
    const [first, second] = [await save(), await save()];
    writeFileSync(join(dataDir, 'settings.jsonl'), 'x');
    expect(await open().remove(first)).toBeNull();
    expect(await kept.remove(first)).toBeNull();
    expect(await kept.remove('../settings')).toBeNull();
    expect(existsSync(join(dataDir, 'settings.jsonl'))).toBe(true);
    expect((await list()).map(({ id }) => id)).toEqual([second]);
    expect(await kept.messages(first, 1e6)).toMatchObject({ code: 'no-such-snapshot' });
    expect(await kept.bytes(first, 0, 10)).toMatchObject({ code: 'no-such-snapshot' });
    for (const id of ['../settings', 'A', ''])
      expect([await kept.messages(id, 1e6), await kept.bytes(id, 0, 1)]).toMatchObject([
        { code: 'no-such-snapshot' },
        { code: 'no-such-snapshot' },
      ]);
  });

  test('is read in pieces that are the file, and not with its messages where it is too large for that', async () => {
    const { kept, save, pathOf } = setUp();
    const id = await save({}, ['a', 'b', 'c']);
    const whole = readFileSync(pathOf(id));
    const parts: Uint8Array[] = [];
    for (let from = 0; from < whole.length;) {
      const read = await kept.bytes(id, from, 100);
      if ('code' in read) throw new Error(read.message);
      expect(read.size).toBe(whole.length);
      parts.push(read.bytes);
      from += read.bytes.length;
    }
    expect(Buffer.concat(parts).equals(whole)).toBe(true);
    expect(await kept.bytes(id, whole.length + 5, 100)).toMatchObject({ bytes: new Uint8Array(0) });
    expect(await kept.messages(id, whole.length - 1)).toBeNull();
    expect(await kept.messages(id, whole.length)).toMatchObject({ damage: [] });
  });

  test.each(HOSTILE_TEXTS)('says of itself what fits into the list, also where that is %j', async (text) => {
    const { save, list } = setUp();
    await save({ name: text, title: text.repeat(2_000), profile: text, broker: text });
    const [one] = await list();
    expect(KeptSnapshot.safeParse(one).success).toBe(true);
    expect(one?.title.length).toBeLessThanOrEqual(MAX_FILE_TEXT + 1);
    expect(one?.name).toBe(text);
  });
});

describe('The limit of what is kept', () => {
  test('is asked about before it is exceeded, at the beginning and on the way', async () => {
    const { kept, begin, folder } = setUp({ limit: () => 5_000 });
    expect(await kept.begin({ ...ABOUT, estimate: 5_001 })).toMatchObject({
      code: 'snapshots-full',
      message: expect.stringContaining('Nothing was saved.'),
    });
    expect(readdirSync(folder)).toEqual([]);
    const writer = await begin();
    const large = keptMessage('a', 'x'.repeat(5_000));
    expect(await writer.keep([large])).toMatchObject({ code: 'snapshots-full' });
    await writer.discard();
    const beyond = await begin({ estimate: 5_001, overLimit: true });
    expect(await beyond.keep([large])).toBeNull();
    expect(await beyond.finish()).toMatchObject({ messages: 1 });
    // Nothing makes room by itself.
    expect(await kept.begin({ ...ABOUT, estimate: 1 })).toMatchObject({ code: 'snapshots-full' });
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test('does not let the disk run full', async () => {
    const { kept } = setUp({ freeBytes: () => Promise.resolve(1_000) });
    expect(await kept.begin({ ...ABOUT, overLimit: true })).toMatchObject({ code: 'no-disk-space' });
  });

  test('is named where the folder cannot be written or read', async () => {
    const { dataDir, kept } = setUp();
    writeFileSync(join(dataDir, 'snapshots'), 'a file');
    expect(await kept.begin(ABOUT)).toMatchObject({ code: 'snapshot-not-written' });
    expect(await kept.list(BROKER)).toMatchObject({ code: 'snapshots-unreadable' });
  });
});

describe('Two programs with one data directory', () => {
  test('save at the same time, and each lists both, whole', async () => {
    const { open, begin, list } = setUp();
    const other = await open().begin({ ...ABOUT, name: 'of the other' });
    if (!(other instanceof SnapshotWriter)) throw new Error(other.message);
    const mine = await begin();
    for (let i = 0; i < 5; i++) {
      expect(await Promise.all([mine, other].map((one) => one.keep([keptMessage(`t/${i}`, 'x')])))).toEqual([
        null,
        null,
      ]);
    }
    await Promise.all([mine.finish(), other.finish()]);
    const both = await list();
    expect(both.map(({ name }) => name).toSorted()).toEqual(['before the update', 'of the other']);
    expect(both.map(({ messages, damage }) => [messages, damage])).toEqual([
      [5, []],
      [5, []],
    ]);
  });

  test('leave alone what the other is writing, and clear away what a killed one left', async () => {
    const { begin, folder, list, save } = setUp();
    const writing = await begin();
    await writing.keep([keptMessage('a', 'x')]);
    const left = join(folder, '20260101000000-00000000.part');
    writeFileSync(left, 'half');
    // The clock of this test stands still at an earlier time than that of the disk.
    const at = NOW / 1_000;
    for (const name of readdirSync(folder)) utimesSync(join(folder, name), at, at);
    utimesSync(left, at - 3_601, at - 3_601);
    await list();
    expect(existsSync(left)).toBe(false);
    writeFileSync(left, 'half');
    utimesSync(left, at - 3_601, at - 3_601);
    await save();
    expect(existsSync(left)).toBe(false);
    expect(await writing.finish()).toMatchObject({ messages: 1 });
  });

  test('see what the other changed in a file that they listed before', async () => {
    const { save, list, pathOf } = setUp();
    const id = await save();
    expect((await list())[0]?.damage).toEqual([]);
    appendFileSync(pathOf(id), 'more\n');
    expect((await list())[0]?.damage).toMatchObject([{ line: 4 }]);
  });
});
