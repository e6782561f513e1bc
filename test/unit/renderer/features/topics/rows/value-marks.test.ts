import { expect, it } from 'vitest';
import type { JsonPreview } from '../../../../../../src-main/contract/model/message.ts';
import { jsonText } from '../../../../../../src-main/core/payload/preview-notation.ts';
import { partsOf, soughtBy } from '../../../../../../src-renderer/features/topics/filter/highlight.ts';
import { previewTokens } from '../../../../../../src-renderer/features/topics/rows/preview-tokens.ts';
import {
  markedTokens,
  soughtInJson,
  soughtInText,
} from '../../../../../../src-renderer/features/topics/rows/value-marks.ts';

const PREVIEW: JsonPreview = {
  kind: 'json',
  shape: 'object',
  parts: [
    ['temperature', '71.4'],
    ['"a b"', '"Temperature"'],
  ],
  left: 8,
  atLeast: false,
};

/** The text with what a filter finds in brackets. */
function inText(text: string, filter: string): string {
  const sought = soughtBy(filter);
  if (sought === null) throw new Error(filter);
  return partsOf(text, soughtInText(text, sought))
    .map((part) => (part.found ? `[${part.text}]` : part.text))
    .join('');
}

function inJson(filter: string, preview = PREVIEW, shown = jsonText(preview)): string {
  const sought = soughtBy(filter);
  if (sought === null) throw new Error(filter);
  return markedTokens(previewTokens(shown), soughtInJson(preview, shown, sought))
    .flatMap(({ parts }) => parts)
    .map(({ text, found }) => (found ? `[${text}]` : text))
    .join('')
    .replaceAll('][', '');
}

it.each([
  ['out', '[out] of range'],
  ['value:range', 'out of [range]'],
  ['topic~out', 'out of range'],
  ['-out', 'out of range'],
  ['value="out of range"', '[out of range]'],
])('marks in a text what %s looks for', (filter, expected) => {
  expect(inText('out of range', filter)).toBe(expected);
});

it.each([
  ['temperature', '{[temperature]:71.4, "a b":"[Temperature]", 8 more}'],
  ['json:temperature>70', '{[temperature:71.4], "a b":"Temperature", 8 more}'],
  ['json:["a b"]~x', '{temperature:71.4, ["a b":"Temperature"], 8 more}'],
  ['json:humidity>70', '{temperature:71.4, "a b":"Temperature", 8 more}'],
  ['-json:temperature>70', '{temperature:71.4, "a b":"Temperature", 8 more}'],
])('marks in JSON what %s looks for, across its coloured pieces', (filter, expected) => {
  expect(inJson(filter)).toBe(expected);
});

it('marks no member where the text is not shown as it is written', () => {
  expect(inJson('json:temperature>70', PREVIEW, '{x:1}')).toBe('{x:1}');
  expect(inJson('json:temperature', { ...PREVIEW, shape: 'list' })).toBe(
    '[temperature:71.4, "a b":"Temperature", 8 more]',
  );
});
