import { expect, test } from 'vitest';
import { isSafeText, visibleJson } from '../../../../src-main/core/payload/visible.ts';

test('JSON for a terminal holds no character that acts on one or hides, and is parsed to the same.', () => {
  for (const text of [
    '\u001b[2J',
    '\u009b2J',
    'a\u202eb',
    '\u2028\u2029\ufeff',
    '\u{e0041}',
    'x\u200d',
    '\u0000',
    '\ud800',
    'plain "\\ text"',
  ]) {
    const line = visibleJson({ topic: text, [text]: 1 });
    expect(isSafeText(line)).toBe(true);
    expect(JSON.parse(line)).toEqual({ topic: text, [text]: 1 });
  }
  expect(visibleJson({ topic: '\u202e' })).toBe(String.raw`{"topic":"\u202e"}`);
});

test('What can be read stays as it is.', () => {
  expect(visibleJson({ topic: 'pläne/日本/😀' })).toBe('{"topic":"pläne/日本/😀"}');
});
