import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Surroundings {
  /** The folder that holds `node_modules`. */
  readonly root: string;
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isRoot: boolean;
}

/** Where Electron is, or why the window cannot be one of Electron's; the end of a sentence. */
export type ElectronFound = { readonly path: string } | { readonly without: string };

/** Never downloads: that can take minutes, or for ever behind a firewall. */
export function findElectron({ root, platform, env, isRoot }: Surroundings): ElectronFound {
  if (platform === 'linux') {
    if (isRoot) return { without: 'Electron does not run as root' };
    if (!env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return { without: 'there is no display for a window' };
  }
  const path = env['ELECTRON_EXEC_PATH'] ?? installedElectron(root);
  if (path !== null && existsSync(path)) return { path };
  return { without: 'Electron is not installed ("npx install-electron" gets it)' };
}

function installedElectron(root: string): string | null {
  const folder = join(root, 'node_modules', 'electron');
  try {
    return join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8').trim());
  } catch {
    return null;
  }
}
