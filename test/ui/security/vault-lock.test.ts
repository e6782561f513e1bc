import type { Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { SavedProfiles } from '../../../src-main/engine/profiles/saved-profiles.ts';
import { derive } from '../../support/engine/derive.ts';
import { teardown } from '../../support/teardown.ts';
import { newDataDir, serverHost, standInHost } from '../hosts.ts';
import { expectAccessible } from '../window.ts';

const PASSPHRASE = 'copper lantern ninety';

async function dataDirWithVault(): Promise<string> {
  const dataDir = newDataDir();
  const saved = new SavedProfiles(
    { dataDir, keychain: null, clock: { now: Date.now }, log: () => undefined, derive },
    { N: 2 ** 10, r: 8, p: 1 },
  );
  await saved.load();
  await saved.secrets.createVault(PASSPHRASE, false);
  saved.close();
  return dataDir;
}

async function unlock(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Unlock the vault…', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Unlock the vault', exact: true });
  await dialog.getByRole('textbox', { name: 'Passphrase', exact: true }).fill(PASSPHRASE);
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Lock the vault', exact: true }).waitFor();
}

afterEach(teardown);

describe('The vault', () => {
  test('is locked when the computer sleeps or its screen is locked, and after a time that can be set', async () => {
    const { page, app } = await standInHost.open({ dataDir: await dataDirWithVault() });
    await page.getByRole('button', { name: 'New connection' }).first().waitFor();
    await page.keyboard.press('Control+,');
    // The first page says so as well.
    const secrets = page.getByRole('region', { name: 'Secrets' });
    const locked = secrets.getByText('Passwords and keys are in the vault, which is locked.');
    await locked.waitFor();
    for (const event of ['suspend', 'lock-screen']) {
      await unlock(page);
      await app.evaluate(({ powerMonitor }, name) => void powerMonitor.emit(name), event);
      await locked.waitFor();
    }
    const after = page.getByRole('combobox', { name: 'Lock the vault after', exact: true });
    await expect.poll(() => after.inputValue()).toBe('15');
    await after.selectOption('5');
    await expectAccessible(page);
    await page.reload();
    await page.getByRole('button', { name: 'New connection' }).first().waitFor();
    await page.keyboard.press('Control+,');
    await expect.poll(() => after.inputValue()).toBe('5');
  });
});

test('The browser host that everybody can reach without TLS says so in its window', async () => {
  const args = ['--host', '0.0.0.0', '--insecure-http', '--token', 'a-token-of-my-own-that-is-long'];
  const { page } = await serverHost.open({ args });
  const banner = page.getByRole('status').filter({ hasText: 'Everybody on the way can read along.' });
  await banner.waitFor();
  await page.getByRole('button', { name: 'New connection' }).first().waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Hide', exact: true }).click();
  await banner.waitFor({ state: 'detached' });
});
