import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { BareBrowser } from '../lib/bare-browser.ts';
import { launchBrowser, startHost } from '../lib/browser.ts';
import { control, frames, percentile, scroll, scrollAnywhere } from '../lib/frames.ts';
import type { FeedSpec } from '../lib/feed.ts';
import type { FeederReady, FeedResult } from '../lib/feeder.ts';
import { Child, median } from '../lib/process.ts';
import type { Case, Figure } from './figure.ts';

const plain = { valid: true, why: '', sent: 0, received: 0, higher: false } as const;

/** In the page, before its own scripts: when the button was there, and the frame with it was drawn. */
const watch = (name: string): string => `(() => {
  const there = () => [...document.querySelectorAll('button')].some((one) => one.textContent === '${name}');
  const look = () => {
    if (!there()) return false;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => { window.drawnAt = performance.timeOrigin + performance.now(); };
      port2.postMessage(null);
    });
    return true;
  };
  new MutationObserver((_news, observer) => { if (look()) observer.disconnect(); })
    .observe(document, { subtree: true, childList: true });
})()`;

/** In a page of its own, from the address to the button that it shows, ms; nobody listens to it meanwhile. */
async function untilButton(browser: BareBrowser, url: string, name: string): Promise<number> {
  const page = await browser.open('about:blank');
  await page.before(watch(name));
  const began = performance.timeOrigin + performance.now();
  await page.navigate(url);
  await page.until('window.drawnAt !== undefined');
  const drawn = (await page.evaluate('window.drawnAt')) as number;
  await page.close();
  return drawn - began;
}

const start: Case = {
  names: ['start/ready', 'start/paint'],
  measure: async (context) => {
    const ready: number[] = [];
    const paint: number[] = [];
    const blank: number[] = [];
    const browser = await BareBrowser.launch();
    try {
      for (let round = 0; round < Math.max(5, context.rounds); round++) {
        const host = await startHost();
        paint.push(await untilButton(browser, host.url, 'Try the demo broker'));
        blank.push(await untilButton(browser, 'data:text/html,<button>Static</button>', 'Static'));
        ready.push(host.readyMs);
        context.log(
          `ready in ${host.readyMs.toFixed(0)} ms, painted in ${paint.at(-1)?.toFixed(0)} ms, a static page in ${blank.at(-1)?.toFixed(0)} ms`,
        );
        await host.close();
      }
    } finally {
      await browser.close();
    }
    return [
      {
        ...plain,
        name: 'start/ready',
        value: median(ready),
        unit: 'ms',
        goal: 1_000,
        vs: 'spawn to the ready line',
      },
      {
        ...plain,
        name: 'start/paint',
        value: median(paint),
        unit: 'ms',
        goal: 700,
        control: median(blank),
        vs: 'ready line to the first page; the control is a page of one button',
      },
    ];
  },
};

/** From a key to the row that shows it, in the page's own clock. */
async function inputResponse(page: Page): Promise<number> {
  const times: number[] = [];
  await page.locator('[role=row][data-topic]').nth(5).click();
  for (let i = 0; i < 15; i++) {
    await page.evaluate(`(() => {
      const grid = document.querySelector('[role=treegrid]');
      const selected = () => grid.querySelector('[role=row][aria-selected=true]')?.dataset.topic;
      const before = selected();
      window.__response = new Promise((resolve) => {
        addEventListener('keydown', () => {
          const at = performance.now();
          const look = () => selected() !== before ? resolve(performance.now() - at) : requestAnimationFrame(look);
          requestAnimationFrame(look);
        }, { once: true, capture: true });
      });
    })()`);
    await page.keyboard.press('ArrowDown');
    times.push((await page.evaluate('window.__response')) as number);
  }
  return percentile(times, 0.95);
}

/** A feed under which a window is scrolled. */
interface Flood {
  readonly names: { readonly frame: string; readonly input: string; readonly heap: string };
  readonly feed: Pick<FeedSpec, 'topics' | 'messages' | 'rate'>;
  /** From the first rows until every topic is there, ms. */
  readonly settleMs: number;
  readonly scrolls: (page: Page) => Promise<void>;
  readonly vs: string;
}

