// @vitest-environment happy-dom
import { act, fireEvent } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Preview } from '../../../../../../src-main/contract/model/message.ts';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import { HistoryPanel } from '../../../../../../src-renderer/features/inspector/history/history-panel.tsx';
import type { ListedPreviews } from '../../../../../../src-renderer/state/decoding/row-previews.ts';
import type { ListedMessage } from '../../../../../../src-renderer/state/inspector/inspector-history.ts';
import { formatClock, formatClockMs } from '../../../../../../src-renderer/ui/base/format.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { HOSTILE_TEXTS } from '../../../../../support/window/hostile-texts.ts';
import { isInvalid, live, type Live } from '../../../../../support/window/live.ts';
import { settled } from '../../../state/inspector/fake-log.ts';
import { onLog, type OnLog } from '../on-log.ts';

let bench: OnLog;
/** What was decoded of a message, by its number; of the others the text says which one it is. */
let decoded: Map<number, Preview>;
let listeners: Set<() => void>;
/** Numbers of the messages whose decoded form was wanted last. */
let wanted: number[];
/** What was done: chosen, exported, and by the menu. */
let done: string[];
let height: number;

beforeEach(() => {
  bench = onLog();
  [decoded, listeners, wanted, done, height] = [new Map(), new Set(), [], [], 240];
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(700);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockImplementation(() => height);
});
afterEach(async () => {
  await teardown();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const known = new Map<number, Preview>();
const textOf = (seq: number): Preview => {
  const preview = known.get(seq) ?? { kind: 'text', text: `value ${seq}`, cut: false };
  known.set(seq, preview);
  return preview;
};
const previews: ListedPreviews = {
  subscribe: (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  ofRow: () => null,
  ofMessage: (_, { seq }) => decoded.get(seq) ?? textOf(seq),
  isRuled: () => false,
  version: () => decoded.size,
  wantMessages: (_, messages) => void (wanted = messages.map(({ seq }) => seq)),
};
const decode = (seq: number, text: string) => {
  decoded.set(seq, { kind: 'text', text, cut: false });
  act(() => listeners.forEach((reported) => reported()));
};

interface Shown {
  readonly chosen?: number | null;
  readonly hasBelow?: boolean;
  readonly running?: boolean;
}
const onChoose = ({ seq }: ListedMessage) => void done.push(`chose ${seq}`);
const panel = ({ chosen = null, hasBelow = false, running = false }: Shown = {}) => (
  <div role="tabpanel">
    <HistoryPanel
      history={bench.history}
      topicKey={bench.log.store.getState().selectedKey ?? ''}
      {...{ previews, hasBelow, chosen }}
      onChoose={onChoose}
      outcome={{ words: 'What came out.', say: () => undefined }}
      exporting={{
        running,
        start: (form, filter) => void done.push(`export ${form} “${filter}”`),
        stop: () => void done.push('stop'),
      }}
      actionsOf={({ seq }: ListedMessage) => [
        { id: 'copy', label: 'Copy value', run: () => void done.push(`copy ${seq}`) },
        { id: 'save', label: 'Save payload…', run: () => void done.push(`save ${seq}`) },
      ]}
    />
  </div>
);
/** A list of so many messages of topic `a`, numbered from 1, a second apart. */
async function listed(count: number, shown: Shown = {}): Promise<Live> {
  for (let seq = 1; seq < count; seq++) bench.log.arrive('a', seq, 'x'.repeat(seq));
  if (count > 0) await bench.arrive(count, 'x'.repeat(count));
  const page = live(panel(shown));
  await bench.pass(200);
  return page;
}

const entries = (page: Live) => [...page.getByRole('list', { name: 'History' }).querySelectorAll('li')];
const buttons = (page: Live) => entries(page).map((entry) => entry.querySelector('button')!);
const part = (entry: Element, name: string) => entry.querySelector(`.hist-${name}`)?.textContent;
const values = (page: Live) => entries(page).map((entry) => part(entry, 'value'));
const filter = (page: Live) => page.getByRole('searchbox', { name: 'Filter history' });
const write = async (page: Live, text: string) => {
  await page.user.click(filter(page));
  await page.user.paste(text);
};
const goTo = (page: Live) => page.getByRole('textbox', { name: 'Go to time' });
const note = (page: Live) => page.getByRole('tabpanel').querySelector('.insp-note, .insp-more')?.textContent;
const scroll = (page: Live, top: number) =>
  act(async () => {
    page.getByRole('tabpanel').scrollTop = top;
    page.getByRole('tabpanel').dispatchEvent(new Event('scroll'));
    await settled();
  });
const fresh = (page: Live) => page.queryByText(/^(?:\d+|Many) new$/)?.textContent ?? null;

describe('The messages of a topic', () => {
  test('are listed newest first, each with its time, the time since, QoS, value and size', async () => {
    const page = await listed(3);
    expect(values(page)).toEqual(['value 3', 'value 2', 'value 1']);
    const [newest, oldest] = [entries(page)[0]!, entries(page)[2]!];
    const facts = (entry: Element) =>
      ['time', 'since', 'qos', 'flags', 'size'].map((name) => part(entry, name));
    expect(facts(newest)).toEqual([formatClockMs(3_000), '+1.0 s', 'QoS 0', '', '3 B']);
    expect(facts(oldest)).toEqual([formatClockMs(1_000), '', 'QoS 0', '', '1 B']);
    expect([newest.getAttribute('aria-posinset'), newest.getAttribute('aria-setsize')]).toEqual(['1', '3']);
    expect(note(page)).toBe('The first message of this connection.');
    await bench.arrive(4, 'xxxx');
    expect(values(page)).toEqual(['value 4', 'value 3', 'value 2', 'value 1']);
  });

  test('are none where there is none, or where older ones were dropped, and it says which', async () => {
    const page = await listed(0);
    expect(note(page)).toBe('No messages yet.');
    await bench.arrive(1, '1');
    act(() => bench.history.store.setState({ complete: false }));
    expect(note(page)).toBe('Older messages were evicted to make room. The memory budget is a setting.');
    act(() => bench.history.store.setState({ below: true }));
    expect(note(page)).toMatch(/^Older messages are missing: /);
  });

  test('are chosen by a press, and the chosen one says so', async () => {
    const page = await listed(3, { chosen: 2 });
    expect(buttons(page).map((one) => one.getAttribute('aria-current'))).toEqual(['false', 'true', 'false']);
    await page.user.click(buttons(page)[2]!);
    expect(done).toEqual(['chose 1']);
  });

  test('are walked by the arrow keys, with one tab stop at the chosen one, or at the first', async () => {
    const stops = (page: Live) => buttons(page).map((one) => one.tabIndex);
    const page = await listed(3);
    expect(stops(page)).toEqual([0, -1, -1]);
    page.again(panel({ chosen: 2 }));
    expect(stops(page)).toEqual([-1, 0, -1]);
    buttons(page)[1]?.focus();
    await page.user.keyboard('{ArrowDown}{ArrowDown}');
    expect(document.activeElement).toBe(buttons(page)[2]);
    await page.user.keyboard('{ArrowUp}{ArrowUp}{ArrowUp}');
    expect(document.activeElement).toBe(buttons(page)[0]);
    await page.user.keyboard('{Enter}');
    expect(done).toEqual(['chose 3']);
  });

  test.each([
    ['the menu key', (button: Element) => fireEvent.keyDown(button, { key: 'ContextMenu' })],
    ['Shift+F10', (button: Element) => fireEvent.keyDown(button, { key: 'F10', shiftKey: true })],
    [
      'the other button of the mouse',
      (button: Element) => fireEvent.contextMenu(button, { clientX: 9, clientY: 9 }),
    ],
  ])('have a menu by %s, which is of that message', async (_, open) => {
    const page = await listed(3);
    open(buttons(page)[1]!);
    const menu = await page.findByRole('menu', { name: 'Actions for the message' });
    expect([...menu.querySelectorAll('[role=menuitem]')].map((item) => item.textContent)).toEqual([
      'Copy value',
      'Save payload…',
    ]);
    await page.user.click(page.getByText('Save payload…'));
    await expect.poll(() => done).toEqual(['save 2']);
    expect(page.queryByRole('menu')).toBeNull();
  });

  test('are decoded where they are in sight, and drawn so as soon as they are', async () => {
    const page = await listed(90);
    expect(Math.min(...wanted)).toBeGreaterThan(40);
    expect(wanted).toContain(90);
    decode(90, 'temperature 71');
    expect(values(page)[0]).toBe('temperature 71');
    await scroll(page, 24 * 70);
    expect(wanted).toContain(20);
    expect(wanted).not.toContain(90);
    expect(entries(page).length).toBeLessThan(50);
  });

  test('are read no more when nobody looks at them', async () => {
    const page = await listed(3);
    page.unmount();
    const before = bench.asked('readHistory');
    await bench.arrive(4, '4');
    expect(bench.asked('readHistory')).toBe(before);
  });

  test('deceive no eye by what they hold, nor by their topic', async () => {
    for (const [at, text] of HOSTILE_TEXTS.entries()) decoded.set(at + 1, { kind: 'text', text, cut: false });
    const page = await listed(HOSTILE_TEXTS.length);
    expect(isSafeText(page.getByRole('list').outerHTML)).toBe(true);
    expect(page.getByRole('list').querySelector('b')).toBeNull();
  });
});

describe('Older messages', () => {
  test('are read when one comes near them, and joined to the list', async () => {
    const page = await listed(150);
    expect(entries(page)[0]?.getAttribute('aria-setsize')).toBe('-1');
    expect(note(page)).toBe('Reading older messages…');
    const before = bench.asked('readHistory');
    await scroll(page, 24 * 80);
    expect(bench.asked('readHistory')).toBe(before + 1);
    await scroll(page, 24 * 140);
    expect(values(page).at(-1)).toBe('value 1');
    expect(note(page)).toBe('The first message of this connection.');
  });

  test('that cannot be read are not asked for without end, but by a person', async () => {
    const page = await listed(150);
    bench.fail('readHistory', 'the connection is gone');
    const before = bench.asked('readHistory');
    await scroll(page, 24 * 80);
    for (let turn = 0; turn < 5; turn++) await bench.pass(100);
    expect(bench.asked('readHistory')).toBe(before + 1);
    expect(note(page)).toBe('The history could not be read: the connection is goneTry again');
    // The last one that is known: what came before it is not.
    const since = () =>
      part(
        entries(page).find((entry) => part(entry, 'value') === 'value 51')!,
        'since',
      );
    expect(since()).toBe('');
    bench.fail('readHistory', null);
    await page.user.click(page.getByText('Try again'));
    await act(settled);
    expect(since()).toBe('+1.0 s');
    expect(note(page)).toBe('The first message of this connection.');
    expect(page.queryByText('Try again')).toBeNull();
  });
});

describe('A list that stands still', () => {
  test('does so while it is held, and shows how many came, which a press shows', async () => {
    const page = await listed(3);
    await page.user.click(page.getByRole('button', { name: 'Hold the list' }));
    await bench.arrive(4, '4');
    await bench.arrive(5, '5');
    expect(values(page)).toEqual(['value 3', 'value 2', 'value 1']);
    expect(fresh(page)).toBe('2 new');
    await page.user.click(page.getByText('2 new'));
    expect(values(page)[0]).toBe('value 5');
    expect(fresh(page)).toBeNull();
    expect(page.getByRole('button', { name: 'Hold the list' })).toBeTruthy();
  });

  test('goes on when it is no longer held', async () => {
    const page = await listed(1);
    await page.user.click(page.getByRole('button', { name: 'Hold the list' }));
    await bench.arrive(2, '2');
    await page.user.click(page.getByRole('button', { name: 'Go on with the list' }));
    expect(values(page)).toEqual(['value 2', 'value 1']);
  });

  test('does so while it is scrolled, with older ones that are read meanwhile, until it is at its top', async () => {
    const page = await listed(150);
    await scroll(page, 24 * 80);
    const shown = values(page);
    await bench.arrive(151, '1');
    expect(values(page)).toEqual(shown);
    expect(fresh(page)).toBe('1 new');
    await scroll(page, 24 * 140);
    expect(values(page)).toContain('value 1');
    await scroll(page, 0);
    expect(values(page)[0]).toBe('value 151');
    expect(fresh(page)).toBeNull();
  });

  test('does not count what nobody counts', async () => {
    const page = await listed(3);
    await page.user.click(page.getByRole('button', { name: 'Hold the list' }));
    for (let seq = 4; seq < 120; seq++) bench.log.arrive('a', seq, '1');
    await bench.arrive(120, '1');
    expect(fresh(page)).toBe('Many new');
  });
});

describe('The filter of the history', () => {
  test('leaves what holds a text in what is shown, and Escape clears it', async () => {
    const page = await listed(12);
    await write(page, 'VALUE 1');
    expect(values(page)).toEqual(['value 12', 'value 11', 'value 10', 'value 1']);
    expect(part(entries(page)[2]!, 'since')).toBe('+1.0 s');
    await page.user.keyboard('{Escape}');
    expect(values(page)).toHaveLength(12);
  });

  test('says where nothing holds it', async () => {
    const page = await listed(3);
    await write(page, 'zzz');
    expect(entries(page)).toEqual([]);
    expect(note(page)).toBe('No kept message holds this in the beginning that the list shows.');
  });

  test('looks at what is decoded meanwhile, also of what is not in sight', async () => {
    const page = await listed(90);
    await write(page, 'alarm');
    expect(wanted).toHaveLength(90);
    expect(values(page)).toEqual([]);
    decode(7, 'alarm 118');
    expect(values(page)).toEqual(['alarm 118']);
  });

  test('leaves Escape to the window while it is empty', async () => {
    const page = await listed(1);
    const isPrevented = !fireEvent.keyDown(filter(page), { key: 'Escape' });
    expect(isPrevented).toBe(false);
  });
});

describe('A time to go to', () => {
  const top = (page: Live) => page.getByRole('tabpanel').scrollTop / 24;
  async function go(page: Live, text: string): Promise<void> {
    await page.user.clear(goTo(page));
    await page.user.paste(text);
    await page.user.keyboard('{Enter}');
    await act(settled);
  }

  test('is where the list goes: to the last message of the second, or to the very one', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 200_000 });
    const page = await listed(90);
    const second = formatClock(60_000);
    await go(page, second);
    expect(top(page)).toBe(30);
    for (const text of [`${second}.000`, `${second},000`]) {
      await go(page, text);
      expect(top(page), text).toBe(30);
      await go(page, `${formatClock(59_000)}${text.slice(-4).replace('000', '999')}`);
      expect(top(page), text).toBe(31);
    }
    await go(page, second.slice(0, 5));
    expect(top(page)).toBeLessThan(1);
  });

  test('that is none says so until another one is typed', async () => {
    const page = await listed(3);
    await go(page, 'noon');
    expect(isInvalid(goTo(page))).toBe(true);
    expect(goTo(page).title).toBe('Write a time such as 14:31 or 14:31:07');
    await page.user.type(goTo(page), '1');
    expect(isInvalid(goTo(page))).toBe(false);
    expect(top(page)).toBe(0);
  });

  test('is read for, and the field is busy meanwhile', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 600_000 });
    const page = await listed(350);
    const before = bench.asked('readHistory');
    await go(page, formatClock(20_000));
    for (let turn = 0; turn < 3; turn++) await act(settled);
    expect(bench.asked('readHistory')).toBe(before + 3);
    expect(top(page)).toBe(330);
    expect(goTo(page).getAttribute('aria-busy')).toBe('false');
  });

  test('is given up where the messages cannot be read, and tried again on the next wish', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 600_000 });
    const page = await listed(350);
    bench.fail('readHistory', 'the connection is gone');
    const before = bench.asked('readHistory');
    await go(page, formatClock(20_000));
    expect(bench.asked('readHistory')).toBe(before + 1);
    expect(goTo(page).getAttribute('aria-busy')).toBe('false');
    bench.fail('readHistory', null);
    await go(page, formatClock(20_000));
    for (let turn = 0; turn < 3; turn++) await act(settled);
    expect(top(page)).toBe(330);
  });
});

