import type { RetainedFact } from '../../../contract/model/retained.ts';
import { RecordLook } from '../../history/look.ts';
import type { Missing, Subject } from '../../query/match/subject.ts';
import {
  NO_NODE,
  NO_RECORD,
  type Node,
  type RecordAddress,
  type TopicNodes,
  type TopicSource,
} from '../columns/nodes.ts';
import { PathLook } from '../path-look.ts';
import { latestRecord, type RecordScope } from './records.ts';

/** One node after the other as what a filter is asked about, live or as of a pause. */
export class NodeSubject implements Subject {
  /** Bytes of topics and payloads that were there to be looked at since this was set to 0. */
  bytes = 0;
  readonly #source: TopicSource;
  readonly #scope: RecordScope;
  readonly #latest = new RecordLook();
  readonly #before = new RecordLook();
  readonly #path = new PathLook();
  #node: Node = 0;
  #address: RecordAddress = NO_RECORD;
  /** The node whose path was looked for. */
  #named: Node = NO_NODE;
  /** Undefined: not looked for yet. */
  #found: RecordLook | Missing | undefined;

  constructor(source: TopicSource, scope: RecordScope) {
    this.#source = source;
    this.#scope = scope;
  }

  /** @param address where its latest record lies, if that is known; 0 if not */
  aim(node: Node, address: RecordAddress = NO_RECORD): void {
    this.#node = node;
    this.#address = address;
    this.#named = NO_NODE;
    this.#found = undefined;
  }

  /** Of what is asked about. */
  get nodes(): TopicNodes {
    return this.#scope.nodes;
  }

  get path(): PathLook {
    const path = this.#path;
    if (this.#named !== this.#node) {
      this.#named = this.#node;
      this.#source.lookPath(this.#node, path);
      this.bytes += path.end - path.start;
    }
    return path;
  }

  get level(): number {
    return this.#scope.nodes.level(this.#node);
  }

  get count(): number {
    return this.#scope.nodes.messages(this.#node);
  }

  get rate(): number {
    return this.#scope.nodes.rate(this.#node);
  }

  /** When the topic itself was last seen. Its column counts the subtree, so that is used only for a leaf. */
  get lastSeen(): number {
    const { nodes } = this.#scope;
    const latest = nodes.childCount(this.#node) === 0 ? null : this.latest();
    return latest === null || typeof latest === 'string' ? nodes.lastSeen(this.#node) : latest.at;
  }

  get now(): number {
    return this.#scope.nodes.now;
  }

  get retained(): RetainedFact {
    return this.#scope.nodes.retained(this.#node);
  }

  get subscriptions(): ReadonlyMap<string, number> {
    return this.#source.subscriptions;
  }

  get late(): boolean {
    return this.#scope.nodes.isLate(this.#node);
  }

  latest(): RecordLook | Missing {
    return (this.#found ??= this.#read());
  }

  size(): number | Missing {
    const latest = this.latest();
    return typeof latest === 'string' ? latest : latest.size;
  }

  before(): RecordLook | Missing {
    const latest = this.latest();
    if (typeof latest === 'string') return latest;
    // A moved record has no link to the one before, so its topic says whether there was one.
    if (latest.previous === NO_RECORD) return this.count <= 1 ? 'never' : 'evicted';
    return this.#source.log.look(latest.previous, this.#before) ? this.#before : 'evicted';
  }

  #read(): RecordLook | Missing {
    const { nodes, upTo } = this.#scope;
    const address = this.#address === NO_RECORD ? nodes.lastRecord(this.#node) : this.#address;
    if (address === NO_RECORD) return nodes.messages(this.#node) === 0 ? 'never' : 'evicted';
    const into = this.#latest;
    if (upTo === Infinity) {
      if (!this.#source.log.look(address, into)) return 'evicted';
    } else {
      const record = latestRecord(this.#source, this.#scope, this.#node);
      if (record === null) return 'evicted';
      into.take(record);
    }
    this.bytes += into.payloadEnd - into.payloadStart;
    return into;
  }
}
