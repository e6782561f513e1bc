import { expect, test } from 'vitest';
import {
  factOfLine,
  jsonLines,
  shownLineAt,
} from '../../../../../../src-renderer/features/inspector/payload/json-lines.ts';

const TEXT = [
  '{',
  '  "deep": {',
  '    "x": [',
  '      1,',
  '      "a"',
  '    ]',
  '  },',
  '  "y": null',
  '}',
].join('\n');
const lines = (closed: readonly string[] = []) => jsonLines(TEXT, TEXT, new Set(closed));

test('A value is found by the way to it, on the line where it begins', () => {
  expect(shownLineAt(lines(), 'deep.x[1]')).toBe(4);
  expect(shownLineAt(lines(), 'deep')).toBe(1);
  expect(shownLineAt(lines(), '')).toBe(0);
  expect(shownLineAt(lines(), 'y')).toBe(7);
});

test('A value is found where parts before it are closed, and not within one', () => {
  expect(shownLineAt(lines(['deep']), 'y')).toBe(2);
  expect(shownLineAt(lines(['deep']), 'deep.x')).toBeNull();
  expect(shownLineAt(lines(), 'nowhere')).toBeNull();
});

test('A line shows whether it is a number, and whether it is a single value', () => {
  expect(factOfLine(lines(), 3)).toMatchObject({ isNumber: true, isScalar: true, value: '1' });
  expect(factOfLine(lines(), 4)).toMatchObject({ isNumber: false, isScalar: true, value: 'a' });
  expect(factOfLine(lines(), 2)).toMatchObject({ isNumber: false, isScalar: false });
});
