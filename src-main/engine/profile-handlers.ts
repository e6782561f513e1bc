import { randomUUID } from 'node:crypto';
import type { EngineHandlers } from '../contract/api.ts';
import { failed, type Failure } from '../contract/errors.ts';
import { Profile } from '../contract/model.ts';
import type { profileCalls } from '../contract/profiles.ts';
import {
  copyName,
  move,
  placeOf,
  put,
  putAfter,
  putBack,
  renameFolder,
  take,
  type ProfileChange,
} from '../core/profiles/list.ts';
import { Changing } from './changing.ts';
import type { EnginePorts } from './ports.ts';
import type { ProfileStore } from './profile-store.ts';

/** Removed profiles that can be brought back. */
const MAX_REMOVED = 100;

export function profileHandlers(
  store: ProfileStore,
  ports: EnginePorts,
): Pick<EngineHandlers, keyof typeof profileCalls> {
  const removed = new Map<string, ProfileChange>();
  const secrets = new Changing({ kind: 'memory' as const, note: ports.secretsNote, waiting: [] });
  const done = async (problem: Promise<Failure | null>): Promise<{ kind: 'done' } | Failure> =>
    (await problem) ?? { kind: 'done' };
  const onlyMemory = () =>
    failed('only-memory', 'Secrets are kept in memory until the program ends.', 'Enter them again then.');
  return {
    async *profiles(_, signal) {
      for await (const list of store.list.follow(signal)) yield { ...list, missingSecrets: {} };
    },
    saveProfile: async ({ id, options, ...marks }) => {
      const before = id === null ? undefined : store.find(id);
      const given = Object.entries(marks).filter(([, value]) => value !== undefined);
      const saved = id ?? randomUUID();
      const profile = Profile.parse({ ...before, ...Object.fromEntries(given), id: saved, options });
      return (await store.change(put(profile))) ?? { kind: 'saved', id: saved };
    },
    duplicateProfile: async ({ id }) => {
      const one = store.find(id);
      if (one === undefined) return gone();
      const names = store.list.value.profiles.map(({ options }) => options.name);
      const name = copyName(one.options.name, names);
      const copy = { ...one, id: randomUUID(), autoConnect: false, options: { ...one.options, name } };
      return (await store.change(putAfter(id, copy))) ?? { kind: 'saved', id: copy.id };
    },
    moveProfile: ({ id, before, folder }) => done(store.change(move(id, before, folder))),
    removeProfile: ({ id }) => {
      const { profiles } = store.list.value;
      const profile = store.find(id);
      if (profile !== undefined) {
        removed.delete(id);
        removed.set(id, putBack(profile, placeOf(profiles, id)));
        const [oldest] = removed.keys();
        if (removed.size > MAX_REMOVED && oldest !== undefined) removed.delete(oldest);
      }
      return done(store.change(take(id)));
    },
    restoreProfile: ({ id }) => {
      const back = removed.get(id);
      if (back === undefined) return gone();
      removed.delete(id);
      return done(store.change(back));
    },
    renameFolder: ({ from, to }) => done(store.change(renameFolder(from, to))),
    secrets: (_, signal) => secrets.follow(signal),
    createVault: onlyMemory,
    unlockVault: onlyMemory,
    lockVault: onlyMemory,
    changeVaultPassphrase: onlyMemory,
    acceptWeakKeychain: onlyMemory,
    keepSecretsInMemory: () => ({ kind: 'done' }),
  };
}

function gone(): Failure {
  return failed('no-such-profile', 'This profile is not there any more.', 'Look at the list again.');
}
