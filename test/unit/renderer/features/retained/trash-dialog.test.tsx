// @vitest-environment happy-dom
import { act } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import type { RestoreResult } from '../../../../../src-main/contract/session/outcomes.ts';
import type { TrashedMessage, TrashEntry } from '../../../../../src-main/contract/session/trash.ts';
import { isSafeText } from '../../../../../src-main/core/payload/visible.ts';
import { TrashDialog } from '../../../../../src-renderer/features/retained/trash-dialog.tsx';
import { LOOK_AGAIN_MS } from '../../../../../src-renderer/ui/feedback/read-again.ts';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';
import { onTeardown, teardown } from '../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../support/window/fake-app.ts';
import { fakeSession, SESSION_NOW } from '../../../../support/window/fake-session.ts';
import { HOSTILE_TEXTS } from '../../../../support/window/hostile-texts.ts';
import { answer, focusedName, isDisabled, live, press, type Live } from '../../../../support/window/live.ts';

let fake: FakeApp;
let session: ConnectionSession;

beforeEach(() => {
  fake = fakeApp();
  session = fakeSession(fake);
  session.openClear([], 'trash');
});
afterEach(teardown);

const why = failed('newer', 'The broker holds a newer message.', '');
const entry = (id: string, more: Partial<TrashEntry> = {}): TrashEntry => ({
  ...{ id, at: SESSION_NOW, title: `${id}/#`, broker: 'mqtt://10.0.0.5', profile: 'Plant', messages: 2 },
  ...{ bytes: 1_000, damage: [] },
  ...more,
});
const message = (line: number): TrashedMessage => ({
  ...{ line, key: `t${line}`, topic: `t${line}`, size: 3, qos: 1, at: SESSION_NOW, expiresAt: null },
  preview: { kind: 'number', text: '71' },
});
const back = (key: string, kind: 'restored' | 'would-overwrite' = 'restored'): RestoreResult => ({
  ...{ key, topic: key },
  outcome: kind === 'restored' ? { kind } : { kind, failure: why },
});

/** The trash has these; each has messages of the lines 1 and 2. */
function holds(...entries: TrashEntry[]) {
  let left: readonly TrashEntry[] = entries;
  answer(fake.engine, 'listTrash', () => ({
    ...{ kind: 'trash', entries: [...left], limit: 256_000_000 },
    bytes: left.reduce((sum, { bytes }) => sum + bytes, 0),
  }));
  const reads = answer(fake.engine, 'readTrash', () => ({
    ...{ kind: 'page', total: 2, messages: [message(1), message(2)] },
  }));
  const restores = answer(fake.engine, 'restoreRetained', ({ which }) => ({
    kind: 'results',
    session: 1,
    results: which.kind === 'page' && which.from > 0 ? [] : [back('t1')],
  }));
  const deletes = answer(fake.engine, 'emptyTrash', ({ entries: ids }) => {
    left = ids === null ? [] : left.filter(({ id }) => !ids.includes(id));
    return { kind: 'done' };
  });
  return { reads, restores, deletes };
}

const open = (asked?: string) =>
  live(
    <TrashDialog
      broker="Plant (mqtt://10.0.0.5)"
      session={session}
      offers={fake.app.restoring}
      entry={asked}
    />,
  );
/** The row that begins with this. */
const row = (page: Live, begins: string) =>
  page.findByText(
    (_, element) => element?.getAttribute('role') === 'row' && element.textContent.startsWith(begins),
  );
/** Names of the rows that are chosen. */
const chosen = (page: Live) =>
  page.queryAllByRole('row', { selected: true }).map((one) => one.querySelector('bdi')?.textContent);

