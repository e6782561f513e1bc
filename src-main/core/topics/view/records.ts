import type { MessageMeta } from '../../../contract/model/message.ts';
import type { HistoryRecord } from '../../history/record.ts';
import { preview, type Counting } from '../../payload/preview.ts';
import { keyBytes } from '../names.ts';
import { NO_NODE, NO_RECORD, type Node, type RecordAddress } from '../columns/nodes.ts';
import type { TopicNodes, TopicSource } from '../columns/nodes.ts';

/** Records followed back before giving up: about 20 ms. Pages in order need 500 at most. */
const MAX_WALK = 100_000;
/** Addresses of messages read lately, so that the next page begins where the last one ended. */
const MAX_HINTS = 4_096;
/** Characters of a preview in a list of messages. */
const META_CHARS = 120;
/** Payload bytes that a page of history looks at to count what its previews leave out: some milliseconds. */
export const PAGE_COUNTED_BYTES = 1_048_576;

/** What is read: the live topics, or those of a pause. */
export interface RecordScope {
  readonly nodes: TopicNodes;
  /** Messages up to this number; Infinity when live. */
  readonly upTo: number;
  present(node: Node): boolean;
}

/** A message held outside of the log. */
export interface PinnedRecord {
  readonly kind: 'latest' | 'retained' | 'older';
  readonly record: HistoryRecord;
}

export type MessageAnswer =
  | {
      readonly kind: 'message';
      readonly meta: MessageMeta;
      readonly offset: number;
      readonly bytes: Uint8Array<ArrayBuffer>;
      readonly properties: Uint8Array<ArrayBuffer>;
    }
  | { readonly kind: 'gone'; readonly why: 'evicted' | 'forgotten' | 'never' };

export interface HistoryAnswer {
  readonly messages: MessageMeta[];
  readonly complete: boolean;
  readonly more: boolean;
}

/** @param counting what counting may cost; of a page of messages all together */
export function metaOf(record: HistoryRecord, counting?: Counting): MessageMeta {
  return {
    seq: record.seq,
    at: record.at,
    qos: record.qos,
    retain: record.retain,
    stored: record.stored,
    dup: record.dup,
    ...(record.packetId > 0 && { packetId: record.packetId }),
    size: record.size,
    kept: record.payload.length,
    propertyBytes: record.properties.length,
    preview: preview(record.payload, record.size, META_CHARS, counting),
  };
}

/** The topic's latest message up to the scope's end; null if it was evicted or never was. */
export function latestRecord(source: TopicSource, scope: RecordScope, node: Node): HistoryRecord | null {
  const address = scope.nodes.lastRecord(node);
  if (address === NO_RECORD) return null;
  const record = source.record(address);
  if (record && record.seq <= scope.upTo) return record;
  // The log moved it to make room, or (live) evicted it: the message after it leads back to it.
  return scope.upTo === Infinity ? null : walk(source, source.lastRecord(node), scope.upTo, () => true);
}

/** The last one delivered with the retain flag and a payload, likewise. */
export function retainedRecord(source: TopicSource, scope: RecordScope, node: Node): HistoryRecord | null {
  const address = scope.nodes.lastRetainedRecord(node);
  if (address === NO_RECORD) return null;
  const record = source.record(address);
  if (record && record.seq <= scope.upTo) return record;
  if (scope.upTo === Infinity) return null;
  const moved = source.record(source.lastRetainedRecord(node));
  if (moved && moved.seq <= scope.upTo) return moved;
  return walk(source, source.lastRecord(node), scope.upTo, ({ retain, size }) => retain && size > 0);
}

function walk(
  source: TopicSource,
  from: RecordAddress,
  upTo: number,
  wanted: (record: HistoryRecord) => boolean,
): HistoryRecord | null {
  let address = from;
  for (let steps = 0; steps < MAX_WALK && address !== NO_RECORD; steps++) {
    const record = source.record(address);
    if (!record) return null;
    if (record.seq <= upTo && wanted(record)) return record;
    address = record.previous;
  }
  return null;
}

/** The topics as they are now. */
export function liveScope(source: TopicSource): RecordScope {
  return { nodes: source, upTo: Infinity, present: () => true };
}

/** Reads messages and pages of history: of the live topics, or of a view's pause. */
export class MessageReader {
  readonly #source: TopicSource;
  /** Of one topic, by sequence number: where the message lies. */
  readonly #at = new Map<number, RecordAddress>();
  #hinted = '';

