import {
  brotliCompressSync,
  constants,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Unreadable } from '../../../../src-main/decoding/base/unreadable.ts';
import {
  base64,
  inflateBlock,
  isUnpacker,
  unpack,
  type Unpacker,
} from '../../../../src-main/decoding/formats/unpack.ts';
import { zstdFrames } from '../../../../src-main/decoding/formats/zstd-frames.ts';
import { bytesOf, decoded, step } from '../../../support/decoding.ts';

const TEXT = 'The flood ends at the connection. '.repeat(20);
const bytesIn = (...parts: readonly Uint8Array[]) => Uint8Array.from(Buffer.concat(parts));
const packers: readonly (readonly [Unpacker, (given: Uint8Array) => Uint8Array])[] = [
  ['gzip', (given) => gzipSync(given)],
  ['zlib', (given) => deflateSync(given)],
  ['deflate', (given) => deflateRawSync(given)],
  ['brotli', (given) => brotliCompressSync(given, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })],
  ['zstd', (given) => zstdCompressSync(given)],
];

/** The text in it, and how many bytes are left out behind it. */
function unpacked(decoder: Unpacker, bytes: Uint8Array): [string, number] {
  const { bytes: out, left } = unpack(decoder, bytes);
  return [new TextDecoder().decode(out), left];
}

function why(decoder: Unpacker, bytes: Uint8Array): string {
  try {
    return `${unpacked(decoder, bytes)[0].length} characters`;
  } catch (error) {
    if (error instanceof Unreadable) return error.message;
    throw error;
  }
}

describe.each(packers)('What is packed with %s', (decoder, pack) => {
  const packed = bytesIn(pack(new TextEncoder().encode(TEXT)));

  test('is unpacked to the very bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (given) => {
        const { bytes, left } = unpack(decoder, pack(given));
        expect([Buffer.compare(bytes, given), left]).toEqual([0, 0]);
      }),
      { seed: 41, numRuns: 40 },
    );
  });

  test('is refused when it is cut off anywhere', () => {
    for (let end = 0; end < packed.length; end++)
      expect([end, why(decoder, packed.subarray(0, end))]).toEqual([end, expect.stringMatching(/missing/)]);
  });

  test.each([
    ['noughts', [0, 0, 0]],
    ['a byte', [7]],
    ['a line end', [13, 10]],
    ['other bytes', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
  ])('is read before %s, and it is said how many are left out', (_, behind) => {
    expect(unpacked(decoder, Uint8Array.of(...packed, ...behind))).toEqual([TEXT, behind.length]);
    const result = decoded(Uint8Array.of(...packed, ...behind), [step(decoder)]);
    expect(result.text).toBe(TEXT);
    expect(result.stages[0]?.detail).toMatch(new RegExp(`, ${behind.length} bytes? behind it left out$`));
  });

  test('says nothing of what is behind it where nothing is', () => {
    expect(decoded(packed, [step(decoder)]).stages[0]?.detail).toMatch(/^\d+ B → 680 B$/);
  });

  test('is no more than a stage may unpack to', () => {
    const bomb = pack(new Uint8Array(67_108_865));
    expect(why(decoder, bomb)).toBe(
      'unpacks to more than the 67 MB that are unpacked here: it was stopped there, and more follows',
    );
  }, 60_000);

  test('is never something else when bytes of it are changed, where it has a check of its own', () => {
    if (decoder !== 'gzip' && decoder !== 'zlib') return;
    for (let at = decoder === 'gzip' ? 10 : 2; at < packed.length; at++) {
      const changed = packed.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      // Some bits at the end are nobody's.
      const words = why(decoder, changed);
      expect([at, words]).toEqual([at, expect.stringMatching(/^is damaged|missing$|^680 characters$/)]);
      if (words === '680 characters') expect(unpacked(decoder, changed)).toEqual([TEXT, 0]);
    }
  });
});

