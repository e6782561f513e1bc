// @vitest-environment happy-dom
import { act, fireEvent, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { EngineHandlers } from '../../../../../../src-main/contract/api.ts';
import {
  MOST_SERIES,
  type PinnedChart,
  type SeriesField,
} from '../../../../../../src-main/contract/model/model.ts';
import type { SeriesFrame } from '../../../../../../src-main/contract/model/series.ts';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import { ChartPanel } from '../../../../../../src-renderer/features/inspector/chart/chart-panel.tsx';
import { createCharts, type Charts } from '../../../../../../src-renderer/state/chart/charts.ts';
import type { DecodedReader } from '../../../../../../src-renderer/state/decoding/decoded-reader.ts';
import type { InspectorState } from '../../../../../../src-renderer/state/inspector/inspector.ts';
import { formatClock } from '../../../../../../src-renderer/ui/base/format.ts';
import { bytesOf, decoded } from '../../../../../support/decoding.ts';
import { Observable } from '../../../../../support/engine/fake-engine.ts';
import { onTeardown, teardown } from '../../../../../support/teardown.ts';
import { fakeCanvas } from '../../../../../support/window/canvas.ts';
import { fakeApp, type FakeApp } from '../../../../../support/window/fake-app.ts';
import { fakeSession } from '../../../../../support/window/fake-session.ts';
import { HOSTILE_TEXTS } from '../../../../../support/window/hostile-texts.ts';
import {
  answer,
  isChecked,
  isDisabled,
  live,
  valueOf,
  type Live,
} from '../../../../../support/window/live.ts';
import { newsOf, seriesFrame, type Value } from '../../../../../support/window/points.ts';
import { metaOf } from '../../../state/inspector/fake-log.ts';

const NOON = Date.UTC(2026, 10, 29, 12);

let fake: FakeApp;
let charts: Charts;
/** What is kept with the profile. */
let kept: readonly PinnedChart[];
/** Another window, or an import, changed that. */
let changeKept: (pinned: readonly PinnedChart[]) => void;
let decoder: DecodedReader;
/** What the engine was asked for, and how many of those streams are read. */
let asked: { fields: readonly SeriesField[]; spanMs: number | null }[];
let reading: number;
/** What the engine sends each stream from now on. */
let reported: Observable<SeriesFrame>;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOON });
  fakeCanvas(new Blob(['picture']));
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(240);
  fake = fakeApp();
  [asked, reading, kept] = [[], 0, []];
  reported = new Observable(seriesFrame(NOON, []));
  const reports: EngineHandlers['series'] = async function* ({ fields, spanMs }, signal) {
    asked.push({ fields, spanMs });
    reading++;
    signal.addEventListener('abort', () => reading--);
    for await (const frame of reported.follow(signal))
      yield { ...frame, series: fields.map((_, at) => frame.series[at] ?? null) };
  };
  answer(fake.engine, 'series', reports);
  answer(fake.engine, 'decodedSeries', reports);
  charts = createCharts(fakeSession(fake), {
    open: (changed) => {
      changeKept = changed;
      return kept;
    },
    set: (pinned) => void (kept = pinned),
    close: () => undefined,
  });
  onTeardown(() => charts.close());
  decoder = { store: createStore(() => ({ shown: null })) } as unknown as DecodedReader;
});
afterEach(async () => {
  await teardown();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** What the inspector shows: a message of a topic, or none so far. */
function inspected(key: string | null, text: string | Uint8Array | null): InspectorState {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const loaded =
    bytes === null ? null : { meta: metaOf(1, bytes.length), bytes, properties: new Uint8Array() };
  return {
    ...{ key, loaded, which: { kind: 'latest' }, following: true, previous: null },
    ...{ gone: null, loading: loaded === null, problem: null, newer: 0 },
  };
}
const panel = (state: InspectorState, isNone = false) => (
  <ChartPanel {...{ charts, decoder, state, isNone }} />
);
const PRESS = inspected('plant/press', '{"deep":{"x":1},"t":71.5,"name":"a"}');
const field = (key: string, ...path: (string | number)[]): SeriesField => ({ key, path });

const rows = (page: Live) => {
  const table = page.queryByRole('table', { name: 'Series' });
  return table === null
    ? []
    : within(table)
        .getAllByRole('rowheader')
        .map((cell) => cell.textContent);
};
const choices = (page: Live, name: string) =>
  [...page.getByRole('combobox', { name }).children].map((one) => one.textContent);
const emit = (...series: readonly (readonly Value[])[]) => {
  act(() =>
    reported.set(
      seriesFrame(
        NOON,
        series.map((values) => newsOf(values)),
      ),
    ),
  );
};
const VALUES: readonly Value[] = [
  [NOON - 60_000, 70],
  [NOON - 30_000, 71],
  [NOON - 10_000, 71.5],
];
const sentence = (page: Live) => page.getByRole('img').getAttribute('aria-label');
const note = (page: Live) => page.getByRole('table', { name: 'Series' }).nextElementSibling?.textContent;

describe('What is charted', () => {
  test('is the first number of the selected topic, while nobody chose anything', async () => {
    const page = live(panel(PRESS));
    await expect.poll(() => rows(page)).toEqual(['t press']);
    await expect.poll(() => asked).toEqual([{ fields: [field('plant/press', 't')], spanMs: 300_000 }]);
    emit(VALUES);
    const span = `${formatClock(NOON - 300_000)} to ${formatClock(NOON)}`;
    await expect.poll(() => sentence(page)).toBe(`${span}. t press: 70 to 71.5, last 71.5.`);
  });

  test('is found in the beginning of a message that is too large to be here as a whole', () => {
    const begun = (text: string): InspectorState => {
      const state = inspected('plant/log', text);
      const loaded = state.loaded && { ...state.loaded, meta: metaOf(1, 5_000_000) };
      return { ...state, loaded };
    };
    const page = live(panel(begun('{"t": 71.5, "items": [{"id": 0}, {"na')));
    expect(rows(page)).toEqual(['t log']);
    page.again(panel(begun('{"items": ["a", "b", "')));
    expect(page.getByText(/^There is no number in the first 22 B of this message\./)).toBeTruthy();
  });

  test('stays until the message of the next topic is there, and is its number then', async () => {
    const page = live(panel(PRESS));
    page.again(panel(inspected('plant/pump', null)));
    expect(rows(page)).toEqual(['t press']);
    page.again(panel(inspected('plant/pump', '4')));
    expect(rows(page)).toEqual(['pump']);
    page.again(panel(inspected('plant/door', '"open"')));
    expect(rows(page)).toEqual([]);
    expect(page.getByText(/^There is no number in this message/)).toBeTruthy();
  });

  test('is nothing where a topic is known to have no message, as a level between others', () => {
    const page = live(panel(PRESS));
    page.again(panel({ ...inspected('plant', null), loading: false }, true));
    expect(rows(page)).toEqual([]);
    expect(page.getByText('No message yet.')).toBeTruthy();
  });

  test('is what somebody chose, also where another topic is selected before the panel is there', async () => {
    // As by "Chart" in the menu of a line.
    charts.show([field('plant/press', 'deep', 'x')]);
    const page = live(panel(inspected('plant/pump', null)));
    expect(rows(page)).toEqual(['deep.x press']);
    page.again(panel(inspected('plant/pump', '4')));
    expect(rows(page)).toEqual(['deep.x press']);
    await page.user.click(page.getByRole('button', { name: 'Selected topic' }));
    expect(rows(page)).toEqual(['pump']);
    expect(page.queryByRole('button', { name: 'Selected topic' })).toBeNull();
  });

  test('is no topic at all where none is selected', () => {
    const page = live(panel(inspected(null, null)));
    expect(page.getByText('No message yet.')).toBeTruthy();
    expect(isDisabled(page.getByRole('button', { name: 'Pin this chart' }))).toBe(true);
  });

  test('is what the decoder finds in a payload that is no JSON', async () => {
    const shown = {
      key: 'plant/press',
      seq: 1,
      decoded: decoded(bytesOf('a2617818486174fb4051e00000000000')),
    };
    decoder.store.setState({ shown });
    const page = live(panel(inspected('plant/press', bytesOf('a2617818486174fb4051e00000000000'))));
    await expect.poll(() => rows(page)).toEqual(['x press']);
    await expect.poll(() => asked[0]?.fields[0]?.chain).toEqual([{ decoder: 'cbor', option: '' }]);
    expect(choices(page, 'Add a field')).toEqual(['Add a field…', 't']);
  });

  test('is not asked for while the panel is not there', async () => {
    const page = live(panel(PRESS));
    await expect.poll(() => reading).toBe(1);
    page.unmount();
    await expect.poll(() => reading).toBe(0);
  });

  test('deceives no eye, whatever topics and their fields are called', async () => {
    const values = Object.fromEntries(HOSTILE_TEXTS.map((text) => [`${text} `, 1]));
    charts.show(HOSTILE_TEXTS.slice(0, MOST_SERIES - 1).map((text) => field(`a/${text}`, text)));
    const page = live(panel(inspected('a/b', JSON.stringify(values))));
    emit(VALUES);
    await expect.poll(() => sentence(page)).toContain('last 71.5');
    expect(choices(page, 'Add a field')).toHaveLength(HOSTILE_TEXTS.length + 1);
    await page.user.click(page.getByRole('checkbox', { name: 'Show as table' }));
    await page.user.click(page.getByRole('button', { name: 'Pin this chart' }));
    // What is chosen is not read.
    for (const one of document.querySelectorAll('option')) one.removeAttribute('value');
    expect(isSafeText(document.body.innerHTML)).toBe(true);
    expect(document.querySelector('b')).toBeNull();
  });
});

describe('The fields of a chart', () => {
  test('are added from those of the message, and taken away', async () => {
    const page = live(panel(PRESS));
    expect(choices(page, 'Add a field')).toEqual(['Add a field…', 'deep.x']);
    await page.user.selectOptions(page.getByRole('combobox', { name: 'Add a field' }), 'deep.x');
    expect(rows(page)).toEqual(['t press', 'deep.x press']);
    expect(page.queryByRole('combobox', { name: 'Add a field' })).toBeNull();
    await page.user.click(page.getByRole('button', { name: 'Remove t press' }));
    await page.user.click(page.getByRole('button', { name: 'Remove deep.x press' }));
    expect(rows(page)).toEqual([]);
    await page.user.click(page.getByRole('button', { name: 'Selected topic' }));
    expect(rows(page)).toEqual(['t press']);
  });

  test('are no more than a chart has, and are not offered beyond', () => {
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`f${at}`, at]));
    charts.show(Array.from({ length: MOST_SERIES }, (_, at) => field('plant/press', `f${at}`)));
    const page = live(panel(inspected('plant/press', JSON.stringify(many))));
    expect(rows(page)).toHaveLength(MOST_SERIES);
    expect(page.queryByRole('combobox', { name: 'Add a field' })).toBeNull();
  });

  test('may be a number alone, which is called the value', () => {
    charts.show([field('plant/press', 't')]);
    const page = live(panel(inspected('plant/pump', '4')));
    expect(choices(page, 'Add a field')).toEqual(['Add a field…', 'value']);
    fireEvent.change(page.getByRole('combobox', { name: 'Add a field' }), { target: { value: 'value' } });
    expect(rows(page)).toEqual(['t press', 'pump']);
  });

  test('that lie in a level without a name are drawn and named as such', async () => {
    const page = live(panel(inspected('plant/', '4')));
    emit(VALUES);
    expect(rows(page)).toEqual(['(empty level)']);
    await expect.poll(() => sentence(page)).toContain('(empty level): 70 to 71.5');
    await page.user.click(page.getByRole('button', { name: 'Pin this chart' }));
    expect(kept.map(({ name }) => name)).toEqual(['(empty level)']);
  });
});

