import { join } from 'node:path';
import { z } from 'zod';
import { failed, type Failure } from '../../contract/base/errors.ts';
import { Profile } from '../../contract/model/model.ts';
import type { ProfileChange } from '../../core/profiles/list.ts';
import { splitSecrets, type Secrets } from '../../core/profiles/secrets.ts';
import { unknownFields, withUnknown } from '../../core/profiles/unknown-fields.ts';
import { Observable } from '../base/observable.ts';
import type { Format } from '../files/json-file.ts';
import { SharedDocument } from '../files/shared-document.ts';

/** Bound of the list, so that a runaway import cannot fill the disk. */
const MAX_PROFILES = 10_000;

export interface ProfileList {
  /** Without their secrets. */
  readonly profiles: readonly Profile[];
  readonly notice: Failure | null;
}

type Unknown = ReturnType<typeof unknownFields>;

/** What the file holds. */
interface Stored {
  readonly profiles: readonly Profile[];
  /** Fields of a later version, by profile; and beside the list. */
  readonly unknown: ReadonlyMap<string, Unknown>;
  readonly beside: Unknown;
  /** Secrets that somebody wrote into the file; they do not stay there. */
  readonly exposed: ReadonlyMap<string, Secrets>;
}

const Shape = z.looseObject({ profiles: z.array(z.unknown()) });

/** Version 1 was the bare list. */
export const PROFILES_FORMAT: Format<Stored> = {
  version: 2,
  empty: { profiles: [], unknown: new Map(), beside: null, exposed: new Map() },
  read(data, version) {
    const shape = Shape.parse(version < 2 ? { profiles: data } : data);
    const profiles = new Map<string, Profile>();
    const unknown = new Map<string, Unknown>();
    const exposed = new Map<string, Secrets>();
    const broken: unknown[] = [];
    for (const entry of shape.profiles) {
      const { success, data: profile } = Profile.safeParse(entry);
      if (!success || profiles.has(profile.id)) {
        broken.push(entry);
        continue;
      }
      const { options, secrets } = splitSecrets(profile.options);
      profiles.set(profile.id, { ...profile, options });
      unknown.set(profile.id, unknownFields(entry, profile));
      if (Object.keys(secrets).length > 0) exposed.set(profile.id, secrets);
    }
    const beside = unknownFields(shape, { profiles: null });
    return { data: { profiles: [...profiles.values()], unknown, beside, exposed }, broken };
  },
  write: ({ profiles, unknown, beside }) =>
    withUnknown({ profiles: profiles.map((one) => withUnknown(one, unknown.get(one.id) ?? null)) }, beside),
  mustVanish: ({ exposed }) => exposed.size > 0,
};

/** The saved profiles without their secrets. Several programs may change the file at a time. */
export class ProfileStore {
  readonly list = new Observable<ProfileList>({ profiles: [], notice: null });
  readonly #document: SharedDocument<Stored>;

  constructor(dataDir: string, now: () => number) {
    this.#document = new SharedDocument(
      'The profiles',
      join(dataDir, 'profiles.json'),
      PROFILES_FORMAT,
      now,
      ({ profiles }) => this.list.set({ profiles, notice: this.#document.problem }),
    );
  }

  /** Secrets that stood in the file in plain, by profile: they are gone from it with the next `write`. */
  async load(): Promise<ReadonlyMap<string, Secrets>> {
    return (await this.#document.load()).exposed;
  }

  close(): void {
    this.#document.close();
  }

  find(id: string): Profile | undefined {
    return this.list.value.profiles.find((profile) => profile.id === id);
  }

  /** Null: a change may be made. */
  whyFull(change: ProfileChange): Failure | null {
    const { profiles } = this.list.value;
    const { length } = change(profiles);
    if (length <= MAX_PROFILES || length <= profiles.length) return null;
    return failed(
      'too-many-profiles',
      `More than ${MAX_PROFILES} profiles do not fit.`,
      'Remove some first.',
    );
  }

  /** Makes a change and writes it; in memory it is made in any case. */
  async change(change: ProfileChange): Promise<Failure | null> {
    const full = this.whyFull(change);
    if (full !== null) return full;
    return this.#document.change((stored) => ({
      ...stored,
      profiles: change(stored.profiles),
      exposed: new Map(),
    }));
  }

  /** Writes the file again without the secrets that stood in it. */
  cleanse(): Promise<Failure | null> {
    return this.change((profiles) => profiles);
  }
}
