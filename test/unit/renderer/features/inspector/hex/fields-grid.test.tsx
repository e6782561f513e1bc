// @vitest-environment happy-dom
import { afterEach, describe, expect, test } from 'vitest';
import type { DecodedNode } from '../../../../../../src-main/contract/decoding/decoded.ts';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import { placesInLists } from '../../../../../../src-renderer/features/inspector/hex/fields.ts';
import { FieldsGrid } from '../../../../../../src-renderer/features/inspector/hex/fields-grid.tsx';
import { bytesOf, decoded, step } from '../../../../../support/decoding.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { HOSTILE_TEXTS } from '../../../../../support/window/hostile-texts.ts';
import { layOut, scrollDown, scrolledBy } from '../../../../../support/window/laid-out.ts';
import { live } from '../../../../../support/window/live.ts';

afterEach(teardown);

/** CBOR of `{"t": 21, "l": [1, "x"], "d": h'beef'}` */
const NODES = decoded(bytesOf('a3 61 74 15 61 6c 82 01 61 78 61 64 42 be ef')).nodes;

function open(nodes: readonly DecodedNode[] = NODES, selected: number | null = null) {
  layOut('.hex-fields', { height: 200 });
  const chosen: number[] = [];
  const shown: number[] = [];
  const part = (now: number | null) => (
    <FieldsGrid
      nodes={nodes}
      places={placesInLists(nodes)}
      selected={now}
      onSelect={(index) => {
        chosen.push(index);
        page.again(part(index));
      }}
      onShow={(index) => void shown.push(index)}
    />
  );
  const page = live(part(selected));
  const grid = page.getByRole('treegrid', { name: 'Fields' });
  const cells = () =>
    page
      .getAllByRole('row')
      .slice(1)
      .map((row) => [...row.children].map(({ textContent }) => textContent));
  const marked = () => page.queryAllByRole('row', { selected: true }).map(({ id }) => id);
  return { page, grid, cells, marked, chosen, shown };
}

describe('The fields of a payload', () => {
  test('are shown with value, type, and where in the bytes they are', () => {
    const { cells, page } = open();
    expect(cells().map(([name, value, , at, bytes]) => [name, value, at, bytes])).toEqual([
      ['t', '21', '3', '1'],
      ['l', '[ 2 ]', '6', '4'],
      ['0', '1', '7', '1'],
      ['1', '"x"', '8', '2'],
      ['d', "h'beef'", '12', '3'],
    ]);
    expect(page.getAllByRole('row').map((row) => row.getAttribute('aria-level'))).toEqual([
      ...[null, '1', '1', '2', '2', '1'],
    ]);
  });

  test('are one tab stop, and the selected one is the active descendant', async () => {
    const { page, grid, marked } = open();
    await page.user.tab();
    expect(document.activeElement).toBe(grid);
    expect(grid.getAttribute('aria-activedescendant')).toBeNull();
    await page.user.keyboard('{ArrowDown}');
    expect(marked()).toEqual([grid.getAttribute('aria-activedescendant')]);
  });

  test('are walked by keys to both ends and no further', async () => {
    const { page, grid, chosen } = open();
    grid.focus();
    await page.user.keyboard(
      '{ArrowDown}{ArrowDown}{ArrowUp}{ArrowUp}{End}{ArrowDown}{Home}{PageDown}{PageUp}',
    );
    expect(chosen).toEqual([1, 2, 1, 1, 5, 5, 1, 5, 1]);
    await page.user.keyboard('{Control>}{End}{/Control}x');
    expect(chosen).toHaveLength(9);
  });

  test('are chosen by a press, and shown as a value by Enter on the one that is', async () => {
    const { page, grid, chosen, shown } = open();
    grid.focus();
    await page.user.keyboard('{Enter}');
    expect(shown).toEqual([]);
    await page.user.click(page.getByRole('gridcell', { name: '"x"' }));
    expect(chosen).toEqual([4]);
    grid.focus();
    await page.user.keyboard('{Enter}');
    expect(shown).toEqual([4]);
  });

  test('of a single value are that value', async () => {
    const { cells, grid, page, chosen } = open(decoded(bytesOf('fb 3ff8000000000000'), [step('cbor')]).nodes);
    expect(cells().map(([, value]) => value)).toEqual(['1.5']);
    grid.focus();
    await page.user.keyboard('{ArrowDown}');
    expect(chosen).toEqual([0]);
  });

  test('that are not here yet cannot be chosen', async () => {
    const { grid, page, chosen } = open([]);
    expect(grid.getAttribute('aria-rowcount')).toBe('1');
    grid.focus();
    await page.user.keyboard('{ArrowDown}{Home}{End}');
    expect(chosen).toEqual([]);
  });

  test('that are very many are drawn as they come into sight, and the selected one is brought there', async () => {
    const [, one] = NODES;
    const many = Array.from({ length: 20_000 }, () => one!);
    const { page, grid, cells } = open([NODES[0]!, ...many]);
    const box = grid.parentElement!;
    const asked = scrolledBy(box);
    expect(grid.getAttribute('aria-rowcount')).toBe('20001');
    expect(cells().length).toBeLessThan(60);
    grid.focus();
    await page.user.keyboard('{End}');
    expect(asked).toEqual([{ top: 20_000 * 24 - (200 - 24) }]);
    expect(page.getAllByRole('row').at(-1)?.getAttribute('aria-rowindex')).toBe('20001');
    scrollDown(box, 0);
    await page.user.keyboard('{Home}');
    expect(asked).toHaveLength(1);
    await page.user.keyboard('{ArrowDown}');
    expect(asked).toHaveLength(1);
  });

  test.each(HOSTILE_TEXTS)('called and valued %j deceive no eye, in tips as well', (text) => {
    const node = { ...NODES[1]!, key: text, shape: 'text' as const, text, type: 'text' };
    const { page, grid } = open([NODES[0]!, node]);
    const tips = [...grid.querySelectorAll('[title]')].map((one) => one.getAttribute('title') ?? '');
    expect([isSafeText(grid.textContent), tips.every(isSafeText)]).toEqual([true, true]);
    expect(page.queryByText('&"\'', { selector: 'b' })).toBeNull();
  });

  test('with names and values of any length are drawn as far as somebody reads', () => {
    const text = 'x'.repeat(100_000);
    const node = { ...NODES[1]!, key: text, shape: 'text' as const, text };
    const { grid } = open([NODES[0]!, node]);
    expect(grid.innerHTML.length).toBeLessThan(10_000);
  });
});
