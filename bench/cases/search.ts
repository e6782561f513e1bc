import { Child, LIKE_A_CONNECTION, median } from '../lib/process.ts';
import type { SearchResult } from '../lib/search-worker.ts';
import type { Case, Context, Figure } from './figure.ts';

/** In the payload of one topic of a hundred thousand. */
const TEXT = '"seq":47110,';

async function measure({ rounds, log }: Context): Promise<Figure[]> {
  const child = new Child('./search-worker.ts', [], LIKE_A_CONNECTION);
  try {
    await child.next('ready');
    const results: SearchResult[] = [];
    for (let left = rounds; left > 0; left--) {
      child.send({ text: TEXT });
      results.push(await child.next<SearchResult>('result'));
    }
    log(
      `search: ${results
        .map(
          ({ searchedBytes, allMs, cpuMs, taken, due }) =>
            `${(searchedBytes / 1e6).toFixed(0)} MB in ${allMs.toFixed(0)} ms (CPU ${cpuMs.toFixed(0)}), intake ${(taken / due).toFixed(2)}`,
        )
        .join('; ')}`,
    );
    const valid = results.every(({ found, expected }) => found > 0 && found >= expected);
    const share = results.map(({ taken, due }) => taken / due);
    const figure = (name: string, value: number, unit: string, goal: number): Figure => ({
      name: `search/256MB/${name}`,
      value,
      unit,
      goal,
      valid,
      higher: name === 'intake-share',
      vs: '100,000 messages/s meanwhile',
      why: valid ? '' : 'it found fewer messages than there are',
      sent: results.reduce((sum, { expected }) => sum + expected, 0),
      received: results.reduce((sum, { found }) => sum + found, 0),
    });
    return [
      figure('first', median(results.map(({ firstMs }) => firstMs)), 'ms', 200),
      figure('intake-share', median(share), 'of what comes', 0.75),
      figure('all', median(results.map(({ allMs }) => allMs)) / 1_000, 's', 2),
    ];
  } finally {
    await child.end();
  }
}

export const SEARCH_CASES: readonly Case[] = [
  { names: ['search/256MB/first', 'search/256MB/all', 'search/256MB/intake-share'], measure },
];
