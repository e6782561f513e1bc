import type { BranchMessage } from '../../../contract/model/message.ts';
import type { HistoryRecord } from '../../history/record.ts';
import type { Counting } from '../../payload/preview.ts';
import { NO_NODE, NO_RECORD, type Node, type TopicSource } from '../columns/nodes.ts';
import { displayTopic, keyBytes, topicKey } from '../names.ts';
import { metaOf, PAGE_COUNTED_BYTES, type RecordScope } from './records.ts';

/** Topics and messages looked at for one page: some 50 ms. */
const MOST_STEPS = 100_000;

export interface BranchHistoryAnswer {
  readonly messages: BranchMessage[];
  /** Nothing older was evicted. */
  readonly complete: boolean;
  readonly more: boolean;
}

/** What may hold the newest message: a subtree that was not opened yet, or a message. */
interface Place {
  /** When its newest message came, ms since the epoch. */
  readonly at: number;
  readonly node: Node;
  /** Null: a subtree. */
  readonly record: HistoryRecord | null;
}

/**
 * The messages of a topic and of all below it, newest first. Only subtrees are opened that may hold one of those
 * that are wanted, so that a page costs what it shows and not what lies below.
 * @param before a sequence number; null: from the newest on
 */
export function branchHistory(
  source: TopicSource,
  scope: RecordScope,
  key: string,
  before: number | null,
  limit: number,
): BranchHistoryAnswer {
  const root = source.find(keyBytes(key));
  if (root === NO_NODE || !scope.present(root)) return { messages: [], complete: false, more: false };
  const end = Math.min(before ?? Infinity, scope.upTo + 1);
  const messages: BranchMessage[] = [];
  const counting: Counting = { left: PAGE_COUNTED_BYTES, begun: null };
  const heap = new Newest();
  let evicted = false;
  let steps = 0;
  const open = (node: Node): void => {
    put(node, scope.nodes.lastRecord(node));
    for (let child = source.firstChild(node); child !== NO_NODE; child = source.nextSibling(child)) {
      steps++;
      if (scope.present(child)) heap.push({ at: scope.nodes.lastSeen(child), node: child, record: null });
    }
  };
  const put = (node: Node, address: number): void => {
    if (address === NO_RECORD) return;
    const record = source.record(address);
    if (record === null) evicted = true;
    else heap.push({ at: record.at, node, record });
  };
  open(root);
  for (let place = heap.pop(); place !== null; place = heap.pop()) {
    if (steps++ > MOST_STEPS) return { messages, complete: false, more: false };
    const { node, record } = place;
    if (record === null) {
      open(node);
      continue;
    }
    if (record.seq < end) {
      if (messages.length === limit) return { messages, complete: false, more: true };
      counting.begun = null;
      const path = topicKey(source.pathBytes(node));
      messages.push({ ...metaOf(record, counting), key: path, topic: displayTopic(path) });
    }
    put(node, record.previous);
  }
  return { messages, complete: !evicted, more: false };
}

/** The newest first; of the same time a subtree before a message, as it may hold a newer one. */
class Newest {
  readonly #heap: Place[] = [];

  push(place: Place): void {
    const heap = this.#heap;
    let at = heap.push(place) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(place, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = place;
  }

  pop(): Place | null {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined) return null;
    if (heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(a: Place, b: Place): boolean {
  if (a.at !== b.at) return a.at > b.at;
  if (a.record === null || b.record === null) return a.record === null && b.record !== null;
  return a.record.seq > b.record.seq;
}
