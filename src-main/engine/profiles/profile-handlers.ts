import type { EngineHandlers } from '../../contract/api.ts';
import type { Failure } from '../../contract/base/errors.ts';
import type { profileCalls } from '../../contract/profiles/profiles.ts';
import { move, renameFolder, withFilters, withPinned } from '../../core/profiles/list.ts';
import type { AutoConnect } from './auto-connect.ts';
import { profileGone } from './profile-failures.ts';
import type { SavedProfiles } from './saved-profiles.ts';

export function profileHandlers(
  saved: SavedProfiles,
  autoConnect: AutoConnect,
): Pick<EngineHandlers, keyof typeof profileCalls> {
  const done = async (problem: Promise<Failure | null>): Promise<{ kind: 'done' } | Failure> =>
    (await problem) ?? { kind: 'done' };
  const { secrets } = saved;
  return {
    profiles: (_, signal) => saved.item.follow(signal),
    saveProfile: (request) => saved.save(request),
    duplicateProfile: ({ id }) => saved.duplicate(id),
    moveProfile: ({ id, before, folder }) => done(saved.change(move(id, before, folder))),
    saveFilters: ({ id, filters }) =>
      saved.find(id) === undefined ? profileGone() : done(saved.change(withFilters(id, filters))),
    savePinned: ({ id, ...pinned }) =>
      saved.find(id) === undefined ? profileGone() : done(saved.change(withPinned(id, pinned))),
    removeProfile: ({ id }) => done(saved.remove(id)),
    restoreProfile: ({ id }) => done(saved.restore(id)),
    renameFolder: ({ from, to }) => done(saved.change(renameFolder(from, to))),
    secrets: (_, signal) => autoConnect.state.follow(signal),
    createVault: ({ passphrase, replace }) => done(secrets.createVault(passphrase, replace)),
    unlockVault: ({ passphrase }) => done(secrets.unlockVault(passphrase)),
    lockVault: () => done(secrets.lockVault()),
    changeVaultPassphrase: ({ passphrase, next }) => done(secrets.changePassphrase(passphrase, next)),
    acceptWeakKeychain: ({ vaultPassphrase }) => done(secrets.acceptKeychain(vaultPassphrase ?? null)),
    keepSecretsInMemory: ({ vaultPassphrase }) => done(saved.keepInMemory(vaultPassphrase ?? null)),
  };
}
