import { EventEmitter } from 'node:events';
import { WebSocket } from 'ws';

type Answer = { readonly result?: unknown; readonly error?: { readonly message: string } };
type Incoming = {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly sessionId?: string;
} & Answer;

/** Chromium's own protocol over one WebSocket; events of a session are emitted on its object. */
export class DevTools {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  readonly #sessions = new Map<string, DevToolsSession>();
  readonly browser: DevToolsSession;
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.browser = new DevToolsSession(this, undefined);
    socket.on('message', (data: Buffer) => this.#receive(JSON.parse(data.toString('utf8')) as Incoming));
    socket.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('Chromium is gone.'));
      this.browser.emit('gone');
    });
    socket.on('error', () => undefined);
  }

  static connect(endpoint: string): Promise<DevTools> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(endpoint, { perMessageDeflate: false });
      socket.once('open', () => resolve(new DevTools(socket)));
      socket.once('error', reject);
    });
  }

  session(id: string): DevToolsSession {
    const session = new DevToolsSession(this, id);
    this.#sessions.set(id, session);
    return session;
  }

  send(method: string, params: object, sessionId: string | undefined): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
    });
  }

  #receive({ id, method, params, sessionId, result, error }: Incoming): void {
    if (id !== undefined) {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(result);
      else waiting?.reject(new Error(error.message));
    } else if (method !== undefined) {
      const session = sessionId === undefined ? this.browser : this.#sessions.get(sessionId);
      session?.emit(method, params);
    }
  }
}

export class DevToolsSession extends EventEmitter {
  readonly #devTools: DevTools;
  readonly #id: string | undefined;

  constructor(devTools: DevTools, id: string | undefined) {
    super();
    this.#devTools = devTools;
    this.#id = id;
  }

  async send<R = unknown>(method: string, params: object = {}): Promise<R> {
    return (await this.#devTools.send(method, params, this.#id)) as R;
  }

  /** For what may fail because the page has gone meanwhile. */
  post(method: string, params: object = {}): void {
    this.send(method, params).catch(() => undefined);
  }
}
