import { beforeEach, expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { uncoverFiltered } from '../../../../../src-renderer/app/base/uncover.ts';
import { createShell, type ShellStore } from '../../../../../src-renderer/state/app/shell.ts';
import { plainMemory } from '../../../../../src-renderer/state/browser/memory.ts';
import { EMPTY_STATE, type SessionState } from '../../../../../src-renderer/state/tree/view-state.ts';

const store = createStore<SessionState>(() => EMPTY_STATE);
let shell: ShellStore;
let stop: () => void;

beforeEach(() => {
  stop?.();
  store.setState({ ...EMPTY_STATE, filter: 'lamp' });
  shell = createShell(plainMemory());
  stop = uncoverFiltered(shell, { store });
});

test('A filter that is set while a pane fills the window brings back the others.', () => {
  for (const pane of ['inspector', 'publish', 'diagnostics'] as const) {
    shell.enlarge(pane);
    store.setState({ filter: `like ${pane}` });
    expect(shell.store.getState().enlarged).toBeNull();
  }
});

test('What else changes, the same filter or none, leaves the enlarged pane.', () => {
  shell.enlarge('inspector');
  store.setState({ selectedKey: 'a' });
  store.setState({ filter: 'lamp' });
  store.setState({ filter: '' });
  expect(shell.store.getState()).toMatchObject({ enlarged: 'inspector' });
});

test('The filter of a connection that is not shown any more uncovers nothing.', () => {
  shell.enlarge('publish');
  stop();
  store.setState({ filter: 'other' });
  expect(shell.store.getState().enlarged).toBe('publish');
});
