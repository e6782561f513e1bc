import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConnectionOptions } from '../../../src-main/contract/model/model.ts';
import { startMosquitto } from '../../support/brokers/mosquitto.ts';
import { onTeardown, teardown } from '../../support/teardown.ts';
import { newDataDir, serverHost } from '../hosts.ts';
import { rowOf, select, toggle, topics } from '../window.ts';

/** Topics of sites, halls and devices, all of them retained, and one that divides its levels as MQTT does. */
const [SITES, HALLS, DEVICES] = [4, 20, 30];
const OTHER = 'other/place.lamp';

let page: Page;
let client: MqttClient;

beforeAll(async () => {
  const broker = await startMosquitto();
  client = await connectAsync({ host: '127.0.0.1', port: broker.port });
  onTeardown(() => client.endAsync());
  const stored: Promise<unknown>[] = [client.publishAsync(OTHER, 'on', { retain: true, qos: 1 })];
  for (let site = 0; site < SITES; site++)
    for (let hall = 0; hall < HALLS; hall++)
      for (let device = 0; device < DEVICES; device++) {
        const topic = `fleet.site${String(site)}.hall${String(hall)}.dev${String(device)}`;
        stored.push(client.publishAsync(topic, `{"rpm":${String(device)}}`, { retain: true, qos: 1 }));
      }
  await Promise.all(stored);
  const dataDir = newDataDir();
  const options = { name: 'Fleet', protocol: 'mqtt', host: '127.0.0.1', port: broker.port };
  const data = [
    { id: 'p', options: ConnectionOptions.parse({ ...options, levelSeparator: '.' }), autoConnect: true },
  ];
  writeFileSync(join(dataDir, 'profiles.json'), JSON.stringify({ version: 1, data }));
  ({ page } = await serverHost.open({ dataDir }));
  await rowOf(page, 'fleet').getByText('2,400').first().waitFor();
});
afterAll(teardown);

const filter = () => page.getByRole('searchbox', { name: 'Filter topics' });

test('thousands of stored topics are a tree of their dots, with counts of each branch', async () => {
  await expect.poll(() => topics(page)).toContain('fleet');
  await page.getByRole('button', { name: 'Collapse all' }).click();
  await expect.poll(() => topics(page)).toEqual(['fleet', 'other/place', '$SYS']);
  await toggle(page, 'fleet');
  await toggle(page, 'fleet.site1');
  await toggle(page, 'fleet.site1.hall1');
  await rowOf(page, 'fleet.site1.hall1.dev3').waitFor();
  await expect.poll(() => rowOf(page, 'fleet.site1').textContent()).toContain('600');
  await expect.poll(() => rowOf(page, 'fleet.site1.hall1').textContent()).toContain('30');
});

test('a branch is filtered by its topics alone, and a word finds topics at any of its levels', async () => {
  const search = page.getByRole('search', { name: 'Filter' });
  await rowOf(page, 'fleet.site1.hall1').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Filter like this' }).click();
  await expect.poll(() => filter().inputValue()).toBe(String.raw`topic~/^fleet\.site1\.hall1(?:\.|$)/`);
  // None of hall 10 to hall 19, whose names begin alike.
  await expect.poll(() => search.innerText()).toMatch(/\b30 of 2,4/);
  await expect.poll(() => topics(page)).not.toContain('fleet.site2');
  await filter().fill('hall19 json:rpm>27');
  await expect.poll(() => search.innerText()).toMatch(/\b8 of 2,4/);
  await expect.poll(() => topics(page)).toContain('fleet.site0.hall19.dev29');
  await filter().fill('');
  await rowOf(page, 'fleet.site1.hall1.dev0').waitFor();
});

test('a topic is watched by the name of its last level, and shows what comes', async () => {
  await rowOf(page, 'fleet.site1.hall1.dev3').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Watch', exact: true }).click();
  const watched = page.getByRole('list', { name: 'Watching' }).getByRole('listitem');
  await expect.poll(() => watched.first().innerText()).toMatch(/dev3/);
  await client.publishAsync('fleet.site1.hall1.dev3', '{"rpm":777}', { retain: true, qos: 1 });
  await expect.poll(() => watched.first().innerText()).toContain('777');
});

test('the retained messages of the fleet are probed topic by topic, and none is lost', async () => {
  await page.keyboard.press('Alt+2');
  const grid = page.getByRole('treegrid', { name: 'Retained messages' });
  const summary = page.getByRole('region', { name: 'Retained summary' });
  await filter().fill('-topic:$SYS/#');
  await expect.poll(() => summary.innerText()).toContain('2,401 selected');
  await page.getByRole('button', { name: 'Probe' }).click();
  await expect.poll(() => summary.innerText()).toMatch(/Probed\s+\d+ s ago/);
  await expect.poll(() => summary.innerText()).toContain('2,401 selected');
  await grid.locator('[data-topic]').first().waitFor();
  await filter().fill('');
  await page.keyboard.press('Alt+1');
  await rowOf(page, 'fleet.site1.hall1').waitFor();
});

test('the preview of a clear has the topics below the branch and no others', async () => {
  await select(page, 'fleet.site1.hall1');
  await page.getByRole('button', { name: 'Clear retained…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Clear retained messages' });
  await dialog.getByText('30 retained messages').waitFor();
  await dialog.getByRole('button', { name: 'Clear 30 messages', exact: true }).click();
  await dialog.getByRole('status', { name: 'Clearing' }).getByText('30 cleared.').waitFor();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await dialog.waitFor({ state: 'detached' });
  // Asked for one by one: a broker has room for a thousand stored messages at once.
  const [cleared, beside] = ['hall1', 'hall11'].map((hall) =>
    Array.from({ length: DEVICES }, (_, device) => `fleet.site1.${hall}.dev${String(device)}`),
  );
  const kept = new Set<string>();
  const reader = await connectAsync(client.options);
  onTeardown(() => reader.endAsync());
  reader.on('message', (topic) => kept.add(topic));
  await reader.subscribeAsync([...(cleared ?? []), ...(beside ?? [])]);
  await expect.poll(() => [...kept].toSorted()).toEqual(beside?.toSorted());
});
