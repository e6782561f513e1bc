import { expect, test } from 'vitest';
import { isEnter, shortcutKey } from '../../../../../src-renderer/ui/base/pressed-key.ts';

test('A Latin letter counts as itself, wherever it lies; in another alphabet the place of the key counts.', () => {
  expect(shortcutKey({ key: 'K', code: 'KeyK' })).toBe('k');
  expect(shortcutKey({ key: 'a', code: 'KeyQ' })).toBe('a');
  expect(shortcutKey({ key: 'л', code: 'KeyK' })).toBe('k');
  expect(shortcutKey({ key: 'ע', code: 'KeyG' })).toBe('g');
  expect(shortcutKey({ key: 'é', code: 'Digit2' })).toBe('é');
  expect(shortcutKey({ key: 'ж', code: 'Semicolon' })).toBe(';');
});

test('A key without a place, or of a place without a name, is what it writes.', () => {
  expect(shortcutKey({ key: 'Л' })).toBe('л');
  expect(shortcutKey({ key: 'Л', code: 'IntlRo' })).toBe('л');
  expect(shortcutKey({ key: 'ArrowDown', code: 'ArrowDown' })).toBe('arrowdown');
  expect(shortcutKey({ key: '', code: '' })).toBe('');
});

test('Enter that takes characters being put together is not Enter.', () => {
  const press = (key: string, isComposing: boolean) => isEnter({ key, nativeEvent: { isComposing } });
  expect([press('Enter', false), press('Enter', true), press('a', false)]).toEqual([true, false, false]);
});
