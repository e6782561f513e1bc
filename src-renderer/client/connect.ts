import { api, type EngineClient } from '../../src-main/contract/api.ts';
import { failed, type Failure } from '../../src-main/contract/base/errors.ts';
import { connectTo } from '../../src-main/wire/client.ts';
import type { Pipe } from '../../src-main/wire/pipe.ts';
import { CLOSE_UNKNOWN_PAGE, PAGE_META, WEB_SOCKET_PATH } from '../../src-main/wire/web-socket.ts';
import { portPipe } from './port-pipe.ts';
import { OpenError, openWebSocketPipe } from './ws-pipe.ts';

/** The window's link to the engine. A new client comes with every `ready`; streams are opened anew. */
export type LinkStatus =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'ready'; readonly client: EngineClient }
  /** It tries again by itself; `since` in ms since the epoch, `attempt` counts from 1. */
  | { readonly kind: 'gone'; readonly since: number; readonly attempt: number; readonly why: string }
  /** Trying again cannot help. */
  | { readonly kind: 'refused'; readonly failure: Failure };

export interface EngineLink {
  status(): LinkStatus;
  /** Told of every change from now on; returns the function that ends it. */
  subscribe(listener: (status: LinkStatus) => void): () => void;
  /** Does not wait for the next attempt. */
  retryNow(): void;
  close(): void;
}

/** Sent by the preload with a MessagePort to the engine; again whenever the engine was restarted. */
const PORT_MESSAGE = 'topicscope:port';
/** Sent to the preload when this page listens, so that no port is sent to nobody. */
const LISTENING_MESSAGE = 'topicscope:listening';

/** First wait between attempts, doubled up to the second; ms. The host is on this machine, as a rule. */
const FIRST_WAIT = 250;
const LONGEST_WAIT = 5_000;

/** Over a WebSocket where the page carries a secret, else over the port that the preload hands in. */
export function connectEngine(): EngineLink {
  const meta = document.querySelector<HTMLMetaElement>(`meta[name="${PAGE_META}"]`);
  return meta === null || meta.content === '' ? new PortLink() : new WebSocketLink(meta.content);
}

abstract class Link implements EngineLink {
  #status: LinkStatus = { kind: 'connecting' };
  readonly #listeners = new Set<(status: LinkStatus) => void>();
  #attempt = 0;
  #goneSince: number | null = null;
  #client: EngineClient | null = null;
  protected closed = false;

  status(): LinkStatus {
    return this.#status;
  }

  subscribe(listener: (status: LinkStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  abstract retryNow(): void;

  close(): void {
    this.closed = true;
    this.#client?.close();
    this.#listeners.clear();
  }

  protected ready(pipe: Pipe): void {
    this.#client?.close();
    const client = connectTo(api, pipe);
    this.#client = client;
    this.#attempt = 0;
    this.#goneSince = null;
    this.#set({ kind: 'ready', client });
    void client.closed.then((why) => {
      if (this.#client !== client) return;
      this.#client = null;
      this.gone(why);
    });
  }

  protected gone(why: string): void {
    this.#goneSince ??= Date.now();
    this.#set({ kind: 'gone', since: this.#goneSince, attempt: ++this.#attempt, why });
    if (!this.closed) this.again(this.#attempt);
  }

  protected refused(failure: Failure): void {
    this.#set({ kind: 'refused', failure });
  }

  protected abstract again(attempt: number): void;

  #set(status: LinkStatus): void {
    this.#status = status;
    for (const listener of this.#listeners) listener(status);
  }
}

class PortLink extends Link {
  readonly #listen = (event: MessageEvent<unknown>): void => {
    // Only this very window (its preload) may hand in a port.
    if (event.source !== window || event.origin !== location.origin || event.data !== PORT_MESSAGE) return;
    const port = event.ports[0];
    if (port !== undefined) this.ready(portPipe(port));
  };

  constructor() {
    super();
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
  readonly #pageSecret: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #opening: WebSocket | null = null;

  constructor(pageSecret: string) {
    super();
    this.#pageSecret = pageSecret;
    void this.#open();
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

  async #open(): Promise<void> {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const socket = new WebSocket(`${scheme}://${location.host}${WEB_SOCKET_PATH}`);
    this.#opening = socket;
    try {
      const pipe = await openWebSocketPipe(socket, this.#pageSecret);
      if (this.closed) pipe.close('the window closed the link');
      else this.ready(pipe);
    } catch (error) {
      if (!this.closed) await this.#failed(error instanceof OpenError ? error.code : 0);
    } finally {
      this.#opening = null;
    }
  }

  /** A refused WebSocket tells a page nothing of the reason, so the reason is asked for over HTTP. */
  async #failed(code: number): Promise<void> {
    const answer = await fetch('/', { method: 'HEAD', cache: 'no-store' }).catch(() => null);
    if (answer === null) return this.gone('nothing answers at its address');
    if (answer.status === 401) {
      return this.refused(
        failed(
          'access-ended',
          'Topicscope was started again, and this page has no access to it.',
          'Open the new address that it printed when it started.',
        ),
      );
    }
    if (code === CLOSE_UNKNOWN_PAGE && answer.ok && mayReload()) return location.reload();
    this.gone(`it did not accept the connection (close code ${code})`);
  }
}

/** Once in 10 s: a page that is not accepted right after it was loaded would load for ever. */
function mayReload(): boolean {
  const KEY = 'topicscope:reloaded-at';
  const now = Date.now();
  if (now - Number(sessionStorage.getItem(KEY) ?? 0) < 10_000) return false;
  sessionStorage.setItem(KEY, String(now));
  return true;
}
