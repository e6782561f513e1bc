import { describe, expect, it } from 'vitest';
import { filterLike, filterWithout } from '../../../../../src-main/core/query/grammar/like-this.ts';
import { parseFilter } from '../../../../../src-main/core/query/grammar/parse.ts';

describe('filters from a row', () => {
  it('are like a topic by its levels, and like a branch by what is below', () => {
    expect(filterLike({ key: 'plant/h1/p3/temp', children: 0 }, '/')).toBe('topic:plant/+/+/temp');
    expect(filterLike({ key: 'plant', children: 0 }, '/')).toBe('topic:plant');
    expect(filterLike({ key: 'plant/h1', children: 3 }, '/')).toBe('topic:plant/h1/#');
    expect(filterLike({ key: 'a b/c', children: 1 }, '/')).toBe('topic:"a b/c/#"');
    expect(filterLike({ key: '\0\\xff', children: 0 }, '/')).toBeNull();
  });

  it('exclude it from all that is shown', () => {
    expect(filterWithout('', { key: 'a/b', children: 0 }, '/')).toBe('-topic:a/b');
    expect(filterWithout('temp', { key: 'a', children: 2 }, '/')).toBe('temp -topic:a/#');
    expect(filterWithout('x or y', { key: 'a"b', children: 0 }, '/')).toBe(
      String.raw`(x or y) -topic:"a\"b"`,
    );
    expect(filterWithout('x', { key: '\0\\xff', children: 0 }, '/')).toBeNull();
  });

  it('are no regular expressions, also of topics that begin and end with a slash', () => {
    const parsed = parseFilter(filterLike({ key: '/x/', children: 0 }, '/') ?? '');
    expect(parsed.kind === 'filter' && parsed.query).toMatchObject({
      term: { kind: 'topic-filter', filter: '/+/' },
    });
  });

  it('are filters that mean something', () => {
    for (const key of ['a', 'a b', 'a"b\\c', 'a(b', '$SYS/x', '-a', 'a//b', '/x/', 'a.b..c/d', '.', 'é\n[.]'])
      for (const children of [0, 1])
        for (const separator of ['/', '.', ']', '(', '"']) {
          expect(parseFilter(filterLike({ key, children }, separator) ?? '"').kind).toBe('filter');
          expect(parseFilter(filterWithout('p or q', { key, children }, separator) ?? '"').kind).toBe(
            'filter',
          );
        }
  });

  it('are regular expressions where MQTT does not divide topics as the tree does', () => {
    const topic = { key: 'plant.h1.p3/x.temp', children: 0 };
    expect(filterLike(topic, '.')).toBe(String.raw`topic~/^plant\.[^\.]*\.[^\.]*\.temp$/`);
    expect(filterLike({ key: 'a/b', children: 2 }, '.')).toBe(String.raw`topic~/^a\/b(?:\.|$)/`);
    expect(filterWithout('x', { key: 'a.b', children: 2 }, '.')).toBe(String.raw`x -topic~/^a\.b(?:\.|$)/`);
    expect(filterWithout('x', { key: 'a.b', children: 0 }, '.')).toBe('x -topic:a.b');
    expect(filterLike({ key: '$SYS/x', children: 2 }, '.')).toBe('topic:$SYS/x/#');
    expect(filterLike({ key: 'a'.repeat(1_000), children: 2 }, '.')).toBeNull();
    expect(filterWithout('', { key: 'a'.repeat(1_000), children: 2 }, '.')).toBeNull();
    expect(filterWithout('', { key: '\0\\xff', children: 2 }, '.')).toBeNull();
  });
});
