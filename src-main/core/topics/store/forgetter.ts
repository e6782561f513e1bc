import type { Columns } from '../columns/columns.ts';
import { Flag } from '../columns/columns.ts';
import { NO_NODE, type Node } from '../columns/nodes.ts';
import type { Tree } from '../tree/tree.ts';
import type { RetainedFacts } from './facts.ts';
import type { LateTopics } from './late-topics.ts';
import type { RecordAccounting } from './record-accounting.ts';
import type { Rhythms } from './rhythms.ts';
import { Count, type Tally } from './tally.ts';

/** Nodes looked at in one step, some 30 µs. */
const LOOKED_AT = 1_024;
/** Rows freed in one step. Every view is notified, which takes some 5 µs a row, more in sorted views. */
const FREED = 64;
/** Bytes of a name that take as long as freeing a row: it is hashed to be found in the index. */
const BYTES_PER_ROW = 1_024;

/** Which topics a person wants to be forgotten here. */
export type Forgetting =
  /** The messages of this very topic; what is below it stays. */
  | { readonly kind: 'topic'; readonly node: Node }
  /** A branch with all that is below it. */
  | { readonly kind: 'subtree'; readonly node: Node }
  /** Every topic that is late by its own rhythm. */
  | { readonly kind: 'late' };

/** What was forgotten. */
export interface Forgotten {
  readonly topics: number;
  /** Those that were kept of these topics. */
  readonly messages: number;
  /** Topics of which the broker is believed to store a message. */
  readonly retained: number;
}

interface Job {
  readonly what: Forgetting;
  readonly done: (forgotten: Forgotten) => void;
  /** One more than the last node to look at, and the last birth: what came later stays. */
  readonly end: Node;
  readonly born: number;
  /** The branch's birth: its number may be reused after it was removed. */
  readonly birth: number;
  next: Node;
  topics: number;
  messages: number;
  retained: number;
}

/** What forgetting takes out of. */
export interface ForgetterPorts {
  readonly tree: Tree;
  readonly tally: Tally;
  readonly ledger: RecordAccounting;
  readonly facts: RetainedFacts;
  readonly rhythms: Rhythms;
  readonly late: LateTopics;
  /** What waits refers to nodes by their numbers and to totals from which forgetting takes away. */
  readonly flush: () => void;
}

/**
 * Forgets topics: one at a time where room is short, and what a person wants to be forgotten, in slices. A
 * topic that others lie below stays as the level that leads to them.
 */
export class Forgetter {
  readonly #o: ForgetterPorts;
  readonly #columns: Columns;
  readonly #jobs: Job[] = [];
  /** Rows freed so far, or as much work: a topic may be of 512 levels, each a row, and its name of 64 kB. */
  #rows = 0;

  constructor(ports: ForgetterPorts) {
    this.#o = ports;
    this.#columns = ports.tree.columns;
  }

  /** Forgets the topic that may go first; false if there is none within reach. */
  one(): boolean {
    const node = this.#o.tree.hand.next();
    if (node === NO_NODE) return false;
    this.#forget(node);
    return true;
  }

  /** The same again and again, until some rows are freed, while it `isShort`; whether any was forgotten. */
  some(rows: number, isShort: () => boolean): boolean {
    const until = this.#rows + rows;
    let any = false;
    while (this.#rows < until && isShort() && this.one()) any = true;
    return any;
  }

  /** Topics that come meanwhile are left alone. @param done called once all are forgotten */
  add(what: Forgetting, done: (forgotten: Forgotten) => void): void {
    const { columns } = this.#o.tree;
    this.#jobs.push({
      what,
      done,
      end: columns.end,
      born: columns.births,
      birth: what.kind === 'late' ? 0 : columns.birth(what.node),
      next: what.kind === 'topic' ? what.node : 0,
      topics: 0,
      messages: 0,
      retained: 0,
    });
  }

  /** Some of what is to be forgotten; true if more is left. */
  step(): boolean {
    const [job] = this.#jobs;
    if (job === undefined) return false;
    const end = job.what.kind === 'topic' ? job.next + 1 : Math.min(job.end, job.next + LOOKED_AT);
    const until = this.#rows + FREED;
    let over = !this.#isThere(job);
    while (!over && job.next < end && this.#rows < until) {
      const node = job.next++;
      if (!this.#isMeant(job, node)) continue;
      this.#take(job, node);
      over = !this.#isThere(job);
    }
    if (!over && job.next < (job.what.kind === 'topic' ? end : job.end)) return true;
    this.#jobs.shift();
    job.done({ topics: job.topics, messages: job.messages, retained: job.retained });
    return this.#jobs.length > 0;
  }

  /** The branch may have been removed with the last topic below it. */
  #isThere({ what, birth }: Job): boolean {
    return what.kind === 'late' || (this.#columns.has(what.node) && this.#columns.birth(what.node) === birth);
  }

  #isMeant({ what, born }: Job, node: Node): boolean {
    const columns = this.#columns;
    const flags = columns.flags(node);
    if ((flags & (Flag.alive | Flag.topic | Flag.pinned)) !== (Flag.alive | Flag.topic)) return false;
    // Births are counted round a circle of 32 bits.
    if (((columns.birth(node) - born) | 0) > 0) return false;
    if (what.kind === 'late') return this.#o.late.has(node);
    if (what.kind === 'topic') return true;
    const level = columns.level(what.node);
    let up = node;
    while (columns.level(up) > level) up = columns.parent(up);
    return up === what.node;
  }

  #take(job: Job, node: Node): void {
    const { counts } = this.#o.tally;
    const [messages, retained] = [counts[Count.forgotten]!, counts[Count.retained]!];
    this.#forget(node);
    job.topics++;
    job.messages += counts[Count.forgotten]! - messages;
    job.retained += retained - counts[Count.retained]!;
  }

  #forget(node: Node): void {
    const { tree, tally, ledger, facts, rhythms, flush } = this.#o;
    flush();
    facts.forget(node);
    ledger.forget(node);
    rhythms.forget(node);
    tally.counts[Count.topics]!--;
    tally.counts[Count.forgottenTopics]!++;
    const isBranch = this.#columns.children(node) > 0;
    const alive = tree.columns.alive;
    const bytes = tree.pathOf(node).length;
    tree.demote(node, this.#columns.own(node));
    if (isBranch) ledger.cut(node);
    tree.prune(node);
    this.#rows += Math.max(1, alive - tree.columns.alive) + Math.floor(bytes / BYTES_PER_ROW);
  }
}