describe('The trash', () => {
  test('says that it is read, then what it holds, and with which limit', async () => {
    holds(entry('a'), entry('b', { messages: 1_200 }));
    const page = open();
    expect(page.getByText('Reading the trash…')).toBeTruthy();
    expect(await page.findByText('2 entries, 1,202 messages, 2.0 kB of 256 MB.')).toBeTruthy();
    expect(page.getByRole('treegrid', { name: 'Cleared messages' })).toBeTruthy();
    expect(page.getAllByRole('columnheader').map(({ textContent }) => textContent)).toEqual([
      ...['Topic', 'Value', 'Size', 'QoS', 'Cleared'],
    ]);
  });

  test('says where the reading eye gets to what is wrong with an entry, and how much of it is listed', async () => {
    holds(
      entry('a', { messages: 6_000, damage: [{ line: 6_002, what: 'It was cut off.' }] }),
      entry('b', { messages: 900, writing: 'yes' }),
    );
    const page = open('b');
    expect((await row(page, 'a/#')).textContent).toContain(
      '6,000 messages readable. Damaged at line 6002: It was cut off.',
    );
    await row(page, 't1');
    expect((await row(page, 'b/#')).textContent).toContain(
      '900 messages so far. Still being written: its clear is not over. The first 2 are listed. Plant',
    );
  });

  test('is walked and chosen by keys from the first clear on, without a press of Tab', async () => {
    holds(entry('a'), entry('b'));
    const page = open();
    await row(page, 'a/#');
    await expect.poll(() => document.activeElement?.textContent?.startsWith('a/#')).toBe(true);
    await page.user.keyboard('{ArrowDown} ');
    expect(chosen(page)).toEqual(['b/#']);
  });

  test('shows a broker without a name of its own by its address alone', async () => {
    holds(entry('a', { profile: '10.0.0.5' }), entry('b'));
    const page = open();
    expect((await row(page, 'a/#')).textContent).toContain('2 messages, mqtt://10.0.0.51');
    expect((await row(page, 'b/#')).textContent).toContain('2 messages, Plant (mqtt://10.0.0.5)');
  });

  test('notices what another window cleared meanwhile, and moves no row for it before somebody asks', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTeardown(() => void vi.useRealTimers());
    const clears = (page: Live) =>
      page.queryAllByRole('row').flatMap((one) => one.querySelector('bdi')?.textContent ?? []);
    const wait = () => act(() => vi.advanceTimersByTimeAsync(LOOK_AGAIN_MS));
    holds();
    const page = open();
    await act(() => vi.advanceTimersByTimeAsync(0));
    // Where there is nothing, nothing can move.
    holds(entry('a'));
    await wait();
    expect(clears(page)).toEqual(['a/#']);
    const { deletes } = holds(entry('c'), entry('b'), entry('a', { bytes: 2_000 }));
    await wait();
    expect(clears(page)).toEqual(['a/#']);
    expect(page.getByText(/^1 entry, 2 messages, 2.0 kB of 256 MB\./)).toBeTruthy();
    const click = (name: string) => act(() => page.getByRole('button', { name }).click());
    click('Empty trash…');
    click('Empty trash');
    await act(() => vi.advanceTimersByTimeAsync(0));
    // Nobody has seen the others.
    expect(deletes[0]?.entries).toEqual(['a']);
    holds(entry('d'), entry('c'), entry('b'));
    await wait();
    click('Show 1 new entry');
    expect(clears(page)).toEqual(['d/#', 'c/#', 'b/#']);
    expect(page.queryByRole('button', { name: /^Show/ })).toBeNull();
  });

  test('that is empty has nothing to choose, to delete or to restore', async () => {
    holds();
    const page = open();
    expect(await page.findByText(/^The trash is empty\./)).toBeTruthy();
    expect(page.queryByRole('treegrid')).toBeNull();
    expect(page.queryByRole('button', { name: /Empty trash|Delete/ })).toBeNull();
    expect(isDisabled(page.getByRole('button', { name: 'Restore 0…' }))).toBe(true);
  });

  test('that cannot be read says why', async () => {
    answer(fake.engine, 'listTrash', () =>
      failed('locked', 'The file is locked.', 'Close the other window.'),
    );
    const page = open();
    expect((await page.findByRole('alert')).textContent).toContain(
      'The file is locked. Close the other window.',
    );
  });

  test('opens at the entry that was asked for, with all of it chosen, if that is still there', async () => {
    const { reads } = holds(entry('a'), entry('b'));
    const page = open('b');
    await page.findByRole('button', { name: 'Restore 2…' });
    await expect.poll(() => page.queryAllByRole('row', { name: /t[12]/ })).toHaveLength(2);
    expect(reads).toMatchObject([{ entry: 'b' }]);
    // Keys begin there.
    expect(document.activeElement?.textContent).toMatch(/^b/);
    await page.user.keyboard('{ArrowDown}');
    expect(document.activeElement?.textContent).toMatch(/^t1/);
    page.unmount();
    const other = open('c');
    await other.findByRole('treegrid');
    expect(isDisabled(other.getByRole('button', { name: 'Restore 0…' }))).toBe(true);
  });

  test('closes by Done and by Escape', async () => {
    holds(entry('a'));
    const page = open();
    await press(page, 'Done');
    expect(session.store.getState().clearing).toBeNull();
    session.openClear([], 'trash');
    await page.user.keyboard('{Escape}');
    expect(session.store.getState().clearing).toBeNull();
  });

  test.each(HOSTILE_TEXTS)('deceives no eye with an entry that somebody else wrote as %j', async (text) => {
    holds(entry('a', { title: text, profile: text, broker: text, damage: [{ line: 1, what: text }] }));
    const page = open();
    await page.findByRole('treegrid');
    expect(isSafeText(page.getByRole('dialog').outerHTML)).toBe(true);
    expect(page.getByRole('treegrid').querySelector('b')).toBeNull();
  });
});

