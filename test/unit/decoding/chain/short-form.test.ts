import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { DecoderChain } from '../../../../src-main/contract/model/decoder-rule.ts';
import { previewWords } from '../../../../src-main/core/payload/preview-notation.ts';
import type { Surroundings } from '../../../../src-main/decoding/chain/reading.ts';
import { runChain } from '../../../../src-main/decoding/chain/run.ts';
import { shortForm } from '../../../../src-main/decoding/chain/short-form.ts';
import { bytesOf, NOTHING_AROUND, step } from '../../../support/decoding.ts';

function words(
  bytes: Uint8Array,
  chain: DecoderChain | null = null,
  around: Partial<Surroundings> = {},
): string | null {
  const preview = shortForm(runChain(bytes, chain, { ...NOTHING_AROUND, ...around }), 120);
  return preview === null ? null : previewWords(preview, 80);
}

const gzipped = (text: string) => Uint8Array.from(gzipSync(text));

describe('A short form', () => {
  test('is the first members of what was decoded, and how many are left', () => {
    expect(words(bytesOf('a2 6161 01 6162 82 01 02'))).toBe('{a:1, b:[1, 2]}');
    const many = bytesOf(
      `b5 ${Array.from({ length: 21 }, (_, at) => `63 6b${(0x3130 + at).toString(16)} 18 64`).join(' ')}`,
    );
    expect(words(many, [step('cbor')])).toMatch(/^\{k10:100, .*, \d+ more\}$/);
  });

  test('passes over times for what says more, and shows what JSON has not as text', () => {
    // {"ts": "2026-11-28T23:56:35.223Z", "x": {"y": 1.5}, "raw": h'00ff', "n": NaN}
    const bytes = bytesOf(
      'a4 627473 78 18 323032362d31312d32385432333a35363a33352e3232335a 6178 a1 6179 fa3fc00000 63726177 42 00ff 616e f97e00',
    );
    const preview = shortForm(runChain(bytes, null, NOTHING_AROUND), 48);
    expect(preview === null ? '' : previewWords(preview, 44)).toMatch(
      /^\{x:\{y:1\.5\}, raw:"h'00ff'".*1 more\}$/,
    );
  });

  test('looks into what is packed, be it JSON or text', () => {
    expect(words(gzipped('{"on":true}'))).toBe('{on:true}');
    expect(words(gzipped('all quiet on line 7'))).toBe('all quiet on line 7');
    expect(words(gzipped(`${'long '.repeat(2_000)}`))).toMatch(/^long .*…$/);
  });

  test('is a number with its digits, a date, and bytes in the notation of the format', () => {
    expect(words(bytesOf('1b 7fffffffffffffff'), [step('cbor')])).toBe('9223372036854775807');
    expect(words(bytesOf('text:1700000000'), [step('timestamp')])).toBe('2023-11-14T22:13:20Z');
    expect(words(bytesOf('42 00ff'), [step('cbor')])).toBe("h'00ff'");
  });

  test('names an image with its size', () => {
    const png = bytesOf(
      '89504e470d0a1a0a 0000000d 49484452 00000040 00000030 08 06 000000 00000000 0000000049454e44ae426082',
    );
    expect(words(png)).toBe('PNG, 64 × 48');
  });

  test('is of Sparkplug B the metrics, not the envelope around them', () => {
    // Timestamp 1; the metric "RPM" (Int32) with the value 5.
    const data = bytesOf('08 01 12 09 0a 03 52504d 20 03 50 05');
    expect(words(data, [step('sparkplug')])).toBe('{RPM:5}');
  });

  test('is there only where something was found', () => {
    expect(words(bytesOf('c1 ff 00 9d 13'))).toBeNull();
    expect(words(bytesOf('a1'), [step('cbor')])).toBeNull();
  });

  test('escapes what would reorder a row', () => {
    expect(words(Uint8Array.of(0xa1, 0x61, 0x61, 0x63, 0xe2, 0x80, 0xae))).not.toContain('\u202e');
  });
});
