import { describe, expect, it } from 'vitest';
import { ViewSpec } from '../../../../../src-main/contract/model/view.ts';
import {
  DEFAULT_COLUMNS,
  dropBefore,
  fieldColumn,
  fieldPath,
  fieldsOf,
  frozen,
  isDefault,
  lookOf,
  moved,
  placed,
  MOST_WIDTH,
  LEAST_WIDTH,
  resized,
  toggled,
  tracksOf,
  TreeColumns,
  type Columns,
} from '../../../../../src-renderer/state/tree/tree-columns.ts';

/** Storage of a page, as a map; `full`: it takes nothing. */
function storage(full = false) {
  const values = new Map<string, string>();
  return {
    values,
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => {
      if (full) throw new Error('full');
      values.set(key, value);
    },
  };
}

const ids = (columns: Columns): string => columns.map(({ id }) => id).join(' ');

describe('the columns of the tree', () => {
  it('are shown and hidden, a new one at the end', () => {
    const sized = toggled(DEFAULT_COLUMNS, 'size');
    expect(ids(sized)).toBe('value messages rate seen size');
    expect(ids(toggled(toggled(sized, 'rate'), 'rate'))).toBe('value messages seen size rate');
    expect([isDefault(DEFAULT_COLUMNS), isDefault(sized), isDefault([])]).toEqual([true, false, false]);
  });

  it('move one place, and not beyond the ends', () => {
    expect(ids(moved(DEFAULT_COLUMNS, 'rate', -1))).toBe('value rate messages seen');
    expect(moved(DEFAULT_COLUMNS, 'value', -1)).toBe(DEFAULT_COLUMNS);
    expect(moved(DEFAULT_COLUMNS, 'seen', 1)).toBe(DEFAULT_COLUMNS);
    expect(moved(DEFAULT_COLUMNS, 'size', 1)).toBe(DEFAULT_COLUMNS);
    expect(isDefault(moved(DEFAULT_COLUMNS, 'rate', -1))).toBe(false);
  });

  it('are as wide as was asked for, within what is of use', () => {
    const width = (asked: number) =>
      resized(DEFAULT_COLUMNS, 'rate', asked).find(({ id }) => id === 'rate')?.width;
    expect([width(123.4), width(1), width(1e9)]).toEqual([123, LEAST_WIDTH, MOST_WIDTH]);
  });

  it('keep the widths that they are drawn with while one is drawn', () => {
    const columns = frozen(
      resized(DEFAULT_COLUMNS, 'rate', 90),
      new Map([
        ['value', 310],
        ['rate', 104],
      ] as const),
    );
    expect(columns.map(({ width }) => width)).toEqual([310, null, 90, null]);
  });

  it('have tracks that give where there is too little room, the topic least', () => {
    expect(tracksOf(resized(DEFAULT_COLUMNS, 'rate', 90))).toBe(
      'minmax(140px, 1.2fr) minmax(80px, 1fr) minmax(48px, 80px) minmax(48px, 90px) minmax(48px, 80px)',
    );
    expect(tracksOf([])).toBe('minmax(140px, 1.2fr)');
  });
});

describe('a column of a field', () => {
  it('is one only if a view can ask for it, so that no column keeps the tree from being read', () => {
    const spec = { anchor: null, offset: 0, rows: 1, filter: '', selected: null };
    const paths = [
      ['a'],
      ['n'.repeat(1_000)],
      ['n'.repeat(1_001)],
      Array(32).fill('a'),
      Array(33).fill('a'),
      [],
    ];
    for (const path of paths as string[][]) {
      const taken = ViewSpec.safeParse({ ...spec, fields: [path] }).success;
      expect([path.length, fieldPath(fieldColumn(path)) !== null]).toEqual([path.length, taken]);
    }
  });

  it('is called by its path, and named by the last step of it', () => {
    const id = fieldColumn(['deep', 'x y', 1, 'temp']);
    expect(fieldPath(id)).toEqual(['deep', 'x y', 1, 'temp']);
    expect(lookOf(id)).toMatchObject({ name: 'temp', sorts: null, isFigure: true });
    expect(fieldsOf([...toggled(DEFAULT_COLUMNS, id), ...toggled([], fieldColumn(['t']))])).toEqual([
      ['deep', 'x y', 1, 'temp'],
      ['t'],
    ]);
  });

  it.each(['value', 'json:', 'json:{}', 'json:[]', 'json:[-1]', 'json:[null]'])('is not %s', (id) => {
    expect(fieldPath(id)).toBeNull();
  });

  it('is remembered like any other, and not where its path means nothing', () => {
    const memory = storage();
    const columns = new TreeColumns(memory, 'p1');
    columns.toggle(fieldColumn(['t']));
    columns.move(fieldColumn(['t']), -4);
    expect(ids(new TreeColumns(memory, 'p1').columns)).toBe('json:["t"] value messages rate seen');
    memory.values.set('topicscope.columns', '[["p1",[{"id":"json:x","width":null}]]]');
    expect(new TreeColumns(memory, 'p1').columns).toBe(DEFAULT_COLUMNS);
  });
});

