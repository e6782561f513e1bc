// @vitest-environment happy-dom
import { act, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import type { KeptSnapshot } from '../../../../../../src-main/contract/session/snapshots.ts';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import {
  KeepingLine,
  SnapshotButtons,
  SnapshotWords,
} from '../../../../../../src-renderer/features/retained/snapshots/snapshot-buttons.tsx';
import { SnapshotsPart } from '../../../../../../src-renderer/features/retained/snapshots/snapshots-part.tsx';
import { snapshotsOf } from '../../../../../../src-renderer/features/retained/snapshots/snapshots-session.ts';
import { LOOK_AGAIN_MS } from '../../../../../../src-renderer/ui/feedback/read-again.ts';
import type { ConnectionSession } from '../../../../../../src-renderer/state/tree/tree-session.ts';
import { onTeardown, teardown } from '../../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../../support/window/fake-app.ts';
import { fakeSession, SESSION_NOW } from '../../../../../support/window/fake-session.ts';
import { HOSTILE_TEXTS } from '../../../../../support/window/hostile-texts.ts';
import { answer, emit, isDisabled, live, press, put } from '../../../../../support/window/live.ts';
import { wordsIn } from '../../../../../support/window/drawn.tsx';

let fake: FakeApp;
let session: ConnectionSession;

beforeEach(() => {
  fake = fakeApp();
  session = fakeSession(fake);
});
afterEach(teardown);

const kept = (id: string, more: Partial<KeptSnapshot> = {}): KeptSnapshot => ({
  ...{ id, at: SESSION_NOW, name: `name ${id}`, title: 'plant/#', broker: 'mqtt://h', profile: 'Plant' },
  ...{ isOfBroker: true, messages: 1_291, bytes: 2_000, damage: [] },
  ...more,
});

/** These are kept from now on. */
const holds = (...snapshots: KeptSnapshot[]) =>
  answer(fake.engine, 'listSnapshots', () => ({
    ...{ kind: 'snapshots', broker: { name: 'Plant Oslo', address: 'mqtt://h' }, snapshots },
    ...{ more: 0, bytes: snapshots.length * 2_000, limit: 256_000_000 },
  }));
const plans = (clear: number, excluded = 0) =>
  answer(fake.engine, 'planClearing', () => ({
    ...{ kind: 'plan', plan: 'p', clear, bytes: 2_000, returning: 0, excluded, unknown: 0 },
  }));

const draw = () => live(<SnapshotsPart session={session} />);
const drawBoth = (production: string | null = null) =>
  live(
    <>
      <SnapshotsPart session={session} />
      <SnapshotWords session={session} />
      <KeepingLine session={session}>5 selected</KeepingLine>
      <SnapshotButtons session={session} count={5} production={production} />
    </>,
  );

describe('The snapshots of a broker, beside its list', () => {
  test('are the newest three with time, name, count and size, and all others in a dialog', async () => {
    holds(kept('d'), kept('x', { isOfBroker: false }), kept('c'), kept('b'), kept('a'));
    const page = draw();
    const list = await page.findByRole('list', { name: 'Snapshots kept lately' });
    expect(page.getByRole('heading').textContent).toContain('Snapshots of Plant Oslo');
    expect([...list.children].map(({ innerHTML }) => wordsIn(innerHTML))).toEqual(
      ['d', 'c', 'b'].map((id) =>
        expect.stringMatching(`^\\w+ \\d+, \\d+ \\d\\d:\\d\\d name ${id} 1,291 2.0 kB Compare$`),
      ),
    );
    await press(page, 'Show all 5');
    expect(snapshotsOf(session).store.getState().dialog).toEqual({ kind: 'list' });
  });

  test('lead to the dialog also where all are in sight, for it alone removes them', async () => {
    holds(kept('a'));
    await press(draw(), 'Show all 1');
    expect(snapshotsOf(session).store.getState().dialog).toEqual({ kind: 'list' });
  });

  test('that another window or program keeps or removes are seen, but not in an open dialog', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTeardown(() => void vi.useRealTimers());
    const later = () => act(() => vi.advanceTimersByTimeAsync(LOOK_AGAIN_MS));
    holds();
    const page = draw();
    await later();
    holds(kept('elsewhere'));
    await later();
    expect(page.getByText('name elsewhere')).toBeTruthy();
    act(() => snapshotsOf(session).show('list'));
    const asked = holds();
    await later();
    expect(asked).toHaveLength(0);
    act(() => snapshotsOf(session).close());
    await later();
    expect(page.getByText(/^None is kept/)).toBeTruthy();
  });

  test('are none at first, and the words say how to have one', async () => {
    holds();
    const page = draw();
    await page.findByText('None is kept. “Save snapshot…” keeps what is selected.');
    expect(page.queryByRole('button', { name: /Show all/ })).toBeNull();
    expect(page.getByRole('button', { name: 'Open…' })).toBeTruthy();
  });

  test('that cannot be read say why, and one that is damaged where', async () => {
    answer(fake.engine, 'listSnapshots', () => failed('no', 'They cannot be read (EACCES).', 'Check it.'));
    await draw().findByText('They cannot be read (EACCES). Check it.');
    holds(kept('d', { damage: [{ line: 1_812, what: 'It was changed.' }] }));
    const page = draw();
    await act(() => snapshotsOf(session).load());
    const damaged = await page.findByText(/damaged at line 1,812/);
    expect(damaged.title).toBe('Damaged at line 1812: It was changed.');
  });

  test('are compared by a press, with what the list shows then', async () => {
    holds(kept('d'));
    const asked = answer(fake.engine, 'compareKept', () => failed('gone', 'It is not kept any more.', ''));
    const page = drawBoth();
    await page.findByRole('list', { name: 'Snapshots kept lately' });
    session.setFilter('plant');
    await press(page, /^Compare name d/);
    const dialog = await page.findByRole('dialog', { name: 'Compare with snapshot' });
    await within(dialog).findByText('It is not kept any more.');
    expect(asked).toMatchObject([{ snapshot: 'd', prefix: '', query: { filter: 'plant', state: 'all' } }]);
  });

  test.each(HOSTILE_TEXTS)('deceive no eye where somebody else wrote %j into the file', async (text) => {
    holds(
      kept('a', { name: text, title: text, profile: text, broker: text }),
      kept('c', { name: '', title: text }),
      kept('b', { damage: [{ line: 1, what: text }] }),
      kept('o', { isOfBroker: false, name: text, title: text, profile: text, broker: text }),
    );
    const page = drawBoth();
    const list = await page.findByRole('list', { name: 'Snapshots kept lately' });
    expect(isSafeText(list.outerHTML)).toBe(true);
    await press(page, 'Compare with snapshot…');
    const dialog = await page.findByRole('dialog', { name: 'Snapshots' });
    await page.user.click(await within(dialog).findByRole('checkbox'));
    await expect.poll(() => within(dialog).getAllByRole('row').length).toBe(5);
    expect(isSafeText(dialog.outerHTML)).toBe(true);
    expect(dialog.querySelector('b')).toBeNull();
  });
});

