import type { TopicKey } from '../../../contract/model/model.ts';
import type { MessageMeta } from '../../../contract/model/message.ts';
import type { SelectedTopic } from '../../../contract/model/view.ts';
import type { RetainedFact } from '../../../contract/model/retained.ts';
import type { HistoryRecord } from '../../history/record.ts';
import { displayTopic, isPublishable, keyBytes } from '../names.ts';
import { NO_NODE, type Node, type TopicSource } from '../columns/nodes.ts';
import { latestRecord, metaOf, retainedRecord, type PinnedRecord, type RecordScope } from './records.ts';

/** Payload bytes kept of a pinned message, each of the latest and the last retained one: 1 MiB. */
const MAX_PINNED = 1_048_576;

const UNKNOWN: RetainedFact = { state: 'unknown', by: 'none', at: 0, stale: false };

/** A copy of a message that the log may evict, and its summary. */
interface Pin {
  readonly record: HistoryRecord;
  readonly meta: MessageMeta;
  /** Messages the topic had then: with more, it is not the latest any more. */
  readonly messages: number;
}

/**
 * The selected topic, by name: it is found again whenever it appears. Its latest and its last retained
 * message are copied, up to 1 MiB of payload each, so that they can be read until another topic is
 * selected, whatever the log evicts.
 */
export class Selection {
  readonly key: TopicKey;
  readonly #source: TopicSource;
  readonly #topic: string;
  readonly #publishable: boolean;
  #node: Node = NO_NODE;
  #latest: Pin | null = null;
  /** False while a newer one is known to have been but has no record. */
  #latestIsNewest = false;
  #retained: Pin | null = null;
  /** What the last frame said of it, for when the topic is forgotten. */
  #known: SelectedTopic | null = null;

  constructor(source: TopicSource, key: TopicKey) {
    this.#source = source;
    this.key = key;
    this.#topic = displayTopic(key);
    this.#publishable = isPublishable(key);
  }

  get wasKnown(): boolean {
    return this.#known !== null;
  }

  get pinned(): PinnedRecord[] {
    const pins: PinnedRecord[] = [];
    if (this.#latest)
      pins.push({ kind: this.#latestIsNewest ? 'latest' : 'older', record: this.#latest.record });
    if (this.#retained) pins.push({ kind: 'retained', record: this.#retained.record });
    return pins;
  }

  forget(node: Node): void {
    if (node === this.#node) this.#node = NO_NODE;
  }

  /** Its own messages were forgotten, and it stays as a branch. */
  forgetMessages(node: Node): void {
    if (node !== this.#node) return;
    this.#latest = this.#retained = this.#known = null;
    this.#latestIsNewest = false;
  }

  /** Whether the topic itself got a message since the last frame. */
  gotMessage(scope: RecordScope): boolean {
    const node = this.node(scope);
    return node !== NO_NODE && scope.nodes.messages(node) !== this.#known?.messages;
  }

  /** The node of the topic if it is there; NO_NODE if not. */
  node(scope: RecordScope): Node {
    if (this.#node === NO_NODE) this.#node = this.#source.find(keyBytes(this.key));
    return this.#node !== NO_NODE && scope.present(this.#node) ? this.#node : NO_NODE;
  }

  read(scope: RecordScope, index: number | null, hiddenByFilter: boolean): SelectedTopic {
    const node = this.node(scope);
    if (node === NO_NODE) return this.#readAbsent();
    const { nodes } = scope;
    this.pin(scope);
    this.#known = {
      key: this.key,
      topic: this.#topic,
      state: 'known',
      hiddenByFilter,
      index,
      publishable: this.#publishable,
      messages: nodes.messages(node),
      topics: nodes.subtreeTopics(node),
      usual: rounded(nodes.usualInterval(node)),
      retained: nodes.retained(node),
      latest: this.#latestIsNewest ? (this.#latest?.meta ?? null) : null,
      lastRetained: this.#retained?.meta ?? null,
    };
    return this.#known;
  }

  /** Copies the messages as they are now. */
  pin(scope: RecordScope): void {
    const node = this.node(scope);
    if (node === NO_NODE) return;
    const messages = scope.nodes.messages(node);
    const latest = latestRecord(this.#source, scope, node);
    if (latest) this.#latest = pinned(latest, messages, this.#latest);
    this.#latestIsNewest = this.#latest?.messages === messages;
    const retained = retainedRecord(this.#source, scope, node);
    if (retained) this.#retained = pinned(retained, messages, this.#retained);
  }

  #readAbsent(): SelectedTopic {
    if (this.#known) {
      const retained = { ...this.#known.retained, stale: true };
      return { ...this.#known, state: 'forgotten', hiddenByFilter: false, index: null, retained };
    }
    return {
      key: this.key,
      topic: this.#topic,
      state: 'unseen',
      hiddenByFilter: false,
      index: null,
      publishable: this.#publishable,
      messages: 0,
      topics: 0,
      usual: null,
      retained: UNKNOWN,
      latest: null,
      lastRetained: null,
    };
  }
}

function pinned(record: HistoryRecord, messages: number, before: Pin | null): Pin {
  if (before?.record.seq === record.seq) return { ...before, messages };
  const kept = record.payload.slice(0, MAX_PINNED);
  const copy = { ...record, payload: kept, properties: record.properties.slice(0, MAX_PINNED) };
  return { record: copy, meta: metaOf(record), messages };
}

/** Two digits are what a person reads; null for 0. */
function rounded(interval: number): number | null {
  return interval === 0 ? null : Number(interval.toPrecision(2));
}
