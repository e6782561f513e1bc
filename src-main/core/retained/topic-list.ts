import type { TopicKey } from '../../contract/model/model.ts';
import type { ListedTopic } from '../../contract/session/jobs.ts';
import { ByteBatch } from '../mqtt/encode.ts';
import { keyBytes, topicKey } from '../topics/names.ts';
import { plainText } from './topic-names.ts';

/**
 * Topics and what is listed of each, in a few arrays: a hundred thousand objects take longer to be sent from
 * one thread to another than to be found.
 */
export interface PackedTopics {
  /** Their bytes, one after the other, and where each ends. */
  readonly names: Uint8Array<ArrayBuffer>;
  readonly ends: Uint32Array<ArrayBuffer>;
  /** Payload bytes. */
  readonly sizes: Uint32Array<ArrayBuffer>;
  /** Twice the place in `reasons`, and one if it is returning. */
  readonly marks: Uint16Array<ArrayBuffer>;
  /** Why some are excluded; the first is null. */
  readonly reasons: (string | null)[];
}

/** There are few different reasons. Beyond this many, the last one is given for all others. */
const MOST_REASONS = 1_000;

/** Collects a list of at most so many. */
export class TopicListWriter {
  readonly #names = new ByteBatch(65_536);
  readonly #ends: Uint32Array<ArrayBuffer>;
  readonly #sizes: Uint32Array<ArrayBuffer>;
  readonly #marks: Uint16Array<ArrayBuffer>;
  readonly #reasons: (string | null)[] = [null];
  length = 0;

  constructor(most: number) {
    this.#ends = new Uint32Array(most);
    this.#sizes = new Uint32Array(most);
    this.#marks = new Uint16Array(most);
  }

  /** Of all names. */
  get bytes(): number {
    return this.#names.length;
  }

  /** @param topic its bytes are these, from `start` to before `end` */
  add(
    topic: Uint8Array,
    start: number,
    end: number,
    size: number,
    returning: boolean,
    excluded: string | null,
  ): void {
    const at = this.length++;
    this.#names.append(topic, start, end);
    this.#ends[at] = this.#names.length;
    this.#sizes[at] = size;
    this.#marks[at] = (excluded === null ? 0 : this.#reason(excluded)) * 2 + Number(returning);
  }

  addListed({ key, size, returning, excluded }: ListedTopic): void {
    const topic = keyBytes(key);
    this.add(topic, 0, topic.length, size, returning, excluded);
  }

  packed(): PackedTopics {
    const { length } = this;
    return {
      names: this.#names.take(),
      ends: this.#ends.slice(0, length),
      sizes: this.#sizes.slice(0, length),
      marks: this.#marks.slice(0, length),
      reasons: this.#reasons,
    };
  }

  #reason(text: string): number {
    const at = this.#reasons.indexOf(text);
    if (at > 0) return at;
    if (this.#reasons.length < MOST_REASONS) this.#reasons.push(text);
    return this.#reasons.length - 1;
  }
}

/** A list as it was packed; texts and objects are made of what is looked at. */
export class TopicList {
  readonly #packed: PackedTopics;
  /** Of all names, where that is plain; made when a name is asked for. */
  #text: string | null | undefined;

  constructor(packed: PackedTopics) {
    this.#packed = packed;
  }

  get length(): number {
    return this.#packed.ends.length;
  }

  key(at: number): TopicKey {
    const { names, ends } = this.#packed;
    if (this.#text === undefined) this.#text = plainText(names);
    const start = at === 0 ? 0 : ends[at - 1];
    return this.#text?.slice(start, ends[at]) ?? topicKey(names.subarray(start, ends[at]));
  }

  size(at: number): number {
    return this.#packed.sizes[at] ?? 0;
  }

  returning(at: number): boolean {
    return ((this.#packed.marks[at] ?? 0) & 1) === 1;
  }

  isExcluded(at: number): boolean {
    return (this.#packed.marks[at] ?? 0) > 1;
  }

  excluded(at: number): string | null {
    return this.#packed.reasons[(this.#packed.marks[at] ?? 0) >> 1] ?? null;
  }

  at(at: number): ListedTopic {
    return {
      key: this.key(at),
      size: this.size(at),
      returning: this.returning(at),
      excluded: this.excluded(at),
    };
  }

  keys(): TopicKey[] {
    return Array.from({ length: this.length }, (_, at) => this.key(at));
  }
}

/** Some topics of several lists, by their places. */
export class ChosenTopics {
  readonly #lists: readonly TopicList[];
  readonly #firsts: readonly number[];
  /** The place of each topic, as if the lists were one. */
  readonly #places: Uint32Array;
  readonly bytes: number;
  readonly returning: number;
  #keys: readonly TopicKey[] | null = null;

  constructor(lists: readonly TopicList[], wanted: 'clear' | 'excluded') {
    this.#lists = lists;
    let all = 0;
    this.#firsts = lists.map(({ length }) => (all += length) - length);
    const places = new Uint32Array(all);
    let [count, bytes, returning] = [0, 0, 0];
    for (const [n, list] of lists.entries())
      for (let at = 0; at < list.length; at++) {
        if (list.isExcluded(at) !== (wanted === 'excluded')) continue;
        places[count++] = (this.#firsts[n] ?? 0) + at;
        bytes += list.size(at);
        returning += Number(list.returning(at));
      }
    this.#places = places.slice(0, count);
    this.bytes = bytes;
    this.returning = returning;
  }

  get length(): number {
    return this.#places.length;
  }

  /** The names of all; made once. */
  get keys(): readonly TopicKey[] {
    return (this.#keys ??= this.#read(0, this.length, (list, at) => list.key(at)));
  }

  size(at: number): number {
    return this.#read(at, at + 1, (list, place) => list.size(place))[0] ?? 0;
  }

  /** Those of more payload bytes than `most`, and their bytes together. */
  larger(most: number): { readonly count: number; readonly bytes: number } {
    let [count, bytes] = [0, 0];
    for (const size of this.#read(0, this.length, (list, at) => list.size(at))) {
      if (size <= most) continue;
      count++;
      bytes += size;
    }
    return { count, bytes };
  }

  slice(from: number, to = this.length): ListedTopic[] {
    return this.#read(from, to, (list, at) => list.at(at));
  }

  #read<T>(from: number, to: number, read: (list: TopicList, at: number) => T): T[] {
    const found: T[] = [];
    let n = 0;
    for (const place of this.#places.subarray(from, to)) {
      while ((this.#firsts[n + 1] ?? Infinity) <= place) n++;
      const list = this.#lists[n];
      if (list !== undefined) found.push(read(list, place - (this.#firsts[n] ?? 0)));
    }
    return found;
  }
}
