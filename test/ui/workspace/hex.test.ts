import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { teardown } from '../../support/teardown.ts';
import { hosts } from '../hosts.ts';
import {
  inspector,
  openConnected,
  payload,
  pressMenuItem,
  rowOf,
  select,
  showTab,
  type Connected,
} from '../window.ts';

const BINARY = new Uint8Array(200).map((_, at) => (at * 37 + 169) % 256);

describe.each(hosts)('Bytes in hex, in $name', (host) => {
  const it = host.missing === null ? test : test.skip;
  let window: Connected;

  beforeAll(async () => {
    if (host.missing !== null) return;
    window = await openConnected(host, ({ broker }) =>
      broker.publish({ topic: 'a/binary', payload: BINARY, retain: true }),
    );
    await rowOf(window.page, 'a').waitFor();
    await select(window.page, 'a/binary');
    await showTab(window.page, 'Hex');
  });
  afterAll(teardown);

  /** Bytes in the first row. */
  const perRow = async () =>
    /^[0-9a-f]{4} {2}((?:[0-9a-f]{2} {1,2})+)/
      .exec(await payload(window.page))?.[1]
      ?.trim()
      .split(/ +/).length;

  it.each([
    [1920, 16],
    [1440, 16],
    [1024, 8],
  ])('are laid out with all their text on screen, in a window %i px wide', async (width, bytes) => {
    const { page } = window;
    await page.setViewportSize({ width, height: 800 });
    await expect.poll(perRow).toBe(bytes);
    const panel = inspector(page).getByRole('tabpanel');
    await expect.poll(() => panel.evaluate((box) => box.scrollWidth <= box.clientWidth)).toBe(true);
    const shown = inspector(page).locator('[data-payload]');
    await expect.poll(() => shown.getAttribute('data-bytes-shown')).toBe('200');
  });

  it('are copied from a menu of their own, by the pointer and by Shift+F10', async () => {
    const { page } = window;
    await page.setViewportSize({ width: 1440, height: 800 });
    await expect.poll(perRow).toBe(16);
    const pasted = page.getByRole('textbox', { name: 'Payload' });
    const copied = async () => {
      await pasted.fill('');
      await pasted.press('Control+v');
      return pasted.inputValue();
    };
    const dump = inspector(page).getByRole('textbox', { name: 'Hex dump' });
    const status = inspector(page).getByRole('status', { name: 'Selected bytes' });
    await dump.press('Control+Home');
    for (let press = 0; press < 2; press++) await dump.press('Shift+ArrowRight');
    await expect.poll(() => status.innerText()).toContain('3 bytes');
    await dump.press('Shift+F10');
    await page.getByRole('menu', { name: 'Actions for the message' }).waitFor();
    const items = await page.getByRole('menu').getByRole('menuitem').allInnerTexts();
    for (const wanted of ['Copy topic', 'Save payload…', 'Edit and publish', 'Compare with…', 'Chart'])
      expect(items).toContain(wanted);
    await pressMenuItem(page, 'Copy selection as hex');
    await inspector(page).getByText('Copied as Hex: 3 B').waitFor();
    await expect.poll(() => dump.evaluate((one) => one === document.activeElement)).toBe(true);
    expect(await copied()).toBe('a9 ce f3');

    // What is pointed at outside of the selection is selected then.
    const box = await inspector(page).locator('[data-payload]').boundingBox();
    if (box === null) throw new Error('no dump');
    await page.mouse.click(box.x + box.width / 2, box.y + 60, { button: 'right' });
    await page.getByRole('menu', { name: 'Actions for the message' }).waitFor();
    await expect.poll(() => status.innerText()).toContain(', 1 byte');
    await pressMenuItem(page, 'Copy all as', 'ArrowRight');
    await pressMenuItem(page, 'Base64');
    await inspector(page).getByText('Copied as Base64: 200 B').waitFor();
    expect(await copied()).toBe(Buffer.from(BINARY).toString('base64'));
  });

  it('have a menu that is in sight as a whole, in a window of 1024 by 700 px', async () => {
    const { page } = window;
    await page.setViewportSize({ width: 1024, height: 700 });
    await expect.poll(perRow).toBe(8);
    const dump = inspector(page).getByRole('textbox', { name: 'Hex dump' });
    await dump.press('Control+Home');
    await dump.press('Shift+F10');
    const menu = page.getByRole('menu', { name: 'Actions for the message' });
    await expect
      .poll(() =>
        menu.evaluate((box) => {
          const { top, bottom } = box.getBoundingClientRect();
          return top >= 0 && bottom <= innerHeight && box.scrollHeight <= box.clientHeight;
        }),
      )
      .toBe(true);
    await page.keyboard.press('Escape');
    await expect.poll(() => menu.count()).toBe(0);
  });

  it('show as many bytes a row of a packet as fit, and are walked through by keys', async () => {
    const { page } = window;
    const dock = page.getByRole('region', { name: 'Diagnostics' });
    await dock.getByRole('tab', { name: 'Packets' }).click();
    const shown = async (width: number, bytes: number) => {
      await page.setViewportSize({ width, height: 800 });
      await dock.getByRole('combobox', { name: 'Packet type' }).selectOption({ label: 'Connecting' });
      await dock.getByRole('row').filter({ hasText: 'CONNECT' }).first().click();
      const grid = dock.getByRole('grid', { name: 'Bytes' });
      await expect.poll(() => grid.getByRole('row').first().getByRole('gridcell').count()).toBe(bytes);
      await expect.poll(() => grid.evaluate((box) => box.scrollWidth <= box.clientWidth)).toBe(true);
      await grid.getByRole('gridcell').first().focus();
      await page.keyboard.press('ArrowDown');
      const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-at'));
      await expect.poll(focused).toBe(String(bytes));
    };
    await shown(1440, 8);
    // No room for both: the packet takes the place of the list.
    await page.setViewportSize({ width: 1024, height: 800 });
    await shown(1024, 8);
    await dock.getByRole('button', { name: 'All packets' }).click();
    await dock.getByRole('row').filter({ hasText: 'CONNECT' }).first().waitFor();
    await dock.getByRole('button', { name: 'Enlarge diagnostics' }).click();
    await shown(1440, 16);
  });
});
