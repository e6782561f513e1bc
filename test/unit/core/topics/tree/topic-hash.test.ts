import { expect, test } from 'vitest';
import { TopicHash } from '../../../../../src-main/core/topics/tree/topic-hash.ts';
import { nastyTopic } from '../../../../support/store/naive-store.ts';
import { random } from '../../../../support/random.ts';

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

test('A topic has the same hash wherever it lies in a chunk', () => {
  const rng = random(1);
  const hash = new TopicHash(42);
  for (let round = 0; round < 500; round++) {
    const topic = nastyTopic(rng, 1_000, 8);
    const gap = rng.int(9);
    const chunk = Uint8Array.from({ length: gap + topic.length + 8 }, () => rng.int(256));
    chunk.set(topic, gap);
    expect(hash.of(view(chunk), gap, gap + topic.length)).toBe(hash.of(view(topic), 0, topic.length));
  }
});

test('The hashes of all prefixes in one pass are those of the prefixes by themselves', () => {
  const rng = random(2);
  const hash = new TopicHash(0x1234_5678_9abc);
  const ends = new Int32Array(5);
  const hashes = new Int32Array(5);
  for (let round = 0; round < 500; round++) {
    const topic = nastyTopic(rng, 1_000, 9, './');
    const separator = rng.pick([0x2f, 0x2e]);
    const between = [...topic.keys()].filter((i) => topic[i] === separator).slice(0, 5);
    expect(hash.prefixes(view(topic), 0, topic.length, separator, ends, hashes)).toBe(between.length);
    between.forEach((end, i) => {
      expect(ends[i]).toBe(end);
      expect(hashes[i]).toBe(hash.of(view(topic), 0, end));
    });
  }
});

test('Another seed gives other collisions', () => {
  const topics = Array.from({ length: 20_000 }, (_, i) => new TextEncoder().encode(`fleet/device${i}/state`));
  const buckets = (seed: number): string[][] => {
    const hash = new TopicHash(seed);
    const found = new Map<number, string[]>();
    topics.forEach((topic, i) => {
      const bucket = hash.of(view(topic), 0, topic.length) & 0xf_ffff;
      found.set(bucket, [...(found.get(bucket) ?? []), String(i)]);
    });
    return [...found.values()].filter((one) => one.length > 1);
  };
  const first = new Set(buckets(1).map(String));
  const second = buckets(2).map(String);
  // 20,000 in a million buckets: some 190 pairs collide by chance, hardly any for both keys.
  expect(first.size).toBeGreaterThan(120);
  expect(first.size).toBeLessThan(280);
  expect(second.filter((pair) => first.has(pair)).length).toBeLessThan(5);
  // Both halves of a large seed count.
  expect(buckets(2 ** 40 + 1).map(String)).not.toEqual([...first]);
});

test('A topic of any length has one hash, read as a whole or byte by byte', () => {
  const rng = random(3);
  const hash = new TopicHash(2 ** 47 + 11);
  const ends = new Int32Array(1);
  const hashes = new Int32Array(1);
  const lengths = [...Array.from({ length: 400 }, (_, i) => i), 1_023, 1_024, 30_001, 65_533, 65_534];
  for (const length of lengths) {
    // Nothing in it but the last byte is a separator. The largest bytes make the largest sums.
    const topic = new Uint8Array(length + 1).fill(0xff);
    for (let i = 0; i < length && rng.int(2) > 0; i++) topic[i] = 0x30 + rng.int(80);
    topic[length] = 0x2f;
    expect(hash.prefixes(view(topic), 0, topic.length, 0x2f, ends, hashes)).toBe(1);
    expect(hashes[0]).toBe(hash.of(view(topic), 0, length));
  }
});

/** The sum that was mixed into a hash. */
function unmixed(hash: number): bigint {
  const times = (value: number, factor: number): number => Math.imul(value, factor) >>> 0;
  const shifted = (value: number, by: number): number =>
    (value ^ (value >>> by) ^ (by < 16 ? value >>> (2 * by) : 0)) >>> 0;
  const first = shifted(times(shifted(hash >>> 0, 15), 0x9713_2227), 15);
  return BigInt(shifted(times(first, 0x333c_4925), 16));
}

test('The sum of a hash is exact', () => {
  // A sum is linear: what one byte adds does not depend on the others, modulo the prime.
  const prime = 2n ** 31n - 1n;
  const hash = new TopicHash(99);
  const sum = (topic: Uint8Array): bigint => unmixed(hash.of(view(topic), 0, topic.length));
  for (const length of [3, 40, 119, 120, 121, 122, 240, 241, 5_000, 65_535]) {
    const nothing = sum(new Uint8Array(length));
    const full = new Uint8Array(length).fill(0xff);
    let expected = nothing;
    for (let i = 0; i < length; i += Math.ceil(length / 300)) {
      const alone = new Uint8Array(length);
      alone.fill(0xff, i, i + Math.ceil(length / 300));
      expected += prime + sum(alone) - nothing;
    }
    expect(sum(full)).toBeLessThan(prime);
    expect(sum(full)).toBe(expected % prime);
  }
});

test('Zero bytes at the end make another topic, and a longer topic changes no hash', () => {
  const hash = new TopicHash(5);
  const zeros = new Uint8Array(2_000);
  const before = Array.from({ length: 300 }, (_, length) => hash.of(view(zeros), 0, length));
  expect(new Set(before).size).toBe(300);
  hash.of(view(zeros), 0, 2_000);
  expect(Array.from({ length: 300 }, (_, length) => hash.of(view(zeros), 0, length))).toEqual(before);
});

test('Topics that hardly differ are spread evenly, by their first bits and by their last', () => {
  for (const seed of [1, 2, 2 ** 33]) {
    const hash = new TopicHash(seed);
    const first = new Float64Array(64);
    const last = new Float64Array(64);
    for (let i = 0; i < 64_000; i++) {
      const topic = new TextEncoder().encode(`plant/line-07/${String(i).padStart(6, '0')}/temperature`);
      const value = hash.of(view(topic), 0, topic.length);
      first[value >>> 26]!++;
      last[value & 63]!++;
    }
    // A thousand each; five standard deviations are 158.
    for (const count of [...first, ...last]) expect(Math.abs(count - 1_000)).toBeLessThan(160);
  }
});

test('Pairs that would collide under fixed numbers do not under those of the seed', () => {
  const rng = random(4);
  let collisions = 0;
  for (let seed = 0; seed < 2_000; seed++) {
    const hash = new TopicHash(seed * 7_919);
    const topic = Uint8Array.from({ length: 48 }, () => 0x30 + rng.int(64));
    // What is taken from one place is added at another, or the highest bits are turned at two.
    const other = topic.slice();
    const [a, b] = [rng.int(24), 24 + rng.int(24)];
    if (rng.int(2) === 0) {
      other[a]! -= 1;
      other[b]! += 1;
    } else {
      other[a]! ^= 0x80;
      other[b]! ^= 0x80;
    }
    if (hash.of(view(topic), 0, 48) === hash.of(view(other), 0, 48)) collisions++;
  }
  expect(collisions).toBe(0);
});
