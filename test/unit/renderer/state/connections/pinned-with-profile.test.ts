import { describe, expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { failed, type Failure } from '../../../../../src-main/contract/base/errors.ts';
import type { Profile } from '../../../../../src-main/contract/model/model.ts';
import { PinnedWithProfile } from '../../../../../src-renderer/state/connections/pinned-with-profile.ts';

type Item = { readonly key: string; readonly path: null };
const item = (key: string): Item => ({ key, path: null });
const HOME = { profileId: 'p1', address: 'lab:1883' };
const WITHOUT = { profileId: null, address: 'lab:1883' };

/** Profiles that the test sets, and a window that remembers. */
function opened(window: Record<string, readonly Item[]> = {}) {
  const store = createStore<{ profiles: readonly Partial<Profile>[] }>(() => ({ profiles: [] }));
  const saves: { readonly items: readonly Item[]; readonly answer: (problem: Failure | null) => void }[] = [];
  const problems: string[] = [];
  const make = () =>
    new PinnedWithProfile<Item>({
      profiles: {
        store,
        find: (id: string | null) => store.getState().profiles.find((one) => one.id === id) ?? null,
      } as never,
      window: {
        read: ({ profileId, address }) => window[profileId ?? address] ?? [],
        write: ({ profileId, address }, items) => void (window[profileId ?? address] = items),
      },
      of: ({ watched }) => watched as readonly Item[] | undefined,
      save: (_id, items) =>
        new Promise((resolve) => {
          saves.push({ items, answer: resolve });
        }),
      report: ({ code }) => problems.push(code),
    });
  const emit = (watched: readonly Item[] | undefined) =>
    store.setState({ profiles: [{ id: 'p1', ...(watched && { watched: [...watched] as never }) }] });
  return { make, emit, saves, problems, window };
}

const settled = async () => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
};

describe('what is pinned of a connection with a profile', () => {
  test('is what the profile has, and follows what other windows do', () => {
    const { make, emit } = opened({ p1: [item('old')] });
    emit([item('a')]);
    const reported: (readonly Item[])[] = [];
    expect(make().open(HOME, (items) => reported.push(items))).toEqual([item('a')]);
    emit([item('a')]);
    expect(reported).toEqual([]);
    emit([item('a'), item('b')]);
    emit([]);
    expect(reported).toEqual([[item('a'), item('b')], []]);
  });

  test('waits for the profiles where they are not there yet', () => {
    const { make, emit } = opened();
    const reported: (readonly Item[])[] = [];
    expect(make().open(HOME, (items) => reported.push(items))).toEqual([]);
    emit([item('a')]);
    expect(reported).toEqual([[item('a')]]);
  });

  test('is saved with it, and is not overtaken by what was before', async () => {
    const { make, emit, saves } = opened();
    emit([]);
    const reported: (readonly Item[])[] = [];
    const pinned = make();
    pinned.open(HOME, (items) => reported.push(items));
    pinned.set([item('a')]);
    pinned.set([item('a'), item('b')]);
    expect(saves.map(({ items }) => items.length)).toEqual([1, 2]);
    saves[0]?.answer(null);
    emit([item('a')]);
    await settled();
    expect(reported).toEqual([]);
    saves[1]?.answer(null);
    await settled();
    emit([item('a'), item('b')]);
    expect(reported).toEqual([]);
    emit([item('c')]);
    expect(reported).toEqual([[item('c')]]);
  });

  test('takes over what this window kept before, once', async () => {
    const { make, emit, saves, window } = opened({ p1: [item('old')] });
    emit(undefined);
    expect(make().open(HOME, () => undefined)).toEqual([item('old')]);
    expect(saves.map(({ items }) => items)).toEqual([[item('old')]]);
    expect(window['p1']).toEqual([item('old')]);
    saves[0]?.answer(null);
    await settled();
    expect(window['p1']).toEqual([]);
    emit([item('old')]);
    make().open(HOME, () => undefined);
    expect(saves).toHaveLength(1);
  });

  test('stays in this window where it could not be taken over, which is said', async () => {
    const { make, emit, saves, window, problems } = opened({ p1: [item('old')] });
    emit(undefined);
    make().open(HOME, () => undefined);
    saves[0]?.answer(failed('profile-gone', 'The profile is gone.', ''));
    await settled();
    expect([window['p1'], problems]).toEqual([[item('old')], ['profile-gone']]);
  });

  test('is nobody’s once another connection is looked at', () => {
    const { make, emit } = opened({ 'lab:1883': [item('x')] });
    emit([item('a')]);
    const reported: (readonly Item[])[] = [];
    const pinned = make();
    pinned.open(HOME, (items) => reported.push(items));
    expect(pinned.open(WITHOUT, () => undefined)).toEqual([item('x')]);
    emit([item('b')]);
    expect(reported).toEqual([]);
    pinned.close();
    pinned.set([item('y')]);
    expect(pinned.open(WITHOUT, () => undefined)).toEqual([item('x')]);
  });
});

test('without a profile it is kept by this window', () => {
  const { make, saves, window } = opened();
  const pinned = make();
  expect(pinned.open(WITHOUT, () => undefined)).toEqual([]);
  pinned.set([item('a')]);
  expect([window['lab:1883'], saves]).toEqual([[item('a')], []]);
});
