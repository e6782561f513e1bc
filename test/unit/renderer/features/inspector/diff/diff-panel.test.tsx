// @vitest-environment happy-dom
import { act, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import { DiffPanel } from '../../../../../../src-renderer/features/inspector/diff/diff-panel.tsx';
import {
  LargeDiff,
  type DiffRequest,
} from '../../../../../../src-renderer/features/inspector/diff/large-diff.ts';
import {
  COMPARED_BYTES,
  COMPARED_HERE,
  createComparing,
  type Comparing,
} from '../../../../../../src-renderer/state/inspector/comparing.ts';
import type { History } from '../../../../../../src-renderer/state/inspector/inspector-history.ts';
import { formatClockMs } from '../../../../../../src-renderer/ui/base/format.ts';
import { onTeardown, teardown } from '../../../../../support/teardown.ts';
import { HOSTILE_TEXTS } from '../../../../../support/window/hostile-texts.ts';
import { isDisabled, live, valueOf, type Live } from '../../../../../support/window/live.ts';
import { type FakeLog, settled } from '../../../state/inspector/fake-log.ts';
import { onLog, type OnLog } from '../on-log.ts';

let bench: OnLog;
let log: FakeLog;
let history: History;
let comparing: Comparing;

beforeEach(() => {
  bench = onLog();
  ({ log, history } = bench);
  comparing = createComparing(log.session, bench.inspector, history, () => Promise.resolve(null));
  onTeardown(() => comparing.close());
});
afterEach(async () => {
  await teardown();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const arrive: OnLog['arrive'] = (...message) => bench.arrive(...message);
const select: OnLog['select'] = (key) => bench.select(key);

/** Messages of topic `a` as they came, compared by somebody. */
async function compared(...messages: (string | Uint8Array<ArrayBuffer>)[]): Promise<Live> {
  for (const [at, text] of messages.entries()) await arrive(at + 1, text);
  const page = live(
    <div role="tabpanel">
      <DiffPanel comparing={comparing} history={history} />
    </div>,
  );
  await act(settled);
  return page;
}
/** What a press asked for is there. */
async function press(page: Live, role: string, name: string | RegExp): Promise<void> {
  await page.user.click(page.getByRole(role, { name }));
  await act(settled);
}

const grid = (page: Live) => page.getByRole('treegrid', { name: 'Differences' });
const all = (of: Element, selector: string) => [...of.querySelectorAll<HTMLElement>(selector)];
const lines = (page: Live) => all(grid(page), '[role=row]').slice(1);
const cells = (row: Element, role: string) => all(row, `[role=${role}]`).map((cell) => cell.textContent);
/** What the rows say, cell by cell. */
const said = (page: Live) => lines(page).map((row) => cells(row, 'gridcell'));
const heads = (page: Live) => cells(grid(page), 'columnheader');
const summary = (page: Live) => grid(page).parentElement?.querySelector('.diff-summary')?.textContent;
const notes = (page: Live) =>
  [...page.getByRole('tabpanel').querySelectorAll('p')].map((note) => note.textContent);
const against = (page: Live) => page.getByRole('combobox', { name: 'Compare against' });
const choices = (page: Live) => [...against(page).children].map((one) => one.textContent);
const at = (seq: number) => formatClockMs(seq * 1_000);

describe('Two messages', () => {
  test('stand beside each other with their times, and what changed', async () => {
    const page = await compared('{"t":1,"on":true}', '{"t":3,"on":true}');
    expect(heads(page)).toEqual(['Field', at(1), at(2), 'Change']);
    expect(said(page)).toEqual([['t', '1', '3', '+2, 200 %']]);
    expect(summary(page)).toBe('1 changed1 equal and hidden');
  });

  test('are shown with what is the same in them on a wish', async () => {
    const page = await compared('{"t":1,"on":true}', '{"t":3,"on":true}');
    await press(page, 'checkbox', 'Only changes');
    expect(said(page)).toEqual([
      ['t', '1', '3', '+2, 200 %'],
      ['on', 'true', 'true', ''],
    ]);
    expect(summary(page)).toBe('1 changed1 equal');
  });

  test('go on with the newest while it is followed', async () => {
    const page = await compared('{"t":1}', '{"t":3}');
    await arrive(3, '{"t":9}');
    expect(heads(page).slice(1, 3)).toEqual([at(2), at(3)]);
    expect(said(page)).toEqual([['t', '3', '9', '+6, 200 %']]);
  });

  test('are compared by lines or by bytes where they are no JSON, and have no patch then', async () => {
    const page = await compared('a\nb', 'a\nc');
    expect(heads(page)[0]).toBe('Line');
    expect(page.queryByRole('button', { name: 'Copy as JSON Patch' })).toBeNull();
    await arrive(3, Uint8Array.of(0xff, 0));
    expect(heads(page)[0]).toBe('Offset');
  });

  test('are one where the topic has no message before it, and that is said', async () => {
    const page = await compared('{"t":1}');
    expect(page.queryByRole('treegrid')).toBeNull();
    expect(notes(page)).toEqual([
      'There is no message before this one to compare with. Choose another one, or wait for the next.',
    ]);
    await arrive(2, '{"t":2}');
    expect(notes(page)).toEqual([]);
    expect(said(page)).toHaveLength(1);
  });

  test('that are equal say that nothing differs', async () => {
    const page = await compared('{"t":1}', '{"t":1}');
    expect(said(page)).toEqual([]);
    expect(summary(page)).toBe('Nothing differs1 field equal and hidden');
  });

  test('of another topic are shown as soon as they are read, and nothing of the last one meanwhile', async () => {
    log.arrive('b', 11, '{"x":1}');
    log.arrive('b', 12, '{"x":2}');
    const page = await compared('{"t":1}', '{"t":3}');
    act(() => log.select('b'));
    expect(page.queryByRole('treegrid')).toBeNull();
    await select('b');
    expect(said(page)).toEqual([['x', '1', '2', '+1, 100 %']]);
  });

  test('are read no more when nobody compares', async () => {
    const page = await compared('{"t":1}', '{"t":3}');
    page.unmount();
    const before = bench.asked('readHistory');
    await arrive(3, '{"t":9}');
    expect(bench.asked('readHistory')).toBe(before);
  });

  test('cannot be compared where one of them was dropped meanwhile, and it says why', async () => {
    const page = await compared('{"t":1}', '{"t":3}');
    bench.fail('readHistory', 'the connection is gone');
    await press(page, 'button', 'Pin this message');
    act(() => comparing.against('previous'));
    await act(settled);
    expect(notes(page)[0]).toBe('Not compared: the connection is gone.');
  });

  test('deceive no eye by their fields and values', async () => {
    const document = (add: string) =>
      JSON.stringify(Object.fromEntries(HOSTILE_TEXTS.map((text) => [text, text + add])));
    const page = await compared(document(''), document('!'));
    expect(lines(page)).toHaveLength(HOSTILE_TEXTS.length);
    expect(isSafeText(grid(page).outerHTML)).toBe(true);
    expect(grid(page).querySelector('b')).toBeNull();
  });

  test('hold no more of a long name or value than one can read', async () => {
    const long = 'x'.repeat(60_000);
    const page = await compared(JSON.stringify({ [long]: long }), JSON.stringify({ [long]: 'y' }));
    expect(grid(page).outerHTML.length).toBeLessThan(4_000);
  });
});

describe('The rows of differences', () => {
  const NESTED = ['{"a":{"x":1,"y":{"z":1}},"b":1}', '{"a":{"x":2,"y":{"z":2}},"b":2}'] as const;
  const names = (page: Live) => said(page).map(([name]) => name);
  /** The row that has the focus, by its name. */
  const focused = () => document.activeElement?.querySelector('bdi')?.textContent;
  const stops = (page: Live) => lines(page).filter((row) => row.tabIndex === 0);

  test('are walked by the arrow keys, Home, End and the page keys, with one tab stop', async () => {
    const page = await compared(...NESTED);
    expect(names(page)).toEqual(['a', 'x', 'y.z', 'b']);
    lines(page)[0]?.focus();
    for (const [key, row] of [
      ['ArrowDown', 'x'],
      ['ArrowDown', 'y.z'],
      ['ArrowUp', 'x'],
      ['End', 'b'],
      ['ArrowDown', 'b'],
      ['Home', 'a'],
      ['ArrowUp', 'a'],
      ['PageDown', 'b'],
      ['PageUp', 'a'],
    ] as const) {
      await page.user.keyboard(`{${key}}`);
      await expect.poll(() => `${key}: ${focused()}`).toBe(`${key}: ${row}`);
      expect(stops(page)).toHaveLength(1);
    }
  });

  test('are closed and opened by the arrows to the sides and by Enter', async () => {
    const page = await compared(...NESTED);
    lines(page)[0]?.focus();
    await page.user.keyboard('{ArrowLeft}');
    expect(names(page)).toEqual(['a', 'b']);
    expect(lines(page)[0]?.getAttribute('aria-expanded')).toBe('false');
    await page.user.keyboard('{ArrowRight}');
    expect(names(page)).toEqual(['a', 'x', 'y.z', 'b']);
    await page.user.keyboard('{Enter}');
    expect(names(page)).toEqual(['a', 'b']);
    await page.user.keyboard('{Enter}{ArrowRight}');
    await expect.poll(focused).toBe('x');
    await page.user.keyboard('{ArrowLeft}');
    await expect.poll(focused).toBe('a');
  });

  test('are closed by a press on the triangle, and taken by one beside it', async () => {
    const page = await compared(...NESTED);
    await page.user.click(lines(page)[0]!.querySelector('[data-twisty]')!);
    expect(names(page)).toEqual(['a', 'b']);
    await page.user.click(lines(page)[1]!);
    expect(focused()).toBe('b');
    expect(names(page)).toEqual(['a', 'b']);
  });

  test('leave keys with a modifier to the window', async () => {
    const page = await compared(...NESTED);
    lines(page)[0]?.focus();
    await page.user.keyboard('{Control>}{ArrowDown}{/Control}{Alt>}{End}{/Alt}{ArrowDown}');
    await expect.poll(focused).toBe('x');
  });

  test('of thousands are drawn where one looks, and the end can be gone to', async () => {
    const list = (by: number) => JSON.stringify(Array.from({ length: 1_000 }, (_, n) => n + by));
    const page = await compared(list(0), list(1));
    expect(grid(page).getAttribute('aria-rowcount')).toBe('1001');
    expect(lines(page).length).toBeLessThan(100);
    const panel = page.getByRole('tabpanel');
    panel.scrollTop = 24 * 900;
    act(() => void panel.dispatchEvent(new Event('scroll')));
    expect(said(page).some(([name]) => name === '900')).toBe(true);
    expect(stops(page)).toHaveLength(1);
  });
});

describe('What to compare with', () => {
  const dialog = (page: Live) => within(page.getByRole('dialog', { name: 'Choose a message' }));
  const offered = (page: Live) =>
    all(dialog(page).getByRole('list', { name: 'Messages to compare with' }), 'li').map(
      (one) => one.textContent,
    );

  async function choosing(...messages: string[]): Promise<Live> {
    const page = await compared(...messages);
    await press(page, 'button', 'Choose a message');
    return page;
  }

  test('is chosen from the messages of the topic but the shown one', async () => {
    const page = await choosing('{"t":1}', '{"t":2}', '{"t":4}');
    expect(offered(page).map((text) => text.slice(0, at(1).length))).toEqual([at(2), at(1)]);
    await page.user.click(dialog(page).getAllByRole('button', { name: new RegExp(at(1)) })[0]!);
    await act(settled);
    expect(page.queryByRole('dialog')).toBeNull();
    expect(heads(page).slice(1, 3)).toEqual([at(1), at(3)]);
    expect(valueOf(against(page))).toBe('chosen');
    expect(choices(page)).toEqual(['Previous message', `Chosen, ${at(1)}`]);
    await page.user.selectOptions(against(page), 'previous');
    await act(settled);
    expect(heads(page)[1]).toBe(at(2));
  });

  test('is gone through by the arrow keys, and taken by Enter', async () => {
    const page = await choosing('{"t":1}', '{"t":2}', '{"t":4}');
    const buttons = dialog(page)
      .getAllByRole('button')
      .filter((one) => one.className === 'diff-choice');
    buttons[0]?.focus();
    await page.user.keyboard('{ArrowUp}');
    expect(document.activeElement).toBe(buttons[0]);
    await page.user.keyboard('{ArrowDown}{ArrowDown}');
    expect(document.activeElement).toBe(buttons[1]);
    await page.user.keyboard('{ArrowUp}');
    expect(document.activeElement).toBe(buttons[0]);
    await page.user.keyboard('{ArrowDown}');
    await page.user.keyboard('{Enter}');
    await act(settled);
    expect(heads(page)[1]).toBe(at(1));
  });

  test('is not changed by Escape', async () => {
    const page = await choosing('{"t":1}', '{"t":2}');
    await page.user.keyboard('{Escape}');
    expect(page.queryByRole('dialog')).toBeNull();
    expect(choices(page)).toEqual(['Previous message']);
  });

  test('is also an older message than the list has at first', async () => {
    for (let seq = -104; seq <= 0; seq++) log.arrive('a', seq, '0');
    const page = await choosing('1');
    expect(offered(page)).toHaveLength(99);
    await page.user.click(page.getByText('Show older'));
    await act(settled);
    expect(offered(page)).toHaveLength(105);
    expect(page.queryByText('Show older')).toBeNull();
  });

  test('is none where there is none, or where the history cannot be read, and it says which', async () => {
    bench.fail('readHistory', 'the connection is gone');
    const page = await choosing();
    expect(dialog(page).getByText('No messages yet.')).toBeTruthy();
    await arrive(1, '1');
    expect(dialog(page).getByText('The history could not be read: the connection is gone')).toBeTruthy();
  });

  test('is no longer chosen once another topic is selected', async () => {
    log.arrive('b', 11, '{"x":1}');
    const page = await choosing('{"t":1}', '{"t":2}');
    await page.user.click(dialog(page).getAllByRole('button', { name: new RegExp(at(1)) })[0]!);
    await act(settled);
    await select('b');
    expect(choices(page)).toEqual(['Previous message']);
  });

  test('is the pinned message for other topics as well, which say whose it is', async () => {
    const other = 'b/\u202etxt';
    log.arrive(other, 11, '{"t":7}');
    const page = await compared('{"t":1}', '{"t":2}');
    await press(page, 'button', 'Pin this message');
    expect(choices(page)).toEqual(['Previous message', `Pinned, ${at(2)}`]);
    expect(summary(page)).toContain('Nothing differs');
    await select(other);
    expect(said(page)).toEqual([['t', '2', '7', '+5, 250 %']]);
    expect(notes(page)).toEqual(['Pinned from a']);
    await press(page, 'button', 'Pin this message');
    await select('a');
    expect(notes(page)).toEqual(['Pinned from b/\\u{202e}txt']);
  });

  test('cannot be pinned while there is nothing', async () => {
    const page = await compared();
    expect(isDisabled(page.getByRole('button', { name: 'Pin this message' }))).toBe(true);
  });
});

describe('The JSON Patch', () => {
  const copy = 'Copy as JSON Patch';
  const output = (page: Live) =>
    page.getByRole('button', { name: copy }).parentElement?.querySelector('output')?.textContent;

  test('of what is shown is copied', async () => {
    const page = await compared('{"t":1}', '{"t":2}');
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    await press(page, 'button', copy);
    await expect.poll(() => output(page)).toBe('Copied as JSON Patch');
    expect(JSON.parse(write.mock.calls[0]?.[0] ?? '')).toEqual([{ op: 'replace', path: '/t', value: 2 }]);
  });

  test('is said not to be copied where the browser refuses', async () => {
    const page = await compared('{"t":1}', '{"t":2}');
    vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new Error('no'));
    vi.stubGlobal('document', Object.assign(document, { execCommand: () => false }));
    await press(page, 'button', copy);
    await expect.poll(() => output(page)).toContain('The clipboard refused.');
  });
});

describe('Two large messages', () => {
  /** The thread that compares them: what it is asked waits until the test lets it answer. */
  class Thread {
    static all: Thread[] = [];
    readonly asked: DiffRequest[] = [];
    isEnded = false;
    #diff = new LargeDiff();
    readonly #reported = new Map<string, (event: unknown) => void>();
    constructor() {
      Thread.all.push(this);
    }
    addEventListener(name: string, reported: (event: unknown) => void): void {
      this.#reported.set(name, reported);
    }
    postMessage(request: DiffRequest): void {
      this.asked.push(request);
    }
    terminate(): void {
      this.isEnded = true;
    }
    emit(name: 'message' | 'error', event: object): Promise<void> {
      return act(async () => {
        this.#reported.get(name)?.(event);
        await settled();
      });
    }
    /** Answers what it was asked last, as the thread does. */
    answer(): Promise<void> {
      try {
        return this.emit('message', { data: { answer: this.#diff.answer(this.asked.at(-1)!) } });
      } catch (error) {
        return this.emit('message', { data: { problem: (error as Error).message } });
      }
    }
  }
  const large = (t: number) => `{"t":${t},"pad":"${'x'.repeat(COMPARED_HERE)}"}`;
  const thread = () => Thread.all.at(-1)!;
  const copy = (page: Live) => page.user.click(page.getByRole('button', { name: 'Copy as JSON Patch' }));

  beforeEach(() => {
    Thread.all = [];
    vi.stubGlobal('Worker', Thread);
  });

  test('are compared in a thread of their own, which is said meanwhile', async () => {
    const page = await compared(large(1), large(2));
    expect(notes(page)).toEqual(['Comparing 524 kB with 524 kB…Stop comparing']);
    expect(page.queryByRole('treegrid')).toBeNull();
    await thread().answer();
    expect(notes(page)).toEqual([]);
    expect(said(page)).toEqual([['t', '1', '2', '+1, 100 %']]);
    page.unmount();
    expect(thread().isEnded).toBe(true);
  });

  test('are not sent again for other rows of them', async () => {
    const page = await compared(large(1), large(2));
    await thread().answer();
    await press(page, 'checkbox', 'Only changes');
    expect(thread().asked.map(({ kind }) => kind)).toEqual(['compare', 'rows']);
    await thread().answer();
    expect(said(page)).toHaveLength(2);
  });

  test('are given up by whoever does not want to wait', async () => {
    const page = await compared(large(1), large(2));
    const first = thread();
    await press(page, 'button', 'Stop comparing');
    expect(notes(page)).toEqual(['Not compared: it was stopped.']);
    expect(first.isEnded).toBe(true);
    await first.answer();
    expect(page.queryByRole('treegrid')).toBeNull();
    await press(page, 'checkbox', 'Only changes');
    await thread().answer();
    expect(said(page)).toHaveLength(2);
  });

  test('stay on screen until the next ones are compared, and what is late is not shown for them', async () => {
    const page = await compared(large(1), large(2));
    await thread().answer();
    await arrive(3, large(5));
    expect(said(page)).toEqual([['t', '1', '2', '+1, 100 %']]);
    await arrive(4, large(9));
    // Of the third one, which is no longer shown.
    await thread().answer();
    expect(said(page)).toEqual([['t', '1', '2', '+1, 100 %']]);
    expect(notes(page)).toHaveLength(1);
    await thread().answer();
    expect(said(page)).toEqual([['t', '5', '9', '+4, 80 %']]);
    expect(notes(page)).toEqual([]);
  });

  test('leave the screen with their topic', async () => {
    log.arrive('b', 11, large(7));
    log.arrive('b', 12, large(8));
    const page = await compared(large(1), large(2));
    await thread().answer();
    await select('b');
    expect(page.queryByRole('treegrid')).toBeNull();
    await thread().answer();
    expect(said(page)).toEqual([['t', '7', '8', '+1, 14.3 %']]);
  });

  test('are copied as a patch, which is of these two or of none', async () => {
    const page = await compared(large(1), large(2));
    await thread().answer();
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    await copy(page);
    await thread().answer();
    expect(JSON.parse(write.mock.calls[0]?.[0] ?? '')).toEqual([{ op: 'replace', path: '/t', value: 2 }]);
    // The next ones are compared, and others wait, when these are asked for once more.
    await arrive(3, large(5));
    await arrive(4, large(9));
    await copy(page);
    for (let questions = 0; questions < 3; questions++) await thread().answer();
    expect(write).toHaveBeenCalledTimes(1);
    expect(said(page)).toEqual([['t', '5', '9', '+4, 80 %']]);
    expect(notes(page)).toEqual([]);
  });

  test('say why they are not compared where the thread cannot', async () => {
    const page = await compared(large(1), large(2));
    await thread().emit('message', { data: { problem: 'no memory' } });
    expect(notes(page)).toEqual(['Not compared: no memory.']);
    await arrive(3, large(3));
    await thread().emit('error', { message: '' });
    expect(notes(page)).toEqual(['Not compared: the comparing thread ended.']);
  });

  test('say how much of them is compared', async () => {
    const page = await compared('{"t":1}', '{"t":2}');
    const { pair } = comparing.store.getState();
    const { message, ...kept } = pair!.before!;
    const before = { ...kept, message: { ...message, meta: { ...message.meta, kept: COMPARED_BYTES + 1 } } };
    act(() => comparing.store.setState({ pair: { ...pair!, before } }));
    expect(notes(page)).toEqual(['Of each message the first 17 MB are compared.']);
  });

  test('of too many parts are compared by their bytes, and a list that is cut says so', async () => {
    const page = await compared(`[${'1,'.repeat(500_001)}1]`, `[${'1,'.repeat(500_001)}2]`);
    await thread().answer();
    expect(notes(page)).toEqual([
      'Too many fields or lines to compare one by one: their bytes are compared.',
    ]);
    const list = (by: number) =>
      JSON.stringify(Array.from({ length: 6_000 }, (_, n) => `${n + by}${'x'.repeat(100)}`));
    await arrive(3, list(0));
    await thread().answer();
    await arrive(4, list(1));
    await thread().answer();
    expect(notes(page)).toEqual(['The list is cut here: there is more.']);
  });
});
