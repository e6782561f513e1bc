import process from 'node:process';

/**
 * What a test opens and must close even when it fails. Helpers register themselves; a test file says
 * `afterEach(teardown)` (or `afterAll`, where its tests share one broker).
 */
const open = new Set<() => Promise<void> | void>();
const lastResort = new Set<() => void>();

/** Registers a closing function; the answer takes it off the list again, for what is closed by hand. */
export function onTeardown(close: () => Promise<void> | void): () => void {
  open.add(close);
  return () => open.delete(close);
}

/** Closes everything registered, the latest first, and reports every failure. */
export async function teardown(): Promise<void> {
  const failures: unknown[] = [];
  for (const close of [...open].reverse()) {
    open.delete(close);
    try {
      await close();
    } catch (failure) {
      failures.push(failure);
    }
  }
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new AggregateError(failures, 'Several things could not be closed.');
}

/** For child processes: ended at once when this process exits without having been torn down. */
export function onExit(end: () => void): () => void {
  if (lastResort.size === 0) process.once('exit', endAll);
  lastResort.add(end);
  return () => {
    lastResort.delete(end);
    if (lastResort.size === 0) process.off('exit', endAll);
  };
}

function endAll(): void {
  for (const end of lastResort) end();
}
