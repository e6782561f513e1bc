import { readFileSync } from 'node:fs';
import { generate } from 'mqtt-packet';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startMosquitto, type Mosquitto } from '../../support/brokers/mosquitto.ts';
import { connectPacketClient } from '../../support/brokers/packet-client.ts';
import { teardown } from '../../support/teardown.ts';
import { serverHost, type Opened } from '../hosts.ts';
import { expectAccessible, openConnected, saying } from '../window.ts';

/** More than a browser could hold as elements of their own. */
const MANY = 100_000;

/** Written at once. */
const BATCH = 1_000;

/** PUBLISH packets to fifty topics in turn. */
function batch(): Buffer {
  const payload = Buffer.from('21.5');
  const rest = { cmd: 'publish', payload, qos: 0, retain: false, dup: false } as const;
  const packet = (at: number) => generate({ ...rest, topic: `flood/${at % 50}` }, { protocolVersion: 5 });
  return Buffer.concat(Array.from({ length: BATCH }, (_, at) => packet(at)));
}

const doctor = (page: Page): Locator => page.getByRole('region', { name: 'Diagnostics' });
const grid = (page: Page): Locator => page.getByRole('grid', { name: 'Packets' });
const detail = (page: Page): Locator => page.getByRole('region', { name: 'Packet', exact: true });

async function show(page: Page, tab: string): Promise<void> {
  await doctor(page).getByRole('tab', { name: tab, exact: true }).click();
}

/** Of the packet that keys act on. */
const focusedSeq = (page: Page): Promise<number> =>
  page.evaluate(() => Number((document.activeElement as HTMLElement | null)?.dataset['seq'] ?? NaN));

