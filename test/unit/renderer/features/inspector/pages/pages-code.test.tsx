// @vitest-environment happy-dom
import { act, fireEvent } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { useStore } from 'zustand';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import type { LinesLayout } from '../../../../../../src-main/contract/decoding/lines.ts';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import type { LineFact } from '../../../../../../src-renderer/features/inspector/base/line-fact.ts';
import { PagesCode } from '../../../../../../src-renderer/features/inspector/pages/pages-code.tsx';
import { usePagedView } from '../../../../../../src-renderer/features/inspector/pages/use-pages.ts';
import { FindBar } from '../../../../../../src-renderer/features/inspector/text/find-bar.tsx';
import { createLinePages, type LinePages } from '../../../../../../src-renderer/state/decoding/line-pages.ts';
import type { ConnectionSession } from '../../../../../../src-renderer/state/tree/tree-session.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../../support/window/fake-app.ts';
import { fakeSession } from '../../../../../support/window/fake-session.ts';
import { HOSTILE_TEXTS } from '../../../../../support/window/hostile-texts.ts';
import { KeptTopics } from '../../../../../support/window/kept-topics.ts';
import {
  layOut,
  scrollDown,
  scrolledBy,
  selectIn,
  withMarks,
} from '../../../../../support/window/laid-out.ts';
import { answer, describedBy, live, watch, type Live } from '../../../../../support/window/live.ts';

let fake: FakeApp;
let session: ConnectionSession;
let topics: KeptTopics;
let done: string[];
let holds: number;

beforeEach(() => {
  fake = fakeApp();
  session = fakeSession(fake);
  topics = new KeptTopics(fake.engine, session);
  done = [];
  holds = 0;
});
afterEach(teardown);

const actionsOf = ({ pathText, value }: LineFact) =>
  ['copy-value', 'watch', 'chart'].map((id) => ({
    id,
    label: id,
    ...(id === 'watch' ? { keys: 'W' } : {}),
    run: () => void done.push(`${id} ${pathText} ${value}`),
  }));

function Text({ pages }: { readonly pages: LinePages }) {
  const { opened } = useStore(pages.store);
  const [query, setQuery] = useState('');
  const view = usePagedView(pages, query, setQuery);
  return (
    <div role="tabpanel">
      <FindBar finding={view.finding} onLeave={() => undefined} />
      <p role="note">{view.problem}</p>
      {opened === null ? null : (
        <PagesCode
          {...{ pages, opened, view, actionsOf }}
          bytesTotal={opened.bytes}
          bytesKept={opened.bytes}
          onHold={() => void holds++}
          onDrawn={() => undefined}
        />
      )}
    </div>
  );
}

const pagesOf = (layout: Partial<LinesLayout> = {}): LinePages =>
  createLinePages(
    session,
    { kind: 'message', key: 'a', which: 1 },
    { sorted: false, compact: false, columns: 2_000, ...layout },
  );

/** A value is laid out by the decoder, in a panel of 400 px; a line is 20 px. */
async function open(value: unknown, layout: Partial<LinesLayout> = {}) {
  layOut('[role=tabpanel]', { height: 400 });
  topics.arrive('a', typeof value === 'string' ? value : JSON.stringify(value));
  const page = live(<Text pages={pagesOf(layout)} />);
  const panel = page.getByRole('tabpanel');
  const asked = scrolledBy(panel);
  const lines = await page.findByRole('textbox', { name: 'Lines of the value' });
  await expect.poll(text).not.toMatch(/^\n*$/);
  return { page, panel, lines, asked };
}
const pre = () => document.querySelector('[data-payload]')!;
const text = () => pre().textContent;
const rows = () => text().split('\n');
const numbers = () => [...document.querySelectorAll('.code-line')].map((line) => Number(line.textContent));
const twisty = (number: number) =>
  document.querySelectorAll('.code-line')[numbers().indexOf(number)]?.querySelector('span');
const readOut = (page: Live) => page.getAllByRole('status').at(-1)?.textContent;
const PRESS = { device: { id: 7, name: 'press' }, list: [1, 2, 3], on: true };

