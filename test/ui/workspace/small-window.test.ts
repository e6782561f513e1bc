import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { teardown } from '../../support/teardown.ts';
import { hosts } from '../hosts.ts';
import { expectAccessible, openConnected, rowOf, select, tree, type Connected } from '../window.ts';

/** 200 % zoom of 1440×900 and of 1024×700, in CSS px. */
const ZOOMED = [
  { width: 720, height: 450 },
  { width: 512, height: 350 },
] as const;
/** More than there are, so that a walk that never comes round fails. */
const MOST_STOPS = 90;

const dockButton = (page: Page) =>
  page.getByRole('button', { name: /^(Fold|Unfold) publish and diagnostics$/ });

/** Every stop of the Tab key from the filter on, and which of them something else lies over. */
async function walk(page: Page): Promise<{ names: string[]; covered: string[] }> {
  const names: string[] = [];
  const covered: string[] = [];
  await page.getByRole('searchbox', { name: 'Filter topics' }).focus();
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      if (!(element instanceof HTMLElement) || element === document.body) return null;
      const { x, y, width, height } = element.getBoundingClientRect();
      const name = element.getAttribute('aria-label') ?? element.textContent?.slice(0, 30) ?? '';
      // What is higher than its pane is seen by its upper part.
      const hit = document.elementFromPoint(x + width / 2, y + Math.min(height / 2, 10));
      const seen =
        hit !== null &&
        (element.contains(hit) || hit.contains(element) || hit.closest('label, .segmented') !== null);
      return {
        name: `${element.tagName.toLowerCase()} ${name}`.trim(),
        seen,
        last: element.matches('.rail *'),
      };
    });
    if (at === null || at.last) break;
    // A hairline.
    if (at.name.startsWith('div Resize')) continue;
    names.push(at.name);
    if (!at.seen) covered.push(at.name);
  }
  return { names, covered };
}