describe('The history of a branch', () => {
  const toggle = (page: Live) => page.queryByRole('button', { name: 'Topics below as well' });

  test('is offered where something lies below, with each topic named from the branch on', async () => {
    bench.log.arrive('a/line/\u202et', 7, '1');
    const page = await listed(2, { hasBelow: true });
    expect(toggle(page)?.getAttribute('aria-pressed')).toBe('false');
    await page.user.click(toggle(page)!);
    await bench.pass(1_000);
    expect(toggle(page)?.getAttribute('aria-pressed')).toBe('true');
    expect(entries(page).map((entry) => part(entry, 'topic'))).toHaveLength(3);
    expect(part(entries(page)[0]!, 'topic')).toContain('line/');
    expect(part(entries(page)[1]!, 'topic')).toBe('.');
    page.again(panel());
    expect(toggle(page)).toBeNull();
  });
});

describe('The export of the history', () => {
  test('is started in a form, of what passes the filter', async () => {
    const page = await listed(3);
    await write(page, 'value');
    await page.user.click(page.getByRole('button', { name: 'Export history' }));
    const forms = await page.findAllByRole('menuitem');
    expect(forms.map((form) => form.textContent)).toEqual([
      'Export as JSON Lines',
      'Export as CSV, payloads as text',
      'Export as CSV, payloads in Base64',
      'Export as CSV, a column a field',
    ]);
    await page.user.click(forms[2]!);
    await expect.poll(() => done).toEqual(['export csv-base64 “value”']);
    expect(page.getByText('What came out.')).toBeTruthy();
  });

  test('is stopped while it runs', async () => {
    const page = await listed(1, { running: true });
    expect(page.queryByRole('button', { name: 'Export history' })).toBeNull();
    await page.user.click(page.getByRole('button', { name: 'Stop the export' }));
    expect(done).toEqual(['stop']);
  });
});
