import { describe, expect, test, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { SeriesField } from '../../../../../src-main/contract/model/model.ts';
import {
  lineActions,
  type LineActionPorts,
} from '../../../../../src-renderer/features/inspector/line-actions.ts';
import { factOfLine, jsonLines } from '../../../../../src-renderer/features/inspector/payload/json-lines.ts';

const TEXT = ['{', '  "deep": {', '    "x": 2.50,', '    "name": "a b"', '  }', '}'].join('\n');

function bench(part: Partial<LineActionPorts> = {}, shown: { own?: boolean; fields?: SeriesField[] } = {}) {
  const watched: unknown[] = [];
  const charted: unknown[] = [];
  const setState = vi.fn();
  const setFilter = vi.fn();
  const ports = {
    key: 'plant/a',
    chain: null,
    isChosen: false,
    session: { setFilter },
    watch: {
      store: createStore(() => ({ rows: [] })),
      isWatched: () => false,
      toggle: (...item: readonly unknown[]) => watched.push(item),
    },
    charts: {
      store: createStore(() => ({ own: false, fields: [], ...shown })),
      add: (field: SeriesField) => charted.push(['add', field]),
      show: (fields: readonly SeriesField[]) => charted.push(['show', ...fields]),
    },
    tab: { setState },
    say: () => undefined,
    ...part,
  } as unknown as LineActionPorts;
  const of = (line: number) => lineActions(factOfLine(jsonLines(TEXT, TEXT, new Set()), line), ports);
  const act = (line: number, id: string) => {
    const found = of(line).find((one) => one.id === id);
    if (found === undefined) throw new Error(id);
    return found;
  };
  return { of, act, ports, watched, charted, setState, setFilter };
}

describe('On a line of a value', () => {
  test('a number that lies too deep for a profile is neither watched nor charted, and says why', () => {
    const { ports } = bench();
    const offs = (steps: number) => {
      const fact = {
        ...factOfLine(jsonLines(TEXT, TEXT, new Set()), 2),
        path: Array<string>(steps).fill('a'),
      };
      const actions = lineActions(fact, ports);
      return ['watch', 'chart'].map((id) => actions.find((one) => one.id === id)?.off);
    };
    expect(offs(64)).toEqual([null, null]);
    expect(offs(65)).toEqual(Array(2).fill('it lies too deep, or its name is too long'));
  });

  test('its buttons are Copy value, Copy path and Watch', () => {
    const { of } = bench();
    expect(
      of(2)
        .slice(0, 3)
        .map(({ label }) => label),
    ).toEqual(['Copy value', 'Copy path', 'Watch']);
  });

  test('its field can be watched by the letter W, and no more once it is', () => {
    const { act, watched } = bench();
    expect(act(2, 'watch')).toMatchObject({ label: 'Watch', keys: 'W', off: null });
    act(2, 'watch').run();
    act(0, 'watch').run();
    expect(watched).toEqual([
      ['plant/a', ['deep', 'x']],
      ['plant/a', null],
    ]);
    const rows = Array.from({ length: 100 }, () => ({}));
    const store = createStore(() => ({ rows }));
    const full = { store, isWatched: () => false, toggle: () => undefined };
    expect(bench({ watch: full as never }).act(2, 'watch').off).toContain('100');
    const on = { store, isWatched: () => true, toggle: () => undefined };
    expect(bench({ watch: on as never }).act(2, 'watch')).toMatchObject({
      label: 'Stop watching',
      off: null,
    });
  });

  test('a number is charted: instead of what nobody chose, beside what somebody did', () => {
    const field = { key: 'plant/a', path: ['deep', 'x'] };
    const alone = bench();
    alone.act(2, 'chart').run();
    expect(alone.charted).toEqual([['show', field]]);
    expect(alone.setState).toHaveBeenCalledWith({ tab: 'chart' });
    const beside = bench({}, { own: true });
    beside.act(2, 'chart').run();
    expect(beside.charted).toEqual([['add', field]]);
    const eight = Array.from({ length: 8 }, (_, at) => ({ key: 'k', path: [at] }));
    expect(bench({}, { own: true, fields: eight }).act(2, 'chart').off).toContain('8');
    expect(bench({}, { own: false, fields: eight }).act(2, 'chart').off).toBeNull();
  });

  test('of a decoded value is charted as it is decoded and watched, but no filter knows it', () => {
    const chain = [{ decoder: 'cbor' as const, option: '' }];
    const { act, charted } = bench({ chain });
    act(2, 'chart').run();
    expect(charted).toEqual([['show', { key: 'plant/a', path: ['deep', 'x'], chain }]]);
    expect(act(2, 'watch').off).toBeNull();
    expect(bench({ chain, isChosen: true }).act(2, 'watch').off).toContain('always');
    expect(act(2, 'filter-like').off).toContain('decoded');
  });

  test('a text is not charted, and an object has no value to filter by but that it is there', () => {
    const { act, setFilter } = bench();
    expect(act(3, 'chart').off).toBe('it is no number');
    act(3, 'filter-like').run();
    expect(setFilter).toHaveBeenLastCalledWith('json:deep.name="a b"');
    act(1, 'filter-like').run();
    expect(setFilter).toHaveBeenLastCalledWith('json:deep');
    expect(act(0, 'filter-like').off).not.toBeNull();
    expect(act(0, 'copy-path').off).not.toBeNull();
  });
});
