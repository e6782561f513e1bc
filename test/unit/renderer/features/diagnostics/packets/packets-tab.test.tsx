// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import type { ConnectionSummary } from '../../../../../../src-main/contract/model/model.ts';
import type { PacketRow, RecorderStatus } from '../../../../../../src-main/contract/session/packets.ts';
import { NO_PACKETS } from '../../../../../../src-main/contract/session/session-blank.ts';
import { PacketsTab } from '../../../../../../src-renderer/features/diagnostics/packets/packets-tab.tsx';
import { teardown } from '../../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../../support/window/fake-app.ts';
import {
  answer,
  describedBy,
  isDisabled,
  isInvalid,
  live,
  valueOf,
  type Live,
} from '../../../../../support/window/live.ts';

let window: FakeApp;
let connection: ConnectionSummary;
let width = 900;
let asked: ReturnType<typeof packets>;

beforeEach(() => {
  window = fakeApp();
  connection = window.engine.add({ name: 'Plant' });
  width = 900;
  // There is no picture, so nothing has a size of its own.
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockImplementation(() => width);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600);
  asked = packets([packet(1), packet(2, { type: 'PUBLISH', topic: 'a/b' }), packet(3)]);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await teardown();
});

function packet(seq: number, more: Partial<PacketRow> = {}): PacketRow {
  return {
    ...{ seq, at: Date.UTC(2026, 10, 29) + seq, direction: 'in', type: 'PINGRESP', size: 2, kept: 2 },
    ...{ packetId: null, qos: null, dup: false, retain: false, reason: null, reasonName: null, topic: null },
    ...{ note: '', link: 1, broken: null },
    ...more,
  };
}
function packets(rows: PacketRow[], searched = 1) {
  return answer(window.engine, 'readPackets', () => ({
    kind: 'packets',
    first: 0,
    total: rows.length,
    searched,
    rows,
  }));
}
const RECORDED: RecorderStatus = { ...NO_PACKETS, lastSeq: 3 };
const part = (recorder: RecorderStatus = RECORDED) => (
  <PacketsTab app={window.app} connection={connection} recorder={recorder} />
);
async function open(recorder?: RecorderStatus): Promise<Live> {
  const page = live(part(recorder));
  await expect.poll(() => window.app.diagnostics.packets.store.getState().loaded).toBe(true);
  return page;
}
const rows = (page: Live) => page.getAllByRole('row').filter((row) => row.dataset['seq'] !== undefined);
const last = () => asked.at(-1)?.filter;

