import type { TopicKey } from '../../contract/model/model.ts';
import type { ListedTopic } from '../../contract/session/jobs.ts';
import { ByteBatch } from '../mqtt/encode.ts';
import { keyBytes, topicKey } from '../topics/names.ts';

/**
 * Topics and what is listed of each, in a few arrays: a hundred thousand objects take longer to be sent from
 * one thread to another than to be found.
 */
export interface PackedTopics {
  /** Their bytes, one after the other, and where each ends. */
  readonly names: Uint8Array;
  readonly ends: Uint32Array;
  /** Payload bytes. */
  readonly sizes: Uint32Array;
  /** Twice the place in `reasons`, and one if it is returning. */
  readonly marks: Uint16Array;
  /** Why some are excluded; the first is null. */
  readonly reasons: readonly (string | null)[];
}

/** Reasons differ in their words, not by the topic; beyond, the last is told for all. */
const MOST_REASONS = 1_000;

/** Collects a list. */
export class TopicListWriter {
  readonly #names = new ByteBatch(65_536);
  readonly #ends: number[] = [];
  readonly #sizes: number[] = [];
  readonly #marks: number[] = [];
  readonly #reasons: (string | null)[] = [null];

  get length(): number {
    return this.#ends.length;
  }

  /** Of all names. */
  get bytes(): number {
    return this.#names.length;
  }

  add(topic: Uint8Array, size: number, returning: boolean, excluded: string | null): void {
    this.#names.append(topic);
    this.#ends.push(this.#names.length);
    this.#sizes.push(size);
    this.#marks.push((excluded === null ? 0 : this.#reason(excluded)) * 2 + Number(returning));
  }

  addListed({ key, size, returning, excluded }: ListedTopic): void {
    this.add(keyBytes(key), size, returning, excluded);
  }

  packed(): PackedTopics {
    return {
      names: this.#names.take(),
      ends: Uint32Array.from(this.#ends),
      sizes: Uint32Array.from(this.#sizes),
      marks: Uint16Array.from(this.#marks),
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

  constructor(packed: PackedTopics) {
    this.#packed = packed;
  }

  get length(): number {
    return this.#packed.ends.length;
  }

  key(at: number): TopicKey {
    const { names, ends } = this.#packed;
    return topicKey(names.subarray(at === 0 ? 0 : ends[at - 1], ends[at]));
  }

  size(at: number): number {
    return this.#packed.sizes[at] ?? 0;
  }

  returning(at: number): boolean {
    return ((this.#packed.marks[at] ?? 0) & 1) === 1;
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
  /** Of each the list, and its place there. */
  readonly #places: [number, number][] = [];
  bytes = 0;
  returning = 0;
  #keys: readonly TopicKey[] | null = null;

  constructor(lists: readonly TopicList[], wanted: (excluded: string | null) => boolean) {
    this.#lists = lists;
    for (const [n, list] of lists.entries())
      for (let at = 0; at < list.length; at++) {
        if (!wanted(list.excluded(at))) continue;
        this.#places.push([n, at]);
        this.bytes += list.size(at);
        this.returning += Number(list.returning(at));
      }
  }

  get length(): number {
    return this.#places.length;
  }

  /** The names of all; made once. */
  get keys(): readonly TopicKey[] {
    return (this.#keys ??= this.#places.map(([n, at]) => this.#lists[n]?.key(at) ?? ''));
  }

  slice(from: number, to = this.length): ListedTopic[] {
    return this.#places.slice(from, to).flatMap(([n, at]) => this.#lists[n]?.at(at) ?? []);
  }
}
