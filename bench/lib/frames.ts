// Frames of a page, by its own animation clock.
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';

/** Gaps between animation frames in the page while `act` goes on. */
export async function frames(page: Page, act: () => Promise<void>): Promise<number[]> {
  await page.evaluate(`(() => {
    const times = []; window.__frames = times; window.__on = true;
    const tick = (t) => { times.push(t); if (window.__on) requestAnimationFrame(tick); };
    requestAnimationFrame(tick);
  })()`);
  await act();
  const times = (await page.evaluate(
    `(() => { window.__on = false; return window.__frames; })()`,
  )) as number[];
  return times.slice(1).map((time, i) => time - (times[i] ?? time));
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

const SCROLL_MS = 10_000;

export async function scroll(page: Page): Promise<void> {
  await page.mouse.move(500, 400);
  await turnWheel(page, SCROLL_MS);
}

async function turnWheel(page: Page, forMs: number): Promise<void> {
  for (const began = performance.now(); performance.now() - began < forMs;) {
    await page.mouse.wheel(0, 96);
    await delay(12);
  }
}

/** Shares of the way down that the scroll bar is put to, one after the other. */
const PLACES = [0.1, 0.9, 0.35, 0.6, 0.001] as const;

/** As long as `scroll`, with a jump to another place of the tree at equal times. */
export async function scrollAnywhere(page: Page): Promise<void> {
  const tree = page.getByRole('treegrid', { name: 'Topics' });
  await page.mouse.move(500, 400);
  for (const place of PLACES) {
    await tree.evaluate((box: { scrollTop: number; scrollHeight: number }, share: number) => {
      box.scrollTop = box.scrollHeight * share;
    }, place);
    await turnWheel(page, SCROLL_MS / PLACES.length);
  }
}

/** A page that only scrolls as many rows: what the machine can do at this moment. */
export async function control(log: (line: string) => void): Promise<number> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const rows = Array.from(
      { length: 5_000 },
      (_, i) => `<div style="height:24px;content-visibility:auto">row ${i} <span>value</span></div>`,
    );
    await page.setContent(`<div style="height:900px;overflow:auto">${rows.join('')}</div>`);
    const gaps = await frames(page, () => scroll(page));
    log(`control: p95 ${percentile(gaps, 0.95).toFixed(1)} ms`);
    return percentile(gaps, 0.95);
  } finally {
    await browser.close();
  }
}
