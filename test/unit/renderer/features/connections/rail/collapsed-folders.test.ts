import { expect, test } from 'vitest';
import { CollapsedFolders } from '../../../../../../src-renderer/features/connections/rail/collapsed-folders.ts';
import { plainMemory } from '../../../../../../src-renderer/state/browser/memory.ts';

const KEY = 'folders.collapsed';
const shown = (folders: CollapsedFolders) => [...folders.store.getState()];

test('What is collapsed is so at the next start, until it is opened.', () => {
  const memory = plainMemory();
  const first = new CollapsedFolders(memory);
  first.set('Oslo', true);
  first.set('Oslo/Hall 1', true);
  first.set('Oslo', false);
  expect(shown(first)).toEqual(['Oslo/Hall 1']);
  expect(shown(new CollapsedFolders(memory))).toEqual(['Oslo/Hall 1']);
});

test('What is so already is no change, and nothing is written for it.', () => {
  const memory = plainMemory();
  const folders = new CollapsedFolders(memory);
  const before = folders.store.getState();
  folders.set('Oslo', false);
  expect([folders.store.getState() === before, memory.get(KEY)]).toEqual([true, null]);
});

test('Names that mean something to an object are names.', () => {
  const memory = plainMemory();
  const folders = new CollapsedFolders(memory);
  for (const name of ['__proto__', 'constructor', '', '\u202egnp', '😀'.slice(0, 1)]) folders.set(name, true);
  expect(shown(new CollapsedFolders(memory))).toEqual(shown(folders));
  expect(shown(folders)).toHaveLength(5);
});

test('Of thousands those that were collapsed last are remembered.', () => {
  const memory = plainMemory();
  const folders = new CollapsedFolders(memory);
  for (let at = 0; at < 700; at++) folders.set(`f${at}`, true);
  expect(shown(folders)).toHaveLength(700);
  const kept = shown(new CollapsedFolders(memory));
  expect([kept.length, kept[0], kept.at(-1)]).toEqual([500, 'f200', 'f699']);
});

test('What cannot be read opens everything, and of a mixed list its names are taken.', () => {
  const of = (text: string) => {
    const memory = plainMemory();
    memory.set(KEY, text);
    return shown(new CollapsedFolders(memory));
  };
  for (const text of ['{', 'null', '{"a":1}', '"Oslo"', '5']) expect(of(text), text).toEqual([]);
  expect(of('[1,"Oslo",null,["x"]]')).toEqual(['Oslo']);
});
