import { describe, expect, test } from 'vitest';
import { MAX_DEPTH } from '../../../../src-main/decoding/base/limits.ts';
import { notation, scalarText } from '../../../../src-main/decoding/base/notation.ts';
import { TreeBuilder } from '../../../../src-main/decoding/base/tree.ts';
import { EnoughRead, Unreadable } from '../../../../src-main/decoding/base/unreadable.ts';

const shape = (tree: TreeBuilder) =>
  tree.nodes.map(({ depth, key, text, children, descendants }) => [depth, key, text, children, descendants]);

/** `{a: 1, b: [2, {}]}` */
function sample(): TreeBuilder {
  const tree = new TreeBuilder();
  tree.open('object', 'map', 0);
  tree.key('a');
  tree.value('number', '1', 'integer', 1, 2);
  tree.key('b');
  tree.open('list', 'array', 2);
  tree.value('number', '2', 'integer', 3, 4);
  tree.open('object', 'map', 4);
  tree.close(5);
  tree.close(5);
  tree.close(6);
  return tree;
}

describe('Values as they are read', () => {
  test('know their depth, their members, and all that is in them', () => {
    expect(shape(sample())).toEqual([
      [0, null, '', 2, 4],
      [1, 'a', '1', 0, 0],
      [1, 'b', '', 2, 2],
      [2, null, '2', 0, 0],
      [2, null, '', 0, 0],
    ]);
    expect(sample().nodes.map(({ at, length }) => [at, length])).toEqual([
      [0, 6],
      [1, 1],
      [2, 3],
      [3, 1],
      [4, 1],
    ]);
  });

  test('have a name once, which is text unless it is said', () => {
    const tree = new TreeBuilder();
    tree.open('object', 'map', null);
    tree.key('1', false);
    tree.value('number', '1', '');
    tree.value('number', '2', '');
    expect(tree.nodes.slice(1).map(({ key, textKey }) => [key, textKey])).toEqual([
      ['1', false],
      [null, true],
    ]);
  });

  test('are forgotten back to a mark, as if they had not been read', () => {
    const tree = new TreeBuilder();
    tree.open('list', 'array', 0);
    tree.value('number', '1', '');
    tree.key('kept?');
    expect(tree.pendingKey).toEqual({ key: 'kept?', isText: true });
    const mark = tree.mark();
    tree.open('object', 'map', 1);
    tree.key('x');
    tree.open('list', 'array', 2);
    tree.value('number', '2', '');
    tree.rollback(mark);
    tree.value('number', '3', '');
    tree.close(9);
    expect(shape(tree)).toEqual([
      [0, null, '', 2, 2],
      [1, null, '1', 0, 0],
      [1, null, '3', 0, 0],
    ]);
  });

  test('are ended where reading stopped, with no end that is known', () => {
    const tree = new TreeBuilder();
    tree.open('object', 'map', 0);
    tree.key('a');
    tree.open('list', 'array', 1);
    tree.value('number', '1', '', 2, 3);
    tree.finish();
    expect(tree.nodes.map(({ length, descendants }) => [length, descendants])).toEqual([
      [null, 2],
      [null, 1],
      [1, 0],
    ]);
    expect(() => tree.close(1)).toThrow('Nothing is open.');
  });

  test('are as deep as readers follow, what is around them counted', () => {
    const tree = new TreeBuilder(1_000, 6);
    for (let level = 6; level < MAX_DEPTH; level++) tree.open('list', 'array', level);
    expect(() => tree.open('list', 'array', 77)).toThrow(
      new Unreadable('is nested deeper than 256 levels at byte 77', 77),
    );
    expect(() => tree.open('list', 'array', null)).toThrow('is nested deeper than 256 levels');
    tree.value('number', '1', '');
    expect(tree.depth).toBe(MAX_DEPTH);
  });

  test('are no more than were asked for', () => {
    const tree = new TreeBuilder(2);
    tree.open('list', 'array', 0);
    tree.value('number', '1', '');
    expect(() => tree.value('number', '2', '')).toThrow(EnoughRead);
    expect(tree.nodes).toHaveLength(2);
    // It is not counted among the members either.
    expect(tree.nodes[0]?.children).toBe(1);
  });
});

describe('The notation of values', () => {
  test('is read like JSON, two spaces a level', () => {
    expect(notation(sample().nodes, 1_000)).toBe(`{
  "a": 1,
  "b": [
    2,
    {}
  ]
}`);
  });

  test.each([
    ['text', 'a"b\n', '"a\\"b\\n"'],
    ['date', '2026-01-01', '"2026-01-01"'],
    ['bytes', '00ff', "h'00ff'"],
    ['number', '1.0', '1.0'],
    ['literal', 'undefined', 'undefined'],
  ] as const)('has a %s, %j, as %s', (of, text, words) =>
    expect(scalarText({ shape: of, text })).toBe(words),
  );

  test('has names in quotes where they are text, and empty ones of each kind', () => {
    const tree = new TreeBuilder();
    tree.open('object', 'map', 0);
    tree.key('a"b');
    tree.open('list', 'array', 0);
    tree.close(0);
    tree.key('1', false);
    tree.open('object', 'map', 0);
    tree.close(0);
    tree.close(0);
    expect(notation(tree.nodes, 1_000)).toBe('{\n  "a\\"b": [],\n  1: {}\n}');
    expect(notation([], 1_000)).toBe('');
  });

  test('ends at about as many characters as were asked for', () => {
    const tree = new TreeBuilder();
    tree.open('list', 'array', 0);
    for (let at = 0; at < 10_000; at++) tree.value('number', '12345', '');
    tree.close(0);
    const text = notation(tree.nodes, 500);
    expect(text.length).toBeGreaterThan(500);
    expect(text.length).toBeLessThan(520);
  });
});
