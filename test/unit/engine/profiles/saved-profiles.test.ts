import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { ConnectionOptions, Profile } from '../../../../src-main/contract/model/model.ts';
import { isKeptSecret, keptSecret } from '../../../../src-main/contract/profiles/profiles.ts';
import { move, renameFolder } from '../../../../src-main/core/profiles/list.ts';
import type { Keychain } from '../../../../src-main/engine/base/ports.ts';
import { SavedProfiles, type SaveRequest } from '../../../../src-main/engine/profiles/saved-profiles.ts';
import { FakeKeychain } from '../../../support/engine/keychain.ts';
import { filesWith } from '../../../support/in-folder.ts';
import { derive } from '../../../support/engine/derive.ts';

const KEY = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\n-----END PRIVATE KEY-----\n';
const SECRETS = {
  password: 'hunter2-of-the-broker',
  'proxy.password': 'hunter2-of-the-proxy',
  'tls.passphrase': 'hunter2-of-the-key',
  'tls.key': KEY,
  'tls.pfx': 'base64:aHVudGVyMi1vZi1wa2NzMTI=',
  'signing.secretAccessKey': 'hunter2-of-aws',
  'signing.sessionToken': 'hunter2-of-a-session',
  'headers.1.value': 'Bearer hunter2-of-a-header',
  'path.query.1': 'hunter2-of-a-query',
};
const PASSPHRASE = 'correct horse battery';
const log: string[] = [];
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'topicscope-saved-'));
  log.length = 0;
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const options = (more: Partial<ConnectionOptions> = {}): ConnectionOptions => ({
  ...ConnectionOptions.parse({ name: 'Plant', protocol: 'wss', host: 'broker.example', port: 443 }),
  ...more,
});
const withAll = (): ConnectionOptions =>
  ConnectionOptions.parse({
    ...options(),
    path: `/mqtt?tenant=north&token=${SECRETS['path.query.1']}`,
    notSecret: { headers: ['x-tenant'], query: ['tenant'] },
    username: 'ann',
    password: SECRETS.password,
    proxy: { kind: 'socks5', host: 'proxy', port: 1080, username: 'p', password: SECRETS['proxy.password'] },
    headers: [
      { name: 'X-Tenant', value: 'north' },
      { name: 'Authorization', value: SECRETS['headers.1.value'] },
    ],
    signing: {
      kind: 'aws-sigv4',
      region: 'eu-west-1',
      accessKeyId: 'AKIA',
      secretAccessKey: SECRETS['signing.secretAccessKey'],
      sessionToken: SECRETS['signing.sessionToken'],
    },
    tls: { key: KEY, passphrase: SECRETS['tls.passphrase'], pfx: SECRETS['tls.pfx'], cert: '/etc/me.pem' },
  });

async function open(keychain: Keychain | null = null, dataDir = dir): Promise<SavedProfiles> {
  const ports = {
    dataDir,
    keychain,
    clock: { now: () => 0 },
    log: (line: string) => void log.push(line),
    derive,
  };
  // Cheap: it is the rules that are tried here, not the strength.
  const saved = new SavedProfiles(ports, { N: 2 ** 10, r: 8, p: 1 });
  onTestFinished(() => saved.close());
  await saved.load();
  return saved;
}

async function save(saved: SavedProfiles, request: Partial<SaveRequest> = {}): Promise<string> {
  const answer = await saved.save({ id: null, options: options(), ...request });
  if (answer.kind !== 'saved') throw new Error(answer.message);
  return answer.id;
}

/** As a window has it. */
function shown(saved: SavedProfiles, id: string): ConnectionOptions {
  const profile = saved.item.value.profiles.find((one) => one.id === id);
  if (profile === undefined) throw new Error('no such profile');
  return profile.options;
}

async function until(saved: SavedProfiles, holds: () => boolean): Promise<void> {
  const following = new AbortController();
  for await (const _ of saved.item.follow(following.signal)) if (holds()) return following.abort();
}

const names = (saved: SavedProfiles): string[] => saved.profiles.map((one) => one.options.name);
const expectNoSecretOnDisk = async (): Promise<void> => {
  expect(await filesWith(dir, [...Object.values(SECRETS), 'MIIEvQIBADANBgkq', 'hunter2'])).toEqual([]);
};

