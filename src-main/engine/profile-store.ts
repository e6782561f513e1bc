import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { failed, type Failure } from '../contract/errors.ts';
import { Profile, type ConnectionOptions } from '../contract/model.ts';
import { Changing } from './changing.ts';
import { JsonFile } from './json-file.ts';

const VERSION = 1;
/** Bound of the list, so that a runaway import cannot fill the disk. */
const MAX_PROFILES = 10_000;

export interface ProfileList {
  readonly profiles: Profile[];
  readonly notice: Failure | null;
}

/**
 * The saved profiles. Passwords, passphrases and keys given as text stay in memory: they are not
 * written until a keychain or a vault is there to hold them.
 */
export class ProfileStore {
  readonly list = new Changing<ProfileList>({ profiles: [], notice: null });
  readonly #file: JsonFile<Profile[]>;
  /** Writing would overwrite what could not be read. */
  #readable = true;

  constructor(dataDir: string) {
    this.#file = new JsonFile(join(dataDir, 'profiles.json'), VERSION, z.array(Profile));
  }

  async load(now: number): Promise<void> {
    const { data, problem } = await this.#file.load([], now);
    this.#readable = problem?.code !== 'file-unreadable';
    this.list.set({ profiles: data, notice: problem });
  }

  find(id: string): Profile | undefined {
    return this.list.value.profiles.find((profile) => profile.id === id);
  }

  async save(
    id: string | null,
    options: ConnectionOptions,
  ): Promise<{ kind: 'saved'; id: string } | Failure> {
    const { profiles } = this.list.value;
    const profile = Profile.parse({ id: id ?? randomUUID(), options });
    const at = profiles.findIndex((other) => other.id === profile.id);
    if (at < 0 && profiles.length >= MAX_PROFILES) {
      return failed('too-many-profiles', `There are already ${MAX_PROFILES} profiles.`, 'Remove some first.');
    }
    const next = at < 0 ? [...profiles, profile] : profiles.with(at, profile);
    return (await this.#write(next)) ?? { kind: 'saved', id: profile.id };
  }

  async remove(id: string): Promise<{ kind: 'done' } | Failure> {
    const next = this.list.value.profiles.filter((profile) => profile.id !== id);
    return (await this.#write(next)) ?? { kind: 'done' };
  }

  async #write(profiles: Profile[]): Promise<Failure | null> {
    this.list.set({ ...this.list.value, profiles });
    if (!this.#readable) return this.list.value.notice;
    try {
      await this.#file.save(profiles.map(withoutSecrets));
      return null;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
      return failed(
        'not-saved',
        `The profiles could not be written (${code}); they are kept until the program ends.`,
        'Check that the data folder exists, is writable and that the disk is not full.',
      );
    }
  }
}

function withoutSecrets(profile: Profile): Profile {
  const { tls } = profile.options;
  const keyText = tls.key?.includes('PRIVATE KEY') ?? false;
  return {
    ...profile,
    options: {
      ...profile.options,
      password: null,
      tls: { ...tls, passphrase: null, key: keyText ? null : tls.key },
    },
  };
}
