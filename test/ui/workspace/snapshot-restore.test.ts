import { connectAsync, type MqttClient } from 'mqtt';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startMosquitto, type Mosquitto } from '../../support/brokers/mosquitto.ts';
import { teardown } from '../../support/teardown.ts';
import { serverHost, type Opened } from '../hosts.ts';
import { expectAccessible, rowOf } from '../window.ts';

type Qos = 0 | 1 | 2;

/** Of each topic the payload in base64, and the QoS. */
const STORED: Readonly<Record<string, readonly [string, Qos]>> = {
  'plant/state': [Buffer.from('running').toString('base64'), 1],
  'plant//gap': [Buffer.from([0, 255, 10, 13, 128]).toString('base64'), 2],
  'plant/😀 blank': [Buffer.from('{"a":1}').toString('base64'), 0],
  '/': [Buffer.from('slash').toString('base64'), 1],
  yard: ['x'.repeat(2_000), 2],
};

/** What a second client is sent as stored, when it subscribes to all. */
async function stored(broker: Mosquitto): Promise<Record<string, readonly [string, Qos]>> {
  const client = await connectAsync({ host: '127.0.0.1', port: broker.port });
  const seen: Record<string, readonly [string, Qos]> = {};
  const fence = new Promise<void>((resolve) =>
    client.on('message', (topic, payload, { qos, retain }) => {
      // At QoS 2 it comes after all that was stored.
      if (topic === 'fence') resolve();
      else if (retain) seen[topic] = [payload.toString('base64'), qos];
    }),
  );
  await client.subscribeAsync('#', { qos: 2 });
  await client.publishAsync('fence', 'x', { qos: 2 });
  await fence;
  await client.endAsync(true);
  return seen;
}

const under = (prefix: string) =>
  Object.fromEntries(Object.entries(STORED).map(([topic, held]) => [`${prefix}${topic}`, held]));

const compared = (page: Page) => page.getByRole('dialog', { name: 'Compare with snapshot' });
const rows = (page: Page) =>
  compared(page)
    .getByRole('table', { name: 'Differences by topic' })
    .locator('tbody tr')
    .evaluateAll((all) =>
      all.map((row) => [...row.children].map(({ textContent }) => textContent).join(' | ')),
    );
const restoring = (page: Page) => compared(page).getByRole('status', { name: 'Restoring' });

describe('A snapshot, in the browser host', () => {
  let broker: Mosquitto;
  let client: MqttClient;
  let window: Opened;
  let file: string;

  beforeAll(async () => {
    broker = await startMosquitto();
    client = await connectAsync({ host: '127.0.0.1', port: broker.port });
    for (const [topic, [payload, qos]] of Object.entries(STORED))
      await client.publishAsync(topic, Buffer.from(payload, 'base64'), { retain: true, qos });
    window = await serverHost.open({ args: [`mqtt://127.0.0.1:${broker.port}`] });
    await rowOf(window.page, 'yard').waitFor();
    await rowOf(window.page, '$SYS').waitFor();
  });
  afterAll(async () => {
    await client.endAsync(true);
    await teardown();
  });

  test('is saved of all that is listed, which is cleared then', async () => {
    const { page } = window;
    await page.keyboard.press('Alt+2');
    await page.getByRole('searchbox', { name: 'Filter topics' }).fill('-topic:$SYS/#');
    await page.getByRole('button', { name: 'Clear 5…' }).waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save snapshot…' }).click();
    await page
      .getByRole('dialog', { name: 'Save snapshot' })
      .getByRole('button', { name: 'Save as file…' })
      .click();
    file = await (await download).path();
    await page.getByRole('status', { name: 'Snapshot' }).getByText('5 messages saved.').waitFor();
    await page.getByRole('button', { name: 'Clear 5…' }).click();
    const clearing = page.getByRole('dialog', { name: 'Clear retained messages' });
    await clearing.getByRole('button', { name: 'Clear 5 messages' }).click();
    await clearing.getByText('5 cleared.').waitFor();
    await clearing.getByRole('button', { name: 'Done' }).click();
    await clearing.waitFor({ state: 'detached' });
    expect(await stored(broker)).toEqual({});
  });

  test('is compared under a prefix, which lists what would be written and writes nothing', async () => {
    const { page } = window;
    await client.publishAsync('copy/yard', 'other', { retain: true, qos: 1 });
    await page.setViewportSize({ width: 1_024, height: 700 });
    await page.locator('input[type=file][accept=".jsonl"]').setInputFiles(file);
    await compared(page).getByText('5 messages to write.').waitFor();
    const prefix = compared(page).getByRole('textbox', { name: 'Topic prefix' });
    await expect.poll(() => prefix.evaluate((it) => it === document.activeElement)).toBe(true);
    await page.keyboard.type('copy/');
    await restoring(page).getByText('The prefix is another than was compared.').waitFor();
    await page.keyboard.press('Enter');
    await compared(page).getByText('4 messages to write. Left alone: 1 that hold another message.').waitFor();
    expect(await rows(page)).toEqual([
      'copy// | Not there any more | Written',
      'copy/plant//gap | Not there any more | Written',
      'copy/plant/state | Not there any more | Written',
      'copy/plant/😀 blank | Not there any more | Written',
      'copy/yard | Changed | Left alone: the broker holds another message.',
    ]);
    expect(await stored(broker)).toEqual({ 'copy/yard': [Buffer.from('other').toString('base64'), 1] });
    const box = await compared(page).boundingBox();
    expect((box?.y ?? -1) >= 0 && (box?.y ?? 0) + (box?.height ?? 999) <= 700).toBe(true);
    await expectAccessible(page);
  });

  test('is restored under it by keys alone, and the other message is left as it is', async () => {
    const { page } = window;
    await compared(page).getByRole('button', { name: 'Restore 4…' }).press('Enter');
    const question = page.getByRole('dialog', { name: 'Restore to this broker?' });
    await question.getByText(`127.0.0.1:${broker.port}`).waitFor();
    const cancel = question.getByRole('button', { name: 'Cancel' });
    await expect.poll(() => cancel.evaluate((it) => it === document.activeElement)).toBe(true);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await restoring(page).getByText('4 of 4 restored.').waitFor();
    await expect.poll(() => compared(page).evaluate((it) => it.contains(document.activeElement))).toBe(true);
    expect(await stored(broker)).toEqual({
      ...under('copy/'),
      'copy/yard': [Buffer.from('other').toString('base64'), 1],
    });
    await expectAccessible(page);
  });

  test('overwrites that one when asked to, and equals the broker then', async () => {
    const { page } = window;
    await compared(page).getByRole('button', { name: 'Compare again' }).click();
    await compared(page).getByText('1 changed, 4 equal.').waitFor();
    await compared(page).getByRole('checkbox', { name: 'Overwrite other messages' }).check();
    await compared(page).getByRole('button', { name: 'Restore 1…' }).click();
    await page.getByRole('button', { name: 'Restore 1 message' }).click();
    await restoring(page).getByText('1 of 1 restored.').waitFor();
    expect(await stored(broker)).toEqual(under('copy/'));
    await compared(page).getByRole('button', { name: 'Compare again' }).click();
    await compared(page).getByText('Nothing differs: 5 messages equal.').waitFor();
    await compared(page).getByRole('button', { name: 'Done' }).click();
    await compared(page).waitFor({ state: 'detached' });
  });
});
