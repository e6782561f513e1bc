// @vitest-environment happy-dom
import { act, fireEvent } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Row, ViewAction, ViewFrame } from '../../../../../src-main/contract/model/view.ts';
import { displayTopic, topicKey } from '../../../../../src-main/core/topics/names.ts';
import { isSafeText } from '../../../../../src-main/core/payload/visible.ts';
import { TopicTree, type TopicTreeProps } from '../../../../../src-renderer/features/topics/topic-tree.tsx';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';
import { NO_COUNTERS } from '../../../../support/engine/fake-engine.ts';
import { teardown } from '../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../support/window/fake-app.ts';
import { fakeSession, SESSION_NOW } from '../../../../support/window/fake-session.ts';
import { HOSTILE_TEXTS } from '../../../../support/window/hostile-texts.ts';
import { answer, isDisabled, live, type Live } from '../../../../support/window/live.ts';
import { frame, row } from '../../frames.ts';

let fake: FakeApp;
let session: ConnectionSession;
let actions: ViewAction[];
let edited: string[];
let forgotten: object[];
let subscribed: string[];

beforeEach(() => {
  fake = fakeApp();
  actions = [];
  answer(fake.engine, 'updateView', ({ action }) => {
    if (action.kind !== 'look' && action.kind !== 'open-small') actions.push(action);
    return { kind: 'done' };
  });
  session = fakeSession(fake);
  [edited, forgotten, subscribed] = [[], [], []];
});
afterEach(teardown);

const tree = (more: Partial<TopicTreeProps> = {}) => (
  <TopicTree
    session={session}
    edit={(key) => {
      edited.push(key);
      return Promise.resolve(null);
    }}
    watch={fake.app.watch}
    address="mqtt://h:1883"
    place="p"
    density="normal"
    colours={[]}
    forget={(what) => forgotten.push(what)}
    subscribing={{
      off: (key) => (key === 'c' ? 'there is no connection' : null),
      subscribe: (key) => {
        subscribed.push(key);
        return Promise.resolve(`Subscribed to ${key}/#.`);
      },
    }}
    opens={false}
    {...more}
  />
);
/** A frame with these rows from the first on. */
const rowsOf = (rows: readonly Row[], more: Partial<ViewFrame> = {}) =>
  frame({ total: rows.length, ids: rows.map(({ id }) => id), rows: [...rows], ...more });
const THREE = [
  row(1, 'a', { children: 2, own: 0, topics: 2 }),
  row(2, 'b', { retained: 'retained' }),
  row(3, 'c', { messages: 1_234_567_890 }),
];

async function shown(given = rowsOf(THREE), more: Partial<TopicTreeProps> = {}): Promise<Live> {
  fake.engine.frame.set(given);
  const page = live(tree(more));
  await expect.poll(() => session.store.getState().ids).toEqual(given.ids);
  await act(async () => Promise.resolve());
  return page;
}
const grid = (page: Live) => page.getByRole('treegrid', { name: 'Topics' });
const rows = (page: Live) => page.getAllByRole('row').filter((one) => one.dataset['topic'] !== undefined);
const rowAt = (page: Live, topic: string) => {
  const found = rows(page).find((one) => one.dataset['topic'] === topic);
  if (found === undefined) throw new Error(`no row ${topic}`);
  return found;
};
const focused = () => (document.activeElement as HTMLElement).dataset['topic'];
const menu = (page: Live) => page.findByRole('menu', { name: /^Actions for / });

