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
