// @vitest-environment happy-dom
import { act } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import type { TrashEntry } from '../../../../../../src-main/contract/session/trash.ts';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import { TrashPart } from '../../../../../../src-renderer/features/retained/inventory/trash-part.tsx';
import { LOOK_AGAIN_MS } from '../../../../../../src-renderer/ui/feedback/read-again.ts';
import type { ConnectionSession } from '../../../../../../src-renderer/state/tree/tree-session.ts';
import { onTeardown, teardown } from '../../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../../support/window/fake-app.ts';
import { fakeSession, SESSION_NOW } from '../../../../../support/window/fake-session.ts';
import { HOSTILE_TEXTS } from '../../../../../support/window/hostile-texts.ts';
import { answer, live, press } from '../../../../../support/window/live.ts';
import { wordsIn } from '../../../../../support/window/drawn.tsx';

let fake: FakeApp;
let session: ConnectionSession;

beforeEach(() => {
  fake = fakeApp();
  session = fakeSession(fake);
});
afterEach(teardown);

const entry = (id: string, more: Partial<TrashEntry> = {}): TrashEntry => ({
  ...{ id, at: SESSION_NOW, title: `${id}/#`, broker: 'mqtt://10.0.0.5', profile: 'Plant', messages: 1_200 },
  ...{ bytes: 2_000, damage: [] },
  ...more,
});

/** The trash has these from now on. */
const holds = (...entries: TrashEntry[]) =>
  answer(fake.engine, 'listTrash', () => ({
    ...{ kind: 'trash', entries, limit: 256_000_000 },
    bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0),
  }));

const draw = () => live(<TrashPart session={session} />);

test('What was cleared of late is listed, the newest three, and counted with all the rest.', async () => {
  holds(entry('d'), entry('c'), entry('b'), entry('a'));
  const page = draw();
  const list = await page.findByRole('list', { name: 'Cleared lately' });
  expect(page.getByRole('heading').textContent).toBe('Trash 4 entries, 4,800 messages, 8.0 kB of 256 MB');
  expect([...list.children].map(({ innerHTML }) => wordsIn(innerHTML))).toEqual(
    ['d', 'c', 'b'].map((id) =>
      expect.stringMatching(`^\\w+ \\d+, \\d+ \\d\\d:\\d\\d ${id}/# Plant 1,200 2.0 kB$`),
    ),
  );
});

test('A press on an entry opens the trash there.', async () => {
  holds(entry('d'), entry('c'));
  const page = draw();
  await page.findByRole('list', { name: 'Cleared lately' });
  await press(page, 'c/#');
  expect(session.store.getState().clearing).toEqual({ keys: [], part: 'trash', entry: 'c' });
});

test('An empty trash takes no space once it was read, and what a dialog cleared is there once it is closed.', async () => {
  const asked = holds();
  const page = draw();
  expect(page.getByText('Reading the trash…')).toBeTruthy();
  await expect.poll(() => asked.length).toBe(1);
  await expect.poll(() => page.queryByText(/Trash/i)).toBeNull();
  holds(entry('new'));
  act(() => session.openClear(['plant']));
  expect(page.queryByText(/Trash/)).toBeNull();
  act(() => session.closeClear());
  expect(await page.findByText('new/#')).toBeTruthy();
});

test('An entry that is written is not called damaged, and looked at again until it is whole.', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTeardown(() => void vi.useRealTimers());
  holds(entry('d', { writing: 'yes' }), entry('c', { writing: 'maybe' }));
  const page = draw();
  await act(() => vi.advanceTimersByTimeAsync(0));
  expect(page.getByText('being written').title).toBe('Still being written: its clear is not over.');
  expect(page.getByText('no end yet').title).toContain('another program may still be writing it');
  holds(entry('d', { messages: 7 }), entry('c', { damage: [{ line: 9, what: 'It was cut off.' }] }));
  await act(() => vi.advanceTimersByTimeAsync(LOOK_AGAIN_MS));
  expect([page.queryByText('being written'), page.queryByText('7')]).toEqual([null, expect.anything()]);
  expect(page.getByText('damaged').title).toContain('cut off');
});

test('What another window or program clears, empties or mends is seen, but not looked for behind a dialog.', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTeardown(() => void vi.useRealTimers());
  const later = () => act(() => vi.advanceTimersByTimeAsync(LOOK_AGAIN_MS));
  holds();
  const page = draw();
  await later();
  expect(page.queryByText(/Trash/)).toBeNull();
  holds(entry('elsewhere'));
  await later();
  expect(page.getByText('elsewhere/#')).toBeTruthy();
  answer(fake.engine, 'listTrash', () => failed('no', 'The trash could not be read (EACCES).', 'Check it.'));
  await later();
  await later();
  expect(page.getByText(/EACCES/)).toBeTruthy();
  holds(entry('mended'));
  await later();
  expect(page.getByText('mended/#')).toBeTruthy();
  act(() => session.openClear([], 'trash'));
  const asked = holds();
  await later();
  expect(asked).toHaveLength(0);
  act(() => session.closeClear());
  await later();
  expect(page.queryByText('mended/#')).toBeNull();
});

test('A trash that cannot be read says why, and a damaged entry that it is damaged.', async () => {
  answer(fake.engine, 'listTrash', () => failed('no', 'The trash could not be read (EACCES).', 'Check it.'));
  expect((await draw().findByText(/EACCES/)).textContent).toBe(
    'The trash could not be read (EACCES). Check it.',
  );
  holds(entry('d', { damage: [{ line: 812, what: 'It was changed.' }] }));
  const damaged = await draw().findByText('damaged');
  expect(damaged.title).toBe('Damaged at line 812: It was changed.');
});

test.each(HOSTILE_TEXTS)('An entry that somebody else wrote as %j deceives no eye.', async (text) => {
  holds(entry('a', { title: text, profile: text }), entry('b', { damage: [{ line: 1, what: text }] }));
  const list = await draw().findByRole('list', { name: 'Cleared lately' });
  expect(isSafeText(list.outerHTML)).toBe(true);
  expect(list.querySelector('b')).toBeNull();
});
