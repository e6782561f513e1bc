import { expect, test } from 'vitest';
import { FieldPath } from '../../../../../src-main/contract/model/model.ts';
import { decodedNumbers, numericFields } from '../../../../../src-renderer/state/chart/numeric-fields.ts';
import { bytesOf, decoded } from '../../../../support/decoding.ts';

test('The numbers of a decoded payload are found as those of JSON are', () => {
  // {"a": 1, "b": [16, {"c": 1.5}], "d": h'00ff'}
  const cbor = bytesOf('a3 6161 01 6162 82 10 a1 6163 fa3fc00000 6164 42 00ff');
  const paths = [['a'], ['b', 0], ['b', 1, 'c']];
  expect(decodedNumbers(decoded(cbor).nodes)).toEqual(paths);
  expect(numericFields(bytesOf('text:{"a":1,"b":[16,{"c":1.5}],"d":"x"}'))).toEqual(paths);
});

test('A payload that is a number is its own field, and there are never more than can be chosen from', () => {
  expect(decodedNumbers(decoded(bytesOf('19 0102'), [{ decoder: 'cbor', option: '' }]).nodes)).toEqual([[]]);
  const many = bytesOf(`99 0400 ${'05'.repeat(1_024)}`);
  expect(decodedNumbers(decoded(many, [{ decoder: 'cbor', option: '' }]).nodes)).toHaveLength(200);
});

test('A number is offered for a chart only if the contract can ask for it', () => {
  const nested = (depth: number, key = 'a') => `${`{"${key}":`.repeat(depth)}1${'}'.repeat(depth)}`;
  const offered = (json: string) => numericFields(bytesOf(`text:${json}`));
  for (const depth of [1, 63, 64]) {
    const [path] = offered(nested(depth));
    expect(path).toHaveLength(depth);
    expect(FieldPath.safeParse(path).success).toBe(true);
    expect(offered(`${'['.repeat(depth)}1${']'.repeat(depth)}`)[0]).toEqual(Array(depth).fill(0));
  }
  for (const depth of [65, 200]) {
    expect(offered(nested(depth))).toEqual([]);
    expect(offered(`{"deep":${nested(depth)},"b":2}`)).toEqual([['b']]);
    expect(decodedNumbers(decoded(bytesOf(`text:{"deep":${nested(depth)},"b":2}`)).nodes)).toEqual([['b']]);
  }
  expect(offered(nested(1, 'n'.repeat(65_535)))).toHaveLength(1);
  expect(offered(`{"${'n'.repeat(65_536)}":1,"b":2}`)).toEqual([['b']]);
});

test('A field that is there twice is offered once, where the first one of its name is', () => {
  expect(numericFields(bytesOf('text:{"t":1,"u":2,"t":3}'))).toEqual([['t'], ['u']]);
  // The last one counts, and it is no number.
  expect(numericFields(bytesOf('text:{"t":1,"t":"x"}'))).toEqual([]);
  const cbor = bytesOf('a3 6174 01 6175 02 6174 03');
  expect(decodedNumbers(decoded(cbor, [{ decoder: 'cbor', option: '' }]).nodes)).toEqual([['t'], ['u']]);
});

test('A byte order mark hides no field', () => {
  expect(numericFields(new TextEncoder().encode('\ufeff{"t":1}'))).toEqual([['t']]);
});
