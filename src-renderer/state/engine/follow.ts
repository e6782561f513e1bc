/** Between two tries of a stream that ends at once: 0.25 s, doubling to 4 s. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 4_000;

export interface FollowOptions<I> {
  readonly open: () => AsyncIterableIterator<I>;
  readonly take: (item: I) => void;
  /** Waited for before the next item is asked for: what nobody can see need not come. Default: not at all. */
  readonly shown?: () => Promise<void>;
  /** Waits, or less if aborted. Injected so that tests have no sleeps. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Reads a stream for as long as it is wanted, opening it again when it ends or fails. The engine's
 * streams wait for the link themselves. Returns the function that ends it.
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
        await options.shown?.();
        if (ended.signal.aborted) return took;
      }
    } catch {
      // The link itself says why it is down; a stream that fails alone is tried again after a pause.
    } finally {
      current = null;
    }
    return took;
  };

  const run = async () => {
    let pauseMs = FIRST_PAUSE_MS;
    while (!ended.signal.aborted) {
      pauseMs = (await readOnce()) ? FIRST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
      if (!ended.signal.aborted) await (options.pause ?? sleep)(pauseMs, ended.signal);
    }
  };
  void run();
  return () => ended.abort();
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
