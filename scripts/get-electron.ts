import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { electronVersion, installerOf } from './find-electron.ts';

export interface GetElectron {
  /** The folder that holds `node_modules`. */
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Without a new byte for so long it is given up; ms. */
  readonly stallMs: number;
  /** Aborted when the user does not want to wait. */
  readonly stop: AbortSignal;
  /** Where the user sees how it goes on. */
  readonly output: Output;
}

export interface Output {
  /** True: a line can be written over. */
  readonly isTTY: boolean;
  write(text: string): unknown;
}

export type ElectronGot =
  | { readonly kind: 'got' }
  /** `why` is the end of a sentence. */
  | { readonly kind: 'failed'; readonly why: string };

const LOOK_EVERY_MS = 250;
const MB = 1_000_000;
/** Where a line cannot be written over, a new one comes after so much; bytes. */
const LINE_EVERY = 25 * MB;
/** What Windows gives a process that Ctrl+C ended. */
const CONTROL_C_EXIT = 0xc000013a;

/**
 * Has the package's own installer get the binary (over 100 MB) and check it against the checksums in the
 * package. The installer says nothing while it works, so what it writes is watched instead.
 */
export async function getElectron(options: GetElectron): Promise<ElectronGot> {
  const { stallMs, stop } = options;
  // Its download lands in a folder of ours, so that it can be seen to grow and does not stay behind.
  const folder = mkdtempSync(join(tmpdir(), 'topicscope-electron-'));
  const progress = new Progress(options, folder);
  const child = startInstaller(options, folder);
  const errors = firstWords(child);
  let why: string | null = null;
  const giveUp = (reason: string): void => {
    why ??= reason;
    child.kill('SIGKILL');
  };
  const stopped = (): void => giveUp('its download was stopped');
  stop.addEventListener('abort', stopped, { once: true });
  if (stop.aborted) stopped();
  const looking = setInterval(() => {
    if (progress.look() >= stallMs) giveUp(`its download stood still for ${Math.round(stallMs / 1_000)} s`);
  }, LOOK_EVERY_MS);
  try {
    const { code, signal } = await ended(child);
    if (code === 0) return { kind: 'got' };
    // A terminal sends Ctrl+C to both of us, and its end may be here before our own signal.
    if (signal === 'SIGINT' || code === CONTROL_C_EXIT) stopped();
    return { kind: 'failed', why: why ?? `it could not be downloaded (${errors()})` };
  } finally {
    clearInterval(looking);
    progress.end();
    stop.removeEventListener('abort', stopped);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function startInstaller({ root, env }: GetElectron, folder: string): ChildProcess {
  return spawn(process.execPath, [installerOf(root)], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...env, ...networkOfNpm(env), TMPDIR: folder, TMP: folder, TEMP: folder },
  });
}

/** Whoever got the packages through a proxy, or with a CA of their own, needs them here too. */
export function networkOfNpm(env: GetElectron['env']): Record<string, string> {
  const named = env['HTTPS_PROXY'] ?? env['https_proxy'] ?? env['HTTP_PROXY'] ?? env['http_proxy'];
  const proxy = env['npm_config_https_proxy'] ?? env['npm_config_proxy'];
  const ca = env['npm_config_cafile'];
  return {
    ...(named === undefined && proxy !== undefined ? { HTTPS_PROXY: proxy, HTTP_PROXY: proxy } : {}),
    // Without it Node's `fetch` looks at none of them.
    ...(named === undefined && proxy === undefined ? {} : { NODE_USE_ENV_PROXY: '1' }),
    ...(ca !== undefined && env['NODE_EXTRA_CA_CERTS'] === undefined ? { NODE_EXTRA_CA_CERTS: ca } : {}),
  };
}

function ended(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => {
    child.once('error', () => resolve({ code: null, signal: null }));
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
}

/** What went wrong is the first line that is not of a stack. */
function firstWords(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
    // Read to its end all the same, or the installer would wait for us.
    if (text.length < 4_000) text += piece;
  });
  return () => {
    const lines = text.split('\n').map((line) => line.trim());
    const first = lines.find((line) => line !== '' && !/^(at |\(|[\^~]+$)/.test(line));
    return (first ?? 'its installer gave no reason').replace(/^(\w*Error): /, '').slice(0, 300);
  };
}

/** Of all files below a folder, in bytes. */
function sizeOf(folder: string): number {
  let bytes = 0;
  try {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name)).size;
    }
  } catch {
    // Not there yet, or removed while we looked.
  }
  return bytes;
}

/** Watches the installer's files, and says how far it is. */
class Progress {
  readonly #output: Output;
  readonly #version: string;
  readonly #download: string;
  readonly #dist: string;
  /** Of an attempt before this one that did not end. */
  readonly #old: number;
  #downloaded = 0;
  #unpacked = 0;
  #movedAt = performance.now();
  #shown = -LINE_EVERY;
  #open = false;

  constructor({ root, output }: GetElectron, folder: string) {
    this.#output = output;
    this.#version = electronVersion(root) ?? '';
    this.#download = folder;
    this.#dist = join(root, 'node_modules', 'electron', 'dist');
    this.#old = sizeOf(this.#dist);
  }

  /** For how long nothing has changed; ms. */
  look(): number {
    const downloaded = sizeOf(this.#download);
    const unpacked = sizeOf(this.#dist);
    const now = performance.now();
    if (downloaded !== this.#downloaded || unpacked !== this.#unpacked) this.#movedAt = now;
    this.#downloaded = downloaded;
    this.#unpacked = unpacked;
    this.#show();
    return now - this.#movedAt;
  }

  end(): void {
    if (this.#open) this.#output.write('\n');
  }

  #show(): void {
    const unpacking = this.#unpacked > this.#old;
    const bytes = unpacking ? this.#unpacked : this.#downloaded;
    const doing = unpacking ? 'unpacking' : 'downloading';
    const line = `topicscope: ${doing} Electron ${this.#version}, ${Math.floor(bytes / MB)} MB so far (Ctrl+C: use the browser)`;
    if (this.#output.isTTY) {
      this.#output.write(`\r${line}`);
      this.#open = true;
    } else if (this.#downloaded + this.#unpacked - this.#shown >= LINE_EVERY) {
      this.#output.write(`${line}\n`);
      this.#shown = this.#downloaded + this.#unpacked;
    }
  }
}
