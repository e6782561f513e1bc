import { describe, expect, test } from 'vitest';
import {
  MAX_COLOURS,
  MAX_SAVED_FILTERS,
  type SavedFilter,
} from '../../../../../../src-main/contract/model/filters.ts';
import {
  coloured,
  colourRules,
  moved,
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
      suggestionsFor(text, text.length, { saved: [HOT, OLD] })
        .list.filter(({ group }) => group === 'Saved filters')
        .map(({ shown }) => shown);
    expect(names('')).toEqual(['Hot presses', 'Old']);
    expect(names('ho')).toEqual(['Hot presses']);
    expect(names('old')).toEqual(['Old']);
    expect(names('presses')).toEqual([]);
  });

  test('take the place of what was typed, in brackets where there is more', () => {
    const take = (text: string): string => {
      const suggested = suggestionsFor(text, text.length, { saved: [HOT, OLD] });
      const saved = suggested.list.find(({ group }) => group === 'Saved filters');
      return saved === undefined ? text : taken(text, suggested, saved).text;
    };
    expect(take('')).toBe('press json:t>70 ');
    expect(take('ol')).toBe('seen>1d or retain:no ');
    expect(take('hall ol')).toBe('hall (seen>1d or retain:no) ');
  });
});

describe('colour rules', () => {
  const RED = { ...HOT, colour: 'red' as const };

  test('are the saved filters with a colour, in their order', () => {
    expect(colourRules([OLD, RED, { ...OLD, name: 'Older', colour: 'blue' }])).toEqual([
      RED,
      { ...OLD, name: 'Older', colour: 'blue' },
    ]);
  });

  test('are as many as go with a look, also from a file that holds more, or longer ones', () => {
    const many = Array.from({ length: MAX_COLOURS + 3 }, (_, n) => ({ ...RED, name: String(n) }));
    const long = { ...RED, name: 'long', text: 'x'.repeat(1_001) };
    expect(colourRules([long, ...many]).map(({ name }) => name)).toEqual(
      many.slice(0, MAX_COLOURS).map(({ name }) => name),
    );
  });

  test('get a colour, another one or none, and keep it under a new name and with a new text', () => {
    expect(coloured([OLD, HOT], HOT.name, 'red')).toEqual([OLD, RED]);
    expect(coloured([RED], HOT.name, 'blue')).toEqual([{ ...HOT, colour: 'blue' }]);
    expect(coloured([RED], HOT.name, null)).toEqual([HOT]);
    expect(renamed([RED], HOT.name, 'Hotter')).toEqual([{ ...RED, name: 'Hotter' }]);
    expect(withSaved([RED], 'hot presses', 'value>80')).toEqual([
      { name: 'hot presses', text: 'value>80', colour: 'red' },
    ]);
  });

  test('get none beyond what is possible, and say why', () => {
    const many = Array.from({ length: MAX_COLOURS }, (_, n) => ({ ...RED, name: String(n) }));
    expect(coloured([...many, HOT], HOT.name, 'red')).toMatch(/At most 16/);
    expect(coloured(many, '3', 'blue')).toHaveLength(MAX_COLOURS);
    expect(coloured([...many, HOT], HOT.name, null)).toHaveLength(MAX_COLOURS + 1);
    expect(coloured([{ name: 'Long', text: 'x'.repeat(1_001) }], 'Long', 'red')).toMatch(/1000 characters/);
    expect(coloured([OLD], 'Gone', 'red')).toBe('Gone is not there any more.');
  });

  test('are moved up and down, and stay where there is no further way', () => {
    expect(moved([HOT, OLD], 'Old', -1)).toEqual([OLD, HOT]);
    expect(moved([HOT, OLD], HOT.name, 1)).toEqual([OLD, HOT]);
    expect(moved([HOT, OLD], HOT.name, -1)).toEqual([HOT, OLD]);
    expect(moved([HOT, OLD], 'Old', 1)).toEqual([HOT, OLD]);
    expect(moved([HOT], 'Gone', 1)).toEqual([HOT]);
  });
});
