import { Child, LIKE_A_CONNECTION, median } from '../lib/process.ts';
import type { GoToResult, ScrollResult, SortResult, Wish } from '../lib/order-worker.ts';
import { percentile } from '../lib/frames.ts';
import type { Shape } from '../lib/fleet-feed.ts';
import type { Case, Context, Figure } from './figure.ts';

/** A million topics in 83,334 devices of 2,084 halls and 42 sites, below one more. */
const ROWS: Readonly<Record<Shape, number>> = { tree: 1_085_461, flat: 1_000_001 };
/** Each from all rows open: the slowest of them is the figure. */
const SORTINGS = ['seen', 'messages', 'rate', 'size'] as const;
/** The only topics with these digits in a row are those of one device. */
const TYPED = 'device 47110 rpm';
const FOUND = /device47110\/rpm$/;

const NAMES: Readonly<Record<Shape, string>> = { tree: 'sort/1M', flat: 'sort/flat-1M' };
/** Jumps from one place to another. */
const SCROLLS = 3_000;

async function measureSort(shape: Shape, { rounds, log }: Context): Promise<Figure[]> {
  const child = new Child('./order-worker.ts', [shape], LIKE_A_CONNECTION);
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
    const isWhole = results.every(({ rows }) => rows === ROWS[shape]);
    const figure = (name: string, value: number, unit: string, goal: number): Figure => ({
      name,
      value,
      unit,
      goal,
      valid: isWhole,
      higher: unit !== 'ms',
      vs: `a million topics in ${shape === 'tree' ? 'one open tree' : 'one level'}, 100,000 messages/s meanwhile`,
      why: isWhole ? '' : `${String(results[0]?.rows)} rows instead of ${String(ROWS[shape])}`,
      sent: Math.round(results.reduce((sum, { due }) => sum + due, 0)),
      received: results.reduce((sum, { taken }) => sum + taken, 0),
    });
    return [
      figure(NAMES[shape], Math.max(...times), 'ms', 500),
      figure(
        `${NAMES[shape]}/intake-share`,
        median(results.map(({ taken, due }) => taken / due)),
        'of what comes',
        0.75,
      ),
      figure(
        `${NAMES[shape]}/longest-wait`,
        median(results.map(({ longestWaitMs }) => longestWaitMs)),
        'ms',
        10,
      ),
    ];
  } finally {
    await child.end();
  }
}

async function measureGoTo({ rounds, log }: Context): Promise<Figure[]> {
  const child = new Child('./order-worker.ts', [], LIKE_A_CONNECTION);
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

async function measureScroll({ rounds, log }: Context): Promise<Figure[]> {
  const child = new Child('./order-worker.ts', [], LIKE_A_CONNECTION);
  try {
    await child.next('ready');
    const p99s: number[] = [];
    let [sent, received] = [0, 0];
    for (let left = rounds; left > 0; left--) {
      child.send({ scrolls: SCROLLS } satisfies Wish);
      const { frameMs, due, taken } = await child.next<ScrollResult>('result');
      p99s.push(percentile(frameMs, 0.99));
      sent += Math.round(due);
      received += taken;
    }
    log(`scroll: p99 ${p99s.map((ms) => ms.toFixed(2)).join(', ')} ms`);
    const vs = 'other rows in each frame, a million open, 100,000 messages/s meanwhile';
    return [
      {
        name: 'scroll/1M/p99',
        value: median(p99s),
        unit: 'ms',
        goal: 2,
        valid: true,
        higher: false,
        vs,
        why: '',
        sent,
        received,
      },
    ];
  } finally {
    await child.end();
  }
}

export const ORDER_CASES: readonly Case[] = [
  {
    names: ['sort/1M', 'sort/1M/intake-share', 'sort/1M/longest-wait'],
    measure: (context) => measureSort('tree', context),
  },
  {
    names: ['sort/flat-1M', 'sort/flat-1M/intake-share', 'sort/flat-1M/longest-wait'],
    measure: (context) => measureSort('flat', context),
  },
  { names: ['scroll/1M/p99'], measure: measureScroll },
  { names: ['goto/1M'], measure: measureGoTo },
];
