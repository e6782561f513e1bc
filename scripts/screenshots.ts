// The pictures of the README: the demo, as it is, in both themes. `node scripts/screenshots.ts` after a build.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { launchBrowser, startHost } from '../bench/lib/browser.ts';

const FOLDER = fileURLToPath(new URL('../docs/images/', import.meta.url));
/** Long enough for rates to settle and for the first minute's happenings. */
const WARM_UP_MS = 70_000;

async function arrange(page: Page): Promise<void> {
  const row = (topic: string) => page.locator(`[role=row][data-topic="${topic}"]`);
  await row('plant').waitFor();
  await row('plant').click();
  for (const topic of ['plant', 'plant/hall-2', 'plant/hall-2/line-7', 'plant/hall-2/line-7/press-03']) {
    await row(topic).click();
    await page.keyboard.press('ArrowRight');
  }
  await row('plant/hall-2/line-7/press-03/telemetry').click();
  await page.getByRole('textbox', { name: 'Topic' }).fill('plant/hall-2/line-7/press-03/cmd/speed');
  await page.getByRole('textbox', { name: 'Payload' }).fill('{\n  "speed": 80,\n  "ramp_s": 5\n}');
  await page.getByRole('combobox', { name: 'QoS' }).selectOption('1');
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
}

const host = await startHost(['--demo']);
const browser = await launchBrowser();
try {
  mkdirSync(FOLDER, { recursive: true });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark' });
  const page = await context.newPage();
  await page.goto(host.url);
  await arrange(page);
  await page.waitForTimeout(WARM_UP_MS);
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(1_500);
    await page.screenshot({ path: `${FOLDER}demo-${colorScheme}.png` });
  }
} finally {
  await browser.close();
  await host.close();
}
