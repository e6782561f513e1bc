import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  Change,
  changeBetween,
  copyOf,
  isCounting,
  withChange,
} from '../../../../src-main/contract/base/change.ts';
import { random, type Random } from '../../../support/random.ts';

type Value = null | boolean | number | string | Uint8Array | Value[] | { [name: string]: Value };

function anyValue(from: Random, depth: number): Value {
  const kind = from.int(depth > 3 ? 5 : 8);
  if (kind === 0) return null;
  if (kind === 1) return from.int(2) === 1;
  if (kind === 2) return from.int(5);
  if (kind === 3) return from.pick(['', 'a', 'put', 'of']);
  if (kind === 4) return Uint8Array.from([from.int(3), from.int(3)]);
  if (kind === 5) return Object.fromEntries(names(from).map((name) => [name, anyValue(from, depth + 1)]));
  return Array.from({ length: from.int(6) }, () => anyValue(from, depth + 1));
}

const names = (from: Random): string[] => ['a', 'b', 'put', 'drop', '0'].filter(() => from.int(2) === 1);

/** As what is drawn changes: a little, somewhere. */
function altered(value: Value, from: Random): Value {
  if (Array.isArray(value)) {
    if (value.length > 0 && from.int(2) === 1) return [...value.slice(from.int(value.length)), 7, 8];
    return value.map((one) => (from.int(3) === 0 ? altered(one, from) : one));
  }
  if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
    const kept = Object.entries(value).filter(() => from.int(5) > 0);
    return Object.fromEntries(
      kept.map(([name, one]) => [name, from.int(2) === 1 ? altered(one, from) : one]),
    );
  }
  return anyValue(from, 2);
}

