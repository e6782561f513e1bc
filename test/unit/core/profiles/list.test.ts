import { describe, expect, test } from 'vitest';
import { Profile } from '../../../../src-main/contract/model/model.ts';
import {
  cleanFolder,
  copyName,
  move,
  placeOf,
  put,
  putAfter,
  putBack,
  renameFolder,
  take,
  withFilters,
  withPinned,
} from '../../../../src-main/core/profiles/list.ts';

const profile = (id: string, folder = ''): Profile =>
  Profile.parse({ id, folder, options: { name: id, protocol: 'mqtt', host: 'h', port: 1 } });
const list = (...ids: string[]): Profile[] => ids.map((id) => profile(id));
const ids = (profiles: readonly Profile[]): string => profiles.map(({ id }) => id).join('');

describe('the list of profiles', () => {
  test('takes filters for one of its profiles, and for none that was deleted', () => {
    const filters = [{ name: 'Hot', text: 'value>70' }];
    const after = withFilters('b', filters)(list('a', 'b'));
    expect(after.map((one) => one.filters)).toEqual([undefined, filters]);
    expect(Profile.parse(after[1])).toEqual(after[1]);
    expect(withFilters('x', filters)(list('a'))).toEqual(list('a'));
  });

  test('takes what is pinned for one of its profiles, and leaves what is not named', () => {
    const watched = [{ key: 'plant/a', path: ['t', 0] }];
    const charts = [{ name: 't of a', fields: [{ key: 'plant/a', path: ['t'] }] }];
    const after = withPinned('b', { charts })(withPinned('b', { watched })(list('a', 'b')));
    expect(after.map((one) => [one.watched, one.charts])).toEqual([
      [undefined, undefined],
      [watched, charts],
    ]);
    expect(Profile.parse(after[1])).toEqual(after[1]);
    expect(withPinned('b', { watched: [] })(after)[1]).toMatchObject({ watched: [], charts });
    expect(withPinned('x', { watched })(list('a'))).toEqual(list('a'));
  });

  test('takes a profile in its place, at the end, or after another', () => {
    expect(ids(put(profile('b'))(list('a', 'b', 'c')))).toBe('abc');
    expect(ids(put(profile('d'))(list('a', 'b')))).toBe('abd');
    expect(ids(putAfter('a', profile('x'))(list('a', 'b')))).toBe('axb');
    expect(ids(putAfter('gone', profile('x'))(list('a', 'b')))).toBe('abx');
    // Made twice, as after a write of which nobody knows whether it was done.
    expect(ids(putAfter('a', profile('x'))(putAfter('a', profile('x'))(list('a', 'b'))))).toBe('axb');
  });

  test.each([
    ['a', null, 'bcda'],
    ['d', 'a', 'dabc'],
    ['a', 'd', 'bcad'],
    ['b', 'c', 'abcd'],
    ['b', 'b', 'abcd'],
    ['b', 'gone', 'acdb'],
    ['gone', 'a', 'abcd'],
  ])('moves %s before %s', (id, before, after) => {
    const moved = move(id, before, ' Works / North/ ')(list('a', 'b', 'c', 'd'));
    expect(ids(moved)).toBe(after);
    const folders = moved.filter(({ folder }) => folder !== '').map((one) => `${one.id}:${one.folder}`);
    expect(folders).toEqual(id === 'gone' ? [] : [`${id}:Works/North`]);
  });

  test('takes a profile back next to what is left of its neighbours', () => {
    const before = list('a', 'b', 'c', 'd');
    const back = putBack(profile('c'), placeOf(before, 'c'));
    expect(ids(back(take('c')(before)))).toBe('abcd');
    expect(ids(back(list('a', 'x', 'd')))).toBe('acxd');
    expect(ids(back(list('d', 'x')))).toBe('cdx');
    expect(ids(back(list()))).toBe('c');
    expect(ids(back(before))).toBe('abcd');
  });

  test('renames a folder with all in it, and nothing that only begins alike', () => {
    const folders = ['Works', 'Works/North', 'Workshop', 'Other/Works', ''];
    const before = folders.map((folder, at) => profile(String(at), folder));
    const after = (from: string, to: string) => renameFolder(from, to)(before).map(({ folder }) => folder);
    expect(after('Works', 'Plants/All')).toEqual([
      'Plants/All',
      'Plants/All/North',
      'Workshop',
      'Other/Works',
      '',
    ]);
    expect(after('Works/', '')).toEqual(['', 'North', 'Workshop', 'Other/Works', '']);
    expect(after('Works/North', 'Works')).toEqual(['Works', 'Works', 'Workshop', 'Other/Works', '']);
    expect(after('/', 'x')).toEqual(folders);
  });

  test('never makes a folder longer than the contract allows', () => {
    const deep = Array.from({ length: 60 }, () => 'abcdef').join('/');
    const [moved] = renameFolder('abcdef', 'x'.repeat(300))([profile('a', deep.slice(0, 400))]);
    expect(Profile.safeParse(moved).success).toBe(true);
    expect(cleanFolder(`${'x'.repeat(399)}/y`)).toBe('x'.repeat(399));
  });

  test('names copies apart', () => {
    expect(copyName('Plant', [])).toBe('Plant copy');
    expect(copyName('Plant', ['Plant copy', 'Plant copy 2'])).toBe('Plant copy 3');
    expect(copyName('Plant copy', ['Plant copy'])).toBe('Plant copy 2');
    expect(copyName('x'.repeat(200), [])).toHaveLength(200);
  });

  test('cuts no name within a character', () => {
    expect(copyName(`${'x'.repeat(194)}😀`, [])).toBe(`${'x'.repeat(194)} copy`);
    expect(cleanFolder(`${'x'.repeat(399)}😀`)).toBe('x'.repeat(399));
    expect(cleanFolder(`${'x'.repeat(398)}😀`)).toBe(`${'x'.repeat(398)}😀`);
  });
});
