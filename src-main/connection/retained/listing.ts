import type { RetainedFact } from '../../contract/model/retained.ts';
import type { ClearScope } from '../../contract/session/jobs.ts';
import { RecordLook } from '../../core/history/look.ts';
import type { Node, TopicSource } from '../../core/topics/columns/nodes.ts';
import { NO_NODE, ROOT } from '../../core/topics/columns/nodes.ts';
import { excludedByBytes } from '../../core/retained/clearing.ts';
import { heldSize } from '../../core/inventory/last-retained.ts';
import { TopicListWriter, type PackedTopics } from '../../core/retained/topic-list.ts';
import { isReturning } from '../../core/inventory/collect.ts';
import { matchesFilter } from '../../core/topics/filters.ts';
import { isWithin, separatorByte } from '../../core/topics/levels.ts';
import { keyBytes, topicKey } from '../../core/topics/names.ts';
import { PathLook } from '../../core/topics/path-look.ts';
import { NodeSubject } from '../../core/topics/view/subject.ts';
import { compileFilter } from '../../core/query/match/compile.ts';
import { YES } from '../../core/query/match/subject.ts';

/** Nodes looked at between two pauses: well below the time that intake may be held up. */
const SLICE = 2_048;
/** Of topics that are listed, as many nodes that are not: each takes so much longer. */
const LISTED_COST = 2;
/** Topics in one answer, and bytes of their names. */
const MOST = 20_000;
const MOST_BYTES = 8 * 2 ** 20;
const UNSEEN: RetainedFact = { state: 'unknown', by: 'none', at: 0, stale: false };

/** What is found by going through the store; an inventory keeps a list of its own. */
export type StoreScope = Exclude<ClearScope, { kind: 'inventory' }>;

export interface Listed {
  readonly topics: PackedTopics;
  /** Topics of which it is not known whether they are retained. */
  readonly unknown: number;
  /** Where to go on; null: that was all. */
  readonly next: number | null;
}

export interface Listing {
  readonly topics: TopicSource;
  /** When we published to it last with Retain, ms since the epoch; 0: never. */
  readonly oursAt: (node: Node) => number;
  /** False: this broker keeps none. */
  readonly retainAvailable: boolean;
}

/** Topics that lie in the scope and are known to be retained (chosen ones: all), with a pause after each slice. */
export function* listRetained(listing: Listing, scope: StoreScope, from: number): Generator<void, Listed> {
  if (scope.kind === 'topics') return listChosen(listing, scope.keys);
  const { topics } = listing;
  const list = new RetainedList(listing);
  const path = new PathLook();
  let unknown = 0;
  const { inScope, cost } = scopeTest(topics, scope);
  let node: Node = Math.max(from, ROOT + 1);
  for (let left = SLICE; node < topics.end && !list.isFull; node++) {
    if (--left <= 0) {
      yield;
      left = SLICE;
    }
    if (!topics.exists(node) || !topics.isTopic(node)) continue;
    const fact = topics.retained(node);
    if (fact.state !== 'retained' && fact.state !== 'unknown') continue;
    topics.lookPath(node, path);
    left -= cost;
    if (!inScope(node, path)) continue;
    left -= LISTED_COST;
    if (fact.state === 'unknown') unknown++;
    else list.add(node, path, fact);
  }
  return { topics: list.packed(), unknown, next: node < topics.end ? node : null };
}

/** Chosen one by one they are listed whatever is known of them: what is not certain can be cleared as well. */
function listChosen(listing: Listing, chosen: readonly string[]): Listed {
  const { topics } = listing;
  const list = new RetainedList(listing);
  for (const key of new Set(chosen)) {
    const path = new PathLook().take(keyBytes(key));
    const node = topics.find(path.bytes);
    list.add(node, path, node === NO_NODE ? UNSEEN : topics.retained(node));
  }
  return { topics: list.packed(), unknown: 0, next: null };
}

/** A list of topics while it is made. */
export class RetainedList {
  readonly #listing: Listing;
  readonly #list = new TopicListWriter(MOST);
  readonly #look = new RecordLook();

  constructor(listing: Listing) {
    this.#listing = listing;
  }

  get isFull(): boolean {
    return this.#list.length >= MOST || this.#list.bytes >= MOST_BYTES;
  }

  /** @param node NO_NODE where the topic is not known */
  add(node: Node, { bytes, start, end }: PathLook, fact: RetainedFact): void {
    const { topics, oursAt, retainAvailable } = this.#listing;
    const excluded = excludedByBytes(bytes, start, end, fact, retainAvailable);
    const size = heldSize(topics, node, fact, this.#look) ?? 0;
    const returning = node !== NO_NODE && isReturning(topics, node, oursAt(node));
    this.#list.add(bytes, start, end, size, returning, excluded);
  }

  packed(): PackedTopics {
    return this.#list.packed();
  }
}

interface ScopeTest {
  /** Of one question, in nodes that are looked at. */
  readonly cost: number;
  inScope(node: Node, path: PathLook): boolean;
}

function scopeTest(topics: TopicSource, scope: Exclude<StoreScope, { kind: 'topics' }>): ScopeTest {
  switch (scope.kind) {
    case 'matching':
      return {
        cost: 0,
        inScope: (_, { bytes, start, end }) =>
          matchesFilter(scope.filter, topicKey(bytes.subarray(start, end))),
      };
    case 'subtree': {
      const above = keyBytes(scope.key);
      const separator = separatorByte(topics.separator);
      return { cost: 0, inScope: (_, path) => isWithin(path, above, separator) };
    }
    case 'filter':
      return filterTest(topics, scope.text);
  }
}

/** A filter that means nothing shows nothing to clear: neither everything nor what was shown before. */
function filterTest(topics: TopicSource, text: string): ScopeTest {
  const compiled = compileFilter(text);
  if (compiled.kind === 'problems' || compiled.filter === null) return { cost: 0, inScope: () => false };
  const { test, cost } = compiled.filter;
  const subject = new NodeSubject(topics, { nodes: topics, upTo: Infinity, present: () => true });
  return {
    cost: 4 * cost,
    inScope: (node) => {
      subject.aim(node);
      return test.of(subject) === YES;
    },
  };
}
