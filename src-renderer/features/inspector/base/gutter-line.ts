import { LINE_PX } from './use-line-rows.ts';

/** A line number, and what opens and closes beside it. */
export interface GutterLine {
  /** Its place, from the top of the numbers. */
  readonly place: number;
  readonly number: number;
  readonly isChanged: boolean;
  /** Null: there is nothing to close. */
  readonly isClosed: boolean | null;
  /** What the twisty says of itself in its `data-line`. */
  readonly line: number;
}

/** They are drawn the same. */
export function sameLine(one: GutterLine | undefined, other: GutterLine): boolean {
  return (
    one !== undefined &&
    one.place === other.place &&
    one.number === other.number &&
    one.isChanged === other.isChanged &&
    one.isClosed === other.isClosed &&
    one.line === other.line
  );
}

/** Made by hand because it runs at each scroll. */
export function gutterLine({ place, number, isChanged, isClosed, line }: GutterLine): HTMLElement {
  const element = document.createElement('div');
  element.className = isChanged ? 'code-line code-changed' : 'code-line';
  element.style.top = `${place * LINE_PX}px`;
  element.textContent = String(number);
  if (isClosed === null) return element;
  const twisty = document.createElement('span');
  twisty.className = isClosed ? 'code-twisty code-twisty-closed' : 'code-twisty';
  twisty.dataset['line'] = String(line);
  element.append(twisty);
  return element;
}
