import fc from 'fast-check';
import { expect, test } from 'vitest';
import { base64Bytes, base64Text } from '../../../../src-main/core/payload/base64.ts';

test('Any bytes come back from their Base64, which is what Node writes.', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      const text = base64Text(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64'));
      expect(Buffer.from(base64Bytes(text) ?? []).equals(Buffer.from(bytes))).toBe(true);
    }),
    { seed: 7 },
  );
});

test('Bytes of several megabytes are written without too many arguments.', () => {
  const bytes = Uint8Array.from({ length: 1_000_001 }, (_, at) => at * 7);
  expect(base64Text(bytes)).toBe(Buffer.from(bytes).toString('base64'));
});

test.each([
  ['aGk=', 'hi'],
  ['aGk', 'hi'],
  ['aG\n k=\n', 'hi'],
  ['_-8', '\xff\xef'],
  ['/+8=', '\xff\xef'],
  ['', ''],
])('%j is read, with or without padding, in both alphabets.', (text, bytes) => {
  expect(Buffer.from(base64Bytes(text) ?? [0]).toString('latin1')).toBe(bytes);
});

test.each(['a', 'aGk==', 'aGk=a', 'a%Gk', '=', 'aaaaa', 'aGk====', 'ä'])('%j is no Base64.', (text) => {
  expect(base64Bytes(text)).toBeNull();
});
