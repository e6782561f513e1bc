import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Belonging } from '../../../../src-main/engine/secrets/belonging.ts';
import type { Derive } from '../../../../src-main/engine/secrets/passphrase-box.ts';
import { SecretKeeper, sealedBy } from '../../../../src-main/engine/secrets/secret-keeper.ts';
import {
  SECRETS_FORMAT,
  type KeptSecret,
  type SecretsFile,
} from '../../../../src-main/engine/secrets/secrets-file.ts';
import { newVault, type OpenVault } from '../../../../src-main/engine/secrets/vault.ts';
import { FakeKeychain } from '../../../support/engine/keychain.ts';

const derive: Derive = ({ passphrase, salt }) =>
  Promise.resolve(createHash('sha256').update(passphrase).update(salt).digest());
const OWN: Belonging = {
  profile: 'plant',
  path: 'password',
  for: { to: 'mqtts://a:8883', via: null, checks: [] },
};

async function vaultOf(): Promise<OpenVault> {
  const vault = await newVault('correct horse battery', { N: 2, r: 8, p: 1 }, derive);
  if ('kind' in vault) throw new Error(vault.message);
  return vault;
}

async function keeperOf(keychain: FakeKeychain | null, file: Partial<SecretsFile> = {}) {
  const log: string[] = [];
  const keeper = new SecretKeeper(keychain, (line) => void log.push(line));
  await keeper.start();
  keeper.follow({ ...SECRETS_FORMAT.empty, ...file });
  return { keeper, log };
}

function weak(): FakeKeychain {
  const keychain = new FakeKeychain();
  keychain.kind = 'weak';
  return keychain;
}

const unsealed = (keeper: SecretKeeper, kept: KeptSecret | null) =>
  kept === null ? null : keeper.unseal(kept, OWN.profile, OWN.path);

describe('What secrets are kept by', () => {
  test('is what the host has until somebody decides, and what was decided then', async () => {
    const { file: vault } = await vaultOf();
    const cases = [
      [null, {}, 'vault-none'],
      [new FakeKeychain(), {}, 'keychain'],
      [weak(), {}, 'weak-keychain'],
      [weak(), { choice: 'weak-keychain' }, 'keychain'],
      [new FakeKeychain(), { choice: 'memory' }, 'memory'],
      [new FakeKeychain(), { choice: 'vault', vault }, 'vault-locked'],
      // Of a vault that is not there nothing can be said.
      [null, { choice: 'vault' }, 'vault-none'],
    ] as const;
    for (const [keychain, file, kind] of cases) {
      const { keeper } = await keeperOf(keychain, file);
      expect([file, keeper.kind]).toEqual([file, kind]);
      expect(keeper.note).toMatch(/^(Passwords and keys|This system) .*\.$/);
    }
  });

  test('uses a weak keychain only once that was accepted', async () => {
    const keychain = weak();
    const { keeper } = await keeperOf(keychain);
    expect(await keeper.seal('hunter2', OWN)).toBeNull();
    expect([keychain.weakAllowed, keychain.encrypted]).toEqual([false, 0]);
    keeper.follow({ ...SECRETS_FORMAT.empty, choice: 'weak-keychain' });
    expect(await keeper.seal('hunter2', OWN)).toMatchObject({ by: 'keychain' });
  });
});

