import type { MessageMeta, TopicKey } from '../contract/model.ts';
import type { HistoryRecord } from '../core/history/record.ts';
import { preview } from '../core/payload/preview.ts';
import { keyBytes } from '../core/topics/names.ts';
import { NO_NODE, NO_RECORD, type Node, type RecordAddress, type TopicSource } from '../core/topics/nodes.ts';

/** Where the newest message of a topic is: in the store, or as of a pause. */
export interface Heads {
  exists(node: Node): boolean;
  lastRecord(node: Node): RecordAddress;
  lastRetainedRecord(node: Node): RecordAddress;
}

/** Characters of a preview in a list of messages. */
const PREVIEW_CHARS = 120;
/** Messages whose place is remembered, so that a page far back is found without walking to it. */
const MOST_PLACES = 8_192;
/** Steps back in one call: some 20 ms. A message further back is found page by page. */
const MOST_STEPS = 100_000;

export function metaOf(record: HistoryRecord): MessageMeta {
  const { seq, at, qos, retain, dup, size, payload, properties } = record;
  return {
    seq,
    at,
    qos,
    retain,
    dup,
    size,
    kept: payload.length,
    propertyBytes: properties.length,
    preview: preview(payload, size, PREVIEW_CHARS),
  };
}

export type Message =
  | {
      kind: 'message';
      meta: MessageMeta;
      offset: number;
      bytes: Uint8Array<ArrayBuffer>;
      properties: Uint8Array<ArrayBuffer>;
    }
  | { kind: 'gone'; why: 'evicted' | 'forgotten' | 'never' };

export interface HistoryPage {
  messages: MessageMeta[];
  complete: boolean;
  more: boolean;
}

/** Reads messages of one topic back from the newest. */
export class Messages {
  readonly #topics: TopicSource;
  /** Addresses of messages by their number, of those that were listed lately. */
  readonly #places = new Map<number, RecordAddress>();

  constructor(topics: TopicSource) {
    this.#topics = topics;
  }

  read(
    key: TopicKey,
    which: number | 'latest' | 'retained',
    offset: number,
    length: number,
    heads: Heads,
  ): Message {
    const node = this.#topics.find(keyBytes(key));
    if (node === NO_NODE || !heads.exists(node)) return { kind: 'gone', why: 'never' };
    const address = this.#addressOf(node, which, heads);
    if (address === NO_RECORD) return { kind: 'gone', why: 'never' };
    const record = this.#topics.record(address);
    if (!record || (typeof which === 'number' && record.seq !== which))
      return { kind: 'gone', why: 'evicted' };
    const { payload, properties } = record;
    return {
      kind: 'message',
      meta: metaOf(record),
      offset,
      // Copies: the record is valid for this turn only.
      bytes: new Uint8Array(payload.subarray(offset, offset + length)),
      properties: new Uint8Array(offset === 0 ? properties : []),
    };
  }

  history(key: TopicKey, before: number | null, limit: number, heads: Heads): HistoryPage {
    const node = this.#topics.find(keyBytes(key));
    if (node === NO_NODE || !heads.exists(node)) return { messages: [], complete: true, more: false };
    let address = this.#startBefore(node, before, heads);
    const messages: MessageMeta[] = [];
    for (let steps = 0; address !== NO_RECORD; steps++) {
      const record = this.#topics.record(address);
      if (!record) return { messages, complete: false, more: false };
      if (messages.length === limit || steps > MOST_STEPS) return { messages, complete: true, more: true };
      if (before === null || record.seq < before) {
        messages.push(metaOf(record));
        this.#remember(record.seq, address);
      }
      address = record.previous;
    }
    return { messages, complete: true, more: false };
  }

  #startBefore(node: Node, before: number | null, heads: Heads): RecordAddress {
    const place = before === null ? undefined : this.#places.get(before);
    if (place !== undefined) {
      const record = this.#topics.record(place);
      if (record && record.seq === before) return record.previous;
    }
    return heads.lastRecord(node);
  }

  #addressOf(node: Node, which: number | 'latest' | 'retained', heads: Heads): RecordAddress {
    if (which === 'latest') return heads.lastRecord(node);
    const retained = heads.lastRetainedRecord(node);
    if (which === 'retained') return retained;
    const place = this.#places.get(which);
    if (place !== undefined && this.#topics.record(place)?.seq === which) return place;
    // The last retained message is rescued by itself, so it may be off the chain.
    if (retained !== NO_RECORD && this.#topics.record(retained)?.seq === which) return retained;
    return this.#walkTo(heads.lastRecord(node), which);
  }

  /** The last address looked at, which is not that of `seq` if it was not found. */
  #walkTo(from: RecordAddress, seq: number): RecordAddress {
    let address = from;
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      const record = this.#topics.record(address);
      if (!record || record.seq <= seq || record.previous === NO_RECORD) break;
      address = record.previous;
    }
    return address;
  }

  #remember(seq: number, address: RecordAddress): void {
    this.#places.delete(seq);
    this.#places.set(seq, address);
    if (this.#places.size <= MOST_PLACES) return;
    for (const oldest of this.#places.keys()) {
      this.#places.delete(oldest);
      break;
    }
  }
}
