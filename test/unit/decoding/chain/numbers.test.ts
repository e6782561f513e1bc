import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { DecoderChain } from '../../../../src-main/contract/model/decoder-rule.ts';
import type { Surroundings } from '../../../../src-main/decoding/chain/reading.ts';
import { numbersIn } from '../../../../src-main/decoding/chain/numbers.ts';
import { bytesOf, NOTHING_AROUND, step } from '../../../support/decoding.ts';
import { random } from '../../../support/random.ts';

type Path = readonly (string | number)[];

function numbers(
  payloads: readonly Uint8Array[],
  chain: DecoderChain,
  paths: readonly Path[],
  around: Partial<Surroundings> = {},
): number[] {
  const bytes = Uint8Array.from(Buffer.concat(payloads));
  const lengths = payloads.map(({ length }) => length);
  return [...numbersIn({ bytes, lengths, chain, around: { ...NOTHING_AROUND, ...around }, paths })];
}

/** {"a": 1, "b": [16, {"c": 1.5}], "on": true, "t": "7.25", "raw": h'31'} */
const CBOR = bytesOf('a5 6161 01 6162 82 10 a1 6163 fa3fc00000 626f6e f5 6174 64372e3235 63726177 41 31');

describe('Numbers of decoded payloads', () => {
  test('are found by their paths, through objects and lists', () => {
    const paths = [['a'], ['b', 0], ['b', 1, 'c']];
    expect(numbers([CBOR], [step('cbor')], paths)).toEqual([1, 16, 1.5]);
  });

  test('are true and false as 1 and 0, and texts of digits, but no bytes and no containers', () => {
    const paths = [['on'], ['t'], ['raw'], ['b'], ['nowhere'], ['b', 7], ['a', 'x']];
    const none = Number.NaN;
    expect(numbers([CBOR], [step('cbor')], paths)).toEqual([1, 7.25, none, none, none, none, none]);
  });

  test('are the last of those with one name, as in JSON', () => {
    const json = new TextEncoder().encode('{"t":1,"u":5,"t":2}');
    expect(numbers([json], [step('json')], [['t'], ['u']])).toEqual([2, 5]);
  });

  test('come payload by payload, and of one that is broken or left out there are none', () => {
    const payloads = [bytesOf('a1 6161 05'), bytesOf('a1 6161'), new Uint8Array(), bytesOf('a1 6161 07')];
    expect(numbers(payloads, [step('cbor')], [['a']])).toEqual([5, Number.NaN, Number.NaN, 7]);
  });

  test('are read through what a payload is packed in', () => {
    const packed = Uint8Array.from(gzipSync(CBOR));
    expect(numbers([packed, packed], [step('gzip'), step('cbor')], [['a']])).toEqual([1, 1]);
    const json = Uint8Array.from(gzipSync('{"deep":{"x":2.5}}'));
    expect(numbers([json], [step('gzip'), step('json')], [['deep', 'x']])).toEqual([2.5]);
  });

  test('have the names of a schema, and those of birth certificates', () => {
    const schemas = [{ name: 'a.proto', text: 'syntax = "proto3"; message A { double level = 1; }' }];
    const level = bytesOf('09 0000000000001240');
    expect(numbers([level], [step('protobuf', 'A')], [['level']], { schemas })).toEqual([4.5]);
    const births = [bytesOf('12 0b 0a 03 52504d 10 07 20 03 50 00')];
    const data = bytesOf('12 04 10 07 50 05');
    expect(numbers([data, data], [step('sparkplug')], [['metrics', 'RPM']], { births })).toEqual([5, 5]);
  });

  test('of a payload that is a number are that number', () => {
    expect(numbers([bytesOf('0102')], [step('number', 'uint16 big')], [[]])).toEqual([258]);
  });

  test('of whatever bytes are numbers or none, and nothing is thrown', () => {
    const { int } = random(5);
    const payloads = Array.from({ length: 300 }, () => Uint8Array.from({ length: int(40) }, () => int(256)));
    for (const decoder of ['cbor', 'msgpack', 'bson', 'protobuf', 'sparkplug', 'json', 'gzip'] as const) {
      expect(numbers(payloads, [step(decoder)], [['a'], [0, 1]])).toHaveLength(600);
    }
  });
});

describe('Numbers that are not plain', () => {
  test.each([
    ['an integer of 64 bits', 'a1 6161 1b ffffffffffffffff', 2 ** 64],
    ['a float of 16 bits', 'a1 6161 f9 3e00', 1.5],
    ['negative zero', 'a1 6161 f9 8000', -0],
    ['no number', 'a1 6161 f9 7e00', Number.NaN],
    ['an endless one', 'a1 6161 f9 7c00', Number.NaN],
    ['a decimal fraction', 'a1 6161 c4 82 21 19 6ab3', 273.15],
    ['an integer of any size', 'a1 6161 c2 41 ff', 255],
    ['a date', 'a1 6161 c1 00', Number.NaN],
    ['a text with a sign', 'a1 6161 62 2b35', 5],
    ['a text that only begins as one', 'a1 6161 62 3578', Number.NaN],
    ['a text of nothing', 'a1 6161 60', Number.NaN],
    ['null', 'a1 6161 f6', Number.NaN],
    ['a text that says true', 'a1 6161 64 74727565', 1],
  ])('such as %s are read as a chart can draw them', (_, hex, value) => {
    expect(numbers([bytesOf(hex)], [step('cbor')], [['a']])).toEqual([value]);
  });

  test('are found by names that are numbers, and of names that are there twice by the last', () => {
    expect(numbers([bytesOf('a1 01 05')], [step('cbor')], [['1'], [1]])).toEqual([5, 5]);
    expect(numbers([bytesOf('a2 6161 05 6161 06')], [step('cbor')], [['a']])).toEqual([6]);
  });

  test('are read of the beginning of a payload that is too long to be read', () => {
    const list = new Uint8Array(400_005);
    list.set(bytesOf('9a 00061a80 07'));
    expect(numbers([list], [step('cbor')], [[0], [399_999]])).toEqual([7, Number.NaN]);
  });

  test('are none where a chain ends in bytes, or reads two things', () => {
    expect(numbers([bytesOf('05')], [step('hex')], [[]])).toEqual([Number.NaN]);
    expect(numbers([bytesOf('05')], [step('bytes')], [[]])).toEqual([Number.NaN]);
  });
});
