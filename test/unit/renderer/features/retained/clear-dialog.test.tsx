// @vitest-environment happy-dom
import { act } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import type { ClearResult, RestoreResult } from '../../../../../src-main/contract/session/outcomes.ts';
import { isSafeText } from '../../../../../src-main/core/payload/visible.ts';
import { displayTopic } from '../../../../../src-main/core/topics/names.ts';
import { ClearRetainedDialog } from '../../../../../src-renderer/features/retained/clear-dialog.tsx';
import type { PlannedTopic } from '../../../../../src-renderer/features/retained/plan.ts';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';
import { onTeardown, teardown } from '../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../support/window/fake-app.ts';
import { fakeSession, SESSION_NOW } from '../../../../support/window/fake-session.ts';
import { HOSTILE_TEXTS } from '../../../../support/window/hostile-texts.ts';
import {
  answer,
  focusedName,
  isDisabled,
  live,
  press,
  watch,
  type Live,
} from '../../../../support/window/live.ts';
import { frame, row } from '../../frames.ts';

let fake: FakeApp;
let session: ConnectionSession;
/** Name of the production connection; null: it is none. */
let production: string | null;

beforeEach(() => {
  fake = fakeApp();
  session = fakeSession(fake);
  production = null;
});
afterEach(teardown);

const why = failed('no', 'It was not allowed.', 'Ask somebody.');
const planned = (key: string, more: Partial<PlannedTopic> = {}): PlannedTopic => ({
  ...{ key, topic: displayTopic(key), size: 3, excluded: null, preview: { kind: 'number', text: '71' } },
  fact: { state: 'retained', by: 'subscribe', at: SESSION_NOW - 5_000, stale: false },
  ...more,
});
const cleared = (key: string, more: Partial<ClearResult> = {}): ClearResult => ({
  ...{ key, topic: displayTopic(key), outcome: { kind: 'cleared' }, restorable: true },
  ...more,
});
const back = (key: string, kind: 'restored' | 'would-overwrite' = 'restored'): RestoreResult => ({
  ...{ key, topic: key },
  outcome: kind === 'restored' ? { kind } : { kind, failure: why },
});

/** The engine plans these, clears them as the test says and puts all of them back. */
function holds(topics: readonly PlannedTopic[], outcomes = topics.map(({ key }) => cleared(key))) {
  const asked = answer(fake.engine, 'planClear', () => ({ kind: 'plan', topics: [...topics] }));
  const clears = answer(fake.engine, 'clearRetained', ({ keys }) => ({
    ...{ kind: 'results', entry: 'entry' },
    results: outcomes.filter(({ key }) => keys.includes(key)),
  }));
  const restores = answer(fake.engine, 'restoreRetained', ({ which }) => ({
    kind: 'results',
    session: 1,
    results: which.kind === 'topics' ? which.keys.map((key) => back(key)) : [],
  }));
  return { asked, clears, restores };
}

const part = () => (
  <ClearRetainedDialog
    connection={{ name: 'Plant', address: 'mqtt://10.0.0.5:1883' }}
    session={session}
    offers={fake.app.restoring}
    production={production}
  />
);
function open(...keys: string[]): Live {
  const page = live(part());
  act(() => session.openClear(keys));
  return page;
}
const dialog = (page: Live) => page.queryByRole('dialog', { name: 'Clear retained messages' });
const button = (page: Live, name: string | RegExp) => page.findByRole('button', { name });
const rows = (page: Live) => page.getAllByRole('row').map(({ textContent }) => textContent);

