import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { ConnectionOptions, Profile } from '../../../../src-main/contract/model/model.ts';
import { SettingsPatch } from '../../../../src-main/contract/model/settings.ts';
import { put, take } from '../../../../src-main/core/profiles/list.ts';
import { JsonFile, plainFormat } from '../../../../src-main/engine/files/json-file.ts';
import { ProfileStore } from '../../../../src-main/engine/profiles/profile-store.ts';
import { SettingsStore } from '../../../../src-main/engine/files/settings-store.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const now = (): number => NOW;
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'topicscope-stores-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const options = (name: string): ConnectionOptions =>
  ConnectionOptions.parse({ name, protocol: 'mqtts', host: 'broker.example', port: 8883 });
const profile = (name: string): Profile => Profile.parse({ id: `id-${name}`, options: options(name) });

async function openStore(folder = dir): Promise<ProfileStore> {
  const store = new ProfileStore(folder, now, () => []);
  onTestFinished(() => store.close());
  await store.load();
  return store;
}

const namesOf = (store: ProfileStore): string[] => store.list.value.profiles.map((one) => one.options.name);
const inFolder = async (pattern: RegExp): Promise<string[]> =>
  (await readdir(dir)).filter((name) => pattern.test(name));

describe('a versioned JSON file', () => {
  const path = () => join(dir, 'x.json');
  const file = () => new JsonFile(path(), plainFormat(2, z.array(z.string()), ['empty']), now);

  test('that is missing is empty without a problem', async () => {
    expect(await file().load()).toEqual({ data: ['empty'], problem: null });
  });

  test('removes what a killed program has left of a write, and nothing else', async () => {
    const left = ['x.json.1234567', 'x.json.9'];
    const others = ['x.json.broken-1', 'x.json.backup', 'x.json.12a', 'y.json.7', 'x.json.1.2'];
    for (const name of [...left, ...others]) await writeFile(join(dir, name), '"an old vault"');
    await file().load();
    expect((await readdir(dir)).toSorted()).toEqual(others.toSorted());
  });

  test('leaves what another program is just writing', async () => {
    await writeFile(join(dir, 'x.json.7'), '');
    const lock = JSON.stringify({ pid: process.pid, host: hostname(), token: 'of another' });
    await writeFile(`${path()}.lock`, lock);
    const loading = file().load();
    await expect.poll(() => existsSync(`${path()}.lock`)).toBe(true);
    expect(existsSync(join(dir, 'x.json.7'))).toBe(true);
    await rm(`${path()}.lock`);
    await loading;
    expect(existsSync(join(dir, 'x.json.7'))).toBe(false);
  });

  test('gives back what was saved, readable by its owner only', async () => {
    await file().save(['a', 'b']);
    expect((await file().load()).data).toEqual(['a', 'b']);
    expect((await stat(path())).mode & 0o777).toBe(0o600);
  });

  test('keeps the version before as a backup, and nothing else', async () => {
    await file().save(['old']);
    await file().save(['new']);
    expect(JSON.parse(await readFile(`${path()}.backup`, 'utf8'))).toEqual({ version: 2, data: ['old'] });
    expect((await readdir(dir)).toSorted()).toEqual(['x.json', 'x.json.backup']);
  });

  test.each([
    ['is not JSON', '{"version": 2, "data": ['],
    ['has other contents', '{"version": 2, "data": [1]}'],
    ['has no version', '[]'],
    ['is empty', ''],
  ])('that %s is kept aside and named', async (_, text) => {
    await writeFile(path(), text);
    const { data, problem } = await file().load();
    expect(data).toEqual(['empty']);
    const [aside] = await inFolder(/^x\.json\.broken-2026-11-20/);
    expect(aside).toBeDefined();
    expect(problem?.advice).toContain(aside);
    expect(problem?.advice).not.toContain('backup');
    expect(await readFile(join(dir, aside ?? ''), 'utf8')).toBe(text);
  });

  test('that a newer version wrote is neither read nor touched', async () => {
    const text = '{"version": 3, "data": ["from tomorrow"]}';
    await writeFile(path(), text);
    const one = file();
    const { data, problem } = await one.load();
    expect(data).toEqual(['empty']);
    expect(problem).toMatchObject({ code: 'file-newer' });
    await expect(one.save(['mine'])).rejects.toThrow(/newer version/);
    expect(await readFile(path(), 'utf8')).toBe(text);
  });

  test('that is broken is named together with the version before, where there is one', async () => {
    await file().save(['old']);
    await file().save(['new']);
    await writeFile(path(), '{');
    const { problem } = await file().load();
    expect(problem?.advice).toContain(`The previous version is in ${path()}.backup.`);
  });

  test('saved many times at once ends with the last', async () => {
    const one = file();
    await Promise.all(Array.from({ length: 20 }, (_, i) => one.save([String(i)])));
    expect((await file().load()).data).toEqual(['19']);
  });

  test('changed by two at once keeps every change of both', async () => {
    const [one, other] = [file(), file()];
    const add = (to: JsonFile<string[]>, who: string) =>
      Array.from({ length: 15 }, (_, i) => to.update((list) => [...list, `${who}${i}`]));
    await Promise.all([...add(one, 'a'), ...add(other, 'b')]);
    const { data } = await file().load();
    expect(data).toHaveLength(31);
    expect(new Set(data).size).toBe(31);
  });

  test('that was broken or removed while the program ran is written again from what it knows', async () => {
    const problems: string[] = [];
    const format = plainFormat(2, z.array(z.string()), []);
    const one = new JsonFile<string[]>(path(), format, now, ({ code }) => problems.push(code));
    await one.save(['a']);
    await rm(path());
    await one.update((list) => [...list, 'b']);
    await writeFile(path(), 'scribble');
    await one.update((list) => [...list, 'c']);
    expect((await file().load()).data).toEqual(['a', 'b', 'c']);
    expect(problems).toEqual(['file-broken']);
    expect(await inFolder(/broken/)).toHaveLength(1);
  });

  test('reports what another program writes, and not of its own', async () => {
    const one = file();
    const other = file();
    onTestFinished(() => one.close());
    await one.save(['a']);
    const heard: string[][] = [];
    const news = new Promise<void>((resolve) => {
      one.watch((data) => {
        heard.push(data);
        resolve();
      });
    });
    await one.save(['mine']);
    await other.update((list) => [...list, 'theirs']);
    await news;
    expect(heard).toEqual([['mine', 'theirs']]);
  });
});