describe('The tree of topics', () => {
  test('has a row a topic, with where it lies and how many there are', async () => {
    const page = await shown();
    expect(rows(page).map(({ dataset }) => dataset['topic'])).toEqual(['a', 'b', 'c']);
    expect(grid(page).getAttribute('aria-rowcount')).toBe('4');
    expect(rows(page).map((one) => one.getAttribute('aria-rowindex'))).toEqual(['2', '3', '4']);
    expect(rows(page).map((one) => one.getAttribute('aria-expanded'))).toEqual(['false', null, null]);
    expect(page.getAllByRole('columnheader').map((one) => one.getAttribute('aria-label'))).toEqual([
      ...['Topic', null, 'Messages', 'Rate', 'Last seen'],
    ]);
    expect(rowAt(page, 'c').textContent).toContain('1,234,567,890');
  });

  test('marks as Retained what is known to be, and of what is not known says nothing', async () => {
    const states = ['retained', 'unknown', 'cleared', 'not-retained', null] as const;
    const page = await shown(rowsOf(states.map((retained, at) => row(at + 1, String(at), { retained }))));
    const marked = rows(page).map((one) => one.querySelectorAll('[aria-label="Retained"]').length);
    expect(marked).toEqual([1, 0, 0, 0, 0]);
  });

  test('draws of a very long name no more than may be in sight', async () => {
    const long = `x/${'begin'.repeat(6_000)}${'end'.repeat(6_000)}`;
    const page = await shown(rowsOf([row(1, long)]));
    const drawn = rowAt(page, long).querySelector('.tt-name')?.textContent ?? '';
    expect([drawn.length, drawn.slice(0, 5), drawn.slice(-3)]).toEqual([1_001, 'begin', 'end']);
  });

  test('shows the full topic on hover where the name may be cut, or its parents are far above', async () => {
    const page = await shown(
      rowsOf([row(1, 'a/short'), row(2, 'a/temperature-outside'), row(3, 'a/b/c/d/e')]),
    );
    const titles = rows(page).map((one) => one.querySelector('[role=gridcell]')?.getAttribute('title'));
    expect(titles).toEqual([null, 'a/temperature-outside', 'a/b/c/d/e']);
  });

  test('draws rows in sight only, but gives the number of all rows', async () => {
    const some = Array.from({ length: 60 }, (_, at) => row(at + 1, `t${at + 100}`));
    const page = await shown(rowsOf(some, { total: 1_000_000 }));
    expect(grid(page).getAttribute('aria-rowcount')).toBe('1000001');
    expect(rows(page).length).toBeLessThan(60);
  });

  test('that is empty can be reached by the keyboard, and says what to do', async () => {
    const page = await shown(rowsOf([]), { emptyHint: 'Subscribed to plant/#.' });
    expect(await page.findByText('No messages yet')).toBeTruthy();
    expect(page.getByText('Subscribed to plant/#.')).toBeTruthy();
    expect(grid(page).tabIndex).toBe(0);
    act(() => session.setFilter('nowhere'));
    fake.engine.frame.set(rowsOf([], { revision: 2, counters: { ...NO_COUNTERS, topics: 1 } }));
    expect(await page.findByText('0 of 1 topic match.')).toBeTruthy();
    await page.user.click(page.getByRole('button', { name: 'Clear filter' }));
    expect(session.store.getState().filter).toBe('');
  });

  test.each(HOSTILE_TEXTS)('shows what is in a topic and a value of %j', async (text) => {
    const key = topicKey(new TextEncoder().encode(text));
    const preview = { kind: 'text', text, cut: false } as const;
    const topic = displayTopic(key);
    const page = await shown(rowsOf([row(1, key, { topic, name: topic, preview })]));
    const drawn = rows(page)[0]?.outerHTML.replace(/ data-topic="[^"]*"/, '') ?? '';
    expect(isSafeText(drawn)).toBe(true);
    fireEvent.contextMenu(rows(page)[0] ?? document.body, { clientX: 5, clientY: 5 });
    expect(isSafeText((await menu(page)).getAttribute('aria-label') ?? '')).toBe(true);
  });
});