describe('The preview of a clear', () => {
  test('goes beyond the limit of the trash only by a button that says so', async () => {
    const { clears } = holds([planned('a'), planned('b')]);
    answer(fake.engine, 'clearRetained', (asked) => {
      clears.push(asked);
      if (!asked.overLimit) return failed('trash-full', 'The trash has no room.', 'Empty it first.');
      return { kind: 'results', entry: 'e', results: [cleared('a'), cleared('b')] };
    });
    const page = open('a', 'b');
    await press(page, 'Clear 2 messages');
    expect((await page.findByRole('alert')).textContent).toContain('The trash has no room. Empty it first.');
    await press(page, 'Clear 2 messages, over the trash limit');
    expect(await page.findByText('2 retained messages cleared.')).toBeTruthy();
    expect(clears.map(({ overLimit }) => overLimit)).toEqual([false, true]);
  });

  test('promises no copy of what is too large to be kept whole, and says that it stays', async () => {
    holds([planned('a'), planned('b', { size: 40_000_000, tooLarge: true })]);
    const page = open('a', 'b');
    await button(page, 'Clear 1 message');
    expect(page.getByRole('status').textContent).toMatch(
      /^1 retained message will be removed from the broker\. 1 message is larger than .* it stays on the broker/,
    );
    expect(page.getAllByRole('listitem')[0]?.textContent).toBe(
      'Keep1 message, byte for byte, in the trash on disk, before anything is sent',
    );
  });

  test('of nothing but what is too large says that it tries', async () => {
    holds([planned('a', { size: 40_000_000, tooLarge: true })]);
    const page = open('a', 'b');
    expect(await button(page, 'Try 1 message')).toBeTruthy();
    expect(page.queryAllByRole('listitem')).toEqual([]);
    expect(page.queryByText(/^Copies go to the trash first/)).toBeNull();
  });

  test('stays where something beside it is pressed, with what came of the clear', async () => {
    holds([planned('a'), planned('b')]);
    const page = open('a', 'b');
    await press(page, 'Clear 2 messages');
    expect(await page.findByText('2 retained messages cleared.')).toBeTruthy();
    await page.user.click(document.querySelector('.dialog-scrim') ?? document.body);
    expect(dialog(page)).not.toBeNull();
  });

  test('is not there until it is asked for, and then says what is lost before anything is sent', async () => {
    const { asked, clears } = holds([planned('plant/a'), planned('plant/b')]);
    const page = live(part());
    expect(dialog(page)).toBeNull();
    act(() => session.openClear(['plant/a', 'plant/b']));
    expect(page.getByRole('status').textContent).toBe('Looking up what is retained…');
    expect(await button(page, 'Clear 2 messages')).toBeTruthy();
    expect(rows(page).slice(1)).toEqual([
      'plant/a713 Bseen after subscribing, 5 s ago',
      'plant/b713 Bseen after subscribing, 5 s ago',
    ]);
    expect(page.getByRole('status').textContent).toBe('2 retained messages will be removed from the broker.');
    expect(page.getAllByRole('listitem').map(({ textContent }) => textContent)).toHaveLength(3);
    expect(asked).toEqual([{ connection: session.connectionId, keys: ['plant/a', 'plant/b'] }]);
    expect(clears).toEqual([]);
  });

  test('goes on counting how long ago each was seen while it is read', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTeardown(() => void vi.useRealTimers());
    const clock = vi.spyOn(session, 'now').mockReturnValue(SESSION_NOW);
    holds([planned('plant/a')]);
    const page = open('plant/a');
    await act(() => vi.advanceTimersByTimeAsync(0));
    expect(page.getByText('seen after subscribing, 5 s ago')).toBeTruthy();
    clock.mockReturnValue(SESSION_NOW + 1_000);
    await act(() => vi.advanceTimersByTimeAsync(1_000));
    expect(page.getByText('seen after subscribing, 6 s ago')).toBeTruthy();
  });

  test('has the focus on the way back, not on the button that clears', async () => {
    holds([planned('a')]);
    const page = open('a', 'b');
    await button(page, 'Clear 1 message');
    await expect.poll(focusedName).toBe('Cancel');
    await page.user.keyboard('{Enter}');
    await expect.poll(() => dialog(page)).toBeNull();
    expect(session.store.getState().clearing).toBeNull();
  });

  test('goes away with Escape', async () => {
    holds([planned('a')]);
    const page = open('a', 'b');
    await button(page, 'Clear 1 message');
    await page.user.keyboard('{Escape}');
    await expect.poll(() => dialog(page)).toBeNull();
  });

  test('says where nothing is selected what to do, and where nothing can go has no button for it', async () => {
    holds([]);
    const page = open();
    expect(await page.findByText(/Select a topic in the tree/)).toBeTruthy();
    expect(page.queryByRole('button', { name: /^Clear / })).toBeNull();
  });

  test('keeps what cannot be cleared apart, with its reason, and counts it not', async () => {
    const excluded = planned('$SYS/uptime', { excluded: 'The broker publishes it.' });
    const { clears } = holds([planned('a'), excluded]);
    const page = open('a', '$SYS/uptime');
    await press(page, 'Clear 1 message');
    expect(await button(page, 'Done')).toBeTruthy();
    expect(page.getByRole('table', { name: 'Excluded, with the reason' }).textContent).toContain(
      '$SYS/uptimeThe broker publishes it.',
    );
    expect(clears.map(({ keys }) => keys)).toEqual([['a']]);
  });

  test('is honest about topics of which nothing is known', async () => {
    const unknown = { state: 'unknown', by: 'none', at: 0, stale: false } as const;
    holds([planned('a'), planned('b', { fact: unknown }), planned('c', { fact: unknown })]);
    const page = open('a', 'b', 'c');
    await button(page, 'Clear 3 messages');
    const said = page.getByRole('status').textContent;
    expect(said).toMatch(/^1 retained message will be removed from the broker\. Of 2 topics it is not known/);
    expect(rows(page)[2]).toBe('b713 Bnever seen retained');
  });

  test('that could not be made says why, and offers nothing', async () => {
    answer(fake.engine, 'planClear', () => {
      throw new Error('The worker is gone.');
    });
    const page = open('a', 'b');
    const alert = await page.findByRole('alert');
    expect(alert.textContent).toContain('That did not work: ');
    expect(page.queryByRole('button', { name: /^Clear / })).toBeNull();
  });

  test.each(HOSTILE_TEXTS)('shows what is in a topic called %j', async (name) => {
    const key = new TextDecoder().decode(new TextEncoder().encode(`plant/${name}`));
    holds([planned(key), planned('b', { topic: displayTopic(key), excluded: 'No.' })]);
    const page = open(key, 'b');
    await button(page, 'Clear 1 message');
    const markup = dialog(page)?.outerHTML ?? '';
    expect(isSafeText(markup)).toBe(true);
    expect(page.getAllByRole('rowheader').filter((head) => head.querySelector('b') !== null)).toEqual([]);
    expect(rows(page)).toHaveLength(3);
  });
});

