import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { teardown } from '../../support/teardown.ts';
import { serverHost } from '../hosts.ts';
import { expectAccessible, inspector, openConnected, rowOf, type Connected } from '../window.ts';

const grid = (page: Page) => page.getByRole('grid', { name: 'Search results' });
const box = (page: Page) => page.getByRole('searchbox', { name: 'Search in messages' });
const status = (page: Page) => page.getByRole('status', { name: 'Search progress' });
const hits = (page: Page) =>
  grid(page)
    .locator('[data-sequence]')
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-topic') ?? ''));

describe('Search in messages', () => {
  let window: Connected;

  beforeAll(async () => {
    // The broker delivers it once the subscription counts: what is sent before would be lost.
    window = await openConnected(serverHost, ({ broker }) =>
      broker.publish({ topic: 'first', payload: '1', retain: true }),
    );
    const { fake, page } = window;
    const send = (topic: string, payload: string | Buffer) => fake.broker.publish({ topic, payload });
    await rowOf(page, 'first').waitFor();
    for (let n = 0; n < 20; n++) send('hall/robot/pose', `{"x":${String(n)}.5}`);
    send('hall/robot/log', 'E 0418 gripper: door open');
    send('hall/press/alarm', '{"code":418,"text":"Door open","zone":3}');
    send('hall/robot/pose', '{"x":0.25}');
    send('hall/robot/log', 'W 0418 hold released');
    send('hall/bus', Buffer.from([0, 1, 0x63, 0x6f, 0xff]));
    send('last', 'it');
    await rowOf(page, 'last').waitFor();
    await page.getByRole('tab', { name: 'Search' }).click();
  });
  afterAll(teardown);

  test('a text is found whatever its case, newest first, with what surrounds it', async () => {
    const { page } = window;
    await box(page).fill('door open');
    await box(page).press('Enter');
    await expect.poll(() => hits(page)).toEqual(['hall/press/alarm', 'hall/robot/log']);
    await expect
      .poll(() => status(page).innerText())
      .toMatch(/^2 messages in 2 topics, newest first, .* searched/);
    const first = grid(page).locator('[data-topic="hall/press/alarm"]');
    await expect.poll(() => first.textContent()).toContain('{"code":418,"text":"Door open","zone":3}');
    await expect.poll(() => first.locator('mark').innerText()).toBe('Door open');
  });

  test('a hit shows its message and what happened around it, by keyboard alone', async () => {
    const { page } = window;
    await grid(page).locator('[tabindex="0"]').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    const side = page.getByRole('region', { name: 'Found message' });
    await side.getByRole('heading', { name: 'hall/robot/log' }).waitFor();
    await expect.poll(() => side.locator('pre').innerText()).toBe('E 0418 gripper: door open');
    const around = page.getByRole('list', { name: 'Messages around it' }).getByRole('listitem');
    await expect.poll(() => around.count()).toBe(15);
    await page.getByRole('combobox', { name: 'Messages of' }).selectOption('topic');
    await expect.poll(() => around.allInnerTexts()).toHaveLength(2);
    await expect.poll(() => around.nth(1).innerText()).toContain('W 0418 hold released');
    await expectAccessible(page);
  });

  test('Enter on a hit goes to its topic in the tree', async () => {
    const { page } = window;
    await grid(page).locator('[aria-selected="true"]').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => rowOf(page, 'hall/robot/log').getAttribute('aria-selected')).toBe('true');
    await inspector(page).getByRole('heading', { name: 'hall/robot/log' }).waitFor();
    const hasFocus = () => rowOf(page, 'hall/robot/log').evaluate((row) => row === document.activeElement);
    await expect.poll(hasFocus, { message: 'keys go on in the tree' }).toBe(true);
    await page.getByRole('tab', { name: 'Search' }).click();
    await expect.poll(() => hits(page)).toHaveLength(2);
  });

  test('an expression and bytes are found, and what is no expression is refused with a reason', async () => {
    const { page } = window;
    const as = page.getByRole('combobox', { name: 'Search as' });
    await as.selectOption('regex');
    await box(page).fill('^[EW] 0+418');
    await box(page).press('Enter');
    await expect.poll(() => hits(page)).toEqual(['hall/robot/log', 'hall/robot/log']);
    await box(page).fill('(');
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page.getByText(/The regular expression is not understood/).waitFor();
    await as.selectOption('hex');
    await box(page).fill('00 01 63');
    await box(page).press('Enter');
    await expect.poll(() => hits(page)).toEqual(['hall/bus']);
    await expect.poll(() => grid(page).locator('[data-sequence]').textContent()).toContain('00 01 63 6f ff');
  });

  test('only topics that the filter shows are searched where that is asked for', async () => {
    const { page } = window;
    await page.getByRole('searchbox', { name: 'Filter topics' }).fill('topic:hall/press/#');
    await page.getByRole('checkbox', { name: 'Only filtered topics' }).check();
    await page.getByRole('combobox', { name: 'Search as' }).selectOption('text');
    await box(page).fill('418');
    await box(page).press('Enter');
    await expect.poll(() => hits(page)).toEqual(['hall/press/alarm']);
  });
});
