import { describe, expect, test } from 'vitest';
import { isMoreSpecific, ruleFor, withRule } from '../../../../src-main/core/topics/decoder-rules.ts';
import type { DecoderRule } from '../../../../src-main/contract/model/decoder-rule.ts';

const CBOR = [{ decoder: 'cbor', option: '' }] as const;
const rule = (filter: string): DecoderRule => ({ filter, chain: [...CBOR] });

describe('The rule for a topic', () => {
  test.each([
    ['a/b/c', ['#', 'a/#', 'a/+/c', 'a/b/c'], 'a/b/c'],
    ['a/b/c', ['#', 'a/#', 'a/+/c', '+/b/c'], 'a/+/c'],
    ['a/b/c', ['#', '+/+/+', 'a/#'], 'a/#'],
    ['a/b', ['a/#', 'a/+'], 'a/+'],
    ['a', ['a/#', 'a'], 'a'],
    ['a/b/c', ['a/b/#', 'a/+/c'], 'a/b/#'],
    ['x', ['a', '$share/g/x'], '$share/g/x'],
    ['$SYS/load', ['#', '$SYS/#'], '$SYS/#'],
  ])('of %s among %j is %s', (topic, filters, expected) => {
    expect(ruleFor(filters.map(rule), topic)?.filter).toBe(expected);
    expect(ruleFor(filters.map(rule).toReversed(), topic)?.filter).toBe(expected);
  });

  test('is none where no filter matches', () => {
    expect(ruleFor([rule('a/+'), rule('$SYS/#')], 'a/b/c')).toBeNull();
  });

  test('is not more specific than itself', () => {
    for (const filter of ['#', 'a/+', 'a/b']) expect(isMoreSpecific(filter, filter)).toBe(false);
  });

  test('replaces one of the same filter, and can be taken out', () => {
    const hex = [{ decoder: 'hex', option: '' } as const];
    expect(withRule([rule('a'), rule('b')], 'a', hex)).toEqual([rule('b'), { filter: 'a', chain: hex }]);
    expect(withRule([rule('a'), rule('b')], 'a', null)).toEqual([rule('b')]);
  });
});
