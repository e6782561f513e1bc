import type { AppState } from '../../state/app/app-state.ts';

let waiting = '';
let listener: ((text: string) => void) | null = null;

/**
 * Keeps what is typed between the shortcut of the palette (or of “Go to topic”) and its field: it may have to be
 * fetched first, and takes the focus a moment after it is drawn.
 */
export function keepTyped(app: AppState): void {
  const isOpen = () => ['palette', 'go-to-topic'].includes(app.shell.store.getState().dialog?.kind ?? '');
  window.addEventListener(
    'keydown',
    (event) => {
      if (!isOpen() || isPaletteField(document.activeElement)) return;
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      // Names of keys are longer than one character.
      const isText = /^.$/u.test(event.key);
      if (!isText && event.key !== 'Enter') return;
      event.preventDefault();
      event.stopPropagation();
      // Enter is neither for what lies behind nor for an option that nobody has seen yet.
      if (!isText) return;
      if (listener === null) waiting += event.key;
      else listener(event.key);
    },
    { capture: true },
  );
  app.shell.store.subscribe(() => {
    if (!isOpen()) waiting = '';
  });
}

/** What was typed so far; it is the palette's from now on. */
export function takeTyped(): string {
  const text = waiting;
  waiting = '';
  return text;
}

/** Calls the listener with what is typed while the palette is open but does not have the focus yet. */
export function onTyped(take: (text: string) => void): () => void {
  listener = take;
  return () => {
    listener = null;
  };
}

function isPaletteField(element: Element | null): boolean {
  return element instanceof HTMLInputElement && element.classList.contains('palette-input');
}