describe('secrets', () => {
  test('are in no file, in no log and in nothing a window sees, and come back after a restart', async () => {
    const keychain = new FakeKeychain();
    const saved = await open(keychain);
    const id = await save(saved, { options: withAll() });
    await saved.duplicate(id);
    await saved.save({ id, options: { ...shown(saved, id), name: 'Renamed' } });
    await saved.remove(id);
    await saved.restore(id);
    await expectNoSecretOnDisk();
    expect(JSON.stringify(saved.item.value)).not.toMatch(/hunter2|PRIVATE/);
    expect(log).toEqual([]);

    const again = await open(keychain);
    expect(await again.open(id)).toEqual({ ...withAll(), name: 'Renamed' });
    expect(shown(again, id).tls.cert).toBe('/etc/me.pem');
    expect(shown(again, id).password).toBe(keptSecret('password'));
  });

  test.each(['vault', 'memory'] as const)('are in no file with the %s', async (kind) => {
    const saved = await open();
    if (kind === 'vault') expect(await saved.secrets.createVault(PASSPHRASE, false)).toBeNull();
    else expect(await saved.secrets.keepInMemory(null)).toBeNull();
    const id = await save(saved, { options: withAll() });
    await saved.duplicate(id);
    await expectNoSecretOnDisk();
    expect(await filesWith(dir, [PASSPHRASE])).toEqual([]);
    expect(await saved.open(id)).toEqual(withAll());
  });

  test('that are kept, changed and removed in one save', async () => {
    const saved = await open(new FakeKeychain());
    const id = await save(saved, { options: withAll() });
    const edited = shown(saved, id);
    const tls = { ...edited.tls, passphrase: 'another one', pfx: null };
    const less = {
      tls,
      signing: { kind: 'none' } as const,
      proxy: edited.proxy && { ...edited.proxy, password: null },
    };
    await saved.save({ id, options: { ...edited, ...less } });
    const all = withAll();
    expect(await saved.open(id)).toEqual({
      ...all,
      tls: { ...all.tls, passphrase: 'another one', pfx: null },
      signing: { kind: 'none' },
      proxy: { ...all.proxy, password: null },
    });
    // What was deleted from the options is deleted on the disk as well.
    const { data } = JSON.parse(await readFile(join(dir, 'secrets.json'), 'utf8')) as {
      data: { entries: Record<string, object> };
    };
    expect(Object.keys(data.entries[id] ?? {}).toSorted()).toEqual([
      'headers.1.value',
      'password',
      'path.query.1',
      'proxy.username',
      'tls.key',
      'tls.passphrase',
    ]);
  });

  test('of headers follow their header when its place changes', async () => {
    const saved = await open(new FakeKeychain());
    const id = await save(saved, { options: withAll() });
    const edited = shown(saved, id);
    const headers = [{ name: 'X-Api-Key', value: 'hunter2-new' }, ...edited.headers.slice(1)];
    await saved.save({ id, options: { ...edited, headers: [...headers.slice(1), ...headers.slice(0, 1)] } });
    const opened = await saved.open(id);
    expect('headers' in opened && opened.headers).toEqual([
      { name: 'Authorization', value: SECRETS['headers.1.value'] },
      { name: 'X-Api-Key', value: 'hunter2-new' },
    ]);
    await expectNoSecretOnDisk();
  });

  test('are given to the profile they belong to only', async () => {
    const saved = await open(new FakeKeychain());
    const id = await save(saved, { options: withAll() });
    const other = await save(saved);
    const asked = { ...withAll(), password: keptSecret('password') };
    for (const profileId of [null, other, 'nobody']) {
      expect(await saved.resolve(asked, profileId)).toMatchObject({ code: 'secret-missing' });
    }
    expect(await saved.save({ id: null, options: asked })).toMatchObject({ code: 'secret-missing' });
    expect(await saved.save({ id: other, options: asked })).toMatchObject({ code: 'secret-missing' });
    expect(await saved.resolve(asked, id)).toMatchObject({ password: SECRETS.password });
    // Without a mark there is nothing to ask for.
    expect(await saved.resolve(options(), null)).toEqual(options());
  });

  test('that somebody wrote into the file of profiles leave it, and its backup', async () => {
    const profile = Profile.parse({ id: 'p', options: withAll() });
    const text = JSON.stringify({ version: 2, data: { profiles: [profile] } });
    await writeFile(join(dir, 'profiles.json'), text);
    await writeFile(join(dir, 'profiles.json.backup'), text);
    const saved = await open(new FakeKeychain());
    expect(await saved.open('p')).toEqual(withAll());
    await expectNoSecretOnDisk();
  });

  test('make no file for people who have none', async () => {
    const saved = await open(new FakeKeychain());
    const id = await save(saved);
    await saved.duplicate(id);
    await saved.remove(id);
    expect((await readdir(dir)).toSorted()).toEqual(['profiles.json', 'profiles.json.backup']);
  });
});

