import { isDeepStrictEqual } from 'node:util';
import type { StreamSignal } from '../../contract/base/define.ts';
import type { Failure } from '../../contract/base/errors.ts';
import type { ConnectionOptions, Profile } from '../../contract/model/model.ts';
import { splitSecrets } from '../../core/profiles/secrets.ts';
import type { SavedProfiles } from '../profiles/saved-profiles.ts';
import type { LiveConnection } from './live-connection.ts';

/** Time for an orderly end before a connection starts over, ms. */
const END_MS = 1_500;

type Saved = Pick<SavedProfiles, 'item' | 'open'>;
type Live = Pick<LiveConnection, 'summary' | 'options' | 'noteProfile' | 'restartWith'>;

/** Null: it runs with what is saved, as far as that is known. */
type Applied = { readonly kind: 'restarted' } | Failure | null;

/**
 * Keeps open connections and their saved profiles together: says which ones run with something else than what
 * is saved, and has them connect with what is saved when the user asks for it, never by itself.
 */
export class ProfileChanges {
  readonly #saved: Saved;
  readonly #live: () => Iterable<Live>;
  /** The profile that a connection was compared with last; saving makes a new object. */
  readonly #compared = new WeakMap<Live, Profile>();
  /** Connections that are asked to connect right now. */
  readonly #applying = new WeakMap<Live, Promise<Applied>>();

  constructor(saved: Saved, live: () => Iterable<Live>) {
    this.#saved = saved;
    this.#live = live;
  }

  /** Compares whenever a profile was saved, by whomever, until the signal ends. */
  async follow(signal: StreamSignal): Promise<void> {
    for await (const _ of this.#saved.item.follow(signal)) {
      await Promise.all([...this.#live()].map((live) => this.compare(live)));
    }
  }

  /** Marks the connection. A secret that cannot be read now is left out, and compared again by `apply`. */
  async compare(live: Live): Promise<void> {
    const profile = this.#profileOf(live);
    if (profile === undefined) {
      const { name, profileChanged } = live.summary.value;
      // It was removed: there is nothing else to connect with.
      if (profileChanged) live.noteProfile(name, false);
      this.#compared.delete(live);
      return;
    }
    if (this.#compared.get(live) === profile) return;
    const saved = await this.#saved.open(profile.id);
    // Saved once more meanwhile: that is compared by itself.
    if (this.#profileOf(live) !== profile) return;
    const isWhole = !('kind' in saved);
    if (isWhole) this.#compared.set(live, profile);
    const same = isWhole
      ? isSameConnection(saved, live.options)
      : isSameConnection(splitSecrets(profile.options).options, splitSecrets(live.options).options);
    live.noteProfile(profile.options.name, !same);
  }

  /** To be called when the user asks to connect: starts the connection over where its saved profile differs. */
  apply(live: Live): Promise<Applied> {
    const running = this.#applying.get(live);
    if (running !== undefined) return running;
    const applying = this.#apply(live).finally(() => this.#applying.delete(live));
    this.#applying.set(live, applying);
    return applying;
  }

  async #apply(live: Live): Promise<Applied> {
    const profile = this.#profileOf(live);
    if (profile === undefined) return null;
    const isCompared = this.#compared.get(live) === profile;
    if (isCompared && !live.summary.value.profileChanged) return null;
    const saved = await this.#saved.open(profile.id);
    if ('kind' in saved) return saved;
    this.#compared.set(live, profile);
    if (isSameConnection(saved, live.options)) return null;
    await live.restartWith(saved, END_MS);
    return { kind: 'restarted' };
  }

  #profileOf(live: Live): Profile | undefined {
    const { profileId } = live.summary.value;
    if (profileId === null) return undefined;
    return this.#saved.item.value.profiles.find(({ id }) => id === profileId);
  }
}

/** Its name is no part of how a broker is reached; it is shown as saved at once. */
function isSameConnection(a: ConnectionOptions, b: ConnectionOptions): boolean {
  return isDeepStrictEqual({ ...a, name: '' }, { ...b, name: '' });
}
