// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import type { ConnectionSummary } from '../../../../../../src-main/contract/model/model.ts';
import type {
  FlowStep,
  PacketField,
  PacketRow,
} from '../../../../../../src-main/contract/session/packets.ts';
import { PacketDetail } from '../../../../../../src-renderer/features/diagnostics/packets/packet-detail.tsx';
import { diagnosticsOf, onlineState } from '../../../../../support/engine/fake-engine.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../../support/window/fake-app.ts';
import { answer, live, watch, type Live } from '../../../../../support/window/live.ts';

let window: FakeApp;
let connection: ConnectionSummary;

beforeEach(() => {
  window = fakeApp();
  connection = window.engine.add({ name: 'Plant' });
});
afterEach(teardown);

const row = (seq: number, more: Partial<PacketRow> = {}): PacketRow => ({
  ...{ seq, at: Date.UTC(2026, 10, 29) + seq, direction: 'out', type: 'PUBLISH', size: 4, kept: 4 },
  ...{ packetId: 7, qos: 1, dup: false, retain: false, reason: null, reasonName: null, topic: 'a' },
  ...{ note: '', link: 1, broken: null },
  ...more,
});
const field = (name: string, offset: number, length: number, children: PacketField[] = []): PacketField => ({
  ...{ name, value: `value of ${name}`, offset, length },
  children,
});
const FIELDS = [
  field('Head', 0, 1, [field('Type', 0, 1), field('Flags', 0, 1)]),
  field('Topic', 1, 2),
  field('Payload', 3, 1),
];
const BYTES = new Uint8Array([0x32, 0x00, 0x41, 0x7e]);
const decoded = (more: object = {}, fields = FIELDS, bytes = BYTES) =>
  answer(window.engine, 'packetAt', ({ seq }) => ({
    kind: 'packet',
    row: row(seq),
    fields,
    bytes,
    blanked: false,
    ...more,
  }));
const part = (of: PacketRow | null) => <PacketDetail app={window.app} connection={connection.id} row={of} />;
async function open(of: PacketRow = row(1)): Promise<Live> {
  const page = live(part(of));
  await page.findByRole('tree', { name: 'Fields' });
  return page;
}
const items = (page: Live) => page.getAllByRole('treeitem');
const names = (page: Live) => items(page).map((item) => item.querySelector('.field-name')?.textContent);
const item = (page: Live, name: string) =>
  items(page).find((one) => one.querySelector('.field-name')?.textContent === name)!;
const markedBytes = (page: Live) =>
  page
    .getAllByRole('gridcell')
    .filter((cell) => cell.getAttribute('aria-selected') === 'true')
    .map(({ textContent }) => textContent);
const marked = (page: Live) =>
  page.queryByRole('treeitem', { selected: true })?.querySelector('.field-name')?.textContent;

describe('A packet', () => {
  test('that is none says what to do', () => {
    expect(live(part(null)).getByRole('region', { name: 'Packet' }).textContent).toBe(
      'Choose a packet to see its fields and bytes.',
    );
  });

  test('is shown by its type, number, direction and size', async () => {
    decoded();
    const page = await open(row(1_200, { direction: 'in', size: 2_000 }));
    expect(page.getByRole('heading', { name: 'PUBLISH' })).toBeTruthy();
    expect(page.getByRole('banner').textContent).toMatch(/^PUBLISHnumber 1,200, received .*, 2\.0 kB/);
  });

  test('that breaks a rule says which', async () => {
    decoded();
    const broken = { rule: 'MQTT-3.3.1-4', code: 129, text: 'QoS 3 does not exist.' };
    const page = await open(row(1, { type: 'INVALID', broken }));
    expect(page.getByRole('heading', { name: 'Invalid' })).toBeTruthy();
    expect(page.getByText('MQTT-3.3.1-4').parentElement?.textContent).toContain('QoS 3 does not exist.');
  });

  test('says that only its beginning is kept, and that secrets are not there', async () => {
    decoded({ blanked: true });
    const page = await open(row(1, { size: 900, kept: 256 }));
    expect(page.getByText('The first 256 B of 900 B are kept. Secrets are overwritten with *.')).toBeTruthy();
  });

  test('that is let go by now says so', async () => {
    answer(window.engine, 'packetAt', () => failed('gone', 'It was let go.', 'Record more.'));
    expect(await live(part(row(1))).findByText('It was let go. Record more.')).toBeTruthy();
  });

  test('that is asked for late does not take the place of another', async () => {
    let give = (): void => undefined;
    const wait = new Promise<void>((resolve) => (give = resolve));
    answer(window.engine, 'packetAt', async ({ seq }) => {
      if (seq === 1) await wait;
      return {
        kind: 'packet',
        row: row(seq),
        fields: [field(`Packet ${seq}`, 0, 1)],
        bytes: BYTES,
        blanked: false,
      };
    });
    const page = live(part(row(1)));
    page.again(part(row(2)));
    await expect.poll(() => page.queryAllByRole('treeitem').length).toBe(1);
    give();
    await wait;
    expect(names(page)).toEqual(['Packet 2']);
  });
});

