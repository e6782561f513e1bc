import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConnectionOptions } from '../../../src-main/contract/model/model.ts';
import { displayTopic } from '../../../src-main/core/topics/names.ts';
import { startFakeBroker, type FakeBroker } from '../../support/brokers/fake-broker.ts';
import { teardown } from '../../support/teardown.ts';
import { followCalls } from '../calls.ts';
import { followDrawnText, FORGED } from '../drawn-text.ts';
import { newDataDir, serverHost } from '../hosts.ts';
import { Walk } from '../walk.ts';
import { inspector, rowOf } from '../window.ts';

/** A bidirectional override and isolate, a blank of no width, an escape sequence, C1, a tag character. */
const HOSTILE = 'pla\u202ent\u2066\u200b\x1b[31m\x9b0m\u{e0041}end';
/** With what may not stand in a topic, or not in every field. */
const LINES = `${HOSTILE}\n${FORGED}`;
const TOPIC = `plant/${HOSTILE}`;
const WORDS = { reasonString: LINES, userProperties: { [LINES]: LINES } };
const PAYLOAD = JSON.stringify({ [LINES]: 5, text: LINES });

let fake: FakeBroker;
let page: Page;
let walk: Walk;

const rail = () => page.getByRole('navigation', { name: 'Connections' });
const region = (name: string) => page.getByRole('region', { name, exact: true });
const view = (name: string) =>
  page.getByRole('tablist', { name: 'Views' }).getByRole('tab', { name: new RegExp(`^${name}`) });
const status = (text: RegExp) =>
  page.getByRole('status', { name: 'Connection status' }).filter({ hasText: text });
const menuOf = (what: Locator) => async () => what.click({ button: 'right' });

beforeAll(async () => {
  fake = await startFakeBroker({
    connackProperties: { ...WORDS, responseInformation: LINES, serverReference: LINES },
  });
  fake.on.publish = ({ messageId = 0, qos }) =>
    qos === 1 ? { cmd: 'puback', messageId, reasonCode: 0x97, properties: WORDS } : 'pass';
  const properties = {
    contentType: LINES,
    responseTopic: TOPIC,
    userProperties: [
      [LINES, LINES],
      ['plain', LINES],
    ] as const,
  };
  fake.broker.publish({ topic: TOPIC, payload: PAYLOAD, retain: true, properties });
  fake.broker.publish({ topic: `${TOPIC}/${HOSTILE}`, payload: LINES, retain: true });
  const dataDir = newDataDir();
  const options = ConnectionOptions.parse({
    name: LINES,
    protocol: 'mqtt',
    host: '127.0.0.1',
    port: fake.port,
    version: '5',
    clientId: HOSTILE,
    username: HOSTILE,
    subscriptions: [
      { filter: '#', qos: 0 },
      { filter: `${HOSTILE}/+`, qos: 0 },
    ],
  });
  const data = [
    { id: 'p0', options, folder: HOSTILE, colour: 'red', filters: [{ name: HOSTILE, text: HOSTILE }] },
    { id: 'p1', options: { ...options, name: 'Other' }, folder: 'lab' },
  ];
  writeFileSync(join(dataDir, 'profiles.json'), JSON.stringify({ version: 1, data }));
  ({ page } = await serverHost.open({ dataDir }));
  // Before the page has its access a reload would lose that.
  await rail().waitFor();
  const calls = await followCalls(page);
  walk = new Walk(page, await followDrawnText(page), calls);
});
afterAll(teardown);

/** The hostile one in the list; its folder is called the same. */
const entry = () =>
  rail().locator('.rail-button:not(.rail-folder-button)').filter({ hasText: 'pla' }).first();

test('A list of profiles, their menus and their dialogs draw nothing that deceives the eye.', async () => {
  await entry().waitFor();
  await walk.at('list of connections', rail());
  await entry().click();
  await walk.at('saved profile', page.locator('section.saved'));
  const others = [/^Connect$/, /^Remove profile/, /^Duplicate/, /at start$/];
  await walk.everyItem(menuOf(entry()), 'menu of a profile', others);
  await walk.everyItem(menuOf(rail().locator('.rail-folder-button').first()), 'menu of a folder', [
    /^Remove/,
  ]);
  await walk.everyOpener(rail(), 'list of connections');

  const choose = async (item: RegExp): Promise<Locator> => {
    await entry().click({ button: 'right' });
    await page.getByRole('menuitem', { name: item }).click();
    return page.getByRole('dialog');
  };
  const editor = await choose(/^Edit profile/);
  await editor.getByRole('button', { name: 'Test connection' }).click();
  await editor.getByRole('status', { name: 'Test result' }).waitFor();
  await walk.at('report of a test');
  await walk.closeAll();
  const exporting = await choose(/^Export/);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    exporting.getByRole('button', { name: /^Export \d/ }).click(),
  ]);
  await walk.closeAll();
  await rail().getByRole('button', { name: 'Import and export' }).click();
  await page.getByRole('menuitem', { name: /^Import/ }).click();
  await page
    .getByRole('dialog')
    .locator('input[type=file]')
    .setInputFiles(await download.path());
  await walk.at('what an import found', page.getByRole('list', { name: 'What was found' }));
  await walk.closeAll();
  expect(walk.found.splice(0)).toEqual([]);
});

