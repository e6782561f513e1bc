import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteWriter } from '../../../../src-main/core/payload/encode/byte-writer.ts';
import {
  beginsNumber,
  scanLiteral,
  scanNumber,
  scanString,
  skipSpace,
} from '../../../../src-main/core/payload/json-scan.ts';
import {
  decodeLenient,
  decodeStrict,
  decodeUtf8,
  isWellFormed,
  sequenceBoundary,
  utf8Length,
  wholeUnits,
} from '../../../../src-main/core/payload/utf8.ts';
import {
  escapeLines,
  escapeUnsafe,
  isSafeText,
  shortened,
  visibleLines,
} from '../../../../src-main/core/payload/visible.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Any code units, halves of characters and what is not drawn among them. */
const units = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        0,
        9,
        10,
        13,
        0x1b,
        0x41,
        0x7f,
        0x9b,
        0xad,
        0x200b,
        0x200d,
        0x202e,
        0x2028,
        0xfe0f,
        0xfeff,
      ),
      fc.constantFrom(0xd83d, 0xde00, 0xdb40, 0xdc41, 0xe9, 0x627),
      fc.nat(0xffff),
    ),
    { maxLength: 20 },
  )
  .map((codes) => String.fromCharCode(...codes));

describe('A text in UTF-8', () => {
  test('is as long as it is counted, and well formed where encoding loses nothing.', () => {
    fc.assert(
      fc.property(units, (text) => {
        expect(utf8Length(text)).toBe(utf8(text).length);
        expect(isWellFormed(text)).toBe(
          new TextDecoder('utf-8', { ignoreBOM: true }).decode(utf8(text)) === text,
        );
      }),
      { numRuns: 1_000 },
    );
  });

  test('is cut between characters only, by its units and by its bytes.', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 12 }), fc.nat(40), (text, place) => {
        const at = Math.min(place, text.length);
        const cut = wholeUnits(text, at);
        expect(at - cut).toBeLessThanOrEqual(1);
        expect(isWellFormed(text.slice(0, cut)) && isWellFormed(text.slice(cut))).toBe(isWellFormed(text));
        const bytes = utf8(text);
        const end = Math.min(place, bytes.length);
        const boundary = sequenceBoundary(bytes, end);
        expect(end - boundary).toBeLessThanOrEqual(3);
        expect(decodeStrict(bytes.subarray(0, boundary))).not.toBeNull();
        expect(decodeStrict(bytes.subarray(boundary))).not.toBeNull();
      }),
      { numRuns: 1_000 },
    );
  });

  test('with bad bytes shows each of them, and the rest as a lenient reader does.', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 16 }), fc.boolean(), (bytes, more) => {
        const { text, valid, firstBadByte, used } = decodeUtf8(bytes, more);
        expect(used).toBeGreaterThanOrEqual(bytes.length - (more ? 3 : 0));
        expect(valid).toBe(firstBadByte === null);
        const part = bytes.subarray(0, used);
        expect(valid).toBe(decodeStrict(part) !== null);
        if (valid) expect(text).toBe(decodeLenient(part));
        else expect(decodeStrict(part.subarray(0, firstBadByte ?? 0))).not.toBeNull();
        // Taken apart again: every byte is there, as a character or as its number.
        const back = [...text.matchAll(/\\x([\da-f]{2})|[^]/gu)].flatMap(([one, hex]) =>
          hex === undefined ? [...utf8(one)] : [Number.parseInt(hex, 16)],
        );
        if (!bytes.includes(0x5c)) expect(back).toEqual([...part]);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    [[0xf0, 0x9f, 0x98], 3, 0],
    [[0x61, 0xc3], 2, 1],
    [[0x61, 0xc3, 0xa9], 3, 3],
    [[0x80, 0x80, 0x80, 0x80], 4, 4],
    [[0xff], 1, 1],
    [[0xc1], 1, 1],
    [[], 0, 0],
  ])('of %j that ends at %i ends at %i.', (bytes, end, boundary) => {
    expect(sequenceBoundary(Uint8Array.from(bytes), end)).toBe(boundary);
  });
});

