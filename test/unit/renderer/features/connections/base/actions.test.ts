import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import { ConnectionId, ConnectionOptions, Profile } from '../../../../../../src-main/contract/model/model.ts';
import {
  connectProfile,
  duplicateProfile,
  railEntries,
  removeProfile,
  reportOf,
  saveAndConnect,
  startDemo,
} from '../../../../../../src-renderer/features/connections/base/actions.ts';
import type { AppState } from '../../../../../../src-renderer/state/app/app-state.ts';
import type { FakeEngine } from '../../../../../support/engine/fake-engine.ts';
import { onlineState } from '../../../../../support/engine/fake-engine.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { fakeApp } from '../../../../../support/window/fake-app.ts';

const options = (name: string) =>
  ConnectionOptions.parse({ name, protocol: 'mqtt', host: `${name}.example`, port: 1883 });
const profile = (id: string, more: Partial<Profile> = {}) =>
  Profile.parse({ id, options: options(id), ...more });
const problem = failed('no', 'It was not allowed.', 'Ask somebody.');

let engine: FakeEngine;
let app: AppState;

beforeEach(async () => {
  ({ engine, app } = fakeApp());
  engine.profiles.set([profile('a'), profile('b')]);
  await expect.poll(() => app.profiles.store.getState().profiles.length).toBe(2);
  await expect.poll(() => app.connections.store.getState().loaded).toBe(true);
});
afterEach(teardown);

const shell = () => app.shell.store.getState();
const selection = () => app.connections.store.getState().selection;
async function listed(count: number) {
  await expect.poll(() => app.connections.store.getState().connections.length).toBe(count);
}
/** The engine answers a call otherwise from now on. */
const answering = (name: string, answer: () => unknown) => Object.assign(engine.handlers, { [name]: answer });

describe('connecting with a profile', () => {
  test('opens it, and selects what was opened', async () => {
    app.shell.report(problem);
    expect(await connectProfile(app, 'a')).toBe(true);
    await listed(1);
    expect([selection(), shell().problem]).toEqual([
      { kind: 'connection', id: engine.connections.value[0]?.id },
      null,
    ]);
  });

  test('opens it once, however often its button is pressed before the list knows of it', async () => {
    expect(
      await Promise.all([connectProfile(app, 'a'), connectProfile(app, 'a'), connectProfile(app, 'b')]),
    ).toEqual([true, true, true]);
    await connectProfile(app, 'a');
    await listed(2);
    expect(engine.connections.value.map(({ profileId }) => profileId)).toEqual(['a', 'b']);
  });

  test('opens it again after it was closed, and tries again after it was refused', async () => {
    await connectProfile(app, 'a');
    await listed(1);
    const [first] = app.connections.store.getState().connections;
    if (first !== undefined) await app.connections.close(first.id);
    await listed(0);
    answering('openConnection', () => problem);
    expect(await connectProfile(app, 'a')).toBe(false);
    expect(shell().problem).toEqual(problem);
    answering('openConnection', () => ({ kind: 'opened', id: engine.add({ profileId: 'a' }).id }));
    expect(await connectProfile(app, 'a')).toBe(true);
    await listed(1);
    expect(shell().problem).toBeNull();
  });

  test('that is open is looked at, and connected where it is off', async () => {
    const open = engine.add({ profileId: 'a', state: { kind: 'stopped', since: 1, why: null } });
    await listed(1);
    expect(await connectProfile(app, 'a')).toBe(true);
    expect([engine.asked, selection()]).toEqual([['connect'], { kind: 'connection', id: open.id }]);
    engine.change(open.id, { state: onlineState() });
    await expect.poll(() => app.connections.store.getState().connections[0]?.state.kind).toBe('online');
    await connectProfile(app, 'a');
    expect(engine.asked).toEqual(['connect']);
  });

  test('that no longer exists says so', async () => {
    expect(await connectProfile(app, 'gone')).toBe(false);
    expect(shell().problem?.code).toBe('no-such-profile');
  });

  test.each(['secret-missing', 'secret-elsewhere'])(
    'without what it needs (%s) opens its form beside the reason',
    async (code) => {
      answering('openConnection', () => failed(code, 'Its password is not here.', 'Enter it.'));
      expect(await connectProfile(app, 'a')).toBe(false);
      expect([shell().problem?.code, shell().dialog]).toEqual([
        code,
        { kind: 'editor', profileId: 'a', prefill: null },
      ]);
    },
  );

  test('behind a locked vault asks for its passphrase, and goes on once it is open', async () => {
    answering('openConnection', () => failed('secrets-locked', 'The vault is locked.', ''));
    expect(await connectProfile(app, 'a')).toBe(false);
    const { over } = shell();
    expect([over?.kind, shell().problem]).toEqual(['secrets', null]);
    answering('openConnection', () => ({ kind: 'opened', id: engine.add({ profileId: 'a' }).id }));
    if (over?.kind === 'secrets') over.after?.();
    await listed(1);
  });
});