describe.each(hosts)('A small window, in $name', (host) => {
  const it = host.missing === null ? test : test.skip;
  let window: Connected;

  beforeAll(async () => {
    if (host.missing !== null) return;
    window = await openConnected(host, ({ broker }) =>
      broker.publish({ topic: 'plant/state', payload: '{"temperature":71.4}', retain: true }),
    );
    await rowOf(window.page, 'plant').waitFor();
    await window.page.getByRole('button', { name: 'Expand all' }).click();
    await select(window.page, 'plant/state');
  });
  afterAll(teardown);

  const panes = () =>
    window.page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('.pane')].map((pane) => {
        const { top, bottom, left, right } = pane.getBoundingClientRect();
        return { height: bottom - top, width: right - left, right, bottom };
      }),
    );

  it.each(ZOOMED)(
    'keeps every pane in the window and every control in reach at $width × $height',
    async (size) => {
      const { page } = window;
      await page.setViewportSize(size);
      for (const end of ['Home', 'End', null] as const) {
        await dockButton(page).waitFor();
        if ((await dockButton(page).getAttribute('aria-expanded')) === 'false')
          await page.keyboard.press('Control+j');
        const line = page.getByRole('separator', { name: 'Resize the lower panes' });
        if (end !== null) await line.press(end);
        for (const pane of await panes()) {
          expect(pane.height).toBeGreaterThanOrEqual(30);
          expect(pane.width).toBeGreaterThanOrEqual(190);
          expect(pane.right).toBeLessThanOrEqual(size.width);
          expect(pane.bottom).toBeLessThanOrEqual(size.height);
        }
        const { names, covered } = await walk(page);
        expect(covered).toEqual([]);
        expect(names.length).toBeLessThan(MOST_STOPS);
        expect(names.join()).toContain('publish and diagnostics');
        if (end !== 'End') expect(names.join()).toContain('textarea Payload');
      }
      await expectAccessible(page);
    },
  );

  it.each(ZOOMED)('cuts no column of the tree at $width × $height', async (size) => {
    const { page } = window;
    await page.setViewportSize(size);
    const cut = () =>
      tree(page).evaluate(({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth);
    await expect.poll(cut).toBe(false);
  });

  it('shows all tabs, and the properties of a message as they unfold, at 1024 × 700', async () => {
    const { page } = window;
    await page.setViewportSize({ width: 1024, height: 700 });
    for (const name of ['Inspector views', 'Diagnostics']) {
      const list = page.getByRole('tablist', { name });
      const cut = () => list.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
      await expect.poll(cut).toBeLessThanOrEqual(0);
    }
    const publish = page.getByRole('region', { name: 'Publish' });
    const unfold = publish.getByRole('button', { name: 'Properties' });
    await unfold.click();
    const pane = await publish.boundingBox();
    const low = (pane?.y ?? 0) + (pane?.height ?? 0);
    for (const name of ['Content type', 'Response topic']) {
      const bottom = async () => {
        const box = await publish.getByRole('textbox', { name }).boundingBox();
        return (box?.y ?? Infinity) + (box?.height ?? 0);
      };
      await expect.poll(bottom).toBeLessThanOrEqual(low);
    }
    // By the same button, which has stayed where it was.
    await unfold.click();
    await expect.poll(() => publish.getByRole('group', { name: 'MQTT 5 properties' }).count()).toBe(0);
  });

  it('has the whole place of a connection as its button where only the icons are left', async () => {
    const { page, fake } = window;
    await page.setViewportSize({ width: 1024, height: 700 });
    const rail = page.getByRole('navigation', { name: 'Connections' });
    const button = rail.getByRole('button', { name: `127.0.0.1:${fake.port}` });
    await expect.poll(async () => (await button.boundingBox())?.width ?? 0).toBeGreaterThanOrEqual(32);
    expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(32);
    await button.click({ button: 'right' });
    const menu = page.getByRole('menu');
    await menu.waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => menu.count()).toBe(0);
  });

  it('folds publish and diagnostics by key, line and button, and remembers it', async () => {
    const { page } = window;
    await page.setViewportSize({ width: 1024, height: 700 });
    if ((await dockButton(page).getAttribute('aria-expanded')) === 'false') await dockButton(page).click();
    const heights = async () => (await panes()).map(({ height }) => height);
    await page.getByRole('textbox', { name: 'Payload' }).focus();
    await page.keyboard.press('Control+j');
    await expect.poll(async () => (await heights()).filter((height) => height === 36)).toHaveLength(2);
    // Whoever was in it is at the way back.
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
      .toBe('Unfold publish and diagnostics');
    await page.reload();
    await expect.poll(async () => (await heights()).filter((height) => height === 36)).toHaveLength(2);
    await page.keyboard.press('Control+Shift+P');
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
      .toBe('Topic');
    await expect.poll(async () => Math.min(...(await heights()))).toBeGreaterThan(110);
    await page.getByRole('separator', { name: 'Resize the lower panes' }).press('End');
    await page.getByRole('button', { name: 'Unfold publish and diagnostics' }).click();
    await expect.poll(async () => Math.min(...(await heights()))).toBeGreaterThan(110);
  });

  it('gives one tab of the enlarged diagnostics all the room, where the parts would not fit', async () => {
    const { page } = window;
    const region = page.getByRole('region', { name: 'Diagnostics' });
    await page.setViewportSize({ width: 1024, height: 700 });
    await page.getByRole('button', { name: 'Enlarge diagnostics' }).click();
    await expect.poll(() => region.getByRole('tabpanel').count()).toBe(3);
    await page.setViewportSize({ width: 512, height: 350 });
    await expect.poll(() => region.getByRole('tabpanel').count()).toBe(1);
    await expect
      .poll(async () => (await region.getByRole('tabpanel').boundingBox())?.height ?? 0)
      .toBeGreaterThan(180);
    await page.getByRole('button', { name: 'Shrink diagnostics' }).click();
    await rowOf(page, 'plant').waitFor();
  });

  it('fades out the end at which there are more tabs than fit', async () => {
    const { page } = window;
    await page.setViewportSize({ width: 512, height: 350 });
    const list = page.getByRole('region', { name: 'Diagnostics' }).getByRole('tablist');
    const fades = () =>
      list.evaluate((one) => ({
        hidden: one.scrollWidth - one.clientWidth,
        end: getComputedStyle(one).getPropertyValue('--fade-end'),
      }));
    await list.getByRole('tab').first().click();
    await list.evaluate((one) => void (one.scrollLeft = 0));
    await expect.poll(async () => (await fades()).end).toBe('32px');
    expect((await fades()).hidden).toBeGreaterThan(0);
    await list.evaluate((one) => void (one.scrollLeft = one.scrollWidth));
    await expect.poll(async () => (await fades()).end).toBe('0px');
  });
});
