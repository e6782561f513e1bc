import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Failure } from '../../src-main/contract/errors.ts';
import type { ConnectionOptions, Profile } from '../../src-main/contract/model.ts';
import { attempt, isFailure } from './attempt.ts';
import type { Engine } from './engine.ts';
import { follow } from './follow.ts';

/** Where a profile stands in the list, beside what it connects with. */
export type ProfileMarks = Pick<Profile, 'folder' | 'colour' | 'autoConnect'>;

export interface ProfilesState {
  readonly loaded: boolean;
  readonly profiles: readonly Profile[];
  /** What the engine has to say about the stored profiles, e.g. a file it could not read. */
  readonly notice: Failure | null;
}

export interface ProfilesStore {
  readonly store: StoreApi<ProfilesState>;
  /** `id` null: a new profile. Marks that are left out stay as they are. */
  save(
    id: string | null,
    options: ConnectionOptions,
    marks?: Partial<ProfileMarks>,
  ): Promise<{ kind: 'saved'; id: string } | Failure>;
  /** Null when it is gone. */
  remove(id: string): Promise<Failure | null>;
  find(id: string | null): Profile | null;
  dispose(): void;
}

export function createProfiles(engine: Engine): ProfilesStore {
  const store = createStore<ProfilesState>(() => ({ loaded: false, profiles: [], notice: null }));
  const dispose = follow({
    open: () => engine.stream('profiles', {}),
    take: ({ profiles, notice }) => store.setState({ loaded: true, profiles, notice }),
  });
  return {
    store,
    save: (id, options, marks = {}) => attempt(() => engine.call('saveProfile', { id, options, ...marks })),
    async remove(id) {
      const answer = await attempt(() => engine.call('removeProfile', { id }));
      return isFailure(answer) ? answer : null;
    },
    find: (id) => store.getState().profiles.find((profile) => profile.id === id) ?? null,
    dispose,
  };
}