describe('All snapshots', () => {
  test('are those of this broker, and of others where that is asked for', async () => {
    holds(kept('a'), kept('o', { isOfBroker: false, profile: 'Staging' }));
    const page = drawBoth();
    await press(page, 'Compare with snapshot…');
    const dialog = within(await page.findByRole('dialog', { name: 'Snapshots' }));
    await dialog.findByText(/^2 snapshots, 4.0 kB of 256 MB\. /);
    const rows = () =>
      dialog
        .getAllByRole('row')
        .slice(1)
        .map(({ innerHTML }) => wordsIn(innerHTML));
    expect(rows()).toEqual([expect.stringContaining('name a plant/# 1,291')]);
    await page.user.click(dialog.getByRole('checkbox', { name: 'Also of other brokers (1)' }));
    expect(rows()[1]).toContain('plant/# , Staging');
  });

  test('are removed one by one after a question that says what is lost', async () => {
    holds(kept('a'), kept('b'));
    const asked = answer(fake.engine, 'removeSnapshot', () => ({ kind: 'done' }));
    const page = drawBoth();
    await press(page, 'Compare with snapshot…');
    await page.findByText(/^2 snapshots/);
    await press(page, /^Remove… name b/);
    const question = await page.findByRole('dialog', { name: 'Remove this snapshot?' });
    expect(question.textContent).toContain('with 1,291 messages of mqtt://h, will be deleted from the disk.');
    await press(page, 'Cancel');
    expect(asked).toEqual([]);
    await press(page, /^Remove… name b/);
    holds(kept('a'));
    await press(page, 'Remove snapshot');
    await page.findByText('name b was removed.');
    await page.findByText(/^1 snapshot,/);
    expect(asked).toEqual([{ snapshot: 'b' }]);
  });
});

