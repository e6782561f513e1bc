import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { ConnectionOptions, Profile } from '../../../../src-main/contract/model/model.ts';
import { keptSecret } from '../../../../src-main/contract/profiles/profiles.ts';
import type { Keychain } from '../../../../src-main/engine/base/ports.ts';
import { exportText } from '../../../../src-main/engine/profiles/export-file.ts';
import { SavedProfiles } from '../../../../src-main/engine/profiles/saved-profiles.ts';
import { FakeKeychain } from '../../../support/engine/keychain.ts';
import { filesWith } from '../../../support/in-folder.ts';
import { derive } from '../../../support/engine/derive.ts';

const PASSPHRASE = 'correct horse battery';
const HOSTILE = {
  username: 'hunter2-lone-name',
  path: '/mqtt?k=hunter2-query&%74oken=hunter2-encoded&hunter2-bare',
  headers: [{ name: 'X-Anything', value: 'hunter2-header' }],
  proxy: { kind: 'http' as const, host: 'p', port: 8080, username: 'hunter2-proxy' },
};
const parse = (more: object = {}): ConnectionOptions =>
  ConnectionOptions.parse({ name: 'Plant', protocol: 'wss', host: 'broker.example', port: 443, ...more });
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'topicscope-plain-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function open(keychain: Keychain | null = null): Promise<SavedProfiles> {
  const ports = { dataDir: dir, keychain, clock: { now: () => 0 }, log: () => undefined, derive };
  const saved = new SavedProfiles(ports, { N: 2 ** 10, r: 8, p: 1 });
  onTestFinished(() => saved.close());
  await saved.load();
  return saved;
}

/** As an earlier version wrote it. */
async function writeProfiles(...options: object[]): Promise<void> {
  const profiles = options.map((one, at) => Profile.parse({ id: `p${at}`, options: parse(one) }));
  const text = JSON.stringify({ version: 2, data: { profiles } });
  await writeFile(join(dir, 'profiles.json'), text);
  await writeFile(join(dir, 'profiles.json.backup'), text);
}

const onDisk = (text = 'hunter2'): Promise<unknown> => filesWith(dir, [text]);
const shown = (saved: SavedProfiles, id: string): ConnectionOptions => {
  const profile = saved.item.value.profiles.find((one) => one.id === id);
  if (profile === undefined) throw new Error('no such profile');
  return profile.options;
};

describe('values of headers and queries, and a username alone', () => {
  test('are in no file, no export and nothing a window sees, and come back after a restart', async () => {
    const keychain = new FakeKeychain();
    const saved = await open(keychain);
    const answer = await saved.save({ id: null, options: parse(HOSTILE) });
    if (answer.kind !== 'saved') throw new Error(answer.message);
    await saved.duplicate(answer.id);
    expect(await onDisk()).toEqual([]);
    expect(JSON.stringify(saved.item.value)).not.toContain('hunter2');
    const ask = { ids: null, passphrase: null, vaultPassphrase: null };
    const file = await exportText(ask, { saved, prompt: null, derive, now: () => 0 });
    if (file.kind !== 'export') throw new Error(file.message);
    expect(Buffer.from(file.bytes).toString()).not.toContain('hunter2');
    expect(await (await open(keychain)).open(answer.id)).toEqual(parse(HOSTILE));
  });

  test('that are marked are saved as they are, and the mark with them', async () => {
    const notSecret = { username: true, headers: ['x-anything'], query: ['k', 'token', 'hunter2-bare'] };
    const saved = await open(new FakeKeychain());
    const options = parse({ ...HOSTILE, proxy: null, notSecret });
    const answer = await saved.save({ id: null, options });
    expect(answer).toMatchObject({ kind: 'saved' });
    const again = await open();
    expect(again.profiles[0]?.options).toEqual(options);
    expect(again.item.value).toMatchObject({ missingSecrets: {}, notice: null });
  });

  test('are given to no window that marks them afterwards', async () => {
    const saved = await open(new FakeKeychain());
    const answer = await saved.save({ id: null, options: parse(HOSTILE) });
    if (answer.kind !== 'saved') throw new Error(answer.message);
    const notSecret = { username: true, proxyUsername: true, headers: ['x-anything'], query: ['k', 'token'] };
    await saved.save({ id: answer.id, options: { ...shown(saved, answer.id), notSecret } });
    expect(JSON.stringify(saved.item.value)).not.toContain('hunter2');
    expect(await onDisk()).toEqual([]);
    expect(await saved.open(answer.id)).toEqual(parse({ ...HOSTILE, notSecret }));
  });

  test('a username becomes a secret when its password is removed', async () => {
    const saved = await open(new FakeKeychain());
    const answer = await saved.save({ id: null, options: parse({ username: 'hunter2-ann', password: 'x' }) });
    if (answer.kind !== 'saved') throw new Error(answer.message);
    expect(await onDisk()).not.toEqual([]);
    await saved.save({ id: answer.id, options: { ...shown(saved, answer.id), password: null } });
    expect(saved.profiles[0]?.options.username).toBeNull();
    expect(await onDisk()).toEqual([]);
    expect(await saved.open(answer.id)).toMatchObject({ username: 'hunter2-ann', password: null });
  });
});

