import { expect, test } from 'vitest';
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