describe('The rows of the trash', () => {
  test('are one tab stop: arrows move, right opens, left goes up and closes, blank chooses', async () => {
    const { reads } = holds(entry('a'), entry('b'));
    const page = open();
    const first = await row(page, 'a/#');
    act(() => first.focus());
    await page.user.keyboard('{ArrowRight}');
    expect(await row(page, 't2')).toBeTruthy();
    expect(reads).toEqual([{ entry: 'a', from: 0, count: 200 }]);
    const level = () => document.activeElement?.getAttribute('aria-level');
    await page.user.keyboard('{ArrowDown}{ArrowDown}');
    expect([level(), document.activeElement?.textContent]).toEqual(['2', 't2713 B1']);
    await page.user.keyboard(' ');
    expect(chosen(page)).toEqual(['t2']);
    await page.user.keyboard('{ArrowLeft}');
    expect(document.activeElement).toBe(first);
    await page.user.keyboard('{ArrowLeft}');
    expect(page.queryByText('t2')).toBeNull();
    expect(first.getAttribute('aria-expanded')).toBe('false');
    await page.user.keyboard('{End}');
    expect(document.activeElement).toBe(await row(page, 'b/#'));
    expect(page.getAllByRole('row').filter(({ tabIndex }) => tabIndex === 0)).toHaveLength(1);
    await page.user.keyboard('{Home}');
    expect(document.activeElement).toBe(first);
  });

  test('are chosen by a press anywhere, and opened by their arrow without being chosen', async () => {
    holds(entry('a'));
    const page = open();
    await press(page, 'Open a/#');
    await page.user.click(await row(page, 't1'));
    expect(chosen(page)).toEqual(['t1']);
    expect(page.getByRole('button', { name: 'Restore 1…' })).toBeTruthy();
    await page.user.click(await row(page, 'a/#'));
    expect(chosen(page)).toEqual(['a/#', 't1', 't2']);
    await page.user.click(await row(page, 't1'));
    expect(chosen(page)).toEqual(['t2']);
    await press(page, 'Close a/#');
    expect(page.getByRole('button', { name: 'Restore 1…' })).toBeTruthy();
  });
});

