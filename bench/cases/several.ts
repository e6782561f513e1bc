import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { Profile } from '../../src-main/contract/model/model.ts';
import { launchBrowser, startHost } from '../lib/browser.ts';
import type { FeedSpec } from '../lib/feed.ts';
import type { FeederReady, FeedResult } from '../lib/feeder.ts';
import { control, frames, percentile, scroll } from '../lib/frames.ts';
import { Child } from '../lib/process.ts';
import type { Case } from './figure.ts';

const CONNECTIONS = 10;
const FEED: FeedSpec = { topics: 1_000, messages: 100_000, qos: 0, version: 5, rate: 5_000, seconds: 40 };
const name = (at: number): string => `Site ${String(at + 1).padStart(2, '0')}`;

/** Ten saved profiles that connect when the program starts. */
function saveProfiles(dir: string, ports: readonly number[]): void {
  const profiles = ports.map((port, at) =>
    Profile.parse({
      id: `site-${at}`,
      autoConnect: true,
      options: { name: name(at), protocol: 'mqtt', host: '127.0.0.1', port, version: '5' },
    }),
  );
  writeFileSync(join(dir, 'profiles.json'), JSON.stringify({ version: 2, data: { profiles } }));
}

/** What the window shows for each connection, the message that ends a feed left out. */
async function received(page: Page): Promise<number[]> {
  const counts: number[] = [];
  for (let at = 0; at < CONNECTIONS; at++) {
    await page
      .getByRole('navigation', { name: 'Connections' })
      .getByRole('button', { name: name(at) })
      .click();
    await delay(600);
    const shown = await page.getByRole('group', { name: 'Traffic' }).getAttribute('data-received');
    counts.push(Number(shown) - 1);
  }
  return counts;
}

const several: Case = {
  names: ['several/10x5k/p95-frame', 'several/10x5k/least-share'],
  measure: async (context) => {
    const idle = await control(context.log);
    const feeders = Array.from(
      { length: CONNECTIONS },
      () => new Child('./feeder.ts', [JSON.stringify(FEED)]),
    );
    const ready = await Promise.all(feeders.map((feeder) => feeder.next<FeederReady>('ready')));
    const host = await startHost([], (dir) =>
      saveProfiles(
        dir,
        ready.map(({ port }) => port),
      ),
    );
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      await page.goto(host.url);
      await page.getByRole('button', { name: name(0) }).click();
      await page.locator('[role=row][data-topic]').first().waitFor();
      await page.getByRole('button', { name: 'Expand all' }).click();
      await delay(5_000);
      const gaps = await frames(page, () => scroll(page));
      const fed = await Promise.all(feeders.map((feeder) => feeder.next<FeedResult>('fed')));
      await delay(1_500);
      const counts = await received(page);
      // A feeder that was held up sends less than it should, and then the feed is no feed.
      const shares = fed.map(({ sent }, at) => (counts[at] ?? 0) / sent);
      const slowest = Math.min(...fed.map(({ sent, began, ended }) => (sent / (ended - began)) * 1_000));
      const p95 = percentile(gaps, 0.95);
      const least = Math.min(...shares);
      context.log(`p95 ${p95.toFixed(1)} ms, slowest feed ${slowest.toFixed(0)}/s, least share ${least}`);
      const base = {
        valid: Math.max(...shares) <= 1 && slowest >= FEED.rate * 0.95,
        why: `slowest feed ${slowest.toFixed(0)} messages/s`,
        sent: fed.reduce((sum, { sent }) => sum + sent, 0),
        received: counts.reduce((sum, count) => sum + count, 0),
      };
      return [
        {
          ...base,
          name: 'several/10x5k/p95-frame',
          value: p95,
          unit: 'ms',
          higher: false,
          goal: 25,
          control: idle,
          vs: 'scrolling one of ten connections at 5,000 messages/s each',
        },
        {
          ...base,
          name: 'several/10x5k/least-share',
          value: least,
          unit: 'x',
          higher: true,
          goal: 0.95,
          vs: 'received of the feed, the worst of ten',
        },
      ];
    } finally {
      await browser.close();
      await host.close();
      for (const feeder of feeders) await feeder.end();
    }
  },
};

export const SEVERAL_CASES: readonly Case[] = [several];
