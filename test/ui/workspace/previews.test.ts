import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { teardown } from '../../support/teardown.ts';
import { hosts } from '../hosts.ts';
import { inspector, openConnected, payload, rowOf, select, showTab, type Connected } from '../window.ts';

const numbers = (length: number) => JSON.stringify(Array.from({ length }, (_, at) => at));
const fields = (length: number) =>
  JSON.stringify(Object.fromEntries(Array.from({ length }, (_, at) => [`field_${at}`, at])));

/** Topics with the number of members of their payload. */
const LARGE: readonly (readonly [string, string, number])[] = [
  ['json/list', numbers(2_000), 2_000],
  ['json/long', numbers(60_000), 60_000],
  ['json/fields', fields(900), 900],
];
const MARKED = '\ufeff{"value":"0.274"}';

/** Members that a short form shows and counts together. */
function members(text: string): number {
  const more = /([\d,]+) more[\]}]$/.exec(text)?.[1] ?? '0';
  const inside = text.slice(1, -1).replace(/,? ?[\d,]+ more$/, '');
  return Number(more.replaceAll(',', '')) + (inside === '' ? 0 : inside.split(', ').length);
}

describe.each(hosts)('Short forms of values, in $name', (host) => {
  const it = host.missing === null ? test : test.skip;
  let window: Connected;

  beforeAll(async () => {
    if (host.missing !== null) return;
    window = await openConnected(host, ({ broker }) => {
      for (const [topic, text] of LARGE) broker.publish({ topic, payload: text, retain: true });
      broker.publish({ topic: 'json/marked', payload: MARKED, retain: true });
    });
    await rowOf(window.page, 'json').waitFor();
  });
  afterAll(teardown);

  it.each([1440, 1024, 760])('say how many are left in all, in a window %i px wide', async (width) => {
    const { page } = window;
    await page.setViewportSize({ width, height: 700 });
    for (const [topic, , count] of LARGE) {
      const cell = rowOf(page, topic).getByRole('gridcell').nth(1);
      await expect.poll(async () => members(await cell.innerText())).toBe(count);
      await expect.poll(() => cell.innerText()).toMatch(/[\d,]+ more[\]}]$/);
      // All of it is on screen.
      await expect.poll(() => cell.evaluate((box) => box.scrollWidth <= box.clientWidth)).toBe(true);
    }
  });

  it('say it in the history too', async () => {
    const { page } = window;
    await page.setViewportSize({ width: 1440, height: 900 });
    await select(page, 'json/list');
    await showTab(page, 'History');
    const entry = inspector(page).getByRole('list', { name: 'History' }).getByRole('listitem').first();
    await expect.poll(async () => members(await entry.locator('.hist-value').innerText())).toBe(2_000);
    await showTab(page, 'Value');
  });

  it('lay JSON out also behind a byte order mark, and name the mark', async () => {
    const { page } = window;
    await expect
      .poll(() => rowOf(page, 'json/marked').getByRole('gridcell').nth(1).innerText())
      .toBe('{value:"0.274"}');
    await select(page, 'json/marked');
    await expect.poll(() => payload(page)).toBe('{\n  "value": "0.274"\n}');
    await inspector(page).getByText('Begins with a byte order mark (EF BB BF)').waitFor();
  });
});