describe('What is shown', () => {
  test('holds nothing unsafe, says what it replaced, and is the same shown twice.', () => {
    fc.assert(
      fc.property(units, (text) => {
        const shown = escapeUnsafe(text);
        expect(isSafeText(shown)).toBe(true);
        expect(shown === text).toBe(isSafeText(text));
        expect(escapeUnsafe(shown)).toBe(shown);
        const read = shown.replaceAll(/\\u\{([\da-f]+)\}/g, (_, hex: string) =>
          String.fromCodePoint(Number.parseInt(hex, 16)),
        );
        expect(read).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['emoji and scripts', '👩‍👩‍👧 ❤️ می‌خواهم क्‍ष', true],
    ['a joiner between Latin letters', 'a\u200db', false],
    ['a joiner at an end', 'می\u200c', false],
    ['a joiner beside what is not drawn', 'é\u200d\u202eé', false],
    ['two joiners', 'é\u200d\u200dé', false],
    ['a selector behind a joiner', 'é\u200d\ufe0f', false],
    ['two selectors', '❤\ufe0f\ufe0f', false],
    ['a presentation selector behind a letter', 'a\ufe0f', false],
    ['a soft hyphen', 'a\u00adb', false],
    ['a filler that is drawn as nothing', '\u3164', false],
    ['tags', '\u{e0061}', false],
    ['a blank that breaks not', 'a\u00a0b', true],
    ['private use', '\ue000', true],
    ['a line end', 'a\nb', false],
  ])('as it is, or not: %s', (_, text, safe) => {
    expect(isSafeText(text)).toBe(safe);
  });

  test('over several lines keeps them, and cannot begin one of ours.', () => {
    expect(visibleLines('a\tb\r\nc\u202e\n')).toBe('a\tb\r\nc\\u{202e}\n');
    expect(escapeLines('one\n[info] two\r\u001b[2J\n\nthree')).toBe(
      'one\n    [info] two\\u{d}\\u{1b}[2J\n    \n    three',
    );
    fc.assert(
      fc.property(units, (text) => {
        expect(visibleLines(text).split('\n').length).toBe(text.split('\n').length);
        expect(
          escapeLines(text)
            .split('\n')
            .slice(1)
            .every((line) => line.startsWith('    ')),
        ).toBe(true);
      }),
    );
  });

  test('in short is its two ends, within the length that was asked for, and whole.', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.integer({ min: 1, max: 10 }),
        (text, half) => {
          const short = shortened(text, 2 * half);
          expect(short === text).toBe(text.length <= 2 * half);
          if (short === text) return;
          const [begin = '', end = ''] = short.split(/…(?=[^]*$)/u, 2);
          expect(text.startsWith(short.slice(0, begin.length))).toBe(true);
          expect(text.endsWith(end)).toBe(true);
          expect(short.length).toBeLessThanOrEqual(2 * half + 2);
          expect(isWellFormed(short)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('The steps of JSON', () => {
  const isJson = (text: string): boolean => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };
  const piece = fc.constantFrom(
    '"',
    '\\',
    'u',
    '0',
    '1',
    'e',
    'E',
    '+',
    '-',
    '.',
    'a',
    '9',
    '\n',
    'é',
    ' ',
    'true',
    'null',
    'nul',
  );
  const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));

  test('are those of JSON.parse, for numbers, strings and words.', () => {
    fc.assert(
      fc.property(text, (rest) => {
        const quoted = `"${rest}`;
        const string = scanString(quoted, 0);
        const isWholeString = string.kind === 'token' && string.end === quoted.length;
        expect(isWholeString).toBe(isJson(quoted) && quoted.endsWith('"'));
        const first = rest.charCodeAt(0);
        if (!beginsNumber(first)) return;
        const number = scanNumber(rest, 0);
        const isWhole = number.kind === 'token' && number.end === rest.length;
        expect(isWhole).toBe(isJson(rest) && rest.trim() === rest);
        // What is cut can be completed by a digit.
        if (number.kind === 'cut') expect(isJson(`${rest}0`)).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  test.each([
    ['true', { kind: 'token', end: 4 }],
    ['truex', { kind: 'token', end: 4 }],
    ['tru', { kind: 'cut' }],
    ['nul', { kind: 'cut' }],
    ['True', { kind: 'fault', at: 0, why: 'this is no JSON value' }],
    ['', { kind: 'fault', at: 0, why: 'this is no JSON value' }],
  ])('take the word %j as %j', (word, scan) => {
    expect(scanLiteral(word, 0)).toEqual(scan);
  });

  test('pass over the four blanks of JSON, and no other.', () => {
    expect(skipSpace(' \t\r\n x', 0)).toBe(5);
    for (const blank of ['\u00a0', '\u2028', '\f', '\ufeff']) expect(skipSpace(blank, 0)).toBe(0);
  });
});

test('Numbers are written one behind the other, most significant byte first, however many there are.', () => {
  const call = fc.oneof(
    fc.record({ kind: fc.constant('u8' as const), value: fc.nat(255) }),
    fc.record({ kind: fc.constant('u16' as const), value: fc.nat(65_535) }),
    fc.record({ kind: fc.constant('u32' as const), value: fc.nat(0xffff_ffff) }),
    fc.record({ kind: fc.constant('f64' as const), value: fc.double() }),
    fc.record({
      kind: fc.constant('u64' as const),
      value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
    }),
    fc.record({ kind: fc.constant('put' as const), value: fc.uint8Array({ maxLength: 300 }) }),
  );
  fc.assert(
    fc.property(fc.array(call, { maxLength: 60 }), (calls) => {
      const writer = new ByteWriter();
      const parts = calls.map((one) => {
        const part = Buffer.alloc(8);
        switch (one.kind) {
          case 'u8':
            writer.u8(one.value);
            return part.subarray(0, part.writeUInt8(one.value));
          case 'u16':
            writer.u16(one.value);
            return part.subarray(0, part.writeUInt16BE(one.value));
          case 'u32':
            writer.u32(one.value);
            return part.subarray(0, part.writeUInt32BE(one.value));
          case 'f64':
            writer.f64(one.value);
            return part.subarray(0, part.writeDoubleBE(one.value));
          case 'u64':
            writer.u64(one.value);
            return part.subarray(0, part.writeBigUInt64BE(BigInt.asUintN(64, one.value)));
          case 'put':
            writer.put(one.value);
            return Buffer.from(one.value);
        }
      });
      expect(Buffer.from(writer.bytes()).equals(Buffer.concat(parts))).toBe(true);
    }),
  );
});
