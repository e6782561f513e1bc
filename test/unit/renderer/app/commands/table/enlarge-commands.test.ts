import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { enlargeCommands } from '../../../../../../src-renderer/app/commands/table/enlarge-commands.ts';
import type { AppState } from '../../../../../../src-renderer/state/app/app-state.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { fakeApp } from '../../../../../support/window/fake-app.ts';

let app: AppState;
/** Name of the pane with the focus. */
let focused: string | undefined;

beforeEach(() => {
  ({ app } = fakeApp());
  focused = undefined;
  const pane = () => (focused === undefined ? null : { dataset: { paneName: focused } });
  vi.stubGlobal('document', { activeElement: { closest: pane }, querySelector: () => null });
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => run());
});
afterEach(() => {
  vi.unstubAllGlobals();
});
afterEach(teardown);

function run(id: string): void {
  const found = enlargeCommands(app, null).find((command) => command.id === id);
  if (found === undefined) throw new Error(`no command ${id}`);
  found.run();
}

const enlarged = () => app.shell.store.getState().enlarged;

test('the key enlarges the pane with the focus, and brings all panes back', () => {
  focused = 'publish';
  run('view.enlarge');
  expect(enlarged()).toBe('publish');
  // Wherever the focus went meanwhile.
  focused = 'inspector';
  run('view.enlarge');
  expect(enlarged()).toBeNull();
});

test('from the tree, and from nowhere, the key means the inspector', () => {
  for (const name of ['topics', undefined]) {
    focused = name;
    run('view.enlarge');
    expect(enlarged()).toBe('inspector');
    run('view.enlarge');
  }
});

test('each pane has a command of its own, which says what it will do', () => {
  const labels = () => enlargeCommands(app, null).map(({ label }) => label);
  expect(labels()).toContain('Enlarge inspector');
  run('view.enlarge-inspector');
  expect(labels()).toContain('Shrink inspector');
  run('view.enlarge-diagnostics');
  expect(enlarged()).toBe('diagnostics');
  run('view.enlarge-diagnostics');
  expect(enlarged()).toBeNull();
});

test('without panes every one of them says why it cannot be done', () => {
  for (const { off } of enlargeCommands(app, 'no connection is selected'))
    expect(off).toBe('no connection is selected');
});
