import { bytesTest, REGEX_BYTES } from '../../src-main/core/query/match/conditions.ts';
import { threadCpuMs } from '../lib/cpu.ts';
import { Child, LIKE_A_CONNECTION, median } from '../lib/process.ts';
import type { FilterResult, RestResult, Wish } from '../lib/filter-worker.ts';
import type { Case, Context, Figure } from './figure.ts';

/** Devices 4711 and 47110 to 47119 with twelve topics each, and the values from 99.1 on. */
const WORD = 'device4711';
const JSON_FIELD = 'json:value>99';
/** The same devices but for 4711 itself. */
const REGEX = '/device4711[0-9]/i';
/** Messages alone, before and after. */
const REST_MS = 1_500;
const WORD_MATCHES = 132;
const REGEX_MATCHES = 120;
const JSON_MATCHES = 9_000;

async function measure({ rounds, log }: Context): Promise<Figure[]> {
  const child = new Child('./filter-worker.ts', [], LIKE_A_CONNECTION);
  try {
    await child.next('ready');
    const before = await resting(child, rounds);
    const words = await each(child, WORD, rounds);
    const fields = await each(child, JSON_FIELD, rounds);
    const expressions = await each(child, REGEX, rounds);
    const after = await resting(child, rounds);
    log(
      `filter: ${words
        .concat(fields, expressions)
        .map(({ allMs, cpuMs }) => `${allMs.toFixed(0)} (CPU ${cpuMs.toFixed(0)})`)
        .join(', ')} ms`,
    );
    const isWord = words.every(({ matches }) => matches === WORD_MATCHES);
    const isField = fields.every(({ matches }) => matches === JSON_MATCHES);
    const isRegex = expressions.every(({ matches }) => matches === REGEX_MATCHES);
    const all = words.concat(fields, expressions);
    const share = all.map(({ taken, due }) => taken / due);
    const against = 'a million topics, 100,000 messages/s meanwhile';
    const figure = (name: string, value: number, unit: string, goal: number, valid: boolean): Figure => ({
      name: `filter/1M/${name}`,
      value,
      unit,
      goal,
      valid,
      higher: name === 'intake-share',
      vs: against,
      why: valid ? '' : 'it found another number of topics than there are',
      sent: Math.round(all.reduce((sum, { due }) => sum + due, 0)),
      received: all.reduce((sum, { taken }) => sum + taken, 0),
    });
    return [
      figure('word-first', median(words.map(({ firstMs }) => firstMs)), 'ms', 50, isWord),
      figure('word', median(words.map(({ allMs }) => allMs)), 'ms', 300, isWord),
      figure('json', median(fields.map(({ allMs }) => allMs)) / 1_000, 's', 2, isField),
      figure('regex', median(expressions.map(({ allMs }) => allMs)), 'ms', 300, isRegex),
      figure('longest-wait', median(all.map(({ longestWaitMs }) => longestWaitMs)), 'ms', 10, isWord),
      figure('cost-afterwards', after / before, 'of before', 1.15, isWord && isField),
      figure('intake-share', median(share), 'of what comes', 0.75, isWord && isField),
    ];
  } finally {
    await child.end();
  }
}

/** Processor time of a message while nothing is looked for, µs: a filter that is gone costs nothing. */
async function resting(child: Child, rounds: number): Promise<number> {
  const results: number[] = [];
  for (let left = rounds; left > 0; left--) {
    child.send({ restMs: REST_MS } satisfies Wish);
    results.push((await child.next<RestResult>('result')).cpuUs);
  }
  return median(results);
}

async function each(child: Child, filter: string, rounds: number): Promise<FilterResult[]> {
  const results: FilterResult[] = [];
  for (let left = rounds; left > 0; left--) {
    child.send({ filter } satisfies Wish);
    results.push(await child.next<FilterResult>('result'));
  }
  return results;
}

/** Each would have another state at every character of a text of a and b, at the most steps and bytes that are tried. */
const WORST_PATTERNS = [
  '[ab]*a[ab]{44}[qz]',
  '[ab]*a[ab]{100}[qz]',
  '(?:[ab]*a[ab]{100}){2}[qz]',
  '[ab]*a[ab]{450}[qz]',
  '(?:[ab]{0,10}a){4}[qz]',
  '(?:.{0,15}a){3}[qz]',
  'a.{0,40}[qz]',
] as const;

/** Processor time of one question, which cannot be interrupted; each is asked of a machine that was just made. */
const worstPatterns: Case = {
  names: ['filter/worst-regex'],
  measure: async ({ rounds, log }) => {
    const text = new TextEncoder().encode(worstText());
    const times = WORST_PATTERNS.map((pattern) => {
      const took = Array.from({ length: Math.max(5, rounds) }, () => {
        const test = bytesTest({ kind: 'regex', pattern, ignoreCase: false });
        const began = threadCpuMs();
        if (test.of(text, 0, text.length)) throw new Error(`${pattern} is in a text without q and z`);
        return threadCpuMs() - began;
      });
      log(`${pattern}: ${median(took).toFixed(1)} ms`);
      return median(took);
    });
    const against = `a value of ${String(REGEX_BYTES / 1_024)} kB in which each pattern goes on at every character`;
    const base = { valid: true, why: '', sent: 0, received: 0, higher: false, vs: against };
    return [{ ...base, name: 'filter/worst-regex', value: Math.max(...times), unit: 'ms', goal: 10 }];
  },
};

/** Of a and b in no order. */
function worstText(): string {
  let seed = 1;
  return Array.from({ length: REGEX_BYTES }, () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed < 2 ** 31 ? 'a' : 'b';
  }).join('');
}

export const FILTER_CASES: readonly Case[] = [
  worstPatterns,
  {
    names: ['word-first', 'word', 'json', 'regex', 'longest-wait', 'cost-afterwards', 'intake-share'].map(
      (name) => `filter/1M/${name}`,
    ),
    measure,
  },
];
