/**
 * HalfSipHash-1-3, 32 bits, keyed with the store's seed. A broker chooses the topics, so the hash must
 * be one whose collisions cannot be computed without the key; murmur-like mixes have collisions for
 * every seed. At the 40 bytes of a usual topic it costs about as much as those.
 */
export class TopicHash {
  readonly #k0: number;
  readonly #k1: number;

  constructor(seed: number) {
    // Any finite number is a seed; both halves of it and a fixed mix fill the two key words.
    this.#k0 = mix(Math.trunc(seed) | 0);
    this.#k1 = mix((Math.floor(seed / 0x1_0000_0000) ^ 0x9e37_79b9) | 0);
  }

  of(view: DataView, start: number, end: number): number {
    let v0 = this.#k0;
    let v1 = this.#k1;
    let v2 = 0x6c79_6765 ^ v0;
    let v3 = 0x7465_6462 ^ v1;
    const whole = start + ((end - start) & ~3);
    let at = start;
    while (at < whole) {
      const word = view.getInt32(at, true);
      at += 4;
      v3 ^= word;
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
      v0 ^= word;
    }
    let tail = 0;
    for (let shift = 0; at < end; shift += 8) tail |= view.getUint8(at++) << shift;
    return finish(v0, v1, v2, v3, tail | ((end - start) << 24));
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
    let v0 = this.#k0;
    let v1 = this.#k1;
    let v2 = 0x6c79_6765 ^ v0;
    let v3 = 0x7465_6462 ^ v1;
    let count = 0;
    let word = 0;
    for (let at = start; at < end && count < ends.length; at++) {
      const byte = view.getUint8(at);
      const length = at - start;
      if (byte === separator) {
        ends[count] = length;
        hashes[count] = finish(v0, v1, v2, v3, word | (length << 24));
        count++;
      }
      word |= byte << ((length & 3) << 3);
      if ((length & 3) !== 3) continue;
      v3 ^= word;
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
      v0 ^= word;
      word = 0;
    }
    return count;
  }
}

/** The last block and the three closing rounds. */
function finish(a: number, b: number, c: number, d: number, last: number): number {
  let v0 = a;
  let v1 = b;
  let v2 = c;
  let v3 = d ^ last;
  for (let round = 0; round < 4; round++) {
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    if (round === 0) {
      v0 ^= last;
      v2 ^= 0xff;
    }
  }
  return v1 ^ v3;
}

function mix(seed: number): number {
  let x = seed;
  x = Math.imul(x ^ (x >>> 16), 0x21f0_aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a_2d97);
  return x ^ (x >>> 15);
}
