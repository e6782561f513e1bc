import { afterEach, expect, test, vi } from 'vitest';
import { whenShown } from '../../../../../src-renderer/state/browser/when-shown.ts';

afterEach(() => vi.unstubAllGlobals());

/** A document that can be hidden, and who listens to it. */
function page(visibilityState: 'visible' | 'hidden') {
  const listeners = new Set<() => void>();
  const document = {
    visibilityState,
    addEventListener: (_type: string, listener: () => void) => void listeners.add(listener),
    removeEventListener: (_type: string, listener: () => void) => void listeners.delete(listener),
  };
  vi.stubGlobal('document', document);
  const change = (state: 'visible' | 'hidden'): void => {
    document.visibilityState = state;
    for (const listener of listeners) listener();
  };
  return { listeners, change };
}

test('In a window that is seen nothing waits.', async () => {
  const { listeners } = page('visible');
  await whenShown();
  expect(listeners.size).toBe(0);
});

test('In a hidden window it waits until it is seen, and listens no longer then.', async () => {
  const { listeners, change } = page('hidden');
  let shown = false;
  const waiting = whenShown().then(() => (shown = true));
  change('hidden');
  await Promise.resolve();
  expect([shown, listeners.size]).toEqual([false, 1]);
  change('visible');
  await waiting;
  expect([shown, listeners.size]).toEqual([true, 0]);
});