describe('A long text', () => {
  test('is laid out line by line, with their numbers, and says how much of it is shown', async () => {
    const marks = withMarks();
    await open(PRESS);
    expect(rows().slice(0, 4)).toEqual(['{', '  "device": {', '    "id": 7,', '    "name": "press"']);
    expect(numbers()).toEqual(Array.from({ length: 12 }, (_, at) => at + 1));
    expect(pre().getAttribute('data-bytes-shown')).toBe(pre().getAttribute('data-bytes-total'));
    expect(marks.texts('json-string')).toEqual(['"press"']);
  });

  test('is read where it is looked at, and the rest is not drawn', async () => {
    const asked = watch(fake.engine, 'readLines');
    const { panel } = await open(Array.from({ length: 50_000 }, (_, at) => at));
    expect(rows().length).toBeLessThan(120);
    scrollDown(panel, 800_000);
    await expect.poll(() => rows().includes('  39999,')).toBe(true);
    expect(rows().length).toBeLessThan(200);
    expect(asked.length).toBeLessThan(4);
    expect(numbers()[0]).toBeGreaterThan(39_900);
    expect(holds).toBeGreaterThan(0);
  });

  test('that is wrapped goes on in rows without a number', async () => {
    await open('abcdefghij'.repeat(10), { columns: 40 });
    expect(rows().map(({ length }) => length)).toEqual([40, 40, 20]);
    expect(numbers()).toEqual([1]);
  });

  test('of which a part cannot be read says so', async () => {
    const { page, panel } = await open(Array.from({ length: 5_000 }, (_, at) => at));
    answer(fake.engine, 'readLines', () => failed('no-decoder', 'The decoder stopped.', ''));
    scrollDown(panel, 90_000);
    await expect.poll(() => page.getByRole('note').textContent).toBe('The decoder stopped.');
  });

  test('that the decoder has let go is laid out once more', async () => {
    const { panel } = await open(Array.from({ length: 5_000 }, (_, at) => at));
    // It keeps two.
    for (const columns of [20, 30]) {
      const other = pagesOf({ columns });
      await expect.poll(() => other.store.getState().opened).not.toBeNull();
    }
    scrollDown(panel, 90_000);
    await expect.poll(() => rows().includes('  4500,')).toBe(true);
  });
});

describe('Parts of it', () => {
  test('are closed and opened by their twisty, and stand in one line with what they hold', async () => {
    const { page } = await open(PRESS);
    await page.user.click(twisty(2)!);
    expect(rows().slice(0, 3)).toEqual(['{', '  "device": { 2 fields },', '  "list": [']);
    expect(numbers().slice(0, 3)).toEqual([1, 2, 6]);
    await page.user.click(twisty(6)!);
    expect(rows()[2]).toBe('  "list": [ 3 items ],');
    await page.user.click(twisty(2)!);
    expect(rows()[2]).toBe('    "id": 7,');
    await page.user.click(page.getByText(/"id"/));
    expect(rows()[2]).toBe('    "id": 7,');
  });

  test('are closed and opened by arrow keys on them, and others stay', async () => {
    const { page, lines } = await open(PRESS);
    lines.focus();
    await page.user.keyboard('{ArrowDown}{ArrowDown}{ArrowRight}{ArrowLeft}');
    expect(rows()[1]).toBe('  "device": { 2 fields },');
    await page.user.keyboard('{ArrowLeft}');
    expect(rows()[1]).toBe('  "device": { 2 fields },');
    await page.user.keyboard('{ArrowRight}');
    expect(rows()[1]).toBe('  "device": {');
    await page.user.keyboard('{ArrowDown}{ArrowLeft}{ArrowRight}');
    expect(rows()).toHaveLength(12);
  });
});

