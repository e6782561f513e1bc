import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Lines that come faster are one: a pipe may say yes without end. In ms. */
const PACE_MS = 500;

/** What is used of standard input. */
export interface TerminalInput {
  on(event: 'data', listener: (chunk: Buffer | string) => void): unknown;
  on(event: 'error', listener: () => void): unknown;
  pause(): unknown;
  resume(): unknown;
  readonly isTTY?: boolean;
}

export interface TerminalPorts {
  /** In ms. */
  now(): number;
  /** The shell keeps the terminal for somebody else. */
  inBackground(): boolean;
  /** Of the shell moving this program between background and foreground. */
  onContinue(listener: () => void): void;
}

/** The terminal of this process. */
export function systemTerminal(platform: NodeJS.Platform): TerminalPorts {
  return {
    now: () => performance.now(),
    inBackground: () => inBackground(platform),
    onContinue: (listener) => void process.on('SIGCONT', listener),
  };
}

/** Calls for every Enter in the terminal that the program was started in, or line of what stands for it. */
export function onEnter(input: TerminalInput, call: () => void, ports: TerminalPorts): void {
  let last = Number.NEGATIVE_INFINITY;
  // The terminal may be closed before the program ends.
  input.on('error', () => undefined);
  input.on('data', (chunk) => {
    if (!chunk.includes('\n') || ports.now() - last < PACE_MS) return;
    last = ports.now();
    call();
  });
  if (input.isTTY !== true) return;
  // Reading a terminal that belongs to another program stops the reader: `topicscope &` goes on without Enter.
  const follow = (): unknown => (ports.inBackground() ? input.pause() : input.resume());
  follow();
  ports.onContinue(follow);
}

function inBackground(platform: NodeJS.Platform): boolean {
  if (platform === 'win32') return false;
  try {
    const [group, foreground] = platform === 'linux' ? groupsOnLinux() : groupsByPs();
    return group !== foreground;
  } catch {
    return false;
  }
}

function groupsOnLinux(): [string | undefined, string | undefined] {
  // pid (name) state ppid pgrp session tty_nr tpgid …; the name may hold anything.
  const stat = readFileSync('/proc/self/stat', 'latin1');
  const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return [group, foreground];
}

function groupsByPs(): [string | undefined, string | undefined] {
  const args = ['-o', 'pgid=', '-o', 'tpgid=', '-p', String(process.pid)];
  const [group, foreground] = execFileSync('ps', args, { encoding: 'utf8' }).trim().split(/\s+/);
  return [group, foreground];
}