describe('The session doctor, in the browser host with a real mosquitto', () => {
  let broker: Mosquitto;
  let window: Opened;
  let page: Page;

  beforeAll(async () => {
    broker = await startMosquitto();
    window = await serverHost.open({ args: [`mqtt://127.0.0.1:${broker.port}`] });
    page = window.page;
    await page.getByRole('status', { name: 'Connection status' }).getByText('Connected').waitFor();
  });
  afterAll(teardown);

  test('shows the packets of the start, decoded, with the bytes of each field', async () => {
    await show(page, 'Packets');
    await doctor(page).getByRole('combobox', { name: 'Packet type' }).selectOption({ label: 'Connecting' });
    await grid(page).getByRole('row').filter({ hasText: 'CONNECT' }).first().click();
    const fields = detail(page).getByRole('tree', { name: 'Fields' });
    const keepAlive = fields.getByRole('treeitem', { name: /keep.alive/i });
    await keepAlive.hover();
    const marked = detail(page).locator('[role=gridcell][aria-selected=true]');
    await expect.poll(() => marked.allInnerTexts()).toEqual(['00', '3c']);
    // And the other way round, by keyboard: the byte marks its field.
    await detail(page).getByRole('gridcell').first().focus();
    await expect.poll(() => fields.locator('[aria-selected=true]').count()).toBe(1);
    const perRow = await detail(page)
      .getByRole('grid')
      .getByRole('row')
      .first()
      .getByRole('gridcell')
      .count();
    await page.keyboard.press('ArrowDown');
    await expect
      .poll(() => detail(page).locator('[role=gridcell][tabindex="0"]').getAttribute('data-at'))
      .toBe(String(perRow));
    await expectAccessible(page);
  });

  test('follows the handshake of a QoS 1 publish by its packet id', async () => {
    const publish = page.getByRole('region', { name: 'Publish' });
    await publish.getByRole('textbox', { name: 'Topic' }).fill('doctor/followed');
    await publish.getByRole('textbox', { name: 'Payload' }).fill('on');
    await publish.getByRole('combobox', { name: 'QoS' }).selectOption('1');
    await publish.getByRole('button', { name: 'Publish', exact: true }).click();
    await show(page, 'Packets');
    await doctor(page).getByRole('combobox', { name: 'Packet type' }).selectOption({ label: 'PUBACK' });
    await grid(page).getByRole('row').filter({ hasText: 'PUBACK' }).last().click();
    await detail(page)
      .getByRole('button', { name: /^Follow packet id \d+$/ })
      .click();
    const steps = detail(page).getByRole('list', { name: 'Handshake' }).getByRole('button');
    await expect.poll(() => steps.count()).toBe(2);
    const words = await steps.allInnerTexts();
    expect(words[0]).toContain('PUBLISH');
    expect(words[1]).toMatch(/PUBACK[^]*after [\d.]+ m?s/);
    // A step leads to its packet.
    await steps.first().click();
    await detail(page).getByRole('heading', { name: 'PUBLISH' }).waitFor();
    await detail(page)
      .getByRole('treeitem', { name: /doctor\/followed/ })
      .waitFor();
  });

  test('lists more packets than a browser holds, to the last and back, and filters them', async () => {
    await doctor(page).getByRole('button', { name: 'Enlarge diagnostics' }).click();
    await doctor(page).getByRole('button', { name: 'Recorder settings' }).click();
    const dialog = page.getByRole('dialog', { name: 'Packet recorder' });
    await dialog.getByRole('combobox', { name: 'PUBLISH packets' }).selectOption('all');
    await dialog.getByRole('spinbutton', { name: /^Memory/ }).fill('64');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });

    const device = await connectPacketClient(broker.port, { clientId: 'device' });
    for (let sent = 0; sent < MANY; sent += BATCH) {
      device.socket.write(batch());
      // The answer comes after what was sent before it: the broker keeps pace.
      await device.fence();
    }
    await doctor(page).getByRole('combobox', { name: 'Packet type' }).selectOption({ label: 'All types' });
    const rows = () => grid(page).getAttribute('aria-rowcount').then(Number);
    await expect.poll(rows, { timeout: 30_000 }).toBeGreaterThan(MANY);

    // Not the head, which is all there is until rows are read.
    await grid(page).locator('[data-seq]').last().click();
    await expect.poll(() => focusedSeq(page)).toBeGreaterThan(0);
    // The end is that of what was searched so far; whoever wants a later one asks again.
    await expect
      .poll(async () => {
        await page.keyboard.press('End');
        return focusedSeq(page);
      })
      .toBeGreaterThan(MANY);
    const last = await focusedSeq(page);
    await page.keyboard.press('Home');
    await expect.poll(() => focusedSeq(page)).toBe(1);
    await expect.poll(() => detail(page).getByRole('heading').first().innerText()).toBe('CONNECT');
    await page.keyboard.press('PageDown');
    await expect.poll(() => focusedSeq(page)).toBeGreaterThan(2);
    // By the thumb of the scroll bar as well, past the height a browser allows.
    // The broker's own topics go on coming, so the end moves: its rows are at least as late as the last one.
    const bottomSeq = () =>
      grid(page).evaluate((box) => {
        box.scrollTop = box.scrollHeight;
        const rows = [...box.querySelectorAll<HTMLElement>('[data-seq]')];
        return Math.max(0, ...rows.map((row) => Number(row.dataset['seq'])));
      });
    await expect.poll(bottomSeq, { timeout: 20_000 }).toBeGreaterThanOrEqual(last);

    await doctor(page).getByRole('searchbox', { name: 'Filter by topic' }).fill('flood/7');
    await expect.poll(rows, { timeout: 20_000 }).toBe(MANY / 50 + 1);
    await doctor(page).getByRole('combobox', { name: 'Packet type' }).selectOption({ label: 'PINGREQ' });
    await page.getByText('No recorded packet passes the filter.').waitFor();
    await doctor(page).getByRole('searchbox', { name: 'Filter by topic' }).fill('#/bad');
    await doctor(page).getByText(/#/).first().waitFor();
    await doctor(page).getByRole('searchbox', { name: 'Filter by topic' }).fill('');
  });

  test('exports what is shown as JSON Lines and as a capture', async () => {
    await doctor(page).getByRole('combobox', { name: 'Packet type' }).selectOption({ label: 'Connecting' });
    const save = async (item: string) => {
      await doctor(page).getByRole('button', { name: 'Export packets' }).click();
      const download = page.waitForEvent('download');
      await page.getByRole('menuitem', { name: item }).click();
      return (await download).path();
    };
    const lines = readFileSync(await save('Export as JSON Lines'), 'utf8')
      .trimEnd()
      .split('\n');
    const types = lines.map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types).toEqual(['CONNECT', 'CONNACK']);
    const capture = readFileSync(await save('Export as pcap, for Wireshark'));
    expect(capture.readUInt32LE(0)).toBeOneOf([0xa1b2c3d4, 0xa1b23c4d]);
  });

  test('pings on request, and shows both clocks', async () => {
    await doctor(page).getByRole('button', { name: 'Ping now' }).click();
    await doctor(page)
      .getByText(/^Answered/)
      .waitFor();
    const clocks = doctor(page).getByRole('table', { name: 'Clocks' });
    await expect.poll(() => clocks.getByRole('row').nth(1).innerText()).toMatch(/\d+ s/);
    await expectAccessible(page);
    await doctor(page).getByRole('button', { name: 'Topics', exact: true }).click();
    await page.getByRole('treegrid', { name: 'Topics' }).waitFor();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
      .toBe('Enlarge diagnostics');
  });

  test('names a second client with our client ID as the cause, waits, and reports it without secrets', async () => {
    await page.getByRole('button', { name: 'New connection', exact: true }).click();
    const editor = page.getByRole('dialog', { name: 'Connection', exact: true });
    await editor.getByRole('textbox', { name: 'Name', exact: true }).fill('Line 7');
    await editor.getByRole('textbox', { name: 'Client ID', exact: true }).fill('line-7');
    const host = editor.getByRole('textbox', { name: 'Host', exact: true });
    await host.fill(`mqtt://127.0.0.1:${broker.port}`);
    await host.press('Enter');
    await editor.waitFor({ state: 'detached' });

    const status = page.getByRole('status', { name: 'Connection status' });
    const verdict = page.getByRole('contentinfo').getByRole('button', { name: /client ID “line-7”/ });
    // The other one comes back whenever we do, as two devices with one configuration.
    const fight = async () => {
      while (!(await verdict.isVisible())) {
        await status
          .filter({ hasText: /^Connected$/ })
          .waitFor({ timeout: 2_000 })
          .catch(() => undefined);
        if ((await status.innerText()) !== 'Connected') continue;
        const other = await connectPacketClient(broker.port, { clientId: 'line-7' });
        // Where it is back at once nothing else may be seen in between.
        await status
          .filter({ hasNotText: /^Connected$/ })
          .waitFor({ timeout: 2_000 })
          .catch(() => undefined);
        other.destroy();
      }
    };
    await fight();
    await verdict.click();
    const article = doctor(page)
      .getByRole('article', { name: 'Another client uses the client ID “line-7”' })
      .first();
    await article.getByText(/closes one each time the other connects|closes the older connection/).waitFor();
    await expect.poll(() => article.getByRole('list').getByRole('listitem').count()).toBeGreaterThan(0);
    // It does not fight on by itself.
    await status.filter({ hasText: /^Disconnected$/ }).waitFor();
    await article.getByRole('button', { name: 'Connect Line 7' }).waitFor();
    await expectAccessible(page);

    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await saying(article.getByText('Copied, without secrets.'), () =>
      article.getByRole('button', { name: 'Copy report' }).click(),
    );
    const report = await page.evaluate(() => navigator.clipboard.readText());
    expect(report).toContain('Another client uses the client ID “line-7”');
    expect(report).toContain('What to do');
  });
});

