import { describe, expect, test } from 'vitest';
import { TreeBuilder } from '../../../../src-main/decoding/base/tree.ts';
import { readBsonPayload } from '../../../../src-main/decoding/formats/bson.ts';
import { bytesOf } from '../../../support/decoding.ts';

const hexOf = (text: string) => Buffer.from(text).toString('hex');
const le32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes.toString('hex');
};

/** A document of elements in hex, with its length and its end. */
function document(...elements: readonly string[]): string {
  const inside = elements.join('').replace(/\s+/g, '');
  return `${le32(5 + inside.length / 2)}${inside}00`;
}

/** An element with the name `a`. */
const named = (type: string, value: string) => `${type}6100${value}`;
const text = (of: string) => `${le32(Buffer.byteLength(of) + 1)}${hexOf(of)}00`;

function read(hex: string): string[] {
  const tree = new TreeBuilder();
  readBsonPayload(bytesOf(hex), tree);
  return tree.nodes
    .slice(1)
    .map(({ depth, key, text: value, type, note }) =>
      [`${'  '.repeat(depth - 1)}${key ?? '-'}=${value}`, type, ...(note === '' ? [] : [note])].join(' | '),
    );
}

describe('An element of BSON', () => {
  test.each([
    ['double', '01', '000000000000f83f', '1.5 | double'],
    ['negative zero', '01', '0000000000000080', '-0.0 | double'],
    ['NaN', '01', '000000000000f87f', 'NaN | double'],
    ['text', '02', text('ü'), 'ü | string'],
    ['text with NUL in it', '02', text('a\0b'), 'a\0b | string'],
    ['text that is no UTF-8', '02', '03000000 c328 00', '\\xc3( | string | not valid UTF-8'],
    ['bytes', '05', '02000000 00 00ff', '00ff | 2 bytes'],
    ['no bytes', '05', '00000000 00', ' | 0 bytes'],
    ['UUID', '05', `10000000 04 ${'ab'.repeat(16)}`, `${'ab'.repeat(16)} | 16 bytes | subtype 4, UUID`],
    ['bytes of a user', '05', '01000000 80 01', '01 | 1 byte | subtype 128'],
    ['undefined', '06', '', 'undefined | undefined'],
    ['ObjectId', '07', '0102030405060708090a0b0c', '0102030405060708090a0b0c | ObjectId'],
    ['true', '08', '01', 'true | boolean'],
    ['date', '09', '00e40b5402000000', '1970-04-26T17:46:40.000Z | date | 10000000000 ms'],
    ['date before 1970', '09', 'ffffffffffffffff', '1969-12-31T23:59:59.999Z | date | -1 ms'],
    ['date that there is not', '09', 'ffffffffffffff7f', '9223372036854775807 | date | ms'],
    ['null', '0a', '', 'null | null'],
    ['pattern', '0b', `${hexOf('a.b')}00${hexOf('im')}00`, '/a.b/im | regular expression'],
    ['pointer', '0c', `${text('x')}${'00'.repeat(12)}`, `x ${'00'.repeat(12)} | DBPointer`],
    ['code', '0d', text('f()'), 'f() | JavaScript, not run'],
    ['symbol', '0e', text('s'), 's | symbol'],
    ['int 32', '10', 'ffffff7f', '2147483647 | int 32'],
    ['timestamp', '11', '02000000 01000000', '1, 2 | timestamp | seconds and a count'],
    ['int 64', '12', '00000000000000 80', '-9223372036854775808 | int 64 | 64 bits, digits kept'],
    ['MinKey', 'ff', '', 'MinKey | MinKey'],
    ['MaxKey', '7f', '', 'MaxKey | MaxKey'],
  ])('%s is read', (_, type, value, words) => {
    expect(read(document(named(type, value)))).toEqual([`a=${words}`]);
  });

  // The examples of the specification of decimal128, lowest byte first.
  test.each([
    ['01000000000000000000000000004030', '1'],
    ['010000000000000000000000000040b0', '-1'],
    ['00000000000000000000000000004030', '0'],
    ['000000000000000000000000000040b0', '-0'],
    ['96000000000000000000000000003c30', '1.50'],
    ['01000000000000000000000000004430', '1e2'],
    ['f2af967ed05c82de3297ff6fde3c4030', '1234567890123456789012345678901234'],
    ['ffffffff638e8d37c087adbe09edff5f', '9999999999999999999999999999999999e6111'],
    ['01000000000000000000000000000000', '1e-6176'],
    ['00000000000000000000000000000078', 'Infinity'],
    ['000000000000000000000000000000f8', '-Infinity'],
    ['0000000000000000000000000000007c', 'NaN'],
    // More digits than there may be stand for zero.
    ['00000000648e8d37c087adbe09ed4130', '0'],
    ['0000000000000000000000000000106c', '0'],
  ])('of decimal128 %s is %s, with the digits that were stored', (bytes, words) => {
    const [line = ''] = read(document(named('13', bytes)));
    expect(line.split(' | ')[0]).toBe(`a=${words}`);
  });

  test('may be a document or a list, whose elements are known by their places', () => {
    const inner = document(named('10', '01000000'));
    const list = document('0a3000', '083100 01');
    expect(read(document(`03 6400 ${inner}`, `04 6c00 ${list}`))).toEqual([
      'd= | document of 1',
      '  a=1 | int 32',
      'l= | array of 2',
      '  -=null | null',
      '  -=true | boolean',
    ]);
  });

  test('may be code with what it sees, and is not run', () => {
    const inside = `${text('f()')}${document(named('10', '01000000'))}`;
    const whole = `${le32(4 + inside.length / 2)}${inside}`;
    expect(read(document(named('0f', whole)))).toEqual([
      `a= | JavaScript with scope, not run | ${4 + inside.length / 2} bytes`,
      '  code=f() | JavaScript',
      '  scope= | document of 1',
      '    a=1 | int 32',
    ]);
    const wrong = `${le32(5 + inside.length / 2)}${inside}`;
    expect(() => read(document(named('0f', wrong)))).toThrow(/has JavaScript of \d+ bytes that does not end/);
  });

  test.each([
    ['nothing', '', 'stops at byte 0: 4 bytes are missing'],
    ['too short a length', '04000000 00', 'has a document of 4 bytes at byte 0'],
    ['a negative length', 'ffffffff 00', 'has a document of -1 bytes at byte 0'],
    ['more than there is', '06000000 00', 'stops at byte 5: 1 byte is missing'],
    ['bytes behind its end', '05000000 00 00', 'has 1 byte left over'],
    ['an end too early', '06000000 00 00', 'ends too early at byte 5'],
    ['an element in place of its end', document('03 6400 06000000 0a 00'), 'that does not end at byte 13'],
    ['an unknown type', document(named('20', '')), 'has the unknown type 0x20 at byte 4'],
    ['a boolean of 2', document(named('08', '02')), 'has the boolean 2 at byte 7'],
    ['a text of no bytes', document(named('02', '00000000')), 'has a text of 0 bytes at byte 7'],
    [
      'a text without its end',
      document(named('02', '02000000 6161')),
      'has a text without an end at byte 12',
    ],
    ['a negative number of bytes', document(named('05', 'ffffffff 00')), 'has -1 bytes at byte 7'],
    ['a name without an end', '08000000 0a 616161', 'is missing'],
  ])('with %s is refused in words', (_, hex, words) => expect(() => read(hex)).toThrow(words));

  test('is refused when it is cut off anywhere', () => {
    const inner = document(named('02', text('long')), `04 6c00 ${document('0a3000')}`);
    const bytes = bytesOf(
      document(`03 6400 ${inner}`, named('13', '00'.repeat(16)), named('05', '01000000 00 07')),
    );
    for (let end = 0; end < bytes.length; end++)
      expect(() => readBsonPayload(bytes.subarray(0, end), new TreeBuilder())).toThrow(
        /missing|does not end/,
      );
  });
});
