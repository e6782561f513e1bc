import type { Locator, Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { refuseConnect, refuseSubscribe, startFakeBroker } from '../../support/brokers/fake-broker.ts';
import { startMosquitto } from '../../support/brokers/mosquitto.ts';
import { freePort } from '../../support/net/ports.ts';
import { teardown } from '../../support/teardown.ts';
import { hosts, newDataDir, type Host, type OpenOptions } from '../hosts.ts';
import { expectAccessible, pressMenuItem, rowOf, tree } from '../window.ts';

async function open(host: Host, options: OpenOptions = {}): Promise<Page> {
  const { page } = await host.open(options);
  return page;
}

/** Waits until the state of the selected connection is called so. */
async function waitFor(page: Page, word: string): Promise<void> {
  await page
    .getByRole('status', { name: 'Connection status' })
    .filter({ hasText: new RegExp(`^${word}$`) })
    .waitFor();
}

function entry(page: Page, name: string): Locator {
  return page.getByRole('navigation', { name: 'Connections' }).getByRole('button', { name, exact: true });
}

function button(within: Page | Locator, name: string): Locator {
  return within.getByRole('button', { name, exact: true });
}

async function editor(page: Page): Promise<Locator> {
  const dialog = page.getByRole('dialog', { name: 'Connection', exact: true });
  await dialog.waitFor();
  return dialog;
}

const field = (dialog: Locator, name: string) => dialog.getByRole('textbox', { name, exact: true });

describe.each(hosts)('The window, in $name', (host) => {
  const it = host.missing === null ? test : test.skip;
  afterEach(teardown);

  it('reads an address while it is typed, connects with it and remembers it', async () => {
    const fake = await startFakeBroker();
    const dataDir = newDataDir();
    const first = await host.open({ dataDir });
    const { page } = first;
    await button(page, 'Try the demo broker').waitFor();
    await expectAccessible(page);
    const box = page.getByRole('textbox', { name: 'Broker address' });
    await box.fill(`mqtts://ops@127.0.0.1:${fake.port}`);
    await page.getByText('TLS over TCP').waitFor();
    await page.getByText('without password').waitFor();
    await box.fill('mqtt://');
    await page.getByText('The address').first().waitFor();
    await box.fill(`127.0.0.1:${fake.port}`);
    await box.press('Enter');
    await waitFor(page, 'Connected');
    const name = `127.0.0.1:${fake.port}`;
    await expect.poll(() => entry(page, name).getAttribute('aria-current')).toBe('true');
    await first.close();

    const again = await open(host, { dataDir });
    await entry(again, name).press('Enter');
    await waitFor(again, 'Connected');
  });

  it('says why a connection is lost, counts down, and goes on when the broker is back', async () => {
    const broker = await startMosquitto();
    const page = await open(host, { args: [`mqtt://127.0.0.1:${broker.port}`] });
    await waitFor(page, 'Connected');
    await rowOf(page, '$SYS').waitFor();
    await broker.kill();
    await waitFor(page, 'Reconnecting');
    await page.getByText('the connection was refused').first().waitFor();
    await page.getByText(/Next try in \d+ s, attempt \d/).waitFor();
    // What was there stays there.
    await expect.poll(() => tree(page).getByRole('row').count()).toBeGreaterThan(1);
    await expectAccessible(page);
    await button(page, 'Retry now').waitFor();
    await broker.restart();
    await waitFor(page, 'Connected');
    await button(page, 'Disconnect').click();
    await waitFor(page, 'Disconnected');
    await button(page, 'Connect').click();
    await waitFor(page, 'Connected');
  });

  it('waits longer where the broker asks for patience, and tries at once on “Retry now”', async () => {
    const fake = await startFakeBroker({ hooks: { connect: refuseConnect(137) } });
    const page = await open(host, { args: [`mqtt://127.0.0.1:${fake.port}`] });
    await page.getByText(/busy/).first().waitFor();
    // Refused again it waits longer each time: until then it would connect by itself before anybody can ask.
    await page.getByText(/Next try in (?:[5-9]|\d\d+) s/).waitFor();
    fake.on.connect = () => 'pass';
    await button(page, 'Retry now').click();
    await waitFor(page, 'Connected');
  });

  it('stops where trying again cannot help, and says what to do', async () => {
    const fake = await startFakeBroker({ hooks: { connect: refuseConnect(134) } });
    const page = await open(host, { args: [`mqtt://ops@127.0.0.1:${fake.port}`] });
    await waitFor(page, 'Disconnected');
    const alert = page.getByRole('alert');
    await alert.waitFor();
    await expect.poll(() => alert.textContent()).toContain('134');
    await expectAccessible(page);
  });

  it('offers a narrower filter where all topics were refused', async () => {
    const fake = await startFakeBroker({
      hooks: { subscribe: refuseSubscribe(135, (filter) => filter === '#') },
    });
    const page = await open(host, { args: [`mqtt://127.0.0.1:${fake.port}`] });
    await page.getByRole('alert').filter({ hasText: 'refused #' }).waitFor();
    await page.getByRole('textbox', { name: 'Narrower filter' }).fill('plant/#');
    await button(page.getByRole('main'), 'Subscribe').first().click();
    await page.getByRole('alert').waitFor({ state: 'detached' });
    fake.broker.publish({ topic: 'plant/state', payload: 'on' });
    await rowOf(page, 'plant').waitFor();
  });

  it('fills the profile form from an address, checks it where it is typed and loses nothing', async () => {
    const page = await open(host);
    await button(page, 'New connection').click();
    const dialog = await editor(page);
    await field(dialog, 'Host').fill('wss://ops:s%20ecret@broker.example:8084/ws');
    await field(dialog, 'Name').focus();
    await expect.poll(() => dialog.getByRole('combobox', { name: 'Protocol' }).inputValue()).toBe('wss');
    await expect.poll(() => dialog.getByRole('spinbutton', { name: 'Port' }).inputValue()).toBe('8084');
    await expect.poll(() => field(dialog, 'Username').inputValue()).toBe('ops');
    await expect.poll(() => field(dialog, 'Password').inputValue()).toBe('s ecret');
    await field(dialog, 'Name').fill('Mine');
    await expectAccessible(page);

    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.textContent))
      .toContain('New connection');
    await page.keyboard.press('Enter');
    await editor(page);
    await expect.poll(() => field(dialog, 'Name').inputValue()).toBe('Mine');

    const port = dialog.getByRole('spinbutton', { name: 'Port' });
    await port.fill('70000');
    await button(dialog, 'Save').click();
    await dialog.getByText('Enter a whole number from 1 to 65535.').waitFor();
    await expect.poll(() => port.getAttribute('aria-invalid')).toBe('true');
    await port.fill('443');
    await button(dialog, 'Save').click();
    await dialog.waitFor({ state: 'detached' });
    await entry(page, 'Mine').waitFor();
    await page.getByText('Saved, not connected.').waitFor();
  });

  it('tests settings step by step with a connection nobody sees', async () => {
    const fake = await startFakeBroker();
    const page = await open(host, { args: [`mqtt://127.0.0.1:${fake.port}`] });
    await waitFor(page, 'Connected');
    await button(page, 'New connection').click();
    const dialog = await editor(page);
    await field(dialog, 'Host').fill('127.0.0.1');
    await field(dialog, 'Client ID').fill('precious');
    const result = dialog.getByRole('status', { name: 'Test result' });

    await dialog.getByRole('spinbutton', { name: 'Port' }).fill(String(await freePort()));
    await button(dialog, 'Test connection').click();
    await result.filter({ hasText: 'the connection was refused' }).waitFor();

    await dialog.getByRole('spinbutton', { name: 'Port' }).fill(String(fake.port));
    await button(dialog, 'Test connection').click();
    await result.filter({ hasText: 'the broker accepted it' }).waitFor();
    await dialog.getByText('Accepted with MQTT 5').waitFor();
    // It took over nobody's session, and it is gone again.
    expect(fake.all('connect').map(({ packet }) => packet.clientId)).not.toContain('precious');
    await expect.poll(() => fake.all('disconnect').length).toBe(1);
    await page.keyboard.press('Escape');
    expect(
      await page
        .getByRole('navigation')
        .getByRole('button', { name: /Test of/ })
        .count(),
    ).toBe(0);
  });

  it('imports what is in the box, not what was there a moment before', async () => {
    const page = await open(host);
    await button(page, 'Import…').click();
    const dialog = page.getByRole('dialog', { name: 'Import connections' });
    const box = dialog.getByRole('textbox', { name: 'Addresses, commands or the text of a file' });
    await box.fill('mqtt://first.example\nnot an address');
    await button(dialog, 'Save 1 profile').waitFor();
    // In one go: a person pastes and presses Enter, and what is there was not read yet.
    const pressed = await box.evaluate((element, text) => {
      const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set;
      set?.call(element, text);
      element.dispatchEvent(new Event('input', { bubbles: true }));
      const buttons = element.closest('[role=dialog]')?.querySelectorAll('button') ?? [];
      const save = [...buttons].find(({ textContent }) => textContent.startsWith('Save'));
      save?.click();
      return save?.textContent;
    }, 'mqtt://second.example\nmqtt://third.example');
    expect(pressed).toMatch(/^Save /);
    await button(dialog, 'Save 2 profiles').click();
    await button(dialog, 'Done').click();
    await entry(page, 'third.example').waitFor();
    await entry(page, 'second.example').waitFor();
    await expect.poll(() => entry(page, 'first.example').count()).toBe(0);
  });

  it('does everything by keyboard: commands by name, panes by F6, menus by the menu key', async () => {
    const fake = await startFakeBroker();
    const page = await open(host, { args: [`mqtt://127.0.0.1:${fake.port}`] });
    await waitFor(page, 'Connected');
    await entry(page, `127.0.0.1:${fake.port}`).focus();
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Commands' });
    const search = palette.getByRole('combobox');
    await search.waitFor();
    await expectAccessible(page);
    await search.fill('retry');
    const retry = palette.getByRole('option', { name: /Retry now/ });
    await expect.poll(() => retry.getAttribute('aria-disabled')).toBe('true');
    await expect.poll(() => retry.textContent()).toContain('not waiting');
    await page.keyboard.press('Escape');
    await palette.waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain('127.0.0.1');

    await page.keyboard.press('Control+k');
    await search.fill('disc');
    await page.keyboard.press('Enter');
    await waitFor(page, 'Disconnected');

    const panes = new Map<string | undefined, string | null | undefined>();
    for (let press = 0; press < 7; press++) {
      await page.keyboard.press('F6');
      const [pane, stop] = await page.evaluate(() => {
        const here = document.activeElement;
        const pane = here?.closest<HTMLElement>('[data-pane]')?.dataset['paneName'];
        return [pane, here?.getAttribute('aria-label')] as const;
      });
      panes.set(pane, stop);
    }
    expect([...panes.keys()]).toEqual(expect.arrayContaining(['topics', 'publish', 'diagnostics']));
    // Where a message goes is written first.
    expect(panes.get('publish')).toBe('Topic');

    await entry(page, `127.0.0.1:${fake.port}`).press('Shift+F10');
    await pressMenuItem(page, /^Close/);
    await button(page.getByRole('dialog'), 'Close connection').click();
    await button(page, 'Try the demo broker').waitFor();
  });

  it('keeps its theme and the sizes of its panes', async () => {
    const fake = await startFakeBroker();
    const page = await open(host, { args: [`mqtt://127.0.0.1:${fake.port}`] });
    await waitFor(page, 'Connected');
    const theme = () => page.evaluate(() => document.documentElement.dataset['theme']);
    const line = page.getByRole('separator', { name: 'Resize the columns' });
    const x = async () => Math.round((await line.boundingBox())?.x ?? 0);
    const before = { theme: await theme(), x: await x() };
    await button(page, 'Switch theme').click();
    await expect.poll(theme).not.toBe(before.theme);
    await line.focus();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(x).toBeLessThan(before.x);
    const after = { theme: await theme(), x: await x() };
    await expectAccessible(page);
    await page.reload();
    await line.waitFor();
    expect({ theme: await theme(), x: await x() }).toEqual(after);
  });
});
