import {
  NO_NODE,
  NO_RECORD,
  type Node,
  type RecordAddress,
  type TopicSource,
} from '../topics/columns/nodes.ts';

/** The newest record that was read of a topic, to find out later whether it was forgotten with its topic. */
export class HeldRecord {
  readonly #source: TopicSource;
  #node: Node = NO_NODE;
  #birth = 0;
  #address: RecordAddress = NO_RECORD;
  #wasForgotten = false;

  constructor(source: TopicSource) {
    this.#source = source;
  }

  hold(node: Node, address: RecordAddress): void {
    this.#wasForgotten ||= this.#isForgotten;
    this.#node = node;
    this.#birth = this.#source.birth(node);
    this.#address = address;
  }

  /** Whether one that was held was forgotten since this was asked last. */
  takeForgotten(): boolean {
    const isForgotten = this.#isForgotten;
    if (isForgotten) this.#node = NO_NODE;
    const was = this.#wasForgotten || isForgotten;
    this.#wasForgotten = false;
    return was;
  }

  get #isForgotten(): boolean {
    return this.#node !== NO_NODE && !this.#source.holds(this.#node, this.#birth, this.#address);
  }
}
