import { chmod, mkdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, parse, resolve } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

/** Where programs of this system keep what is the user's. */
export function defaultDataDir(platform: NodeJS.Platform, env: Env, home: string): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Topicscope');
  if (platform === 'win32') return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'Topicscope');
  return join(env['XDG_DATA_HOME'] ?? join(home, '.local', 'share'), 'topicscope');
}

/**
 * Makes the folder, private to the user: profiles hold passwords.
 * @throws Error with a sentence for the user
 */
export async function prepareDataDir(path: string, platform: NodeJS.Platform): Promise<string> {
  const folder = resolve(path);
  if (folder === homedir() || folder === parse(folder).root) {
    throw new Error(`The data directory cannot be ${folder}: it needs a folder of its own.`);
  }
  try {
    await makeFolder(folder);
    // Windows keeps rights elsewhere; a folder below the user's profile is private there.
    if (platform !== 'win32' && ((await stat(folder)).mode & 0o077) !== 0) await chmod(folder, 0o700);
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new Error(`The data directory ${folder} cannot be used (${why}).`, { cause: error });
  }
  return folder;
}

/**
 * With the folders above it. `mkdir` of Node with `recursive` never stops trying where a folder that is there
 * answers ENOENT: /proc does, and so do some network drives.
 */
async function makeFolder(folder: string): Promise<void> {
  const make = (): Promise<void> => mkdir(folder, { mode: 0o700 });
  try {
    await make();
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (missing && dirname(folder) !== folder) {
      await makeFolder(dirname(folder));
      await make();
    } else if (!(await stat(folder).catch(() => null))?.isDirectory()) {
      throw error;
    }
  }
}
