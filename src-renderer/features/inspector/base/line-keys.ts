import type { KeyboardEvent } from 'react';
import type { MenuAction } from '../../../ui/controls/menu.tsx';

/**
 * What keys do on a line: those that are named, Shift+F10 as the menu key, and letters what stands beside them in
 * the line's menu.
 */
export function runLineKey(
  event: KeyboardEvent,
  steps: Readonly<Record<string, () => void>>,
  actions: readonly MenuAction[],
): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) return;
  const isMenu = event.key === 'F10' && event.shiftKey;
  const step = steps[isMenu ? 'ContextMenu' : event.key] ?? besideLetter(actions, event.key);
  if (step === undefined) return;
  event.preventDefault();
  step();
}

function besideLetter(actions: readonly MenuAction[], key: string): (() => void) | undefined {
  return actions.find(({ keys, off }) => keys === key.toUpperCase() && (off ?? null) === null)?.run;
}
