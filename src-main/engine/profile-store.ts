import { join } from 'node:path';
import { z } from 'zod';
import { failed, type Failure } from '../contract/errors.ts';
import { Profile } from '../contract/model.ts';
import type { ProfileChange } from '../core/profiles/list.ts';
import { splitSecrets } from '../core/profiles/secrets.ts';
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

  /** Makes a change of the list and writes it; in memory it is made in any case. */
  async change(change: ProfileChange): Promise<Failure | null> {
    const next = change(this.list.value.profiles);
    if (next.length > MAX_PROFILES && next.length > this.list.value.profiles.length) {
      return failed('too-many-profiles', `There are already ${MAX_PROFILES} profiles.`, 'Remove some first.');
    }
    return this.#write([...next]);
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
  return { ...profile, options: splitSecrets(profile.options).options };
}
