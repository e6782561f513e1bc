// @vitest-environment happy-dom
import { act, fireEvent } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { inspectingOf } from '../../../../../src-renderer/features/inspector/inspecting.ts';
import { bytesOf } from '../../../../support/decoding.ts';
import { onTeardown, teardown } from '../../../../support/teardown.ts';
import { fakeSession } from '../../../../support/window/fake-session.ts';
import { inspected, type Inspected } from '../../../../support/window/inspected.tsx';
import { answer, copies, focusedName, watch, type Live } from '../../../../support/window/live.ts';

let of: Inspected;

beforeEach(() => {
  of = inspected();
});
afterEach(teardown);

const loaded = () => of.inspecting.inspector.store.getState().loaded;
/** A message of the topic is shown. */
async function shown(
  payload: string | Uint8Array<ArrayBuffer> = '{"a": 1}',
  more: object = {},
): Promise<Live> {
  of.topics.arrive('hall/press', payload, more);
  of.topics.select('hall/press');
  const page = of.open();
  await expect.poll(loaded).not.toBeNull();
  return page;
}
const reported = (page: Live) => page.getByRole('region', { name: 'Inspector' }).textContent;
const tab = (page: Live, name: string) => page.getByRole('tab', { name });
const text = () => document.querySelector('[data-payload]')?.textContent ?? null;
const panel = (page: Live) => page.getByRole('tabpanel').textContent;

describe('Without a message the inspector says', () => {
  test('what to do where no topic is selected', () => {
    const page = of.open();
    expect(reported(page)).toContain('No topic selected');
    expect(page.queryByRole('tab')).toBeNull();
  });

  test.each([
    [{ topics: 5 }, 'This level carries no messages itself; 5 topics lie below it.'],
    [{ topics: 1 }, 'This level carries no messages itself; 1 topic lies below it.'],
    [{ topics: 1, messages: 3 }, 'This message was evicted to make room for newer ones.'],
    [{ topics: 0 }, 'No message of this topic was received so far.'],
    [{ topics: 0, state: 'unseen' as const }, 'Not seen on this connection so far.'],
    [{ topics: 0, state: 'forgotten' as const }, 'This topic was forgotten here'],
  ])('why: %o', async (topic, words) => {
    of.topics.emit('hall', topic);
    of.topics.select('hall');
    const page = of.open();
    await expect.poll(() => reported(page)).toContain(words);
    expect(page.queryByRole('button', { name: /^Decoder/ })).toBeNull();
  });

  test('that the chosen one is gone, and goes on with the latest when asked', async () => {
    const page = await shown('one');
    of.topics.arrive('hall/press', 'two');
    await expect.poll(text).toBe('two');
    of.topics.evict('hall/press', 1);
    act(() => of.inspecting.inspector.inspect({ kind: 'message', seq: 1 }));
    await expect.poll(() => panel(page)).toMatch(/^This message was evicted/);
    await page.user.click(page.getByRole('button', { name: 'Follow latest' }));
    await expect.poll(text).toBe('two');
  });

  test('why it could not be read', async () => {
    answer(of.engine, 'readMessage', () => {
      throw new Error('The worker is being replaced.');
    });
    of.topics.arrive('hall/press', 'one');
    of.topics.select('hall/press');
    const page = of.open();
    await expect.poll(() => panel(page)).toMatch(/^The message could not be read: /);
  });
});

describe('A topic', () => {
  test('that the filter hides is shown without it when asked', async () => {
    const page = await shown();
    of.topics.emit('hall/press', { hiddenByFilter: true });
    act(() => of.session.setFilter('other'));
    await page.user.click(await page.findByRole('button', { name: 'Clear filter and show' }));
    expect(of.session.store.getState().filter).toBe('');
  });

  test('has its views named, with how many messages and properties there are', async () => {
    const properties = Uint8Array.of(0x03, 0, 1, 0x61, 0x01, 1);
    const page = await shown('x', { properties });
    await expect
      .poll(() =>
        page.getAllByRole('tab').map((one) => [one.textContent, one.getAttribute('aria-description')]),
      )
      .toEqual([
        ...[
          ['Value', null],
          ['Raw', null],
          ['Hex', null],
          ['Diff', null],
        ],
        ...[
          ['History', '1'],
          ['Chart', null],
          ['Properties', '2'],
        ],
      ]);
    await page.user.click(tab(page, 'Properties'));
    expect(panel(page)).toContain('Content typea');
  });

  test('keeps the view for the next one, which is read anew', async () => {
    const page = await shown('one');
    await page.user.click(tab(page, 'Hex'));
    expect(page.getByRole('textbox', { name: 'Hex dump' })).toBeTruthy();
    of.topics.arrive('b', 'of b');
    of.topics.select('b');
    await expect.poll(text).toContain('of b');
    expect(tab(page, 'Hex').getAttribute('aria-selected')).toBe('true');
  });

  test('has its history and its differences to look at', async () => {
    const page = await shown('{"a": 1}');
    of.topics.arrive('hall/press', '{"a": 2}');
    await page.user.click(tab(page, 'History'));
    await expect.poll(() => page.queryAllByRole('listitem').length).toBe(2);
    await page.user.click(tab(page, 'Diff'));
    expect(await page.findByRole('treegrid')).toBeTruthy();
  });
});