describe('A line', () => {
  test('that is walked to is read out: where it is and what stands there', async () => {
    const { page, lines } = await open(PRESS);
    lines.focus();
    expect(readOut(page)).toBe('');
    await page.user.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}');
    await expect.poll(() => readOut(page)).toBe('device.id 7');
    await page.user.keyboard('{End}{ArrowUp}{ArrowDown}{ArrowUp}');
    await expect.poll(() => readOut(page)).toBe('on true');
    await page.user.keyboard('{Home}{ArrowUp}{ArrowDown}{ArrowDown}{ArrowDown}');
    await expect.poll(() => readOut(page)).toBe('device.name press');
  });

  test('far away is brought into sight', async () => {
    const { page, lines, asked } = await open(Array.from({ length: 5_000 }, (_, at) => at));
    lines.focus();
    await page.user.keyboard('{End}{ArrowUp}');
    expect(asked.length).toBeGreaterThan(0);
    await expect.poll(() => readOut(page)).toBe('[4999] 4999');
  });

  test('has what a letter does, once it is known what stands there', async () => {
    const { page, lines } = await open(PRESS);
    lines.focus();
    await page.user.keyboard('w{ArrowDown}{ArrowDown}{ArrowDown}');
    await expect.poll(() => readOut(page)).toBe('device.id 7');
    await page.user.keyboard('w');
    expect(done).toEqual(['watch device.id 7']);
  });

  test('is shown as what stands there now where it is laid out in another way', async () => {
    const { page, lines } = await open({ b: 1, a: 2 });
    lines.focus();
    await page.user.keyboard('{ArrowDown}{ArrowDown}');
    await expect.poll(() => readOut(page)).toBe('b 1');
    let go = (): void => undefined;
    const known = fake.engine.handlers.lineValue;
    answer(fake.engine, 'lineValue', async (params, signal) => {
      await new Promise<void>((resolve) => (go = resolve));
      return known(params, signal);
    });
    const sorted = pagesOf({ sorted: true });
    await expect.poll(() => sorted.store.getState().opened).not.toBeNull();
    page.again(<Text pages={sorted} />);
    await page.user.keyboard('w');
    expect([readOut(page), done]).toEqual(['', []]);
    await expect.poll(() => (go(), readOut(page))).toBe('a 2');
  });

  test('has a menu, at the pointer and by its key, of what stands there', async () => {
    const { page, lines } = await open(PRESS);
    fireEvent.contextMenu(lines, { clientX: 20, clientY: 3 * 20 + 5 });
    await page.user.click(await page.findByRole('menuitem', { name: 'copy-value' }));
    await expect.poll(() => done).toEqual(['copy-value device.name press']);
    lines.focus();
    await page.user.keyboard('{ArrowDown}{Shift>}{F10}{/Shift}');
    expect(await page.findByRole('menu', { name: 'Actions for the value' })).toBeTruthy();
  });

  test('leaves selected text to the menu of the browser', async () => {
    const { lines } = await open(PRESS);
    selectIn(pre());
    expect(fireEvent.contextMenu(lines, { clientX: 20, clientY: 65 })).toBe(true);
  });

  test('that is too long to be copied has only what needs its path', async () => {
    const { page, lines } = await open(PRESS);
    answer(fake.engine, 'lineValue', () => ({ kind: 'value', path: ['device'], json: null }));
    lines.focus();
    await page.user.keyboard('{ArrowDown}{ContextMenu}');
    await page.findByRole('menu', { name: 'Actions for device' });
    expect(page.getAllByRole('menuitem').map((item) => item.textContent.slice(0, 5))).toEqual(['watch']);
  });

  test('of what is no JSON has neither a value nor a menu', async () => {
    const { page, lines } = await open('one\ntwo\nthree');
    const asked = watch(fake.engine, 'lineValue');
    lines.focus();
    await page.user.keyboard('{ArrowDown}{ArrowDown}{ContextMenu}w');
    expect(fireEvent.contextMenu(lines, { clientX: 20, clientY: 5 })).toBe(true);
    expect([page.queryByRole('menu'), asked, done, lines.getAttribute('aria-haspopup')]).toEqual([
      ...[null, [], [], null],
    ]);
  });

  test('that the decoder does not know has none either', async () => {
    const { page, lines } = await open(PRESS);
    const asked = answer(fake.engine, 'lineValue', () => failed('no-decoder', 'The decoder stopped.', ''));
    fireEvent.contextMenu(lines, { clientX: 20, clientY: 25 });
    lines.focus();
    await page.user.keyboard('{ArrowDown}');
    await expect.poll(() => asked.length).toBe(2);
    expect([page.queryByRole('menu'), readOut(page)]).toEqual([null, '']);
  });

  test.each(HOSTILE_TEXTS)('called and valued %j is read out with nothing that deceives', async (name) => {
    const { page, lines } = await open({ [name]: name });
    lines.focus();
    await page.user.keyboard('{ArrowDown}{ArrowDown}');
    await expect.poll(() => readOut(page)).not.toBe('');
    expect(isSafeText((readOut(page) ?? '').replaceAll('\n', ''))).toBe(true);
  });

  test('with a name of any length is read out by its ends', async () => {
    const { page, lines } = await open({ [`${'x'.repeat(50_000)}end`]: 'y'.repeat(5_000) });
    lines.focus();
    await page.user.keyboard('{ArrowDown}{ArrowDown}');
    await expect.poll(() => readOut(page)).toMatch(/^x+…x+end y{80}$/);
    expect(readOut(page)?.length).toBeLessThan(1_200);
  });
});

