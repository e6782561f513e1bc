import { expect, test } from 'vitest';
import { OpenedRows } from '../../../../../src-renderer/state/tree/opened-rows.ts';
import { MAX_EXPANDED } from '../../../../../src-renderer/state/tree/view-memory.ts';

const NOTHING = { expanded: [], all: false, level: 1 };
const closed = (key: string) => ({ key, expanded: false });

test('a row that was turned counts as turned until a frame shows it so', () => {
  const opened = new OpenedRows(NOTHING);
  opened.turn('a', true, true);
  expect(opened.isOpen(closed('a'))).toBe(true);
  expect(opened.arrived(() => false)).toBe(null);
  expect(opened.isOpen(closed('a'))).toBe(true);
  expect(opened.arrived(() => true)).toBe(null);
  expect(opened.isOpen(closed('a'))).toBe(false);
});

test('a row that is to be entered is reported once, by the frame that shows it open', () => {
  const opened = new OpenedRows(NOTHING);
  opened.turn('a', true, true);
  expect(opened.entersLater('b')).toBe(false);
  expect(opened.entersLater('a')).toBe(true);
  expect(opened.arrived(() => undefined)).toBe(null);
  expect(opened.arrived(() => true)).toBe('a');
  expect(opened.arrived(() => true)).toBe(null);
});

test('whoever goes elsewhere meanwhile does not enter', () => {
  const opened = new OpenedRows(NOTHING);
  opened.turn('a', true, true);
  opened.entersLater('a');
  opened.stayOut();
  expect(opened.arrived(() => true)).toBe(null);
});

test('what is opened and closed for good is what is kept', () => {
  const opened = new OpenedRows({ ...NOTHING, expanded: ['a', 'b'] });
  opened.turn('a', false, true);
  opened.turn('c', true, true);
  opened.turn('d', true, false);
  opened.turn('b', false, false);
  expect(opened.keys).toEqual(['b', 'c']);
});

test('the parents of a topic that is revealed are kept, the nearest last to be given up', () => {
  const opened = new OpenedRows(NOTHING);
  opened.reveal('a/b/c', '/');
  expect(opened.keys).toEqual(['a/b', 'a']);
  opened.reveal('x/y.z', '.');
  expect(opened.keys).toEqual(['a/b', 'a', 'x/y']);
});

test('no more rows are kept than are remembered, and the oldest go first', () => {
  const opened = new OpenedRows(NOTHING);
  for (let n = 0; n <= MAX_EXPANDED; n++) opened.turn(`t${n}`, true, true);
  expect(opened.keys.length).toBe(MAX_EXPANDED);
  expect(opened.keys[0]).toBe('t1');
  opened.turn('t1', true, true);
  expect(opened.keys.at(-1)).toBe('t1');
});

test('closing all forgets what was open, and opening all keeps it', () => {
  const opened = new OpenedRows({ ...NOTHING, expanded: ['a'] });
  opened.turnAll(true, true);
  expect([opened.all, opened.keys]).toEqual([true, ['a']]);
  opened.turnAll(false, false);
  expect([opened.all, opened.keys]).toEqual([true, ['a']]);
  opened.turnAll(false, true);
  expect([opened.all, opened.keys]).toEqual([false, []]);
});
