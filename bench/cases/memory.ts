import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { startHost } from '../lib/browser.ts';
import type { FeedSpec } from '../lib/feed.ts';
import type { FeederReady, FeedResult } from '../lib/feeder.ts';
import { Child } from '../lib/process.ts';
import type { Case, Figure } from './figure.ts';

/** What a connection may take for topics and history unless somebody says otherwise. */
const BUDGET = 512_000_000;
/** More messages than fill it, at a rate that is no flood. */
const FULL: FeedSpec = {
  topics: 2_000,
  messages: 400_000,
  qos: 0,
  version: 5,
  rate: 150_000,
  seconds: 25,
};
const ONE: FeedSpec = { ...FULL, topics: 1, messages: 1, rate: 0, seconds: 0 };
const MB = 1_000_000;

/**
 * Bytes of memory that a process has for itself: pages of the program's file are shared with every other
 * process of it, and come and go as the system likes.
 */
function privateBytes(pid: number): number {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
  } catch {
    throw new Error('Memory of other processes is read from /proc, which is not there.');
  }
  const kilobytes = [...text.matchAll(/^Private_\w+:\s+(\d+) kB$/gm)].map(([, kB]) => Number(kB));
  return kilobytes.reduce((sum, kB) => sum + kB, 0) * 1_024;
}

/** Of a host without a connection, and of one after it was fed, each when it has come to rest. */
async function fedHost(feed: FeedSpec): Promise<{ alone: number; fed: number; sent: number }> {
  const idle = await startHost();
  await delay(2_000);
  const alone = privateBytes(idle.pid);
  await idle.close();
  const feeder = new Child('./feeder.ts', [JSON.stringify(feed)]);
  try {
    const { port } = await feeder.next<FeederReady>('ready');
    const host = await startHost([`mqtt://127.0.0.1:${port}`]);
    try {
      const { sent } = await feeder.next<FeedResult>('fed');
      await delay(2_000);
      return { alone, fed: privateBytes(host.pid), sent };
    } finally {
      await host.close();
    }
  } finally {
    await feeder.end();
  }
}

const full: Case = {
  names: ['memory/full/beside', 'memory/first-connection'],
  measure: async ({ log }) => {
    const first = await fedHost(ONE);
    const filled = await fedHost(FULL);
    const figure = (name: string, bytes: number, goal: number, vs: string): Figure => ({
      name,
      value: bytes / MB,
      unit: 'MB',
      higher: false,
      goal,
      vs,
      valid: filled.fed > BUDGET * 0.9,
      why: 'the history was not filled',
      sent: filled.sent,
      received: filled.sent,
    });
    for (const { alone, fed } of [first, filled])
      log(`${(alone / MB).toFixed(0)} MB without a connection, ${(fed / MB).toFixed(0)} MB with it`);
    return [
      figure(
        'memory/full/beside',
        filled.fed - BUDGET,
        80,
        'private memory of the host beside a full budget',
      ),
      figure(
        'memory/first-connection',
        first.fed - first.alone,
        40,
        'private memory of a host with one message, beside one without a connection',
      ),
    ];
  },
};

export const MEMORY_CASES: readonly Case[] = [full];
