import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { teardown } from '../../support/teardown.ts';
import { hosts } from '../hosts.ts';
import {
  inspector,
  openConnected,
  payload,
  rowOf,
  select,
  showTab,
  toggle,
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
    for (let at = 1; at <= 30; at++) broker.publish({ topic: 'a/series', payload: `value ${at}` });
    await toggle(window.page, 'a');
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
    await inspector(page).getByRole('button', { name: 'Copy payload' }).click();
    await inspector(page).getByText(`Copied: ${size} B`).waitFor();
    const pasted = page.getByRole('textbox', { name: 'Payload' });
    await pasted.press('Control+v');
    await expect.poll(() => pasted.inputValue()).toBe(JSON_TEXT);
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
    for (const tab of ['Value', 'Hex']) {
      await showTab(page, tab);
      await expect.poll(() => shown.getAttribute('data-bytes-shown')).toBe('16384');
      await inspector(page).getByRole('button', { name: 'Show more' }).click();
      await expect.poll(() => shown.getAttribute('data-bytes-shown')).toBe('65536');
      await inspector(page).getByRole('button', { name: 'Show more' }).click();
      await expect.poll(() => shown.getAttribute('data-bytes-shown')).toBe('100000');
      await inspector(page).getByRole('button', { name: 'Follow latest' }).click();
    }
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
