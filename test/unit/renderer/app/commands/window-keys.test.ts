import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { listenToHost } from '../../../../../src-renderer/app/commands/host-commands.ts';
import { listenToKeys, runCommand } from '../../../../../src-renderer/app/commands/keys.ts';
import { keepTyped, onTyped, takeTyped } from '../../../../../src-renderer/app/commands/typed-ahead.ts';
import type { AppState } from '../../../../../src-renderer/state/app/app-state.ts';
import { teardown } from '../../../../support/teardown.ts';
import { fakeApp } from '../../../../support/window/fake-app.ts';

interface Pressed {
  readonly defaultPrevented: boolean;
  readonly stopped: boolean;
}

let app: AppState;
const listeners = new Map<string, (event: unknown) => void>();
/** What the page has, by a part of the selector. */
let onPage: string[] = [];

beforeEach(() => {
  ({ app } = fakeApp());
  listeners.clear();
  onPage = [];
  const window = {
    addEventListener: (kind: string, listener: (event: unknown) => void) => listeners.set(kind, listener),
  };
  vi.stubGlobal('window', window);
  vi.stubGlobal('location', { origin: 'http://127.0.0.1' });
  vi.stubGlobal('HTMLInputElement', class {});
  vi.stubGlobal('document', {
    activeElement: null,
    documentElement: { dataset: {} },
    querySelectorAll: () => [],
    querySelector: (selector: string) => (onPage.some((one) => selector.includes(one)) ? {} : null),
  });
});
afterEach(() => {
  takeTyped();
  vi.unstubAllGlobals();
});
afterEach(teardown);

function press(key: string, more: object = {}): Pressed {
  let [defaultPrevented, stopped] = [false, false];
  listeners.get('keydown')?.({
    key,
    code: '',
    ctrlKey: false,
    metaKey: false,
    shiftKey: false,
    altKey: false,
    isComposing: false,
    repeat: false,
    preventDefault: () => (defaultPrevented = true),
    stopPropagation: () => (stopped = true),
    ...more,
  });
  return { defaultPrevented, stopped };
}

const dialog = () => app.shell.store.getState().dialog?.kind ?? null;

test('The key of a command runs it, and keeps the browser from doing its own.', () => {
  listenToKeys(app);
  expect(press('n', { ctrlKey: true }).defaultPrevented).toBe(true);
  expect(dialog()).toBe('editor');
});

test('A key that means nothing here is the browser’s.', () => {
  listenToKeys(app);
  expect(press('n').defaultPrevented).toBe(false);
  expect(press('F5').defaultPrevented).toBe(false);
  expect(dialog()).toBeNull();
});

test('A key that a pane took, or that writes a character in steps, is no command.', () => {
  listenToKeys(app);
  press('n', { ctrlKey: true, defaultPrevented: true });
  press('n', { ctrlKey: true, isComposing: true });
  expect(dialog()).toBeNull();
});

test('What cannot be done now is not done, and the browser does not do something else instead.', () => {
  listenToKeys(app);
  // Without a connection there is nothing to subscribe to.
  expect(press('s', { ctrlKey: true, shiftKey: true }).defaultPrevented).toBe(true);
  expect(dialog()).toBeNull();
});

test('Over a dialog no command runs but those that are meant to.', () => {
  listenToKeys(app);
  onPage = ['role=dialog'];
  expect(press('n', { ctrlKey: true }).defaultPrevented).toBe(true);
  expect(dialog()).toBeNull();
});

test('A key that is held down is pressed once.', () => {
  listenToKeys(app);
  press('n', { ctrlKey: true, repeat: true });
  expect(dialog()).toBeNull();
  // Repeated it does not become the browser’s, either.
  expect(press('n', { ctrlKey: true, repeat: true }).defaultPrevented).toBe(true);
});

test('Escape brings all panes back, unless it closes what lies over them.', () => {
  listenToKeys(app);
  const enlarged = () => app.shell.store.getState().enlarged;
  app.shell.enlarge('publish');
  for (const over of ['role=menu', 'role=listbox', 'role=dialog', 'role=alertdialog']) {
    onPage = [over];
    expect(press('Escape').defaultPrevented).toBe(false);
    expect(enlarged()).toBe('publish');
  }
  onPage = [];
  expect(press('Escape').defaultPrevented).toBe(true);
  expect(enlarged()).toBeNull();
  expect(press('Escape').defaultPrevented).toBe(false);
});

test('F6 is taken always, so that no browser takes the focus to its own bars.', () => {
  listenToKeys(app);
  expect(press('F6').defaultPrevented).toBe(true);
  onPage = ['role=dialog'];
  expect(press('F6', { shiftKey: true }).defaultPrevented).toBe(true);
});

test('A command that is off is not run, whoever asks.', () => {
  const run = vi.fn<() => void>();
  const command = { id: 'x', label: 'x', group: 'View', icon: null as never, run } as const;
  runCommand({ ...command, off: 'not now' });
  expect(run).not.toHaveBeenCalled();
  runCommand({ ...command, off: null });
  expect(run).toHaveBeenCalledOnce();
});

test('The menu of the desktop runs a command by its id, from this window and this page only.', () => {
  listenToHost(app);
  const send = (data: unknown, more: object = {}) =>
    listeners.get('message')?.({ source: window, origin: 'http://127.0.0.1', data, ...more });
  const wanted = { type: 'topicscope:command', id: 'connection.new' };
  send(wanted, { source: {} });
  send(wanted, { origin: 'http://evil.example' });
  for (const odd of [null, 1, 'connection.new', {}, { type: 'topicscope:command' }, { id: 'connection.new' }])
    send(odd);
  send({ type: 'other', id: 'connection.new' });
  send({ type: 'topicscope:command', id: 'no.such' });
  send({ type: 'topicscope:command', id: 7 });
  expect(dialog()).toBeNull();
  send(wanted);
  expect(dialog()).toBe('editor');
});

test('What is typed before the palette has its field is kept for it, in order.', () => {
  keepTyped(app);
  expect(press('x')).toEqual({ defaultPrevented: false, stopped: false });
  app.shell.open({ kind: 'palette' });
  for (const key of ['p', 'ö', '😀', ' '])
    expect(press(key)).toEqual({ defaultPrevented: true, stopped: true });
  // Nothing behind is pressed by it, and nothing is chosen that nobody has seen.
  expect(press('Enter')).toEqual({ defaultPrevented: true, stopped: true });
  for (const key of ['Dead', 'Shift', 'F5']) expect(press(key).defaultPrevented).toBe(false);
  for (const held of ['ctrlKey', 'metaKey', 'altKey'])
    expect(press('v', { [held]: true }).defaultPrevented).toBe(false);
  expect(press('k', { isComposing: true }).defaultPrevented).toBe(false);
  expect(takeTyped()).toBe('pö😀 ');
  expect(takeTyped()).toBe('');
});

test('While the palette listens it gets each key at once, until it is closed.', () => {
  keepTyped(app);
  app.shell.open({ kind: 'palette' });
  const reported: string[] = [];
  const end = onTyped((text) => reported.push(text));
  press('a');
  end();
  press('b');
  expect([reported, takeTyped()]).toEqual([['a'], 'b']);
});

test('What was typed into a palette that was closed is not in the next one.', () => {
  keepTyped(app);
  app.shell.open({ kind: 'palette' });
  press('a');
  app.shell.close();
  app.shell.open({ kind: 'palette' });
  expect(takeTyped()).toBe('');
});
