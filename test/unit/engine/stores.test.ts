import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ConnectionOptions, Profile } from '../../../src-main/contract/model.ts';
import { SettingsPatch } from '../../../src-main/contract/settings.ts';
import { put, take } from '../../../src-main/core/profiles/list.ts';
import { JsonFile } from '../../../src-main/engine/json-file.ts';
import { ProfileStore } from '../../../src-main/engine/profile-store.ts';
import { SettingsStore } from '../../../src-main/engine/settings-store.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'topicscope-stores-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const options = (name: string): ConnectionOptions =>
  ConnectionOptions.parse({
    name,
    protocol: 'mqtts',
    host: 'broker.example',
    port: 8883,
    password: 's3cret',
  });

const profile = (name: string): Profile => Profile.parse({ id: `id-${name}`, options: options(name) });

describe('a versioned JSON file', () => {
  const file = () => new JsonFile(join(dir, 'x.json'), 2, z.array(z.string()));

  test('that is missing is empty without a problem', async () => {
    expect(await file().load([], NOW)).toEqual({ data: [], problem: null });
  });

  test('gives back what was saved, readable by its owner only', async () => {
    await file().save(['a', 'b']);
    expect((await file().load([], NOW)).data).toEqual(['a', 'b']);
    expect((await stat(join(dir, 'x.json'))).mode & 0o777).toBe(0o600);
  });

  test('keeps the version before as a backup', async () => {
    await file().save(['old']);
    await file().save(['new']);
    expect(JSON.parse(await readFile(join(dir, 'x.json.backup'), 'utf8'))).toEqual({
      version: 2,
      data: ['old'],
    });
  });

  test.each([
    ['is not JSON', '{"version": 2, "data": ['],
    ['has other contents', '{"version": 2, "data": [1]}'],
    ['is of a newer version', '{"version": 3, "data": []}'],
    ['is empty', ''],
  ])('that %s is kept aside and named', async (_, text) => {
    await writeFile(join(dir, 'x.json'), text);
    const { data, problem } = await file().load(['empty'], NOW);
    expect(data).toEqual(['empty']);
    const aside = (await readdir(dir)).find((name) => name.startsWith('x.json.broken-2026-11-20'));
    expect(aside).toBeDefined();
    expect(problem?.advice).toContain(aside);
    expect(problem?.advice).not.toContain('backup');
    expect(await readFile(join(dir, aside ?? ''), 'utf8')).toBe(text);
  });

  test('that is broken is named together with the version before, where there is one', async () => {
    await file().save(['old']);
    await file().save(['new']);
    await writeFile(join(dir, 'x.json'), '{');
    const { problem } = await file().load([], NOW);
    expect(problem?.advice).toContain(`The previous version is in ${join(dir, 'x.json.backup')}.`);
  });

  test('that is broken and cannot be kept aside is told, not thrown, and not overwritten', async () => {
    const broken = '{"version": 1, "data": [{"id": 1}]}';
    await writeFile(join(dir, 'profiles.json'), broken);
    // What stands in the way cannot be replaced by a file, whoever runs this.
    await mkdir(join(dir, 'profiles.json.broken-2026-11-20T12-00-00-000Z', 'x'), { recursive: true });
    const store = new ProfileStore(dir);
    await store.load(NOW);
    expect(store.list.value.notice).toMatchObject({ code: 'file-unreadable' });
    expect(store.list.value.notice?.message).toMatch(/could not be renamed either \(E\w+\)/);
    expect(await store.change(put(profile('new')))).toMatchObject({
      kind: 'failed',
      code: 'file-unreadable',
    });
    expect(await readFile(join(dir, 'profiles.json'), 'utf8')).toBe(broken);
  });

  test('saved many times at once ends with the last', async () => {
    const one = file();
    await Promise.all(Array.from({ length: 20 }, (_, i) => one.save([String(i)])));
    expect((await file().load([], NOW)).data).toEqual(['19']);
  });
});

describe('the profiles', () => {
  test('are there again after a restart, without secrets on disk', async () => {
    const store = new ProfileStore(dir);
    await store.load(NOW);
    const key = '-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----';
    const secret = { ...options('Plant'), tls: { ...options('Plant').tls, key, passphrase: 'open sesame' } };
    expect(await store.change(put({ ...profile('Plant'), options: secret }))).toBeNull();
    const onDisk = await readFile(join(dir, 'profiles.json'), 'utf8');
    for (const word of ['s3cret', 'open sesame', 'PRIVATE KEY']) expect(onDisk).not.toContain(word);
    expect(store.list.value.profiles[0]?.options.password).toBe('s3cret');

    const again = new ProfileStore(dir);
    await again.load(NOW);
    expect(again.list.value.profiles.map((one) => one.options.name)).toEqual(['Plant']);
    expect(again.list.value.profiles[0]?.options.password).toBeNull();
  });

  test('are changed in place and removed', async () => {
    const store = new ProfileStore(dir);
    await store.load(NOW);
    for (const name of ['a', 'b', 'c']) await store.change(put(profile(name)));
    const id = store.list.value.profiles[1]?.id ?? '';
    await store.change(put({ ...profile('B'), id }));
    expect(store.list.value.profiles.map((one) => one.options.name)).toEqual(['a', 'B', 'c']);
    await store.change(take(id));
    expect(store.list.value.profiles.map((one) => one.options.name)).toEqual(['a', 'c']);
  });

  test('that cannot be written are kept in memory, and the user is told', async () => {
    const store = new ProfileStore(join(dir, 'missing', 'folder'));
    await store.load(NOW);
    const result = await store.change(put(profile('kept')));
    expect(result).toMatchObject({ kind: 'failed', code: 'not-saved' });
    expect(store.list.value.profiles).toHaveLength(1);
  });
});

test('settings are changed one by one and are there after a restart', async () => {
  const store = new SettingsStore(dir);
  await store.load(NOW);
  await store.change({ theme: 'dark' });
  await store.change({ topicCap: 5_000 });
  const again = new SettingsStore(dir);
  await again.load(NOW);
  expect(again.value).toMatchObject({ theme: 'dark', topicCap: 5_000 });
});

test('a change of one setting says nothing of the others', () => {
  expect(SettingsPatch.parse({ theme: 'dark' })).toEqual({ theme: 'dark' });
  expect(SettingsPatch.safeParse({ topicCap: 1 }).success).toBe(false);
});
