import { expect, test } from 'vitest';
import { decodeUtf8 } from '../../../../src-main/core/payload/utf8.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

test('Valid text comes back as it is, a byte order mark and NUL included.', () => {
  for (const text of ['', 'plain', '\ufeffwith mark', 'a\0b', 'Møterom Fløyen 会议室 \u{1f600}']) {
    const bytes = encode(text);
    expect(decodeUtf8(bytes)).toEqual({ text, valid: true, firstBadByte: null, used: bytes.length });
  }
});

test('Bytes that are no UTF-8 are visible, and the first one is named.', () => {
  expect(decodeUtf8(Uint8Array.of(0x61, 0xff, 0x62, 0xc3, 0xa9, 0xc0, 0x80, 0xed, 0xa0, 0x80))).toEqual({
    text: 'a\\xffbé\\xc0\\x80\\xed\\xa0\\x80',
    valid: false,
    firstBadByte: 1,
    used: 10,
  });
});

test('A sequence cut at the end of a part is left for the next part; at the end of the whole it is bad.', () => {
  const bytes = encode('ab\u{1f600}');
  for (let end = 3; end < 6; end++) {
    expect(decodeUtf8(bytes.subarray(0, end), true)).toEqual({
      text: 'ab',
      valid: true,
      firstBadByte: null,
      used: 2,
    });
    expect(decodeUtf8(bytes.subarray(0, end))).toMatchObject({ valid: false, firstBadByte: 2 });
  }
});

test('What is valid and where the fault lies agrees with the platform’s strict decoder.', () => {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const isValid = (bytes: Uint8Array): boolean => {
    try {
      strict.decode(bytes);
      return true;
    } catch {
      return false;
    }
  };
  const interesting = [
    0x00, 0x41, 0x7f, 0x80, 0xbf, 0xc0, 0xc2, 0xe0, 0xa0, 0xed, 0x9f, 0xef, 0xf0, 0x90, 0xf4, 0x8f, 0xf5,
    0xff,
  ];
  let state = 5;
  for (let round = 0; round < 20_000; round++) {
    const bytes = Uint8Array.from({ length: round % 7 }, () => {
      state = (state * 48_271) % 2_147_483_647;
      return interesting[state % interesting.length] ?? 0;
    });
    const decoded = decodeUtf8(bytes);
    expect(decoded.valid).toBe(isValid(bytes));
    if (decoded.firstBadByte === null) continue;
    expect(isValid(bytes.subarray(0, decoded.firstBadByte))).toBe(true);
  }
});
