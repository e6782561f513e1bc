import type { Destination } from '../../contract/profiles/destination.ts';
import type { Secrets } from '../../core/profiles/secrets.ts';
import type { Belonging } from './belonging.ts';
import type { SecretKeeper, Unsealed } from './secret-keeper.ts';
import {
  secretAt,
  type KeptFields,
  type KeptSecret,
  type Replaced,
  type SecretsFile,
} from './secrets-file.ts';

/** Secrets that were asked for, or why they cannot be had. */
export type ReadSecrets =
  | { readonly kind: 'secrets'; readonly secrets: Secrets }
  /** They are in the vault, which is locked. */
  | { readonly kind: 'locked' }
  | { readonly kind: 'missing'; readonly paths: readonly string[] };

/** What a profile holds afterwards. */
export interface SecretsChange {
  readonly profile: string;
  /** Where its secrets go; new ones are bound to it. */
  readonly for: Destination;
  /** New secrets by their path. */
  readonly set: Secrets;
  /** Paths of saved ones that stay, by the path they get. */
  readonly keep: Readonly<Record<string, string>>;
  /** The profile that has those; absent: the same. */
  readonly from?: string;
}

/** Secrets in memory, by their path. */
export type PlainSecrets = Readonly<Record<string, PlainSecret>>;

interface PlainSecret {
  readonly text: string;
  readonly for: Destination;
}

/** One secret of the file. */
interface Found {
  readonly profile: string;
  readonly path: string;
  readonly kept: KeptSecret;
}

/** One secret as it is to be kept. */
interface Place {
  readonly path: string;
  readonly kept: KeptSecret;
  readonly plain?: PlainSecret | undefined;
  readonly copied?: Copied;
}

/** What was sealed, and the profile it is bound to. */
interface Copied {
  readonly sealed: string;
  readonly from: string;
}

/** One secret that can be read, with all that is known of it. */
export interface Readable extends Unsealed {
  readonly profile: string;
  readonly path: string;
  readonly was: KeptSecret;
}

/** The secrets of profiles one by one, sealed or in memory, whatever seals them. */
export class KeptSecrets {
  readonly #keeper: SecretKeeper;
  readonly #file: () => SecretsFile;
  /** Not sealed; by profile and path. */
  readonly #plain = new Map<string, PlainSecret>();
  /** Tried, and not readable: what was sealed. */
  readonly #unreadable = new Set<string>();
  /**
   * Copied while the vault was locked, and so still bound to the profile they were copied from: what was sealed,
   * by the key of the copy. Of this process only: a file could say so of any.
   */
  readonly #copied = new Map<string, Copied>();

  constructor(keeper: SecretKeeper, file: () => SecretsFile) {
    this.#keeper = keeper;
    this.#file = file;
  }

