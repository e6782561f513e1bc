import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { startMosquitto, type Mosquitto } from '../../support/brokers/mosquitto.ts';
import { teardown } from '../../support/teardown.ts';
import { newDataDir, serverHost, standInHost } from '../hosts.ts';
import { expectAccessible } from '../window.ts';

const PASSPHRASE = 'copper lantern ninety';
const PASSWORD = 'hunter-22-of-ops';

const button = (within: Page | Locator, name: string) => within.getByRole('button', { name, exact: true });
const field = (dialog: Locator, name: string) => dialog.getByRole('textbox', { name, exact: true });
const dialogOf = (page: Page, name: string) => page.getByRole('dialog', { name, exact: true });
const entry = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Connections' }).getByRole('button', { name, exact: true });
const connected = (page: Page) =>
  page
    .getByRole('status', { name: 'Connection status' })
    .filter({ hasText: /^Connected$/ })
    .waitFor();

/** The form of a profile with a password, not yet saved. */
async function fillProfile(page: Page, broker: Mosquitto): Promise<Locator> {
  await button(page, 'New connection').click();
  const editor = dialogOf(page, 'Connection');
  await field(editor, 'Host').fill('127.0.0.1');
  await editor.getByRole('spinbutton', { name: 'Port' }).fill(String(broker.port));
  await field(editor, 'Name').fill('Oslo');
  await field(editor, 'Username').fill('ops');
  await field(editor, 'Password').fill(PASSWORD);
  return editor;
}

async function createVault(page: Page): Promise<void> {
  const create = dialogOf(page, 'Create a vault');
  await field(create, 'Passphrase').fill(PASSPHRASE);
  await field(create, 'Passphrase again').fill(PASSPHRASE);
  await page.keyboard.press('Enter');
  await create.waitFor({ state: 'detached' });
}

async function settings(page: Page): Promise<Locator> {
  await page.keyboard.press('Control+,');
  const dialog = dialogOf(page, 'Settings');
  await dialog.getByRole('region', { name: 'Secrets' }).waitFor();
  return dialog;
}

/** What a thief of the data directory would read. */
function onDisk(dataDir: string): string {
  return readdirSync(dataDir, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => readFileSync(join(file.parentPath, file.name), 'utf8'))
    .join('\n');
}

