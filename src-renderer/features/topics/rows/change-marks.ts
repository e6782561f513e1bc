/**
 * Marks values that changed. All marks fade together, in three steps: with an animation for each, the compositor
 * would draw sixty times a second for as long as anything changes.
 */
const STEPS = 3;
const STEP_MS = 333;

/** Elements with the steps that are left. One that leaves the page is forgotten with its last step. */
const marked = new Map<HTMLElement, number>();
let timer: ReturnType<typeof setInterval> | null = null;

/** Marks the element for about a second; a mark that is there is left to fade. */
export function markChanged(element: HTMLElement): void {
  if (marked.has(element)) return;
  show(element, STEPS);
  timer ??= setInterval(fade, STEP_MS);
}

function show(element: HTMLElement, steps: number): void {
  marked.set(element, steps);
  element.dataset.changed = String(steps);
}

function fade(): void {
  for (const [element, left] of marked) {
    if (left > 1) show(element, left - 1);
    else {
      marked.delete(element);
      delete element.dataset.changed;
    }
  }
  if (marked.size > 0 || timer === null) return;
  clearInterval(timer);
  timer = null;
}
