/** Element ids that commands go to. */
export const FILTER_ID = 'topic-filter';

/** Puts the caret into the filter with its text selected, so that typing replaces it. */
export function focusFilter(): void {
  const input = document.getElementById(FILTER_ID);
  if (!(input instanceof HTMLInputElement)) return;
  input.focus();
  input.select();
}

/** Focus to the active row of the tree, or to the tree where there is none. */
export function focusTree(): void {
  const tree = document.querySelector<HTMLElement>('[role=treegrid][aria-label=Topics]');
  (tree?.querySelector<HTMLElement>('[data-index][tabindex="0"]') ?? tree)?.focus({ preventScroll: true });
}