describe('A keychain', () => {
  test('seals for one belonging, and what it sealed is read for no other', async () => {
    const { keeper } = await keeperOf(new FakeKeychain());
    const kept = await keeper.seal('hunter2', OWN);
    expect(JSON.stringify(kept)).not.toContain('hunter2');
    expect(await unsealed(keeper, kept)).toEqual({ text: 'hunter2', stale: false, for: OWN.for });
    expect(kept === null ? 'none' : await keeper.unseal(kept, 'office', OWN.path)).toBeNull();
    const elsewhere = { ...kept, for: { ...OWN.for, to: 'mqtts://b:8883' } } as KeptSecret;
    expect(await unsealed(keeper, elsewhere)).toBeNull();
  });

  test('that refuses leaves new secrets in memory, and its words, which may hold the secret, in no log', async () => {
    const keychain = new FakeKeychain();
    const { keeper, log } = await keeperOf(keychain);
    keychain.refuses = true;
    expect(await keeper.seal('hunter2', OWN)).toBeNull();
    expect([keeper.kind, keeper.note.includes('refused')]).toEqual(['memory', true]);
    expect(log).toEqual(['the keychain refused to encrypt (Error)']);
    // It is not tried again by itself, but when somebody asks.
    keychain.refuses = false;
    expect(await keeper.seal('hunter2', OWN)).toBeNull();
    expect(await keeper.useKeychain()).toBe('strong');
    expect(await keeper.seal('hunter2', OWN)).toMatchObject({ by: 'keychain' });
  });

  test('with another key, or gone, has nothing, and one that asks for it has its secrets sealed again', async () => {
    const keychain = new FakeKeychain();
    const { keeper } = await keeperOf(keychain);
    const kept = await keeper.seal('hunter2', OWN);
    keychain.rotated = true;
    expect(await unsealed(keeper, kept)).toMatchObject({ text: 'hunter2', stale: true });
    keychain.key = 'bob';
    expect(await unsealed(keeper, kept)).toBeNull();
    const { keeper: without } = await keeperOf(null);
    expect(await unsealed(without, kept)).toBeNull();
    expect(kept !== null && without.isForeign(kept)).toBe(true);
  });

  test('is asked for what it was not told of only in a file of an earlier version', async () => {
    const keychain = new FakeKeychain();
    const sealed = Buffer.from(await keychain.encrypt('hunter2')).toString('base64');
    const unbound: KeptSecret = { by: 'keychain', sealed };
    const { keeper } = await keeperOf(keychain);
    expect(await unsealed(keeper, unbound)).toBeNull();
    keeper.follow({ ...SECRETS_FORMAT.empty, from: SECRETS_FORMAT.version - 1 });
    expect(await unsealed(keeper, unbound)).toEqual({ text: 'hunter2', stale: false, for: null });
  });

  test('says what it is good for when it is chosen', async () => {
    const refusing = new FakeKeychain();
    refusing.refuses = true;
    const none = new FakeKeychain();
    none.kind = 'none';
    for (const [keychain, answer] of [
      [null, 'none'],
      [none, 'none'],
      [weak(), 'weak'],
      [refusing, 'refused'],
      [new FakeKeychain(), 'strong'],
    ] as const)
      expect(await (await keeperOf(keychain)).keeper.useKeychain()).toBe(answer);
  });
});

describe('A vault', () => {
  test('seals and reads while it is open, and nothing once it is locked', async () => {
    const vault = await vaultOf();
    const { keeper } = await keeperOf(null, { choice: 'vault', vault: vault.file });
    keeper.unlock(vault);
    const kept = await keeper.seal('hunter2', OWN);
    expect([keeper.kind, await unsealed(keeper, kept)]).toMatchObject(['vault-open', { text: 'hunter2' }]);
    expect([keeper.lock(), keeper.lock()]).toEqual([true, false]);
    expect(vault.sealer.key.every((byte) => byte === 0)).toBe(true);
    expect([keeper.kind, await unsealed(keeper, kept)]).toEqual(['vault-locked', null]);
    expect(kept !== null && keeper.isLocked(kept)).toBe(true);
    expect(await keeper.seal('hunter3', OWN)).toBeNull();
  });

  test('that another program replaced is locked, and what was in it is foreign', async () => {
    const [vault, other] = [await vaultOf(), await vaultOf()];
    const { keeper } = await keeperOf(null, { choice: 'vault', vault: vault.file });
    keeper.unlock(vault);
    const kept = sealedBy(vault, 'hunter2', OWN);
    keeper.follow({ ...SECRETS_FORMAT.empty, choice: 'vault', vault: other.file });
    expect([keeper.kind, keeper.isVaultOpen, keeper.isForeign(kept)]).toEqual(['vault-locked', false, true]);
    keeper.unlock(other);
    expect(await unsealed(keeper, kept)).toBeNull();
  });

  test('that was left locked has new secrets in memory until it is unlocked, and still holds its own', async () => {
    const vault = await vaultOf();
    const kept = sealedBy(vault, 'hunter2', OWN);
    const file = {
      ...SECRETS_FORMAT.empty,
      choice: 'vault' as const,
      vault: vault.file,
      entries: new Map([['plant', { password: kept }]]),
    };
    const { keeper } = await keeperOf(null, file);
    keeper.leaveLocked();
    expect([keeper.kind, keeper.holdsLocked(file)]).toEqual(['memory', true]);
    keeper.unlock(vault);
    expect([keeper.kind, keeper.holdsLocked(file)]).toEqual(['vault-open', false]);
  });

  test('that is opened twice keeps one key, and the one before is wiped', async () => {
    const [first, second] = [await vaultOf(), await vaultOf()];
    const { keeper } = await keeperOf(null, { choice: 'vault', vault: first.file });
    keeper.unlock(first);
    keeper.unlock(first);
    expect(first.sealer.key.some((byte) => byte !== 0)).toBe(true);
    keeper.unlock({ ...second, file: first.file });
    expect(first.sealer.key.every((byte) => byte === 0)).toBe(true);
  });
});

test('A secret that is in memory only is read from nowhere else', async () => {
  const { keeper } = await keeperOf(new FakeKeychain());
  expect(await unsealed(keeper, { by: 'memory' })).toBeNull();
  expect([keeper.isLocked({ by: 'memory' }), keeper.isForeign({ by: 'memory' })]).toEqual([false, false]);
});
