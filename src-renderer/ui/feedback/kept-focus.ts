import { useEffect, useState, type RefObject } from 'react';

/** What Tab reaches, by attributes alone. */
const TAB_STOPS = ':is(input, select, textarea, button, [tabindex]):not(:disabled, [tabindex="-1"])';

/**
 * What had the focus may go, such as a button that was pressed: the focus then stays in the dialog, where
 * keys go on, instead of falling to the page behind it.
 */
export function KeptFocus({ within }: { readonly within: RefObject<HTMLElement | null> }): null {
  // While the dialog is drawn for the first time: later the focus is in it.
  const [around] = useState(aroundFocus);
  useEffect(() => {
    const { current } = within;
    return current === null ? undefined : keepFocus(current, around);
  }, [within, around]);
  return null;
}

/** All that what has the focus lies in, the innermost first; the page as a whole is left out. */
function aroundFocus(): readonly Element[] {
  const around: Element[] = [];
  for (
    let at = document.activeElement?.parentElement ?? null;
    at !== null && at !== document.body;
    at = at.parentElement
  )
    around.push(at);
  return around;
}

/**
 * Returns the function that ends it.
 * @param around what the opener of the dialog lies in: where it is gone, the focus goes to what is left beside it
 */
export function keepFocus(dialog: HTMLElement, around: readonly Element[]): () => void {
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
      if (top === undefined && document.activeElement === document.body) focusBeside(around);
    });
  };
}

/** The first tab stop of the innermost part of the page that is still there and has one. */
function focusBeside(around: readonly Element[]): void {
  for (const part of around) {
    const stop = part.isConnected ? part.querySelector<HTMLElement>(TAB_STOPS) : null;
    if (stop !== null) return stop.focus();
  }
}

/** Those on screen, the topmost last. */
function dialogs(): readonly HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('.dialog')];
}