describe('The history of a connection, in the browser host', () => {
  afterAll(teardown);

  test('lists each attempt with its end, and can be zoomed and moved by keyboard', async () => {
    const mosquitto = await startMosquitto();
    const { page } = await serverHost.open({ args: [`mqtt://127.0.0.1:${mosquitto.port}`] });
    const status = page.getByRole('status', { name: 'Connection status' });
    await status.getByText('Connected').waitFor();
    await show(page, 'Timeline');
    const attempts = doctor(page).getByRole('table', { name: 'Attempts' }).getByRole('row');
    await expect.poll(() => attempts.nth(1).innerText()).toMatch(/Connected for \d+ s/);
    await mosquitto.kill();
    await expect.poll(() => attempts.nth(1).innerText()).toContain('refused');
    await mosquitto.restart();
    await status.filter({ hasText: /^Connected$/ }).waitFor();
    await expect.poll(() => attempts.nth(1).innerText()).toMatch(/Connected for \d+ s/);
    // A killed program's system resets what it had not read yet, and otherwise closes.
    await expect
      .poll(() => doctor(page).innerText())
      .toMatch(/closed the connection without|broke the connection off/);

    const picture = doctor(page).getByRole('group', { name: 'Timeline of the connection' });
    const ticks = () => picture.locator('text').allTextContents();
    const whole = await ticks();
    await picture.focus();
    for (const key of ['+', '+', '+', 'ArrowLeft']) await page.keyboard.press(key);
    await expect.poll(() => ticks()).not.toEqual(whole);
    await expectAccessible(page);
  });
});

