import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { keepFocus } from '../../../../../src-renderer/ui/feedback/kept-focus.ts';

const body = {};
const page: { activeElement: unknown; body: unknown } = { activeElement: body, body };
const dialog = { focus: () => (page.activeElement = dialog) } as unknown as HTMLElement;
let changed: (() => void) | null = null;

beforeEach(() => {
  page.activeElement = body;
  vi.stubGlobal('document', page);
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
  const end = keepFocus(dialog);
  changed?.();
  expect(page.activeElement).toBe(dialog);
  end();
  expect(changed).toBeNull();
});

test('what changes while something has the focus leaves it there', () => {
  const button = {};
  page.activeElement = button;
  const end = keepFocus(dialog);
  changed?.();
  expect(page.activeElement).toBe(button);
  end();
});
