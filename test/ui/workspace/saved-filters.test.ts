import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { ConnectionOptions } from '../../../src-main/contract/model/model.ts';
import { startFakeBroker } from '../../support/brokers/fake-broker.ts';
import { teardown } from '../../support/teardown.ts';
import { newDataDir, serverHost } from '../hosts.ts';
import { expectAccessible, rowOf } from '../window.ts';

let page: Page;

beforeAll(async () => {
  const fake = await startFakeBroker();
  fake.broker.publish({ topic: 'hall/press', payload: '71', retain: true });
  fake.broker.publish({ topic: 'hall/oven', payload: '12', retain: true });
  const dataDir = newDataDir();
  const options = { name: 'Plant', protocol: 'mqtt', host: '127.0.0.1', port: fake.port };
  const data = [{ id: 'p', options: ConnectionOptions.parse(options), autoConnect: true }];
  writeFileSync(join(dataDir, 'profiles.json'), JSON.stringify({ version: 1, data }));
  ({ page } = await serverHost.open({ dataDir }));
  await rowOf(page, 'hall').waitFor();
});
afterAll(teardown);

const hasFocus = (of: Locator) => of.evaluate((element) => element === document.activeElement);

test('a filter is saved with the profile, renamed, taken by keyboard alone, and removed', async () => {
  const filter = page.getByRole('searchbox', { name: 'Filter topics' });
  const dialog = page.getByRole('dialog', { name: 'Saved filters' });
  const saved = dialog.getByRole('list', { name: 'Saved filters' }).getByRole('listitem');
  await filter.fill('value>70');
  await page.getByRole('button', { name: 'Saved filters…' }).click();
  await dialog.getByRole('textbox', { name: 'Name of the filter' }).fill('Hot');
  await dialog.getByRole('button', { name: 'Save filter' }).click();
  await expect.poll(() => saved.count()).toBe(1);
  await dialog.getByRole('textbox', { name: 'Name of Hot' }).fill('Too hot');
  await dialog.getByRole('textbox', { name: 'Name of Hot' }).press('Enter');
  const renamed = dialog.getByRole('textbox', { name: 'Name of Too hot' });
  await renamed.waitFor();
  await expect.poll(() => renamed.evaluate((field) => field === document.activeElement)).toBe(true);
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });

  await filter.fill('');
  await rowOf(page, 'hall').focus();
  await filter.focus();
  await page.getByRole('option', { name: /^Too hot.*1 topic$/ }).waitFor();
  await filter.press('ArrowDown');
  await filter.press('Tab');
  await expect.poll(() => filter.inputValue()).toBe('value>70 ');
  // The matching row stood before the filter was taken: only the other one's going shows that it is applied.
  await rowOf(page, 'hall/oven').waitFor({ state: 'detached' });
  await rowOf(page, 'hall/press').waitFor();

  await page.getByRole('button', { name: 'Saved filters…' }).click();
  await dialog.getByRole('textbox', { name: 'Name of the filter' }).fill('Cold');
  await dialog.getByRole('button', { name: 'Save filter' }).click();
  await expect.poll(() => saved.count()).toBe(2);
  // Colours: the first that matches counts, and its name is beside the topic.
  // Behind a dialog nothing has a role.
  const press = page.locator('[data-topic="hall/press"]');
  await dialog.getByRole('combobox', { name: 'Colour of Cold' }).selectOption('Blue');
  await expect.poll(() => press.getAttribute('data-colour')).toBe('blue');
  await dialog.getByRole('combobox', { name: 'Colour of Too hot' }).selectOption('Red');
  await expect.poll(() => press.getAttribute('data-colour')).toBe('red');
  await expect.poll(() => press.locator('[role=gridcell]').first().textContent()).toBe('pressToo hot');
  const down = dialog.getByRole('button', { name: 'Move Too hot down' });
  await down.focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => press.getAttribute('data-colour')).toBe('blue');
  await expect.poll(() => hasFocus(dialog.getByRole('button', { name: 'Move Too hot up' }))).toBe(true);
  await expectAccessible(page);
  // The click takes the new name first, and removes from what that made of the list.
  await dialog.getByRole('textbox', { name: 'Name of Too hot' }).fill('Hot again');
  await dialog.getByRole('button', { name: 'Remove Cold' }).click();
  await expect.poll(() => saved.count()).toBe(1);
  await dialog.getByRole('button', { name: 'Remove Hot again' }).click();
  await dialog.getByText('No filter is saved with this profile yet.').waitFor();
});

test('a filter is in force again after a reload of the tab, until it is emptied', async () => {
  await page.keyboard.press('Escape');
  const filter = page.getByRole('searchbox', { name: 'Filter topics' });
  await filter.fill('oven');
  await rowOf(page, 'hall/press').waitFor({ state: 'detached' });
  await page.reload();
  await expect.poll(() => filter.inputValue()).toBe('oven');
  await rowOf(page, 'hall/oven').waitFor();
  expect(await rowOf(page, 'hall/press').count()).toBe(0);
  await filter.fill('');
  await rowOf(page, 'hall/press').waitFor();
  await page.reload();
  await rowOf(page, 'hall/press').waitFor();
  expect(await filter.inputValue()).toBe('');
});
