import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { failed, type Failure } from '../../../../src-main/contract/base/errors.ts';
import type { Destination } from '../../../../src-main/contract/profiles/destination.ts';
import type { Keychain } from '../../../../src-main/engine/base/ports.ts';
import type { Derive } from '../../../../src-main/engine/secrets/passphrase-box.ts';
import { SecretStore } from '../../../../src-main/engine/secrets/secret-store.ts';
import { FakeKeychain } from '../../../support/engine/keychain.ts';
import { filesWith } from '../../../support/in-folder.ts';

const PASSPHRASE = 'correct horse battery';
const CHEAP = { N: 2, r: 8, p: 1 };
const TO: Destination = { to: 'mqtts://a:8883', via: null, checks: ['chain', 'dates', 'hostName'] };
/** The cost of a passphrase is tested with its box. */
const derive: Derive = ({ passphrase, salt }) =>
  Promise.resolve(createHash('sha256').update(passphrase).update(salt).digest());
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'topicscope-secret-store-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

interface Opening {
  readonly keychain?: Keychain | null;
  readonly derive?: Derive;
  readonly log?: (line: string) => void;
}

async function open({ keychain = null, log = () => undefined, ...more }: Opening = {}): Promise<SecretStore> {
  const ports = { dataDir: dir, keychain, clock: { now: () => 0 }, log, derive, ...more };
  const store = new SecretStore(ports, () => TO, CHEAP);
  onTestFinished(() => store.close());
  await store.load();
  return store;
}

const put = (store: SecretStore, password: string, profile = 'p'): Promise<Failure | null> =>
  store.putAll([{ profile, for: TO, set: { password }, keep: {} }]);
const read = async (store: SecretStore, profile = 'p'): Promise<unknown> => {
  const found = await store.read(profile, ['password']);
  return found.kind === 'secrets' ? found.secrets['password'] : found.kind;
};
const kind = (store: SecretStore): string => store.news.value.kind;

/** Saved into a vault, by a program that has ended. */
async function vaultOnDisk(...profiles: readonly string[]): Promise<void> {
  const store = await open();
  expect(await store.createVault(PASSPHRASE, false)).toBeNull();
  for (const profile of profiles) await put(store, `hunter2-${profile}`, profile);
  store.close();
}

function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

/** Waits, when it is asked for it, until it may go on. */
class SlowKeychain extends FakeKeychain {
  readonly slow: 'decrypt' | 'encrypt';
  waits = false;
  readonly asked = gate();
  readonly go = gate();

  constructor(slow: 'decrypt' | 'encrypt') {
    super();
    this.slow = slow;
  }

  override async encrypt(text: string): Promise<Uint8Array> {
    const bytes = await super.encrypt(text);
    await this.#wait('encrypt');
    return bytes;
  }

  override async decrypt(sealed: Uint8Array): Promise<{ text: string; stale: boolean }> {
    await this.#wait('decrypt');
    return super.decrypt(sealed);
  }

  async #wait(which: 'decrypt' | 'encrypt'): Promise<void> {
    if (!this.waits || this.slow !== which) return;
    this.asked.open();
    await this.go.opened;
  }
}