describe('a keychain', () => {
  test('that has lost its key leaves the profile and what was sealed, and says what to enter again', async () => {
    const keychain = new FakeKeychain();
    const id = await save(await open(keychain), { options: withAll(), colour: 'red' });
    keychain.key = 'somebody else';
    const saved = await open(keychain);
    await until(saved, () => saved.item.value.missingSecrets[id]?.length === Object.keys(SECRETS).length);
    expect(await saved.open(id)).toMatchObject({ code: 'secret-missing' });
    // Something else is changed meanwhile.
    await saved.save({ id, options: { ...shown(saved, id), name: 'Renamed' } });
    await saved.save({ id, options: { ...shown(saved, id), password: 'entered again' } });
    expect(saved.item.value.missingSecrets[id]).not.toContain('password');

    keychain.key = 'ann';
    const back = await open(keychain);
    // What was entered with the other key is lost now; all else is there.
    await until(back, () => back.item.value.missingSecrets[id]?.join() === 'password');
    const { password, ...rest } = withAll();
    const { password: _, ...marked } = shown(back, id);
    expect(isKeptSecret(marked.tls.key)).toBe(true);
    const opened = await back.resolve({ ...marked, password: null }, id);
    expect(opened).toEqual({ ...rest, name: 'Renamed', password: null });
    expect(password).toBe(SECRETS.password);
    expect(back.find(id)?.colour).toBe('red');
  });

  test('that asks for it gets its secrets encrypted again', async () => {
    const keychain = new FakeKeychain();
    const id = await save(await open(keychain), { options: options({ password: 'hunter2' }) });
    keychain.rotated = true;
    const before = keychain.encrypted;
    const saved = await open(keychain);
    await expect.poll(() => keychain.encrypted).toBe(before + 1);
    expect(await saved.open(id)).toMatchObject({ password: 'hunter2' });
  });

  test('that refuses keeps nothing from being saved; its words are not logged', async () => {
    const keychain = new FakeKeychain();
    const saved = await open(keychain);
    keychain.refuses = true;
    const id = await save(saved, { options: withAll() });
    expect(saved.secrets.news.value).toMatchObject({ kind: 'memory' });
    expect(saved.secrets.news.value.note).toContain('refused');
    expect(await saved.open(id)).toEqual(withAll());
    expect(log.join('\n')).toContain('refused');
    expect(log.join('\n')).not.toContain('hunter2');
    await expectNoSecretOnDisk();
  });

  test('that does not protect is used only when the user accepts it', async () => {
    const keychain = new FakeKeychain();
    keychain.kind = 'weak';
    const saved = await open(keychain);
    expect(saved.secrets.news.value.kind).toBe('weak-keychain');
    const id = await save(saved, { options: withAll() });
    expect(keychain.encrypted).toBe(0);
    expect(await saved.open(id)).toEqual(withAll());
    expect(await saved.secrets.acceptKeychain(null)).toBeNull();
    expect(saved.secrets.news.value.kind).toBe('keychain');
    expect(saved.secrets.news.value.note).toContain('other programs know');
    // One more: it was tried before anything was given to it.
    expect(keychain.encrypted).toBe(Object.keys(SECRETS).length + 1);

    const fresh = new FakeKeychain();
    fresh.kind = 'weak';
    const again = await open(fresh);
    expect(again.secrets.news.value.kind).toBe('keychain');
    expect(await again.open(id)).toEqual(withAll());
  });

  test('takes over what a vault held, which is gone then', async () => {
    const keychain = new FakeKeychain();
    const saved = await open(keychain);
    await saved.secrets.createVault(PASSPHRASE, false);
    const id = await save(saved, { options: withAll() });
    await saved.secrets.lockVault();
    expect(await saved.secrets.acceptKeychain(PASSPHRASE)).toMatchObject({ code: 'vault-locked' });
    await saved.secrets.unlockVault(PASSPHRASE);
    expect(await saved.secrets.acceptKeychain(PASSPHRASE)).toBeNull();
    const again = await open(keychain);
    expect(again.secrets.news.value.kind).toBe('keychain');
    expect(await again.open(id)).toEqual(withAll());
    expect(JSON.parse(await readFile(join(dir, 'secrets.json'), 'utf8'))).toMatchObject({
      data: { vault: null, choice: 'none' },
    });
  });

  test('is nothing a host without one can accept', async () => {
    expect(await (await open()).secrets.acceptKeychain(null)).toMatchObject({ code: 'no-keychain' });
  });
});

