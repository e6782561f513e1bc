// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SavedHead } from '../../../../../../src-main/contract/session/sending.ts';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import { SavedTree } from '../../../../../../src-renderer/features/publish/kept/saved-tree.tsx';
import { savedHead } from '../../../../../support/session/sent-and-saved.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { HOSTILE_TEXTS } from '../../../../../support/window/hostile-texts.ts';
import { isDisabled, live, press, type Live } from '../../../../../support/window/live.ts';

/** What was asked for, in order. */
let asked: string[];

beforeEach(() => {
  asked = [];
});
afterEach(teardown);

const P = { id: 'p', name: 'Plant' };
const SAVED = [
  savedHead('start', { profile: 'p', folder: 'Presses', name: 'Start' }),
  savedHead('stop', { profile: 'p', folder: 'Presses', name: 'Stop' }),
  savedHead('ping', { name: 'Ping', topic: 'plant/ping', qos: 2 }),
];
const does =
  (what: string) =>
  ({ id }: SavedHead) =>
    asked.push(`${what} ${id}`);
const tree = (saved: readonly SavedHead[]) => (
  <SavedTree
    saved={saved}
    profile={P}
    onLoad={does('load')}
    onSend={does('send')}
    onRemove={does('remove')}
  />
);
const open = (saved: readonly SavedHead[] = SAVED) => live(tree(saved));
const grid = (page: Live) => page.getByRole('treegrid', { name: 'Saved messages' });
const rows = (page: Live) => page.getAllByRole('row').map(nameOf);
const nameOf = (row: Element | null) => row?.querySelector('bdi')?.textContent;
const row = (page: Live, name: string) => page.getAllByRole('row').find((one) => nameOf(one) === name)!;
const stops = (page: Live) => page.getAllByRole('row').filter(({ tabIndex }) => tabIndex === 0);
const begin = async (page: Live) => {
  stops(page)[0]?.focus();
  await expect.poll(() => document.activeElement?.getAttribute('role')).toBe('row');
};
const active = () => nameOf(document.activeElement);
const ALL = ['Plant', 'Presses', 'Start', 'Stop', 'Everywhere', 'Ping'];

describe('Saved messages', () => {
  test('are a tree with one tab stop, which says which keys do what', () => {
    const page = open();
    expect(rows(page)).toEqual(ALL);
    expect(stops(page)).toHaveLength(1);
    expect(page.getAllByRole('row').map((one) => one.getAttribute('aria-level'))).toEqual([
      '1',
      '2',
      '3',
      '3',
      '1',
      '2',
    ]);
    expect(grid(page).getAttribute('aria-description')).toBe(
      'Enter loads, Ctrl+Enter publishes, Delete removes',
    );
  });

  test('are where they are saved, or it says how one is', () => {
    const page = open([]);
    expect(page.queryByRole('treegrid')).toBeNull();
    expect(page.getByText('Nothing is saved yet. Save… keeps the message in the panel.')).toBeTruthy();
    expect(isDisabled(page.getByRole('button', { name: 'Remove saved message' }))).toBe(true);
  });

  test('are found by a part of their name or topic', async () => {
    const page = open();
    const search = page.getByRole('searchbox', { name: 'Search saved messages' });
    await page.user.type(search, 'PLANT/PING');
    expect(rows(page)).toEqual(['Everywhere', 'Ping']);
    await page.user.type(search, 'x');
    expect(page.getByText('Nothing saved has this in its name or topic.')).toBeTruthy();
    await page.user.clear(search);
    expect(rows(page)).toEqual(ALL);
  });

  test.each(HOSTILE_TEXTS)('called %j, in such a folder and to such a topic, deceive no eye', (text) => {
    const page = open([savedHead('x', { profile: 'p', folder: text, name: text, topic: text })]);
    const drawn = document.body;
    expect(isSafeText(drawn.textContent)).toBe(true);
    expect([...drawn.querySelectorAll('[title]')].every(({ outerHTML }) => isSafeText(outerHTML))).toBe(true);
    expect(grid(page).querySelector('b')).toBeNull();
  });
});

