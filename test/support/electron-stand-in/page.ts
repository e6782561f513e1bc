import { readFileSync } from 'node:fs';
import type { MessagePort } from 'node:worker_threads';
import { decodeClone, encodeClone } from './clone.ts';
import type { DevTools, DevToolsSession } from './devtools.ts';
import { BINDING, pageScript, RECEIVER, WORLD, worldScript, type WorldMessage } from './page-world.ts';
import { answer, realAddress, shownAddress } from './protocol.ts';

export interface PageEvents {
  ipc(channel: string, args: readonly unknown[], address: string): void;
  /** True: prevented. The address is the program's. */
  navigates(address: string): boolean;
  redirects(address: string): boolean;
  opens(address: string): void;
  painted(): void;
  loaded(): void;
  preloadFailed(why: string): void;
  gone(): void;
}

interface Paused {
  readonly requestId: string;
  readonly request: { readonly url: string; readonly method: string };
  readonly frameId: string;
  readonly resourceType: string;
  readonly redirectedRequestId?: string;
}

/** One page of Chromium with the preload in a world of its own. */
export class StandInPage {
  readonly #session: DevToolsSession;
  readonly #devTools: DevTools;
  readonly #targetId: string;
  readonly #events: PageEvents;
  readonly #ports = new Map<number, MessagePort>();
  #lastPort = 0;
  /** Of the preload's world in the current document. */
  #context: number | null = null;
  #ownNavigation = '';
  address = '';

  private constructor(devTools: DevTools, session: DevToolsSession, targetId: string, events: PageEvents) {
    this.#devTools = devTools;
    this.#session = session;
    this.#targetId = targetId;
    this.#events = events;
  }

  static async open(
    devTools: DevTools,
    size: { readonly width: number; readonly height: number },
    preload: string | undefined,
    events: PageEvents,
  ): Promise<StandInPage> {
    const { targetId } = (await devTools.browser.send('Target.createTarget', {
      url: 'about:blank',
      width: size.width,
      height: size.height,
      newWindow: true,
    })) as {
      targetId: string;
    };
    const { sessionId } = (await devTools.browser.send('Target.attachToTarget', {
      targetId,
      flatten: true,
    })) as {
      sessionId: string;
    };
    const page = new StandInPage(devTools, devTools.session(sessionId), targetId, events);
    await page.#prepare(preload === undefined ? '' : readFileSync(preload, 'utf8'));
    return page;
  }

