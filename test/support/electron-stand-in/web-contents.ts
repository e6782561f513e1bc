import { EventEmitter } from 'node:events';
import type { HandlerDetails, WebPreferences, WindowOpenHandlerResponse } from 'electron';
import { app } from './app.ts';
import type { StandInPage } from './page.ts';
import type { StandInPort } from './ports.ts';

export class StandInEvent {
  defaultPrevented = false;
  preventDefault(): void {
    this.defaultPrevented = true;
  }
}

type OpenHandler = (details: Pick<HandlerDetails, 'url'>) => Pick<WindowOpenHandlerResponse, 'action'>;

let lastId = 0;

export class StandInContents extends EventEmitter {
  readonly id = ++lastId;
  readonly #preferences: WebPreferences;
  #page: StandInPage | null = null;
  #openHandler: OpenHandler | null = null;

  constructor(preferences: WebPreferences) {
    super();
    this.#preferences = preferences;
    app.emit('web-contents-created', new StandInEvent(), this);
  }

  attach(page: StandInPage): void {
    this.#page = page;
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }

  send(channel: string, ...args: unknown[]): void {
    this.#page?.send(channel, args);
  }

  postMessage(channel: string, message: unknown, transfer: readonly StandInPort[] = []): void {
    this.#page?.send(
      channel,
      [message],
      transfer.map((port) => port.take()),
    );
  }

  getURL(): string {
    return this.#page?.address ?? '';
  }

  reload(): void {
    this.#page?.reload();
  }

  forcefullyCrashRenderer(): void {
    this.#page?.crash();
  }

  executeJavaScript(source: string): Promise<unknown> {
    if (this.#page === null) return Promise.reject(new Error('Script failed to execute: there is no page'));
    return this.#page.evaluate(source);
  }

  getLastWebPreferences(): WebPreferences {
    return this.#preferences;
  }

  /** True: prevented. */
  guards(kind: 'will-navigate' | 'will-redirect', url: string): boolean {
    const event = Object.assign(new StandInEvent(), { url });
    this.emit(kind, event, url);
    return event.defaultPrevented;
  }

  opens(url: string): void {
    // Without a handler Electron opens a window: a hole, so it is called one.
    const action = this.#openHandler?.({ url }).action ?? 'allow';
    if (action !== 'deny') this.emit('stand-in-window', url);
  }
}
