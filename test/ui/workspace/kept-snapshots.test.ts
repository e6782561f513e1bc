import { readdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startMosquitto, type Mosquitto } from '../../support/brokers/mosquitto.ts';
import { teardown } from '../../support/teardown.ts';
import { everyHost, newDataDir, type Opened } from '../hosts.ts';
import { expectAccessible, rowOf } from '../window.ts';

const TOPICS = ['plant/state', 'plant//gap', 'plant/😀 blank', 'yard'];

const list = (page: Page) => page.getByRole('list', { name: 'Snapshots kept lately' });
const listed = (page: Page) => list(page).getByRole('listitem').allInnerTexts();
const saving = (page: Page) => page.getByRole('dialog', { name: 'Save snapshot' });
const all = (page: Page) => page.getByRole('dialog', { name: 'Snapshots' });
const compared = (page: Page) => page.getByRole('dialog', { name: 'Compare with snapshot' });
const hasFocus = async (page: Page, name: string): Promise<void> => {
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe(name);
};

describe.each(everyHost)('Snapshots that are kept, in $name', (host) => {
  const it = host.missing === null ? test : test.skip;
  let broker: Mosquitto;
  let client: MqttClient;
  let window: Opened;
  let dataDir: string;

  /** The view of what is retained, with our topics in it and no others. */
  const open = async (): Promise<void> => {
    window = await host.open({ args: [`mqtt://127.0.0.1:${broker.port}`], dataDir });
    const { page } = window;
    await page.setViewportSize({ width: 1_440, height: 900 });
    await rowOf(page, 'yard').waitFor();
    await rowOf(page, '$SYS').waitFor();
    await page.keyboard.press('Alt+2');
    await page.getByRole('searchbox', { name: 'Filter topics' }).fill('-topic:$SYS/#');
    await page.getByRole('button', { name: /^Clear \d…$/ }).waitFor();
  };
  const files = () => readdirSync(join(dataDir, 'snapshots')).map((name) => join(dataDir, 'snapshots', name));

  beforeAll(async () => {
    if (host.missing !== null) return;
    broker = await startMosquitto();
    client = await connectAsync({ host: '127.0.0.1', port: broker.port });
    for (const topic of TOPICS) await client.publishAsync(topic, `of ${topic}`, { retain: true, qos: 1 });
    dataDir = newDataDir();
    await open();
  });
  afterAll(async () => {
    if (host.missing === null) await client.endAsync(true);
    await teardown();
  });

  it('are none at first, and one is kept under a name by keys alone', async () => {
    const { page } = window;
    await page.getByText('None is kept.').waitFor();
    await page.getByRole('button', { name: 'Save snapshot…' }).press('Enter');
    await saving(page).getByText('4 messages, ').waitFor();
    await expectAccessible(page);
    await page.keyboard.type('before the update');
    await page.keyboard.press('Enter');
    await page.getByRole('status', { name: 'Snapshot' }).getByText('4 messages saved.').waitFor();
    await list(page).waitFor();
    const [first = ''] = await listed(page);
    expect(first.split(/\s*\n\s*/)).toEqual([
      expect.stringMatching(/^\w+ \d+, \d+ \d\d:\d\d$/),
      'before the update',
      '4',
      expect.stringMatching(/^\d+(\.\d+)? k?B$/),
      'Compare',
    ]);
    await hasFocus(page, 'Save snapshot…');
    const [path = ''] = files();
    expect([files().length, statSync(path).mode & 0o777]).toEqual([1, 0o600]);
    await expectAccessible(page);
  });

  it('are compared with what the broker holds by then, and put back', async () => {
    const { page } = window;
    await client.publishAsync('yard', '', { retain: true, qos: 1 });
    await client.publishAsync('plant/state', 'other', { retain: true, qos: 1 });
    await page.getByRole('button', { name: 'Clear 3…' }).waitFor();
    await page.getByRole('button', { name: /^Compare before the update/ }).press('Enter');
    await compared(page).getByText('1 changed, 1 not there any more, 2 equal.').waitFor();
    await compared(page)
      .getByText(/^before the update, of /)
      .waitFor();
    await compared(page).getByRole('button', { name: 'Restore 1…' }).click();
    await page.getByRole('button', { name: 'Restore 1 message' }).click();
    await compared(page).getByText('1 of 1 restored.').waitFor();
    await compared(page).getByRole('button', { name: 'Compare again' }).click();
    await compared(page).getByText('1 changed, 3 equal.').waitFor();
    await compared(page).getByRole('button', { name: 'Done' }).click();
    await compared(page).waitFor({ state: 'detached' });
  });

  it('are saved as a file from the list, byte for byte, which can be opened again', async () => {
    const { page } = window;
    await page.getByRole('button', { name: 'Compare with snapshot…' }).click();
    const download = page.waitForEvent('download');
    await all(page)
      .getByRole('button', { name: /^Save as file…/ })
      .click();
    const file = await (await download).path();
    const [kept = ''] = files();
    expect(readFileSync(file).equals(readFileSync(kept))).toBe(true);
    await all(page).locator('input[type=file]').setInputFiles(file);
    await compared(page).getByText('1 changed, 3 equal.').waitFor();
    await compared(page).getByRole('button', { name: 'Done' }).click();
    await compared(page).waitFor({ state: 'detached' });
  });

  it('are there after a restart, and named with the line where a file is damaged', async () => {
    await window.close();
    const [path = ''] = files();
    const lines = readFileSync(path, 'utf8').split('\n');
    // Without its end and half of its last message.
    truncateSync(path, Buffer.byteLength(lines.slice(0, 4).join('\n')) + 30);
    await open();
    const { page } = window;
    await list(page).getByText('damaged at line 5').waitFor();
    await page.getByRole('button', { name: /^Compare before the update/ }).click();
    await compared(page).getByText('Line 5: It is not JSON').waitFor();
    await compared(page).getByRole('button', { name: 'Done' }).click();
    await compared(page).waitFor({ state: 'detached' });
  });

  it('are all listed in a dialog in a small window, and removed after a question', async () => {
    const { page } = window;
    await page.getByRole('button', { name: 'Save snapshot…' }).click();
    await saving(page).getByRole('button', { name: 'Save', exact: true }).click();
    await expect.poll(() => listed(page).then(({ length }) => length)).toBe(2);
    await page.setViewportSize({ width: 1_024, height: 700 });
    await page.getByRole('button', { name: 'Compare with snapshot…' }).click();
    await all(page).getByText('2 snapshots, ').waitFor();
    await expectAccessible(page);
    const box = await all(page).boundingBox();
    expect((box?.x ?? -1) >= 0 && (box?.x ?? 0) + (box?.width ?? 9_999) <= 1_024).toBe(true);
    await all(page)
      .getByRole('button', { name: /^Remove… before the update/ })
      .press('Enter');
    const question = page.getByRole('dialog', { name: 'Remove this snapshot?' });
    await hasFocus(page, 'Cancel');
    await expectAccessible(page);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await question.waitFor({ state: 'detached' });
    await all(page).getByText('before the update was removed.').waitFor();
    await all(page).getByText('1 snapshot, ').waitFor();
    expect(files()).toHaveLength(1);
    await expect.poll(() => all(page).evaluate((it) => it.contains(document.activeElement))).toBe(true);
    await page.keyboard.press('Escape');
    await all(page).waitFor({ state: 'detached' });
    await expect.poll(() => listed(page).then(({ length }) => length)).toBe(1);
  });
});
