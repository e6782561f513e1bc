import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import bench from '../../../bench/bundle.config.ts';
import product from '../../../electron.vite.config.ts';

const ROOT = new URL('../../../', import.meta.url);

/** What the processes of a run are, by the kinds of `ClientKind`, and the thread that one of them starts. */
const PROGRAMS = ['client-bare', 'client-naive', 'client-pipeline', 'client-plain', 'pipeline-worker'];

describe('the bundle that is measured', () => {
  it('has each client of a run and the thread of ours, and all of them are there', () => {
    const input = bench.main?.build?.rolldownOptions?.input as Record<string, string>;
    expect(Object.keys(input)).toEqual(PROGRAMS);
    expect(Object.values(input).filter((file) => !existsSync(new URL(file, ROOT)))).toEqual([]);
  });

  it('is made as the product is, in a place of its own', () => {
    const { outDir, rolldownOptions, ...settings } = bench.main?.build ?? {};
    const { outDir: shipped, rolldownOptions: shippedOptions, ...same } = product.main?.build ?? {};
    expect(settings).toEqual(same);
    expect(rolldownOptions?.output).toEqual(shippedOptions?.output);
    expect([shipped, outDir]).toEqual(['out/main', 'out/bench']);
  });

  it('holds nothing of the window', () => {
    expect(Object.keys(bench)).toEqual(['main']);
  });
});
