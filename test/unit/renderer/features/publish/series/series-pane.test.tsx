// @vitest-environment happy-dom
import { act } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import type { MessageSeries } from '../../../../../../src-main/contract/session/message-series.ts';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import { SeriesPane } from '../../../../../../src-renderer/features/publish/series/series-pane.tsx';
import type { Observable } from '../../../../../support/engine/fake-engine.ts';
import { messageSeries } from '../../../../../support/session/sent-and-saved.ts';
import { deferred } from '../../../../../support/deferred.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { fakePublishing, type FakePublishing } from '../../../../../support/window/fake-publishing.ts';
import { HOSTILE_TEXTS } from '../../../../../support/window/hostile-texts.ts';
import {
  answer,
  isChecked,
  isDisabled,
  live,
  press,
  put,
  emit,
  watch,
  type Live,
} from '../../../../../support/window/live.ts';

let fake: FakePublishing;
let reported: Observable<{ series: MessageSeries[] }>;
/** Keys that reached what lies around the pane. */
let passed: string[];

beforeEach(async () => {
  fake = await fakePublishing();
  reported = emit(fake.engine, 'messageSeries', { series: [] });
  passed = [];
  fake.publishing.typeTopic('plant/a');
  fake.publishing.typePayload('on', null, null);
});
afterEach(teardown);

type Props = Partial<Parameters<typeof SeriesPane>[0]>;
const open = async (more: Props = {}) => {
  const page = live(
    <div role="presentation" onKeyDown={({ key }) => passed.push(key)}>
      <SeriesPane publishing={fake.publishing} production={null} isOnline {...more} />
    </div>,
  );
  await page.findByRole('tablist', { name: 'Series' });
  return page;
};
const start = (page: Live) => page.getByRole('button', { name: 'Start series' });
const tab = (page: Live, name: string) => page.user.click(page.getByRole('tab', { name }));
const number = (page: Live, name: string) => page.getByRole('spinbutton', { name });
const buttons = (page: Live) => page.queryAllByRole('button').map(({ textContent }) => textContent);
const running = async (more: Partial<MessageSeries> = {}) => {
  reported.set({ series: [messageSeries(more)] });
  const page = await open();
  await page.findByRole('progressbar', { name: 'Series progress' });
  return page;
};
const choose = (page: Live, name: string, text: string) =>
  page.user.upload(document.querySelector<HTMLInputElement>('input[type=file]')!, new File([text], name));
const REFUSED = failed('no', 'The engine refused it.', 'Try later.');

