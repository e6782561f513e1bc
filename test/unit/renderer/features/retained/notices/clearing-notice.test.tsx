// @vitest-environment happy-dom
import { act } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Job } from '../../../../../../src-main/contract/session/jobs.ts';
import { ClearingNotice } from '../../../../../../src-renderer/features/retained/notices/clearing-notice.tsx';
import type { ConnectionSession } from '../../../../../../src-renderer/state/tree/tree-session.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../../support/window/fake-app.ts';
import { fakeSession } from '../../../../../support/window/fake-session.ts';
import { emit, live, press } from '../../../../../support/window/live.ts';

let fake: FakeApp;
let session: ConnectionSession;
let jobs: { set(all: Job[]): void };

beforeEach(() => {
  fake = fakeApp();
  const following = emit(fake.engine, 'jobs', { jobs: [] });
  jobs = { set: (all) => following.set({ jobs: all }) };
  session = fakeSession(fake);
});
afterEach(teardown);

const job = (more: Partial<Job> = {}): Job => ({
  ...{ id: 'j', kind: 'clear-retained', connection: session.connectionId, title: 'plant/#', startedAt: 0 },
  ...{ state: { kind: 'running' }, entry: 'entry', total: 10, done: 4, cleared: 4, refused: 0, cameBack: 0 },
  ...{ stillThere: 0, unknown: 0, steps: { fetched: 8, kept: 8, keptBytes: 2_000, sent: 6 } },
  ...{ ran: 1_000, rate: 640 },
  ...more,
});

test('A clear goes on, or is paused, while its dialog is closed: that is said, and the dialog is a press away.', async () => {
  const page = live(<ClearingNotice session={session} />);
  expect(page.queryByRole('status')).toBeNull();
  act(() => jobs.set([job({ id: 'other', connection: fake.engine.add().id }), job()]));
  expect((await page.findByRole('status')).textContent).toBe('Retained messages are being cleared.');
  expect(page.getByText('4 of 10 done, 640/s')).toBeTruthy();
  act(() => jobs.set([job({ state: { kind: 'paused' } })]));
  expect(await page.findByText('Clearing retained messages is paused.')).toBeTruthy();
  expect(page.getByText('4 of 10 done')).toBeTruthy();
  await press(page, 'Show clearing');
  expect(session.store.getState().clearing).toMatchObject({ part: 'clear', scope: { kind: 'inventory' } });
  expect(page.queryByRole('status'), 'the dialog says it').toBeNull();
  act(() => session.closeClear());
  expect(await page.findByRole('status')).toBeTruthy();
  act(() => jobs.set([job({ state: { kind: 'done', at: 1 } as Job['state'] })]));
  await expect.poll(() => page.queryByRole('status')).toBeNull();
});
