import { readFileSync } from 'node:fs';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { teardown } from '../../support/teardown.ts';
import { hosts } from '../hosts.ts';
import {
  inspector,
  openConnected,
  payload,
  pressMenuItem,
  rowOf,
  saying,
  select,
  showTab,
  type Connected,
} from '../window.ts';

const JSON_TEXT = '{"id":90071992547409931,"t":71.40,"e":1e400,"nested":{"a":[1,2]},"text":"ä\\u0041"}';
const BINARY = new Uint8Array(512).map((_, at) => (at * 37 + 169) % 256);

describe.each(hosts)('The inspector, in $name', (host) => {
  const it = host.missing === null ? test : test.skip;
  let window: Connected;

  beforeAll(async () => {
    if (host.missing !== null) return;
    window = await openConnected(host, ({ broker }) => {
      broker.publish({ topic: 'a/stored', payload: 'the stored one', retain: true });
    });
    const { broker } = window.fake;
    broker.publish({
      topic: 'a/json',
      payload: JSON_TEXT,
      properties: { contentType: 'application/json', userProperties: [['origin', 'test']] },
    });
    broker.publish({ topic: 'a/binary', payload: BINARY });
    broker.publish({ topic: 'a/large-binary', payload: new Uint8Array(100_000).fill(0xc8) });
    broker.publish({ topic: 'a/empty', payload: '' });
    broker.publish({
      topic: 'a/large',
      payload: JSON.stringify(Array.from({ length: 40_000 }, (_, at) => at)),
    });
    broker.publish({
      topic: 'a/long',
      payload: JSON.stringify({
        rows: Array.from({ length: 20_000 }, (_, at) => ({ id: at, on: true })),
        last: { name: 'the end' },
      }),
    });
    for (let at = 1; at <= 30; at++) broker.publish({ topic: 'a/series', payload: `value ${at}` });
    await rowOf(window.page, 'a/series').waitFor();
  });
  afterAll(teardown);

  it('indents JSON and leaves every digit and escape as it was sent', async () => {
    const { page } = window;
    await select(page, 'a/json');
    await showTab(page, 'Value');
    await expect
      .poll(() => payload(page))
      .toBe(
        [
          '{',
          '  "id": 90071992547409931,',
          '  "t": 71.40,',
          '  "e": 1e400,',
          '  "nested": {',
          '    "a": [',
          '      1,',
          '      2',
          '    ]',
          '  },',
          '  "text": "ä\\u0041"',
          '}',
        ].join('\n'),
      );
    const shown = inspector(page).locator('[data-payload]');
    const size = String(new TextEncoder().encode(JSON_TEXT).length);
    await expect.poll(() => shown.getAttribute('data-bytes-shown')).toBe(size);
    await expect.poll(() => shown.getAttribute('data-bytes-total')).toBe(size);
    await showTab(page, 'Raw');
    await expect.poll(() => payload(page)).toBe(JSON_TEXT);
    await saying(inspector(page).getByText(`Copied: ${size} B`), () =>
      inspector(page).getByRole('button', { name: 'Copy payload' }).click(),
    );
    const pasted = page.getByRole('textbox', { name: 'Payload' });
    await pasted.press('Control+v');
    await expect.poll(() => pasted.inputValue()).toBe(JSON_TEXT);
  });

  it('never shows the value of one topic under the name of another, and goes on with what it is drawn by', async () => {
    const { page } = window;
    const text = (of: string) => `{\n  "of": "${of}"\n}`;
    for (const of of ['one', 'two'])
      window.fake.broker.publish({ topic: `a/of-${of}`, payload: `{"of":"${of}"}` });
    await select(page, 'a/of-one');
    await showTab(page, 'Value');
    await expect.poll(() => payload(page)).toBe(text('one'));
    // From here on, whatever is drawn is looked at, and whether the text is built anew.
    await page.evaluate(`(() => {
      const region = document.querySelector('section[aria-label=Inspector]');
      globalThis.drawn = { wrong: [], pre: region.querySelector('[data-payload]') };
      new MutationObserver(() => {
        const topic = region.querySelector('h2').getAttribute('aria-label');
        const text = region.querySelector('[data-payload]')?.textContent;
        if (text !== undefined && !text.includes(topic.slice(5))) globalThis.drawn.wrong.push(topic + ': ' + text);
      }).observe(region, { subtree: true, childList: true, characterData: true, attributes: true });
    })()`);
    for (const of of ['two', 'one', 'two']) {
      await select(page, `a/of-${of}`);
      await expect.poll(() => payload(page)).toBe(text(of));
    }
    const drawn = `({ wrong: drawn.wrong, same: drawn.pre === document.querySelector('[data-payload]') })`;
    expect(await page.evaluate(drawn)).toEqual({ wrong: [], same: true });
  });

  it('shows the properties of MQTT 5 that came with the message', async () => {
    const { page } = window;
    await select(page, 'a/json');
    await showTab(page, 'Properties');
    const panel = inspector(page).getByRole('tabpanel');
    await panel.getByText('application/json').waitFor();
    await panel.getByText('origin', { exact: true }).waitFor();
  });

  it('shows what is not text in hex, byte by byte', async () => {
    const { page } = window;
    await select(page, 'a/binary');
    await showTab(page, 'Value');
    await inspector(page).getByText('Not valid UTF-8').waitFor();
    await showTab(page, 'Hex');
    const bytes = (await payload(page))
      .split('\n')
      .flatMap((line) => line.slice(6, 54).trim().split(/ +/))
      .map((pair) => Number.parseInt(pair, 16));
    expect(bytes).toEqual([...BINARY]);
  });

  it('says of an empty payload that it is empty', async () => {
    const { page } = window;
    await select(page, 'a/empty');
    await showTab(page, 'Value');
    await inspector(page).getByText('The payload is empty (0 bytes).').waitFor();
    await expect.poll(() => payload(page)).toBe('');
  });

  it('reads a large payload in parts, as far as is asked', async () => {
    const { page } = window;
    await select(page, 'a/large');
    await showTab(page, 'Raw');
    const shown = inspector(page).locator('[data-payload]');
    await expect.poll(() => shown.getAttribute('data-bytes-shown')).toBe('65536');
    const total = await shown.getAttribute('data-bytes-total');
    await inspector(page).getByRole('button', { name: 'Show more' }).click();
    await expect.poll(() => shown.getAttribute('data-bytes-shown')).toBe(total);
    expect(JSON.parse(await payload(page))).toHaveLength(40_000);

    await select(page, 'a/large-binary');
    await showTab(page, 'Value');
    await expect.poll(() => shown.getAttribute('data-bytes-shown')).toBe('16384');
    await inspector(page).getByRole('button', { name: 'Show more' }).click();
    await expect.poll(() => shown.getAttribute('data-bytes-shown')).toBe('65536');
    await inspector(page).getByRole('button', { name: 'Show more' }).click();
    await expect.poll(() => shown.getAttribute('data-bytes-shown')).toBe('100000');
    await inspector(page).getByRole('button', { name: 'Follow latest' }).click();
  });

  it('reads all of a long JSON by pages: finds, closes, wraps and copies in it', async () => {
    const { page } = window;
    await select(page, 'a/long');
    await showTab(page, 'Value');
    await expect.poll(() => payload(page)).toMatch(/^\{\n {2}"rows": \[\n {4}\{\n {6}"id": 0,\n/);
    await inspector(page).getByText('All of it laid out in 80,007 lines').waitFor();
    const find = inspector(page).getByRole('searchbox', { name: 'Find in value' });
    await find.fill('"ID": 1999');
    await inspector(page).getByText('1 of 11', { exact: true }).waitFor();
    await expect.poll(() => payload(page)).toContain('"id": 1999,');
    await find.press('Shift+Enter');
    await inspector(page).getByText('11 of 11', { exact: true }).waitFor();
    await expect.poll(() => payload(page)).toContain('"id": 19999,');
    await find.fill('');
    await inspector(page).getByRole('button', { name: 'Collapse the value' }).click();
    await expect.poll(() => payload(page)).toBe('{\n  "rows": [ 20,000 items ],\n  "last": { 1 field }\n}');
    const lines = inspector(page).getByRole('textbox', { name: 'Lines of the value' });
    await lines.press('End');
    await lines.press('ArrowUp');
    await lines.press('ArrowRight');
    await lines.press('ArrowDown');
    await lines.press('Shift+F10');
    await page.getByRole('menu', { name: 'Actions for last.name' }).waitFor();
    await saying(inspector(page).getByText('Value copied'), () =>
      page.getByRole('menuitem', { name: 'Copy value' }).click(),
    );
    const pasted = page.getByRole('textbox', { name: 'Payload' });
    await pasted.fill('');
    await pasted.press('Control+v');
    await expect.poll(() => pasted.inputValue()).toBe('the end');
    await inspector(page).getByRole('button', { name: 'One line' }).click();
    await expect.poll(() => payload(page)).toMatch(/^\{"rows":\[\{"id":0,"on":true\},[^\n]*\n/);
    await inspector(page).getByRole('button', { name: 'One line' }).click();
    await inspector(page).getByText('All of it laid out in 80,007 lines').waitFor();
  });

  it('shows any byte of a large payload in hex at once, and reads what is selected as a number', async () => {
    const { page } = window;
    await select(page, 'a/large-binary');
    await showTab(page, 'Hex');
    const status = inspector(page).getByRole('status', { name: 'Selected bytes' });
    const goTo = inspector(page).getByRole('textbox', { name: 'Go to' });
    await goTo.fill('99,996');
    await goTo.press('Enter');
    await expect.poll(() => payload(page)).toContain('00018690  c8');
    await expect.poll(() => status.innerText()).toContain('0x1869c (99996), 1 byte');
    await inspector(page).getByRole('textbox', { name: 'Hex dump' }).focus();
    for (let press = 0; press < 3; press++) await page.keyboard.press('Shift+ArrowRight');
    await expect.poll(() => status.innerText()).toContain('4 bytes');
    await expect.poll(() => status.innerText()).toContain(`uint32 BE ${0xc8c8c8c8}`);
    await page.keyboard.press('Control+Home');
    await expect.poll(() => payload(page)).toContain('00000000  c8');
    await goTo.fill('0x186a0');
    await goTo.press('Enter');
    await inspector(page).getByText('The last byte is 0x1869f.').waitFor();
    await inspector(page).getByRole('button', { name: 'Follow latest' }).click();
  });

  it('compares a message with the one before it, or with any other', async () => {
    const { page, fake } = window;
    fake.broker.publish({ topic: 'a/json', payload: '{"id":1,"t":68.9,"gone":1}' });
    fake.broker.publish({ topic: 'a/json', payload: '{"id":1,"t":71.4,"axes":[1]}' });
    await select(page, 'a/json');
    await showTab(page, 'Diff');
    const rows = inspector(page).getByRole('treegrid', { name: 'Differences' }).getByRole('row');
    await expect.poll(() => rows.count()).toBe(4);
    await expect.poll(() => rows.nth(1).innerText()).toMatch(/t\s+68\.9\s+71\.4\s+\+2\.5, 3\.6 %/);
    await inspector(page).getByRole('checkbox', { name: 'Only changes' }).uncheck();
    await expect.poll(() => rows.count()).toBe(5);
    await inspector(page).getByRole('checkbox', { name: 'Only changes' }).check();
    await inspector(page).getByRole('button', { name: 'Choose a message' }).click();
    const list = page.getByRole('dialog', { name: 'Choose a message' });
    const choice = list.getByRole('button').filter({ hasText: '90071992547409931' });
    const left = (of: Locator) => of.evaluate((one) => Math.round(one.getBoundingClientRect().left));
    expect(await left(choice.locator('span').first())).toBe(await left(list.getByRole('heading')));
    await choice.click();
    const against = inspector(page).getByRole('combobox', { name: 'Compare against' });
    await expect.poll(() => against.inputValue()).toBe('chosen');
    await expect.poll(() => rows.nth(1).innerText()).toContain('90071992547409931');
    // Walked through by keys, one tab stop.
    await rows.nth(1).focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => rows.nth(2).evaluate((row) => row === document.activeElement)).toBe(true);
  });

  it('closes parts of JSON, finds in it, and copies a value or the way to it', async () => {
    const { page, fake } = window;
    fake.broker.publish({ topic: 'a/json', payload: '{"device":{"id":"x","fw":"4.2"},"t":71.40,"l":[1,2]}' });
    await select(page, 'a/json');
    await showTab(page, 'Value');
    await expect.poll(() => payload(page)).toContain('"t": 71.40');
    const lines = inspector(page).getByRole('textbox', { name: 'Lines of the value' });
    await lines.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => payload(page)).toContain('"device": { 2 fields },');
    await page.keyboard.press('ArrowDown');
    await saying(inspector(page).getByText('Path copied'), () =>
      inspector(page).getByRole('button', { name: 'Copy path' }).click(),
    );
    const pasted = page.getByRole('textbox', { name: 'Payload' });
    const copied = async () => {
      await pasted.fill('');
      await pasted.press('Control+v');
      return pasted.inputValue();
    };
    await expect.poll(() => copied()).toBe('t');
    await lines.focus();
    await page.keyboard.press('Shift+F10');
    await saying(inspector(page).getByText('Value copied'), () =>
      page.getByRole('menuitem', { name: 'Copy value' }).click(),
    );
    await expect.poll(() => copied()).toBe('71.40');

    // Ctrl+F belongs to the inspector while it has the focus; what is closed is open for it.
    await lines.focus();
    await page.keyboard.press('Control+f');
    const find = inspector(page).getByRole('searchbox', { name: 'Find in value' });
    await expect.poll(() => find.evaluate((field) => field === document.activeElement)).toBe(true);
    await find.fill('2');
    await inspector(page).getByText('1 of 2').waitFor();
    await page.keyboard.press('Enter');
    await inspector(page).getByText('2 of 2').waitFor();
    await expect.poll(() => payload(page)).toContain('"fw": "4.2"');
    await page.keyboard.press('Escape');
    await expect.poll(() => payload(page)).toContain('{ 2 fields }');
    await inspector(page).getByRole('button', { name: 'Expand the value' }).click();
    await inspector(page).getByRole('button', { name: 'One line' }).click();
    await expect.poll(() => payload(page)).toBe('{"device":{"id":"x","fw":"4.2"},"t":71.40,"l":[1,2]}');
    await inspector(page).getByRole('button', { name: 'One line' }).click();
  });

  it('filters and exports the history, and does with a message what its menu says', async () => {
    const { page } = window;
    await select(page, 'a/series');
    await showTab(page, 'History');
    const list = inspector(page).getByRole('list', { name: 'History' });
    await list.getByRole('listitem').first().waitFor();
    await inspector(page).getByRole('searchbox', { name: 'Filter history' }).fill('value 17');
    await expect.poll(() => list.getByRole('listitem').count()).toBe(1);
    await inspector(page).getByRole('button', { name: 'Export history' }).click();
    const file = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'Export as JSON Lines' }).click();
    const written = readFileSync(await (await file).path(), 'utf8');
    expect(JSON.parse(written)).toMatchObject({ topic: 'a/series', payload: 'value 17', qos: 0 });
    await inspector(page).getByRole('button', { name: 'Export history' }).click();
    const table = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'Export as CSV, a column a field' }).click();
    expect(readFileSync(await (await table).path(), 'utf8')).toMatch(
      /^time,topic,qos,retain,dup,size,value\r\n\S+,a\/series,0,false,false,8,value 17\r\n$/,
    );
    await list.getByRole('button').first().press('Shift+F10');
    await saying(inspector(page).getByText('Copied as JSON'), () =>
      page.getByRole('menuitem', { name: 'Copy as JSON' }).click(),
    );
    await list.getByRole('button').first().press('Shift+F10');
    const saved = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'Save payload…' }).click();
    expect(readFileSync(await (await saved).path(), 'utf8')).toBe('value 17');
    await list.getByRole('button').first().click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Compare with…' }).click();
    const rows = inspector(page).getByRole('treegrid', { name: 'Differences' }).getByRole('row');
    await expect.poll(() => rows.nth(1).innerText()).toContain('value 17');
  });

  it('compares large payloads field by field, in a thread of its own, and keeps up with what is folded', async () => {
    const { page, fake } = window;
    const devices = (changed: number) =>
      JSON.stringify(Array.from({ length: 30_000 }, (_, id) => ({ id, on: id !== changed, hall: 'north' })));
    fake.broker.publish({ topic: 'a/devices', payload: devices(-1) });
    fake.broker.publish({ topic: 'a/devices', payload: devices(29_000) });
    await select(page, 'a/devices');
    await showTab(page, 'Diff');
    const differences = inspector(page).getByRole('treegrid', { name: 'Differences' });
    await expect.poll(() => differences.innerText()).toMatch(/29000[^]*true\s+false/);
    await expect.poll(() => inspector(page).getByText('89,999 equal').count()).toBe(1);
    await inspector(page).getByRole('checkbox', { name: 'Only changes' }).click();
    await inspector(page).getByText('The list is cut here').waitFor();
    await inspector(page).getByRole('checkbox', { name: 'Only changes' }).click();
    await inspector(page).getByRole('button', { name: 'Copy as JSON Patch' }).click();
    await inspector(page).getByText('Copied as JSON Patch').waitFor();
  });

  it('acts on the message from a line, from its panel and from its history, and the focus goes along', async () => {
    const { page } = window;
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    const items = () => page.getByRole('menu').getByRole('menuitem').allInnerTexts();
    await select(page, 'a/json');
    await showTab(page, 'Value');
    const lines = inspector(page).getByRole('textbox', { name: 'Lines of the value' });
    await lines.press('Home');
    // Which line it is depends on how the value was left: sorted, or with parts of it closed.
    const isThere = async () => {
      if ((await lines.locator('output').innerText()) === 't 71.40') return true;
      await lines.press('ArrowDown');
      return false;
    };
    await expect.poll(isThere).toBe(true);
    await lines.press('Shift+F10');
    await page.getByRole('menuitem', { name: 'Save payload…' }).waitFor();
    const onLine = await items();
    for (const wanted of [
      'Copy path',
      'Copy topic',
      'Copy as mosquitto_pub',
      'Edit and publish',
      'Compare with…',
      'Filter like this',
      'Subscribe to this subtree',
      'Clear retained…',
    ])
      expect(onLine.some((item) => item.startsWith(wanted))).toBe(true);
    await pressMenuItem(page, 'Chart');
    await inspector(page).getByRole('tab', { name: 'Chart', exact: true, selected: true }).waitFor();
    await expect.poll(focused).toBe('Chart');

    await select(page, 'a/series');
    await showTab(page, 'Value');
    await expect.poll(() => payload(page)).toBe('value 30');
    const panel = inspector(page).getByRole('tabpanel');
    await panel.press('Shift+F10');
    await page.getByRole('menu', { name: 'Actions for the message' }).waitFor();
    expect(await items()).toContain('Copy as mosquitto_pub');
    await page.keyboard.press('Escape');
    await expect.poll(() => panel.evaluate((one) => one === document.activeElement)).toBe(true);

    await showTab(page, 'History');
    const entry = inspector(page).getByRole('list', { name: 'History' }).getByRole('button').first();
    await entry.press('Shift+F10');
    await pressMenuItem(page, 'Watch');
    await expect.poll(() => page.getByRole('menu').count()).toBe(0);
    await entry.press('Shift+F10');
    await pressMenuItem(page, 'Stop watching');
    await expect.poll(() => page.getByRole('menu').count()).toBe(0);
    await entry.press('Shift+F10');
    await pressMenuItem(page, 'Chart');
    await inspector(page).getByRole('tab', { name: 'Chart', exact: true, selected: true }).waitFor();
    await expect.poll(focused).toBe('Chart');
  });

  it('exports the history of a branch, each message with its topic', async () => {
    const { page } = window;
    await select(page, 'a');
    await showTab(page, 'History');
    await inspector(page).getByRole('searchbox', { name: 'Filter history' }).fill('value 2');
    const entries = inspector(page).getByRole('list', { name: 'History' }).getByRole('listitem');
    await expect.poll(() => entries.count()).toBe(11);
    await inspector(page).getByRole('button', { name: 'Export history' }).click();
    const file = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'Export as JSON Lines' }).click();
    const lines = readFileSync(await (await file).path(), 'utf8')
      .trimEnd()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
      [29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 2].map((at) =>
        expect.objectContaining({ topic: 'a/series', payload: `value ${at}` }),
      ),
    );
  });

  it('draws the numbers of a topic, live and as a table, and finds a pinned chart again', async () => {
    const { page, fake } = window;
    for (let at = 1; at <= 5; at++)
      fake.broker.publish({ topic: 'a/json', payload: `{"t":${at * 10},"p":${at}}` });
    await select(page, 'a/json');
    await showTab(page, 'Chart');
    const series = inspector(page).getByRole('table', { name: 'Series' });
    // What was kept before it, the 1 and the 71.4 and others, is in it too: what comes now is the last.
    await expect.poll(() => series.getByRole('row').nth(1).innerText()).toMatch(/^t json\s+50\s/);
    fake.broker.publish({ topic: 'a/json', payload: '{"t":123456,"p":7}' });
    await expect
      .poll(() => series.getByRole('row').nth(1).innerText())
      .toMatch(/^t json\s+123,456\s.*123,456/);
    await inspector(page).getByRole('combobox', { name: 'Add a field' }).selectOption('p');
    await expect.poll(() => series.getByRole('row').nth(2).innerText()).toMatch(/^p json\s+7\s/);
    await inspector(page).getByRole('checkbox', { name: 'Show as table' }).check();
    const values = inspector(page).getByRole('table', { name: 'Values' });
    await expect
      .poll(() => values.getByRole('columnheader').allInnerTexts())
      .toEqual(['Time', 't json', 'p json']);
    await expect.poll(() => values.getByRole('row').count()).toBeGreaterThan(1);
    const picture = inspector(page).getByRole('img');
    await expect.poll(() => picture.getAttribute('aria-label')).toContain('p json: 1 to 7, last 7');
    await inspector(page).getByRole('button', { name: 'Export chart' }).click();
    const file = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'Export as CSV' }).click();
    expect(readFileSync(await (await file).path(), 'utf8')).toMatch(/,p json,7,/);
    await inspector(page).getByRole('button', { name: 'Pin this chart' }).click();
    const pinned = inspector(page).getByRole('region', { name: 'Pinned charts' });
    await pinned.getByRole('button', { name: /^t of json and 1 more/ }).waitFor();
    await select(page, 'a/series');
    // Chosen fields stay; what the topic has itself is a button away.
    await expect.poll(() => series.getByRole('row').count()).toBe(3);
    await inspector(page).getByRole('button', { name: 'Selected topic' }).click();
    await inspector(page).getByText('There is no number in this message.').waitFor();
    await pinned.getByRole('button', { name: /^t of json and 1 more/ }).click();
    await expect.poll(() => series.getByRole('row').count()).toBe(3);
  });

  it('fills the work area and comes back, by button, key and Escape', async () => {
    const { page } = window;
    const tree = page.getByRole('treegrid', { name: 'Topics' });
    await inspector(page).getByRole('button', { name: 'Enlarge inspector' }).click();
    await tree.waitFor({ state: 'hidden' });
    const widths = () =>
      page.evaluate(() => [
        document.querySelector('.insp')?.clientWidth,
        document.querySelector('.work')?.clientWidth,
      ]);
    await expect.poll(async () => new Set(await widths()).size).toBe(1);
    await inspector(page).getByRole('button', { name: 'Shrink inspector' }).press('Escape');
    await tree.waitFor();
    await page.keyboard.press('Control+Shift+E');
    await inspector(page).getByRole('button', { name: 'Shrink inspector' }).waitFor();
    await page.keyboard.press('Control+Shift+E');
    await tree.waitFor();
  });

  it('lists the history newest first, live, and inspects what is chosen from it', async () => {
    const { page, fake } = window;
    await select(page, 'a/series');
    await showTab(page, 'History');
    const entries = inspector(page).getByRole('list', { name: 'History' }).getByRole('listitem');
    await expect.poll(() => entries.first().innerText()).toContain('value 30');
    await expect.poll(() => entries.nth(1).innerText()).toContain('value 29');
    fake.broker.publish({ topic: 'a/series', payload: 'value 31' });
    await expect.poll(() => entries.first().innerText()).toContain('value 31');
    await entries.nth(2).getByRole('button').click();
    await showTab(page, 'Value');
    await expect.poll(() => payload(page)).toBe('value 29');
    fake.broker.publish({ topic: 'a/series', payload: 'value 32' });
    await inspector(page).getByText('1 newer').waitFor();
    await expect.poll(() => payload(page)).toBe('value 29');
    await inspector(page).getByRole('button', { name: 'Older message' }).click();
    await expect.poll(() => payload(page)).toBe('value 28');
    await inspector(page).getByRole('button', { name: 'Follow latest' }).click();
    await expect.poll(() => payload(page)).toBe('value 32');
  });

  it('holds still while something in it is selected', async () => {
    const { page, fake } = window;
    await select(page, 'a/series');
    await showTab(page, 'Value');
    await inspector(page).locator('[data-payload]').dblclick();
    await inspector(page).getByRole('button', { name: 'Follow latest' }).waitFor();
    const before = await payload(page);
    fake.broker.publish({ topic: 'a/series', payload: 'after selecting' });
    await inspector(page).getByText('1 newer').waitFor();
    await expect.poll(() => payload(page)).toBe(before);
    await inspector(page).getByRole('button', { name: 'Follow latest' }).click();
    await expect.poll(() => payload(page)).toBe('after selecting');
  });

  it('keeps the stored message within reach after a live one', async () => {
    const { page, fake } = window;
    await select(page, 'a/stored');
    await showTab(page, 'Value');
    await expect.poll(() => payload(page)).toBe('the stored one');
    fake.broker.publish({ topic: 'a/stored', payload: 'a live one' });
    await expect.poll(() => payload(page)).toBe('a live one');
    await inspector(page).getByRole('button', { name: 'Retained value' }).click();
    await expect.poll(() => payload(page)).toBe('the stored one');
    await inspector(page).getByRole('button', { name: 'Retained value' }).click();
    await expect.poll(() => payload(page)).toBe('a live one');
  });

  it('stays on its topic when the filter hides the row, and finds it again', async () => {
    const { page } = window;
    await select(page, 'a/json');
    const filter = page.getByRole('searchbox', { name: 'Filter topics' });
    await filter.fill('series');
    await inspector(page).getByText('Hidden by the filter.').waitFor();
    await inspector(page).getByRole('button', { name: 'Clear filter and show' }).click();
    await rowOf(page, 'a/json').waitFor();
    await expect.poll(() => filter.inputValue()).toBe('');
    await expect.poll(() => rowOf(page, 'a/json').getAttribute('aria-selected')).toBe('true');
  });
});
