// @vitest-environment happy-dom
import { gzipSync } from 'node:zlib';
import { act, fireEvent } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { useStore } from 'zustand';
import { HexPanel } from '../../../../../../src-renderer/features/inspector/hex/hex-panel.tsx';
import type { DecodedReader } from '../../../../../../src-renderer/state/decoding/decoded-reader.ts';
import type { Inspector } from '../../../../../../src-renderer/state/inspector/inspector.ts';
import type { ConnectionSession } from '../../../../../../src-renderer/state/tree/tree-session.ts';
import { bytesOf } from '../../../../../support/decoding.ts';
import { onTeardown, teardown } from '../../../../../support/teardown.ts';
import type { FakeApp } from '../../../../../support/window/fake-app.ts';
import type { KeptTopics } from '../../../../../support/window/kept-topics.ts';
import { layOut, scrollDown, scrolledBy, withMarks } from '../../../../../support/window/laid-out.ts';
import { answer, copies, live, watch, type Live } from '../../../../../support/window/live.ts';
import { fakeInspection } from '../../../../../support/window/fake-inspection.ts';

let fake: FakeApp;
let session: ConnectionSession;
let topics: KeptTopics;
let inspector: Inspector;
let decoder: DecodedReader;
let copied: string[];

beforeEach(() => {
  ({ fake, session, topics, inspector, decoder } = fakeInspection());
});
afterEach(teardown);

/** Of 16 bytes a row, 7 px a character, 20 px a line: the pointer is where the browser says it is. */
const CHAR_PX = 7;
function withPointer(): void {
  const width = vi.spyOn(Range.prototype, 'getBoundingClientRect').mockImplementation(function (this: Range) {
    return new DOMRect(0, 0, this.toString().length * CHAR_PX, 20);
  });
  const captured = new Set<number>();
  Object.assign(HTMLElement.prototype, {
    setPointerCapture: (id: number) => captured.add(id),
    hasPointerCapture: (id: number) => captured.has(id),
  });
  const caret = (x: number, y: number) => {
    const text = dump().firstChild as Text;
    const lines = text.data.split('\n');
    const row = Math.floor(y / 20);
    const before = lines.slice(0, row).reduce((sum, line) => sum + line.length + 1, 0);
    return { offsetNode: text, offset: before + Math.max(0, Math.floor((x - 16) / CHAR_PX)) };
  };
  Object.assign(document, { caretPositionFromPoint: caret });
  onTeardown(() => {
    width.mockRestore();
    Reflect.deleteProperty(document, 'caretPositionFromPoint');
    for (const name of ['setPointerCapture', 'hasPointerCapture'])
      Reflect.deleteProperty(HTMLElement.prototype, name);
  });
}
const dump = () => document.querySelector('[data-payload]')!;
/** Over the first digit of a byte of a row. */
const over = (row: number, byte: number) => ({
  clientX: 16 + (6 + 3 * byte + Math.floor(byte / 8)) * CHAR_PX + 1,
  clientY: row * 20 + 5,
  button: 0,
  pointerId: 1,
});

let shown: string[];
function Panel() {
  const state = useStore(inspector.store);
  return (
    <div role="tabpanel" tabIndex={0}>
      <HexPanel
        key={state.key}
        {...{ session, inspector, decoder, state }}
        onShow={(path) => void shown.push(path)}
        menuItems={(say) => [{ id: 'copy-topic', label: 'Copy topic', run: () => say('Topic copied') }]}
      />
    </div>
  );
}
async function open(
  payload: string | Uint8Array<ArrayBuffer>,
  more: Parameters<KeptTopics['arrive']>[2] = {},
) {
  shown = [];
  layOut('[role=tabpanel]', { height: 400, width: 800 });
  topics.arrive('a', payload, more);
  topics.select('a');
  const page = live(<Panel />);
  copied = copies();
  await expect.poll(() => inspector.store.getState().loaded).not.toBeNull();
  return { page, lines: await page.findByRole('textbox', { name: 'Hex dump' }) };
}
const selectedWords = (page: Live) => page.getByRole('status', { name: 'Selected bytes' }).textContent;
const held = () => !inspector.store.getState().following;

