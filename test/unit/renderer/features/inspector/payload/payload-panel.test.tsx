// @vitest-environment happy-dom
import { act, fireEvent } from '@testing-library/react';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { useStore } from 'zustand';
import type { StoreApi } from 'zustand/vanilla';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import type { LineFact } from '../../../../../../src-renderer/features/inspector/base/line-fact.ts';
import { PayloadPanel } from '../../../../../../src-renderer/features/inspector/payload/payload-panel.tsx';
import {
  createReading,
  type Reading,
} from '../../../../../../src-renderer/features/inspector/payload/reading.ts';
import type { PayloadForm } from '../../../../../../src-renderer/features/inspector/payload/use-payload-text.ts';
import type { DecodedReader } from '../../../../../../src-renderer/state/decoding/decoded-reader.ts';
import type { Inspector } from '../../../../../../src-renderer/state/inspector/inspector.ts';
import type { ConnectionSession } from '../../../../../../src-renderer/state/tree/tree-session.ts';
import { useOutcome } from '../../../../../../src-renderer/ui/feedback/outcome-note.tsx';
import { bytesOf } from '../../../../../support/decoding.ts';
import { teardown } from '../../../../../support/teardown.ts';
import type { FakeApp } from '../../../../../support/window/fake-app.ts';
import { HOSTILE_TEXTS } from '../../../../../support/window/hostile-texts.ts';
import type { KeptTopics } from '../../../../../support/window/kept-topics.ts';
import {
  layOut,
  scrollDown,
  scrolledBy,
  selectIn,
  withMarks,
} from '../../../../../support/window/laid-out.ts';
import {
  answer,
  describedBy,
  isDisabled,
  live,
  watch,
  type Live,
} from '../../../../../support/window/live.ts';
import { fakeInspection } from '../../../../../support/window/fake-inspection.ts';

let fake: FakeApp;
let session: ConnectionSession;
let topics: KeptTopics;
let inspector: Inspector;
let decoder: DecodedReader;
let reading: StoreApi<Reading>;
let done: string[];

beforeEach(() => {
  ({ fake, session, topics, inspector, decoder } = fakeInspection());
  reading = createReading();
  done = [];
});
afterEach(teardown);

const actionsOf = ({ pathText, value }: LineFact) =>
  ['copy-value', 'copy-path', 'watch', 'chart'].map((id) => ({
    id,
    label: id,
    ...(id === 'watch' ? { keys: 'W' } : {}),
    run: () => void done.push(`${id} ${pathText} ${value}`),
  }));

function Panel({ form }: { readonly form: PayloadForm }) {
  const state = useStore(inspector.store);
  const outcome = useOutcome();
  return (
    <div role="tabpanel" tabIndex={0} aria-label="Panel">
      <PayloadPanel
        {...{ form, session, inspector, decoder, state, reading, outcome, actionsOf }}
        menuItems={() => [{ id: 'copy-topic', label: 'Copy topic', run: () => outcome.say('Topic copied') }]}
      />
    </div>
  );
}

type Payload = string | Uint8Array<ArrayBuffer>;

/** The message is shown in a panel of 400 px; a line is 20 px. */
async function open(payload: Payload, form: PayloadForm = 'value', more: object = {}) {
  layOut('[role=tabpanel]', { height: 400, width: 800 });
  topics.arrive('a', payload, more);
  topics.select('a');
  const page = live(<Panel form={form} />);
  await expect.poll(() => inspector.store.getState().loaded).not.toBeNull();
  return page;
}
const pre = () => document.querySelector('[data-payload]');
const text = () => pre()?.textContent ?? null;
const rows = () => text()?.split('\n') ?? [];
const numbers = () => [...document.querySelectorAll('.code-line')].map((line) => Number(line.textContent));
const changed = () => [...document.querySelectorAll('.code-changed')].map((line) => Number(line.textContent));
const notes = () => [...document.querySelectorAll('.insp-note')].map((note) => note.textContent);
const linesOf = (page: Live) => page.getByRole('textbox', { name: 'Lines of the value' });
const readOut = () =>
  document.querySelector('.json-code .visually-hidden output, .json-code output')?.textContent;
const press = (page: Live, name: string) => page.user.click(page.getByRole('button', { name }));
const json = JSON.stringify;
const PRESS = { device: { id: 7, name: 'press' }, list: [1, 2, 3], on: true };
const held = () => !inspector.store.getState().following;