describe('Clearing on production', () => {
  test('asks once more, with the name, and does nothing when that is declined', async () => {
    production = 'Plant Oslo';
    const { clears } = holds([planned('a')]);
    const page = open('a', 'b');
    await press(page, 'Clear 1 message');
    const question = await page.findByRole('dialog', { name: 'Clear on production?' });
    expect(question.textContent).toContain(
      'Plant Oslo is marked as production. 1 retained message will be cleared for every client.',
    );
    await expect.poll(focusedName).toBe('Cancel');
    await page.user.keyboard('{Enter}');
    await expect.poll(() => page.queryByRole('dialog', { name: 'Clear on production?' })).toBeNull();
    expect(clears).toEqual([]);
    await press(page, 'Clear 1 message');
    await press(page, 'Clear on production');
    expect(await page.findByText(/1 retained message cleared\./)).toBeTruthy();
    expect(clears).toHaveLength(1);
  });
});

describe('What was cleared', () => {
  const done = async (...outcomes: ClearResult[]) => {
    const asked = holds(
      outcomes.map(({ key }) => planned(key)),
      outcomes,
    );
    const page = open(...outcomes.map(({ key }) => key), 'zzz');
    await press(page, /^Clear \d/);
    await button(page, 'Done');
    return { page, ...asked };
  };

  test('can be put back, once, and is offered also after the dialog is closed', async () => {
    const { page, restores } = await done(cleared('a'), cleared('b'));
    expect(page.getByText('2 retained messages cleared.')).toBeTruthy();
    expect([...fake.app.restoring.store.getState().values()].map(({ keys }) => keys)).toEqual([['a', 'b']]);
    await press(page, 'Restore');
    expect(await page.findAllByText('Restored')).toHaveLength(2);
    expect(page.queryByRole('button', { name: 'Restore' })).toBeNull();
    expect(restores).toEqual([
      {
        ...{ connection: session.connectionId, entry: 'entry', from: 0, overwrite: false },
        which: { kind: 'topics', keys: ['a', 'b'] },
      },
    ]);
    expect(fake.app.restoring.store.getState().size).toBe(0);
  });

  test('is shown topic by topic, and those that were not cleared are counted', async () => {
    const { page } = await done(
      cleared('a'),
      cleared('b', { outcome: { kind: 'refused', code: 135, failure: why }, restorable: false }),
      cleared('c', { outcome: { kind: 'not-verified', failure: why } }),
    );
    expect(page.getByText(/1 retained message cleared; 2 not, for the reasons below\./)).toBeTruthy();
    expect(rows(page)[2]).toContain('Refused (0x87): It was not allowed. Ask somebody.');
    expect(rows(page)[3]).toContain('Sent, not verified: It was not allowed.');
  });

  test('without a copy is asked about by itself, and cleared only then', async () => {
    const kept = cleared('b', { outcome: { kind: 'not-kept', failure: why }, restorable: false });
    const { page, clears } = await done(cleared('a'), kept);
    answer(fake.engine, 'clearRetained', ({ keys, unkept }) => {
      clears.push({ connection: session.connectionId, keys, unkept, overLimit: false });
      return { kind: 'results', entry: 'e', results: [cleared('b', { restorable: false })] };
    });
    await press(page, 'Clear 1 without a copy');
    expect(clears).toHaveLength(1);
    await press(page, 'Clear 1 message for good');
    expect(await page.findByText('2 retained messages cleared.')).toBeTruthy();
    expect(clears.map(({ keys, unkept }) => [keys, unkept])).toEqual([
      [['a', 'b'], 'stop'],
      [['b'], 'clear'],
    ]);
    expect(page.queryByRole('button', { name: /without a copy/ })).toBeNull();
  });

  test('and is newer on the broker by now is overwritten only where that is asked', async () => {
    const { page } = await done(cleared('a'), cleared('b'));
    const asked = answer(fake.engine, 'restoreRetained', ({ overwrite }) => ({
      kind: 'results',
      session: 1,
      results: overwrite ? [back('b')] : [back('a'), back('b', 'would-overwrite')],
    }));
    await press(page, 'Restore');
    await press(page, 'Restore 1 and overwrite');
    expect(await page.findAllByText('Restored')).toHaveLength(2);
    expect(asked.map(({ which, overwrite }) => [which, overwrite])).toEqual([
      [{ kind: 'topics', keys: ['a', 'b'] }, false],
      [{ kind: 'topics', keys: ['b'] }, true],
    ]);
  });

  test('locks its buttons while something is put back, and says why it could not be', async () => {
    const { page } = await done(cleared('a'));
    let end = (): void => undefined;
    answer(fake.engine, 'restoreRetained', async () => {
      await new Promise<void>((resolve) => (end = resolve));
      return failed('offline', 'There is no connection.', 'Connect first.');
    });
    await press(page, 'Restore');
    for (const name of ['Restore', 'Open trash'])
      expect(isDisabled(page.getByRole('button', { name })), name).toBe(true);
    expect(isDisabled(page.getByRole('button', { name: 'Done' }))).toBe(false);
    expect(page.getByRole('status', { name: 'Restoring' }).textContent).toBe('0 of 1 done');
    end();
    const alert = await page.findByRole('alert');
    expect(alert.textContent).toContain('That did not work: There is no connection. Connect first.');
    await expect.poll(() => isDisabled(page.getByRole('button', { name: 'Restore' }))).toBe(false);
    expect(page.queryByRole('status', { name: 'Restoring' })).toBeNull();
  });

  test('lies in the trash, which is a button away', async () => {
    answer(fake.engine, 'listTrash', () => ({ kind: 'trash', entries: [], bytes: 0, limit: 1 }));
    const { page } = await done(cleared('a'));
    await press(page, 'Open trash');
    expect(await page.findByRole('dialog', { name: 'Trash' })).toBeTruthy();
    expect(dialog(page)).toBeNull();
  });
});

