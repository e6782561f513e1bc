import { expect, test } from 'vitest';
import { definedOnly } from '../../../../src-main/engine/base/defined-only.ts';

test('A patch says nothing of what is undefined, and all of what is empty, null or false', () => {
  const patch = definedOnly({ a: undefined, b: null, c: false, d: 0, e: '' });
  expect(patch).toEqual({ b: null, c: false, d: 0, e: '' });
  expect({ a: 1, b: 2, ...patch }).toMatchObject({ a: 1, b: null });
  expect('a' in patch).toBe(false);
});

test('A field of a reserved name is a field, and changes no prototype', () => {
  const patch = definedOnly(JSON.parse('{"__proto__":{"polluted":true},"constructor":1}') as object);
  expect(Object.getPrototypeOf(patch)).toBe(Object.prototype);
  expect(Object.keys(patch)).toEqual(['__proto__', 'constructor']);
  expect('polluted' in {}).toBe(false);
});
