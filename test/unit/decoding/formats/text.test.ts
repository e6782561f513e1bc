import { describe, expect, test } from 'vitest';
import {
  findText,
  isControlFree,
  looksBinary,
  neededText,
  readText,
} from '../../../../src-main/decoding/formats/text.ts';
import { bytesOf, decoded, step } from '../../../support/decoding.ts';

describe('Text that is found', () => {
  test.each([
    ['61c3bc', 'aü', 'UTF-8', 0],
    ['', '', 'UTF-8', 0],
    ['efbbbf61', 'a', 'UTF-8', 3],
    ['fffe6100fc00', 'aü', 'UTF-16LE', 2],
    ['feff006100fc', 'aü', 'UTF-16BE', 2],
    ['fffe3dd800de', '😀', 'UTF-16LE', 2],
    // Halves of a pair alone have no character.
    ['fffe3dd86100', '\ufffda', 'UTF-16LE', 2],
  ])('in %s is %j in %s', (hex, text, encoding, mark) => {
    expect(findText(bytesOf(hex))).toEqual({ text, encoding, mark });
  });

  test.each([
    ['6100', 'a byte 00'],
    ['c3', 'a character that is cut off'],
    ['c0af', 'one that is written too long'],
    ['eda080', 'half of a pair'],
    ['f4908080', 'one that there is not'],
    ['ff', 'a byte of no character'],
  ])('is not in %s, as there is %s', (hex) => expect(findText(bytesOf(hex))).toBeNull());
});

describe('Text in an encoding that was asked for', () => {
  test.each([
    ['', '61', 'a', 'UTF-8'],
    ['utf-8', '61ff', 'a\\xff', 'UTF-8 with bytes that are not, shown as \\xHH'],
    ['UTF_16 LE', '6100', 'a', 'UTF-16LE'],
    ['utf-16be', '0061', 'a', 'UTF-16BE'],
    ['utf16', 'feff0061', 'a', 'UTF-16BE'],
    ['utf16', '6100', 'a', 'UTF-16LE'],
    ['Latin-1', 'e9ff80', 'éÿ\x80', 'Latin-1'],
    ['ISO-8859-1', '00', '\0', 'Latin-1'],
    ['', 'ff', '\\xff', 'UTF-8 with bytes that are not, shown as \\xHH'],
  ])('“%s” of %s is %j', (option, hex, text, encoding) => {
    expect(readText(bytesOf(hex), option)).toMatchObject({ text, encoding });
  });

  test('is refused where the encoding is unknown, or takes two bytes a character', () => {
    expect(() => readText(bytesOf('61'), 'ebcdic')).toThrow('knows no encoding “ebcdic”; UTF-8');
    expect(() => readText(bytesOf('616263'), 'utf-16')).toThrow('there are 3 bytes');
  });

  test('of Latin-1 is as long as its bytes, however many there are', () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => at & 0xff);
    const { text } = readText(bytes, 'latin1');
    expect(text).toHaveLength(100_000);
    expect(Array.from(bytes).every((byte, at) => text.charCodeAt(at) === byte)).toBe(true);
  });

  test('is what a content type says, and no other charset is', () => {
    const latin = decoded(bytesOf('e9'), null, { contentType: 'text/plain; charset="ISO-8859-1"' });
    expect([latin.text, latin.stages[0]?.label]).toEqual(['é', 'Text, Latin-1']);
    const other = decoded(bytesOf('text:é'), null, { contentType: 'text/plain; charset=koi8-r' });
    expect([other.text, other.stages[0]?.label]).toEqual(['é', 'Text']);
  });
});

test('A format that is text says what is wrong with bytes that are none.', () => {
  const found = { text: 'a', encoding: 'UTF-8', mark: 0 };
  expect(neededText(found, bytesOf('61'))).toBe(found);
  expect(() => neededText(null, bytesOf('61ff'))).toThrow('is text, and these bytes are not UTF-8');
  expect(() => neededText(null, bytesOf('616200'))).toThrow('is text, and byte 2 is 00, which no text has');
  expect(() => neededText(null, bytesOf('ff00'))).toThrow('these bytes are not UTF-8');
});

test('Text that is text by accident has controls all over it.', () => {
  const controls = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).filter(
    (character) => !isControlFree(character),
  );
  // Tabs, the ends of lines and pages, and the escape that colours begin with are none of them.
  expect(controls.map((character) => character.charCodeAt(0).toString(16)).join(' ')).toBe(
    '0 1 2 3 4 5 6 7 8 e f 10 11 12 13 14 15 16 17 18 19 1a 1c 1d 1e 1f 7f',
  );
  for (const control of controls) {
    expect(looksBinary(`nine char${control}`)).toBe(false);
    expect(looksBinary(`eight ch${control}`)).toBe(true);
  }
  expect(looksBinary('')).toBe(false);
  expect(looksBinary('\x1b[31mred\t\r\n')).toBe(false);
});

test('Millions of bytes that are no text are shown as one.', () => {
  const bytes = new Uint8Array(8_000_000).fill(0xff);
  const { textLength, text } = decoded(bytes, [step('text')]);
  expect([textLength, text.slice(0, 8)]).toEqual([32_000_000, '\\xff\\xff']);
  expect(looksBinary('\x01'.repeat(8_000_000))).toBe(true);
}, 60_000);
