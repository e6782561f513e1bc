import { expect, test } from 'vitest';
import { TopicParts } from '../../../../src-main/core/inventory/parts.ts';
import { matchesFilter } from '../../../../src-main/core/topics/filters.ts';

function partsOf(filter: string, topics: readonly string[]): readonly string[] {
  const parts = new TopicParts(filter);
  for (const topic of topics) parts.add(topic);
  return parts.filters;
}

test('Topics are divided by the level that has the fewest names, and each part brings its own.', () => {
  const kinds = ['on', 'off', 'load'];
  const topics = Array.from({ length: 600 }, (_, i) => `plant/hall-${i % 20}/${i}/${kinds[i % 3] ?? ''}`);
  for (const [filter, second] of [
    ['#', '+/+/+/off/#'],
    ['plant/#', 'plant/+/+/off/#'],
  ] as const) {
    const parts = partsOf(filter, topics);
    expect([parts.length, parts[1]]).toEqual([3, second]);
    for (const topic of topics) expect(parts.filter((part) => matchesFilter(part, topic))).toHaveLength(1);
  }
});

test('What has a name for each topic, or one for all, is not divided.', () => {
  const flat = Array.from({ length: 600 }, (_, i) => `flat/${i}`);
  const few = flat.slice(0, 100);
  for (const topics of [flat, few, ['a/b']]) expect(partsOf('#', topics)).toEqual([]);
  expect(partsOf('flat/#', few)).toEqual([]);
});

test('A name that cannot be asked for divides nothing.', () => {
  expect(partsOf('#', ['a/1', 'a/2', 'b\udc80/3', 'b\udc80/4'])).toEqual([]);
});
