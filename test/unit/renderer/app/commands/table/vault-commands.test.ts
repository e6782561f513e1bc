import { afterEach, expect, test } from 'vitest';
import type { SecretsState } from '../../../../../../src-main/contract/profiles/profiles.ts';
import { commands } from '../../../../../../src-renderer/app/commands/table/commands.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { fakeApp } from '../../../../../support/window/fake-app.ts';
import { watch } from '../../../../../support/window/live.ts';

afterEach(teardown);

async function withSecrets(kind: SecretsState['kind']) {
  const { app, engine } = fakeApp();
  engine.secrets.set({ ...engine.secrets.value, kind });
  await expect.poll(() => app.secrets.store.getState().state?.kind).toBe(kind);
  const all = commands(app, null).filter(({ id }) => id.startsWith('vault.'));
  return { app, engine, all };
}

test('A vault that is open is locked by a command.', async () => {
  const { engine, all } = await withSecrets('vault-open');
  expect(all.map(({ label, off }) => [label, off])).toEqual([['Lock the vault', null]]);
  const asked = watch(engine, 'lockVault');
  all[0]?.run();
  await expect.poll(() => asked).toHaveLength(1);
});

test('One that is locked is unlocked by the question for its passphrase.', async () => {
  const { app, all } = await withSecrets('vault-locked');
  expect(all.map(({ label }) => label)).toEqual(['Unlock the vault…']);
  all[0]?.run();
  expect(app.shell.store.getState().over).toMatchObject({ kind: 'secrets', ask: 'unlock' });
});

test.each(['memory', 'vault-none', 'weak-keychain'] as const)(
  'Where secrets are not kept on the disk, a vault for them is created by a command (%s).',
  async (kind) => {
    const { app, all } = await withSecrets(kind);
    expect(all.map(({ label, off }) => [label, off])).toEqual([['Create a vault…', null]]);
    all[0]?.run();
    expect(app.shell.store.getState().over).toMatchObject({ kind: 'secrets', ask: 'create' });
  },
);

test('Where the keychain of the system keeps secrets, there is no command for a vault.', async () => {
  expect((await withSecrets('keychain')).all).toEqual([]);
});