describe('a vault that was left locked', () => {
  test('is given up by a new one only where that is asked for', async () => {
    await vaultOnDisk('p');
    const store = await open();
    expect(await store.keepInMemory(null)).toBeNull();
    expect(kind(store)).toBe('memory');
    expect(await store.createVault('another passphrase', false)).toMatchObject({ code: 'vault-exists' });
    expect(await store.unlockVault(PASSPHRASE)).toBeNull();
    expect(await read(store)).toBe('hunter2-p');
  });

  test('is given up, with what is in it, where it is asked for', async () => {
    await vaultOnDisk('p');
    const store = await open();
    await store.keepInMemory(null);
    await put(store, 'hunter3', 'q');
    expect(await store.createVault('another passphrase', true)).toBeNull();
    expect([kind(store), await read(store), await read(store, 'q')]).toEqual([
      'vault-open',
      'missing',
      'hunter3',
    ]);
    expect(store.news.value.missing).toEqual(new Map([['p', ['password']]]));
    expect(await store.unlockVault(PASSPHRASE)).toMatchObject({ code: 'wrong-passphrase' });
  });

  test('stands in the way of the keychain too: it would never be locked again by itself', async () => {
    await vaultOnDisk('p');
    const store = await open({ keychain: new FakeKeychain() });
    await store.keepInMemory(null);
    expect(await store.acceptKeychain(null)).toMatchObject({ code: 'vault-locked' });
    expect(await store.unlockVault(PASSPHRASE)).toBeNull();
    expect(await store.acceptKeychain(null)).toMatchObject({ code: 'passphrase-needed' });
    expect(await store.acceptKeychain(PASSPHRASE)).toBeNull();
    expect([kind(store), await read(store)]).toEqual(['keychain', 'hunter2-p']);
    expect(await filesWith(dir, ['"by": "vault"'])).not.toContain('secrets.json');
  });

  test('takes what was saved meanwhile once it is unlocked, and what it holds stays', async () => {
    await vaultOnDisk('p');
    const store = await open();
    expect([kind(store), await read(store)]).toEqual(['vault-locked', 'locked']);
    await put(store, 'hunter3', 'q');
    expect([await read(store, 'q'), store.isSealed('q', 'password')]).toEqual(['hunter3', false]);
    expect(await filesWith(dir, ['hunter3'])).toEqual([]);
    await store.unlockVault(PASSPHRASE);
    expect(store.isSealed('q', 'password')).toBe(true);
    store.close();
    const again = await open();
    await again.unlockVault(PASSPHRASE);
    expect([await read(again), await read(again, 'q')]).toEqual(['hunter2-p', 'hunter3']);
  });

  test('can be locked by two windows at once; where there is none, that is said', async () => {
    const store = await open();
    expect(await store.lockVault()).toMatchObject({ code: 'no-vault' });
    await store.createVault(PASSPHRASE, false);
    expect(store.isVaultOpen).toBe(true);
    expect(await Promise.all([store.lockVault(), store.lockVault()])).toEqual([null, null]);
    expect([store.isVaultOpen, kind(store)]).toEqual([false, 'vault-locked']);
  });

  test('is reported to whoever reads, unless the secret is not there at all', async () => {
    await vaultOnDisk('p');
    const store = await open();
    expect(await store.read('p', ['password'])).toEqual({ kind: 'locked' });
    expect(await store.read('p', ['password', 'tls.key'])).toEqual({ kind: 'missing', paths: ['tls.key'] });
    expect(await store.read('nobody', ['password'])).toEqual({ kind: 'missing', paths: ['password'] });
    expect(await store.read('p', ['constructor', '__proto__'])).toMatchObject({ kind: 'missing' });
    expect(await store.read('p', [])).toEqual({ kind: 'secrets', secrets: {} });
  });
});

describe('what happens side by side', () => {
  test('a password saved while a vault is created is the one that is in it', async () => {
    const keychain = new SlowKeychain('decrypt');
    const store = await open({ keychain });
    await put(store, 'at first');
    await put(store, 'of the keychain', 'k');
    keychain.refuses = true;
    await put(store, 'before');
    expect(store.keptBy('p')).toEqual(new Set(['memory']));
    keychain.refuses = false;
    keychain.waits = true;
    const making = store.createVault(PASSPHRASE, false);
    await keychain.asked.opened;
    const saving = put(store, 'after');
    keychain.go.open();
    expect(await Promise.all([making, saving])).toEqual([null, null]);
    expect([await read(store), await read(store, 'k')]).toEqual(['after', 'of the keychain']);
    expect([store.isSealed('p', 'password'), kind(store)]).toEqual([true, 'vault-open']);
  });

  test('a password that came into memory while the old one was sealed anew stays readable', async () => {
    const keychain = new SlowKeychain('encrypt');
    const store = await open({ keychain });
    await put(store, 'before');
    keychain.rotated = true;
    keychain.waits = true;
    const verifying = store.verify();
    await keychain.asked.opened;
    keychain.refuses = true;
    await put(store, 'after');
    keychain.go.open();
    await verifying;
    expect([await read(store), store.news.value.missing.size]).toEqual(['after', 0]);
  });

  test('two vaults are not created at once: the second is refused, and the first opens', async () => {
    const store = await open();
    await put(store, 'hunter2');
    const [one, other] = await Promise.all([
      store.createVault(PASSPHRASE, false),
      store.createVault('another passphrase', true),
    ]);
    expect([one, other?.code]).toEqual([null, 'vault-exists']);
    expect(await store.proveVault(PASSPHRASE)).toBeNull();
    expect(await read(store)).toBe('hunter2');
  });

  test('a removed profile that is taken back while a vault is created is in the vault', async () => {
    const store = await open();
    await put(store, 'hunter2');
    const taken = await store.take('p');
    expect(taken).not.toBeNull();
    expect([await read(store), await store.take('p')]).toEqual(['missing', null]);
    const making = store.createVault(PASSPHRASE, false);
    if (taken !== null) await store.restore('p', taken);
    await making;
    expect([await read(store), store.isSealed('p', 'password')]).toEqual(['hunter2', true]);
  });

  test('of two programs with vaults of their own the second gets a failure, and loses nothing', async () => {
    const [one, other] = [await open(), await open()];
    await put(one, 'hunter2-p');
    await put(other, 'hunter2-q', 'q');
    expect(await one.createVault(PASSPHRASE, false)).toBeNull();
    expect(await other.createVault('another passphrase', false)).toMatchObject({ code: 'vault-exists' });
    expect([other.isVaultOpen, kind(other)]).toEqual([false, 'vault-locked']);
    expect(await read(other, 'q')).toBe('hunter2-q');
    expect(await other.unlockVault(PASSPHRASE)).toBeNull();
    expect([await read(other), await read(other, 'q')]).toEqual(['hunter2-p', 'hunter2-q']);
  });
});