describe('The fields of a packet', () => {
  test('are a tree with its levels and places, one stop of the tab key', async () => {
    decoded();
    const page = await open();
    expect(names(page)).toEqual(['Head', 'Type', 'Flags', 'Topic', 'Payload']);
    const places = items(page).map((one) =>
      ['level', 'posinset', 'setsize'].map((name) => one.getAttribute(`aria-${name}`)).join(' '),
    );
    expect(places).toEqual(['1 1 3', '2 1 2', '2 2 2', '1 2 3', '1 3 3']);
    expect(items(page).filter(({ tabIndex }) => tabIndex === 0)).toHaveLength(1);
  });

  test('are walked by keys, closed and opened, and mark their bytes', async () => {
    decoded();
    const page = await open();
    items(page)[0]!.focus();
    await page.user.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}');
    expect([marked(page), markedBytes(page), document.activeElement === item(page, 'Topic')]).toEqual([
      'Topic',
      ['00', '41'],
      true,
    ]);
    await page.user.keyboard('{Home}{ArrowLeft}');
    expect([names(page), item(page, 'Head').getAttribute('aria-expanded')]).toEqual([
      ['Head', 'Topic', 'Payload'],
      'false',
    ]);
    expect(document.activeElement).toBe(item(page, 'Head'));
    await page.user.keyboard('{ArrowRight}{ArrowRight}');
    expect([names(page).length, marked(page)]).toEqual([5, 'Type']);
    await page.user.keyboard('{ArrowLeft}');
    expect(marked(page)).toBe('Head');
    await page.user.keyboard('{End}');
    expect(markedBytes(page)).toEqual(['7e']);
  });

  test('are closed by their own mark, and selected by a press on all else', async () => {
    decoded();
    const page = await open();
    await page.user.click(item(page, 'Head').querySelector('[data-twisty]')!);
    expect(names(page)).toEqual(['Head', 'Topic', 'Payload']);
    await page.user.click(item(page, 'Payload'));
    expect([marked(page), document.activeElement === item(page, 'Payload')]).toEqual(['Payload', true]);
  });
});

describe('The bytes of a packet', () => {
  const cell = (page: Live, at: number) => page.getAllByRole('gridcell')[at]!;

  test('are walked to, and the innermost field that claims them is marked', async () => {
    decoded();
    const page = await open();
    cell(page, 0).focus();
    await expect.poll(() => marked(page)).toBe('Flags');
    await page.user.keyboard('{ArrowRight}');
    expect([document.activeElement?.textContent, marked(page)]).toEqual(['00', 'Topic']);
    await page.user.keyboard('{End}');
    expect([document.activeElement?.textContent, marked(page)]).toEqual(['7e', 'Payload']);
    await page.user.keyboard('{ArrowRight}');
    expect(document.activeElement?.textContent).toBe('7e');
    await page.user.keyboard('{Control>}{Home}{/Control}');
    expect(document.activeElement?.textContent).toBe('32');
  });

  test('that no field claims mark nothing', async () => {
    decoded({}, [field('Head', 0, 1)]);
    const page = await open();
    cell(page, 0).focus();
    await expect.poll(() => marked(page)).toBe('Head');
    cell(page, 2).focus();
    await expect.poll(() => [marked(page), markedBytes(page)]).toEqual([undefined, []]);
  });

  test('of a long one are drawn in part until all of them are asked for', async () => {
    decoded({}, FIELDS, new Uint8Array(1_030));
    const page = await open();
    expect(page.getAllByRole('gridcell')).toHaveLength(1_024);
    await page.user.click(page.getByRole('button', { name: 'Show all 1,030 bytes' }));
    expect(page.getAllByRole('gridcell')).toHaveLength(1_030);
    expect(page.queryByRole('button', { name: /^Show all/ })).toBeNull();
  });
});

