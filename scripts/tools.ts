// The programs the tests drive that npm cannot bring: where they are, and how each system installs them.
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { posix, win32 } from 'node:path';

/** All that looking for a program reads of the machine, so that each system can be tried on any. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `ID` of os-release: `debian`, `ubuntu`, …; null where there is none. */
  readonly distribution: string | null;
  /** True: a file that this user may run. */
  isProgram(path: string): boolean;
}

export interface Tool {
  readonly what: 'mosquitto' | 'a browser';
  /** In order of preference, without the ending that Windows adds. */
  readonly names: readonly string[];
  /** Overrides everything, for machines that keep it elsewhere. */
  readonly variable: string;
  /** Folders after those of PATH: where installers put what they do not add to PATH. */
  places(machine: Machine): readonly string[];
  /** The package's name for each package manager. */
  readonly packages: Readonly<Record<Manager, string>>;
}

type Manager = 'apt' | 'dnf' | 'pacman' | 'zypper' | 'apk' | 'brew' | 'winget' | 'choco' | 'scoop';

export type ToolFound = { readonly path: string } | { readonly missing: string };

export const MOSQUITTO: Tool = {
  what: 'mosquitto',
  names: ['mosquitto'],
  variable: 'TOPICSCOPE_MOSQUITTO',
  places: ({ platform, env }) => {
    switch (platform) {
      case 'win32':
        return [...windowsPrograms(env, 'mosquitto'), ...windowsShims(env)];
      case 'darwin':
        return ['/opt/homebrew', '/usr/local', '/opt/homebrew/opt/mosquitto', '/usr/local/opt/mosquitto'].map(
          (prefix) => `${prefix}/sbin`,
        );
      default:
        return ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/local/bin', '/snap/bin'];
    }
  },
  packages: {
    apt: 'mosquitto',
    dnf: 'mosquitto',
    pacman: 'mosquitto',
    zypper: 'mosquitto',
    apk: 'mosquitto',
    brew: 'mosquitto',
    winget: 'EclipseFoundation.Mosquitto',
    choco: 'mosquitto',
    scoop: 'mosquitto',
  },
};

/** Chromium, or one of the browsers that are made of it. */
export const BROWSER: Tool = {
  what: 'a browser',
  names: [
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
    'chrome',
    'microsoft-edge',
    'microsoft-edge-stable',
    'msedge',
    'Chromium',
    'Google Chrome',
    'Microsoft Edge',
  ],
  variable: 'TOPICSCOPE_CHROMIUM',
  places: ({ platform, env }) => {
    switch (platform) {
      case 'win32':
        return [
          ...windowsPrograms(env, 'Chromium\\Application'),
          ...windowsPrograms(env, 'Google\\Chrome\\Application'),
          ...windowsPrograms(env, 'Microsoft\\Edge\\Application'),
          ...windowsShims(env),
        ];
      case 'darwin':
        return ['', env['HOME'] ?? ''].flatMap((home) =>
          ['Chromium', 'Google Chrome', 'Microsoft Edge'].map(
            (app) => `${home}/Applications/${app}.app/Contents/MacOS`,
          ),
        );
      default:
        return ['/usr/bin', '/usr/local/bin', '/snap/bin'];
    }
  },
  packages: {
    apt: 'chromium',
    dnf: 'chromium',
    pacman: 'chromium',
    zypper: 'chromium',
    apk: 'chromium',
    brew: '--cask google-chrome',
    winget: 'Google.Chrome',
    choco: 'googlechrome',
    scoop: 'extras/googlechrome',
  },
};

export const TOOLS: readonly Tool[] = [MOSQUITTO, BROWSER];

/** Chromium without windows and menus of its own, which cost 40 % of the time of a page in a test. Needed by nothing. */
export const HEADLESS_SHELL = {
  names: ['chromium-headless-shell', 'chrome-headless-shell'],
  aptPackage: 'chromium-headless-shell',
} as const;

/** The machine this runs on. */
export const thisMachine: Machine = {
  platform: process.platform,
  env: process.env,
  distribution: readDistribution(),
  isProgram,
};

