// `npm run release -- STEP`: the steps of .github/workflows/release.yml that are more than a command.
import { randomUUID } from 'node:crypto';
import { appendFileSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { belongsToRelease, finishRelease, githubEnv, signingFor, tagFault } from './release-parts.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const folder = join(dist, 'release');

function version(): string {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}

function fail(lines: readonly string[]): never {
  for (const line of lines) process.stderr.write(`${line}\n`);
  process.exit(1);
}

function signing(): void {
  const { env, appleKey, note } = signingFor(process.platform, process.env);
  const file = process.env['GITHUB_ENV'];
  const temp = process.env['RUNNER_TEMP'];
  if (file === undefined || temp === undefined) fail(['This step is one of the release workflow.']);
  const keyFile = join(temp, 'apple-api-key.p8');
  if (appleKey !== null) writeFileSync(keyFile, appleKey, { mode: 0o600 });
  const all = appleKey === null ? env : { ...env, APPLE_API_KEY: keyFile };
  appendFileSync(file, githubEnv(all, randomUUID()));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `signing-${process.platform}.txt`), note);
  process.stdout.write(`${note}\n`);
}

function gather(): void {
  const names = readdirSync(dist).filter(belongsToRelease);
  if (names.length === 0) fail([`There is nothing to release in ${dist}.`]);
  mkdirSync(folder, { recursive: true });
  for (const name of names) {
    copyFileSync(join(dist, name), join(folder, name));
    process.stdout.write(`${name}\n`);
  }
}

async function finish(): Promise<void> {
  const finished = await finishRelease(folder, join(dist, 'signing'), version());
  if (finished.kind === 'faults') fail(finished.faults);
  writeFileSync(join(dist, 'notes.md'), finished.text);
}

const [step, argument = ''] = process.argv.slice(2);
switch (step) {
  case 'check-tag': {
    const fault = tagFault(argument, version());
    if (fault !== null) fail([fault]);
    break;
  }
  case 'signing':
    signing();
    break;
  case 'gather':
    gather();
    break;
  case 'finish':
    await finish();
    break;
  default:
    fail(['Usage: npm run release -- check-tag TAG | signing | gather | finish']);
}