describe('Which dialog it is', () => {
  const plans = () =>
    answer(fake.engine, 'planClearing', () => failed('none', 'There is nothing.', 'Look elsewhere.'));
  const scopes = (page: Live) =>
    page
      .queryAllByRole('radio')
      .map((one) => `${one.parentElement?.textContent} ${(one as HTMLInputElement).checked}`);

  test('of a branch that of its subtree, of a topic that of the topic alone', async () => {
    fake.engine.frame.set(
      frame({ total: 2, ids: [1, 2], rows: [row(1, 'a', { children: 3 }), row(2, 'b')] }),
    );
    await expect.poll(() => session.store.getState().rows.size).toBe(2);
    const many = plans();
    const single = watch(fake.engine, 'planClear');
    const page = open('a');
    expect(scopes(page)).toEqual(['This topic false', 'This subtree true']);
    act(() => session.openClear(['b']));
    expect(scopes(page)).toEqual([]);
    await expect
      .poll(() => [many.map(({ scope }) => scope), single.map(({ keys }) => keys)])
      .toEqual([[{ kind: 'subtree', key: 'a' }], [['b']]]);
  });

  test('of any topic, with a filter, also that of what the filter shows', async () => {
    const many = plans();
    session.setFilter('press');
    const page = open('b');
    expect(scopes(page)).toEqual(['This topic true', 'This subtree false', 'What the filter shows false']);
    await page.user.click(page.getByRole('radio', { name: 'What the filter shows' }));
    await expect
      .poll(() => many.map(({ scope }) => scope))
      .toEqual([
        { kind: 'topics', keys: ['b'] },
        { kind: 'filter', text: 'press' },
      ]);
  });
});
