// @vitest-environment happy-dom
import { act } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { SavedFilter } from '../../../../../../src-main/contract/model/filters.ts';
import type { ViewFrame } from '../../../../../../src-main/contract/model/view.ts';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import type { SavedAccess } from '../../../../../../src-renderer/features/topics/filter/filter-box.tsx';
import { TopicToolbar } from '../../../../../../src-renderer/features/topics/topic-toolbar.tsx';
import type { ConnectionSession } from '../../../../../../src-renderer/state/tree/tree-session.ts';
import { NO_COUNTERS } from '../../../../../support/engine/fake-engine.ts';
import { onTeardown, teardown } from '../../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../../support/window/fake-app.ts';
import { fakeSession, SESSION_NOW } from '../../../../../support/window/fake-session.ts';
import { HOSTILE_TEXTS } from '../../../../../support/window/hostile-texts.ts';
import {
  answer,
  describedBy,
  isDisabled,
  isInvalid,
  live,
  valueOf,
  type Live,
} from '../../../../../support/window/live.ts';
import { frame, row } from '../../../frames.ts';

let fake: FakeApp;
let session: ConnectionSession;
let opened: number;

beforeEach(() => {
  fake = fakeApp();
  session = fakeSession(fake);
  opened = 0;
});
afterEach(teardown);

const counters = { ...NO_COUNTERS, topics: 1_200 };
const ROWS = [row(1, 'plant/press'), row(2, 'plant/pressure'), row(3, 'hall')];
const HOT: SavedFilter = { name: 'Hot presses', text: 'press json:t>70' };

/** The engine shows this from now on. */
async function reported(more: Partial<ViewFrame> = {}): Promise<void> {
  const revision = session.store.getState().revision + 1;
  const next = frame({ revision, counters, total: 3, ids: [1, 2, 3], rows: [...ROWS], ...more });
  fake.engine.frame.set(next);
  await expect.poll(() => session.store.getState().revision).toBe(revision);
  await act(async () => Promise.resolve());
}

async function open(saved: Partial<SavedAccess> = {}, more: Partial<ViewFrame> = {}): Promise<Live> {
  await reported(more);
  return live(
    <>
      <TopicToolbar
        session={session}
        saved={{ filters: [], open: () => (opened += 1), ...saved }}
        subscriptions={['plant/#', '$SYS/#']}
        onClear={() => session.openClear()}
      />
      <div role="treegrid" aria-label="Topics" tabIndex={0} />
      <section data-pane-name="inspector">
        <input data-find="" aria-label="Find in the value" />
      </section>
    </>,
  );
}
const box = (page: Live) => page.getByRole('searchbox', { name: 'Filter topics' });
const options = (page: Live) =>
  page.queryAllByRole('option').map((one) => one.querySelector('.fb-insert')?.textContent);
const chosen = (page: Live) =>
  page
    .queryAllByRole('option', { selected: true })
    .map((one) => one.querySelector('.fb-insert')?.textContent);
const filter = () => session.store.getState().filter;
/** What the box says beside itself, and to a screen reader. */
const count = (page: Live) => describedBy(box(page));