describe('The list of packets', () => {
  test('shows what was recorded beside the packet that is chosen', async () => {
    const page = await open();
    expect(rows(page).map((row) => row.dataset['seq'])).toEqual(['1', '2', '3']);
    expect(page.getByRole('region', { name: 'Packet' }).textContent).toBe(
      'Choose a packet to see its fields and bytes.',
    );
    await page.user.click(rows(page)[1]!);
    expect(await page.findByRole('heading', { name: 'PUBLISH' })).toBeTruthy();
    expect(document.activeElement).toBe(rows(page)[1]);
  });

  test('is walked with the arrow keys, Home and End, and each packet is shown that is come to', async () => {
    const page = await open();
    await page.user.click(rows(page)[1]!);
    const shown = () => page.getByRole('region', { name: 'Packet' }).querySelector('header')?.textContent;
    await page.user.keyboard('{ArrowDown}');
    await expect.poll(shown).toContain('number 3,');
    await page.user.keyboard('{ArrowDown}');
    await expect.poll(shown).toContain('number 3,');
    await page.user.keyboard('{Home}');
    await expect.poll(shown).toContain('number 1,');
    await expect.poll(() => document.activeElement === rows(page)[0]).toBe(true);
  });

  test.each([[[], 'No packet was recorded yet.']])('says that there is nothing', async (none, words) => {
    packets(none);
    expect((await open(NO_PACKETS)).getByText(words)).toBeTruthy();
  });

  test('says that nothing passes the filter, once all of it was looked at', async () => {
    const page = await open();
    asked = packets([], 0.4);
    await page.user.type(page.getByRole('searchbox', { name: 'Filter by topic' }), 'zz');
    expect(await page.findByText('searching, 40 %')).toBeTruthy();
    expect(page.queryByText('No recorded packet passes the filter.')).toBeNull();
    packets([], 1);
    expect(await page.findByText('No recorded packet passes the filter.')).toBeTruthy();
  });

  test('says what was not recorded, and else that everything is here', async () => {
    const page = await open();
    expect(page.getByText('Everything since the connection was opened is here.')).toBeTruthy();
    page.again(part({ ...RECORDED, notRecordedIn: 1 }));
    expect(page.getByText('1 packet not recorded so far.')).toBeTruthy();
  });

  test('is held and followed by a button that says which', async () => {
    const page = await open();
    await page.user.click(page.getByRole('button', { name: 'Hold' }));
    expect(window.app.diagnostics.packets.store.getState().follow).toBe(false);
    await page.user.click(page.getByRole('button', { name: 'Follow live' }));
    expect(window.app.diagnostics.packets.store.getState().follow).toBe(true);
  });

  test('takes turns with the packet where there is no room for both', async () => {
    width = 300;
    const page = await open();
    expect(page.queryByRole('region', { name: 'Packet' })).toBeNull();
    await page.user.click(rows(page)[1]!);
    expect(await page.findByRole('heading', { name: 'PUBLISH' })).toBeTruthy();
    expect(page.queryByRole('grid', { name: 'Packets' })).toBeNull();
    await page.user.click(page.getByRole('button', { name: 'All packets' }));
    expect(rows(page)).toHaveLength(3);
  });
});

describe('A long list of packets', () => {
  const LONG = Array.from({ length: 300 }, (_, at) => packet(at + 1));
  const index = () => window.app.diagnostics.packets.store.getState().activeIndex;

  beforeEach(() => {
    packets(LONG);
  });

  test('begins at its end, and a page is walked by a key', async () => {
    const page = await open({ ...RECORDED, lastSeq: 300 });
    await page.user.click(rows(page).at(-1)!);
    await expect.poll(index).toBe(299);
    await page.user.keyboard('{PageUp}');
    await expect.poll(index).toBeLessThan(290);
    const there = index()!;
    await page.user.keyboard('{PageDown}');
    await expect.poll(index).toBe(299);
    expect(there).toBeGreaterThan(200);
  });

  test('is not followed any more by who went back, and is again by who went to its end', async () => {
    const page = await open({ ...RECORDED, lastSeq: 300 });
    await page.user.click(rows(page).at(-1)!);
    await page.user.keyboard('{Home}');
    await expect.poll(index).toBe(0);
    expect(page.getByRole('button', { name: 'Follow live' })).toBeTruthy();
    await page.user.click(page.getByRole('button', { name: 'Follow live' }));
    expect(page.getByRole('button', { name: 'Hold' })).toBeTruthy();
  });

  test('gives each row its place among all', async () => {
    const page = await open({ ...RECORDED, lastSeq: 300 });
    expect(page.getByRole('grid', { name: 'Packets' }).getAttribute('aria-rowcount')).toBe('301');
    const last = rows(page).at(-1)!;
    expect([last.dataset['seq'], last.getAttribute('aria-rowindex')]).toEqual(['300', '301']);
    expect(rows(page).filter(({ tabIndex }) => tabIndex === 0).length).toBeLessThanOrEqual(1);
  });
});

