/** The hash is a sum modulo this prime, 2^31 - 1, of each two bytes times a secret number. */
const PRIME = 0x7fff_ffff;
const TWO31 = 0x8000_0000;
/** Bytes whose products, each below 2^47, add up exactly in a double, with some room for a tail and a length. */
const BLOCK = 120;
/** Numbers before those of the bytes: one is added, one is for the length. */
const ADDED = 0;
const LENGTH = 1;
const FIRST = 2;
/** Bytes for which there are numbers at first; more are made for the first topic that is longer. */
const FIRST_REACH = 256;

/**
 * Multilinear hashing, 32 bits, with numbers drawn from the store's seed. A broker chooses the topics, so
 * the hash must be one whose collisions cannot be computed without the seed; murmur-like mixes have
 * collisions for every seed. Here any two topics that were chosen without it collide with a chance of one
 * in two thousand million. The products of a topic do not wait for each other: at the 40 bytes of a usual
 * topic it takes some 30 ns, where HalfSipHash, a chain of steps, takes 85.
 */
export class TopicHash {
  readonly #draw: () => number;
  #numbers = new Float64Array(0);
  #reach = 0;

  constructor(seed: number) {
    // Any finite number is a seed; both halves of it count.
    this.#draw = drawing(Math.trunc(seed) | 0, Math.floor(seed / 0x1_0000_0000) | 0);
    this.#extend(FIRST_REACH);
  }

  of(view: DataView, start: number, end: number): number {
    const length = end - start;
    if (length > BLOCK) return this.#ofLong(view, start, end);
    const numbers = this.#numbers;
    let even = numbers[ADDED]! + numbers[LENGTH]! * length;
    let odd = 0;
    let at = start;
    let next = FIRST;
    for (const whole = end - 3; at < whole; at += 4, next += 2) {
      const word = view.getInt32(at, true);
      even += numbers[next]! * (word & 0xffff);
      odd += numbers[next + 1]! * (word >>> 16);
    }
    let tail = 0;
    for (let shift = 0; at < end; shift += 8) tail |= view.getUint8(at++) << shift;
    even += numbers[next]! * (tail & 0xffff);
    odd += numbers[next + 1]! * (tail >>> 16);
    return mix(modulo(even + odd));
  }

  #ofLong(view: DataView, start: number, end: number): number {
    if (end - start > this.#reach) this.#extend(end - start);
    const numbers = this.#numbers;
    let sum = 0;
    let next = FIRST;
    let at = start;
    for (let whole = start + BLOCK; whole <= end; whole += BLOCK) {
      for (; at < whole; at += 2) sum += numbers[next++]! * view.getUint16(at, true);
      sum = modulo(sum);
    }
    for (; at + 1 < end; at += 2) sum += numbers[next++]! * view.getUint16(at, true);
    if (at < end) sum += numbers[next]! * view.getUint8(at);
    return finish(sum, numbers, end - start);
  }

  /**
   * Hashes of every prefix that ends before a separator, in one pass: a topic of n bytes and m levels
   * costs n + m steps, not n × m. Writes the prefix lengths and their hashes, shortest first.
   *
   * @param separator the byte between levels
   * @returns how many were written, at most `ends.length`: deeper levels are the caller's last name.
   */
  prefixes(
    view: DataView,
    start: number,
    end: number,
    separator: number,
    ends: Int32Array,
    hashes: Int32Array,
  ): number {
    if (end - start > this.#reach) this.#extend(end - start);
    const numbers = this.#numbers;
    let sum = 0;
    let next = FIRST;
    let count = 0;
    let first = 0;
    for (let at = start; at < end && count < ends.length; at++) {
      const byte = view.getUint8(at);
      const length = at - start;
      const isFirst = (length & 1) === 0;
      if (byte === separator) {
        ends[count] = length;
        hashes[count] = finish(isFirst ? sum : sum + numbers[next]! * first, numbers, length);
        count++;
      }
      if (isFirst) {
        first = byte;
        continue;
      }
      sum += numbers[next]! * (first | (byte << 8));
      next++;
      if ((length + 1) % BLOCK === 0) sum = modulo(sum);
    }
    return count;
  }

  /** Numbers for topics of so many bytes, those before unchanged. */
  #extend(bytes: number): void {
    const before = this.#numbers;
    const reach = Math.max(bytes, this.#reach * 2);
    // A topic is read in words: its last two bytes may be none.
    const numbers = new Float64Array(FIRST + 2 * Math.ceil((reach + 1) / 4));
    numbers.set(before);
    for (let i = before.length; i < numbers.length; i++) numbers[i] = this.#draw();
    this.#numbers = numbers;
    this.#reach = reach;
  }
}

/** The length distinguishes names that end with zero bytes. */
function finish(sum: number, numbers: Float64Array, length: number): number {
  return mix(modulo(sum + numbers[LENGTH]! * length + numbers[ADDED]!));
}

/** Of a whole number below 2^53. */
function modulo(sum: number): number {
  const high = Math.floor(sum / TWO31);
  const folded = sum - high * TWO31 + high;
  return folded >= PRIME ? folded - PRIME : folded;
}

/**
 * Differences between sums say nothing of those between hashes: without it many pairs of names that are
 * counted through would share a place as soon as one does. Nothing falls together.
 */
function mix(sum: number): number {
  let x = Math.imul(sum ^ (sum >>> 16), 0x21f0_aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a_2d97);
  return x ^ (x >>> 15);
}

/** Numbers below the prime (sfc32). */
function drawing(low: number, high: number): () => number {
  let a = low;
  let b = high;
  let c = 0x9e37_79b9 | 0;
  let counter = 1;
  const draw = (): number => {
    const drawn = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + drawn) | 0;
    return drawn;
  };
  for (let i = 0; i < 15; i++) draw();
  return () => (draw() >>> 0) % PRIME;
}
