import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { packageBin } from '../../scripts/package-bin.ts';
import { run as runHere } from '../../scripts/test-steps.ts';
import { BROKERS } from './brokers/all.ts';
import type { BrokerKind } from './brokers/kinds.ts';
import { readResults } from './results.ts';
import { closingLine, report, withMeasured } from './table.ts';

const ALL = BROKERS.map(({ id }) => id);

export const USAGE = `npm run test:brokers -- [BROKER…] [options]

Runs the same checks against every broker that is found on this machine or in the cache.

  BROKER…          only these: ${BROKERS.map(({ id }) => id).join(', ')}
  --install        installs what is missing first, by the package managers that are here
  --check WORDS    only checks whose name contains these words
  --cache DIR      where brokers are installed (default: out/brokers)
  --docs           writes what was last measured of every broker into docs/brokers.md
`;

export interface Wanted {
  readonly kinds: readonly BrokerKind[];
  readonly install: boolean;
  readonly docs: boolean;
  readonly check: string;
  readonly cache: string;
}

/** Reads the command line; a text: what is wrong with it, or the help that was asked for. */
export function parseWanted(args: readonly string[]): Wanted | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        install: { type: 'boolean', default: false },
        docs: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        check: { type: 'string', default: '' },
        cache: { type: 'string', default: join('out', 'brokers') },
      },
    });
    if (values.help) return USAGE;
    const unknown = positionals.find((id) => BROKERS.every((kind) => kind.id !== id));
    if (unknown !== undefined) return `There is no broker “${unknown}”.\n\n${USAGE}`;
    return {
      kinds: BROKERS.filter(({ id }) => positionals.length === 0 || positionals.includes(id)),
      install: values.install,
      docs: values.docs,
      check: values.check,
      cache: resolve(values.cache),
    };
  } catch (failure) {
    return `${failure instanceof Error ? failure.message : String(failure)}\n\n${USAGE}`;
  }
}

/** @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  const wanted = parseWanted(args);
  if (typeof wanted === 'string') {
    process.stderr.write(wanted);
    return args.includes('--help') || args.includes('-h') ? 0 : 2;
  }
  const { kinds, cache } = wanted;
  if (wanted.install) await installMissing(kinds, cache);
  const results = join(cache, 'results');
  for (const { id } of kinds) rmSync(join(results, `${id}.json`), { force: true });
  await runHere(
    process.execPath,
    [
      packageBin('vitest'),
      'run',
      '--config',
      'test/interop/vitest.config.ts',
      // The table says it all; here only what is under way.
      '--reporter=tree',
      ...kinds.map(({ id }) => `suites/${id}.test.ts`),
    ],
    { TOPICSCOPE_BROKERS: cache, TOPICSCOPE_BROKER_CHECKS: wanted.check },
  );
  mkdirSync(results, { recursive: true });
  const measured = readResults(
    results,
    kinds.map(({ id }) => id),
  );
  const date = new Date().toISOString().slice(0, 10);
  const said = report(measured, date);
  const json = join(cache, 'results.json');
  writeFileSync(json, `${JSON.stringify({ date, brokers: measured }, null, 2)}\n`);
  process.stdout.write(`\n${said}\nWritten to ${json}.\n`);
  if (wanted.docs) await writeDocument(report(readResults(results, ALL), date));
  process.stdout.write(`${closingLine(measured)}\n`);
  const whole = measured.length === kinds.length && measured.some(({ skipped }) => skipped === null);
  return whole && measured.every(({ checks }) => checks.every(({ result }) => result !== 'fail')) ? 0 : 1;
}

async function installMissing(kinds: readonly BrokerKind[], cache: string): Promise<void> {
  for (const kind of kinds) {
    if ((await kind.find(cache)).kind === 'found') continue;
    process.stdout.write(`Installing ${kind.name} (${kind.source}) …\n`);
    try {
      await kind.install(cache);
    } catch (failure) {
      // One that cannot be had is skipped by name, and the others run.
      process.stdout.write(
        `  not installed: ${failure instanceof Error ? failure.message : String(failure)}\n`,
      );
    }
  }
}

async function writeDocument(measured: string): Promise<void> {
  const path = join('docs', 'brokers.md');
  writeFileSync(path, withMeasured(readFileSync(path, 'utf8'), measured));
  await runHere(process.execPath, [packageBin('oxfmt'), path], {});
}