describe('The filter of packets', () => {
  const select = (page: Live, name: string, option: string) =>
    page.user.selectOptions(page.getByRole('combobox', { name }), option);

  test('asks for a direction, a type, a reason and a topic, all of which have to hold', async () => {
    const page = await open();
    await select(page, 'Direction', 'Sent');
    await select(page, 'Packet type', 'Pings');
    await select(page, 'Reason', 'Errors');
    await page.user.type(page.getByRole('searchbox', { name: 'Filter by topic' }), 'a/#');
    await expect.poll(last).toEqual({
      types: ['PINGREQ', 'PINGRESP'],
      direction: 'out',
      packetId: null,
      topicFilter: 'a/#',
      reasonAtLeast: 128,
      brokenOnly: false,
    });
    await select(page, 'Direction', 'Both ways');
    await select(page, 'Reason', 'Rules broken');
    await expect.poll(last).toMatchObject({ direction: null, reasonAtLeast: null, brokenOnly: true });
  });

  test('asks for a packet id only once it is one, and says what it may be', async () => {
    const page = await open();
    const field = page.getByRole('textbox', { name: 'Packet id' });
    await page.user.type(field, '65536');
    expect([isInvalid(field), describedBy(field)]).toEqual([true, '1 to 65535']);
    await page.user.clear(field);
    await page.user.type(field, '7');
    await expect.poll(() => last()?.packetId).toBe(7);
    await page.user.clear(field);
    await expect.poll(() => last()?.packetId).toBeNull();
    expect(isInvalid(field)).toBe(false);
  });

  test('says at the topic what is wrong with it', async () => {
    const page = await open();
    answer(window.engine, 'readPackets', () => failed('bad', 'It is no filter.', 'Put # last.'));
    const field = page.getByRole('searchbox', { name: 'Filter by topic' });
    await page.user.type(field, 'a#');
    await expect.poll(() => describedBy(field)).toBe('It is no filter. Put # last.');
    expect([isInvalid(field), valueOf(field)]).toEqual([true, 'a#']);
  });

  test('keeps its lesser fields in sight while one of them is set', async () => {
    const page = await open();
    const more = page.getByRole('button', { name: 'More filters' });
    const expanded = () => [more.getAttribute('aria-expanded'), isDisabled(more)];
    expect(expanded()).toEqual(['false', false]);
    await page.user.click(more);
    expect(expanded()).toEqual(['true', false]);
    await page.user.click(more);
    await select(page, 'Direction', 'Sent');
    expect(expanded()).toEqual(['true', true]);
    await select(page, 'Direction', 'Both ways');
    await select(page, 'Time shown', 'Since first');
    expect(expanded()).toEqual(['true', true]);
  });

  test.each([
    ['Since first', ['+0.0000', '+0.0010', '+0.0020']],
    ['Since last', ['', '+0.0010', '+0.0010']],
  ])('shows times as %s', async (choice, times) => {
    const page = await open();
    window.app.diagnostics.packets.store.setState({ base: packet(1).at });
    await select(page, 'Time shown', choice);
    expect(rows(page).map((row) => row.querySelector('[role=gridcell]')?.textContent)).toEqual(times);
    expect(page.getAllByRole('columnheader')[0]?.textContent).toBe(choice);
  });
});

describe('The recording', () => {
  const menu = async (page: Live, name: string) => {
    await page.user.click(page.getByRole('button', { name: 'Export packets' }));
    return page.findByRole('menuitem', { name: new RegExp(`^${name}`) });
  };

  test('is exported as it is filtered, in pieces, and shows its progress', async () => {
    vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:x');
    const names: string[] = [];
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function click(
      this: HTMLAnchorElement,
    ) {
      names.push(this.download);
    });
    const pieces = answer(window.engine, 'exportPackets', ({ cursor }) => ({
      ...{ kind: 'piece', bytes: new Uint8Array([1]), packets: 2 },
      next: cursor === null ? 'more' : null,
    }));
    const page = await open();
    await page.user.selectOptions(page.getByRole('combobox', { name: 'Direction' }), 'Sent');
    await page.user.click(await menu(page, 'Export as pcap'));
    await expect.poll(() => page.getByRole('status').textContent).toBe('Exported 4 packets.');
    expect(pieces.map(({ format, cursor, filter }) => [format, cursor, filter?.direction])).toEqual([
      ['pcap', null, 'out'],
      ['pcap', 'more', 'out'],
    ]);
    expect(names).toEqual([expect.stringMatching(/^Plant.*\.pcap$/)]);
  });

  test('that could not be exported says why', async () => {
    answer(window.engine, 'exportPackets', () => failed('gone', 'It is gone.', 'Open it again.'));
    const page = await open();
    await page.user.click(await menu(page, 'Export as JSON Lines'));
    await expect.poll(() => page.getByRole('status').textContent).toBe('It is gone. Open it again.');
  });

  test('is deleted from the menu, and there is nothing to do with an empty one', async () => {
    const cleared = answer(window.engine, 'clearPackets', () => NO_PACKETS);
    const page = await open();
    await page.user.click(await menu(page, 'Delete recording'));
    await expect.poll(() => cleared.length).toBe(1);
    page.again(part(NO_PACKETS));
    expect((await menu(page, 'Delete recording')).textContent).toContain('nothing is recorded');
  });
});

