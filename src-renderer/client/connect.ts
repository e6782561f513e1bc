import { api, type EngineClient } from '../../src-main/contract/api.ts';
import type { Failure, ProtocolError } from '../../src-main/contract/base/errors.ts';
import { connectTo } from '../../src-main/wire/client.ts';
import { greet, type Greeting } from '../../src-main/wire/greet.ts';
import type { Pipe } from '../../src-main/wire/pipe.ts';
import {
  CLOSE_TOO_MANY,
  CLOSE_UNKNOWN_PAGE,
  HOST_META,
  WEB_SOCKET_PATH,
} from '../../src-main/wire/web-socket.ts';
import { enter, newWindowAddress, tabSecret, takeTicket, type PageSecret } from './entry.ts';
import { portPipe } from './port-pipe.ts';
import { SignOfLife } from './sign-of-life.ts';
import { OpenError, openWebSocketPipe } from './ws-pipe.ts';

/** The window's link to the engine. A new client comes with every `ready`; streams are opened again. */
export type LinkStatus =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'ready'; readonly client: EngineClient }
  /**
   * The link is there and nothing comes over it; `since` in ms since the epoch. The client is the one from before:
   * what is asked of it is answered once the engine goes on.
   */
  | { readonly kind: 'silent'; readonly client: EngineClient; readonly since: number }
  /** It tries again by itself; `since` in ms since the epoch, `attempt` counts from 1. */
  | { readonly kind: 'gone'; readonly since: number; readonly attempt: number; readonly why: string }
  /** The page is not of the engine's version, and asks it nothing more; null: it could not say which it is. */
  | { readonly kind: 'other-version'; readonly window: string; readonly engine: string | null }
  /** In a browser: this page was never let in, or the program that let it in has ended. */
  | { readonly kind: 'no-access'; readonly why: 'new' | 'ended' };

/** How pages in a browser come in. */
export interface BrowserEntry {
  /** Null when the token was accepted; the link then opens. */
  enter(token: string): Promise<Failure | null>;
  /** An address that opens one further window, once and within minutes. */
  newWindowAddress(): Promise<{ readonly address: string } | Failure>;
}

export interface EngineLink {
  status(): LinkStatus;
  /** Called for every change from now on; returns the function that ends it. */
  subscribe(listener: (status: LinkStatus) => void): () => void;
  /** Called for every answer that does not fit the contract; returns the function that ends it. */
  onMisfit(listener: (error: ProtocolError) => void): () => void;
  /** Does not wait for the next attempt. */
  retryNow(): void;
  /** Null where the window needs no permission, as on the desktop. */
  readonly entry: BrowserEntry | null;
  close(): void;
}

/** Sent by the preload with a MessagePort to the engine; again whenever the engine was restarted. */
const PORT_MESSAGE = 'topicscope:port';
/** Sent to the preload when this page listens, so that no port is sent to nobody. */
const LISTENING_MESSAGE = 'topicscope:listening';

/** First wait between attempts, doubled up to the second; ms. The host is on this machine, as a rule. */
const FIRST_WAIT = 250;
const LONGEST_WAIT = 5_000;

/**
 * Over a WebSocket where a browser host served the page, else over the port that the preload hands in.
 * @param version of the program that this page was built with
 */
export function connectEngine(version: string): EngineLink {
  const meta = document.querySelector(`meta[name="${HOST_META}"]`);
  if (meta === null) return new PortLink(version);
  return new WebSocketLink(version, tabSecret(window), takeTicket(document.documentElement));
}

abstract class Link implements EngineLink {
  readonly #version: string;
  #status: LinkStatus = { kind: 'connecting' };
  readonly #listeners = new Set<(status: LinkStatus) => void>();
  readonly #misfitListeners = new Set<(error: ProtocolError) => void>();
  #attempt = 0;
  #downSince: number | null = null;
  #client: EngineClient | null = null;
  #sign: SignOfLife | null = null;
  protected closed = false;

  constructor(version: string) {
    this.#version = version;
  }

  status(): LinkStatus {
    return this.#status;
  }

