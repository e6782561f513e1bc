import { afterEach, beforeEach, expect, test } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import {
  ConnectionOptions,
  Profile,
  type ConnectionState,
} from '../../../../../../src-main/contract/model/model.ts';
import { connectionCommands } from '../../../../../../src-renderer/app/commands/table/connection-commands.ts';
import { NO_CONNECTION } from '../../../../../../src-renderer/app/commands/table/command.ts';
import { topicCommands } from '../../../../../../src-renderer/app/commands/table/topic-commands.ts';
import type { AppState } from '../../../../../../src-renderer/state/app/app-state.ts';
import type { ConnectionSession } from '../../../../../../src-renderer/state/tree/tree-session.ts';
import type { FakeEngine } from '../../../../../support/engine/fake-engine.ts';
import { onlineState } from '../../../../../support/engine/fake-engine.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { fakeApp } from '../../../../../support/window/fake-app.ts';

let engine: FakeEngine;
let app: AppState;

beforeEach(() => {
  ({ engine, app } = fakeApp());
});
afterEach(teardown);

const why = failed('x', 'It failed.', '');
const STATES: Readonly<Record<string, ConnectionState>> = {
  idle: { kind: 'idle' },
  stopped: { kind: 'stopped', since: 1, why },
  waiting: { kind: 'waiting', attempt: 2, retryAt: 9, why },
  online: onlineState(),
};
/** Why each command cannot be used in a state; null: it can. */
function off(state: string | null, id: string): string | null | undefined {
  const connection = state === null ? null : engine.add({ state: STATES[state] ?? onlineState() });
  const command = connectionCommands(app, connection).find((one) => one.id === `connection.${id}`);
  return command?.off;
}

test('Each command of a connection is there in every state, and says where it does nothing.', () => {
  const can = (id: string) =>
    ['idle', 'stopped', 'waiting', 'online'].filter((state) => off(state, id) === null);
  expect(can('connect')).toEqual(['idle', 'stopped']);
  expect(can('disconnect')).toEqual(['waiting', 'online']);
  expect(can('retry')).toEqual(['waiting']);
  expect(can('subscribe')).toEqual(['online']);
  for (const id of ['connect', 'disconnect', 'subscribe']) expect(off(null, id)).toBe(NO_CONNECTION);
  for (const id of ['new', 'import', 'demo']) expect(off(null, id)).toBeNull();
});

test('What is in the menu of a connection is a command as well, once, and no id is there twice.', async () => {
  const options = ConnectionOptions.parse({ name: 'p', protocol: 'mqtt', host: 'h', port: 1883 });
  engine.profiles.set([
    Profile.parse({ id: 'p', options, folder: 'Oslo' }),
    Profile.parse({ id: 'q', options, folder: 'Bergen' }),
  ]);
  await expect.poll(() => app.profiles.store.getState().profiles.length).toBe(2);
  const ids = connectionCommands(app, engine.add({ profileId: 'p' })).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ['profile.edit', 'profile.close', 'profile.remove', 'profile.folder-Bergen'])
    expect(ids).toContain(id);
  expect(ids).not.toContain('profile.connect');
  const labels = connectionCommands(app, engine.add({ profileId: 'p' })).map(({ label }) => label);
  expect(labels).toContain('Move to folder: Bergen');
});

test('A saved profile that is selected has its commands, and one that is gone has none.', async () => {
  const options = ConnectionOptions.parse({ name: 'p', protocol: 'mqtt', host: 'h', port: 1883 });
  engine.profiles.set([Profile.parse({ id: 'p', options })]);
  await expect.poll(() => app.profiles.store.getState().profiles.length).toBe(1);
  app.connections.select({ kind: 'profile', id: 'p' });
  const ids = () => connectionCommands(app, null).map(({ id }) => id);
  expect(ids()).toContain('profile.connect');
  app.connections.select({ kind: 'profile', id: 'gone' });
  expect(ids().some((id) => id.startsWith('profile.'))).toBe(false);
});

test('Exporting needs a profile that is saved.', async () => {
  expect(off(null, 'export')).toBe('no profile is saved');
  const options = ConnectionOptions.parse({ name: 'p', protocol: 'mqtt', host: 'h', port: 1883 });
  engine.profiles.set([Profile.parse({ id: 'p', options })]);
  await expect.poll(() => off(null, 'export')).toBeNull();
});

test('What is done with topics needs a connection, and says what else is missing.', () => {
  const done: string[] = [];
  const note = (name: string) => () => void done.push(name);
  const session = (state: object) =>
    ({
      store: { getState: () => ({ filter: '', paused: null, selectedKey: null, ...state }) },
      ...{ setFilter: note('filter'), togglePause: note('pause'), openClear: note('clear') },
      ...{ expandAll: note('expand'), collapseAll: note('collapse') },
    }) as unknown as ConnectionSession;
  const command = (state: object | null, id: string) =>
    topicCommands(app, state === null ? null : session(state)).find((one) => one.id === `topics.${id}`);
  for (const { id, off: missing } of topicCommands(app, null)) expect(missing, id).toBe(NO_CONNECTION);
  expect(command({}, 'clear-filter')?.off).toBe('no filter is set');
  expect(command({ filter: 'x' }, 'clear-filter')?.off).toBeNull();
  expect(command({}, 'clear-retained')?.off).toBe('no topic is selected');
  expect(command({ selectedKey: '' }, 'clear-retained')?.off).toBeNull();
  expect([command({}, 'pause')?.label, command({ paused: {} }, 'pause')?.label]).toEqual([
    'Pause the view',
    'Resume the view',
  ]);
  for (const id of ['pause', 'expand-all', 'collapse-all', 'open-trash']) command({}, id)?.run();
  expect(done).toEqual(['pause', 'expand', 'collapse', 'clear']);
});