describe('gzip', () => {
  const one = bytesIn(gzipSync('one '));

  test('in several members is one text', () => {
    expect(unpacked('gzip', bytesIn(one, gzipSync('two')))).toEqual(['one two', 0]);
    expect(unpacked('gzip', bytesIn(one, gzipSync('two'), Uint8Array.of(9, 9)))).toEqual(['one two', 2]);
  });

  test('with a second member that is damaged or cut off is refused', () => {
    const damaged = bytesIn(one, gzipSync('two'));
    damaged[one.length + 12] = 0xff;
    expect(why('gzip', damaged)).toMatch(/^is damaged/);
    expect(why('gzip', bytesIn(one, gzipSync('two')).subarray(0, one.length + 12))).toContain(
      'its end is missing',
    );
  });

  test('with all that its head may hold is read before other bytes as well', () => {
    // A name, a comment, something extra and a check of the head (RFC 1952).
    const head = bytesOf('1f8b 08 1c 00000000 00 03 0300 616263 6e616d6500 6300');
    const full = bytesIn(head, one.subarray(10), Uint8Array.of(0xee));
    expect(unpacked('gzip', full)).toEqual(['one ', 1]);
    const cut = head.subarray(0, 14);
    expect(why('gzip', cut)).toContain('its end is missing');
  });
});

describe('zstd', () => {
  const [one, two] = [bytesIn(zstdCompressSync('one ')), bytesIn(zstdCompressSync('two'))];
  const skippable = bytesOf('502a4d18 03000000 616263');

  test('in several frames is one text, whatever is to be passed over between them', () => {
    expect(unpacked('zstd', bytesIn(one, two))).toEqual(['one two', 0]);
    expect(unpacked('zstd', bytesIn(skippable, one, skippable, two, skippable))).toEqual(['one two', 0]);
    expect(unpacked('zstd', bytesIn(one, two, Uint8Array.of(1)))).toEqual(['one two', 1]);
  });

  test('with a second frame that is cut off is refused', () => {
    expect(why('zstd', bytesIn(one, two.subarray(0, -1)))).toMatch(/^stops at byte \d+: 1 byte is missing$/);
  });

  test('without content is none', () => {
    expect(unpacked('zstd', bytesIn(skippable))).toEqual(['', 0]);
    expect(unpacked('zstd', bytesIn(zstdCompressSync('')))).toEqual(['', 0]);
  });

  test.each([
    ['with its size and a check', { [constants.ZSTD_c_checksumFlag]: 1 }, TEXT],
    ['without its size', { [constants.ZSTD_c_contentSizeFlag]: 0 }, TEXT],
    ['with a size of two bytes', {}, 'x'.repeat(300)],
    ['with a size of four bytes', {}, 'xyz '.repeat(20_000)],
    [
      'of several blocks',
      {},
      Array.from({ length: 60_000 }, (_, at) => String((at * 7_919) % 10_007)).join(),
    ],
  ])('%s ends where its frame ends', (_, params, text) => {
    const packed = bytesIn(zstdCompressSync(text, { params }));
    expect(zstdFrames(bytesIn(packed, Uint8Array.of(1, 2)))).toEqual({ frames: [packed], left: 2 });
    expect(unpacked('zstd', packed)).toEqual([text, 0]);
  });

  test.each([
    ['nothing', '', 'stops at byte 0: 1 byte is missing'],
    ['another beginning', '1f8b0800', 'does not begin with 28 b5 2f fd at byte 0'],
    ['a block of no known kind', '28b52ffd 00 58 070000', 'has a block of no known kind at byte 6'],
    ['a frame to pass over that is cut off', '502a4d18 05000000 00', 'stops at byte 9: 4 bytes are missing'],
    ['a block longer than what there is', '28b52ffd 20 01 090800', 'stops at byte 9: 257 bytes are missing'],
  ])('with %s is refused in words', (_, hex, words) => expect(why('zstd', bytesOf(hex))).toBe(words));

  test('in thousands of frames is a trap', () => {
    const empty = Buffer.from(zstdCompressSync(''));
    expect(why('zstd', bytesIn(...Array<Uint8Array>(1_001).fill(empty)))).toBe('has more than 1000 frames');
  });
});

