import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { teardown } from '../../support/teardown.ts';
import { hosts } from '../hosts.ts';
import { openConnected, rowOf, topics, tree, type Connected } from '../window.ts';

/** Where a row is on the screen, px. */
async function yOf(page: Page, topic: string): Promise<number> {
  return (await rowOf(page, topic).boundingBox())?.y ?? Number.NaN;
}

describe.each(hosts)('What stays where it is, in $name', (host) => {
  const it = host.missing === null ? test : test.skip;
  let window: Connected;
  /** Topics of each test have names of their own. */
  let turn = 0;

  beforeAll(async () => {
    if (host.missing !== null) return;
    window = await openConnected(host, ({ broker }) =>
      broker.publish({ topic: 'm/first', payload: '1', retain: true }),
    );
    await rowOf(window.page, 'm').waitFor();
  });
  beforeEach(() => {
    turn++;
  });
  afterAll(teardown);

  /** A new topic above all others, once its row is there for anyone who looks for it. */
  async function arrives(topic: string): Promise<void> {
    const before = Number(await tree(window.page).getAttribute('aria-rowcount'));
    window.fake.broker.publish({ topic, payload: '1' });
    await expect
      .poll(async () => Number(await tree(window.page).getAttribute('aria-rowcount')))
      .toBe(before + 1);
  }

  it('a pointed row of a tree with room to spare, while topics arrive above it', async () => {
    const { page } = window;
    await rowOf(page, 'm').hover();
    const before = await yOf(page, 'm');
    for (const letter of ['c', 'b', 'a']) {
      await arrives(`${letter}${turn}`);
      expect(await yOf(page, 'm')).toBe(before);
    }
    // Once it is let go, what came is there to be seen.
    await page.mouse.move(5, 5);
    await expect.poll(async () => (await topics(page))[0]).toBe(`a${turn}`);
    await expect.poll(async () => (await yOf(page, 'm')) - before).toBe(3 * 24);
  });

  it('the row with the focus, at the top of a long tree', async () => {
    const { page, fake } = window;
    for (let at = 100; at < 160; at++) fake.broker.publish({ topic: `n${at}`, payload: '1' });
    await expect.poll(async () => Number(await tree(page).getAttribute('aria-rowcount'))).toBeGreaterThan(60);
    await page.mouse.move(5, 5);
    await rowOf(page, 'm').focus();
    const before = await yOf(page, 'm');
    await arrives(`a${turn}`);
    await arrives(`b${turn}`);
    expect(await yOf(page, 'm')).toBe(before);
  });

  it('the pointed row at the end of a long tree', async () => {
    const { page } = window;
    await tree(page).evaluate((box) => box.scrollTo({ top: box.scrollHeight }));
    await rowOf(page, 'n155').hover();
    const before = await yOf(page, 'n155');
    await arrives(`a${turn}`);
    await arrives(`n1550${turn}`);
    await arrives(`z${turn}`);
    expect(await yOf(page, 'n155')).toBe(before);
  });

  it('every pane, while the connection is lost, retried and back', async () => {
    const { page, fake } = window;
    const places = () =>
      page.evaluate(() =>
        [...document.querySelectorAll('.pane')].map((pane) => {
          const { x, y, width, height } = pane.getBoundingClientRect();
          return [x, y, width, height];
        }),
      );
    const before = await places();
    expect(before).toHaveLength(4);
    fake.on.connect = () => 'ignore';
    for (const link of fake.links) link.end();
    // A slow machine has found out why by then: the verdict offers “Retry now: …” beside the banner.
    await page.getByRole('button', { name: 'Retry now', exact: true }).waitFor();
    expect(await places()).toEqual(before);
    // The whole of it is shown over the panes, not between them.
    await page.getByRole('button', { name: 'Show notices in full' }).click();
    expect(await places()).toEqual(before);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Show notices in full' }).waitFor();
    fake.on.connect = () => 'pass';
    await page.getByRole('button', { name: 'Disconnect' }).last().click();
    await page.getByText('Disconnected since').waitFor();
    expect(await places()).toEqual(before);
    await page.getByRole('main').getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByText('Subscribed to').waitFor();
    expect(await places()).toEqual(before);
  });
});