describe('The handshake of a packet', () => {
  const step = (seq: number, more: Partial<PacketRow>, sinceFirst = 0): FlowStep => ({
    packet: row(seq, more),
    sinceFirst,
    sincePrevious: sinceFirst / 2,
  });
  const STEPS = [
    step(1, {}),
    step(2, { type: 'PUBREC', direction: 'in' }, 20),
    step(3, { type: 'PUBREL' }, 40),
  ];
  const flow = (more: object = {}) =>
    answer(
      window.engine,
      'packetFlow',
      () =>
        ({
          ...{
            kind: 'flow',
            what: 'publish',
            startedBy: 'client',
            steps: STEPS,
            complete: true,
            missing: '',
          },
          ...more,
        }) as never,
    );
  const follow = async (page: Live) => {
    await page.user.click(page.getByRole('button', { name: 'Follow packet id 7' }));
    return page.findByRole('list', { name: 'Handshake' });
  };

  test('is there once it is followed, with the time each step took, and the packet on show in it', async () => {
    decoded();
    const asked = flow();
    const page = await open();
    expect(page.getByRole('button', { name: 'Follow packet id 7' }).getAttribute('aria-pressed')).toBe(
      'false',
    );
    const list = await follow(page);
    const words = [...list.querySelectorAll('li')].map(({ textContent }) => textContent);
    expect(words[0]).toMatch(/^PUBLISHsent/);
    expect(words[1]).toMatch(/^PUBRECreceived.*after 10 ms$/);
    expect(words[2]).toMatch(/^PUBRELsent.*after 20 ms40 ms in all$/);
    expect([...list.querySelectorAll('button')].map((one) => one.getAttribute('aria-current'))).toEqual([
      'true',
      null,
      null,
    ]);
    expect(asked).toMatchObject([{ connection: connection.id, packetId: 7, near: 1 }]);
    expect(page.getByText('Publish we sent, complete in 40 ms.')).toBeTruthy();
  });

  test.each([
    ['publish', 'client', 'Publish we sent, complete in 40 ms.'],
    ['publish', 'broker', 'Publish the broker sent, complete in 40 ms.'],
    ['subscribe', 'client', 'Subscribe we sent, complete in 40 ms.'],
  ])('of a %s that the %s began says so', async (what, startedBy, words) => {
    decoded();
    flow({ what, startedBy });
    const page = await open();
    await follow(page);
    expect(page.getByText(words)).toBeTruthy();
  });

  test('that waits for an answer looks again when a packet came, and not once it is complete', async () => {
    decoded();
    const asked = flow({ complete: false, missing: 'PUBCOMP is awaited.' });
    const came = (lastSeq: number) => {
      const latest = diagnosticsOf(onlineState());
      window.app.diagnostics.store.setState({
        latest: { ...latest, recorder: { ...latest.recorder, lastSeq } },
      });
    };
    const page = await open();
    await follow(page);
    expect(page.getByText('PUBCOMP is awaited.')).toBeTruthy();
    const complete = flow();
    came(4);
    expect(await page.findByText(/complete in 40 ms/)).toBeTruthy();
    const counts = [asked.length, complete.length];
    came(5);
    await expect.poll(() => window.app.diagnostics.store.getState().latest?.recorder.lastSeq).toBe(5);
    expect([asked.length, complete.length]).toEqual(counts);
  });

  test('leads to its other packets', async () => {
    decoded();
    flow();
    const page = await open();
    const list = await follow(page);
    await page.user.click(list.querySelectorAll('button')[1]!);
    expect(window.app.diagnostics.packets.store.getState().active?.seq).toBe(2);
  });

  test('ends with a packet of another id, and one without has none', async () => {
    decoded();
    flow();
    const page = await open();
    await follow(page);
    page.again(part(row(9, { packetId: 8 })));
    expect(page.queryByRole('list', { name: 'Handshake' })).toBeNull();
    page.again(part(row(10, { packetId: null })));
    expect(page.queryByRole('button', { name: /^Follow/ })).toBeNull();
  });

  test('that is gone says so', async () => {
    decoded();
    const asked = watch(window.engine, 'packetFlow');
    answer(window.engine, 'packetFlow', () => failed('gone', 'It was let go.', ''));
    const page = await open();
    await page.user.click(page.getByRole('button', { name: 'Follow packet id 7' }));
    expect(await page.findByText(/It was let go\./)).toBeTruthy();
    expect(asked).toEqual([]);
  });
});
