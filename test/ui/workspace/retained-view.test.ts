import { connectAsync } from 'mqtt';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startMosquitto, type Mosquitto } from '../../support/brokers/mosquitto.ts';
import { teardown } from '../../support/teardown.ts';
import { serverHost, type Opened } from '../hosts.ts';
import { expectAccessible, inspector, rowOf } from '../window.ts';

const OLD = JSON.stringify({ ts: Date.now() - 60 * 86_400_000, state: 'offline' });

const STORED: Readonly<Record<string, string>> = {
  'plant/hall-1/press/state': 'running',
  'plant/hall-1/press/mode': '{"interval":100,"unit":"s"}',
  'plant/hall-2/press/state': OLD,
  'plant/hall-2/gate//still': 'x'.repeat(2_000),
  'yard/gate': 'open',
};

/** Columns of 1,024 pixels: QoS and type are hidden. */
const NARROW = ['1', '2', '3', '4', '6', '7'];

const grid = (page: Page) => page.getByRole('treegrid', { name: 'Retained messages' });
const row = (page: Page, topic: string) =>
  grid(page).locator(`[role=row][data-topic=${JSON.stringify(topic)}]`);
const summary = (page: Page) => page.getByRole('region', { name: 'Retained summary' });
const filter = (page: Page) => page.getByRole('searchbox', { name: 'Filter topics' });
const tab = (page: Page, name: string) =>
  page.getByRole('tablist', { name: 'Views' }).getByRole('tab', { name });

