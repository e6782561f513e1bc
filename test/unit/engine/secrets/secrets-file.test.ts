import { describe, expect, test } from 'vitest';
import type { Destination } from '../../../../src-main/contract/profiles/destination.ts';
import { SecretKeeper } from '../../../../src-main/engine/secrets/secret-keeper.ts';
import {
  secretAt,
  SECRETS_FORMAT,
  withEntry,
  withoutIdleVault,
  withReplaced,
  type KeptSecret,
  type SecretsFile,
} from '../../../../src-main/engine/secrets/secrets-file.ts';
import type { VaultFile } from '../../../../src-main/engine/secrets/vault.ts';
import { FakeKeychain } from '../../../support/engine/keychain.ts';

const TO: Destination = { to: 'mqtts://a:8883', via: null, checks: ['chain'] };
const vault = (id: string, sealed = 'AAAA'): VaultFile => ({
  id,
  key: {
    format: 'topicscope-box-1',
    kdf: { name: 'scrypt', N: 1_024, r: 8, p: 1, salt: 'AAAA' },
    cipher: 'aes-256-gcm',
    nonce: 'AAECAwQFBgcICQoL',
    sealed,
  },
  bound: true,
});
const inVault = (of: string, sealed = 'AAAA'): KeptSecret => ({ by: 'vault', vault: of, sealed, for: TO });
const inKeychain: KeptSecret = { by: 'keychain', sealed: 'AAAA', for: TO };
const memory: KeptSecret = { by: 'memory' };

const file = (more: Partial<SecretsFile> = {}): SecretsFile => ({ ...SECRETS_FORMAT.empty, ...more });
const holding = (kept: KeptSecret, more: Partial<SecretsFile> = {}): SecretsFile =>
  file({ entries: new Map([['p', { password: kept }]]), ...more });

describe('a secret of the file', () => {
  test('is found by its own name only', () => {
    const of = holding(memory);
    expect(secretAt(of, 'p', 'password')).toBe(memory);
    for (const path of ['Password', '', 'constructor', 'toString', '__proto__'])
      expect(secretAt(of, 'p', path)).toBeUndefined();
    expect(secretAt(of, 'q', 'password')).toBeUndefined();
  });

  test('is replaced only while it is what it was', () => {
    const is = inVault('v');
    const replace = (now: KeptSecret, was: KeptSecret, path = 'password') =>
      secretAt(withReplaced(holding(now), [{ profile: 'p', path, was, is }]), 'p', 'password');
    expect(replace(memory, memory)).toBe(is);
    expect(replace(inKeychain, memory)).toBe(inKeychain);
    expect(replace(inVault('v', 'BBBB'), inVault('v'))).toEqual(inVault('v', 'BBBB'));
    expect(replace(memory, memory, 'gone')).toBe(memory);
    expect(withReplaced(file(), [{ profile: 'p', path: 'x', was: memory, is }]).entries.size).toBe(0);
  });

  test('leaves the file with its profile, and a file that was given is not changed', () => {
    const before = holding(memory);
    expect(withEntry(before, 'p', {}).entries.size).toBe(0);
    expect(withEntry(before, 'q', { a: inKeychain }).entries.size).toBe(2);
    expect(before.entries.size).toBe(1);
  });
});

test('A vault goes when nothing is in it: what is in another one, or in a keychain, does not keep it.', () => {
  const left = (kept: KeptSecret) => withoutIdleVault(holding(kept, { vault: vault('v') })).vault?.id ?? null;
  expect([left(inVault('v')), left(inVault('other')), left(inKeychain), left(memory)]).toEqual([
    'v',
    null,
    null,
    null,
  ]);
});

describe('no copy of the file before stays', () => {
  const vanishes = (before: SecretsFile, after: SecretsFile) => SECRETS_FORMAT.mustVanish?.(before, after);

  test('where secrets were given up for memory, the passphrase changed, or they were bound to nothing', () => {
    expect(vanishes(file(), file({ choice: 'memory' }))).toBe(true);
    expect(vanishes(file({ vault: vault('v') }), file({ vault: vault('v', 'BBBB') }))).toBe(true);
    expect(vanishes(file({ from: 1 }), file())).toBe(true);
  });

  test('but it does where a secret was added, or another vault begun', () => {
    expect(vanishes(file({ vault: vault('v') }), holding(memory, { vault: vault('v') }))).toBe(false);
    expect(vanishes(file({ vault: vault('v') }), file({ vault: vault('w', 'BBBB') }))).toBe(false);
    expect(vanishes(file({ choice: 'memory' }), file({ choice: 'memory' }))).toBe(false);
  });
});

test('What is read and written again is the same, what later versions added included.', () => {
  const data = {
    choice: 'vault',
    vault: vault('v'),
    entries: { p: { password: inVault('v'), 'proxy.password': memory } },
    later: { colour: 'red' },
  };
  const { data: read, broken } = SECRETS_FORMAT.read(data, 2);
  expect(broken).toEqual([]);
  expect(SECRETS_FORMAT.write(read)).toEqual(data);
  expect(() => SECRETS_FORMAT.read({ ...data, choice: 'somewhere' }, 2)).toThrow();
  expect(() => SECRETS_FORMAT.read(null, 2)).toThrow();
});

describe('how new secrets are kept', () => {
  const kindOf = async (
    strength: 'strong' | 'weak' | 'none' | null,
    more: Partial<SecretsFile> = {},
  ): Promise<SecretKeeper> => {
    const keychain = strength === null ? null : new FakeKeychain();
    if (keychain !== null && strength !== null) keychain.kind = strength;
    const keeper = new SecretKeeper(keychain, () => undefined);
    await keeper.start();
    keeper.follow(file(more));
    return keeper;
  };

  test.each([
    ['strong', {}, 'keychain'],
    ['weak', {}, 'weak-keychain'],
    ['weak', { choice: 'weak-keychain' }, 'keychain'],
    ['none', {}, 'vault-none'],
    [null, {}, 'vault-none'],
    [null, { choice: 'weak-keychain' }, 'vault-none'],
    ['strong', { choice: 'memory' }, 'memory'],
    ['strong', { choice: 'vault', vault: vault('v') }, 'vault-locked'],
    // The file says so, and there is no vault.
    ['strong', { choice: 'vault' }, 'keychain'],
    [null, { choice: 'vault' }, 'vault-none'],
  ] as const)('with a keychain that is %s and %j: %s', async (strength, more, kind) => {
    const keeper = await kindOf(strength, more);
    expect(keeper.kind).toBe(kind);
    expect(keeper.note).toMatch(/^(?:Passwords and keys|This system) .*\.$/);
  });

  test('is as before where the vault was left locked, and what is in it is still there', async () => {
    const keeper = await kindOf('strong', { choice: 'vault', vault: vault('v') });
    keeper.leaveLocked();
    expect(keeper.kind).toBe('memory');
    expect(await keeper.seal('hunter2', { profile: 'p', path: 'password', for: TO })).toBeNull();
    expect([keeper.holdsLocked(holding(inVault('v'))), keeper.holdsLocked(holding(memory))]).toEqual([
      true,
      false,
    ]);
    expect([keeper.isLocked(inVault('v')), keeper.isForeign(inVault('w')), keeper.lock()]).toEqual([
      true,
      true,
      false,
    ]);
  });
});
