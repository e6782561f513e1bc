import type { TopicKey } from '../../contract/model/model.ts';
import { ByteBatch } from '../mqtt/encode.ts';
import { decodeStrict } from '../payload/utf8.ts';
import { keyBytes, topicKey } from '../topics/names.ts';

/** Names of many topics in two arrays: to send them to another thread as texts takes longer than to work with them. */
export interface PackedNames {
  /** Their bytes, one after the other, and where each ends. */
  readonly names: Uint8Array<ArrayBuffer>;
  readonly ends: Uint32Array<ArrayBuffer>;
}

const NUL = '\0';
const encoder = new TextEncoder();

export function packNames(keys: readonly TopicKey[]): PackedNames {
  const ends = new Uint32Array(keys.length);
  const text = keys.join('');
  const bytes = encoder.encode(text);
  // Of plain names each character is a byte; one that begins with NUL stands for other bytes.
  if (bytes.length === text.length && !text.includes(NUL)) {
    let end = 0;
    for (let place = 0; place < keys.length; place++) ends[place] = end += keys[place]?.length ?? 0;
    return { names: bytes, ends };
  }
  const names = new ByteBatch(65_536);
  for (let place = 0; place < keys.length; place++) {
    names.append(keyBytes(keys[place] ?? ''));
    ends[place] = names.length;
  }
  return { names: names.take(), ends };
}

/** The text of many plain names, of which each byte is a character; null: there is another among them. */
export function plainText(names: Uint8Array): string | null {
  const text = decodeStrict(names);
  return text !== null && text.length === names.length && !text.includes(NUL) ? text : null;
}

/** Topics by their places in a list. The text of a name is made once, on first use. */
export class TopicNames {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #ends: Uint32Array<ArrayBuffer>;
  readonly #keys: (TopicKey | undefined)[];

  constructor({ names, ends }: PackedNames) {
    this.bytes = names;
    this.#ends = ends;
    this.#keys = Array.from({ length: ends.length }, () => undefined);
  }

  get length(): number {
    return this.#ends.length;
  }

  /** Where its name begins in `bytes`. */
  start(place: number): number {
    return place === 0 ? 0 : (this.#ends[place - 1] ?? 0);
  }

  /** Behind its name. */
  end(place: number): number {
    return this.#ends[place] ?? 0;
  }

  key(place: number): TopicKey {
    return (this.#keys[place] ??= topicKey(this.bytes.subarray(this.start(place), this.end(place))));
  }

  /** Those at these places, in their order. */
  keys(places: ArrayLike<number>): TopicKey[] {
    return Array.from(places, (place) => this.key(place));
  }

  /** The name at a place is these bytes, from `start` to before `end`. */
  isAt(place: number, bytes: Uint8Array, start: number, end: number): boolean {
    let at = this.start(place);
    if (this.end(place) - at !== end - start) return false;
    // Neighbours differ at their ends.
    at += end - start;
    for (let i = end; i > start;) if (bytes[--i] !== this.bytes[--at]) return false;
    return true;
  }
}