describe('without a keychain', () => {
  test('secrets stay in memory; after a restart it is known what to enter again', async () => {
    const saved = await open();
    expect(saved.secrets.news.value.kind).toBe('vault-none');
    const id = await save(saved, { options: options({ password: 'hunter2', username: 'ann' }) });
    expect(await saved.open(id)).toMatchObject({ password: 'hunter2' });
    const again = await open();
    expect(again.item.value.missingSecrets).toEqual({ [id]: ['password'] });
    expect(await again.open(id)).toMatchObject({ code: 'secret-missing' });
    // The user decides that there is none any more.
    await again.save({ id, options: { ...shown(again, id), password: null } });
    expect(again.item.value.missingSecrets).toEqual({});
    expect(await again.open(id)).toMatchObject({ password: null, username: 'ann' });
  });

  test('what was in memory goes into the vault as soon as there is one', async () => {
    const saved = await open();
    const id = await save(saved, { options: withAll() });
    expect(await saved.secrets.createVault(PASSPHRASE, false)).toBeNull();
    const again = await open();
    expect(again.secrets.news.value.kind).toBe('vault-locked');
    expect(again.item.value.missingSecrets).toEqual({});
    expect(await again.open(id)).toMatchObject({ code: 'secrets-locked' });
    expect(await again.secrets.unlockVault('wrong horse battery')).toMatchObject({
      code: 'wrong-passphrase',
    });
    expect(await again.secrets.unlockVault(PASSPHRASE)).toBeNull();
    expect(await again.open(id)).toEqual(withAll());
    expect(await again.secrets.lockVault()).toBeNull();
    expect(await again.open(id)).toMatchObject({ code: 'secrets-locked' });
  });

  test('a profile can be changed, copied and undone while the vault is locked', async () => {
    const first = await open();
    await first.secrets.createVault(PASSPHRASE, false);
    const id = await save(first, { options: withAll() });
    await first.secrets.lockVault();

    const edited = { ...shown(first, id), name: 'Renamed', password: 'new while locked' };
    expect(await first.save({ id, options: edited })).toMatchObject({ kind: 'saved' });
    const copy = await first.duplicate(id);
    await first.remove(id);
    expect(await first.restore(id)).toBeNull();
    expect(await first.secrets.unlockVault(PASSPHRASE)).toBeNull();
    const want = { ...withAll(), name: 'Renamed', password: 'new while locked' };
    expect(await first.open(id)).toEqual(want);
    expect('id' in copy && (await first.open(copy.id))).toEqual({ ...want, name: 'Renamed copy' });
    // It was sealed when the vault opened.
    const again = await open();
    await again.secrets.unlockVault(PASSPHRASE);
    expect(await again.open(id)).toEqual(want);
    expect(await filesWith(dir, ['new while locked'])).toEqual([]);
  });

  test('the passphrase is changed without touching what it protects', async () => {
    const saved = await open();
    await saved.secrets.createVault(PASSPHRASE, false);
    const id = await save(saved, { options: withAll() });
    expect(await saved.secrets.changePassphrase('not it at all', 'tr0ubador & 3')).toMatchObject({
      code: 'wrong-passphrase',
    });
    expect(await saved.secrets.changePassphrase(PASSPHRASE, 'short')).toMatchObject({
      code: 'passphrase-short',
    });
    expect(await saved.secrets.changePassphrase(PASSPHRASE, 'tr0ubador & 3')).toBeNull();
    expect(await saved.open(id)).toEqual(withAll());
    // No copy is left that the old passphrase opens.
    expect((await readdir(dir)).filter((name) => name.startsWith('secrets'))).toEqual(['secrets.json']);
    const again = await open();
    expect(await again.secrets.unlockVault(PASSPHRASE)).toMatchObject({ code: 'wrong-passphrase' });
    expect(await again.secrets.unlockVault('tr0ubador & 3')).toBeNull();
    expect(await again.open(id)).toEqual(withAll());
  });

  test('a vault whose passphrase is lost is replaced; the profiles stay', async () => {
    const first = await open();
    expect(await first.secrets.createVault('short', false)).toMatchObject({ code: 'passphrase-short' });
    await first.secrets.createVault(PASSPHRASE, false);
    const id = await save(first, { options: options({ password: 'hunter2' }) });
    const saved = await open();
    expect(await saved.secrets.createVault('another passphrase', false)).toMatchObject({
      code: 'vault-exists',
    });
    expect(await saved.secrets.createVault('another passphrase', true)).toBeNull();
    expect(names(saved)).toEqual(['Plant']);
    expect(saved.item.value.missingSecrets).toEqual({ [id]: ['password'] });
    await saved.save({ id, options: { ...shown(saved, id), password: 'entered again' } });
    expect(saved.item.value.missingSecrets).toEqual({});
    const again = await open();
    expect(await again.secrets.unlockVault('another passphrase')).toBeNull();
    expect(await again.open(id)).toMatchObject({ password: 'entered again' });
  });

  test('secrets that were tampered with are to be entered again, one by one', async () => {
    const first = await open();
    await first.secrets.createVault(PASSPHRASE, false);
    const id = await save(first, { options: withAll() });
    first.close();
    const path = join(dir, 'secrets.json');
    const file = JSON.parse(await readFile(path, 'utf8')) as {
      data: { entries: Record<string, Record<string, { sealed: string }>> };
    };
    const entry = file.data.entries[id]?.['password'];
    if (entry === undefined) throw new Error('not there');
    const bytes = Buffer.from(entry.sealed, 'base64');
    bytes.writeUInt8(bytes.readUInt8(14) ^ 1, 14);
    entry.sealed = bytes.toString('base64');
    await writeFile(path, JSON.stringify(file));
    const saved = await open();
    await saved.secrets.unlockVault(PASSPHRASE);
    await until(saved, () => saved.item.value.missingSecrets[id] !== undefined);
    expect(saved.item.value.missingSecrets).toEqual({ [id]: ['password'] });
    expect(await saved.resolve({ ...shown(saved, id), password: 'typed' }, id)).toEqual({
      ...withAll(),
      password: 'typed',
    });
  });

  test('a file of secrets that is broken is kept aside and named; the profiles are there', async () => {
    const first = await open();
    await first.secrets.createVault(PASSPHRASE, false);
    await save(first, { options: withAll() });
    first.close();
    await writeFile(join(dir, 'secrets.json'), '{"version": 1, "data": {"choice": "vault"');
    const saved = await open();
    expect(names(saved)).toEqual(['Plant']);
    expect(saved.item.value.notice).toMatchObject({ code: 'file-broken' });
    expect(saved.item.value.notice?.advice).toContain('secrets.json.broken-');
    expect(saved.secrets.news.value.kind).toBe('vault-none');
  });

  test('parameters of a vault that would eat the memory are not followed', async () => {
    const first = await open();
    await first.secrets.createVault(PASSPHRASE, false);
    first.close();
    const path = join(dir, 'secrets.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"N": 1024', '"N": 1073741824'));
    const saved = await open();
    expect(saved.item.value.notice).toMatchObject({ code: 'file-broken' });
  });

  test('a vault can be given up for memory, which takes its secrets off the disk', async () => {
    const saved = await open();
    await saved.secrets.createVault(PASSPHRASE, false);
    const id = await save(saved, { options: withAll() });
    expect(await saved.secrets.keepInMemory(PASSPHRASE)).toBeNull();
    expect(await saved.open(id)).toEqual(withAll());
    expect(await filesWith(dir, ['sealed'])).toEqual([]);
    const again = await open();
    expect(again.secrets.news.value.kind).toBe('memory');
    expect(again.item.value.missingSecrets[id]).toHaveLength(Object.keys(SECRETS).length);
  });

  test('a vault left locked for now is there again at the next start', async () => {
    const first = await open();
    await first.secrets.createVault(PASSPHRASE, false);
    const id = await save(first, { options: withAll() });
    const saved = await open();
    expect(await saved.secrets.keepInMemory(null)).toBeNull();
    expect(saved.secrets.news.value.kind).toBe('memory');
    expect(await saved.open(id)).toMatchObject({ code: 'secrets-locked' });
    expect((await open()).secrets.news.value.kind).toBe('vault-locked');
    expect(await saved.secrets.unlockVault(PASSPHRASE)).toBeNull();
    expect(await saved.open(id)).toEqual(withAll());
  });

  test('secrets of a desktop stay for the desktop', async () => {
    const keychain = new FakeKeychain();
    const id = await save(await open(keychain), { options: options({ password: 'hunter2' }) });
    const server = await open();
    expect(server.item.value.missingSecrets).toEqual({ [id]: ['password'] });
    await server.save({ id, options: { ...shown(server, id), name: 'Renamed here' } });
    expect(await (await open(keychain)).open(id)).toMatchObject({
      password: 'hunter2',
      name: 'Renamed here',
    });
  });
});