describe('A message', () => {
  test('is decoded as is chosen, in a region that the decoder button opens', async () => {
    const page = await shown(bytesOf('a1 61 74 15'));
    await expect.poll(text).toContain('"t": 21');
    const button = page.getByRole('button', { name: 'Decoder: CBOR' });
    expect(button.getAttribute('aria-expanded')).toBe('false');
    await page.user.click(button);
    const region = await page.findByRole('region', { name: 'Decoder' });
    expect(button.getAttribute('aria-controls')).toBe(region.id);
  });

  test('is shown from its bytes in its value, on the line of the field', async () => {
    const page = await shown(bytesOf('a2 61 74 15 61 6c 82 01 61 78'));
    await page.user.click(tab(page, 'Hex'));
    await page.user.click(await page.findByRole('gridcell', { name: '"x"' }));
    await page.user.click(page.getByRole('button', { name: 'Show in Value' }));
    expect(tab(page, 'Value').getAttribute('aria-selected')).toBe('true');
    await expect.poll(focusedName).toBe('Lines of the value');
    expect(page.getByText('l[1] x')).toBeTruthy();
  });

  test('has what is done with a line: watch by letter, and a chart in its own view, with the focus', async () => {
    const [connection] = of.engine.connections.value;
    act(() => of.app.watch.select(connection ?? null));
    const page = await shown('{"t": 21.5}');
    page.getByRole('textbox', { name: 'Lines of the value' }).focus();
    await page.user.keyboard('{ArrowDown}{ArrowDown}w');
    expect(of.app.watch.isWatched('hall/press', ['t'])).toBe(true);
    await page.user.keyboard('{ContextMenu}');
    expect(await page.findByRole('menuitem', { name: /^Stop watching/ })).toBeTruthy();
    // Without a canvas nothing is drawn of it.
    const context = vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
    onTeardown(() => context.mockRestore());
    await page.user.click(page.getByRole('menuitem', { name: 'Chart' }));
    await expect.poll(() => tab(page, 'Chart').getAttribute('aria-selected')).toBe('true');
    await expect.poll(focusedName).toBe('Chart');
    expect(of.inspecting.charts.store.getState().fields).toEqual([{ key: 'hall/press', path: ['t'] }]);
  });

  test('of no JSON has the menu of the message, in the value and in its bytes', async () => {
    const page = await shown('hello');
    const copied = copies();
    fireEvent.contextMenu(document.querySelector('[data-payload]')!);
    await page.user.click(await page.findByRole('menuitem', { name: 'Copy value' }));
    expect(await page.findByText('Copied: 5 B')).toBeTruthy();
    await page.user.click(tab(page, 'Hex'));
    page.getByRole('textbox', { name: 'Hex dump' }).focus();
    await page.user.keyboard('{ContextMenu}');
    await page.user.click(await page.findByRole('menuitem', { name: 'Edit and publish' }));
    await expect.poll(() => of.edited).toEqual([['hall/press', 1]]);
    expect(copied).toEqual(['hello']);
  });

  test('that was stored is within reach after a live one, and left again', async () => {
    const page = await shown('stored', { retain: true, stored: true });
    const stored = loaded()?.meta;
    of.topics.arrive('hall/press', 'live', { topic: { lastRetained: stored ?? null } });
    await expect.poll(text).toBe('live');
    const button = page.getByRole('button', { name: 'Retained value' });
    await page.user.click(button);
    await expect.poll(text).toBe('stored');
    expect(button.getAttribute('aria-pressed')).toBe('true');
    await page.user.click(button);
    await expect.poll(text).toBe('live');
  });

  test('is opened elsewhere only where the host is this machine', async () => {
    const page = await shown('hello');
    page.getByRole('tabpanel').focus();
    await page.user.keyboard('{ContextMenu}');
    const names = (await page.findAllByRole('menuitem')).map(({ textContent }) => textContent);
    expect(names).toContain('Save payload…');
    expect(names).not.toContain('Open in default program…');
  });
});

describe('What reads the messages of a connection', () => {
  test('is made once for it, and another one for another connection', () => {
    expect(inspectingOf(of.app, of.session)).toBe(of.inspecting);
    expect(inspectingOf(of.app, fakeSession(of))).not.toBe(of.inspecting);
  });

  test('reads no more once the connection is closed', async () => {
    await shown('one');
    const asked = watch(of.engine, 'readMessage');
    act(() => of.session.close());
    act(() => of.inspecting.inspector.follow());
    of.topics.arrive('hall/press', 'two');
    await of.session.client
      .call('nextRow', { connection: of.session.connectionId } as never)
      .catch(() => null);
    expect([asked, text()]).toEqual([[], 'one']);
  });

  test('keeps pinned charts with the profile of the connection, and by its address where it has none', () => {
    const pinned = (session: Inspected['session']) => {
      const { charts } = inspectingOf(of.app, session);
      charts.add({ key: 'hall/press', path: ['t'] });
      charts.pin('/');
      return charts;
    };
    const first = pinned(of.session);
    expect(first.store.getState().pinned.length).toBe(1);
    // Another connection to the same broker has them as well; to another broker it has none.
    expect(inspectingOf(of.app, fakeSession(of)).charts.store.getState().pinned.length).toBe(1);
  });
});