describe('The settings of the recorder', () => {
  const settings = async (recorder: RecorderStatus = RECORDED) => {
    const page = await open(recorder);
    const sent = answer(window.engine, 'setRecorder', () => NO_PACKETS);
    await page.user.click(page.getByRole('button', { name: 'Recorder settings' }));
    expect(await page.findByRole('dialog', { name: 'Packet recorder' })).toBeTruthy();
    const save = () => page.user.click(page.getByRole('button', { name: 'Save' }));
    return { page, sent, save };
  };
  const memory = (page: Live) => page.getByRole('spinbutton', { name: 'Memory for this connection (MB)' });

  test('are as they are now, and sent as they are chosen', async () => {
    const { page, sent, save } = await settings({
      ...RECORDED,
      publish: { kind: 'sampled', oneIn: 50 },
      bytes: 32_000_000,
    });
    const rate = page.getByRole('spinbutton', { name: 'Record one in' });
    expect([valueOf(rate), valueOf(memory(page))]).toEqual(['50', '32']);
    await page.user.clear(rate);
    await page.user.type(rate, '7');
    await page.user.clear(memory(page));
    await page.user.type(memory(page), '64');
    await save();
    await expect
      .poll(() => sent)
      .toMatchObject([{ publish: { kind: 'sampled', oneIn: 7 }, bytes: 64_000_000 }]);
    await expect.poll(() => page.queryByRole('dialog')).toBeNull();
  });

  test('have a rate only where one of many is kept', async () => {
    const { page, sent, save } = await settings();
    expect(page.queryByRole('spinbutton', { name: 'Record one in' })).toBeNull();
    await page.user.selectOptions(page.getByRole('combobox', { name: 'PUBLISH packets' }), 'One of many');
    expect(page.getByRole('spinbutton', { name: 'Record one in' })).toBeTruthy();
    await page.user.selectOptions(page.getByRole('combobox', { name: 'PUBLISH packets' }), 'No PUBLISH');
    await save();
    await expect.poll(() => sent).toMatchObject([{ publish: { kind: 'excluded' } }]);
  });

  test.each(['0', '513', '1.5', 'x', ''])('do not take %j MB, and say so at the field', async (text) => {
    const { page, sent, save } = await settings();
    await page.user.clear(memory(page));
    if (text !== '') await page.user.type(memory(page), text);
    await save();
    expect([isInvalid(memory(page)), describedBy(memory(page))]).toEqual([
      true,
      'Enter a whole number from 1 to 512.',
    ]);
    expect(sent).toEqual([]);
  });

  test('stay where they could not be set, and say why', async () => {
    const { page, save } = await settings();
    answer(window.engine, 'setRecorder', () => failed('gone', 'It is gone.', 'Open it again.') as never);
    await save();
    expect((await page.findByRole('alert')).textContent).not.toBe('');
    expect(page.getByRole('dialog', { name: 'Packet recorder' })).toBeTruthy();
  });
});
