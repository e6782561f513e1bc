// @vitest-environment happy-dom
import { afterEach, describe, expect, test, vi } from 'vitest';
import { findText } from '../../../../../../src-main/core/text/find-text.ts';
import { chunksOf } from '../../../../../../src-renderer/features/inspector/text/chunks.ts';
import {
  clearColours,
  colourChunks,
} from '../../../../../../src-renderer/features/inspector/text/colours.ts';
import { chunkOffsets } from '../../../../../../src-renderer/features/inspector/text/find-text.ts';
import {
  clearFound,
  EDGE_PX,
  markFound,
  scrollToFound,
} from '../../../../../../src-renderer/features/inspector/text/marks.ts';
import { onTeardown, teardown } from '../../../../../support/teardown.ts';
import { layOut, scrolledBy, withMarks } from '../../../../../support/window/laid-out.ts';

afterEach(teardown);

/** A text as it is drawn: an element a part. */
function drawn(text: string) {
  const chunks = chunksOf(text, false);
  const pre = document.createElement('pre');
  for (const chunk of chunks) {
    const part = document.createElement('span');
    part.textContent = chunk.text;
    pre.append(part);
  }
  return { pre, offsets: chunkOffsets(chunks), parts: chunks.length };
}
const manyLines = Array.from({ length: 250 }, (_, at) => `line ${at}`).join('\n');

describe('What was found', () => {
  test('is marked wherever it stands, the current one by itself and over the others', () => {
    const marks = withMarks();
    const { pre, offsets, parts } = drawn(manyLines);
    expect(parts).toBeGreaterThan(1);
    const found = findText(manyLines, 'LINE 24');
    markFound(pre, found, found[1] ?? null, offsets);
    expect(marks.texts('found')).toEqual(Array.from({ length: 11 }, () => 'line 24'));
    expect(marks.texts('found-current')).toEqual(['line 24']);
    expect(CSS.highlights.get('found-current')?.priority).toBeGreaterThan(0);
  });

  test('over the end of a part is marked in both', () => {
    const marks = withMarks();
    const { pre, offsets } = drawn(manyLines);
    const start = manyLines.indexOf('line 100') - 3;
    markFound(pre, [{ start, end: start + 7 }], null, offsets);
    expect(marks.texts('found')).toEqual(['99\n', 'line']);
  });

  test('is marked no more once something else is, and once nothing is', () => {
    const marks = withMarks();
    const { pre, offsets } = drawn('abc');
    markFound(pre, [{ start: 0, end: 1 }], { start: 0, end: 1 }, offsets);
    markFound(pre, [{ start: 1, end: 2 }], null, offsets);
    expect([marks.texts('found'), marks.texts('found-current')]).toEqual([['b'], []]);
    clearFound();
    expect(marks.names()).toEqual([]);
    markFound(pre, [{ start: 1, end: 2 }], null, offsets);
    markFound(null, [{ start: 1, end: 2 }], null, offsets);
    expect(marks.names()).toEqual([]);
  });

  test('of a text that is not drawn yet is left out, not marked elsewhere', () => {
    const marks = withMarks();
    const { pre } = drawn('ab');
    markFound(pre, [{ start: 0, end: 9 }], null, [0, 9]);
    expect(marks.texts('found')).toEqual([]);
  });

  test('and colours are not marked where the browser cannot', () => {
    const { pre, offsets } = drawn('{"a":1}');
    expect(() => {
      markFound(pre, [{ start: 0, end: 1 }], { start: 0, end: 1 }, offsets);
      colourChunks(pre, 0, 1);
      clearFound();
      clearColours();
    }).not.toThrow();
  });
});