describe('Saving a snapshot', () => {
  test('says what would be saved, and keeps it under a name by Enter', async () => {
    holds();
    plans(5, 2);
    const sent = emit(fake.engine, 'keepSnapshot', { kind: 'progress', done: 0, total: 5 });
    const page = drawBoth();
    await press(page, 'Save snapshot…');
    await page.findByText('5 messages, 2.0 kB, as the broker holds them now. 2 protected are left out.');
    await put(page, page.getByRole('textbox', { name: 'Name' }), 'x'.repeat(200));
    await page.user.keyboard('{Enter}');
    await page.findByRole('status', { name: 'Saving snapshot' });
    expect(page.queryByRole('dialog')).toBeNull();
    expect(isDisabled(page.getByRole('button', { name: 'Save snapshot…' }))).toBe(true);
    holds(kept('new'));
    act(() => sent.set({ kind: 'kept', snapshot: kept('new'), unread: 0 }));
    await page.findByText('1,291 messages saved.');
    await page.findByText('name new');
  });

  test('asks before it goes beyond the limit', async () => {
    holds();
    plans(5);
    const asked: { name: string; overLimit: boolean }[] = [];
    Object.assign(fake.engine.handlers, {
      keepSnapshot: async function* (params: { name: string; overLimit: boolean }) {
        asked.push(params);
        yield await Promise.resolve(
          params.overLimit
            ? { kind: 'kept', snapshot: kept('new'), unread: 0 }
            : failed('snapshots-full', 'There is no room.', 'Remove others.'),
        );
      },
    });
    const page = drawBoth();
    await press(page, 'Save snapshot…');
    await put(page, page.getByRole('textbox', { name: 'Name' }), ' weekly ');
    await press(page, 'Save');
    expect((await page.findByRole('alert')).textContent.trim()).toBe('There is no room. Remove others.');
    await press(page, 'Save, over the limit');
    await page.findByText('1,291 messages saved.');
    expect(asked.map(({ name, overLimit }) => [name, overLimit])).toEqual([
      ['weekly', false],
      ['weekly', true],
    ]);
  });

  test('is off where nothing of what is selected can be saved, or why is not known', async () => {
    holds();
    plans(0, 3);
    const page = drawBoth();
    await press(page, 'Save snapshot…');
    await page.findByText(/^0 messages/);
    expect(['Save', 'Save as file…'].map((name) => isDisabled(page.getByRole('button', { name })))).toEqual([
      true,
      true,
    ]);
    await press(page, 'Cancel');
    answer(fake.engine, 'planClearing', () => failed('too-many', 'There are too many.', 'Choose less.'));
    await press(page, 'Save snapshot…');
    expect((await page.findByRole('alert')).textContent.trim()).toBe('There are too many. Choose less.');
  });
});
