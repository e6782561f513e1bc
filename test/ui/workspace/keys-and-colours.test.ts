import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { teardown } from '../../support/teardown.ts';
import { serverHost } from '../hosts.ts';
import { inspector, openConnected, rowOf, select, type Connected, tree } from '../window.ts';

describe('The window with other keyboards and colours', () => {
  let window: Connected;

  beforeAll(async () => {
    window = await openConnected(serverHost, ({ broker }) => {
      broker.publish({ topic: 'state', payload: '{"a":1}', retain: true });
      broker.publish({ topic: 'door', payload: 'open', retain: true });
    });
    await rowOf(window.page, 'state').waitFor();
  });
  afterAll(teardown);

  test('loses no key that is typed right after the first Ctrl+P, and gives none to what lies behind', async () => {
    const { page } = window;
    await rowOf(page, 'state').focus();
    const reached = await page.evaluate(() => {
      let behind = 0;
      document.activeElement?.addEventListener('keydown', (event) => {
        if (!(event as KeyboardEvent).ctrlKey) behind++;
      });
      const press = (key: string, ctrlKey = false) =>
        document.activeElement?.dispatchEvent(
          new KeyboardEvent('keydown', { key, ctrlKey, bubbles: true, cancelable: true }),
        );
      press('p', true);
      for (const key of [...'plant/x', 'Enter']) press(key);
      return behind;
    });
    expect(reached).toBe(0);
    const field = page.getByRole('combobox', { name: 'Topic to go to' });
    await expect.poll(() => field.inputValue()).toBe('plant/x');
    await page.keyboard.press('Escape');
  });

  test('goes to the topic whose name is typed and confirmed before it is found', async () => {
    const { page } = window;
    await page.keyboard.press('Control+p');
    const field = page.getByRole('combobox', { name: 'Topic to go to' });
    // At once: no answer of the engine comes between the two.
    await field.evaluate((input) => {
      const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value') ?? {};
      set?.call(input, 'door');
      input.dispatchEvent(new Event('input', { bubbles: true }));
      input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
    });
    await inspector(page).getByRole('heading', { name: 'door', exact: true }).waitFor();
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  });

  test('paints no JSON in forced colours, marks the chosen tab and gives selects their arrow', async () => {
    const { page } = window;
    await page.emulateMedia({ forcedColors: 'active' });
    await select(page, 'state');
    await inspector(page).locator('[data-payload]').waitFor();
    await expect.poll(() => page.evaluate(() => CSS.highlights.size)).toBe(0);
    const tab = inspector(page).getByRole('tab', { name: 'Value' });
    await expect.poll(() => tab.evaluate((one) => getComputedStyle(one).outlineStyle)).toBe('solid');
    const format = page.getByRole('region', { name: 'Publish' }).getByRole('combobox', { name: 'Format' });
    await expect.poll(() => format.evaluate((one) => getComputedStyle(one).appearance)).toBe('auto');
  });

  test('draws a bar of the retained list no longer than what it counts, in forced colours as well', async () => {
    const { page } = window;
    await page.emulateMedia({ forcedColors: 'active' });
    await page.keyboard.press('Alt+2');
    await page.getByRole('tabpanel', { name: 'Retained' }).waitFor();
    // The list of this broker has no two branches to compare.
    const meter = await page.evaluateHandle(() => {
      const one = document.createElement('meter');
      one.className = 'inv-meter';
      one.style.cssText = 'position: fixed; inset: 0 auto auto 0; width: 100px; z-index: 9';
      document.body.append(one);
      return one;
    });
    await expect.poll(() => meter.evaluate((one) => getComputedStyle(one).height)).toBe('6px');
    const drawn = async (value: number) => {
      await meter.evaluate((one, to) => void (one.value = to), value);
      return (await meter.screenshot()).toString('base64');
    };
    const [some, all] = [await drawn(0.2), await drawn(1)];
    await meter.evaluate((one) => one.remove());
    await page.keyboard.press('Alt+1');
    await tree(page).waitFor();
    expect(some === all).toBe(false);
  });

  test('shows what a filter found as text in forced colours, with a line under it', async () => {
    const { page } = window;
    await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' });
    const filter = page.getByRole('searchbox', { name: 'Filter topics' });
    await filter.fill('stat');
    const found = rowOf(page, 'state').locator('mark');
    await found.waitFor();
    const look = () =>
      found.evaluate((mark) => {
        const { color, textDecorationLine } = getComputedStyle(mark);
        return [color === getComputedStyle(document.body).color, textDecorationLine];
      });
    await expect.poll(look).toEqual([true, 'underline']);
    await filter.fill('');
    await found.waitFor({ state: 'detached' });
  });
});