function readDistribution(): string | null {
  try {
    return /^ID="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? null;
  } catch {
    return null;
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Where a tool is, or a sentence that ends with the command to install it. */
export function findTool(tool: Tool, machine: Machine): ToolFound {
  const named = machine.env[tool.variable];
  if (named !== undefined && named !== '') {
    if (machine.isProgram(named)) return { path: named };
    return { missing: `${tool.variable} names ${named}, which is not a program.` };
  }
  const folders = [...pathFolders(machine), ...tool.places(machine)];
  const path = search(tool.names, folders, machine);
  return path === null ? { missing: adviceFor([tool], machine) } : { path };
}

/** What draws pages for the tests: the headless shell where it is, otherwise the browser. */
export function findHeadless(machine: Machine): ToolFound {
  const path = isNamed(BROWSER, machine) ? null : findShell(machine);
  return path === null ? findTool(BROWSER, machine) : { path };
}

/** Whether there is one, or another browser was named to take its place. */
export function hasHeadlessShell(machine: Machine): boolean {
  return isNamed(BROWSER, machine) || findShell(machine) !== null;
}

function findShell(machine: Machine): string | null {
  return search(HEADLESS_SHELL.names, [...pathFolders(machine), ...BROWSER.places(machine)], machine);
}

function isNamed({ variable }: Tool, { env }: Machine): boolean {
  return (env[variable] ?? '') !== '';
}

/** Full path of a program on PATH, or null: for what is nice to have and not needed. */
export function findOnPath(name: string, machine: Machine): string | null {
  return search([name], pathFolders(machine), machine);
}

/** What to run to get these tools here, as sentences. */
export function adviceFor(tools: readonly Tool[], machine: Machine): string {
  const what = tools.map((tool) => tool.what).join(' and ');
  const variables = tools.map(({ variable }) => variable).join(' and ');
  const commands = installCommands(tools, machine);
  const run =
    commands === null
      ? `Install ${what} with the package manager of this system`
      : `Run:\n${commands.map((line) => `  ${line}\n`).join('')}`;
  const name = `${variables} to where ${tools.length === 1 ? 'it is' : 'they are'}`;
  return `The tests need ${what}, not found here. ${run}${commands === null ? ', ' : ''}or set ${name}.`;
}

/** The exact commands for the package manager of this machine; null: none that is known. */
export function installCommands(tools: readonly Tool[], machine: Machine): readonly string[] | null {
  const manager = managerOf(machine);
  if (manager === null) return null;
  const packages = tools.map((tool) => tool.packages[manager]);
  const list = packages.join(' ');
  switch (manager) {
    case 'apt':
      return aptCommands(tools, machine);
    case 'dnf':
      return [`sudo dnf install -y ${list}`];
    case 'pacman':
      return [`sudo pacman -S --needed ${list}`];
    case 'zypper':
      return [`sudo zypper install -y ${list}`];
    case 'apk':
      return [`sudo apk add ${list}`];
    case 'brew':
      // A cask and a formula do not go into one command.
      return packages.map((name) => `brew install ${name}`);
    case 'winget':
      return packages.map((name) => `winget install --exact --id ${name}`);
    case 'choco':
      return [`choco install -y ${list}`];
    case 'scoop':
      return [`scoop install ${list}`];
  }
}

function aptCommands(tools: readonly Tool[], { distribution }: Machine): string[] {
  // Ubuntu's Chromium is a snap, which has a /tmp of its own: the tests could not reach its profile.
  const fromGoogle = distribution === 'ubuntu' ? tools.filter((tool) => tool === BROWSER) : [];
  const packages = tools.filter((tool) => !fromGoogle.includes(tool)).map((tool) => tool.packages.apt);
  return [
    ...(packages.length === 0 ? [] : [`sudo apt-get update && ${APT_INSTALL} ${packages.join(' ')}`]),
    ...fromGoogle.map(() => `curl -fsSLo /tmp/chrome.deb ${CHROME_DEB} && ${APT_INSTALL} /tmp/chrome.deb`),
  ];
}

const APT_INSTALL = 'sudo apt-get install -y --no-install-recommends';
const CHROME_DEB = 'https://dl.google.com/linux/direct/google-chrome-stable_current_amd64.deb';

const UNIX_MANAGERS: readonly (readonly [Manager, string])[] = [
  ['apt', 'apt-get'],
  ['dnf', 'dnf'],
  ['pacman', 'pacman'],
  ['zypper', 'zypper'],
  ['apk', 'apk'],
];

function managerOf(machine: Machine): Manager | null {
  const has = (name: string): boolean => findOnPath(name, machine) !== null;
  switch (machine.platform) {
    case 'darwin':
      return 'brew';
    case 'win32':
      // Part of Windows, unless somebody took it out and uses another.
      return !has('winget') && has('choco') ? 'choco' : !has('winget') && has('scoop') ? 'scoop' : 'winget';
    default:
      return UNIX_MANAGERS.find(([, program]) => has(program))?.[0] ?? null;
  }
}

function windowsPrograms(env: Machine['env'], folder: string): string[] {
  return [env['ProgramFiles'] ?? 'C:\\Program Files', env['ProgramFiles(x86)'], env['LOCALAPPDATA']]
    .filter((base) => base !== undefined)
    .map((base) => `${base}\\${folder}`);
}

/** Where package managers put their own starters. */
function windowsShims(env: Machine['env']): string[] {
  const { LOCALAPPDATA: local, USERPROFILE: home, ProgramData: data } = env;
  return [
    ...(local === undefined ? [] : [`${local}\\Microsoft\\WinGet\\Links`]),
    `${data ?? 'C:\\ProgramData'}\\chocolatey\\bin`,
    ...(home === undefined ? [] : [`${home}\\scoop\\shims`]),
  ];
}

function pathFolders({ platform, env }: Machine): readonly string[] {
  const { delimiter } = platform === 'win32' ? win32 : posix;
  // Windows does not care for the case of a variable's name; a copy of the environment does.
  const path = env['PATH'] ?? env['Path'] ?? '';
  return path.split(delimiter).filter((folder) => folder !== '');
}

function search(names: readonly string[], folders: readonly string[], machine: Machine): string | null {
  const windows = machine.platform === 'win32';
  const { join } = windows ? win32 : posix;
  // Names first: a later name is a second choice even where its folder comes earlier.
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, windows ? `${name}.exe` : name);
      if (machine.isProgram(path)) return path;
    }
  }
  return null;
}
