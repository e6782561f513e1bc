/** What lies over the panes; a list that is part of a pane says so by `data-in-pane`. */
const OVER = '[role=dialog], [role=alertdialog], [role=menu], [role=listbox]:not([data-in-pane])';

/** Something lies over the panes, and Escape means that first. */
export function isOverlaid(): boolean {
  return document.querySelector(OVER) !== null;
}
