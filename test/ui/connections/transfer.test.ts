import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { startFakeBroker } from '../../support/brokers/fake-broker.ts';
import { teardown } from '../../support/teardown.ts';
import { serverHost } from '../hosts.ts';
import { expectAccessible } from '../window.ts';

const button = (within: Page | Locator, name: string | RegExp) =>
  within.getByRole('button', { name, exact: true });
const field = (dialog: Locator, name: string) => dialog.getByRole('textbox', { name, exact: true });
const entry = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Connections' }).getByRole('button', { name, exact: true });
const dialogOf = (page: Page, name: string) => page.getByRole('dialog', { name, exact: true });

async function openWindow(): Promise<Page> {
  const { page } = await serverHost.open();
  return page;
}

async function openImport(page: Page): Promise<Locator> {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('import connections');
  await page.keyboard.press('Enter');
  const dialog = dialogOf(page, 'Import connections');
  await dialog.waitFor();
  return dialog;
}

async function chooseFile(page: Page, dialog: Locator, name: string, text: string): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await button(dialog, 'Choose a file…').click();
  await (await chooser).setFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
}

/** As MQTT Explorer writes it; names are anybody's. */
function explorerSettings(port: number): string {
  return JSON.stringify({
    ConnectionManager_connections: {
      a: {
        configVersion: 1,
        id: 'a',
        name: '<img src=x onerror="window.hit=1">\u202etxt',
        host: '127.0.0.1',
        port,
        protocol: 'mqtt',
        username: 'ops',
        password: 'hunter-22',
        subscriptions: [{ topic: 'plant/#', qos: 0 }],
      },
      b: { configVersion: 1, id: 'b', name: 'Second', host: 'second.example', port: 1883, protocol: 'mqtt' },
    },
  });
}

const VAULT = 'a vault of my own';

async function createVault(page: Page): Promise<void> {
  await page.keyboard.press('Control+,');
  const settings = dialogOf(page, 'Settings');
  await button(settings, 'Create a vault…').click();
  const create = dialogOf(page, 'Create a vault');
  await field(create, 'Passphrase').fill(VAULT);
  await field(create, 'Passphrase again').fill(VAULT);
  await page.keyboard.press('Enter');
  await create.waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  await settings.waitFor({ state: 'detached' });
}