describe('What changed in a value', () => {
  it('makes the new one out of the old one, whatever they are', () => {
    const from = random(3);
    for (let i = 0; i < 5_000; i++) {
      const before = anyValue(from, 0);
      const after = from.int(4) === 0 ? anyValue(from, 0) : altered(before, from);
      const change = changeBetween(before, after);
      if (change === null) expect(after).toEqual(before);
      else expect(withChange(before, Change.parse(change))).toEqual(after);
      expect(changeBetween(before, structuredClone(before))).toBeNull();
    }
  });

  it('is as small as what moved on', () => {
    const pings = Array.from({ length: 120 }, (_, at) => ({ at, rttMs: 1 }));
    const later = [...pings.slice(1), { at: 120, rttMs: 2 }];
    expect(changeBetween(pings, later)).toEqual({ drop: 1, keep: 119, add: [{ at: 120, rttMs: 2 }] });
    expect(changeBetween({ a: { b: 1, c: 2 }, d: 3 }, { a: { b: 1, c: 4 }, d: 3 })).toEqual({
      set: {},
      of: { a: { set: { c: 4 } } },
    });
    expect(changeBetween({ a: 1, b: 2 }, { b: 2, c: undefined })).toEqual({ set: {}, removed: ['a'] });
  });

  it('leaves what did not change the same object', () => {
    const before = { same: { x: 1 }, list: [{ y: 1 }, { y: 2 }], other: 1 };
    const change = changeBetween(before, { same: { x: 1 }, list: [{ y: 1 }, { y: 3 }], other: 2 });
    const after = withChange(before, change ?? { put: null }) as typeof before;
    expect(after.same).toBe(before.same);
    expect(after.list[0]).toBe(before.list[0]);
    expect(after.list[1]).toEqual({ y: 3 });
  });

  it('refuses another value than the one it is of', () => {
    expect(() => withChange(null, { set: {} })).toThrow(RangeError);
    expect(() => withChange([1], { drop: 1, keep: 1, add: [] })).toThrow(RangeError);
    expect(() => withChange('text', { drop: 0, keep: 0, add: [] })).toThrow(RangeError);
  });

  it('makes no list longer, and gives it no names, whatever places a change names', () => {
    for (const at of ['2', '4294967294', '-1', '0.5', '1e0', '00', 'length', '__proto__', '']) {
      const set = Object.fromEntries([[at, 'new']]);
      expect(() => withChange([1, 2], { set }), `set ${at}`).toThrow(RangeError);
      const of = Object.fromEntries([[at, { put: 'new' }]]);
      expect(() => withChange([1, 2], { set: {}, of }), `of ${at}`).toThrow(RangeError);
    }
    expect(withChange([1, 2], { set: { 1: 'new' }, of: { 0: { put: 'too' } } })).toEqual(['too', 'new']);
  });

  it('changes nothing in what a value only inherits', () => {
    const of = { constructor: { set: { polluted: 1 } }, toString: { put: 1 } };
    for (const [name, change] of Object.entries(of))
      expect(() => withChange({ a: 1 }, { set: {}, of: { [name]: change } }), name).toThrow(RangeError);
    const parsed = JSON.parse('{"__proto__":{"set":{"polluted":1}}}') as Record<string, Change>;
    expect(() => withChange({ a: 1 }, { set: {}, of: parsed })).toThrow(RangeError);
    expect('polluted' in {}).toBe(false);
  });

  it.each([
    { drop: -1, keep: 1, add: [] },
    { drop: 0, keep: -1, add: [] },
    { drop: 0.5, keep: 0, add: [] },
    { drop: 0, keep: 0, add: null },
    { set: [], of: { a: { nothing: 1 } } },
    { set: {}, removed: 'a' },
    {},
    null,
  ])('is none that reads %j', (change) => {
    expect(Change.safeParse(change).success).toBe(false);
  });

  it('is applied, or is of another value, and never loses an entry without a word', () => {
    const place = fc.oneof(fc.nat(6).map(String), fc.string(), fc.constantFrom('length', '__proto__'));
    const put = fc.record({ put: fc.constant('new') });
    const change: fc.Arbitrary<Change> = fc.oneof(
      fc.record({ set: fc.dictionary(place, fc.constant('new')), of: fc.dictionary(place, put) }),
      fc.record({ drop: fc.nat(6), keep: fc.nat(6), add: fc.array(fc.constant('new'), { maxLength: 3 }) }),
    );
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 5 }), change, (list, by) => {
        let after: unknown;
        try {
          after = withChange(list, Change.parse(by));
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          return;
        }
        const entries = after as unknown[];
        expect(Object.keys(entries)).toEqual([...entries.keys()].map(String));
        const old = 'drop' in by ? list.slice(by.drop, by.drop + by.keep) : list;
        expect(entries).toHaveLength(old.length + ('drop' in by ? by.add.length : 0));
        for (const [at, one] of entries.entries()) if (one !== 'new') expect(one).toBe(old[at]);
      }),
      { seed: 151, numRuns: 500 },
    );
  });
});

test('only numbers that were numbers before are counts', () => {
  const of = (value: unknown) => ({ state: null, value });
  const counting = (before: unknown, after: unknown) => isCounting(of(before), of(after));
  expect(counting({ a: [1, { b: 2 }] }, { a: [1, { b: 3 }] })).toBe(true);
  expect(counting(null, 1)).toBe(false);
  expect(counting(1, null)).toBe(false);
  expect(counting('1', '2')).toBe(false);
  expect(counting([1], [1, 2])).toBe(false);
  expect(counting({ a: 1 }, { b: 1 })).toBe(false);
  expect(counting([1], { 0: 1 })).toBe(false);
});

test('a copy is equal, of every kind of value, and knows nothing of what becomes of the first', () => {
  const value = {
    list: [1, { deep: 'text' }, null],
    bytes: new Uint8Array([1, 2]),
    none: undefined,
    of: { yes: true },
  };
  const before = structuredClone(value);
  const copy = copyOf(value);
  expect(copy).toEqual(before);
  expect(Object.keys(copy)).toEqual(Object.keys(before));
  value.list.push(2);
  (value.list[1] as { deep: string }).deep = 'other';
  value.bytes[0] = 9;
  value.of.yes = false;
  expect(copy).toEqual(before);
  expect(copyOf(null)).toBeNull();
});
