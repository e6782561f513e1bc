import { afterEach, expect, test, vi } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import { ConnectionOptions } from '../../../../../src-main/contract/model/model.ts';
import { createEngine } from '../../../../../src-renderer/state/engine/engine.ts';
import { createProfiles, isProduction } from '../../../../../src-renderer/state/connections/profiles.ts';
import { FakeEngine, FakeLink } from '../../../../support/engine/fake-engine.ts';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

const options = (name: string) =>
  ConnectionOptions.parse({ name, protocol: 'mqtt', host: `${name}.example`, port: 1883 });

async function withProfiles(...names: string[]) {
  const engine = new FakeEngine();
  const link = new FakeLink(engine);
  const profiles = createProfiles(createEngine(link));
  open.push(() => {
    profiles.dispose();
    link.close();
  });
  const ids: string[] = [];
  for (const name of names) {
    const answer = await profiles.save(null, options(name));
    if (answer.kind === 'saved') ids.push(answer.id);
  }
  const shown = () => profiles.store.getState().profiles.map(({ options: { name } }) => name);
  await vi.waitFor(() => expect(shown()).toEqual(names));
  return { engine, profiles, ids, shown };
}

test('a removed profile can be brought back to its place, once', async () => {
  const { profiles, ids, shown } = await withProfiles('a', 'b', 'c');
  expect(await profiles.remove(ids[1] ?? '')).toBeNull();
  await vi.waitFor(() => expect(shown()).toEqual(['a', 'c']));
  expect(profiles.store.getState().removed).toEqual({ id: ids[1], name: 'b' });
  expect(await profiles.restoreRemoved()).toBeNull();
  await vi.waitFor(() => expect(shown()).toEqual(['a', 'b', 'c']));
  expect(profiles.store.getState().removed).toBeNull();
  expect(await profiles.restoreRemoved()).toBeNull();
  expect(shown()).toEqual(['a', 'b', 'c']);
});

test('one that is brought back twice at once is asked for once, and what is removed meanwhile can be as well', async () => {
  const { profiles, ids, shown } = await withProfiles('a', 'b');
  await profiles.remove(ids[0] ?? '');
  const twice = [profiles.restoreRemoved(), profiles.restoreRemoved()];
  const removing = profiles.remove(ids[1] ?? '');
  expect(await Promise.all([...twice, removing])).toEqual([null, null, null]);
  expect(profiles.store.getState().removed?.id).toBe(ids[1]);
  expect(await profiles.restoreRemoved()).toBeNull();
  await vi.waitFor(() => expect(shown()).toEqual(['a', 'b']));
});

test('one that could not be brought back can be tried again, but not over one removed since', async () => {
  const { engine, profiles, ids } = await withProfiles('a', 'b');
  await profiles.remove(ids[0] ?? '');
  Object.assign(engine.handlers, { restoreProfile: () => failed('disk-full', 'The disk is full.', '') });
  expect((await profiles.restoreRemoved())?.code).toBe('disk-full');
  expect(profiles.store.getState().removed?.id).toBe(ids[0]);
  const restoring = profiles.restoreRemoved();
  await profiles.remove(ids[1] ?? '');
  await restoring;
  expect(profiles.store.getState().removed?.id).toBe(ids[1]);
});

test('marks that are not given stay; red is production', async () => {
  const { profiles, ids } = await withProfiles('a');
  const id = ids[0] ?? '';
  await profiles.save(id, options('a'), { folder: 'x/y', colour: 'red', autoConnect: true });
  await profiles.save(id, { ...options('a'), keepAlive: 5 });
  await vi.waitFor(() =>
    expect(profiles.find(id)).toMatchObject({
      folder: 'x/y',
      colour: 'red',
      autoConnect: true,
      options: { keepAlive: 5 },
    }),
  );
  expect(isProduction(profiles.store.getState(), id)).toBe(true);
  expect(isProduction(profiles.store.getState(), null)).toBe(false);
  expect(isProduction(profiles.store.getState(), 'no such')).toBe(false);
});

test('profiles are moved, copied, and leave a folder that is renamed', async () => {
  const { profiles, ids, shown } = await withProfiles('a', 'b', 'c');
  await profiles.move(ids[2] ?? '', { before: ids[0] ?? '', folder: 'lab' });
  await vi.waitFor(() => expect(shown()).toEqual(['c', 'a', 'b']));
  expect(profiles.find(ids[2] ?? '')?.folder).toBe('lab');
  expect(await profiles.renameFolder('lab', 'plant/lab')).toBeNull();
  await vi.waitFor(() => expect(profiles.find(ids[2] ?? '')?.folder).toBe('plant/lab'));
  expect((await profiles.duplicate(ids[0] ?? '')).kind).toBe('saved');
  await vi.waitFor(() => expect(shown()).toHaveLength(4));
});
