import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { ConnectionOptions } from '../../../src-main/contract/model/model.ts';
import { teardown } from '../../support/teardown.ts';
import { newDataDir, serverHost } from '../hosts.ts';
import { expectAccessible } from '../window.ts';

const PROFILES = [
  { name: 'Alpha', folder: 'lab' },
  { name: 'Beta', folder: 'plant' },
  { name: 'Gamma', folder: '' },
];

/** The window on three profiles, and what the page's policy objected to. */
async function open(): Promise<{ page: Page; violations: string[] }> {
  const dataDir = newDataDir();
  const data = PROFILES.map(({ name, folder }, index) => ({
    id: `p${index}`,
    options: ConnectionOptions.parse({ name, protocol: 'mqtt', host: '127.0.0.1', port: 1883 }),
    folder,
  }));
  writeFileSync(join(dataDir, 'profiles.json'), JSON.stringify({ version: 1, data }));
  const { page } = await serverHost.open({ dataDir });
  const violations: string[] = [];
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) violations.push(message.text());
  });
  await entry(page, 'Gamma').waitFor();
  return { page, violations };
}

const entry = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Connections' }).getByRole('button', { name, exact: true });
const menu = (page: Page, name: string) => page.getByRole('menu', { name, exact: true });
const item = (page: Page, name: string) => page.getByRole('menuitem', { name });
const listed = (page: Page) =>
  page
    .getByRole('navigation', { name: 'Connections' })
    .locator('.rail-button')
    .evaluateAll((all) => all.map((one) => one.querySelector('.cut')?.textContent ?? ''));

const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? '');

async function expectFocus(page: Page, text: string | RegExp): Promise<void> {
  await expect.poll(() => focused(page)).toMatch(text);
}

async function centre(locator: Locator): Promise<{ x: number; y: number; right: number; height: number }> {
  const box = await locator.boundingBox();
  if (box === null) throw new Error('it is not drawn');
  return {
    x: box.x + box.width / 2,
    y: box.y + box.height / 2,
    right: box.x + box.width,
    height: box.height,
  };
}

describe('A menu', () => {
  afterEach(teardown);

  test('goes to the item that starts with what is typed, and back to where it was opened', async () => {
    const { page, violations } = await open();
    const styles = await page.locator('style').count();
    await entry(page, 'Gamma').press('Shift+F10');
    await menu(page, 'Actions for Gamma').waitFor();
    await expectFocus(page, /^Connect$/);
    await expectAccessible(page, ['region']);
    await page.keyboard.type('ex');
    await expectFocus(page, /^Export/);
    await page.keyboard.press('End');
    await expectFocus(page, /^Remove profile/);
    await page.keyboard.press('ArrowDown');
    await expectFocus(page, /^Connect$/);
    await page.keyboard.press('Escape');
    await menu(page, 'Actions for Gamma').waitFor({ state: 'detached' });
    await expectFocus(page, /^Gamma$/);

    await page.keyboard.press('Shift+F10');
    await expectFocus(page, /^Connect$/);
    await page.keyboard.type('du');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await listed(page)).filter((name) => /Gamma/.test(name)).length).toBe(2);
    await expect.poll(() => page.locator('style').count()).toBe(styles);
    expect(violations).toEqual([]);
  });

  test('gives focus back to its button from the dialog that an item opened', async () => {
    const { page } = await open();
    const button = page.getByRole('button', { name: 'Import and export', exact: true });
    await button.focus();
    await page.keyboard.press('ArrowDown');
    await expectFocus(page, /^Import connections/);
    await expect.poll(() => button.getAttribute('aria-expanded')).toBe('true');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Import connections' });
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => button.evaluate((one) => one === document.activeElement)).toBe(true);
  });

  test('closes by a press outside, and another one opens in its place', async () => {
    const { page } = await open();
    await entry(page, 'Alpha').click({ button: 'right' });
    await menu(page, 'Actions for Alpha').waitFor();
    await entry(page, 'Gamma').click({ button: 'right' });
    await menu(page, 'Actions for Gamma').waitFor();
    await menu(page, 'Actions for Alpha').waitFor({ state: 'detached' });
    await page.mouse.click(900, 600);
    await menu(page, 'Actions for Gamma').waitFor({ state: 'detached' });
  });

  test('opens a submenu by the arrow towards it, and says why an item is off', async () => {
    const { page } = await open();
    await entry(page, 'Alpha').press('Shift+F10');
    await expectFocus(page, /^Connect$/);
    await page.keyboard.type('mo');
    await expectFocus(page, /^Move to folder/);
    await page.keyboard.press('ArrowRight');
    await menu(page, 'Move to folder').waitFor();
    await expectFocus(page, /^No folder/);
    await expectAccessible(page, ['region']);
    await page.keyboard.press('ArrowLeft');
    await menu(page, 'Move to folder').waitFor({ state: 'detached' });
    await expectFocus(page, /^Move to folder/);
    await page.keyboard.press('ArrowRight');
    await expectFocus(page, /^No folder/);
    const here = item(page, 'lab');
    await expect.poll(() => here.textContent()).toContain('it is here');
    await expect.poll(() => here.getAttribute('aria-disabled')).toBe('true');
    await page.keyboard.type('pl');
    await page.keyboard.press('Enter');
    await expect.poll(() => listed(page)).toEqual(['Gamma', 'plant', 'Beta', 'Alpha']);
    await expectFocus(page, /^Alpha$/);
  });

  test('keeps a submenu while the pointer is on its way there, across other items', async () => {
    const { page } = await open();
    await entry(page, 'Gamma').click({ button: 'right' });
    const trigger = item(page, 'Move to folder');
    const from = await centre(trigger);
    await page.mouse.move(from.right - 30, from.y);
    const submenu = menu(page, 'Move to folder');
    await submenu.waitFor();
    const last = await centre(item(page, 'plant'));
    // Its last item is lower than the trigger: the straight way leads over the item below.
    expect(last.y).toBeGreaterThan(from.y + from.height);
    await page.mouse.move(last.x, last.y, { steps: 12 });
    await page.mouse.down();
    await page.mouse.up();
    await expect.poll(() => listed(page)).toEqual(['lab', 'Alpha', 'plant', 'Beta', 'Gamma']);

    await entry(page, 'Gamma').click({ button: 'right' });
    await trigger.hover();
    await submenu.waitFor();
    // Away from it: past the items between, down to one that has nothing to do with it.
    const away = await centre(item(page, 'Connect at start'));
    await page.mouse.move(away.x - 40, away.y, { steps: 12 });
    await submenu.waitFor({ state: 'detached' });
    await menu(page, 'Actions for Gamma').waitFor();
  });
});

describe('Tabs', () => {
  afterEach(teardown);

  test('are one stop of the Tab key, and the arrows go round', async () => {
    const { page } = await serverHost.open({ args: ['--demo'] });
    await page.getByRole('treegrid', { name: 'Topics' }).locator('[role=row][data-topic]').first().click();
    const region = page.getByRole('region', { name: 'Inspector' });
    const tab = (name: string) => region.getByRole('tab', { name, exact: true });
    await tab('Value').press('End');
    await expectFocus(page, /^Properties/);
    await region.getByRole('tabpanel', { name: 'Properties' }).waitFor();
    await page.keyboard.press('ArrowRight');
    await expectFocus(page, /^Value$/);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => tab('Properties').getAttribute('aria-selected')).toBe('true');
    await expect.poll(() => region.locator('[role=tab][tabindex="0"]').count()).toBe(1);
    await page.keyboard.press('Home');
    await region.getByRole('tabpanel', { name: 'Value' }).waitFor();
  });
});