describe('The keys of the tree', () => {
  test('have one tab stop, which goes with the row they are at', async () => {
    const page = await shown();
    const stops = () => rows(page).flatMap((one) => (one.tabIndex === 0 ? [one.dataset['topic']] : []));
    expect(stops()).toEqual(['a']);
    act(() => rowAt(page, 'a').focus());
    await page.user.keyboard('{ArrowDown}{ArrowDown}');
    await expect.poll(focused).toBe('c');
    expect([stops(), session.store.getState().selectedKey]).toEqual([['c'], 'c']);
    expect(rowAt(page, 'c').getAttribute('aria-selected')).toBe('true');
    await page.user.keyboard('{ArrowDown}');
    expect(focused()).toBe('c');
    await page.user.keyboard('{Home}');
    await expect.poll(focused).toBe('a');
  });

  test('open a branch and close it; of what is no branch they leave the row', async () => {
    const page = await shown();
    act(() => rowAt(page, 'a').focus());
    await page.user.keyboard('{ArrowRight}');
    await expect.poll(() => actions).toEqual([{ kind: 'expand', key: 'a' }]);
    act(() => rowAt(page, 'b').focus());
    await page.user.keyboard('{ArrowRight}');
    expect(actions).toHaveLength(1);
  });

  test('keep the focus on its row when rows come before it, and on the tree when it is gone', async () => {
    const page = await shown();
    act(() => rowAt(page, 'b').focus());
    const more = [row(9, 'Z'), ...THREE];
    fake.engine.frame.set(rowsOf(more, { revision: 2 }));
    await expect.poll(() => rows(page).length).toBe(4);
    expect(focused()).toBe('b');
    fake.engine.frame.set(rowsOf([], { revision: 3 }));
    await expect.poll(() => page.queryAllByRole('row').length).toBe(1);
    await expect.poll(() => document.activeElement).toBe(grid(page));
  });

  test('pause the tree by the blank, and ask to clear by Delete, without doing either', async () => {
    const page = await shown();
    act(() => rowAt(page, 'b').focus());
    await page.user.keyboard(' {Delete}');
    await expect.poll(() => actions).toEqual([{ kind: 'pause' }]);
    expect(session.store.getState().clearing).toEqual({ keys: ['b'], part: 'clear' });
  });

  test('copy the topic, and say so', async () => {
    const page = await shown();
    act(() => rowAt(page, 'b').focus());
    await page.user.keyboard('{Control>}c{/Control}');
    await expect.poll(() => page.getByRole('status').textContent).toMatch(/copied/i);
    expect(await navigator.clipboard.readText()).toBe('b');
  });

  test('are left to buttons of the head, which are no rows', async () => {
    const page = await shown();
    act(() => page.getByRole('button', { name: 'Columns…' }).focus());
    await page.user.keyboard('{Delete}');
    expect(session.store.getState().clearing).toBeNull();
  });
});

describe('A press in the tree', () => {
  test('selects a topic; a branch is opened as well, by its arrow opened alone', async () => {
    const page = await shown();
    await page.user.click(rowAt(page, 'b'));
    expect(session.store.getState().selectedKey).toBe('b');
    await page.user.click(rowAt(page, 'a'));
    await expect.poll(() => actions).toEqual([{ kind: 'expand', key: 'a' }]);
    expect(session.store.getState().selectedKey).toBe('a');
    await page.user.click(rowAt(page, 'b'));
    const arrow = rowAt(page, 'a').querySelector('[data-twisty]');
    if (arrow === null) throw new Error('no arrow');
    await page.user.click(arrow);
    await expect.poll(() => actions.at(-1)).toEqual({ kind: 'collapse', key: 'a' });
    expect(session.store.getState().selectedKey).toBe('b');
  });

  test('of the other button opens the menu of its row, and beside the rows none', async () => {
    const page = await shown();
    fireEvent.contextMenu(grid(page), { clientX: 5, clientY: 500 });
    expect(page.queryByRole('menu')).toBeNull();
    fireEvent.contextMenu(rowAt(page, 'c'), { clientX: 5, clientY: 5 });
    expect((await menu(page)).getAttribute('aria-label')).toBe('Actions for c');
    expect(session.store.getState().active?.view.row.key).toBe('c');
  });

  test('holds rows under the pointer, and lets them go when it leaves', async () => {
    const page = await shown();
    fireEvent.pointerOver(rowAt(page, 'b'), { clientX: 5, clientY: 30 });
    expect(session.store.getState().pointed).toBe('b');
    fireEvent.pointerOut(grid(page), { relatedTarget: document.body });
    expect(session.store.getState().pointed).toBeNull();
  });
});

