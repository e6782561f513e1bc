import { describe, expect, test } from 'vitest';
import { moveTabStop, type Stop } from '../../../../../src-renderer/features/topics/roving-focus.ts';

/** Rows that note what is done to them, in the order in which it is done. */
function rows() {
  const done: string[] = [];
  const row = (name: string): Stop => ({
    set tabIndex(value: number) {
      done.push(`${name} ${String(value)}`);
    },
    focus: () => void done.push(`focus ${name}`),
  });
  return { done, a: row('a'), b: row('b') };
}

describe('the tab stop', () => {
  test('goes to the next row with the focus, and only then leaves the one before', () => {
    const { done, a, b } = rows();
    expect(moveTabStop(a, b, true)).toBe(b);
    expect(done).toEqual(['b 0', 'focus b', 'a -1']);
  });

  test('goes without the focus where that is elsewhere', () => {
    const { done, a, b } = rows();
    moveTabStop(a, b, false);
    expect(done).toEqual(['b 0', 'a -1']);
  });

  test('stays where it is, and gets the focus back there', () => {
    const { done, a } = rows();
    expect(moveTabStop(a, a, false)).toBe(a);
    expect(done).toEqual([]);
    moveTabStop(a, a, true);
    expect(done).toEqual(['focus a']);
  });

  test('is nowhere while no row is drawn, and comes back with one', () => {
    const { done, a, b } = rows();
    expect(moveTabStop(a, null, true)).toBeNull();
    moveTabStop(null, b, true);
    expect(done).toEqual(['a -1', 'b 0', 'focus b']);
  });
});
