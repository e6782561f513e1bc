import { expect, test } from 'vitest';
import { api } from '../../../../../../src-main/contract/api.ts';
import {
  askedFor,
  chosenOf,
  type Choice,
} from '../../../../../../src-renderer/features/connections/transfer/import-entries.ts';

const entries = [
  { index: 0, folder: '' },
  { index: 3, folder: 'Oslo/Hall 1' },
  { index: 7, folder: 'Oslo' },
];
const choices = (...chosen: readonly number[]): ReadonlyMap<number, Choice> =>
  new Map(entries.map(({ index }) => [index, { chosen: chosen.includes(index), confirmed: ['ca'] }]));
const folders = (folder: string, of = entries) => askedFor(of, choices(), folder).map((one) => one.folder);

test('Those are saved that were chosen, by their own number; of an unknown one nothing is decided.', () => {
  expect(chosenOf(entries, choices(3, 7)).map(({ index }) => index)).toEqual([3, 7]);
  expect(chosenOf(entries, choices())).toEqual([]);
  expect(chosenOf(entries, new Map())).toEqual([]);
  expect(askedFor(chosenOf(entries, choices(3)), choices(3), '')).toEqual([
    { index: 3, folder: 'Oslo/Hall 1', confirmed: ['ca'] },
  ]);
  expect(askedFor(entries.slice(0, 1), new Map(), '')).toEqual([{ index: 0, folder: '', confirmed: [] }]);
});

test('A folder goes above their own, and spaces around it are none.', () => {
  expect(folders(' Import ')).toEqual(['Import', 'Import/Oslo/Hall 1', 'Import/Oslo']);
  expect(folders('  ')).toEqual(['', 'Oslo/Hall 1', 'Oslo']);
});

test('Of a place that is deeper than a profile may lie its end is cut, so that the rest is saved all the same.', () => {
  const deep = { index: 9, folder: `${'x'.repeat(395)}/😀` };
  for (const typed of ['', 'ab', 'a'.repeat(150)]) {
    const [one] = askedFor([deep], choices(), typed);
    expect(one?.folder.length).toBeLessThanOrEqual(400);
    expect(one?.folder).not.toMatch(/[\ud800-\udbff]$/);
    expect(api.importProfiles.params.safeParse({ id: 'i', entries: [one] }).success).toBe(true);
  }
});