describe('The menu of a row', () => {
  const opened = async (topic: string) => {
    const page = await shown();
    act(() => rowAt(page, topic).focus());
    await page.user.keyboard('{Shift>}{F10}{/Shift}');
    await menu(page);
    return page;
  };
  const item = (page: Live, name: RegExp | string) => page.findByRole('menuitem', { name });

  test('opens by Shift+F10, with the focus on its first entry, and closes by Escape to the row', async () => {
    const page = await opened('b');
    await expect.poll(() => document.activeElement?.textContent).toMatch(/^Copy topic/);
    await page.user.keyboard('{Escape}');
    await expect.poll(() => page.queryByRole('menu')).toBeNull();
    await expect.poll(focused).toBe('b');
  });

  test('says of what cannot be done why, and does not do it', async () => {
    const page = await opened('a');
    const chart = await item(page, /^Chart/);
    expect([isDisabled(chart), chart.textContent]).toEqual([true, expect.stringContaining('no message')]);
    await page.user.keyboard('{Escape}');
    await expect.poll(() => page.queryByRole('menu')).toBeNull();
    fireEvent.contextMenu(rowAt(page, 'c'), { clientX: 5, clientY: 5 });
    const subscribe = await item(page, /^Subscribe to this subtree/);
    expect(subscribe.textContent).toContain('there is no connection');
    await page.user.click(subscribe);
    expect(subscribed).toEqual([]);
  });

  test('does what it says to its own row, and shows how that went', async () => {
    const page = await opened('b');
    await page.user.click(await item(page, /^Subscribe to this subtree/));
    await expect.poll(() => page.getByRole('status').textContent).toBe('Subscribed to b/#.');
    for (const [name, done] of [
      [/^Edit and publish/, () => edited],
      [/^Forget topic…/, () => forgotten],
      [/^Filter like this/, () => [session.store.getState().filter]],
      [/^Clear retained…/, () => [session.store.getState().clearing]],
    ] as const) {
      fireEvent.contextMenu(rowAt(page, 'b'), { clientX: 5, clientY: 5 });
      await page.user.click(await item(page, name));
      await expect.poll(() => done().filter(Boolean).length).toBe(1);
      await expect.poll(() => page.queryByRole('menu')).toBeNull();
    }
    expect([edited, forgotten]).toEqual([['b'], [{ kind: 'topic', key: 'b' }]]);
    expect(session.store.getState().filter).toBe('topic:b');
    expect(session.store.getState().clearing).toEqual({ keys: ['b'], part: 'clear' });
  });
});

describe('What changes while one looks', () => {
  test('a paused tree says what waits, in the number it is', async () => {
    const page = await shown(
      rowsOf(THREE, { paused: { seq: 1, at: SESSION_NOW, newMessages: 1, newTopics: 2 } }),
    );
    expect(await page.findByText(/1 new message, 2 new topics waiting\./)).toBeTruthy();
  });

  test('rows that a filter colours show its name, and not by their colour alone', async () => {
    const colours = [{ name: 'Hot\u202e', text: 'hot', colour: 'red' as const }];
    const page = await shown(rowsOf([row(1, 'a', { colour: 0 }), row(2, 'b')]), { colours });
    expect(rowAt(page, 'a').textContent).toContain('Hot\\u{202e}');
    expect(rows(page).map(({ dataset }) => dataset['colour'])).toEqual(['red', undefined]);
    expect(session.store.getState().colours).toEqual(['hot']);
  });

  test('the height of rows follows the density, and so does how many fit', async () => {
    vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(28 + 280);
    onTestFinished(() => void vi.restoreAllMocks());
    const page = await shown();
    const fits = () => [session.store.getState().viewRows, session.store.getState().rowHeight];
    expect(fits()).toEqual([280 / 24, 24]);
    page.again(tree({ density: 'comfortable' }));
    expect(fits()).toEqual([10, 28]);
    page.again(tree({ density: 'compact' }));
    expect(fits()).toEqual([14, 20]);
  });
});
