import type { RetainedFact } from '../../../contract/model/retained.ts';
import { RecordLook } from '../../history/look.ts';
import type { Missing, Subject } from '../../query/match/subject.ts';
import { NO_RECORD, type Node, type TopicSource } from '../columns/nodes.ts';
import { latestRecord, type RecordScope } from './records.ts';

const NO_PATH = new Uint8Array(0);

/** One node after the other as what a filter is asked about, live or as of a pause. */
export class NodeSubject implements Subject {
  path: Uint8Array = NO_PATH;
  /** Payload bytes that were there to be looked at since this was set to 0. */
  bytes = 0;
  readonly #source: TopicSource;
  readonly #scope: RecordScope;
  readonly #latest = new RecordLook();
  readonly #before = new RecordLook();
  #node: Node = 0;
  /** Undefined: not looked for yet. */
  #found: RecordLook | Missing | undefined;

  constructor(source: TopicSource, scope: RecordScope) {
    this.#source = source;
    this.#scope = scope;
  }

  aim(node: Node, path: Uint8Array): void {
    this.#node = node;
    this.path = path;
    this.#found = undefined;
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

  /** Of the topic alone, which its column is only where nothing lies below. */
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

  latest(): RecordLook | Missing {
    return (this.#found ??= this.#read());
  }

  before(): RecordLook | Missing {
    const latest = this.latest();
    if (typeof latest === 'string') return latest;
    // A record that was carried along has lost its link, so its topic tells whether there was one.
    if (latest.previous === NO_RECORD) return this.count <= 1 ? 'never' : 'evicted';
    return this.#source.log.look(latest.previous, this.#before) ? this.#before : 'evicted';
  }

  #read(): RecordLook | Missing {
    const { nodes, upTo } = this.#scope;
    const address = nodes.lastRecord(this.#node);
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
