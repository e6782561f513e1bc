import type { Engine } from './engine.ts';

/** Between two tries of a stream that ends at once while the link is up: 0.25 s, doubling to 4 s. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 4_000;

export interface FollowOptions<I> {
  readonly engine: Engine;
  readonly open: () => AsyncIterableIterator<I>;
  readonly take: (item: I) => void;
  /** The stream ended or failed; it is opened again by itself. */
  readonly onGap?: () => void;
  /** Waits, or less if aborted. Injected so that tests have no sleeps. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Reads a stream for as long as it is wanted: opens it again when it ends, when it fails and when the
 * link to the engine comes back. Returns the function that ends it.
 */
export function follow<I>(options: FollowOptions<I>): () => void {
  const ended = new AbortController();
  let current: AsyncIterableIterator<I> | null = null;
  ended.signal.addEventListener('abort', () => void current?.return?.(undefined)?.catch(() => undefined));

  const readOnce = async (): Promise<boolean> => {
    let took = false;
    try {
      current = options.open();
      for await (const item of current) {
        if (ended.signal.aborted) return took;
        took = true;
        options.take(item);
      }
    } catch {
      // The link says why it is down; a stream that fails for itself is tried again after a pause.
    } finally {
      current = null;
    }
    return took;
  };

  const run = async () => {
    let pauseMs = FIRST_PAUSE_MS;
    while (!ended.signal.aborted) {
      await linkUp(options.engine, ended.signal);
      if (ended.signal.aborted) return;
      pauseMs = (await readOnce()) ? FIRST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
      if (ended.signal.aborted) return;
      options.onGap?.();
      await (options.pause ?? sleep)(pauseMs, ended.signal);
    }
  };
  void run();
  return () => ended.abort();
}

function linkUp(engine: Engine, signal: AbortSignal): Promise<void> {
  if (engine.link.get().kind === 'up' || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      stop();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const stop = engine.link.subscribe((status) => {
      if (status.kind === 'up') done();
    });
    signal.addEventListener('abort', done);
  });
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