describe('What a broker closes the connection for, in the browser host', () => {
  afterEach(teardown);

  test('a publish is held back, and sent again only on request', async () => {
    const bad = 'bad/one';
    const { page, fake } = await openConnected(serverHost, (broker) => {
      broker.on.publish = ({ topic }) => (topic === bad ? 'close' : 'pass');
    });
    const sent = () => fake.all('publish').filter(({ packet }) => packet.topic === bad).length;
    const publish = page.getByRole('region', { name: 'Publish' });
    await publish.getByRole('textbox', { name: 'Topic' }).fill(bad);
    await publish.getByRole('combobox', { name: 'QoS' }).selectOption('1');
    await publish.getByRole('button', { name: 'Publish', exact: true }).click();
    await page
      .getByRole('contentinfo')
      .getByRole('button', { name: /verdict/ })
      .click();
    const held = doctor(page).getByRole('list', { name: 'Held back' });
    await held.getByText(bad).waitFor();
    await page.getByRole('status', { name: 'Connection status' }).getByText('Connected').waitFor();
    expect(sent()).toBe(1);
    await expectAccessible(page);

    fake.on.publish = () => 'pass';
    await held.getByRole('button', { name: `Send ${bad} again` }).click();
    await expect.poll(sent).toBe(2);
    await held.waitFor({ state: 'detached' });
  });

  test('packets that break a rule are marked with it, and shown with their bytes', async () => {
    const { page, fake } = await openConnected(serverHost);
    await show(page, 'Packets');
    const atQos3 = Uint8Array.of(0x36, 5, 0, 1, 0x61, 0, 1);
    fake.links.at(-1)?.sendBytes(atQos3);
    await doctor(page).getByRole('button', { name: 'More filters' }).click();
    await doctor(page).getByRole('combobox', { name: 'Reason' }).selectOption({ label: 'Rules broken' });
    const row = grid(page).locator('[data-seq]');
    await expect.poll(() => row.count()).toBe(1);
    await row.click();
    await detail(page).getByText('qos-3').waitFor();
    await expect
      .poll(() => detail(page).getByRole('gridcell').allInnerTexts())
      .toEqual(['36', '05', '00', '01', '61', '00', '01']);
    await expectAccessible(page);
  });
});
