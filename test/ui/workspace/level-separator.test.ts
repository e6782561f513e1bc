import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { ConnectionOptions } from '../../../src-main/contract/model/model.ts';
import { startFakeBroker, type FakeBroker } from '../../support/brokers/fake-broker.ts';
import { teardown } from '../../support/teardown.ts';
import { newDataDir, serverHost } from '../hosts.ts';
import { inspector, rowOf, select, toggle, topics } from '../window.ts';

const TOPICS = ['plant.hall/1.press', 'plant.hall/1.oven', 'plant.yard', '$SYS/a.b'];

let page: Page;
let fake: FakeBroker;

beforeAll(async () => {
  fake = await startFakeBroker();
  for (const topic of TOPICS) fake.broker.publish({ topic, payload: '71', retain: true });
  const dataDir = newDataDir();
  const options = { name: 'Dots', protocol: 'mqtt', host: '127.0.0.1', port: fake.port };
  const data = [
    { id: 'p', options: ConnectionOptions.parse({ ...options, levelSeparator: '.' }), autoConnect: true },
  ];
  writeFileSync(join(dataDir, 'profiles.json'), JSON.stringify({ version: 1, data }));
  ({ page } = await serverHost.open({ dataDir }));
  await rowOf(page, 'plant').waitFor();
});
afterAll(teardown);

const name = (row: Locator) => row.locator('[role=gridcell]').first().textContent();

test('a tree is divided at the dots of its topics, with names, ways up and filters of its branches', async () => {
  await page.getByRole('button', { name: 'Collapse all' }).click();
  await expect.poll(() => topics(page)).toEqual(['plant', '$SYS']);
  await toggle(page, 'plant');
  await expect.poll(() => topics(page)).toEqual(['plant', 'plant.hall/1', 'plant.yard', '$SYS']);
  await toggle(page, 'plant.hall/1');
  await toggle(page, '$SYS');
  await rowOf(page, 'plant.hall/1.press').waitFor();
  expect(await name(rowOf(page, 'plant.hall/1'))).toContain('hall/1');
  await expect.poll(() => name(rowOf(page, '$SYS/a.b'))).toContain('a.b');

  await select(page, 'plant.hall/1.press');
  await inspector(page).getByRole('button', { name: 'Go to plant.hall/1', exact: true }).click();
  await inspector(page).getByRole('heading', { name: 'plant.hall/1', exact: true }).waitFor();

  await rowOf(page, 'plant.hall/1').click({ button: 'right' });
  const copyFilter = page.getByRole('menuitem', { name: /^Copy filter/ });
  await expect.poll(() => copyFilter.getAttribute('aria-disabled')).toBe('true');
  await expect.poll(() => copyFilter.textContent()).toContain('MQTT filters use / only');
  await page.getByRole('menuitem', { name: 'Filter like this' }).click();
  const filter = page.getByRole('searchbox', { name: 'Filter topics' });
  await expect.poll(() => filter.inputValue()).toBe(String.raw`topic~/^plant\.hall\/1(?:\.|$)/`);
  await rowOf(page, 'plant.yard').waitFor({ state: 'detached' });
  await rowOf(page, 'plant.hall/1.oven').waitFor();
  await filter.fill('');
  await rowOf(page, 'plant.yard').waitFor();
});

test('a branch is cleared by the exact topics below it', async () => {
  const dialog = page.getByRole('dialog', { name: 'Clear retained messages' });
  await select(page, 'plant.hall/1');
  await page.getByRole('button', { name: 'Clear retained…' }).click();
  await dialog.getByText('2 retained messages, 4 B.').waitFor();
  await dialog.getByRole('button', { name: 'Clear 2 messages', exact: true }).click();
  await dialog.getByRole('status', { name: 'Clearing' }).getByText('2 cleared.').waitFor();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await dialog.waitFor({ state: 'detached' });
  const restore = page.getByRole('button', { name: 'Dismiss for good' });
  await restore.click();
  await restore.waitFor({ state: 'detached' });
  const sent = fake.all('publish').map(({ packet }) => packet.topic);
  expect([...new Set(sent)].toSorted()).toEqual(['plant.hall/1.oven', 'plant.hall/1.press']);
});

test('another separator is checked as it is typed, taken at the next connect, and the selection stays', async () => {
  fake.broker.publish({ topic: 'plant.hall/1.press', payload: '72', retain: true });
  const rail = page.getByRole('navigation', { name: 'Connections' });
  await rail.getByRole('button', { name: 'Dots', exact: true }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: /^Edit profile/ }).click();
  const editor = page.getByRole('dialog', { name: 'Connection', exact: true });
  const field = editor.getByRole('textbox', { name: 'Topic level separator', exact: true });
  await expect.poll(() => field.inputValue()).toBe('.');
  await field.fill('#');
  await field.blur();
  await editor.getByText('Use one punctuation mark, but not + # $').waitFor();
  await field.fill('/');
  await editor.getByRole('button', { name: 'Save', exact: true }).click();
  await editor.waitFor({ state: 'detached' });
  await page.getByRole('status').filter({ hasText: 'applies at the next connect' }).waitFor();
  await page.getByRole('main').getByRole('button', { name: 'Reconnect', exact: true }).click();
  await rowOf(page, 'plant.hall').waitFor();
  await rowOf(page, 'plant').waitFor({ state: 'detached' });
  await inspector(page).getByRole('heading', { name: 'plant.hall/1', exact: true }).waitFor();
  await rowOf(page, '$SYS').waitFor();
});