describe('Secrets, in the browser host', () => {
  afterEach(teardown);

  test('are kept in a vault, which is asked for at the start where a profile waits for it', async () => {
    const broker = await startMosquitto({ users: { ops: PASSWORD } });
    const dataDir = newDataDir();
    const first = await serverHost.open({ dataDir });
    const { page } = first;
    const editor = await fillProfile(page, broker);
    await editor.getByRole('checkbox', { name: 'Connect when Topicscope starts' }).check();

    // The question beside the password; putting it off changes nothing.
    await button(editor, 'Decide…').click();
    const decide = dialogOf(page, 'How to keep secrets');
    await decide.waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await decide.waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Decide…');
    await page.keyboard.press('Enter');
    await button(decide, 'Create a vault…').click();
    const create = dialogOf(page, 'Create a vault');
    await field(create, 'Passphrase').fill('short');
    await button(create, 'Create the vault').click();
    await create.getByText('Use at least 8 characters.').waitFor();
    await expectAccessible(page);
    await createVault(page);
    await button(editor, 'Connect').click();
    await connected(page);
    expect(onDisk(dataDir)).toContain('Oslo');
    expect(onDisk(dataDir)).not.toContain(PASSWORD);
    await first.close();

    const again = await serverHost.open({ dataDir });
    const unlock = dialogOf(again.page, 'Unlock the vault');
    await unlock.getByText('1 profile waits for it').waitFor();
    await expectAccessible(again.page);
    await field(unlock, 'Passphrase').fill('not this one');
    await again.page.keyboard.press('Enter');
    await unlock.getByRole('alert').filter({ hasText: 'does not open' }).waitFor();
    await field(unlock, 'Passphrase').fill(PASSPHRASE);
    await again.page.keyboard.press('Enter');
    await unlock.waitFor({ state: 'detached' });
    await entry(again.page, 'Oslo').click();
    await connected(again.page);
  });

  test('of a locked vault are asked for when they are needed, and then it connects', async () => {
    const broker = await startMosquitto({ users: { ops: PASSWORD } });
    const dataDir = newDataDir();
    const { page } = await serverHost.open({ dataDir });
    const editor = await fillProfile(page, broker);
    await button(editor, 'Save').click();
    await editor.waitFor({ state: 'detached' });
    const dialog = await settings(page);
    await button(dialog, 'Create a vault…').click();
    await createVault(page);

    await button(dialog, 'Change the passphrase…').click();
    const change = dialogOf(page, 'Change the passphrase of the vault');
    await field(change, 'Passphrase now').fill(PASSPHRASE);
    await field(change, 'New passphrase').fill('ninety copper lanterns');
    await field(change, 'New passphrase again').fill('ninety copper lanterns');
    await expectAccessible(page);
    await page.keyboard.press('Enter');
    await change.waitFor({ state: 'detached' });
    await button(dialog, 'Lock the vault').click();
    await button(dialog, 'Unlock the vault…').waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });

    await entry(page, 'Oslo').press('Enter');
    const unlock = dialogOf(page, 'Unlock the vault');
    await field(unlock, 'Passphrase').fill('ninety copper lanterns');
    await page.keyboard.press('Enter');
    await unlock.waitFor({ state: 'detached' });
    await connected(page);
  });

  test('that are lost are asked for again by the names of their fields; the profile stays', async () => {
    const broker = await startMosquitto({ users: { ops: PASSWORD } });
    const dataDir = newDataDir();
    const first = await serverHost.open({ dataDir });
    const editor = await fillProfile(first.page, broker);
    await button(editor, 'Decide…').click();
    await button(dialogOf(first.page, 'How to keep secrets'), 'Keep them in memory only…').click();
    const memory = dialogOf(first.page, 'Keep secrets in memory only');
    await memory.getByText('forgotten when Topicscope ends').waitFor();
    await expectAccessible(first.page);
    await button(memory, 'Keep them in memory only').click();
    await memory.waitFor({ state: 'detached' });
    await editor.getByText('Secrets are kept in memory only, until Topicscope ends.').waitFor();
    await button(editor, 'Save').click();
    await editor.waitFor({ state: 'detached' });
    await entry(first.page, 'Oslo').press('Enter');
    await connected(first.page);
    expect(onDisk(dataDir)).not.toContain(PASSWORD);
    await first.close();

    const { page } = await serverHost.open({ dataDir });
    await entry(page, 'Oslo').press('Enter');
    const again = dialogOf(page, 'Connection');
    await again.getByText('Enter again: Password.').waitFor();
    await expect.poll(() => field(again, 'Username').inputValue()).toBe('ops');
    await expectAccessible(page);
    await field(again, 'Password').fill(PASSWORD);
    await button(again, 'Connect').click();
    await connected(page);
  });

  test('of a vault whose passphrase is forgotten are given up in so many words', async () => {
    const dataDir = newDataDir();
    const { page } = await serverHost.open({ dataDir });
    await button(page, 'New connection').click();
    const editor = dialogOf(page, 'Connection');
    await field(editor, 'Host').fill('127.0.0.1');
    await field(editor, 'Password').fill(PASSWORD);
    await button(editor, 'Decide…').click();
    await button(dialogOf(page, 'How to keep secrets'), 'Create a vault…').click();
    await createVault(page);
    await button(editor, 'Save').click();
    await editor.waitFor({ state: 'detached' });
    const dialog = await settings(page);
    await button(dialog, 'Lock the vault').click();
    await button(dialog, 'Forgot the passphrase…').click();
    const replace = dialogOf(page, 'Begin a new vault');
    await replace.getByText('have to be entered again; the profiles stay').waitFor();
    await field(replace, 'Passphrase').fill('a wholly new passphrase');
    await field(replace, 'Passphrase again').fill('a wholly new passphrase');
    await expectAccessible(page);
    await button(replace, 'Give up the old secrets').click();
    await replace.waitFor({ state: 'detached' });
    await button(dialog, 'Lock the vault').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await entry(page, '127.0.0.1:1883').press('Enter');
    await dialogOf(page, 'Connection').getByText('Enter again: Password.').waitFor();
  });
});

describe('Secrets, in the desktop host in the stand-in for Electron', () => {
  afterEach(teardown);

  test('are in the keychain without a question; of another keychain they are asked for again', async () => {
    const broker = await startMosquitto({ users: { ops: PASSWORD } });
    const dataDir = newDataDir();
    const first = await standInHost.open({ dataDir });
    const editor = await fillProfile(first.page, broker);
    await button(editor, 'Save').click();
    await editor.waitFor({ state: 'detached' });
    await expect.poll(() => button(editor, 'Decide…').count()).toBe(0);
    expect(onDisk(dataDir)).not.toContain(PASSWORD);
    await first.close();

    const { page } = await standInHost.open({ dataDir, env: { STAND_IN_KEY: 'of somebody else' } });
    await entry(page, 'Oslo').press('Enter');
    const again = dialogOf(page, 'Connection');
    await again.getByText('Enter again: Password.').waitFor();
    await field(again, 'Password').fill(PASSWORD);
    await button(again, 'Connect').click();
    await connected(page);
  });

  test('go to a keychain that protects nothing only with the consent of the user', async () => {
    const broker = await startMosquitto({ users: { ops: PASSWORD } });
    const dataDir = newDataDir();
    const env = { STAND_IN_KEYCHAIN: 'basic_text' };
    const first = await standInHost.open({ dataDir, env });
    const editor = await fillProfile(first.page, broker);
    await button(editor, 'Decide…').click();
    const weak = dialogOf(first.page, 'This system does not protect secrets');
    await weak.getByText('any program that runs as you could read').waitFor();
    await expectAccessible(first.page);
    await button(weak, 'Save them anyway').click();
    await weak.waitFor({ state: 'detached' });
    await button(editor, 'Save').click();
    await editor.waitFor({ state: 'detached' });
    expect(onDisk(dataDir)).not.toContain(PASSWORD);
    await first.close();

    const { page } = await standInHost.open({ dataDir, env });
    await entry(page, 'Oslo').press('Enter');
    await connected(page);
  });
});
