// @vitest-environment happy-dom
import { act } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import type { ConnectionId } from '../../../../../src-main/contract/model/model.ts';
import type { SearchHit, SearchProgress } from '../../../../../src-main/contract/session/search.ts';
import { isSafeText } from '../../../../../src-main/core/payload/visible.ts';
import { SearchSide } from '../../../../../src-renderer/features/search/search-side.tsx';
import { SearchView } from '../../../../../src-renderer/features/search/search-view.tsx';
import { MessageSearch } from '../../../../../src-renderer/state/search/message-search.ts';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';
import { onTeardown, teardown } from '../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../support/window/fake-app.ts';
import { fakeSession } from '../../../../support/window/fake-session.ts';
import { HOSTILE_TEXTS } from '../../../../support/window/hostile-texts.ts';
import { answer, isDisabled, live, watch, type Live } from '../../../../support/window/live.ts';

let fake: FakeApp;
let session: ConnectionSession;
let search: MessageSearch;
/** The topics that were gone to in the tree. */
let shown: [ConnectionId, string][];
const show = (connection: ConnectionId, key: string) => void shown.push([connection, key]);

beforeEach(() => {
  fake = fakeApp();
  session = fakeSession(fake);
  search = new MessageSearch(fake.app.engine);
  onTeardown(() => search.dispose());
  shown = [];
});
afterEach(teardown);

const hit = (seq: number, more: Partial<SearchHit> = {}): SearchHit => ({
  ...{
    seq,
    at: Date.UTC(2026, 10, 29, 3, 4, 5, 678),
    key: `plant/press-${seq}`,
    topic: `plant/press-${seq}`,
  },
  ...{ size: 40, kept: 40, excerpt: { text: 'code: E 1203, no', from: 6, to: 12, hex: false }, place: seq },
  ...more,
});
const progress = (found: number, more: Partial<SearchProgress> = {}): SearchProgress => ({
  ...{ state: 'done', read: 1_000, total: 1_000, messages: 50, topics: found, found, full: false },
  ...{ shortened: 0, long: 0, notKept: 0, ms: 40 },
  ...more,
});

/** The engine finds these messages. */
function finds(hits: readonly SearchHit[], more: Partial<SearchProgress> = {}) {
  const asked = answer(fake.engine, 'startSearch', () => ({ kind: 'started', search: 's' }));
  answer(fake.engine, 'readSearch', ({ from }) => ({
    kind: 'part',
    hits: hits.slice(from),
    progress: progress(hits.length, more),
  }));
  return asked;
}

const view = () => (
  <SearchView
    search={search}
    session={session}
    connections={() => fake.engine.connections.value}
    onShow={show}
  />
);
const attribute = (element: Element, name: string) => element.getAttribute(name);
const rows = (page: Live) => page.queryAllByRole('row').filter((row) => row.dataset['topic'] !== undefined);
const sequences = (page: Live) => rows(page).map((row) => Number(row.dataset['sequence']));
const chosen = (page: Live) =>
  rows(page).flatMap((row) => (attribute(row, 'aria-selected') === 'true' ? [row.dataset['topic']] : []));

async function searched(text = 'E 1203'): Promise<Live> {
  const page = live(view());
  await page.user.type(page.getByRole('searchbox', { name: 'Search in messages' }), `${text}{Enter}`);
  return page;
}

describe('The form of a search', () => {
  test('asks for nothing before there is something to search for, and then with what was chosen', async () => {
    const asked = finds([hit(1)]);
    const page = live(view());
    const button = page.getByRole('button', { name: 'Search' });
    expect(isDisabled(button)).toBe(true);
    await page.user.type(page.getByRole('searchbox'), '45 20');
    await page.user.selectOptions(page.getByRole('combobox', { name: 'Search as' }), 'Bytes in hex');
    await page.user.click(button);
    expect(await page.findByText('1 message')).toBeTruthy();
    expect(asked).toEqual([{ connection: session.connectionId, text: '45 20', as: 'hex', filter: '' }]);
  });

  test('searches this connection or all, and the topics of the filter only where that is asked', async () => {
    const other = fake.engine.add({ name: 'Oslo' }).id;
    const asked = finds([]);
    act(() => session.setFilter('plant'));
    const page = await searched();
    await expect.poll(() => asked.length).toBe(1);
    await page.user.selectOptions(page.getByRole('combobox', { name: 'Search where' }), 'All connections');
    await page.user.click(page.getByRole('checkbox', { name: 'Only filtered topics' }));
    await page.user.click(page.getByRole('button', { name: 'Search' }));
    await expect.poll(() => asked.length).toBe(3);
    expect(asked.map(({ connection, filter }) => [connection, filter])).toEqual([
      [session.connectionId, ''],
      [session.connectionId, 'plant'],
      [other, 'plant'],
    ]);
  });

  test('says in its hint how each kind of search is written', async () => {
    const page = live(view());
    const hint = () => attribute(page.getByRole('searchbox'), 'placeholder');
    expect(hint()).toBe('Search in messages');
    for (const [as, said] of [
      ['Regular expression', 'Such as E [0-9]{4}'],
      ['Bytes in hex', 'Such as 63 6f 64'],
    ] as const) {
      await page.user.selectOptions(page.getByRole('combobox', { name: 'Search as' }), as);
      expect(hint()).toBe(said);
    }
  });
});

