import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startMosquitto } from '../../support/brokers/mosquitto.ts';
import { teardown } from '../../support/teardown.ts';
import { serverHost, type Opened } from '../hosts.ts';
import { expectAccessible, inspector, pressMenuItem, rowOf, select, showTab, toggle } from '../window.ts';

function panel(page: Page) {
  const region = page.getByRole('region', { name: 'Publish' });
  return {
    region,
    topic: region.getByRole('textbox', { name: 'Topic', exact: true }),
    payload: region.getByRole('textbox', { name: 'Payload' }),
    format: region.getByRole('combobox', { name: 'Format', exact: true }),
    retain: region.getByRole('checkbox', { name: 'Retain' }),
    publish: region.getByRole('button', { name: 'Publish', exact: true }),
    result: region.getByRole('status', { name: 'Publish result' }),
    properties: region.getByRole('group', { name: 'MQTT 5 properties' }),
  };
}

describe('The publish panel', () => {
  let window: Opened;

  beforeAll(async () => {
    const broker = await startMosquitto();
    window = await serverHost.open({ args: [`mqtt://127.0.0.1:${broker.port}`] });
    await window.page.getByRole('status', { name: 'Connection status' }).getByText('Connected').waitFor();
    await rowOf(window.page, '$SYS').waitFor();
  });
  afterAll(teardown);

  test('bytes in hex go out with all their properties, and come back by Edit and publish', async () => {
    const { page } = window;
    const { topic, payload, format, retain, publish, result, properties, region } = panel(page);
    await topic.fill('m/config');
    await format.selectOption('Hex');
    await payload.fill('00 80 ff');
    await region.getByText('3 B', { exact: true }).waitFor();
    await retain.check();
    await region.getByRole('button', { name: 'Properties', exact: true }).click();
    await properties.getByRole('textbox', { name: 'Content type' }).fill('application/x-config');
    await properties.getByRole('textbox', { name: 'Response topic' }).fill('m/reply');
    await properties.getByRole('textbox', { name: 'Correlation data' }).fill('id-1');
    await properties.getByRole('spinbutton', { name: 'Expires after (s)' }).fill('600');
    await properties.getByRole('combobox', { name: 'Payload format' }).selectOption('Bytes (0)');
    await properties.getByRole('textbox', { name: 'User property name' }).fill('operator');
    await properties.getByRole('textbox', { name: 'User property value' }).fill('ops');
    await properties.getByRole('button', { name: 'Add user property' }).click();
    await expect.poll(() => properties.getByRole('textbox', { name: 'User property name' }).count()).toBe(2);
    await expectAccessible(page);
    await publish.click();
    await expect.poll(() => result.innerText()).toMatch(/^Sent\s+m\/config/);

    await rowOf(page, 'm').waitFor();
    await select(page, 'm/config');
    await showTab(page, 'Properties');
    const reported = inspector(page);
    for (const words of ['application/x-config', 'm/reply', '69 64 2d 31', 'operator', 'ops'])
      await reported.getByText(words, { exact: true }).waitFor();

    await topic.fill('typed/meanwhile');
    await inspector(page).getByRole('button', { name: 'Edit and publish' }).click();
    await expect.poll(() => topic.inputValue()).toBe('m/config');
    await expect.poll(() => payload.inputValue()).toBe('00 80 ff');
    await expect.poll(() => format.inputValue()).toBe('hex');
    await expect.poll(() => retain.isChecked()).toBe(true);
    await region.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => topic.inputValue()).toBe('typed/meanwhile');
  });

  test('a retained config is mended from the tree by keyboard alone', async () => {
    const { page } = window;
    const { topic, payload, format } = panel(page);
    await rowOf(page, 'm/config').focus();
    await page.keyboard.press('Shift+F10');
    // Tab leaves the menu to where it was opened, as Escape does.
    await pressMenuItem(page, 'Edit and publish', 'Tab');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    const isBack = () => rowOf(page, 'm/config').evaluate((row) => row === document.activeElement);
    await expect.poll(isBack).toBe(true);
    await page.keyboard.press('Shift+F10');
    await pressMenuItem(page, 'Edit and publish');
    await expect.poll(() => topic.inputValue()).toBe('m/config');
    await expect.poll(() => payload.evaluate((field) => field === document.activeElement)).toBe(true);
    await format.selectOption('Base64');
    await expect.poll(() => payload.inputValue()).toBe('AID/');
    await format.selectOption('JSON');
    await payload.fill('{"interval":100}');
    await panel(page).region.getByRole('button', { name: 'Tidy' }).click();
    await expect.poll(() => payload.inputValue()).toBe('{\n  "interval": 100\n}');
    await payload.press('Control+Enter');
    await showTab(page, 'Value');
    await inspector(page).locator('[data-payload]').getByText('"interval"').waitFor();
  });

  test('what is saved is gone to and left by keys, and the focus goes along', async () => {
    const { page } = window;
    const { region } = panel(page);
    const named = () => page.evaluate(() => document.activeElement?.textContent);
    await region.getByRole('button', { name: 'Saved' }).press('Enter');
    await expect.poll(named).toBe('Save…');
    await page.keyboard.press('Escape');
    await region.getByRole('button', { name: 'Saved' }).waitFor();
    await expect.poll(named).toBe('Saved');
  });

  test('a received message is published again as it was by one action, and what is typed stays', async () => {
    const { page } = window;
    const { topic, payload, result } = panel(page);
    await topic.fill('typed/meanwhile');
    await payload.fill('typed');
    await rowOf(page, 'm/config').focus();
    await page.keyboard.press('Shift+F10');
    await pressMenuItem(page, 'Publish again');
    await expect.poll(() => result.innerText()).toContain('m/config');
    expect([await topic.inputValue(), await payload.inputValue()]).toEqual(['typed/meanwhile', 'typed']);
    await showTab(page, 'History');
    const entries = inspector(page).getByRole('list', { name: 'History' }).getByRole('listitem');
    for (const at of [0, 1]) await entries.nth(at).getByText('interval').waitFor();
    await entries.nth(2).waitFor();
    await showTab(page, 'Value');
  });

  test('a topic is completed from the tree, and never by leaving the field', async () => {
    const { page } = window;
    const { topic, region } = panel(page);
    await topic.fill('');
    await topic.pressSequentially('m/');
    const list = region.getByRole('listbox', { name: 'Topic suggestions' });
    await list.getByRole('option', { name: 'm/config' }).waitFor();
    await topic.press('Tab');
    await list.waitFor({ state: 'detached' });
    await expect.poll(() => topic.inputValue()).toBe('m/');
    await topic.press('End');
    await topic.pressSequentially('c');
    await list.waitFor();
    await topic.press('ArrowDown');
    await topic.press('Enter');
    await expect.poll(() => topic.inputValue()).toBe('m/config');
  });

  test('a chosen file and a dropped one go out byte for byte', async () => {
    const { page } = window;
    const { topic, format, publish, result, region } = panel(page);
    await topic.fill('m/file');
    await format.selectOption('File…');
    const bytes = Buffer.from([0, 13, 10, 128, 255]);
    const choosing = page.waitForEvent('filechooser');
    await region.getByRole('button', { name: 'Choose file…' }).click();
    await (await choosing).setFiles({ name: 'fw.bin', mimeType: 'application/octet-stream', buffer: bytes });
    await region.getByText('fw.bin').waitFor();
    await publish.click();
    await expect.poll(() => result.innerText()).toMatch(/m\/file/);
    await rowOf(page, 'm/file').waitFor();
    await select(page, 'm/file');
    await showTab(page, 'Hex');
    await inspector(page).getByText('00 0d 0a 80 ff').first().waitFor();
    await region.locator('.pub-drop').evaluate((box) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.of(1, 2)], 'dropped.bin'));
      box.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    });
    await region.getByText('dropped.bin').waitFor();
    await format.selectOption('Hex');
    await expect.poll(() => panel(page).payload.inputValue()).toBe('01 02');
    await showTab(page, 'Value');
  });

  test('a message with variables is saved, shown as it will be sent, sent and sent again', async () => {
    const { page } = window;
    const { topic, payload, format, region, result } = panel(page);
    await topic.fill('m/vars');
    await format.selectOption('JSON');
    await payload.fill('{"n":${counter},"r":${random 1 1}}');
    await region.getByText('Valid JSON, 2 variables').waitFor();
    await region.getByRole('note', { name: 'Next message' }).getByText('{"n":1,"r":1}').waitFor();
    await region.getByRole('button', { name: 'Enlarge publish panel' }).click();
    await region.getByRole('button', { name: 'Save…' }).click();
    const name = page.getByRole('textbox', { name: 'Name', exact: true });
    await expect.poll(() => name.evaluate((one) => one === document.activeElement)).toBe(true);
    // What is proposed is typed over.
    await page.keyboard.type('Count');
    await expect.poll(() => name.inputValue()).toBe('Count');
    await page.getByRole('textbox', { name: 'Folder' }).fill('Tests');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const saved = region.getByRole('treegrid', { name: 'Saved messages' });
    await saved.getByRole('row', { name: /Count/ }).waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    await expect.poll(focused).toBe('Save…');
    await topic.fill('m/other');
    await saved.getByRole('row', { name: /Count/ }).press('Enter');
    await expect.poll(() => topic.inputValue()).toBe('m/vars');
    await expect.poll(() => payload.inputValue()).toBe('{"n":${counter},"r":${random 1 1}}');
    await region.getByRole('checkbox', { name: 'Expect an answer' }).click();
    await region.getByRole('textbox', { name: 'Wait for the answer (s)' }).fill('0.2');
    await payload.press('Control+Enter');
    const sent = region.getByRole('grid', { name: 'Sent messages' });
    const newest = sent.getByRole('row').first();
    await newest.getByText('nothing within 200 ms').waitFor();
    await expect.poll(() => result.innerText()).toContain('nothing within 200 ms');
    await expectAccessible(page);
    await newest.focus();
    const rows = await sent.getByRole('row').count();
    await region.getByRole('button', { name: 'Send again' }).click();
    await expect.poll(() => sent.getByRole('row').count()).toBe(rows + 1);
    // As it is saved, with its next number, and the panel keeps what is typed.
    await topic.fill('m/elsewhere');
    await saved.getByRole('row', { name: /Count/ }).press('Control+Enter');
    await expect.poll(() => sent.getByRole('row').count()).toBe(rows + 2);
    await expect.poll(() => newest.innerText()).toContain('m/vars');
    expect(await topic.inputValue()).toBe('m/elsewhere');
    await page.keyboard.press('Escape');
    await rowOf(page, 'm/vars').waitFor();
    await select(page, 'm/vars');
    await expect.poll(() => inspector(page).locator('[data-payload]').innerText()).toContain('"n": 2');
  });

  test('JSON goes out as CBOR with all digits, and comes back from its bytes as JSON', async () => {
    const { page } = window;
    const { region, topic, payload, format, publish, result } = panel(page);
    await topic.fill('m/cbor');
    await format.selectOption('CBOR');
    await payload.fill('{"n": 18446744073709551615}');
    await region.getByText('Valid JSON, 12 B of CBOR').waitFor();
    await publish.click();
    await expect.poll(() => result.innerText()).toMatch(/m\/cbor/);
    await rowOf(page, 'm/cbor').waitFor();
    await select(page, 'm/cbor');
    await inspector(page).getByRole('button', { name: 'Edit and publish' }).click();
    await expect.poll(() => payload.inputValue()).toBe('a1 61 6e 1b ff ff ff ff ff ff ff ff');
    await format.selectOption('MessagePack');
    await expect.poll(() => result.innerText()).toMatch(/would not stay the same|MessagePack/);
    await expect.poll(() => format.inputValue()).toBe('hex');
    await format.selectOption('CBOR');
    await expect.poll(() => payload.inputValue()).toBe('{\n  "n": 18446744073709551615\n}');
    await format.selectOption('Text');
  });

  test('JSON goes out as the Protobuf message that was chosen, or says which field is wrong', async () => {
    const { page } = window;
    const { region, topic, payload, format, publish, result } = panel(page);
    await topic.fill('m/proto');
    await format.selectOption('Protobuf');
    await payload.fill('{"rpm": "fast"}');
    await publish.click();
    await expect.poll(() => result.innerText()).toContain('No Protobuf message is chosen');
    const choosing = page.waitForEvent('filechooser');
    await region.getByRole('button', { name: 'Add .proto file…' }).press('Enter');
    const proto = 'syntax = "proto3"; package plant; message Motor { sint32 rpm = 1; }';
    await (await choosing).setFiles({ name: 'm.proto', mimeType: 'text/plain', buffer: Buffer.from(proto) });
    await region.locator('datalist option', { hasText: 'plant.Motor' }).waitFor({ state: 'attached' });
    await region.getByRole('combobox', { name: 'Protobuf message' }).fill('plant.Motor');
    const wrong = 'line 1, column 9: rpm is a string; sint32 takes a whole number';
    await region.locator('.pub-next').getByText(wrong).waitFor();
    await publish.click();
    await expect.poll(() => result.innerText()).toContain(wrong);
    await payload.fill('{"rpm": -1480}');
    await expect.poll(() => region.getByRole('note', { name: 'Next message' }).innerText()).toBe('08 8f 17');
    await expectAccessible(page);
    await publish.click();
    await expect.poll(() => result.innerText()).toMatch(/^Sent\s+m\/proto/);
    await rowOf(page, 'm/proto').waitFor();
    await select(page, 'm/proto');
    await inspector(page).getByRole('button', { name: 'Edit and publish' }).click();
    await expect.poll(() => payload.inputValue()).toBe('08 8f 17');
    await format.selectOption('Text');
  });

  test('a series repeats the message, and sends the lines of a file, by keyboard', async () => {
    const { page } = window;
    const { region, topic, payload, format } = panel(page);
    await topic.fill('m/series');
    await format.selectOption('JSON');
    await payload.fill('{"n":1}');
    await region.getByRole('button', { name: 'Enlarge publish panel' }).press('Enter');
    await region.getByRole('spinbutton', { name: 'Every (ms)' }).fill('1');
    await region.getByRole('spinbutton', { name: 'Times' }).fill('25');
    await region.getByRole('spinbutton', { name: 'Times' }).press('Control+Enter');
    const state = region.getByRole('region', { name: 'Series state' });
    await state.getByText('25 of 25 sent').waitFor();
    await state.getByText('done, m/series').waitFor();
    const progress = region.getByRole('progressbar', { name: 'Series progress' });
    await expect.poll(() => progress.getAttribute('aria-valuenow')).toBe('100');
    await region.getByRole('tab', { name: 'Series' }).press('ArrowRight');
    const choosing = page.waitForEvent('filechooser');
    await region.getByRole('button', { name: 'Choose CSV or JSON Lines…' }).press('Enter');
    const csv = 'topic,payload\nm/rows/a,1\nm/rows/b,"2 and ""more"""\nbroken\nm/rows/c,3\n';
    await (await choosing).setFiles({ name: 'rows.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await region.getByText('rows.csv', { exact: true }).waitFor();
    await region.getByRole('checkbox', { name: 'Stop at the first error' }).press('Space');
    const start = region.getByRole('button', { name: 'Start series' });
    await start.press('Enter');
    await state.getByText('done, rows.csv').waitFor();
    expect(await start.evaluate((one) => one === document.activeElement)).toBe(true);
    await region
      .getByRole('list', { name: 'Series problems' })
      .getByText(/^Line 4/)
      .waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await toggle(page, 'm/rows');
    await select(page, 'm/rows/b');
    await expect.poll(() => inspector(page).locator('[data-payload]').innerText()).toBe('2 and "more"');
  });
});
