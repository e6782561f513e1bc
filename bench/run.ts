// `npm run bench`: every figure beside its control in the same run. Options: --only PREFIX, --json FILE,
// --rounds N, --save (write the baseline).
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { CASES } from './cases/index.ts';
import type { Figure } from './cases/figure.ts';

const BASELINE = new URL('./baseline.json', import.meta.url);
/** Worse than the baseline by more than this share is said. */
const NOISE = 0.15;

const Baseline = z.array(z.object({ name: z.string(), value: z.number() }));

function number(value: number): string {
  if (!Number.isFinite(value)) return '-';
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function verdict(figure: Figure): string {
  if (!figure.valid) return `void: ${figure.why}`;
  if (figure.goal === undefined) return '';
  const met = figure.higher ? figure.value >= figure.goal : figure.value <= figure.goal;
  const control = figure.control;
  if (met) return 'ok';
  if (control !== undefined && figure.value <= control * 1.3)
    return `ok beside a control of ${number(control)}`;
  return control === undefined ? 'MISSED' : `MISSED, control ${number(control)}`;
}

function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    `${number(figure.value)} ${figure.unit}`,
    figure.goal === undefined ? '' : `${figure.higher ? '>=' : '<='} ${number(figure.goal)}`,
    verdict(figure),
    figure.vs,
  ]);
  const head = ['figure', 'value', 'goal', '', 'against'];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function worseThanBaseline(figures: readonly Figure[]): string[] {
  if (!existsSync(BASELINE)) return [];
  const baseline = Baseline.parse(JSON.parse(readFileSync(BASELINE, 'utf8')));
  return figures.flatMap((figure) => {
    const before = baseline.find(({ name }) => name === figure.name)?.value;
    if (before === undefined || before === 0 || !figure.valid) return [];
    const change = figure.higher ? before / figure.value - 1 : figure.value / before - 1;
    return change > NOISE ? [`${figure.name}: ${number(before)} before, ${number(figure.value)} now`] : [];
  });
}

function save(figures: readonly Figure[]): void {
  const known = existsSync(BASELINE) ? Baseline.parse(JSON.parse(readFileSync(BASELINE, 'utf8'))) : [];
  const merged = new Map(known.map(({ name, value }) => [name, value]));
  for (const { name, value, valid } of figures) if (valid) merged.set(name, Number(value.toPrecision(4)));
  const entries = [...merged]
    .map(([name, value]) => ({ name, value }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
  writeFileSync(BASELINE, `${JSON.stringify(entries, null, 2)}\n`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      json: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      save: { type: 'boolean', default: false },
    },
  });
  const rounds = Math.max(1, Number(values.rounds) || 3);
  const figures: Figure[] = [];
  for (const one of CASES) {
    const wanted = one.names.some((name) => name.startsWith(values.only));
    if (!wanted) continue;
    process.stderr.write(`${one.names.join(', ')} ...\n`);
    const context = { rounds, only: values.only, log: (line: string) => process.stderr.write(`  ${line}\n`) };
    try {
      const found = await one.measure(context);
      figures.push(...found.filter(({ name }) => name.startsWith(values.only)));
    } catch (error) {
      // The others are worth having all the same.
      process.exitCode = 1;
      process.stderr.write(`${one.names.join(', ')} could not be measured: ${String(error)}\n`);
    }
  }
  process.stdout.write(`${table(figures)}\n`);
  for (const line of worseThanBaseline(figures)) process.stdout.write(`worse than the baseline: ${line}\n`);
  if (values.save) save(figures);
  if (values.json !== undefined) {
    const shape = figures.map(({ name, value, unit, higher, vs, valid, sent, received }) => ({
      name,
      value,
      unit,
      higher,
      vs,
      valid,
      sent,
      received,
    }));
    writeFileSync(values.json, `${JSON.stringify(shape, null, 2)}\n`);
  }
  process.exit(figures.some(({ valid }) => !valid) ? 1 : process.exitCode);
}

await main();
