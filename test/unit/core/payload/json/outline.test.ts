import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { prettyJson } from '../../../../../src-main/core/payload/json.ts';
import {
  foldedText,
  jsonOutline,
  pathOfLine,
  valueText,
  type JsonOutline,
} from '../../../../../src-main/core/payload/json/outline.ts';

function outlineOf(source: string, prefix = false): JsonOutline {
  const pretty = prettyJson(source, { prefix });
  if (pretty.kind !== 'json') throw new Error(pretty.why);
  const { text } = pretty;
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return jsonOutline(text, Uint32Array.from(starts));
}

const words = (count: number, isList: boolean) => `${count} ${isList ? 'items' : 'fields'}`;
const DEVICE = '{"id":"press","axes":[1,[2,3],{}],"d":{"a.b":1,"d\\u0061":{"x":1}},"n":1}';

describe('the lines of a document', () => {
  test('know the way to what stands on them, by names as they are meant', () => {
    const outline = outlineOf(DEVICE);
    const paths = Array.from(outline.starts, (_, line) => pathOfLine(outline, line).join('/'));
    expect(paths).toEqual([
      '',
      'id',
      'axes',
      'axes/0',
      'axes/1',
      'axes/1/0',
      'axes/1/1',
      'axes/1',
      'axes/2',
      'axes',
      'd',
      'd/a.b',
      'd/da',
      'd/da/x',
      'd/da',
      'd',
      'n',
      '',
    ]);
  });

  test('know the value that stands on them, without the indentation of its place', () => {
    const outline = outlineOf(DEVICE);
    expect(valueText(outline, 1)).toBe('"press"');
    expect(valueText(outline, 4)).toBe('[\n  2,\n  3\n]');
    expect(valueText(outline, 7)).toBe('[\n  2,\n  3\n]');
    expect(valueText(outline, 8)).toBe('{}');
    expect(valueText(outline, 0)).toBe(outline.text);
    expect(valueText(outline, 16)).toBe('1');
  });

  test('lead to the value that a parser finds there, for any document', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (document) => {
        const source = JSON.stringify(document);
        if (source.includes('__proto__')) return;
        const outline = outlineOf(source);
        const parsed = JSON.parse(source) as unknown;
        for (let line = 0; line < outline.starts.length; line++) {
          const found = pathOfLine(outline, line).reduce<unknown>(
            (at, step) => (at as Record<string | number, unknown>)[step],
            parsed,
          );
          expect(JSON.parse(valueText(outline, line))).toEqual(found);
        }
      }),
    );
  });

  test('of the beginning of a document end where it is cut', () => {
    const outline = outlineOf('{"a":[1,2,{"b":"c', true);
    expect(pathOfLine(outline, outline.starts.length - 1)).toEqual(['a', 2, 'b']);
    expect(outline.ends[0]).toBe(outline.starts.length - 1);
    expect(valueText(outline, 1)).toContain('"c');
  });
});

describe('a closed part', () => {
  test('is one line that says how much it holds', () => {
    const outline = outlineOf(DEVICE);
    const folded = foldedText(outline, new Set([2, 10, 16]), words);
    expect(folded.text.split('\n')).toEqual([
      '{',
      '  "id": "press",',
      '  "axes": [ 3 items ],',
      '  "d": { 2 fields },',
      '  "n": 1',
      '}',
    ]);
    expect([...folded.lines]).toEqual([0, 1, 2, 10, 16, 17]);
  });

  test('hides what is closed within it, and with nothing closed the text is itself', () => {
    const outline = outlineOf(DEVICE);
    expect(foldedText(outline, new Set([0, 2]), words).text).toBe('{ 4 fields }');
    const whole = foldedText(outline, new Set(), words);
    expect(whole.text).toBe(outline.text);
    expect([...whole.lines]).toEqual(Array.from(outline.starts, (_, line) => line));
  });

  test('has as many lines as it says, whatever is closed', () => {
    const closedLines = fc.array(fc.nat(40), { maxLength: 6 });
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), closedLines, (document, closed) => {
        const folded = foldedText(outlineOf(JSON.stringify(document)), new Set(closed), words);
        expect(folded.text.split('\n')).toHaveLength(folded.lines.length);
      }),
    );
  });
});
