// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NO_CONNECTION } from '../../../../../../src-renderer/app/commands/table/command.ts';
import { retainedCommands } from '../../../../../../src-renderer/app/commands/table/retained-commands.ts';
import { inventoryOf } from '../../../../../../src-renderer/state/retained/inventory-session.ts';
import type { ConnectionSession } from '../../../../../../src-renderer/state/tree/tree-session.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../../support/window/fake-app.ts';
import { fakeSession } from '../../../../../support/window/fake-session.ts';
import { inventoryWith } from '../../../../../support/window/inventory-answers.ts';
import { answer } from '../../../../../support/window/live.ts';

let fake: FakeApp;
let session: ConnectionSession;

beforeEach(() => {
  fake = fakeApp();
  session = fakeSession(fake);
});
afterEach(teardown);

const run = (id: string) => {
  const command = retainedCommands(fake.app, session).find((one) => one.id === id);
  if (command === undefined) throw new Error(`no command ${id}`);
  expect(command.off).toBeNull();
  command.run();
  return inventoryOf(session).store.getState();
};
const view = () => fake.app.shell.store.getState().view;

test('Without a connection none of them can be done, and trying does nothing.', () => {
  const commands = retainedCommands(fake.app, null);
  expect(new Set(commands.map(({ off }) => off))).toEqual(new Set([NO_CONNECTION]));
  for (const command of commands) command.run();
  expect(view()).toBe('topics');
});

test('Every column that has an order sorts the list, shows it, and is turned round by the second time.', () => {
  for (const by of ['size', 'qos', 'age', 'state', 'topic'] as const) {
    const { sort } = run(`retained.sort-${by}`);
    expect([sort.by, view()]).toEqual([by, 'retained']);
    expect(run(`retained.sort-${by}`).sort.descending).toBe(!sort.descending);
  }
});

test('All is chosen that is listed, and the broker is asked for it.', async () => {
  inventoryOf(session).chooseAll(false);
  expect(run('retained.select-all').choice).toEqual({ all: true, rules: [] });
  const asked = answer(fake.engine, 'probeRetained', () => ({ kind: 'started' }));
  run('retained.probe');
  await expect.poll(() => asked.length).toBe(1);
});

test('A probe can be stopped while one runs, and only then.', async () => {
  const off = () => retainedCommands(fake.app, session).find(({ id }) => id === 'retained.stop-probe')?.off;
  expect(off()).toBe('the broker is not being probed');
  inventoryOf(session).store.setState({
    inventory: inventoryWith([], {
      probe: { kind: 'running', where: '#', found: 0, done: 0, total: 0, stopping: false },
    }),
  });
  const asked = answer(fake.engine, 'stopProbe', () => ({ kind: 'ok' }));
  run('retained.stop-probe');
  await expect.poll(() => asked.length).toBe(1);
});
