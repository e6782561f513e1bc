import { expect, test } from 'vitest';
import { percentEncoded } from '../../../../src-main/core/text/percent.ts';

test('What means something in an address is encoded, and comes back as it was.', () => {
  for (const text of ['', 'ops', 'a b/c?d=e&f#g%25@h:i', 'ä\u{1f600}\u0000', '\u{1f600}'.repeat(10_000)])
    expect(decodeURIComponent(percentEncoded(text))).toBe(text);
  expect(percentEncoded('a@b:c/d')).toBe('a%40b%3Ac%2Fd');
});

test('Half of a character is what it is in UTF-8, wherever it stands.', () => {
  for (const [text, as] of [
    ['\ud83d', '\ufffd'],
    ['a\ude00b', 'a\ufffdb'],
    ['\ude00\ud83d', '\ufffd\ufffd'],
    ['\ud83d\ud83d\ude00', '\ufffd\u{1f600}'],
  ] as const) {
    expect(decodeURIComponent(percentEncoded(text))).toBe(as);
    expect(new TextDecoder().decode(new TextEncoder().encode(text))).toBe(as);
  }
});
