// `node bench/endurance.ts [--topics N] [--rate N] [--minutes N] [--json FILE]`: the window on a feed for minutes, with a
// line each 30 s: memory of the host and heap of the page, while rows scroll, a topic is selected, a filter
// comes and goes, rows are sorted and messages searched. It says whether both were flat after the first
// minutes. Not part of `npm run bench`, whose figures take seconds.
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { CDPSession, Page } from 'playwright-core';
import { launchBrowser, startHost } from './lib/browser.ts';
import type { FeedSpec } from './lib/feed.ts';
import type { FeederReady } from './lib/feeder.ts';
import { frames, percentile } from './lib/frames.ts';
import { Child } from './lib/process.ts';

const EVERY_MS = 30_000;
/** For one step: what is of interest here is memory, on a busy machine as well. */
const PATIENCE_MS = 5 * 60_000;
const MB = 2 ** 20;
/** More than this above the second quarter, in the last one, is growth. */
const FLAT = 0.1;

interface Sample {
  readonly second: number;
  readonly received: number;
  readonly topics: number;
  /** MB. Of the host what the system has given it; of the page what is left after a collection. */
  readonly hostRss: number;
  readonly pageHeap: number;
  readonly nodes: number;
  /** ms */
  readonly p95Frame: number;
}

/** One a round, so that each meets every one of the columns in time. */
const FILTERS = ['', 'line-04', '', 'json:value>999', '/dev-0001[0-9]/'] as const;
const COLUMNS = ['Topic', 'Messages', 'Rate', 'Last seen'] as const;

/** Searches all that is kept, and leaves it when the rows are there: a search that runs is cancelled by the next. */
async function search(page: Page, round: number): Promise<void> {
  await page.getByRole('tab', { name: 'Search' }).click();
  const box = page.getByRole('searchbox', { name: 'Search in messages' });
  await box.fill(`"seq":1000${String(10 + round)}`);
  await box.press('Enter');
  await page.getByRole('grid', { name: 'Search results' }).locator('[data-sequence]').first().waitFor();
  await page.getByRole('tab', { name: 'Topics' }).click();
}

/** What a person does once in a while. */
async function use(page: Page, round: number): Promise<number> {
  await search(page, round);
  await page.getByRole('searchbox', { name: 'Filter topics' }).fill(FILTERS[round % FILTERS.length] ?? '');
  await page
    .getByRole('columnheader', { name: COLUMNS[round % COLUMNS.length] ?? '' })
    .locator('.tt-sort')
    .click();
  const rows = page.getByRole('treegrid', { name: 'Topics' });
  await rows
    .locator('[role=row][data-topic]')
    .nth(3 + (round % 5))
    .click({ modifiers: ['Control'] });
  const gaps = await frames(page, async () => {
    const box = await rows.boundingBox();
    await page.mouse.move((box?.x ?? 0) + 200, (box?.y ?? 0) + 300);
    for (let turn = 0; turn < 100; turn++) {
      await page.mouse.wheel(0, turn < 60 ? 240 : -240);
      await delay(30);
    }
  });
  return percentile(gaps, 0.95);
}

function rssOf(pid: number): number {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'latin1'));
  return (Number(found?.[1]) * 1_024) / MB;
}

async function sample(
  page: Page,
  cdp: CDPSession,
  pid: number,
  second: number,
  round: number,
): Promise<Sample> {
  const p95Frame = await use(page, round);
  await cdp.send('HeapProfiler.collectGarbage');
  const { metrics } = await cdp.send('Performance.getMetrics');
  const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  const traffic = page.getByRole('group', { name: 'Traffic' });
  const topics = /([\d,]+) topics/.exec((await traffic.textContent()) ?? '')?.[1] ?? '';
  return {
    second,
    received: Number(await traffic.getAttribute('data-received')),
    topics: Number(topics.replaceAll(',', '')),
    hostRss: rssOf(pid),
    pageHeap: of('JSHeapUsedSize') / MB,
    nodes: of('Nodes'),
    p95Frame,
  };
}

/** Of the second quarter and of the last: the first fills what is bounded. */
function quarters(values: readonly number[]): readonly [number, number] {
  const mean = (part: readonly number[]) => part.reduce((sum, value) => sum + value, 0) / part.length;
  const quarter = Math.max(1, Math.floor(values.length / 4));
  return [mean(values.slice(quarter, 2 * quarter)), mean(values.slice(-quarter))];
}

const { values } = parseArgs({
  options: {
    topics: { type: 'string', default: '1000000' },
    rate: { type: 'string', default: '20000' },
    minutes: { type: 'string', default: '10' },
    json: { type: 'string' },
  },
});
const [topics, rate, minutes] = [values.topics, values.rate, values.minutes].map(Number) as [
  number,
  number,
  number,
];
const spec: FeedSpec = { topics, messages: topics, qos: 0, version: 5, rate, seconds: minutes * 60 + 60 };
const feeder = new Child('./feeder.ts', [JSON.stringify(spec)]);
const { port } = await feeder.next<FeederReady>('ready');
const host = await startHost([`mqtt://127.0.0.1:${String(port)}`]);
const browser = await launchBrowser();
const samples: Sample[] = [];
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(host.url);
  await page.getByRole('status', { name: 'Connection status' }).getByText('Connected').waitFor();
  await page.getByRole('button', { name: 'Expand all' }).first().click();
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  const began = performance.now();
  for (let round = 0; performance.now() - began < minutes * 60_000; round++) {
    const one = await sample(page, cdp, host.pid, Math.round((performance.now() - began) / 1_000), round);
    samples.push(one);
    process.stdout.write(
      `${String(one.second).padStart(4)} s  ${one.received.toLocaleString('en')} messages  host ${one.hostRss.toFixed(0)} MB  page ${one.pageHeap.toFixed(1)} MB  ${String(one.nodes)} nodes  p95 frame ${one.p95Frame.toFixed(1)} ms\n`,
    );
    await delay(Math.max(0, EVERY_MS * (round + 1) - (performance.now() - began)));
  }
} finally {
  await browser.close();
  await host.close();
  await feeder.end();
}
for (const [name, of] of [
  ['host', ({ hostRss }: Sample) => hostRss],
  ['page', ({ pageHeap }: Sample) => pageHeap],
] as const) {
  const [early, late] = quarters(samples.map(of));
  const grew = late / early - 1;
  const word = grew <= FLAT ? 'flat' : 'GREW';
  process.stdout.write(
    `${name}: ${early.toFixed(0)} MB, then ${late.toFixed(0)} MB: ${word} (${(grew * 100).toFixed(1)} %)\n`,
  );
  if (grew > FLAT) process.exitCode = 1;
}
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(samples, null, 2));
