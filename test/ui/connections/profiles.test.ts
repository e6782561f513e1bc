import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { ConnectionOptions, type Profile } from '../../../src-main/contract/model/model.ts';
import { refuseSubscribe, startFakeBroker } from '../../support/brokers/fake-broker.ts';
import { teardown } from '../../support/teardown.ts';
import { newDataDir, serverHost, standInHost, type Host } from '../hosts.ts';
import { expectAccessible, pressMenuItem, rowOf, select, subscribedToAll } from '../window.ts';

type Saved = Partial<Omit<Profile, 'options'>> & { readonly name: string; readonly port?: number };

/** A data directory of an earlier version with these profiles. */
function dataDirWith(profiles: readonly Saved[]): string {
  const dir = newDataDir();
  const data = profiles.map(({ name, port = 1883, ...rest }, index) => ({
    id: `p${index}`,
    options: ConnectionOptions.parse({ name, protocol: 'mqtt', host: '127.0.0.1', port }),
    ...rest,
  }));
  writeFileSync(join(dir, 'profiles.json'), JSON.stringify({ version: 1, data }));
  return dir;
}

async function open(host: Host, profiles: readonly Saved[] = []): Promise<Page> {
  const dataDir = profiles.length === 0 ? newDataDir() : dataDirWith(profiles);
  const { page } = await host.open({ dataDir });
  return page;
}

const rail = (page: Page) => page.getByRole('navigation', { name: 'Connections' });
const entry = (page: Page, name: string) => rail(page).getByRole('button', { name, exact: true });
const button = (within: Page | Locator, name: string) => within.getByRole('button', { name, exact: true });
const field = (dialog: Locator, name: string) => dialog.getByRole('textbox', { name, exact: true });
const numberField = (dialog: Locator, name: string) => dialog.getByRole('spinbutton', { name, exact: true });
const choice = (dialog: Locator, name: string) => dialog.getByRole('combobox', { name, exact: true });
const check = (dialog: Locator, name: string) => dialog.getByRole('checkbox', { name, exact: true });

/** Profiles and folders as they are listed. */
const listed = (page: Page) =>
  rail(page)
    .locator('.rail-button')
    .evaluateAll((all) => all.map((one) => one.querySelector('.cut')?.textContent ?? ''));

async function editor(page: Page): Promise<Locator> {
  const dialog = page.getByRole('dialog', { name: 'Connection', exact: true });
  await dialog.waitFor();
  return dialog;
}

async function edit(page: Page, name: string): Promise<Locator> {
  await entry(page, name).click({ button: 'right' });
  await page.getByRole('menuitem', { name: /^Edit profile/ }).click();
  return editor(page);
}

async function connected(page: Page): Promise<void> {
  await page
    .getByRole('status', { name: 'Connection status' })
    .filter({ hasText: /^Connected$/ })
    .waitFor();
}