describe('The time of a chart', () => {
  const ranges = (page: Live) =>
    ['Range start', 'Range end'].map((name) => Number(valueOf(page.getByRole('slider', { name }))));
  const slide = (page: Live, name: string, value: number) =>
    fireEvent.change(page.getByRole('slider', { name }), { target: { value: String(value) } });
  const clocks = (page: Live) =>
    [...page.getByRole('group', { name: 'Range' }).querySelectorAll('span')].map((one) => one.textContent);

  test('is chosen, and asked for anew', async () => {
    const page = live(panel(PRESS));
    expect(choices(page, 'Time span')).toEqual(['1 m', '5 m', '30 m', '2 h', 'All']);
    await page.user.selectOptions(page.getByRole('combobox', { name: 'Time span' }), '1 m');
    await page.user.selectOptions(page.getByRole('combobox', { name: 'Time span' }), 'All');
    await expect.poll(() => asked.map(({ spanMs }) => spanMs)).toEqual([300_000, 60_000, null]);
    await expect.poll(() => reading).toBe(1);
    emit(VALUES);
    await expect.poll(() => note(page)).toMatch(/^All that is kept, /);
    expect(clocks(page)).toEqual([formatClock(NOON - 60_000), 'now']);
  });

  test('of all that is kept is the last minute while nothing is known, and never nothing', async () => {
    charts.setSpan(null);
    const page = live(panel(PRESS));
    emit([]);
    await expect.poll(() => clocks(page)).toEqual([formatClock(NOON - 60_000), 'now']);
    emit([[NOON, 1]]);
    await expect.poll(() => clocks(page)).toEqual([formatClock(NOON - 1_000), 'now']);
  });

  test('is looked at in part, whose figures are shown, and as a whole again', async () => {
    const page = live(panel(PRESS));
    emit(VALUES);
    await expect.poll(() => sentence(page)).toContain('70 to 71.5');
    slide(page, 'Range start', 850);
    expect(clocks(page)).toEqual([formatClock(NOON - 45_000), 'now']);
    expect(sentence(page)).toContain('t press: 71 to 71.5');
    slide(page, 'Range end', 920);
    expect(clocks(page)[1]).toBe(formatClock(NOON - 24_000));
    expect(sentence(page)).toContain('t press: 71 to 71, last 71');
    expect(page.getByRole('slider', { name: 'Range end' }).getAttribute('aria-valuetext')).toBe(
      clocks(page)[1],
    );
    await page.user.click(page.getByRole('button', { name: 'All' }));
    expect(ranges(page)).toEqual([0, 1_000]);
    expect(isDisabled(page.getByRole('button', { name: 'All' }))).toBe(true);
  });

  test('keeps its ends apart and in order, whichever is moved over the other', () => {
    const page = live(panel(PRESS));
    slide(page, 'Range end', 500);
    slide(page, 'Range start', 900);
    expect(ranges(page)).toEqual([495, 500]);
    slide(page, 'Range end', 0);
    expect(ranges(page)).toEqual([495, 500]);
  });

  test.each([
    ['as narrow as nothing at the end', 599, 600],
    ['as narrow as nothing at the start', 56, 59],
  ])('chosen by dragging is within the whole and wide enough to see, %s', async (_, from, to) => {
    const page = live(panel(PRESS));
    emit(VALUES);
    await expect.poll(() => sentence(page)).toContain('last 71.5');
    const over = page.getByRole('img').querySelector<HTMLElement>('.u-over')!;
    const at = (x: number) => ({ clientX: x, clientY: 20, movementX: 1 });
    fireEvent.mouseEnter(over, at(from));
    fireEvent.mouseDown(over, at(from));
    fireEvent.mouseMove(over, at(to + 3));
    fireEvent.mouseUp(over, at(to + 3));
    await expect.poll(() => isDisabled(page.getByRole('button', { name: 'All' }))).toBe(false);
    slide(page, 'Range start', 1_000);
    slide(page, 'Range end', 0);
    const [start = -1, end = -1] = ranges(page);
    expect([start >= 0, end <= 1_000, end - start]).toEqual([true, true, 5]);
  });

  test('under the pointer is the head of the values', async () => {
    const page = live(panel(PRESS));
    emit(VALUES);
    await expect.poll(() => sentence(page)).toContain('last 71.5');
    const over = page.getByRole('img').querySelector<HTMLElement>('.u-over')!;
    fireEvent.mouseEnter(over, { clientX: 450, clientY: 20 });
    fireEvent.mouseMove(over, { clientX: 450, clientY: 20, movementX: 1 });
    const head = () => page.getAllByRole('columnheader')[1]?.textContent;
    await expect.poll(head).toMatch(/^\d\d:\d\d:\d\d$/);
    fireEvent.mouseLeave(over);
    await expect.poll(head).toBe('Last');
  });

  test('is explained in a note: what is read, what a point stands for, what has no number', async () => {
    const page = live(panel(PRESS));
    expect(note(page)).toBe('Reading older messages…');
    act(() => reported.set(seriesFrame(NOON, [newsOf(VALUES, { stepMs: 2_500, without: 3 })])));
    await expect
      .poll(() => note(page))
      .toBe('each point the average of 2.5 s, 3 messages without this number');
    act(() => reported.set(seriesFrame(NOON, [newsOf(VALUES, { notKnown: 1 })])));
    await expect
      .poll(() => note(page))
      .toBe('each point the average of 1 s, 1 message cut or too long to read: its number is not known');
  });
});