describe('a keychain that refuses', () => {
  test('gets nothing out of the vault, and is not said to keep it', async () => {
    const keychain = new FakeKeychain();
    const lines: string[] = [];
    const store = await open({ keychain, log: (line) => void lines.push(line) });
    await store.createVault(PASSPHRASE, false);
    await put(store, 'hunter2');
    keychain.refuses = true;
    expect(await store.acceptKeychain(PASSPHRASE)).toMatchObject({ code: 'keychain-refused' });
    expect([kind(store), await read(store)]).toEqual(['vault-open', 'hunter2']);
    expect(lines.join()).toBe('the keychain refused to encrypt (Error)');
    store.close();
    const again = await open({ keychain });
    expect(kind(again)).toBe('vault-locked');
  });

  test('leaves a new secret in memory, says so, and is asked again by the user only', async () => {
    const keychain = new FakeKeychain();
    const store = await open({ keychain });
    keychain.refuses = true;
    await put(store, 'hunter2');
    expect(store.news.value).toMatchObject({
      kind: 'memory',
      note: expect.stringContaining('refused') as string,
    });
    expect(await filesWith(dir, ['hunter2'])).toEqual([]);
    keychain.refuses = false;
    await put(store, 'hunter3', 'q');
    expect(keychain.encrypted).toBe(0);
    expect(await store.acceptKeychain(null)).toBeNull();
    expect([kind(store), await read(store), await read(store, 'q')]).toEqual([
      'keychain',
      'hunter2',
      'hunter3',
    ]);
    expect(store.isSealed('p', 'password') && store.isSealed('q', 'password')).toBe(true);
  });

  test('that is not there is said to be missing, whatever was sealed by one', async () => {
    const first = await open({ keychain: new FakeKeychain() });
    await put(first, 'hunter2');
    first.close();
    const store = await open();
    expect([kind(store), await read(store)]).toEqual(['vault-none', 'missing']);
    expect(store.news.value.missing.get('p')).toEqual(['password']);
    expect(await store.acceptKeychain(null)).toMatchObject({ code: 'no-keychain' });
  });

  test('protects nothing until the user says that it may', async () => {
    const keychain = new FakeKeychain();
    keychain.kind = 'weak';
    const store = await open({ keychain });
    await put(store, 'hunter2');
    expect([kind(store), keychain.weakAllowed, keychain.encrypted]).toEqual(['weak-keychain', false, 0]);
    expect(await store.acceptKeychain(null)).toBeNull();
    expect([kind(store), keychain.weakAllowed, await read(store)]).toEqual(['keychain', true, 'hunter2']);
    store.close();
    // The answer is kept, and a keyring that protects is taken without a question later on.
    const again = new FakeKeychain();
    again.kind = 'weak';
    expect(kind(await open({ keychain: again }))).toBe('keychain');
    expect(again.weakAllowed).toBe(true);
  });
});