describe('The state of a search', () => {
  test('is nothing before the first, and can be stopped as long as it runs', async () => {
    const page = live(view());
    expect(page.queryByRole('progressbar')).toBeNull();
    let more = (): void => undefined;
    const stops = watch(fake.engine, 'stopSearch');
    answer(fake.engine, 'startSearch', () => ({ kind: 'started', search: 's' }));
    answer(fake.engine, 'readSearch', async ({ from }) => {
      if (from > 0) await new Promise<void>((resolve) => (more = resolve));
      const state = from > 0 ? 'stopped' : 'running';
      return { kind: 'part', hits: from > 0 ? [] : [hit(1)], progress: progress(1, { state, read: 300 }) };
    });
    await page.user.type(page.getByRole('searchbox'), 'x{Enter}');
    const stop = await page.findByRole('button', { name: 'Stop search' });
    await expect.poll(() => attribute(page.getByRole('progressbar'), 'aria-valuenow')).toBe('30');
    await page.user.click(stop);
    await expect.poll(() => stops.length).toBe(1);
    more();
    await expect
      .poll(() => page.getByRole('status', { name: 'Search progress' }).textContent)
      .toBe('1 message in 1 topic, newest first, stopped after 300 B of 1.0 kB in 40 ms');
    expect(page.queryByRole('button', { name: 'Stop search' })).toBeNull();
  });

  test('says what was not looked at, and why a connection was not', async () => {
    finds([], { notKept: 1_200, shortened: 1 });
    const page = await searched();
    expect(await page.findByText('1,200 older messages are no longer kept.')).toBeTruthy();
    expect(page.getByText('1 message was kept only in part; the rest of it was not searched.')).toBeTruthy();
    answer(fake.engine, 'startSearch', () =>
      failed('bad', 'The expression is not valid.', 'Close the bracket.'),
    );
    await page.user.type(page.getByRole('searchbox'), '({Enter}');
    expect(await page.findByText(/: The expression is not valid\. Close the bracket\.$/)).toBeTruthy();
    expect(attribute(page.getByRole('progressbar'), 'aria-valuenow')).toBe('100');
  });
});

