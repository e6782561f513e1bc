import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import { keptSecret } from '../../../../src-main/contract/profiles/profiles.ts';
import type { Keychain } from '../../../../src-main/engine/base/ports.ts';
import { AutoConnect } from '../../../../src-main/engine/profiles/auto-connect.ts';
import { SavedProfiles } from '../../../../src-main/engine/profiles/saved-profiles.ts';
import { FakeKeychain } from '../../../support/engine/keychain.ts';
import { filesWith } from '../../../support/in-folder.ts';
import { derive } from '../../../support/engine/derive.ts';

const PASSPHRASE = 'correct horse battery';
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'topicscope-bound-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const options = (more: object = {}): ConnectionOptions =>
  ConnectionOptions.parse({
    name: 'Plant',
    protocol: 'mqtts',
    host: 'broker.example',
    port: 8883,
    username: 'ann',
    password: 'hunter2',
    proxy: { kind: 'socks5', host: 'proxy', port: 1080 },
    ...more,
  });

async function open(keychain: Keychain | null = null): Promise<SavedProfiles> {
  const ports = { dataDir: dir, keychain, clock: { now: () => 0 }, log: () => undefined, derive };
  const saved = new SavedProfiles(ports, { N: 2 ** 10, r: 8, p: 1 });
  onTestFinished(() => saved.close());
  await saved.load();
  return saved;
}

async function save(
  saved: SavedProfiles,
  asked: ConnectionOptions,
  id: string | null = null,
): Promise<string> {
  const answer = await saved.save({ id, options: asked });
  if (answer.kind !== 'saved') throw new Error(answer.message);
  return answer.id;
}

const shown = (saved: SavedProfiles, id: string): ConnectionOptions => {
  const profile = saved.item.value.profiles.find((one) => one.id === id);
  if (profile === undefined) throw new Error('no such profile');
  return profile.options;
};

/** Somebody who can write into the data directory, while the program does not run. */
async function tamper<T>(name: string, change: (data: T) => void): Promise<void> {
  const path = join(dir, name);
  const file = JSON.parse(await readFile(path, 'utf8')) as { data: T };
  change(file.data);
  await writeFile(path, JSON.stringify(file));
}
interface ProfilesData {
  readonly profiles: { id: string; autoConnect: boolean; options: Record<string, unknown> }[];
}
interface SecretsData {
  readonly entries: Record<string, Record<string, Record<string, unknown>>>;
}

/** Each is another destination, or the same with less protection. */
const ELSEWHERE: readonly (readonly [string, object])[] = [
  ['host', { host: 'evil.example' }],
  ['port', { port: 8884 }],
  ['protocol', { protocol: 'mqtt' }],
  ['transport', { protocol: 'wss' }],
  ['proxy', { proxy: { kind: 'socks5', host: 'evil.example', port: 1080 } }],
  ['lack of a proxy', { proxy: null }],
  ['kind of proxy', { proxy: { kind: 'http', host: 'proxy', port: 1080 } }],
  ['check of the chain', { tls: { checks: { chain: false, dates: true, hostName: true } } }],
  ['check of the host name', { tls: { checks: { chain: true, dates: true, hostName: false } } }],
  ['verification', { tls: { verify: false } }],
];