describe('Restoring from the trash', () => {
  test('asks first, with the broker it goes to, which need not be the one it came from', async () => {
    const { restores } = holds(entry('a'));
    const page = open();
    await page.user.click(await row(page, 'a/#'));
    await press(page, 'Restore 2…');
    const question = await page.findByRole('dialog', { name: 'Restore to this broker?' });
    expect(question.textContent).toContain(
      '2 messages will be published as retained to Plant (mqtt://10.0.0.5), whatever broker they came from.',
    );
    await expect.poll(focusedName).toBe('Cancel');
    expect(restores).toEqual([]);
    await press(page, 'Restore 2 messages');
    expect(await page.findByText('1 of 1 restored.')).toBeTruthy();
    expect(restores[0]).toEqual({
      ...{ connection: session.connectionId, entry: 'a', from: 0, overwrite: false },
      which: { kind: 'page', from: 0, count: 800 },
    });
  });

  test('leaves what is newer alone, and overwrites it only after another question', async () => {
    holds(entry('a'));
    const asked = answer(fake.engine, 'restoreRetained', ({ which, overwrite }) => ({
      kind: 'results',
      session: 1,
      results: which.kind !== 'lines' ? [] : [back('t1', overwrite ? 'restored' : 'would-overwrite')],
    }));
    const page = open();
    await press(page, 'Open a/#');
    await page.user.click(await row(page, 't1'));
    await press(page, 'Restore 1…');
    await press(page, 'Restore 1 message');
    expect(await page.findByText('0 of 1 restored. t1: The broker holds a newer message.')).toBeTruthy();
    await press(page, 'Restore 1 and overwrite');
    const question = await page.findByRole('dialog', { name: 'Overwrite newer messages?' });
    expect(question.textContent).toContain('1 topic holds another retained message by now, or may.');
    await press(page, 'Overwrite 1 message');
    expect(await page.findByText('1 of 1 restored.')).toBeTruthy();
    expect(asked.map(({ which, overwrite }) => [which, overwrite])).toEqual([
      [{ kind: 'lines', lines: [1] }, false],
      [{ kind: 'lines', lines: [1] }, true],
    ]);
    expect(page.queryByRole('button', { name: /and overwrite/ })).toBeNull();
  });

  test('says that it works, and locks what would come between', async () => {
    holds(entry('a'));
    let end = (): void => undefined;
    answer(fake.engine, 'restoreRetained', async () => {
      await new Promise<void>((resolve) => (end = resolve));
      return failed('offline', 'There is no connection.', 'Connect first.');
    });
    const page = open();
    await page.user.click(await row(page, 'a/#'));
    await press(page, 'Restore 2…');
    await press(page, 'Restore 2 messages');
    expect(await page.findByText('0 of 2 done')).toBeTruthy();
    for (const name of ['Empty trash…', 'Restore 2…'])
      expect(isDisabled(page.getByRole('button', { name })), name).toBe(true);
    end();
    expect((await page.findByRole('alert')).textContent).toContain('There is no connection. Connect first.');
    await expect.poll(() => isDisabled(page.getByRole('button', { name: 'Restore 2…' }))).toBe(false);
  });
});

describe('Deleting from the trash', () => {
  test('is of everything where nothing is chosen, after a question that says so', async () => {
    const { deletes } = holds(entry('a'), entry('b'));
    const page = open();
    await press(page, 'Empty trash…');
    const question = await page.findByRole('dialog', { name: 'Empty the trash?' });
    expect(question.textContent).toContain(
      '2 entries with all their messages will be deleted from the disk.',
    );
    await press(page, 'Cancel');
    expect(deletes).toEqual([]);
    await press(page, 'Empty trash…');
    await press(page, 'Empty trash');
    expect(await page.findByText(/^The trash is empty\./)).toBeTruthy();
    expect(deletes).toEqual([{ entries: null }]);
  });

  test('is of the entries of which something is chosen', async () => {
    const { deletes } = holds(entry('a'), entry('b'));
    const page = open();
    await page.user.click(await row(page, 'b/#'));
    await press(page, 'Delete entries…');
    const question = await page.findByRole('dialog', { name: 'Delete these entries?' });
    expect(question.textContent).toContain('1 entry with all their messages');
    await press(page, 'Delete entries');
    expect(await page.findByText(/^1 entry, 2 messages/)).toBeTruthy();
    expect(deletes).toEqual([{ entries: ['b'] }]);
    expect(chosen(page)).toEqual([]);
  });
});
