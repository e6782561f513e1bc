import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Destination } from '../../../../src-main/contract/profiles/destination.ts';
import { KeptSecrets } from '../../../../src-main/engine/secrets/kept-secrets.ts';
import { TextSealer, type Derive } from '../../../../src-main/engine/secrets/passphrase-box.ts';
import { SecretKeeper } from '../../../../src-main/engine/secrets/secret-keeper.ts';
import {
  SECRETS_FORMAT,
  withEntry,
  type SecretsFile,
} from '../../../../src-main/engine/secrets/secrets-file.ts';
import { newVault, type OpenVault } from '../../../../src-main/engine/secrets/vault.ts';
import { FakeKeychain } from '../../../support/engine/keychain.ts';

const derive: Derive = ({ passphrase, salt }) =>
  Promise.resolve(createHash('sha256').update(passphrase).update(salt).digest());
const A: Destination = { to: 'mqtts://a:8883', via: null, checks: [] };
const B: Destination = { ...A, to: 'mqtts://b:8883' };

let keychain: FakeKeychain;
let file: SecretsFile;
let keeper: SecretKeeper;
let secrets: KeptSecrets;

async function begin(withKeychain: boolean, more: Partial<SecretsFile> = {}): Promise<void> {
  keychain = new FakeKeychain();
  file = { ...SECRETS_FORMAT.empty, ...more };
  keeper = new SecretKeeper(withKeychain ? keychain : null, () => undefined);
  await keeper.start();
  keeper.follow(file);
  secrets = new KeptSecrets(keeper, () => file);
}

beforeEach(() => begin(true));

type Change = Partial<Parameters<KeptSecrets['change']>[0]>;

/** As the store does it: the change, and then what it is kept as. */
async function change(profile: string, what: Change): Promise<void> {
  const fields = await secrets.change({ profile, for: A, set: {}, keep: {}, ...what });
  file = withEntry(file, profile, fields);
}

async function read(profile: string, path: string): Promise<string | null> {
  const kept = file.entries.get(profile)?.[path];
  return kept === undefined ? null : ((await secrets.unseal(profile, path, kept))?.text ?? null);
}

describe('A change', () => {
  test('sets new secrets and keeps those that it names, under the paths that they get', async () => {
    await change('p', { set: { password: 'one', 'headers.0.value': 'two', username: 'three' } });
    await change('p', { set: { password: 'four' }, keep: { 'headers.1.value': 'headers.0.value' } });
    expect(await read('p', 'password')).toBe('four');
    expect(await read('p', 'headers.1.value')).toBe('two');
    expect(Object.keys(file.entries.get('p') ?? {}).toSorted()).toEqual(['headers.1.value', 'password']);
    expect(JSON.stringify([...file.entries])).not.toMatch(/one|two|three|four/);
  });

  test('that keeps what is not there keeps nothing', async () => {
    await change('p', { keep: { password: 'password', username: 'toString' } });
    expect(file.entries.get('p') ?? {}).toEqual({});
  });

  test('copies to another profile what is then bound to that one', async () => {
    await change('p', { set: { password: 'one' } });
    await change('copy', { keep: { password: 'password' }, from: 'p' });
    const [own, copied] = [file.entries.get('p')?.['password'], file.entries.get('copy')?.['password']];
    expect([await read('p', 'password'), await read('copy', 'password')]).toEqual(['one', 'one']);
    expect(copied).not.toEqual(own);
    // What was sealed for the one is read for no other, though it stood in its place.
    file = withEntry(file, 'copy', { password: own! });
    expect(await read('copy', 'password')).toBeNull();
  });

  test('says for what a secret was entered, also where it is kept for a profile that goes elsewhere now', async () => {
    await change('p', { set: { password: 'one' } });
    await change('p', { for: B, set: { username: 'two' }, keep: { password: 'password' } });
    expect([secrets.boundTo('p', 'password'), secrets.boundTo('p', 'username')]).toEqual([A, B]);
    expect(secrets.boundTo('p', 'tls.key')).toBeNull();
  });
});

