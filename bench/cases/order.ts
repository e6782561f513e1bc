import { Child, median } from '../lib/process.ts';
import type { GoToResult, SortResult, Wish } from '../lib/order-worker.ts';
import type { Case, Context, Figure } from './figure.ts';

/** A million topics in 83,334 devices of 2,084 halls and 42 sites, below one more. */
const ROWS = 1_085_461;
/** Each from all rows open: the slowest of them is the figure. */
const SORTINGS = ['seen', 'messages', 'rate', 'size'] as const;
/** The only topics with these digits in a row are those of one device. */
const TYPED = 'device 47110 rpm';
const FOUND = /device47110\/rpm$/;

async function measureSort({ rounds, log }: Context): Promise<Figure[]> {
  const child = new Child('./order-worker.ts');
  try {
    await child.next('ready');
    const times: number[] = [];
    const results: SortResult[] = [];
    for (const by of SORTINGS) {
      const mine: SortResult[] = [];
      for (let left = rounds; left > 0; left--) {
        child.send({ sorting: { by, descending: true } } satisfies Wish);
        mine.push(await child.next<SortResult>('result'));
      }
      const ms = median(mine.map(({ allMs }) => allMs));
      log(
        `sort by ${by}: ${ms.toFixed(0)} ms, ${median(mine.map((one) => one.cpuMs)).toFixed(0)} ms of processor`,
      );
      times.push(ms);
      results.push(...mine);
    }
    const isWhole = results.every(({ rows }) => rows === ROWS);
    const figure = (name: string, value: number, unit: string, goal: number): Figure => ({
      name,
      value,
      unit,
      goal,
      valid: isWhole,
      higher: unit !== 'ms',
      vs: 'a million topics in one open tree, 100,000 messages/s meanwhile',
      why: isWhole ? '' : `${String(results[0]?.rows)} rows instead of ${String(ROWS)}`,
      sent: Math.round(results.reduce((sum, { due }) => sum + due, 0)),
      received: results.reduce((sum, { taken }) => sum + taken, 0),
    });
    return [
      figure('sort/1M', Math.max(...times), 'ms', 500),
      figure(
        'sort/1M/intake-share',
        median(results.map(({ taken, due }) => taken / due)),
        'of what comes',
        0.75,
      ),
    ];
  } finally {
    await child.end();
  }
}

async function measureGoTo({ rounds, log }: Context): Promise<Figure[]> {
  const child = new Child('./order-worker.ts');
  try {
    await child.next('ready');
    const results: GoToResult[] = [];
    for (let left = rounds; left > 0; left--) {
      child.send({ goTo: TYPED } satisfies Wish);
      results.push(await child.next<GoToResult>('result'));
    }
    const words = results.map(
      ({ lettersMs, allMs }) => `${lettersMs.map((ms) => ms.toFixed(0)).join(' ')}, all ${allMs.toFixed(0)}`,
    );
    log(`goto: ${words.join(' | ')} ms`);
    const isFound = results.every(({ found }) => FOUND.test(found));
    return [
      {
        name: 'goto/1M',
        value: median(results.map(({ lettersMs }) => Math.max(...lettersMs))),
        unit: 'ms',
        goal: 50,
        valid: isFound,
        higher: false,
        vs: 'the first answer to the slowest letter, 100,000 messages/s meanwhile',
        why: isFound ? '' : `it found ${String(results[0]?.found)}`,
        sent: Math.round(results.reduce((sum, { due }) => sum + due, 0)),
        received: results.reduce((sum, { taken }) => sum + taken, 0),
      },
    ];
  } finally {
    await child.end();
  }
}

export const ORDER_CASES: readonly Case[] = [
  { names: ['sort/1M', 'sort/1M/intake-share'], measure: measureSort },
  { names: ['goto/1M'], measure: measureGoTo },
];
