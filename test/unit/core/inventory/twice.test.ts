import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byLevels, twice, widened } from '../../../../src-main/core/inventory/twice.ts';
import { matchesFilter } from '../../../../src-main/core/topics/filters.ts';
import { checkTopicFilter } from '../../../../src-main/core/topics/names.ts';

const level = fc.constantFrom('', 'a', 'b', '$d', 'ä');
const levels = (minLength: number, maxLength: number) => fc.array(level, { minLength, maxLength });
const topic = levels(1, 9)
  .map((all) => all.join('/'))
  .filter((name) => name !== '');

test('Filters by levels bring each topic of a filter once, and no other.', () => {
  const branch = fc.oneof(
    fc.constant('#'),
    levels(1, 3).map((all) => `${all.join('/')}/#`),
    levels(1, 2).map((all) => `+/${all.join('/')}/#`),
  );
  fc.assert(
    fc.property(branch, topic, (filter, name) => {
      const times = byLevels(filter).filter((one) => matchesFilter(one, name)).length;
      expect(times).toBe(matchesFilter(filter, name) ? 1 : 0);
    }),
    { numRuns: 2_000 },
  );
});

test('With the filter itself they fit a packet that any broker takes, and are filters of MQTT.', () => {
  for (const filter of ['#', 'a/#', '/#', '+/a/#']) {
    const both = twice(filter) ?? [];
    expect(both[0]).toBe(filter);
    expect(both.length).toBeLessThanOrEqual(8);
    expect(new Set(both).size).toBe(both.length);
    for (const one of both) expect(checkTopicFilter(one), one).toBeNull();
  }
  expect(twice('#')).toEqual(['#', '+', '+/+', '+/+/+', '+/+/+/+', '+/+/+/+/+/#']);
});

test('There is no other way to say a filter of topics that all have as many levels.', () => {
  for (const filter of ['a', 'a/+', '+', 'a/+/b'])
    expect([byLevels(filter), twice(filter)]).toEqual([[], null]);
});

test('A filter without a plus brings all that one with it stands for.', () => {
  const filters = ['#', 'a', 'a/#', '+', '+/+', 'a/+', 'a/+/b/#', '/+', '$SYS/+/x'];
  expect(filters.map(widened)).toEqual([null, null, null, '#', '#', 'a/#', 'a/#', '/#', '$SYS/#']);
});