describe.each([serverHost, standInHost])('The profile editor, in $name', (host) => {
  afterEach(teardown);

  test('says that an open connection has an older profile, and reconnects with the saved one', async () => {
    const fake = await startFakeBroker();
    const page = await open(host, [{ name: 'Line 4', port: fake.port }]);
    await entry(page, 'Line 4').dblclick();
    await connected(page);
    const dialog = await edit(page, 'Line 4');
    await field(dialog, 'Username').fill('ops');
    await button(dialog, 'Save').click();
    const notice = page.getByRole('status').filter({ hasText: 'applies at the next connect' });
    await notice.waitFor();
    expect(fake.all('connect')).toHaveLength(1);
    await button(page.getByRole('main'), 'Reconnect').click();
    await notice.waitFor({ state: 'detached' });
    await connected(page);
    expect(fake.all('connect').map(({ packet }) => packet.username)).toEqual([undefined, 'ops']);
  });

  test('sends every field of CONNECT that the version carries', async () => {
    const fake = await startFakeBroker();
    const page = await open(host);
    await button(page, 'New connection').click();
    const dialog = await editor(page);
    await field(dialog, 'Name').fill('Full');
    await field(dialog, 'Host').fill('127.0.0.1');
    await numberField(dialog, 'Port').fill(String(fake.port));
    await choice(dialog, 'MQTT version').selectOption('5');
    await field(dialog, 'Username').fill('ops');
    await field(dialog, 'Password').fill('s3cret');
    await field(dialog, 'Client ID').fill('me');
    await numberField(dialog, 'Keep-alive (s)').fill('17');
    await check(dialog, 'Clean start').uncheck();
    await numberField(dialog, 'Session expiry (s)').fill('600');
    await numberField(dialog, 'Receive maximum').fill('21');
    await numberField(dialog, 'Maximum packet size (bytes)').fill('100000');
    await check(dialog, 'Request response information').check();
    for (const [index, pair] of [
      ['b', '1'],
      ['a', '2'],
      ['b', '3'],
    ].entries()) {
      await button(dialog, 'Add a user property').click();
      await field(dialog, `Name of user property ${index + 1}`).fill(pair[0] ?? '');
      await field(dialog, `Value of user property ${index + 1}`).fill(pair[1] ?? '');
    }
    await button(dialog, 'Move user property 3 up').click();
    await check(dialog, 'Leave a last will').check();
    await field(dialog, 'Will topic').fill('clients/me');
    await field(dialog, 'Will payload').fill('gone');
    await choice(dialog, 'Will QoS').selectOption('1');
    await check(dialog, 'Will retain').check();
    await numberField(dialog, 'Will delay (s)').fill('5');
    await field(dialog, 'Will content type').fill('text/plain');
    await field(dialog, 'Will correlation data (hex)').fill('c0 ff ee');
    await button(dialog, 'Options of #').click();
    await check(dialog, 'No local').check();
    await expectAccessible(page);
    await button(dialog, 'Connect').click();
    await connected(page);

    const packet = fake.all('connect').at(-1)?.packet;
    expect(packet).toMatchObject({
      clientId: 'me',
      username: 'ops',
      clean: false,
      keepalive: 17,
      will: { topic: 'clients/me', qos: 1, retain: true },
    });
    expect(packet?.properties).toMatchObject({
      sessionExpiryInterval: 600,
      receiveMaximum: 21,
      maximumPacketSize: 100_000,
      requestResponseInformation: true,
    });
    expect(packet?.properties).not.toHaveProperty('topicAliasMaximum');
    expect(packet?.will?.properties).toMatchObject({ willDelayInterval: 5, contentType: 'text/plain' });
    await rowOf(page, '$SYS').waitFor();
    const subscriptions = fake.all('subscribe').flatMap(({ packet: { subscriptions: all } }) => all);
    expect(subscriptions.find(({ topic }) => topic === '#')).toMatchObject({ nl: true });
  });

  test('keeps what was typed over a slip and a reload, the password included', async () => {
    const page = await open(host);
    await button(page, 'New connection').click();
    const dialog = await editor(page);
    await field(dialog, 'Host').fill('broker.example');
    await field(dialog, 'Password').fill('s3cret');
    await numberField(dialog, 'Keep-alive (s)').fill('12x');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.reload();
    await button(page, 'New connection').click();
    await dialog.getByText('What you had typed before is still here.').waitFor();
    await expect.poll(() => field(dialog, 'Host').inputValue()).toBe('broker.example');
    await expect.poll(() => field(dialog, 'Password').inputValue()).toBe('s3cret');
    await expect.poll(() => numberField(dialog, 'Keep-alive (s)').inputValue()).toBe('12x');
    // Nothing of it is on a disk of the browser.
    const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    expect(stored).not.toContain('s3cret');
    await button(dialog, 'Cancel').click();
    await button(page, 'New connection').click();
    await expect.poll(async () => field(await editor(page), 'Host').inputValue()).toBe('');
  });
});