describe('The bytes of a message', () => {
  test('are a dump of offset, bytes and text, with how many were received', async () => {
    const { page } = await open('Hello, world! 0123456789');
    expect(
      dump()
        .textContent?.split('\n')
        .map((line) => line.slice(0, 4)),
    ).toEqual(['0000', '0010']);
    expect(dump().textContent).toMatch(/48 65 6c 6c 6f 2c 20 77 {2}6f.*Hello, world! 01/);
    expect(page.getByText('24 B as received')).toBeTruthy();
  });

  test('that are none are said to be none; of a shortened message it says how much was kept', async () => {
    const none = await open('');
    expect(none.page.getByText('The payload is empty (0 bytes).')).toBeTruthy();
    const { page } = await open('abc', { size: 5_000, kept: 3 });
    expect(await page.findByText(/Kept shortened: the first 3 B of 5\.0 kB/)).toBeTruthy();
  });

  test('of a large message are read where they are looked at, and only there', async () => {
    const payload = Uint8Array.from({ length: 1_000_000 }, (_, at) => at >> 8);
    const { page } = await open(payload);
    const asked = watch(fake.engine, 'readMessage');
    scrollDown(page.getByRole('tabpanel'), 800_000);
    expect(page.getByText('Reading…')).toBeTruthy();
    await expect.poll(() => page.queryByText('Reading…')).toBeNull();
    expect(asked.map(({ offset }) => offset)).toEqual([262_144]);
    const rows = dump().textContent.split('\n');
    expect(rows.some((row) => row.startsWith('0004e200  e2 e2'))).toBe(true);
    expect(rows.length).toBeLessThan(200);
  });

  test('that cannot be read any more are said to be gone', async () => {
    const { page } = await open(new Uint8Array(1_000_000));
    topics.evict('a', 1);
    scrollDown(page.getByRole('tabpanel'), 800_000);
    expect(await page.findByText(/Not all bytes could be read: this message was dropped/)).toBeTruthy();
  });
});