describe('the mark of a saved secret', () => {
  test.each(ELSEWHERE)('is refused with another %s', async (_, more) => {
    const saved = await open(new FakeKeychain());
    const id = await save(saved, options());
    const asked = options({ ...more, password: keptSecret('password') });
    const resolved = await saved.resolve(asked, id);
    expect(resolved).toMatchObject({ kind: 'failed', code: 'secret-elsewhere' });
    expect(JSON.stringify(resolved)).not.toContain('hunter2');
    expect(await saved.save({ id, options: asked })).toMatchObject({ code: 'secret-elsewhere' });
    // Nothing was changed by what was refused.
    expect(await saved.open(id)).toEqual(options());
    // Entered again it goes there, and only there.
    await save(saved, options({ ...more, password: 'hunter3' }), id);
    expect(await saved.open(id)).toMatchObject({ password: 'hunter3' });
    expect(await saved.resolve(options({ password: keptSecret('password') }), id)).toMatchObject(
      'tls' in more ? { password: 'hunter3' } : { code: 'secret-elsewhere' },
    );
  });

  test('is taken for the same destination written otherwise, and with more checks', async () => {
    const saved = await open(new FakeKeychain());
    const id = await save(saved, options({ tls: { verify: false } }));
    for (const more of [{ host: 'Broker.Example' }, { name: 'Other', username: 'bob' }, {}]) {
      const asked = options({ ...more, password: keptSecret('password') });
      expect(await saved.resolve(asked, id)).toMatchObject({ password: 'hunter2' });
    }
  });

  test('is refused in a field that is not its own', async () => {
    const saved = await open(new FakeKeychain());
    const key = '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n';
    const id = await save(saved, options({ tls: { key } }));
    for (const asked of [
      options({ password: keptSecret('tls.key') }),
      options({ password: null, tls: { key: keptSecret('password') } }),
      options({ password: null, headers: [{ name: 'Authorization', value: keptSecret('password') }] }),
    ]) {
      const resolved = await saved.resolve(asked, id);
      expect(resolved).toMatchObject({ kind: 'failed' });
      expect(JSON.stringify(resolved)).not.toMatch(/hunter2|MIIE/);
      expect(await saved.save({ id, options: asked })).toMatchObject({ kind: 'failed' });
    }
  });

  test('is refused once somebody typed into it: neither the old secret nor a new one', async () => {
    const saved = await open(new FakeKeychain());
    const id = await save(saved, options());
    for (const password of [`${keptSecret('password')}x`, `x${keptSecret('password')}`]) {
      const asked = { ...shown(saved, id), password };
      expect(await saved.save({ id, options: asked })).toMatchObject({ code: 'secret-touched' });
      expect(await saved.resolve(asked, id)).toMatchObject({ code: 'secret-touched' });
    }
  });

  test.each(['keychain', 'vault', 'memory'] as const)('is bound by the %s as well', async (by) => {
    const saved = await open(by === 'keychain' ? new FakeKeychain() : null);
    if (by === 'vault') await saved.secrets.createVault(PASSPHRASE, false);
    const id = await save(saved, options());
    const asked = options({ host: 'evil.example', password: keptSecret('password') });
    expect(await saved.resolve(asked, id)).toMatchObject({ code: 'secret-elsewhere' });
    // Also where it goes from memory into a vault.
    if (by !== 'memory') return;
    await saved.secrets.createVault(PASSPHRASE, false);
    expect(await saved.resolve(asked, id)).toMatchObject({ code: 'secret-elsewhere' });
    expect(await saved.open(id)).toEqual(options());
  });
});

describe('who writes into the files', () => {
  const kinds = ['keychain', 'vault'] as const;
  const start = async (by: (typeof kinds)[number]) => {
    const keychain = by === 'keychain' ? new FakeKeychain() : null;
    const first = await open(keychain);
    if (by === 'vault') await first.secrets.createVault(PASSPHRASE, false);
    const a = await save(first, options());
    const b = await save(first, options({ host: 'other.example', password: 'hunter2-of-b' }));
    first.close();
    const again = async (): Promise<SavedProfiles> => {
      const saved = await open(keychain);
      if (by === 'vault') expect(await saved.secrets.unlockVault(PASSPHRASE)).toBeNull();
      return saved;
    };
    return { a, b, again };
  };

  test.each(kinds)('gets no password sent to another host, also by auto-connect (%s)', async (by) => {
    const { a, again } = await start(by);
    await tamper<ProfilesData>('profiles.json', ({ profiles }) => {
      for (const profile of profiles) {
        profile.autoConnect = true;
        if (profile.id === a) profile.options['host'] = 'evil.example';
      }
    });
    const saved = await again();
    const opened: string[] = [];
    const auto = new AutoConnect(
      saved,
      () => false,
      ({ host }) => void opened.push(host),
    );
    onTestFinished(() => auto.close());
    await auto.start();
    expect(opened).toEqual(['other.example']);
    expect(await saved.open(a)).toMatchObject({ code: 'secret-elsewhere' });
    // It is said where a person sees it.
    expect(saved.item.value.boundSecrets).toEqual({
      [a]: {
        paths: ['password'],
        difference: 'for mqtts://broker.example:8883, not for mqtts://evil.example:8883',
      },
    });
    // What else there is of the profile can still be changed, and the password be entered again.
    expect(await saved.save({ id: a, options: { ...shown(saved, a), name: 'Renamed' } })).toMatchObject({
      kind: 'saved',
    });
    expect(await saved.open(a)).toMatchObject({ code: 'secret-elsewhere' });
    await save(saved, { ...shown(saved, a), password: 'entered' }, a);
    expect(await saved.open(a)).toMatchObject({ host: 'evil.example', password: 'entered' });
    expect(saved.item.value.boundSecrets).toEqual({});
  });

  test.each(kinds)('cannot say that a secret was entered for another host (%s)', async (by) => {
    const { a, again } = await start(by);
    await tamper<ProfilesData>('profiles.json', ({ profiles }) => {
      for (const profile of profiles) if (profile.id === a) profile.options['host'] = 'evil.example';
    });
    await tamper<SecretsData>('secrets.json', ({ entries }) => {
      const kept = entries[a]?.['password'];
      if (kept !== undefined) kept['for'] = { ...(kept['for'] as object), to: 'mqtts://evil.example:8883' };
    });
    const saved = await again();
    expect(await saved.open(a)).toMatchObject({ code: 'secret-missing' });
  });

  test.each(kinds)('cannot give the secret of one profile or field to another (%s)', async (by) => {
    const { a, b, again } = await start(by);
    await tamper<ProfilesData>('profiles.json', ({ profiles }) => {
      for (const { options: one } of profiles) one['host'] = 'broker.example';
    });
    await tamper<SecretsData>('secrets.json', ({ entries }) => {
      const [of, to] = [entries[a] ?? {}, entries[b] ?? {}];
      const mine = of['password'] ?? {};
      to['password'] = mine;
      of['proxy.password'] = mine;
    });
    const saved = await again();
    expect(await saved.open(b)).toMatchObject({ code: 'secret-missing' });
    expect(await saved.resolve({ ...options(), password: keptSecret('password') }, a)).toEqual(options());
    expect(await saved.open(a)).toMatchObject({ code: 'secret-missing' });
  });

  test.each(kinds)('cannot bring back what is bound to nothing (%s)', async (by) => {
    const { a, again } = await start(by);
    await tamper<SecretsData>('secrets.json', ({ entries }) => {
      delete entries[a]?.['password']?.['for'];
    });
    const saved = await again();
    expect(await saved.open(a)).toMatchObject({ code: 'secret-missing' });
  });
});

