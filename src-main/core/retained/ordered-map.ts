import type { TopicKey } from '../../contract/model/model.ts';

/**
 * A map of topics that is read in about the order in which it was filled: what comes next is compared, and
 * only what does not is looked up. Looking up the name of a topic that came from another thread takes several
 * times as long, as its hash has to be made first.
 */
export class OrderedMap<T> {
  readonly #places = new Map<TopicKey, number>();
  readonly #keys: TopicKey[] = [];
  readonly #values: T[] = [];
  #next = 0;

  get size(): number {
    return this.#keys.length;
  }

  get(key: TopicKey): T | undefined {
    if (this.#keys[this.#next] === key) return this.#values[this.#next++];
    const place = this.#places.get(key);
    if (place === undefined) return undefined;
    this.#next = place + 1;
    return this.#values[place];
  }

  /** The first one stays in its place. */
  set(key: TopicKey, value: T): void {
    const place = this.#places.get(key) ?? this.#keys.length;
    if (place === this.#keys.length) {
      this.#places.set(key, place);
      this.#keys.push(key);
    }
    this.#values[place] = value;
  }

  clear(): void {
    this.#places.clear();
    this.#keys.length = this.#values.length = this.#next = 0;
  }
}
