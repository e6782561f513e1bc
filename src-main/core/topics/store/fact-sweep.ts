import { Flag } from '../columns/columns.ts';
import type { Columns } from '../columns/columns.ts';
import type { Node } from '../columns/nodes.ts';

/** Nodes looked at in one step, some 20 µs. */
const STEP = 512;

/** What is done with every topic that is known now, some at a time. */
export interface Sweep {
  /** Of topics for which it is true. The bytes are valid during the call only. */
  readonly matches: (topic: Uint8Array) => boolean;
  /** Before the name is looked up, which costs more. */
  readonly wanted: (node: Node) => boolean;
  /** Returns false if it is done. */
  readonly visit: (node: Node, topic: Uint8Array) => boolean;
  readonly done: () => void;
}

/** Goes through all topics in slices, one sweep after the other. */
export class FactSweeps {
  readonly #columns: Columns;
  readonly #path: (node: Node) => Uint8Array;
  readonly #waiting: { readonly sweep: Sweep; readonly end: Node }[] = [];
  #next: Node = 0;

  constructor(columns: Columns, path: (node: Node) => Uint8Array) {
    this.#columns = columns;
    this.#path = path;
  }

  /** Topics that become known later are left out, or looked at if they take the place of a forgotten one. */
  add(sweep: Sweep): void {
    this.#waiting.push({ sweep, end: this.#columns.end });
  }

  /** Does some of it; true if more is left. */
  step(): boolean {
    const now = this.#waiting[0];
    if (!now) return false;
    const { sweep } = now;
    const end = Math.min(now.end, this.#next + STEP);
    let more = true;
    for (let node = this.#next; node < end && more; node++) {
      const flags = this.#columns.flags(node);
      if ((flags & (Flag.alive | Flag.topic)) !== (Flag.alive | Flag.topic) || !sweep.wanted(node)) continue;
      const topic = this.#path(node);
      if (sweep.matches(topic)) more = sweep.visit(node, topic);
    }
    this.#next = end;
    if (more && end < now.end) return true;
    this.#waiting.shift();
    this.#next = 0;
    sweep.done();
    return this.#waiting.length > 0;
  }
}