const FLOODS: readonly Flood[] = [
  {
    names: { frame: 'ui/100k-30k/p95-frame', input: 'ui/100k-30k/input', heap: 'ui/heap' },
    feed: { topics: 100_000, messages: 400_000, rate: 30_000 },
    settleMs: 6_000,
    scrolls: scroll,
    vs: 'scrolling 100,000 expanded topics at 30,000 messages/s',
  },
  {
    names: { frame: 'ui/1M-100k/p95-frame', input: 'ui/1M-100k/input', heap: 'ui/1M-100k/heap' },
    feed: { topics: 1_000_000, messages: 1_000_000, rate: 100_000 },
    settleMs: 12_000,
    scrolls: scrollAnywhere,
    vs: 'scrolling a million expanded topics here and there at 100,000 messages/s',
  },
];
/** Time enough to expand, scroll and select. */
const FEED_SECONDS = 60;

interface FloodResult {
  readonly gaps: readonly number[];
  readonly inputMs: number;
  readonly heapMb: number;
  readonly base: Pick<Figure, 'valid' | 'why' | 'sent' | 'received' | 'higher'>;
}

/** @throws where the rows are not there half a minute after they are expanded */
async function underFlood({ feed, settleMs, scrolls }: Flood): Promise<FloodResult> {
  const spec: FeedSpec = { ...feed, qos: 0, version: 5, seconds: FEED_SECONDS };
  const feeder = new Child('./feeder.ts', [JSON.stringify(spec)]);
  const { port } = await feeder.next<FeederReady>('ready');
  const host = await startHost([`mqtt://127.0.0.1:${port}`]);
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(host.url);
    await page.locator('[role=row][data-topic]').first().waitFor();
    await delay(settleMs);
    await page.getByRole('button', { name: 'Expand all' }).click();
    await page.waitForFunction(
      (rows) => Number(document.querySelector('[role=treegrid]')?.getAttribute('aria-rowcount')) > rows,
      feed.topics * 0.9,
    );
    const gaps = await frames(page, () => scrolls(page));
    const inputMs = await inputResponse(page);
    const session = await page.context().newCDPSession(page);
    await session.send('HeapProfiler.collectGarbage');
    const heap = (await page.evaluate('performance.memory.usedJSHeapSize')) as number;
    const fed = await feeder.next<FeedResult>('fed');
    await delay(1_500);
    const shown = Number(await page.getByRole('group', { name: 'Traffic' }).getAttribute('data-received'));
    // The QoS 1 message that ends the feed is one of those received.
    const valid = shown === fed.sent + 1;
    const why = valid ? '' : `shown ${shown} of ${fed.sent + 1}`;
    const base = { valid, why, sent: fed.sent, received: shown - 1, higher: false };
    return { gaps, inputMs, heapMb: heap / 2 ** 20, base };
  } finally {
    await browser.close();
    await host.close();
    await feeder.end();
  }
}

const flood = (of: Flood): Case => ({
  names: Object.values(of.names),
  measure: async ({ log }) => {
    const idle = await control(log);
    const { gaps, inputMs, heapMb, base } = await underFlood(of);
    const p95 = percentile(gaps, 0.95);
    log(
      `p95 ${p95.toFixed(1)} ms, input ${inputMs.toFixed(0)} ms, heap ${heapMb.toFixed(0)} MB, ${gaps.length} frames`,
    );
    const frame = { unit: 'ms', goal: 25, control: idle, vs: of.vs };
    const figures: Figure[] = [
      { ...base, name: of.names.frame, value: p95, ...frame },
      {
        ...base,
        name: of.names.input,
        value: inputMs,
        unit: 'ms',
        goal: 100,
        vs: 'arrow key to the selected row, p95',
      },
      {
        ...base,
        name: of.names.heap,
        value: heapMb,
        unit: 'MB',
        goal: 150,
        vs: 'after a collection',
      },
    ];
    return figures;
  },
});

export const WINDOW_CASES: readonly Case[] = [...FLOODS.map(flood), start];