/** As version 1 of the file was written, from a profile with a password and one more. */
const EARLIER = new URL('../../../fixtures/secrets-1/', import.meta.url);

describe('secrets of an earlier version', () => {
  const start = async (): Promise<SavedProfiles> => {
    for (const name of ['profiles.json', 'secrets.json'])
      await copyFile(new URL(name, EARLIER), join(dir, name));
    await copyFile(join(dir, 'secrets.json'), join(dir, 'secrets.json.backup'));
    return open();
  };

  test('are bound to where their profile goes, when the vault is unlocked for the first time', async () => {
    const saved = await start();
    const before = await readFile(join(dir, 'secrets.json'), 'utf8');
    const old = JSON.parse(before) as { data: { vault: { id: string; key: { sealed: string } } } };
    expect(await saved.open('plant')).toMatchObject({ code: 'secrets-locked' });
    expect(await saved.secrets.unlockVault('wrong horse battery')).toMatchObject({
      code: 'wrong-passphrase',
    });
    expect(await saved.secrets.unlockVault(PASSPHRASE)).toBeNull();
    expect(await saved.open('plant')).toMatchObject({ password: 'hunter2-of-the-plant' });
    expect(await saved.open('lab')).toMatchObject({ password: 'hunter2-of-the-lab' });
    const after = JSON.parse(await readFile(join(dir, 'secrets.json'), 'utf8')) as typeof old & SecretsFile;
    expect(after.version).toBe(2);
    expect(after.data.entries['plant']?.['password']?.['for']).toEqual({
      to: 'mqtts://plant.example:8883',
      via: null,
      checks: ['chain', 'dates', 'hostName'],
    });
    // The old key seals nothing any more, and no copy of what it sealed is left.
    expect(after.data.vault.id).not.toBe(old.data.vault.id);
    expect(await filesWith(dir, [old.data.vault.id, old.data.vault.key.sealed])).toEqual([]);
    const again = await open();
    expect(await again.secrets.unlockVault(PASSPHRASE)).toBeNull();
    expect(await again.open('plant')).toMatchObject({ password: 'hunter2-of-the-plant' });
  });

  test('go nowhere else while they wait for that', async () => {
    const saved = await start();
    const marked = shown(saved, 'plant');
    for (const asked of [
      { ...marked, host: 'evil.example' },
      { ...marked, tls: { ...marked.tls, verify: false } },
    ]) {
      expect(await saved.save({ id: 'plant', options: asked })).toMatchObject({ code: 'secret-elsewhere' });
      expect(await saved.resolve(asked, 'plant')).toMatchObject({ code: 'secret-elsewhere' });
    }
    await saved.secrets.unlockVault(PASSPHRASE);
    expect(await saved.open('plant')).toMatchObject({ host: 'plant.example' });
  });

  test('of a keychain are sealed anew at the first start', async () => {
    const keychain = new FakeKeychain();
    const sealed = Buffer.from(await keychain.encrypt('hunter2-of-the-plant')).toString('base64');
    await copyFile(new URL('profiles.json', EARLIER), join(dir, 'profiles.json'));
    const entries = { plant: { password: { by: 'keychain', sealed } } };
    const file = { version: 1, data: { choice: 'none', vault: null, entries } };
    await writeFile(join(dir, 'secrets.json'), JSON.stringify(file));
    const saved = await open(keychain);
    expect(await saved.open('plant')).toMatchObject({ password: 'hunter2-of-the-plant' });
    await expect.poll(() => filesWith(dir, [sealed])).toEqual([]);
    // From now on one that is bound to nothing is refused.
    await tamper<SecretsData>('secrets.json', (data) => {
      data.entries['plant'] = { password: { by: 'keychain', sealed } };
    });
    expect(await (await open(keychain)).open('plant')).toMatchObject({ code: 'secret-missing' });
  });
});

interface SecretsFile {
  readonly version: number;
  readonly data: SecretsData;
}
