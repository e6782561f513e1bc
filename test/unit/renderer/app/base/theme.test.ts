// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { Settings } from '../../../../../src-main/contract/model/settings.ts';
import { focusNextPane, focusPane } from '../../../../../src-renderer/app/base/panes.ts';
import { followTheme, shownTheme, switchTheme } from '../../../../../src-renderer/app/base/theme.ts';
import { plainMemory } from '../../../../../src-renderer/state/browser/memory.ts';
import type { SettingsState, SettingsStore } from '../../../../../src-renderer/state/app/settings.ts';

/** Whether the system is dark, and who hears of a change. */
let dark = false;
let changed: (() => void)[] = [];
const query = {
  get matches() {
    return dark;
  },
  addEventListener: (_: string, listener: () => void) => changed.push(listener),
};

beforeEach(() => {
  dark = false;
  changed = [];
  vi.spyOn(globalThis, 'matchMedia').mockReturnValue(query as unknown as MediaQueryList);
  delete document.documentElement.dataset['theme'];
});
afterEach(() => {
  vi.restoreAllMocks();
  delete document.documentElement.dataset['theme'];
  document.body.replaceChildren();
});

function settings() {
  const saved: Partial<Settings>[] = [];
  const store = createStore<SettingsState>(() => ({ settings: null, info: null }));
  const save = (change: Partial<Settings>) => {
    saved.push(change);
    return Promise.resolve(null);
  };
  const emit = (theme: Settings['theme']) => store.setState({ settings: Settings.parse({ theme }) });
  return { saved, emit, of: { store, save } as unknown as SettingsStore };
}
const theme = () => document.documentElement.dataset['theme'];

describe('The theme', () => {
  test('is that of the system until something was chosen, and follows it', () => {
    followTheme(plainMemory(), settings().of);
    expect(theme()).toBe('light');
    dark = true;
    for (const emit of changed) emit();
    expect([theme(), shownTheme()]).toEqual(['dark', 'dark']);
  });

  test('is the choice once the engine has sent it, whatever the system prefers', () => {
    const { of, emit } = settings();
    followTheme(plainMemory(), of);
    emit('dark');
    expect(theme()).toBe('dark');
    for (const change of changed) change();
    expect(theme()).toBe('dark');
    emit('system');
    expect(theme()).toBe('light');
  });

  test('is remembered for the first paint of the next start', () => {
    const memory = plainMemory();
    const first = settings();
    followTheme(memory, first.of);
    first.emit('dark');
    delete document.documentElement.dataset['theme'];
    followTheme(memory, settings().of);
    expect(theme()).toBe('dark');
  });

  test('that was remembered as something else is that of the system', () => {
    const memory = plainMemory();
    memory.set('theme', 'purple');
    followTheme(memory, settings().of);
    expect(theme()).toBe('light');
  });

  test('is switched from what is shown, and saved as a choice', async () => {
    const { of, saved } = settings();
    dark = true;
    followTheme(plainMemory(), of);
    await switchTheme(of);
    document.documentElement.dataset['theme'] = 'light';
    await switchTheme(of);
    expect(saved).toEqual([{ theme: 'light' }, { theme: 'dark' }]);
  });
});

describe('The panes', () => {
  /** Panes with what can have the focus in them; an element that is not shown is out of reach. */
  function page(markup: string): void {
    document.body.innerHTML = markup;
    for (const element of document.querySelectorAll<HTMLElement>('*'))
      Object.assign(element, { checkVisibility: () => element.closest('[hidden]') === null });
  }
  const focused = () => document.activeElement?.id;

  test('are walked round and round, past those in which nothing can have the focus', () => {
    page(`
      <div data-pane><button id="a"></button></div>
      <div data-pane><p></p></div>
      <div data-pane><input id="b" disabled><input id="c"></div>`);
    focusNextPane(1);
    expect(focused()).toBe('a');
    focusNextPane(1);
    expect(focused()).toBe('c');
    focusNextPane(1);
    expect(focused()).toBe('a');
    focusNextPane(-1);
    expect(focused()).toBe('c');
  });

  test('begin at what they name as their first stop, where it is shown', () => {
    page(
      `<div data-pane="[role=tab]" data-pane-name="x"><button id="a"></button><button role="tab" id="b"></button></div>`,
    );
    focusPane('x');
    expect(focused()).toBe('b');
    page(
      `<div data-pane="[role=tab]" data-pane-name="x"><button id="a"></button><p hidden><button role="tab" id="b"></button></p></div>`,
    );
    focusPane('x');
    expect(focused()).toBe('a');
  });

  test('that are not there take no focus away', () => {
    page('<button id="a"></button>');
    document.querySelector<HTMLElement>('#a')?.focus();
    focusPane('nowhere');
    focusNextPane(1);
    expect(focused()).toBe('a');
  });
});
