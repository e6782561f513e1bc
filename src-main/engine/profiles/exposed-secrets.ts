import { failed, type Failure } from '../../contract/base/errors.ts';
import type { Profile } from '../../contract/model/model.ts';
import type { SecretsState } from '../../contract/profiles/profiles.ts';
import { BESIDE, splitSecrets, type Secrets } from '../../core/profiles/secrets.ts';
import { formatCounted, plural } from '../../core/text/amounts.ts';

/**
 * Secrets that stand in the file of profiles in plain, by profile: of an earlier version, which did not know that
 * they are some, or written there by somebody. They stay until something seals them, so that none is lost.
 */
export type Exposed = ReadonlyMap<string, Secrets>;

/** Paths of the secrets that are kept of a profile, sealed or in memory. */
export type KeptPaths = (profile: string) => readonly string[];

interface WithExposed {
  readonly profiles: readonly Profile[];
  readonly exposed: Exposed;
}

/** All but usernames: whether one stands alone is only seen beside the passwords that are kept elsewhere. */
export function splitStored({ options }: Profile): ReturnType<typeof splitSecrets> {
  return splitSecrets(options, (path) => !BESIDE.has(path));
}

/** With the usernames that stand alone taken out as well. */
export function withoutUsernames<T extends WithExposed>(stored: T, keptOf: KeptPaths): T {
  const exposed = new Map(stored.exposed);
  const profiles = stored.profiles.map((profile) => {
    const { username, proxy } = profile.options;
    if (username === null && (proxy?.username ?? null) === null) return profile;
    const kept = keptOf(profile.id);
    const beside = exposed.get(profile.id) ?? {};
    const { options, secrets } = splitSecrets(profile.options, (path) => {
      const password = BESIDE.get(path);
      // What is kept once more is a copy of it.
      if (password === undefined || kept.includes(path)) return true;
      return !kept.includes(password) && !Object.hasOwn(beside, password);
    });
    if (Object.keys(secrets).length === 0) return profile;
    exposed.set(profile.id, { ...beside, ...secrets });
    return { ...profile, options };
  });
  return exposed.size === 0 ? stored : { ...stored, profiles, exposed };
}

/** Those that are still right after a profile was saved: what was entered anew is not kept. */
export function movedWith(secrets: Secrets, keep: Readonly<Record<string, string>>): Secrets {
  const moved = Object.entries(keep).flatMap(([path, old]): [string, string][] => {
    const value = Object.hasOwn(secrets, old) ? secrets[old] : undefined;
    return value === undefined ? [] : [[path, value]];
  });
  return Object.fromEntries(moved);
}

/** Without those that need not stand in the file any more, and without profiles that have none. */
export function onlyThose(exposed: Exposed, stays: (profile: string, path: string) => boolean): Exposed {
  const left = [...exposed].flatMap(([profile, secrets]): [string, Secrets][] => {
    const those = Object.entries(secrets).filter(([path]) => stays(profile, path));
    return those.length === 0 ? [] : [[profile, Object.fromEntries(those)]];
  });
  return new Map(left);
}

/** Something that was in plain is not, or not as it was. */
export function hasLeft(before: Exposed, after: Exposed): boolean {
  return [...before].some(([profile, secrets]) =>
    Object.entries(secrets).some(([path, value]) => after.get(profile)?.[path] !== value),
  );
}

const ADVICE: Readonly<Record<SecretsState['kind'], string>> = {
  keychain: 'The keychain refused them. Enter them again in their profiles.',
  'vault-open': 'Enter them again in their profiles.',
  'vault-locked': 'Unlock the vault: they go into it then.',
  'vault-none': 'Create a vault: they go into it then. Or enter again what is no secret, and mark it so.',
  'weak-keychain': 'Decide how secrets are kept. Or enter again what is no secret, and mark it so.',
  memory: 'Create a vault: they go into it then. Or enter again what is no secret, and mark it so.',
};

/** Null: none stands in plain. */
export function exposedNotice(exposed: Exposed, kind: SecretsState['kind']): Failure | null {
  const count = [...exposed.values()].reduce((sum, secrets) => sum + Object.keys(secrets).length, 0);
  if (count === 0) return null;
  const what = formatCounted(count, 'value that may be a secret', 'values that may be secrets');
  return failed('secrets-in-plain', `${what} ${plural(count, 'is', 'are')} saved in plain.`, ADVICE[kind]);
}
