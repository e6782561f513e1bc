import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesExcerpt } from '../../../../../src-main/core/search/excerpt.ts';
import { shownMessage } from '../../../../../src-renderer/features/search/shown-message.ts';

const bytesOf = (value: string | readonly number[]): Uint8Array =>
  typeof value === 'string' ? new TextEncoder().encode(value) : Uint8Array.from(value);

/** A message with a hit at these bytes, as text with the hits in brackets. */
function shown(
  value: string | readonly number[],
  from: number,
  to: number,
  more: { readonly size?: number; readonly hex?: boolean } = {},
) {
  const bytes = bytesOf(value);
  const excerpt = bytesExcerpt(bytes, from, to, more.hex ?? false);
  const { parts, cut } = shownMessage(bytes, { excerpt, size: more.size ?? bytes.length });
  return [parts.map(({ text, found }) => (found ? `[${text}]` : text)).join(''), cut];
}

describe('a message that was found', () => {
  test('marks each place that reads as the hit does, whatever its case', () => {
    expect(shown('Code, code and CODE', 6, 10)).toEqual(['[Code], [code] and [CODE]', null]);
    expect(shown('aaaa', 0, 2)).toEqual(['[aa][aa]', null]);
    expect(shown('code', 0, 4)).toEqual(['[code]', null]);
  });

  test('keeps its lines, and shows nothing that could hide or reorder', () => {
    expect(shown('a\n\tb \u202Ecode', 8, 12)[0]).toBe('a\n\tb \\u{202e}[code]');
    expect(shown('<b>code</b>', 3, 7)[0]).toBe('<b>[code]</b>');
  });

  test('is in hex where it is no text, or bytes were looked for, and marks whole bytes', () => {
    expect(shown([0, 0x63, 0x36, 0x3f, 0x63], 1, 2)).toEqual(['00 [63] 36 3f [63]', null]);
    expect(shown('code', 1, 3, { hex: true })).toEqual(['63 [6f 64] 65', null]);
    expect(shown([0xff, 0x63, 0x6f], 1, 2)[0]).toBe('ff [63] 6f');
  });

  test('says how much of it is shown, and ends with a whole character', () => {
    const [text, cut] = shown([...bytesOf('code €')].slice(0, -1), 0, 4, { size: 9_000 });
    expect([text, cut]).toEqual(['[code] ', 'The first 5 B of 9.0 kB.']);
    const [hex, left] = shown(
      Array.from({ length: 5_000 }, () => 0),
      0,
      1,
    );
    expect(hex?.length).toBeLessThan(5_000 * 5);
    expect(left).toMatch(/^The first 4\.1 kB of 5\.0 kB\.$/);
  });

  test('marks nothing that was not found, where lower case has other places', () => {
    const text = 'İİ code';
    const at = bytesOf('İİ ').length;
    expect(shown(text, at, at + 4)[0]).toBe('İİ [code]');
  });

  test('shows all of a text, once, in its order', () => {
    const letters = fc.string({
      unit: fc.constantFrom('a', 'b', 'é', '😀', ' ', ',', '\n'),
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(letters, fc.nat(), (text, seed) => {
        const units = [...text];
        const from = seed % units.length;
        const start = bytesOf(units.slice(0, from).join('')).length;
        const bytes = bytesOf(text);
        const excerpt = bytesExcerpt(bytes, start, start + bytesOf(units[from] ?? '').length, false);
        const { parts } = shownMessage(bytes, { excerpt, size: bytes.length });
        expect(parts.map((part) => part.text).join('')).toBe(text);
      }),
    );
  });
});
