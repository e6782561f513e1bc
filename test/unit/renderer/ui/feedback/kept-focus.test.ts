import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { keepFocus, keepFocusInPage } from '../../../../../src-renderer/ui/feedback/kept-focus.ts';

const body = {};
/** Dialogs on screen, in the order in which they were opened. */
let dialogs: unknown[] = [];
const page = { activeElement: body as unknown, body, querySelectorAll: () => dialogs };
/** Beside itself. */
let within: unknown[] = [];
const dialog = Object.assign(new EventTarget(), {
  focus: () => (page.activeElement = dialog),
  contains: (what: unknown) => what === dialog || within.includes(what),
}) as unknown as HTMLElement;
let changed: (() => void) | null = null;

beforeEach(() => {
  page.activeElement = body;
  dialogs = within = [];
  vi.stubGlobal('document', page);
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => run());
  vi.stubGlobal(
    'MutationObserver',
    class {
      readonly #emit: () => void;
      constructor(emit: () => void) {
        this.#emit = emit;
      }
      observe(watched: unknown, what: object) {
        expect([watched, what]).toEqual([
          dialog,
          { childList: true, subtree: true, attributes: true, attributeFilter: ['disabled'] },
        ]);
        changed = this.#emit;
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

test('a button that is disabled while it works gets the focus back, unless something else got it meanwhile', () => {
  let disabled = false;
  const button = {
    matches: () => disabled,
    focus: () => {
      page.activeElement = button;
      entered(button);
    },
  };
  const entered = (target: unknown) =>
    dialog.dispatchEvent(Object.defineProperty(new Event('focusin'), 'target', { value: target }));
  within = [button];
  const end = keepFocus(dialog, []);
  entered(button);
  page.activeElement = body;
  disabled = true;
  changed?.();
  expect(page.activeElement, 'keys do not reach the page behind').toBe(dialog);
  entered(dialog);
  changed?.();
  expect(page.activeElement).toBe(dialog);
  disabled = false;
  changed?.();
  expect(page.activeElement).toBe(button);
  // Gone for good: the dialog keeps the focus.
  page.activeElement = body;
  within = [];
  changed?.();
  changed?.();
  expect(page.activeElement).toBe(dialog);
  // Another one was focused while it worked.
  within = [button];
  entered(button);
  [page.activeElement, disabled] = [body, true];
  changed?.();
  const other = { name: 'Done', matches: () => false };
  entered(other);
  [page.activeElement, disabled] = [other, false];
  changed?.();
  expect(page.activeElement).toBe(other);
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

/** Something that Tab reaches. */
function stop(isVisible = true) {
  const one = { focus: () => (page.activeElement = one), checkVisibility: () => isVisible };
  return one;
}

/** A part of the page with what Tab reaches in it, and where in there the button was. */
const place = (stops: readonly object[], at = 0, isConnected = true) => ({
  part: { isConnected, querySelectorAll: () => stops } as unknown as Element,
  at,
});

test('where the button that opened a dialog is gone, the focus goes to what is nearest to where it was', () => {
  const [field, far] = [stop(), stop()];
  const end = keepFocus(dialog, [
    place([field], 0, false),
    place([stop(false)]),
    place([field]),
    place([far]),
  ]);
  page.activeElement = body;
  end();
  expect(page.activeElement).toBe(field);
});

test('of several the one has the focus that took the place of the button, or the last', () => {
  const stops = [stop(), stop(), stop()];
  for (const [at, taken] of [
    [1, 1],
    [3, 2],
    [0, 0],
  ] as const) {
    page.activeElement = body;
    keepFocus(dialog, [place(stops, at)])();
    expect(page.activeElement).toBe(stops[taken]);
  }
});

test('a focus that came back to the page stays where it is', () => {
  const button = {};
  page.activeElement = button;
  keepFocus(dialog, [place([stop()])])();
  expect(page.activeElement).toBe(button);
});

test('where what opened the dialog is gone, the first thing of the page does not keep the focus instead', () => {
  const [first, row] = [stop(), stop()];
  Object.assign(body, { querySelectorAll: () => [first, row] });
  const places = [place([], 0, false), place([row])];
  page.activeElement = first;
  keepFocus(dialog, places)();
  expect(page.activeElement).toBe(first);
  keepFocus(dialog, places, () => true)();
  expect(page.activeElement).toBe(row);
  // Somebody knew better.
  const chosen = stop();
  page.activeElement = chosen;
  keepFocus(dialog, places, () => true)();
  expect(page.activeElement).toBe(chosen);
});

test('where nothing is left beside the button, the focus is left to the page', () => {
  page.activeElement = body;
  keepFocus(dialog, [place([]), place([stop()], 0, false)])();
  expect(page.activeElement).toBe(body);
});

describe('in the page', () => {
  /** What stands for an element: `inside` are the tab stops of its parent, itself among them. */
  class FakeElement {
    isConnected = true;
    isVisible = true;
    parentElement: unknown = null;
    checkVisibility = () => this.isVisible;
    focus = () => (page.activeElement = this);
    compareDocumentPosition = (of: FakeElement) => (order.indexOf(this) < order.indexOf(of) ? 4 : 2);
  }
  type Listener = (event: object) => void;
  const listeners = new Map<string, Listener>();
  const listen = { addEventListener: (kind: string, then: Listener) => listeners.set(kind, then) };
  const emit = (kind: string, event: object = {}) => listeners.get(kind)?.(event);
  let frames: (() => void)[] = [];
  let pressed: FakeElement;
  let other: FakeElement;
  let stops: FakeElement[];
  /** As they stand in the page. */
  let order: FakeElement[];

  beforeEach(() => {
    listeners.clear();
    frames = [];
    const first = new FakeElement();
    [pressed, other] = [new FakeElement(), new FakeElement()];
    order = [first, pressed, other];
    stops = [...order];
    const part = { isConnected: true, querySelectorAll: () => stops, parentElement: body };
    for (const one of stops) one.parentElement = part;
    vi.stubGlobal('HTMLElement', FakeElement);
    vi.stubGlobal('Node', { DOCUMENT_POSITION_FOLLOWING: 4 });
    vi.stubGlobal('window', listen);
    vi.stubGlobal('document', Object.assign(page, listen));
    vi.stubGlobal('requestAnimationFrame', (run: () => void) => frames.push(run));
    keepFocusInPage();
    emit('keydown');
  });

  const loses = (relatedTarget: object | null = null) => {
    page.activeElement = relatedTarget ?? body;
    emit('focusout', { target: pressed, relatedTarget });
  };
  const frame = () => frames.splice(0).forEach((run) => run());

  test('what is gone or hidden by the key that pressed it leaves the focus to what follows', () => {
    for (const change of ['isConnected', 'isVisible'] as const) {
      loses();
      pressed[change] = !pressed[change];
      stops = stops.filter((one) => one !== pressed);
      frame();
      expect(page.activeElement, change).toBe(other);
      pressed[change] = !pressed[change];
      stops = [...order];
    }
  });

  test('what lost the focus otherwise, as to another window or disabled while it works, is not left', () => {
    loses();
    frame();
    expect(page.activeElement).toBe(body);
  });

  test('a focus that went elsewhere, at once or until the next frame, is left there', () => {
    loses(other);
    expect(frames).toEqual([]);
    loses();
    pressed.isConnected = false;
    const field = {};
    page.activeElement = field;
    frame();
    expect(page.activeElement).toBe(field);
  });

  test('whoever presses with a pointer finds the focus where it falls', () => {
    emit('pointerdown');
    loses();
    expect(frames).toEqual([]);
  });
});