describe('The filter box', () => {
  test('is the filter, and says how many topics match', async () => {
    const page = await open();
    expect(count(page)).toBe('1,200 topics');
    await page.user.type(box(page), 'press');
    expect(filter()).toBe('press');
    await reported({ matches: 2 });
    await expect.poll(() => count(page)).toBe('2 of 1,200 topics');
    await reported({ matches: 0, building: 0.499 });
    await expect.poll(() => count(page)).toBe('searching 49 %');
    await page.user.click(page.getByRole('button', { name: 'Clear filter' }));
    expect([filter(), document.activeElement]).toEqual(['', box(page)]);
    expect(page.queryByRole('button', { name: 'Clear filter' })).toBeNull();
  });

  test('says of one topic that it is one, and that a tree is still built', async () => {
    const page = await open({}, { counters: { ...counters, topics: 1 } });
    expect(count(page)).toBe('1 topic');
    await reported({ building: 1 / 3 });
    await expect.poll(() => count(page)).toBe('building 33 %');
  });

  test('says what is wrong as it is typed, marks it, and keeps the last valid one in force', async () => {
    const page = await open();
    await page.user.type(box(page), 'value>');
    const reason = 'A number is missing after >.';
    await reported({ matches: 7, filterProblems: { of: 'value>', problems: [{ from: 5, to: 6, reason }] } });
    await expect.poll(() => count(page)).toBe('1 problem7 topics, last valid');
    expect(isInvalid(box(page))).toBe(true);
    const problem = page.getByRole('status', { name: 'Filter problem' });
    expect(problem.textContent).toBe(`${reason}The last valid filter stays in force.`);
    expect(document.querySelector('.fb-over mark')?.textContent).toBe('>');
    // A problem of what was typed before is none of what is typed now.
    await page.user.type(box(page), '5');
    expect([isInvalid(box(page)), count(page)]).toEqual([false, '7 of 1,200 topics']);
  });

  test.each(HOSTILE_TEXTS)('deceives no eye with names, saved filters and problems of %j', async (text) => {
    const rows = [row(1, `x${text}`, { name: `x${text}`, topic: `x${text}` })];
    const page = await open({ filters: [{ name: `x${text}`, text }] }, { rows, ids: [1] });
    await page.user.type(box(page), 'x');
    const problems = [{ from: 0, to: 1, reason: text }];
    await reported({ rows, ids: [1], filterProblems: { of: 'x', problems } });
    await expect.poll(() => page.getByRole('status', { name: 'Filter problem' }).textContent).not.toBe('');
    const drop = document.querySelector('.fb-drop');
    expect(options(page).length).toBeGreaterThan(0);
    expect(isSafeText(drop?.outerHTML ?? '\0'), drop?.outerHTML).toBe(true);
    expect(drop?.querySelector('b')).toBeNull();
  });
});

describe('Suggestions', () => {
  test('come for the word at the caret, and the first of them is taken by Tab', async () => {
    const page = await open();
    await page.user.type(box(page), 'hall pre');
    expect(options(page)).toEqual(['press', 'pressure']);
    expect(chosen(page)).toEqual(['press']);
    const active = box(page).getAttribute('aria-activedescendant') ?? '';
    expect(document.getElementById(active)?.textContent).toContain('press');
    expect(box(page).getAttribute('aria-controls')).toBe(page.getByRole('listbox').id);
    await page.user.keyboard('{Tab}');
    expect([filter(), options(page)]).toEqual(['hall press ', []]);
    expect((box(page) as HTMLInputElement).selectionStart).toBe(11);
    expect(document.activeElement).toBe(box(page));
  });

  test('leave the caret behind them in the middle of a filter, before the next frame is drawn', async () => {
    const page = await open();
    await page.user.type(box(page), 'hall pre rest');
    (box(page) as HTMLInputElement).setSelectionRange(8, 8);
    vi.stubGlobal('requestAnimationFrame', () => 0);
    onTeardown(() => void vi.unstubAllGlobals());
    await page.user.keyboard('s{Tab}-1');
    expect(filter()).toBe('hall press-1 rest');
  });

  test('are gone through by the arrows, round the ends, and taken by a press without leaving the box', async () => {
    const page = await open();
    await page.user.type(box(page), 'pre');
    for (const [key, name] of [
      ['ArrowDown', 'pressure'],
      ['ArrowDown', 'press'],
      ['ArrowUp', 'pressure'],
    ] as const) {
      await page.user.keyboard(`{${key}}`);
      expect(chosen(page), key).toEqual([name]);
    }
    await page.user.click(page.getByRole('option', { selected: true }));
    expect(filter()).toBe('pressure ');
    await expect.poll(() => document.activeElement).toBe(box(page));
  });

  test('show how many topics each would match, and names of topics that are not on screen', async () => {
    const asked = answer(fake.engine, 'countTopics', ({ filters }) => ({
      counts: filters.map((_, at) => ({ topics: at === 0 ? 1 : 12_000, exact: at === 0 })),
      superseded: false,
    }));
    answer(fake.engine, 'seenNames', () => ({
      names: [{ name: 'preheat', topic: 'oven/preheat' }],
      superseded: false,
    }));
    const page = await open();
    await page.user.type(box(page), 'pre');
    await expect.poll(() => options(page)).toEqual(['press', 'pressure', 'preheat']);
    await expect
      .poll(() => page.getAllByRole('option').map((one) => one.querySelector('.fb-topics')?.textContent))
      .toEqual(['1 topic', 'about 12,000 topics', 'about 12,000 topics']);
    expect(asked.at(-1)?.filters).toEqual(['press', 'pressure', 'preheat']);
  });

  test('are closed by Escape, by another one the tree is gone to, and by Enter both at once', async () => {
    const page = await open();
    await page.user.type(box(page), 'pre{Escape}');
    expect([options(page), document.activeElement]).toEqual([[], box(page)]);
    await page.user.keyboard('{Escape}');
    expect(document.activeElement).toBe(page.getByRole('treegrid'));
    await page.user.type(box(page), 's{Enter}');
    expect([document.activeElement, filter()]).toEqual([page.getByRole('treegrid'), 'pres']);
    expect(options(page)).toEqual([]);
  });

  test('of an empty box are the saved filters, of which none is chosen by itself', async () => {
    const page = await open({ filters: [HOT] });
    await page.user.click(box(page));
    expect([options(page), chosen(page)]).toEqual([['Hot presses'], []]);
    await page.user.keyboard('{Tab}');
    expect(filter()).toBe('');
    await page.user.click(box(page));
    await page.user.keyboard('{ArrowDown}{Tab}');
    expect(filter()).toBe('press json:t>70 ');
  });
});

