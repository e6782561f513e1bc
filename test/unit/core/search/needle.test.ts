import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readNeedle, type Needle } from '../../../../src-main/core/search/needle.ts';

const encoder = new TextEncoder();
const bytesOf = (value: string | readonly number[]): Uint8Array =>
  typeof value === 'string' ? encoder.encode(value) : Uint8Array.from(value);

function needle(as: 'text' | 'hex' | 'regex', text: string): Needle {
  const made = readNeedle({ text, as });
  if (typeof made === 'string') throw new Error(made);
  return made;
}

/** What of an excerpt is the hit. */
function hit(of: Needle, payload: string | readonly number[]): string | null {
  const bytes = bytesOf(payload);
  if (!of.isIn(bytes, 0, bytes.length)) return null;
  const { text, from, to } = of.excerpt(bytes);
  return text.slice(from, to);
}

describe('bytes in hex', () => {
  test.each(['636f64', '63 6f 64', '0x63, 0x6F, 0x64', '63:6F:64', ' 63\n6f\t64 '])(
    'are read from %j',
    (text) => {
      expect(hit(needle('hex', text), 'a code')).toBe('63 6f 64');
    },
  );

  test.each(['', ' ', '6', '63 6', 'xyz', '0x', '63 6f g4', '６３'])(
    'are not read from %j, and it is said',
    (text) => {
      expect(readNeedle({ text, as: 'hex' })).toMatch(/pairs of hex digits/);
    },
  );

  test('are found in the middle of a character, and shown as bytes', () => {
    expect(hit(needle('hex', '82'), '€')).toBe('82');
    expect(hit(needle('hex', '00 ff'), [1, 0, 0xff, 2])).toBe('00 ff');
    expect(hit(needle('hex', 'ff 00'), [1, 0, 0xff, 2])).toBeNull();
  });
});

describe('a text', () => {
  test.each([
    ['Code', 'a code', 'code'],
    ['STRASSE', 'straße', null],
    // Written in another way than it was typed: it is somewhere in there.
    ['ß', 'STRASSE', ''],
    ['ä', 'Ärger', 'Ä'],
    ['Σ', 'ς', 'ς'],
    ['日本', '…日本語', '日本'],
    ['😀', 'a😀b', '😀'],
    ['.*', 'ab.*', '.*'],
    ['\\d', 'ab1', null],
    ['a', '', null],
  ])('%j in %j', (text, payload, found) => {
    expect(hit(needle('text', text), payload)).toBe(found);
  });

  test('that is not ASCII is not said to be in bytes that are no text', () => {
    expect(hit(needle('text', 'ä'), [0xc3])).toBeNull();
    expect(hit(needle('text', 'a'), [0xc3, 0x61])).toBe('61');
  });

  test('is looked for between the given bounds only', () => {
    const bytes = bytesOf('xxcodexx');
    const code = needle('text', 'code');
    expect([code.isIn(bytes, 2, 6), code.isIn(bytes, 2, 5), code.isIn(bytes, 3, 8)]).toEqual([
      true,
      false,
      false,
    ]);
    const umlaut = bytesOf('xxäxx');
    expect([needle('text', 'ä').isIn(umlaut, 2, 4), needle('text', 'ä').isIn(umlaut, 3, 6)]).toEqual([
      true,
      false,
    ]);
  });

  test('is found wherever it stands, and is what the excerpt marks', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '😀', ' ', '"', ','), maxLength: 200 });
    fc.assert(
      fc.property(letters, letters, fc.constantFrom('needle', 'nädel', '針'), (before, after, text) => {
        expect(hit(needle('text', text), before + text + after)).toBe(text);
      }),
    );
  });
});

describe('a regular expression', () => {
  test.each([
    ['[0-9]+', 'a 123 b', '123'],
    ['^a', 'ba', null],
    ['(?i)CODE', 'a code', 'code'],
    ['', 'ab', ''],
    ['x*', 'ab', ''],
    ['\\d{3}$', 'a123', '123'],
  ])('%j in %j', (text, payload, found) => {
    expect(hit(needle('regex', text), payload)).toBe(found);
  });

  test.each(['(', '[a', 'a{2,1}', '(?=a)', '\\1', 'a'.repeat(1_001)])('%j is refused in words', (text) => {
    expect(readNeedle({ text, as: 'regex' })).toMatch(/regular expression/);
  });

  test('takes no more than its share of time, whatever it looks like', () => {
    const evil = needle('regex', '(a|a)*(a|a)*(a|a)*b');
    expect(hit(evil, 'a'.repeat(5_000))).toBeNull();
  });

  test('says how much of a payload it looks at', () => {
    const { most } = needle('regex', 'needle');
    const bytes = bytesOf(`${'x'.repeat(most)}needle`);
    expect(needle('regex', 'needle').isIn(bytes, 0, bytes.length)).toBe(false);
    expect(needle('text', 'needle').isIn(bytes, 0, bytes.length)).toBe(true);
  });
});
