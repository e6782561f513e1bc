import type { ClearScope, ScopedTopic } from '../../contract/session/jobs.ts';
import type { Node, TopicSource } from '../../core/topics/columns/nodes.ts';
import { NO_NODE, ROOT } from '../../core/topics/columns/nodes.ts';
import { isReturning } from '../../core/inventory/collect.ts';
import { matchesFilter } from '../../core/topics/filters.ts';
import { keyBytes, topicKey } from '../../core/topics/names.ts';
import { NodeSubject } from '../../core/topics/view/subject.ts';
import { compileFilter } from '../../core/query/match/compile.ts';
import { YES } from '../../core/query/match/subject.ts';

/** Nodes looked at in one slice: well below the time that intake may be held up. */
const SLICE = 10_000;
/** Topics in one answer. */
export const MOST = 1_000;
const SLASH = 0x2f;

/** What is found by going through the store; an inventory keeps a list of its own. */
export type StoreScope = Exclude<ClearScope, { kind: 'inventory' }>;

export interface Listed {
  readonly keys: readonly { readonly key: string; readonly returning: boolean }[];
  /** Topics of which it is not known whether they are retained. */
  readonly unknown: number;
  /** Where to go on; null: that was all. */
  readonly next: number | null;
}

/** Topics that lie in the scope and are known to be retained (chosen ones: all), a slice of the store at a time. */
export function listRetained(topics: TopicSource, scope: StoreScope, from: number): Listed {
  if (scope.kind === 'topics') return listChosen(topics, scope.keys);
  const keys: { key: string; returning: boolean }[] = [];
  let unknown = 0;
  const { inScope, cost } = scopeTest(topics, scope);
  let node: Node = Math.max(from, ROOT + 1);
  for (let left = SLICE; left > 0 && node < topics.end && keys.length < MOST; node++, left--) {
    if (!topics.exists(node) || !topics.isTopic(node)) continue;
    const { state } = topics.retained(node);
    if (state !== 'retained' && state !== 'unknown') continue;
    const path = topics.pathBytes(node);
    left -= cost;
    if (!inScope(node, path)) continue;
    if (state === 'unknown') {
      unknown++;
      continue;
    }
    keys.push({ key: topicKey(path), returning: isReturning(topics, node) });
  }
  return { keys, unknown, next: node < topics.end ? node : null };
}

/** Chosen one by one they are listed whatever is known of them: what is not certain can be cleared as well. */
function listChosen(topics: TopicSource, chosen: readonly string[]): Listed {
  const keys = [...new Set(chosen)].map((key) => {
    const node = topics.find(keyBytes(key));
    return { key, returning: node !== NO_NODE && isReturning(topics, node) };
  });
  return { keys, unknown: 0, next: null };
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

/** A listed topic with what the preview shows of it. */
export function scoped(
  planned: Omit<ScopedTopic, 'returning'>,
  { returning }: { readonly returning: boolean },
): ScopedTopic {
  const { key, topic, size, preview, excluded } = planned;
  return { key, topic, size, preview, excluded, returning };
}
