import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FilterBytes } from '../../../../src-main/core/topics/filter-bytes.ts';
import { matchesFilter, sharedFilter } from '../../../../src-main/core/topics/filters.ts';
import { checkTopicFilter } from '../../../../src-main/core/topics/names.ts';

/** What the standard says, level by level [MQTT5-4.7], and nothing clever. */
function naive(filter: string[], topic: string[]): boolean {
  const [head, ...rest] = filter;
  if (head === undefined) return topic.length === 0;
  if (head === '#') return true;
  const [first, ...below] = topic;
  if (first === undefined) return false;
  if (head !== '+' && head !== first) return false;
  // `a/#` stands for `a` as well.
  if (below.length === 0 && rest.length === 1 && rest[0] === '#') return true;
  return naive(rest, below);
}

function expected(filter: string, topic: string): boolean {
  const own = sharedFilter(filter);
  if (topic.startsWith('$') && /^[+#]/.test(own)) return false;
  return naive(own.split('/'), topic.split('/'));
}

const level = fc.oneof(
  fc.constantFrom('', 'a', 'b', '$SYS', '$share', 'ä', '\u{1f600}'),
  fc.string({ unit: 'grapheme', maxLength: 3 }).map((text) => text.replaceAll(/[+#/\0]/g, 'x')),
);
const topics = fc
  .array(level, { minLength: 1, maxLength: 5 })
  .map((levels) => levels.join('/'))
  .filter((topic) => topic !== '');
const filters = fc
  .tuple(
    fc.constantFrom('', '', '', '$share/g/'),
    fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 5 }),
    fc.boolean(),
  )
  .map(([share, levels, rest]) => `${share}${levels.join('/')}${rest ? '/#' : ''}`)
  .filter((filter) => checkTopicFilter(filter) === null);

/** A filter and a topic that has a chance: some levels of the one are those of the other. */
const pairs = fc.oneof(
  fc.tuple(filters, topics),
  fc
    .tuple(topics, fc.array(fc.constantFrom('keep', '+'), { minLength: 5, maxLength: 5 }), fc.nat(5))
    .map(([topic, how, cut]): [string, string] => {
      const levels = topic.split('/').map((one, i) => (how[i] === '+' ? '+' : one));
      return [cut < levels.length ? [...levels.slice(0, cut), '#'].join('/') : levels.join('/'), topic];
    })
    .filter(([filter]) => checkTopicFilter(filter) === null),
);

test('A filter matches by text and by bytes what the standard says, whatever the names are.', () => {
  const encoder = new TextEncoder();
  let matched = 0;
  fc.assert(
    fc.property(pairs, ([filter, topic]) => {
      const wanted = expected(filter, topic);
      if (wanted) matched++;
      expect(matchesFilter(filter, topic)).toBe(wanted);
      const bytes = encoder.encode(topic);
      expect(new FilterBytes(filter).matches(bytes, 0, bytes.length)).toBe(wanted);
    }),
    { numRuns: 5_000, seed: 7 },
  );
  expect(matched).toBeGreaterThan(500);
});
