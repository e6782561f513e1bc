// @vitest-environment happy-dom
import { act } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import type { MessageSeries } from '../../../../../../src-main/contract/session/message-series.ts';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import { RunningSeries } from '../../../../../../src-renderer/features/publish/series/running-series.tsx';
import type { Observable } from '../../../../../support/engine/fake-engine.ts';
import { messageSeries } from '../../../../../support/session/sent-and-saved.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { fakePublishing, type FakePublishing } from '../../../../../support/window/fake-publishing.ts';
import { HOSTILE_TEXTS } from '../../../../../support/window/hostile-texts.ts';
import { answer, emit, live, press, watch } from '../../../../../support/window/live.ts';

let fake: FakePublishing;
let reported: Observable<{ series: MessageSeries[] }>;

beforeEach(async () => {
  fake = await fakePublishing();
  reported = emit(fake.engine, 'messageSeries', { series: [] });
});
afterEach(teardown);

const open = () => live(<RunningSeries publishing={fake.publishing} />);
const NAME = { name: 'Running series' };

describe('The small panel', () => {
  test('says how far a series is that goes on, and says nothing once it is over', async () => {
    reported.set({ series: [messageSeries({ sent: 12, total: 60, state: { kind: 'running' } })] });
    const page = open();
    expect((await page.findByRole('group', NAME)).textContent).toContain('12 of 60 sent');
    act(() => reported.set({ series: [messageSeries({ state: { kind: 'done', at: 0 } })] }));
    await expect.poll(() => page.queryByRole('group', NAME)).toBeNull();
  });

  test('says why one ended that was going on, and nothing of one that ended before', async () => {
    const why = failed('connection-ended', 'The connection ended.', 'Start the series again.');
    const stopped = messageSeries({ id: 's1', state: { kind: 'stopped', at: 0, why } });
    reported.set({ series: [stopped, messageSeries({ id: 's2', state: { kind: 'running' } })] });
    const page = open();
    await page.findByRole('group', NAME);
    const two = { ...stopped, id: 's2' };
    act(() => reported.set({ series: [stopped, two] }));
    await expect.poll(() => page.getByRole('group', NAME).textContent).toContain('The connection ended.');
    expect(page.queryByRole('button', { name: 'Stop series' })).toBeNull();
    act(() => reported.set({ series: [stopped] }));
    await expect.poll(() => page.queryByRole('group', NAME)).toBeNull();
  });

  test('stops it by its button, and says why where that fails', async () => {
    reported.set({ series: [messageSeries({ id: 's1', state: { kind: 'paused' } })] });
    const asked = watch(fake.engine, 'stopSeries');
    const page = open();
    await page.findByRole('group', NAME);
    await press(page, 'Stop series');
    expect(asked).toEqual([{ series: 's1' }]);
    answer(fake.engine, 'stopSeries', () => failed('gone', 'The series is gone.', 'Start it again.'));
    await press(page, 'Stop series');
    expect((await page.findByRole('alert')).textContent).toBe('The series is gone.');
  });

  test.each(HOSTILE_TEXTS)('names a series that is called %j so that nothing deceives', async (title) => {
    reported.set({ series: [messageSeries({ title, state: { kind: 'running' } })] });
    const page = open();
    const group = await page.findByRole('group', NAME);
    expect(isSafeText(group.textContent ?? '')).toBe(true);
  });
});
