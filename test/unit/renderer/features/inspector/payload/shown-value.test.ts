import { describe, expect, test } from 'vitest';
import {
  everyFold,
  factOfLine,
} from '../../../../../../src-renderer/features/inspector/payload/json-lines.ts';
import {
  createReading,
  toggledPath,
  type Reading,
} from '../../../../../../src-renderer/features/inspector/payload/reading.ts';
import { renderValue } from '../../../../../../src-renderer/features/inspector/payload/render-payload.ts';
import { shownValue } from '../../../../../../src-renderer/features/inspector/payload/shown-value.ts';

const SENT = '{"b":{"x":1,"y":[1,2]},"a":"\\u0041","n":9007199254740993}';

function shown(part: Partial<Reading> = {}, sent = SENT, whole = true) {
  const reading = { ...createReading().getState(), ...part };
  return shownValue(renderValue(new TextEncoder().encode(sent), !whole), whole, reading);
}

describe('a document of JSON', () => {
  test('is closed where somebody closed it, and says how much that is', () => {
    const closed = new Set(['b.y']);
    expect(shown({ closed }).text.split('\n').slice(0, 5)).toEqual([
      '{',
      '  "b": {',
      '    "x": 1,',
      '    "y": [ 2 items ]',
      '  },',
    ]);
    const lines = shown({ closed }).lines;
    expect([...(lines?.folds.lines ?? [])].slice(0, 6)).toEqual([0, 1, 2, 3, 7, 8]);
    expect(lines?.folds.isClosed(3)).toBe(true);
    expect(lines?.folds.isClosed(1)).toBe(false);
    expect(lines?.folds.isClosed(2)).toBeNull();
  });

  test('is open as long as something is looked for in it', () => {
    const closed = new Set(['b']);
    expect(shown({ closed }).text).toContain('{ 2 fields }');
    expect(shown({ closed, query: 'y' }).text).toContain('"y": [');
  });

  test('can be closed and opened as a whole, all but itself', () => {
    const { lines } = shown();
    if (lines === null) throw new Error('no lines');
    expect(everyFold(lines)).toEqual(['b', 'b.y']);
    expect([...toggledPath(new Set(['b']), 'b')]).toEqual([]);
    expect([...toggledPath(new Set(['b']), 'b.y')]).toEqual(['b', 'b.y']);
  });

  test('is sorted or put on one line without a digit or an escape being touched', () => {
    expect(shown({ sorted: true }).text.split('\n')[1]).toBe('  "a": "\\u0041",');
    const compact = shown({ compact: true });
    expect(compact).toMatchObject({ text: SENT, wrap: true, lines: null });
    expect(shown({ compact: true, sorted: true }).text).toBe(
      '{"a":"\\u0041","b":{"x":1,"y":[1,2]},"n":9007199254740993}',
    );
  });

  test('that has only begun to be read is shown as it is', () => {
    const beginning = shown({ sorted: true, compact: true }, '{"b":1,"a":[1,', false);
    expect(beginning.text).toBe('{\n  "b": 1,\n  "a": [\n    1,\n    ');
    expect(beginning.lines).not.toBeNull();
  });

  test('marks what changed only where its lines can be compared', () => {
    expect(shown().comparable).toBe(true);
    expect(shown({ sorted: true }).comparable).toBe(false);
  });

  test('shows no character that hides others, also where it is printed in another way', () => {
    const sent = '{"b":"\u202e","a":1}';
    for (const part of [{}, { sorted: true }, { compact: true }, { wrap: true }])
      expect(shown(part, sent).text).not.toContain('\u202e');
  });
});

describe('what stands on a line', () => {
  test('is copied as it was sent, and a text as what it says', () => {
    const { lines } = shown({}, '{"a b":"x\u202e\\n\\u0041","n":1.50,"o":{"k":[true]}}');
    if (lines === null) throw new Error('no lines');
    expect(factOfLine(lines, 1)).toMatchObject({
      pathText: '["a b"]',
      json: '"x\u202e\\n\\u0041"',
      value: 'x\u202e\nA',
      isNumber: false,
    });
    expect(factOfLine(lines, 2)).toMatchObject({ pathText: 'n', value: '1.50', isNumber: true });
    expect(factOfLine(lines, 5)).toMatchObject({ path: ['o', 'k', 0], pathText: 'o.k[0]', value: 'true' });
    expect(factOfLine(lines, 7).json).toBe('{\n  "k": [\n    true\n  ]\n}');
    expect(factOfLine(lines, 0).pathText).toBe('');
  });
});

test('a text that is no JSON goes on below, and has no lines to close', () => {
  expect(shown({}, 'plain')).toMatchObject({ text: 'plain', wrap: true, lines: null });
});
