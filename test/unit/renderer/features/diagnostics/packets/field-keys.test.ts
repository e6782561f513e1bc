import { expect, test } from 'vitest';
import type { PacketField } from '../../../../../../src-main/contract/session/packets.ts';
import { fieldKey, fieldRows } from '../../../../../../src-renderer/features/diagnostics/packets/fields.ts';

const field = (name: string, ...children: PacketField[]): PacketField =>
  ({ name, value: '', offset: 0, length: 1, children }) as PacketField;
const FIELDS = [field('header', field('type'), field('flags', field('dup'))), field('length')];

/** What keys do, by the paths of the rows. */
function tree(...closed: readonly string[]) {
  const shut = new Set(closed);
  const rows = fieldRows(FIELDS, shut);
  return (key: string, path: string) => {
    const meant = fieldKey(
      key,
      rows,
      rows.findIndex((row) => row.path === path),
      shut,
    );
    return meant === null ? null : 'row' in meant ? `${meant.kind} ${meant.row.path}` : meant.kind;
  };
}

test('Arrows walk over the rows that are shown, and stop at both ends.', () => {
  const key = tree('0.1');
  expect(['0', '0.0', '0.1', '1'].map((path) => key('ArrowDown', path))).toEqual([
    'go 0.0',
    'go 0.1',
    'go 1',
    'stay',
  ]);
  expect([key('ArrowUp', '0'), key('ArrowUp', '1'), key('Home', '1'), key('End', '0')]).toEqual([
    'stay',
    'go 0.1',
    'go 0',
    'go 1',
  ]);
});

test('The right arrow opens, then goes in; the left one closes, then goes to the parent.', () => {
  const key = tree('0.1');
  expect([key('ArrowRight', '0.1'), key('ArrowRight', '0'), key('ArrowRight', '0.0')]).toEqual([
    'toggle 0.1',
    'go 0.0',
    'stay',
  ]);
  expect([
    key('ArrowLeft', '0'),
    key('ArrowLeft', '0.1'),
    key('ArrowLeft', '0.0'),
    key('ArrowLeft', '1'),
  ]).toEqual(['toggle 0', 'go 0', 'go 0', 'stay']);
  expect(tree()('ArrowLeft', '0.1.0')).toBe('go 0.1');
});

test('Other keys are not those of the tree, and a tree without rows has none.', () => {
  const key = tree();
  for (const other of ['Enter', ' ', 'a', 'PageDown', 'Tab']) expect(key(other, '0')).toBeNull();
  expect(key('ArrowDown', 'gone')).toBeNull();
  expect(fieldKey('Home', [], 0, new Set())).toBeNull();
});
