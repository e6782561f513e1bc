import { expect, test } from 'vitest';
import { unknownFields, withUnknown } from '../../../../src-main/core/profiles/unknown-fields.ts';

test('Fields that a schema does not know are found at any depth, and written back.', () => {
  const raw = { a: 1, b: { c: 2, later: [1] }, later: { x: null } };
  const known = { a: 1, b: { c: 2, d: 3 } };
  const unknown = unknownFields(raw, known);
  expect(unknown).toEqual({ b: { later: [1] }, later: { x: null } });
  expect(withUnknown({ a: 5, b: { c: 6, d: 7 } }, unknown)).toEqual({
    a: 5,
    b: { c: 6, d: 7, later: [1] },
    later: { x: null },
  });
});

test('What has become known, or another kind of thing, is not overwritten.', () => {
  expect(withUnknown({ later: 'mine', b: null }, { later: 'old', b: { x: 1 } })).toEqual({
    later: 'mine',
    b: null,
  });
});

test('Nothing unknown is null, and lists are not looked into.', () => {
  expect(unknownFields({ a: [{ x: 1 }] }, { a: [{}] })).toBeNull();
  expect(unknownFields([1], [])).toBeNull();
  expect(withUnknown({ a: 1 }, null)).toEqual({ a: 1 });
});

test('A field called __proto__ is a field like any other, and depth has an end.', () => {
  const raw = JSON.parse('{"a": {"__proto__": {"polluted": true}}}') as unknown;
  const written = withUnknown({ a: {} }, unknownFields(raw, { a: {} }));
  expect(JSON.stringify(written)).toBe('{"a":{"__proto__":{"polluted":true}}}');
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  let deep: object = {};
  let known: object = {};
  for (let i = 0; i < 100_000; i++) [deep, known] = [{ a: deep }, { a: known }];
  expect(unknownFields(deep, known)).toBeNull();
});
