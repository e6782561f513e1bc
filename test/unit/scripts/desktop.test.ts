import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { runDesktop, type Desktop } from '../../../scripts/desktop.ts';
import {
  serveRelease,
  type BareElectron,
  type ReleaseOptions,
} from '../../support/electron-release/release.ts';
import { onTeardown, teardown } from '../../support/teardown.ts';

afterEach(teardown);

/** What Electron would be: it notes its arguments, and does as the test says. */
const program = (then: string): string => `#!/bin/sh\nprintf '%s\\n' "$@" > "$1/started"\n${then}\n`;

interface Tried {
  readonly bare: BareElectron;
  readonly desktop: Desktop;
  readonly signals: EventEmitter;
}

async function bareDesktop(options: ReleaseOptions, changes: Partial<Desktop> = {}): Promise<Tried> {
  const bare = await serveRelease(options);
  const signals = new EventEmitter();
  const desktop: Desktop = {
    root: bare.root,
    platform: 'linux',
    env: { PATH: process.env['PATH'], DISPLAY: ':0', ...bare.env },
    isRoot: false,
    stallMs: 15_000,
    output: { isTTY: false, write: () => true },
    signals: signals as unknown as NodeJS.Process,
    ...changes,
  };
  return { bare, desktop, signals };
}

const started = ({ root }: BareElectron): string[] =>
  readFileSync(join(root, 'started'), 'utf8').split('\n').filter(Boolean);

// The stand-in for the binary is a script for a Unix shell.
describe.skipIf(process.platform === 'win32')('the desktop window of npm start', () => {
  test('comes in one command where Electron was missing: it is got, and run with the arguments', async () => {
    const { bare, desktop } = await bareDesktop({ program: program('exit 7') });
    expect(await runDesktop(desktop, ['--demo'])).toEqual({ kind: 'ran', code: 7 });
    expect(started(bare)).toEqual([bare.root, '--demo']);
    // The next start downloads nothing.
    const again = { ...desktop, env: { ...desktop.env, ELECTRON_MIRROR: 'http://127.0.0.1:1/' } };
    expect(await runDesktop(again, [])).toEqual({ kind: 'ran', code: 7 });
  });

  test.each([
    ['the display is missing', { env: {} }, 'there is no display for a window'],
    ['the user is root', { isRoot: true }, 'Electron does not run as root'],
    [
      'another Electron was named',
      { env: { DISPLAY: ':0', ELECTRON_EXEC_PATH: '/none/electron' } },
      'ELECTRON_EXEC_PATH names /none/electron, which is not there',
    ],
  ])('is not tried, and nothing is downloaded, where %s', async (_what, changes, why) => {
    let asked = 0;
    const { desktop } = await bareDesktop({ answer: () => asked++ }, changes);
    expect(await runDesktop(desktop, [])).toEqual({ kind: 'none', why });
    expect(asked).toBe(0);
  });

  test('says why it did not come: no network, no bytes, a program that does not start', async () => {
    const offline = await bareDesktop({ answer: (response) => response.destroy() });
    expect(await runDesktop(offline.desktop, [])).toEqual({
      kind: 'none',
      why: expect.stringMatching(/^Electron is not installed and it could not be downloaded \(.+\)$/),
    });
    const silent = await bareDesktop({ answer: () => undefined }, { stallMs: 500 });
    expect(await runDesktop(silent.desktop, [])).toEqual({
      kind: 'none',
      why: 'Electron is not installed and its download stood still for 1 s',
    });
    const noLibrary = await bareDesktop({ program: program('exit 127') });
    expect(await runDesktop(noLibrary.desktop, [])).toEqual({
      kind: 'none',
      why: 'Electron needs a library that is not installed',
    });
    // As Chromium does without a sandbox it may use.
    const noSandbox = await bareDesktop({ program: program('kill -TRAP $$') });
    expect(await runDesktop(noSandbox.desktop, [])).toEqual({
      kind: 'none',
      why: 'Electron ended at once (SIGTRAP)',
    });
    const noProgram = await bareDesktop({ program: program('exit 0') });
    await runDesktop(noProgram.desktop, []);
    chmodSync(noProgram.bare.program, 0o644);
    expect(await runDesktop(noProgram.desktop, [])).toEqual({
      kind: 'none',
      why: 'Electron could not be started',
    });
  });

  test('Ctrl+C while it is downloaded means the download, also when it arrives twice', async () => {
    const { desktop, signals } = await bareDesktop({
      answer: () => {
        signals.emit('SIGINT', 'SIGINT');
        signals.emit('SIGINT', 'SIGINT');
      },
    });
    expect(await runDesktop(desktop, [])).toEqual({
      kind: 'none',
      why: 'Electron is not installed and its download was stopped',
    });
    // npm's own copy of it may still be on its way: somebody listens, or it would end us.
    expect(signals.listenerCount('SIGINT')).toBe(1);
    expect(signals.listenerCount('SIGTERM')).toBe(0);
    await expect.poll(() => signals.listenerCount('SIGINT')).toBe(0);
  });

  test('another signal while it is downloaded ends the program', async () => {
    const { desktop, signals } = await bareDesktop({ answer: () => signals.emit('SIGTERM', 'SIGTERM') });
    expect(await runDesktop(desktop, [])).toEqual({ kind: 'ran', code: 143 });
  });

  test('signals reach the running program, whose end is then no failure', async () => {
    const { bare, desktop, signals } = await bareDesktop({
      program: program('echo ready > "$1/ready"; exec sleep 30'),
    });
    const running = runDesktop(desktop, []);
    await expect.poll(() => signals.listenerCount('SIGTERM') > 0 && isReady(bare)).toBe(true);
    signals.emit('SIGTERM', 'SIGTERM');
    expect(await running).toEqual({ kind: 'ran', code: 0 });
    await expect.poll(() => signals.eventNames()).toEqual([]);
  });

  test('a real Ctrl+C of a terminal, which reaches the installer as well, opens the browser', async () => {
    const { desktop } = await bareDesktop({ answer: () => undefined });
    const module = new URL('../../../scripts/desktop.ts', import.meta.url).href;
    const source = `
      const { runDesktop } = await import(${JSON.stringify(module)});
      const desktop = ${JSON.stringify({ ...desktop, output: undefined, signals: undefined })};
      const output = { isTTY: true, write: (text) => process.stderr.write(text) };
      console.log(JSON.stringify(await runDesktop({ ...desktop, output, signals: process }, [])));`;
    // A group of its own, as a terminal makes one for a command.
    const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const group = -(child.pid ?? 0);
    onTeardown(() => {
      if (child.exitCode === null) process.kill(group, 'SIGKILL');
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    await once(child.stderr, 'data');
    process.kill(group, 'SIGINT');
    const [code] = (await once(child, 'close')) as [number | null];
    expect(code).toBe(0);
    expect(JSON.parse(text)).toEqual({
      kind: 'none',
      why: 'Electron is not installed and its download was stopped',
    });
  });
});

function isReady({ root }: BareElectron): boolean {
  try {
    return readFileSync(join(root, 'ready'), 'utf8') !== '';
  } catch {
    return false;
  }
}
