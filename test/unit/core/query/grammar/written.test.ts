import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scanPath, writePath } from '../../../../../src-main/core/query/grammar/json-path.ts';
import { readCount, readDuration, readSize } from '../../../../../src-main/core/query/grammar/quantities.ts';
import { scan, scanBare } from '../../../../../src-main/core/query/grammar/scan.ts';

describe('A path in a filter', () => {
  test('is read back as it was written, whatever its names are.', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom('', 'a b', '"', '\\', '0', '[0]', 'a.b'),
    );
    const steps = fc.array(fc.oneof(name, fc.nat(999_999_999)), { maxLength: 6 });
    fc.assert(
      fc.property(steps, fc.constantFrom('', '>5', ' x', ')'), (path, behind) => {
        const written = writePath(path);
        expect(scanPath(`json:${written}${behind}`, 5)).toEqual({
          kind: 'path',
          path,
          end: 5 + written.length,
        });
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['a.', /name after the dot/],
    ['a..b', /name after the dot/],
    ['[', /square brackets/],
    ['a[-1]', /square brackets/],
    ['a[1234567890]', /square brackets/],
    ['["a]', /square brackets/],
    ['a'.concat('[0]'.repeat(101)), /at most 100 steps/],
  ])('is none in %j.', (text, reason) => {
    const read = scanPath(text, 0);
    expect(read.kind === 'problem' ? read.reason : '').toMatch(reason);
  });
});

describe('A quantity', () => {
  test.each([
    ['10', 10_000, 10, 10],
    ['1.5h', 5_400_000, null, null],
    ['.5s', 500, null, null],
    ['2M', 120_000, 2_000_000, 2_000_000],
    ['1k', null, 1_000, 1_000],
    ['1kB', null, 1_000, null],
    ['3w', 1_814_400_000, null, null],
    ['250ms', 250, null, null],
    ['-1', null, null, null],
    ['1e3', null, null, null],
    ['1.', null, null, null],
    ['', null, null, null],
    ['5constructor', null, null, null],
    ['1 s', null, null, null],
  ])('%j is a duration of %j ms, a size of %j bytes, a count of %j.', (text, duration, size, count) => {
    expect([readDuration(text), readSize(text), readCount(text)]).toEqual([duration, size, count]);
  });
});

describe('A piece of a filter', () => {
  test.each<[string, object]>([
    ['"a \\"b\\" \\\\" c', { kind: 'quoted', text: 'a "b" \\', end: 12 }],
    ['"a\\n"', { kind: 'quoted', text: 'a\\n', end: 5 }],
    ['"open', { kind: 'open', end: 5 }],
    ['/a+/i)', { kind: 'regex', text: 'a+', ignoreCase: true, end: 5 }],
    ['/[/]\\//', { kind: 'regex', text: '[/]\\/', ignoreCase: false, end: 7 }],
    ['/a/b', { kind: 'bare', text: '/a/b', end: 4 }],
    ['//', { kind: 'bare', text: '//', end: 2 }],
    ['a(b)c) d', { kind: 'bare', text: 'a(b)c', end: 5 }],
    ['', { kind: 'bare', text: '', end: 0 }],
  ])('%j', (text, piece) => {
    expect(scan(text, 0)).toEqual(piece);
  });

  test('is all of a text without blanks and brackets, and is never beyond its end.', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), fc.nat(20), (text, start) => {
        const at = Math.min(start, text.length);
        const { end } = scan(text, at);
        expect(end).toBeGreaterThanOrEqual(at);
        expect(end).toBeLessThanOrEqual(text.length);
        if (!/[\s()]/.test(text))
          expect(scanBare(text, at)).toEqual({ text: text.slice(at), end: text.length });
      }),
    );
  });
});
