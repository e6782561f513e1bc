import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { findOnPath, thisMachine } from '../../../scripts/tools.ts';

export interface Ran {
  readonly code: number;
  /** Both streams, in the order they came. */
  readonly output: string;
}

/** Of the output kept; a compiler says much, and its end counts. */
const KEPT_CHARS = 20_000;

/** Runs a command to its end; a missing program is code 127. */
export function run(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Ran> {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    const take = (text: string): void => {
      output = (output + text).slice(-KEPT_CHARS);
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.once('error', (error) => resolve({ code: 127, output: error.message }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** The same, for what must work. */
export async function must(
  program: string,
  args: readonly string[],
  options: Parameters<typeof run>[2] = {},
): Promise<string> {
  const { code, output } = await run(program, args, options);
  if (code !== 0) {
    throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${lastLines(output)}`);
  }
  return output;
}

/** Full path of a program on PATH; null: not here. */
export function onPath(name: string): string | null {
  return findOnPath(name, thisMachine);
}

/** The same, for what an installation needs. */
export function need(name: string): string {
  const path = onPath(name);
  if (path === null) throw new Error(`${name} is not here`);
  return path;
}

/** Debian's package manager, for root only: nobody is asked for a password. */
export async function installPackages(...packages: readonly string[]): Promise<void> {
  const command = `apt-get install ${packages.join(' ')}`;
  if (onPath('apt-get') === null) throw new Error('apt-get is not here');
  if (process.getuid?.() !== 0) throw new Error(`only root can install it: sudo ${command}`);
  // A run level of 1 keeps what is installed from being started as a service.
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  await must('apt-get', ['update', '-qq'], { env });
  await must('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env });
  if (!existsSync('/run/systemd/system')) return;
  for (const name of packages) await run('systemctl', ['disable', '--now', name]);
}

/** The first group of a pattern in what a command says; `unknown` if it does not say. */
export async function versionOf(program: string, args: readonly string[], pattern: RegExp): Promise<string> {
  const { output } = await run(program, args);
  return pattern.exec(output)?.[1] ?? 'unknown';
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-5).join(' / ');
}