describe('What is gone to', () => {
  /** It stands at a place of the window, in a panel from 100 to 500 px and 300 px wide. */
  function goTo(top: number, left = 10): ScrollToOptions[] {
    const { pre, offsets } = drawn('one two');
    const panel = document.createElement('div');
    layOut('div', { top: 100, height: 400, width: 300 });
    const place = new DOMRect(left, top, 30, 20);
    const rect = vi.spyOn(Range.prototype, 'getBoundingClientRect').mockReturnValue(place);
    onTeardown(() => rect.mockRestore());
    const asked = scrolledBy(panel);
    scrollToFound(pre, panel, { start: 4, end: 7 }, offsets);
    return asked;
  }

  test('is not scrolled to where it is in sight', () => {
    expect(goTo(300)).toEqual([]);
  });

  test('comes out from under the bar above, and from below the panel, at once', () => {
    expect(goTo(110)).toEqual([{ top: 10 - EDGE_PX, behavior: 'instant' }]);
    expect(goTo(490)).toEqual([{ top: 10 + EDGE_PX, behavior: 'instant' }]);
  });

  test('comes in from the side, with what stands before it', () => {
    expect(goTo(300, 1_000)).toEqual([{ left: 900, behavior: 'instant' }]);
    expect(goTo(300, -500)).toEqual([{ left: -600, behavior: 'instant' }]);
  });

  test('moves nothing where its part is not drawn', () => {
    const panel = document.createElement('div');
    const asked = scrolledBy(panel);
    scrollToFound(document.createElement('pre'), panel, { start: 0, end: 1 }, [0, 1]);
    expect(asked).toEqual([]);
  });
});

describe('JSON', () => {
  const text = '{\n  "a": [1, "x", true],\n  "b": { 2 fields },\n  "c": null\n}';

  test('is coloured by what it says, keys apart from texts', () => {
    const marks = withMarks();
    colourChunks(drawn(text).pre, 0, 1);
    expect(marks.texts('json-key').slice(0, 2)).toEqual(['"a"', '"b"']);
    expect(marks.texts('json-string')).toEqual(['"x"']);
    expect(marks.texts('json-number')).toContain('1');
    expect(marks.texts('json-literal')).toContain('null');
  });

  test('goes on being coloured below words that are none', () => {
    const marks = withMarks();
    colourChunks(drawn(text).pre, 0, 1);
    expect(marks.texts('json-key')).toContain('"c"');
    expect(marks.texts('json-string').join()).not.toContain('fields');
  });

  test('is coloured in the parts that are asked for only, and no further than somebody reads', () => {
    const marks = withMarks();
    const lines = Array.from({ length: 250 }, (_, at) => `"k${at}": ${at},`).join('\n');
    colourChunks(drawn(lines).pre, 1, 2);
    expect(marks.texts('json-key')[0]).toBe('"k100"');
    expect(marks.texts('json-key')).toHaveLength(100);
    const long = `[${'1,'.repeat(50_000)}1]`;
    colourChunks(drawn(long).pre, 0, 1);
    expect(marks.texts('json-number')).toHaveLength(2_000);
    const words = JSON.stringify(Array.from({ length: 1_000 }, () => 'x'.repeat(100)));
    colourChunks(drawn(words).pre, 0, 1);
    expect(marks.texts('json-string').join('').length).toBeLessThan(40_000);
  });

  test('is coloured in one piece where many brackets stand side by side', () => {
    const marks = withMarks();
    colourChunks(drawn(`${'['.repeat(9_000)}1, 2${']'.repeat(9_000)}`).pre, 0, 1);
    const pieces = marks.texts('json-punctuation');
    expect(pieces.map(({ length }) => length)).toEqual([9_000, 1, 9_000]);
    expect(marks.texts('json-number')).toEqual(['1', '2']);
  });

  test('stays plain in the colours of the system, which would paint each piece as selected', () => {
    const marks = withMarks();
    const { pre } = drawn(text);
    colourChunks(pre, 0, 1);
    const forced = vi.spyOn(globalThis, 'matchMedia').mockReturnValue({ matches: true } as MediaQueryList);
    onTeardown(() => forced.mockRestore());
    colourChunks(pre, 0, 1);
    expect(marks.names()).toEqual([]);
  });

  test('is coloured no more once that is given up', () => {
    const marks = withMarks();
    colourChunks(drawn(text).pre, 0, 1);
    expect(marks.names()).not.toEqual([]);
    clearColours();
    expect(marks.names()).toEqual([]);
  });
});
