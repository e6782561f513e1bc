import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CASES } from '../../../bench/cases/index.ts';

const names = CASES.flatMap((one) => one.names);

/** What finding a topic among a million must reach; each is a figure with a goal of its own. */
const FINDING = [
  'filter/1M/word-first',
  'filter/1M/word',
  'filter/1M/regex',
  'filter/worst-regex',
  'filter/1M/json',
  'filter/1M/longest-wait',
  'filter/1M/intake-share',
  'filter/1M/cost-afterwards',
  'sort/1M',
  'sort/1M/longest-wait',
  'sort/1M/intake-share',
  'sort/flat-1M',
  'sort/flat-1M/longest-wait',
  'sort/flat-1M/intake-share',
  'scroll/1M/p99',
  'goto/1M',
  'search/256MB/first',
  'search/256MB/all',
  'search/256MB/intake-share',
  'frame/1M/p99',
  'frame/1M/bytes',
  'ui/100k-30k/p95-frame',
  'ui/1M-100k/p95-frame',
  'memory/1M/bytes-per-topic',
];

describe('the cases of the bench', () => {
  it('measure all that finding one topic among a million must reach', () => {
    expect(FINDING.filter((name) => !names.includes(name))).toEqual([]);
  });

  it('have each name once', () => {
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });

  it('are what the baseline is of, and it has what finding must reach', () => {
    const url = new URL('../../../bench/baseline.json', import.meta.url);
    const baseline = JSON.parse(readFileSync(url, 'utf8')) as readonly { name: string; value: number }[];
    const known = baseline.map(({ name }) => name);
    expect(known.filter((name) => !names.includes(name))).toEqual([]);
    expect(FINDING.filter((name) => !known.includes(name))).toEqual([]);
    expect(baseline.every(({ value }) => Number.isFinite(value))).toBe(true);
  });
});
