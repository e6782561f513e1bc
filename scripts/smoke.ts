// `npm run smoke`: starts the packed program of this machine once, which shows the demo and ends.
import { fileURLToPath } from 'node:url';
import { findPacked, passed, runWithin, smokeArguments } from './packed.ts';

/** More than the program gives itself, to catch one that cannot even end itself; ms. */
const WITHIN_MS = 120_000;

const { platform, arch } = process;
const packed = findPacked({ dist: fileURLToPath(new URL('../dist', import.meta.url)), platform, arch });
if ('tried' in packed) {
  process.stderr.write(
    `There is no packed program to start. Pack it first: npm run package -- --dir\nNot found:\n${packed.tried
      .map((path) => `  ${path}\n`)
      .join('')}`,
  );
  process.exitCode = 2;
} else {
  const args = smokeArguments(platform);
  process.stdout.write(`${packed.path} ${args.join(' ')}\n`);
  const run = await runWithin(packed.path, args, WITHIN_MS, (text) => process.stdout.write(text));
  process.stdout.write(passed(run) ? 'The packed program works.\n' : `It failed (exit code ${run.code}).\n`);
  process.exitCode = passed(run) ? 0 : 1;
}
