import { useLayoutEffect, type RefObject } from 'react';
import { useStore } from 'zustand';
import type { AppState } from '../../../state/app/app-state.ts';

/**
 * Takes the focus from the entry of a profile that was duplicated to its copy, which is selected: else Delete, pressed
 * next, removed the original. From nowhere else, and not from below a menu or dialog that was opened meanwhile.
 */
export function useFocusOnCopy(
  { profiles, connections }: AppState,
  list: RefObject<HTMLElement | null>,
): void {
  const copied = useStore(profiles.store, (state) => state.copied);
  const isListed = useStore(profiles.store, (state) => state.profiles.some(({ id }) => id === copied?.id));
  useLayoutEffect(() => {
    // It is made before the list has heard of it.
    if (copied === null || !isListed) return;
    profiles.forgetCopied();
    const open = connections.store.getState().connections.filter(({ profileId }) => profileId === copied.of);
    const from = [`profile:${copied.of}`, ...open.map(({ id }) => `connection:${id}`)];
    const here = document.activeElement?.closest<HTMLElement>('[data-rail]');
    if (!from.includes(here?.dataset['rail'] ?? '') || list.current?.contains(here ?? null) !== true) return;
    if (document.querySelector('[role=menu], [role=dialog], [role=alertdialog]') !== null) return;
    const entry = `[data-rail="profile:${CSS.escape(copied.id)}"] .rail-button`;
    list.current.querySelector<HTMLElement>(entry)?.focus();
  }, [profiles, connections, list, copied, isListed]);
}
