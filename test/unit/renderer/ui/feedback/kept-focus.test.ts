import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { keepFocus } from '../../../../../src-renderer/ui/feedback/kept-focus.ts';

const body = {};
/** Dialogs on screen, in the order in which they were opened. */
let dialogs: unknown[] = [];
const page = { activeElement: body as unknown, body, querySelectorAll: () => dialogs };
const dialog = Object.assign(new EventTarget(), {
  focus: () => (page.activeElement = dialog),
  contains: (what: unknown) => what === dialog,
}) as unknown as HTMLElement;
let changed: (() => void) | null = null;

beforeEach(() => {
  page.activeElement = body;
  dialogs = [];
  vi.stubGlobal('document', page);
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => run());
  vi.stubGlobal(
    'MutationObserver',
    class {
      readonly #tell: () => void;
      constructor(tell: () => void) {
        this.#tell = tell;
      }
      observe(watched: unknown, what: object) {
        expect([watched, what]).toEqual([dialog, { childList: true, subtree: true }]);
        changed = this.#tell;
      }
      disconnect() {
        changed = null;
      }
    },
  );
});
afterEach(() => vi.unstubAllGlobals());

test('what held the focus goes: the dialog has it, and keys do not reach the page behind', () => {
  const end = keepFocus(dialog, []);
  dialog.dispatchEvent(new Event('focusin'));
  changed?.();
  expect(page.activeElement).toBe(dialog);
  end();
  expect(changed).toBeNull();
});

test('what changes before the first field got the focus does not take it away from that', () => {
  const end = keepFocus(dialog, []);
  changed?.();
  expect(page.activeElement).toBe(body);
  dialog.dispatchEvent(new Event('focusin'));
  changed?.();
  expect(page.activeElement).toBe(dialog);
  end();
});

test('what changes while something has the focus leaves it there', () => {
  const button = {};
  page.activeElement = button;
  const end = keepFocus(dialog, []);
  changed?.();
  expect(page.activeElement).toBe(button);
  end();
});

/** A dialog with things in it that can have the focus. */
function below(...inside: unknown[]) {
  const one = { focus: () => (page.activeElement = one), contains: (what: unknown) => inside.includes(what) };
  return one;
}

test('where the button that opened a dialog is gone, the focus goes to the dialog it lay over', () => {
  for (const lost of [body, { name: 'a field of the page behind' }]) {
    const settings = below();
    dialogs = [below(), settings, dialog];
    const end = keepFocus(dialog, []);
    dialogs = dialogs.slice(0, 2);
    page.activeElement = lost;
    end();
    expect(page.activeElement).toBe(settings);
  }
});

test('a dialog that takes the place of another one finds its own first field', () => {
  dialogs = [below(), dialog];
  const end = keepFocus(dialog, []);
  dialogs = [dialogs[0], below()];
  end();
  expect(page.activeElement).toBe(body);
});

test('a focus that came back into the dialog below stays, and without one it is left to the page', () => {
  const button = {};
  dialogs = [below(button)];
  page.activeElement = button;
  keepFocus(dialog, [])();
  expect(page.activeElement).toBe(button);
  dialogs = [];
  page.activeElement = body;
  keepFocus(dialog, [])();
  expect(page.activeElement).toBe(body);
});

/** A part of the page; `stop` is what Tab reaches first in it. */
const part = (stop: object | null, isConnected = true) =>
  ({ isConnected, querySelector: () => stop }) as unknown as Element;

test('where the button that opened a dialog is gone, the focus goes to what is nearest to where it was', () => {
  const stop = () => {
    const one = { focus: () => (page.activeElement = one) };
    return one;
  };
  const [field, far] = [stop(), stop()];
  const end = keepFocus(dialog, [part(field, false), part(null), part(field), part(far)]);
  page.activeElement = body;
  end();
  expect(page.activeElement).toBe(field);
});

test('a focus that came back to the page stays where it is', () => {
  const button = {};
  const other = { focus: () => (page.activeElement = other) };
  page.activeElement = button;
  keepFocus(dialog, [part(other)])();
  expect(page.activeElement).toBe(button);
});

test('where nothing is left beside the button, the focus is left to the page', () => {
  page.activeElement = body;
  keepFocus(dialog, [part(null), part({}, false)])();
  expect(page.activeElement).toBe(body);
});
