// A browser that nobody listens to. A test driver gets every frame of a WebSocket reported, which costs the page
// as much as drawing does; here the page is asked only when a figure is read.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { findChromium } from '../../test/support/tools.ts';

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--remote-debugging-port=0',
  '--window-size=1440,900',
];

export class BareBrowser {
  readonly #child: ChildProcess;
  readonly #socket: WebSocket;
  readonly #dir: string;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  private constructor(child: ChildProcess, socket: WebSocket, dir: string) {
    this.#child = child;
    this.#socket = socket;
    this.#dir = dir;
    socket.on('message', (data: Buffer) => this.#take(JSON.parse(data.toString('utf8')) as Answer));
    socket.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the browser has exited'));
    });
  }

  static async launch(): Promise<BareBrowser> {
    const dir = mkdtempSync(join(tmpdir(), 'topicscope-bench-'));
    const child = spawn(findChromium(), [...ARGS, `--user-data-dir=${dir}`, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const socket = new WebSocket(await debuggingUrl(child), { perMessageDeflate: false });
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return new BareBrowser(child, socket, dir);
  }

  send(method: string, params: object = {}, sessionId?: string): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
    });
  }

  /** A page in the front window; the answer evaluates in it. */
  async open(url: string): Promise<BarePage> {
    const { targetId } = (await this.send('Target.createTarget', { url })) as { targetId: string };
    const { sessionId } = (await this.send('Target.attachToTarget', { targetId, flatten: true })) as {
      sessionId: string;
    };
    return new BarePage(this, targetId, sessionId);
  }

  async close(): Promise<void> {
    const exited = new Promise((resolve) => this.#child.once('exit', resolve));
    await this.send('Browser.close').catch(() => undefined);
    await Promise.race([exited, delay(3_000)]);
    this.#child.kill('SIGKILL');
    this.#socket.terminate();
    rmSync(this.#dir, { recursive: true, force: true, maxRetries: 5 });
  }

  #take({ id, result, error }: Answer): void {
    const waiting = id === undefined ? undefined : this.#waiting.get(id);
    if (id === undefined || waiting === undefined) return;
    this.#waiting.delete(id);
    if (error === undefined) waiting.resolve(result);
    else waiting.reject(new Error(error.message));
  }
}

export class BarePage {
  readonly #browser: BareBrowser;
  readonly #targetId: string;
  readonly #session: string;

  constructor(browser: BareBrowser, targetId: string, session: string) {
    this.#browser = browser;
    this.#targetId = targetId;
    this.#session = session;
  }

  async evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = (await this.#browser.send(
      'Runtime.evaluate',
      { expression, awaitPromise: true, returnByValue: true },
      this.#session,
    )) as { result: { value?: unknown }; exceptionDetails?: { text: string } };
    if (exceptionDetails !== undefined) throw new Error(`${expression}: ${exceptionDetails.text}`);
    return result.value;
  }

  /** Until the expression is true; a page that is still coming has nothing to evaluate it in. */
  async until(expression: string, withinMs = 30_000): Promise<void> {
    for (const began = performance.now(); performance.now() - began < withinMs; await delay(100)) {
      if ((await this.evaluate(expression).catch(() => null)) === true) return;
    }
    throw new Error(`not true in time: ${expression}`);
  }

  /** Runs a script in every page that is opened here from now on, before the page's own. */
  async before(script: string): Promise<void> {
    await this.#browser.send('Page.enable', {}, this.#session);
    await this.#browser.send('Page.addScriptToEvaluateOnNewDocument', { source: script }, this.#session);
  }

  async navigate(url: string): Promise<void> {
    await this.#browser.send('Page.navigate', { url }, this.#session);
  }

  async close(): Promise<void> {
    await this.#browser.send('Target.closeTarget', { targetId: this.#targetId });
  }

  /** Another tab goes before it, or none does any more. */
  async setHidden(hidden: boolean): Promise<void> {
    if (hidden) await this.#browser.send('Target.createTarget', { url: 'about:blank' });
    else await this.#browser.send('Target.activateTarget', { targetId: this.#targetId });
    await this.until(`document.visibilityState === '${hidden ? 'hidden' : 'visible'}'`, 5_000);
  }
}

function debuggingUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      const found = /DevTools listening on (\S+)/.exec(text);
      if (found?.[1] !== undefined) resolve(found[1]);
    });
    child.once('exit', (code) => reject(new Error(`the browser ended with ${code}`)));
  });
}