describe('the passphrase', () => {
  test.each([
    ['seven77', false],
    ['🔑🔑🔑🔑', false],
    ['e\u0301e\u0301e\u0301e\u0301', false],
    ['eightch8', true],
    ['パスワードですよ', true],
    ['🔑🔑🔑🔑🔑🔑🔑🔑', true],
  ])('%j is long enough: %s', async (passphrase, enough) => {
    const store = await open();
    const problem = await store.createVault(passphrase, false);
    expect(problem?.code ?? null).toBe(enough ? null : 'passphrase-short');
    expect(kind(store)).toBe(enough ? 'vault-open' : 'vault-none');
  });

  test('is needed to take secrets out of a vault, also while it is open', async () => {
    await vaultOnDisk('p');
    const store = await open();
    await store.unlockVault(PASSPHRASE);
    expect(await store.keepInMemory(null)).toMatchObject({ code: 'passphrase-needed' });
    expect(await store.keepInMemory('wrong horse')).toMatchObject({ code: 'wrong-passphrase' });
    expect(store.keptBy('p')).toEqual(new Set(['vault']));
    expect(await store.keepInMemory(PASSPHRASE)).toBeNull();
    expect([kind(store), await read(store), store.isSealed('p', 'password')]).toEqual([
      'memory',
      'hunter2-p',
      false,
    ]);
    // No copy of the vault is left.
    expect(await filesWith(dir, ['sealed'])).toEqual([]);
  });

  test('is changed without a change of any secret; no copy under the old one is left', async () => {
    await vaultOnDisk('p');
    const path = join(dir, 'secrets.json');
    interface File {
      readonly data: {
        readonly vault: { readonly key: { readonly sealed: string } };
        readonly entries: object;
      };
    }
    const parse = async (): Promise<File> => JSON.parse(await readFile(path, 'utf8')) as File;
    const before = await parse();
    const store = await open();
    expect(await store.changePassphrase('wrong horse', 'a new passphrase')).toMatchObject({
      code: 'wrong-passphrase',
    });
    expect(await store.changePassphrase(PASSPHRASE, 'seven77')).toMatchObject({ code: 'passphrase-short' });
    expect(store.isVaultOpen).toBe(false);
    expect(await store.changePassphrase(PASSPHRASE, 'a new passphrase')).toBeNull();
    expect((await parse()).data.entries).toEqual(before.data.entries);
    expect(await filesWith(dir, [before.data.vault.key.sealed])).toEqual([]);
    expect([kind(store), await read(store)]).toEqual(['vault-open', 'hunter2-p']);
    await store.lockVault();
    expect(await store.unlockVault(PASSPHRASE)).toMatchObject({ code: 'wrong-passphrase' });
    expect(await store.unlockVault('a new passphrase')).toBeNull();
  });

  test('that cannot be computed now changes nothing', async () => {
    await vaultOnDisk('p');
    const why = failed('too-slow', 'It took too long.', '');
    const store = await open({ derive: () => Promise.resolve(why) });
    expect(await store.unlockVault(PASSPHRASE)).toBe(why);
    expect(await store.changePassphrase(PASSPHRASE, 'a new passphrase')).toBe(why);
    expect(await store.createVault('a new passphrase', true)).toBe(why);
    expect([kind(store), await read(store)]).toEqual(['vault-locked', 'locked']);
  });

  test('of no vault is asked for in vain', async () => {
    const store = await open();
    for (const answer of [
      await store.unlockVault(PASSPHRASE),
      await store.changePassphrase(PASSPHRASE, 'a new passphrase'),
      await store.proveVault(PASSPHRASE),
    ])
      expect(answer).toMatchObject({ code: 'no-vault' });
  });
});

