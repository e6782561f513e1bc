import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { teardown } from '../../support/teardown.ts';
import { hosts } from '../hosts.ts';
import {
  expectAccessible,
  inspector,
  openConnected,
  rowOf,
  select,
  toggle,
  topics,
  tree,
  type Connected,
} from '../window.ts';

/** Any UTF-8 may be a level; these are shown truthfully and as text. */
const HOSTILE = [
  'hostile//empty',
  'hostile/ /space',
  'hostile/__proto__/constructor',
  'hostile/<img src=x onerror=alert(1)>',
  'hostile/مرحبا',
  `hostile/${'long'.repeat(500)}`,
];
const REORDERING = 'hostile/a\u202eb';

describe.each(hosts)('The topic tree, in $name', (host) => {
  const it = host.missing === null ? test : test.skip;
  let window: Connected;

  beforeAll(async () => {
    if (host.missing !== null) return;
    window = await openConnected(host, ({ broker }) => {
      broker.publish({ topic: 'plant/a/state', payload: 'running', retain: true });
      broker.publish({ topic: 'plant/a/temperature', payload: '20.5', retain: true });
    });
    const { broker } = window.fake;
    await rowOf(window.page, 'plant').waitFor();
    for (let device = 0; device < 300; device++) {
      broker.publish({
        topic: `fleet/device-${String(device).padStart(3, '0')}/value`,
        payload: String(device),
      });
    }
    broker.publish({ topic: 'plant/b/telemetry', payload: '{"temperature":71.4,"id":90071992547409931}' });
    broker.publish({ topic: 'plant/b/raw', payload: new Uint8Array([0xff, 0x00, 0x41]) });
    for (const topic of [...HOSTILE, REORDERING]) broker.publish({ topic, payload: 'x' });
    await rowOf(window.page, 'hostile').waitFor();
  });
  // Each test begins with a collapsed tree, unfiltered and not paused.
  beforeEach(async () => {
    if (host.missing !== null) return;
    const { page } = window;
    await page.getByRole('searchbox', { name: 'Filter topics' }).fill('');
    const resume = page.getByRole('button', { name: 'Resume' });
    if (await resume.isVisible()) await resume.click();
    await page.getByRole('button', { name: 'Collapse all' }).click();
    await expect.poll(() => topics(page)).toEqual(['fleet', 'hostile', 'plant', '$SYS']);
  });
  afterAll(teardown);

  it('opens and closes levels by their twisty, and says what it knows of each row', async () => {
    const { page } = window;
    await toggle(page, 'plant');
    await toggle(page, 'plant/a');
    const row = rowOf(page, 'plant/a/temperature');
    await row.waitFor();
    await expect.poll(() => row.getAttribute('aria-level')).toBe('3');
    await expect.poll(() => row.getAttribute('aria-expanded')).toBeNull();
    await expect.poll(() => rowOf(page, 'plant/a').getAttribute('aria-expanded')).toBe('true');
    await expect.poll(() => row.getByRole('gridcell').nth(1).innerText()).toBe('20.5');
    await toggle(page, 'plant/b');
    await rowOf(page, 'plant/b/raw').getByText('BIN').waitFor();
    await expect
      .poll(() => tree(page).getByRole('columnheader').allInnerTexts())
      .toEqual(['Topic', 'Value', 'Messages', 'Rate', 'Last seen']);
    await toggle(page, 'plant/b');
    await rowOf(page, 'plant/b/raw').waitFor({ state: 'detached' });
  });

  it('is sorted by its heads, stays so while messages come, and is by name again', async () => {
    const { page, fake } = window;
    const head = (name: string) => tree(page).getByRole('columnheader', { name });
    const sorted = (name: string) => head(name).getAttribute('aria-sort');
    await head('Messages').getByRole('button', { name: 'Messages' }).click();
    await expect.poll(() => sorted('Messages')).toBe('descending');
    await expect.poll(async () => (await topics(page))[0]).toBe('fleet');
    await head('Messages').getByRole('button', { name: 'Messages' }).press('Enter');
    await expect.poll(() => sorted('Messages')).toBe('ascending');
    await expect.poll(async () => (await topics(page)).slice(2)).toEqual(['fleet', '$SYS']);
    // Under the pointer nothing moves: what came since waits.
    await rowOf(page, 'fleet').hover();
    for (let n = 0; n < 400; n++) fake.broker.publish({ topic: 'hostile//empty', payload: String(n) });
    const chip = page.getByRole('button', { name: 'Order changed' });
    await chip.waitFor();
    expect((await topics(page)).slice(2)).toEqual(['fleet', '$SYS']);
    await chip.click();
    await expect.poll(async () => (await topics(page)).slice(2)).toEqual(['hostile', '$SYS']);
    await head('Topic').getByRole('button', { name: 'Topic', exact: true }).click();
    await expect.poll(() => topics(page)).toEqual(['fleet', 'hostile', 'plant', '$SYS']);
    expect([await sorted('Topic'), await sorted('Messages')]).toEqual(['ascending', 'none']);
  });

  it('has columns that are dragged to another place and width, fit by a double click, and come back', async () => {
    const { page } = window;
    const head = (name: string) => tree(page).getByRole('columnheader', { name });
    const order = () => tree(page).getByRole('columnheader').allInnerTexts();
    const width = async (name: string) => (await head(name).boundingBox())?.width ?? 0;
    const middle = async (name: string) => {
      const box = await head(name).boundingBox();
      if (box === null) throw new Error(`${name} is not there`);
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    };
    const sorting = await head('Rate').getAttribute('aria-sort');
    const drag = async (name: string, x: number, drop: boolean) => {
      const from = await middle(name);
      await page.mouse.move(from.x, from.y);
      await page.mouse.down();
      await page.mouse.move(x, from.y, { steps: 4 });
      await tree(page).locator('[data-drop=before]').waitFor();
      if (!drop) await page.keyboard.press('Escape');
      await page.mouse.up();
      await tree(page).locator('[data-drop]').first().waitFor({ state: 'detached' });
    };
    const before = ['Topic', 'Value', 'Messages', 'Rate', 'Last seen'];
    await drag('Rate', (await middle('Messages')).x - 8, false);
    expect(await order()).toEqual(before);
    await drag('Rate', (await middle('Messages')).x - 8, true);
    await expect.poll(order).toEqual(['Topic', 'Value', 'Rate', 'Messages', 'Last seen']);
    expect(await head('Rate').getAttribute('aria-sort')).toBe(sorting);

    const narrow = await width('Messages');
    const grip = await head('Messages').locator('.tt-grip').boundingBox();
    if (grip === null) throw new Error('no grip');
    await page.mouse.move(grip.x + 4, grip.y + 8);
    await page.mouse.down();
    await page.mouse.move(grip.x - 76, grip.y + 8, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => width('Messages')).toBe(narrow + 80);
    await head('Messages').locator('.tt-grip').dblclick();
    // As wide as its head, which is wider than the figures.
    await expect.poll(() => width('Messages')).toBeLessThan(narrow + 8);
    const shown = await head('Messages').getByRole('button').boundingBox();
    expect(shown?.x).toBeGreaterThanOrEqual((await head('Messages').boundingBox())?.x ?? Infinity);

    // News draw the rows again, of which one had the focus before.
    const columns = tree(page).getByRole('button', { name: 'Columns…' });
    await columns.focus();
    const reported = await tree(page).innerText();
    await expect.poll(() => tree(page).innerText()).not.toBe(reported);
    expect(await columns.evaluate((button) => button === button.ownerDocument.activeElement)).toBe(true);
    await columns.press('Enter');
    await page.getByRole('menuitem', { name: 'Reset columns' }).click();
    await expect.poll(order).toEqual(before);
    await expect.poll(() => width('Messages')).toBe(narrow);
  });

  it('leads to any topic by a few letters, from another view too, which can be watched', async () => {
    const { page } = window;
    await page.keyboard.press('Alt+3');
    await page.getByRole('tabpanel', { name: 'Search', exact: true }).waitFor();
    await page.keyboard.press('Control+p');
    const dialog = page.getByRole('dialog', { name: 'Go to topic' });
    await dialog.getByRole('combobox').fill('dev 217');
    const found = dialog.getByRole('option', { name: 'fleet/device-217/value', exact: true });
    await found.waitFor();
    await expect.poll(() => found.getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    const row = rowOf(page, 'fleet/device-217/value');
    await row.waitFor();
    await expect.poll(() => row.getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('Alt+w');
    const rail = page.getByRole('navigation', { name: 'Connections' });
    const watching = page.getByRole('list', { name: 'Watching' });
    await watching.getByText('217', { exact: true }).waitFor();
    window.fake.broker.publish({ topic: 'fleet/device-217/value', payload: '218.50' });
    await watching.getByText('218.50', { exact: true }).waitFor();
    const size = page.viewportSize() ?? { width: 1_440, height: 900 };
    await page.setViewportSize({ width: 1_024, height: 700 });
    await watching.waitFor({ state: 'hidden' });
    await rail.getByRole('button', { name: 'Watching', exact: true }).press('Enter');
    await watching.getByText('218.50', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await watching.waitFor({ state: 'hidden' });
    await page.setViewportSize(size);
    await watching.getByRole('button', { name: 'Stop watching value' }).press('Enter');
    await watching.waitFor({ state: 'detached' });
    // The button is gone: keys go on beside where it was, instead of from the top of the page.
    await expect.poll(() => rail.evaluate((nav) => nav.contains(document.activeElement))).toBe(true);
  });

  it('marks what the broker retains, and nothing else', async () => {
    const { page } = window;
    for (const topic of ['plant', 'plant/a']) await toggle(page, topic);
    await rowOf(page, 'plant/a/state').getByLabel('Retained', { exact: true }).waitFor();
    await toggle(page, 'plant/b');
    await rowOf(page, 'plant/b/telemetry').waitFor();
    await expect.poll(() => rowOf(page, 'plant/b/telemetry').getByLabel('Retained').count()).toBe(0);
    await expect.poll(() => rowOf(page, 'plant/a').getByLabel('Retained').count()).toBe(0);
  });

  it('is walked through by keys alone, with one tab stop', async () => {
    const { page } = window;
    for (const topic of ['plant', 'plant/a']) await toggle(page, topic);
    await rowOf(page, 'plant').focus();
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-topic'));
    const press = async (key: string, topic: string) => {
      await page.keyboard.press(key);
      await expect.poll(focused).toBe(topic);
    };
    await press('ArrowDown', 'plant/a');
    await expect.poll(() => rowOf(page, 'plant/a').getAttribute('aria-selected')).toBe('true');
    await press('ArrowRight', 'plant/a/state');
    await press('ArrowLeft', 'plant/a');
    await press('ArrowLeft', 'plant/a');
    await rowOf(page, 'plant/a/state').waitFor({ state: 'detached' });
    await press('ArrowLeft', 'plant');
    await page.keyboard.press('Control+c');
    const payload = page.getByRole('textbox', { name: 'Payload' });
    // The clipboard has it some time after the key.
    const pasted = async () => {
      await payload.fill('');
      await payload.press('Control+v');
      return payload.inputValue();
    };
    await expect.poll(pasted).toBe('plant');
    await rowOf(page, 'plant').focus();
    await press('ArrowUp', 'hostile');
    await press('f', 'fleet');
    await page.keyboard.press('ArrowRight');
    await rowOf(page, 'fleet/device-000').waitFor();
    await press('End', '$SYS');
    await press('*', '$SYS');
    await expect.poll(() => rowOf(page, '$SYS').getAttribute('aria-expanded')).toBe('true');
    await press('ArrowDown', '$SYS/broker');
    await press('ArrowLeft', '$SYS');
    await press('ArrowLeft', '$SYS');
    await rowOf(page, '$SYS/broker').waitFor({ state: 'detached' });
    await press('Home', 'fleet');
    await page.keyboard.press('PageDown');
    await expect
      .poll(() => page.evaluate(() => Number(document.activeElement?.getAttribute('aria-rowindex'))))
      .toBeGreaterThan(10);
    await page.keyboard.press('Enter');
    const topic = await focused();
    await inspector(page)
      .getByRole('heading', { name: topic ?? '', exact: true })
      .waitFor();
    await expect.poll(() => tree(page).locator('[data-topic][tabindex="0"]').count()).toBe(1);
  });

  it('filters by plain text, shows matches with their parents, and gives back what was open', async () => {
    const { page } = window;
    await toggle(page, 'plant');
    await rowOf(page, 'plant/b').waitFor();
    const before = await topics(page);
    const filter = page.getByRole('searchbox', { name: 'Filter topics' });
    await page.keyboard.press('Control+f');
    await expect.poll(() => filter.evaluate((input) => input === document.activeElement)).toBe(true);
    await filter.fill('DEVICE-12');
    const devices = Array.from({ length: 10 }, (_, at) => `fleet/device-12${at}`);
    const found = devices.flatMap((device) => [device, `${device}/value`]);
    await expect.poll(() => topics(page)).toEqual(['fleet', ...found]);
    await page.getByText(/^10 of \d+ topics$/).waitFor();
    await toggle(page, 'fleet/device-120');
    await expect
      .poll(() => topics(page))
      .toEqual(['fleet', ...found.filter((topic) => topic !== 'fleet/device-120/value')]);
    // Found in a topic, and in a value.
    await filter.fill('temperat');
    await expect
      .poll(() => topics(page))
      .toEqual(['plant', 'plant/a', 'plant/a/temperature', 'plant/b', 'plant/b/telemetry']);
    await filter.fill('no such topic');
    await page.getByText(/^0 of \d+ topics match\.$/).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Clear filter', exact: true }).first().click();
    await expect.poll(() => topics(page)).toEqual(before);
    await expect.poll(() => filter.inputValue()).toBe('');
  });

  it('completes a filter by keyboard alone, and leaves the last valid one in force', async () => {
    const { page } = window;
    await page.keyboard.press('Control+f');
    const filter = page.getByRole('searchbox', { name: 'Filter topics' });
    const list = page.getByRole('listbox', { name: 'Filter suggestions' });
    await page.keyboard.type('json:TE');
    await list.getByRole('option', { name: /^json:temperature/ }).waitFor();
    await page.keyboard.press('Tab');
    await expect.poll(() => filter.inputValue()).toBe('json:temperature');
    await page.keyboard.type('>70');
    await expect.poll(() => topics(page)).toEqual(['plant', 'plant/b', 'plant/b/telemetry']);
    await page.keyboard.press('Control+a');
    await page.keyboard.type('plant val');
    await list.getByRole('option', { name: /^value>/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Tab');
    await expect.poll(() => filter.inputValue()).toBe('plant value>');
    const problem = page.getByRole('status', { name: 'Filter problem' });
    await expect.poll(() => problem.innerText()).toContain('needs a value after >');
    await expect.poll(() => filter.getAttribute('aria-invalid')).toBe('true');
    await page.keyboard.type('20');
    await expect.poll(() => topics(page)).toEqual(['plant', 'plant/a', 'plant/a/temperature']);
    await expect.poll(() => filter.getAttribute('aria-invalid')).toBe('false');
    // At once: "rate" alone, on the way to it, is a valid word that matches nothing.
    await page.keyboard.insertText(' rate>fast');
    await expect.poll(() => problem.innerText()).toContain('rate>fast needs a number after >');
    await expect.poll(() => problem.innerText()).toContain('The last valid filter stays in force.');
    await expect.poll(() => topics(page)).toEqual(['plant', 'plant/a', 'plant/a/temperature']);
    await page.keyboard.type(' te');
    await list.getByRole('option', { name: /^temperature/ }).waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await list.waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await expect.poll(() => filter.evaluate((input) => input === document.activeElement)).toBe(false);
  });

  it('goes from match to match, marks what was found, and filters from a row', async () => {
    const { page } = window;
    const filter = page.getByRole('searchbox', { name: 'Filter topics' });
    await filter.fill('device-01');
    await rowOf(page, 'fleet/device-010').waitFor();
    await page.keyboard.press('F3');
    await expect.poll(() => rowOf(page, 'fleet/device-010').getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('F3');
    await expect.poll(() => rowOf(page, 'fleet/device-010/value').getAttribute('aria-selected')).toBe('true');
    await expect.poll(() => rowOf(page, 'fleet/device-010').locator('mark').innerText()).toBe('device-01');
    await rowOf(page, 'fleet/device-010').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Exclude this' }).click();
    await expect.poll(() => filter.inputValue()).toBe('device-01 -topic:fleet/device-010/#');
    await expect.poll(async () => (await topics(page)).slice(0, 2)).toEqual(['fleet', 'fleet/device-011']);
    await rowOf(page, 'fleet/device-011').click({ button: 'right' });
    const subscribe = page.getByRole('menuitem', { name: 'Subscribe to this subtree' });
    await expect.poll(() => subscribe.innerText()).toContain('# includes it');
    await page.getByRole('menuitem', { name: 'Filter like this' }).click();
    await expect.poll(() => filter.inputValue()).toBe('topic:fleet/device-011/#');
  });

  it('stands still while paused, says what waits, and goes on', async () => {
    const { page, fake } = window;
    for (const topic of ['plant', 'plant/a']) await toggle(page, topic);
    const value = rowOf(page, 'plant/a/temperature').getByRole('gridcell').nth(1);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    const before = await value.innerText();
    for (let at = 1; at <= 5; at++)
      fake.broker.publish({ topic: 'plant/a/temperature', payload: `3${at}.5` });
    // Five and what the broker publishes below $SYS meanwhile.
    const waiting = page.getByText(/^\d+ new messages/);
    await expect.poll(async () => Number.parseInt(await waiting.innerText())).toBeGreaterThanOrEqual(5);
    await expect.poll(() => value.innerText()).toBe(before);
    await page.getByRole('button', { name: 'Resume' }).click();
    await expect.poll(() => value.innerText()).toContain('35.5');
  });

  it('shows any level as text: empty, blank, markup, right to left, very long, reordering', async () => {
    const { page } = window;
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await toggle(page, 'hostile');
    for (const parent of ['hostile/', 'hostile/ ', 'hostile/__proto__']) await toggle(page, parent);
    for (const topic of HOSTILE) await rowOf(page, topic).waitFor();
    await rowOf(page, REORDERING).getByText('a\\u{202e}b', { exact: true }).waitFor();
    await expect.poll(() => rowOf(page, 'hostile/').innerText()).toContain('(empty level)');
    await expect.poll(() => tree(page).locator('img').count()).toBe(0);
    expect(dialogs).toEqual([]);
    await select(page, 'hostile/__proto__/constructor');
    await select(page, HOSTILE[3] ?? '');
  });

  it('reaches the last of many rows by wheel, key and scroll bar, and comes back', async () => {
    const { page } = window;
    await page.getByRole('button', { name: 'Expand all' }).click();
    await expect
      .poll(async () => Number(await tree(page).getAttribute('aria-rowcount')))
      .toBeGreaterThan(600);
    await tree(page).hover();
    await page.mouse.wheel(0, 240);
    await expect.poll(async () => (await topics(page))[0]).not.toBe('fleet');
    // The broker may publish one more figure of its own at any time: the last row is the last one of now.
    await expect
      .poll(async () => {
        await tree(page).evaluate((box) => box.scrollTo({ top: box.scrollHeight }));
        const total = (await tree(page).getAttribute('aria-rowcount')) ?? '';
        return tree(page).locator(`[data-topic^="$SYS/"][aria-rowindex="${total}"]`).isVisible();
      })
      .toBe(true);
    await tree(page).evaluate((box) => box.scrollTo({ top: 0 }));
    await rowOf(page, 'fleet').waitFor();
  });

  it('keeps the selection and what was open over a reload', async () => {
    const { page } = window;
    await toggle(page, 'plant');
    await toggle(page, 'plant/a');
    await select(page, 'plant/a/state');
    await page.reload();
    await inspector(page).getByRole('heading', { name: 'plant/a/state', exact: true }).waitFor();
    const row = rowOf(page, 'plant/a/state');
    await row.waitFor();
    await expect.poll(() => row.getAttribute('aria-selected')).toBe('true');
  });

  it.each(['light', 'dark'] as const)(
    'has nothing that the accessibility checker objects to (%s)',
    async (scheme) => {
      const { page } = window;
      await page.emulateMedia({ colorScheme: scheme });
      await page.locator(`html[data-theme=${scheme}]`).waitFor({ state: 'attached' });
      for (const topic of ['plant', 'plant/a', 'plant/b']) await toggle(page, topic);
      await select(page, 'plant/b/telemetry');
      await expectAccessible(page);
    },
  );
});
