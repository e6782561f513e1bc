import type { Locator, Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { filesWith } from '../../support/in-folder.ts';
import { teardown } from '../../support/teardown.ts';
import { newDataDir, standInHost } from '../hosts.ts';
import { expectAccessible } from '../window.ts';

const editorOf = (page: Page): Locator => page.getByRole('dialog', { name: 'Connection' });
const field = (page: Page, name: string): Locator =>
  editorOf(page).getByRole('textbox', { name, exact: true });
const check = (page: Page, name: string): Locator =>
  editorOf(page).getByRole('checkbox', { name, exact: true });
const button = (page: Page, name: string): Locator =>
  editorOf(page).getByRole('button', { name, exact: true });

async function edit(page: Page): Promise<void> {
  const entry = page.getByRole('navigation', { name: 'Connections' }).getByRole('button', { name: 'Plant' });
  await entry.click({ button: 'right' });
  await page.getByRole('menuitem', { name: /^Edit profile/ }).click();
}

async function save(page: Page): Promise<void> {
  await button(page, 'Save').click();
  await editorOf(page).waitFor({ state: 'hidden' });
}

describe('In the profile editor', () => {
  afterEach(teardown);

  test('a username alone, headers and values of the path are secrets until they are marked', async () => {
    const dataDir = newDataDir();
    const { page } = await standInHost.open({ dataDir });
    await page.getByRole('button', { name: 'New connection' }).first().click();
    await editorOf(page).getByRole('combobox', { name: 'Protocol', exact: true }).selectOption('wss');
    await field(page, 'Host').fill('broker.example');
    await field(page, 'Name').fill('Plant');
    await field(page, 'Path').fill('/mqtt?tenant=hunter2-tenant&%6Bey=hunter2-key');
    await field(page, 'Username').fill('hunter2-token');
    await check(page, 'Not secret: tenant').check();
    await button(page, 'Add a header').click();
    await field(page, 'Name of header 1').fill('X-Any');
    await field(page, 'Value of header 1').fill('hunter2-header');
    await expect.poll(() => check(page, 'Not secret: header 1').isChecked()).toBe(false);
    await expectAccessible(page);
    await save(page);
    await expect.poll(() => filesWith(dataDir, ['hunter2-tenant'])).toContain('profiles.json');
    expect(await filesWith(dataDir, ['hunter2-key', 'hunter2-token', 'hunter2-header'])).toEqual([]);

    await edit(page);
    await expect
      .poll(() => field(page, 'Path').inputValue())
      .toBe('/mqtt?tenant=hunter2-tenant&%6Bey=••••••••');
    await expect.poll(() => check(page, 'Not secret: tenant').isChecked()).toBe(true);
    await expect.poll(() => check(page, 'Not secret: key').isChecked()).toBe(false);
    await expect.poll(() => field(page, 'Username').inputValue()).toBe('');
    await expect.poll(() => field(page, 'Username').getAttribute('placeholder')).toBe('saved, not shown');
    // What is entered again with its mark is no secret any more.
    await field(page, 'Username').fill('known');
    await check(page, 'Not secret: username').check();
    await save(page);
    await expect.poll(() => filesWith(dataDir, ['"username": "known"'])).toContain('profiles.json');
    expect(await page.content()).not.toMatch(/hunter2-(key|token|header)/);
  });

  test('a username beside a password is none', async () => {
    const { page } = await standInHost.open({});
    await page.getByRole('button', { name: 'New connection' }).first().click();
    await field(page, 'Username').fill('ann');
    await expect.poll(() => check(page, 'Not secret: username').isEnabled()).toBe(true);
    await field(page, 'Password').fill('x');
    await expect.poll(() => check(page, 'Not secret: username').isDisabled()).toBe(true);
    await expect.poll(() => check(page, 'Not secret: username').isChecked()).toBe(true);
  });
});
