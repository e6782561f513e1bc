// @vitest-environment happy-dom
import { afterEach, expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { isSafeText } from '../../../../../src-main/core/payload/visible.ts';
import { Watching } from '../../../../../src-renderer/features/watch/watching.tsx';
import type { WatchedRow, WatchList } from '../../../../../src-renderer/state/watch/watch-list.ts';
import { teardown } from '../../../../support/teardown.ts';
import { HOSTILE_TEXTS } from '../../../../support/window/hostile-texts.ts';
import { live } from '../../../../support/window/live.ts';

afterEach(teardown);

const row = (key: string, more: Partial<WatchedRow> = {}): WatchedRow => ({
  ...{ key, path: null, value: { kind: 'text', text: 'on' }, at: 1, line: [], late: null },
  ...more,
});

function open(...rows: WatchedRow[]) {
  const gone: unknown[] = [];
  const removed: unknown[] = [];
  const store = createStore(() => ({ rows }));
  const watch = { store, remove: (...what: unknown[]) => removed.push(what) } as unknown as WatchList;
  return { ...live(<Watching watch={watch} onGo={(key) => gone.push(key)} />), gone, removed };
}

test('What is watched is a list in a region, of which each leads to its topic.', async () => {
  const page = open(row('a/b'), row('a/c', { path: ['temperature', 0] }));
  expect(page.getByRole('region', { name: 'Watching' })).toBeTruthy();
  expect(page.getAllByRole('listitem')).toHaveLength(2);
  await page.user.click(page.getByRole('button', { name: /^b/ }));
  expect(page.gone).toEqual(['a/b']);
});

test('It is watched no more by its own button, a field by its path.', async () => {
  const page = open(row('a/b'), row('a/c', { path: ['temperature', 0] }));
  await page.user.click(page.getByRole('button', { name: 'Stop watching 0' }));
  await page.user.click(page.getByRole('button', { name: 'Stop watching b' }));
  expect(page.removed).toEqual([
    ['a/c', ['temperature', 0]],
    ['a/b', null],
  ]);
  expect(page.gone).toEqual([]);
});

test('A small window has a button for the list, which says how many there are, and closes it with Escape or a topic.', async () => {
  const page = open(row('a/b'), row('a/c', { late: { since: 0, usual: 1_000 } }));
  const button = page.getByRole('button', { name: 'Watching' });
  const describedBy = button.getAttribute('aria-describedby') ?? '';
  expect(document.getElementById(describedBy)?.textContent).toBe('2, of which 1 late');
  const list = () => page.queryByRole('dialog', { name: 'Watching' });
  expect(list()).toBeNull();

  await page.user.click(button);
  expect(button.getAttribute('aria-expanded')).toBe('true');
  expect(list()?.querySelectorAll('li')).toHaveLength(2);
  await page.user.keyboard('{Escape}');
  expect(list()).toBeNull();
  expect(document.activeElement).toBe(button);

  await page.user.keyboard('{Enter}');
  const [first] = list()?.querySelectorAll<HTMLElement>('.watching-go') ?? [];
  if (first !== undefined) await page.user.click(first);
  expect(page.gone).toEqual(['a/b']);
  expect(list()).toBeNull();
});

test.each(HOSTILE_TEXTS)(
  'A topic and a field called %j are drawn with nothing that deceives, in names as well.',
  (text) => {
    const page = open(row(text), row('a', { path: [text] }));
    const region = page.getByRole('region');
    const names = [...region.querySelectorAll('[aria-label], [title]')].flatMap((one) => [
      one.getAttribute('aria-label') ?? '',
      one.getAttribute('title') ?? '',
    ]);
    expect([isSafeText(region.textContent), names.filter((one) => !isSafeText(one))]).toEqual([true, []]);
    expect(region.querySelector('b')).toBeNull();
  },
);