describe('The profile editor', () => {
  afterEach(teardown);

  test('disables what a version cannot carry, and says why', async () => {
    const page = await open(serverHost);
    await button(page, 'New connection').click();
    const dialog = await editor(page);
    await dialog.getByText('Topic Alias Maximum is not offered').waitFor();
    const expiry = numberField(dialog, 'Session expiry (s)');
    await expiry.fill('60');
    await choice(dialog, 'MQTT version').selectOption('3.1.1');
    for (const control of [
      expiry,
      numberField(dialog, 'Receive maximum'),
      check(dialog, 'Request problem information'),
      choice(dialog, 'Enhanced authentication'),
      button(dialog, 'Add a user property'),
    ])
      await expect.poll(() => control.isDisabled()).toBe(true);
    const described = await expiry.evaluate(
      (input) => document.getElementById(input.getAttribute('aria-describedby') ?? '')?.textContent,
    );
    expect(described).toContain('Not in MQTT 3.1.1');
    await choice(dialog, 'MQTT version').selectOption('5');
    await expect.poll(() => expiry.inputValue()).toBe('60');
    await choice(dialog, 'Protocol').selectOption('unix');
    await expect.poll(() => numberField(dialog, 'Port').isDisabled()).toBe(true);
    await expectAccessible(page);
  });

  test('marks what is wrong where it is, and the part of the form it is in', async () => {
    const page = await open(serverHost);
    await button(page, 'New connection').click();
    const dialog = await editor(page);
    await field(dialog, 'Host').fill('broker.example');
    await check(dialog, 'Leave a last will').check();
    await field(dialog, 'Will topic').fill('a/#');
    await choice(dialog, 'Proxy kind').selectOption('socks5');
    await button(dialog, 'Save').click();
    const parts = dialog.getByRole('navigation', { name: 'Parts of the form' });
    await parts.getByRole('button', { name: /Last will.*1 field to correct/ }).waitFor();
    await parts.getByRole('button', { name: /Advanced.*1 field to correct/ }).click();
    const host = field(dialog, 'Proxy host');
    await expect.poll(() => host.evaluate((input) => input === document.activeElement)).toBe(true);
    await expect.poll(() => host.getAttribute('aria-invalid')).toBe('true');
    await expectAccessible(page);
    await host.fill('proxy.example');
    await field(dialog, 'Will topic').fill('a/b');
    await expect.poll(() => parts.getByRole('button', { name: /to correct/ }).count()).toBe(0);
    await field(dialog, 'Name').fill('Mine');
    await choice(dialog, 'Folder').or(field(dialog, 'Folder')).fill('lab/inner');
    await button(dialog, 'Save').click();
    await entry(page, 'Mine').waitFor();
    await expect.poll(() => listed(page)).toEqual(['lab', 'inner', 'Mine']);
  });

  test('shows saved secrets as kept, sends them, and replaces them only when asked to', async () => {
    const fake = await startFakeBroker();
    const page = await open(serverHost);
    await button(page, 'New connection').click();
    let dialog = await editor(page);
    await field(dialog, 'Host').fill('127.0.0.1');
    await numberField(dialog, 'Port').fill(String(fake.port));
    await field(dialog, 'Name').fill('Mine');
    await field(dialog, 'Username').fill('ops');
    await field(dialog, 'Password').fill('s3cret');
    await button(dialog, 'Save').click();
    await entry(page, 'Mine').waitFor();

    dialog = await edit(page, 'Mine');
    await expect.poll(() => field(dialog, 'Password').inputValue()).toBe('');
    await button(dialog, 'Remove the saved password').waitFor();
    await numberField(dialog, 'Keep-alive (s)').fill('21');
    await button(dialog, 'Connect').click();
    await connected(page);
    const { packet } = fake.all('connect').at(-1) ?? {};
    expect(packet).toMatchObject({ username: 'ops', keepalive: 21 });
    expect(String(packet?.password)).toBe('s3cret');

    await button(page, 'Connection actions').click();
    await page.getByRole('menuitem', { name: /^Edit profile/ }).click();
    await field(dialog, 'Password').fill('new');
    await button(dialog, 'Show password').waitFor();
    await button(dialog, 'Connect').click();
    await expect.poll(() => String(fake.all('connect').at(-1)?.packet.password)).toBe('new');
  });
});

