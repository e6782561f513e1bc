import { describe, expect, test } from 'vitest';
import { ConnectionId, TopicKey } from '../../../../../src-main/contract/model/model.ts';
import type { SearchHit } from '../../../../../src-main/contract/session/search.ts';
import {
  LINE_PX,
  lineByKey,
  linesOf,
  scrollTo,
  shownLines,
} from '../../../../../src-renderer/features/search/search-lines.ts';
import type { SearchGroup } from '../../../../../src-renderer/state/search/message-search.ts';

const hit = (seq: number): SearchHit => ({
  seq,
  at: 0,
  key: TopicKey.parse('t'),
  topic: 't',
  size: 1,
  kept: 1,
  excerpt: { text: 'a', from: 0, to: 1, hex: false },
  place: 0,
});

/** A group of as many hits, their sequences counted from 1. */
const group = (name: string, count: number): SearchGroup => ({
  connection: ConnectionId.parse(name),
  name,
  hits: Array.from({ length: count }, (_, at) => hit(at + 1)),
  progress: null,
  problem: null,
});

const SIGHT = { top: 0, height: 10 * LINE_PX };
const chosen = (name: string, seq: number) => ({ connection: ConnectionId.parse(name), hit: hit(seq) });

describe('the lines of a search', () => {
  test('name the connection only where there is more than one', () => {
    const kinds = (...groups: SearchGroup[]) => linesOf(groups).map(({ kind }) => kind[0]);
    expect(kinds(group('a', 2)).join('')).toBe('hh');
    expect(kinds(group('a', 2), group('b', 0), group('c', 1)).join('')).toBe('ghhggh');
    expect(kinds()).toEqual([]);
  });

  test('distinguish two connections that gave their messages the same number', () => {
    const lines = linesOf([group('a', 2), group('b', 2)]);
    expect(shownLines(lines, chosen('b', 2), SIGHT).at).toBe(5);
    expect(shownLines(lines, chosen('c', 2), SIGHT).at).toBe(-1);
  });
});

describe('what is drawn of many lines', () => {
  const lines = linesOf([group('a', 1_000)]);

  test('is what is in sight and ten lines beyond', () => {
    expect(shownLines(lines, null, SIGHT)).toEqual({ first: 0, last: 20, at: -1, stop: 0 });
    const below = shownLines(lines, null, { ...SIGHT, top: 100.5 * LINE_PX });
    expect(below).toEqual({ first: 90, last: 121, at: -1, stop: 101 });
    const end = shownLines(lines, null, { ...SIGHT, top: 990 * LINE_PX });
    expect([end.first, end.last]).toEqual([980, 1_000]);
  });

  test('has one tab stop, also where the chosen message is far away', () => {
    expect(shownLines(lines, chosen('a', 5), SIGHT)).toMatchObject({ at: 4, stop: 4 });
    const far = shownLines(lines, chosen('a', 5), { ...SIGHT, top: 500 * LINE_PX });
    expect(far).toMatchObject({ at: 4, stop: 500 });
  });

  test('has a tab stop where only names of connections follow, and none where nothing was found', () => {
    const short = linesOf([group('a', 2), group('b', 0), group('c', 0)]);
    expect(shownLines(short, null, { top: 3 * LINE_PX, height: 20 }).stop).toBe(2);
    expect(shownLines(linesOf([group('a', 0), group('b', 0)]), null, SIGHT).stop).toBe(-1);
    expect(shownLines([], null, SIGHT)).toEqual({ first: 0, last: 0, at: -1, stop: -1 });
  });

  test('is a whole number of lines of a view that has no height yet', () => {
    expect(shownLines(lines, null, { top: 0, height: -28 })).toMatchObject({ first: 0, last: 9, stop: 0 });
  });
});

describe('the keys in a list of found messages', () => {
  // g h h h | g | g h h
  const lines = linesOf([group('a', 3), group('b', 0), group('c', 2)]);
  const go = (key: string, at: number, of = lines) =>
    lineByKey(key, of, { at, stop: shownLines(of, null, SIGHT).stop }, SIGHT);

  test('pass over the names of connections', () => {
    expect([go('ArrowDown', 3), go('ArrowUp', 6)]).toEqual([6, 3]);
    expect([go('ArrowDown', 1), go('ArrowUp', 2)]).toEqual([2, 1]);
  });

  test('stay on the first and the last message', () => {
    expect([go('ArrowUp', 1), go('ArrowDown', 7)]).toEqual([1, 7]);
  });

  test('lead to the first and the last message, although a name stands above the first', () => {
    expect([go('Home', 7), go('End', 1)]).toEqual([1, 7]);
    expect([go('PageUp', 7), go('PageDown', 1)]).toEqual([1, 7]);
    const trailing = linesOf([group('a', 3), group('b', 0)]);
    expect([go('End', 1, trailing), go('PageDown', 1, trailing), go('ArrowDown', 3, trailing)]).toEqual([
      3, 3, 3,
    ]);
  });

  test('begin at the tab stop where nothing is chosen', () => {
    expect(go('ArrowDown', -1)).toBe(1);
    expect(go('ArrowUp', -1)).toBe(1);
  });

  test('go a page less one line, at least one', () => {
    const many = linesOf([group('a', 100)]);
    expect(go('PageDown', 50, many)).toBe(59);
    expect(go('PageUp', 50, many)).toBe(41);
    expect(lineByKey('PageDown', many, { at: 5, stop: 0 }, { top: 0, height: 10 })).toBe(6);
  });

  test('mean nothing here where they are others, and lead nowhere in an empty list', () => {
    for (const key of ['Enter', 'a', 'Tab', 'constructor', 'ArrowLeft']) expect(go(key, 1)).toBeNull();
    for (const key of ['ArrowDown', 'ArrowUp', 'Home', 'End', 'PageUp', 'PageDown'])
      expect(go(key, -1, [])).toBe(-1);
  });
});

test('A line out of sight is scrolled to by the shortest way, and one in sight not at all.', () => {
  const sight = { top: 240, height: 100 };
  expect([9, 10, 13, 14].map((at) => scrollTo(at, sight))).toEqual([216, null, null, 15 * 24 - 100]);
  expect(scrollTo(10, { top: 240, height: 24 })).toBeNull();
});
