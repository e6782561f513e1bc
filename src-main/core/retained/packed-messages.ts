import type { Qos, TopicKey } from '../../contract/model/model.ts';
import type { FetchedRetained, KeptMessage } from '../../contract/session/trash.ts';
import { ByteBatch } from '../mqtt/encode.ts';
import type { ListedBatch } from './listed-batch.ts';

/** What a broker holds for topics, in a few arrays: a buffer for each message is slow to send to another thread. */
export interface PackedMessages {
  /** For each message, the index of its topic among those that were asked for. */
  readonly places: Uint32Array<ArrayBuffer>;
  readonly qos: Uint8Array<ArrayBuffer>;
  /** Received, ms since the epoch. */
  readonly at: Float64Array<ArrayBuffer>;
  /** Properties and payload of each, one after the other, and where each of the two ends. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly ends: Float64Array<ArrayBuffer>;
  /** Topics without a message. */
  readonly others: Exclude<FetchedRetained, { kind: 'message' }>[];
}

/** @param found an answer for each topic, in the order in which they were asked for */
export function packMessages(found: readonly FetchedRetained[]): PackedMessages {
  const messages: KeptMessage[] = [];
  const places: number[] = [];
  for (let place = 0; place < found.length; place++) {
    const one = found[place];
    if (one?.kind !== 'message') continue;
    messages.push(one.message);
    places.push(place);
  }
  const bytes = new ByteBatch(1_024);
  bytes.reserve(
    messages.reduce((sum, { payload, properties }) => sum + payload.length + properties.length, 0),
  );
  const ends = new Float64Array(2 * messages.length);
  let end = 0;
  for (const { payload, properties } of messages) {
    bytes.append(properties);
    ends[end++] = bytes.length;
    bytes.append(payload);
    ends[end++] = bytes.length;
  }
  return {
    places: Uint32Array.from(places),
    qos: Uint8Array.from(messages, ({ qos }) => qos),
    at: Float64Array.from(messages, ({ at }) => at),
    bytes: bytes.take(),
    ends,
    others: found.flatMap((one) => (one.kind === 'message' ? [] : [one])),
  };
}

/** Answers for places of a list as they come, without an object for each. */
export class PackedWriter {
  readonly of: Uint32Array;
  readonly #places: Uint32Array<ArrayBuffer>;
  readonly #qos: Uint8Array<ArrayBuffer>;
  readonly #at: Float64Array<ArrayBuffer>;
  readonly #ends: Float64Array<ArrayBuffer>;
  readonly #bytes = new ByteBatch(16_384);
  readonly #others: PackedMessages['others'] = [];
  #count = 0;

  /** @param of places of the list that were asked for; `add` takes an index into it */
  constructor(of: Uint32Array) {
    const most = of.length;
    this.of = of;
    this.#places = new Uint32Array(most);
    this.#qos = new Uint8Array(most);
    this.#at = new Float64Array(most);
    this.#ends = new Float64Array(2 * most);
  }

  /**
   * One that a batch holds.
   *
   * @returns what `mark` makes of its payload, from `start` to before `end`
   */
  addListed(
    place: number,
    qos: Qos,
    batch: ListedBatch,
    index: number,
    mark: (bytes: Uint8Array, start: number, end: number) => number,
  ): number {
    const at = this.#begin(place, qos, batch.at(index));
    batch.copyTo(this.#bytes, index, this.#ends, 2 * at);
    return mark(this.#bytes.bytes, this.#ends[2 * at] ?? 0, this.#ends[2 * at + 1] ?? 0);
  }

  add(place: number, { qos, at, properties, payload }: Omit<KeptMessage, 'key'>): void {
    const end = 2 * this.#begin(place, qos, at);
    this.#bytes.append(properties);
    this.#ends[end] = this.#bytes.length;
    this.#bytes.append(payload);
    this.#ends[end + 1] = this.#bytes.length;
  }

  addOther(other: PackedMessages['others'][number]): void {
    this.#others.push(other);
  }

  packed(): PackedMessages {
    const count = this.#count;
    return {
      places: this.#places.slice(0, count),
      qos: this.#qos.slice(0, count),
      at: this.#at.slice(0, count),
      bytes: this.#bytes.take(),
      ends: this.#ends.slice(0, 2 * count),
      others: this.#others,
    };
  }

  #begin(place: number, qos: Qos, at: number): number {
    const index = this.#count++;
    this.#places[index] = place;
    this.#qos[index] = qos;
    this.#at[index] = at;
    return index;
  }
}

/**
 * The messages again; `keyOf` returns the topic of a place. A message that was not asked for is left out, with all
 * that follow it, so that places and messages stay side by side.
 */
export function messagesOf(
  { places, qos, at, bytes, ends }: PackedMessages,
  keyOf: (place: number) => TopicKey | undefined,
): KeptMessage[] {
  const messages: KeptMessage[] = [];
  for (let i = 0; i < places.length; i++) {
    const key = keyOf(places[i] ?? 0);
    if (key === undefined) break;
    const start = i === 0 ? 0 : (ends[2 * i - 1] ?? 0);
    messages.push({
      key,
      properties: bytes.subarray(start, ends[2 * i]),
      payload: bytes.subarray(ends[2 * i], ends[2 * i + 1]),
      qos: Math.min(2, qos[i] ?? 0) as Qos,
      at: at[i] ?? 0,
    });
  }
  return messages;
}

/**
 * The answers again, in the order of the topics. A topic of which nothing came back is left out: of it
 * nothing is known.
 *
 * @param keys as they were asked for, each once
 */
export function unpackMessages(keys: readonly TopicKey[], packed: PackedMessages): FetchedRetained[] {
  const found = new Map<TopicKey, FetchedRetained>(packed.others.map((one) => [one.key, one] as const));
  for (const message of messagesOf(packed, (place) => keys[place]))
    found.set(message.key, { kind: 'message', key: message.key, message });
  return keys.flatMap((key) => found.get(key) ?? []);
}