describe('By keys', () => {
  test('one moves through all rows, to either end and not past it', async () => {
    const page = open();
    await begin(page);
    await page.user.keyboard('{ArrowUp}');
    expect(active()).toBe('Plant');
    await page.user.keyboard('{ArrowDown}{ArrowDown}');
    expect(active()).toBe('Start');
    await page.user.keyboard('{End}');
    expect(active()).toBe('Ping');
    await page.user.keyboard('{ArrowDown}');
    expect(active()).toBe('Ping');
    await page.user.keyboard('{Home}');
    expect(active()).toBe('Plant');
    expect(stops(page).map(nameOf)).toEqual(['Plant']);
  });

  test('a message is loaded, published and removed after a question', async () => {
    const page = open();
    await begin(page);
    await page.user.keyboard('{End}{Enter}');
    expect(asked).toEqual(['load ping']);
    await page.user.keyboard('{Control>}{Enter}{/Control}');
    expect(asked).toEqual(['load ping', 'send ping']);
    await page.user.keyboard('{Delete}');
    const question = await page.findByRole('dialog', { name: 'Remove the saved message?' });
    expect(question.textContent).toContain('Ping is removed for good.');
    await press(page, 'Remove');
    await expect.poll(() => asked.at(-1)).toBe('remove ping');
  });

  test('a message stays where that is cancelled', async () => {
    const page = open();
    await begin(page);
    await page.user.keyboard('{End}{Delete}');
    await page.findByRole('dialog');
    await press(page, 'Cancel');
    await expect.poll(() => page.queryByRole('dialog')).toBeNull();
    expect(asked).toEqual([]);
  });

  test('a folder is closed and opened, and is never published or removed', async () => {
    const page = open();
    await begin(page);
    await page.user.keyboard('{ArrowDown}{ArrowLeft}');
    expect(rows(page)).toEqual(['Plant', 'Presses', 'Everywhere', 'Ping']);
    expect(row(page, 'Presses').getAttribute('aria-expanded')).toBe('false');
    await page.user.keyboard('{ArrowRight}');
    expect(rows(page)).toEqual(ALL);
    await page.user.keyboard('{Enter}');
    expect(row(page, 'Presses').getAttribute('aria-expanded')).toBe('false');
    await page.user.keyboard('{Control>}{Enter}{/Control}{Delete}');
    expect(row(page, 'Presses').getAttribute('aria-expanded')).toBe('false');
    expect(page.queryByRole('dialog')).toBeNull();
    expect(asked).toEqual([]);
  });

  test('the row that was chosen stays it while others come before it and go', async () => {
    const page = open();
    await begin(page);
    await page.user.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}');
    expect(active()).toBe('Stop');
    page.again(tree([savedHead('new', { profile: 'p', folder: 'A', name: 'New' }), ...SAVED]));
    expect(stops(page).map(nameOf)).toEqual(['Stop']);
    expect(active()).toBe('Stop');
  });
});

describe('By a pointer', () => {
  test('a folder opens and closes by one press', async () => {
    const page = open();
    await page.user.click(row(page, 'Presses'));
    expect(rows(page)).not.toContain('Start');
    await page.user.click(row(page, 'Presses'));
    expect(rows(page)).toContain('Start');
  });

  test('a message is loaded by a press on its name, or by two on its row', async () => {
    const page = open();
    await page.user.click(page.getByRole('button', { name: 'Ping' }));
    expect(asked).toEqual(['load ping']);
    await page.user.click(row(page, 'Stop'));
    expect(asked).toEqual(['load ping']);
    await page.user.dblClick(row(page, 'Stop'));
    expect(asked).toEqual(['load ping', 'load stop']);
  });

  test('a message is removed by the button above, which is off on a folder', async () => {
    const page = open();
    const button = page.getByRole('button', { name: 'Remove saved message' });
    expect(isDisabled(button)).toBe(true);
    row(page, 'Start').focus();
    await press(page, 'Remove saved message');
    await page.findByRole('dialog', { name: 'Remove the saved message?' });
    await press(page, 'Remove');
    await expect.poll(() => asked).toEqual(['remove start']);
  });
});
