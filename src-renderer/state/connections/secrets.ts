import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Failure } from '../../../src-main/contract/base/errors.ts';
import type { SecretsState } from '../../../src-main/contract/profiles/profiles.ts';
import { callEngine, isFailure } from '../engine/call-engine.ts';
import type { Engine } from '../engine/engine.ts';
import { follow } from '../engine/follow.ts';

export interface SecretsStore {
  /** Null until the engine said how secrets are kept. */
  readonly store: StoreApi<{ readonly state: SecretsState | null }>;
  /** Each answers null when it is done. `replace`: what an older vault holds is given up. */
  createVault(passphrase: string, replace: boolean): Promise<Failure | null>;
  unlock(passphrase: string): Promise<Failure | null>;
  lock(): Promise<Failure | null>;
  change(passphrase: string, next: string): Promise<Failure | null>;
  /** Of a vault that is open the passphrase is needed once more. */
  acceptWeakKeychain(vaultPassphrase: string | null): Promise<Failure | null>;
  keepInMemory(vaultPassphrase: string | null): Promise<Failure | null>;
  dispose(): void;
}

export function createSecrets(engine: Engine): SecretsStore {
  const store = createStore<{ readonly state: SecretsState | null }>(() => ({ state: null }));
  const dispose = follow({
    open: () => engine.stream('secrets', {}),
    take: (state) => store.setState({ state }),
  });
  const done = async (answer: Promise<{ readonly kind: string }>): Promise<Failure | null> => {
    const given = await answer;
    return isFailure(given) ? given : null;
  };
  return {
    store,
    createVault: (passphrase, replace) =>
      done(callEngine(() => engine.call('createVault', { passphrase, replace }))),
    unlock: (passphrase) => done(callEngine(() => engine.call('unlockVault', { passphrase }))),
    lock: () => done(callEngine(() => engine.call('lockVault', {}))),
    change: (passphrase, next) =>
      done(callEngine(() => engine.call('changeVaultPassphrase', { passphrase, next }))),
    acceptWeakKeychain: (vaultPassphrase) =>
      done(callEngine(() => engine.call('acceptWeakKeychain', { vaultPassphrase }))),
    keepInMemory: (vaultPassphrase) =>
      done(callEngine(() => engine.call('keepSecretsInMemory', { vaultPassphrase }))),
    dispose,
  };
}

/** Nobody has decided yet how secrets are to be kept, so new ones stay in memory. */
export function isUndecided(state: SecretsState | null): boolean {
  return state?.kind === 'vault-none' || state?.kind === 'weak-keychain';
}