describe('A series', () => {
  test('sends the message of the panel as often as is typed', async () => {
    const asked = watch(fake.engine, 'startSeries');
    const page = await open();
    await put(page, number(page, 'Every (ms)'), '20');
    await put(page, number(page, 'Times'), '1,000');
    await put(page, number(page, 'Jitter (ms)'), '5');
    await page.user.click(page.getByRole('checkbox', { name: 'Stop at the first error' }));
    await press(page, 'Start series');
    await expect.poll(() => asked.length).toBe(1);
    expect(asked[0]).toMatchObject({
      connection: fake.session.connectionId,
      template: { topic: 'plant/a', payload: new TextEncoder().encode('on') },
      plan: { everyMs: 20, times: 1_000, jitterMs: 5, rampToMs: null, stopAtError: false },
      rows: null,
    });
  });

  test('goes on until it is stopped where no number is typed', async () => {
    const asked = watch(fake.engine, 'startSeries');
    const page = await open();
    await page.user.clear(number(page, 'Times'));
    await press(page, 'Start series');
    await expect.poll(() => asked).toMatchObject([{ plan: { times: null } }]);
  });

  test('changes its pace as a ramp, whose end is asked for only there', async () => {
    const asked = watch(fake.engine, 'startSeries');
    const page = await open();
    expect(page.queryByRole('spinbutton', { name: 'To every (ms)' })).toBeNull();
    await tab(page, 'Ramp');
    await put(page, number(page, 'From every (ms)'), '200');
    await put(page, number(page, 'To every (ms)'), '20');
    await press(page, 'Start series');
    await expect.poll(() => asked).toMatchObject([{ plan: { everyMs: 200, rampToMs: 20, times: 10 } }]);
  });

  test('is started by Ctrl and Enter in its fields, which does not publish besides', async () => {
    const asked = watch(fake.engine, 'startSeries');
    const page = await open();
    await page.user.click(number(page, 'Times'));
    await page.user.keyboard('{Enter}');
    expect(asked).toEqual([]);
    passed = [];
    await page.user.keyboard('{Control>}{Enter}{/Control}');
    await expect.poll(() => asked.length).toBe(1);
    expect(passed).not.toContain('Enter');
  });

  test.each([
    ['Every (ms)', 'soon', 'Every is not a number of ms'],
    ['Times', '0', 'Times is not a whole number'],
    ['Jitter (ms)', '-1', 'Jitter is not a number of ms'],
  ])('with %s of "%s" is not started, and says why until it is', async (name, text, why) => {
    const asked = watch(fake.engine, 'startSeries');
    const page = await open();
    await put(page, number(page, name), text);
    await press(page, 'Start series');
    expect((await page.findByRole('alert')).textContent).toContain(why);
    expect(asked).toEqual([]);
    await put(page, number(page, name), '7');
    await press(page, 'Start series');
    await expect.poll(() => page.queryByRole('alert')).toBeNull();
    expect(asked).toHaveLength(1);
  });

  test('to no topic is not started', async () => {
    const asked = watch(fake.engine, 'startSeries');
    fake.publishing.typeTopic('');
    const page = await open();
    await press(page, 'Start series');
    await page.findByRole('alert');
    expect(asked).toEqual([]);
  });

  test('is not started without a connection', async () => {
    const asked = watch(fake.engine, 'startSeries');
    const page = await open({ isOnline: false });
    expect(isDisabled(start(page))).toBe(true);
    await page.user.click(start(page));
    await page.user.click(number(page, 'Times'));
    await page.user.keyboard('{Control>}{Enter}{/Control}');
    expect(asked).toEqual([]);
  });

  test('is started once, however often that is pressed while it is', async () => {
    const { promise, resolve } = deferred<{ kind: 'started'; series: string }>();
    const asked = answer(fake.engine, 'startSeries', () => promise);
    const page = await open();
    await page.user.dblClick(start(page));
    await expect.poll(() => asked.length).toBe(1);
    expect(isDisabled(start(page))).toBe(true);
    await act(async () => resolve({ kind: 'started', series: 's' }));
    await expect.poll(() => isDisabled(start(page))).toBe(false);
    expect(asked).toHaveLength(1);
  });

  test('that the engine refuses says why', async () => {
    answer(fake.engine, 'startSeries', () => REFUSED);
    const page = await open();
    await press(page, 'Start series');
    expect((await page.findByRole('alert')).textContent).toBe('The engine refused it. Try later.');
  });

  test('finds what was typed when the pane is opened again', async () => {
    const page = await open();
    await tab(page, 'Ramp');
    await put(page, number(page, 'To every (ms)'), '33');
    page.unmount();
    expect((number(await open(), 'To every (ms)') as HTMLInputElement).value).toBe('33');
  });
});

describe('A series to production', () => {
  const asking = async () => {
    const asked = watch(fake.engine, 'startSeries');
    const page = await open({ production: 'Plant north' });
    await press(page, 'Start series');
    const question = await page.findByRole('dialog', { name: 'Publish a series to production?' });
    expect(question.textContent).toContain('Plant north is marked as production.');
    expect(asked).toEqual([]);
    return { page, asked };
  };

  test('is asked for once more, and starts once that is answered', async () => {
    const { page, asked } = await asking();
    await press(page, 'Publish the series');
    await expect.poll(() => asked.length).toBe(1);
  });

  test('does not start where that is cancelled', async () => {
    const { page, asked } = await asking();
    await press(page, 'Cancel');
    await expect.poll(() => page.queryByRole('dialog')).toBeNull();
    expect(asked).toEqual([]);
  });
});

