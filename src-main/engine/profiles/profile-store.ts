import { join } from 'node:path';
import { z } from 'zod';
import { failed, type Failure } from '../../contract/base/errors.ts';
import { Profile } from '../../contract/model/model.ts';
import type { ProfileChange } from '../../core/profiles/list.ts';
import { joinSecrets, type Secrets } from '../../core/profiles/secrets.ts';
import { unknownFields, withUnknown } from '../../core/profiles/unknown-fields.ts';
import { Observable } from '../base/observable.ts';
import type { Format } from '../files/json-file.ts';
import { SharedDocument } from '../files/shared-document.ts';
import {
  hasLeft,
  onlyThose,
  splitStored,
  withoutUsernames,
  type Exposed,
  type KeptPaths,
} from './exposed-secrets.ts';

/** Bound of the list, so that a runaway import cannot fill the disk. */
const MAX_PROFILES = 10_000;

export interface ProfileList {
  /** Without their secrets. */
  readonly profiles: readonly Profile[];
  /** Those that stand in the file all the same. */
  readonly exposed: Exposed;
  readonly notice: Failure | null;
}

type Unknown = ReturnType<typeof unknownFields>;

/** What the file holds. */
interface Stored {
  readonly profiles: readonly Profile[];
  /** Fields of a later version, by profile; and beside the list. */
  readonly unknown: ReadonlyMap<string, Unknown>;
  readonly beside: Unknown;
  /** Secrets that stand in the file. Of what was just read, usernames that stand alone are still in the profiles. */
  readonly exposed: Exposed;
  /** Of a change: some of those are gone. */
  readonly left: boolean;
}

const Shape = z.looseObject({ profiles: z.array(z.unknown()) });

/** Version 1 was the bare list. */
export const PROFILES_FORMAT: Format<Stored> = {
  version: 2,
  empty: { profiles: [], unknown: new Map(), beside: null, exposed: new Map(), left: false },
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
      const { options, secrets } = splitStored(profile);
      profiles.set(profile.id, { ...profile, options });
      unknown.set(profile.id, unknownFields(entry, profile));
      if (Object.keys(secrets).length > 0) exposed.set(profile.id, secrets);
    }
    const beside = unknownFields(shape, { profiles: null });
    return { data: { profiles: [...profiles.values()], unknown, beside, exposed, left: false }, broken };
  },
  write: ({ profiles, unknown, beside, exposed }) => {
    const whole = profiles.map((one) => {
      const options = joinSecrets(one.options, exposed.get(one.id) ?? {});
      return withUnknown({ ...one, options }, unknown.get(one.id) ?? null);
    });
    return withUnknown({ profiles: whole }, beside);
  },
  mustVanish: (_, { left }) => left,
};

/** The saved profiles without their secrets. Several programs may change the file at a time. */
export class ProfileStore {
  readonly list = new Observable<ProfileList>({ profiles: [], exposed: new Map(), notice: null });
  readonly #document: SharedDocument<Stored>;
  readonly #keptOf: KeptPaths;

  constructor(dataDir: string, now: () => number, keptOf: KeptPaths) {
    this.#keptOf = keptOf;
    this.#document = new SharedDocument(
      'The profiles',
      join(dataDir, 'profiles.json'),
      PROFILES_FORMAT,
      now,
      (stored) => {
        const { profiles, exposed } = withoutUsernames(stored, keptOf);
        this.list.set({ profiles, exposed, notice: this.#document.problem });
      },
    );
  }

  async load(): Promise<void> {
    await this.#document.load();
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

  /**
   * Makes a change and writes it; in memory it is made in any case.
   *
   * @param expose which secrets stand in the file from then on, by what stood there; absent: the same
   */
  async change(
    change: ProfileChange,
    expose: (exposed: Exposed) => Exposed = (exposed) => exposed,
  ): Promise<Failure | null> {
    const full = this.whyFull(change);
    if (full !== null) return full;
    return this.#document.change((stored) => {
      const before = withoutUsernames(stored, this.#keptOf);
      const profiles = change(before.profiles);
      const ids = new Set(profiles.map(({ id }) => id));
      const exposed = onlyThose(expose(before.exposed), (profile) => ids.has(profile));
      return {
        ...before,
        profiles,
        exposed,
        left: hasLeft(before.exposed, exposed) || hidesName(before.profiles, profiles),
      };
    });
  }
}

/** A username that was none is a secret from now on. */
function hidesName(before: readonly Profile[], after: readonly Profile[]): boolean {
  const then = new Map(before.map((profile) => [profile.id, profile.options]));
  return after.some(({ id, options: { username, proxy } }) => {
    const was = then.get(id);
    const hidden = (old?: string | null, now?: string | null): boolean =>
      (old ?? '') !== '' && (now ?? '') === '';
    return hidden(was?.username, username) || hidden(was?.proxy?.username, proxy?.username);
  });
}
