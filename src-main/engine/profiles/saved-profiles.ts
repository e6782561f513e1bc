import { randomUUID } from 'node:crypto';
import { domainToASCII } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import type { Failure } from '../../contract/base/errors.ts';
import { Profile, type ConnectionOptions } from '../../contract/model/model.ts';
import {
  destinationOf,
  differenceOf,
  isSameDestination,
  type Destination,
} from '../../contract/profiles/destination.ts';
import {
  isBrokenMark,
  keptPath,
  keptSecret,
  type BoundSecrets,
  type ProfilesItem,
} from '../../contract/profiles/profiles.ts';
import { checkEndpoint } from '../../core/profiles/endpoint.ts';
import {
  copyName,
  placeOf,
  put,
  putAfter,
  putBack,
  take,
  type Place,
  type ProfileChange,
} from '../../core/profiles/list.ts';
import { isSameField, joinSecrets, splitSecrets, type Secrets } from '../../core/profiles/secrets.ts';
import { Observable } from '../base/observable.ts';
import type { Cost } from '../secrets/passphrase-box.ts';
import { exposedNotice, hasLeft, movedWith, onlyThose, type Exposed } from './exposed-secrets.ts';
import { changedMeanwhile, forElsewhere, locked, profileGone, unreadable } from './profile-failures.ts';
import { ProfileStore } from './profile-store.ts';
import type { KeptWithProfile } from '../../core/profiles/draft.ts';
import type { SecretsChange } from '../secrets/kept-secrets.ts';
import { SecretStore, type SecretPorts, type TakenSecrets } from '../secrets/secret-store.ts';

/** Removed profiles that can be brought back. */
const MAX_REMOVED = 100;

/** Beside the options; what is absent or undefined stays as it was. */
export interface ProfileMarks {
  readonly folder?: string | undefined;
  readonly colour?: Profile['colour'] | undefined;
  readonly autoConnect?: boolean | undefined;
}

/** What is to be saved. Secrets are in the options in plain, or as marks of those that stay. */
export interface SaveRequest extends ProfileMarks, KeptWithProfile {
  /** Null: a new profile. */
  readonly id: string | null;
  readonly options: ConnectionOptions;
}

interface Removed {
  readonly profile: Profile;
  readonly place: Place;
  readonly secrets: TakenSecrets | null;
  /** Those that stood in the file. */
  readonly exposed: Secrets | undefined;
}

/** The saved profiles with their secrets, which are kept apart from them. */
export class SavedProfiles {
  /** For windows: with marks in place of secrets. */
  readonly item: Observable<ProfilesItem>;
  readonly secrets: SecretStore;
  readonly #store: ProfileStore;
  readonly #removed = new Map<string, Removed>();
  /** With marks, made for windows; the list is long, and most of it stays as it is. */
  readonly #shown = new WeakMap<Profile, { readonly paths: readonly string[]; readonly profile: Profile }>();
  readonly #following = new AbortController();

  constructor(ports: SecretPorts, vaultCost?: Cost) {
    const now = (): number => ports.clock.now();
    this.#store = new ProfileStore(ports.dataDir, now, (id) => this.#pathsOf(id));
    const destination = (id: string): Destination | null => {
      const profile = this.find(id);
      return profile === undefined ? null : destinationOf(profile.options);
    };
    this.secrets = new SecretStore(ports, destination, vaultCost);
    this.item = new Observable<ProfilesItem>({
      profiles: [],
      notice: null,
      missingSecrets: {},
      neverSealed: {},
      boundSecrets: {},
    });
  }

  async load(): Promise<void> {
    // Whether a username stands alone is seen by the secrets that are kept.
    await this.secrets.load();
    await this.#store.load();
    await this.#takeIn(this.#store.list.value.exposed);
    await this.#cleanse();
    this.#publish();
    void this.#follow(this.#store.list);
    void this.#follow(this.secrets.news);
    // Nobody has to wait for it; a keychain may ask the user first.
    void this.secrets.verify();
  }

  close(): void {
    this.#following.abort();
    this.#store.close();
    this.secrets.close();
  }

