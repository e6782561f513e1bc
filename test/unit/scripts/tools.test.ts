import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  adviceFor,
  BROWSER,
  findHeadless,
  hasHeadlessShell,
  findOnPath,
  findTool,
  installCommands,
  MOSQUITTO,
  thisMachine,
  TOOLS,
  type Machine,
} from '../../../scripts/tools.ts';

/** A machine with exactly these programs. */
function machine(
  platform: NodeJS.Platform,
  programs: readonly string[],
  env: Machine['env'] = {},
  distribution: string | null = null,
): Machine {
  return { platform, env, distribution, isProgram: (path) => programs.includes(path) };
}

const WINDOWS_ENV = {
  Path: 'C:\\Windows\\system32;C:\\tools',
  ProgramFiles: 'C:\\Program Files',
  'ProgramFiles(x86)': 'C:\\Program Files (x86)',
  LOCALAPPDATA: 'C:\\Users\\ann\\AppData\\Local',
  USERPROFILE: 'C:\\Users\\ann',
  ProgramData: 'C:\\ProgramData',
};

describe('the programs of the tests are found where each system puts them', () => {
  test.each([
    ['win32', 'C:\\Program Files\\mosquitto\\mosquitto.exe'],
    ['win32', 'C:\\ProgramData\\chocolatey\\bin\\mosquitto.exe'],
    ['win32', 'C:\\Users\\ann\\scoop\\shims\\mosquitto.exe'],
    ['win32', 'C:\\Users\\ann\\AppData\\Local\\Microsoft\\WinGet\\Links\\mosquitto.exe'],
    ['win32', 'C:\\tools\\mosquitto.exe'],
    ['darwin', '/opt/homebrew/sbin/mosquitto'],
    ['darwin', '/usr/local/opt/mosquitto/sbin/mosquitto'],
    ['linux', '/usr/sbin/mosquitto'],
    ['linux', '/home/ann/bin/mosquitto'],
  ] as const)('mosquitto on %s at %s', (platform, path) => {
    const env = platform === 'win32' ? WINDOWS_ENV : { PATH: '/home/ann/bin:/bin', HOME: '/home/ann' };
    expect(findTool(MOSQUITTO, machine(platform, [path], env))).toEqual({ path });
  });

  test.each([
    ['win32', 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe'],
    ['win32', 'C:\\Users\\ann\\AppData\\Local\\Google\\Chrome\\Application\\chrome.exe'],
    ['win32', 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe'],
    ['darwin', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
    ['darwin', '/home/ann/Applications/Chromium.app/Contents/MacOS/Chromium'],
    ['darwin', '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge'],
    ['linux', '/usr/bin/chromium'],
    ['linux', '/usr/bin/google-chrome'],
  ] as const)('a browser on %s at %s', (platform, path) => {
    const env = platform === 'win32' ? WINDOWS_ENV : { PATH: '/bin', HOME: '/home/ann' };
    expect(findTool(BROWSER, machine(platform, [path], env))).toEqual({ path });
  });

  test('Chromium is preferred to what is made of it, wherever they are', () => {
    const both = ['/bin/google-chrome', '/snap/bin/chromium'];
    expect(findTool(BROWSER, machine('linux', both, { PATH: '/bin' }))).toEqual({
      path: '/snap/bin/chromium',
    });
  });

  test('pages are drawn by the headless shell where it is, unless a browser is named', () => {
    const both = ['/usr/bin/chromium', '/usr/bin/chromium-headless-shell'];
    const env = { PATH: '/bin' };
    expect(findHeadless(machine('linux', both, env))).toEqual({ path: '/usr/bin/chromium-headless-shell' });
    expect(findTool(BROWSER, machine('linux', both, env))).toEqual({ path: '/usr/bin/chromium' });
    expect(findHeadless(machine('linux', both.slice(0, 1), env))).toEqual({ path: '/usr/bin/chromium' });
    const named = { ...env, TOPICSCOPE_CHROMIUM: '/usr/bin/chromium' };
    expect(findHeadless(machine('linux', both, named))).toEqual({ path: '/usr/bin/chromium' });
    expect(findHeadless(machine('linux', [], env))).toHaveProperty('missing');
    expect(
      [both, both.slice(0, 1)].map((programs) => hasHeadlessShell(machine('linux', programs, env))),
    ).toEqual([true, false]);
  });

  test('a path that is named is taken or refused, and nothing else is looked at', () => {
    const named = machine('linux', ['/opt/m', '/usr/sbin/mosquitto'], { TOPICSCOPE_MOSQUITTO: '/opt/m' });
    expect(findTool(MOSQUITTO, named)).toEqual({ path: '/opt/m' });
    const wrong = machine('linux', ['/usr/sbin/mosquitto'], { TOPICSCOPE_MOSQUITTO: '/opt/m' });
    expect(findTool(MOSQUITTO, wrong)).toEqual({
      missing: 'TOPICSCOPE_MOSQUITTO names /opt/m, which is not a program.',
    });
  });

  test('what is only nice to have is looked for on PATH alone', () => {
    const here = machine('linux', ['/usr/bin/setpriv'], { PATH: '/usr/bin' });
    expect(findOnPath('setpriv', here)).toBe('/usr/bin/setpriv');
    expect(findOnPath('setpriv', { ...here, env: { PATH: '/bin' } })).toBeNull();
    expect(findOnPath('setpriv', { ...here, env: {} })).toBeNull();
  });

  test('a file that may not be run is no program', () => {
    const folder = mkdtempSync(join(tmpdir(), 'topicscope-tools-'));
    const path = join(folder, process.platform === 'win32' ? 'x.exe' : 'x');
    const { isProgram } = thisMachine;
    try {
      // A folder can be entered, which is the same right.
      expect(isProgram(folder)).toBe(false);
      expect(isProgram(path)).toBe(false);
      writeFileSync(path, '');
      chmodSync(path, 0o644);
      // Windows knows no such right.
      expect(isProgram(path)).toBe(process.platform === 'win32');
      chmodSync(path, 0o755);
      expect(isProgram(path)).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('what to run where they are missing', () => {
  test.each([
    [
      'linux',
      ['/bin/apt-get'],
      'debian',
      ['sudo apt-get update && sudo apt-get install -y --no-install-recommends mosquitto chromium'],
    ],
    [
      'linux',
      ['/bin/apt-get'],
      'ubuntu',
      [
        'sudo apt-get update && sudo apt-get install -y --no-install-recommends mosquitto',
        'curl -fsSLo /tmp/chrome.deb https://dl.google.com/linux/direct/google-chrome-stable_current_amd64.deb && sudo apt-get install -y --no-install-recommends /tmp/chrome.deb',
      ],
    ],
    ['linux', ['/bin/dnf'], 'fedora', ['sudo dnf install -y mosquitto chromium']],
    ['linux', ['/bin/pacman'], 'arch', ['sudo pacman -S --needed mosquitto chromium']],
    ['linux', ['/bin/zypper'], null, ['sudo zypper install -y mosquitto chromium']],
    ['linux', ['/bin/apk'], 'alpine', ['sudo apk add mosquitto chromium']],
    ['darwin', [], null, ['brew install mosquitto', 'brew install --cask google-chrome']],
  ] as const)('on %s with %j (%s)', (platform, programs, distribution, commands) => {
    const here = machine(platform, programs, { PATH: '/bin' }, distribution);
    expect(installCommands(TOOLS, here)).toEqual(commands);
  });

  test.each([
    [
      ['C:\\tools\\winget.exe', 'C:\\tools\\choco.exe'],
      [
        'winget install --exact --id EclipseFoundation.Mosquitto',
        'winget install --exact --id Google.Chrome',
      ],
    ],
    [['C:\\tools\\choco.exe'], ['choco install -y mosquitto googlechrome']],
    [['C:\\tools\\scoop.exe'], ['scoop install mosquitto extras/googlechrome']],
    [
      [],
      [
        'winget install --exact --id EclipseFoundation.Mosquitto',
        'winget install --exact --id Google.Chrome',
      ],
    ],
  ])('on Windows with %j', (programs, commands) => {
    expect(installCommands(TOOLS, machine('win32', programs, WINDOWS_ENV))).toEqual(commands);
  });

  test('only what is missing is named, with its variable', () => {
    const debian = machine('linux', ['/bin/apt-get'], { PATH: '/bin' }, 'debian');
    expect(adviceFor([MOSQUITTO], debian)).toBe(
      'The tests need mosquitto, not found here. Run:\n' +
        '  sudo apt-get update && sudo apt-get install -y --no-install-recommends mosquitto\n' +
        'or set TOPICSCOPE_MOSQUITTO to where it is.',
    );
    expect(findTool(MOSQUITTO, debian)).toEqual({ missing: adviceFor([MOSQUITTO], debian) });
    expect(adviceFor([BROWSER], { ...debian, distribution: 'ubuntu' })).not.toContain('mosquitto');
  });

  test('a system nobody knows gets a sentence and no command', () => {
    expect(installCommands(TOOLS, machine('freebsd', [], { PATH: '/bin' }))).toBeNull();
    expect(adviceFor(TOOLS, machine('freebsd', [], { PATH: '/bin' }))).toBe(
      'The tests need mosquitto and a browser, not found here. Install mosquitto and a browser with the package manager of ' +
        'this system, or set TOPICSCOPE_MOSQUITTO and TOPICSCOPE_CHROMIUM to where they are.',
    );
  });
});
