import type { RetainedFact } from '../../contract/model/retained.ts';
import type { RetainedAge } from '../../contract/session/inventory.ts';
import { RecordLook } from '../history/look.ts';
import { heldRecord, heldSize } from './last-retained.ts';
import type { Missing, Subject } from '../query/match/subject.ts';
import { NO_RECORD, type Node, type TopicSource } from '../topics/columns/nodes.ts';
import { PathLook } from '../topics/path-look.ts';
import { AgeReader } from './age.ts';

/** One topic after the other with its retained message, as what a filter is asked about. */
export class RetainedSubject implements Subject {
  readonly path = new PathLook();
  readonly #topics: TopicSource;
  readonly #ages = new AgeReader();
  readonly #look = new RecordLook();
  #node: Node = 0;
  #fact: RetainedFact = { state: 'unknown', by: 'none', at: 0, stale: false };
  /** Undefined: not looked for yet. */
  #found: RecordLook | Missing | undefined;
  #age: RetainedAge | null | undefined;

  constructor(topics: TopicSource) {
    this.#topics = topics;
  }

  aim(node: Node, path: Uint8Array, fact: RetainedFact): void {
    this.#node = node;
    this.path.take(path);
    this.#fact = fact;
    this.#found = undefined;
    this.#age = undefined;
  }

  get level(): number {
    return this.#topics.level(this.#node);
  }

  get count(): number {
    return this.#topics.messages(this.#node);
  }

  get rate(): number {
    return this.#topics.rate(this.#node);
  }

  /** So that an age in a filter is that of the retained message; 0: not known. */
  get lastSeen(): number {
    return this.age()?.at ?? 0;
  }

  get now(): number {
    return this.#topics.now;
  }

  get retained(): RetainedFact {
    return this.#fact;
  }

  get subscriptions(): ReadonlyMap<string, number> {
    return this.#topics.subscriptions;
  }

  get late(): boolean {
    return this.#topics.isLate(this.#node);
  }

  latest(): RecordLook | Missing {
    return (this.#found ??= this.#read());
  }

  size(): number | Missing {
    const latest = this.latest();
    if (typeof latest !== 'string') return latest.size;
    return heldSize(this.#topics, this.#node, this.#fact, this.#look) ?? latest;
  }

  before(): Missing {
    return 'never';
  }

  age(): RetainedAge | null {
    if (this.#age !== undefined) return this.#age;
    const look = this.latest();
    return (this.#age = this.#ages.ageOf(typeof look === 'string' ? null : look, this.#fact, this.now));
  }

  #read(): RecordLook | Missing {
    const address = heldRecord(this.#topics, this.#node, this.#fact);
    if (address === NO_RECORD) return 'never';
    return this.#topics.log.look(address, this.#look) ? this.#look : 'evicted';
  }
}