describe('A block of deflate', () => {
  test('is read without what some writers leave behind it', () => {
    const block = bytesIn(deflateRawSync('records'), Uint8Array.of(1, 2, 3, 4));
    expect(new TextDecoder().decode(inflateBlock(block))).toBe('records');
    expect(() => inflateBlock(Uint8Array.of(0xff))).toThrow(/^is damaged/);
    expect(() => inflateBlock(new Uint8Array())).toThrow('its end is missing');
  });
});

describe('Base64', () => {
  test.each([
    ['QQ==', '41'],
    ['QQ', '41'],
    ['QUI=', '4142'],
    ['QUJD', '414243'],
    ['-_-_', 'fbffbf'],
    ['+/+/', 'fbffbf'],
    [' Q U\r\nJD\n', '414243'],
  ])('%j is %s', (text, hex) => expect(Buffer.from(base64(text)).toString('hex')).toBe(hex));

  test.each([
    ['', 'too few'],
    ['=', 'too few'],
    ['A', 'too few'],
    ['AAAAA', 'too few'],
    ['QQ=', 'too few'],
    ['QUI==', 'too few'],
    ['QUJD=', 'too few'],
    ['QUJD====', 'too few'],
    ['Q=Q=', 'not Base64'],
    ['QU JD!', 'not Base64'],
    // The last character holds bits of nothing.
    ['QR==', 'bits left over'],
  ])('%j is none', (text, words) => expect(() => base64(text)).toThrow(words));

  test('of any bytes is read back, in both alphabets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60, minLength: 1 }), fc.boolean(), (bytes, url) => {
        const text = Buffer.from(bytes).toString(url ? 'base64url' : 'base64');
        expect([...base64(text)]).toEqual([...bytes]);
      }),
      { seed: 43, numRuns: 100 },
    );
  });
});

describe('Hex digits', () => {
  const read = (text: string) => Buffer.from(unpack('hex', bytesOf(`text:${text}`)).bytes).toString('hex');

  test.each([
    ['00ff', '00ff'],
    ['0x00FF', '00ff'],
    ['00:ff-7F 01\n02', '00ff7f0102'],
  ])('%j are %s', (text, hex) => expect(read(text)).toBe(hex));

  test.each(['', '0', '00f', 'xx', '0x', '00 0x01', '00,ff'])('%j are none', (text) =>
    expect(() => read(text)).toThrow('no hex digits, or an odd number'),
  );

  test('need a text, and of other bytes it is said what is wrong with them', () => {
    expect(() => unpack('hex', Uint8Array.of(0xff, 0xfe, 0xfd))).toThrow('these bytes are not UTF-8');
    expect(() => unpack('base64', Uint8Array.of(0x51, 0x51, 0))).toThrow('byte 2 is 00, which no text has');
  });
});

test('Seven decoders give bytes, which are read on; others end a chain.', () => {
  expect(['gzip', 'zstd', 'hex', 'json', 'bytes', 'constructor'].map(isUnpacker)).toEqual([
    ...[true, true, true, false, false, false],
  ]);
});

test('A payload of 33 MB of hex digits or Base64 is read or refused, and nothing overflows.', () => {
  const digits = new Uint8Array(33_000_000).fill(0x61);
  expect(decoded(digits).view).toBe('text');
  digits[digits.length - 1] = 0x21;
  expect(decoded(digits).view).toBe('text');
  expect(decoded(digits, [step('base64')]).failure?.message).toContain('not Base64');
  expect(decoded(digits, [step('hex')]).failure?.message).toContain('no hex digits');
}, 60_000);
