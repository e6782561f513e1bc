// @vitest-environment happy-dom
import { act } from '@testing-library/react';
import { afterEach, describe, expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { DecodedNode } from '../../../../../../src-main/contract/decoding/decoded.ts';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import { placesInLists } from '../../../../../../src-renderer/features/inspector/hex/fields.ts';
import { HexFoot } from '../../../../../../src-renderer/features/inspector/hex/hex-foot.tsx';
import { LinkedFoot } from '../../../../../../src-renderer/features/inspector/hex/linked-foot.tsx';
import type { HexSelection } from '../../../../../../src-renderer/features/inspector/hex/selecting.ts';
import type {
  PagesState,
  PayloadPages,
} from '../../../../../../src-renderer/state/inspector/payload-pages.ts';
import { bytesOf, decoded } from '../../../../../support/decoding.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { HOSTILE_TEXTS } from '../../../../../support/window/hostile-texts.ts';
import { layOut } from '../../../../../support/window/laid-out.ts';
import { live, type Live } from '../../../../../support/window/live.ts';

afterEach(teardown);

/** Pages of a payload that is here, or of one that is not (null). */
function pagesOf(bytes: Uint8Array | null) {
  const store = createStore<PagesState>(() => ({ version: 0, problem: null }));
  const size = bytes?.length ?? 100;
  return { store, size, read: (from: number, to: number) => bytes?.slice(from, to) ?? null } as PayloadPages;
}
const bytes = (from: number, to: number): HexSelection => ({ from, to, cursor: from });
const said = (page: Live) => page.getByRole('status', { name: 'Selected bytes' }).textContent;

describe('Below a dump', () => {
  const foot = (selection: HexSelection | null, of = Uint8Array.of(0xff, 0xfe, 0, 0x41)) =>
    said(live(<HexFoot pages={pagesOf(of)} selection={selection} field={null} />));

  test('it says what to do while nothing is selected', () => {
    expect(foot(null)).toBe('Select bytes to read them as numbers');
  });

  test('it says which bytes are selected, and what they are as numbers', () => {
    expect(foot(bytes(3, 4))).toMatch(/^0x0003 \(3\), 1 byte.*65/);
    const two = foot(bytes(0, 2));
    expect(two).toMatch(/^0x0000 to 0x0001 \(0 to 1\), 2 bytes/);
    for (const number of ['65534', '-2', '65279'])
      expect(two.replaceAll(/,(?=\d{3})/g, '')).toContain(number);
  });

  test('of as many as no number has it says only which', () => {
    expect(foot(bytes(0, 3))).toBe('0x0000 to 0x0002 (0 to 2), 3 bytes');
    expect(foot(bytes(0, 20_000), new Uint8Array(20_000))).toBe(
      '0x0000 to 0x4e1f (0 to 19999), 20,000 bytes',
    );
  });

  test('it makes nothing up of bytes that are on their way, and says why they do not come', () => {
    const pages = pagesOf(null);
    const page = live(<HexFoot pages={pages} selection={bytes(0, 1)} field={null} />);
    expect(said(page)).toBe('0x0000 (0), 1 byte');
    act(() => pages.store.setState({ problem: 'this message was dropped for newer ones' }));
    expect(
      page.getByText('Not all bytes could be read: this message was dropped for newer ones.'),
    ).toBeTruthy();
  });
});

/** CBOR of `{"t": 21, "l": [1, "x"]}` */
const PAYLOAD = bytesOf('a2 61 74 15 61 6c 82 01 61 78');
const { nodes: NODES } = decoded(PAYLOAD);

function linked(nodes: readonly DecodedNode[] = NODES, left = 0) {
  const shown: string[] = [];
  const asked: (HexSelection | null)[] = [];
  let page: Live | null = null;
  const part = (selection: HexSelection | null) => (
    <LinkedFoot
      pages={pagesOf(PAYLOAD)}
      fields={{ decoded: null, nodes, places: placesInLists(nodes), left }}
      selection={selection}
      onSelect={(next) => {
        asked.push(next);
        page?.again(part(next));
      }}
      onShow={(path) => void shown.push(path)}
    />
  );
  const now = live(part(null));
  page = now;
  const marked = () => now.queryByRole('row', { selected: true })?.firstElementChild?.textContent ?? null;
  return { page: now, select: (next: HexSelection | null) => now.again(part(next)), marked, asked, shown };
}

describe('The fields below a dump', () => {
  test('have the one marked whose bytes are selected, the smallest of those that have them all', () => {
    const { select, marked } = linked();
    expect(marked()).toBeNull();
    const of = (selection: HexSelection) => {
      select(selection);
      return marked();
    };
    expect([of(bytes(3, 4)), of(bytes(7, 8)), of(bytes(6, 10)), of(bytes(7, 9))]).toEqual([
      't',
      '0',
      'l',
      'l',
    ]);
    expect(of(bytes(0, 10))).toBeNull();
  });

  test('select the bytes of the one that is chosen, show its path, and show it as a value', async () => {
    const { page, asked, shown } = linked();
    await page.user.click(page.getByRole('gridcell', { name: '"x"' }));
    expect(asked).toEqual([{ from: 8, to: 10, cursor: 8 }]);
    expect(said(page)).toMatch(/^l\[1\]"x".*bytes 8 to 9Show in Value$/);
    await page.user.click(page.getByRole('button', { name: 'Show in Value' }));
    page.getByRole('treegrid').focus();
    await page.user.keyboard('{Enter}');
    expect(shown).toEqual(['l[1]', 'l[1]']);
  });

  test('show some bytes of a field as numbers, not as the field', () => {
    const { page, select } = linked();
    select(bytes(9, 10));
    expect(said(page)).toMatch(/^0x0009 \(9\), 1 byte/);
    expect(page.queryByRole('button', { name: 'Show in Value' })).toBeNull();
  });

  test('are walked past one that has no bytes of its own', async () => {
    const [whole, first, ...rest] = NODES;
    const bare = { ...first!, key: 'none', at: null, length: null };
    const { page, marked, asked } = linked([
      whole!,
      first!,
      bare,
      { ...first!, key: 'empty', length: 0 },
      ...rest,
    ]);
    page.getByRole('treegrid').focus();
    const walked: (string | null)[] = [];
    for (let step = 0; step < 4; step++) {
      await page.user.keyboard('{ArrowDown}');
      walked.push(marked());
    }
    expect(walked).toEqual(['t', 'none', 'empty', 'l']);
    expect(asked.map((one) => one?.from ?? null)).toEqual([3, null, null, 6]);
  });

  test('of which some have the same bytes keep the one that was chosen', async () => {
    const [whole, first] = NODES;
    const { page, marked } = linked([whole!, first!, { ...first!, key: 'same' }]);
    await page.user.click(page.getByRole('gridcell', { name: 't' }));
    expect(marked()).toBe('t');
    await page.user.click(page.getByRole('gridcell', { name: 'same' }));
    expect(marked()).toBe('same');
  });

  test('say how many there are beside those that are listed', () => {
    expect(linked(NODES, 12_345).page.getByText('12,345 more are not listed.')).toBeTruthy();
    expect(linked().page.queryByText(/more are not listed/)).toBeNull();
  });

  test('have about half of the room, however much that is', () => {
    layOut('[role=tabpanel]', { height: 472 });
    const box = () => document.querySelector<HTMLElement>('.hex-fields-box')?.style.height;
    const page = live(
      <div role="tabpanel">
        <LinkedFoot
          pages={pagesOf(PAYLOAD)}
          fields={{ decoded: null, nodes: NODES, places: [], left: 0 }}
          selection={null}
          onSelect={() => undefined}
          onShow={() => undefined}
        />
      </div>,
    );
    expect(box()).toBe('200px');
    layOut('[role=tabpanel]', { height: 90 });
    expect(box()).toBe('72px');
    page.unmount();
  });

  test.each(HOSTILE_TEXTS)('called %j are shown by a path that deceives no eye', (text) => {
    const { page, select } = linked([NODES[0]!, { ...NODES[1]!, key: text }]);
    select(bytes(3, 4));
    expect(page.getByRole('button', { name: 'Show in Value' })).toBeTruthy();
    expect([isSafeText(said(page)), page.queryByText('&"\'', { selector: 'b' })]).toEqual([true, null]);
  });
});