describe('the profiles', () => {
  test('are there again after a restart', async () => {
    const store = await openStore();
    const plant = { ...profile('Plant'), folder: 'Works/North', colour: 'red' as const, autoConnect: true };
    expect(await store.change(put(plant))).toBeNull();
    expect((await openStore()).list.value.profiles).toEqual([plant]);
  });

  test('are changed in place and removed', async () => {
    const store = await openStore();
    for (const name of ['a', 'b', 'c']) await store.change(put(profile(name)));
    await store.change(put({ ...profile('B'), id: 'id-b' }));
    expect(namesOf(store)).toEqual(['a', 'B', 'c']);
    await store.change(take('id-b'));
    expect(namesOf(store)).toEqual(['a', 'c']);
    expect(namesOf(await openStore())).toEqual(['a', 'c']);
  });

  test('that cannot be written are kept in memory, and the user sees that', async () => {
    const store = await openStore(join(dir, 'missing'));
    expect(await store.change(put(profile('kept')))).toMatchObject({ code: 'not-saved' });
    expect(namesOf(store)).toEqual(['kept']);
    // As soon as it goes again, all of it is written.
    await mkdir(join(dir, 'missing'));
    expect(await store.change(put(profile('second')))).toBeNull();
    expect(namesOf(await openStore(join(dir, 'missing')))).toEqual(['kept', 'second']);
  });

  test('that are broken and cannot be kept aside are reported, not thrown, and not overwritten', async () => {
    const broken = '{"version": 1, "data": {"id": 1}}';
    await writeFile(join(dir, 'profiles.json'), broken);
    // What stands in the way cannot be replaced by a file, whoever runs this.
    await mkdir(join(dir, 'profiles.json.broken-2026-11-20T12-00-00-000Z', 'x'), { recursive: true });
    const store = await openStore();
    expect(store.list.value.notice).toMatchObject({ code: 'file-unreadable' });
    expect(store.list.value.notice?.message).toMatch(/could not be renamed either \(E\w+\)/);
    expect(await store.change(put(profile('new')))).toMatchObject({ code: 'file-unreadable' });
    expect(await readFile(join(dir, 'profiles.json'), 'utf8')).toBe(broken);
    expect(namesOf(store)).toEqual(['new']);
  });

  test('of version 1 are taken over, and stay readable in the backup', async () => {
    const { folder: _, colour: __, autoConnect: ___, ...old } = profile('Old');
    const text = JSON.stringify({ version: 1, data: [old] });
    await writeFile(join(dir, 'profiles.json'), text);
    const store = await openStore();
    expect(store.list.value).toMatchObject({ profiles: [profile('Old')], notice: null });
    await store.change(put(profile('New')));
    expect(JSON.parse(await readFile(join(dir, 'profiles.json'), 'utf8'))).toEqual({
      version: 2,
      data: { profiles: [profile('Old'), profile('New')] },
    });
    expect(await readFile(join(dir, 'profiles.json.backup'), 'utf8')).toBe(text);
    expect(namesOf(await openStore())).toEqual(['Old', 'New']);
  });

  test('keep fields of a later version, wherever they are', async () => {
    const later = profile('Later');
    const entry = {
      ...later,
      starred: { since: 7 },
      options: { ...later.options, quic: true, tls: { ...later.options.tls, ech: 'on' } },
    };
    const data = { profiles: [entry], tags: ['x'] };
    await writeFile(join(dir, 'profiles.json'), JSON.stringify({ version: 2, data }));
    const store = await openStore();
    await store.change(put({ ...later, colour: 'green' }));
    expect(JSON.parse(await readFile(join(dir, 'profiles.json'), 'utf8'))).toEqual({
      version: 2,
      data: { profiles: [{ ...entry, colour: 'green' }], tags: ['x'] },
    });
  });

  test('of which some are broken: the good ones are there, the others in a file that is named', async () => {
    const bad = [{ id: 'x' }, 'nonsense', { ...profile('a'), options: { ...options('a'), port: 0 } }];
    const twice = { ...profile('twice'), id: 'id-good' };
    const profiles = [profile('good'), ...bad, twice, profile('fine')];
    await writeFile(join(dir, 'profiles.json'), JSON.stringify({ version: 2, data: { profiles } }));
    const store = await openStore();
    expect(namesOf(store)).toEqual(['good', 'fine']);
    const [aside = ''] = await inFolder(/broken-entries/);
    expect(store.list.value.notice?.advice).toContain(join(dir, aside));
    expect(JSON.parse(await readFile(join(dir, aside), 'utf8'))).toEqual([...bad, twice]);
    expect((await stat(join(dir, aside))).mode & 0o777).toBe(0o600);
    // Once, and not at every start.
    expect((await openStore()).list.value.notice).toBeNull();
    expect(await inFolder(/broken-entries/)).toHaveLength(1);
  });

  test('are at most 10,000, and of those that there are any may be changed', async () => {
    const all = Array.from({ length: 10_000 }, (_, i) => ({ id: `p${i}`, options: { ...options(`p${i}`) } }));
    await writeFile(
      join(dir, 'profiles.json'),
      JSON.stringify({ version: 2, data: { profiles: all.map((one) => Profile.parse(one)) } }),
    );
    const store = await openStore();
    expect(await store.change(put(profile('one more')))).toMatchObject({ code: 'too-many-profiles' });
    expect(await store.change(put({ ...profile('changed'), id: 'p5' }))).toBeNull();
  }, 20_000);

  test('of one program are seen by another, and changes of both are kept', async () => {
    const [one, other] = [await openStore(), await openStore()];
    const seen = (async () => {
      const following = new AbortController();
      for await (const { profiles } of other.list.follow(following.signal)) {
        if (profiles.length > 0) following.abort();
      }
    })();
    await one.change(put(profile('from one')));
    await seen;
    await Promise.all([one.change(put(profile('a'))), other.change(put(profile('b')))]);
    await Promise.all([one.change(take('id-b')), other.change(put(profile('c')))]);
    expect(namesOf(await openStore()).toSorted()).toEqual(['a', 'c', 'from one']);
    expect(existsSync(join(dir, 'profiles.json.lock'))).toBe(false);
  });
});

