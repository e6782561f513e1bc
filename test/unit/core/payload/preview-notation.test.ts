import { describe, expect, test } from 'vitest';
import type { JsonPreview, Preview } from '../../../../src-main/contract/model/message.ts';
import {
  fitJson,
  jsonText,
  moreText,
  previewWords,
} from '../../../../src-main/core/payload/preview-notation.ts';
import { preview } from '../../../../src-main/core/payload/preview.ts';
import { random } from '../../../support/random.ts';

const json = (
  shape: JsonPreview['shape'],
  parts: JsonPreview['parts'],
  left = 0,
  atLeast = false,
): JsonPreview => ({
  kind: 'json',
  shape,
  parts,
  left,
  atLeast,
});
const TELEMETRY = json(
  'object',
  [
    ['temperature', '71.4'],
    ['pressure', '177.0'],
  ],
  7,
);

test('what is left is counted, at least where not all is known', () => {
  expect(moreText(0, false)).toBe('');
  expect(moreText(0, true)).toBe('…');
  expect(moreText(1_994, false)).toBe('1,994 more');
  expect(moreText(8, true)).toBe('8+ more');
});

describe('JSON in a narrow column', () => {
  test.each([
    [TELEMETRY, 42, '{temperature:71.4, pressure:177.0, 7 more}'],
    [TELEMETRY, 30, '{temperature:71.4, 8 more}'],
    [TELEMETRY, 23, '{tempera…:71.4, 8 more}'],
    [TELEMETRY, 19, '{tem…:71.4, 8 more}'],
    [TELEMETRY, 12, '{9 more}'],
    [
      json('object', [
        ['a', '{b:1, c:2}'],
        ['d', '"x, y"'],
      ]),
      21,
      '{d:"x, y", 1 more}',
    ],
    [
      json(
        'list',
        [
          ['', '1'],
          ['', '2'],
          ['', '3'],
        ],
        97,
      ),
      16,
      '[1, 2, 98 more]',
    ],
    [
      json('list', [
        ['', '123456789'],
        ['', '2'],
      ]),
      12,
      '[2, 1 more]',
    ],
    [json('list', [['', '123456789']], 59_999), 14, '[60,000 more]'],
    [json('object', [['message', '"the quick brown fox"']], 2), 30, '{message:"the quick…", 2 more}'],
    [json('object', [['"a key"', '5']], 899), 14, '{900 more}'],
    [json('value', [['', '"a long text that is no container"']]), 8, '"a long text that is no container"'],
  ] as const)('%j in %i characters', (given, chars, fitted) => {
    expect(jsonText(fitJson(given, chars))).toBe(fitted);
  });

  test('says the true number at every width, and never cuts a number', () => {
    const chance = random(7);
    for (let round = 0; round < 200; round++) {
      const size = 1 + chance.int(3_000);
      const isList = chance.int(2) === 0;
      const value: unknown = isList
        ? Array.from({ length: size }, (_, at) => at * 37)
        : Object.fromEntries(
            Array.from({ length: size }, (_, at) => [`field_${at}`, at % 5 === 0 ? `text ${at}` : at]),
          );
      const bytes = new TextEncoder().encode(JSON.stringify(value));
      const shortForm = preview(bytes, bytes.length, 48, { left: Infinity, begun: null });
      if (shortForm.kind !== 'json') throw new Error('no JSON');
      for (let chars = 8; chars < 60; chars += 3) {
        const fitted = fitJson(shortForm, chars);
        expect(fitted.parts.length + fitted.left).toBe(size);
        const text = jsonText(fitted);
        if (chars >= 13) expect(text.length).toBeLessThanOrEqual(Math.max(chars, jsonText(shortForm).length));
        for (const [, shown] of fitted.parts) {
          if (!shown.startsWith('"')) expect(shortForm.parts.some(([, whole]) => whole === shown)).toBe(true);
        }
      }
    }
  });
});

test('any preview is one line of text', () => {
  const words = (given: Preview) => previewWords(given, 30);
  expect(words({ kind: 'none' })).toBe('');
  expect(words({ kind: 'empty' })).toBe('empty');
  expect(words({ kind: 'evicted' })).toBe('evicted');
  expect(words({ kind: 'number', text: '71.4' })).toBe('71.4');
  expect(words({ kind: 'binary', hex: 'a9 4f', size: 512 })).toBe('BIN a9 4f');
  expect(words({ kind: 'text', text: 'a\r\nb\tc', cut: true })).toBe('a ↵ b c…');
  expect(words(TELEMETRY)).toBe('{temperature:71.4, 8 more}');
});
