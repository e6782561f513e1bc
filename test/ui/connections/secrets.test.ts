import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { startFakeBroker, type FakeBroker } from '../../support/brokers/fake-broker.ts';
import { filesWith } from '../../support/in-folder.ts';
import { teardown } from '../../support/teardown.ts';
import { newDataDir, standInHost, type OpenedDesktop } from '../hosts.ts';

const PASSWORD = 'hunter2-of-the-broker';

const editor = (page: Page): Locator => page.getByRole('dialog', { name: 'Connection' });

async function saveProfile({ page }: OpenedDesktop, port: number): Promise<void> {
  await page.getByRole('button', { name: 'New connection' }).first().click();
  const field = (name: string): Locator => editor(page).getByRole('textbox', { name, exact: true });
  await field('Host').fill('127.0.0.1');
  await editor(page).getByRole('spinbutton', { name: 'Port' }).fill(String(port));
  await field('Name').fill('Plant');
  await field('Username').fill('ann');
  await field('Password').fill(PASSWORD);
  await editor(page).getByRole('button', { name: 'Save', exact: true }).click();
  await editor(page).waitFor({ state: 'hidden' });
}

async function connect({ page }: OpenedDesktop): Promise<void> {
  const entry = page.getByRole('navigation', { name: 'Connections' }).getByRole('button', { name: 'Plant' });
  await entry.first().dblclick();
}

function passwords(fake: FakeBroker): string[] {
  return fake.all('connect').map(({ packet }) => packet.password?.toString() ?? '');
}

const secretsFile = async (dataDir: string): Promise<string> =>
  readFile(join(dataDir, 'secrets.json'), 'utf8').catch(() => '');

// What a real keychain does depends on the machine; the stand-in has one of which the test knows the key.
describe('The desktop program', () => {
  afterEach(teardown);

  test('keeps a password in the keychain, connects with it after a restart, and asks again once its key is lost', async () => {
    const fake = await startFakeBroker();
    const dataDir = newDataDir();
    const first = await standInHost.open({ dataDir });
    await saveProfile(first, fake.port);
    await expect.poll(() => secretsFile(dataDir)).toContain('"by": "keychain"');
    await first.close();
    await expect.poll(() => filesWith(dataDir, [PASSWORD])).toEqual([]);

    const second = await standInHost.open({ dataDir });
    await connect(second);
    await expect.poll(() => passwords(fake)).toEqual([PASSWORD]);
    await expect.poll(() => second.page.content()).not.toContain(PASSWORD);
    await second.close();

    const third = await standInHost.open({ dataDir, env: { STAND_IN_KEY: 'of somebody else' } });
    await connect(third);
    await third.page.getByText('cannot be decrypted now').first().waitFor();
    expect(passwords(fake)).toEqual([PASSWORD]);
    await third.close();
    await expect.poll(() => filesWith(dataDir, [PASSWORD])).toEqual([]);
  });

  test('writes no password where the keychain of Linux does not protect, and nobody has agreed to that', async () => {
    const fake = await startFakeBroker();
    const opened = await standInHost.open({ env: { STAND_IN_KEYCHAIN: 'basic_text' } });
    await saveProfile(opened, fake.port);
    await connect(opened);
    await expect.poll(() => passwords(fake)).toEqual([PASSWORD]);
    await expect.poll(() => secretsFile(opened.dataDir)).toContain('"by": "memory"');
    await expect.poll(() => filesWith(opened.dataDir, [PASSWORD, 'sealed'])).toEqual([]);
  });
});
