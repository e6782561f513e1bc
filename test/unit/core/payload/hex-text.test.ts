import { expect, test } from 'vitest';
import { hexBytes, hexPairs, hexText } from '../../../../src-main/core/payload/hex-text.ts';

test('Bytes are written sixteen a line and read back.', () => {
  const bytes = Uint8Array.from({ length: 18 }, (_, at) => at * 13);
  expect(hexText(bytes)).toBe('00 0d 1a 27 34 41 4e 5b 68 75 82 8f 9c a9 b6 c3\nd0 dd');
  expect(hexBytes(hexText(bytes))).toEqual(bytes);
  expect(hexText(new Uint8Array(0))).toBe('');
});

test('Bytes are written on one line, with what is wanted between them.', () => {
  expect(hexPairs(Uint8Array.of(0, 10, 255))).toBe('00 0a ff');
  expect(hexPairs(Uint8Array.of(0, 10, 255), '')).toBe('000aff');
  expect(hexPairs(new Uint8Array(0))).toBe('');
});
