import { Hot as HOT, hotRow as rowOf } from '../columns/columns.ts';
import type { LiveColumns } from '../columns/live-columns.ts';
import { ROOT as NONE, type Node } from '../columns/nodes.ts';

// Copies: a constant of another module is looked up each time it is used (docs/decisions/0007).
const [Hot, ROOT, hotRow] = [HOT, NONE, rowOf];

/** Guesses that came true, less three times those that did not, up to this. */
const SUREST = 96;
/** From here on a guess is looked at before the topic is hashed. */
const SURE = 48;
/** A wrong guess costs about three times what a right one saves. */
const WRONG = 3;

/**
 * Learns which topic follows which: most devices and gateways publish their values in the same order each time.
 * Where that holds, the topic of a message is known before it is hashed and looked for. A guess is nothing but
 * that: whoever asks compares the names. Of topics that come in no order nothing is guessed, which costs nothing
 * but to go on learning.
 */
export class UsualOrder {
  readonly #columns: LiveColumns;
  /** The topic of the message before. */
  #last: Node = ROOT;
  /** What followed it the last time; ROOT: not known. */
  #guess: Node = ROOT;
  #score = 0;

  constructor(columns: LiveColumns) {
    this.#columns = columns;
  }

  /** What the topic of the next message is worth being compared with first; ROOT: nothing. */
  get guess(): Node {
    return this.#score >= SURE ? this.#guess : ROOT;
  }

  get isSure(): boolean {
    return this.#score >= SURE;
  }

  /** The next message was of this topic, as guessed. */
  held(node: Node): void {
    if (this.#score < SUREST) this.#score++;
    this.#last = node;
    this.#guess = this.#columns.hotChunk(node).i32[hotRow(node) + Hot.next]!;
  }

  /** The next message was of this topic, which was looked for. */
  found(node: Node): void {
    if (node === this.#guess) return this.held(node);
    this.#score = Math.max(0, this.#score - WRONG);
    const last = this.#last;
    this.#columns.ownHot(last).i32[hotRow(last) + Hot.next] = node;
    this.#last = node;
    this.#guess = this.#columns.hotChunk(node).i32[hotRow(node) + Hot.next]!;
  }
}
