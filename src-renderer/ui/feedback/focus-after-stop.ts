import { useEffect, useRef, type RefObject } from 'react';

/**
 * For the button that comes next when long work was stopped. What was pressed to stop it goes, and the focus would
 * stay on the dialog as a whole. Whoever moved it elsewhere meanwhile keeps it there.
 * @param progress null: no work runs
 */
export function useFocusAfterStop(
  progress: { readonly stopping: boolean } | null,
): RefObject<HTMLButtonElement | null> {
  const next = useRef<HTMLButtonElement>(null);
  const wasStopping = useRef(false);
  useEffect(() => {
    const isStopped = progress === null && wasStopping.current;
    wasStopping.current = progress?.stopping === true;
    if (isStopped && isNowhere(document.activeElement)) next.current?.focus();
  }, [progress]);
  return next;
}

function isNowhere(focused: Element | null): boolean {
  return focused === null || focused === document.body || focused.matches('.dialog');
}
