import { useEffect, type RefObject } from 'react';

/**
 * What had the focus may go, such as a button that was pressed: the focus then stays in the dialog, where
 * keys go on, instead of falling to the page behind it.
 */
export function KeptFocus({ within }: { readonly within: RefObject<HTMLElement | null> }): null {
  useEffect(() => {
    const { current } = within;
    return current === null ? undefined : keepFocus(current);
  }, [within]);
  return null;
}

/** Returns the function that ends it. */
export function keepFocus(dialog: HTMLElement): () => void {
  const observer = new MutationObserver(() => {
    if (document.activeElement === document.body) dialog.focus();
  });
  observer.observe(dialog, { childList: true, subtree: true });
  return () => observer.disconnect();
}
