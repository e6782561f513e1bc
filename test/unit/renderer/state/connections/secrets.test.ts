import { expect, test } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import type { SecretsState } from '../../../../../src-main/contract/profiles/profiles.ts';
import { createSecrets, isUndecided } from '../../../../../src-renderer/state/connections/secrets.ts';
import { FedEngine } from '../../../../support/engine/fed-engine.ts';

test('How secrets are kept is what the engine said last; before that nothing is known.', async () => {
  const fed = new FedEngine();
  const secrets = createSecrets(fed.engine);
  expect(secrets.store.getState().state).toBeNull();
  await fed.stream('secrets').send({ kind: 'vault-none' });
  await fed.stream('secrets').send({ kind: 'vault-locked' });
  expect(secrets.store.getState().state).toEqual({ kind: 'vault-locked' });
  secrets.dispose();
  expect(fed.stream('secrets').ended).toBe(true);
});

test('Each step asks the engine for it, with what was typed and nothing else.', async () => {
  const fed = new FedEngine();
  const secrets = createSecrets(fed.engine);
  const answers = [
    await secrets.createVault('new', true),
    await secrets.unlock('open'),
    await secrets.lock(),
    await secrets.change('old', 'next'),
    await secrets.acceptWeakKeychain(null),
    await secrets.keepInMemory('once more'),
  ];
  expect(answers).toEqual(answers.map(() => null));
  expect(fed.calls.map(({ name, params }) => [name, params])).toEqual([
    ['createVault', { passphrase: 'new', replace: true }],
    ['unlockVault', { passphrase: 'open' }],
    ['lockVault', {}],
    ['changeVaultPassphrase', { passphrase: 'old', next: 'next' }],
    ['acceptWeakKeychain', { vaultPassphrase: null }],
    ['keepSecretsInMemory', { vaultPassphrase: 'once more' }],
  ]);
  secrets.dispose();
});

test('A refusal is answered as it is, and a pipe that broke as a failure that can be read.', async () => {
  const fed = new FedEngine();
  const secrets = createSecrets(fed.engine);
  const refusal = failed('wrong-passphrase', 'The passphrase is wrong.', 'Try again.');
  fed.answer = () => refusal;
  expect(await secrets.unlock('x')).toBe(refusal);
  fed.answer = () => {
    throw new Error('The pipe is closed.');
  };
  expect(await secrets.unlock('x')).toMatchObject({ kind: 'failed', code: 'engine-unreachable' });
  secrets.dispose();
});

test('Only where nobody has decided is there something to decide.', () => {
  const kinds = ['vault-none', 'weak-keychain', 'keychain', 'vault-locked', 'memory'];
  expect(kinds.filter((kind) => isUndecided({ kind } as unknown as SecretsState))).toEqual([
    'vault-none',
    'weak-keychain',
  ]);
  expect(isUndecided(null)).toBe(false);
});