describe('a change of a profile', () => {
  test('lets secrets change their places, also with each other', async () => {
    const store = await open();
    const set = { 'headers.0.value': 'a', 'headers.1.value': 'b', password: 'c' };
    await store.putAll([{ profile: 'p', for: TO, set, keep: {} }]);
    const keep = { 'headers.0.value': 'headers.1.value', 'headers.1.value': 'headers.0.value' };
    await store.putAll([{ profile: 'p', for: TO, set: {}, keep }]);
    expect(await store.read('p', ['headers.0.value', 'headers.1.value'])).toEqual({
      kind: 'secrets',
      secrets: { 'headers.0.value': 'b', 'headers.1.value': 'a' },
    });
    // What was neither kept nor set is gone.
    expect(await read(store)).toBe('missing');
    expect(store.boundTo('p', 'password')).toBeNull();
    expect(store.boundTo('p', 'headers.0.value')).toEqual(TO);
  });

  test('keeps nothing that is not there, and makes no file for it', async () => {
    const store = await open();
    const keep = { password: 'password', 'tls.key': 'constructor' };
    expect(await store.putAll([{ profile: 'p', for: TO, set: {}, keep }])).toBeNull();
    await expect(readFile(join(dir, 'secrets.json'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(store.news.value.paths).toEqual(new Map());
    await put(store, 'hunter2');
    await store.putAll([{ profile: 'p', for: TO, set: {}, keep }]);
    expect(store.news.value.paths).toEqual(new Map([['p', ['password']]]));
    expect(store.isSealed('p', 'constructor') || store.boundTo('p', 'toString') !== null).toBe(false);
  });

  test('copies what is in a locked vault; the copy is bound to its own profile once it can be', async () => {
    await vaultOnDisk('p');
    const store = await open();
    const copy = { profile: 'q', for: TO, set: {}, keep: { password: 'password' }, from: 'p' };
    await store.putAll([copy]);
    await store.putAll([{ ...copy, profile: 'r', from: 'q' }]);
    await store.take('p');
    expect(await read(store, 'r')).toBe('locked');
    await store.unlockVault(PASSPHRASE);
    store.close();
    const again = await open();
    await again.unlockVault(PASSPHRASE);
    expect([await read(again, 'q'), await read(again, 'r')]).toEqual(['hunter2-p', 'hunter2-p']);
  });
});

describe('the file', () => {
  test.each([
    ['an unknown way to keep a secret', { p: { password: { by: 'magic' } } }],
    ['no base64', { p: { password: { by: 'keychain', sealed: '§' } } }],
    ['a text for an entry', { p: 'hunter2' }],
  ])('with %s loses that entry only, and says where it was kept', async (_, broken) => {
    await vaultOnDisk('q');
    const path = join(dir, 'secrets.json');
    const file = JSON.parse(await readFile(path, 'utf8')) as { data: { entries: object } };
    file.data.entries = { ...file.data.entries, ...broken };
    await writeFile(path, JSON.stringify(file));
    const store = await open();
    expect(store.news.value.problem).toMatchObject({ code: 'entries-broken' });
    await store.unlockVault(PASSPHRASE);
    expect(await read(store, 'q')).toBe('hunter2-q');
    expect([...store.news.value.paths.keys()]).toEqual(['q']);
  });

  test.each(['vault', 'keychain'])('with changed bytes (%s) has a secret to be entered again', async (by) => {
    const keychain = by === 'keychain' ? new FakeKeychain() : null;
    const first = await open({ keychain });
    if (by === 'vault') await first.createVault(PASSPHRASE, false);
    await put(first, 'hunter2');
    first.close();
    const path = join(dir, 'secrets.json');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace(/("by": "[a-z]+",[^}]*"sealed": ")(..)/, '$1AA'));
    const store = await open({ keychain });
    if (by === 'vault') await store.unlockVault(PASSPHRASE);
    await store.verify();
    expect(store.news.value.missing.get('p')).toEqual(['password']);
    expect(await read(store)).toBe('missing');
    // Entered again it is not missing any more.
    await put(store, 'hunter3');
    expect([await read(store), store.news.value.missing.size]).toEqual(['hunter3', 0]);
  });

  test('of a newer version is left alone, and what is saved stays in memory', async () => {
    const path = join(dir, 'secrets.json');
    const newer = JSON.stringify({ version: 99, data: { secrets: 'somewhere else' } });
    await writeFile(path, newer);
    const store = await open({ keychain: new FakeKeychain() });
    expect(await put(store, 'hunter2')).toMatchObject({ code: 'file-newer' });
    expect([await read(store), store.isSealed('p', 'password')]).toEqual(['hunter2', false]);
    expect(await readFile(path, 'utf8')).toBe(newer);
  });
});
