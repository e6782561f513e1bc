import type { RetainedFact } from '../../../contract/model/retained.ts';
import { Cold, Flag, Hot, coldRow, hotRow, type Columns } from '../columns/columns.ts';
import { readFact } from './facts.ts';
import type { Node, RecordAddress, TopicNodes } from '../columns/nodes.ts';
import type { RateClock } from '../tree/rates.ts';
import type { LateLook } from './late-topics.ts';
import { intervalOf, isRhythmic } from './rhythm.ts';

/** What a retained fact says lies in these bits, one beside the other. */
const FACT_MASK = Flag.stateMask | Flag.byMask;
/** States and sources together. */
const FACTS = (FACT_MASK >> Flag.stateShift) + 1;

/** What readers need besides the columns. */
export interface ReadingTime {
  readonly now: number;
  /** From when expiries are counted, ms since the epoch: see `RetainedFacts.setBack`. */
  readonly startedAt: number;
  readonly session: number;
  readonly rates: RateClock;
}

/** The columns read as topics: the live store and the snapshots of pauses share it. */
export abstract class NodeReader implements TopicNodes {
  abstract readonly now: number;
  abstract readonly topicCount: number;
  protected abstract readonly columns: Columns;
  protected abstract readonly time: ReadingTime;
  protected abstract readonly lateTopics: LateLook;

  /** Before subtree figures are read: carries up what is still waiting. */
  protected abstract fresh(): void;

  abstract exists(node: Node): boolean;

  parent(node: Node): Node {
    return this.columns.parent(node);
  }

  level(node: Node): number {
    return this.columns.level(node);
  }

  firstChild(node: Node): Node {
    return this.columns.firstChild(node);
  }

  nextSibling(node: Node): Node {
    return this.columns.nextSibling(node);
  }

  childCount(node: Node): number {
    return this.columns.children(node);
  }

  subtreeTopics(node: Node): number {
    return this.columns.topics(node);
  }

  subtreeMessages(node: Node): number {
    this.fresh();
    return this.columns.total(node);
  }

  messages(node: Node): number {
    return this.columns.own(node);
  }

  rate(node: Node): number {
    this.fresh();
    const { columns } = this;
    const hotAt = columns.hotAt(node);
    const coldAt = columns.coldAt(node);
    const chunk = columns.hotChunk(hotAt);
    const row = hotRow(hotAt);
    const born = columns.coldChunk(coldAt).i32[coldRow(coldAt) + Cold.born]!;
    return this.time.rates.read(chunk.f32[row + Hot.rate]!, chunk.u16[(row << 1) + Hot.rateEpoch]!, born);
  }

  lastSeen(node: Node): number {
    this.fresh();
    return this.columns.lastSeen(node);
  }

  lastRecord(node: Node): RecordAddress {
    return this.columns.lastRecord(node);
  }

  lastRetainedRecord(node: Node): RecordAddress {
    return this.columns.lastRetained(node);
  }

  retained(node: Node): RetainedFact {
    const { now, startedAt, session } = this.time;
    return readFact(this.columns, node, now, startedAt, session);
  }

  /**
   * Changes whenever the topic got a message or its retained fact changed: the message count and the time of a
   * fact only grow, and the state of the fact distinguishes changes within a millisecond.
   */
  retainedStamp(node: Node): number {
    const { columns } = this;
    const fact = (columns.flags(node) & FACT_MASK) >> Flag.stateShift;
    return (columns.own(node) + columns.factAt(node)) * FACTS + fact;
  }

  late(node: Node): number {
    return this.lateTopics.count(node);
  }

  isLate(node: Node): boolean {
    return this.lateTopics.has(node);
  }

  usualInterval(node: Node): number {
    const word = this.columns.rhythm(node);
    return isRhythmic(word) ? intervalOf(word) : 0;
  }

  birth(node: Node): number {
    return this.columns.birth(node);
  }

  isTopic(node: Node): boolean {
    return (this.columns.flags(node) & Flag.topic) !== 0;
  }
}
