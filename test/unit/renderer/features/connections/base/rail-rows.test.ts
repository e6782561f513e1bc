import { expect, test } from 'vitest';
import { ConnectionOptions, Profile } from '../../../../../../src-main/contract/model/model.ts';
import {
  dropPlace,
  folderPaths,
  matching,
  placeWords,
  savedOrder,
  savedRows,
  stepPlace,
} from '../../../../../../src-renderer/features/connections/base/rail-rows.ts';

function profile(id: string, folder = '', more: Partial<Profile> = {}): Profile {
  const options = ConnectionOptions.parse({
    name: `Name ${id}`,
    protocol: 'mqtt',
    host: `${id}.example`,
    port: 1,
  });
  return { ...Profile.parse({ id, options, folder }), ...more };
}

const LIST = [
  profile('a'),
  profile('z1', 'zoo'),
  profile('b'),
  profile('o1', 'customers/oslo'),
  profile('c1', 'customers'),
  profile('c2', 'customers'),
];

const shown = (collapsed: readonly string[] = []) =>
  savedRows(LIST, new Set(collapsed)).map((row) =>
    row.kind === 'folder'
      ? `${'.'.repeat(row.level)}${row.name}/${row.count}`
      : `${'.'.repeat(row.level)}${row.profile.id}`,
  );

test('folders come by name after the profiles of their level, with all that is in them', () => {
  expect(shown()).toEqual(['a', 'b', 'customers/3', '.c1', '.c2', '.oslo/1', '..o1', 'zoo/1', '.z1']);
});

test('a collapsed folder keeps its count and hides what is in it', () => {
  expect(shown(['customers'])).toEqual(['a', 'b', 'customers/3', 'zoo/1', '.z1']);
  expect(shown(['customers/oslo', 'gone'])).toContain('.oslo/1');
  expect(shown(['customers/oslo'])).not.toContain('..o1');
});

test('the order for the keys 1 to 9 is the one that is shown, collapsed or not', () => {
  expect(savedOrder(LIST).map(({ id }) => id)).toEqual(['a', 'b', 'c1', 'c2', 'o1', 'z1']);
});

test('a folder that holds only folders is one that can be moved to, by the very path of its row', () => {
  const list = [profile('p', 'b/deep/er'), profile('q', '/a//x/'), profile('r')];
  expect(folderPaths(list)).toEqual(['a', 'a/x', 'b', 'b/deep', 'b/deep/er']);
  const rows = savedRows(list, new Set()).flatMap((row) => (row.kind === 'folder' ? [row.path] : []));
  expect(folderPaths(list)).toEqual(rows);
  expect(folderPaths([profile('r')])).toEqual([]);
});

test('every word of a search has to be somewhere', () => {
  const found = (query: string) => matching(LIST, query).map(({ id }) => id);
  expect(found('  ')).toHaveLength(LIST.length);
  expect(found('OSLO')).toEqual(['o1']);
  expect(found('customers c2.ex')).toEqual(['c2']);
  expect(found('customers zoo')).toEqual([]);
  expect(matching([profile('p', '', { colour: 'red' })], 'production')).toHaveLength(1);
});

/** What the engine does with a move. */
function moved(list: readonly Profile[], id: string, to: { before: string | null; folder: string } | null) {
  if (to === null) return list;
  const one = list.find((other) => other.id === id);
  const rest = list.filter((other) => other.id !== id);
  const at = to.before === null ? rest.length : rest.findIndex((other) => other.id === to.before);
  return one === undefined ? rest : rest.toSpliced(at, 0, { ...one, folder: to.folder });
}

test('steps go through the list as it is shown, from folder to folder, and stop at the ends', () => {
  let list: readonly Profile[] = LIST;
  const trail: string[] = [];
  for (let step = 0; step < 8; step++) {
    const to = stepPlace(list, 'a', 1);
    list = moved(list, 'a', to);
    trail.push(
      to === null
        ? 'end'
        : `${to.folder}:${savedOrder(list)
            .map(({ id }) => id)
            .join(' ')}`,
    );
  }
  expect(trail).toEqual([
    ':b a c1 c2 o1 z1',
    'customers:b a c1 c2 o1 z1',
    'customers:b c1 a c2 o1 z1',
    'customers:b c1 c2 a o1 z1',
    'customers/oslo:b c1 c2 a o1 z1',
    'customers/oslo:b c1 c2 o1 a z1',
    'zoo:b c1 c2 o1 a z1',
    'zoo:b c1 c2 o1 z1 a',
  ]);
  expect(stepPlace(list, 'a', 1)).toBeNull();
  for (let step = 0; step < 8; step++) list = moved(list, 'a', stepPlace(list, 'a', -1));
  expect(savedOrder(list).map(({ id }) => id)).toEqual(['a', 'b', 'c1', 'c2', 'o1', 'z1']);
  expect(list.find(({ id }) => id === 'a')?.folder).toBe('');
  expect(stepPlace(list, 'a', -1)).toBeNull();
  expect(stepPlace(list, 'no such', 1)).toBeNull();
});

test('a drop lands before or after a profile, or at the end of a folder', () => {
  const without = LIST.filter(({ id }) => id !== 'a');
  const at = (kind: 'profile' | 'folder', id: string, after = false) =>
    dropPlace(without, { kind, id, after });
  expect(at('profile', 'c1')).toEqual({ before: 'c1', folder: 'customers' });
  expect(at('profile', 'c1', true)).toEqual({ before: 'c2', folder: 'customers' });
  expect(at('profile', 'c2', true)).toEqual({ before: null, folder: 'customers' });
  expect(at('folder', 'customers/oslo')).toEqual({ before: null, folder: 'customers/oslo' });
});

test('a place is given in words', () => {
  expect(placeWords(LIST, 'c2')).toBe('2 of 2 in customers');
  expect(placeWords(LIST, 'b')).toBe('2 of 2 without a folder');
});
