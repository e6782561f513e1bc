const FOCUSABLE =
  '[tabindex="0"], input:not(:disabled), button:not(:disabled):not([tabindex="-1"]), select:not(:disabled), textarea:not(:disabled), a[href]';

function panes(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('[data-pane]')].filter((pane) => target(pane) !== null);
}

function target(pane: HTMLElement): HTMLElement | null {
  const wanted = pane.dataset['pane'];
  const first = wanted === undefined || wanted === '' ? null : firstShown(pane, wanted);
  return first ?? firstShown(pane, FOCUSABLE);
}

/** A folded pane keeps what is in it, out of sight and out of reach. */
function firstShown(pane: HTMLElement, wanted: string): HTMLElement | null {
  const all = [...pane.querySelectorAll<HTMLElement>(wanted)];
  return all.find((element) => element.checkVisibility({ visibilityProperty: true })) ?? null;
}

/** F6: the first stop of the next pane, round and round. */
export function focusNextPane(step: 1 | -1): void {
  const all = panes();
  const here = all.findIndex((pane) => pane.contains(document.activeElement));
  const next = all[(here + step + all.length) % all.length] ?? all[0];
  if (next !== undefined) target(next)?.focus();
}

/** Name of the pane with the focus; null: it is elsewhere. */
export function focusedPane(): string | null {
  return document.activeElement?.closest<HTMLElement>('[data-pane-name]')?.dataset['paneName'] ?? null;
}

/** Puts the focus into one pane, e.g. `publish`. */
export function focusPane(name: string): void {
  const pane = document.querySelector<HTMLElement>(`[data-pane-name="${name}"]`);
  if (pane !== null) target(pane)?.focus();
}

/** The filter lives in the toolbar; selecting what is in it lets a new one replace it. */
export function focusFilter(): void {
  const box = document.querySelector<HTMLInputElement>('.top input[type="search"]');
  box?.focus();
  box?.select();
}

/** Where one looks for something: in the pane with the focus if it has such a field, else among the topics. */
export function focusFind(): void {
  const field = document.activeElement
    ?.closest<HTMLElement>('[data-pane-name]')
    ?.querySelector<HTMLInputElement>('[data-find]');
  if (field === null || field === undefined) return focusFilter();
  field.focus();
  field.select();
}