describe('what an earlier version saved in plain', () => {
  test('goes into the keychain at the first start, out of the file and its backup', async () => {
    await writeProfiles(HOSTILE, { username: 'ann' });
    const keychain = new FakeKeychain();
    const saved = await open(keychain);
    expect(await onDisk()).toEqual([]);
    expect(saved.item.value.notice).toBeNull();
    expect(await saved.open('p0')).toEqual(parse(HOSTILE));
    expect(await (await open(keychain)).open('p1')).toEqual(parse({ username: 'ann' }));
  });

  test('leaves the username of a password that is sealed', async () => {
    const keychain = new FakeKeychain();
    const first = await open(keychain);
    await first.save({ id: null, options: parse({ username: 'ann', password: 'hunter2' }) });
    first.close();
    const text = await readFile(join(dir, 'profiles.json'), 'utf8');
    const saved = await open(keychain);
    expect(saved.profiles[0]?.options.username).toBe('ann');
    expect(await readFile(join(dir, 'profiles.json'), 'utf8')).toBe(text);
  });

  test('stays where nothing can seal it, is used and shown to nobody, and the window shows a notice', async () => {
    await writeProfiles(HOSTILE, { username: 'ann' });
    for (let start = 0; start < 3; start++) {
      const saved = await open();
      expect(JSON.stringify(saved.item.value)).not.toMatch(/hunter2|"ann"/);
      expect(saved.item.value).toMatchObject({
        missingSecrets: {},
        notice: { code: 'secrets-in-plain', message: '7 values that may be secrets are saved in plain.' },
      });
      expect(await saved.open('p0')).toEqual(parse(HOSTILE));
      // What is changed beside it is written with it.
      await saved.save({ id: 'p1', options: { ...shown(saved, 'p1'), name: `start ${start}` } });
      saved.close();
    }
    expect(await readFile(join(dir, 'profiles.json'), 'utf8')).toMatch(/hunter2[^]*"ann"/);
  });

  test.each(['new', 'unlocked'])('goes into a vault, %s', async (kind) => {
    if (kind === 'unlocked') {
      const first = await open();
      await first.secrets.createVault(PASSPHRASE, false);
      first.close();
    }
    await writeProfiles(HOSTILE);
    const saved = await open();
    expect(await onDisk()).not.toEqual([]);
    const opened =
      kind === 'new' ? saved.secrets.createVault(PASSPHRASE, false) : saved.secrets.unlockVault(PASSPHRASE);
    expect(await opened).toBeNull();
    await vi.waitFor(async () => expect(await onDisk()).toEqual([]), 5_000);
    expect(saved.item.value.notice).toBeNull();
    const again = await open();
    await again.secrets.unlockVault(PASSPHRASE);
    expect(await again.open('p0')).toEqual(parse(HOSTILE));
  });

  test('leaves the file for memory when the user says so, once', async () => {
    await writeProfiles(HOSTILE);
    const saved = await open();
    expect(await saved.keepInMemory(null)).toBeNull();
    expect(await onDisk()).toEqual([]);
    expect(await saved.open('p0')).toEqual(parse(HOSTILE));
  });

  test('is replaced by what is entered anew, moves with its header, and can be removed and brought back', async () => {
    const headers = [
      { name: 'A', value: 'hunter2-a' },
      { name: 'B', value: 'hunter2-b' },
    ];
    await writeProfiles({ headers, username: 'hunter2-name' });
    const saved = await open();
    const [a, b] = shown(saved, 'p0').headers;
    if (a === undefined || b === undefined) throw new Error('no headers');
    expect(b.value).toBe(keptSecret('headers.1.value'));
    const notSecret = { ...parse().notSecret, username: true };
    const changed = {
      ...shown(saved, 'p0'),
      notSecret,
      username: 'known',
      headers: [b, { ...a, value: 'new' }],
    };
    await saved.save({ id: 'p0', options: changed });
    await saved.remove('p0');
    expect(await onDisk()).toEqual([]);
    await saved.restore('p0');
    const again = await open();
    expect(await onDisk('hunter2-a')).toEqual([]);
    expect(await onDisk('hunter2-name')).toEqual([]);
    expect(again.item.value.missingSecrets).toEqual({ p0: ['headers.1.value'] });
    expect(again.profiles[0]?.options.username).toBe('known');
  });

  test('stays while the keychain refuses it', async () => {
    await writeProfiles({ username: 'hunter2-name' });
    const saved = await open(Object.assign(new FakeKeychain(), { refuses: true }));
    expect(saved.item.value.notice).toMatchObject({ code: 'secrets-in-plain' });
    expect(await onDisk()).not.toEqual([]);
  });
});

test('Secrets that were in memory only are told from those that were sealed, once the keychain is well again', async () => {
  const refusing = Object.assign(new FakeKeychain(), { refuses: true });
  const answer = await (await open(refusing)).save({ id: null, options: parse(HOSTILE) });
  if (answer.kind !== 'saved') throw new Error(answer.message);
  const { missingSecrets, neverSealed } = (await open(new FakeKeychain())).item.value;
  expect(missingSecrets[answer.id]).toContain('headers.0.value');
  expect(neverSealed).toEqual(missingSecrets);

  const sealed = await (await open(new FakeKeychain())).save({ id: null, options: parse(HOSTILE) });
  if (sealed.kind !== 'saved') throw new Error(sealed.message);
  const { item } = await open(Object.assign(new FakeKeychain(), { key: 'somebody else' }));
  await expect.poll(() => item.value.missingSecrets[sealed.id]).toContain('headers.0.value');
  expect(item.value.neverSealed[sealed.id]).toBeUndefined();
});
