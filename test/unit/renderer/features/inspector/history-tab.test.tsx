// @vitest-environment happy-dom
import { act } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { settled } from '../../state/inspector/fake-log.ts';
import { onTeardown, teardown } from '../../../../support/teardown.ts';
import { inspected, type Inspected } from '../../../../support/window/inspected.tsx';
import { answer, type Live } from '../../../../support/window/live.ts';

let of: Inspected;
let saved: { readonly name: string; readonly text: Promise<string> }[];

beforeEach(() => {
  of = inspected();
  saved = [];
  let file: Blob | null = null;
  const url = vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
    file = blob as Blob;
    return 'blob:here';
  });
  const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
    this: HTMLAnchorElement,
  ) {
    saved.push({ name: this.download, text: file?.text() ?? Promise.resolve('') });
  });
  onTeardown(() => {
    url.mockRestore();
    click.mockRestore();
  });
});
afterEach(teardown);

const state = () => of.inspecting.inspector.store.getState();
const items = (page: Live) => page.queryAllByRole('listitem');

/** The history of a topic with messages 1 to 4, or so many. */
async function open(messages = 4): Promise<Live> {
  for (let at = 1; at <= messages; at++) of.topics.arrive('hall/press', `{"n":${at}}`);
  of.topics.select('hall/press');
  of.inspecting.tab.setState({ tab: 'history' });
  const page = of.open();
  await expect.poll(() => items(page).length).toBe(messages);
  return page;
}
const row = (page: Live, newest: number) => items(page)[newest]!.querySelector('button')!;
async function menuOf(page: Live, newest: number, name: string): Promise<void> {
  row(page, newest).focus();
  await page.user.keyboard('{ContextMenu}');
  await page.user.click(await page.findByRole('menuitem', { name }));
}
async function exported(page: Live, name = 'Export as JSON Lines'): Promise<void> {
  await page.user.click(page.getByRole('button', { name: 'Export history' }));
  await page.user.click(await page.findByRole('menuitem', { name }));
}

describe('The history of a topic', () => {
  test('shows the message that is chosen from it, which is marked and stays', async () => {
    const page = await open();
    await page.user.click(row(page, 2));
    await expect.poll(() => state().loaded?.meta.seq).toBe(2);
    expect([state().following, row(page, 2).getAttribute('aria-current')]).toEqual([false, 'true']);
    of.topics.arrive('hall/press', '{"n":5}');
    await expect.poll(() => items(page).length).toBe(5);
    expect(row(page, 3).getAttribute('aria-current')).toBe('true');
  });

  test('has what is done with each message of it, that one and no other', async () => {
    const page = await open();
    await menuOf(page, 3, 'Edit and publish');
    await expect.poll(() => of.edited).toEqual([['hall/press', 1]]);
    await menuOf(page, 2, 'Compare with…');
    await expect.poll(() => of.inspecting.tab.getState().tab).toBe('diff');
    await expect.poll(() => of.inspecting.comparing.store.getState().chosen?.message?.meta.seq).toBe(2);
  });

  test('leads to the message of another topic where those below are listed, and offers no comparison there', async () => {
    of.topics.arrive('hall/press/rpm', '7');
    const page = await open();
    answer(of.engine, 'readBranchHistory', () => ({
      messages: [{ ...state().loaded!.meta, seq: 1, key: 'hall/press/rpm', topic: 'hall/press/rpm' }],
      complete: true,
      more: false,
    }));
    of.topics.emit('hall/press', { topics: 2 });
    await page.user.click(await page.findByRole('button', { name: 'Topics below as well' }));
    await expect.poll(() => items(page).length).toBe(1);
    row(page, 0).focus();
    await page.user.keyboard('{ContextMenu}');
    await page.findByRole('menuitem', { name: 'Edit and publish' });
    expect(page.queryByRole('menuitem', { name: 'Compare with…' })).toBeNull();
    await page.user.keyboard('{Escape}');
    await expect.poll(() => page.queryByRole('menu')).toBeNull();
    await page.user.click(row(page, 0));
    expect(of.session.store.getState().selectedKey).toBe('hall/press/rpm');
    await expect.poll(() => state().loaded?.meta.seq).toBe(1);
    expect(of.inspecting.tab.getState().tab).toBe('value');
  });
});

describe('An export of the history', () => {
  test('writes what the list shows into a file that is called after the topic', async () => {
    const page = await open();
    await exported(page);
    expect(await page.findByText('Exported 4 messages')).toBeTruthy();
    expect(saved.map(({ name }) => name)).toEqual([expect.stringMatching(/^hall.press .*\.jsonl$/)]);
    const lines = (await saved[0]!.text).trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { topic: string }).topic)).toEqual(
      Array.from({ length: 4 }, () => 'hall/press'),
    );
  });

  test('of what no message passes is no file, and says so', async () => {
    const page = await open();
    await page.user.type(page.getByRole('searchbox', { name: 'Filter history' }), 'nowhere');
    await exported(page, 'Export as CSV, payloads as text');
    expect(await page.findByText(/^Nothing to export/)).toBeTruthy();
    expect(saved).toEqual([]);
    expect(page.getByRole('button', { name: 'Export history' })).toBeTruthy();
  });

  test('that fails is no file, says why, and can be tried again', async () => {
    const page = await open();
    answer(of.engine, 'readHistory', () => {
      throw new Error('The worker is being replaced.');
    });
    await exported(page);
    await expect.poll(() => page.queryByRole('button', { name: 'Export history' })).not.toBeNull();
    await expect.poll(() => page.getAllByRole('status').some((one) => one.textContent !== '')).toBe(true);
    expect(saved).toEqual([]);
  });

  /** Messages come one by one, as they are let. */
  function heldBack() {
    const goes: (() => void)[] = [];
    const known = of.engine.handlers.readMessage;
    answer(of.engine, 'readMessage', async (params, signal) => {
      await new Promise<void>((resolve) => goes.push(resolve));
      return known(params, signal);
    });
    return goes;
  }

  test('is stopped with what is there by then, and says that it was', async () => {
    const page = await open(20);
    const goes = heldBack();
    await exported(page);
    await expect.poll(() => goes.length).toBe(16);
    await page.user.click(await page.findByRole('button', { name: 'Stop the export' }));
    for (const go of goes) go();
    expect(await page.findByText('Exported 16 messages, stopped, older ones left out')).toBeTruthy();
    expect((await saved[0]!.text).trim().split('\n')).toHaveLength(16);
    expect(page.getByRole('button', { name: 'Export history' })).toBeTruthy();
  });

  test('is given up with its list: no part of it is taken for the whole', async () => {
    const page = await open(20);
    const goes = heldBack();
    await exported(page);
    await expect.poll(() => goes.length).toBe(16);
    act(() => of.inspecting.tab.setState({ tab: 'raw' }));
    for (const go of goes) go();
    // What is asked after them is answered after them.
    const { client, connectionId: connection } = of.session;
    await client.call('busiestTopic', { connection, below: null });
    await settled();
    expect([goes.length, saved]).toEqual([16, []]);
  });
});