  subscribe(listener: (status: LinkStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onMisfit(listener: (error: ProtocolError) => void): () => void {
    this.#misfitListeners.add(listener);
    return () => this.#misfitListeners.delete(listener);
  }

  abstract retryNow(): void;
  abstract readonly entry: BrowserEntry | null;

  close(): void {
    this.closed = true;
    this.#sign?.stop();
    this.#client?.close();
    this.#listeners.clear();
    this.#misfitListeners.clear();
  }

  /** Nothing is asked over a pipe before both sides know that they are of one version. */
  protected greet(pipe: Pipe): void {
    this.#client?.close();
    this.#sign?.stop();
    const sign = new SignOfLife(pipe);
    this.#sign = sign;
    const client = connectTo(api, sign.pipe, {
      onMisfit: (error) => {
        for (const listener of this.#misfitListeners) listener(error);
      },
    });
    this.#client = client;
    void client.closed.then((why) => {
      if (this.#client !== client) return;
      this.#client = null;
      sign.stop();
      this.disconnected(why);
    });
    void greet(client, this.#version).then((greeting) => {
      if (this.#client !== client) return;
      this.#greeted(client, greeting);
      if (greeting.kind === 'same') this.#watch(sign, client);
    });
  }

  /** A side that stopped without closing looks like one to which nothing happens. */
  #watch(sign: SignOfLife, client: EngineClient): void {
    sign.start({
      ask: () => void greet(client, this.#version),
      silent: (since) => this.#set({ kind: 'silent', client, since }),
      heard: () => this.#set({ kind: 'ready', client }),
    });
  }

  #greeted(client: EngineClient, greeting: Greeting): void {
    if (greeting.kind === 'closed') return;
    this.#attempt = 0;
    this.#downSince = null;
    if (greeting.kind === 'same') return this.#set({ kind: 'ready', client });
    this.#client = null;
    client.close();
    this.#set({ kind: 'other-version', window: this.#version, engine: greeting.engine });
  }

  protected disconnected(why: string): void {
    this.#downSince ??= Date.now();
    this.#set({ kind: 'gone', since: this.#downSince, attempt: ++this.#attempt, why });
    if (!this.closed) this.again(this.#attempt);
  }

  protected noAccess(why: 'new' | 'ended'): void {
    this.#set({ kind: 'no-access', why });
  }

  protected abstract again(attempt: number): void;

  #set(status: LinkStatus): void {
    this.#status = status;
    for (const listener of this.#listeners) listener(status);
  }
}

class PortLink extends Link {
  readonly entry = null;
  readonly #listen = (event: MessageEvent<unknown>): void => {
    // Only this very window (its preload) may hand in a port.
    if (event.source !== window || event.origin !== location.origin || event.data !== PORT_MESSAGE) return;
    const port = event.ports[0];
    if (port !== undefined) this.greet(portPipe(port));
  };

  constructor(version: string) {
    super(version);
    window.addEventListener('message', this.#listen);
    this.retryNow();
  }

  override retryNow(): void {
    window.postMessage(LISTENING_MESSAGE, location.origin);
  }

  override close(): void {
    window.removeEventListener('message', this.#listen);
    super.close();
  }

  /** The preload sends a port as soon as there is an engine again. */
  protected override again(): void {
    this.retryNow();
  }
}

class WebSocketLink extends Link {
  readonly entry: BrowserEntry = {
    enter: (token) => this.#enter({ token }),
    newWindowAddress: () => newWindowAddress(this.#secret.get() ?? ''),
  };
  readonly #secret: PageSecret;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #opening: WebSocket | null = null;

  constructor(version: string, secret: PageSecret, ticket: string | null) {
    super(version);
    this.#secret = secret;
    void this.#start(ticket);
  }

  override retryNow(): void {
    if (this.status().kind !== 'gone' || this.#opening !== null) return;
    clearTimeout(this.#timer);
    void this.#open();
  }

  override close(): void {
    clearTimeout(this.#timer);
    super.close();
    this.#opening?.close();
  }

  protected override again(attempt: number): void {
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempt - 1));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#open(), wait);
  }

  /** A ticket that was used before, as by going back in the history, says nothing about what the tab has. */
  async #start(ticket: string | null): Promise<void> {
    if (ticket !== null && (await this.#enter({ ticket })) === null) return;
    if (!this.closed) await this.#open();
  }

  async #enter(request: Parameters<typeof enter>[0]): Promise<Failure | null> {
    const entered = await enter(request);
    if ('kind' in entered) return entered;
    this.#secret.set(entered.secret);
    if (!this.closed) void this.#open();
    return null;
  }

  async #open(): Promise<void> {
    const secret = this.#secret.get();
    if (secret === null) return this.noAccess('new');
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const socket = new WebSocket(`${scheme}://${location.host}${WEB_SOCKET_PATH}`);
    this.#opening = socket;
    try {
      const pipe = await openWebSocketPipe(socket, secret);
      if (this.closed) pipe.close('the window closed the link');
      else this.greet(pipe);
    } catch (error) {
      if (!this.closed) this.#failed(error instanceof OpenError ? error.code : 0);
    } finally {
      this.#opening = null;
    }
  }

  #failed(code: number): void {
    if (code === CLOSE_UNKNOWN_PAGE) this.noAccess('ended');
    else if (code === CLOSE_TOO_MANY) this.disconnected('too many windows are open');
    else
      this.disconnected(
        code === 1006 ? 'nothing answers at its address' : `it closed the connection (${code})`,
      );
  }
}