describe('The list of what was found', () => {
  test('says how to search before the first search, and no longer after it', async () => {
    finds([]);
    const page = live(view());
    const grid = page.getByRole('grid', { name: 'Search results' });
    expect(grid.textContent).toContain('press Enter');
    expect(attribute(grid, 'aria-rowcount')).toBe('2');
    await page.user.type(page.getByRole('searchbox', { name: 'Search in messages' }), 'E{Enter}');
    await expect.poll(() => grid.textContent).not.toContain('press Enter');
  });

  test('is one tab stop, whose message is chosen by the arrow keys, and shown in the tree by Enter', async () => {
    finds([hit(3), hit(2), hit(1)]);
    const page = await searched();
    await expect.poll(() => sequences(page)).toEqual([3, 2, 1]);
    expect(attribute(page.getByRole('grid', { name: 'Search results' }), 'aria-rowcount')).toBe('4');
    expect(rows(page).map(({ tabIndex }) => tabIndex)).toEqual([0, -1, -1]);
    expect(chosen(page)).toEqual([]);
    await page.user.keyboard('{Enter}');
    act(() => rows(page)[0]?.focus());
    for (const [key, at] of [
      ['ArrowDown', 3],
      ['ArrowDown', 2],
      ['End', 1],
      ['ArrowDown', 1],
      ['ArrowUp', 2],
      ['Home', 3],
    ] as const) {
      await page.user.keyboard(`{${key}}`);
      expect(chosen(page), key).toEqual([`plant/press-${at}`]);
      expect(document.activeElement).toBe(rows(page)[3 - at]);
      expect(rows(page).filter(({ tabIndex }) => tabIndex === 0)).toHaveLength(1);
    }
    expect(shown).toEqual([]);
    await page.user.keyboard('{Enter}');
    expect(shown).toEqual([[session.connectionId, 'plant/press-3']]);
  });

  test('leaves keys with Ctrl or Alt alone, and takes the focus itself where it is empty', async () => {
    finds([]);
    const page = await searched();
    await page.findByText('No messages found');
    const grid = page.getByRole('grid');
    expect(grid.tabIndex).toBe(0);
    finds([hit(2), hit(1)]);
    await page.user.click(page.getByRole('button', { name: 'Search' }));
    await expect.poll(() => sequences(page)).toEqual([2, 1]);
    expect(grid.tabIndex).toBe(-1);
    act(() => rows(page)[0]?.focus());
    await page.user.keyboard('{Control>}{ArrowDown}{/Control}{Alt>}{End}{/Alt}');
    expect(chosen(page)).toEqual([]);
  });

  test('chooses by a press, and shows in the tree by a double one', async () => {
    finds([hit(2), hit(1)]);
    const page = await searched();
    await expect.poll(() => sequences(page)).toEqual([2, 1]);
    const last = rows(page)[1];
    if (last === undefined) throw new Error('no row');
    await page.user.click(last);
    expect([chosen(page), shown]).toEqual([['plant/press-1'], []]);
    await page.user.dblClick(last);
    expect(shown).toEqual([[session.connectionId, 'plant/press-1']]);
  });

  test('names each connection where there is more than one, and passes over the names', async () => {
    fake.engine.add({ name: 'Os\u202elo' });
    finds([hit(1)]);
    const page = live(view());
    await page.user.selectOptions(page.getByRole('combobox', { name: 'Search where' }), 'All connections');
    await page.user.type(page.getByRole('searchbox'), 'x{Enter}');
    await expect.poll(() => sequences(page)).toEqual([1, 1]);
    expect(page.getByText('Os\\u{202e}lo')).toBeTruthy();
    expect(page.getAllByText('1 message in 1 topic')).toHaveLength(2);
    act(() => rows(page)[0]?.focus());
    await page.user.keyboard('{ArrowDown}{ArrowDown}');
    // The same message of the other connection is another one.
    expect(rows(page).map((row) => attribute(row, 'aria-selected'))).toEqual(['false', 'true']);
  });

  test('draws of very many only those in sight, and shows how many there are', async () => {
    finds(
      Array.from({ length: 10_000 }, (_, at) => hit(10_000 - at)),
      { full: true },
    );
    const page = await searched();
    expect(await page.findByText('The newest 10,000 messages')).toBeTruthy();
    expect(attribute(page.getByRole('grid'), 'aria-rowcount')).toBe('10001');
    expect(rows(page).length).toBeLessThan(60);
  });

  test('marks what was found, and says of a message that was shortened how much is kept', async () => {
    finds([hit(1, { size: 5_000_000, kept: 65_536 })]);
    const page = await searched();
    await expect.poll(() => sequences(page)).toEqual([1]);
    expect(rows(page)[0]?.querySelector('mark')?.textContent).toBe('E 1203');
    expect(rows(page)[0]?.textContent).toContain('kept 66 kB of 5.0 MB');
  });
});

test('What was found in another connection than the one on screen says so.', () => {
  const group = { name: 'Plant', hits: [], progress: null, problem: 'It was closed.' };
  const found = (connection: ConnectionId) =>
    search.store.setState({ asked: 'x', groups: [{ ...group, connection }] });
  found(session.connectionId);
  const page = live(view());
  const status = page.getByRole('status', { name: 'Search progress' });
  expect(status.textContent).not.toContain('another connection');
  act(() => found('another' as ConnectionId));
  expect(status.textContent).toContain('Searched in Plant, another connection.');
});