describe('The bar of the tree', () => {
  test('leads to the saved filters, and says without a profile why it does not', async () => {
    const page = await open();
    expect(page.queryByRole('button', { name: 'Saved filters…' })).toBeNull();
    await page.user.type(box(page), 'press');
    await page.user.click(page.getByRole('button', { name: 'Saved filters…' }));
    expect(opened).toBe(1);
    const other = await open({ open: null, filters: [HOT] });
    const off = other.getAllByRole('button', { name: 'Saved filters…' }).at(-1);
    expect([off !== undefined && isDisabled(off), off?.title]).toEqual([
      true,
      'Saved filters: save the connection as a profile first',
    ]);
  });

  test('pauses and resumes, each under its own name', async () => {
    const page = await open();
    await page.user.click(page.getByRole('button', { name: 'Pause' }));
    await expect.poll(() => fake.engine.asked.filter((one) => one === 'view pause')).toHaveLength(1);
    await reported({ paused: { seq: 1, at: SESSION_NOW, newMessages: 0, newTopics: 0 } });
    await page.user.click(await page.findByRole('button', { name: 'Resume' }));
    await expect.poll(() => fake.engine.asked.filter((one) => one === 'view resume')).toHaveLength(1);
    expect(page.queryByRole('button', { name: 'Pause' })).toBeNull();
  });

  test('asks to clear what is selected, which may be nothing', async () => {
    const page = await open();
    const clear = page.getByRole('button', { name: 'Clear retained…' });
    await page.user.click(clear);
    expect(session.store.getState().clearing).toEqual({ keys: [], part: 'clear' });
    act(() => session.select('hall'));
    await page.user.click(clear);
    expect(session.store.getState().clearing).toEqual({ keys: ['hall'], part: 'clear' });
  });

  test('is gone to by Ctrl+F, but not out of a pane that finds by itself, and by Ctrl+Shift+F also then', async () => {
    const page = await open();
    await page.user.type(box(page), 'old');
    act(() => page.getByRole('treegrid').focus());
    await page.user.keyboard('{Control>}f{/Control}');
    expect(document.activeElement).toBe(box(page));
    await page.user.keyboard('new');
    expect(valueOf(box(page))).toBe('new');
    const find = page.getByRole('textbox', { name: 'Find in the value' });
    act(() => find.focus());
    await page.user.keyboard('{Control>}f{/Control}');
    expect(document.activeElement).toBe(find);
    await page.user.keyboard('{Control>}{Shift>}F{/Shift}{/Control}');
    expect(document.activeElement).toBe(box(page));
  });

  test('is not gone to while a dialog is open', async () => {
    const page = await open();
    const dialog = document.createElement('div');
    dialog.setAttribute('role', 'dialog');
    document.body.append(dialog);
    await page.user.keyboard('{Control>}f{/Control}');
    expect(document.activeElement).not.toBe(box(page));
    dialog.remove();
    await page.user.keyboard('{Control>}f{/Control}');
    expect(document.activeElement).toBe(box(page));
  });
});
