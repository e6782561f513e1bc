import { describe, expect, test } from 'vitest';
import { ConnectionId, type SeriesField } from '../../../../../src-main/contract/model/model.ts';
import type { SeriesFrame } from '../../../../../src-main/contract/model/series.ts';
import { plainMemory, type KeptValues } from '../../../../../src-renderer/state/browser/memory.ts';
import { createCharts, fieldName, type KeptCharts } from '../../../../../src-renderer/state/chart/charts.ts';
import { windowCharts } from '../../../../../src-renderer/state/chart/window-charts.ts';
import type { FollowOptions } from '../../../../../src-renderer/state/engine/follow.ts';

const field = (key: string, ...path: (string | number)[]) => ({ key, path });

interface Opened {
  readonly name: string;
  readonly params: { readonly fields: readonly SeriesField[]; readonly spanMs: unknown };
  take: (frame: SeriesFrame) => void;
}

/** As without a profile: by this window, for the address. */
function keptIn(memory: KeptValues): KeptCharts {
  const place = windowCharts(memory);
  const home = { profileId: null, address: 'mqtt://lab' };
  return { open: () => place.read(home), set: (pinned) => place.write(home, pinned), close: () => undefined };
}

function bench(memory = plainMemory()) {
  const asked: { readonly fields: unknown; readonly spanMs: unknown }[] = [];
  const streams: Opened[] = [];
  let taking: ((frame: SeriesFrame) => void) | null = null;
  const session = {
    connectionId: ConnectionId.parse('c1'),
    client: {
      stream: (name: string, params: Opened['params']) => {
        streams.push({ name, params, take: () => undefined });
        return asked.push(params);
      },
      call: () => undefined,
    },
  };
  const follow = <I>(options: FollowOptions<I>) => {
    options.open();
    taking = options.take as (frame: SeriesFrame) => void;
    const opened = streams.at(-1);
    if (opened !== undefined) opened.take = taking;
    return () => void (taking = null);
  };
  const charts = createCharts(session as never, keptIn(memory), { follow });
  return {
    charts,
    asked,
    streams,
    memory,
    take: (frame: SeriesFrame) => taking?.(frame),
    isOpen: () => taking !== null,
  };
}

describe('the chart of a connection', () => {
  test('shows what the selected topic has, until somebody chooses', () => {
    const { charts } = bench();
    charts.suggest([field('a', 't')]);
    charts.suggest([field('b')]);
    expect(charts.store.getState()).toMatchObject({ fields: [field('b')], own: false });
    charts.add(field('b', 'x'));
    charts.suggest([field('c')]);
    expect(charts.store.getState()).toMatchObject({ fields: [field('b'), field('b', 'x')], own: true });
    charts.show(null);
    expect(charts.store.getState()).toMatchObject({ fields: [field('c')], own: false });
  });

  test('has what is decoded from the decoder, and the rest from the connection, in one list', () => {
    const { charts, streams } = bench();
    const chain = [{ decoder: 'cbor' as const, option: '' }];
    charts.watch(true);
    charts.show([{ ...field('a', 't'), chain }, field('b'), { ...field('a', 'u'), chain }]);
    const last = streams.slice(-2);
    expect(last.map(({ name, params }) => [name, params.fields.map(({ path }) => path.join())])).toEqual([
      ['series', ['']],
      ['decodedSeries', ['t', 'u']],
    ]);
    const news = (without: number) => ({
      reset: true,
      stepMs: 1,
      firstIndex: 0,
      points: new Uint8Array(),
      without,
      notKnown: 0,
    });
    last[1]?.take({ series: [news(1), news(3)], now: 5, reading: true });
    last[0]?.take({ series: [news(2)], now: 4, reading: false });
    const { series, now, reading } = charts.store.getState();
    expect(series.map(({ without }) => without)).toEqual([1, 2, 3]);
    expect({ now, reading }).toEqual({ now: 5, reading: true });
  });

  test('has each field once, and eight at most', () => {
    const { charts } = bench();
    for (let count = 0; count < 20; count++) charts.add(field(`t${count % 10}`));
    expect(charts.store.getState().fields).toHaveLength(8);
    charts.remove(field('t3'));
    expect(charts.store.getState().fields).not.toContainEqual(field('t3'));
  });

  test('is read while it is looked at, and again for another span', () => {
    const { charts, asked, isOpen } = bench();
    charts.suggest([field('a')]);
    expect(asked).toEqual([]);
    charts.watch(true);
    charts.setSpan(null);
    expect(asked.map(({ spanMs }) => spanMs)).toEqual([300_000, null]);
    // The same again is nothing new.
    charts.suggest([field('a')]);
    expect(asked).toHaveLength(2);
    charts.watch(false);
    expect(isOpen()).toBe(false);
  });

  test('takes what is new of each series', () => {
    const { charts, take } = bench();
    charts.suggest([field('a'), field('b')]);
    charts.watch(true);
    const points = new Uint8Array(Float64Array.from([1, 1_000, 5, 5, 5, 1, 5]).buffer);
    const one = { reset: true, stepMs: 1_000, firstIndex: 0, points, without: 0, notKnown: 0 };
    take({ series: [one, null], now: 2_000, reading: true });
    take({ series: [null, one], now: 3_000, reading: false });
    const { series, now, reading } = charts.store.getState();
    expect(series.map(({ points: all }) => all.map(({ last }) => last))).toEqual([[5], [5]]);
    expect({ now, reading }).toEqual({ now: 3_000, reading: false });
  });
});

