import { describe, expect, it, test } from 'vitest';
import { coversFilter, isShared, matchesFilter } from '../../../../src-main/core/topics/filters.ts';
import { random } from '../../../support/random.ts';

/** The rules of MQTT 4.7 written down level by level. */
function naive(filter: string, topic: string): boolean {
  const wild = filter.startsWith('+') || filter.startsWith('#');
  if (wild && topic.startsWith('$')) return false;
  const match = (f: readonly string[], t: readonly string[]): boolean => {
    const [level, ...rest] = f;
    if (level === undefined) return t.length === 0;
    if (level === '#') return true;
    const [first, ...others] = t;
    if (first === undefined) return false;
    if (level !== '+' && level !== first) return false;
    if (others.length === 0 && rest.length === 1 && rest[0] === '#') return true;
    return match(rest, others);
  };
  return match(filter.split('/'), topic.split('/'));
}

describe('a topic filter', () => {
  it('matches as the examples of the specification say', () => {
    const table: [string, string, boolean][] = [
      ['sport/tennis/player1/#', 'sport/tennis/player1', true],
      ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon', true],
      ['sport/#', 'sport', true],
      ['sport/+', 'sport', false],
      ['sport/+', 'sport/', true],
      ['+/+', '/finance', true],
      ['/+', '/finance', true],
      ['+', '/finance', false],
      ['#', '$SYS/x', false],
      ['+/monitor/Clients', '$SYS/monitor/Clients', false],
      ['$SYS/#', '$SYS/x', true],
      ['$SYS/monitor/+', '$SYS/monitor/Clients', true],
      ['a', 'a/', false],
      ['a/b', 'a', false],
      ['$share/g/a/+', 'a/b', true],
      ['$share/g/#', '$SYS/x', false],
    ];
    for (const [filter, topic, expected] of table) {
      expect(matchesFilter(filter, topic), `${filter} on ${topic}`).toBe(expected);
    }
  });

  it('agrees with the naive reading on random filters and topics', () => {
    const chance = random(5);
    let matched = 0;
    for (let round = 0; round < 20_000; round++) {
      const topic = Array.from({ length: 1 + chance.int(4) }, () => chance.pick(['a', 'b', '', '$x'])).join(
        '/',
      );
      const parts = Array.from({ length: 1 + chance.int(4) }, () =>
        chance.pick(['a', 'b', '', '+', '+', '$x']),
      );
      if (chance.int(3) === 0) parts.push('#');
      const filter = parts.join('/');
      const expected = naive(filter, topic);
      if (expected) matched++;
      expect(matchesFilter(filter, topic), `${filter} on ${topic}`).toBe(expected);
    }
    expect(matched).toBeGreaterThan(1_000);
  });
});

describe('a topic filter beside another', () => {
  it.each([
    ['#', 'plant/line/#', true],
    ['plant/#', 'plant/line/#', true],
    ['plant/#', 'plant/#', true],
    ['plant/#', 'plant', true],
    ['plant/+/#', 'plant/line/#', true],
    ['plant/+/#', 'plant/#', false],
    ['plant/+', 'plant/line', true],
    ['plant/+', 'plant/line/#', false],
    ['plant/+/state', 'plant/line/#', false],
    ['plant/line', 'plant/line/#', false],
    ['plant/line/#', 'plant/#', false],
    ['plants/#', 'plant/#', false],
    ['#', '$SYS/#', false],
    ['+/#', '$SYS/#', false],
    ['$SYS/#', '$SYS/broker/#', true],
    ['$share/group/#', 'plant/#', false],
  ])('%s covers %s: %s', (filter, other, covers) => {
    expect(coversFilter(filter, other)).toBe(covers);
  });

  it('is said to cover it only where every topic of the other is one of its own', () => {
    const { next, int, pick } = random(12);
    const levels = ['a', 'b', '', '$c', '+'];
    const make = (from: readonly string[], isFilter: boolean) => {
      const made = Array.from({ length: 1 + int(3) }, () => pick(from));
      return [...made, ...(isFilter && next() < 0.5 ? ['#'] : [])].join('/');
    };
    const topics = Array.from({ length: 300 }, () => make(levels.slice(0, 4), false)).filter(
      (one) => one !== '',
    );
    let covering = 0;
    for (let round = 0; round < 3_000; round++) {
      const [filter, other] = [make(levels, true), make(levels, true)];
      if (filter === '' || other === '' || !coversFilter(filter, other)) continue;
      covering++;
      const beside = topics.find((topic) => matchesFilter(other, topic) && !matchesFilter(filter, topic));
      expect(beside, `${filter} and ${other}`).toBeUndefined();
    }
    expect(covering).toBeGreaterThan(100);
  });
});

test('Only a name that a broker would take for a shared subscription is one.', () => {
  expect(isShared('$share/group/a')).toBe(true);
  expect(isShared('$share/')).toBe(true);
  for (const topic of ['$share', 'share/a', '$shared/a', 'a/$share/b', ''])
    expect(isShared(topic)).toBe(false);
});