describe('Without anything to seal with', () => {
  beforeEach(() => begin(false));

  test('secrets are in memory, and the file has only that there are some', async () => {
    await change('p', { set: { password: 'one' } });
    expect(file.entries.get('p')).toEqual({ password: { by: 'memory' } });
    expect([await read('p', 'password'), secrets.boundTo('p', 'password')]).toEqual(['one', A]);
    expect(secrets.plainOf('p')).toEqual({ password: { text: 'one', for: A } });
    expect(secrets.paths().missing.size).toBe(0);
  });

  test('another program has none of them, and says which are to be entered again', async () => {
    await change('p', { set: { password: 'one', username: 'two' } });
    const after = new KeptSecrets(keeper, () => file);
    expect(await after.unseal('p', 'password', { by: 'memory' })).toBeNull();
    expect(after.paths().missing).toEqual(new Map([['p', ['password', 'username']]]));
    after.setPlain('p', secrets.plainOf('p'));
    expect(after.paths().missing.size).toBe(0);
  });

  test('a profile that is forgotten leaves nothing in memory, and no other loses anything', async () => {
    for (const profile of ['p', 'q']) await change(profile, { set: { password: profile } });
    secrets.forget('p');
    expect([await read('p', 'password'), await read('q', 'password')]).toEqual([null, 'q']);
  });

  test('what was sealed since leaves the memory, but not what came into it meanwhile', async () => {
    await change('p', { set: { password: 'one', username: 'two' } });
    const was = { by: 'memory' } as const;
    const is = { by: 'keychain', sealed: 'AAAA', for: A } as const;
    file = withEntry(file, 'p', { password: is, username: was });
    secrets.forgetPlain(['password', 'username'].map((path) => ({ profile: 'p', path, was, is })));
    file = withEntry(file, 'p', { password: was, username: was });
    expect([await read('p', 'password'), await read('p', 'username')]).toEqual([null, 'two']);
  });
});

describe('A vault that is locked', () => {
  async function vaultOf(): Promise<OpenVault> {
    const vault = await newVault('correct horse battery', { N: 2, r: 8, p: 1 }, derive);
    if ('kind' in vault) throw new Error(vault.message);
    return vault;
  }

  test('makes nothing missing, and a copy made meanwhile opens with it later', async () => {
    const vault = await vaultOf();
    // Locking wipes the key.
    const key = Buffer.from(vault.sealer.key);
    await begin(false, { choice: 'vault', vault: vault.file });
    keeper.unlock(vault);
    await change('p', { set: { password: 'one' } });
    keeper.lock();
    expect([await read('p', 'password'), secrets.paths().missing.size]).toEqual([null, 0]);
    await change('copy', { keep: { password: 'password' }, from: 'p' });
    keeper.unlock({ file: vault.file, sealer: new TextSealer(key) });
    expect([await read('p', 'password'), await read('copy', 'password')]).toEqual(['one', 'one']);
    // It is still bound to the other profile, so it is to be sealed again.
    const copy = file.entries.get('copy')?.['password'];
    expect(await secrets.unseal('copy', 'password', copy!)).toMatchObject({ stale: true });
  });
});

test('What cannot be read is missing from then on, until it can be read', async () => {
  await change('p', { set: { password: 'one' } });
  expect(secrets.paths().missing.size).toBe(0);
  keychain.key = 'bob';
  expect([await read('p', 'password'), secrets.paths().missing.get('p')]).toEqual([null, ['password']]);
  keychain.key = 'ann';
  expect([await read('p', 'password'), secrets.paths().missing.size]).toEqual(['one', 0]);
});

test('Each that can be read is offered to be replaced, and one that cannot be stays as it is', async () => {
  await change('p', { set: { password: 'one', username: 'two' } });
  keychain.key = 'bob';
  await change('q', { set: { password: 'three' } });
  const seen: string[] = [];
  const replaced = await secrets.replaceEach(({ profile, path, text }) => {
    seen.push(`${profile} ${path} ${text}`);
    return { by: 'memory' };
  });
  expect(seen).toEqual(['q password three']);
  expect(replaced).toMatchObject([{ profile: 'q', path: 'password', is: { by: 'memory' } }]);
  expect(await secrets.replaceEach(() => null)).toEqual([]);
});