describe('A value', () => {
  test.each<[string, Payload, string, string[]]>([
    ['JSON, digits as they came', '{"a":1.50,"b":[]}', '{\n  "a": 1.50,\n  "b": []\n}', []],
    ['a number', '21.50', '21.50', []],
    ['text', 'hello\nworld', 'hello\nworld', []],
    ['nothing', '', '', ['The payload is empty (0 bytes).']],
    [
      'no JSON, with why',
      '{"a":}',
      '{"a":}',
      [expect.stringMatching(/^Not valid JSON: .* \(character 6\)\.$/)],
    ],
  ])('is drawn as %s', async (_, payload, shown, outcome) => {
    await open(payload);
    await expect.poll(text).toBe(shown);
    expect(notes()).toEqual(outcome);
  });

  test('that is no text is drawn as its bytes, and it says why', async () => {
    await open(Uint8Array.of(0x80, 0xff, 0x00));
    await expect.poll(text).toMatch(/^0000 {2}80 ff 00/);
    expect(notes()[0]).toContain('shown as hex');
  });

  test('that was packed is drawn as what the decoder made of it', async () => {
    await open(new Uint8Array(gzipSync(bytesOf('a1 61 74 15'))));
    await expect.poll(text).toBe('{\n  "t": 21\n}');
  });

  test('in Raw is what was sent, nothing rearranged, with its encoding', async () => {
    const page = await open('{"a":1.50}', 'raw');
    expect(text()).toBe('{"a":1.50}');
    expect(page.getByText('UTF-8')).toBeTruthy();
    expect(page.queryByRole('button', { name: 'Sort keys' })).toBeNull();
    expect(page.queryByRole('textbox', { name: 'Lines of the value' })).toBeNull();
  });

  test('that was kept shortened says how much of it there is', async () => {
    await open('{"a":', 'value', { size: 5_000 });
    await expect.poll(() => notes().join()).toContain('Kept shortened: the first 5 B of 5.0 kB.');
  });

  test.each(HOSTILE_TEXTS)(
    'with %j in it is drawn with nothing that deceives, and says so',
    async (hostile) => {
      const page = await open(json({ [hostile]: hostile }));
      const visible = text()?.replaceAll('\n', '') ?? '';
      expect([isSafeText(visible), pre()?.querySelector('b')]).toEqual([true, null]);
      await page.user.click(linesOf(page));
      await page.user.keyboard('{ArrowDown}{ArrowDown}');
      expect(isSafeText(readOut()?.replaceAll('\n', '') ?? '')).toBe(true);
    },
  );
});

describe('Another message', () => {
  test('has the lines marked that changed, and none where lines came or went', async () => {
    await open(json(PRESS));
    topics.arrive('a', json({ ...PRESS, on: false, device: { id: 8, name: 'press' } }));
    await expect.poll(changed).toEqual([3, 11]);
    topics.arrive('a', json({ ...PRESS, more: 1 }));
    await expect.poll(() => rows().length).toBe(13);
    expect(changed()).toEqual([]);
  });

  test('does not come under what somebody selects', async () => {
    await open(json(PRESS));
    selectIn(pre()!);
    expect(held()).toBe(true);
    topics.arrive('a', json({ other: 1 }));
    await expect.poll(() => inspector.store.getState().newer).toBe(1);
    expect(text()).toContain('"press"');
  });

  test('of another topic takes the place of the one before once it is here, from its top', async () => {
    const page = await open(json(PRESS));
    const panel = page.getByRole('tabpanel');
    scrollDown(panel, 300);
    const asked = scrolledBy(panel);
    let go = (): void => undefined;
    const known = fake.engine.handlers.readMessage;
    answer(fake.engine, 'readMessage', async (params, signal) => {
      await new Promise<void>((resolve) => (go = resolve));
      return known(params, signal);
    });
    topics.arrive('b', '"of b"');
    topics.select('b');
    expect(text()).toBeNull();
    expect(page.getByRole('button', { name: 'Sort keys' })).toBeTruthy();
    await expect.poll(() => (go(), text())).toBe('"of b"');
    expect(asked).toContainEqual({ top: 0, left: 0 });
  });
});

