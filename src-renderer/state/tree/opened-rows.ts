import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import { parentKey } from '../../../src-main/core/topics/levels.ts';
import { MAX_EXPANDED, type Remembered } from './view-memory.ts';

/** The row that was opened or closed last, until a frame shows it so. */
interface Turned {
  readonly key: TopicKey;
  readonly open: boolean;
  /** Whoever opened it means to go into it. */
  enter: boolean;
}

/**
 * What a person opened by hand: kept to be opened again when the engine makes the view anew, and the last
 * turn of all, so that keys typed faster than frames come act on what they will bring.
 */
export class OpenedRows {
  readonly #keys: Set<TopicKey>;
  #all: boolean;
  #level: number;
  #turned: Turned | null = null;

  constructor(before: Pick<Remembered, 'expanded' | 'all' | 'level'>) {
    this.#keys = new Set(before.expanded);
    this.#all = before.all;
    this.#level = before.level;
  }

  /** Everything is open, but for what was closed since. */
  get all(): boolean {
    return this.#all;
  }

  /** Levels that are shown without a branch being opened: 1 at first. */
  get level(): number {
    return this.#level;
  }

  get keys(): readonly TopicKey[] {
    return [...this.#keys];
  }

  /** Whether a row is open, or will be once the frame is here that answers the last turn. */
  isOpen(row: { readonly key: TopicKey; readonly expanded: boolean }): boolean {
    return this.#turned?.key === row.key ? this.#turned.open : row.expanded;
  }

  /** @param lasts to be remembered; what is turned while a filter is set is forgotten with it */
  turn(key: TopicKey, open: boolean, lasts: boolean): void {
    this.#turned = { key, open, enter: false };
    if (!lasts) return;
    if (open) this.#open(key);
    else this.#keys.delete(key);
  }

  /** Every row was opened or closed. */
  turnAll(open: boolean, lasts: boolean): void {
    this.#turned = null;
    if (!lasts) return;
    this.#all = open;
    this.#level = 1;
    if (!open) this.#keys.clear();
  }

  /** Every row above this level was opened, and all others were closed. */
  showLevels(level: number, lasts: boolean): void {
    this.turnAll(false, lasts);
    if (lasts) this.#level = level;
  }

  /** The rows beside a topic were closed. */
  closeBeside(key: TopicKey, separator: string): void {
    const parent = parentKey(key, separator);
    for (const other of this.#keys)
      if (other !== key && parentKey(other, separator) === parent) this.#keys.delete(other);
  }

  /** The parents of a topic were opened. */
  reveal(key: TopicKey, separator: string): void {
    this.#turned = null;
    for (let at = parentKey(key, separator); at !== null; at = parentKey(at, separator)) this.#open(at);
  }

  /** The next frame is not about the last turn any more. */
  forgetTurn(): void {
    this.#turned = null;
  }

  /** Whether the way into a row has to wait for the frame that shows it open. */
  entersLater(key: TopicKey): boolean {
    if (this.#turned?.key !== key) return false;
    this.#turned.enter = true;
    return true;
  }

  /** Whoever opened it went somewhere else meanwhile. */
  stayOut(): void {
    if (this.#turned !== null) this.#turned.enter = false;
  }

  /**
   * A frame came. The row that was turned, if the frame shows it so and it is to be entered.
   *
   * @param expanded whether a row is open in the frame; undefined where it has none
   */
  arrived(expanded: (key: TopicKey) => boolean | undefined): TopicKey | null {
    const turned = this.#turned;
    if (turned === null || expanded(turned.key) !== turned.open) return null;
    this.#turned = null;
    return turned.enter ? turned.key : null;
  }

  #open(key: TopicKey): void {
    this.#keys.delete(key);
    this.#keys.add(key);
    for (const oldest of this.#keys) {
      if (this.#keys.size <= MAX_EXPANDED) break;
      this.#keys.delete(oldest);
    }
  }
}