  /** @throws like Electron's loadURL when the address cannot be loaded */
  async load(address: string): Promise<void> {
    const shown = shownAddress(address);
    if (shown === null) throw new Error(`ERR_UNKNOWN_URL_SCHEME (-302) loading '${address}'`);
    this.#ownNavigation = shown;
    const loaded = new Promise<void>((resolve) => this.#session.once('Page.loadEventFired', resolve));
    const { errorText } = await this.#session.send<{ errorText?: string }>('Page.navigate', { url: shown });
    if (errorText !== undefined) throw new Error(`${errorText} loading '${address}'`);
    await loaded;
  }

  reload(): void {
    this.#ownNavigation = shownAddress(this.address) ?? '';
    this.#session.post('Page.reload');
  }

  send(channel: string, args: readonly unknown[], ports: readonly MessagePort[] = []): void {
    const ids = ports.map((port) => this.#carry(port));
    this.#sendToWorld({ kind: 'ipc', channel, args: encodeClone(args), ports: ids });
  }

  /** In the page's own world. */
  async evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.#session.send<{
      readonly result: { readonly value?: unknown };
      readonly exceptionDetails?: { readonly text: string };
    }>('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails !== undefined) throw new Error(`Script failed to execute: ${exceptionDetails.text}`);
    return result.value;
  }

  close(): void {
    this.#devTools.browser.post('Target.closeTarget', { targetId: this.#targetId });
  }

  /** The page's process ends as if it had crashed. */
  crash(): void {
    this.#session.post('Page.crash');
  }

  async #prepare(preload: string): Promise<void> {
    const session = this.#session;
    session.on(
      'Runtime.executionContextCreated',
      ({ context }: { context: { id: number; name: string } }) => {
        if (context.name === WORLD) this.#newDocument(context.id);
      },
    );
    session.on('Runtime.bindingCalled', ({ name, payload }: { name: string; payload: string }) => {
      if (name === BINDING) this.#fromWorld(JSON.parse(payload) as WorldMessage);
    });
    session.on('Fetch.requestPaused', (paused: Paused) => void this.#request(paused).catch(() => undefined));
    session.on('Page.frameNavigated', ({ frame }: { frame: { url: string; parentId?: string } }) => {
      if (frame.parentId === undefined) this.address = realAddress(frame.url);
    });
    session.on('Page.lifecycleEvent', ({ name }: { name: string }) => {
      if (name === 'firstPaint' && this.address !== 'about:blank') this.#events.painted();
    });
    session.on('Page.loadEventFired', () => {
      if (this.address !== 'about:blank') this.#events.loaded();
    });
    session.on('Inspector.targetCrashed', () => this.#events.gone());
    await session.send('Page.enable');
    await session.send('Page.setLifecycleEventsEnabled', { enabled: true });
    await session.send('Runtime.enable');
    await session.send('Inspector.enable');
    await session.send('Runtime.addBinding', { name: BINDING, executionContextName: WORLD });
    await session.send('Page.addScriptToEvaluateOnNewDocument', {
      source: worldScript(preload),
      worldName: WORLD,
    });
    await session.send('Page.addScriptToEvaluateOnNewDocument', { source: pageScript() });
    await session.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] });
  }

  async #request({ requestId, request, resourceType, frameId, redirectedRequestId }: Paused): Promise<void> {
    const isNavigation = resourceType === 'Document' && frameId === this.#targetId;
    if (isNavigation && this.#prevented(request.url, redirectedRequestId !== undefined)) {
      await this.#session.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
      return;
    }
    const response = await answer(request.url, request.method);
    if (response === null) {
      await this.#session.send('Fetch.continueRequest', { requestId });
      return;
    }
    await this.#session.send('Fetch.fulfillRequest', {
      requestId,
      responseCode: response.status,
      responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
      body: Buffer.from(await response.arrayBuffer()).toString('base64'),
    });
  }

  #prevented(shown: string, redirected: boolean): boolean {
    if (redirected) return this.#events.redirects(realAddress(shown));
    const own = shown === this.#ownNavigation;
    this.#ownNavigation = '';
    return !own && this.#events.navigates(realAddress(shown));
  }

  #newDocument(context: number): void {
    this.#context = context;
    // The ports of the document before went with it.
    for (const port of this.#ports.values()) port.close();
    this.#ports.clear();
  }

  #carry(port: MessagePort): number {
    const id = ++this.#lastPort;
    this.#ports.set(id, port);
    port.on('message', (data: unknown) =>
      this.#sendToWorld({ kind: 'port-message', port: id, data: encodeClone(data) }),
    );
    port.on('close', () => {
      if (this.#ports.delete(id)) this.#sendToWorld({ kind: 'port-close', port: id });
    });
    return id;
  }

  #fromWorld(message: WorldMessage): void {
    switch (message.kind) {
      case 'ipc':
        return this.#events.ipc(message.channel, decodeClone(message.args) as unknown[], this.address);
      case 'open':
        return this.#events.opens(realAddress(message.url));
      case 'port-message':
        return void this.#ports.get(message.port)?.postMessage(decodeClone(message.data));
      case 'port-close':
        this.#ports.get(message.port)?.close();
        return void this.#ports.delete(message.port);
      case 'preload-error':
        return this.#events.preloadFailed(message.why);
    }
  }

  #sendToWorld(message: WorldMessage): void {
    if (this.#context === null) return;
    this.#session.post('Runtime.callFunctionOn', {
      executionContextId: this.#context,
      functionDeclaration: `function (text) { globalThis[${JSON.stringify(RECEIVER)}](text); }`,
      arguments: [{ value: JSON.stringify(message) }],
    });
  }
}
