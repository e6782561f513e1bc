import { describe, expect, test } from 'vitest';
import {
  renderHex,
  renderRaw,
  renderValue,
} from '../../../../../../src-renderer/features/inspector/payload/render-payload.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('a value', () => {
  test('keeps the digits of its numbers, the order of keys and duplicates', () => {
    const { text, shape } = renderValue(bytes('{"b":90071992547409931,"a":1.50,"a":1e400}'), false);
    expect(shape).toBe('json');
    expect(text).toBe('{\n  "b": 90071992547409931,\n  "a": 1.50,\n  "a": 1e400\n}');
  });

  test('that is not UTF-8 is shown in hex and says where it stops being text', () => {
    const { text, shape, note } = renderValue(new Uint8Array([0x22, 0xff, 0x41]), false);
    expect(shape).toBe('hex');
    expect(note).toContain('byte 1');
    expect(text).toContain('22 ff 41');
    expect(text.endsWith('"·A')).toBe(true);
  });

  test('that looks like JSON and is not says why, as text', () => {
    const { text, shape, note } = renderValue(bytes('{"a":1,}'), false);
    expect({ text, shape }).toEqual({ text: '{"a":1,}', shape: 'text' });
    expect(note).toMatch(/^Not valid JSON: .+ \(character 8\)\.$/);
  });

  test('that is the beginning of a longer document is still indented', () => {
    expect(renderValue(bytes('{"a":[1,2,'), true)).toMatchObject({ shape: 'json' });
    const cut = bytes('"äö').subarray(0, 4);
    expect(renderValue(cut, true)).toMatchObject({ bytes: 3, note: null });
  });

  test('with characters that reorder or hide text is shown with them escaped, and says so', () => {
    const { text, note } = renderValue(bytes('a\u202eb\u200bc\nd\te'), false);
    expect(text).toBe('a\\u{202e}b\\u{200b}c\nd\te');
    expect(note).toContain('\\u{');
  });

  test.each([
    ['', 'empty'],
    ['71.4', 'number'],
    ['-1e-9', 'number'],
    ['running', 'text'],
    ['true', 'json'],
    ['nullify', 'text'],
    ['1.2.3', 'text'],
  ])('%j is %s', (payload, shape) => {
    expect(renderValue(bytes(payload), false)).toMatchObject({ shape, text: payload });
  });

  describe('behind a byte order mark', () => {
    const marked = (text: string) => bytes(`\ufeff${text}`);
    const NAMED = /^Begins with a byte order mark \(EF BB BF\), which is not shown\./;

    test('is laid out as JSON, with the mark named and its bytes counted', () => {
      const shown = renderValue(marked('{"value":"0.274"}'), false);
      expect(shown).toMatchObject({ shape: 'json', text: '{\n  "value": "0.274"\n}', bytes: 20 });
      expect(shown.note).toMatch(NAMED);
    });

    test.each([
      ['71.4', 'number'],
      ['running', 'text'],
      ['', 'text'],
      [' [1]', 'json'],
    ])('%j is %s', (payload, shape) => {
      const shown = renderValue(marked(payload), false);
      expect(shown.shape).toBe(shape);
      expect(shown.note).toMatch(NAMED);
    });

    test('says what is wrong as well', () => {
      expect(renderValue(marked('{"a":1,}'), false).note).toMatch(
        /which is not shown\. Not valid JSON: .+ \(character 8\)\.$/,
      );
    });

    test('is seen in Raw, where nothing is left out', () => {
      const shown = renderRaw(marked('{"a":1}'), false);
      expect(shown).toMatchObject({ text: '\\u{feff}{"a":1}', bytes: 10 });
      expect(shown.note).toBe('Begins with a byte order mark (EF BB BF), shown as \\u{feff}.');
    });

    test('of UTF-16 is named, and shown as hex', () => {
      const shown = renderValue(Uint8Array.of(0xff, 0xfe, 0x7b, 0, 0x7d, 0), false);
      expect(shown.shape).toBe('hex');
      expect(shown.note).toContain('UTF-16 (FF FE)');
    });
  });

  test('of a hundred thousand brackets does not blow up', () => {
    const { text, bytes: shown } = renderValue(bytes('['.repeat(100_000)), true);
    expect(shown).toBe(100_000);
    expect(text.length).toBeLessThan(20_000_000);
  });
});

test('raw text is what was sent, line ends included', () => {
  const sent = '{"a":1}\r\n\tx';
  expect(renderRaw(bytes(sent), false)).toMatchObject({ text: sent, note: null, bytes: sent.length });
});

test.each([
  [40, 8],
  [80, 16],
  [140, 32],
])('hex in %i columns shows every byte up to its limit, %i a row', (columns, perRow) => {
  const all = new Uint8Array(100).map((_, at) => at);
  const { text, bytes: shown } = renderHex(all, { limit: 40, columns });
  expect(shown).toBe(64);
  const lines = text.split('\n');
  expect(lines).toHaveLength(64 / perRow);
  const dumped = lines.flatMap((line) => (line.slice(6).match(/[0-9a-f]{2}(?= )/g) ?? []).slice(0, perRow));
  expect(dumped.map((pair) => Number.parseInt(pair, 16))).toEqual([...all.subarray(0, 64)]);
});

describe('The payload as it was sent', () => {
  test('names its encoding', () => {
    expect(renderRaw(new TextEncoder().encode('é'), false)).toMatchObject({ text: 'é', encoding: 'UTF-8' });
    const invalid = renderRaw(Uint8Array.of(0x61, 0xff, 0x62), false);
    expect(invalid).toMatchObject({ text: 'a\\xffb', encoding: 'not UTF-8' });
    expect(invalid.note).toContain('byte 1');
  });

  test('is read as UTF-16 where its mark says so, in either order', () => {
    const little = Uint8Array.of(0xff, 0xfe, 0x61, 0x00, 0xe9, 0x00);
    const big = Uint8Array.of(0xfe, 0xff, 0x00, 0x61, 0x00, 0xe9);
    expect(renderRaw(little, false)).toMatchObject({ text: 'aé', encoding: 'UTF-16LE', bytes: 6 });
    expect(renderRaw(big, false)).toMatchObject({ text: 'aé', encoding: 'UTF-16BE', bytes: 6 });
    expect(renderRaw(big, false).note).toContain('FE FF');
  });

  test('in UTF-16 ends before a character of which only half is here, and is never mended in silence', () => {
    const face = Uint8Array.of(0xff, 0xfe, 0x61, 0x00, 0x3d, 0xd8);
    expect(renderRaw(face, true)).toMatchObject({ text: 'a', bytes: 4 });
    const broken = renderRaw(face, false);
    expect(broken.encoding).toBe('not UTF-8');
    expect(broken.text).toContain('\\xff');
    expect(renderRaw(face.subarray(0, 5), false).encoding).toBe('not UTF-8');
  });
});