describe('saving and connecting', () => {
  test('saves a new profile, opens it, and replaces what is open of it', async () => {
    const first = await saveAndConnect(app, null, options('new'), { folder: 'Oslo' });
    expect(first.opened).toBe(true);
    await listed(1);
    const [before] = app.connections.store.getState().connections;
    const again = await saveAndConnect(app, first.profileId, options('other'));
    expect(again).toEqual(first);
    await expect
      .poll(() =>
        app.connections.store.getState().connections.map(({ id, name }) => [id === before?.id, name]),
      )
      .toEqual([[false, 'other']]);
    expect(engine.profiles.value.find(({ id }) => id === first.profileId)).toMatchObject({
      folder: 'Oslo',
      options: { name: 'other' },
    });
  });

  test('connects also where it cannot be saved, and says why', async () => {
    answering('saveProfile', () => problem);
    expect(await saveAndConnect(app, null, options('new'))).toEqual({ opened: true, profileId: null });
    expect(shell().problem).toEqual(problem);
  });

  test('keeps what is open where the new one is refused', async () => {
    const before = engine.add({ profileId: 'a' });
    await listed(1);
    answering('openConnection', () => problem);
    expect(await saveAndConnect(app, 'a', options('a2'))).toEqual({ opened: false, profileId: 'a' });
    expect([engine.connections.value.map(({ id }) => id), shell().problem]).toEqual([[before.id], problem]);
  });

  test('behind a locked vault is done once it is open, and closes what asked for it then', async () => {
    answering('openConnection', () => failed('secrets-locked', 'The vault is locked.', ''));
    let closed = 0;
    await saveAndConnect(app, 'a', options('a'), {}, () => closed++);
    expect(closed).toBe(0);
    answering('openConnection', () => ({ kind: 'opened', id: engine.add({ profileId: 'a' }).id }));
    const { over } = shell();
    if (over?.kind === 'secrets') over.after?.();
    await listed(1);
    expect(closed).toBe(1);
  });
});

describe('what is done with a saved profile', () => {
  test('one that was removed is selected no more, and another one stays selected', async () => {
    app.connections.select({ kind: 'profile', id: 'a' });
    await removeProfile(app, 'b');
    expect(selection()).toEqual({ kind: 'profile', id: 'a' });
    await removeProfile(app, 'a');
    expect([selection(), engine.profiles.value.length]).toEqual([null, 0]);
  });

  test('one that could not be removed stays selected', async () => {
    app.connections.select({ kind: 'profile', id: 'a' });
    answering('removeProfile', () => problem);
    await removeProfile(app, 'a');
    expect([selection(), shell().problem]).toEqual([{ kind: 'profile', id: 'a' }, problem]);
  });

  test('a copy is selected, and one that cannot be made says why', async () => {
    await duplicateProfile(app, 'a');
    const copy = engine.profiles.value[1];
    expect(selection()).toEqual({ kind: 'profile', id: copy?.id });
    await duplicateProfile(app, 'gone');
    expect(shell().problem?.code).toBe('no-such-profile');
    expect(selection()).toEqual({ kind: 'profile', id: copy?.id });
  });

  test('a failure is reported until something goes well', async () => {
    expect(await reportOf(app, Promise.resolve(problem))).toBe(false);
    expect(shell().problem).toEqual(problem);
    expect(await reportOf(app, Promise.resolve(null))).toBe(true);
    expect(shell().problem).toBeNull();
  });

  test('the demo that does not start says why', async () => {
    answering('startDemo', () => problem);
    await startDemo(app);
    expect(shell().problem).toEqual(problem);
  });
});

test('Numbers mean the open connections, then the profiles that are not open, as they are listed.', async () => {
  engine.profiles.set([profile('z', { folder: 'B' }), profile('a'), profile('y', { folder: 'A' })]);
  await expect.poll(() => app.profiles.store.getState().profiles.length).toBe(3);
  const open = engine.add({ profileId: 'a', name: 'Open a' });
  engine.add({ id: ConnectionId.parse('other'), name: 'Other' });
  await listed(2);
  expect(railEntries(app).map(({ name, selection: { id } }) => [name, id])).toEqual([
    ['Open a', open.id],
    ['Other', 'other'],
    ['y', 'y'],
    ['z', 'z'],
  ]);
});