  async unseal(profile: string, path: string, kept: KeptSecret): Promise<Unsealed | null> {
    if (kept.by === 'memory') {
      const plain = this.#plain.get(keyOf(profile, path));
      return plain === undefined ? null : { ...plain, stale: false };
    }
    if (this.#keeper.isLocked(kept)) return null;
    const copied = this.#copied.get(keyOf(profile, path));
    const owner = copied?.sealed === kept.sealed ? copied.from : profile;
    const read = await this.#keeper.unseal(kept, owner, path);
    if (read === null) this.#unreadable.add(kept.sealed);
    else this.#unreadable.delete(kept.sealed);
    return read === null || owner === profile ? read : { ...read, stale: true };
  }

  /** What is to stand in place of secrets that can be read; null: they stay as they are. */
  async replaceEach(
    replace: (read: Readable) => Promise<KeptSecret | null> | KeptSecret | null,
  ): Promise<Replaced[]> {
    const replaced: Replaced[] = [];
    for (const [profile, fields] of this.#file().entries) {
      for (const [path, was] of Object.entries(fields)) {
        const read = await this.unseal(profile, path, was);
        const is = read === null ? null : await replace({ ...read, profile, path, was });
        if (is !== null) replaced.push({ profile, path, was, is });
      }
    }
    return replaced;
  }

  /** What a profile's entry is after a change. */
  async change({ profile, for: to, set, keep, from = profile }: SecretsChange): Promise<KeptFields> {
    const places: Place[] = [];
    for (const [path, old] of Object.entries(keep)) {
      const kept = secretAt(this.#file(), from, old);
      if (kept !== undefined)
        places.push(await this.#moved({ profile: from, path: old, kept }, profile, path, to));
    }
    for (const [path, text] of Object.entries(set)) {
      const kept = await this.seal(text, { profile, path, for: to });
      places.push({ path, kept, plain: kept.by === 'memory' ? { text, for: to } : undefined });
    }
    this.forget(profile);
    for (const { path, plain, copied } of places) {
      if (plain !== undefined) this.#plain.set(keyOf(profile, path), plain);
      if (copied !== undefined) this.#copied.set(keyOf(profile, path), copied);
    }
    return Object.fromEntries(places.map(({ path, kept }) => [path, kept]));
  }

  /** Another place in its profile changes nothing; for another profile it is sealed anew, now or when it can be. */
  async #moved(from: Found, profile: string, path: string, to: Destination): Promise<Place> {
    const { kept } = from;
    const key = keyOf(from.profile, from.path);
    if (kept.by === 'memory') return { path, kept, plain: this.#plain.get(key) };
    const before = this.#copied.get(key);
    const owner = before?.sealed === kept.sealed ? before.from : from.profile;
    if (owner === profile) return { path, kept };
    const read = await this.unseal(from.profile, from.path, kept);
    const anew = read === null ? null : await this.seal(read.text, { profile, path, for: read.for ?? to });
    if (anew !== null && anew.by !== 'memory') return { path, kept: anew };
    return { path, kept, copied: { sealed: kept.sealed, from: owner } };
  }

  async seal(text: string, belonging: Belonging): Promise<KeptSecret> {
    return (await this.#keeper.seal(text, belonging)) ?? { by: 'memory' };
  }

  /** What a saved secret was entered for; null: there is none, or an earlier version sealed it. */
  boundTo(profile: string, path: string): Destination | null {
    const kept = secretAt(this.#file(), profile, path);
    if (kept === undefined) return null;
    if (kept.by === 'memory') return this.#plain.get(keyOf(profile, path))?.for ?? null;
    return kept.for ?? null;
  }

  isMissing(profile: string, path: string, kept: KeptSecret): boolean {
    if (this.#keeper.isLocked(kept)) return false;
    if (kept.by === 'memory') return !this.#plain.has(keyOf(profile, path));
    return this.#unreadable.has(kept.sealed) || this.#keeper.isForeign(kept);
  }

  /** Of each profile; those that are to be entered again; and those of them that were in memory only. */
  paths(): Record<'paths' | 'missing' | 'neverSealed', ReadonlyMap<string, readonly string[]>> {
    const paths = new Map<string, readonly string[]>();
    const missing = new Map<string, readonly string[]>();
    const neverSealed = new Map<string, readonly string[]>();
    for (const [profile, fields] of this.#file().entries) {
      const lost = Object.entries(fields).filter(([path, kept]) => this.isMissing(profile, path, kept));
      paths.set(profile, Object.keys(fields));
      const pathsOf = (some: typeof lost) => some.map(([path]) => path);
      const inMemory = lost.filter(([, { by }]) => by === 'memory');
      if (lost.length > 0) missing.set(profile, pathsOf(lost));
      if (inMemory.length > 0) neverSealed.set(profile, pathsOf(inMemory));
    }
    return { paths, missing, neverSealed };
  }

  plainOf(profile: string): PlainSecrets {
    const fields = Object.keys(this.#file().entries.get(profile) ?? {});
    const found = fields.flatMap((path): [string, PlainSecret][] => {
      const plain = this.#plain.get(keyOf(profile, path));
      return plain === undefined ? [] : [[path, plain]];
    });
    return Object.fromEntries(found);
  }

  setPlain(profile: string, secrets: PlainSecrets): void {
    for (const [path, plain] of Object.entries(secrets)) this.#plain.set(keyOf(profile, path), plain);
  }

  forget(profile: string): void {
    for (const path of Object.keys(this.#file().entries.get(profile) ?? {}))
      this.#plain.delete(keyOf(profile, path));
  }

  /** They are sealed by now; a newer one may have come into memory since. */
  forgetPlain(sealed: readonly Replaced[]): void {
    for (const { profile, path } of sealed) {
      if (secretAt(this.#file(), profile, path)?.by === 'memory') continue;
      this.#plain.delete(keyOf(profile, path));
      this.#copied.delete(keyOf(profile, path));
    }
  }
}

/** Neither ids nor paths hold line breaks. */
function keyOf(profile: string, path: string): string {
  return `${profile}\n${path}`;
}
