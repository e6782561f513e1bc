import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import {
  ConnectionOptions,
  Profile,
  type ConnectionState,
} from '../../../../../../src-main/contract/model/model.ts';
import {
  connectionItems,
  folderItems,
  profileItems,
} from '../../../../../../src-renderer/features/connections/base/connection-menu.ts';
import type { AppState } from '../../../../../../src-renderer/state/app/app-state.ts';
import type { MenuAction, MenuItem } from '../../../../../../src-renderer/ui/controls/menu.tsx';
import type { FakeEngine } from '../../../../../support/engine/fake-engine.ts';
import { onlineState } from '../../../../../support/engine/fake-engine.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { fakeApp } from '../../../../../support/window/fake-app.ts';

const profile = (id: string, more: object = {}, options: object = {}) =>
  Profile.parse({
    id,
    options: ConnectionOptions.parse({ name: id, protocol: 'mqtt', host: 'h', port: 1883, ...options }),
    ...more,
  });

let engine: FakeEngine;
let app: AppState;

beforeEach(() => {
  ({ engine, app } = fakeApp());
});
afterEach(teardown);

async function saved(...profiles: Profile[]) {
  engine.profiles.set(profiles);
  await expect.poll(() => app.profiles.store.getState().profiles.length).toBe(profiles.length);
}
const ids = (items: readonly MenuItem[]) => items.map(({ id }) => id);
const actions = (items: readonly MenuItem[]): readonly MenuAction[] =>
  items.flatMap((item) =>
    'items' in item ? actions(item.items as readonly MenuItem[]) : [item as MenuAction],
  );
const action = (items: readonly MenuItem[], id: string) => actions(items).find((one) => one.id === id);
const why = failed('refused', 'It was refused.', '');

describe('the menu of an open connection', () => {
  const menu = (state: ConnectionState, profileId: string | null = null) =>
    ids(connectionItems(app, engine.add({ state, profileId })));

  test('offers what its state allows, and to close it always', () => {
    const stopped = menu({ kind: 'stopped', since: 1, why });
    expect(stopped).toEqual(['connect', 'subscriptions', 'close']);
    expect(menu({ kind: 'waiting', attempt: 2, retryAt: 9, why })).toEqual([
      'retry',
      'disconnect',
      'subscriptions',
      'close',
    ]);
    expect(menu(onlineState())).toEqual(['disconnect', 'subscriptions', 'close']);
  });

  test('of a saved profile has what concerns that, and to authenticate again where it does so', async () => {
    await saved(profile('a'), profile('b', {}, { authentication: 'SCRAM-SHA-256', username: 'u' }));
    expect(menu(onlineState(), 'a')).toEqual([
      'disconnect',
      'subscriptions',
      'edit',
      'duplicate',
      'command-line',
      'export',
      'auto-connect',
      'remove',
      'close',
    ]);
    expect(menu(onlineState(), 'b')).toContain('reauthenticate');
    expect(menu({ kind: 'idle' }, 'b')).not.toContain('reauthenticate');
    expect(menu(onlineState(), 'gone')).toEqual(['disconnect', 'subscriptions', 'close']);
  });

  test('does what it says, and says why it could not', async () => {
    const open = engine.add({ state: { kind: 'waiting', attempt: 2, retryAt: 9, why } });
    await expect.poll(() => app.connections.store.getState().connections.length).toBe(1);
    const items = connectionItems(app, open);
    for (const id of ['retry', 'disconnect']) action(items, id)?.run();
    await expect.poll(() => engine.asked).toEqual(['retryNow', 'disconnect']);
    action(items, 'subscriptions')?.run();
    expect(app.shell.store.getState().dialog).toEqual({ kind: 'subscriptions', id: open.id });
    action(items, 'close')?.run();
    expect(app.shell.store.getState().dialog).toEqual({ kind: 'close-connection', id: open.id });
    Object.assign(engine.handlers, { retryNow: () => why });
    action(items, 'retry')?.run();
    await expect.poll(() => app.shell.store.getState().problem?.code).toBe('refused');
  });
});

describe('the menu of a saved profile', () => {
  test('moves it to another folder, says where it is, and is not there without folders', async () => {
    await saved(profile('a'));
    expect(ids(profileItems(app, profile('a')))).not.toContain('move');
    await saved(profile('a', { folder: 'Oslo' }), profile('b', { folder: 'Bergen/Hall' }), profile('c'));
    const items = profileItems(app, app.profiles.find('a') ?? profile('a'));
    const folders = actions(items).filter(({ id }) => id.startsWith('folder-'));
    expect(folders.map(({ label, off }) => [label, off ?? null])).toEqual([
      ['No folder', null],
      ['Bergen', null],
      ['Bergen/Hall', null],
      ['Oslo', 'it is here'],
    ]);
    action(items, 'folder-Bergen/Hall')?.run();
    await expect.poll(() => app.profiles.find('a')?.folder).toBe('Bergen/Hall');
    action(items, 'folder-')?.run();
    await expect.poll(() => app.profiles.find('a')?.folder).toBe('');
  });

  test('connects at the start or no more, and keeps everything else as it is', async () => {
    await saved(profile('a', { folder: 'Oslo', colour: 'red' }));
    const run = (label: string) => {
      const item = action(profileItems(app, app.profiles.find('a') ?? profile('a')), 'auto-connect');
      expect(item?.label).toBe(label);
      item?.run();
    };
    run('Connect at start');
    await expect.poll(() => app.profiles.find('a')?.autoConnect).toBe(true);
    expect(app.profiles.find('a')).toMatchObject({ folder: 'Oslo', colour: 'red' });
    run('Do not connect at start');
    await expect.poll(() => app.profiles.find('a')?.autoConnect).toBe(false);
  });

  test('opens its dialogs with what it is about', async () => {
    await saved(profile('a'));
    const items = profileItems(app, profile('a'));
    action(items, 'edit')?.run();
    expect(app.shell.store.getState().dialog).toEqual({ kind: 'editor', profileId: 'a', prefill: null });
    action(items, 'export')?.run();
    expect(app.shell.store.getState().over).toEqual({ kind: 'export', ids: ['a'] });
    action(items, 'command-line')?.run();
    expect(app.shell.store.getState().over).toMatchObject({ kind: 'command-line', options: { name: 'a' } });
    action(items, 'remove')?.run();
    await expect.poll(() => app.profiles.store.getState().profiles.length).toBe(0);
  });
});

test('A folder that is removed leaves its profiles in the one above it.', async () => {
  await saved(profile('a', { folder: 'Oslo/Hall 1' }), profile('b', { folder: 'Oslo/Hall 1/Line' }));
  let renamed = 0;
  const items = folderItems(app, 'Oslo/Hall 1', () => renamed++);
  action(items, 'rename')?.run();
  expect(renamed).toBe(1);
  action(items, 'dissolve')?.run();
  await expect
    .poll(() => app.profiles.store.getState().profiles.map(({ folder }) => folder))
    .toEqual(['Oslo', 'Oslo/Line']);
});
