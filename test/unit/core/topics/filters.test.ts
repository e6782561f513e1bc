import { describe, expect, it } from 'vitest';
import { matchesFilter } from '../../../../src-main/core/topics/filters.ts';
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
