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

/** Where a person types or chooses something meanwhile; what held the focus may be gone, and a pane fold. */
const ELSEWHERE = 'input, textarea, select, [role=dialog] *, [role=alertdialog] *, [role=menu] *';
/** Frames in which a view is there that is loaded when it is first shown. */
const FRAMES = 60;

/**
 * The same for a pane that shows something else from now on: the focus goes to the first stop of that as
 * soon as it is there, unless the person has gone elsewhere meanwhile.
 */
export function focusShownPane(name: string): void {
  const before = document.activeElement;
  const attempt = (frames: number) => {
    const now = document.activeElement;
    if (now !== before && now?.matches(ELSEWHERE) === true) return;
    const pane = document.querySelector<HTMLElement>(`[data-pane-name="${name}"]`);
    const first = pane === null ? null : firstShown(pane, pane.dataset['pane'] ?? FOCUSABLE);
    if (first !== null) first.focus();
    else if (frames > 0) requestAnimationFrame(() => attempt(frames - 1));
    else focusPane(name);
  };
  requestAnimationFrame(() => attempt(FRAMES));
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