  /** Without secrets, and without marks. */
  get profiles(): readonly Profile[] {
    return this.#store.list.value.profiles;
  }

  find(id: string): Profile | undefined {
    return this.#store.find(id);
  }

  /** What cannot be written is saved in memory, and the notice says so: asking again would make a second one. */
  async save(request: SaveRequest): Promise<{ kind: 'saved'; id: string } | Failure> {
    const saved = await this.saveAll([request]);
    return 'kind' in saved ? saved : { kind: 'saved', id: saved[0] ?? '' };
  }

  /** All of them or, if one cannot be saved, none. The ids are in the order of the requests. */
  async saveAll(requests: readonly SaveRequest[]): Promise<readonly string[] | Failure> {
    const profiles: Profile[] = [];
    const changes: SecretsChange[] = [];
    for (const { id: given, options: asked, ...marks } of requests) {
      const id = given ?? randomUUID();
      const checked = checkEndpoint(asked, domainToASCII);
      if ('kind' in checked) return checked;
      const { options, secrets } = splitSecrets(checked);
      const change = this.#secretsOf(id, options, secrets);
      if ('kind' in change) return change;
      const set = Object.entries(marks).filter(([, value]) => value !== undefined);
      profiles.push(Profile.parse({ ...this.find(id), ...Object.fromEntries(set), id, options }));
      changes.push(change);
    }
    const add: ProfileChange = (list) => profiles.reduce((next, profile) => put(profile)(next), list);
    const full = this.#store.whyFull(add);
    if (full !== null) return full;
    await this.#write(
      () => this.secrets.putAll(changes),
      add,
      (exposed) =>
        new Map([
          ...exposed,
          ...changes.map(
            ({ profile, keep }) => [profile, movedWith(exposed.get(profile) ?? {}, keep)] as const,
          ),
        ]),
    );
    return profiles.map(({ id }) => id);
  }

  async duplicate(id: string): Promise<{ kind: 'saved'; id: string } | Failure> {
    const original = this.find(id);
    if (original === undefined) return profileGone();
    const { options } = original;
    const names = this.profiles.map((profile) => profile.options.name);
    const name = copyName(options.name, names);
    const copy = { ...original, id: randomUUID(), autoConnect: false, options: { ...options, name } };
    const keep = Object.fromEntries(this.#pathsOf(id).map((path) => [path, path]));
    const add = putAfter(id, copy);
    const full = this.#store.whyFull(add);
    if (full !== null) return full;
    const change = { profile: copy.id, for: destinationOf(options), set: {}, keep, from: id };
    await this.#write(
      () => this.secrets.putAll([change]),
      add,
      (exposed) => withExposed(exposed, copy.id, exposed.get(id)),
    );
    return { kind: 'saved', id: copy.id };
  }

  change(change: ProfileChange): Promise<Failure | null> {
    return this.#store.change(change);
  }

  /** As `SecretStore.keepInMemory`; what still stands in the file in plain leaves it, too. */
  async keepInMemory(passphrase: string | null): Promise<Failure | null> {
    const wasLocked = this.secrets.news.value.kind === 'vault-locked';
    const problem = await this.secrets.keepInMemory(passphrase);
    if (problem !== null || wasLocked) return problem;
    return this.#store.change(
      (profiles) => profiles,
      () => new Map(),
    );
  }

  async remove(id: string): Promise<Failure | null> {
    const profile = this.find(id);
    if (profile === undefined) return null;
    const place = placeOf(this.profiles, id);
    const exposed = this.#store.list.value.exposed.get(id);
    const problem = await this.#store.change(take(id));
    const secrets = await this.secrets.take(id);
    this.#removed.delete(id);
    this.#removed.set(id, { profile, place, secrets, exposed });
    const [oldest] = this.#removed.keys();
    if (this.#removed.size > MAX_REMOVED && oldest !== undefined) this.#removed.delete(oldest);
    return problem;
  }

  async restore(id: string): Promise<Failure | null> {
    const removed = this.#removed.get(id);
    if (removed === undefined) return profileGone();
    this.#removed.delete(id);
    const { profile, place, secrets, exposed } = removed;
    const restore = (): Promise<Failure | null> =>
      secrets === null ? Promise.resolve(null) : this.secrets.restore(id, secrets);
    return this.#write(restore, putBack(profile, place), (now) => withExposed(now, id, exposed));
  }

  /**
   * Options as a connection needs them: with the saved secrets of a profile in place of their marks. Options
   * without marks come back as they are. A mark is refused in another field than its own, and with a destination
   * other than the one that the secret was entered for.
   */
  async resolve(options: ConnectionOptions, profileId: string | null): Promise<ConnectionOptions | Failure> {
    const wanted = new Map<string, string>();
    for (const [path, value] of Object.entries(splitSecrets(options).secrets)) {
      const kept = keptPath(value);
      if (kept !== null) wanted.set(path, kept);
      else if (isBrokenMark(value)) return changedMeanwhile(path);
    }
    if (wanted.size === 0) return options;
    const kept = [...wanted.values()];
    const there = new Set(profileId === null ? [] : this.#pathsOf(profileId));
    const gone = kept.filter((path) => !there.has(path));
    if (profileId === null || gone.length > 0) return unreadable(gone);
    for (const [path, of] of wanted) {
      const elsewhere = this.#whyElsewhere(profileId, path, of, destinationOf(options));
      if (elsewhere !== null) return elsewhere;
    }
    const read = await this.secrets.read(profileId, kept);
    if (read.kind === 'locked') return locked(kept);
    if (read.kind === 'missing') return unreadable(read.paths);
    const values = [...wanted].map(([path, of]) => [path, read.secrets[of] ?? '']);
    return joinSecrets(options, Object.fromEntries(values) as Secrets);
  }

  /** A profile with all its secrets, e.g. to connect or to export it with them. */
  async open(id: string): Promise<ConnectionOptions | Failure> {
    const profile = this.find(id);
    return profile === undefined ? profileGone() : this.resolve(this.#marked(profile).options, id);
  }

  /** Secrets first: one that nobody asks for does no harm. Both are done in memory, whatever the disk says. */
  async #write(
    secrets: () => Promise<Failure | null>,
    change: ProfileChange,
    expose: (exposed: Exposed) => Exposed,
  ): Promise<Failure | null> {
    const unsaved = await secrets();
    return (await this.#store.change(change, expose)) ?? unsaved;
  }

  #secretsOf(profile: string, options: ConnectionOptions, secrets: Secrets): SecretsChange | Failure {
    const to = destinationOf(options);
    const set: Record<string, string> = {};
    const keep: Record<string, string> = {};
    const there = new Set(this.#pathsOf(profile));
    for (const [path, value] of Object.entries(secrets)) {
      const kept = keptPath(value);
      if (kept === null && isBrokenMark(value)) return changedMeanwhile(path);
      if (kept === null) set[path] = value;
      else if (!there.has(kept)) return unreadable([kept]);
      else {
        const elsewhere = this.#whyElsewhere(profile, path, kept, to);
        // What goes elsewhere already is kept as it is: it is refused where it would be used.
        if (elsewhere !== null && !this.#goesTo(profile, to)) return elsewhere;
        if (!isSameField(path, kept)) return unreadable([kept]);
        keep[path] = kept;
      }
    }
    return { profile, for: to, set, keep };
  }

  /** Null: the secret may be used there. */
  #whyElsewhere(profile: string, path: string, kept: string, to: Destination): Failure | null {
    if (!isSameField(path, kept)) return unreadable([kept]);
    const bound = this.#boundTo(profile, kept);
    return bound === null || isSameDestination(bound, to)
      ? null
      : forElsewhere(kept, differenceOf(bound, to));
  }

  #goesTo(profile: string, to: Destination): boolean {
    const saved = this.find(profile);
    return saved !== undefined && isSameDestination(destinationOf(saved.options), to);
  }

  /** Those that an earlier version saved are for the destination that the profile has. */
  #boundTo(profile: string, path: string): Destination | null {
    const saved = this.find(profile);
    return this.secrets.boundTo(profile, path) ?? (saved === undefined ? null : destinationOf(saved.options));
  }

  #pathsOf(profile: string): readonly string[] {
    return this.secrets.news.value.paths.get(profile) ?? [];
  }

  #marked(profile: Profile): Profile {
    const paths = this.#pathsOf(profile.id);
    if (paths.length === 0) return profile;
    const before = this.#shown.get(profile);
    if (before?.paths.join() === paths.join()) return before.profile;
    const marks = Object.fromEntries(paths.map((path) => [path, keptSecret(path)]));
    const marked = { ...profile, options: joinSecrets(profile.options, marks) };
    this.#shown.set(profile, { paths, profile: marked });
    return marked;
  }

  async #follow(value: Observable<unknown>): Promise<void> {
    for await (const _ of value.follow(this.#following.signal)) {
      this.#publish();
      await this.#cleanse();
    }
  }

  #publish(): void {
    const { profiles, exposed, notice } = this.#store.list.value;
    const { kind, missing, neverSealed, problem } = this.secrets.news.value;
    const inPlain = exposedNotice(exposed, kind);
    const ofProfiles = (all: typeof missing): Record<string, string[]> =>
      Object.fromEntries(
        profiles.flatMap(({ id }): [string, string[]][] => {
          const paths = all.get(id);
          return paths === undefined ? [] : [[id, [...paths]]];
        }),
      );
    const bound = profiles.flatMap((profile): [string, BoundSecrets][] => {
      const elsewhere = this.#elsewhere(profile);
      return elsewhere === null ? [] : [[profile.id, elsewhere]];
    });
    const next: ProfilesItem = {
      profiles: profiles.map((profile) => this.#marked(profile)),
      notice: notice ?? problem ?? inPlain,
      missingSecrets: ofProfiles(missing),
      neverSealed: ofProfiles(neverSealed),
      boundSecrets: Object.fromEntries(bound),
    };
    if (!isSame(next, this.item.value)) this.item.set(next);
  }

  /** Secrets that were entered for another destination than the profile has by now; null: none. */
  #elsewhere({ id, options }: Profile): BoundSecrets | null {
    const now = destinationOf(options);
    const paths = this.#pathsOf(id).filter((path) => {
      const bound = this.secrets.boundTo(id, path);
      return bound !== null && !isSameDestination(bound, now);
    });
    const saved = paths[0] === undefined ? null : this.secrets.boundTo(id, paths[0]);
    return saved === null ? null : { paths, difference: differenceOf(saved, now) };
  }

  /** What stands in the file in plain is used, and sealed as soon as something can seal it. */
  async #takeIn(exposed: Exposed): Promise<void> {
    await this.secrets.putAll(
      [...exposed].flatMap(([profile, set]) => {
        const options = this.find(profile)?.options;
        if (options === undefined) return [];
        const keep = this.#pathsOf(profile).filter((path) => !Object.hasOwn(set, path));
        const kept = Object.fromEntries(keep.map((path) => [path, path]));
        return [{ profile, for: destinationOf(options), set, keep: kept }];
      }),
    );
  }

  /** Takes out of the file what is sealed by now. */
  async #cleanse(): Promise<void> {
    const stays = (profile: string, path: string): boolean => !this.secrets.isSealed(profile, path);
    const { exposed } = this.#store.list.value;
    if (!hasLeft(exposed, onlyThose(exposed, stays))) return;
    await this.#store.change(
      (profiles) => profiles,
      (now) => onlyThose(now, stays),
    );
  }
}

function withExposed(exposed: Exposed, profile: string, secrets: Secrets | undefined): Exposed {
  return secrets === undefined ? exposed : new Map([...exposed, [profile, secrets]]);
}

/** So that a window is not sent a thousand profiles for nothing. */
function isSame(a: ProfilesItem, b: ProfilesItem): boolean {
  return (
    isDeepStrictEqual(a.notice, b.notice) &&
    a.profiles.length === b.profiles.length &&
    a.profiles.every((profile, at) => profile === b.profiles[at]) &&
    JSON.stringify(a.missingSecrets) === JSON.stringify(b.missingSecrets) &&
    JSON.stringify(a.neverSealed) === JSON.stringify(b.neverSealed) &&
    JSON.stringify(a.boundSecrets) === JSON.stringify(b.boundSecrets)
  );
}
