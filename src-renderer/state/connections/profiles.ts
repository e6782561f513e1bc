import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Failure } from '../../../src-main/contract/base/errors.ts';
import type { ConnectionOptions, Profile } from '../../../src-main/contract/model/model.ts';
import type { SavedFilter } from '../../../src-main/contract/model/filters.ts';
import type { ProfilesItem } from '../../../src-main/contract/profiles/profiles.ts';
import { callEngine, isFailure } from '../engine/call-engine.ts';
import type { Engine } from '../engine/engine.ts';
import { follow } from '../engine/follow.ts';

/** Where a profile stands in the list, beside what it connects with. */
export type ProfileMarks = Pick<Profile, 'folder' | 'colour' | 'autoConnect'>;

/** Where a profile goes to. */
export interface ProfilePlace {
  readonly before: string | null;
  readonly folder: string;
}

export interface ProfilesState {
  readonly loaded: boolean;
  readonly profiles: readonly Profile[];
  /** What the engine has to say about the stored profiles, e.g. a file it could not read. */
  readonly notice: Failure | null;
  /** By profile: the fields of secrets that are to be entered again. */
  readonly missingSecrets: Readonly<Record<string, readonly string[]>>;
  /** By profile: those of them that were in memory only. */
  readonly neverSealed: Readonly<Record<string, readonly string[]>>;
  /** By profile: saved secrets that were entered for another destination than it has by now. */
  readonly boundSecrets: ProfilesItem['boundSecrets'];
  /** The profile that was removed last, while that can be undone. */
  readonly removed: { readonly id: string; readonly name: string } | null;
  /** The profile that was duplicated last, and its copy, until the list has taken note of it. */
  readonly copied: { readonly of: string; readonly id: string } | null;
}

export interface ProfilesStore {
  readonly store: StoreApi<ProfilesState>;
  /** `id` null: a new profile. Marks that are left out stay as they are. */
  save(
    id: string | null,
    options: ConnectionOptions,
    marks?: Partial<ProfileMarks>,
  ): Promise<{ kind: 'saved'; id: string } | Failure>;
  /** Null when it is gone; it can be undone by `restoreRemoved`. */
  remove(id: string): Promise<Failure | null>;
  restoreRemoved(): Promise<Failure | null>;
  /** Nothing is offered to be undone any more. */
  forgetRemoved(): void;
  duplicate(id: string): Promise<{ kind: 'saved'; id: string } | Failure>;
  /** The list has taken note of the copy. */
  forgetCopied(): void;
  /** Into a folder and before another profile; null: to the end of the list. */
  move(id: string, to: ProfilePlace): Promise<Failure | null>;
  /** With the folders in it; `to` empty: what is in it goes to the top. */
  renameFolder(from: string, to: string): Promise<Failure | null>;
  /** Of its topics, all of them. */
  saveFilters(id: string, filters: SavedFilter[]): Promise<Failure | null>;
  /** What is watched, and the pinned charts; what is absent stays as it was. */
  savePinned(id: string, pinned: Pick<Profile, 'watched' | 'charts'>): Promise<Failure | null>;
  find(id: string | null): Profile | null;
  dispose(): void;
}

/** Red: what changes something on the broker asks once more. */
export function isProduction({ profiles }: ProfilesState, id: string | null): boolean {
  return id !== null && profiles.find((profile) => profile.id === id)?.colour === 'red';
}

export function createProfiles(engine: Engine): ProfilesStore {
  const store = createStore<ProfilesState>(() => ({
    loaded: false,
    profiles: [],
    notice: null,
    missingSecrets: {},
    neverSealed: {},
    boundSecrets: {},
    removed: null,
    copied: null,
  }));
  const dispose = follow({
    open: () => engine.stream('profiles', {}),
    take: (item) => store.setState({ loaded: true, ...item }),
  });
  const find = (id: string | null) => store.getState().profiles.find((profile) => profile.id === id) ?? null;
  const ask = async (question: () => Promise<{ readonly kind: string }>): Promise<Failure | null> => {
    const answer = await callEngine(question);
    return isFailure(answer) ? answer : null;
  };
  return {
    store,
    save: (id, options, marks = {}) =>
      callEngine(() => engine.call('saveProfile', { id, options, ...marks })),
    saveFilters: (id, filters) => ask(() => engine.call('saveFilters', { id, filters })),
    savePinned: (id, pinned) => ask(() => engine.call('savePinned', { id, ...pinned })),
    async remove(id) {
      const name = find(id)?.options.name ?? '';
      const failure = await ask(() => engine.call('removeProfile', { id }));
      if (failure === null) store.setState({ removed: { id, name } });
      return failure;
    },
    async restoreRemoved() {
      const { removed } = store.getState();
      if (removed === null) return null;
      // At once, so that it is asked for once; and another may be removed before the answer is here.
      store.setState({ removed: null });
      const failure = await ask(() => engine.call('restoreProfile', { id: removed.id }));
      if (failure !== null) store.setState((state) => ({ removed: state.removed ?? removed }));
      return failure;
    },
    forgetRemoved: () => store.setState({ removed: null }),
    async duplicate(id) {
      const answer = await callEngine(() => engine.call('duplicateProfile', { id }));
      if (!isFailure(answer)) store.setState({ copied: { of: id, id: answer.id } });
      return answer;
    },
    forgetCopied: () => store.setState({ copied: null }),
    move: (id, { before, folder }) => ask(() => engine.call('moveProfile', { id, before, folder })),
    renameFolder: (from, to) => ask(() => engine.call('renameFolder', { from, to })),
    find,
    dispose,
  };
}