describe('programs of their own on one folder', () => {
  const WRITER = fileURLToPath(new URL('../../../support/engine/profile-writer.ts', import.meta.url));
  const writer = (name: string, count: number): ChildProcess => {
    const child = spawn(process.execPath, [WRITER, dir, name, String(count)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  };

  test('lose nothing of each other', async () => {
    const ends = ['a', 'b', 'c'].map(async (name) => {
      const [code] = (await once(writer(name, 12), 'exit')) as [number | null];
      return code;
    });
    expect(await Promise.all(ends)).toEqual([0, 0, 0]);
    const store = await openStore();
    expect(store.list.value.notice).toBeNull();
    expect(new Set(namesOf(store)).size).toBe(36);
  });

  test('that are killed while they write leave a file that is whole, and no lock that lasts', async () => {
    for (let round = 0; round < 3; round++) {
      const child = writer(`r${round}-`, 1_000);
      await once(child, 'spawn');
      const grown = `"r${round}-${3 + round}"`;
      await expect.poll(() => readFile(join(dir, 'profiles.json'), 'utf8').catch(() => '')).toContain(grown);
      child.kill('SIGKILL');
      await once(child, 'exit');
      const store = await openStore();
      expect(store.list.value.notice).toBeNull();
      expect(await store.change(put(profile(`after ${round}`)))).toBeNull();
      store.close();
    }
  });
});

test('settings are changed one by one, by two programs, and are there after a restart', async () => {
  const open = async (): Promise<SettingsStore> => {
    const store = new SettingsStore(dir, now);
    await store.load();
    return store;
  };
  const [one, other] = [await open(), await open()];
  await one.change({ theme: 'dark' });
  await other.change({ topicCap: 5_000 });
  expect((await open()).value).toMatchObject({ theme: 'dark', topicCap: 5_000 });
});

test('a change of one setting says nothing of the others', () => {
  expect(SettingsPatch.parse({ theme: 'dark' })).toEqual({ theme: 'dark' });
  expect(SettingsPatch.safeParse({ topicCap: 1 }).success).toBe(false);
});
