import { spawn } from 'node:child_process';
import { findElectron, type Surroundings } from './find-electron.ts';
import { getElectron, type Output } from './get-electron.ts';

export interface Desktop extends Surroundings {
  /** Without a new byte for so long the download of Electron is given up; ms. */
  readonly stallMs: number;
  readonly output: Output;
  /** Signals of this process come in here. */
  readonly signals: Pick<NodeJS.Process, 'on' | 'off'>;
}

/** How the desktop window went. */
export type DesktopRun =
  | { readonly kind: 'ran'; readonly code: number }
  /** There is none; `why` is the end of a sentence. */
  | { readonly kind: 'none'; readonly why: string };

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const ENDED_BY = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
/** One press of Ctrl+C may arrive twice: from the terminal, and from npm, which passes it on; ms. */
const ONE_PRESS_MS = 1_000;
/** An Electron that is killed sooner has shown nothing; ms. */
const SHOWN_WITHIN_MS = 10_000;

/** Runs the program in Electron until it ends, after getting Electron where it is missing. */
export async function runDesktop(desktop: Desktop, args: readonly string[]): Promise<DesktopRun> {
  let found = findElectron(desktop);
  if (found.kind === 'missing') {
    const failure = await install(desktop);
    if (failure !== null) return failure;
    found = findElectron(desktop);
  }
  switch (found.kind) {
    case 'found':
      return run(desktop, found.path, args);
    case 'missing':
      return { kind: 'none', why: 'Electron was installed and is not there' };
    case 'unusable':
      return { kind: 'none', why: found.why };
  }
}

/** Null: it is installed. Ctrl+C means the download only; whoever sends another signal means all of us. */
async function install({ signals, ...desktop }: Desktop): Promise<DesktopRun | null> {
  const stop = new AbortController();
  let endedBy: 'SIGTERM' | 'SIGHUP' | null = null;
  const pressed = (): void => stop.abort();
  const terminated = (signal: NodeJS.Signals): void => {
    endedBy ??= signal === 'SIGHUP' ? 'SIGHUP' : 'SIGTERM';
    stop.abort();
  };
  signals.on('SIGINT', pressed).on('SIGTERM', terminated).on('SIGHUP', terminated);
  const got = await getElectron({ ...desktop, stop: stop.signal });
  signals.off('SIGTERM', terminated).off('SIGHUP', terminated);
  setTimeout(() => signals.off('SIGINT', pressed), ONE_PRESS_MS).unref();
  if (endedBy !== null) return { kind: 'ran', code: ENDED_BY[endedBy] };
  return got.kind === 'got' ? null : { kind: 'none', why: `Electron is not installed and ${got.why}` };
}

/** Until it ends; signals are passed on. */
function run({ root, signals }: Desktop, path: string, args: readonly string[]): Promise<DesktopRun> {
  return new Promise((resolve) => {
    const began = performance.now();
    let asked = false;
    const child = spawn(path, [root, ...args], { stdio: 'inherit' });
    const pass = (signal: NodeJS.Signals): void => {
      asked = true;
      child.kill(signal);
    };
    for (const signal of SIGNALS) signals.on(signal, pass);
    const done = (result: DesktopRun): void => {
      for (const signal of SIGNALS) signals.off(signal, pass);
      resolve(result);
    };
    child.on('error', () => done({ kind: 'none', why: 'Electron could not be started' }));
    child.on('exit', (code, signal) => {
      const sudden = signal !== null && !asked && performance.now() - began < SHOWN_WITHIN_MS;
      // 127: the system's loader says which library is missing. A signal: most often a sandbox that the
      // system does not allow, of which Chromium writes a page.
      if (code === 127) done({ kind: 'none', why: 'Electron needs a library that is not installed' });
      else if (sudden) done({ kind: 'none', why: `Electron ended at once (${signal})` });
      else done({ kind: 'ran', code: code ?? (asked ? 0 : 1) });
    });
  });
}