describe('chosen columns', () => {
  it('are there again for the same profile, and for no other', () => {
    const memory = storage();
    const first = new TreeColumns(memory, 'p1');
    first.toggle('size');
    first.move('size', -2);
    first.resize('value', 333);
    const again = new TreeColumns(memory, 'p1');
    expect(ids(again.columns)).toBe('value messages size rate seen');
    expect(again.columns[0]?.width).toBe(333);
    expect(isDefault(new TreeColumns(memory, 'p2').columns)).toBe(true);
  });

  it('leave nothing behind when they are reset', () => {
    const memory = storage();
    const columns = new TreeColumns(memory, 'p1');
    columns.toggle('rate');
    columns.reset();
    expect(isDefault(columns.columns)).toBe(true);
    expect([...memory.values.values()]).toEqual(['[]']);
  });

  it.each(['nonsense', '{}', '[["p1",[{"id":"other","width":3}]]]', '[["p1",[{"id":"value","width":-3}]]]'])(
    'are the usual ones where storage holds %s',
    (stored) => {
      const memory = storage();
      memory.values.set('topicscope.columns', stored);
      expect(new TreeColumns(memory, 'p1').columns).toBe(DEFAULT_COLUMNS);
    },
  );

  it('are each there once, whatever storage says, and last without any', () => {
    const memory = storage();
    const twice = [
      { id: 'value', width: null },
      { id: 'rate', width: 60 },
      { id: 'rate', width: null },
    ];
    memory.values.set('topicscope.columns', JSON.stringify([['p1', twice]]));
    expect(ids(new TreeColumns(memory, 'p1').columns)).toBe('value rate');
    for (const none of [null, storage(true)]) {
      const columns = new TreeColumns(none, 'p1');
      columns.toggle('value');
      expect(ids(columns.columns)).toBe('messages rate seen');
    }
  });
});

describe('a column that is dragged', () => {
  const order = (columns: Columns) => columns.map(({ id }) => id).join(' ');

  it('goes before the first column whose middle lies right of the pointer, or to the end', () => {
    const drawn = [
      { id: 'value', left: 100, right: 300 },
      { id: 'rate', left: 300, right: 380 },
    ] as const;
    expect([0, 199, 200, 339, 340, 900].map((x) => dropBefore(drawn, x))).toEqual([
      'value',
      'value',
      'rate',
      'rate',
      null,
      null,
    ]);
    expect(dropBefore([], 0)).toBeNull();
  });

  it('stands where it was dropped, with its width, and nowhere else', () => {
    const columns = resized(DEFAULT_COLUMNS, 'rate', 90);
    expect(order(placed(columns, 'rate', 'value'))).toBe('rate value messages seen');
    expect(placed(columns, 'rate', 'value')[0]).toEqual({ id: 'rate', width: 90 });
    expect(order(placed(columns, 'value', 'seen'))).toBe('messages rate value seen');
    expect(order(placed(columns, 'value', null))).toBe('messages rate seen value');
  });

  it('is where it was when it is dropped beside itself, or there is no such column', () => {
    for (const [id, before] of [
      ['rate', 'rate'],
      ['rate', 'seen'],
      ['seen', null],
      ['size', 'value'],
      ['rate', 'size'],
    ] as const) {
      expect(placed(DEFAULT_COLUMNS, id, before)).toBe(DEFAULT_COLUMNS);
    }
  });

  it('is remembered in its place', () => {
    const memory = storage();
    new TreeColumns(memory, 'p').place('seen', 'value');
    expect(order(new TreeColumns(memory, 'p').columns)).toBe('seen value messages rate');
    expect(order(new TreeColumns(memory, 'other').columns)).toBe(order(DEFAULT_COLUMNS));
  });
});
