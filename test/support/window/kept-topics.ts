import { act } from '@testing-library/react';
import type { MessageMeta } from '../../../src-main/contract/model/message.ts';
import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import type { SelectedTopic } from '../../../src-main/contract/model/view.ts';
import { Decoder } from '../../../src-main/decoding/decoder.ts';
import { decodeHandlers } from '../../../src-main/engine/decoding/decode-handlers.ts';
import { linesHandlers } from '../../../src-main/engine/decoding/lines-handlers.ts';
import type { ConnectionSession } from '../../../src-renderer/state/tree/tree-session.ts';
import { EMPTY_FRAME, type FakeEngine } from '../engine/fake-engine.ts';

export interface Message {
  readonly meta: MessageMeta;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly properties: Uint8Array<ArrayBuffer>;
}

/** Its numbers count up over all topics. */
interface Arrival extends Partial<MessageMeta> {
  readonly properties?: Uint8Array<ArrayBuffer>;
  /** Beside what follows from its messages. */
  readonly topic?: Partial<SelectedTopic>;
}

const utf8 = new TextEncoder();

/**
 * The messages of an engine without brokers, in memory: they are read, listed and decoded as those of a broker
 * are, by the decoder itself.
 */
export class KeptTopics {
  readonly #engine: FakeEngine;
  readonly #session: ConnectionSession;
  readonly #topics = new Map<TopicKey, Message[]>();
  readonly #reported = new Map<TopicKey, Partial<SelectedTopic>>();
  #seq = 0;

  constructor(engine: FakeEngine, session: ConnectionSession) {
    this.#engine = engine;
    this.#session = session;
    const decoder = new Decoder('test', () => 0);
    const read = this.#read.bind(this);
    const ports = {
      worker: () => ({ call: (_: string, asked: ReadParams) => Promise.resolve(read(asked)) }) as never,
      ask: (request: Parameters<Decoder['answer']>[0]) => Promise.resolve(decoder.answer(request)),
      rulesOf: () => [],
      schemas: () => [],
    };
    Object.assign(engine.handlers, {
      readMessage: read,
      readHistory: this.#list.bind(this),
      ...decodeHandlers(ports),
      ...linesHandlers(ports),
    });
  }

  /** A message comes; it is sent where its topic is the selected one. */
  arrive(key: TopicKey, payload: string | Uint8Array<ArrayBuffer>, arrival: Arrival = {}): MessageMeta {
    const { properties = new Uint8Array(), topic = {}, ...more } = arrival;
    const bytes = typeof payload === 'string' ? utf8.encode(payload) : payload;
    this.#seq += 1;
    const meta: MessageMeta = {
      ...{ seq: this.#seq, at: Date.UTC(2026, 10, 29, 3, 4, this.#seq), qos: 0, retain: false },
      ...{ stored: false, dup: false, size: bytes.length, kept: bytes.length },
      ...{ propertyBytes: properties.length, preview: { kind: 'none' } },
      ...more,
    };
    this.#topics.set(key, [...(this.#topics.get(key) ?? []), { meta, bytes, properties }]);
    this.#reported.set(key, { ...this.#reported.get(key), ...topic });
    this.#emit();
    return meta;
  }

  /** What is sent of a topic beside its messages, which may be none. */
  emit(key: TopicKey, topic: Partial<SelectedTopic>): void {
    this.#reported.set(key, { ...this.#reported.get(key), ...topic });
    this.#emit();
  }

  /** A message is dropped for newer ones. */
  evict(key: TopicKey, seq: number): void {
    const left = (this.#topics.get(key) ?? []).filter(({ meta }) => meta.seq !== seq);
    this.#topics.set(key, left);
    this.#emit();
  }

  /** A topic is selected in the tree, and the frame of that comes. */
  select(key: TopicKey): void {
    act(() => this.#session.select(key));
    this.#emit();
  }

  #emit(): void {
    const { selectedKey } = this.#session.store.getState();
    const { value } = this.#engine.frame;
    const selected = selectedKey === null ? null : this.#selected(selectedKey);
    const before = value.selected?.key === selectedKey ? value : EMPTY_FRAME;
    this.#engine.frame.set({ ...before, revision: value.revision + 1, selected });
  }

  #selected(key: TopicKey): SelectedTopic {
    const messages = this.#topics.get(key) ?? [];
    return {
      ...{ key, topic: key, state: 'known', hiddenByFilter: false, index: 0, publishable: true },
      ...{ messages: messages.length, topics: 1, usual: null, lastRetained: null },
      retained: { state: 'unknown', by: 'none', at: 0, stale: false },
      latest: messages.at(-1)?.meta ?? null,
      ...this.#reported.get(key),
    };
  }

  #read({ key, which, offset, length }: ReadParams) {
    const all = this.#topics.get(key) ?? [];
    const found =
      which === 'latest'
        ? all.at(-1)
        : all.findLast(({ meta }) => (which === 'retained' ? meta.retain : meta.seq === which));
    if (found === undefined) return { kind: 'gone' as const, why: all.length > 0 ? 'evicted' : 'never' };
    const { meta, bytes, properties } = found;
    const end = Math.min(meta.kept, offset + length);
    return { kind: 'message' as const, meta, offset, bytes: bytes.slice(offset, end), properties };
  }

  #list({ key, before, limit }: { key: TopicKey; before: number | null; limit: number }) {
    const older = (this.#topics.get(key) ?? []).filter(({ meta }) => before === null || meta.seq < before);
    const messages = older.slice(-limit).reverse();
    const more = older.length > messages.length;
    return { messages: messages.map(({ meta }) => meta), complete: !more, more };
  }
}

interface ReadParams {
  readonly key: TopicKey;
  readonly which: number | 'latest' | 'retained';
  readonly offset: number;
  readonly length: number;
}