describe('Bytes are selected', () => {
  const text = 'The quick brown fox jumps over the lazy dog';

  test('by keys, from byte to byte, with Shift more of them, and the message stays', async () => {
    const marks = withMarks();
    const { page, lines } = await open(text);
    lines.focus();
    await page.user.keyboard('{ArrowRight}');
    expect(selectedWords(page)).toMatch(/^0x0000 \(0\), 1 byte/);
    expect(marks.texts('hex-selected')).toEqual(['54', 'T']);
    expect(held()).toBe(true);
    await page.user.keyboard('{Shift>}{ArrowRight}{ArrowDown}{/Shift}');
    expect(selectedWords(page)).toMatch(/^0x0000 to 0x0011 \(0 to 17\), 18 bytes/);
    expect(marks.texts('hex-selected').at(-1)).toBe('fo');
    await page.user.keyboard('{Shift>}{ArrowUp}{ArrowLeft}{ArrowLeft}{/Shift}');
    expect(selectedWords(page)).toMatch(/^0x0000 \(0\), 1 byte/);
    await page.user.keyboard('{Control>}{End}{/Control}');
    expect(selectedWords(page)).toMatch(/^0x002a \(42\), 1 byte/);
  });

  test('by the pointer, over as many as it is dragged over, both ways', async () => {
    withPointer();
    const { page, lines } = await open(text);
    fireEvent.pointerMove(lines, over(0, 9));
    expect(selectedWords(page)).toContain('Select bytes');
    fireEvent.pointerDown(lines, over(0, 4));
    expect(selectedWords(page)).toMatch(/^0x0004 \(4\), 1 byte/);
    fireEvent.pointerMove(lines, over(1, 2));
    expect(selectedWords(page)).toMatch(/^0x0004 to 0x0012/);
    fireEvent.pointerMove(lines, over(0, 1));
    expect(selectedWords(page)).toMatch(/^0x0001 to 0x0004/);
    fireEvent.pointerDown(lines, { ...over(0, 12), shiftKey: true });
    expect(selectedWords(page)).toMatch(/^0x0004 to 0x000c/);
    fireEvent.pointerDown(lines, { ...over(1, 1), button: 1 });
    expect(selectedWords(page)).toMatch(/^0x0004 to 0x000c/);
  });

  test('by their text as well, and beyond the end the last one', async () => {
    withPointer();
    const { page, lines } = await open(text);
    const ascii = (column: number) => ({ ...over(0, 0), clientX: 16 + column * CHAR_PX + 1 });
    const first = dump().textContent.split('\n')[0]!;
    fireEvent.pointerDown(lines, ascii(first.lastIndexOf('quick')));
    expect(selectedWords(page)).toMatch(/^0x0004 \(4\)/);
    fireEvent.pointerDown(lines, over(2, 15));
    expect(selectedWords(page)).toMatch(/^0x002a \(42\)/);
  });

  test('by their offset, which is brought into sight', async () => {
    const { page } = await open(Uint8Array.from({ length: 60_000 }, (_, at) => at & 255));
    const asked = scrolledBy(page.getByRole('tabpanel'));
    await page.user.type(page.getByRole('textbox', { name: 'Go to' }), '0xc350{Enter}');
    expect(selectedWords(page)).toMatch(/^0xc350 \(50000\), 1 byte.*80/);
    await expect.poll(() => asked.length).toBeGreaterThan(0);
    expect(dump().textContent).toContain('c350');
  });

  test('as far as the next message goes that is looked at, or no more', async () => {
    const { page, lines } = await open(text);
    topics.arrive('a', 'short');
    topics.arrive('a', '');
    lines.focus();
    await page.user.keyboard('{ArrowRight}{ArrowRight}{Shift>}{End}{/Shift}');
    expect(selectedWords(page)).toMatch(/^0x0001 to 0x000f/);
    inspector.inspect({ kind: 'message', seq: 2 });
    await expect.poll(() => selectedWords(page)).toMatch(/^0x0001 to 0x0004/);
    inspector.inspect({ kind: 'message', seq: 3 });
    await expect.poll(() => selectedWords(page)).toContain('Select bytes');
  });

  test('no more once another topic is shown', async () => {
    const { page, lines } = await open(text);
    lines.focus();
    await page.user.keyboard('{ArrowRight}');
    topics.arrive('b', 'another value');
    topics.select('b');
    await expect.poll(() => dump().textContent).toContain('another value');
    expect(selectedWords(page)).toContain('Select bytes');
  });
});

describe('Bytes are copied', () => {
  const choose = async (page: Live, name: string) =>
    page.user.click(await page.findByRole('menuitem', { name }));

  test('all of them where none are selected, else those, and it says how many', async () => {
    const { page, lines } = await open('Hello');
    await page.user.click(page.getByRole('button', { name: 'Copy as' }));
    await choose(page, 'Base64');
    expect(await page.findByText('Copied as Base64: 5 B')).toBeTruthy();
    lines.focus();
    await page.user.keyboard('{ArrowRight}{ArrowRight}');
    await page.user.click(page.getByRole('button', { name: 'Copy as' }));
    await choose(page, 'Hex');
    expect(await page.findByText('Copied as Hex: 1 B')).toBeTruthy();
    expect(copied).toEqual(['SGVsbG8=', '65']);
  });

  test('by the menu of a byte, which is selected by it where it was not', async () => {
    withPointer();
    const { page, lines } = await open('Hello');
    fireEvent.contextMenu(lines, over(0, 1));
    expect(selectedWords(page)).toMatch(/^0x0001 \(1\)/);
    await choose(page, 'Copy selection as text');
    await expect.poll(() => copied).toEqual(['e']);
    fireEvent.pointerDown(lines, over(0, 1));
    fireEvent.pointerMove(lines, over(0, 3));
    fireEvent.contextMenu(lines, over(0, 2));
    await choose(page, 'Copy selection as text');
    await expect.poll(() => copied).toEqual(['e', 'ell']);
  });

  test('by the menu of a key, beside what is done with the message', async () => {
    const { page, lines } = await open('Hello');
    lines.focus();
    await page.user.keyboard('{ArrowRight}{Shift>}{F10}{/Shift}');
    expect((await page.findAllByRole('menuitem')).map(({ textContent }) => textContent)).toEqual([
      'Copy selection as text',
      'Copy selection as hex',
      'Copy selection as Base64',
      'Copy selection as C array',
      'Copy all as',
      'Copy topic',
    ]);
    await choose(page, 'Copy topic');
    expect(await page.findByText('Topic copied')).toBeTruthy();
  });
});