describe('Lines of JSON', () => {
  const twisty = (number: number) =>
    document.querySelectorAll('.code-line')[numbers().indexOf(number)]?.querySelector('span');

  test('are numbered, and coloured, as far as they are near', async () => {
    const marks = withMarks();
    const page = await open(json(Array.from({ length: 1_000 }, (_, at) => at)));
    expect(numbers()).toEqual(Array.from({ length: 40 }, (_, at) => at + 1));
    scrollDown(page.getByRole('tabpanel'), 10_000);
    expect(numbers()[0]).toBe(481);
    expect(marks.texts('json-number')).toContain('500');
    expect(marks.texts('json-number')).not.toContain('100');
  });

  test('are closed and opened by their twisty, by arrow keys, and all at once', async () => {
    const page = await open(json(PRESS));
    await page.user.click(twisty(2)!);
    expect(rows()[1]).toBe('  "device": { 2 fields },');
    expect(numbers().slice(0, 3)).toEqual([1, 2, 6]);
    linesOf(page).focus();
    await page.user.keyboard('{ArrowDown}{ArrowRight}');
    expect(rows()[2]).toBe('    "id": 7,');
    await page.user.keyboard('{ArrowLeft}{ArrowDown}{ArrowLeft}');
    expect(rows()[2]).toBe('  "list": [ 3 items ],');
    await press(page, 'Expand the value');
    expect(rows()).toHaveLength(12);
    await press(page, 'Collapse the value');
    expect(rows()).toEqual(['{', '  "device": { 2 fields },', '  "list": [ 3 items ],', '  "on": true', '}']);
  });

  test('are walked by keys to both ends, and to what a line stands in', async () => {
    const page = await open(json(PRESS));
    linesOf(page).focus();
    const walk = async (keys: string) => {
      await page.user.keyboard(keys);
      return readOut();
    };
    expect(readOut()).toBe('');
    expect(await walk('{ArrowDown}{ArrowDown}{ArrowDown}')).toBe('device.id 7');
    expect(await walk('{ArrowLeft}')).toMatch(/^device \{/);
    expect(await walk('{End}{ArrowUp}')).toBe('on true');
    expect(await walk('{Home}{ArrowUp}{ArrowDown}{ArrowDown}{ArrowDown}')).toBe('device.name press');
  });

  test('stay closed for the next message, and open where something is looked for in them', async () => {
    const page = await open(json(PRESS));
    await page.user.click(twisty(2)!);
    topics.arrive('a', json({ ...PRESS, on: false }));
    await expect.poll(text).toContain('"on": false');
    expect(rows()[1]).toBe('  "device": { 2 fields },');
    await page.user.type(page.getByRole('searchbox', { name: 'Find in value' }), 'press');
    expect(describedBy(page.getByRole('searchbox'))).toBe('1 of 1');
    expect(text()).toContain('"press"');
    await page.user.keyboard('{Escape}');
    expect(rows()[1]).toBe('  "device": { 2 fields },');
  });

  test('have their actions at the pointer, as buttons and in a menu, and by letter', async () => {
    const page = await open(json(PRESS));
    const lines = linesOf(page);
    fireEvent.pointerMove(lines, { clientY: 2 * 20 + 5 });
    fireEvent.click(page.getByRole('button', { name: 'copy-value' }));
    expect(page.queryByRole('button', { name: 'chart' })).toBeNull();
    fireEvent.pointerLeave(lines);
    expect(page.queryByRole('button', { name: 'copy-value' })).toBeNull();
    fireEvent.contextMenu(lines, { clientX: 30, clientY: 3 * 20 + 5 });
    expect(await page.findByRole('menu', { name: 'Actions for device.name' })).toBeTruthy();
    await page.user.click(page.getByRole('menuitem', { name: 'chart' }));
    await expect.poll(() => done).toEqual(['copy-value device.id 7', 'chart device.name press']);
    lines.focus();
    await page.user.keyboard('{End}{ArrowUp}w');
    expect(done.at(-1)).toBe('watch on true');
  });

  test('have the keys go to the line that is marked, whoever went there last', async () => {
    const page = await open(json(PRESS));
    const lines = linesOf(page);
    lines.focus();
    await page.user.keyboard('{End}{ArrowUp}');
    fireEvent.pointerMove(lines, { clientY: 2 * 20 + 5 });
    expect(readOut()).toBe('');
    await page.user.keyboard('w');
    await page.user.keyboard('{Shift>}{F10}{/Shift}');
    expect(await page.findByRole('menu', { name: 'Actions for device.id' })).toBeTruthy();
    await page.user.keyboard('{Escape}');
    await expect.poll(() => page.queryByRole('menu')).toBeNull();
    expect(done).toEqual(['watch device.id 7']);
    await page.user.keyboard('{ArrowDown}');
    expect(readOut()).toBe('device.name press');
  });

  test('that are gone to from elsewhere have the focus, once', async () => {
    const page = await open(json(PRESS));
    act(() => reading.setState({ goTo: 'list[1]' }));
    expect(document.activeElement).toBe(linesOf(page));
    expect([readOut(), reading.getState().goTo]).toEqual(['list[1] 2', null]);
    act(() => reading.setState({ goTo: 'not.there' }));
    expect([readOut(), reading.getState().goTo]).toEqual(['list[1] 2', null]);
  });

  test('leave the menu to the message below the last of them, and to the browser over selected text', async () => {
    const page = await open(json(PRESS));
    const lines = linesOf(page);
    fireEvent.contextMenu(lines, { clientX: 30, clientY: 900 });
    await page.user.click(await page.findByRole('menuitem', { name: 'Copy topic' }));
    expect(await page.findByText('Topic copied')).toBeTruthy();
    selectIn(pre()!);
    expect(fireEvent.contextMenu(lines, { clientX: 30, clientY: 25 })).toBe(true);
  });

  test('are sorted, wrapped and put on one line as it is asked for, and back', async () => {
    const page = await open('{"b":{"d":1.50,"c":2},"a":[]}');
    await press(page, 'Sort keys');
    expect(rows()).toEqual(['{', '  "a": [],', '  "b": {', '    "c": 2,', '    "d": 1.50', '  }', '}']);
    await press(page, 'One line');
    expect(text()).toBe('{"a":[],"b":{"c":2,"d":1.50}}');
    expect(page.queryByRole('button', { name: 'Collapse the value' })).toBeNull();
    for (const name of ['Sort keys', 'One line', 'Wrap lines']) await press(page, name);
    expect(rows()[1]).toBe('  "b": {');
    expect(numbers()).toEqual([]);
    expect(page.getByRole('button', { name: 'Wrap lines' }).getAttribute('aria-pressed')).toBe('true');
  });
});

describe('A value that is not all here', () => {
  const long = (bytes: number) => Uint8Array.from({ length: bytes }, (_, at) => (at % 7 === 0 ? 0xff : 0));

  test('is read on as it is asked for, and stays meanwhile', async () => {
    const page = await open(`"${'x'.repeat(200_000)}"`);
    expect(page.getByText('66 kB of 200 kB shown')).toBeTruthy();
    expect(isDisabled(page.getByRole('button', { name: 'Sort keys' }))).toBe(true);
    await press(page, 'Show more');
    await expect.poll(() => text()?.length).toBe(200_002);
    expect(held()).toBe(true);
    expect(page.queryByRole('button', { name: 'Show more' })).toBeNull();
    expect(isDisabled(page.getByRole('button', { name: 'Sort keys' }))).toBe(false);
  });

  test('as bytes has more of them drawn first, before more is read', async () => {
    const page = await open(long(100_000));
    const asked = watch(fake.engine, 'readMessage');
    expect(page.getByText('16 kB of 100 kB shown')).toBeTruthy();
    await press(page, 'Show more');
    expect(page.getByText('66 kB of 100 kB shown')).toBeTruthy();
    expect([held(), asked]).toEqual([true, []]);
    await press(page, 'Show more');
    await expect.poll(() => page.queryByText(/shown$/)).toBeNull();
    expect(asked.map(({ offset }) => offset)).toEqual([65_536]);
  });

  test('that was kept shortened is never said to be laid out as a whole', async () => {
    const payload = json(Array.from({ length: 25_000 }, (_, at) => ({ n: at })));
    const page = await open(payload, 'value', { size: 5_000_000 });
    expect(await page.findByText(/^All that is kept laid out in [\d,]+ lines$/)).toBeTruthy();
    expect(page.queryByText(/^All of it/)).toBeNull();
  });

  test('that is long text is laid out by the decoder, once it stays, and says so', async () => {
    const page = await open(json(Array.from({ length: 25_000 }, (_, at) => ({ n: at }))));
    scrolledBy(page.getByRole('tabpanel'));
    expect(await page.findByText('All of it laid out in 75,002 lines')).toBeTruthy();
    await expect.poll(() => rows()[2]).toBe('    "n": 0');
    expect(rows().length).toBeLessThan(120);
    await press(page, 'Collapse the value');
    await expect.poll(() => rows()[1]).toBe('  { 1 field },');
    await page.user.type(page.getByRole('searchbox'), '24999');
    await expect.poll(() => describedBy(page.getByRole('searchbox'))).toBe('1 of 1');
    await expect.poll(() => rows().includes('    "n": 24999')).toBe(true);
  });

  test('and cannot be laid out says why, and its beginning is there', async () => {
    answer(fake.engine, 'openLines', () => ({
      kind: 'failed',
      code: 'no-decoder',
      message: 'The decoder stopped.',
      advice: '',
    }));
    const page = await open('word '.repeat(60_000));
    expect(await page.findByText('Not laid out whole: The decoder stopped.')).toBeTruthy();
    expect(page.getByText('66 kB of 300 kB shown')).toBeTruthy();
    expect(text()).toContain('word word');
  });
});
