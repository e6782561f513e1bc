import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export interface PackedOn {
  /** Where electron-builder puts what it makes. */
  readonly dist: string;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
}

/** The program as electron-builder unpacked it for this machine, or the places where it is not. */
export function findPacked(on: PackedOn): { readonly path: string } | { readonly tried: readonly string[] } {
  const tried = places(on).map((place) => join(on.dist, ...place));
  const path = tried.find((place) => existsSync(place));
  return path === undefined ? { tried } : { path };
}

function places({ platform, arch }: PackedOn): readonly (readonly string[])[] {
  // The builder leaves out the name of its usual architecture.
  const suffix = arch === 'x64' ? '' : `-${arch}`;
  switch (platform) {
    case 'darwin':
      return [`mac${suffix}`, 'mac-universal'].map((folder) => [
        folder,
        'Topicscope.app',
        'Contents',
        'MacOS',
        'Topicscope',
      ]);
    case 'win32':
      return [[`win${suffix}-unpacked`, 'Topicscope.exe']];
    default:
      return [[`linux${suffix}-unpacked`, 'topicscope']];
  }
}

/**
 * For a run that nobody looks at: no keychain that would ask the user, and no key that it would keep. The
 * program's own sandbox stays on.
 */
export function smokeArguments(platform: NodeJS.Platform): readonly string[] {
  if (platform === 'darwin') return ['--smoke', '--use-mock-keychain'];
  return platform === 'linux' ? ['--smoke', '--password-store=basic'] : ['--smoke'];
}

export interface Run {
  /** Null: ended by force, or not even started. */
  readonly code: number | null;
  readonly output: string;
}

/** Runs a program to its end, or ends it after `withinMs`; what it wrote is passed on as it comes. */
export function runWithin(
  path: string,
  args: readonly string[],
  withinMs: number,
  show: (text: string) => void,
): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const take = (text: string): void => {
      output += text;
      show(text);
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    const timer = setTimeout(() => {
      take(`It did not end within ${(withinMs / 1_000).toFixed(0)} s, and was ended.\n`);
      child.kill('SIGKILL');
      // Its own children may hold the pipes open.
      child.stdout.destroy();
      child.stderr.destroy();
    }, withinMs);
    const done = (code: number | null): void => {
      clearTimeout(timer);
      resolve({ code, output });
    };
    child.once('error', (error) => {
      take(`It could not be started: ${error.message}\n`);
      done(null);
    });
    child.once('close', (code) => done(code));
  });
}

/** A run that worked says so: a program that ends with 0 for any other reason is no proof. */
export function passed({ code, output }: Run): boolean {
  return code === 0 && output.includes('smoke run passed');
}
