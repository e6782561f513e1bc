// `npm test`: everything that has to hold, in one run, with one closing line.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

interface Step {
  readonly name: string;
  run(): Promise<Count>;
}

/** Debian's own packages: what the broker and ui suites drive. */
const TOOLS = [
  { name: 'mosquitto', places: ['/usr/sbin/mosquitto', '/usr/bin/mosquitto', '/usr/local/sbin/mosquitto'] },
  { name: 'chromium', places: ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/snap/bin/chromium'] },
] as const;

const Report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  numFailedTestSuites: z.number(),
});

function run(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit' });
    child.on('error', () => resolve(127));
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

function check(name: string, command: string, args: readonly string[]): Step {
  return {
    name,
    run: async () =>
      (await run(command, args)) === 0
        ? { passed: 1, failed: 0, skipped: 0 }
        : { passed: 0, failed: 1, skipped: 0 },
  };
}

/** The suites run one after the other, so that a flood in one does not stall the browser of another. */
function suite(projects: readonly string[]): Step {
  const name = projects.join(' and ');
  return {
    name,
    run: async () => {
      const file = `out/test/${projects.join('-')}.json`;
      rmSync(file, { force: true });
      const code = await run('vitest', [
        'run',
        '--config',
        'test/vitest.config.ts',
        ...projects.flatMap((project) => ['--project', project]),
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${file}`,
      ]);
      if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
      const report = Report.parse(JSON.parse(readFileSync(file, 'utf8')));
      const count = {
        passed: report.numPassedTests,
        failed: report.numFailedTests,
        skipped: report.numPendingTests + report.numTodoTests,
      };
      // A file that could not be loaded, or an error outside of any test, has no failed test of its own.
      if (code !== 0 && count.failed === 0) count.failed = Math.max(1, report.numFailedTestSuites);
      return count;
    },
  };
}

function isHere(tool: (typeof TOOLS)[number]): boolean {
  return tool.places.some((place) => existsSync(place)) || spawnSync('which', [tool.name]).status === 0;
}

/** Installs what is missing where it can; otherwise says exactly what to run, and ends. */
async function provideTools(): Promise<void> {
  const missing = TOOLS.filter((tool) => !isHere(tool)).map((tool) => tool.name);
  if (missing.length === 0) return;
  const install = ['install', '-y', '--no-install-recommends', ...missing];
  const canInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (canInstall) {
    process.stderr.write(`Installing ${missing.join(' and ')} for the tests.\n`);
    process.env['DEBIAN_FRONTEND'] = 'noninteractive';
    // Stale lists are the usual reason why an install fails, so they are renewed first.
    await run('apt-get', ['update', '-qq']);
    await run('apt-get', [install[0] ?? '', '-qq', ...install.slice(1)]);
  }
  const still = TOOLS.filter((tool) => !isHere(tool)).map((tool) => tool.name);
  if (still.length === 0) return;
  process.stderr.write(
    `The tests need ${still.join(' and ')}. Run: sudo apt-get update && sudo apt-get ${install.join(' ')}\n`,
  );
  process.exit(1);
}

const STEPS: readonly Step[] = [
  check('lint', 'oxlint', ['--type-aware']),
  check('format', 'prettier', ['--check', '--log-level', 'warn', '.']),
  check('types', 'tsc', ['-b']),
  check('build', 'electron-vite', ['build', '--logLevel', 'warn']),
  suite(['unit', 'contract']),
  suite(['broker']),
  suite(['ui']),
];

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  await provideTools();
  mkdirSync('out/test', { recursive: true });
  const total: Count = { passed: 0, failed: 0, skipped: 0 };
  const lines: string[] = [];
  for (const step of STEPS) {
    if (wanted.length > 0 && !wanted.some((word) => step.name.includes(word))) continue;
    const began = Date.now();
    const count = await step.run();
    total.passed += count.passed;
    total.failed += count.failed;
    total.skipped += count.skipped;
    const seconds = ((Date.now() - began) / 1_000).toFixed(0);
    lines.push(
      `${step.name}: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped in ${seconds} s`,
    );
  }
  for (const line of lines) process.stdout.write(`${line}\n`);
  process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
  process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);
}

await main();
