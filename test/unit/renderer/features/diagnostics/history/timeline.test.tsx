// @vitest-environment happy-dom
import { fireEvent } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ConnectionSummary } from '../../../../../../src-main/contract/model/model.ts';
import { HistoryTab } from '../../../../../../src-renderer/features/diagnostics/history/history-tab.tsx';
import { Timeline } from '../../../../../../src-renderer/features/diagnostics/history/timeline.tsx';
import { teardown } from '../../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../../support/window/fake-app.ts';
import { answer, live } from '../../../../../support/window/live.ts';

beforeEach(() => {
  // There is no picture, so nothing has a size of its own: the plot is 400 px.
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(486);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await teardown();
});

const LIMITS = { from: 0, to: 1_000 };
/** A bar for each tenth of the time, by its number; those that are drawn show which part is shown. */
const SPANS = Array.from({ length: 10 }, (_, at) => ({
  from: at * 100 + 10,
  to: at * 100 + 90,
  tone: 'ok' as const,
  title: `${at}`,
}));
const drawn = () =>
  [...document.querySelectorAll('rect title')].map(({ textContent }) => textContent).join('');

function open(more: { zoom?: boolean; first?: number; limits?: typeof LIMITS } = {}) {
  const part = (limits = LIMITS) => (
    <Timeline
      label="Timeline"
      caption="Ten bars."
      lanes={[{ name: 'Link', spans: SPANS }]}
      marks={[]}
      limits={limits}
      zoom
      {...more}
    />
  );
  const page = live(part());
  return {
    ...page,
    box: page.getByRole('group', { name: 'Timeline' }),
    to: (limits: typeof LIMITS) => page.again(part(limits)),
  };
}

describe('The picture of a connection’s time', () => {
  test('is described in words, with its keys where it has some, and is no picture to a screen reader', () => {
    const { box } = open();
    expect(box.getAttribute('aria-description')).toBe(
      'Ten bars. Plus and minus zoom, arrow keys move, 0 shows all.',
    );
    expect([box.tabIndex, box.querySelector('svg')?.getAttribute('aria-hidden')]).toEqual([0, 'true']);
    const still = open({ zoom: false });
    expect([still.box.getAttribute('aria-description'), still.box.hasAttribute('tabindex')]).toEqual([
      'Ten bars.',
      false,
    ]);
    expect(still.queryByRole('button')).toBeNull();
  });

  test('shows all, or the end of it first', () => {
    open();
    expect(drawn()).toBe('0123456789');
    open({ first: 300 });
    expect(drawn()).toBe('789');
  });

  test('is zoomed and moved by keys, and shown whole by 0', async () => {
    const page = open();
    page.box.focus();
    await page.user.keyboard('+');
    expect(drawn()).toBe('12345678');
    await page.user.keyboard('{Home}');
    expect(drawn()).toBe('0123456');
    await page.user.keyboard('{PageDown}');
    expect(drawn()).toBe('3456789');
    await page.user.keyboard('-');
    expect(drawn()).toBe('0123456789');
    await page.user.keyboard('++0');
    expect(drawn()).toBe('0123456789');
  });

  test('leaves keys alone that are somebody else’s', () => {
    const { box } = open();
    expect(fireEvent.keyDown(box, { key: '+', ctrlKey: true })).toBe(true);
    expect(fireEvent.keyDown(box, { key: 'x' })).toBe(true);
    expect(fireEvent.keyDown(box, { key: '+' })).toBe(false);
  });

  test('has buttons that do the same', async () => {
    const page = open();
    await page.user.click(page.getByRole('button', { name: 'Zoom in' }));
    expect(drawn()).toBe('234567');
    await page.user.click(page.getByRole('button', { name: 'Zoom out' }));
    expect(drawn()).toBe('0123456789');
    await page.user.click(page.getByRole('button', { name: 'Zoom in' }));
    await page.user.click(page.getByRole('button', { name: 'Show all of it' }));
    expect(drawn()).toBe('0123456789');
  });

  test('is zoomed by the wheel about the pointer, with Ctrl only', () => {
    const { box } = open();
    const wheel = (more: object) =>
      fireEvent(
        box,
        Object.assign(new Event('wheel', { cancelable: true }), { deltaY: -1, clientX: 78, ...more }),
      );
    expect(wheel({})).toBe(true);
    expect(drawn()).toBe('0123456789');
    // False: the page is not zoomed instead.
    expect(wheel({ ctrlKey: true })).toBe(false);
    expect(drawn()).toBe('012345678');
  });

  test('is dragged by the pointer while it is held, and no longer', () => {
    const { box } = open({ first: 500 });
    Object.assign(box, { setPointerCapture: () => undefined });
    expect(drawn()).toBe('56789');
    fireEvent.pointerDown(box, { button: 0, clientX: 100, pointerId: 1 });
    fireEvent.pointerMove(box, { buttons: 1, clientX: 260, pointerId: 1 });
    expect(drawn()).toBe('34567');
    fireEvent.pointerUp(box, { clientX: 260, pointerId: 1 });
    fireEvent.pointerMove(box, { buttons: 1, clientX: 400, pointerId: 1 });
    expect(drawn()).toBe('34567');
  });

  test('goes on with time at its end, and stays where somebody went back', async () => {
    const page = open({ first: 300 });
    page.to({ from: 0, to: 1_200 });
    expect(drawn()).toBe('9');
    page.box.focus();
    await page.user.keyboard('{Home}');
    expect(drawn()).toBe('012');
    page.to({ from: 0, to: 1_500 });
    expect(drawn()).toBe('012');
    await page.user.keyboard('{End}');
    page.to({ from: 0, to: 1_000 });
    expect(drawn()).toBe('789');
  });

  test('names marks where there is room for their words', () => {
    const marks = [100, 101, 500].map((at) => ({ at, text: `m${at}`, tone: 'err' as const }));
    live(<Timeline label="Timeline" caption="" lanes={[]} marks={marks} limits={LIMITS} />);
    expect([...document.querySelectorAll('g text')].map(({ textContent }) => textContent)).toEqual([
      'm100',
      'm500',
    ]);
  });
});

