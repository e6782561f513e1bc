import type { Node } from './nodes.ts';

/** More than these are not kept one by one: 0.5 MB. */
const MOST = 65_536;

/** Topics whose answer may have changed without a message, to be asked again; or too many of them to name. */
export class TurnedNodes {
  #nodes: Node[] = [];
  #asked = 0;
  /** Too many to name: all topics are to be asked, and then `clear` is called. */
  all = false;

  get some(): boolean {
    return this.#asked < this.#nodes.length;
  }

  /** @param node null: any may have changed */
  add(node: Node | null): void {
    if (this.all) return;
    if (node !== null && this.#nodes.length < MOST) this.#nodes.push(node);
    else {
      this.clear();
      this.all = true;
    }
  }

  /** The next one. There must be `some`. */
  next(): Node {
    const node = this.#nodes[this.#asked++]!;
    if (!this.some) this.clear();
    return node;
  }

  clear(): void {
    this.#nodes = [];
    this.#asked = 0;
    this.all = false;
  }
}
