// `npm test`: everything that has to hold, in one run, with one closing line.
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { enclose, type Enclosure } from './leftovers.ts';
import { run, STEPS, type Count, type Step } from './test-steps.ts';
import {
  adviceFor,
  findTool,
  hasHeadlessShell,
  HEADLESS_SHELL,
  thisMachine,
  TOOLS,
  type Tool,
} from './tools.ts';

function missingTools(): readonly Tool[] {
  return TOOLS.filter((tool) => 'missing' in findTool(tool, thisMachine));
}

async function installWithApt(missing: readonly Tool[]): Promise<void> {
  const wantsShell = thisMachine.distribution === 'debian' && !hasHeadlessShell(thisMachine);
  if (missing.length === 0 && !wantsShell) return;
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = (packages: readonly string[]): Promise<number> =>
    run('apt-get', ['install', '-qq', '-y', '--no-install-recommends', ...packages], env);
  const what = [...missing.map((tool) => tool.what), ...(wantsShell ? ['a headless browser'] : [])];
  process.stderr.write(`Installing ${what.join(' and ')} for the tests.\n`);
  // Stale lists are the usual reason why an install fails, so they are renewed first.
  await run('apt-get', ['update', '-qq'], env);
  if (missing.length > 0) await install(missing.map((tool) => tool.packages.apt));
  if (wantsShell && (await install([HEADLESS_SHELL.aptPackage])) !== 0)
    process.stderr.write('There is no headless browser to install: a whole one takes its place.\n');
}

/** Installs what is missing where it can; otherwise says exactly what to run, and ends. */
async function provideTools(): Promise<void> {
  const missing = missingTools();
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) await installWithApt(missing);
  const still = missingTools();
  if (still.length === 0) return;
  process.stderr.write(`${adviceFor(still, thisMachine)}\n`);
  process.exit(1);
}

/** The run ends in good order, so that it leaves nothing behind; what it started gets the signal as well. */
function followSignals(): () => NodeJS.Signals | null {
  let got: NodeJS.Signals | null = null;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => (got = signal));
  return () => got;
}

/** One more thing to hold: the run left nothing behind that a later one could find. */
async function leftNothing(enclosure: Enclosure): Promise<Count> {
  const found = await enclosure.leftovers();
  const failures = found.map((line) => `left behind: ${line}`);
  return { passed: found.length === 0 ? 1 : 0, failed: found.length, skipped: 0, failures };
}

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  await provideTools();
  mkdirSync('out/test', { recursive: true });
  const root = fileURLToPath(new URL('..', import.meta.url));
  const enclosure = enclose({ root, platform: process.platform, env: process.env });
  const interrupted = followSignals();
  const total = { passed: 0, failed: 0, skipped: 0 };
  const lines: string[] = [];
  const failures: string[] = [];
  const last: Step = { name: 'nothing left behind', run: () => leftNothing(enclosure) };
  const isWanted = ({ name }: Step): boolean =>
    wanted.length === 0 || wanted.some((word) => name.includes(word));
  const groups = STEPS.map((group) => group.filter(isWanted)).filter((group) => group.length > 0);
  const take = async (step: Step): Promise<void> => {
    const began = Date.now();
    const count = await step.run(enclosure.env);
    total.passed += count.passed;
    total.failed += count.failed;
    total.skipped += count.skipped;
    failures.push(...count.failures);
    const seconds = ((Date.now() - began) / 1_000).toFixed(0);
    lines.push(
      `${step.name}: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped in ${seconds} s`,
    );
  };
  for (const group of groups.length === 0 ? [] : [...groups, [last]]) {
    if (interrupted() !== null) break;
    await Promise.all(group.map(take));
  }
  enclosure.close();
  if (interrupted() !== null) process.exit(130);
  // Once more at the end: of a long log often only its end is kept.
  for (const line of failures) process.stdout.write(`Failed: ${line}\n`);
  for (const line of lines) process.stdout.write(`${line}\n`);
  process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
  process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);
}

await main();