describe('profiles', () => {
  test('are saved with what is absent as it was', async () => {
    const saved = await open();
    const id = await save(saved, { folder: 'Works', colour: 'red', autoConnect: true });
    await save(saved, { id, options: options({ name: 'Renamed' }), colour: undefined });
    expect(saved.find(id)).toMatchObject({ folder: 'Works', colour: 'red', autoConnect: true });
    await save(saved, { id, colour: 'none', autoConnect: false });
    expect(saved.find(id)).toMatchObject({ folder: 'Works', colour: 'none', autoConnect: false });
  });

  test('are copied right after the original, with their secrets, without auto-connect', async () => {
    const saved = await open(new FakeKeychain());
    const id = await save(saved, { options: withAll(), folder: 'Works', autoConnect: true });
    await save(saved, { options: options({ name: 'Last' }) });
    const copy = await saved.duplicate(id);
    await saved.duplicate(id);
    expect(names(saved)).toEqual(['Plant', 'Plant copy 2', 'Plant copy', 'Last']);
    if (copy.kind !== 'saved') throw new Error(copy.message);
    expect(saved.find(copy.id)).toMatchObject({ folder: 'Works', autoConnect: false });
    expect(await saved.open(copy.id)).toEqual({ ...withAll(), name: 'Plant copy' });
    // They are independent from then on.
    await saved.remove(id);
    expect(await saved.open(copy.id)).toMatchObject({ password: SECRETS.password });
    expect(await saved.duplicate('nobody')).toMatchObject({ code: 'no-such-profile' });
  });

  test('come back where they were, with their secrets', async () => {
    const saved = await open(new FakeKeychain());
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c', 'd']) ids.push(await save(saved, { options: { ...withAll(), name } }));
    const [a = '', b = '', c = ''] = ids;
    await saved.remove(b);
    await saved.remove(c);
    expect(await filesWith(dir, [b])).toEqual([]);
    await saved.change(move(a, null, ''));
    expect(names(saved)).toEqual(['d', 'a']);
    expect(await saved.restore(c)).toBeNull();
    expect(await saved.restore(b)).toBeNull();
    expect(names(saved)).toEqual(['d', 'a', 'b', 'c']);
    expect(await saved.open(b)).toEqual({ ...withAll(), name: 'b' });
    expect(await saved.restore(b)).toMatchObject({ code: 'no-such-profile' });
    expect(await (await open()).restore(b)).toMatchObject({ code: 'no-such-profile' });
  });

  test('are moved and grouped, and stay so', async () => {
    const saved = await open();
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c']) ids.push(await save(saved, { options: options({ name }) }));
    const [a = '', b = '', c = ''] = ids;
    await saved.change(move(c, a, 'Works/North'));
    await saved.change(move(b, null, 'Works'));
    await saved.change(renameFolder('Works', 'Plants'));
    const places = (of: SavedProfiles) =>
      of.profiles.map(({ options: { name }, folder }) => `${folder}:${name}`);
    expect(places(saved)).toEqual(['Plants/North:c', ':a', 'Plants:b']);
    expect(places(await open())).toEqual(places(saved));
  });

  test('that cannot be written are saved in memory, with a notice until it goes again', async () => {
    const folder = join(dir, 'missing');
    const saved = await open(new FakeKeychain(), folder);
    const id = await save(saved, { options: withAll() });
    await save(saved, { id, options: { ...shown(saved, id), name: 'Renamed' } });
    expect(names(saved)).toEqual(['Renamed']);
    expect(saved.item.value.notice).toMatchObject({ code: 'not-saved' });
    expect(await saved.open(id)).toEqual({ ...withAll(), name: 'Renamed' });
    await mkdir(folder);
    await save(saved, { id, options: { ...shown(saved, id), password: 'hunter2 again' } });
    expect(saved.item.value.notice).toBeNull();
    const again = await open(new FakeKeychain(), folder);
    expect(await again.open(id)).toEqual({ ...withAll(), name: 'Renamed', password: 'hunter2 again' });
  });

  test('of an import are saved all at once, or none', async () => {
    const saved = await open(new FakeKeychain());
    const requests = Array.from({ length: 200 }, (_, i) => ({
      id: null,
      options: options({ name: `n${i}`, password: `hunter2-${i}` }),
    }));
    const ids = await saved.saveAll(requests);
    if ('kind' in ids) throw new Error(ids.message);
    expect(names(saved)).toEqual(requests.map((one) => one.options.name));
    expect(await saved.open(ids[7] ?? '')).toMatchObject({ name: 'n7', password: 'hunter2-7' });
    const bad = options({ password: keptSecret('password') });
    expect(await saved.saveAll([...requests, { id: null, options: bad }])).toMatchObject({ kind: 'failed' });
    expect(saved.profiles).toHaveLength(200);
  });

  test('of two programs on one folder are all there, and the secrets of both', async () => {
    const keychain = new FakeKeychain();
    const [one, other] = [await open(keychain), await open(keychain)];
    const add = (to: SavedProfiles, who: string) =>
      Array.from({ length: 8 }, (_, i) =>
        save(to, { options: options({ name: `${who}${i}`, password: `hunter2-${who}${i}` }) }),
      );
    await Promise.all([...add(one, 'a'), ...add(other, 'b')]);
    await until(one, () => one.item.value.profiles.length === 16);
    await until(other, () => other.item.value.profiles.length === 16);
    for (const { id, options: saved } of one.profiles) {
      const { name } = saved;
      // Profiles and secrets lie in two files, each of which is looked at by itself.
      await expect.poll(() => other.open(id)).toMatchObject({ name, password: `hunter2-${name}` });
    }
  });

  test('a vault that one of two programs creates is the vault of both', async () => {
    const [one, other] = [await open(), await open()];
    const [first, second] = [
      await one.secrets.createVault(PASSPHRASE, false),
      await other.secrets.createVault('of the other', false),
    ];
    expect(first).toBeNull();
    expect(second).toMatchObject({ code: 'vault-exists' });
    expect(await other.secrets.unlockVault(PASSPHRASE)).toBeNull();
    const id = await save(other, { options: withAll() });
    await until(one, () => one.item.value.profiles.length === 1);
    await expect.poll(() => one.open(id)).toEqual(withAll());
  });
});