describe('A chart', () => {
  test('is shown as a table as well', async () => {
    const page = live(panel(PRESS));
    emit(VALUES);
    expect(page.queryByRole('table', { name: 'Values' })).toBeNull();
    const box = page.getByRole('checkbox', { name: 'Show as table' });
    await page.user.click(box);
    expect(isChecked(box)).toBe(true);
    const table = page.getByRole('table', { name: 'Values' });
    await expect.poll(() => within(table).getAllByRole('row')).toHaveLength(4);
  });

  test('is pinned, found again, and taken off', async () => {
    const page = live(panel(PRESS));
    expect(page.queryByRole('region', { name: 'Pinned charts' })).toBeNull();
    await page.user.click(page.getByRole('button', { name: 'Pin this chart' }));
    expect(kept).toEqual([{ name: 't of press', fields: [field('plant/press', 't')] }]);
    page.again(panel(inspected('plant/pump', '4')));
    expect(rows(page)).toEqual(['pump']);
    const region = within(page.getByRole('region', { name: 'Pinned charts' }));
    await page.user.click(region.getByRole('button', { name: /^t of press/ }));
    expect(rows(page)).toEqual(['t press']);
    await page.user.click(region.getByRole('button', { name: 'Unpin t of press' }));
    expect(kept).toEqual([]);
    expect(page.queryByRole('region', { name: 'Pinned charts' })).toBeNull();
  });

  test('is pinned under any name that another program gave it, and deceives no eye', async () => {
    const page = live(panel(PRESS));
    const long = 'x'.repeat(1_000);
    act(() =>
      changeKept([...HOSTILE_TEXTS, long].map((name) => ({ name, fields: [field('a', 'b'), field('c')] }))),
    );
    const region = page.getByRole('region', { name: 'Pinned charts' });
    expect(within(region).getAllByText('2 series')).toHaveLength(HOSTILE_TEXTS.length + 1);
    expect(isSafeText(region.outerHTML)).toBe(true);
    await page.user.click(within(region).getAllByRole('button', { name: /^Unpin/ })[0]!);
    expect(kept.map(({ name }) => name)).toEqual([...HOSTILE_TEXTS.slice(1), long]);
  });

  async function exported(name: string, news = [newsOf(VALUES)]) {
    const saved: { readonly name: string; readonly type: string; readonly text: string }[] = [];
    const blobs = new Map<string, Blob>();
    vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
      blobs.set(`blob:${blobs.size}`, blob as Blob);
      return `blob:${blobs.size - 1}`;
    });
    const links: HTMLAnchorElement[] = [];
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      links.push(this);
    });
    const page = live(panel(PRESS));
    act(() => reported.set(seriesFrame(NOON, news)));
    await expect.poll(() => sentence(page)).toContain('last 71.5');
    await page.user.click(page.getByRole('button', { name: 'Export chart' }));
    await page.user.click(await page.findByRole('menuitem', { name }));
    const said = () => page.getByRole('status').textContent;
    await expect.poll(said).not.toBe('');
    for (const link of links) {
      const blob = blobs.get(link.href)!;
      saved.push({ name: link.download, type: blob.type, text: await blob.text() });
    }
    return { saved, said: said() };
  }

  test('is exported as the points that it is drawn of', async () => {
    const { saved, said } = await exported('Export as CSV');
    expect(said).toBe('Exported as CSV');
    expect(saved[0]?.name).toMatch(/^t-press .*\.csv$/);
    const lines = saved[0]?.text.split('\r\n');
    expect(lines).toHaveLength(5);
    expect(lines?.[1]).toBe(`${new Date(NOON - 60_000).toISOString()},t press,70,70,70,70,1`);
  });

  test.each([
    ['Export as CSV', 'CSV'],
    ['Export as PNG', 'PNG'],
  ])('says with its export what is not known (%s)', async (name, as) => {
    const news = [newsOf(VALUES, { notKnown: 2 })];
    expect((await exported(name, news)).said).toBe(
      `Exported as ${as}, without 2 messages cut or too long to read: their numbers are not known`,
    );
  });

  test('is exported as a picture, and it is said where there is none', async () => {
    expect(await exported('Export as PNG')).toEqual({
      said: 'Exported as PNG',
      saved: [{ name: expect.stringMatching(/\.png$/) as string, type: 'image/png', text: 'picture' }],
    });
  });

  test('says where no picture could be made of it', async () => {
    vi.spyOn(HTMLCanvasElement.prototype, 'toBlob').mockImplementation((done) => done(null));
    expect(await exported('Export as PNG')).toEqual({ said: 'The picture could not be made.', saved: [] });
  });
});
