import * as z from '../base/zod.ts';
import { call, stream } from '../base/define.ts';
import { Failure } from '../base/errors.ts';
import { ConnectionOptions, Profile } from '../model/model.ts';
import { SavedFilters } from '../model/filters.ts';
import { MAX_PASSPHRASE } from './passphrase.ts';

/** Saved profiles, and how their secrets are kept. */

const nothing = z.object({});
const done = z.object({ kind: z.literal('done') });
const saved = z.object({ kind: z.literal('saved'), id: z.string() });
const ProfileId = z.string().min(1).max(64);
const id = z.object({ id: ProfileId });

/**
 * A saved secret never crosses to a window. In its place stands a mark with the path of its field, e.g.
 * `tls.key`. A mark that comes back, by `saveProfile` with the profile's id or with a `profileId`, means
 * the secret as it was saved; null or other text replaces it. It begins and ends with private use characters, so
 * that it cannot be typed by chance.
 */
const MARK_BEGIN = '\uE000kept:';
const MARK_END = '\uE001';

export function keptSecret(path: string): string {
  return `${MARK_BEGIN}${path}${MARK_END}`;
}

/** The value of a field stands for a saved secret: say so instead of showing it. */
export function isKeptSecret(value: string | null): boolean {
  return keptPath(value) !== null;
}

/** Path of the secret that a mark stands for; null where it is no whole mark. */
export function keptPath(value: string | null): string | null {
  if (value === null || !value.startsWith(MARK_BEGIN) || !value.endsWith(MARK_END)) return null;
  const path = value.slice(MARK_BEGIN.length, -MARK_END.length);
  return path.includes(MARK_END) ? null : path;
}

/** The user typed into a mark: it is neither the saved secret nor a new one. */
export function isBrokenMark(value: string): boolean {
  return (value.includes(MARK_BEGIN) || value.includes(MARK_END)) && !isKeptSecret(value);
}

/** Saved secrets that were entered for another destination than the profile has, and are not used there. */
export const BoundSecrets = z.object({
  paths: z.array(z.string()),
  /** The end of a sentence: `for mqtts://a:8883, not for mqtts://b:8883`. */
  difference: z.string(),
});
export type BoundSecrets = z.infer<typeof BoundSecrets>;

export const ProfilesItem = z.object({
  /** With marks in place of secrets. */
  profiles: z.array(Profile),
  notice: Failure.nullable(),
  /**
   * By profile: paths of saved secrets that cannot be read any more and are to be entered again. What
   * waits for the vault is not among them.
   */
  missingSecrets: z.record(z.string(), z.array(z.string())),
  /** Those of them that were in memory only, by profile: nothing of them was saved. */
  neverSealed: z.record(z.string(), z.array(z.string())),
  /** By profile. */
  boundSecrets: z.record(z.string(), BoundSecrets),
});
export type ProfilesItem = z.infer<typeof ProfilesItem>;

export const SecretsState = z.object({
  /**
   * `weak-keychain`: the system has none that protects, and asks by `acceptWeakKeychain`, `createVault` or
   * `keepSecretsInMemory`; `vault-none` asks by the latter two. Until then, as while the vault is locked,
   * new secrets stay in memory.
   */
  kind: z.enum(['keychain', 'weak-keychain', 'vault-none', 'vault-locked', 'vault-open', 'memory']),
  /** How secrets are kept just now, in a sentence for the user. */
  note: z.string(),
  /** Profiles whose auto-connect waits for the vault to be opened. */
  waiting: z.array(z.string()),
});
export type SecretsState = z.infer<typeof SecretsState>;

/** Characters; longer ones are no passphrases. */
const Passphrase = z.string().max(MAX_PASSPHRASE);
/** Taking secrets out of a vault that is open needs its passphrase once more, else `passphrase-needed`. */
export const VaultPassphrase = Passphrase.nullable().default(null);

export const profileCalls = {
  profiles: stream(nothing, ProfilesItem),
  /** What is absent stays as it was. What could not be written is saved in memory, as `notice` then says. */
  saveProfile: call(
    z.object({
      id: ProfileId.nullable(),
      options: ConnectionOptions,
      folder: Profile.shape.folder.unwrap().optional(),
      colour: Profile.shape.colour.unwrap().optional(),
      autoConnect: z.boolean().optional(),
    }),
    z.union([saved, Failure]),
  ),
  /** Right after the original, with its secrets, without auto-connect. */
  duplicateProfile: call(id, z.union([saved, Failure])),
  /** To a folder and before another profile of the list; null: to its end. */
  moveProfile: call(
    z.object({ id: ProfileId, before: ProfileId.nullable(), folder: Profile.shape.folder.unwrap() }),
    z.union([done, Failure]),
  ),
  /** All of them, in their order. */
  saveFilters: call(z.object({ id: ProfileId, filters: SavedFilters }), z.union([done, Failure])),
  /** What is watched, and the pinned charts; what is absent stays as it was. */
  savePinned: call(
    z.object({ id: ProfileId, watched: Profile.shape.watched, charts: Profile.shape.charts }),
    z.union([done, Failure]),
  ),
  removeProfile: call(id, z.union([done, Failure])),
  /** Undoes `removeProfile`: place and secrets as they were. The last 100 are kept until the program ends. */
  restoreProfile: call(id, z.union([done, Failure])),
  /** With the folders in it. `to` may exist already; empty: to the top, which removes the folder. */
  renameFolder: call(
    z.object({ from: Profile.shape.folder.unwrap().min(1), to: Profile.shape.folder.unwrap() }),
    z.union([done, Failure]),
  ),

  secrets: stream(nothing, SecretsState),
  /** `replace`: the passphrase of the old vault was forgotten; its secrets are deleted. */
  createVault: call(
    z.object({ passphrase: Passphrase, replace: z.boolean().default(false) }),
    z.union([done, Failure]),
  ),
  unlockVault: call(z.object({ passphrase: Passphrase }), z.union([done, Failure])),
  /** Forgets the key; open connections go on. */
  lockVault: call(nothing, z.union([done, Failure])),
  changeVaultPassphrase: call(
    z.object({ passphrase: Passphrase, next: Passphrase }),
    z.union([done, Failure]),
  ),
  /**
   * The user has accepted that any program can read the secrets. Also moves them into the system's keychain
   * from memory or from an unlocked vault.
   */
  acceptWeakKeychain: call(z.object({ vaultPassphrase: VaultPassphrase }), z.union([done, Failure])),
  /** What is saved is read once more and then removed from the disk; of a locked vault it stays there. */
  keepSecretsInMemory: call(z.object({ vaultPassphrase: VaultPassphrase }), z.union([done, Failure])),
} as const;