describe('The history of a connection', () => {
  let window: FakeApp;
  let connection: ConnectionSummary;
  const attempt = (id: string, ago: number) => ({
    ...{
      id,
      startedAt: Date.now() - ago,
      onlineAt: Date.now() - ago + 10,
      endedAt: Date.now() - ago + 1_000,
    },
    ...{ waitedMs: 0, attempt: 1, phases: [], version: '5', address: 'h:1', by: 'remote', reason: null },
    sessionPresent: false,
  });
  const attempts = (page: ReturnType<typeof live>) => page.getAllByRole('row').length - 1;

  beforeEach(() => {
    window = fakeApp();
    connection = window.engine.add({ name: 'Plant', state: { kind: 'idle' } });
  });

  test('is read of this connection, and what is older when that is asked for', async () => {
    const asked = answer(
      window.engine,
      'connectionHistory',
      ({ before }) =>
        ({
          attempts: [attempt(before === null ? 'new' : 'old', before === null ? 10_000 : 90_000)],
          more: before === null,
          uptimeShare: null,
        }) as never,
    );
    const page = live(<HistoryTab app={window.app} connection={connection} />);
    expect(await page.findByRole('table', { name: 'Attempts' })).toBeTruthy();
    await page.user.click(page.getByRole('button', { name: 'Show older attempts' }));
    await expect.poll(() => attempts(page)).toBe(2);
    expect(page.queryByRole('button', { name: 'Show older attempts' })).toBeNull();
    expect(asked.every(({ connection: id }) => id === connection.id)).toBe(true);
    expect(asked.at(-1)?.before).not.toBeNull();
  });

  test('is read again when the state of the connection changes', async () => {
    const asked = answer(
      window.engine,
      'connectionHistory',
      () => ({ attempts: [attempt('a', 10_000)], more: false, uptimeShare: null }) as never,
    );
    const page = live(<HistoryTab app={window.app} connection={connection} />);
    await page.findByRole('table', { name: 'Attempts' });
    const before = asked.length;
    const state = { kind: 'stopped' as const, since: Date.now(), why: null };
    page.again(<HistoryTab app={window.app} connection={{ ...connection, state }} />);
    await expect.poll(() => asked.length).toBeGreaterThan(before);
  });
});
