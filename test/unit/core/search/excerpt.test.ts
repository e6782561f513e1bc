import { describe, expect, it } from 'vitest';
import { readNeedle, type Needle } from '../../../../src-main/core/search/needle.ts';
import type { SearchAs } from '../../../../src-main/contract/session/search.ts';

function needle(as: SearchAs, text: string): Needle {
  const read = readNeedle({ as, text });
  if (typeof read === 'string') throw new Error(read);
  return read;
}

/** The excerpt with its hit in angle brackets; null where nothing is found. */
function found(as: SearchAs, text: string, payload: string | Uint8Array): string | null {
  const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
  const wanted = needle(as, text);
  if (!wanted.isIn(bytes, 0, bytes.length)) return null;
  const { text: around, from, to } = wanted.excerpt(bytes);
  return `${around.slice(0, from)}<${around.slice(from, to)}>${around.slice(to)}`;
}

describe('what surrounds a hit', () => {
  it('is all of a short value, whatever the case of the text', () => {
    expect(found('text', 'DOOR', 'E 0418 door open')).toBe('E 0418 <door> open');
    expect(found('text', 'nothing', 'E 0418 door open')).toBeNull();
  });

  it('is cut at fields, and always has the hit', () => {
    const fields = Array.from({ length: 40 }, (_, n) => `"field${String(n)}":${String(1_000 + n)}`);
    const around = found('text', '1020', `{${fields.join(',')}}`) ?? '';
    expect(around).toContain('"field20":<1020>,"field21":1021,');
    expect(around).toMatch(/^… "field19":1019,"field20":</);
    expect(around).toMatch(/,\s…$/);
    expect(around.length).toBeLessThan(160);
  });

  it('has a hit that has no field near it', () => {
    expect(found('text', 'needle', `${'x'.repeat(5_000)}needle${'y'.repeat(5_000)}`)).toMatch(
      /^… x{40}<needle>y{90} …$/,
    );
  });

  it('is on one line, with nothing in it that is not seen', () => {
    expect(found('text', 'open', 'one\ntwo\topen\u202e\r\nlast')).toBe('one ↵ two <open>\\u{202e} ↵ last');
  });

  it('is never cut within a character', () => {
    const around = found('text', 'hit', `${'😀'.repeat(100)}hit${'😀'.repeat(100)}`) ?? '';
    expect(around).toMatch(/^… (?:😀)+<hit>(?:😀)+ …$/u);
  });

  it('is in hex where the bytes are no text, and for bytes that were searched for', () => {
    expect(found('text', 'v', Uint8Array.of(0, 1, 0x76, 2, 3))).toBe('00 01 <76> 02 03');
    expect(found('hex', '0x6F, 70', 'open')).toBe('<6f 70> 65 6e');
    const long = new Uint8Array(100);
    long[50] = 0xab;
    expect(found('hex', 'ab', long)).toBe(`… ${'00 '.repeat(8)}<ab>${' 00'.repeat(8)} …`);
  });

  it('has the part that an expression matched', () => {
    expect(found('regex', 'E [0-9]+', 'x E 0418 door')).toBe('x <E 0418> door');
    expect(found('regex', '^E', 'x E 0418 door')).toBeNull();
  });

  it('has a text beyond ASCII, also where it is written otherwise than it was typed', () => {
    expect(found('text', 'ÖL', 'kein öl da')).toBe('kein <öl> da');
    expect(found('text', 'öl', 'kein o\u0308l da')).toBe('<>kein o\u0308l da');
  });
});

it.each([
  ['regex', '(', /not understood/],
  ['regex', String.raw`(a)\1`, /not understood/],
  ['hex', '6', /pairs of hex digits/],
  ['hex', 'door', /pairs of hex digits/],
  ['hex', ' ', /pairs of hex digits/],
] as const)('%s %j is refused with a reason', (as, text, reason) => {
  expect(readNeedle({ as, text })).toMatch(reason);
});
