import { spawn, type ChildProcess } from 'node:child_process';
import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { findOnPath, thisMachine } from '../../../scripts/tools.ts';
import { freePort } from '../net/ports.ts';
import { onExit, onTeardown } from '../teardown.ts';
import { findMosquitto } from '../tools.ts';

export interface MosquittoListener {
  readonly kind: 'tcp' | 'tls' | 'ws' | 'wss';
  /** PEM texts, for tls and wss. */
  readonly tls?: {
    readonly cert: string;
    readonly key: string;
    /** CAs of client certificates. */
    readonly ca?: string;
    readonly requireCertificate?: boolean;
  };
  /** Further configuration lines of this listener. */
  readonly config?: readonly string[];
}

export interface MosquittoOptions {
  /** One plain TCP listener unless given. */
  readonly listeners?: readonly MosquittoListener[];
  /** Further global configuration lines; they come before the listeners. */
  readonly config?: readonly string[];
  /** Usernames and passwords; anonymous clients are then refused. */
  readonly users?: Readonly<Record<string, string>>;
  /** Lines of an access control file, e.g. `user ann`, `topic readwrite plant/#`. */
  readonly acl?: readonly string[];
  /** Keeps sessions and retained messages over `restart`. */
  readonly persistence?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Mosquitto {
  readonly host: string;
  /** Of the first listener. */
  readonly port: number;
  /** Of each listener, in the order given. */
  readonly ports: readonly number[];
  readonly pid: number;
  /** Everything it wrote so far, over all its starts. */
  log(): string;
  /** Resolves when a line of the log matches, also one written before. */
  waitForLog(pattern: RegExp, withinMs?: number): Promise<string>;
  /** Orderly end (SIGTERM); persistence is written. `restart` brings it back. */
  stop(): Promise<void>;
  /** Sudden end (SIGKILL): no packet is sent, the kernel resets the sockets. */
  kill(): Promise<void>;
  /** Ends it if it runs, and starts it again on the same ports. */
  restart(): Promise<void>;
  /** SIGSTOP: the sockets stay open and nobody answers. */
  freeze(): void;
  thaw(): void;
  /** Ends it for good and removes its folder; `teardown` and the end of this process do it too. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
/** Attempts with other ports when somebody took one between choosing and binding. */
const BIND_ATTEMPTS = 6;
const READY_MS = 10_000;
const STOP_MS = 3_000;
/** Of the log kept; the oldest half is dropped beyond it. */
const LOG_CHARS = 4_000_000;

/** Starts a real mosquitto on free loopback ports and waits until each listener accepts. */
export async function startMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  const program = findMosquitto();
  const dir = mkdtempSync(join(tmpdir(), 'topicscope-mosquitto-'));
  const broker = new Process(program, dir);
  const removeDir = (): void => rmSync(dir, { recursive: true, force: true });
  const forgetExit = onExit(removeDir);
  const forgetTeardown = onTeardown(() => close());
  const close = async (): Promise<void> => {
    forgetTeardown();
    await broker.end('SIGTERM');
    removeDir();
    forgetExit();
  };
  const listeners = options.listeners ?? [{ kind: 'tcp' as const }];
  try {
    for (let attempt = 1; ; attempt++) {
      const ports = await Promise.all(listeners.map(() => freePort()));
      writeConfig(dir, options, listeners, ports);
      if (await broker.start(options.env ?? {})) return handle(broker, ports, options, close);
      if (attempt === BIND_ATTEMPTS) throw new Error(`mosquitto did not start:\n${broker.log}`);
    }
  } catch (failure) {
    await close();
    throw failure;
  }
}

function handle(
  broker: Process,
  ports: readonly number[],
  options: MosquittoOptions,
  close: () => Promise<void>,
): Mosquitto {
  return {
    host: HOST,
    port: ports[0] ?? 0,
    ports,
    get pid() {
      return broker.pid;
    },
    log: () => broker.log,
    waitForLog: (pattern, withinMs = 20_000) => broker.waitForLog(pattern, withinMs),
    stop: () => broker.end('SIGTERM'),
    kill: () => broker.end('SIGKILL'),
    restart: async () => {
      await broker.end('SIGTERM');
      // The port may be held for a moment by a connection of the previous process.
      for (let attempt = 1; !(await broker.start(options.env ?? {})); attempt++) {
        if (attempt === BIND_ATTEMPTS) throw new Error(`mosquitto did not start again:\n${broker.log}`);
        await delay(100 * attempt);
      }
    },
    freeze: () => broker.signal('SIGSTOP'),
    thaw: () => broker.signal('SIGCONT'),
    close,
  };
}

class Process {
  log = '';
  readonly #program: string;
  readonly #dir: string;
  #child: ChildProcess | null = null;
  #exited: Promise<void> = Promise.resolve();
  #forgetExit: () => void = () => undefined;
  readonly #logListeners = new Set<() => void>();

