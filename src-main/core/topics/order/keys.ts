import { DOLLAR } from '../tree/name-order.ts';
import type { Node, TopicNames } from '../columns/nodes.ts';
import type { SiblingKeys, SiblingOrder } from './sibling-order.ts';

/** Bytes of a name's key: as many as a double holds exactly. */
const KEY_BYTES = 6;
/** Keys of names that do not begin as the others do. */
const BEFORE_ALL = -1;
const AFTER_ALL = Infinity;

/**
 * Numbers that stand for the names of siblings: the one with the smaller number comes first, those
 * with the same number are to be compared. Comparing names means reading four places in memory that
 * have nothing to do with each other; comparing numbers that lie side by side takes a tenth of that.
 * A key is made of what follows the common beginning of the names it was made for.
 */
export class NameKeys implements SiblingKeys {
  readonly #names: TopicNames;
  readonly #common: Uint8Array;

  private constructor(names: TopicNames, common: Uint8Array) {
    this.#names = names;
    this.#common = common;
  }

  /**
   * For names that lie between two in their order, and all others. What the two have in common up to
   * the first digit (leading zeros would make it ambiguous) all between them have.
   */
  static between(names: TopicNames, first: Node, last: Node): NameKeys {
    const a = names.pathBytes(first).subarray(names.nameOffset(first));
    const b = names.pathBytes(last).subarray(names.nameOffset(last));
    let length = 0;
    while (length < a.length && a[length] === b[length] && !isDigit(a[length])) length++;
    return new NameKeys(names, a.slice(0, length));
  }

  /** Bytes that the names have in common: the more, the more their keys distinguish. */
  get length(): number {
    return this.#common.length;
  }

  key(node: Node): number {
    const path = this.#names.pathBytes(node);
    const common = this.#common;
    let at = this.#names.nameOffset(node);
    for (let i = 0; i < common.length; i++, at++) {
      const byte = at < path.length ? rank(path, at) : -1;
      const shared = at === 0 ? rank(common, 0) : (common[i] ?? 0);
      if (byte !== shared) return byte < shared ? BEFORE_ALL : AFTER_ALL;
    }
    return nameKey(path, at);
  }
}

/**
 * What follows in a name from `from` on, as a number. A run of digits becomes the digit 0 (all digits
 * compare alike with everything else), the count of its digits without leading zeros, and these, two
 * in a byte.
 */
export function nameKey(path: Uint8Array, from: number): number {
  let key = 0;
  let used = 0;
  for (let at = from; used < KEY_BYTES && at < path.length;) {
    const byte = path[at] ?? 0;
    if (!isDigit(byte)) {
      key = key * 256 + rank(path, at);
      used++;
      at++;
      continue;
    }
    while (path[at] === 0x30) at++;
    let end = at;
    while (isDigit(path[end])) end++;
    key = key * 256 + 0x30;
    if (++used === KEY_BYTES) break;
    key = key * 256 + Math.min(255, end - at);
    used++;
    if (end - at >= 255) break;
    for (; at < end && used < KEY_BYTES; used++) {
      let pair = (path[at++] ?? 0) - 0x30;
      if (at < end) pair = pair * 10 + (path[at++] ?? 0) - 0x30;
      key = key * 256 + pair;
    }
  }
  return key * 256 ** (KEY_BYTES - used);
}

/** A byte by its place in the order: at the top level a `$` comes after every byte. */
function rank(path: Uint8Array, at: number): number {
  const byte = path[at] ?? 0;
  return at === 0 && byte === DOLLAR ? 256 : byte;
}

export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** By name: natural order, as it is read. */
export class NameOrder implements SiblingOrder {
  readonly #names: TopicNames;

  constructor(names: TopicNames) {
    this.#names = names;
  }

  compare(a: Node, b: Node): number {
    return this.#names.compareNames(a, b);
  }

  keys(first: Node, last: Node): NameKeys {
    return NameKeys.between(this.#names, first, last);
  }
}
