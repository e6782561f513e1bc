import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Surroundings {
  /** The folder that holds `node_modules`. */
  readonly root: string;
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isRoot: boolean;
}

export type ElectronFound =
  | { readonly kind: 'found'; readonly path: string }
  /** It could run here: its package is installed, its binary is not. */
  | { readonly kind: 'missing' }
  /** `why` is the end of a sentence. */
  | { readonly kind: 'unusable'; readonly why: string };

/** Where Electron is, or why the window cannot be one of Electron's. Looks only; downloads nothing. */
export function findElectron({ root, platform, env, isRoot }: Surroundings): ElectronFound {
  if (platform === 'linux') {
    if (isRoot) return unusable('Electron does not run as root');
    if (!env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return unusable('there is no display for a window');
  }
  const named = env['ELECTRON_EXEC_PATH'];
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return { kind: 'found', path: named };
    return unusable(`ELECTRON_EXEC_PATH names ${named}, which is not there`);
  }
  const path = installedElectron(root);
  if (path !== null) return { kind: 'found', path };
  if (existsSync(installerOf(root))) return { kind: 'missing' };
  return unusable('the package "electron" is not installed ("npm ci" installs it)');
}

/** The package's own installer of its binary. */
export function installerOf(root: string): string {
  return join(root, 'node_modules', 'electron', 'install.js');
}

/** The version whose binary the package wants, e.g. `45.3.4`; null: it cannot be read. */
export function electronVersion(root: string): string | null {
  try {
    const text = readFileSync(join(root, 'node_modules', 'electron', 'package.json'), 'utf8');
    return (JSON.parse(text) as { version: string }).version;
  } catch {
    return null;
  }
}

/** Null: there is none, a part of one, or one of another version. */
function installedElectron(root: string): string | null {
  const folder = join(root, 'node_modules', 'electron');
  try {
    const version = readFileSync(join(folder, 'dist', 'version'), 'utf8')
      .trim()
      .replace(/^v/, '');
    if (version !== electronVersion(root)) return null;
    // Written by the installer when all else is in place.
    const path = join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8').trim());
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
}

function unusable(why: string): ElectronFound {
  return { kind: 'unusable', why };
}
