import { createStore } from 'zustand/vanilla';
import { expect, test } from 'vitest';
import { clearRetained, isInventoryShown } from '../../../../../src-renderer/app/base/clear-retained.ts';
import type { AppState } from '../../../../../src-renderer/state/app/app-state.ts';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';
import { EMPTY_STATE } from '../../../../../src-renderer/state/tree/view-state.ts';

test('In Retained it is about what is ticked there, in any other view about the selected topic.', () => {
  const asked: string[] = [];
  const store = createStore(() => EMPTY_STATE);
  const session = {
    store,
    onClose: () => undefined,
    openClear: () => asked.push('selected'),
  } as unknown as ConnectionSession;
  const at = (view: string) =>
    ({ shell: { store: createStore(() => ({ view })) } }) as unknown as Pick<AppState, 'shell'>;
  clearRetained(at('topics'), session);
  expect([asked, store.getState().clearing]).toEqual([['selected'], null]);
  clearRetained(at('retained'), session);
  expect(asked).toEqual(['selected']);
  expect(store.getState().clearing?.scope?.kind).toBe('inventory');
  expect(['topics', 'retained'].map((view) => isInventoryShown(at(view)))).toEqual([false, true]);
});
