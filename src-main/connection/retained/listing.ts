import type { TopicKey } from '../../contract/model/model.ts';
import type { RetainedFact } from '../../contract/model/retained.ts';
import type { ClearScope, ListedTopic } from '../../contract/session/jobs.ts';
import { RecordLook } from '../../core/history/look.ts';
import type { Node, TopicSource } from '../../core/topics/columns/nodes.ts';
import { NO_NODE, NO_RECORD, ROOT } from '../../core/topics/columns/nodes.ts';
import { excludedBecause } from '../../core/retained/clearing.ts';
import { isReturning } from '../../core/inventory/collect.ts';
import { matchesFilter } from '../../core/topics/filters.ts';
import { keyBytes, topicKey } from '../../core/topics/names.ts';
import { NodeSubject } from '../../core/topics/view/subject.ts';
import { compileFilter } from '../../core/query/match/compile.ts';
import { YES } from '../../core/query/match/subject.ts';

/** Nodes looked at in one slice: well below the time that intake may be held up. */
const SLICE = 10_000;
/** Topics in one answer. */
export const MOST = 5_000;
const SLASH = 0x2f;
const UNSEEN: RetainedFact = { state: 'unknown', by: 'none', at: 0, stale: false };

/** What is found by going through the store; an inventory keeps a list of its own. */
export type StoreScope = Exclude<ClearScope, { kind: 'inventory' }>;

export interface Listed {
  readonly topics: ListedTopic[];
  /** Topics of which it is not known whether they are retained. */
  readonly unknown: number;
  /** Where to go on; null: that was all. */
  readonly next: number | null;
}

export interface Listing {
  readonly topics: TopicSource;
  /** False: this broker keeps none. */
  readonly retainAvailable: boolean;
}

/** Topics that lie in the scope and are known to be retained (chosen ones: all), a slice of the store at a time. */
export function listRetained(listing: Listing, scope: StoreScope, from: number): Listed {
  if (scope.kind === 'topics') return listChosen(listing, scope.keys);
  const { topics } = listing;
  const list: ListedTopic[] = [];
  const look = new RecordLook();
  let unknown = 0;
  const { inScope, cost } = scopeTest(topics, scope);
  let node: Node = Math.max(from, ROOT + 1);
  for (let left = SLICE; left > 0 && node < topics.end && list.length < MOST; node++, left--) {
    if (!topics.exists(node) || !topics.isTopic(node)) continue;
    const fact = topics.retained(node);
    if (fact.state !== 'retained' && fact.state !== 'unknown') continue;
    const path = topics.pathBytes(node);
    left -= cost;
    if (!inScope(node, path)) continue;
    if (fact.state === 'unknown') {
      unknown++;
      continue;
    }
    list.push(listed(listing, topicKey(path), node, look));
  }
  return { topics: list, unknown, next: node < topics.end ? node : null };
}

/** Chosen one by one they are listed whatever is known of them: what is not certain can be cleared as well. */
function listChosen(listing: Listing, chosen: readonly string[]): Listed {
  const look = new RecordLook();
  const topics = [...new Set(chosen)].map((key) =>
    listed(listing, key, listing.topics.find(keyBytes(key)), look),
  );
  return { topics, unknown: 0, next: null };
}

/** @param node NO_NODE where the topic is not known */
export function listed(
  { topics, retainAvailable }: Listing,
  key: TopicKey,
  node: Node,
  look: RecordLook,
): ListedTopic {
  if (node === NO_NODE)
    return { key, size: 0, returning: false, excluded: excludedBecause(key, UNSEEN, retainAvailable) };
  const address = topics.lastRetainedRecord(node);
  const isKept = address !== NO_RECORD && topics.log.look(address, look);
  return {
    key,
    size: isKept ? look.size : 0,
    returning: isReturning(topics, node),
    excluded: excludedBecause(key, topics.retained(node), retainAvailable),
  };
}

interface ScopeTest {
  /** Of one question, in nodes that are looked at. */
  readonly cost: number;
  inScope(node: Node, path: Uint8Array): boolean;
}

function scopeTest(topics: TopicSource, scope: Exclude<StoreScope, { kind: 'topics' }>): ScopeTest {
  switch (scope.kind) {
    case 'matching':
      return { cost: 0, inScope: (_, path) => matchesFilter(scope.filter, topicKey(path)) };
    case 'subtree': {
      const above = keyBytes(scope.key);
      return { cost: 0, inScope: (_, path) => isWithin(path, above) };
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

/** The topic itself or one below it: `a` has `a/b` below it, and not `ab`. */
function isWithin(path: Uint8Array, above: Uint8Array): boolean {
  if (path.length < above.length) return false;
  for (let at = 0; at < above.length; at++) if (path[at] !== above[at]) return false;
  return path.length === above.length || path[above.length] === SLASH;
}