  constructor(source: TopicSource) {
    this.#source = source;
  }

  /**
   * @param pinned copies to use where the log has no more
   * @param known whether the topic, now unknown, was known before
   */
  message(
    key: string,
    which: number | 'latest' | 'retained',
    offset: number,
    length: number,
    scope: RecordScope = this.#live(),
    pinned: readonly PinnedRecord[] = [],
    known = false,
  ): MessageAnswer {
    const node = this.#find(key, scope);
    const pin = pinned.find((one) => one.kind === which || one.record.seq === which)?.record ?? null;
    if (node === NO_NODE)
      return pin ? messageAnswer(pin, offset, length) : { kind: 'gone', why: known ? 'forgotten' : 'never' };
    const record = this.#record(node, which, scope) ?? pin;
    if (record) return messageAnswer(record, offset, length);
    return { kind: 'gone', why: this.#wasNever(node, which, scope) ? 'never' : 'evicted' };
  }

  /** Newest first, from before `before` (a sequence number) or from the latest. */
  history(
    key: string,
    before: number | null,
    limit: number,
    scope: RecordScope = this.#live(),
  ): HistoryAnswer {
    const node = this.#find(key, scope);
    if (node === NO_NODE) return { messages: [], complete: false, more: false };
    const end = Math.min(before ?? Infinity, scope.upTo + 1);
    const messages: MessageMeta[] = [];
    const counting: Counting = { left: PAGE_COUNTED_BYTES, begun: null };
    let address = this.#startOf(node, end);
    let steps = 0;
    while (address !== NO_RECORD && steps++ < MAX_WALK) {
      const record = this.#source.record(address);
      if (!record) return { messages, complete: false, more: false };
      if (record.seq < end) {
        if (messages.length === limit) return { messages, complete: false, more: true };
        this.#remember(record.seq, address);
        counting.begun = null;
        messages.push(metaOf(record, counting));
      }
      address = record.previous;
    }
    const whole = address === NO_RECORD && (before !== null || messages.length >= scope.nodes.messages(node));
    return { messages, complete: whole, more: address !== NO_RECORD };
  }

  #live(): RecordScope {
    return liveScope(this.#source);
  }

  #find(key: string, scope: RecordScope): Node {
    if (key !== this.#hinted) this.#at.clear();
    this.#hinted = key;
    const node = this.#source.find(keyBytes(key));
    return node !== NO_NODE && scope.present(node) ? node : NO_NODE;
  }

  #record(node: Node, which: number | 'latest' | 'retained', scope: RecordScope): HistoryRecord | null {
    if (which === 'latest') return latestRecord(this.#source, scope, node);
    if (which === 'retained') return retainedRecord(this.#source, scope, node);
    if (which > scope.upTo) return null;
    const found = walk(this.#source, this.#startOf(node, which + 1), which, () => true);
    if (found?.seq === which) return found;
    // The last retained message may have been moved away from the others.
    const retained = retainedRecord(this.#source, scope, node);
    return retained?.seq === which ? retained : null;
  }

  #wasNever(node: Node, which: number | 'latest' | 'retained', scope: RecordScope): boolean {
    if (which === 'retained') return scope.nodes.lastRetainedRecord(node) === NO_RECORD;
    return which === 'latest' ? !scope.nodes.isTopic(node) : which > scope.upTo;
  }

  /** A place in the topic's chain at or shortly after the last message before `end`. */
  #startOf(node: Node, end: number): RecordAddress {
    const latest = this.#source.lastRecord(node);
    const record = this.#source.record(latest);
    if (!record || record.seq < end) return latest;
    for (const seq of [end, end - 1]) {
      const hint = this.#at.get(seq);
      if (hint !== undefined && this.#source.record(hint)?.seq === seq) return hint;
    }
    return latest;
  }

  #remember(seq: number, address: RecordAddress): void {
    if (this.#at.size >= MAX_HINTS) this.#at.clear();
    this.#at.set(seq, address);
  }
}

function messageAnswer(record: HistoryRecord, offset: number, length: number): MessageAnswer {
  return {
    kind: 'message',
    meta: metaOf(record),
    offset,
    bytes: record.payload.slice(offset, offset + length) as Uint8Array<ArrayBuffer>,
    properties: record.properties.slice() as Uint8Array<ArrayBuffer>,
  };
}
