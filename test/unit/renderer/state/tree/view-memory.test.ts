import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  MAX_EXPANDED,
  remember,
  remembered,
  type WebStorage,
} from '../../../../../src-renderer/state/tree/view-memory.ts';

const NOTHING = {
  selected: null,
  expanded: [],
  all: false,
  level: 1,
  touched: false,
  sorting: { by: 'name' as const, descending: false },
};

function storage(first: string | null = null): WebStorage & { text: string | null } {
  const kept = {
    text: first,
    getItem: () => kept.text,
    setItem: (_key: string, value: string) => void (kept.text = value),
  };
  return kept;
}

describe('a view over a reload', () => {
  test('is as it was left, for each connection by itself', () => {
    const memory = storage();
    const view = {
      selected: 'plant/a',
      expanded: ['plant', ''],
      all: false,
      level: 3,
      touched: true,
      sorting: { by: 'name' as const, descending: false },
    };
    remember(memory, 'one', view);
    remember(memory, 'two', { ...NOTHING, all: true, touched: true });
    expect(remembered(memory, 'one')).toEqual(view);
    expect(remembered(memory, 'two')).toEqual({ ...NOTHING, all: true, touched: true });
    expect(remembered(memory, 'three')).toEqual(NOTHING);
    remember(memory, 'one', NOTHING);
    expect(remembered(memory, 'one')).toEqual(NOTHING);
  });

  test('is remembered of the last twenty connections, each with so many opened rows', () => {
    const memory = storage();
    for (let i = 0; i < 25; i++) remember(memory, `c${i}`, { ...NOTHING, selected: `t/${i}` });
    expect(remembered(memory, 'c4')).toEqual(NOTHING);
    expect(remembered(memory, 'c5').selected).toBe('t/5');
    // Whoever is used again is not the oldest any more.
    remember(memory, 'c5', { ...NOTHING, selected: 'again' });
    remember(memory, 'new', NOTHING);
    expect(remembered(memory, 'c5').selected).toBe('again');
    const expanded = Array.from({ length: MAX_EXPANDED + 50 }, (_, i) => `t/${i}`);
    remember(memory, 'many', { ...NOTHING, expanded });
    expect(remembered(memory, 'many').expanded).toEqual(expanded.slice(0, MAX_EXPANDED));
  });

  test('is nothing where storage is missing, full or forbidden', () => {
    const refuse = (): never => {
      throw new Error('denied');
    };
    for (const memory of [null, { getItem: refuse, setItem: refuse }]) {
      remember(memory, 'one', { ...NOTHING, all: true });
      expect(remembered(memory, 'one')).toEqual(NOTHING);
    }
  });

  test('is a view whatever lies in the storage', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string(), fc.constant('[["one",{"expanded":[1,"a"]}]]')), (text) => {
        const view = remembered(storage(text), 'one');
        expect(view.selected === null || typeof view.selected === 'string').toBe(true);
        expect(view.expanded.every((key) => typeof key === 'string')).toBe(true);
        expect(typeof view.all).toBe('boolean');
      }),
      { numRuns: 300, seed: 23 },
    );
    expect(remembered(storage('[["one",{"expanded":[1,"a"],"all":1}]]'), 'one')).toEqual({
      ...NOTHING,
      expanded: ['a'],
      touched: true,
    });
    expect(remembered(storage('[["one",{"level":0,"touched":1}]]'), 'one')).toEqual(NOTHING);
  });
});
