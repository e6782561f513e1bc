import { describe, expect, test } from 'vitest';
import type { DecoderStep } from '../../../../src-main/contract/model/decoder-rule.ts';
import { isSwitchWord, timestampUnit } from '../../../../src-main/decoding/formats/scalars.ts';
import { bytesOf, decoded, step, treeText } from '../../../support/decoding.ts';

const read = (decoder: DecoderStep['decoder'], given: string, option = '') =>
  decoded(bytesOf(given), [step(decoder, option)]);
const value = (decoder: DecoderStep['decoder'], given: string, option = '') => {
  const { failure, nodes } = read(decoder, given, option);
  return failure === null ? nodes[0]?.text : failure.message;
};

describe('Numbers', () => {
  test.each([
    ['uint8', 'ff', '255'],
    ['int8', 'ff', '-1'],
    ['uint16 little', '0100', '1'],
    ['UINT16 little-endian', '0100', '1'],
    ['uint16', '0100', '256'],
    ['int24', 'ffffff', '-1'],
    ['int24 little', '000080', '-8388608'],
    ['uint24 big', 'ffffff', '16777215'],
    ['uint64', 'ffffffffffffffff', '18446744073709551615'],
    ['int64 little', 'ffffffffffffffff', '-1'],
    ['float16', '3c00', '1.0'],
    ['float32', '4043d70a', '3.06'],
    ['float64 little', '000000000000f0bf', '-1.0'],
  ])('as %s: %s is %s', (option, hex, text) => expect(value('number', hex, option)).toBe(text));

  test('are as many as the bytes are', () => {
    expect(treeText(read('number', '0001 0002 ffff', 'int16'))).toEqual(['1', '2', '-1']);
  });

  test.each([
    ['', '00', 'needs a type'],
    ['int12', '00', 'needs a type'],
    ['uint16 middle', '0000', 'needs a type'],
    ['uint16', '000000', 'takes 2 bytes for each uint16, which does not divide 3'],
  ])('as "%s" of %s are none, and it says why', (option, hex, words) => {
    expect(value('number', hex, option)).toContain(words);
  });
});

describe('Bit fields', () => {
  test('are taken from the highest bit on, with their names, signs and flags', () => {
    const fields = treeText(read('bits', 'a5 f0', 'alarm:1 mode:3 -:4 level:i8'));
    expect(fields).toEqual(['alarm=true', 'mode=2', 'level=-16']);
  });

  test('are taken from the last byte on where they are little-endian', () => {
    expect(treeText(read('bits', '34 12', 'little all:16'))).toEqual(['all=4660']);
    expect(treeText(read('bits', '34 12', 'big all:16'))).toEqual(['all=13330']);
  });

  test.each([
    ['a:9', 'has fields of more bits than the 8 there are'],
    ['a:0', 'has the field a of 0 bits; 1 to 64 will do'],
    ['a:65', 'has the field a of 65 bits; 1 to 64 will do'],
    ['a', 'needs fields with their bits'],
  ])('as "%s" are none of one byte, and it says why', (option, words) => {
    expect(value('bits', 'ff', option)).toContain(words);
  });
});

describe('On or off', () => {
  test.each([
    ['text:ON', 'true'],
    ['text: off\n', 'false'],
    ['01', 'true'],
    ['00', 'false'],
    ['text:1', 'true'],
    ['text:Closed', 'false'],
  ])('%s is %s', (given, text) => expect(value('switch', given)).toBe(text));

  test('is no other word, and digits are not found to be one by themselves', () => {
    expect(value('switch', 'text:maybe')).toContain('needs a word such as on, off');
    expect(['on', ' OFF ', '1', '0', 'only'].map(isSwitchWord)).toEqual([true, true, false, false, false]);
  });
});

describe('A time', () => {
  test.each([
    ['text:1700000000', '', '2023-11-14T22:13:20Z'],
    ['text:1700000000.5', '', '2023-11-14T22:13:20.5Z'],
    // As time.time() of Python writes a whole second.
    ['text:1700000000.0', '', '2023-11-14T22:13:20Z'],
    ['text:1700000000.000000000', '', '2023-11-14T22:13:20Z'],
    ['text:1700000100', '', '2023-11-14T22:15:00Z'],
    ['text:1700000000123', '', '2023-11-14T22:13:20.123Z'],
    ['text:1700000000123456', '', '2023-11-14T22:13:20.123456Z'],
    ['text:1700000000123456789', '', '2023-11-14T22:13:20.123456789Z'],
    ['text:5', 's', '1970-01-01T00:00:05Z'],
    ['text:-0.5', 's', '1969-12-31T23:59:59.5Z'],
    ['text:2026-11-20 14:31:06', '', '2026-11-20T14:31:06'],
    ['text:2026-11-20T14:31:06+01:00', '', '2026-11-20T14:31:06+01:00'],
  ])('%s (%s) is %s', (given, option, iso) => expect(value('timestamp', given, option)).toBe(iso));

  test.each(['text:5', 'text:tomorrow', 'text:2026-13-40', 'text:99999999999999999999'])(
    '%s is none by itself',
    (given) => expect(value('timestamp', given)).toContain('needs seconds, milliseconds'),
  );

  test.each([
    ['999999999', null],
    ['1000000000', 's'],
    ['2999999999', 's'],
    ['3000000000', null],
    ['1000000000000', 'ms'],
    ['1700000000000000', 'us'],
    ['1700000000000000000', 'ns'],
    ['-1700000000', null],
    ['2026-11-20', 'iso'],
    ['20261120', null],
  ])('%j counts in %s: what lies outside of 2001 to 2065 is hardly meant as one', (text, unit) => {
    expect(timestampUnit(text)).toBe(unit);
  });
});
