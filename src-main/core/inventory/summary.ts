import { AGE_BOUNDS, type InventorySummary } from '../../contract/session/inventory.ts';
import type { TopicSource } from '../topics/columns/nodes.ts';
import { displayTopic, topicKey } from '../topics/names.ts';
import type { InventoryOutline } from './outline.ts';

/** Subtrees that are named; the rest is added up. */
const NAMED = 5;

/** Adds up what is listed and what of it is chosen. */
export function summarise(topics: TopicSource, outline: InventoryOutline, now: number): InventorySummary {
  const ages = Array.from({ length: AGE_BOUNDS.length + 1 }, () => 0);
  const chosen = { count: 0, bytes: 0, returning: 0 };
  const unchosen = { unknown: 0, protected: 0 };
  let bytes = 0;
  let stale = 0;
  for (const entry of outline.entries) {
    const { size, age, state } = entry;
    bytes += size ?? 0;
    // At least so old may be any older: only beyond the last bound that says something.
    const bucket = age === null ? -1 : bucketOf(now - age.at);
    if (age !== null && (age.source !== 'stored' || bucket === AGE_BOUNDS.length)) ages[bucket]!++;
    if (state === 'stale') stale++;
    if (outline.isChosen(entry)) {
      chosen.count++;
      chosen.bytes += size ?? 0;
      if (state === 'returning') chosen.returning++;
    } else if (state === 'unknown' || state === 'protected') unchosen[state]++;
  }
  return {
    count: outline.entries.length,
    bytes,
    chosen,
    unchosen,
    stale,
    ages,
    ...subtrees(topics, outline),
  };
}

function bucketOf(age: number): number {
  const at = AGE_BOUNDS.findIndex((bound) => age < bound);
  return at < 0 ? AGE_BOUNDS.length : at;
}

function subtrees(
  topics: TopicSource,
  outline: InventoryOutline,
): Pick<InventorySummary, 'subtrees' | 'more'> {
  let places = outline.childrenOf(null);
  for (let [only, other] = places; only !== undefined && other === undefined; [only, other] = places) {
    const below = outline.childrenOf(only);
    if (below.length === 0 || outline.entryOf(only) !== null) break;
    places = below;
  }
  const sorted = places.toSorted((a, b) => countOf(outline, b) - countOf(outline, a));
  // One that is left would take as much room as the line that counts it.
  const named = sorted.length === NAMED + 1 ? sorted : sorted.slice(0, NAMED);
  const more = { subtrees: sorted.length - named.length, count: 0, bytes: 0 };
  for (const at of sorted.slice(named.length)) {
    more.count += countOf(outline, at);
    more.bytes += outline.totals[at]?.bytes ?? 0;
  }
  return {
    subtrees: named.map((at) => {
      const key = topicKey(topics.pathBytes(outline.nodes[at] ?? 0));
      return {
        key,
        topic: displayTopic(key),
        count: countOf(outline, at),
        bytes: outline.totals[at]?.bytes ?? 0,
      };
    }),
    more,
  };
}

function countOf(outline: InventoryOutline, at: number): number {
  return outline.totals[at]?.count ?? 0;
}
