import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import type { Row, ViewAction } from '../../../src-main/contract/model/view.ts';
import { isBelow } from '../../../src-main/core/topics/levels.ts';
import { OpenedRows } from './opened-rows.ts';
import type { Remembered } from './view-memory.ts';
import { indexOfKey, rowAt, type SessionState } from './view-state.ts';

/** What branches need of the session that they are of. */
export interface BranchHost {
  readonly state: () => SessionState;
  readonly act: (action: ViewAction) => void;
  readonly remember: () => void;
  readonly goToKey: (key: TopicKey, delta?: number, select?: boolean) => void;
  readonly goToIndex: (index: number, select?: boolean) => void;
  /** Shows the top, with no row held. */
  readonly goHome: () => void;
}

/** Small trees open by themselves up to so many rows, however small the window is. */
const LEAST_FITTING = 16;
/** What the contract allows. */
const MOST_FITTING = 200;

/** Which branches are open, by hand or by themselves, and what of it is sent to the engine. */
export class Branches {
  readonly #host: BranchHost;
  readonly #opened: OpenedRows;
  /** Nobody has touched the tree yet: as far as it fits the screen it opens by itself. */
  #untouched: boolean;

  constructor(host: BranchHost, before: Remembered) {
    this.#host = host;
    this.#opened = new OpenedRows(before);
    this.#untouched = !before.touched;
  }

  /** To be remembered. */
  get kept(): Pick<Remembered, 'expanded' | 'all' | 'level' | 'touched'> {
    const { keys, all, level } = this.#opened;
    return { expanded: keys, all, level, touched: !this.#untouched };
  }

  /** What is opened and closed while a filter is set is forgotten with it. */
  get #lasting(): boolean {
    return this.#host.state().filter === '';
  }

  /** The engine made the view anew: it opens what was open. */
  restore(): void {
    const { all, level, keys } = this.#opened;
    this.#opened.forgetTurn();
    if (this.#untouched) this.fit();
    if (all) this.#host.act({ kind: 'expand-all' });
    else {
      if (level > 1) this.#host.act({ kind: 'expand-to', level });
      for (const key of keys) this.#host.act({ kind: 'expand', key });
    }
  }

  /** So many rows fit the screen now. */
  fit(): void {
    if (!this.#untouched) return;
    const rows = Math.max(LEAST_FITTING, Math.min(MOST_FITTING, Math.floor(this.#host.state().viewRows)));
    this.#host.act({ kind: 'open-small', rows });
  }

  /** A person does something in the tree: nothing opens by itself from now on, and what did stays open. */
  touch(): void {
    if (!this.#untouched) return;
    this.#untouched = false;
    for (const { row } of this.#host.state().rows.values()) {
      if (row.expanded && this.#lasting) this.#opened.turn(row.key, true, true);
    }
    this.#opened.forgetTurn();
    this.#host.act({ kind: 'open-small', rows: 0 });
    this.#host.remember();
  }

  isOpen(row: Pick<Row, 'key' | 'expanded'>): boolean {
    return this.#opened.isOpen(row);
  }

  /** The next frame is not about the last turn any more. */
  forgetTurn(): void {
    this.#opened.forgetTurn();
  }

  /** Whoever opened a row went somewhere else meanwhile. */
  stayOut(): void {
    this.#opened.stayOut();
  }

  /** Keys typed faster than frames come act on what they will bring. */
  arrived(): void {
    const state = this.#host.state();
    const entered = this.#opened.arrived((key) => rowAt(state, indexOfKey(state, key))?.row.expanded);
    if (entered !== null) this.#host.goToIndex(indexOfKey(state, entered) + 1, true);
  }

  enter(key: TopicKey): void {
    if (!this.#opened.entersLater(key)) this.#host.goToKey(key, 1, true);
  }

  reveal(key: TopicKey): void {
    this.touch();
    this.#host.act({ kind: 'reveal', key });
    this.#opened.reveal(key, this.#host.state().separator);
    this.#host.remember();
    this.#host.goToKey(key);
  }

  turn(key: TopicKey, open: boolean): void {
    this.touch();
    this.#opened.turn(key, open, this.#lasting);
    this.#host.remember();
    const { active, separator } = this.#host.state();
    // The row that keys act on goes with its parent: the parent takes over.
    if (!open && active !== null && isBelow(active.view.row.key, key, separator)) this.#host.goToKey(key);
    this.#host.act({ kind: open ? 'expand' : 'collapse', key });
  }

  /** All that is beside a topic; where they are closed, it stays as it is. */
  turnSiblings(key: TopicKey, open: boolean): void {
    this.touch();
    this.#opened.forgetTurn();
    if (!open && this.#lasting) this.#opened.closeBeside(key, this.#host.state().separator);
    this.#host.remember();
    this.#host.act({ kind: open ? 'expand-siblings' : 'collapse-siblings', key });
  }

  turnAll(open: boolean): void {
    this.touch();
    this.#opened.turnAll(open, this.#lasting);
    this.#host.remember();
    if (!open) this.#host.goHome();
    this.#host.act({ kind: open ? 'expand-all' : 'collapse-all' });
  }

  /** @param level the last one that is shown, from 1 */
  showLevels(level: number): void {
    this.touch();
    this.#opened.showLevels(level, this.#lasting);
    this.#host.remember();
    this.#host.goHome();
    this.#host.act({ kind: 'expand-to', level });
  }
}
