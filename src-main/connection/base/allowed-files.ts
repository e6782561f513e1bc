import { constants } from 'node:fs';
import { lstat, open, readlink, realpath, type FileHandle } from 'node:fs/promises';
import { dirname, isAbsolute, relative } from 'node:path';

/** Which certificate and key files may be read: a window in a browser is not the user of this machine. */
export type FileAccess =
  | { readonly kind: 'any' }
  | { readonly kind: 'none' }
  | { readonly kind: 'below'; readonly dir: string }
  /** What a person has given, by the very names; sockets are connected to and not read, so each may be used. */
  | { readonly kind: 'granted'; readonly paths: readonly string[]; readonly variables: readonly string[] };

/** A socket of the file system, held so that nobody can put another in its place. */
export interface SocketPlace {
  /** To connect to until `release`. */
  readonly path: string;
  release(): Promise<void>;
}

/** Of Linux: names a file without opening it, so that nothing happens to what is only looked at. */
const O_PATH = 0o10000000;

/** @throws with code ENOTALLOWED, ENOTGIVEN, or what the file system says */
export async function openAllowed(
  path: string,
  access: FileAccess,
  platform: NodeJS.Platform,
): Promise<FileHandle> {
  const flags = constants.O_RDONLY | constants.O_NONBLOCK;
  // Before anything is looked at: nothing is said of what was not given, not even whether it is there.
  if (access.kind === 'granted' && !access.paths.includes(path)) throw notGiven();
  if (access.kind === 'any' || access.kind === 'granted') return open(path, flags);
  return openBelow(path, access, flags, platform);
}

/** @throws with code ENOTALLOWED, or what the file system says */
export async function holdSocket(
  path: string,
  access: FileAccess,
  platform: NodeJS.Platform,
): Promise<SocketPlace> {
  if (access.kind === 'any' || access.kind === 'granted') return { path, release: () => Promise.resolve() };
  if (platform !== 'linux') return { path: await realBelow(path, access), release: () => Promise.resolve() };
  const held = await openBelow(path, access, O_PATH, platform);
  return { path: `/proc/self/fd/${held.fd}`, release: () => held.close() };
}

/**
 * Opens first and looks afterwards at what was opened: between a look at a path and its opening somebody may
 * put a link in its place. The look before only keeps devices from being opened that do something then.
 */
async function openBelow(
  path: string,
  access: FileAccess,
  flags: number,
  platform: NodeJS.Platform,
): Promise<FileHandle> {
  const file = await open(await realBelow(path, access), flags);
  try {
    if (!(await isBelow(file, path, access, platform))) throw notAllowed();
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function isBelow(
  file: FileHandle,
  path: string,
  access: FileAccess,
  platform: NodeJS.Platform,
): Promise<boolean> {
  // Linux knows the path of what is open.
  if (platform === 'linux') {
    const real = await readlink(`/proc/self/fd/${file.fd}`).catch(() => null);
    if (real !== null) return isInside(real, await folderOf(access));
  }
  const real = await realBelow(path, access);
  const [opened, there] = await Promise.all([file.stat({ bigint: true }), lstat(real, { bigint: true })]);
  return opened.dev === there.dev && opened.ino === there.ino && (await realpath(real)) === real;
}

/** Links are followed; nothing is said of what is elsewhere, not even whether it is there. */
async function realBelow(path: string, access: FileAccess): Promise<string> {
  const folder = await folderOf(access);
  let real: string;
  try {
    real = await realpath(path);
  } catch (error) {
    const near = await nearestReal(dirname(path));
    throw near === folder || isInside(near, folder) ? error : notAllowed();
  }
  if (!isInside(real, folder)) throw notAllowed();
  return real;
}

/** Of a path, or of the first above it that is there. */
async function nearestReal(path: string): Promise<string> {
  return realpath(path).catch(() => (dirname(path) === path ? path : nearestReal(dirname(path))));
}

async function folderOf(access: FileAccess): Promise<string> {
  if (access.kind !== 'below') throw notAllowed();
  return realpath(access.dir);
}

function isInside(path: string, folder: string): boolean {
  const inside = relative(folder, path);
  return inside !== '' && inside !== '..' && !/^\.\.[\\/]/.test(inside) && !isAbsolute(inside);
}

function notGiven(): Error {
  return Object.assign(new Error('This was not given.'), { code: 'ENOTGIVEN' });
}

function notAllowed(): Error {
  return Object.assign(new Error('This may not be used.'), { code: 'ENOTALLOWED' });
}