describe('The list of profiles', () => {
  afterEach(teardown);
  const FOUR: readonly Saved[] = [
    { name: 'Alpha' },
    { name: 'Beta', folder: 'lab' },
    { name: 'Gamma' },
    { name: 'Delta', folder: 'lab/inner', colour: 'blue' },
  ];

  test('groups in folders that stay as they were left, and finds by any word', async () => {
    const page = await open(serverHost, FOUR);
    await entry(page, 'Alpha').waitFor();
    await expect.poll(() => listed(page)).toEqual(['Alpha', 'Gamma', 'lab', 'Beta', 'inner', 'Delta']);
    await expectAccessible(page);
    await entry(page, 'lab').press('ArrowLeft');
    await expect.poll(() => entry(page, 'lab').getAttribute('aria-expanded')).toBe('false');
    await expect.poll(() => listed(page)).toEqual(['Alpha', 'Gamma', 'lab']);
    await page.reload();
    await entry(page, 'Alpha').waitFor();
    await expect.poll(() => listed(page)).toEqual(['Alpha', 'Gamma', 'lab']);
    const search = rail(page).getByRole('searchbox', { name: 'Search connections' });
    await search.fill('inner delta');
    await expect.poll(() => listed(page)).toEqual(['lab', 'inner', 'Delta']);
    await search.press('ArrowDown');
    await page.keyboard.press('End');
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Delta');
    await search.press('Escape');
    await expect.poll(() => listed(page)).toEqual(['Alpha', 'Gamma', 'lab']);
  });

  test('is put in order by keyboard, which is announced, and by drag', async () => {
    const page = await open(serverHost, FOUR);
    await entry(page, 'Alpha').focus();
    await page.keyboard.press('Alt+ArrowDown');
    await expect.poll(() => listed(page)).toEqual(['Gamma', 'Alpha', 'lab', 'Beta', 'inner', 'Delta']);
    await rail(page).getByRole('status').filter({ hasText: 'Alpha: 2 of 2 without a folder' }).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Alpha');
    await page.keyboard.press('Alt+ArrowDown');
    await expect.poll(() => listed(page)).toEqual(['Gamma', 'lab', 'Alpha', 'Beta', 'inner', 'Delta']);
    await page.keyboard.press('Alt+ArrowUp');
    await expect.poll(() => listed(page)).toEqual(['Gamma', 'Alpha', 'lab', 'Beta', 'inner', 'Delta']);

    const row = (id: string) => rail(page).locator(`[data-rail="${id}"]`);
    await row('profile:p2').dragTo(row('folder:lab/inner'));
    await expect.poll(() => listed(page)).toEqual(['Alpha', 'lab', 'Beta', 'inner', 'Delta', 'Gamma']);
    await row('profile:p2').dragTo(row('profile:p3'), { targetPosition: { x: 60, y: 4 } });
    await expect.poll(() => listed(page)).toEqual(['Alpha', 'lab', 'Beta', 'inner', 'Gamma', 'Delta']);
    await row('profile:p2').dragTo(row('folder:'));
    await expect.poll(() => listed(page)).toEqual(['Alpha', 'Gamma', 'lab', 'Beta', 'inner', 'Delta']);
    // Ctrl and a digit follow the order that is shown.
    await page.keyboard.press('Control+2');
    await page.getByRole('region', { name: 'Gamma' }).waitFor();
  });

  test('copies, renames folders, and gives back what was removed', async () => {
    const page = await open(serverHost, [{ name: 'Only', folder: 'lab' }]);
    await entry(page, 'Only').press('Delete');
    await page.getByText('Only was removed.').waitFor();
    // Even of the last one, where the first-run page is shown.
    await button(page, 'Try the demo broker').waitFor();
    await button(page, 'Undo').click();
    await entry(page, 'Only').waitFor();
    await page.getByText('Only was removed.').waitFor({ state: 'detached' });
    await entry(page, 'Only').press('Shift+F10');
    await pressMenuItem(page, 'Duplicate profile');
    await expect.poll(async () => (await listed(page)).length).toBe(3);
    // What a key does next is done to the copy, which is shown.
    const copy = rail(page).locator('.rail-button[aria-current]');
    await expect.poll(() => copy.evaluate((one) => one === document.activeElement)).toBe(true);
    await entry(page, 'lab').press('Shift+F10');
    await pressMenuItem(page, /^Rename folder/);
    const dialog = page.getByRole('dialog', { name: 'Rename folder' });
    await field(dialog, 'Folder').fill('plant / hall 2');
    await page.keyboard.press('Enter');
    await entry(page, 'hall 2').waitFor();
    await entry(page, 'Only').press('Shift+F10');
    await pressMenuItem(page, /^Connect at start/);
    await rail(page).getByText('auto', { exact: true }).waitFor();
  });

  test('draws a thousand profiles once, and only what changed afterwards', async () => {
    const fake = await startFakeBroker();
    const many = Array.from({ length: 1_000 }, (_, index): Saved => ({
      name: `Broker ${index}`,
      port: fake.port,
      folder: index % 3 === 0 ? `folder ${index % 7}` : '',
    }));
    const page = await open(serverHost, many);
    await entry(page, 'Broker 999').waitFor();
    await expect.poll(() => rail(page).locator('.rail-entry').count()).toBe(1_000);
    await expect.poll(() => rail(page).locator('.rail-button[tabindex="0"]').count()).toBe(1);
    await expect.poll(() => rail(page).locator('.rail-list *').count()).toBeLessThan(8_000);
    // What is out of sight is neither laid out nor painted.
    const drawn = await rail(page)
      .locator('.rail-entry .rail-button')
      .evaluateAll((all) => all.filter((one) => one.checkVisibility({ contentVisibilityAuto: true })).length);
    expect(drawn).toBeLessThan(100);

    await entry(page, 'Broker 1').dblclick();
    await connected(page);
    await subscribedToAll(fake);
    const counted = await page.evaluateHandle(() => {
      const changes = { count: 0 };
      const watch = new MutationObserver((records) => (changes.count += records.length));
      const list = document.querySelector('.rail-saved');
      if (list)
        watch.observe(list, { subtree: true, childList: true, attributes: true, characterData: true });
      return changes;
    });
    const changes = () => counted.evaluate(({ count }) => count);
    const received = async () =>
      Number(await page.getByRole('group', { name: 'Traffic' }).getAttribute('data-received'));
    const before = await received();
    // Each is announced by itself: the one before has been shown.
    for (let news = 1; news <= 3; news++) {
      fake.broker.publish({ topic: 'a', payload: 'x' });
      await expect.poll(received).toBe(before + news);
    }
    // News of a live connection are none for the others; a selection is its own row and the one before.
    const idle = await changes();
    expect(idle).toBe(0);
    const other = rail(page).locator('.rail-saved .rail-button').nth(500);
    await other.evaluate((one: HTMLElement) => one.click());
    await expect.poll(() => other.getAttribute('aria-current')).toBe('true');
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    expect((await changes()) - idle).toBeLessThan(10);
  });
});

