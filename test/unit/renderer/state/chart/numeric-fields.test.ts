import { describe, expect, test } from 'vitest';
import { FieldPath } from '../../../../../src-main/contract/model/model.ts';
import * as fields from '../../../../../src-renderer/state/chart/numeric-fields.ts';
import { bytesOf, decoded } from '../../../../support/decoding.ts';

const paths = (found: readonly fields.NumericField[]) => found.map(({ path }) => path);
const numericFields = (payload: Uint8Array) => paths(fields.numericFields(payload));
const decodedNumbers = (nodes: Parameters<typeof fields.decodedNumbers>[0]) =>
  paths(fields.decodedNumbers(nodes));

test('The numbers of a decoded payload are found as those of JSON are', () => {
  // {"a": 1, "b": [16, {"c": 1.5}], "d": h'00ff'}
  const cbor = bytesOf('a3 6161 01 6162 82 10 a1 6163 fa3fc00000 6164 42 00ff');
  const expected = [['a'], ['b', 0], ['b', 1, 'c']];
  expect(decodedNumbers(decoded(cbor).nodes)).toEqual(expected);
  expect(numericFields(bytesOf('text:{"a":1,"b":[16,{"c":1.5}],"d":"x"}'))).toEqual(expected);
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

test.each([
  ['{"a":{"b":1},"c":2,"d":3}', ['c']],
  ['{"ts":1796055509996,"temperature":23.5}', ['temperature']],
  ['{"at":1796055509,"data":{"t":1796055509996,"celsius":23.5}}', ['data', 'celsius']],
  ['{"ts":1796055509996.25,"deep":{"at":1796055509}}', ['ts']],
  ['1796055509996', []],
  ['{"total":1796055509996123456789}', ['total']],
])('Of %s the chart shows %j at first, rather than a time', (json, path) => {
  const bytes = bytesOf(`text:${json}`);
  for (const found of [fields.numericFields(bytes), fields.decodedNumbers(decoded(bytes).nodes)])
    expect(found[fields.mostTelling(found)]?.path).toEqual(path);
});

test('Where there is no number the chart shows none', () => {
  expect(fields.mostTelling(fields.numericFields(bytesOf('text:{"a":"x"}')))).toBe(-1);
});

describe('Of the beginning of a payload', () => {
  const begun = (text: string) => paths(fields.numbersOfBeginning(new TextEncoder().encode(text)));
  const whole = '{"a": 1, "b": {"c\\n": [2, {"d": "5"}, -3.5e2], "e": true}, "f": [[4], []], "g": 6}';

  test('the numbers are found that stand whole in it, by the same paths as of all of it', () => {
    const all = numericFields(new TextEncoder().encode(whole));
    expect(all).toEqual([['a'], ['b', 'c\n', 0], ['b', 'c\n', 2], ['f', 0, 0], ['g']]);
    for (let end = 0; end <= whole.length; end++) {
      const found = begun(whole.slice(0, end));
      expect(found).toEqual(all.slice(0, found.length));
    }
    expect(begun(whole)).toEqual(all);
    // It may go on: `1` is the beginning of 12.
    expect(begun('{"a": 1')).toEqual([]);
    expect(begun('17')).toEqual([]);
  });

  test('nothing is found in what is no text, and a character that is cut is no matter', () => {
    const cut = new TextEncoder().encode('{"a":1,"b":"ü');
    expect(paths(fields.numbersOfBeginning(cut.subarray(0, -1)))).toEqual([['a']]);
    expect(fields.numbersOfBeginning(Uint8Array.of(0x7b, 0xff, 0x31, 0x2c))).toEqual([]);
  });

  test('a name that occurs twice is offered once, times are known, and there is an end', () => {
    expect(begun('{"a":1,"a":2,')).toEqual([['a']]);
    expect(fields.numbersOfBeginning(new TextEncoder().encode('{"ts":1796055509996,'))[0]?.isTime).toBe(true);
    expect(begun(`[${'1,'.repeat(1_000)}`)).toHaveLength(200);
    expect(begun(`${'['.repeat(60_000)}1,`)).toEqual([]);
  });
});
