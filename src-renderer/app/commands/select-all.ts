import { shortcutKey } from '../../ui/base/pressed-key.ts';

/** What is read there is selected as a whole; a panel of tabs and the body of a dialog are such. */
const READ = '[data-select-all]';

/** Ctrl+A, or Cmd+A on a Mac, where it is not a field that has the focus. */
export function isSelectAll(event: KeyboardEvent, mac: boolean): boolean {
  const { ctrlKey, metaKey, shiftKey, altKey, target } = event;
  const isHeld = mac ? metaKey && !ctrlKey : ctrlKey && !metaKey;
  return isHeld && !shiftKey && !altKey && shortcutKey(event) === 'a' && !isField(target);
}

/**
 * Selects what one reads where the focus is, or the text that was clicked last. Elsewhere nothing is
 * selected: rows and labels of a window are no text, which the browser would not know.
 */
export function selectAll(target: EventTarget | null): void {
  const selection = getSelection();
  const { body } = document;
  const at = target instanceof Element && target !== body ? target : selection?.anchorNode?.parentElement;
  const read = at?.closest(READ);
  if (read instanceof Element) selection?.selectAllChildren(read);
}

function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('input, textarea, select');
}
