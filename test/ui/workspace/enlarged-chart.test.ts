import type { Page } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import { teardown } from '../../support/teardown.ts';
import { serverHost } from '../hosts.ts';
import { inspector, openConnected, rowOf, select, showTab } from '../window.ts';

afterAll(teardown);

/** How far the chart and the figures beside it go beyond the pane they are in (px). */
const beyond = (page: Page) =>
  inspector(page)
    .locator('.insp-chart')
    .evaluate((chart) => {
      const pane = chart.parentElement!.getBoundingClientRect();
      const parts = [...chart.querySelectorAll('.insp-chart-plot, .insp-chart-side')].map((part) =>
        part.getBoundingClientRect(),
      );
      return {
        right: Math.max(0, ...parts.map(({ right }) => right - pane.right)),
        bottom: Math.max(0, ...parts.map(({ bottom }) => bottom - pane.bottom)),
      };
    });

describe('An enlarged chart', () => {
  test('fits its pane with a long table beside it, also after the window became narrower', async () => {
    const { page, fake } = await openConnected(serverHost);
    await page.setViewportSize({ width: 1500, height: 900 });
    for (let at = 1; at <= 5; at++) fake.broker.publish({ topic: 'a', payload: String(at) });
    await rowOf(page, 'a').waitFor();
    await select(page, 'a');
    await showTab(page, 'Chart');
    await inspector(page).getByRole('button', { name: 'Enlarge inspector' }).click();
    await inspector(page).getByRole('checkbox', { name: 'Show as table' }).check();
    const values = inspector(page).getByRole('table', { name: 'Values' });
    await values.getByRole('row').nth(1).waitFor();
    // As long as it gets in five minutes.
    await values.evaluate((table) => {
      for (let row = 0; row < 60; row++)
        table.append(table.querySelector('tbody tr:last-child')!.cloneNode(true));
    });
    await expect.poll(() => beyond(page)).toEqual({ right: 0, bottom: 0 });
    await page.setViewportSize({ width: 1024, height: 700 });
    await expect.poll(() => beyond(page)).toEqual({ right: 0, bottom: 0 });
    await values.getByRole('row').last().scrollIntoViewIfNeeded();
    await expect.poll(() => beyond(page)).toEqual({ right: 0, bottom: 0 });
  });
});
