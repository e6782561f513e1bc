import { describe, expect, test } from 'vitest';
import { MAX_SAVED_FILTERS, type SavedFilter } from '../../../../../../src-main/contract/model/filters.ts';
import {
  renamed,
  whyNotSaved,
  withSaved,
} from '../../../../../../src-renderer/features/topics/filter/saved-filters.ts';
import { suggestionsFor, taken } from '../../../../../../src-renderer/features/topics/filter/suggestions.ts';

const HOT: SavedFilter = { name: 'Hot presses', text: 'press json:t>70' };
const OLD: SavedFilter = { name: 'Old', text: 'seen>1d or retain:no' };

describe('saved filters', () => {
  test('are added under their name, or take the place of the one that has it', () => {
    expect(withSaved([HOT], ' Old ', 'seen>1d or retain:no ')).toEqual([HOT, OLD]);
    expect(withSaved([HOT, OLD], 'hot PRESSES', 'x')).toEqual([{ name: 'hot PRESSES', text: 'x' }, OLD]);
  });

  test('are not saved without a name, with a problem, or beyond what a profile has room for', () => {
    const many = Array.from({ length: MAX_SAVED_FILTERS }, (_, n) => ({ name: String(n), text: 'x' }));
    expect(whyNotSaved([], 'a', 'x')).toBeNull();
    expect(whyNotSaved([], ' ', 'x')).toMatch(/name/);
    expect(whyNotSaved([], 'a', 'value>')).toMatch(/problem/);
    expect(whyNotSaved(many, 'a', 'x')).toMatch(/at most 100/);
    expect(whyNotSaved(many, '7', 'y')).toBeNull();
  });

  test('are renamed, but not to nothing and not to another one', () => {
    expect(renamed([HOT, OLD], 'Old', ' Silent ')).toEqual([HOT, { ...OLD, name: 'Silent' }]);
    expect(renamed([HOT, OLD], 'Old', 'HOT presses')).toBe('Another filter is named HOT presses.');
    expect(renamed([HOT, OLD], 'Old', ' ')).toBe('A filter needs a name.');
    expect(renamed([HOT], 'Hot presses', 'HOT PRESSES')).toEqual([{ ...HOT, name: 'HOT PRESSES' }]);
  });

  test('are all suggested where nothing is typed, and by their name where something is', () => {
    const names = (text: string) =>
      suggestionsFor(text, text.length, new Map(), [HOT, OLD])
        .list.filter(({ group }) => group === 'Saved filters')
        .map(({ shown }) => shown);
    expect(names('')).toEqual(['Hot presses', 'Old']);
    expect(names('ho')).toEqual(['Hot presses']);
    expect(names('old')).toEqual(['Old']);
    expect(names('presses')).toEqual([]);
  });

  test('take the place of what was typed, in brackets where there is more', () => {
    const take = (text: string): string => {
      const suggested = suggestionsFor(text, text.length, new Map(), [HOT, OLD]);
      const saved = suggested.list.find(({ group }) => group === 'Saved filters');
      return saved === undefined ? text : taken(text, suggested, saved).text;
    };
    expect(take('')).toBe('press json:t>70 ');
    expect(take('ol')).toBe('seen>1d or retain:no ');
    expect(take('hall ol')).toBe('hall (seen>1d or retain:no) ');
  });
});
