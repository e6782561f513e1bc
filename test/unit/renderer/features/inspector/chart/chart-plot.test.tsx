// @vitest-environment happy-dom
import { fireEvent } from '@testing-library/react';
import { createRef } from 'react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  ChartPlot,
  type PlotHandle,
} from '../../../../../../src-renderer/features/inspector/chart/chart-plot.tsx';
import { SERIES_LOOKS } from '../../../../../../src-renderer/features/inspector/chart/plot.ts';
import type { SharedAxis } from '../../../../../../src-renderer/features/inspector/chart/chart-labels.ts';
import type { SeriesPoints } from '../../../../../../src-renderer/state/chart/series-points.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { fakeCanvas, type Drawn } from '../../../../../support/window/canvas.ts';
import { live, type Live } from '../../../../../support/window/live.ts';
import { seriesOf } from '../../../../../support/window/points.ts';

const NOON = Date.UTC(2026, 10, 29, 12);
const [FROM, TO] = [NOON - 60_000, NOON];
const STEADY = seriesOf([NOON - 40_000, 1], [NOON - 20_000, 5]);

let drawn: Drawn;
let size: [number, number];
/** What was reported of the pointer, and of what was dragged over. */
let cursors: (number | null)[];
let ranges: [number, number][];

beforeEach(() => {
  drawn = fakeCanvas(new Blob(['picture']));
  size = [600, 240];
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockImplementation(() => size[0]);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockImplementation(() => size[1]);
  [cursors, ranges] = [[], []];
  colours('rgb(1, 1, 1)');
});
afterEach(async () => {
  await teardown();
  document.documentElement.removeAttribute('style');
  delete document.documentElement.dataset['theme'];
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** All colours of the theme. */
const colours = (colour: string) => {
  for (const name of ['--mut', '--line', '--panel', ...SERIES_LOOKS.map(([tone]) => tone)])
    document.documentElement.style.setProperty(name, colour);
};
const onCursor = (at: number | null) => void cursors.push(at);
const onRange = (from: number, to: number) => void ranges.push([from, to]);

interface Shown {
  readonly series?: readonly SeriesPoints[];
  readonly names?: readonly string[];
  readonly from?: number;
  readonly to?: number;
  readonly ref?: React.RefObject<PlotHandle | null>;
  readonly axes?: readonly SharedAxis[];
}
const plot = ({ series = [STEADY], names = ['t press'], from = FROM, to = TO, ref, axes }: Shown = {}) => (
  <ChartPlot
    {...{ series, names, from, to, onRange, onCursor }}
    {...(ref === undefined ? {} : { ref })}
    {...(axes === undefined ? {} : { axes })}
    sentence="What it shows."
  />
);
const box = (page: Live) => page.getByRole('img', { name: 'What it shows.' });
/** Where the lines are, and the pointer can be. */
const field = (page: Live) => box(page).querySelector<HTMLElement>('.u-over')!;
/** Lines that were drawn since then: `stroke` with a path. */
const lines = (since = 0) =>
  drawn.calls.slice(since).filter(([name, path]) => name === 'stroke' && path !== undefined);
const point = (page: Live, x: number) => {
  fireEvent.mouseEnter(field(page), { clientX: x, clientY: 20 });
  fireEvent.mouseMove(field(page), { clientX: x, clientY: 20, movementX: 1 });
};

describe('The lines of a chart', () => {
  test('are drawn at once, one for each series, with times and values beside them', () => {
    live(plot({ series: [STEADY, STEADY], names: ['t press', 'p press'] }));
    expect(lines()).toHaveLength(2);
    expect(drawn.texts().some((text) => /^\d\d:\d\d:\d\d$/.test(text))).toBe(true);
    expect(drawn.texts()).toContain('5');
  });

  test('of different measures have a plot each, above each other, with one axis of time', async () => {
    const ref = createRef<PlotHandle>();
    const page = live(
      plot({
        series: [STEADY, seriesOf([NOON - 40_000, 900_100], [NOON - 20_000, 900_500]), STEADY],
        names: ['t one', 'p one', 't two'],
        axes: [
          { name: 't', at: [0, 2] },
          { name: 'p', at: [1] },
        ],
        ref,
      }),
    );
    expect(box(page).querySelectorAll('.uplot')).toHaveLength(2);
    expect([...box(page).querySelectorAll('.insp-chart-measure')].map((one) => one.textContent)).toEqual([
      't',
      'p',
    ]);
    expect(lines()).toHaveLength(3);
    expect(drawn.texts()).toEqual(expect.arrayContaining(['5', '900,100']));
    expect(box(page).querySelectorAll('canvas')).toHaveLength(2);
    expect(drawn.texts()).not.toContain('t');
    expect(await ref.current?.png()).not.toBeNull();
    // The page writes the measures above the plots, which are no part of the drawings.
    expect(drawn.texts().filter((text) => text === 't' || text === 'p')).toEqual(['t', 'p']);
  });

  test('are drawn with a point more where a value stands alone', () => {
    live(plot({ series: [seriesOf([NOON - 5_000, 20])] }));
    expect(lines()).toHaveLength(2);
  });

  test('are drawn again for new points, several times within a frame once', async () => {
    const page = live(plot());
    await Promise.resolve();
    const before = drawn.calls.length;
    for (const value of [20, 30, 90])
      page.again(plot({ series: [seriesOf([NOON - 9_000, 1], [NOON - 5_000, value])] }));
    await expect.poll(() => lines(before).length).toBe(1);
    expect(drawn.texts()).toContain('80');
  });

  test('come and go with the fields, whose points may come later', async () => {
    const page = live(plot());
    // What it owes itself from being made is drawn by then.
    await Promise.resolve();
    const before = drawn.calls.length;
    page.again(plot({ names: ['t press', 'p press'] }));
    page.again(plot({ names: ['t press', 'p press'], series: [STEADY, STEADY] }));
    await expect.poll(() => lines(before).length).toBe(2);
    page.again(plot({ names: [], series: [] }));
    expect(box(page).querySelectorAll('.uplot')).toHaveLength(1);
  });

  test('are drawn of a series without a name, as of a topic that ends with a slash', () => {
    live(plot({ names: [''] }));
    expect(lines()).toHaveLength(1);
  });

  test('are drawn anew in the colours of another theme, and not again after they are gone', async () => {
    const page = live(plot());
    const first = box(page).querySelector('.uplot');
    colours('rgb(9, 9, 9)');
    document.documentElement.dataset['theme'] = 'light';
    await expect.poll(() => box(page).querySelector('.uplot') === first).toBe(false);
    expect(box(page).querySelectorAll('.uplot')).toHaveLength(1);
    expect(drawn.calls.findLast(([name]) => name === 'strokeStyle')).toEqual(['strokeStyle', 'rgb(9, 9, 9)']);
    page.unmount();
    const before = drawn.calls.length;
    document.documentElement.dataset['theme'] = 'dark';
    await new Promise((resolve) => requestAnimationFrame(resolve));
    expect(lines(before)).toEqual([]);
  });

  test('have room also where the pane has none, and take what it gets', async () => {
    const grown: (() => void)[] = [];
    vi.stubGlobal(
      'ResizeObserver',
      class {
        constructor(reported: () => void) {
          grown.push(reported);
        }
        observe(): void {}
        disconnect(): void {}
      },
    );
    size = [0, 0];
    const page = live(plot());
    const width = () => box(page).querySelector<HTMLElement>('.u-wrap')?.style.width;
    expect(width()).toBe('120px');
    size = [500, 300];
    for (const reported of grown) reported();
    await expect.poll(width).toBe('500px');
  });
});

describe('The pointer over a chart', () => {
  test('shows the time below it, and none once it has left', async () => {
    const page = live(plot());
    point(page, 200);
    await expect.poll(() => cursors.some((at) => at !== null && at > FROM && at < TO)).toBe(true);
    fireEvent.mouseLeave(field(page));
    await expect.poll(() => cursors.at(-1)).toBeNull();
  });

  test('has no time while nothing is drawn yet', async () => {
    const page = live(plot({ names: ['t press', 'p press'] }));
    point(page, 200);
    point(page, 210);
    await new Promise((resolve) => requestAnimationFrame(resolve));
    expect(cursors.filter((at) => at !== null)).toEqual([]);
  });

  test('chooses a part of the time by dragging, and nothing by a press', () => {
    const page = live(plot());
    point(page, 100);
    fireEvent.mouseDown(field(page), { clientX: 100, clientY: 20, button: 0 });
    fireEvent.mouseUp(field(page), { clientX: 100, clientY: 20, button: 0 });
    expect(ranges).toEqual([]);
    fireEvent.mouseDown(field(page), { clientX: 100, clientY: 20, button: 0 });
    fireEvent.mouseMove(field(page), { clientX: 300, clientY: 20, movementX: 200 });
    fireEvent.mouseUp(field(page), { clientX: 300, clientY: 20, button: 0 });
    expect(ranges).toHaveLength(1);
    const [from, to] = ranges[0]!;
    expect([from > FROM, from < to, to < TO]).toEqual([true, true, true]);
    expect(field(page).querySelector<HTMLElement>('.u-select')?.style.width).toBe('0px');
  });
});

// What JSON can say and an engine passes on: nothing of it may throw, or loop in the axis without end.
test.each([
  ['no points', []],
  ['one point', [5]],
  ['equal values', [5, 5, 5]],
  ['the largest numbers', [1.7e308, -1.7e308]],
  ['a sum that is too large for a number', [Infinity, 1]],
  ['the smallest numbers', [5e-324, 0]],
  ['large numbers close to each other', [1e17, 1e17 + 16]],
  ['numbers just far enough apart to be distinguished', [2 ** 53, 2 ** 53 + 2 ** 22]],
] as const)('A chart of %s is drawn.', (_, values) => {
  live(
    plot({ series: [seriesOf(...values.map((value, at) => [NOON - 9_000 + at * 1_000, value] as const))] }),
  );
  expect(drawn.calls.length).toBeGreaterThan(0);
});

test.each([
  ['none', NOON, NOON],
  ['a millisecond', NOON, NOON + 1],
  ['before all points', FROM - 60_000, FROM],
  ['thirty years', NOON - 1e12, NOON],
])('A time of %s is drawn.', (_, from, to) => {
  live(plot({ from, to }));
  expect(drawn.calls.length).toBeGreaterThan(0);
});

describe('The picture of a chart', () => {
  const picture = async (): Promise<Blob | null | undefined> => {
    const ref = createRef<PlotHandle>();
    live(plot({ ref }));
    return ref.current?.png();
  };

  test('is what is drawn, on the colour that lies behind it', async () => {
    const png = await picture();
    expect(png?.size).toBe(7);
    const image = drawn.calls.findIndex(([name]) => name === 'drawImage');
    expect(drawn.calls[image - 1]?.[0]).toBe('fillRect');
    expect(drawn.calls[image - 2]).toEqual(['fillStyle', 'rgb(1, 1, 1)']);
  });

  test('is none where the browser makes none, or nothing is drawn any more', async () => {
    vi.restoreAllMocks();
    fakeCanvas(null);
    expect(await picture()).toBeNull();
    const ref = createRef<PlotHandle>();
    const page = live(plot({ ref }));
    const handle = ref.current;
    page.unmount();
    expect(await handle?.png()).toBeNull();
  });
});
