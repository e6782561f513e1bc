import type { Profile } from '../../../src-main/contract/model/model.ts';
import type { Failure } from '../../../src-main/contract/base/errors.ts';
import type { ProfilesStore } from './profiles.ts';

/** A connection, as far as it says where things of it are kept. */
export interface PinnedHome {
  readonly profileId: string | null;
  /** Of the broker. */
  readonly address: string;
}

/** Where what is pinned was kept before profiles had it, and is kept where there is no profile. */
export interface WindowPlace<T> {
  read(home: PinnedHome): readonly T[];
  write(home: PinnedHome, items: readonly T[]): void;
}

export interface PinnedPorts<T> {
  readonly profiles: Pick<ProfilesStore, 'store' | 'find'>;
  readonly window: WindowPlace<T>;
  /** Of a profile; undefined: it never had any, not even none. */
  readonly of: (profile: Profile) => readonly T[] | undefined;
  readonly save: (id: string, items: readonly T[]) => Promise<Failure | null>;
  readonly report: (problem: Failure) => void;
}

/**
 * What a person pinned of a connection: kept with its profile, so that every window and every start has it,
 * or by this window where there is no profile. What this window kept before profiles did moves there when
 * it is first looked at.
 */
export class PinnedWithProfile<T> {
  readonly #o: PinnedPorts<T>;
  #home: PinnedHome | null = null;
  #items: readonly T[] = [];
  #stop: () => void = () => undefined;
  /** Changes of ours that the engine has not taken yet: what it sends meanwhile is older. */
  #saving = 0;

  constructor(ports: PinnedPorts<T>) {
    this.#o = ports;
  }

  /** What is pinned there now, and later whenever another window changed it. */
  open(home: PinnedHome, changed: (items: readonly T[]) => void): readonly T[] {
    this.close();
    this.#home = home;
    this.#items = [];
    if (home.profileId === null) return (this.#items = this.#o.window.read(home));
    this.#look(home);
    this.#stop = this.#o.profiles.store.subscribe(() => {
      const before = this.#items;
      this.#look(home);
      if (this.#items !== before) changed(this.#items);
    });
    return this.#items;
  }

  set(items: readonly T[]): void {
    const home = this.#home;
    if (home === null) return;
    this.#items = items;
    if (home.profileId === null) this.#o.window.write(home, items);
    else void this.#save(home.profileId, items);
  }

  close(): void {
    this.#stop();
    this.#stop = () => undefined;
    this.#home = null;
  }

  #look(home: PinnedHome): void {
    const profile = this.#o.profiles.find(home.profileId);
    if (profile === null || this.#saving > 0) return;
    const kept = this.#o.of(profile);
    if (kept !== undefined) {
      if (JSON.stringify(kept) !== JSON.stringify(this.#items)) this.#items = kept;
      return;
    }
    const before = this.#o.window.read(home);
    if (before.length === 0 || this.#items.length > 0) return;
    this.#items = before;
    void this.#move(home, profile.id, before);
  }

  async #move(home: PinnedHome, id: string, items: readonly T[]): Promise<void> {
    if (await this.#save(id, items)) this.#o.window.write(home, []);
  }

  async #save(id: string, items: readonly T[]): Promise<boolean> {
    this.#saving++;
    const problem = await this.#o.save(id, items);
    this.#saving--;
    if (problem !== null) this.#o.report(problem);
    return problem === null;
  }
}