describe('What the decoder reads', () => {
  const cbor = bytesOf('a2 61 74 15 61 6c 82 01 61 78');

  test('are fields of which the bytes are, one selection with them, and lead to the value', async () => {
    const { page, lines } = await open(cbor);
    const grid = await page.findByRole('treegrid', { name: 'Fields' });
    await page.user.click(page.getByRole('gridcell', { name: '21' }));
    expect(selectedWords(page)).toContain('bytes 3 to 3');
    lines.focus();
    await page.user.keyboard('{End}');
    expect(page.getByRole('row', { selected: true }).textContent).toContain('"x"');
    grid.focus();
    await page.user.keyboard('{Enter}');
    expect(shown).toEqual(['l[1]']);
  });

  test('can be looked at stage by stage, and copied from each', async () => {
    const packed = new Uint8Array(gzipSync(cbor));
    const { page } = await open(packed);
    const stages = await page.findByRole('combobox', { name: 'Bytes' });
    expect(stages.textContent).toBe(`As received, ${packed.length} BAfter gzip, 10 B`);
    await expect.poll(() => dump().textContent).toContain('a2 61 74');
    expect(page.getByRole('treegrid', { name: 'Fields' })).toBeTruthy();
    await page.user.click(page.getByRole('button', { name: 'Copy as' }));
    await page.user.click(await page.findByRole('menuitem', { name: 'Hex' }));
    await expect.poll(() => copied).toEqual(['a2 61 74 15 61 6c 82 01 61 78']);
    await page.user.selectOptions(stages, '0');
    await expect.poll(() => dump().textContent).toContain('1f 8b 08');
    expect(page.queryByRole('treegrid')).toBeNull();
  });

  test('and cannot give any more is reported, and the bytes as received are there', async () => {
    answer(fake.engine, 'decodedBytes', () => ({
      kind: 'failed',
      code: 'decoded-gone',
      message: 'This is not kept any more.',
      advice: '',
    }));
    const { page } = await open(new Uint8Array(gzipSync(cbor)));
    expect(await page.findByText('Not all bytes could be read: This is not kept any more.')).toBeTruthy();
    await page.user.selectOptions(page.getByRole('combobox', { name: 'Bytes' }), '0');
    await expect.poll(() => dump().textContent).toContain('1f 8b 08');
    expect(page.queryByText(/Not all bytes/)).toBeNull();
  });

  test('in more fields than one answer has is read on once the message is held', async () => {
    const numbers = Array.from({ length: 3_000 }, (_, at) => [0x19, 1 + (at >> 8), at & 255]);
    const list = Uint8Array.from([0x99, 0x0b, 0xb8, ...numbers.flat()]);
    const { page, lines } = await open(list);
    act(() => decoder.choose({ decoder: 'cbor', option: '' }));
    const grid = await page.findByRole('treegrid', { name: 'Fields' });
    expect(page.getByText('2,501 more are not listed.')).toBeTruthy();
    lines.focus();
    await page.user.keyboard('{ArrowRight}');
    await expect.poll(() => grid.getAttribute('aria-rowcount')).toBe('3001');
    expect(page.queryByText(/more are not listed/)).toBeNull();
  });
});