test('A connection in all its panes, tabs and menus draws nothing that deceives the eye.', async () => {
  await entry().dblclick();
  await status(/^Connected$/).waitFor();
  await rowOf(page, 'plant').waitFor();
  await page.getByRole('button', { name: 'Expand all', exact: true }).click();
  // By its place: no selector can name it.
  const row = page.getByRole('treegrid', { name: 'Topics' }).locator('[data-topic]').nth(1);
  await row.click();
  await inspector(page)
    .getByRole('heading', { name: displayTopic(TOPIC), exact: true })
    .waitFor();
  await walk.at('tree and inspector', inspector(page));
  // A second message, for what compares two.
  fake.broker.publish({ topic: TOPIC, payload: PAYLOAD.replace('5', '6') });
  for (const name of ['Inspector', 'Diagnostics']) {
    await walk.everyTab(region(name).getByRole('tablist').first(), name, (tab) =>
      walk.everyOpener(region(name), `${name}, ${tab}`),
    );
  }
  await walk.everyItem(menuOf(row), 'menu of a topic', [
    /^Exclude this/,
    /^Compare with/,
    // It asks in the panel, as the next test's first click does.
    /^Publish again/,
  ]);
  await walk.everyItem(menuOf(entry()), 'menu of a connection', [
    /^Disconnect/,
    /^Remove/,
    /^Duplicate/,
    /start$/,
  ]);
  await walk.everyOpener(page.getByRole('banner'), 'top bar');
  await walk.everyOpener(page.getByRole('contentinfo'), 'status bar');
  expect(walk.found.splice(0)).toEqual([]);
});

