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
  const before = dialogs().filter((other) => other !== dialog);
  // Until then the first field is about to get it, and would not if it were inside by then.
  let hadFocus = dialog.contains(document.activeElement);
  const entered = () => {
    hadFocus = true;
  };
  dialog.addEventListener('focusin', entered);
  const observer = new MutationObserver(() => {
    if (hadFocus && document.activeElement === document.body) dialog.focus();
  });
  observer.observe(dialog, { childList: true, subtree: true });
  return () => {
    observer.disconnect();
    dialog.removeEventListener('focusin', entered);
    // What opened this dialog may be gone by then, and the focus behind the one that it lay over.
    requestAnimationFrame(() => {
      const top = dialogs().at(-1);
      // One that takes the place of this one finds its own first field.
      if (top !== undefined && before.includes(top) && !top.contains(document.activeElement)) top.focus();
    });
  };
}

/** Those on screen, the topmost last. */
function dialogs(): readonly HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('.dialog')];
}
