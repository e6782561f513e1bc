import type { BusyColour } from '../../../contract/model/view.ts';
import { compileFilter, type CompiledFilter } from '../../query/match/compile.ts';
import { YES } from '../../query/match/subject.ts';
import { NO_RECORD, type Node, type RecordAddress, type TopicSource } from '../columns/nodes.ts';
import type { RecordScope } from './records.ts';
import { NodeSubject } from './subject.ts';

/** What asking may take in a frame, in steps of 0.2 µs: about a millisecond. */
const FRAME_STEPS = 5_000;
/** Bytes of a topic or of a value that take as long to be searched as a cheap question does. */
const STEP_BYTES = 128;
/** A row keeps a colour, or none, at least for so long, ms: what flickers says nothing. */
const HOLD_MS = 1_000;
/** What time alone may change is asked again so often, ms. */
const AGAIN_MS = 1_000;
/** From so many matching messages a second on, the window says that not each of them is checked. */
const BUSY = 100;

/** By which rule a row is coloured, and what that was found by. */
export interface RowColour {
  /** Its place; null: none matches. */
  rule: number | null;
  /** The version of the rules that were asked; 0: not asked yet. */
  of: number;
  /** ms since the epoch: of when `rule` became another one, and of when it was asked last. */
  since: number;
  askedAt: number;
  /** The pass in which it was asked last. */
  pass: number;
  /** Of the topic, as it was asked. */
  own: number;
  address: RecordAddress;
}

export function noColour(): RowColour {
  return { rule: null, of: 0, since: 0, askedAt: 0, pass: 0, own: 0, address: NO_RECORD };
}

/**
 * The rules that colour rows: filters, of which the first that matches a topic colours its row. Only the
 * rows of the window are checked, when a message came or time may have changed the answer. A frame checks
 * for about a millisecond, and no row again before each had its turn.
 */
export class RowColours {
  readonly #source: TopicSource;
  #asked: readonly string[] = [];
  #rules: readonly (CompiledFilter | null)[] = [];
  #byTime = false;
  #scope: RecordScope | null = null;
  #subject: NodeSubject | null = null;
  #now = 0;
  #steps = 0;
  #pass = 1;
  /** Some row of this frame has to wait for the next one. */
  waiting = false;
  /** Changes with the rules; 0: there are none. */
  version = 0;
  #version = 0;
  /** Messages that matched each rule since `#since`, counted by the rows; and the rate per second before. */
  #met: number[] = [];
  #since = 0;
  /** Rules that more messages meet than are looked at. */
  busy: readonly BusyColour[] = [];

  constructor(source: TopicSource) {
    this.#source = source;
  }

  /** @param filters the first that matches counts; one that means nothing matches no topic */
  ask(filters: readonly string[]): void {
    if (filters.length === this.#asked.length && filters.every((text, at) => text === this.#asked[at]))
      return;
    this.#asked = [...filters];
    this.#rules = filters.map((text) => {
      const compiled = compileFilter(text);
      return compiled.kind === 'filter' ? compiled.filter : null;
    });
    this.#byTime = this.#rules.some((rule) => rule !== null && (rule.byTime || rule.byLate));
    this.#met = filters.map(() => 0);
    this.busy = [];
    this.#version++;
    this.version = filters.length === 0 ? 0 : this.#version;
    if (filters.length === 0) this.waiting = false;
  }

  /** @param now ms since the epoch */
  begin(scope: RecordScope, now: number): void {
    if (this.version === 0) return;
    if (this.#subject === null || this.#scope !== scope) {
      this.#scope = scope;
      this.#subject = new NodeSubject(this.#source, scope);
    }
    // All had their turn.
    if (this.#steps < FRAME_STEPS) this.#pass++;
    this.#steps = 0;
    this.#now = now;
    this.waiting = false;
    const passed = now - this.#since;
    if (passed >= 0 && passed < 1_000) return;
    const seconds = Math.max(1, passed / 1_000);
    this.busy = this.#met.flatMap((met, rule) => {
      const perSecond = met / seconds;
      return perSecond < BUSY ? [] : [{ rule, perSecond: Number(perSecond.toPrecision(2)) }];
    });
    this.#met.fill(0);
    this.#since = now;
  }

  /** Brings the colour of a row up to date; whether it is another one. */
  read(colour: RowColour, node: Node, isTopic: boolean): boolean {
    const subject = this.#subject;
    if (this.version === 0 || subject === null || !isTopic) return settle(colour, this.version);
    const { nodes } = subject;
    const own = nodes.messages(node);
    const address = nodes.lastRecord(node);
    const isSame = colour.of === this.version && colour.own === own && colour.address === address;
    if (isSame && !(this.#byTime && Math.abs(this.#now - colour.askedAt) >= AGAIN_MS)) return false;
    if (this.#steps >= FRAME_STEPS || colour.pass === this.#pass) {
      this.waiting = true;
      return false;
    }
    const rule = this.#firstOf(subject, node);
    if (rule !== null && colour.of !== 0)
      this.#met[rule] = (this.#met[rule] ?? 0) + Math.max(0, own - colour.own);
    // Other rules are answered for at once.
    const isHeld =
      rule !== colour.rule && colour.of === this.version && Math.abs(this.#now - colour.since) < HOLD_MS;
    colour.pass = this.#pass;
    colour.own = own;
    colour.address = isHeld ? NO_RECORD : address;
    colour.askedAt = this.#now;
    colour.of = this.version;
    if (isHeld || rule === colour.rule) return false;
    colour.rule = rule;
    colour.since = this.#now;
    return true;
  }

  #firstOf(subject: NodeSubject, node: Node): number | null {
    subject.aim(node);
    for (const [at, rule] of this.#rules.entries()) {
      if (rule === null) continue;
      subject.bytes = 0;
      const isMet = rule.test.of(subject) === YES;
      this.#steps += rule.cost + (subject.bytes / STEP_BYTES) * Math.max(1, rule.cost);
      if (isMet) return at;
    }
    return null;
  }
}

/** No rule can match it. Whether it was coloured. */
function settle(colour: RowColour, version: number): boolean {
  colour.of = version;
  if (colour.rule === null) return false;
  colour.rule = null;
  return true;
}
