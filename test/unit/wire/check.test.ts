import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { stream } from '../../../src-main/contract/base/define.ts';
import { fault, itemCheck } from '../../../src-main/wire/check.ts';

const Deep = z.object({ rows: z.array(z.object({ size: z.number() })) });

describe('What breaks its schema', () => {
  test('is reported by its place, and never by its value', () => {
    const where = fault(Deep, { rows: [{ size: 1 }, { size: 'hunter2' }] });
    expect(where).toMatch(/^rows\.1\.size: /);
    expect(where).not.toContain('hunter2');
  });

  test('may be all of it', () => {
    for (const value of [null, undefined, 7, 'hunter2', []]) {
      expect(fault(Deep, value)).toMatch(/^the whole: /);
      expect(fault(Deep, value)).not.toContain('hunter2');
    }
  });

  test('is nothing where it fits', () => {
    expect(fault(Deep, { rows: [] })).toBeNull();
    expect(fault(z.unknown(), undefined)).toBeNull();
  });
});

describe('An item of a stream', () => {
  const none = z.object({});

  test('is checked as a whole', () => {
    const check = itemCheck(stream(none, Deep));
    expect(check({ rows: [{ size: 1 }] })).toBeNull();
    expect(check({ rows: [{ size: '1' }] })).toMatch(/^rows\.0\.size: /);
  });

  test('that comes often is only checked for its fields, those that have to be there', () => {
    const Item = Deep.extend({ note: z.string().optional(), past: z.number().nullable(), any: z.unknown() });
    const check = itemCheck(stream(none, Item, 'fields'));
    expect(check({ rows: 'not looked at', past: null })).toBeNull();
    expect(check({ rows: [], note: 'x' })).toBe('past: missing');
    expect(check({ past: 1 })).toBe('rows: missing');
    // A field that is there without a value is there: that is how some pipes carry what is absent.
    expect(check({ rows: undefined, past: undefined })).toBeNull();
    for (const value of [null, undefined, 7, 'rows']) expect(check(value)).toBe('the whole: not an object');
  });

  test('that is no object is checked as a whole in any case', () => {
    const check = itemCheck(stream(none, z.number(), 'fields'));
    expect([check(1), check('1') === null]).toEqual([null, false]);
  });
});
