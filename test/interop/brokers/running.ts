import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { accepts, freePort } from '../../support/net/ports.ts';
import { onExit, onTeardown } from '../../support/teardown.ts';
import type { BrokerKind, Launch, Place } from './kinds.ts';

export interface RunningBroker {
  readonly kind: BrokerKind;
  readonly port: number;
  readonly webSocketPort: number;
  /** Everything it wrote, over all its starts; the oldest half is dropped beyond a bound. */
  log(): string;
  /** A sudden end (SIGKILL) and a start on the same ports, with nothing of before on its disk. */
  forget(): Promise<void>;
  close(): Promise<void>;
}

/** A virtual machine on a busy computer takes its time. */
const READY_MS = 180_000;
const STOP_MS = 5_000;
const ATTEMPTS = 5;
const LOG_CHARS = 1_000_000;

/** Starts a broker on free ports of the loopback interface, with a folder of its own; closed by `teardown`. */
export async function startBroker(kind: BrokerKind, program: string): Promise<RunningBroker> {
  const dir = mkdtempSync(join(tmpdir(), `topicscope-${kind.id}-`));
  const data = join(dir, 'data');
  const remove = (): void => rmSync(dir, { recursive: true, force: true });
  const forgetExit = onExit(remove);
  const output = new Output();
  let running: readonly Group[] = [];
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    // The broker first, then what it was started on.
    for (const group of running.toReversed()) await group.end(signal);
    running = [];
  };
  const close = async (): Promise<void> => {
    forgetTeardown();
    await end('SIGTERM');
    remove();
    forgetExit();
  };
  const forgetTeardown = onTeardown(close);
  const begin = async (place: Place): Promise<void> => {
    rmSync(data, { recursive: true, force: true });
    mkdirSync(data);
    running = await startAll(kind.launch(program, place), output);
  };
  try {
    const place = await retry(async () => {
      const ports = await Promise.all(Array.from({ length: 2 + (kind.otherPorts ?? 0) }, () => freePort()));
      const [port = 0, webSocketPort = 0, ...others] = ports;
      const chosen = { dir, data, port, webSocketPort, others };
      await begin(chosen);
      return chosen;
    });
    return {
      kind,
      port: place.port,
      webSocketPort: place.webSocketPort,
      log: () => output.text,
      forget: async () => {
        await end('SIGKILL');
        // Its ports may be held for a moment by connections of the previous process.
        await retry(() => begin(place));
      },
      close,
    };
  } catch (failure) {
    await close();
    throw failure;
  }
}

async function retry<T>(start: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start();
    } catch (failure) {
      if (attempt === ATTEMPTS || !/in use|EADDRINUSE|eaddrinuse|bind/i.test(String(failure))) throw failure;
      await delay(200 * attempt);
    }
  }
}

async function startAll(launches: readonly Launch[], output: Output): Promise<readonly Group[]> {
  const running: Group[] = [];
  try {
    for (const launch of launches) {
      const group = new Group(launch, output);
      running.push(group);
      await group.ready();
    }
    return running;
  } catch (failure) {
    for (const group of running.toReversed()) await group.end('SIGKILL');
    throw failure;
  }
}

class Output {
  text = '';

  add(text: string): void {
    this.text += text;
    if (this.text.length > LOG_CHARS) this.text = this.text.slice(-LOG_CHARS / 2);
  }
}

/** A program with all that it starts: it leads a process group, which is ended as a whole. */
class Group {
  readonly #launch: Launch;
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  #said = '';
  #ended = false;

  constructor(launch: Launch, output: Output) {
    this.#launch = launch;
    const child = spawn(launch.program, launch.args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...launch.env },
      detached: process.platform !== 'win32',
    });
    this.#child = child;
    const take = (text: string): void => {
      output.add(text);
      // Whether it is up is printed early; what it says later is in the output.
      if (this.#said.length < LOG_CHARS) this.#said += text;
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    const forgetExit = onExit(() => this.#kill('SIGKILL'));
    this.#exited = new Promise((resolve) => {
      const end = (): void => {
        this.#ended = true;
        forgetExit();
        resolve();
      };
      child.once('exit', end);
      child.once('error', (error) => {
        take(error.message);
        end();
      });
    });
  }

  async ready(): Promise<void> {
    const { program, ports, ready } = this.#launch;
    const deadline = Date.now() + READY_MS;
    while (!this.#ended && Date.now() < deadline) {
      if (ready === undefined || ready.test(this.#said)) {
        const answers = await Promise.all(ports.map((port) => accepts(port)));
        if (answers.every(Boolean) && !this.#ended) return;
      }
      await delay(30);
    }
    throw new Error(
      `${program} ${this.#ended ? 'ended at once' : 'is not up'}:\n${this.#said.slice(-3_000)}`,
    );
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.#kill(signal);
    const timer = setTimeout(() => this.#kill('SIGKILL'), STOP_MS);
    await this.#exited;
    clearTimeout(timer);
    // What it started may outlive it.
    this.#kill('SIGKILL');
  }

  #kill(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    if (process.platform === 'win32') {
      // No process groups there; this ends the tree.
      spawnSync('taskkill', ['/pid', `${pid}`, '/T', '/F'], { stdio: 'ignore' });
      return;
    }
    try {
      process.kill(-pid, signal);
    } catch {
      // The group is empty.
    }
  }
}