  constructor(program: string, dir: string) {
    this.#program = program;
    this.#dir = dir;
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error('mosquitto is not running.');
    return pid;
  }

  /** False when it ended instead of listening because a port was taken. */
  async start(env: Readonly<Record<string, string>>): Promise<boolean> {
    const args = ['-c', join(this.#dir, 'mosquitto.conf')];
    // Where it exists, setpriv has the kernel end the broker with us, whatever way we end.
    const setpriv = process.platform === 'linux' ? findOnPath('setpriv', thisMachine) : null;
    const [program, ...rest] =
      setpriv === null ? [this.#program, ...args] : [setpriv, '--pdeathsig', 'KILL', this.#program, ...args];
    const child = spawn(program, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    this.#child = child;
    this.#forgetExit = onExit(() => child.kill('SIGKILL'));
    const from = this.log.length;
    child.stdout.setEncoding('utf8').on('data', (text: string) => this.#write(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => this.#write(text));
    let ended = false;
    this.#exited = new Promise((resolve) => {
      const end = (): void => {
        ended = true;
        this.#forgetExit();
        resolve();
      };
      child.once('close', end);
      child.once('error', end);
    });
    const deadline = Date.now() + READY_MS;
    while (!ended && Date.now() < deadline) {
      // It says so once all its listeners accept. A connection to try that would stand in its log as a client's.
      if (this.log.slice(from).includes(' running')) return true;
      await delay(10);
    }
    await this.end('SIGKILL');
    if (!/Address already in use|Only one usage/i.test(this.log.slice(from))) {
      throw new Error(`mosquitto did not start:\n${this.log.slice(from)}`);
    }
    return false;
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.#child = null;
    child.kill(signal);
    // A frozen process takes SIGTERM only once it runs again.
    child.kill('SIGCONT');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await this.#exited;
    clearTimeout(timer);
  }

  waitForLog(pattern: RegExp, withinMs: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = (): boolean => {
        const match = pattern.exec(this.log);
        pattern.lastIndex = 0;
        if (match === null) return false;
        clearTimeout(timer);
        this.#logListeners.delete(look);
        resolve(match[0]);
        return true;
      };
      const timer = setTimeout(() => {
        this.#logListeners.delete(look);
        reject(new Error(`mosquitto's log has no ${String(pattern)} within ${withinMs} ms:\n${this.log}`));
      }, withinMs);
      if (!look()) this.#logListeners.add(look);
    });
  }

  #write(text: string): void {
    this.log += text;
    if (this.log.length > LOG_CHARS) this.log = this.log.slice(-LOG_CHARS / 2);
    for (const look of [...this.#logListeners]) look();
  }
}

function writeConfig(
  dir: string,
  options: MosquittoOptions,
  listeners: readonly MosquittoListener[],
  ports: readonly number[],
): void {
  const lines = ['log_dest stderr', 'log_type all', 'connection_messages true'];
  // As root it would give up its rights and could no longer read our files.
  if (process.getuid?.() === 0) lines.push('user root');
  lines.push(`allow_anonymous ${options.users === undefined}`);
  if (options.users !== undefined)
    lines.push(`password_file ${write(dir, 'passwords', passwords(options.users))}`);
  if (options.acl !== undefined) lines.push(`acl_file ${write(dir, 'acl', `${options.acl.join('\n')}\n`)}`);
  if (options.persistence === true) lines.push('persistence true', `persistence_location ${dir}/`);
  lines.push(...(options.config ?? []));
  for (const [index, listener] of listeners.entries()) {
    lines.push(`listener ${ports[index]} ${HOST}`);
    if (listener.kind === 'ws' || listener.kind === 'wss') {
      // Without the domain the websockets listener ignores its address and binds every interface.
      lines.push('protocol websockets', 'socket_domain ipv4');
    }
    const tls = listener.tls;
    if (tls !== undefined) {
      lines.push(`certfile ${write(dir, `cert-${index}.pem`, tls.cert)}`);
      lines.push(`keyfile ${write(dir, `key-${index}.pem`, tls.key)}`);
      if (tls.ca !== undefined) lines.push(`cafile ${write(dir, `ca-${index}.pem`, tls.ca)}`);
      if (tls.requireCertificate === true) lines.push('require_certificate true');
    }
    lines.push(...(listener.config ?? []));
  }
  write(dir, 'mosquitto.conf', `${lines.join('\n')}\n`);
}

function write(dir: string, name: string, text: string): string {
  const path = join(dir, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

/** mosquitto 2's own format (PBKDF2-SHA512, 101 rounds), so that mosquitto_passwd is not needed. */
function passwords(users: Readonly<Record<string, string>>): string {
  return Object.entries(users)
    .map(([user, password]) => {
      const salt = randomBytes(12);
      const hash = pbkdf2Sync(password, salt, 101, 64, 'sha512');
      return `${user}:$7$101$${salt.toString('base64')}$${hash.toString('base64')}\n`;
    })
    .join('');
}
