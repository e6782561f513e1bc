import { EventEmitter } from 'node:events';
import type { BrowserWindowConstructorOptions, Rectangle } from 'electron';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openWindow, type AppWindow } from '../../../../src-main/desktop/window/window.ts';
import { DEFAULT_STATE, type WindowState } from '../../../../src-main/desktop/window/window-state.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

class FakeWindow extends EventEmitter {
  readonly webContents = new EventEmitter();
  readonly did: string[] = [];
  bounds: Rectangle = { x: 5, y: 6, width: 1000, height: 700 };
  shown = false;
  loadURL(address: string): Promise<void> {
    this.did.push(`load ${address}`);
    return Promise.resolve();
  }
  show(): void {
    this.shown = true;
    this.did.push('show');
  }
  maximize(): void {
    this.did.push('maximize');
  }
  isMaximized = (): boolean => false;
  isFullScreen = (): boolean => false;
  isDestroyed = (): boolean => false;
  isVisible = (): boolean => this.shown;
  getNormalBounds = (): Rectangle => this.bounds;
}

function open(state: Partial<WindowState> = {}, dark = true) {
  const window = new FakeWindow();
  const kept: unknown[] = [];
  let options: BrowserWindowConstructorOptions = {};
  openWindow({
    open: (given) => {
      options = given;
      return window as unknown as AppWindow;
    },
    preload: '/p.cjs',
    icon: null,
    workAreas: [{ x: 0, y: 0, width: 1920, height: 1080 }],
    dark,
    state: { ...DEFAULT_STATE, ...state },
    keep: (place) => kept.push(place),
    log: () => undefined,
  });
  return { window, options, kept };
}

test('The page is sandboxed and apart from the preload, whatever the defaults are.', () => {
  const { options, window } = open();
  expect(options.webPreferences).toMatchObject({
    preload: '/p.cjs',
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webviewTag: false,
    spellcheck: false,
  });
  expect(window.did).toEqual(['load app://topicscope/']);
});

test('It is shown when it has been painted, once, and in the colour of its theme before.', () => {
  const { window, options } = open({ maximized: true });
  expect(options).toMatchObject({ show: false, backgroundColor: '#12151a' });
  expect(open({}, false).options.backgroundColor).toBe('#f5f6f8');
  expect(window.shown).toBe(false);
  window.emit('ready-to-show');
  vi.advanceTimersByTime(10_000);
  expect(window.did.slice(1)).toEqual(['maximize', 'show']);
});

test('A page that never paints is shown after 2.5 s.', () => {
  const { window } = open();
  vi.advanceTimersByTime(2_499);
  expect(window.shown).toBe(false);
  vi.advanceTimersByTime(1);
  expect(window.shown).toBe(true);
});

test('Its place is kept now and then while it moves, and when it closes.', () => {
  const { window, kept } = open();
  for (let step = 0; step < 100; step++) window.emit('move');
  expect(kept).toEqual([]);
  vi.advanceTimersByTime(500);
  expect(kept).toEqual([{ bounds: window.bounds, maximized: false }]);
  window.bounds = { ...window.bounds, x: 50 };
  window.emit('close');
  expect(kept.at(-1)).toEqual({ bounds: window.bounds, maximized: false });
});

test('A page that crashes is loaded again, three times within a minute and no more.', () => {
  const { window } = open();
  const crash = (): void => void window.webContents.emit('render-process-gone', {}, { reason: 'oom' });
  const loads = (): number => window.did.filter((what) => what.startsWith('load')).length;
  for (let times = 0; times < 5; times++) crash();
  expect(loads()).toBe(4);
  vi.advanceTimersByTime(61_000);
  crash();
  expect(loads()).toBe(5);
});
