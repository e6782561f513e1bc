import { useEffect, useState, type RefObject } from 'react';

/** What Tab reaches, by attributes alone. */
const TAB_STOPS = ':is(input, select, textarea, button, [tabindex]):not(:disabled, [tabindex="-1"])';

/**
 * What had the focus may go, such as a button that was pressed: the focus then stays in the dialog, where
 * keys go on, instead of falling to the page behind it. A button that is disabled while it works gets it back.
 */
export function KeptFocus({ within }: { readonly within: RefObject<HTMLElement | null> }): null {
  // While the dialog is drawn for the first time: later the focus is in it.
  const [opener] = useState(() => openerOf(document.activeElement));
  useEffect(() => {
    const { current } = within;
    return current === null ? undefined : keepFocus(current, opener.places, opener.isGone);
  }, [within, opener]);
  return null;
}

interface Opener {
  /** Where it is, or was. */
  readonly places: readonly Place[];
  /** Nothing can be given back to it: it went, or lay in a dialog that made room for the one it opened. */
  readonly isGone: () => boolean;
}

/** Of each dialog on screen, where what opened it was. */
const openers = new WeakMap<Element, readonly Place[]>();
/** Of the dialog that made room just now: the next one may be drawn only when that is gone. */
let vacated: readonly Place[] | null = null;

function openerOf(element: Element | null): Opener {
  const dialog = element?.closest('.dialog') ?? null;
  const before = dialog === null ? vacated : (openers.get(dialog) ?? null);
  return {
    places: [...placesOf(element), ...(before ?? [])],
    isGone: () => before !== null || element?.isConnected === false,
  };
}

/** A part of the page, and how many of its tab stops stand before something that lies in it. */
interface Place {
  readonly part: Element;
  readonly at: number;
}

/** All that an element lies in, the innermost first; the page as a whole is left out. */
function placesOf(element: Element | null): readonly Place[] {
  const places: Place[] = [];
  for (
    let part = element?.parentElement ?? null;
    part !== null && part !== document.body;
    part = part.parentElement
  )
    places.push({ part, at: tabStops(part).filter((stop) => isBefore(stop, element)).length });
  return places;
}

function tabStops(part: Element): readonly HTMLElement[] {
  return [...part.querySelectorAll<HTMLElement>(TAB_STOPS)].filter((stop) => stop.checkVisibility());
}

/** In the order of the page. */
function isBefore(one: Element, other: Element | null): boolean {
  return other !== null && (one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
}

/** To what stands now where something was, in the innermost part of the page that is left and has a tab stop. */
function focusBeside(places: readonly Place[]): void {
  for (const { part, at } of places) {
    const stops = part.isConnected ? tabStops(part) : [];
    const next = stops[Math.min(at, stops.length - 1)];
    if (next !== undefined) return next.focus();
  }
}

/**
 * What is pressed by a key may go by what it does: "Stop watching", "Disconnect". The focus then goes to what takes
 * its place, instead of to the page as a whole. Not so from a button that is disabled while it works: the next
 * Enter would press another one. Whoever uses a pointer has no place to lose.
 */
export function keepFocusInPage(): void {
  let byKey = false;
  window.addEventListener('keydown', () => (byKey = true), true);
  window.addEventListener('pointerdown', () => (byKey = false), true);
  document.addEventListener('focusout', ({ target, relatedTarget }) => {
    if (!byKey || relatedTarget !== null || !(target instanceof HTMLElement)) return;
    // It is still where it was.
    const places = placesOf(target);
    // Whoever knows better where the focus belongs has put it there by then.
    requestAnimationFrame(() => {
      if (document.activeElement === document.body && !isShown(target)) focusBeside(places);
    });
  });
}

function isShown(element: HTMLElement): boolean {
  return element.isConnected && element.checkVisibility();
}

/**
 * Returns the function that ends it.
 * @param places where the opener of the dialog was: where it is gone, the focus goes to what is left beside it
 * @param isGone the focus cannot be given back to the opener
 */
export function keepFocus(
  dialog: HTMLElement,
  places: readonly Place[],
  isGone: () => boolean = () => false,
): () => void {
  openers.set(dialog, places);
  const before = dialogs().filter((other) => other !== dialog);
  // Until then the first field is about to get it, and would not if it were inside by then.
  let hadFocus = dialog.contains(document.activeElement);
  let last: HTMLElement | null = null;
  /** The dialog has the focus in the place of a button that works. */
  let stands = false;
  const entered = ({ target }: FocusEvent) => {
    hadFocus = true;
    if (target === dialog) return;
    last = target as HTMLElement | null;
    stands = false;
  };
  dialog.addEventListener('focusin', entered);
  const observer = new MutationObserver(() => {
    const { activeElement } = document;
    // A browser takes the focus from a button that was disabled only a moment later.
    const isLost =
      activeElement === document.body || (activeElement === last && last?.matches(':disabled') === true);
    if (!hadFocus || !(isLost || (stands && activeElement === dialog))) return;
    const left = last !== null && dialog.contains(last) ? last : null;
    const works = left?.matches(':disabled') === true;
    // Where it is out of sight it does not take it.
    if (!works) left?.focus();
    if (left !== null && document.activeElement === left) return;
    stands = works;
    dialog.focus();
  });
  observer.observe(dialog, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ['disabled'],
  });
  return () => {
    observer.disconnect();
    dialog.removeEventListener('focusin', entered);
    vacated = places;
    // What opened this dialog may be gone by then, and the focus behind the one that it lay over.
    requestAnimationFrame(() => {
      if (vacated === places) vacated = null;
      const top = dialogs().at(-1);
      // One that takes the place of this one finds its own first field.
      if (top !== undefined && before.includes(top) && !top.contains(document.activeElement)) top.focus();
      if (top === undefined && isAdrift(isGone())) focusBeside(places);
    });
  };
}

/** Nothing has the focus; or what it is given back to is gone, and the first thing of the page got it instead. */
function isAdrift(isGone: boolean): boolean {
  const { activeElement, body } = document;
  return activeElement === body || (isGone && activeElement === tabStops(body)[0]);
}

/** Those on screen, the topmost last. */
function dialogs(): readonly HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('.dialog')];
}