describe('Subscriptions of a live connection', () => {
  afterEach(teardown);

  test('are switched, changed, added and removed while connected, and saved to the profile', async () => {
    const fake = await startFakeBroker({
      hooks: { subscribe: refuseSubscribe(135, (filter) => filter === '#') },
    });
    const page = await open(serverHost, [{ name: 'Plant', port: fake.port }]);
    await entry(page, 'Plant').press('Enter');
    await connected(page);
    await button(page, 'Connection actions').click();
    await page.getByRole('menuitem', { name: /^Subscriptions/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Subscriptions', exact: true });
    const item = (filter: string) =>
      dialog.getByRole('listitem').filter({ has: page.getByText(filter, { exact: true }) });
    await item('#').getByText('Reason code 135').waitFor();
    await expect.poll(() => item('#').getByRole('textbox').inputValue()).toBe('+/#');
    await expectAccessible(page);
    await button(item('#'), 'Subscribe').click();
    await item('+/#').getByText('granted at QoS 0').waitFor();
    await button(item('#'), 'Remove #').click();
    await item('#').waitFor({ state: 'detached' });

    fake.broker.publish({ topic: 'plant/state', payload: 'on' });
    await expect.poll(() => item('+/#').textContent()).toMatch(/[1-9]\d* m/);

    await check(dialog, 'Subscribe to $SYS/#').uncheck();
    await item('$SYS/#').getByText('switched off').waitFor();
    await expect
      .poll(() => fake.all('unsubscribe').flatMap(({ packet }) => packet.unsubscriptions))
      .toContain('$SYS/#');
    await field(dialog, 'New topic filter').fill('a/#/b');
    await page.keyboard.press('Enter');
    await expect.poll(() => field(dialog, 'New topic filter').getAttribute('aria-invalid')).toBe('true');
    await field(dialog, 'New topic filter').fill('plant/+/cmd');
    await page.keyboard.press('Enter');
    await item('plant/+/cmd').getByText('granted').waitFor();
    await button(item('plant/+/cmd'), 'Options of plant/+/cmd').click();
    await choice(item('plant/+/cmd'), 'QoS').selectOption('2');
    await check(item('plant/+/cmd'), 'Retain as published').uncheck();
    await button(dialog, 'Apply').click();
    await item('plant/+/cmd').getByText('granted at QoS 2').waitFor();
    const sent = fake.all('subscribe').flatMap(({ packet }) => packet.subscriptions);
    expect(sent.findLast(({ topic }) => topic === 'plant/+/cmd')).toMatchObject({ qos: 2, rap: false });

    await button(dialog, 'Save to profile').click();
    await dialog.getByText('The profile has the same list.').waitFor();
    await button(dialog.locator('footer'), 'Close').click();
    await button(page, 'Connection actions').click();
    await page.getByRole('menuitem', { name: /^Edit profile/ }).click();
    const form = await editor(page);
    await expect.poll(() => field(form, 'Topic filter 3').inputValue()).toBe('plant/+/cmd');
    await expect.poll(() => check(form, 'Subscribe to $SYS/#').isChecked()).toBe(false);
  });
});

describe('A red profile', () => {
  afterEach(teardown);

  test('is marked as production, and publishing and clearing ask once more', async () => {
    const fake = await startFakeBroker();
    fake.broker.publish({ topic: 'plant/state', payload: 'on', retain: true });
    const page = await open(serverHost, [{ name: 'Plant', port: fake.port, colour: 'red' }]);
    await entry(page, 'Plant').press('Enter');
    await connected(page);
    await expect.poll(() => page.title()).toContain('Production: Plant');
    await page.getByRole('banner').getByText('Production', { exact: true }).waitFor();
    await expectAccessible(page);

    const publish = page.getByRole('region', { name: 'Publish' });
    await field(publish, 'Topic').fill('plant/cmd');
    await field(publish, 'Payload').fill('stop');
    await page.keyboard.press('Control+Enter');
    const ask = page.getByRole('dialog', { name: 'Publish to production?' });
    await ask.getByText('plant/cmd').waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await ask.waitFor({ state: 'detached' });
    expect(fake.all('publish')).toHaveLength(0);
    await button(publish, 'Publish').click();
    await button(ask, 'Publish to production').click();
    await expect.poll(() => fake.all('publish').map(({ packet }) => packet.topic)).toEqual(['plant/cmd']);

    await select(page, 'plant/state');
    await page.keyboard.press('Delete');
    const clear = page.getByRole('dialog', { name: 'Clear retained messages' });
    await clear.getByRole('button', { name: /^Clear \d+ message/ }).click();
    const sure = page.getByRole('dialog', { name: 'Clear on production?' });
    await sure.waitFor();
    await page.keyboard.press('Escape');
    await sure.waitFor({ state: 'detached' });
    await clear.getByRole('button', { name: /^Clear \d+ message/ }).click();
    await button(sure, 'Clear on production').click();
    await clear.getByText('1 retained message cleared.').waitFor();
  });
});