describe('a pinned chart', () => {
  test('is there after a restart, for the same broker', () => {
    const { charts, memory } = bench();
    charts.show([field('plant/press/telemetry', 't'), field('b')]);
    charts.pin('/');
    charts.show([field('b')]);
    charts.pin('/');
    const again = bench(memory).charts;
    expect(again.store.getState().pinned.map(({ name }) => name)).toEqual(['t of telemetry and 1 more', 'b']);
    again.show(again.store.getState().pinned[0]?.fields ?? []);
    expect(again.store.getState()).toMatchObject({ own: true, fields: [{ path: ['t'] }, { key: 'b' }] });
    again.unpin('b');
    expect(bench(memory).charts.store.getState().pinned).toHaveLength(1);
  });

  test('is what another window made of them, and a profile leaves what the address has', () => {
    const memory = plainMemory();
    memory.set('charts mqtt://lab', JSON.stringify([{ name: 'x', fields: [field('a')] }]));
    windowCharts(memory).write({ profileId: 'p1', address: 'mqtt://lab' }, []);
    expect(windowCharts(memory).read({ profileId: 'p1', address: 'mqtt://lab' })).toHaveLength(1);
    let change: Parameters<KeptCharts['open']>[0] = () => undefined;
    const kept = {
      open: (changed: typeof change) => {
        change = changed;
        return [];
      },
      set: () => undefined,
      close: () => undefined,
    };
    const charts = createCharts({} as never, kept);
    change([{ name: 'y', fields: [field('b')] }]);
    expect(charts.store.getState().pinned.map(({ name }) => name)).toEqual(['y']);
  });

  test('does not take the place of another whose name would be the same', () => {
    const { charts } = bench();
    for (const line of ['line-6', 'line-7', 'line-7']) {
      charts.show([field(`${line}/press`, 't')]);
      charts.pin('/');
    }
    const { pinned } = charts.store.getState();
    expect(pinned).toEqual([
      { name: 't of press', fields: [field('line-6/press', 't')] },
      { name: 't of press (2)', fields: [field('line-7/press', 't')] },
    ]);
    charts.show([field('line/6.press', 't')]);
    charts.pin('.');
    expect(charts.store.getState().pinned.at(-1)?.name).toBe('t of press (3)');
    charts.unpin('t of press (3)');
    charts.unpin('t of press');
    expect(charts.store.getState().pinned).toEqual(pinned.slice(1));
  });

  test('that another version wrote is left out, and the others stay', () => {
    const memory = plainMemory();
    memory.set(
      'charts mqtt://lab',
      JSON.stringify([{ name: 'x', fields: 'y' }, 7, { name: 'ok', fields: [field('a')] }]),
    );
    expect(bench(memory).charts.store.getState().pinned).toEqual([{ name: 'ok', fields: [field('a')] }]);
    memory.set('charts mqtt://lab', '{broken');
    expect(bench(memory).charts.store.getState().pinned).toEqual([]);
  });
});

test('a field is named by the way to it, a payload that is the number by its topic', () => {
  const press = { last: 'press', topic: 'plant/press' };
  expect(fieldName(field('plant/press', 'rms', 'z'), '/')).toEqual({ field: 'rms.z', ...press });
  expect(fieldName(field('plant/press'), '/')).toEqual({ field: 'press', ...press });
  expect(fieldName(field('plant/1.press'), '.')).toMatchObject({ field: 'press', last: 'press' });
});
