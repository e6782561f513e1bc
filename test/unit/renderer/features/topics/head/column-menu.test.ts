import { describe, expect, it } from 'vitest';
import type { Sorting } from '../../../../../../src-main/contract/model/sorting.ts';
import { columnItems } from '../../../../../../src-renderer/features/topics/head/column-menu.ts';
import {
  fieldColumn,
  TreeColumns,
  type ColumnId,
} from '../../../../../../src-renderer/state/tree/tree-columns.ts';
import type { ConnectionSession } from '../../../../../../src-renderer/state/tree/tree-session.ts';
import type { MenuAction } from '../../../../../../src-renderer/ui/controls/menu.tsx';

function opened(widths: ReadonlyMap<ColumnId, number> = new Map(), offered: readonly ColumnId[] = []) {
  const columns = new TreeColumns(null, 'p');
  const sorted: Sorting[] = [];
  const fitted: ColumnId[] = [];
  const session = { sort: (sorting: Sorting) => sorted.push(sorting) } as unknown as ConnectionSession;
  const all = () =>
    columnItems(
      session,
      columns,
      offered,
      () => widths,
      (id) => fitted.push(id),
    ).flatMap((item) => ('items' in item ? item.items : [item as MenuAction]));
  const find = (label: string): MenuAction => {
    const item = all().find((one) => one.label === label);
    if (item === undefined) throw new Error(`no ${label}`);
    return item;
  };
  return { columns, sorted, fitted, find, ids: () => columns.columns.map(({ id }) => id).join(' ') };
}

describe('the menu of the columns', () => {
  it('shows, hides, moves and resets them', () => {
    const { find, ids } = opened();
    expect(find('Reset columns').off).toBe('nothing was changed');
    find('Show Size').run();
    find('Hide Rate').run();
    expect(ids()).toBe('value messages seen size');
    find('Move Size left').run();
    expect(ids()).toBe('value messages size seen');
    expect([find('Move Value left').off, find('Move Last seen right').off]).toEqual([
      'it is the first',
      'it is the last',
    ]);
    expect(find('Reset columns').off).toBeNull();
    find('Reset columns').run();
    expect(ids()).toBe('value messages rate seen');
  });

  it('makes one wider or narrower from what is drawn, and holds the others', () => {
    const { columns, find } = opened(
      new Map([
        ['value', 300],
        ['rate', 90],
      ] as const),
    );
    find('Make Rate wider').run();
    expect(columns.columns.map(({ width }) => width)).toEqual([300, null, 114, null]);
    find('Make Messages narrower').run();
    expect(columns.columns.map(({ width }) => width)).toEqual([300, 56, 114, null]);
  });

  it('fits one to its content, as a double click does', () => {
    const { find, fitted } = opened();
    find('Fit Last seen to its content').run();
    expect(fitted).toEqual(['seen']);
  });

  it('offers the fields that are watched, four of them at once', () => {
    const fields = ['a', 'b', 'c', 'd', 'e'].map((name) => fieldColumn([name]));
    const { find, ids } = opened(new Map(), fields);
    for (const name of ['a', 'b', 'c', 'd']) find(`Show ${name}`).run();
    expect(ids()).toBe('value messages rate seen json:["a"] json:["b"] json:["c"] json:["d"]');
    expect(find('Show e').off).toBe('4 fields are shown');
    expect(find('Show Size').off).toBeNull();
    find('Hide b').run();
    expect(find('Show e').off).toBeNull();
  });

  it('sorts by late topics, the most first', () => {
    const { find, sorted } = opened();
    find('Sort by late topics').run();
    expect(sorted).toEqual([{ by: 'late', descending: true }]);
  });
});