describe('Finding in it', () => {
  const many = Array.from({ length: 3_000 }, (_, at) => `item ${at}`);
  const find = async (page: Live, query: string) => {
    await page.user.type(page.getByRole('searchbox'), query);
    await expect.poll(() => said(page)).toMatch(/ of |none/);
  };
  const said = (page: Live) => describedBy(page.getByRole('searchbox'));

  test('looks through all of it, marks what is in sight, and goes from one to the next', async () => {
    const marks = withMarks();
    const { page, asked } = await open(many);
    await find(page, 'M 299');
    expect(said(page)).toBe('1 of 11');
    await expect.poll(() => rows().some((row) => row.includes('"item 299"'))).toBe(true);
    expect(asked.length).toBeGreaterThan(0);
    await page.user.keyboard('{Enter}');
    await expect.poll(() => rows().some((row) => row.includes('"item 2990"'))).toBe(true);
    expect(said(page)).toBe('2 of 11');
    await expect.poll(() => marks.texts('found-current')).toEqual(['m 299']);
    await page.user.keyboard('{Shift>}{Enter}{Enter}{/Shift}');
    expect(said(page)).toBe('11 of 11');
  });

  test('opens what hides the place that is gone to', async () => {
    const { page } = await open(PRESS);
    await page.user.click(twisty(6)!);
    await page.user.click(twisty(2)!);
    await find(page, 'press');
    expect(rows()[1]).toBe('  "device": {');
    expect(text()).toContain('[ 3 items ]');
  });

  test('says that nothing is there, and forgets what was looked for', async () => {
    const marks = withMarks();
    const { page } = await open(PRESS);
    await find(page, 'zzz');
    expect(said(page)).toBe('none');
    await page.user.keyboard('{Escape}');
    expect([said(page), marks.texts('found')]).toEqual(['', []]);
  });

  test('shows what was typed last, though the answer to what was typed before comes late', async () => {
    const { page } = await open(['ab', 'ab', 'b']);
    const goes: (() => void)[] = [];
    const known = fake.engine.handlers.findInLines;
    const asked = answer(fake.engine, 'findInLines', async (params, signal) => {
      await new Promise<void>((resolve) => goes.push(resolve));
      return known(params, signal);
    });
    await page.user.type(page.getByRole('searchbox'), 'ab');
    await expect.poll(() => goes.length).toBe(1);
    expect(said(page)).toBe('…');
    act(() => goes[0]?.());
    await expect.poll(() => goes.length).toBe(2);
    expect(said(page)).toBe('…');
    act(() => goes[1]?.());
    await expect.poll(() => said(page)).toBe('1 of 2');
    expect(asked.map(({ query }) => query)).toEqual(['a', 'ab']);
  });

  test('that fails is reported, and does not go on without end', async () => {
    const { page } = await open(PRESS);
    answer(fake.engine, 'findInLines', () => failed('no-decoder', 'The decoder stopped.', ''));
    await page.user.type(page.getByRole('searchbox'), 'x');
    await expect.poll(() => page.getByRole('note').textContent).toBe('The decoder stopped.');
    expect(said(page)).toBe('');
  });

  test('takes as much of what is pasted as the decoder looks for', async () => {
    const { page } = await open(PRESS);
    const asked = watch(fake.engine, 'findInLines');
    const box = page.getByRole('searchbox');
    box.focus();
    await page.user.paste('x'.repeat(5_000));
    await expect.poll(() => said(page)).toBe('none');
    expect(asked.map(({ query }) => query.length)).toEqual([1_000]);
  });
});