describe('Profiles that come and go, in the browser host', () => {
  afterEach(teardown);

  test('are read from a file, shown as text, chosen one by one, and none connects by itself', async () => {
    const fake = await startFakeBroker();
    const page = await openWindow();
    await button(page, 'Import…').click();
    const dialog = dialogOf(page, 'Import connections');
    await chooseFile(page, dialog, 'settings.json', explorerSettings(fake.port));
    await dialog.getByRole('status', { name: 'Import' }).filter({ hasText: 'MQTT Explorer' }).waitFor();
    const hostile = '<img src=x onerror="window.hit=1"> txt';
    await dialog.getByRole('checkbox', { name: hostile }).waitFor();
    await dialog.getByText('password included').waitFor();
    await expectAccessible(page);
    await dialog.getByRole('checkbox', { name: 'Second', exact: true }).uncheck();
    await button(dialog, 'Save 1 profile').click();
    await dialog.getByText('left out 1').waitFor();
    await button(dialog, 'Done').click();
    await page.getByText('Saved, not connected.').waitFor();
    await expect.poll(() => page.evaluate(() => 'hit' in window)).toBe(false);
    expect(fake.all('connect')).toEqual([]);

    // What is there already is marked, and not chosen again. A file may be dropped anywhere.
    const again = await openImport(page);
    await page.evaluate((text) => {
      const data = new DataTransfer();
      data.items.add(new File([text], 'settings.json'));
      document.body.dispatchEvent(
        new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }),
      );
    }, explorerSettings(fake.port));
    await again.getByText('The same as the saved profile').waitFor();
    await expect.poll(() => again.getByRole('checkbox', { name: hostile }).isChecked()).toBe(false);
    await expect
      .poll(() => again.getByRole('checkbox', { name: 'Second', exact: true }).isChecked())
      .toBe(true);
  });

  test('use files and variables they name only where each was allowed, with its broker in sight', async () => {
    const page = await openWindow();
    await button(page, 'Import…').click();
    const dialog = dialogOf(page, 'Import connections');
    await field(dialog, 'Addresses, commands or the text of a file').fill(
      'mosquitto_sub -h gateway.example -p 8883 --cafile /etc/ca.pem --cert /home/ops/c.pem --key /home/ops/id_rsa -t "plant/#"\nnothing of the kind',
    );
    await dialog.getByText('Line 2').waitFor();
    const key = dialog.getByRole('checkbox', { name: /gateway\.example:8883.*\/home\/ops\/id_rsa/ });
    const ca = dialog.getByRole('checkbox', { name: /\/etc\/ca\.pem.*gateway\.example:8883/ });
    expect([await key.isChecked(), await ca.isChecked()]).toEqual([false, false]);
    await expectAccessible(page);
    await ca.check();
    await button(dialog, 'Save 1 profile').click();
    await button(dialog, 'Done').click();
    await entry(page, 'gateway.example:8883').press('Shift+F10');
    await page.getByRole('menuitem', { name: /^Edit/ }).click();
    const editor = dialogOf(page, 'Connection');
    await expect.poll(() => field(editor, 'CA certificate').inputValue()).toBe('/etc/ca.pem');
    await expect.poll(() => field(editor, 'Client key').inputValue()).toBe('');
  });

  test('leave with secrets only under a passphrase, and come back with it', async () => {
    const page = await openWindow();
    await button(page, 'Import…').click();
    const first = dialogOf(page, 'Import connections');
    await field(first, 'Addresses, commands or the text of a file').fill('mqtt://ops:hunter-22@lab.example');
    await button(first, 'Save 1 profile').click();
    await button(first, 'Done').click();
    await createVault(page);

    await entry(page, 'lab.example').press('Shift+F10');
    await page.getByRole('menuitem', { name: 'Export…' }).click();
    const dialog = dialogOf(page, 'Export connections');
    const plain = page.waitForEvent('download');
    await button(dialog, 'Export 1 profile').click();
    const open = readFileSync(await (await plain).path(), 'utf8');
    expect(open).toContain('lab.example');
    expect(open).not.toContain('hunter-22');

    await dialog.getByRole('checkbox', { name: /^With passwords/ }).check();
    await field(dialog, 'Passphrase').fill('copper lantern ninety');
    await field(dialog, 'Passphrase again').fill('copper lantern');
    await button(dialog, 'Export 1 profile').click();
    await dialog.getByText('The two are not the same.').waitFor();
    await field(dialog, 'Passphrase again').fill('copper lantern ninety');
    await button(dialog, 'Export 1 profile').click();
    await dialog.getByText('This needs the passphrase of the vault, also while it is unlocked.').waitFor();
    await field(dialog, 'Passphrase of the vault').fill(VAULT);
    await expectAccessible(page);
    const encrypted = page.waitForEvent('download');
    await button(dialog, 'Export 1 profile').click();
    const sealed = readFileSync(await (await encrypted).path(), 'utf8');
    await dialog.getByRole('status', { name: 'Export' }).filter({ hasText: 'with secrets' }).waitFor();
    expect(sealed).not.toMatch(/hunter-22|lab\.example/);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });

    const back = await openImport(page);
    await chooseFile(page, back, 'profiles.json', sealed);
    await field(back, 'Passphrase').fill('not this one');
    await page.keyboard.press('Enter');
    await expect.poll(() => field(back, 'Passphrase').getAttribute('aria-invalid')).toBe('true');
    await field(back, 'Passphrase').fill('copper lantern ninety');
    await button(back, 'Open').click();
    await back.getByText('password included').waitFor();
    await back.getByText('The same as the saved profile').waitFor();
  });

  test('can be had as a command, and a command makes a profile in the editor', async () => {
    const page = await openWindow();
    await button(page, 'New connection').click();
    const editor = dialogOf(page, 'Connection');
    const host = field(editor, 'Host');
    await host.focus();
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.setData(
        'text',
        'mosquitto_sub -h gw.example -u ops -P hunter-22 --cafile /etc/ca.pem \\\n -t "a b/#" -q 1',
      );
      document.activeElement?.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
      );
    });
    await expect.poll(() => host.inputValue()).toBe('gw.example');
    await expect.poll(() => field(editor, 'Username').inputValue()).toBe('ops');
    await expect.poll(() => field(editor, 'CA certificate').inputValue()).toBe('');
    await expectAccessible(page);
    await button(editor, 'Use it: /etc/ca.pem').click();
    await expect.poll(() => field(editor, 'CA certificate').inputValue()).toBe('/etc/ca.pem');
    await button(editor, 'Save').click();
    await editor.waitFor({ state: 'detached' });

    await page
      .getByRole('navigation', { name: 'Connections' })
      .getByRole('button', { name: /^gw\.example/ })
      .press('Shift+F10');
    await page.getByRole('menuitem', { name: /mosquitto_sub/ }).click();
    const dialog = dialogOf(page, 'Command line');
    const command = dialog.getByRole('textbox', { name: 'Command' });
    await expect.poll(() => command.inputValue()).toContain("-t 'a b/#'");
    await expect.poll(() => command.inputValue()).not.toContain('hunter-22');
    await dialog.getByText('password is left out').waitFor();
    await dialog.getByRole('combobox', { name: 'For' }).selectOption('cmd');
    await expect.poll(() => command.inputValue()).toContain('"a b/#"');
    await expectAccessible(page);
  });

  test('are filled by presets that ask what they need and say what the service allows', async () => {
    const page = await openWindow();
    await button(page, 'New connection').click();
    const editor = dialogOf(page, 'Connection');
    await field(editor, 'Name').fill('Mine');
    await button(editor, 'Use a preset…').click();
    const picker = dialogOf(page, 'Choose a preset');
    await picker.getByRole('radio', { name: 'HiveMQ Cloud' }).check();
    await picker.getByRole('heading', { name: 'HiveMQ Cloud' }).waitFor();
    await picker.getByRole('region', { name: 'Service limits' }).waitFor();
    await expectAccessible(page);
    await button(picker, 'Fill the form').click();
    const asked = field(picker, 'Host');
    await expect.poll(() => asked.getAttribute('aria-invalid')).toBe('true');
    await expect.poll(() => asked.evaluate((box) => box === document.activeElement)).toBe(true);
    await asked.fill('abc123.s1.eu.hivemq.cloud');
    await picker.getByRole('textbox', { name: /^User ?name/i }).fill('ops');
    await picker.getByRole('textbox', { name: /^Password/ }).fill('hunter-22');
    await button(picker, 'Fill the form').click();
    await picker.waitFor({ state: 'detached' });
    await editor.getByText('Filled by the preset HiveMQ Cloud').waitFor();
    await expect.poll(() => field(editor, 'Host').inputValue()).toBe('abc123.s1.eu.hivemq.cloud');
    await expect.poll(() => field(editor, 'Name').inputValue()).toBe('Mine');
    await expect.poll(() => editor.getByRole('combobox', { name: 'Protocol' }).inputValue()).toBe('mqtts');
    await expectAccessible(page);
  });
});
