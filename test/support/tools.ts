import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';

interface Tool {
  readonly what: string;
  readonly names: readonly string[];
  /** Looked at after PATH: where systems put it for everybody but users. */
  readonly places: readonly string[];
  /** Overrides everything, for machines that keep it elsewhere. */
  readonly variable: string;
  readonly install: Readonly<Partial<Record<NodeJS.Platform, string>>>;
}

const MOSQUITTO: Tool = {
  what: 'mosquitto',
  names: ['mosquitto'],
  places: ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin', '/snap/bin', 'C:\\Program Files\\mosquitto'],
  variable: 'TOPICSCOPE_MOSQUITTO',
  install: {
    linux: 'sudo apt-get install -y mosquitto && sudo systemctl disable --now mosquitto',
    darwin: 'brew install mosquitto',
    win32: 'winget install EclipseFoundation.Mosquitto',
  },
};

const CHROMIUM: Tool = {
  what: 'Chromium',
  names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'],
  places: [
    '/usr/bin',
    '/usr/local/bin',
    '/snap/bin',
    '/Applications/Chromium.app/Contents/MacOS',
    '/Applications/Google Chrome.app/Contents/MacOS',
    'C:\\Program Files\\Google\\Chrome\\Application',
  ],
  variable: 'TOPICSCOPE_CHROMIUM',
  install: {
    linux: 'sudo apt-get install -y chromium',
    darwin: 'brew install --cask chromium',
    win32: 'winget install Google.Chrome',
  },
};

const found = new Map<Tool, string>();

/** Path of the mosquitto program. Throws with the command that installs it. */
export function findMosquitto(): string {
  return find(MOSQUITTO);
}

/** Path of a Chromium or Chrome program. Throws with the command that installs it. */
export function findChromium(): string {
  return find(CHROMIUM);
}

/** Full path of a program on PATH, or null: for what makes a test nicer but is not needed. */
export function findOnPath(name: string): string | null {
  return search([name], pathFolders());
}

function find(tool: Tool): string {
  const known = found.get(tool);
  if (known !== undefined) return known;
  const named = process.env[tool.variable];
  if (named !== undefined && named !== '') {
    if (!isProgram(named)) throw new Error(`${tool.variable} names ${named}, which is not a program.`);
    found.set(tool, named);
    return named;
  }
  const path = search(tool.names, [...pathFolders(), ...tool.places]);
  if (path === null) {
    const command = tool.install[process.platform] ?? `install ${tool.what} and put it on PATH`;
    throw new Error(
      `These tests need ${tool.what}, and it was not found. Run:\n  ${command}\nor set ${tool.variable} to its path.`,
    );
  }
  found.set(tool, path);
  return path;
}

function pathFolders(): readonly string[] {
  return (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
}

function search(names: readonly string[], folders: readonly string[]): string | null {
  const endings = process.platform === 'win32' ? ['.exe'] : [''];
  // Names first: a later name is a second choice even where its folder comes earlier.
  for (const name of names) {
    for (const folder of folders) {
      for (const ending of endings) {
        const path = join(folder, name + ending);
        if (isProgram(path)) return path;
      }
    }
  }
  return null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
