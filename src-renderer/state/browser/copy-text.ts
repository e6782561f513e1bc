/**
 * Puts text on the clipboard; false where the browser refuses. The older way is tried as well: a page
 * served over plain HTTP from another machine has no `navigator.clipboard`.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** Copies a text and answers what was done; rejects with what to do where the browser refuses. */
export async function copied(text: string, done: string, copy = copyText): Promise<string> {
  if (!(await copy(text))) throw new Error('The clipboard refused. Select the text and copy it.');
  return done;
}

function copyBySelection(text: string): boolean {
  const onCopy = (event: ClipboardEvent) => {
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
  };
  document.addEventListener('copy', onCopy, { once: true, capture: true });
  try {
    return document.execCommand('copy');
  } catch {
    // It is on its way out of the standards: one that has gone without it refuses as well.
    return false;
  } finally {
    document.removeEventListener('copy', onCopy, { capture: true });
  }
}