describe('A series from a file', () => {
  test('is started once a file is chosen, and gives all of it to the engine', async () => {
    const pieces = watch(fake.engine, 'addSeriesRows');
    const asked = watch(fake.engine, 'startSeries');
    const page = await open();
    await tab(page, 'From a file');
    expect(page.queryByRole('spinbutton', { name: 'Times' })).toBeNull();
    expect(isDisabled(start(page))).toBe(true);
    await choose(page, 'rows.csv', 'topic\na\n');
    expect(await page.findByText('rows.csv')).toBeTruthy();
    await press(page, 'Start series');
    await expect.poll(() => asked).toMatchObject([{ rows: { file: 'f', name: 'rows.csv', kind: 'csv' } }]);
    expect(pieces).toEqual([{ file: null, bytes: new TextEncoder().encode('topic\na\n') }]);
  });

  test.each(HOSTILE_TEXTS)('called %j.csv deceives no eye', async (name) => {
    const page = await open();
    await tab(page, 'From a file');
    await choose(page, `${name}.csv`, 'topic\na\n');
    await expect.poll(() => isDisabled(start(page))).toBe(false);
    expect(isSafeText(page.getByRole('tabpanel').textContent)).toBe(true);
  });
});

describe('A series that runs', () => {
  test('shows how far it is, and is paused and stopped', async () => {
    const paused = watch(fake.engine, 'pauseSeries');
    const stopped = watch(fake.engine, 'stopSeries');
    const page = await running();
    expect(page.getByRole('region', { name: 'Series state' }).textContent).toContain('50 of 200 sent');
    expect(isDisabled(start(page))).toBe(true);
    await press(page, 'Pause series');
    await press(page, 'Stop series');
    await expect.poll(() => [paused, stopped]).toEqual([[{ series: 's' }], [{ series: 's' }]]);
  });

  test('that is paused goes on by the button in the place of the one that paused it', async () => {
    const resumed = watch(fake.engine, 'resumeSeries');
    const page = await running({ state: { kind: 'paused' } });
    expect(buttons(page)).not.toContain('Pause series');
    await press(page, 'Resume series');
    await expect.poll(() => resumed).toEqual([{ series: 's' }]);
  });

  test('that does not stop says why', async () => {
    answer(fake.engine, 'stopSeries', () => REFUSED);
    const page = await running();
    await press(page, 'Stop series');
    expect((await page.findByRole('alert')).textContent).toBe('The engine refused it. Try later.');
  });

  test.each([{ kind: 'done', at: 1 } as const, { kind: 'stopped', at: 1, why: null } as const])(
    'is over once it is $kind: nothing is left to stop, and another can be started',
    async (state) => {
      const page = await running({ state });
      expect(buttons(page)).toEqual(['Start series']);
      expect(isDisabled(start(page))).toBe(false);
    },
  );

  test('is shown before one that is over, which is shown where none runs', async () => {
    const over = messageSeries({ id: 'over', title: 'newer', state: { kind: 'done', at: 1 } });
    reported.set({ series: [over, messageSeries({ id: 'runs', title: 'older' })] });
    const page = await open();
    const state = await page.findByRole('region', { name: 'Series state' });
    expect(state.textContent).toContain('older');
    reported.set({
      series: [over, messageSeries({ id: 'runs', title: 'older', state: { kind: 'done', at: 2 } })],
    });
    await expect.poll(() => state.textContent).toContain('newer');
  });

  test('is not followed any more once the pane is closed', async () => {
    let ended = false;
    Object.assign(fake.engine.handlers, {
      async *messageSeries(_: unknown, signal: AbortSignal) {
        yield { series: [] };
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        ended = true;
      },
    });
    (await open()).unmount();
    await expect.poll(() => ended).toBe(true);
  });

  test.each(HOSTILE_TEXTS)('from a file called %j deceives no eye, however long that is', async (text) => {
    const page = await running({ title: text.repeat(1_000), file: { read: 1, size: 2 } });
    const state = page.getByRole('region', { name: 'Series state' });
    expect(isSafeText(state.outerHTML)).toBe(true);
    expect(state.querySelector('b b')).toBeNull();
    expect(state.textContent.length).toBeLessThan(2_500);
  });
});

test('Whether a series stops at the first error is ticked at first.', async () => {
  expect(isChecked((await open()).getByRole('checkbox', { name: 'Stop at the first error' }))).toBe(true);
});