/** Topics that are listed, in their order. */
const listed = (page: Page) =>
  grid(page)
    .locator('[data-topic]')
    .evaluateAll((rows) =>
      rows
        .toSorted((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')))
        .map((one) => one.getAttribute('data-topic') ?? ''),
    );

describe('The retained messages, in the browser host', () => {
  let broker: Mosquitto;
  let window: Opened;

  beforeAll(async () => {
    broker = await startMosquitto();
    const client = await connectAsync({ host: '127.0.0.1', port: broker.port, protocolVersion: 5 });
    for (const [topic, payload] of Object.entries(STORED)) {
      const properties = payload.startsWith('{') ? { contentType: 'application/json' } : {};
      await client.publishAsync(topic, payload, { retain: true, qos: 1, properties });
    }
    await client.endAsync();
    window = await serverHost.open({ args: [`mqtt://127.0.0.1:${broker.port}`] });
    await rowOf(window.page, 'yard').waitFor();
    await rowOf(window.page, '$SYS').waitFor();
  });
  afterAll(teardown);

  test('a key and a tab lead there and back, the dock folds, and the tree keeps its selection', async () => {
    const { page } = window;
    await rowOf(page, 'yard').click();
    await page.keyboard.press('Alt+2');
    await row(page, 'plant/hall-1/press/state').waitFor();
    await expect.poll(() => page.getByRole('tabpanel', { name: 'Retained' }).count()).toBe(1);
    await expect.poll(() => page.getByRole('textbox', { name: 'Payload' }).count()).toBe(0);
    await tab(page, 'Retained').press('ArrowLeft');
    await expect.poll(() => rowOf(page, 'yard').getAttribute('aria-selected')).toBe('true');
    await page.getByRole('textbox', { name: 'Payload' }).waitFor();
    await tab(page, 'Retained').click();
    await row(page, 'yard/gate').waitFor();
  });

  test('rows show size, age with its source and state; QoS stays empty until the broker was asked', async () => {
    const { page } = window;
    await filter(page).fill('-topic:$SYS/#');
    await expect.poll(() => summary(page).innerText()).toContain('5 selected');
    const old = row(page, 'plant/hall-2/press/state');
    await expect.poll(() => old.innerText()).toMatch(/60 d, payload[\s\S]*stale/);
    await expect.poll(() => row(page, 'yard/gate').innerText()).toMatch(/^gate|yard\/gate/);
    const qos = () => row(page, 'yard/gate').getByRole('gridcell').nth(4).innerText();
    await expect.poll(() => qos()).toBe('');
    await page.getByRole('button', { name: 'Probe' }).click();
    await expect.poll(qos).toBe('1');
    await expect.poll(() => summary(page).innerText()).toMatch(/Probed\s+\d+ s ago, in /);
    await expectAccessible(page);
  });

  test('where a narrow list hides columns, each cell still has the place of its column', async () => {
    const { page } = window;
    const size = page.viewportSize() ?? { width: 1_440, height: 900 };
    const places = (of: Locator) =>
      of.evaluateAll((cells) =>
        cells.flatMap((cell) =>
          (cell as HTMLElement).offsetParent === null ? [] : [cell.getAttribute('aria-colindex')],
        ),
      );
    await page.setViewportSize({ width: 1_024, height: 700 });
    const cells = row(page, 'yard/gate').locator('[role=gridcell]');
    const heads = grid(page).locator('[role=columnheader]');
    await expect.poll(() => places(heads)).toEqual(NARROW);
    await expect.poll(() => places(cells)).toEqual(NARROW);
    expect(await grid(page).getAttribute('aria-colcount')).toBe('8');
    await page.setViewportSize(size);
    // All of them where the window has its usual size.
    const all = ['1', '2', '3', '4', '5', '6', '7', '8'];
    await expect.poll(() => places(heads)).toEqual(all);
    await expect.poll(() => places(cells)).toEqual(all);
  });

  test('in a small window the choices, and what can be done, have a line each, and the same names', async () => {
    const { page } = window;
    const before = page.viewportSize() ?? { width: 1_440, height: 900 };
    const heightOf = (line: string) =>
      page.locator(line).evaluate((element) => element.getBoundingClientRect().height);
    for (const size of [
      { width: 1_024, height: 700 },
      { width: 900, height: 600 },
    ]) {
      await page.setViewportSize(size);
      for (const line of ['.inv-tools', '.inv-bar']) await expect.poll(() => heightOf(line)).toBeLessThan(50);
      await page.getByRole('button', { name: 'Compare with snapshot…' }).click();
      await page.keyboard.press('Escape');
      await page.getByRole('combobox', { name: 'State' }).waitFor();
    }
    await page.setViewportSize(before);
  });

  test('stale ones are two clicks away, and a size is written into the filter', async () => {
    const { page } = window;
    await page.getByRole('combobox', { name: 'State' }).selectOption('stale');
    await expect.poll(() => listed(page)).toEqual(['plant/hall-2/press/state']);
    await page.getByRole('combobox', { name: 'State' }).selectOption('all');
    await page.getByRole('textbox', { name: 'Larger than' }).fill('1k');
    await page.getByRole('textbox', { name: 'Larger than' }).press('Enter');
    await expect.poll(() => listed(page)).toEqual(['plant/hall-2/gate//still']);
    await expect.poll(() => filter(page).inputValue()).toBe('-topic:$SYS/# size>1k');
    await filter(page).fill('-topic:$SYS/#');
    await row(page, 'yard/gate').waitFor();
  });

  test('by keys alone: rows are walked, closed, chosen and inspected', async () => {
    const { page } = window;
    await grid(page).locator('[data-at="0"]').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => row(page, 'plant/hall-1/press').getAttribute('aria-expanded')).toBe('false');
    await page.keyboard.press('Space');
    await expect.poll(() => summary(page).innerText()).toContain('3 selected');
    await page.keyboard.press('End');
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-topic')))
      .toBe('yard/gate');
    await page.keyboard.press('Enter');
    await inspector(page).getByRole('heading', { name: 'yard/gate', exact: true }).waitFor();
    await inspector(page).getByRole('tab', { name: 'Value' }).press('Escape');
    await summary(page).waitFor();
  });

  test('what is chosen is saved, cleared and found to be gone, and nothing else', async () => {
    const { page } = window;
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save snapshot…' }).click();
    await page
      .getByRole('dialog', { name: 'Save snapshot' })
      .getByRole('button', { name: 'Save as file…' })
      .click();
    const file = await (await download).path();
    await page.getByRole('status', { name: 'Snapshot' }).getByText('3 messages saved.').waitFor();
    const dialog = page.getByRole('dialog', { name: 'Clear retained messages' });
    // The command above the list is about what is ticked in it as well.
    await page.getByRole('button', { name: 'Clear retained…' }).click();
    await dialog.getByText('What is ticked in Retained.').waitFor();
    await dialog.getByRole('button', { name: 'Clear 3 messages' }).waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Clear 3…' }).click();
    await dialog.getByRole('button', { name: 'Clear 3 messages' }).press('Enter');
    await dialog.getByText('3 cleared.').waitFor();
    // The button that was pressed is gone: keys go on in the dialog.
    await expect.poll(() => dialog.evaluate((it) => it.contains(document.activeElement))).toBe(true);
    expect(
      await dialog
        .getByRole('progressbar')
        .evaluateAll((bars) =>
          bars.map((bar) => [bar.getAttribute('aria-label'), (bar as HTMLProgressElement).value]),
        ),
    ).toEqual([
      ['Fetched again', 1],
      ['Saved to trash', 1],
      ['Cleared', 1],
      ['Verified', 1],
    ]);
    await dialog.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('list', { name: 'Cleared lately' }).getByRole('button').first().press('Enter');
    const trash = page.getByRole('dialog', { name: 'Trash' });
    await trash.getByRole('button', { name: 'Restore 3…' }).waitFor();
    await expect.poll(() => trash.locator('[role=row][data-topic]').count()).toBe(3);
    await page.keyboard.press('Escape');
    await trash.waitFor({ state: 'detached' });
    await page.locator('input[type=file][accept=".jsonl"]').setInputFiles(file);
    const compared = page.getByRole('dialog', { name: 'Compare with snapshot' });
    await compared.getByText('2 added, 3 not there any more, 0 equal.').waitFor();
    await compared.getByRole('button', { name: 'Done' }).click();
    await expect.poll(() => listed(page)).toEqual(['plant/hall-1/press']);
    const client = await connectAsync({ host: '127.0.0.1', port: broker.port });
    const left: string[] = [];
    client.on('message', (topic) => left.push(topic));
    await client.subscribeAsync('#', { qos: 0 });
    await client.subscribeAsync('nobody/publishes/here', { qos: 0 });
    await client.endAsync(true);
    expect(left.toSorted()).toEqual(['plant/hall-1/press/mode', 'plant/hall-1/press/state']);
  });
});
