import type { EngineClient } from '../../../src-main/contract/api.ts';
import { ProtocolError } from '../../../src-main/contract/base/errors.ts';
import type { BrowserEntry, EngineLink, LinkStatus } from '../../client/connect.ts';

export type { BrowserEntry, LinkStatus } from '../../client/connect.ts';

/**
 * The engine as the window's parts see it: one client for the life of the window, whatever happens to
 * the link. A call while the link is down fails at once, one to an engine that is silent waits for it; a stream waits for the link and then opens.
 */
export interface Engine extends Pick<EngineClient, 'call' | 'stream'> {
  status(): LinkStatus;
  subscribe(listener: (status: LinkStatus) => void): () => void;
  /** Called for every answer that does not fit the contract; returns the function that ends it. */
  onMisfit(listener: (error: ProtocolError) => void): () => void;
  /** Does not wait for the next attempt. */
  retryNow(): void;
  /** How pages in a browser come in; null on the desktop. */
  readonly entry: BrowserEntry | null;
}

export function createEngine(link: EngineLink): Engine {
  const engine = {
    call(name: never, params: never): Promise<unknown> {
      const status = link.status();
      if (status.kind === 'ready' || status.kind === 'silent') return status.client.call(name, params);
      return Promise.reject(new ProtocolError('closed', 'The link to the engine is down.'));
    },
    stream: (name: never, params: never) => waitingStream(link, (client) => client.stream(name, params)),
    status: () => link.status(),
    subscribe: (listener: (status: LinkStatus) => void) => link.subscribe(listener),
    onMisfit: (listener: (error: ProtocolError) => void) => link.onMisfit(listener),
    retryNow: () => link.retryNow(),
    entry: link.entry,
  };
  // The contract's types are checked where the methods are called; here they only pass through.
  return engine as unknown as Engine;
}

function waitingStream(
  link: EngineLink,
  open: (client: EngineClient) => AsyncIterableIterator<unknown>,
): AsyncIterableIterator<unknown> {
  const left = new AbortController();
  let inner: AsyncIterableIterator<unknown> | null = null;
  const done = { done: true, value: undefined } as const;
  return {
    async next() {
      if (inner === null) {
        const client = await readyClient(link, left.signal);
        if (client === null) return done;
        inner = open(client);
      }
      return inner.next();
    },
    async return() {
      left.abort();
      await inner?.return?.();
      return done;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** The client once the link is up; null when the reader left first. */
function readyClient(link: EngineLink, signal: AbortSignal): Promise<EngineClient | null> {
  return new Promise((resolve) => {
    const settle = (status: LinkStatus | null) => {
      if (status !== null && status.kind !== 'ready') return;
      stop();
      signal.removeEventListener('abort', onAbort);
      resolve(status === null ? null : status.client);
    };
    const onAbort = () => settle(null);
    const stop = link.subscribe(settle);
    signal.addEventListener('abort', onAbort);
    settle(signal.aborted ? null : link.status());
  });
}