test('What was published, sent and saved, and how it is decoded, draws nothing that deceives the eye.', async () => {
  const publish = region('Publish');
  await publish.getByRole('textbox', { name: 'Topic', exact: true }).fill(TOPIC);
  await publish.getByRole('textbox', { name: 'Payload' }).fill(PAYLOAD);
  await publish.getByRole('combobox', { name: 'QoS' }).selectOption('1');
  const send = publish.getByRole('button', { name: 'Publish', exact: true });
  await send.click();
  // It asks first, because of what the topic contains.
  await publish.getByText(/^Not sent yet/).waitFor();
  await walk.at('what it asks before publishing');
  await send.click();
  // Red is production, where it asks once more.
  const question = page.getByRole('dialog');
  await walk.at('question on production', question);
  await question.getByRole('button', { name: /^Publish/ }).click();
  await walk.at('what became of it', publish.getByRole('status', { name: 'Publish result' }));
  await publish.getByRole('button', { name: 'Enlarge publish panel' }).click();
  await publish.getByRole('button', { name: 'Save…' }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(HOSTILE);
  await page.getByRole('textbox', { name: 'Folder' }).fill(HOSTILE);
  await walk.at('dialog of saving a message', page.getByRole('dialog'));
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await walk.at('saved messages', publish.getByRole('treegrid', { name: 'Saved messages' }));
  await walk.at('sent messages', publish.getByRole('grid', { name: 'Sent messages' }));
  await walk.everyOpener(publish, 'publish panel');
  await publish.getByRole('button', { name: 'Shrink publish panel' }).click();

  const inspected = inspector(page);
  if ((await region('Decoder').count()) === 0)
    await inspected.getByRole('button', { name: /^Decoder/ }).click();
  await region('Decoder')
    .getByRole('option', { name: /^Protobuf/ })
    .click();
  const file = { name: `${HOSTILE}.proto`, mimeType: 'text/plain', buffer: Buffer.from(LINES) };
  await region('Decoder').locator('input[type=file]').setInputFiles(file);
  await walk.at('schemas', region('Decoder'));
  await region('Decoder').getByRole('option', { name: 'Automatic', exact: true }).click();
  expect(walk.found.splice(0)).toEqual([]);
});

test('Filters, pickers and what is found draw nothing that deceives the eye.', async () => {
  const filter = page.getByRole('searchbox', { name: 'Filter topics' });
  // One of its rows set it.
  await filter.fill('');
  await filter.press('Enter');
  await filter.focus();
  await walk.at('saved filters that are offered', page.getByRole('listbox', { name: 'Filter suggestions' }));
  await filter.fill('pla');
  await walk.at('topics that are offered', page.getByRole('listbox', { name: 'Filter suggestions' }));
  await filter.fill(`value>${HOSTILE}`);
  await walk.at('a filter that is not understood', page.getByRole('search'));
  await filter.fill('');
  await filter.press('Escape');
  for (const [keys, title] of [
    ['Control+K', 'Commands'],
    ['Control+P', 'Go to topic'],
  ] as const) {
    await page.keyboard.press(keys);
    const dialog = page.getByRole('dialog', { name: title });
    await dialog.getByRole('combobox').fill('pla');
    await walk.at(title, dialog);
    await walk.closeAll();
  }
  await view('Search').click();
  await page.getByRole('searchbox', { name: 'Search in messages' }).fill('end');
  await page.getByRole('searchbox', { name: 'Search in messages' }).press('Enter');
  const found = page.getByRole('grid', { name: 'Search results' });
  await found.locator('[data-sequence]').first().click();
  await walk.at('search results', found);
  await walk.at('found message', region('Found message'));
  await walk.at('messages around it', page.getByRole('list', { name: 'Messages around it' }));
  expect(walk.found.splice(0)).toEqual([]);
});

test('Retained messages, clearing and the trash draw nothing that deceives the eye.', async () => {
  await view('Retained').click();
  const grid = page.getByRole('treegrid', { name: 'Retained messages' });
  await grid.locator('[data-topic]').first().waitFor();
  await walk.at('retained messages', grid);
  await walk.at('summary', region('Retained summary'));
  const saving = page.getByRole('dialog', { name: 'Save snapshot' });
  await page.getByRole('button', { name: 'Save snapshot…' }).click();
  await saving.getByRole('textbox', { name: 'Name' }).fill(HOSTILE);
  await saving.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('status', { name: 'Snapshot' }).getByText('saved.').waitFor();
  const kept = page.getByRole('list', { name: 'Snapshots kept lately' });
  await walk.at('kept snapshots', kept);
  await page.getByRole('button', { name: 'Compare with snapshot…' }).click();
  const list = page.getByRole('dialog', { name: 'Snapshots' });
  await walk.at('list of snapshots', list);
  await list.getByRole('button', { name: /^Remove…/ }).click();
  await walk.at('question about a snapshot', page.getByRole('dialog', { name: 'Remove this snapshot?' }));
  await walk.closeAll();
  await kept.getByRole('button', { name: /^Compare/ }).click();
  await walk.at('compared with a kept one', page.getByRole('dialog', { name: 'Compare with snapshot' }));
  await walk.closeAll();
  await page.getByRole('button', { name: 'Save snapshot…' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    saving.getByRole('button', { name: 'Save as file…' }).click(),
  ]);
  const snapshot = await download.path();
  await page.getByRole('button', { name: /^Clear \d+…$/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Clear retained messages' });
  await walk.at('what is to be cleared', dialog);
  await dialog.getByRole('textbox', { name: 'Type the count' }).fill('2');
  await dialog.getByRole('button', { name: /^Clear \d+ messages$/ }).click();
  await dialog.getByRole('button', { name: 'Done' }).waitFor();
  await walk.at('what was cleared', dialog);
  await walk.everyTab(dialog, 'results of clearing');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Open trash' }).click();
  const trash = page.getByRole('dialog', { name: 'Trash' });
  await trash
    .getByRole('button', { name: /^Open / })
    .first()
    .click();
  await walk.at('trash', trash);
  await walk.closeAll();
  // Our own are refused by this broker: so that something differs, they go there.
  for (const topic of [TOPIC, `${TOPIC}/${HOSTILE}`])
    fake.broker.publish({ topic, payload: '', retain: true });
  await page.locator('input[type=file][accept=".jsonl"]').setInputFiles(snapshot);
  await walk.at('compared with a snapshot', page.getByRole('dialog', { name: 'Compare with snapshot' }));
  await walk.closeAll();
  await view('Topics').click();
  expect(walk.found.splice(0)).toEqual([]);
});

test('Every command, and a broker that ends the connection or refuses it, draw nothing that deceives the eye.', async () => {
  const others = [
    /^Publish.*again/,
    /^Disconnect/,
    /^Close/,
    /^Remove/,
    /^Duplicate/,
    /demo broker/,
    /another window/,
    /at start$/,
  ];
  await walk.everyCommand(others);
  for (const link of fake.links) link.send({ cmd: 'disconnect', reasonCode: 0x8b, properties: WORDS });
  fake.on.connect = (_, link) => {
    link.send({ cmd: 'connack', sessionPresent: false, reasonCode: 0x97, properties: WORDS });
    return 'close';
  };
  await status(/^(Reconnecting|Disconnected)/).waitFor();
  await walk.at('banner of what ended', page.locator('.notice-bar, .work').first());
  await walk.everyTab(region('Diagnostics').getByRole('tablist').first(), 'Diagnostics of what ended');
  expect(walk.found.splice(0)).toEqual([]);
});
