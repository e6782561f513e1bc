// What a run of the tests may leave: nothing outside of a folder that is its own and ends with it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { defaultDataDir } from '../src-main/server/data-dir.ts';

export interface EnclosureOptions {
  /** The project's folder. */
  readonly root: string;
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For processes that are about to end; ms. */
  readonly patienceMs?: number;
  /** Where running processes are listed, as Linux does it. */
  readonly processes?: string;
}

export interface Enclosure {
  /** For every process of the run. */
  readonly env: Readonly<Record<string, string>>;
  /** What is still there although the run is over, a line each. */
  leftovers(): Promise<string[]>;
  /** Removes the folder, whatever is in it. */
  close(): void;
}

const MARK = 'TOPICSCOPE_TEST_RUN';
const PATIENCE_MS = 3_000;
/** Caches of tools that look at nothing but their own version; they go with the folder. */
const TOOL_CACHES = new Set(['node-compile-cache', 'v8-compile-cache', 'jiti', 'home']);

/** Gives a run a place of its own for temporary files, and looks afterwards at what it forgot. */
export function enclose({ root, platform, env, ...options }: EnclosureOptions): Enclosure {
  // Short, because the path of a socket in it is limited to about a hundred characters.
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'ts-'));
  const home = join(folder, 'home');
  mkdirSync(home, { mode: 0o700 });
  const dataDir = defaultDataDir(platform, { ...env }, homedir());
  const before = { status: gitStatus(root), dataDir: existsSync(dataDir) };
  return {
    env: {
      TMPDIR: folder,
      TMP: folder,
      TEMP: folder,
      XDG_CONFIG_HOME: home,
      XDG_DATA_HOME: home,
      XDG_CACHE_HOME: home,
      [MARK]: folder,
    },
    leftovers: async () => {
      const { processes = '/proc', patienceMs = PATIENCE_MS } = options;
      const running = platform === 'linux' ? await stillRunning(processes, folder, patienceMs) : [];
      return [
        ...running,
        ...readdirSync(folder)
          .filter((name) => !TOOL_CACHES.has(name))
          .map((name) => `the temporary file ${name}`),
        ...changed(before.status, gitStatus(root)).map((line) => `a change in the project: ${line}`),
        ...(!before.dataDir && existsSync(dataDir) ? [`the data directory of a user: ${dataDir}`] : []),
      ];
    },
    close: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

async function stillRunning(processes: string, folder: string, patienceMs: number): Promise<string[]> {
  for (const deadline = Date.now() + patienceMs; ; await delay(50)) {
    const found = markedProcesses(processes, folder);
    if (found.length === 0 || Date.now() >= deadline) return found;
  }
}

function markedProcesses(processes: string, folder: string): string[] {
  const found: string[] = [];
  for (const pid of readdirSync(processes)) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    try {
      const variables = readFileSync(join(processes, pid, 'environ'), 'utf8').split('\0');
      if (!variables.includes(`${MARK}=${folder}`)) continue;
      const command = readFileSync(join(processes, pid, 'cmdline'), 'utf8')
        .replaceAll('\0', ' ')
        .trim();
      // One that has ended and waits for its parent has no command line.
      if (command !== '') found.push(`process ${pid}: ${command.slice(0, 200)}`);
    } catch {
      // It ended meanwhile, or is somebody else's.
    }
  }
  return found;
}

/** Null: not a working copy, or no git. */
function gitStatus(root: string): readonly string[] | null {
  const result = spawnSync('git', ['status', '--porcelain', '--untracked-files=all'], {
    cwd: root,
    encoding: 'utf8',
  });
  return result.status === 0 ? result.stdout.split('\n').filter((line) => line !== '') : null;
}

function changed(before: readonly string[] | null, after: readonly string[] | null): string[] {
  if (before === null || after === null) return [];
  return after.filter((line) => !before.includes(line));
}