describe('The message beside the list', () => {
  const side = () => live(<SearchSide search={search} onShow={show} />);
  const choose = (one = hit(7)) => act(() => search.choose({ connection: session.connectionId, hit: one }));
  const payload = (bytes: Uint8Array<ArrayBuffer>) => ({
    ...{ kind: 'message' as const, offset: 0, bytes, properties: new Uint8Array(0) },
    meta: {
      ...{ seq: 7, at: 0, qos: 0 as const, retain: false, stored: false, dup: false, propertyBytes: 0 },
      ...{ size: bytes.length, kept: bytes.length, preview: { kind: 'none' as const } },
    },
  });
  const text = (page: Live) => page.getByRole('region', { name: 'Found message' }).textContent;

  test('is empty until something is found, then asks to select a message', async () => {
    const page = side();
    expect(text(page)).toBe('');
    finds([hit(7)]);
    act(() => search.edit({ text: 'E 1203' }));
    await act(() => search.start([{ id: session.connectionId, name: 'Plant' }], ''));
    expect(text(page)).toContain('No message selected.');
  });

  test('is shown once selected, with what was found, and opens its topic in the tree', async () => {
    const bytes = new TextEncoder().encode('{"code":"E 1203"}');
    const asked = answer(fake.engine, 'readMessage', () => payload(bytes));
    const page = side();
    choose();
    const message = await page.findByRole('group', { name: 'Message' });
    expect(message.querySelector('mark')?.textContent).toBe('E 1203');
    expect(page.getByRole('heading', { level: 2 }).textContent).toBe('plant/press-7');
    expect(asked).toMatchObject([{ key: 'plant/press-7', which: 7, offset: 0 }]);
    await page.user.click(page.getByRole('button', { name: 'Show in the tree' }));
    expect(shown).toEqual([[session.connectionId, 'plant/press-7']]);
  });

  test('that is kept no more, or cannot be read, says so', async () => {
    const page = side();
    choose();
    expect(await page.findByText(/was evicted since it was found/)).toBeTruthy();
    answer(fake.engine, 'readMessage', () => {
      throw new Error('The worker is gone.');
    });
    choose(hit(8));
    expect(await page.findByText('The engine did not answer.')).toBeTruthy();
  });

  test('lists what happened around it, of the topics that are chosen, and says which one it is', async () => {
    const around = (seq: number) => ({
      ...{ seq, at: 0, key: `plant/press-${seq}`, topic: `plant/press-${seq}`, size: 1 },
      preview: { kind: 'number' as const, text: String(seq) },
    });
    const asked = answer(fake.engine, 'readAround', () => ({
      kind: 'around',
      messages: [around(6), around(7), around(8)],
    }));
    const page = side();
    choose();
    const list = page.getByRole('list', { name: 'Messages around it' });
    await expect.poll(() => list.children.length).toBe(3);
    const current = () => [...list.children].map((one) => attribute(one, 'aria-current'));
    expect(current()).toEqual([null, 'true', null]);
    await page.user.selectOptions(page.getByRole('combobox', { name: 'Messages of' }), 'Everything');
    await expect.poll(() => asked.map(({ scope }) => scope)).toEqual(['siblings', 'all']);
    answer(fake.engine, 'readAround', () => ({ kind: 'gone' }));
    await page.user.selectOptions(page.getByRole('combobox', { name: 'Messages of' }), 'This topic');
    expect(await page.findByText('What happened around it is no longer kept.')).toBeTruthy();
  });

  test('cuts what happened around it at a field as far as there is room, and shows it whole on hover', async () => {
    const parts: [string, string][] = [
      ['ts', '1796056513901'],
      ['temperature', '16.62'],
    ];
    const preview = { kind: 'json' as const, shape: 'object' as const, parts, left: 0, atLeast: false };
    const message = { seq: 8, at: 0, key: 'plant/a', topic: 'plant/a', size: 40, preview };
    answer(fake.engine, 'readAround', () => ({ kind: 'around', messages: [message] }));
    const width = vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(450);
    onTestFinished(() => width.mockRestore());
    const page = side();
    choose();
    const list = page.getByRole('list', { name: 'Messages around it' });
    await expect.poll(() => list.querySelector('.find-in')?.textContent).toBe('{ts:1796056513901, 1 more}');
    expect(list.querySelector('.find-in')?.getAttribute('title')).toBe(
      '{ts:1796056513901, temperature:16.62}',
    );
  });

  test.each(HOSTILE_TEXTS)('deceives no eye with %j in it', async (said) => {
    const bytes = new TextEncoder().encode(`${said} x`);
    answer(fake.engine, 'readMessage', () => payload(bytes));
    const page = side();
    choose(hit(7, { excerpt: { text: 'x', from: 0, to: 1, hex: false }, size: bytes.length }));
    const message = await page.findByRole('group', { name: 'Message' });
    for (const line of message.textContent.split('\n')) expect(isSafeText(line), line).toBe(true);
    expect(message.querySelector('b')).toBeNull();
  });
});
