import { expect, test } from 'vitest';
import { isPressed } from '../../../../../src-renderer/app/commands/is-pressed.ts';

const press = (key: string, ...held: ('ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey')[]) => ({
  key,
  ctrlKey: held.includes('ctrlKey'),
  metaKey: held.includes('metaKey'),
  shiftKey: held.includes('shiftKey'),
  altKey: held.includes('altKey'),
});

test('Mod is Ctrl, and Cmd on a Mac', () => {
  expect(isPressed(press('k', 'ctrlKey'), 'Mod+K', false)).toBe(true);
  expect(isPressed(press('k', 'metaKey'), 'Mod+K', false)).toBe(false);
  expect(isPressed(press('k', 'metaKey'), 'Mod+K', true)).toBe(true);
  expect(isPressed(press('k', 'ctrlKey'), 'Mod+K', true)).toBe(false);
});

test('a key with more or less held than asked for is another key', () => {
  expect(isPressed(press('F', 'ctrlKey', 'shiftKey'), 'Mod+Shift+F', false)).toBe(true);
  expect(isPressed(press('F', 'ctrlKey', 'shiftKey'), 'Mod+F', false)).toBe(false);
  expect(isPressed(press('f', 'ctrlKey', 'altKey'), 'Mod+F', false)).toBe(false);
  expect(isPressed(press('f'), 'Mod+F', false)).toBe(false);
});

test('a character that needs Shift on some keyboards counts with it', () => {
  expect(isPressed(press('/', 'ctrlKey'), 'Mod+/', false)).toBe(true);
  expect(isPressed(press('/', 'ctrlKey', 'shiftKey'), 'Mod+/', false)).toBe(true);
});

test.each([
  ['л', 'KeyK', 'Mod+K'],
  ['κ', 'KeyK', 'Mod+K'],
  ['ל', 'KeyK', 'Mod+K'],
  ['ن', 'KeyK', 'Mod+K'],
  ['Л', 'KeyK', 'Mod+K'],
  ['б', 'Comma', 'Mod+,'],
])('%s counts as the key at its place (%s)', (key, code, keys) => {
  expect(isPressed({ ...press(key, 'ctrlKey'), code }, keys, false)).toBe(true);
});

test('of a Latin layout the letter counts, wherever it lies', () => {
  // Dvorak: the key at K gives t, the one at V gives k. AZERTY: the key at Q gives a.
  expect(isPressed({ ...press('t', 'ctrlKey'), code: 'KeyK' }, 'Mod+K', false)).toBe(false);
  expect(isPressed({ ...press('k', 'ctrlKey'), code: 'KeyV' }, 'Mod+K', false)).toBe(true);
  expect(isPressed({ ...press('a', 'ctrlKey'), code: 'KeyQ' }, 'Mod+Q', false)).toBe(false);
  expect(isPressed({ ...press('é', 'ctrlKey'), code: 'Digit2' }, 'Mod+2', false)).toBe(false);
});

test('a view is reached by Alt and its number, and by Ctrl on a Mac, where Alt writes characters', () => {
  expect(isPressed(press('2', 'altKey'), 'View+2', false)).toBe(true);
  expect(isPressed(press('2', 'ctrlKey'), 'View+2', false)).toBe(false);
  expect(isPressed(press('2', 'ctrlKey'), 'View+2', true)).toBe(true);
  expect(isPressed(press('2', 'altKey'), 'View+2', true)).toBe(false);
  expect(isPressed(press('2', 'ctrlKey', 'metaKey'), 'View+2', true)).toBe(false);
});

test('a digit with Shift is known by its place, as it writes another character', () => {
  const two = { ...press('"', 'altKey', 'shiftKey'), code: 'Digit2' };
  expect(isPressed(two, 'View+Shift+2', false)).toBe(true);
  expect(isPressed(two, 'View+2', false)).toBe(false);
  expect(isPressed({ ...two, code: 'Digit3' }, 'View+Shift+2', false)).toBe(false);
});
